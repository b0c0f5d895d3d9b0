"""Whether our own clock can be trusted to sign by.

Source: countersigning.md, *Clocks*: nothing is signed while the wall clock is more than two
minutes ahead of both the last own action and the median of reachable partners, unless the person
says that it is right.
"""

from __future__ import annotations

from wallet.engine.work import Live, Work
from wallet.model.limits import CLOCK_AHEAD_MS, CLOCK_DOUBT_MS
from wallet.store.store import Store

TRUSTED = "clock.trusted"
"""Fact: until when (wall clock, ms) the person vouches for the clock."""


def is_clock_doubtful(work: Work) -> bool:
    """Whether our clock runs ahead of what partners say and of what we did last."""
    return is_doubtful(work.store, work.live, work.now.wall)


def is_doubtful(store: Store, live: Live, wall: int) -> bool:
    """The same, for a moment `wall` (ms UTC) outside a transaction."""
    offsets = _offsets(store, live)
    if not offsets or middle(offsets) > -CLOCK_DOUBT_MS:
        return False
    # What we wrote alone bears the same wrong time: only what a partner signed with us counts.
    last = store.sessions.get_last_agreed()
    if last is not None and wall - last <= CLOCK_DOUBT_MS:
        return False
    trusted = store.facts.get(TRUSTED)
    return trusted is None or int(trusted) < wall


def is_chain_ahead(work: Work) -> bool:
    """Whether our chain ends later than it is: partners would decline until then (F38)."""
    head = work.store.chains.get_head(work.me.agent)
    return head is not None and head.timestamp > (work.now.wall + CLOCK_AHEAD_MS) * 1000


def best_micros(work: Work) -> int:
    """The time to write on the chain (µs UTC): a wrong clock must not lock us out for a year (F37).

    Others decline a chain whose head is later than their clocks (F38), so what is written while
    our clock is in doubt bears the partners' time.
    """
    if not is_clock_doubtful(work):
        return work.now.micros
    return work.now.micros + middle(_offsets(work.store, work.live)) * 1000


def middle(offsets: list[int]) -> int:
    """The lower median of at least one offset."""
    return sorted(offsets)[(len(offsets) - 1) // 2]


def _offsets(store: Store, live: Live) -> list[int]:
    """The partners' clocks minus ours, ms; strangers that we witness for have no say."""
    return [live.offsets.get(one, 0) for one in live.online if store.tallies.has_partner(one)]


def trust_clock(work: Work, until: int) -> None:
    """The person says that the clock is right."""
    work.store.facts.put(TRUSTED, str(until))
    work.look_for_work = True
