"""Faults and outcomes: what is lost, late, stopped or paid anyway, on two real pumps."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.helpers.builders import a_person
from tests.helpers.faults import (
    CERTIFICATE,
    DATA,
    PRELUDE,
    REPLY,
    SIGNATURE,
    S,
    a_bare,
    both,
    nobody,
    pay_until,
    steps,
)
from tests.helpers.pair import (
    POLICY_MS,
    a_pair,
    accept,
    an_invitation,
    answer,
    two,
)
from wallet.crypto.encoding import Base64, encode
from wallet.crypto.hashing import hash_bytes
from wallet.engine.api import commands
from wallet.model.errors import WrongState
from wallet.model.identity import authority_of
from wallet.model.limits import PARK_AFTER_MS
from wallet.protocol.credit.chit import State as ChitState
from wallet.protocol.credit.tally import State as TallyState
from wallet.protocol.messages.countersigning import (
    PreflightRequest,
)
from wallet.protocol.messages.refusals import Refusal

# Loss, repeats, order ---------------------------------------------------------------


@pytest.mark.rule("F1", "R7")
def test_a_lost_preflight_is_sent_again_over_the_next_link() -> None:
    pair, uuid, _ = pay_until(PRELUDE)
    pair.unlink()
    pair.wait(2_000)
    pair.calm()
    both(pair, uuid)
    assert len(pair.bo.sessions) == 2


@pytest.mark.rule("F1")
def test_a_preflight_never_delivered_by_the_end_applies_to_nobody_and_never_locks() -> None:
    pair, uuid, _ = pay_until(PRELUDE)
    pair.unlink()
    assert not pair.ada.is_locked
    pair.wait(POLICY_MS + 1)
    assert pair.ada.step(uuid) is S.CANCELLED
    assert PRELUDE not in pair.ada.owes()
    assert pair.ada.chit_state(uuid) is ChitState.WAITING
    nobody(pair, uuid)


@pytest.mark.rule("F2", "F3")
def test_a_repeated_preflight_gets_the_same_bytes_and_no_second_lock() -> None:
    pair, uuid, letter = pay_until(PRELUDE)
    pair.carry(REPLY)
    first = pair.take(REPLY)
    again = letter.body(PreflightRequest)
    assert pair.bo.pump.receive(pair.ada.agent, [letter.frame]) == []
    assert pair.bo.pump.take_ready() == [], "heard once: only acknowledged"
    other = replace(again, entry=again.entry)
    pair.submit(pair.bo, lambda work: pair.bo.pump.admission.receive(work, pair.ada.agent, other))
    assert pair.take(REPLY).id == first.id
    pair.bo.check()
    assert pair.bo.step(uuid) is S.PREPARED


@pytest.mark.rule("F4", "F36")
def test_a_reply_after_the_end_brings_no_session_data() -> None:
    pair, uuid, letter = pay_until(REPLY)
    pair.post.clear()
    for side in (pair.ada, pair.bo):
        side.clock.now += POLICY_MS
    pair.deliver(letter)
    assert pair.ada.first(uuid).record.state is S.CANCELLED
    assert all(one.kind != DATA for one in pair.post)
    assert pair.ada.refusals == []
    pair.calm()
    both(pair, uuid)


@pytest.mark.rule("F6", "R3")
def test_lost_session_data_releases_both_and_the_money_goes_by_another_session() -> None:
    pair, uuid, _ = pay_until(DATA)
    first = pair.ada.session(uuid).record.session
    pair.unlink()
    pair.wait(POLICY_MS + 1)
    assert steps(pair, uuid) == (S.RELEASED, S.RELEASED)
    assert pair.ada.kind_at(pair.ada.seq) == "session_park"
    nobody(pair, uuid)
    pair.calm()
    both(pair, uuid)
    assert pair.ada.session(uuid).record.session != first


@pytest.mark.rule("F6", "R3", "R7")
def test_a_stop_shown_to_a_signer_who_never_saw_the_session_data_is_no_breach() -> None:
    pair, uuid, _ = pay_until(DATA)
    pair.lose(DATA)
    pair.wait(POLICY_MS + 1, pair.ada)
    pair.carry()
    assert pair.bo.refusals == [], "an honest wallet is never refused"
    pair.wait(0)
    assert steps(pair, uuid)[1] is S.RELEASED


@pytest.mark.rule("F10", "F21")
def test_a_lost_session_signature_completes_late() -> None:
    pair, uuid, _ = pay_until(SIGNATURE)
    pair.unlink()
    pair.wait(POLICY_MS - 2_000)
    pair.calm()
    both(pair, uuid)
    assert len(pair.bo.sessions) == 2


@pytest.mark.rule("F10", "F19", "R3", "R4")
def test_a_session_signature_after_the_end_finds_a_released_payer_and_its_stop() -> None:
    pair, uuid, _ = pay_until(SIGNATURE)
    withheld = pair.take(SIGNATURE)
    place = pair.bo.seq + 1
    pair.unlink()
    pair.wait(POLICY_MS + 1, pair.ada)
    assert pair.ada.step(uuid) is S.RELEASED
    pair.link()
    pair.deliver(withheld)
    pair.carry()
    assert pair.bo.first(uuid).record.state is S.ABORTED
    assert pair.bo.kind_at(place) == "session_park"
    pair.calm()
    both(pair, uuid)


@pytest.mark.rule("F47")
def test_a_payee_that_accepts_and_never_signs_holds_nobody_and_the_payer_is_told() -> None:
    pair, uuid, _ = pay_until(SIGNATURE)
    for _ in range(1_000):
        if "payment-waits" in pair.ada.notices():
            break
        letter = pair.post.pop(0) if pair.post else None
        if letter is None:
            pair.wait(500)
        elif letter.kind != SIGNATURE:
            pair.deliver(letter)
    assert pair.ada.balance == 0
    assert "payment-waits" in pair.ada.notices()
    pair.wait(0)
    pair.calm()
    both(pair, uuid)


@pytest.mark.rule("F17", "R6")
def test_an_opening_in_doubt_is_told_and_told_again_when_it_is_known() -> None:
    pair = two()
    answer(pair, *an_invitation(pair))
    pair.carry()
    accept(pair)
    pair.carry(SIGNATURE)
    withheld = pair.take(SIGNATURE)
    pair.unlink()
    pair.wait(600_000, pair.bo)
    assert pair.bo.notices()[-1] == "opening-not-known"
    pair.wait(0, pair.ada)
    pair.link()
    pair.deliver(withheld)
    while pair.bo.sessions[0].record.state is S.COMMITTED:
        pair.deliver(pair.post.pop(0))
    assert pair.bo.sessions[0].record.state is S.ABORTED
    assert "opening-not-done" in pair.bo.notices()
    pair.calm()
    assert pair.bo.notices()[-1] == "tally-opened"
    pair.agree()


@pytest.mark.rule("F14", "F20", "C14")
def test_a_lost_certificate_is_asked_for_and_applied_late() -> None:
    pair, uuid, _ = pay_until(CERTIFICATE)
    pair.lose()
    pair.wait(POLICY_MS + 1, pair.bo)
    assert pair.bo.step(uuid) is S.COMMITTED
    assert pair.bo.chit_state(uuid) is ChitState.UNKNOWN
    assert "not-known" in pair.bo.notices()
    pair.carry()
    both(pair, uuid)
    assert "received-after-all" in pair.bo.notices()
    assert pair.bo.session(uuid).record.asked == 1


@pytest.mark.rule("F17", "F57", "R8", "N7")
def test_a_payee_who_stopped_gets_the_bare_chit_of_a_payer_who_had_completed() -> None:
    pair, uuid, _ = pay_until(CERTIFICATE)
    place = pair.bo.seq + 1
    pair.unlink()
    pair.wait(POLICY_MS + 1, pair.bo)
    pair.wait(PARK_AFTER_MS + 1, pair.bo)
    assert pair.bo.step(uuid) is S.PARKED
    assert pair.bo.session(uuid).record.stopped
    assert pair.bo.kind_at(place) == "session_park"
    assert not pair.bo.is_locked
    pair.calm()
    assert steps(pair, uuid) == (S.COMPLETED, S.PAID)
    both(pair, uuid)


@pytest.mark.rule("R8", "R6")
def test_the_person_stops_waiting_and_both_still_count_the_same() -> None:
    pair, uuid, _ = pay_until(CERTIFICATE)
    session = pair.bo.session(uuid).record.session
    with pytest.raises(WrongState):
        pair.wish(pair.bo, commands.StopWaiting(session))
    pair.lose()
    pair.wait(POLICY_MS + 1, pair.bo)
    pair.lose()
    pair.wish(pair.bo, commands.StopWaiting(session))
    pair.carry()
    assert steps(pair, uuid) == (S.COMPLETED, S.PAID)
    both(pair, uuid)


@pytest.mark.rule("R8", "R3")
def test_a_stop_that_reaches_a_payer_before_it_completed_ends_it_for_both() -> None:
    pair, uuid, _ = pay_until(SIGNATURE)
    pair.unlink()
    pair.wait(POLICY_MS + 1, pair.bo)
    pair.wait(PARK_AFTER_MS, pair.bo)
    assert pair.bo.step(uuid) is S.PARKED
    assert pair.ada.step(uuid) is S.PREPARED, "nobody woke the payer"
    pair.link()
    stop = pair.take("status")
    pair.post.clear()
    pair.deliver(stop)
    assert pair.ada.first(uuid).record.state is S.RELEASED
    pair.calm()
    both(pair, uuid)


@pytest.mark.rule("F17", "R6")
def test_an_agreement_parked_by_its_person_opens_when_the_certificate_turns_up() -> None:
    pair = two()
    answer(pair, *an_invitation(pair))
    pair.carry()
    accept(pair)
    pair.carry(CERTIFICATE)
    pair.unlink()
    pair.wait(600_000, pair.bo)
    one = pair.bo.sessions[0].record
    assert one.state is S.COMMITTED
    pair.wish(pair.bo, commands.GoOn(one.session))
    assert not pair.bo.is_locked
    assert pair.bo.tally.record.state is TallyState.OPENING
    pair.calm()
    assert pair.bo.sessions[0].record.state is S.COMPLETED
    assert pair.bo.tally.record.state is TallyState.OPEN
    pair.agree()


# Bare chits ------------------------------------------------------------------------------


@pytest.mark.rule("R8", "K5")
@pytest.mark.parametrize("at", [PRELUDE, REPLY, DATA, SIGNATURE, CERTIFICATE, ""])
def test_a_bare_chit_counts_in_every_state_and_once(at: str) -> None:
    pair = a_pair()
    uuid = pair.pay(pair.ada)
    pair.carry(at)
    assert pair.send(pair.ada, a_bare(pair, uuid)) == []
    assert pair.bo.chit_state(uuid) is ChitState.GOOD
    pair.bo.check()
    assert pair.bo.balance == 5_000
    pair.calm()
    pair.bo.check()
    assert pair.bo.balance == 5_000
    assert not pair.bo.is_locked


@pytest.mark.rule("R8")
def test_a_bare_chit_counts_while_the_person_is_asked_and_after_a_refusal() -> None:
    for answered in (False, True):
        pair = a_pair()
        pair.wish(pair.bo, commands.SetAutoAccept(pair.bo.tally.uuid, on=False))
        pair.carry()
        uuid = pair.pay(pair.ada)
        pair.carry()
        session = pair.bo.session(uuid).record.session
        if answered:
            pair.wish(pair.bo, commands.AnswerPayment(session, accept=False, reason="no"))
            pair.carry()
        assert pair.send(pair.ada, a_bare(pair, uuid)) == []
        assert pair.bo.chit_state(uuid) is ChitState.GOOD
        assert pair.bo.balance == 5_000
        pair.bo.check()


@pytest.mark.rule("K5", "F51")
@pytest.mark.parametrize("case", ["wrong signature", "other account", "other tally", "theirs"])
def test_a_bare_chit_that_its_pledger_did_not_sign_is_refused(case: str) -> None:
    pair = a_pair()
    uuid = pair.pay(pair.ada)
    pair.post.clear()
    good = a_bare(pair, uuid)
    bad = {
        "wrong signature": replace(good, chit=replace(good.chit, units=6_000)),
        "other account": replace(
            good, pledge=replace(good.pledge, authority=authority_of(a_person("Cy").root))
        ),
        "other tally": replace(good, chit=replace(good.chit, tally=hash_bytes(b"other"))),
        "theirs": replace(good, chit=replace(good.chit, by=pair.bo.tally.record.half)),
    }[case]
    assert pair.send(pair.ada, bad)[0][1] == Refusal.INVALID
    assert pair.bo.balance == 0
    pair.bo.check()


# Privacy -----------------------------------------------------------------------------------


@pytest.mark.rule("R9")
def test_nobody_can_pair_the_actions_of_two_signers() -> None:
    pair, uuid, _ = pay_until(CERTIFICATE)
    pair.calm()
    places = [side.session(uuid).responses[side.agent].body.seq for side in (pair.ada, pair.bo)]
    found = [side.at(seq) for side, seq in zip((pair.ada, pair.bo), places, strict=True)]
    assert found[0] is not None
    assert found[1] is not None
    one, other = found[0].signed.action, found[1].signed.action
    assert one.commitment != other.commitment  # type: ignore[union-attr]
    assert {one.entry_type, other.entry_type} == {"private"}  # type: ignore[union-attr]
    session = pair.ada.session(uuid)
    for secret in (session.record.session.raw, session.entry.chits[0].tally.raw):  # type: ignore[union-attr]
        assert Base64.of(secret).encode() not in encode(one) + encode(other)


@pytest.mark.rule("R9", "R4")
def test_a_park_looks_like_any_private_entry() -> None:
    pair, _, _ = pay_until(DATA)
    pair.post.clear()
    pair.wait(POLICY_MS + 1)
    park = pair.ada.at(pair.ada.seq)
    assert park is not None
    action = park.signed.action
    names = set(type(action).__struct_fields__)
    shown = {name for name in names if getattr(action, name) is not None}
    assert shown == {"author", "timestamp", "seq", "prev", "entry_type", "commitment"}
    assert action.entry_type == "private"  # type: ignore[union-attr]
