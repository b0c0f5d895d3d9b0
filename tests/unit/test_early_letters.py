"""Sessions in which others decide: honest letters that come too early or too late."""

from __future__ import annotations

import pytest

from tests.helpers.circle import Circle, a_payment
from wallet.engine.api import commands
from wallet.model.networks import COMMONS
from wallet.protocol.countersign import votes
from wallet.protocol.countersign.signer import State
from wallet.protocol.messages.countersigning import (
    ABORT,
    SessionSignature,
    Vote,
    VoteBody,
    WalkWanted,
)
from wallet.protocol.messages.refusals import Refusal

S = State


def first(circle: Circle, name: str, uuid: str) -> State:
    """Where the first session about this stands; later ones are new tries."""
    return circle[name].first(uuid).record.state


def test_abort_votes_release_who_never_saw_the_session_data() -> None:
    circle, uuid = a_payment("Q", "wim wes wil", 2)
    circle.carry("session-data", "bo")
    circle.lose("session-data")
    session = circle.session("bo", uuid).record.session
    for name in ("wes", "wil"):
        vote = votes.cast(VoteBody(session=session, verdict=ABORT), circle[name].signer, COMMONS.id)
        assert circle.send(name, "bo", Vote(vote=vote)) == []
    assert circle.state("bo", uuid) is S.RELEASED
    circle.check()


def test_a_witness_that_is_early_is_asked_to_come_again() -> None:
    """Ada's signature, and with it the witness's question, overtook the session data."""
    circle, uuid = a_payment("Q", "wim wes wil", 2)
    circle.carry("session-data", "bo")
    circle.lose("session-data")
    session = circle.session("bo", uuid).record.session
    wanted = WalkWanted(session=session, seq=3)
    assert [code for _, code in circle.send("wim", "bo", wanted)] == [Refusal.BUSY]
    circle.wait(60_000)
    assert circle.state("bo", uuid) is S.RELEASED
    assert circle.send("wim", "bo", wanted) == []  # there is nothing to show


def test_a_witness_whose_clock_is_behind_does_not_serve() -> None:
    circle, _ = a_payment("Q", "wim", 1)
    circle["wim"].clock.skew = -60_000
    circle.carry()
    assert ("vote-request", Refusal.NOT_SERVED) in circle["wim"].refusals


@pytest.mark.rule("F10")
def test_an_enzyme_that_never_saw_the_session_data_answers_a_late_signature() -> None:
    circle, uuid = a_payment("E", "wim")
    circle.carry("session-data", "wim")
    circle.carry_all_but("session-data", "session-signature", "status", "status-query")
    circle.wait(60_000, "wim")
    assert circle["wim"].sessions[-1].record.state is S.RELEASED
    circle.lose()
    one = circle.session("ada", uuid)
    assert one.data is not None
    late = SessionSignature(
        session=one.record.session, data=one.data, signature=one.signatures[circle["ada"].agent]
    )
    assert circle.send("ada", "wim", late) == []
    circle.carry()
    assert first(circle, "ada", uuid) is S.ABORTED


def test_what_nobody_fetched_from_an_enzyme_is_forgotten_after_a_day() -> None:
    circle, _uuid = a_payment("E", "wim")
    circle.carry_all_but("session-signature")
    circle.wait(60_000, "wim")
    wim = circle["wim"]
    assert wim.owes() == ["status", "status"]
    now = wim.clock.wall_ms()
    with wim.store.database.transaction():
        wim.store.sessions.prune(now, now)
    assert wim.owes() == ["status", "status"]
    with wim.store.database.transaction():
        wim.store.sessions.prune(now + 1, now + 1)
    assert wim.owes() == []


@pytest.mark.rule("R8")
def test_a_payee_that_stops_sealing_waits_for_nothing() -> None:
    """The chit counts by the payer's own signature, which came before and does not come again."""
    circle, uuid = a_payment("E", "wim")
    circle.carry("session-signature")
    circle.leave("wim")
    circle.carry()
    circle.wait(60_000)
    circle.carry()
    circle.wish("ada", commands.PayAnyway(circle.session("ada", uuid).record.session))
    circle.carry()
    assert circle.balance("bo", "ada") == 5_000
    circle.link("wim")
    circle.wait(30_000)
    circle.carry()
    asked = circle.session("bo", uuid).record.session
    circle.wish("bo", commands.AnswerPayment(asked, True))
    circle.carry_all_but("certificate", "status", sender="wim")
    sealing = circle.session("bo", uuid).record
    assert sealing.state is S.COMMITTED
    circle.leave("wim")
    circle.wait(120_000)
    circle.carry()
    if circle.state("bo", uuid) is S.COMMITTED:
        circle.wish("bo", commands.StopWaiting(sealing.session))
    assert circle.state("bo", uuid) is S.PAID
    assert circle.balance("bo", "ada") == 5_000


@pytest.mark.rule("R8")
def test_a_bare_chit_reaches_every_session_that_waits_for_it() -> None:
    """The payer's next session, which seals it, was heard of first; the stopped one waits still."""
    circle, uuid = a_payment("E", "wim")
    circle.carry("session-signature")
    circle.leave("wim")
    circle.carry()
    circle.wait(60_000)
    circle.carry()
    stopped = circle.session("bo", uuid).record.session
    circle.wish("bo", commands.StopWaiting(stopped))
    circle.carry()
    circle.wish("ada", commands.PayAnyway(stopped))
    bare = next(one for one in circle.post if one.kind == "bare-chit")
    circle.lose("bare-chit")
    circle.link("wim")
    circle.lose("bare-chit")
    circle.wait(30_000)
    circle.lose("bare-chit")
    circle.carry_all_but("status", sender="wim")  # what became of the first one
    assert circle.session("bo", uuid).record.session != stopped
    circle.deliver(bare)
    found = circle["bo"].store.sessions.get(stopped)
    assert found is not None
    assert found.record.state is S.PAID
