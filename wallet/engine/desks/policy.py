"""What is accepted without asking the person: by tally, by chit, by UTC day, and over all tallies.

Source: countersigning.md, *In this wallet* (money coming in is accepted by policy).  Beyond a
bound the person is asked; nothing is declined for it.  A day counts from when a bound on days was
first set, by our own clock, and only what was accepted unasked; what came to nothing is given back.
"""

from __future__ import annotations

from collections.abc import Sequence

from wallet.engine.work import Work
from wallet.model.credit import Chit
from wallet.protocol.messages.countersigning import PaymentEntry
from wallet.protocol.messages.tallies import Receiving
from wallet.store.outbox import Facts
from wallet.store.sessions import SessionFile
from wallet.store.tallies import TallyFile

DAY_MS = 86_400_000
ALL_DAY = "accept.day"


def day_of(wall: int) -> int:
    """Days since 1970 in UTC, of a moment in ms."""
    return wall // DAY_MS


def bound_of_all(facts: Facts) -> int | None:
    """Up to how much all tallies together accept unasked in a day; None: no own bound."""
    found = facts.get(ALL_DAY)
    return int(found) if found else None


def is_unasked(work: Work, tally: TallyFile, fresh: Sequence[Chit]) -> bool:
    """Whether nobody needs to look at these chits, which do not count yet."""
    if not tally.auto_accept or tally.agreement is None:
        return False
    units = sum(chit.units for chit in fresh)
    # Beyond what we granted we need not accept; then the person decides, not the policy.
    if tally.balance + units > tally.agreement.side(tally.record.half).terms.limit:
        return False
    most = tally.accept_chit
    if most is not None and any(chit.units > most for chit in fresh):
        return False
    day, unasked = day_of(work.now.wall), work.store.unasked
    own, every = tally.accept_day, bound_of_all(work.store.facts)
    if own is not None and unasked.sum(day, tally.uuid) + units > own:
        return False
    return every is None or unasked.sum(day) + units <= every


def counted(work: Work, tally: TallyFile, units: int) -> int:
    """How much of what is accepted unasked a bound on days has to know."""
    is_bound = tally.accept_day is not None or bound_of_all(work.store.facts) is not None
    return units if is_bound else 0


def count(work: Work, one: SessionFile) -> None:
    """A session was accepted unasked: it counts on the day it began."""
    _add(work, one, one.unasked)


def give_back(work: Work, one: SessionFile) -> None:
    """It came to nothing."""
    _add(work, one, -one.unasked)


def _add(work: Work, one: SessionFile, units: int) -> None:
    if not units or not isinstance(one.entry, PaymentEntry):
        return
    tally = work.store.tallies.get_by_digest(one.entry.chits[0].tally)
    if tally is not None:
        work.store.unasked.add(tally.uuid, day_of(one.started_at), units)


def asks_person(tally: TallyFile, bound: int | None) -> bool:
    """Whether a person may have to look, so that payers should allow for more time."""
    bounds = (tally.accept_chit, tally.accept_day, bound)
    return not tally.auto_accept or any(one is not None for one in bounds)


def tell_payer(work: Work, tally: TallyFile) -> None:
    """Tell the partner how long an answer takes; the tally is saved by whoever calls."""
    if tally.record.digest is None:
        return
    tally.asks_number += 1
    asks = asks_person(tally, bound_of_all(work.store.facts))
    note = Receiving(tally=tally.record.digest, asks=asks, number=tally.asks_number)
    work.send(tally.record.partner, note)
