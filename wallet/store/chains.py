"""Source chains, their entries, the chain lock, and what waits for the lock to be free."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from wallet.crypto.encoding import encode, recall
from wallet.crypto.ids import ActionHash, AgentId, EntryHash
from wallet.crypto.signing import Signature
from wallet.model.actions import Action, SignedAction
from wallet.model.errors import HeadMoved
from wallet.protocol.chain.append import Head
from wallet.store.database import Database

LOCK, HEAD = "lock", "head"


CHAIN_PLACES = 1 << 40  # room for the links of one chain among the places of all
_COLUMNS = "hash, body, signature, entry, salt, kind, content"
# The first place of an agent's chain; NULL, and so no row, where there is no such chain.
_FIRST = f"(SELECT number FROM chain WHERE agent = ?1) * {CHAIN_PLACES}"


class Stored(Struct, frozen=True):
    """One link as it stands on disk, with its entry: what kind it is, and its canonical bytes."""

    hash: ActionHash
    signed: SignedAction
    entry: EntryHash | None
    salt: bytes | None
    kind: str | None = None
    body: bytes | None = None


class Content(Struct, frozen=True):
    """An entry of ours that a link is about."""

    hash: EntryHash
    kind: str
    body: bytes
    salt: bytes


class Chains:
    """The rows of `chain`, `action`, `lock`, `seen` and `observation`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get_head(self, agent: AgentId) -> Head | None:
        """The last link of this agent's chain."""
        known: Head | None = self._db.kept.get((HEAD, agent))
        if known is None:
            row = self._db.fetch_one(
                "SELECT hash, seq, timestamp FROM action"
                f" WHERE place BETWEEN {_FIRST} AND {_FIRST} + {CHAIN_PLACES - 1}"
                " ORDER BY place DESC LIMIT 1",
                (agent,),
            )
            known = None if row is None else Head(ActionHash.kept(row[0]), row[1], row[2])
            self._db.keep(HEAD, agent, known)
        return known

    def append(
        self, signed: SignedAction, link: ActionHash, content: Content | None = None
    ) -> None:
        """Add a link behind the head it names.

        Raises:
            HeadMoved: the chain grew meanwhile.
        """
        action = signed.action
        head = self.get_head(action.author)
        expected = getattr(action, "prev", None)
        actual = head.hash if head else None
        if expected != actual or action.seq != (head.seq + 1 if head else 0):
            raise HeadMoved(expected=str(expected or ""), actual=str(actual or ""))
        if head is None:
            self._db.execute("INSERT OR IGNORE INTO chain (agent) VALUES (?)", (action.author,))
        self._db.execute(
            "INSERT INTO action (place, seq, hash, body, signature, timestamp, entry, salt, kind,"
            f" content) VALUES ({_FIRST} + ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            (
                action.author,
                action.seq,
                link,
                encode(action),
                signed.signature,
                action.timestamp,
                content and content.hash,
                content and content.salt,
                content and content.kind,
                content and content.body,
            ),
        )
        self._db.keep(HEAD, action.author, Head(link, action.seq, action.timestamp))

    def get_at(self, agent: AgentId, seq: int) -> Stored | None:
        """The link at this place."""
        row = self._db.fetch_one(
            f"SELECT {_COLUMNS} FROM action WHERE place = {_FIRST} + ?2 AND seq = ?2",
            (agent, seq),
        )
        return None if row is None else _stored(row)

    def walk(self, agent: AgentId, first: int = 0, page: int = 1000) -> Iterator[Stored]:
        """All links from this place on, in order; reads `page` at a time."""
        while found := self.list_between(agent, first, first + page - 1):
            yield from found
            first += page

    def list_between(self, agent: AgentId, first: int, last: int) -> list[Stored]:
        """The links from place `first` to place `last`, both with."""
        rows = self._db.fetch_all(
            f"SELECT {_COLUMNS} FROM action"
            f" WHERE place BETWEEN {_FIRST} + ?2 AND {_FIRST} + min(?3, {CHAIN_PLACES - 1})"
            " ORDER BY place",
            (agent, first, last),
        )
        return [_stored(row) for row in rows]

    # The lock ---------------------------------------------------------------

    def get_lock(self, agent: AgentId) -> tuple[str, int] | None:
        """The session that holds the chain, and since when."""
        known = self._db.kept.get((LOCK, agent))
        if known is None:
            row = self._db.fetch_one("SELECT session, since FROM lock WHERE agent = ?", (agent,))
            known = (None if row is None else (row[0], row[1]),)
            self._db.keep(LOCK, agent, known)
        lock: tuple[str, int] | None = known[0]
        return lock

    def put_lock(self, agent: AgentId, session: str, since: int) -> None:
        """Lock the chain."""
        self._db.execute("INSERT INTO lock VALUES (?, ?, ?)", (agent, session, since))
        self._db.kept.pop((LOCK, agent), None)

    def drop_lock(self, agent: AgentId, session: str) -> None:
        """Unlock it, if this session holds it."""
        self._db.execute("DELETE FROM lock WHERE agent = ? AND session = ?", (agent, session))
        self._db.kept.pop((LOCK, agent), None)

    # What others showed us ---------------------------------------------------

    def put_seen(self, link: ActionHash, signed: SignedAction) -> list[SignedAction]:
        """Keep a link of somebody else's chain; return what else was seen at its place."""
        action = signed.action
        self._db.execute(
            "INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?)",
            (action.author, action.seq, link, encode(signed)),
        )
        rows = self._db.fetch_all(
            "SELECT action FROM seen WHERE author = ? AND seq = ? AND hash <> ?",
            (action.author, action.seq, link),
        )
        return [recall(row[0], SignedAction) for row in rows]

    def get_newest_seen(self, author: str) -> SignedAction | None:
        """The last link of somebody else's chain that we were shown."""
        row = self._db.fetch_one(
            "SELECT action FROM seen WHERE author = ? ORDER BY seq DESC LIMIT 1", (author,)
        )
        return None if row is None else recall(row[0], SignedAction)

    # What waits for the lock ----------------------------------------------------

    def put_observation(self, kind: str, body: bytes) -> None:
        """Keep an entry until the chain is free (R10)."""
        self._db.execute("INSERT INTO observation (kind, body) VALUES (?, ?)", (kind, body))

    def list_observations(self) -> list[tuple[int, str, bytes]]:
        """What waits, in order."""
        return [
            (row[0], row[1], row[2])
            for row in self._db.fetch_all("SELECT id, kind, body FROM observation ORDER BY id")
        ]

    def drop_observation(self, number: int) -> None:
        """It is on the chain."""
        self._db.execute("DELETE FROM observation WHERE id = ?", (number,))


def _stored(row: tuple[Any, ...]) -> Stored:
    action: Action = recall(row[1], Action)  # type: ignore[arg-type]
    signed = SignedAction(action=action, signature=Signature.kept(row[2]))
    entry = EntryHash.kept(row[3]) if row[3] else None
    return Stored(ActionHash.kept(row[0]), signed, entry, *row[4:])
