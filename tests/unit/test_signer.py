"""The signer's table, row by row: what each input does in each state, and what it never does."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.helpers.builders import a_person, a_salt
from wallet.crypto.hashing import hash_bytes
from wallet.model.errors import BugError, ProtocolBreach
from wallet.model.limits import ASK_FIRST_MS, ASK_LONGEST_MS, PARK_AFTER_MS
from wallet.protocol.countersign import signer
from wallet.protocol.countersign.certificate import Slot
from wallet.protocol.countersign.signer import Session, State, machine
from wallet.protocol.credit import chit
from wallet.protocol.dispatch import AGAIN, Batch, heard_by_chit, heard_by_tally
from wallet.protocol.effects import ClearTimer, Fact, Report, SetTimer
from wallet.protocol.machine import Effect, Input

mark = pytest.mark
S = State
ME, YOU, THIRD = (a_person(name).agent for name in ("Ada", "Bo", "Cy"))
F = hash_bytes(b"session")
ROLES: dict[str, dict[str, Any]] = {
    "payer": {"completer": True, "initiator": True, "payer": True},
    "payee": {"completer": False, "initiator": False, "payee": True},
    "opener": {"completer": True, "initiator": True, "kind": "open"},
    "acceptor": {"completer": False, "initiator": False, "kind": "open"},
}
QUIET = [ClearTimer("end"), ClearTimer("ask"), ClearTimer("park")]


def a_session(role: str = "payee", state: State = S.PREPARED, **more: Any) -> Session:
    facts: dict[str, Any] = {"kind": "payment", **ROLES[role], **more}
    return Session(session=F, me=ME, signers=(ME, YOU), state=state, **facts)


def left(reason: str, *first: Effect) -> list[Effect]:
    """What ends a session by which nothing counts."""
    return [*first, *QUIET, signer.Bury(), Report(signer.NotDone(F, reason))]


def done(*, bare: bool = False) -> Report:
    return Report(signer.Done(F, bare=bare))


UNLOCK, STOP_PARK = signer.UnlockChain(), signer.WritePark(stop=True)
PARK = signer.WritePark(stop=False)
TABLE = [
    pytest.param(
        a_session("payer", S.NEW),
        signer.Propose(15_000),
        S.PROPOSED,
        [signer.SendPreflight(), SetTimer("end", 15_000), Report(signer.Begun(F))],
        id="a proposal asks and locks nothing",
    ),
    pytest.param(
        a_session("payee", S.NEW),
        signer.PreflightArrived(15_000, by_policy=True),
        S.PREPARED,
        [
            signer.LockChain(),
            signer.SendAccept(),
            SetTimer("end", 15_000),
            Report(signer.Begun(F)),
        ],
        id="policy locks and promises a place",
    ),
    pytest.param(
        a_session("payee", S.NEW),
        signer.PreflightArrived(60_000, by_policy=False),
        S.ASKED,
        [SetTimer("end", 60_000), Report(signer.PersonAsked(F))],
        id="a person is asked without a lock",
    ),
    pytest.param(
        a_session("payee", S.ASKED),
        signer.Accept(),
        S.PREPARED,
        [signer.LockChain(), signer.SendAccept(), Report(signer.Begun(F))],
        id="the person accepts",
    ),
    pytest.param(
        a_session("payee", S.ASKED),
        signer.Decline(),
        S.CANCELLED,
        left("policy", signer.SendDecline("policy")),
        id="the person declines",
    ),
    pytest.param(
        a_session("payee", S.ASKED),
        signer.EndPassed(),
        S.CANCELLED,
        left("late"),
        id="the person does not answer in time",
    ),
    pytest.param(
        a_session("payee", S.ASKED),
        signer.CancelArrived(),
        S.CANCELLED,
        left("late"),
        id="the partner withdraws while the person thinks",
    ),
    pytest.param(
        a_session("payer", S.PROPOSED),
        signer.AcceptArrived(YOU),
        S.PREPARED,
        [signer.LockChain(), signer.SendSessionData()],
        id="the initiator locks last, with all accepts",
    ),
    pytest.param(
        a_session("payer", S.PROPOSED),
        signer.DeclineArrived(YOU, "policy"),
        S.CANCELLED,
        left("policy", signer.SendCancel()),
        id="one declines and all are told",
        marks=mark.rule("F5"),
    ),
    pytest.param(
        a_session("payer", S.PROPOSED),
        signer.EndPassed(),
        S.CANCELLED,
        left("late", signer.SendCancel()),
        id="nobody answers and the initiator never locked",
        marks=mark.rule("F1", "C4"),
    ),
    pytest.param(
        a_session("payer", S.PROPOSED),
        signer.Crossed(),
        S.CANCELLED,
        left("crossed", signer.SendCancel()),
        id="a smaller crossing proposal goes first",
        marks=mark.rule("F42"),
    ),
    pytest.param(
        a_session("payer", S.PROPOSED, mode="E", completer=False),
        signer.SlotShown(YOU, Slot.STOPPED),
        S.CANCELLED,
        left("late", signer.SendCancel()),
        id="an enzyme that accepted stops before all have accepted",
    ),
    pytest.param(
        a_session("payer", S.PROPOSED),
        signer.Stop(),
        S.CANCELLED,
        left("stopped", signer.SendCancel()),
        id="the person stops a proposal",
    ),
    pytest.param(
        a_session("payee"),
        signer.SessionDataArrived(),
        S.COMMITTED,
        [signer.SendSignature()],
        id="a signer signs on session data",
    ),
    pytest.param(
        a_session("payee"),
        signer.SessionDataRefused(),
        S.RELEASED,
        left("invalid", UNLOCK),
        id="false session data releases",
        marks=mark.rule("F7", "F8"),
    ),
    pytest.param(
        a_session("payee"),
        signer.CancelArrived(),
        S.RELEASED,
        left("cancelled", UNLOCK),
        id="a cancel releases at once",
        marks=mark.rule("R3", "F5"),
    ),
    pytest.param(
        a_session("payee"),
        signer.EndPassed(),
        S.RELEASED,
        left("late", UNLOCK),
        id="the end releases who has not signed",
        marks=mark.rule("R3", "F44"),
    ),
    pytest.param(
        a_session("payee"),
        signer.OwnAct(),
        S.RELEASED,
        left("own act", UNLOCK),
        id="an own act goes first",
        marks=mark.rule("R3", "F61"),
    ),
    pytest.param(
        a_session("payee"),
        signer.Stop(),
        S.RELEASED,
        left("late", UNLOCK),
        id="the person stops before anything is signed",
    ),
    pytest.param(
        a_session("payee"),
        signer.SlotShown(YOU, Slot.OTHER),
        S.RELEASED,
        left("late", UNLOCK),
        id="the partner can never sign",
    ),
    pytest.param(
        a_session("payer"),
        signer.SignatureArrived(YOU),
        S.COMPLETED,
        [
            signer.Finalise(),
            UNLOCK,
            *QUIET,
            signer.SendCertificate(),
            done(),
        ],
        id="the completer signs last and applies in one step",
        marks=mark.rule("R5"),
    ),
    pytest.param(
        a_session("payer"),
        signer.EndPassed(),
        S.RELEASED,
        [*left("late", UNLOCK, STOP_PARK), signer.SendSlot()],
        id="a completer who has not completed shows a stop at once",
        marks=mark.rule("R3", "F10"),
    ),
    pytest.param(
        a_session("payer"),
        signer.Stop(),
        S.RELEASED,
        [*left("stopped", UNLOCK, STOP_PARK), signer.SendSlot()],
        id="a completer who stops shows a stop at once",
    ),
    pytest.param(
        a_session("payer"),
        signer.SlotShown(YOU, Slot.STOPPED),
        S.RELEASED,
        left("late", UNLOCK),
        id="the payee stopped before the payer completed",
        marks=mark.rule("R8"),
    ),
    pytest.param(
        a_session("payee", S.COMMITTED),
        signer.CertificateArrived(),
        S.COMPLETED,
        [signer.Finalise(), UNLOCK, *QUIET, done()],
        id="the certificate completes",
        marks=mark.rule("R5", "F17"),
    ),
    pytest.param(
        a_session("payee", S.COMMITTED),
        signer.SlotShown(YOU, Slot.OTHER),
        S.ABORTED,
        left("aborted", UNLOCK, STOP_PARK),
        id="abort evidence parks the payee's place",
        marks=mark.rule("R4"),
    ),
    pytest.param(
        a_session("acceptor", S.COMMITTED),
        signer.SlotShown(YOU, Slot.STOPPED),
        S.ABORTED,
        left("aborted", UNLOCK, PARK),
        id="abort evidence parks an acceptor's place",
    ),
    pytest.param(
        a_session("payee", S.COMMITTED),
        signer.SlotShown(YOU, Slot.FINALISED),
        S.COMPLETED,
        [signer.Finalise(), UNLOCK, *QUIET, done()],
        id="a finalised action is its author's signature",
        marks=mark.rule("F49"),
    ),
    pytest.param(
        a_session("payee", S.COMMITTED),
        signer.BareChitArrived(),
        S.PAID,
        [UNLOCK, STOP_PARK, *QUIET, done(bare=True)],
        id="the payer paid anyway while we waited",
        marks=mark.rule("R8"),
    ),
    pytest.param(
        a_session("payee", S.COMMITTED, automatic=True),
        signer.EndPassed(),
        S.COMMITTED,
        [
            signer.AskStatus(1),
            SetTimer("ask", ASK_FIRST_MS),
            SetTimer("park", PARK_AFTER_MS),
            Report(signer.NotKnown(F)),
        ],
        id="after signing the end only asks",
        marks=mark.rule("R6", "N1"),
    ),
    pytest.param(
        a_session("acceptor", S.COMMITTED),
        signer.EndPassed(),
        S.COMMITTED,
        [signer.AskStatus(1), SetTimer("ask", ASK_FIRST_MS), Report(signer.NotKnown(F))],
        id="where a person accepted nothing parks by itself",
        marks=mark.rule("R6"),
    ),
    pytest.param(
        a_session("payee", S.COMMITTED, automatic=True),
        signer.ParkDue(),
        S.PARKED,
        [UNLOCK, STOP_PARK, ClearTimer("park"), signer.SendSlot()],
        id="an automatic payee parks with stop",
        marks=mark.rule("R6", "R8"),
    ),
    pytest.param(
        a_session("acceptor", S.COMMITTED, automatic=True),
        signer.ParkDue(),
        S.PARKED,
        [UNLOCK, PARK, ClearTimer("park")],
        id="an agreement parks without stop",
        marks=mark.rule("R6"),
    ),
    pytest.param(
        a_session("acceptor", S.COMMITTED, past_end=True, asked=1),
        signer.GoOn(),
        S.PARKED,
        [UNLOCK, PARK, ClearTimer("park")],
        id="the person goes on without waiting",
        marks=mark.rule("R6"),
    ),
    pytest.param(
        a_session("payee", S.COMMITTED, past_end=True, asked=1),
        signer.StopWaiting(),
        S.PARKED,
        [UNLOCK, STOP_PARK, ClearTimer("park"), signer.SendSlot()],
        id="the payee stops waiting",
        marks=mark.rule("R8"),
    ),
    pytest.param(
        a_session("acceptor", S.PARKED),
        signer.CertificateArrived(),
        S.COMPLETED,
        [signer.RecordLate(), *QUIET, done()],
        id="a parked session completes late",
        marks=mark.rule("F17", "R6"),
    ),
    pytest.param(
        a_session("payee", S.PARKED, stopped=True),
        signer.CertificateArrived(),
        S.PARKED,
        [signer.SendSlot()],
        id="who stopped answers a certificate with the stop",
        marks=mark.rule("N5"),
    ),
    pytest.param(
        a_session("payee", S.PARKED, stopped=True),
        signer.SlotShown(YOU, Slot.FINALISED),
        S.PAID,
        [*QUIET, done(bare=True)],
        id="a parked payee sees that the payer finalised",
        marks=mark.rule("R8"),
    ),
    pytest.param(
        a_session("payee", S.PARKED, stopped=True),
        signer.SlotShown(YOU, Slot.STOPPED),
        S.ABORTED,
        left("aborted"),
        id="a parked payee sees that the payer never completed",
    ),
    pytest.param(
        a_session("payee", S.PARKED, stopped=True),
        signer.BareChitArrived(),
        S.PAID,
        [*QUIET, done(bare=True)],
        id="the bare chit reaches a parked payee",
        marks=mark.rule("R8", "F57"),
    ),
    pytest.param(
        a_session("payer", S.PARKED, mode="E", completer=False),
        signer.PayAnyway(),
        S.PAID,
        [signer.SendBare(), *QUIET, done(bare=True)],
        id="a parked payer pays anyway",
        marks=mark.rule("R8", "F19", "F23"),
    ),
    pytest.param(
        a_session("payer", S.COMPLETED),
        signer.SlotShown(YOU, Slot.STOPPED),
        S.COMPLETED,
        [signer.SendBare()],
        id="a completed payer answers a stop with the bare chit",
        marks=mark.rule("N7", "F57"),
    ),
    pytest.param(
        a_session("payer", S.COMMITTED, mode="E", completer=False, unanswered=True),
        signer.CertificateArrived(),
        S.COMPLETED,
        [signer.Finalise(), UNLOCK, *QUIET, done(), signer.SendBare()],
        id="a payer who heard the stop before the certificate answers it now",
        marks=mark.rule("N7", "F57"),
    ),
    pytest.param(
        a_session("payer", S.PARKED, mode="Q", completer=False, unanswered=True),
        signer.CertificateArrived(),
        S.COMPLETED,
        [signer.RecordLate(), *QUIET, done(), signer.SendBare()],
        id="a parked payer who heard the stop answers it with the certificate",
        marks=mark.rule("N7", "F57"),
    ),
    pytest.param(
        a_session("payee", S.RELEASED),
        signer.CertificateArrived(),
        S.RELEASED,
        [Report(signer.StorageLost(F))],
        id="a certificate for a released session is an alarm",
        marks=mark.rule("F18"),
    ),
    pytest.param(
        a_session("payer", S.RELEASED),
        signer.SignatureArrived(YOU),
        S.RELEASED,
        [signer.SendSlot()],
        id="a signature for a released completer is answered with its place",
        marks=mark.rule("F10"),
    ),
    pytest.param(
        a_session("payee", S.RELEASED),
        signer.SessionDataArrived(),
        S.RELEASED,
        [signer.SendSlot()],
        id="session data for a released signer is answered with its place",
        marks=mark.rule("R3", "N2"),
    ),
    pytest.param(
        a_session("payee", S.RELEASED),
        signer.PreflightArrived(0, by_policy=True),
        S.RELEASED,
        [signer.SendDecline("expired")],
        id="a buried session never lives again",
        marks=mark.rule("R3", "F45", "N2"),
    ),
    pytest.param(
        a_session("payee", S.PREPARED),
        signer.PreflightArrived(0, by_policy=True),
        S.PREPARED,
        [signer.SendAccept()],
        id="a repeated preflight gets the stored answer",
        marks=mark.rule("F2", "F3"),
    ),
    pytest.param(
        a_session("payee", S.COMMITTED),
        signer.PreflightArrived(0, by_policy=True),
        S.COMMITTED,
        [signer.SendAccept()],
        id="a very late repeat gets the stored answer too",
        marks=mark.rule("F2"),
    ),
]


@pytest.mark.parametrize(("record", "given", "then", "effects"), TABLE)
def test_the_states_table_row_by_row(
    record: Session, given: Input, then: State, effects: list[Effect]
) -> None:
    after, done_ = machine.step(record, given)
    assert after.state is then
    assert list(done_) == effects


ASKED = [
    (S.ASKED, "payee", signer.SendNothingYet(YOU, 3)),
    (S.PROPOSED, "payer", signer.SendNothingYet(YOU, 3)),
    (S.PREPARED, "payer", signer.SendNothingYet(YOU, 3)),
    (S.COMMITTED, "payee", signer.SendOwnSignature(YOU, 3)),
    (S.PARKED, "payee", signer.SendSlot(YOU, 3)),
    (S.COMPLETED, "payer", signer.SendCertificate(YOU, 3)),
    (S.PAID, "payer", signer.SendBare()),
    (S.PAID, "payee", signer.SendSlot(YOU, 3)),
    (S.RELEASED, "payee", signer.SendSlot(YOU, 3)),
    (S.ABORTED, "payee", signer.SendSlot(YOU, 3)),
    (S.CANCELLED, "payer", signer.SendNothingYet(YOU, 3)),
]


@pytest.mark.rule("R7")
@pytest.mark.parametrize(("state", "role", "answer"), ASKED)
def test_who_is_asked_shows_its_evidence_and_never_more(
    state: State, role: str, answer: Effect
) -> None:
    record = a_session(role, state)
    assert machine.step(record, signer.StatusAsked(YOU, 3)) == (record, (answer,))


def test_with_three_signers_the_initiator_waits_for_every_accept() -> None:
    record = Session(
        session=F, me=ME, signers=(ME, YOU, THIRD), state=S.PROPOSED, kind="payment",
        completer=True, initiator=True, payer=True,
    )  # fmt: skip
    one, effects = machine.step(record, signer.AcceptArrived(YOU))
    assert (one.state, list(effects)) == (S.PROPOSED, [])
    assert machine.step(one, signer.AcceptArrived(THIRD))[0].state is S.PREPARED


@pytest.mark.rule("F11")
def test_the_same_signature_a_hundred_times_is_kept_once() -> None:
    record = Session(
        session=F, me=ME, signers=(ME, YOU, THIRD), state=S.PREPARED, kind="payment",
        completer=True, initiator=True, payer=True,
    )  # fmt: skip
    for _ in range(100):
        record, effects = machine.step(record, signer.SignatureArrived(YOU))
        assert list(effects) == []
    assert record.signed == (YOU,)
    assert machine.step(record, signer.SignatureArrived(THIRD))[0].state is S.COMPLETED


@pytest.mark.rule("R7", "F50")
def test_answering_nothing_a_thousand_times_changes_nothing_but_the_pause() -> None:
    record, pauses = a_session("payee", S.COMMITTED, past_end=True, asked=1), []
    for _ in range(1_000):
        record, effects = machine.step(record, signer.AskDue())
        pauses += [one.wait for one in effects if isinstance(one, SetTimer)]
        assert record.state is S.COMMITTED
    assert pauses[:3] == [2 * ASK_FIRST_MS, 4 * ASK_FIRST_MS, 8 * ASK_FIRST_MS]
    assert pauses[-1] == max(pauses) == ASK_LONGEST_MS
    assert record.asked == 1_001


@pytest.mark.rule("R6", "R8")
@pytest.mark.parametrize(
    ("record", "given"),
    [
        (a_session("payee", S.COMMITTED), signer.StopWaiting()),
        (a_session("payee", S.COMMITTED, past_end=True), signer.StopWaiting()),
        (a_session("acceptor", S.COMMITTED, past_end=True, asked=1), signer.StopWaiting()),
        (a_session("acceptor", S.COMMITTED), signer.GoOn()),
        (a_session("payee", S.COMMITTED, past_end=True, asked=1), signer.GoOn()),
        (a_session("payee", S.PARKED, stopped=True), signer.PayAnyway()),
        (a_session("payer", S.COMMITTED, mode="E"), signer.PayAnyway()),
        (a_session("payee", S.COMMITTED), signer.ParkDue()),
    ],
)
def test_a_way_out_is_open_only_to_whom_and_when_it_is_honest(
    record: Session, given: Input
) -> None:
    assert not machine.allows(record, given)
    with pytest.raises(ProtocolBreach):
        machine.step(record, given)


@pytest.mark.rule("N1", "R4")
@pytest.mark.parametrize(
    "given", [signer.EndPassed(), signer.AskDue(), signer.CancelArrived(), signer.Stop()]
)
def test_no_timer_and_no_cancel_lets_a_committed_party_abandon(given: Input) -> None:
    lost = {S.RELEASED, S.CANCELLED, S.ABORTED}
    for one in machine.rows:
        assert not (one.state is S.COMMITTED and one.on is type(given) and one.then in lost)


@pytest.mark.rule("N1")
def test_a_committed_party_leaves_only_by_evidence_or_a_park() -> None:
    out = {
        (one.on, one.then)
        for one in machine.rows
        if one.state is S.COMMITTED and one.then is not S.COMMITTED
    }
    assert out == {
        (signer.CertificateArrived, S.COMPLETED),
        (signer.SlotShown, S.COMPLETED),
        (signer.SlotShown, S.ABORTED),
        (signer.BareChitArrived, S.PAID),
        (signer.ParkDue, S.PARKED),
        (signer.GoOn, S.PARKED),
        (signer.StopWaiting, S.PARKED),
        (signer.AbortProven, S.ABORTED),
        (signer.PayAnyway, S.PAID),
    }


@pytest.mark.rule("N2", "R3")
def test_nothing_brings_a_released_party_to_sign() -> None:
    for one in machine.rows:
        if one.state in signer.NEVER:
            assert one.then is one.state
            assert one.do not in (signer.sign, signer.complete, signer.apply)


@pytest.mark.rule("N6")
@pytest.mark.parametrize("mode", ["E", "Q"])
@pytest.mark.parametrize("state", [S.COMMITTED, S.PARKED])
def test_a_payees_stop_decides_nothing_in_modes_with_an_enzyme(mode: str, state: State) -> None:
    record = a_session("payer", state, mode=mode, completer=False)
    after = a_session("payer", state, mode=mode, completer=False, unanswered=True)
    assert machine.step(record, signer.SlotShown(YOU, Slot.STOPPED)) == (after, ())


DISPUTE = Report(signer.Disputed(F))


@pytest.mark.rule("F26", "F28")
@pytest.mark.parametrize(
    ("record", "agent", "tells"),
    [
        (a_session("payer", mode="E", completer=False, decider=THIRD), THIRD, True),
        (a_session("payer", mode="E", completer=False, decider=THIRD), YOU, False),
        (a_session("payee", mode="E", decider=THIRD), THIRD, True),
        (a_session("acceptor", mode="E", completer=True, kind="payment"), YOU, False),
        (a_session("payee"), YOU, True),
        (a_session("payer"), YOU, False),
        (a_session("acceptor"), YOU, True),
        (a_session("payee", mode="Q"), YOU, False),
    ],
)
def test_who_signed_and_shows_that_it_never_did_is_told_of(
    record: Session, agent: Any, tells: bool
) -> None:
    """A payee's stop is no lie: it may stop while the others complete."""
    one = replace(record, state=S.COMPLETED)
    after, effects = machine.step(one, signer.SlotShown(agent, Slot.STOPPED))
    assert after == one
    assert (DISPUTE in effects) == tells
    assert (signer.SendBare() in effects) == one.payer


@pytest.mark.rule("F26", "F28")
@pytest.mark.parametrize(("mode", "tells"), [("P", True), ("E", True), ("Q", False)])
def test_a_certificate_against_the_evidence_is_told_of(mode: str, tells: bool) -> None:
    one = a_session("acceptor", S.ABORTED, mode=mode)
    assert machine.step(one, signer.CertificateArrived()) == (one, (DISPUTE,) if tells else ())


@pytest.mark.rule("R7")
@pytest.mark.parametrize("state", [S.PREPARED, S.COMMITTED, S.PARKED])
def test_a_park_without_stop_proves_nothing(state: State) -> None:
    record = a_session("payee", state)
    assert machine.step(record, signer.SlotShown(YOU, Slot.PARKED)) == (record, ())


LATE = [
    (state, given)
    for state in signer.OVER
    for given in (
        signer.EndPassed(),
        signer.AskDue(),
        signer.ParkDue(),
        signer.AcceptArrived(YOU),
        signer.DeclineArrived(YOU, "busy"),
        signer.CancelArrived(),
        signer.SessionDataRefused(),
    )
]


@pytest.mark.rule("F4", "F9", "F36")
@pytest.mark.parametrize(("state", "given"), LATE)
def test_what_comes_too_late_changes_nothing(state: State, given: Input) -> None:
    record = a_session("payee", state)
    assert machine.step(record, given) == (record, ())


@pytest.mark.rule("F15")
def test_a_completed_session_takes_no_second_certificate() -> None:
    record = a_session("payee", S.COMPLETED)
    assert machine.step(record, signer.CertificateArrived()) == (record, ())


# Who hears of it ----------------------------------------------------------------


ONE = Batch(("eggs",))
THREE = Batch(("eggs", "milk", "bread"))


@pytest.mark.parametrize("reason", sorted(AGAIN))
def test_what_is_nobodys_fault_is_worth_another_try(reason: str) -> None:
    heard = heard_by_chit(signer.NotDone(F, reason), "eggs", ONE)
    assert getattr(heard, "again", None) is True
    assert getattr(heard_by_tally(signer.NotDone(F, reason)), "again", None) is True


@pytest.mark.parametrize("reason", ["policy", "stopped", "invalid", "clock", "future"])
def test_what_somebody_decided_is_not_tried_again(reason: str) -> None:
    assert getattr(heard_by_chit(signer.NotDone(F, reason), "eggs", ONE), "again", None) is False


@pytest.mark.parametrize(
    "fact",
    [signer.Begun(F), signer.PersonAsked(F), signer.Done(F), signer.NotKnown(F)],
)
def test_a_payment_hears_every_fact_of_its_session(fact: Fact) -> None:
    assert heard_by_chit(fact, "eggs", ONE) is not None


@pytest.mark.parametrize("fact", [signer.NotKnown(F), signer.PersonAsked(F)])
def test_a_tally_hears_only_how_its_session_began_and_ended(fact: Fact) -> None:
    assert heard_by_tally(fact) is None
    assert heard_by_tally(signer.Begun(F)) is not None
    assert heard_by_tally(signer.Done(F)) is not None


@pytest.mark.rule("F18")
def test_lost_storage_is_for_the_person_alone() -> None:
    assert heard_by_chit(signer.StorageLost(F), "eggs", ONE) is None
    assert heard_by_tally(signer.StorageLost(F)) is None


def test_a_fact_nobody_listens_to_is_our_own_bug() -> None:
    with pytest.raises(BugError):
        heard_by_chit(Fact(), "eggs", ONE)
    with pytest.raises(BugError):
        heard_by_tally(Fact())


def test_the_payment_that_is_blamed_ends_and_the_others_go_on_together() -> None:
    eggs, milk, bread = map(a_salt, THREE.chits)
    batch = Batch((eggs, milk, bread), blamed=milk)
    heard = {one: heard_by_chit(signer.NotDone(F, "invalid"), one, batch) for one in batch.chits}
    assert heard == {
        eggs: chit.SessionEnded(F, "batch", again=True, blamed=milk),
        milk: chit.SessionEnded(F, "invalid", again=False),
        bread: chit.SessionEnded(F, "batch", again=True, blamed=milk),
    }


@pytest.mark.parametrize("reason", ["invalid", "limit"])
@pytest.mark.parametrize("blamed", [None, "nobody's"])
def test_where_nobody_is_blamed_each_payment_goes_on_by_itself(
    blamed: str | None, reason: str
) -> None:
    batch = replace(THREE, blamed=blamed)
    for one in THREE.chits:
        heard = heard_by_chit(signer.NotDone(F, reason), one, batch)
        assert heard == chit.SessionEnded(F, "batch", again=True, alone=True)


def test_a_person_who_declines_several_payments_declines_each() -> None:
    for one in THREE.chits:
        heard = heard_by_chit(signer.NotDone(F, "policy"), one, THREE)
        assert heard == chit.SessionEnded(F, "policy", again=False)
