"""Faults planted to show that the search would find them.

N1–N7 of countersigning.md wherever they make sense, and faults of our own, one for each law at
least.  A fault is an altered table, a broken promise of whoever carries it out, or a liar whom the
design does not allow for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.model.case import Case
from tests.model.cases import CASES
from tests.model.side import State
from wallet.protocol.countersign import signer, witness
from wallet.protocol.countersign.certificate import Slot
from wallet.protocol.countersign.signer import Session, SlotShown
from wallet.protocol.countersign.witness import Ballot
from wallet.protocol.effects import Report
from wallet.protocol.machine import Input, Machine, Outcome, Row, row

S = State
W = witness.State


def altered(*planted: Row[State, Session]) -> Machine[State, Session]:
    """The project's table, with these rows instead of its own for the same state and input."""
    pairs = {(one.state, one.on) for one in planted}
    kept = [one for one in signer.machine.rows if (one.state, one.on) not in pairs]
    return Machine("altered", S.NEW, [*kept, *planted])


def without(state: State, on: type[Input]) -> Machine[State, Session]:
    """The project's table with a blank more."""
    kept = [one for one in signer.machine.rows if (one.state, one.on) != (state, on)]
    return Machine("altered", S.NEW, kept)


def _any_finalised(one: Session, given: SlotShown) -> bool:
    return given.slot is Slot.FINALISED


def _any_stop(one: Session, given: SlotShown) -> bool:
    return given.slot is Slot.STOPPED


def _forget_the_lock(one: Session, _: Input) -> Outcome[Session]:
    return one, (Report(signer.NotDone(one.session, "late")),)


def _count(one: Session, _: Input) -> Outcome[Session]:
    return one, (*signer._unlock(), Report(signer.Done(one.session, bare=True)))


def _give_up(one: Session, _: Input) -> Outcome[Session]:
    return one, ()


def _control(name: str, case: str, law: str, table: Any = signer.machine, **more: Any) -> Case:
    laws = frozenset({law})
    return replace(CASES[case], name=f"{name} ({case}, {law})", table=table, laws=laws, **more)


_RELEASES = altered(row(S.COMMITTED, signer.EndPassed, S.RELEASED, signer.release))
_SIGNS_LATER = altered(row(S.RELEASED, signer.SessionDataArrived, S.COMMITTED, signer.sign))
_USES_AFTER_STOP = altered(row(S.PARKED, signer.CertificateArrived, S.COMPLETED, signer.apply_late))
_STAYS_SILENT = altered(row(S.COMPLETED, SlotShown, S.COMPLETED))
_ANY_STOP_DECIDES = altered(
    row(S.COMMITTED, SlotShown, S.ABORTED, signer.abort, when=_any_stop),
    row(S.COMMITTED, SlotShown, S.COMMITTED),
    row(S.PARKED, SlotShown, S.ABORTED, signer.abort_parked, when=_any_stop),
    row(S.PARKED, SlotShown, S.PARKED),
)
_FORGETS_THE_STOP = altered(
    row(S.COMMITTED, signer.CertificateArrived, S.COMPLETED, signer.apply),
)
_TRUSTS_ANY_ACTION = altered(
    row(S.COMMITTED, SlotShown, S.ABORTED, signer.abort, when=signer.is_abort),
    row(S.COMMITTED, SlotShown, S.COMPLETED, signer.apply, when=_any_finalised),
    row(S.COMMITTED, SlotShown, S.COMMITTED),
)
_GIVES_UP_WHAT_IT_PAID = altered(
    row(S.COMPLETED, SlotShown, S.ABORTED, _give_up, when=signer.is_stop_for_payer),
    row(S.COMPLETED, SlotShown, S.COMPLETED),
)
_NOBODY_PARKS = altered(row(S.COMMITTED, signer.ParkDue, S.COMMITTED))
_WAITS_FOR_EVER = altered(row(S.PREPARED, signer.EndPassed, S.PREPARED))

_IN_P = (
    _control("N1", "payment-2", "split", _RELEASES),
    _control("N1", "open-3", "split", _RELEASES),
    _control("N2", "payment-2", "fork", _SIGNS_LATER),
    _control("N2", "open-3", "split", _SIGNS_LATER),
    _control("N3", "payment-2", "split", lets_signatures_out_early=True),
    _control("N4", "payment-2", "framed", promise_is_claim=True),
    _control("N5", "payment-2", "word", _USES_AFTER_STOP),
    _control("N7", "payment-2", "open", _STAYS_SILENT),
    _control("a finalised action for all", "open-3-lying-acceptor", "proof", _TRUSTS_ANY_ACTION),
    _control("a finalised action for all", "open-3-lying-acceptor", "split", _TRUSTS_ANY_ACTION),
    _control("a payer takes back", "payment-2-lying-payee", "cheated", _GIVES_UP_WHAT_IT_PAID),
    _control(
        "counts what nobody signed",
        "payment-2",
        "R8",
        altered(row(S.PREPARED, signer.EndPassed, S.PAID, _count)),
    ),
    _control("nothing ends the wait", "payment-2", "frozen", _WAITS_FOR_EVER),
    _control("who signs last waits for ever", "payment-2", "doubt", _WAITS_FOR_EVER),
    _control(
        "the lock outlives the session",
        "open-2",
        "lock",
        altered(
            row(S.PREPARED, signer.CancelArrived, S.RELEASED, _forget_the_lock),
            row(S.PREPARED, signer.EndPassed, S.RELEASED, _forget_the_lock),
        ),
    ),
    _control(
        "an old question wakes the dead",
        "open-2",
        "settled",
        altered(row(S.RELEASED, signer.StatusAsked, S.COMPLETED)),
    ),
    _control(
        "a blank in the table",
        "payment-2",
        "breach",
        without(S.PARKED, signer.CertificateArrived),
    ),
)
_IN_E = (  # N2 does not split here: only the enzyme's own place decides
    _control("N1", "enzyme-payment", "split", _RELEASES),
    _control("N2", "enzyme-payment", "fork", _SIGNS_LATER),
    _control("N3", "enzyme-payment", "split", lets_signatures_out_early=True),
    _control("N4", "enzyme-payment", "framed", promise_is_claim=True),
    _control("N5", "enzyme-payment", "R8", _USES_AFTER_STOP),
    _control("N6", "enzyme-payment", "split", _ANY_STOP_DECIDES),
    _control("N6", "enzyme-payment-lying-payee", "split", _ANY_STOP_DECIDES),
    _control("N7", "enzyme-payment", "open", _STAYS_SILENT),
    _control("a stop heard too early", "enzyme-payment", "open", _FORGETS_THE_STOP),
    _control("nobody parks", "enzyme-payment", "frozen", _NOBODY_PARKS),
    _control("an enzyme that tells two stories", "enzyme-payment", "split", liar=2),  # F26
    _control(
        "a payer who may not pay anyway",
        "enzyme-payment",
        "doubt",
        altered(
            row(S.COMMITTED, signer.PayAnyway, S.COMMITTED),
            row(S.PARKED, signer.PayAnyway, S.PARKED),
        ),
    ),
)


def _witness(*planted: Row[witness.State, Ballot]) -> Machine[witness.State, Ballot]:
    pairs = {(one.state, one.on) for one in planted}
    kept = [one for one in witness.machine.rows if (one.state, one.on) not in pairs]
    return Machine("altered", W.NO_VOTE, [*kept, *planted])


_CHANGES_ITS_VOTE = _witness(
    row(W.ABORT, witness.SetWhole, W.COMMIT, witness.vote_commit, when=witness.fits),
    row(W.ABORT, witness.SetWhole, W.ABORT, witness.repeat_vote),
)
ASKS_NOBODY = _witness(
    row(W.COLLECTING, witness.DecideDue, W.ABORT, witness.vote_abort, when=witness.is_doubted),
    row(W.COLLECTING, witness.DecideDue, W.COLLECTING, witness.note_end),
)
DOES_NOT_WAIT = _witness(row(W.COLLECTING, witness.Asked, W.ABORT, witness.vote_abort))
_TAKES_ANY_PLACE = _witness(row(W.COLLECTING, witness.SetWhole, W.COMMIT, witness.vote_commit))

THREE, FIVE = "votes-payment-2-of-3", "votes-payment-3-of-5"
_IN_Q = (
    _control("N1", THREE, "split", _RELEASES),
    _control("N2", THREE, "fork", _SIGNS_LATER),
    _control("N3", THREE, "split", lets_signatures_out_early=True),
    _control("N4", THREE, "framed", promise_is_claim=True),
    _control("N5", THREE, "R8", _USES_AFTER_STOP),
    _control("N6", THREE, "split", _ANY_STOP_DECIDES),
    _control("N7", THREE, "open", _STAYS_SILENT),
    _control("a stop heard too early", THREE, "open", _FORGETS_THE_STOP),
    _control("a witness who votes twice", THREE, "split", liars_who_vote=1),
    _control("a witness who votes twice", FIVE, "split", liars_who_vote=1),
    _control("a witness who changes its vote", THREE, "split", witness_table=_CHANGES_ITS_VOTE),
    _control("a witness who changes its vote", THREE, "vote", witness_table=_CHANGES_ITS_VOTE),
    _control("a witness who asks nobody", THREE, "vote", witness_table=ASKS_NOBODY),
    _control("a witness who does not wait", THREE, "vote", witness_table=DOES_NOT_WAIT),
    _control("a witness who takes any place", THREE, "vote", witness_table=_TAKES_ANY_PLACE),
    _control("too few votes to abort", THREE, "split", aborts_that_decide=1),
)
CONTROLS: dict[str, Case] = {case.name: case for case in (*_IN_P, *_IN_E, *_IN_Q)}
