"""Papers: a text that several people sign together in one session.

Source: countersigning.md, *In this wallet* and *Data* (two to eight signers).  Its parties need
no tally with each other: whoever proposes it must be our partner, and a person always looks.
"""

from __future__ import annotations

from msgspec import Struct

from wallet.crypto.ids import AgentId
from wallet.engine.work import Work
from wallet.model.errors import RuleBroken
from wallet.model.identity import check_root
from wallet.protocol.messages.countersigning import PaperEntry, Seat


class Welcome(Struct, frozen=True):
    """Nothing speaks against an entry; `by_policy`: no person needs to look.

    `unasked`: of what amount a day's bound on that has to know, milli-units.
    """

    subject: str
    by_policy: bool
    unasked: int = 0


def paper_seats(entry: PaperEntry) -> tuple[Seat, ...]:
    """Who is what: the first party asks, the others accept."""
    return tuple(
        Seat(agent=party.agent, role="acceptor" if place else "initiator")
        for place, party in enumerate(entry.parties)
    )


def judge_paper(work: Work, sender: AgentId, entry: PaperEntry) -> Welcome:
    """Whether we look at this paper.

    Raises:
        RuleBroken: not from a partner, a party twice or without its root, or without us.
    """
    agents = [party.agent for party in entry.parties]
    accounts = {party.root.account for party in entry.parties}
    if len(accounts) != len(agents) or work.me.agent not in agents:
        raise RuleBroken("a paper names each of its parties once, and us among them")
    for party in entry.parties:
        check_root(party.root, work.me.network)
    if not work.store.tallies.has_partner(sender):
        raise RuleBroken("a paper from somebody who is no partner")
    return Welcome(entry.salt, by_policy=False)
