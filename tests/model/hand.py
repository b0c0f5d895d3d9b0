"""The hand that feeds the table: what may happen to one signer, and what it hears.

Nothing is decided here: `wallet.protocol.countersign.signer.machine` (or an altered copy of it)
decides.  Read together with wallet/engine/desks/admission.py (what reaches the table), pump.py
(repeats) and acts.py (what persons may do).
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from tests.model.case import Case
from tests.model.side import (
    AGENTS,
    NEVER,
    OVER,
    VOTES,
    Letter,
    Lock,
    Place,
    Side,
    Step,
    number,
)
from tests.model.work import Work
from wallet.model.errors import ProtocolBreach
from wallet.protocol.countersign import signer
from wallet.protocol.countersign.certificate import Slot
from wallet.protocol.countersign.signer import Session, State
from wallet.protocol.machine import Input

S = State
SHOWN = {
    Place.FINALISED: Slot.FINALISED,
    Place.PARKED: Slot.PARKED,
    Place.STOPPED: Slot.STOPPED,
    Place.OTHER: Slot.OTHER,
}
TIMERS: dict[str, type[Input]] = {
    "end": signer.EndPassed,
    "ask": signer.AskDue,
    "park": signer.ParkDue,
}
PERSON: tuple[Input, ...] = (
    signer.Decline(),
    signer.Stop(),
    signer.OwnAct(),
    signer.GoOn(),
    signer.StopWaiting(),
    signer.PayAnyway(),
)


class Hand:
    """Carries out what a table asks for, on the paper of the model."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.table = case.table
        self._is_late = False
        self.used: set[tuple[State, type[Input]]] = set()  # pairs of the table that were needed

    def feed(self, side: Side, given: Input) -> Step:
        """Give an input to the table and do what it says, as one transaction."""
        self.used.add((side.session.state, type(given)))
        try:
            record, effects = self.table.step(side.session, given)
        except ProtocolBreach as breach:
            return Step(side, broken=f"breach: no row for {breach.input} in {breach.state}")
        work = Work(side._replace(session=_in_short(record)), self.case)
        for effect in effects:
            work.do(effect)
        return Step(work.side, tuple(work.letters), work.broken)

    def _take(self, side: Side, given: Input) -> Step:
        """Give what came from elsewhere; a passed deadline goes first (F4, F36)."""
        if not self._is_late:
            return self.feed(side, given)
        ended = self.feed(side, signer.EndPassed())
        after = self.feed(ended.side, given)
        return Step(after.side, ended.letters + after.letters, ended.broken or after.broken)

    def may(self, side: Side, given: Input) -> bool:
        """Whether a screen would offer it."""
        return bool(self.table.allows(side.session, given))

    # What happens by itself, and what persons choose ---------------------------

    def acts(self, side: Side) -> list[tuple[Step, bool]]:
        """Everything that may happen without a message; True: no person is needed for it."""
        found: list[tuple[Step, bool]] = []
        state = side.session.state
        if state is S.NEW and side.session.initiator:
            found.append((self._labelled(side, signer.Propose(1)), True))
        for name in sorted(side.timers):
            awake = side._replace(timers=side.timers - {name})
            found.append((self._labelled(awake, TIMERS[name]()), True))
        wishes = [*PERSON, signer.Crossed(), signer.AskDue()]
        if side.lock is Lock.FREE:
            wishes.append(signer.Accept())
        found += [
            (self._labelled(side, wish), False)
            for wish in wishes
            if state not in OVER and self.may(side, wish)
        ]
        if "end" in side.timers:
            found += [(step, False) for step in self._overtaken(side)]
        # The other session ends by its own clock: that is what is proven here, for every session.
        by_clock = side.lock is Lock.ANOTHER
        return found + [(step, by_clock) for step in self._chain_moves(side)]

    def _overtaken(self, side: Side) -> list[Step]:
        # What another act asks of a session may find the deadline passed.
        self._is_late = True
        found = [
            (wish, self._take(side, wish))
            for wish in (signer.Crossed(), signer.OwnAct())
            if self.may(side, wish)
        ]
        self._is_late = False
        return [
            Step(step.side, step.letters, step.broken, f"EndPassed, then {type(wish).__name__}")
            for wish, step in found
        ]

    def _labelled(self, side: Side, given: Input) -> Step:
        step = self.feed(side, given)
        return Step(step.side, step.letters, step.broken, type(given).__name__)

    def _chain_moves(self, side: Side) -> list[Step]:
        if not side.promised or side.place is not Place.EMPTY:
            return []
        written = side._replace(place=Place.OTHER, lock=Lock.FREE)
        if side.lock is Lock.FREE:
            taken = side._replace(lock=Lock.ANOTHER)
            return [
                Step(written, label="writes something else"),
                Step(taken, label="promises the place to another session"),
            ]
        if side.lock is Lock.ANOTHER:
            freed = side._replace(lock=Lock.FREE)
            return [
                Step(written, label="the other session completes"),
                Step(freed, label="the other session is released"),
            ]
        return []

    # What arrives ----------------------------------------------------------------

    def hear(self, side: Side, letter: Letter) -> list[Step]:
        """All that a delivered message may do; choices are the receiver's policy and clock."""
        if letter in side.heard:
            return []
        hear = getattr(self, "_hear_" + letter.kind)
        found = self._early_and_late(side, f"hears {letter}", lambda: hear(side, letter))
        if letter.kind != "slot" or letter.source == self.case.liar:
            return found  # a liar never runs out of words
        return [_remember(step, letter) for step in found]

    def hear_votes(self, side: Side, *, commit: bool) -> list[Step]:
        """All that so many votes may do (mode Q)."""
        if not side.data:
            return []
        label = "hears votes to commit" if commit else "hears votes to abort"
        hear = self._hear_certificate if commit else self._hear_abort
        return self._early_and_late(side, label, lambda: hear(side))

    def _early_and_late(self, side: Side, label: str, hear: Callable[[], list[Step]]) -> list[Step]:
        found = [(step, step.label or label) for step in hear()]
        if "end" in side.timers:
            self._is_late = True
            found += [(step, f"{label} after the end") for step in hear()]
            self._is_late = False
        return [Step(step.side, step.letters, step.broken, label) for step, label in found]

    def _hear_preflight(self, side: Side, letter: Letter) -> list[Step]:
        seat = number(side.session.me)
        if side.session.state is not S.NEW:
            given = signer.PreflightArrived(0, by_policy=False)
            return [self._take(side, given)] if self.may(side, given) else []  # the pump's repeat
        declined = Step(
            side._replace(gone=True), (Letter("decline", seat, letter.source),), "", "declines"
        )
        if side.gone:
            return [declined]
        by_policy, by_person = (
            self._take(side, signer.PreflightArrived(1, by_policy=chosen))
            for chosen in (True, False)
        )
        accepts = [Step(by_policy.side, by_policy.letters, by_policy.broken, "accepts by policy")]
        if seat != self.case.enzyme:
            asks = Step(by_person.side, by_person.letters, by_person.broken, "asks the person")
            accepts.append(asks)
        return [*accepts, declined]

    def _hear_accept(self, side: Side, letter: Letter) -> list[Step]:
        source = AGENTS[letter.source]
        steps = [self._take(side, signer.AcceptArrived(source))]
        if side.session.state is S.PROPOSED:  # its head is ahead of our clock (F38)
            steps.append(self._take(side, signer.DeclineArrived(source, "clock")))
        return steps

    def _hear_decline(self, side: Side, letter: Letter) -> list[Step]:
        return [self._take(side, signer.DeclineArrived(AGENTS[letter.source], "policy"))]

    def _hear_cancel(self, side: Side, _: Letter) -> list[Step]:
        if side.session.state is S.NEW:
            return [Step(side._replace(gone=True))]
        return [self._take(side, signer.CancelArrived())]

    def _hear_data(self, side: Side, letter: Letter) -> list[Step]:
        state = side.session.state
        if state is S.NEW:
            return []
        if letter.source == self.case.liar and state is not S.RELEASED:  # other data (F9)
            refused = self._take(side, signer.SessionDataRefused())
            return [refused, *self._hear_honest_data(side)]
        return self._hear_honest_data(side)

    def _hear_honest_data(self, side: Side) -> list[Step]:
        state = side.session.state
        if side.data or state is S.RELEASED:
            given = signer.SessionDataArrived()
            # Only a repeat can find a state without a row, and repeats are the pump's.
            return [self._take(side, given)] if self.may(side, given) else []
        if state is not S.PREPARED:
            return [self._take(side, signer.SessionDataRefused())]
        return [
            self._take(side._replace(data=True), signer.SessionDataArrived()),
            self._take(side, signer.SessionDataRefused()),
        ]

    def _hear_signature(self, side: Side, letter: Letter) -> list[Step]:
        if not side.session.completer or not side.data:
            return []
        if side.session.state is S.PREPARED:
            side = side._replace(signatures=side.signatures | {letter.source})
        return [self._take(side, signer.SignatureArrived(AGENTS[letter.source]))]

    def _hear_certificate(self, side: Side, _: Letter | None = None) -> list[Step]:
        if not side.data:
            return []
        if side.session.state in (S.COMMITTED, S.PARKED) and not side.session.stopped:
            side = side._replace(signatures=frozenset(map(number, side.session.signers)))
        return [self._take(side, signer.CertificateArrived())]

    def _hear_abort(self, side: Side, _: Letter | None = None) -> list[Step]:
        if not side.data:
            return []
        if side.session.state in (S.COMMITTED, S.PARKED):
            side = side._replace(proof=(VOTES, Place.EMPTY))
        return [self._take(side, signer.AbortProven())]

    def _hear_slot(self, side: Side, letter: Letter) -> list[Step]:
        source, is_park = AGENTS[letter.author], letter.place in (Place.PARKED, Place.STOPPED)
        if source == side.session.me:
            return []
        knows_place = side.data or source in side.session.accepted
        reads_all = side.data and letter.author != self.case.enzyme
        if not knows_place or not (reads_all or is_park):
            return []
        if letter.place is Place.FINALISED:
            side = side._replace(signatures=side.signatures | {letter.author})
        given = signer.SlotShown(source, SHOWN[letter.place])
        if side.session.state in (S.COMMITTED, S.PARKED) and signer.is_abort(side.session, given):
            side = side._replace(proof=(letter.author, letter.place))
        return [self._take(side, given)]

    _hear_shown = _hear_slot

    def _hear_query(self, side: Side, letter: Letter) -> list[Step]:
        if side.session.state is S.NEW:
            return []
        return [self._take(side, signer.StatusAsked(AGENTS[letter.source], 1))]

    def _hear_bare(self, side: Side, _: Letter) -> list[Step]:
        side = side._replace(heard_bare=True, counts=True)
        if side.session.state is S.NEW:
            return [Step(side)]
        return [self._take(side, signer.BareChitArrived())]


def _remember(step: Step, letter: Letter) -> Step:
    # All who may need it ask again, but a payer who completed does not.
    side = step.side
    state = side.session.state
    if not side.session.payer or side.bare or state in NEVER or letter.place is not Place.STOPPED:
        return step
    return Step(side._replace(heard=side.heard | {letter}), step.letters, step.broken, step.label)


def _in_short(record: Session) -> Session:
    # What no guard looks at would only multiply the states.
    return replace(
        record,
        accepted=tuple(sorted(set(record.accepted))),
        signed=tuple(sorted(set(record.signed))),
        asked=min(record.asked, 1),
        reason="",
    )
