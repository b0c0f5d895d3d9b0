"""Letters that are lost, late or overtaken between two honest wallets: what simulation found."""

from __future__ import annotations

import pytest

from tests.helpers.pair import Pair, a_pair, an_invitation, answer, two
from wallet.crypto.hashing import hash_bytes
from wallet.engine.api import commands
from wallet.engine.desks.clocks import is_doubtful
from wallet.model.identity import Salt
from wallet.protocol.countersign.signer import State as Step
from wallet.protocol.credit import chit as chits
from wallet.protocol.credit import consensus
from wallet.protocol.credit import tally as tallies
from wallet.protocol.credit.chit import Payment, SessionEnded
from wallet.protocol.credit.chit import State as Chit
from wallet.protocol.credit.consensus import Match
from wallet.protocol.machine import Input

YEAR_MS = 31_536_000_000
ONE, OTHER = hash_bytes(b"one session"), hash_bytes(b"another session")


def a_payment(state: Chit, *, mine: bool) -> Payment:
    uuid = Salt.of(bytes(16))
    return Payment(uuid=uuid, tally=ONE, mine=mine, state=state, session=ONE)


def an_opening() -> Pair:
    """Ada has completed the session that opens the tally; its certificate is on its way to Bo."""
    pair = two()
    one, key = an_invitation(pair)
    uuid = answer(pair, one, key)
    pair.carry()
    pair.wish(pair.ada, commands.AcceptTally(uuid, str(pair.ada.tally.record.digest)))
    pair.carry(until="certificate")
    pair.lose()
    return pair


@pytest.mark.rule("F6")
def test_a_stop_shown_to_one_who_never_saw_the_session_data_is_no_offence() -> None:
    pair = a_pair()
    uuid = pair.pay(pair.ada)
    pair.carry(until="session-data")
    pair.lose()
    pair.wish(pair.ada, commands.StopSession(str(pair.ada.session(uuid).record.session)))
    pair.wait(20_000)
    pair.calm()
    assert pair.bo.step(uuid) is Step.RELEASED
    pair.agree()


@pytest.mark.parametrize("reason", ["stopped", "policy"])
def test_a_payment_that_came_to_nothing_is_wanted_no_more(reason: str) -> None:
    given = SessionEnded(ONE, reason, again=False)
    _, effects = chits.machine.step(a_payment(Chit.SIGNING, mine=True), given)
    assert chits.DropSession() in effects


def test_the_end_of_an_older_session_leaves_a_question_open() -> None:
    asked = a_payment(Chit.ASKED, mine=False)
    after, effects = chits.machine.step(asked, SessionEnded(OTHER, "cancelled", again=False))
    assert after == asked
    assert not effects


@pytest.mark.parametrize("state", [tallies.State.OFFERED, tallies.State.RECEIVED])
def test_a_withdrawal_of_another_offer_changes_nothing(state: tallies.State) -> None:
    agent = a_pair().bo.agent
    uuid = Salt.of(bytes(16))
    one = tallies.Tally(uuid=uuid, partner=agent, half="stock", state=state, digest=ONE)
    assert tallies.machine.step(one, tallies.Withdrawn(OTHER)) == (one, ())


@pytest.mark.parametrize("state", [tallies.State.VOID, tallies.State.OPENING, tallies.State.OPEN])
def test_an_older_offer_that_comes_late_changes_nothing(state: tallies.State) -> None:
    agent = a_pair().bo.agent
    uuid = Salt.of(bytes(16))
    one = tallies.Tally(uuid=uuid, partner=agent, half="stock", state=state, digest=ONE, revision=3)
    assert tallies.machine.step(one, tallies.Offered(OTHER, 2, "stock")) == (one, ())


def test_an_opening_that_is_refused_is_wanted_no_more() -> None:
    agent = a_pair().bo.agent
    one = tallies.Tally(
        uuid=Salt.of(bytes(16)),
        partner=agent,
        half="stock",
        state=tallies.State.OPENING,
        by_us=True,
        digest=ONE,
    )
    after, effects = tallies.machine.step(one, tallies.OpeningFailed("policy", again=False))
    assert after.state is tallies.State.RECEIVED
    assert tallies.DropSession() in effects


def test_a_chit_that_comes_with_the_partners_half_is_confirmed_at_once() -> None:
    pair = a_pair()
    uuid = pair.pay(pair.bo)
    pair.carry(until="certificate")
    pair.take("certificate")
    pair.carry()
    assert pair.ada.chit_state(uuid) is Chit.GOOD
    for side in (pair.ada, pair.bo):
        assert side.tally.books is not None
        assert (side.tally.books.end, side.tally.books.confirmed) == (1, 1)


def test_halves_are_compared_only_once_both_are_open() -> None:
    pair = an_opening()
    pair.link()
    pair.lose("certificate")
    pair.carry()
    assert pair.bo.refusals == []
    pair.calm()
    pair.agree()


def test_a_payment_that_overtakes_the_opening_waits() -> None:
    pair = an_opening()
    pair.link()
    uuid = pair.pay(pair.ada)
    pair.lose("certificate")
    pair.carry()
    assert pair.ada.chit_state(uuid) is Chit.WAITING
    pair.wait(100_000)
    pair.calm()
    assert pair.ada.chit_state(uuid) is pair.bo.chit_state(uuid) is Chit.GOOD


@pytest.mark.rule("F37")
def test_a_park_bears_the_sessions_time_whatever_the_clock_says() -> None:
    pair = a_pair()
    pair.pay(pair.ada)
    pair.carry(until="session-data")
    pair.lose()
    pair.ada.clock.skew = YEAR_MS
    pair.wait(20_000)
    assert pair.ada.kind_at(pair.ada.seq) == "session_park"
    pair.ada.clock.skew = 0
    uuid = pair.pay(pair.ada)
    pair.calm()
    assert pair.bo.chit_state(uuid) is Chit.GOOD


@pytest.mark.rule("F37")
def test_a_refused_session_does_not_vouch_for_a_wrong_clock() -> None:
    pair = a_pair()
    pair.ada.clock.skew = YEAR_MS
    pair.pay(pair.ada)  # nobody has told yet that the clock is wrong; Bo declines
    pair.carry()
    pair.ada.pump.live.offsets[pair.bo.agent] = -YEAR_MS
    assert is_doubtful(pair.ada.store, pair.ada.pump.live, pair.ada.clock.wall_ms())


@pytest.mark.rule("F37")
def test_what_waits_for_the_clock_starts_by_itself_when_the_clock_is_right_again() -> None:
    pair = a_pair()
    pair.ada.clock.skew = YEAR_MS
    pair.ada.pump.live.offsets[pair.bo.agent] = -YEAR_MS
    uuid = pair.pay(pair.ada)
    pair.carry()
    assert pair.ada.chit_state(uuid) is Chit.WAITING
    pair.ada.clock.skew = 0
    pair.ada.pump.live.offsets[pair.bo.agent] = 0
    pair.wait(10_000)
    pair.carry()
    assert pair.ada.chit_state(uuid) is Chit.GOOD


@pytest.mark.rule("R10", "F47")
def test_a_partner_over_the_lock_budget_may_come_again_after_a_pause_that_doubles() -> None:
    pair = a_pair()
    uses = pair.bo.store.sessions
    for _ in range(2):
        uses.put_lock_use(pair.ada.agent, pair.bo.clock.wall_ms(), 15_000)
    uuid = pair.pay(pair.ada)
    pair.carry()
    assert pair.ada.chit_state(uuid) is Chit.WAITING
    pair.wait(29_000)
    pair.carry()
    assert pair.ada.chit_state(uuid) is Chit.WAITING
    pair.wait(21_000)
    pair.carry()
    assert pair.ada.chit_state(uuid) is Chit.GOOD
    for _ in range(2):
        uses.put_lock_use(pair.ada.agent, pair.bo.clock.wall_ms(), 15_000)
    again = pair.pay(pair.ada)
    pair.wait(50_000)
    pair.carry()
    assert pair.ada.chit_state(again) is Chit.WAITING
    pair.wait(31_000)
    pair.carry()
    assert pair.ada.chit_state(again) is Chit.GOOD


def test_what_the_stock_said_of_a_former_order_is_no_difference() -> None:
    foil = consensus.Books(tally=ONE, half="foil", end=3, hash=OTHER, confirmed=3)
    late: list[Input] = [
        consensus.NewArrived(1, ONE, Match.CONFLICT),
        consensus.AckArrived(1, ONE, Match.CONFLICT),
        consensus.CheckArrived(1, ONE, Match.CONFLICT),
        consensus.UpdateArrived(
            first=1, index=2, same=False, grew=False, last=True, below=True, strays=False
        ),
    ]
    for given in late:
        after, effects = consensus.machine.step(foil, given)
        assert after.state is consensus.State.ALIKE
        assert all(isinstance(effect, consensus.SendUpdate) for effect in effects)
