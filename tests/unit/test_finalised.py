"""A payer who wrote a session's action on its chain is bound by it, whoever else signed (F49)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.helpers.circle import Circle
from tests.helpers.faults import S, pay_until
from tests.helpers.pair import POLICY_MS, Side
from tests.unit.test_faults_decided import HELPERS, WINDOW, decided, first, hold
from wallet.crypto.encoding import encode
from wallet.engine.audit import prove, verify_tally
from wallet.engine.desks import chainbook
from wallet.model.actions import sign_action
from wallet.model.errors import RuleBroken
from wallet.model.limits import PARK_AFTER_MS
from wallet.model.networks import COMMONS
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.credit.chit import State as ChitState
from wallet.protocol.credit.proof import check_proven
from wallet.protocol.messages.countersigning import SlotEvidence, Status
from wallet.protocol.messages.tallies import FinalisedProof, ProvenChit
from wallet.store.sessions import SessionFile

MODES = pytest.mark.parametrize("mode", ["E", "Q"])


def published(payer: Side, uuid: str) -> Status:
    """A modified client writes its session action on its chain, and shows it."""
    one = payer.first(uuid)
    assert one.data is not None
    body = one.responses[payer.agent].body
    action = rules.derive_action(one.preflight, one.secret, one.data, body)
    if payer.at(body.seq) is None:
        salt = rules.salt_of(one.secret, one.data, payer.agent)
        entry = encode(one.entry)
        payer.pump.submit(lambda work: chainbook.write_action(work, action, "payment", entry, salt))
    evidence = SlotEvidence(action=sign_action(action, payer.signer, COMMONS.id))
    return Status(session=one.record.session, attempt=9, evidence=evidence)


def counted(circle: Circle, uuid: str) -> None:
    """The two halves of the tally meet: once, on both sides, with a proof that stands alone.

    Nothing else is carried: a modified client's own session is its own affair.
    """
    for name in circle.sides:
        if name not in ("ada", "bo"):
            circle.leave(name)
    circle.link("ada", "bo")
    for _ in range(100):
        circle.post = [one for one in circle.post if one.kind.startswith(("chain-", "seen"))]
        if circle.post:
            circle.deliver(circle.post.pop(0))
    assert circle.balance("bo", "ada") == -circle.balance("ada", "bo") == 5_000
    for name, other in (("ada", "bo"), ("bo", "ada")):
        assert circle[name].chit_state(uuid) is ChitState.GOOD
        verify_tally(circle[name].store, circle[name].pump.me, circle.tally(name, other))


@pytest.mark.rule("F49", "R8")
@MODES
@pytest.mark.parametrize("at", ["committed", "parked", "released", "aborted"])
def test_what_the_payer_finalised_counts_in_whatever_state_the_payee_is(mode: str, at: str) -> None:
    circle = decided(mode)
    uuid = circle.pay("ada", "bo")
    if at == "released":
        lost = hold(circle, "session-data", "ada", "bo")
        circle.leave(*HELPERS[mode].split())
        circle.wait(WINDOW + 1, "bo")
        circle.post.clear()
        circle.deliver(lost)  # too late to sign, in time to know what Ada promised
    else:
        hold(circle, "session-signature" if mode == "E" else "vote-request", "bo")
        published(circle["ada"], uuid)  # before she gives the place away
        if at == "aborted":
            circle.deaf |= {("bo", name) for name in HELPERS[mode].split()}
            circle.carry()
        else:
            circle.leave(*HELPERS[mode].split())
        for _ in range(60):
            if first(circle, "bo", uuid) is S[at.upper()]:
                break
            circle.wait(1_000)
            circle.carry()
    shown = published(circle["ada"], uuid)
    circle.post.clear()
    assert first(circle, "bo", uuid) is S[at.upper()]
    assert circle.send("ada", "bo", shown) == []
    assert circle["bo"].chit_state(uuid) is ChitState.GOOD
    assert circle.balance("bo", "ada") == 5_000
    assert isinstance(prove(circle["bo"].store, circle["bo"].chit(uuid)).proof, FinalisedProof)
    circle["bo"].check()
    counted(circle, uuid)
    if at == "committed":  # no certificate comes: it parks by itself, and is paid
        for _ in range(30):
            circle.wait(1_000, "bo")
    assert first(circle, "bo", uuid) in (S.PAID, S.RELEASED, S.ABORTED)
    if at != "aborted":  # there the next session for it runs already
        assert not circle["bo"].is_locked
    circle["bo"].check()


@pytest.mark.rule("F49", "R8")
@pytest.mark.parametrize("at", ["prepared", "parked", "released"])
def test_between_partners_too_it_counts_in_every_state(at: str, tmp_path: Path) -> None:
    pair, uuid, letter = pay_until("session-data" if at != "parked" else "session-signature")
    pair.post.clear()
    if at == "parked":
        pair.unlink()
        pair.wait(POLICY_MS + 1, pair.bo)
        pair.wait(PARK_AFTER_MS + 1, pair.bo)
        assert pair.bo.session(uuid).record.stopped
        pair.link()
        pair.post.clear()
    elif at == "released":
        pair.wait(POLICY_MS + 1, pair.bo)
        pair.deliver(letter)
        pair.post.clear()
    assert pair.bo.step(uuid) is S[at.upper()]
    refused = pair.send(pair.ada, published(pair.ada, uuid))
    if at == "prepared":  # without the session data nobody can tell what it is
        assert refused == []
        assert pair.bo.chit_state(uuid) is not ChitState.GOOD
        return
    assert pair.bo.chit_state(uuid) is ChitState.GOOD
    pair.bo.check()
    pair.link()
    for _ in range(100):
        pair.post = [one for one in pair.post if one.kind.startswith(("chain-", "seen"))]
        if pair.post:
            pair.deliver(pair.post.pop(0))
    assert pair.bo.balance == -pair.ada.balance == 5_000
    for side in (pair.ada, pair.bo):
        verify_tally(side.store, side.pump.me, side.tally)


def a_proof(circle: Circle, uuid: str) -> tuple[SessionFile, ProvenChit]:
    one, chit = circle["ada"].first(uuid), circle["bo"].chit(uuid)
    return one, prove(circle["bo"].store, chit)


@pytest.mark.rule("F49", "F51")
@pytest.mark.parametrize(
    "wrong", ["promise", "payee's", "other place", "other chit", "other tally"]
)
def test_a_proof_that_the_payer_did_not_sign_as_an_action_is_refused(wrong: str) -> None:
    circle = decided("E")
    uuid = circle.pay("ada", "bo")
    hold(circle, "session-signature", "bo")
    circle.send("ada", "bo", published(circle["ada"], uuid))
    one, good = a_proof(circle, uuid)
    proof: Any = good.proof
    tally = circle.tally("bo", "ada")
    assert tally.agreement is not None
    assert tally.books is not None
    assert one.data is not None
    block, terms = tally.books.tally, tally.agreement
    check_proven(good, block, terms, COMMONS.id)
    ada, bo = circle["ada"], circle["bo"]
    action = rules.derive_action(one.preflight, one.secret, one.data, one.responses[ada.agent].body)
    theirs = rules.derive_action(one.preflight, one.secret, one.data, one.responses[bo.agent].body)
    moved = replace(action, seq=action.seq + 1)
    chit = good.chit
    bad = {
        "promise": replace(proof, signature=rules.promise(action, ada.signer, COMMONS.id)),
        "payee's": replace(proof, signature=sign_action(theirs, bo.signer, COMMONS.id).signature),
        "other place": replace(
            proof, signature=sign_action(moved, ada.signer, COMMONS.id).signature
        ),
    }.get(wrong, proof)
    if wrong == "other chit":
        chit = replace(chit, units=chit.units + 1)
    if wrong == "other tally":
        chit = replace(chit, tally=one.data)
    with pytest.raises(RuleBroken):
        check_proven(ProvenChit(chit=chit, proof=bad), block, terms, COMMONS.id)


@pytest.mark.rule("F49", "R8")
@MODES
def test_the_payers_own_wallet_counts_it_when_the_payee_shows_the_chit(mode: str) -> None:
    """Ada's modified client published; her wallet, honest again, hears of it from Bo's half."""
    circle = decided(mode)
    uuid = circle.pay("ada", "bo")
    hold(circle, "session-signature" if mode == "E" else "vote-request", "bo")
    circle.post.clear()
    circle.send("ada", "bo", published(circle["ada"], uuid))
    assert circle["ada"].chit_state(uuid) is ChitState.SIGNING
    counted(circle, uuid)
    assert circle["ada"].chit(uuid).record.mine
