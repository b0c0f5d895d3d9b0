"""What a certificate stands on is kept whole, whatever was shown before, and by whom."""

from __future__ import annotations

import pytest

from tests.helpers.circle import Circle, a_payment
from tests.helpers.faults import a_slot
from wallet.engine.audit import verify_tally
from wallet.model.actions import sign_action
from wallet.model.networks import COMMONS
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.countersign import votes
from wallet.protocol.countersign.signer import State
from wallet.protocol.credit.chit import State as ChitState
from wallet.protocol.messages.countersigning import (
    ABORT,
    SlotEvidence,
    Status,
    Vote,
    VoteBody,
)

S = State


def first(circle: Circle, name: str, uuid: str) -> State:
    """Where the first session about this stands; later ones are new tries."""
    return circle[name].first(uuid).record.state


def both_count(circle: Circle, uuid: str) -> None:
    money_agrees(circle, uuid)
    circle.check()


def money_agrees(circle: Circle, uuid: str) -> None:
    """The chit counts on both sides, with proofs that verify, however the session ended."""
    assert circle.balance("bo", "ada") == -circle.balance("ada", "bo") == 5_000
    for name in ("ada", "bo"):
        assert circle[name].chit_state(uuid) is ChitState.GOOD
    for name, other in (("ada", "bo"), ("bo", "ada")):
        verify_tally(circle[name].store, circle[name].pump.me, circle.tally(name, other))


@pytest.mark.rule("F30")
def test_the_second_vote_of_a_liar_still_stands_in_the_certificate() -> None:
    """Bo heard first that Wes says abort; then a certificate comes in which Wes says commit."""
    circle, uuid = a_payment("Q", "wim wes wil", 2)
    circle.carry("certificate", "bo")
    session = circle.session("bo", uuid).record.session
    body = VoteBody(session=session, verdict=ABORT)
    lie = votes.cast(body, circle["wes"].signer, COMMONS.id)
    circle.send("wes", "bo", Vote(vote=lie))
    circle.carry()
    assert circle.state("bo", uuid) is S.COMPLETED
    bo = circle["bo"]
    assert len(bo.store.witnessing.list_lies()) == 1
    shown = circle.session("bo", uuid).certificate(bo.store.witnessing.list_votes(session))
    assert len(shown.votes) == 2
    both_count(circle, uuid)


def test_a_certificate_that_came_with_the_tally_chain_is_kept_with_its_votes() -> None:
    circle, uuid = a_payment("Q", "wim wes wil", 2)
    while circle.post:
        letter = circle.post.pop(0)
        if letter.to != "bo" or letter.kind not in ("vote", "certificate"):
            circle.deliver(letter)
    assert circle.state("bo", uuid) is S.COMPLETED
    both_count(circle, uuid)


@pytest.mark.rule("F49")
def test_a_finalised_action_seen_early_does_not_spoil_the_enzymes_certificate() -> None:
    """The enzyme signed over Ada's promise; Bo had seen Ada's published action before."""
    circle, uuid = a_payment("E", "wim")
    circle.carry("certificate", "bo")
    one = circle.session("ada", uuid)
    assert one.data is not None
    body = one.responses[circle["ada"].agent].body
    action = rules.derive_action(one.preflight, one.secret, one.data, body)
    published = sign_action(action, circle["ada"].signer, COMMONS.id)
    evidence = SlotEvidence(action=published)
    circle.send("ada", "bo", Status(session=one.record.session, attempt=7, evidence=evidence))
    circle.carry()
    assert circle.state("bo", uuid) is S.COMPLETED
    both_count(circle, uuid)


@pytest.mark.rule("F26")
def test_what_an_enzyme_both_signed_and_parked_counts_on_both_sides() -> None:
    """Ada was shown the enzyme's park, Bo its certificate: money does not differ for long."""
    circle, uuid = a_payment("E", "wim")
    circle.carry("certificate")
    circle.carry_all_but("certificate", "chain-new")
    session = circle.session("ada", uuid).record.session
    shown = a_stop_of("wim", circle, session)
    circle.send("wim", "ada", shown)
    assert first(circle, "ada", uuid) is S.ABORTED
    circle.link("bo")
    circle.carry()
    assert first(circle, "bo", uuid) is S.COMPLETED
    circle.link("ada")
    circle.carry()
    assert circle.balance("bo", "ada") == -circle.balance("ada", "bo") == 5_000
    assert "session-disputed" in circle["ada"].notices()  # the chain brought the certificate
    kept = circle["ada"].first(uuid)
    assert kept.proof is not None
    assert kept.is_signed_by_all
    circle.send("wim", "bo", shown)
    assert "session-disputed" in circle["bo"].notices()
    assert circle["bo"].first(uuid).proof is not None
    money_agrees(circle, uuid)


def a_stop_of(name: str, circle: Circle, session: str) -> Status:
    """What a lying enzyme shows: a park with stop at the place where it signed."""
    one = circle[name].store.sessions.get(session)
    assert one is not None
    evidence = a_slot(circle[name].signer, one, bytes(32), stop=True)
    return Status(session=one.record.session, attempt=1, evidence=evidence)
