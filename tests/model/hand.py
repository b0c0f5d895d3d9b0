"""The hand that feeds the table: what may happen to one signer, and what it hears.

Nothing is decided here: `wallet.protocol.countersign.signer.machine` (or an altered copy of it)
decides.  Read together with wallet/engine/desks/admission.py (what reaches the table), pump.py
(repeats) and acts.py (what persons may do).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from msgspec import structs

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

    def acts(self, side: Side, *, may_begin: bool = True) -> list[tuple[Step, bool]]:
        """Everything that may happen without a message; True: no person is needed for it.

        `may_begin`: no other session of this chain is under way.
        """
        found: list[tuple[Step, bool]] = []
        state = side.session.state
        if state is S.NEW and side.session.initiator and may_begin:
            found.append((self._labelled(side, signer.Propose(1)), True))
        for name in sorted(side.timers):
            awake = side._replace(timers=side.timers - {name})
            found.append((self._labelled(awake, TIMERS[name]()), True))
        wishes = [*PERSON, signer.AskDue()]
        if side.lock is Lock.FREE and may_begin:
            wishes.append(signer.Accept())
        found += [
            (self._labelled(side, wish), False)
            for wish in wishes
            if state not in OVER and self.may(side, wish)
        ]
        return found + [(step, False) for step in self._overtaken(side, signer.OwnAct())]

    def crossed(self, side: Side) -> list[Step]:
        """Our own open proposal gives way to another."""
        if side.session.state in OVER or not self.may(side, signer.Crossed()):
            return []
        given = signer.Crossed()
        return [self._labelled(side, given), *self._overtaken(side, given)]

    def elsewhere(self, side: Side) -> list[tuple[Step, bool]]:
        """What other sessions of the same chain may do to this one."""
        # The other session ends by its own clock: that is what is proven here, for every session.
        by_clock = side.lock is Lock.ANOTHER
        chain = [(step, by_clock) for step in self._chain_moves(side)]
        return [(step, False) for step in self.crossed(side)] + chain

    def _overtaken(self, side: Side, wish: Input) -> list[Step]:
        # What another act asks of a session may find the deadline passed.
        if "end" not in side.timers or not self.may(side, wish):
            return []
        self._is_late = True
        step = self._take(side, wish)
        self._is_late = False
        return [_named(step, f"EndPassed, then {type(wish).__name__}")]

    def _labelled(self, side: Side, given: Input) -> Step:
        step = self.feed(side, given)
        return _named(step, type(given).__name__)

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
        label = "hears votes to commit" if commit else "hears votes to abort"
        hear = self._hear_certificate if commit else self._hear_abort
        return self._early_and_late(side, label, lambda: hear(side))

    def _early_and_late(self, side: Side, label: str, hear: Callable[[], list[Step]]) -> list[Step]:
        found = [_named(step, step.label or label) for step in hear()]
        if "end" in side.timers:
            self._is_late = True
            found += [_odd(_named(step, f"{label} after the end")) for step in hear()]
            self._is_late = False
        return found

    def _hear_preflight(self, side: Side, letter: Letter) -> list[Step]:
        seat = number(side.session.me)
        if side.session.state is not S.NEW:
            given = signer.PreflightArrived(0, by_policy=False)
            return [self._take(side, given)] if self.may(side, given) else []  # the pump's repeat
        declined = Step(
            side._replace(gone=True),
            (Letter("decline", seat, letter.source),),
            "",
            "declines",
            True,
        )
        if side.gone:
            return [declined]
        by_policy, by_person = (
            self._take(side, signer.PreflightArrived(1, by_policy=chosen))
            for chosen in (True, False)
        )
        accepts = [_named(by_policy, "accepts by policy")]
        if seat != self.case.enzyme:
            accepts.append(_odd(_named(by_person, "asks the person")))
        return [*accepts, declined]

    def _hear_accept(self, side: Side, letter: Letter) -> list[Step]:
        source = AGENTS[letter.source]
        steps = [self._take(side, signer.AcceptArrived(source))]
        if side.session.state is S.PROPOSED:  # its head is ahead of our clock (F38)
            steps.append(_odd(self._take(side, signer.DeclineArrived(source, "clock"))))
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
            _odd(self._take(side, signer.SessionDataRefused())),
        ]

    def _hear_signature(self, side: Side, letter: Letter) -> list[Step]:
        is_early = not side.data and side.session.state is not S.RELEASED
        if not side.session.completer or is_early:
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
        if side.session.state is S.NEW:
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
        waits = self.case.passes_on and side.session.state in (S.COMMITTED, S.PARKED)
        if waits and signer.is_abort(side.session, given):
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
    return replace(step, side=side._replace(heard=side.heard | {letter}))


def _named(step: Step, label: str) -> Step:
    return replace(step, label=label)


def _odd(step: Step) -> Step:
    return replace(step, odd=True)


def _in_short(record: Session) -> Session:
    # What no guard looks at would only multiply the states.
    return structs.replace(
        record,
        accepted=tuple(sorted(set(record.accepted))),
        signed=tuple(sorted(set(record.signed))),
        asked=min(record.asked, 1),
        reason="",
    )
