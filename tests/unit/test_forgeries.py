"""Altered, forged and foreign messages of a session: refused, and they leave nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from tests.helpers.builders import a_person
from tests.helpers.faults import (
    CERTIFICATE,
    DATA,
    NET,
    OTHER_NETWORK,
    PRELUDE,
    REPLY,
    SIGNATURE,
    S,
    both,
    nobody,
    pay_until,
    withdraw,
)
from tests.helpers.pair import (
    POLICY_MS,
    Letter,
    Pair,
    a_pair,
)
from wallet.crypto.encoding import Base64
from wallet.crypto.hashing import hash_bytes
from wallet.crypto.signing import Signature
from wallet.model.actions import sign_action
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.messages.countersigning import (
    Accepted,
    Cancel,
    Certificate,
    CertificateEvidence,
    NoEvidence,
    PreflightReply,
    PreflightRequest,
    ResponseBody,
    Salt32,
    SessionDataMessage,
    SessionSignature,
    SignatureEvidence,
    SlotEvidence,
    Status,
    StatusQuery,
)
from wallet.protocol.messages.frame import make_frame
from wallet.protocol.messages.refusals import Refusal

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
