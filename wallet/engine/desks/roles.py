"""Whom we serve: deciding as an enzyme (mode E), voting as a witness (mode Q).

Source: product.md D13; countersigning.md, *Where the enzyme sits*.  An enzyme's own chain waits
while it decides, a witness's does not, so the two are switched on apart.
"""

from __future__ import annotations

from typing import Literal, get_args

from wallet.crypto.ids import AgentId
from wallet.engine.work import Work
from wallet.store.outbox import Facts
from wallet.store.store import Store

Whom = Literal["nobody", "partners", "anyone"]
Task = Literal["decide", "vote"]
_FACT = "serves:"


def serves(facts: Facts, task: Task) -> Whom:
    """For whom we do this: nobody, who has a tally with us, or anyone who asks."""
    found = facts.get(_FACT + task)
    for whom in get_args(Whom):
        if whom == found:
            return whom  # type: ignore[no-any-return]
    return "nobody"


def serve(work: Work, task: Task, whom: Whom) -> None:
    """Switch it on or off."""
    work.store.facts.put(_FACT + task, whom)


def is_serving(store: Store) -> bool:
    """Whether strangers may link to us: two who chose us need not both be our partners."""
    return any(serves(store.facts, task) != "nobody" for task in get_args(Task))


def is_served(work: Work, task: Task, agents: tuple[AgentId, ...]) -> bool:
    """Whether we do this for a session of these signers: one partner among them is enough."""
    whom = serves(work.store.facts, task)
    if whom == "anyone":
        return True
    return whom == "partners" and any(map(work.store.tallies.has_partner, agents))
