"""Partners as they described themselves, with who else is called so."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from functools import lru_cache

from wallet.engine.api.views import PersonView
from wallet.engine.queries.now import Now
from wallet.store.database import Database

# Letters of other alphabets, and digits, that look like Latin ones in most fonts; the whole list
# of Unicode's "confusables" is longer and calls many honest names alike.
_ALIKE = str.maketrans("аеорсухіјѕԁһ0135|ıο", "aeopcyxijsdholesl" + "io")


class People:
    """Partners, read once for each question."""

    def __init__(self, database: Database | None, now: Now) -> None:
        self._db = database
        self._now = now
        self._rows: dict[str, tuple[str, str, str]] = {}
        self._accounts: dict[str, set[str]] = defaultdict(set)
        self._views: dict[str, PersonView] = {}
        cards = "SELECT agent, account, name, contact FROM partner"
        for agent, account, name, contact in database.fetch_all(cards) if database else ():
            self._rows[agent] = (account, name, contact)
            self._accounts[skeleton(name)].add(account)

    def name(self, agent: str) -> str:
        """The name of a partner; empty when there is none yet."""
        return self._rows[agent][1] if agent in self._rows else ""

    def knows(self, agent: str) -> bool:
        """Whether there is, or was, something with this agent."""
        return agent in self._rows

    def view(self, agent: str, account: str = "", name: str = "", contact: str = "") -> PersonView:
        """One partner; what is given counts for one we do not hold a card of."""
        if agent not in self._views:
            self._views[agent] = self._view(agent, self._rows.get(agent, (account, name, contact)))
        return self._views[agent]

    def count_alike(self, account: str, name: str) -> int:
        """How many other accounts have a name that looks like this one."""
        return len(self._accounts.get(skeleton(name), set()) - {account})

    def _view(self, agent: str, card: tuple[str, str, str]) -> PersonView:
        account, name, contact = card
        card_row = "SELECT picture, seen_at FROM partner WHERE agent = ?"
        row = self._db.fetch_one(card_row, (agent,)) if self._db else None
        picture, seen_at = row or (b"", 0)
        online = self._now.online.get(agent)
        return PersonView(
            account=account,
            agent=agent,
            name=name,
            contact=contact,
            picture=picture,
            online=online is not None,
            since=seen_at if online is None else online,
            others_so_named=self.count_alike(account, name),
        )


@lru_cache(maxsize=4096)
def skeleton(name: str) -> str:
    """What a hasty eye sees of a name: no case, no gaps, nothing invisible, one alphabet."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    seen = (sign for sign in folded if unicodedata.category(sign)[0] not in "ZC")
    return "".join(seen).translate(_ALIKE)
