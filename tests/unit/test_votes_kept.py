"""What completed by votes can be proved by them, wherever they came from (mode Q)."""

from __future__ import annotations

import pytest

from tests.helpers.circle import Circle, a_circle, helpers_of
from wallet.engine.api import commands
from wallet.model.networks import COMMONS
from wallet.protocol.countersign import votes
from wallet.protocol.countersign.signer import State
from wallet.protocol.messages.countersigning import ABORT, Vote, VoteBody

CERTIFICATE, UPDATE = "certificate", "chain-update"


def until_decided(circle: Circle, names: str, needed: int) -> str:
    """Ada pays Bo by these witnesses, up to the certificate that goes to Bo."""
    circle.link()
    uuid = circle.pay("ada", "bo", signing=helpers_of(circle, "Q", names, needed))
    circle.link()
    circle.carry()
    session = circle.session("bo").record.session
    circle.wish("bo", commands.AnswerPayment(session, accept=True))
    circle.carry(CERTIFICATE, to="bo")
    return uuid


@pytest.mark.rule("R8")
def test_a_payee_that_learns_it_from_the_tally_chain_keeps_the_votes() -> None:
    circle = a_circle("ada bo", "wim")
    uuid = until_decided(circle, "wim", 1)
    circle.deaf.add(("wim", "bo"))
    circle.lose(to="bo")  # Bo hears of it by the tally chain alone
    circle.carry()
    circle.link("bo")
    circle.carry()
    assert circle.state("bo", uuid) is State.COMPLETED
    assert circle.balance("bo", "ada") == 5_000
    circle.check()


@pytest.mark.rule("F30")
def test_a_certificate_with_a_vote_that_was_another_before_still_proves_it() -> None:
    circle = a_circle("ada bo", "wim wes wil")
    uuid = until_decided(circle, "wim wes wil", 2)
    held = [one for one in circle.post if one.to == "bo"]
    circle.lose(to="bo")
    session = circle.session("bo", uuid).record.session
    (liar,) = [
        name
        for name in ("wes", "wil")
        if circle[name].store.witnessing.get_vote(session, circle[name].agent) is not None
    ][:1]
    other = votes.cast(
        VoteBody(session=session, verdict=ABORT), circle[liar].pump.me.signer, COMMONS.id
    )
    assert circle.send(liar, "bo", Vote(vote=other)) == []
    for letter in held:
        circle.deliver(letter)
    circle.carry()
    assert circle.state("bo", uuid) is State.COMPLETED
    ((one, another),) = circle["bo"].store.witnessing.list_lies()
    assert {one.witness, another.witness} == {circle[liar].agent}
    circle.check()
