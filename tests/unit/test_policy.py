"""What is accepted without asking: bounds by chit, by day, by tally and over all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpers.faults import NET, SIGNATURE, pay_until
from tests.helpers.pair import LIMIT, PERSON_MS, START, Pair, a_pair, an_invitation, answer
from wallet.engine.api import commands
from wallet.engine.desks.policy import DAY_MS, day_of
from wallet.engine.queries.home import get_wallet
from wallet.engine.queries.now import Now
from wallet.engine.queries.tallies import get_tally
from wallet.model.errors import AmountTooLarge
from wallet.model.limits import MAX_AMOUNT
from wallet.protocol.countersign.signer import State as S
from wallet.protocol.credit.chit import State as ChitState

GOOD, ASKED = ChitState.GOOD, ChitState.ASKED


def bound(pair: Pair, chit: int | None = None, day: int | None = None) -> None:
    """Bo sets bounds on the tally with Ada."""
    bounds = commands.AcceptBounds(chit, day)
    pair.wish(pair.bo, commands.SetAutoAccept(pair.bo.tally.uuid, on=True, bounds=bounds))
    pair.calm()


def bound_all(pair: Pair, amount: int | None) -> None:
    pair.wish(pair.bo, commands.SetDayBound(amount))
    pair.calm()


def comes(pair: Pair, amount: int) -> ChitState | None:
    """What becomes of a payment of Ada's at Bo's; who is asked says no."""
    uuid = pair.pay(pair.ada, amount)
    pair.carry()
    state = pair.bo.chit_state(uuid)
    for one in pair.bo.sessions:
        if one.record.state is S.ASKED:
            pair.wish(pair.bo, commands.AnswerPayment(one.record.session, accept=False))
    pair.calm()
    return state


def seen(pair: Pair) -> Any:
    now = Now(pair.bo.clock.wall_ms(), 0, pair.bo.agent, NET)
    return get_tally(pair.bo.store.database, now, pair.bo.tally.uuid)


def test_a_payment_beyond_the_bound_of_one_is_asked_not_declined() -> None:
    pair = a_pair()
    bound(pair, chit=500)
    assert comes(pair, 500) is GOOD
    assert comes(pair, 501) is ASKED
    assert comes(pair, 499) is GOOD
    assert seen(pair).accept_per_chit == 500


def test_the_bound_of_a_day_is_over_all_its_payments_and_starts_anew_at_midnight() -> None:
    pair = a_pair()
    bound(pair, day=1_000)
    assert [comes(pair, 600), comes(pair, 401), comes(pair, 400)] == [GOOD, ASKED, GOOD]
    assert comes(pair, 1) is ASKED
    assert seen(pair).accepted_today == 1_000
    left = DAY_MS - pair.bo.clock.wall_ms() % DAY_MS
    pair.wait(left - 10)
    assert comes(pair, 1) is ASKED, "ten milliseconds before midnight UTC"
    pair.wait(DAY_MS - pair.bo.clock.wall_ms() % DAY_MS)
    assert comes(pair, 1_000) is GOOD
    assert comes(pair, 1) is ASKED


def test_what_the_person_accepts_by_hand_does_not_use_up_the_day() -> None:
    pair = a_pair()
    bound(pair, day=1_000)
    uuid = pair.pay(pair.ada, 5_000)
    pair.carry()
    session = pair.bo.session(uuid).record.session
    pair.wish(pair.bo, commands.AnswerPayment(session, accept=True))
    pair.calm()
    assert pair.bo.chit_state(uuid) is GOOD
    assert comes(pair, 1_000) is GOOD


def test_what_came_to_nothing_is_given_back_to_the_day() -> None:
    pair = a_pair()
    bound(pair, day=5_000)
    pair, uuid, _ = pay_until(SIGNATURE, pair)
    assert seen(pair).accepted_today == 5_000, "under way counts: it may still come about"
    session = pair.ada.session(uuid).record.session
    pair.wish(pair.ada, commands.StopSession(session))
    pair.calm()
    assert pair.bo.chit_state(uuid) is ChitState.VOID
    assert seen(pair).accepted_today == 0
    assert comes(pair, 5_000) is GOOD


def test_payments_of_one_session_count_as_their_sum_and_each_by_itself() -> None:
    for amounts, bounds, state in (
        ((300, 300, 300), {"day": 900}, GOOD),
        ((300, 300, 301), {"day": 900}, ASKED),
        ((300, 300, 301), {"chit": 300}, ASKED),
        ((300, 300, 300), {"chit": 300}, GOOD),
    ):
        pair = a_pair()
        bound(pair, **bounds)
        pair.unlink()
        uuids = [pair.pay(pair.ada, amount) for amount in amounts]
        pair.link()
        pair.carry()
        assert {pair.bo.chit_state(uuid) for uuid in uuids} == {state}, (amounts, bounds)


def test_a_day_over_all_tallies_binds_beside_the_tallys_own() -> None:
    pair = a_pair()
    bound(pair, day=1_000)
    bound_all(pair, 700)
    assert [comes(pair, 600), comes(pair, 200), comes(pair, 100)] == [GOOD, ASKED, GOOD]
    now = Now(pair.bo.clock.wall_ms(), 0, pair.bo.agent, NET)
    wallet = get_wallet(pair.bo.store.database, now)
    assert (wallet.accept_per_day, wallet.accepted_today) == (700, 700)
    bound_all(pair, None)
    assert [comes(pair, 300), comes(pair, 1)] == [GOOD, ASKED]


def test_a_day_over_all_tallies_sums_them() -> None:
    pair = a_pair()
    first = pair.bo.tally.uuid
    bound_all(pair, 1_000)
    one, key = an_invitation(pair)
    second = answer(pair, one, key)
    pair.carry()
    drafted = pair.ada.store.tallies.get(second)
    assert drafted is not None
    pair.wish(pair.ada, commands.AcceptTally(second, str(drafted.record.digest)))
    pair.calm()
    opened = pair.ada.store.tallies.get(second)
    assert opened is not None
    assert opened.partner_asks, "the bound holds on a tally that opens later, and its payer knows"
    states = []
    for tally, amount in ((first, 600), (second, 401), (second, 400)):
        uuid = str(pair.wish(pair.ada, commands.Pay(tally, amount)))
        pair.carry()
        states.append(pair.bo.chit_state(uuid))
        for session in pair.bo.sessions:
            if session.record.state is S.ASKED:
                wish = commands.AnswerPayment(session.record.session, accept=False)
                pair.wish(pair.bo, wish)
        pair.calm()
    assert states == [GOOD, ASKED, GOOD]


def test_no_bound_of_our_own_lets_in_more_than_was_granted() -> None:
    pair = a_pair()
    bound(pair, chit=MAX_AMOUNT, day=MAX_AMOUNT)
    assert comes(pair, LIMIT + 1) is ASKED


def test_the_payer_allows_a_person_time_where_a_bound_stands() -> None:
    pair = a_pair()
    assert not pair.ada.tally.partner_asks
    bound(pair, chit=500)
    assert pair.ada.tally.partner_asks
    uuid = pair.pay(pair.ada, 100)
    assert pair.ada.session(uuid).wait == PERSON_MS
    pair.calm()
    bound(pair)
    assert not pair.ada.tally.partner_asks
    bound_all(pair, 5)
    assert pair.ada.tally.partner_asks
    bound_all(pair, None)
    assert not pair.ada.tally.partner_asks


def test_switching_leaves_the_bounds_and_bounds_stay_over_a_restart(tmp_path: Any) -> None:
    pair = a_pair(tmp_path)
    bound(pair, chit=500, day=600)
    uuid = pair.bo.tally.uuid
    pair.wish(pair.bo, commands.SetAutoAccept(uuid, on=False))
    pair.calm()
    assert comes(pair, 1) is ASKED
    pair.wish(pair.bo, commands.SetAutoAccept(uuid, on=True))
    assert comes(pair, 400) is GOOD
    pair.crash(pair.bo)
    pair.link()
    pair.calm()
    assert [comes(pair, 201), comes(pair, 200)] == [ASKED, GOOD]


def test_days_that_are_over_are_forgotten_at_a_start(tmp_path: Any) -> None:
    pair = a_pair(tmp_path)
    bound(pair, day=600)
    comes(pair, 500)
    assert pair.bo.store.unasked.sum(day_of(START)) == 500
    pair.wait(3 * DAY_MS)
    pair.crash(pair.bo)
    assert pair.bo.store.database.fetch_all("SELECT * FROM unasked") == []


@pytest.mark.parametrize("amount", [-1, MAX_AMOUNT + 1])
def test_a_bound_is_an_amount(amount: int) -> None:
    pair = a_pair()
    with pytest.raises(AmountTooLarge):
        bound(pair, chit=amount)
    with pytest.raises(AmountTooLarge):
        bound_all(pair, amount)
