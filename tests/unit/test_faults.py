"""Faults and required outcomes, as far as two signers in mode P reach: on two real pumps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from tests.helpers.builders import a_person, a_salt
from tests.helpers.pair import (
    LIMIT,
    POLICY_MS,
    START,
    Letter,
    Pair,
    a_pair,
    accept,
    an_invitation,
    answer,
    two,
)
from wallet.crypto.encoding import Base64, encode
from wallet.crypto.hashing import digest, hash_bytes
from wallet.crypto.signing import Signature
from wallet.engine.api import commands
from wallet.model.actions import sign_action
from wallet.model.credit import Terms, pledge, sign_agreement
from wallet.model.errors import WrongState
from wallet.model.identity import authority_of
from wallet.model.limits import LOCK_BUDGET_MS, PARK_AFTER_MS, SESSIONS_PER_PEER
from wallet.model.networks import COMMONS
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.countersign.signer import State
from wallet.protocol.credit.chit import State as ChitState
from wallet.protocol.credit.tally import State as TallyState
from wallet.protocol.messages.countersigning import (
    Accepted,
    BareChit,
    Cancel,
    Certificate,
    CertificateEvidence,
    Declined,
    NoEvidence,
    PaymentEntry,
    PreflightReply,
    PreflightRequest,
    ResponseBody,
    Salt32,
    Seat,
    SessionDataMessage,
    SessionSignature,
    SignatureEvidence,
    SlotEvidence,
    Status,
    StatusQuery,
)
from wallet.protocol.messages.frame import make_frame
from wallet.protocol.messages.refusals import Refusal
from wallet.protocol.messages.tallies import TallyOffer

S = State
NET = COMMONS.id
PRELUDE, REPLY, DATA = "preflight", "preflight-reply", "session-data"
SIGNATURE, CERTIFICATE = "session-signature", "certificate"


def pay_until(kind: str, pair: Pair | None = None) -> tuple[Pair, str, Letter]:
    """Ada pays Bo, up to this message, which waits in the post."""
    pair = pair or a_pair()
    uuid = pair.pay(pair.ada)
    letter = pair.carry(kind)
    assert letter is not None
    return pair, uuid, letter


def steps(pair: Pair, uuid: str) -> tuple[State, State]:
    """Where the payment's session stands on both sides."""
    return pair.ada.step(uuid), pair.bo.step(uuid)


def both(pair: Pair, uuid: str, amount: int = 5_000) -> None:
    """Every honest signer applied, once."""
    pair.agree()
    assert pair.bo.balance == amount
    assert pair.ada.chit_state(uuid) is pair.bo.chit_state(uuid) is ChitState.GOOD


def nobody(pair: Pair, uuid: str) -> None:
    """Nobody applied, and nobody is locked."""
    assert (pair.ada.balance, pair.bo.balance) == (0, 0)
    assert not pair.ada.is_locked
    assert not pair.bo.is_locked
    assert pair.bo.chit_state(uuid) is not ChitState.GOOD
    pair.check()


def withdraw(pair: Pair, uuid: str) -> None:
    pair.wish(pair.ada, commands.WithdrawPayment(uuid))


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


# Altered, forged, foreign -------------------------------------------------------------


def change(letter: Letter, kind: type, **fields: Any) -> Any:
    return replace(letter.body(kind), **fields)


@pytest.mark.rule("F7")
@pytest.mark.parametrize(
    "alter",
    [
        lambda body: replace(body, entry=Base64.of(body.entry.raw[:-1] + b"x")),
        lambda body: replace(body, entry=Base64.of(b"short")),
        lambda body: replace(
            body, preflight=replace(body.preflight, entry=rules.hash_entry(b"other"))
        ),
        lambda body: replace(
            body, preflight=replace(body.preflight, signers=body.preflight.signers[::-1])
        ),
        lambda body: replace(body, preflight=replace(body.preflight, network=OTHER_NETWORK)),
        lambda body: replace(
            body, preflight=replace(body.preflight, end=body.preflight.start + 10**10)
        ),
        lambda body: replace(body, preflight=replace(body.preflight, mode="E")),
        lambda body: replace(
            body,
            preflight=replace(
                body.preflight,
                signers=(
                    replace(body.preflight.signers[0], role="payee"),
                    replace(body.preflight.signers[1], role="payer"),
                ),
            ),
        ),
    ],
    ids=["entry", "garbage", "hash", "seats", "network", "a year", "mode", "roles"],
)
def test_an_altered_preflight_is_refused_and_leaves_nothing(
    alter: Callable[[PreflightRequest], PreflightRequest],
) -> None:
    pair, _, letter = pay_until(PRELUDE)
    before = [row for row in pair.bo.dump() if row[0] != "heard"]
    refused = pair.send(pair.ada, alter(letter.body(PreflightRequest)))
    assert [code for _, code in refused] == [Refusal.INVALID]
    assert [row for row in pair.bo.dump() if row[0] != "heard"] == before


OTHER_NETWORK = replace(COMMONS, name="elsewhere").id


@pytest.mark.rule("F7", "F8", "F9")
@pytest.mark.parametrize(
    "alter",
    [
        lambda data, pair: replace(data, responses=data.responses[:1] * 2),
        lambda data, pair: replace(data, responses=data.responses[::-1]),
        lambda data, pair: replace(data, responses=data.responses * 2),
        lambda data, pair: replace(
            data,
            responses=(
                replace(data.responses[0], signature=data.responses[1].signature),
                data.responses[1],
            ),
        ),
        lambda data, pair: replace(
            data, responses=(data.responses[0], forged(pair, data.responses[1].body))
        ),
    ],
    ids=["one twice", "swapped", "too many", "wrong signature", "our own, changed"],
)
def test_altered_session_data_releases_and_no_signature_leaves(
    alter: Callable[..., Any],
) -> None:
    pair, uuid, letter = pay_until(DATA)
    data = letter.body(SessionDataMessage).data
    assert pair.send(pair.ada, SessionDataMessage(data=alter(data, pair))) == []
    assert pair.bo.step(uuid) is S.RELEASED
    assert SIGNATURE not in pair.bo.owes()
    assert not pair.bo.is_locked


def forged(pair: Pair, body: ResponseBody) -> Any:
    """A response in Bo's name that Bo did sign, but for another place."""
    other = replace(body, seq=body.seq + 1)
    return rules.respond(body.session, pair.bo.signer, NET, other)


@pytest.mark.rule("F9", "R1")
def test_a_second_session_data_for_one_preflight_is_never_signed() -> None:
    pair, uuid, letter = pay_until(DATA)
    data = letter.body(SessionDataMessage).data
    pair.deliver(pair.take(DATA))
    assert pair.bo.step(uuid) is S.COMMITTED
    first = pair.take(SIGNATURE)
    body = replace(data.responses[0].body, seq=99)
    other = rules.respond(data.session, pair.ada.signer, NET, body)
    changed = replace(data, responses=(other, data.responses[1]))
    assert pair.send(pair.ada, SessionDataMessage(data=changed)) == []
    assert pair.bo.step(uuid) is S.COMMITTED
    assert pair.post == [], "nothing more leaves"
    pair.deliver(first)
    pair.calm()
    both(pair, uuid)


@pytest.mark.rule("F12", "F11")
def test_a_garbage_signature_is_refused_first_and_never_displaces_a_good_one() -> None:
    pair, uuid, letter = pay_until(SIGNATURE)
    body = letter.body(SessionSignature)
    bad = replace(body, signature=Signature.of(bytes(64)))
    assert pair.send(pair.bo, bad)[0][1] == Refusal.INVALID
    assert pair.ada.session(uuid).signatures == {}
    for _ in range(100):
        pair.ada.pump.receive(pair.bo.agent, [letter.frame])
    pair.collect()
    good = pair.ada.session(uuid).signatures
    assert good[pair.bo.agent] == body.signature
    assert pair.send(pair.bo, replace(bad, signature=Signature.of(b"\1" * 64)))
    assert pair.ada.session(uuid).signatures == good
    pair.calm()
    assert pair.bo.balance == 5_000


@pytest.mark.rule("F13", "F58")
def test_a_stranger_has_no_say_in_a_session() -> None:
    pair, uuid, letter = pay_until(SIGNATURE)
    cy = a_person("Cy")
    before = [row for row in pair.ada.dump() if row[0] != "heard"]
    session = pair.ada.session(uuid).record.session
    for body in (
        letter.body(SessionSignature),
        Cancel(session=session),
        StatusQuery(session=session, attempt=1),
        Status(session=session, attempt=1, evidence=NoEvidence()),
    ):
        frame = make_frame(body.KIND, NET, cy.agent, pair.ada.agent, body)
        assert pair.ada.pump.receive(cy.agent, [frame])[0][1] == Refusal.INVALID
    assert [row for row in pair.ada.dump() if row[0] != "heard"] == before
    pair.calm()
    both(pair, uuid)


@pytest.mark.rule("F58")
def test_junk_for_unknown_sessions_is_dropped_before_storage() -> None:
    pair = a_pair()
    before = [row for row in pair.bo.dump() if row[0] not in ("heard", "outbox")]
    for number in range(50):
        session, word = hash_bytes(b"no such %d" % number), hash_bytes(b"data")
        junk: list[Any] = [
            SessionSignature(session=session, data=word, signature=Signature.of(bytes(64))),
            Certificate(session=session, data=word, signatures=(Signature.of(bytes(64)),) * 2),
            Status(session=session, attempt=1, evidence=NoEvidence()),
        ]
        assert all(pair.send(pair.ada, body) for body in junk)
        assert pair.send(pair.ada, StatusQuery(session=session, attempt=1)) == []
    after = [row for row in pair.bo.dump() if row[0] not in ("heard", "outbox")]
    assert after == before


@pytest.mark.rule("F15", "F16")
@pytest.mark.parametrize("case", ["earlier", "swapped", "missing", "garbage", "other data"])
def test_a_certificate_that_is_not_this_sessions_changes_nothing(case: str) -> None:
    pair = a_pair()
    pair.pay(pair.ada, 1_000)
    old_letter = pair.carry(CERTIFICATE)
    assert old_letter is not None
    old = old_letter.body(Certificate)
    pair.carry()
    pair, uuid, letter = pay_until(CERTIFICATE, pair)
    good = letter.body(Certificate)
    bad = {
        "earlier": replace(good, signatures=old.signatures),
        "swapped": replace(good, signatures=good.signatures[::-1]),
        "missing": replace(good, signatures=good.signatures[:1] * 2),
        "garbage": replace(good, signatures=(good.signatures[0], Signature.of(bytes(64)))),
        "other data": replace(good, data=old.data),
    }[case]
    assert pair.send(pair.ada, bad)[0][1] == Refusal.INVALID
    assert pair.bo.step(uuid) is S.COMMITTED
    assert pair.send(pair.ada, old) == [], "heard before"
    pair.calm()
    both(pair, uuid, 6_000)


@pytest.mark.rule("F16")
def test_a_certificate_with_a_signature_too_many_is_refused() -> None:
    pair, _, letter = pay_until(CERTIFICATE)
    good = letter.body(Certificate)
    bad = replace(good, signatures=(*good.signatures, good.signatures[0]))
    assert pair.send(pair.ada, bad)[0][1] == Refusal.INVALID


@pytest.mark.rule("F18")
def test_a_valid_certificate_for_a_released_payer_sounds_the_alarm() -> None:
    pair, uuid, letter = pay_until(SIGNATURE)
    pair.post.clear()
    pair.wait(POLICY_MS + 1, pair.ada)
    one = pair.ada.first(uuid)
    assert one.data is not None
    action = rules.derive_action(
        one.preflight, one.secret, one.data, one.responses[pair.ada.agent].body
    )
    mine = rules.promise(action, pair.ada.signer, NET)
    theirs = letter.body(SessionSignature).signature
    forged_ = Certificate(session=one.record.session, data=one.data, signatures=(mine, theirs))
    assert pair.send(pair.bo, forged_) == []
    assert "storage-lost" in pair.ada.notices()
    assert pair.ada.first(uuid).record.state is S.RELEASED
    assert pair.ada.balance == 0


@pytest.mark.rule("F29", "N4", "R4")
def test_a_session_signature_shown_as_an_action_is_nothing() -> None:
    pair, uuid, letter = pay_until(SIGNATURE)
    pair.post.clear()
    pair.wait(POLICY_MS + 1, pair.ada)
    one = pair.ada.first(uuid)
    assert one.data is not None
    body = one.responses[pair.bo.agent].body
    action = rules.derive_action(one.preflight, one.secret, one.data, body)
    promise = letter.body(SessionSignature).signature
    shown = replace(sign_action(action, pair.bo.signer, NET), signature=promise)
    status = Status(session=one.record.session, attempt=0, evidence=SlotEvidence(action=shown))
    assert pair.send(pair.bo, status)[0][1] == Refusal.INVALID


@pytest.mark.rule("F49")
def test_a_payer_who_publishes_an_action_it_never_completed_is_bound_by_it() -> None:
    pair, uuid, _ = pay_until(SIGNATURE)
    one = pair.ada.session(uuid)
    assert one.data is not None
    body = one.responses[pair.ada.agent].body
    action = rules.derive_action(one.preflight, one.secret, one.data, body)
    shown = sign_action(action, pair.ada.signer, NET)
    status = Status(session=one.record.session, attempt=0, evidence=SlotEvidence(action=shown))
    assert pair.send(pair.ada, status) == []
    assert pair.bo.step(uuid) is S.COMPLETED
    assert pair.bo.balance == 5_000
    pair.bo.check()


@pytest.mark.rule("R4", "R7")
@pytest.mark.parametrize("case", ["salt", "stop", "session", "no salt", "other place", "no park"])
def test_a_park_shown_wrongly_is_refused(case: str) -> None:
    pair, uuid, _ = pay_until(SIGNATURE)
    pair.post.clear()
    pair.wait(POLICY_MS + 1, pair.ada)
    pair.collect()
    status = next(one for one in pair.post if one.kind == "status").body(Status)
    good = status.evidence
    assert good.park.stop
    bad = {
        "salt": replace(good, salt=Salt32.of(bytes(32))),
        "stop": replace(good, park=replace(good.park, stop=False)),
        "session": replace(good, park=replace(good.park, session=hash_bytes(b"other"))),
        "no salt": replace(good, salt=None),
        "other place": replace(
            good, action=sign_action(
                replace(good.action.action, seq=good.action.action.seq + 1),
                pair.ada.signer, NET,
            )
        ),
        "no park": replace(good, action=replace(good.action, signature=Signature.of(bytes(64)))),
    }[case]  # fmt: skip
    assert pair.send(pair.ada, replace(status, evidence=bad))[0][1] == Refusal.INVALID
    assert pair.bo.step(uuid) is S.COMMITTED
    assert pair.send(pair.ada, status) == []
    assert pair.bo.step(uuid) is S.ABORTED


@pytest.mark.rule("F51", "F7")
def test_a_response_that_somebody_else_signed_is_refused() -> None:
    pair, uuid, letter = pay_until(REPLY)
    reply = letter.body(PreflightReply)
    body = reply.answer.response.body
    for response in (
        rules.respond(body.session, pair.ada.signer, NET, body),
        rules.respond(body.session, pair.bo.signer, OTHER_NETWORK, body),
        rules.respond(
            body.session, pair.bo.signer, NET, replace(body, session=hash_bytes(b"other"))
        ),
    ):
        bad = replace(reply, answer=Accepted(response=response))
        assert pair.send(pair.bo, bad)[0][1] == Refusal.INVALID
    assert pair.ada.step(uuid) is S.PROPOSED
    assert not pair.ada.is_locked
    pair.calm()
    both(pair, uuid)


@pytest.mark.rule("F46")
def test_a_replay_in_another_network_is_invalid() -> None:
    pair, _, letter = pay_until(PRELUDE)
    request = letter.body(PreflightRequest)
    replay = replace(request, preflight=replace(request.preflight, network=OTHER_NETWORK))
    assert pair.send(pair.ada, replay)[0][1] == Refusal.INVALID
    assert not pair.bo.is_locked


@pytest.mark.rule("F45", "R3")
def test_an_old_preflight_played_again_is_declined_without_a_lock() -> None:
    pair, uuid, letter = pay_until(PRELUDE)
    pair.unlink()
    pair.wait(POLICY_MS + 1)
    withdraw(pair, uuid)
    pair.calm()
    assert pair.send(pair.ada, letter.body(PreflightRequest)) == []
    reply = pair.take(REPLY).body(PreflightReply)
    assert reply.answer.why == "expired"
    nobody(pair, uuid)


@pytest.mark.rule("F5", "R3")
def test_a_cancel_that_overtakes_its_preflight_buries_it() -> None:
    pair, uuid, letter = pay_until(PRELUDE)
    session = pair.ada.session(uuid).record.session
    pair.post.clear()
    assert pair.send(pair.ada, Cancel(session=session)) == []
    assert pair.send(pair.ada, letter.body(PreflightRequest)) == []
    assert pair.take(REPLY).body(PreflightReply).answer.why == "expired"
    assert not pair.bo.is_locked


@pytest.mark.rule("F5")
def test_only_the_initiator_may_cancel() -> None:
    pair, uuid, _ = pay_until(DATA)
    session = pair.ada.session(uuid).record.session
    assert pair.send(pair.bo, Cancel(session=session))[0][1] == Refusal.INVALID
    assert pair.ada.step(uuid) is S.PREPARED


@pytest.mark.rule("R1")
def test_only_the_initiator_sends_session_data_and_only_signers_answer() -> None:
    pair, uuid, letter = pay_until(DATA)
    data = letter.body(SessionDataMessage)
    assert pair.send(pair.bo, data)[0][1] == Refusal.INVALID
    one = pair.bo.session(uuid)
    reply = PreflightReply(
        session=one.record.session, answer=Accepted(response=one.responses[pair.bo.agent])
    )
    frame = make_frame(reply.KIND, NET, pair.ada.agent, pair.bo.agent, reply)
    assert pair.bo.pump.receive(pair.ada.agent, [frame])[0][1] == Refusal.INVALID
    signature = SessionSignature(
        session=one.record.session, data=hash_bytes(b"x"), signature=Signature.of(bytes(64))
    )
    assert pair.send(pair.ada, signature)[0][1] == Refusal.INVALID, "Bo completes nothing"
    assert pair.send(pair.bo, signature)[0][1] == Refusal.INVALID, "over other session data"


@pytest.mark.rule("F49", "F50")
def test_evidence_before_any_session_data_is_refused() -> None:
    pair, uuid, _ = pay_until(REPLY)
    session = pair.ada.session(uuid).record.session
    certificate = Certificate(
        session=session, data=hash_bytes(b"x"), signatures=(Signature.of(bytes(64)),) * 2
    )
    assert pair.send(pair.ada, certificate)[0][1] == Refusal.INVALID
    evidence = CertificateEvidence(certificate=certificate)
    status = Status(session=session, attempt=1, evidence=evidence)
    assert pair.send(pair.ada, status)[0][1] == Refusal.INVALID


@pytest.mark.rule("F10", "F21")
def test_a_signature_shown_as_evidence_completes_the_payer() -> None:
    pair, uuid, letter = pay_until(SIGNATURE)
    pair.post.clear()
    session = pair.ada.session(uuid).record.session
    signature = letter.body(SessionSignature).signature
    status = Status(session=session, attempt=1, evidence=SignatureEvidence(signature=signature))
    assert pair.send(pair.bo, status) == []
    assert pair.ada.step(uuid) is S.COMPLETED
    pair.calm()
    both(pair, uuid)


@pytest.mark.rule("F51")
def test_a_question_from_outside_the_session_is_refused() -> None:
    pair, uuid, _ = pay_until(DATA)
    cy = a_person("Cy")
    query = StatusQuery(session=pair.ada.session(uuid).record.session, attempt=1)
    frame = make_frame(query.KIND, NET, cy.agent, pair.ada.agent, query)
    assert pair.ada.pump.receive(cy.agent, [frame])[0][1] == Refusal.INVALID


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
    one = replace(entry, chit=replace(entry.chit, uuid=a_salt("crossing", number)))
    assert propose(pair, one) == []


@pytest.mark.rule("F39", "R10", "R3")
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
        one = replace(entry, chit=replace(entry.chit, uuid=a_salt("held", number)))
        assert propose(pair, one) == []
        if sign:
            pair.send(pair.ada, session_data(pair))
            assert pair.bo.step(one.chit.uuid) is S.COMMITTED
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
    propose(pair, replace(entry, chit=replace(entry.chit, uuid=a_salt("more", number))))
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
        one = replace(entry, chit=replace(entry.chit, uuid=a_salt("asked", number)))
        assert propose(pair, one) == []
        assert pair.bo.chit_state(one.chit.uuid) is ChitState.ASKED
    assert is_declined_for_budget(pair)


# What the payee is asked to countersign ------------------------------------------------------


def propose(
    pair: Pair, entry: Any, *, payer_first: bool = True, window: int = POLICY_MS
) -> list[tuple[Any, int]]:
    """Ada's modified client asks Bo to countersign any entry."""
    roles = ("payer", "payee") if isinstance(entry, PaymentEntry) else ("initiator", "acceptor")
    if not payer_first:
        roles = roles[::-1]
    seats = (
        Seat(agent=pair.ada.agent, role=roles[0]),  # type: ignore[arg-type]
        Seat(agent=pair.bo.agent, role=roles[1]),  # type: ignore[arg-type]
    )
    dice = rules.Dice(*(pair.ada.dice.token(size) for size in (16, 32, 32, 24)))
    now = pair.ada.clock.wall_ms()
    preflight, box = rules.make_preflight(NET, entry, seats, now, window, dice)
    return pair.send(pair.ada, PreflightRequest(preflight=preflight, entry=box))


def an_entry(pair: Pair, **chit: Any) -> PaymentEntry:
    uuid = pair.pay(pair.ada)
    pair.post.clear()
    entry = pair.ada.session(uuid).entry
    assert isinstance(entry, PaymentEntry)
    session = pair.ada.session(uuid).record.session
    pair.wish(pair.ada, commands.StopSession(session))
    pair.post.clear()
    return replace(entry, chit=replace(entry.chit, uuid=a_salt(uuid), **chit))


def last_answer(pair: Pair) -> str:
    found = pair.take(REPLY).body(PreflightReply).answer
    return found.why if isinstance(found, Declined) else "accepted"


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
        entry = replace(entry, chit=replace(entry.chit, by=pair.bo.tally.record.half))
    elif case == "other tally":
        entry = replace(entry, chit=replace(entry.chit, tally=hash_bytes(b"other")))
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
    assert propose(pair, replace(entry, chit=replace(entry.chit, units=1))) == []
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


# Bare chits ------------------------------------------------------------------------------


def a_bare(pair: Pair, uuid: str) -> BareChit:
    chit = pair.ada.chit(uuid).chit
    me = pair.ada.pump.me
    return BareChit(chit=chit, pledge=pledge(chit, me.authority, me.signer, me.network))


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
    for secret in (session.record.session.raw, session.entry.chit.tally.raw):  # type: ignore[union-attr]
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
    assert pair.ada.step(uuid) is S.PAID
    assert pair.ada.chit_state(uuid) is ChitState.GOOD
    assert pair.ada.kind_at(pair.ada.seq) == "chit", "the bare chit stands on the chain"
    pair.calm()
    assert pair.send(pair.ada, a_bare(pair, uuid)) == [], "again"
    pair.calm()
    assert pair.bo.step(uuid) is S.PAID
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
