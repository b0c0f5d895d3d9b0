"""What people ask about money that comes in: commands inside the pump's transaction."""

from __future__ import annotations

from wallet.engine.api import commands
from wallet.engine.api.notices import TallyChanged
from wallet.engine.desks import policy
from wallet.engine.work import Work
from wallet.model.errors import AmountTooLarge, NotFound
from wallet.model.limits import MAX_AMOUNT
from wallet.protocol.credit.tally import State


def set_auto_accept(work: Work, wish: commands.SetAutoAccept) -> None:
    """Choose what is accepted on a tally without asking; tell the payer how long that takes."""
    one = work.store.tallies.get(wish.tally)
    if one is None:
        raise NotFound("tally", wish.tally)
    before = (one.auto_accept, one.accept_chit, one.accept_day)
    bounds = wish.bounds or commands.AcceptBounds(one.accept_chit, one.accept_day)
    after = (wish.on, _checked(bounds.per_chit), _checked(bounds.per_day))
    if after == before:
        return
    every = policy.bound_of_all(work.store.facts)
    asked = policy.asks_person(one, every)
    one.auto_accept, one.accept_chit, one.accept_day = after
    if one.record.state is State.OPEN and policy.asks_person(one, every) != asked:
        policy.tell_payer(work, one)
    work.store.tallies.save(one, work.now.wall)
    work.notice(TallyChanged(one.uuid))


def set_day_bound(work: Work, wish: commands.SetDayBound) -> None:
    """Choose up to how much all tallies together accept in a day without asking."""
    before = policy.bound_of_all(work.store.facts)
    after = _checked(wish.amount)
    work.store.facts.put(policy.ALL_DAY, "" if after is None else str(after))
    for uuid in work.store.tallies.list_open():
        one = work.store.tallies.get(uuid)
        if one is None:
            continue
        if policy.asks_person(one, before) != policy.asks_person(one, after):
            policy.tell_payer(work, one)
            work.store.tallies.save(one, work.now.wall)
        work.notice(TallyChanged(uuid))


def _checked(amount: int | None) -> int | None:
    if amount is not None and not 0 <= amount <= MAX_AMOUNT:
        raise AmountTooLarge(str(amount), MAX_AMOUNT)
    return amount
