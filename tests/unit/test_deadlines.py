"""Clocks, crossing sessions, budgets, and what is asked of a payee, on two real pumps."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.helpers.builders import a_person, a_salt
from tests.helpers.faults import (
    CERTIFICATE,
    DATA,
    NET,
    PRELUDE,
    REPLY,
    SIGNATURE,
    S,
    a_bare,
    an_entry,
    both,
    last_answer,
    nobody,
    pay_until,
    propose,
)
from tests.helpers.pair import (
    LIMIT,
    POLICY_MS,
    START,
    Pair,
    a_pair,
    accept,
    an_invitation,
    answer,
    two,
)
from wallet.crypto.hashing import digest, hash_bytes
from wallet.engine.api import commands
from wallet.model.credit import Terms, sign_agreement
from wallet.model.errors import WrongState
from wallet.model.identity import authority_of
from wallet.model.limits import LOCK_BUDGET_MS, PARK_AFTER_MS, SESSIONS_PER_PEER
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.credit.chit import State as ChitState
from wallet.protocol.credit.tally import State as TallyState
from wallet.protocol.messages.countersigning import (
    Accepted,
    PaymentEntry,
    PreflightReply,
    ResponseBody,
    SessionDataMessage,
)
from wallet.protocol.messages.refusals import Refusal
from wallet.protocol.messages.tallies import TallyOffer

# Clocks ----------------------------------------------------------------------------------


@pytest.mark.rule("F35", "F38")
def test_a_partner_whose_clock_is_ten_minutes_ahead_is_declined_with_our_clock() -> None:
    pair = a_pair()
    pair.bo.clock.skew = -600_000
    uuid = pair.pay(pair.ada)
    pair.carry(REPLY)
    answer_ = pair.post[0].body(PreflightReply).answer
    assert (answer_.why, answer_.clock) == ("future", pair.bo.clock.wall_ms())
    pair.carry("cancel")
    assert pair.ada.pump.live.offsets[pair.bo.agent] == -600_000
    nobody(pair, uuid)


@pytest.mark.rule("F36")
@pytest.mark.parametrize("skew", [-5_000, 5_000])
def test_clocks_five_seconds_apart_pay_all_the_same(skew: int) -> None:
    pair = a_pair()
    pair.bo.clock.skew = skew
    uuid = pair.pay(pair.ada)
    pair.calm()
    both(pair, uuid)


@pytest.mark.rule("F38")
def test_a_head_later_than_our_clock_is_declined_with_the_difference_shown() -> None:
    pair, uuid, letter = pay_until(REPLY)
    pair.take(REPLY)
    reply = letter.body(PreflightReply)
    late = (START + 4_000_000_000) * 1000
    body = replace(reply.answer.response.body, top_time=late)
    response = rules.respond(body.session, pair.bo.signer, NET, body)
    assert pair.send(pair.bo, replace(reply, answer=Accepted(response=response))) == []
    assert pair.ada.step(uuid) is S.CANCELLED
    assert pair.ada.session(uuid).record.reason == "clock"
    assert pair.ada.chit_state(uuid) is ChitState.REFUSED
    assert not pair.ada.is_locked


@pytest.mark.rule("F38", "F7")
def test_session_data_with_a_head_of_the_future_is_not_signed() -> None:
    pair, uuid, letter = pay_until(DATA)
    data = letter.body(SessionDataMessage).data
    body = replace(data.responses[0].body, top_time=(START + 4_000_000_000) * 1000)
    first = rules.respond(data.session, pair.ada.signer, NET, body)
    bad = replace(data, responses=(first, data.responses[1]))
    assert pair.send(pair.ada, SessionDataMessage(data=bad)) == []
    assert pair.bo.step(uuid) is S.RELEASED


@pytest.mark.rule("F37")
@pytest.mark.parametrize("jump", [-3_600_000, 31_536_000_000])
def test_a_clock_that_jumps_moves_no_deadline(jump: int) -> None:
    pair, uuid, _ = pay_until(SIGNATURE)
    pair.bo.clock.skew = jump
    pair.wait(1_000)
    assert pair.bo.step(uuid) is S.COMMITTED
    pair.carry()
    pair.bo.clock.skew = 0
    pair.calm()
    both(pair, uuid)


@pytest.mark.rule("F37")
@pytest.mark.parametrize("jump", [-3_600_000, 31_536_000_000])
def test_a_timer_over_a_restart_never_lasts_longer_than_it_was_set_for(jump: int) -> None:
    pair, uuid, _ = pay_until(SIGNATURE)
    pair.bo.clock.skew = jump
    pair.crash(pair.bo)
    due = pair.bo.pump.next_deadline()
    assert due is not None
    assert 0 <= due - pair.bo.clock.monotonic_ms() <= POLICY_MS
    pair.wait(POLICY_MS, pair.bo)
    assert pair.bo.session(uuid).record.past_end
    pair.bo.clock.skew = 0
    pair.calm()
    both(pair, uuid)


# Crossing, budgets, own acts -----------------------------------------------------------------


@pytest.mark.rule("F42")
def test_crossing_payments_both_arrive_and_the_smaller_name_goes_first() -> None:
    pair = a_pair()
    mine, theirs = pair.pay(pair.ada, 5_000), pair.pay(pair.bo, 3_000)
    names = {
        side.name: side.session(uuid).record.session
        for side, uuid in ((pair.ada, mine), (pair.bo, theirs))
    }
    pair.calm()
    pair.agree()
    assert pair.ada.balance == -2_000
    first = min(names, key=lambda name: names[name])
    winner = pair.side(first)
    states = {one.record.session: one.record.state for one in winner.sessions}
    assert states[names[first]] is S.COMPLETED


@pytest.mark.rule("F42", "F36")
@pytest.mark.parametrize("number", range(4))
def test_a_crossing_preflight_after_our_own_end_is_no_breach(number: int) -> None:
    pair = a_pair()
    entry = an_entry(pair)
    pair.pay(pair.bo, 3_000)
    pair.post.clear()
    for side in (pair.ada, pair.bo):
        side.clock.now += POLICY_MS
    one = replace(entry, chits=(replace(entry.chits[0], uuid=a_salt("crossing", number)),))
    assert propose(pair, one) == []


@pytest.mark.rule("F39", "R10", "R3", "F61")
def test_an_own_payment_during_an_incoming_session_goes_first_and_both_arrive() -> None:
    pair, uuid, _ = pay_until(DATA)
    assert pair.bo.is_locked
    own = pair.pay(pair.bo, 2_000)
    first = pair.bo.session(uuid).record
    assert (first.state, first.reason) == (S.RELEASED, "own act")
    pair.calm()
    pair.agree()
    assert pair.bo.chit_state(own) is ChitState.GOOD
    assert pair.ada.chit_state(uuid) is ChitState.GOOD
    assert pair.bo.balance == 3_000


@pytest.mark.rule("R3", "F10")
def test_session_data_for_a_released_signer_is_answered_at_once() -> None:
    pair, uuid, letter = pay_until(DATA)
    pair.post.clear()
    pair.unlink()
    session = pair.bo.session(uuid).record.session
    pair.wish(pair.bo, commands.StopSession(session))
    assert pair.bo.step(uuid) is S.RELEASED
    pair.linked = True
    pair.deliver(letter)
    pair.carry()
    assert pair.ada.first(uuid).record.session == session
    assert pair.ada.first(uuid).record.state is S.RELEASED, "the payer need not wait for the end"


@pytest.mark.rule("F39")
def test_an_own_payment_during_our_own_session_waits_its_turn_and_runs_by_itself() -> None:
    pair, first, _ = pay_until(SIGNATURE)
    second = pair.pay(pair.ada, 1_000)
    assert pair.ada.chit_state(second) is ChitState.WAITING
    assert pair.ada.step(first) is S.PREPARED, "a completer is not pre-empted"
    pair.calm()
    pair.agree()
    assert pair.bo.balance == 6_000


@pytest.mark.rule("F39", "R1", "R10")
def test_a_committed_chain_signs_nothing_else_until_it_is_free() -> None:
    pair, uuid, _ = pay_until(SIGNATURE)
    place = pair.bo.seq
    own = pair.pay(pair.bo, 2_000)
    assert pair.bo.step(uuid) is S.COMMITTED
    assert pair.bo.chit_state(own) is ChitState.WAITING
    assert pair.bo.seq == place
    pair.calm()
    pair.agree()
    assert pair.bo.kind_at(place + 1) == "payment"
    assert pair.bo.balance == 3_000


@pytest.mark.rule("F41", "F42")
def test_a_payment_of_the_partner_while_ours_holds_the_chain_is_busy_and_tried_again() -> None:
    pair, uuid, _ = pay_until(DATA)
    assert pair.ada.is_locked
    other = pair.pay(pair.bo, 1_000)
    assert pair.bo.first(uuid).record.reason == "own act"
    data, preflight = pair.take(DATA), pair.take(PRELUDE)
    pair.deliver(preflight)
    declined = pair.take(REPLY).body(PreflightReply).answer
    assert (declined.why, declined.other) == ("busy", pair.ada.session(uuid).record.session)
    del data
    pair.calm()
    pair.agree()
    assert pair.ada.chit_state(other) is ChitState.GOOD
    assert pair.bo.balance == 4_000


def hold(pair: Pair, *, sign: bool) -> None:
    """A payer whose sessions come to nothing: it goes silent at the same point each time."""
    entry = an_entry(pair)
    for number in range(LOCK_BUDGET_MS // POLICY_MS):
        one = replace(entry, chits=(replace(entry.chits[0], uuid=a_salt("held", number)),))
        assert propose(pair, one) == []
        if sign:
            pair.send(pair.ada, session_data(pair))
            assert pair.bo.step(one.chits[0].uuid) is S.COMMITTED
        assert pair.bo.is_locked
        pair.wait(POLICY_MS + 1, pair.bo)
        pair.wait(PARK_AFTER_MS + 1, pair.bo)
        pair.post.clear()
        assert not pair.bo.is_locked


def session_data(pair: Pair) -> SessionDataMessage:
    """Ada's modified client fixes the session that Bo has just accepted."""
    reply = pair.take(REPLY).body(PreflightReply)
    head = pair.ada.store.chains.get_head(pair.ada.agent)
    assert head is not None
    body = ResponseBody(
        session=reply.session,
        agent=pair.ada.agent,
        seq=head.seq + 1,
        top=head.hash,
        top_time=head.timestamp,
    )
    mine = rules.respond(reply.session, pair.ada.signer, NET, body)
    return SessionDataMessage(data=rules.data_of(reply.session, (mine, reply.answer.response)))


def is_declined_for_budget(pair: Pair, number: int = 99) -> bool:
    pair.post.clear()
    entry = an_entry(pair)
    propose(pair, replace(entry, chits=(replace(entry.chits[0], uuid=a_salt("more", number)),)))
    return last_answer(pair) == "budget"


@pytest.mark.rule("R10", "F44", "F61")
@pytest.mark.parametrize("sign", [False, True], ids=["before signing", "after signing"])
def test_sessions_that_come_to_nothing_use_up_the_partners_lock_budget(sign: bool) -> None:
    pair = a_pair()
    assert not is_declined_for_budget(pair, 1)
    pair = a_pair()
    hold(pair, sign=sign)
    assert is_declined_for_budget(pair)


@pytest.mark.rule("R10", "F61")
def test_a_partner_over_its_budget_cannot_cancel_our_own_proposals() -> None:
    pair = a_pair()
    hold(pair, sign=False)
    own = pair.pay(pair.bo, 2_000)
    for number in range(20):  # about half of them have a smaller name
        assert is_declined_for_budget(pair, number)
        assert pair.bo.step(own) is S.PROPOSED


@pytest.mark.rule("R10", "F61")
def test_who_completes_at_the_last_moment_again_and_again_uses_the_budget_up() -> None:
    pair = a_pair()
    for number, slow in enumerate((1_900, 14_000, 14_000, 14_000)):
        uuid = pair.pay(pair.ada, 1_000 + number)
        pair.carry("session-signature")
        pair.wait(slow, pair.bo)
        pair.carry()
        assert pair.ada.step(uuid) is S.COMPLETED
        used, _ = pair.bo.store.sessions.sum_lock_use(pair.ada.agent, 0, 2**60)
        assert used == number * 12_000
    assert is_declined_for_budget(pair)


@pytest.mark.rule("R10")
def test_a_budget_comes_back_with_time() -> None:
    pair = a_pair()
    hold(pair, sign=False)
    pair.wait(4_000_000, pair.bo)
    assert not is_declined_for_budget(pair)


@pytest.mark.rule("R10", "F61")
def test_no_more_than_a_few_payments_of_one_partner_wait_for_the_person() -> None:
    pair = a_pair()
    pair.wish(pair.bo, commands.SetAutoAccept(pair.bo.tally.uuid, on=False))
    pair.carry()
    entry = an_entry(pair)
    for number in range(SESSIONS_PER_PEER):
        one = replace(entry, chits=(replace(entry.chits[0], uuid=a_salt("asked", number)),))
        assert propose(pair, one) == []
        assert pair.bo.chit_state(one.chits[0].uuid) is ChitState.ASKED
    assert is_declined_for_budget(pair)


# What the payee is asked to countersign ------------------------------------------------------


@pytest.mark.rule("K1", "F7")
def test_a_payee_accepts_by_policy_what_brings_it_money() -> None:
    pair = a_pair()
    assert propose(pair, an_entry(pair)) == []
    assert last_answer(pair) == "accepted"


@pytest.mark.rule("F7", "F51")
@pytest.mark.parametrize("case", ["we pledge", "other tally", "other authority", "roles"])
def test_an_entry_that_breaks_the_rules_from_our_side_is_refused(case: str) -> None:
    pair = a_pair()
    entry = an_entry(pair)
    if case == "we pledge":
        entry = replace(entry, chits=(replace(entry.chits[0], by=pair.bo.tally.record.half),))
    elif case == "other tally":
        entry = replace(entry, chits=(replace(entry.chits[0], tally=hash_bytes(b"other")),))
    elif case == "other authority":
        cy = authority_of(a_person("Cy").root)
        entry = replace(entry, authorities=(cy, entry.authorities[1]))
    refused = propose(pair, entry, payer_first=case != "roles")
    assert [code for _, code in refused] == [Refusal.INVALID]
    assert not pair.bo.is_locked


@pytest.mark.rule("K1")
def test_beyond_what_we_granted_the_person_decides() -> None:
    pair = a_pair()
    uuid = pair.pay(pair.ada, LIMIT + 1)
    pair.carry()
    assert pair.bo.chit_state(uuid) is ChitState.ASKED
    assert not pair.bo.is_locked
    session = pair.bo.session(uuid).record.session
    pair.wish(pair.bo, commands.AnswerPayment(session, accept=True))
    pair.calm()
    both(pair, uuid, LIMIT + 1)


@pytest.mark.rule("K5")
def test_a_uuid_counts_once_and_a_session_for_it_is_declined() -> None:
    pair = a_pair()
    uuid = pair.pay(pair.ada)
    pair.carry()
    entry = pair.ada.session(uuid).entry
    assert propose(pair, entry) == []
    assert last_answer(pair) == "invalid"
    assert isinstance(entry, PaymentEntry)
    assert propose(pair, replace(entry, chits=(replace(entry.chits[0], units=1),))) == []
    assert last_answer(pair) == "invalid"
    assert pair.bo.balance == 5_000


@pytest.mark.rule("T6")
def test_a_payment_that_overtakes_the_certificate_of_its_tally_is_busy_not_refused() -> None:
    pair = two()
    answer(pair, *an_invitation(pair))
    pair.carry()
    accept(pair)
    pair.carry(CERTIFICATE)
    certificate = pair.take(CERTIFICATE)
    uuid = pair.pay(pair.ada)
    pair.carry()
    assert pair.ada.chit_state(uuid) is not ChitState.REFUSED
    pair.deliver(certificate)
    pair.calm()
    both(pair, uuid)


@pytest.mark.rule("T6", "F7")
def test_an_opening_of_terms_we_did_not_sign_is_declined_or_refused() -> None:
    pair = two()
    answer(pair, *an_invitation(pair))
    pair.carry()
    accept(pair)
    entry = pair.ada.sessions[0].entry
    pair.lose()
    agreement = entry.agreement  # type: ignore[union-attr]
    more = replace(agreement.foil, terms=Terms(limit=10**9))
    assert propose(pair, replace(entry, agreement=replace(agreement, foil=more))) == []
    assert last_answer(pair) == "policy"
    stranger = replace(agreement, uuid=a_salt("unknown"))
    refused = propose(pair, replace(entry, agreement=stranger))
    assert [code for _, code in refused] == [Refusal.INVALID]
    assert not pair.bo.is_locked


@pytest.mark.rule("T6", "T14")
def test_an_offer_slipped_in_while_the_tally_opens_never_becomes_its_terms() -> None:
    pair = two()
    answer(pair, *an_invitation(pair))
    pair.carry()
    accept(pair)
    pair.carry(SIGNATURE)
    standing = pair.ada.tally.agreement
    assert standing is not None
    mine = replace(standing.stock, terms=Terms(limit=10**12))
    slipped = replace(standing, revision=2, stock=mine)
    offer = TallyOffer(agreement=slipped, signature=sign_agreement(slipped, pair.bo.signer))
    pair.send(pair.bo, offer)
    pair.carry()
    opened = pair.ada.tally
    assert opened.record.state is TallyState.OPEN
    assert opened.agreement == standing
    assert opened.books is not None
    assert opened.record.digest == opened.books.tally == digest(standing)
    assert pair.bo.tally.record.digest == digest(standing)
    uuid = pair.pay(pair.bo, 700)
    pair.calm()
    assert pair.ada.chit_state(uuid) is ChitState.GOOD


# What a person may still do ------------------------------------------------------------------


@pytest.mark.rule("F36")
def test_answering_at_the_very_end_gets_a_sentence_not_a_breach() -> None:
    pair = a_pair()
    pair.wish(pair.bo, commands.SetAutoAccept(pair.bo.tally.uuid, on=False))
    pair.carry()
    uuid = pair.pay(pair.ada)
    pair.carry()
    session = pair.bo.session(uuid).record.session
    for side in (pair.ada, pair.bo):
        side.clock.now += 60_001
    with pytest.raises(WrongState):
        pair.wish(pair.bo, commands.AnswerPayment(session, accept=True))
    pair.wait(0)
    assert pair.bo.step(uuid) is S.CANCELLED


@pytest.mark.rule("F36", "R3")
def test_paying_at_the_very_end_of_an_incoming_session_just_pays() -> None:
    pair, _, _ = pay_until(DATA)
    pair.post.clear()
    for side in (pair.ada, pair.bo):
        side.clock.now += POLICY_MS
    own = pair.pay(pair.bo, 2_000)
    pair.calm()
    assert pair.bo.chit_state(own) is ChitState.GOOD
    pair.agree()


@pytest.mark.rule("R8")
def test_paying_anyway_is_not_open_to_a_payer_who_is_not_parked() -> None:
    pair, uuid, _ = pay_until(SIGNATURE)
    with pytest.raises(WrongState):
        pair.wish(pair.ada, commands.PayAnyway(pair.ada.session(uuid).record.session))


@pytest.mark.rule("R8", "F19")
def test_a_parked_payer_of_mode_e_pays_anyway_and_the_chit_counts_once_on_both_sides() -> None:
    pair, uuid, _ = pay_until(SIGNATURE)
    pair.post.clear()
    one = pair.ada.session(uuid)
    one.record = replace(one.record, mode="E", completer=False, state=S.PARKED)

    def park(work: Any) -> None:
        work.store.sessions.save(one, work.now.wall)
        work.store.chains.drop_lock(pair.ada.agent, one.record.session)

    pair.submit(pair.ada, park)
    pair.wish(pair.ada, commands.PayAnyway(one.record.session))
    assert pair.ada.first(uuid).record.state is S.PAID
    assert pair.ada.chit_state(uuid) is ChitState.GOOD
    assert pair.ada.kind_at(pair.ada.seq) == "chit", "the bare chit stands on the chain"
    pair.calm()
    assert pair.send(pair.ada, a_bare(pair, uuid)) == [], "again"
    pair.calm()
    assert pair.bo.first(uuid).record.state is S.PAID
    assert (pair.ada.balance, pair.bo.balance) == (-5_000, 5_000)
    pair.check()


def test_stopping_before_anything_is_signed_withdraws_the_payment() -> None:
    for kind in (PRELUDE, REPLY, DATA, SIGNATURE):
        pair, uuid, _ = pay_until(kind)
        session = pair.ada.session(uuid).record.session
        pair.wish(pair.ada, commands.StopSession(session))
        pair.calm()
        assert pair.ada.chit_state(uuid) is ChitState.WITHDRAWN
        nobody(pair, uuid)


@pytest.mark.parametrize("command", [commands.GoOn, commands.StopWaiting, commands.StopSession])
def test_what_the_table_does_not_allow_a_person_gets_a_sentence(command: Any) -> None:
    pair, uuid, _ = pay_until(CERTIFICATE)
    with pytest.raises(WrongState):
        pair.wish(pair.ada, command(pair.ada.session(uuid).record.session))
