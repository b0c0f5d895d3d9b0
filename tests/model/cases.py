"""What is searched, and the faults planted to show that the search would find them.

Cases: mode P, all that the design asks of it, for payments of two and agreements of two to four,
each with honest signers and with one liar in either seat.  Two signers make 40 to 300 states,
three about 10 000; four make more than a million and take minutes, so those are long.  A death
needs no case of its own (see search.py).

Named bounds: two different session data in one session (F9) are not told apart but for the
refusal of the second: they never make one certificate, because every signature is over one of
them.  Another session that wants the same place is a lock that comes and goes, with or without an
action written; its own messages are not played.

Controls: N1–N5 and N7 of countersigning.md as far as they make sense in mode P, and faults of
our own, one for each law at least.  N6 speaks of mode E only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.model.search import Case
from tests.model.side import State
from wallet.protocol.countersign import signer
from wallet.protocol.countersign.certificate import Slot
from wallet.protocol.countersign.signer import Session, SlotShown
from wallet.protocol.effects import Report
from wallet.protocol.machine import Input, Machine, Outcome, Row, row

S = State


def _with_liars(kind: str, signers: int, roles: Sequence[str]) -> list[Case]:
    honest = Case(f"{kind}-{signers}", signers, kind)
    liars = [
        Case(f"{honest.name}-lying-{role}", signers, kind, liar=seat)
        for seat, role in enumerate(roles)
    ]
    return [honest, *liars]


CASES = {
    case.name: case
    for case in (
        *_with_liars("payment", 2, ("payer", "payee")),
        *_with_liars("open", 2, ("initiator", "acceptor")),
        *_with_liars("open", 3, ("initiator", "acceptor")),
    )
}
LONG_CASES = {case.name: case for case in _with_liars("open", 4, ("initiator", "acceptor"))}


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


def _forget_the_lock(one: Session, _: Input) -> Outcome[Session]:
    return one, (Report(signer.NotDone(one.session, "late")),)


def _count(one: Session, _: Input) -> Outcome[Session]:
    return one, (*signer._unlock(), Report(signer.Done(one.session, bare=True)))


def _give_up(one: Session, _: Input) -> Outcome[Session]:
    return one, ()


def _control(
    name: str, case: str, law: str, table: Machine[State, Session] = signer.machine, **more: bool
) -> Case:
    laws = frozenset({law})
    return replace(CASES[case], name=f"{name} ({case}, {law})", table=table, laws=laws, **more)


_RELEASES = altered(row(S.COMMITTED, signer.EndPassed, S.RELEASED, signer.release))
_SIGNS_LATER = altered(row(S.RELEASED, signer.SessionDataArrived, S.COMMITTED, signer.sign))
_USES_AFTER_STOP = altered(row(S.PARKED, signer.CertificateArrived, S.COMPLETED, signer.apply_late))
_STAYS_SILENT = altered(row(S.COMPLETED, SlotShown, S.COMPLETED))
_TRUSTS_ANY_ACTION = altered(
    row(S.COMMITTED, SlotShown, S.ABORTED, signer.abort, when=signer.is_abort),
    row(S.COMMITTED, SlotShown, S.COMPLETED, signer.apply, when=_any_finalised),
    row(S.COMMITTED, SlotShown, S.COMMITTED),
)
_GIVES_UP_WHAT_IT_PAID = altered(
    row(S.COMPLETED, SlotShown, S.ABORTED, _give_up, when=signer.is_stop_for_payer),
    row(S.COMPLETED, SlotShown, S.COMPLETED),
)

CONTROLS: dict[str, Case] = {
    case.name: case
    for case in (
        _control("N1", "payment-2", "split", _RELEASES),
        _control("N1", "open-3", "split", _RELEASES),
        _control("N2", "payment-2", "fork", _SIGNS_LATER),
        _control("N2", "open-3", "split", _SIGNS_LATER),
        _control("N3", "payment-2", "split", lets_signatures_out_early=True),
        _control("N4", "payment-2", "framed", promise_is_claim=True),
        _control("N5", "payment-2", "word", _USES_AFTER_STOP),
        _control("N7", "payment-2", "open", _STAYS_SILENT),
        _control(
            "a finalised action for all", "open-3-lying-acceptor", "proof", _TRUSTS_ANY_ACTION
        ),
        _control(
            "a finalised action for all", "open-3-lying-acceptor", "split", _TRUSTS_ANY_ACTION
        ),
        _control("a payer takes back", "payment-2-lying-payee", "cheated", _GIVES_UP_WHAT_IT_PAID),
        _control(
            "counts what nobody signed",
            "payment-2",
            "R8",
            altered(row(S.PREPARED, signer.EndPassed, S.PAID, _count)),
        ),
        _control(
            "nothing ends the wait",
            "payment-2",
            "frozen",
            altered(row(S.PREPARED, signer.EndPassed, S.PREPARED)),
        ),
        _control(
            "who signs last waits for ever",
            "payment-2",
            "doubt",
            altered(row(S.PREPARED, signer.EndPassed, S.PREPARED)),
        ),
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
}
