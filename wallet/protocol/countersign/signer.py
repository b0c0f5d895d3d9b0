"""The signer: how one participant goes through a session, and how it ends.

Source: countersigning.md, *Rules* R1–R10, *States*; Holochain's countersigning with its gaps
closed.  The record holds only what decides; bytes, keys and signatures stay with whoever carries
out the effects, and everything that arrives was verified before.  The completer signs last and
thereby decides: in mode P the payer (in an agreement the initiator), who is never in doubt; in
mode E the enzyme, a signer that is no party.  In mode Q nobody does: witnesses vote
(`witness.py`), and what they decided comes here as a certificate or as `AbortProven`.

Inputs that come after `end` are preceded by `EndPassed`: whoever feeds the machine looks at the
monotonic deadline first (F4, F36).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from msgspec.structs import replace

from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId
from wallet.model.credit import Mode
from wallet.model.limits import ASK_FIRST_MS, ASK_LONGEST_MS, PARK_AFTER_MS
from wallet.model.record import Record
from wallet.protocol.countersign.certificate import Slot
from wallet.protocol.effects import ClearTimer, Fact, Report, SetTimer
from wallet.protocol.machine import Effect, Input, Machine, Outcome, Row, row, rows
from wallet.protocol.messages.countersigning import Kind, Why


class State(Enum):
    """Where a session stands, seen from one signer."""

    NEW = "new"
    ASKED = "asked"  # the partner asks; the person decides; no lock
    PROPOSED = "proposed"  # initiator: asked, no lock
    PREPARED = "prepared"  # locked, nothing of ours signed
    COMMITTED = "committed"  # our session signature may have left
    PARKED = "parked"  # the chain goes on, the session stays open
    COMPLETED = "completed"
    PAID = "paid"  # the chit counts by the payer's own signature
    RELEASED = "released"
    ABORTED = "aborted"
    CANCELLED = "cancelled"


class Session(Record, frozen=True):
    """What decides about one session."""

    session: Hash
    me: AgentId
    signers: tuple[AgentId, ...]
    kind: Kind
    completer: bool  # signs last and sends the certificate
    initiator: bool
    decider: AgentId | None = None  # mode E: the enzyme, whose place alone decides
    payer: bool = False
    payee: bool = False
    automatic: bool = False  # accepted by policy: nobody sits in front of it
    mode: Mode = "P"
    state: State = State.NEW
    accepted: tuple[AgentId, ...] = ()
    signed: tuple[AgentId, ...] = ()
    past_end: bool = False
    stopped: bool = False  # we parked with stop
    unanswered: bool = False  # payer: the payee stopped, and we have not answered it yet
    asked: int = 0  # rounds of questions since the end
    reason: str = ""


# Inputs -------------------------------------------------------------------


class Propose(Input, frozen=True):
    """We ask the others; `wait` ms are left until the end."""

    wait: int


class PreflightArrived(Input, frozen=True):
    """Someone asks us, and nothing speaks against it; `by_policy`: no person needs to look."""

    wait: int
    by_policy: bool


class Accept(Input, frozen=True):
    """The person accepts."""


class Decline(Input, frozen=True):
    """The person declines."""


class AcceptArrived(Input, frozen=True):
    """A signer has locked its chain and promised its place."""

    agent: AgentId


class DeclineArrived(Input, frozen=True):
    """A signer declined."""

    agent: AgentId
    why: Why


class SessionDataArrived(Input, frozen=True):
    """All responses are there, ours among them as we gave it; the entry is valid for all sides."""


class SessionDataRefused(Input, frozen=True):
    """The session data is invalid (F7–F9): nothing of ours leaves."""


class SignatureArrived(Input, frozen=True):
    """A signer's session signature, verified and stored."""

    agent: AgentId


class CertificateArrived(Input, frozen=True):
    """All session signatures, and in mode Q the votes, verified."""


class SlotShown(Input, frozen=True):
    """What stands at a signer's promised place, verified."""

    agent: AgentId
    slot: Slot


class AbortProven(Input, frozen=True):
    """So many witnesses voted abort that no commit can come (mode Q)."""


class BareChitArrived(Input, frozen=True):
    """The payer signed the chit bare."""


class StatusAsked(Input, frozen=True):
    """A participant asks for our evidence."""

    agent: AgentId
    attempt: int


class CancelArrived(Input, frozen=True):
    """The initiator withdrew before it sent the session data."""


class Crossed(Input, frozen=True):
    """We accept a crossing proposal with a smaller name instead (F42)."""


class OwnAct(Input, frozen=True):
    """The person wants to do something else: own acts pre-empt an incoming session (R3)."""


class Stop(Input, frozen=True):
    """The person stops a session in which nothing of ours is signed."""


class EndPassed(Input, frozen=True):
    """The session's window is over, by the monotonic clock."""


class AskDue(Input, frozen=True):
    """It is time to ask again, or the person wants to know now."""


class ParkDue(Input, frozen=True):
    """End, one round of questions and ten seconds are over (R6)."""


class GoOn(Input, frozen=True):
    """The person goes on without waiting: park an agreement, or a payment that others decide."""


class StopWaiting(Input, frozen=True):
    """The payee will never finalise this session (R8)."""


class PayAnyway(Input, frozen=True):
    """The payer signs the same chit bare (R8)."""


# Effects of its own ---------------------------------------------------------


class SendPreflight(Effect, frozen=True):
    """Send the preflight, with the sealed entry, to all other signers."""


class LockChain(Effect, frozen=True):
    """Lock our chain for this session and store our own response."""


class UnlockChain(Effect, frozen=True):
    """The lock is no longer ours."""


class SendAccept(Effect, frozen=True):
    """Send our stored response to the initiator."""


class SendDecline(Effect, frozen=True):
    """Decline to the initiator."""

    why: Why


class SendSessionData(Effect, frozen=True):
    """Send all responses to all other signers."""


class SendSignature(Effect, frozen=True):
    """Sign our session action (label promise), store it, send it to whom signatures go."""


class Finalise(Effect, frozen=True):
    """Write our session action at the promised place and store the certificate (R5)."""


class RecordLate(Effect, frozen=True):
    """We had parked: record the outcome at a later place of the chain."""


class SendCertificate(Effect, frozen=True):
    """Send the certificate to all other signers, or to the one who asks."""

    to: AgentId | None = None
    attempt: int = 0


class WritePark(Effect, frozen=True):
    """Write a park at the promised place."""

    stop: bool


class SendSlot(Effect, frozen=True):
    """Show what stands at our promised place; if nothing does and the chain is free, a park."""

    to: AgentId | None = None
    attempt: int = 0


class SendOwnSignature(Effect, frozen=True):
    """Show our session signature to the one who asks."""

    to: AgentId
    attempt: int


class SendNothingYet(Effect, frozen=True):
    """Answer that we hold no evidence yet."""

    to: AgentId
    attempt: int


class AskStatus(Effect, frozen=True):
    """Ask all other signers for their evidence, and in mode Q the witnesses for their votes."""

    attempt: int


class SendCancel(Effect, frozen=True):
    """Tell all other signers that we withdrew."""


class SendBare(Effect, frozen=True):
    """Sign the chit bare, once, and send it to the payee."""


class Bury(Effect, frozen=True):
    """Leave a tombstone and resend nothing that asks for this session (R3)."""


# Facts for whoever listens further up -----------------------------------------


class Begun(Fact, frozen=True):
    """The session runs."""

    session: Hash


class PersonAsked(Fact, frozen=True):
    """The person has to accept or decline."""

    session: Hash


class Done(Fact, frozen=True):
    """The entry counts: by the certificate, or (`bare`) by the payer's own signature."""

    session: Hash
    bare: bool = False


class NotDone(Fact, frozen=True):
    """The session ended and nothing counts by it."""

    session: Hash
    reason: str


class NotKnown(Fact, frozen=True):
    """Our signature is out and the window is over."""

    session: Hash


class StorageLost(Fact, frozen=True):
    """A certificate holds our signature where our disk says we never signed (F18)."""

    session: Hash


class Disputed(Fact, frozen=True):
    """Who had to decide, or to sign, did so and showed the opposite too (F26, F28)."""

    session: Hash


# Guards -------------------------------------------------------------------------


def by_policy(_: Session, given: PreflightArrived) -> bool:
    """No person needs to look."""
    return given.by_policy


def all_accept(one: Session, given: AcceptArrived) -> bool:
    """With this one every other signer has accepted."""
    return {*one.accepted, given.agent, one.me} == set(one.signers)


def all_accept_us_last(one: Session, given: AcceptArrived) -> bool:
    """With this one all have accepted, and we sign last."""
    return one.completer and all_accept(one, given)


def completes(one: Session, given: SignatureArrived) -> bool:
    """We complete, and with this one all other signatures are there."""
    return one.completer and {*one.signed, given.agent, one.me} == set(one.signers)


def is_completer(one: Session, _: Input) -> bool:
    """We sign last."""
    return one.completer


def is_not_completer(one: Session, _: Input) -> bool:
    """Somebody else signs last."""
    return not one.completer


def is_never(one: Session, given: SlotShown) -> bool:
    """A signer's place is taken by something else before we signed: it can never sign."""
    return given.slot in (Slot.STOPPED, Slot.OTHER)


def enzyme_sees_never(one: Session, given: SlotShown) -> bool:
    """One of those we would sign after can never sign: we decide so at once (mode E)."""
    return one.mode == "E" and one.completer and is_never(one, given)


def is_abort(one: Session, given: SlotShown) -> bool:
    """A place that had to hold a session action holds something else: whose, the mode says (N6).

    In mode P any signer's, for the certificate needs all; in mode E the enzyme's alone; in mode Q
    votes decide.
    """
    decides = {"P": not one.completer, "E": given.agent == one.decider, "Q": False}
    return decides[one.mode] and given.slot in (Slot.STOPPED, Slot.OTHER)


def is_contradiction(one: Session, given: SlotShown) -> bool:
    """The certificate holds a signature of somebody who shows that it never signed (F26, F28).

    A payee's stop is none: it may stop while a payer, an enzyme or witnesses complete.
    """
    decides = {"P": not one.payer, "E": given.agent == one.decider, "Q": False}
    return decides[one.mode] and is_never(one, given)


def no_one_votes(one: Session, _: Input) -> bool:
    """Modes P and E; in mode Q two votes say who lied."""
    return one.mode != "Q"


def has_finalised(one: Session, given: SlotShown) -> bool:
    """The one signature that was missing is there: a finalised action counts as its author's."""
    whole = {*one.signed, given.agent, one.me} == set(one.signers)  # never for the others' (F28)
    return one.mode == "P" and given.slot is Slot.FINALISED and whole


def is_stop_for_payer(one: Session, given: SlotShown) -> bool:
    """The payee says that it will never finalise what we, the payer, signed (N7)."""
    return one.payer and given.slot is Slot.STOPPED


def owes_an_answer(one: Session, _: Input) -> bool:
    """The payee stopped before we, the payer, knew how it ends (modes E and Q)."""
    return one.unanswered


def parks_by_itself(one: Session, _: Input) -> bool:
    """Nobody sits in front of it, or it is a payment of ours that others decide (R6)."""
    return one.automatic or one.payer


def may_go_on(one: Session, _: GoOn) -> bool:
    """The window and one round of questions are over; a payee stops waiting instead."""
    return not one.payee and one.past_end and one.asked > 0


def may_stop_waiting(one: Session, _: StopWaiting) -> bool:
    """The payee, after the window and one round of questions."""
    return one.payee and one.past_end and one.asked > 0


def may_pay_anyway(one: Session, _: PayAnyway) -> bool:
    """The payer of a payment."""
    return one.payer


def is_payer_in_doubt(one: Session, _: PayAnyway) -> bool:
    """The same, after the window and one round of questions."""
    return one.payer and one.past_end and one.asked > 0


def is_payee(one: Session, _: Input) -> bool:
    """Money comes in."""
    return one.payee


def is_payer(one: Session, _: Input) -> bool:
    """Money goes out."""
    return one.payer


def has_not_stopped(one: Session, _: Input) -> bool:
    """We did not say that we will never finalise."""
    return not one.stopped


def payee_sees_finalised(one: Session, given: SlotShown) -> bool:
    """A parked payee sees that the payer finalised: the chit counts (R8)."""
    return one.payee and has_finalised(one, given)


def still_completes(one: Session, given: SlotShown) -> bool:
    """The completer finalised, and we did not say that we never will."""
    return has_finalised(one, given) and not one.stopped


# Actions ------------------------------------------------------------------------


def propose(one: Session, given: Propose) -> Outcome[Session]:
    """Send the preflight and start the clock."""
    return one, (SendPreflight(), SetTimer("end", given.wait), Report(Begun(one.session)))


def lock_and_accept(one: Session, given: PreflightArrived) -> Outcome[Session]:
    """Lock, promise the place, answer."""
    after = replace(one, automatic=given.by_policy)
    return after, (
        LockChain(),
        SendAccept(),
        SetTimer("end", given.wait),
        Report(Begun(one.session)),
    )


def ask_the_person(one: Session, given: PreflightArrived) -> Outcome[Session]:
    """Show it and wait; no lock."""
    return one, (SetTimer("end", given.wait), Report(PersonAsked(one.session)))


def accept(one: Session, _: Accept) -> Outcome[Session]:
    """Lock, promise the place, answer."""
    return one, (LockChain(), SendAccept(), Report(Begun(one.session)))


def decline(one: Session, _: Decline) -> Outcome[Session]:
    """Say no."""
    return _not_done(one, "policy", SendDecline("policy"))


def repeat_acceptance(one: Session, _: PreflightArrived) -> Outcome[Session]:
    """Answer a repeat with what is stored."""
    return one, (SendAccept(),)


def decline_as_expired(one: Session, _: PreflightArrived) -> Outcome[Session]:
    """A buried session never lives again."""
    return one, (SendDecline("expired"),)


def remember_acceptance(one: Session, given: AcceptArrived) -> Outcome[Session]:
    """Wait for the others."""
    return replace(one, accepted=(*one.accepted, given.agent)), ()


def lock_and_send_data(one: Session, given: AcceptArrived) -> Outcome[Session]:
    """Lock last, and fix what everybody signs."""
    after = replace(one, accepted=(*one.accepted, given.agent))
    return after, (LockChain(), SendSessionData())


def lock_sign_and_send(one: Session, given: AcceptArrived) -> Outcome[Session]:
    """Lock last, fix what everybody signs, and sign it: others decide (modes E and Q)."""
    after = replace(one, accepted=(*one.accepted, given.agent))
    return after, (LockChain(), SendSessionData(), SendSignature())


def cancel_declined(one: Session, given: DeclineArrived) -> Outcome[Session]:
    """Tell those who accepted (F5)."""
    return _not_done(one, given.why, SendCancel())


def cancel_late(one: Session, _: EndPassed) -> Outcome[Session]:
    """Nobody answered in time; nothing was signed."""
    return _not_done(one, "late", SendCancel())


def cancel_crossed(one: Session, _: Crossed) -> Outcome[Session]:
    """Make room for the other proposal; ours is tried again."""
    return _not_done(one, "crossed", SendCancel())


def cancel_stopped(one: Session, _: Stop) -> Outcome[Session]:
    """The person stopped it."""
    return _not_done(one, "stopped", SendCancel())


def cancel_impossible(one: Session, _: SlotShown) -> Outcome[Session]:
    """Who had accepted has given its place to something else: nothing can come of it."""
    return _not_done(one, "late", SendCancel())


def forget_request(one: Session, _: Input) -> Outcome[Session]:
    """The partner withdrew, or the person did not answer in time."""
    return _not_done(one, "late")


def sign(one: Session, _: SessionDataArrived) -> Outcome[Session]:
    """Our promise leaves: from here only evidence decides."""
    return one, (SendSignature(),)


def keep_signature(one: Session, given: SignatureArrived) -> Outcome[Session]:
    """Wait for the others; a repeat changes nothing (F11)."""
    return replace(one, signed=tuple(dict.fromkeys((*one.signed, given.agent)))), ()


def complete(one: Session, given: SignatureArrived) -> Outcome[Session]:
    """Sign last and apply, in one transaction."""
    after = replace(one, signed=(*one.signed, given.agent))
    return after, (Finalise(), *_unlock(), SendCertificate(), Report(Done(one.session)))


def apply(one: Session, _: Input) -> Outcome[Session]:
    """The certificate is whole: apply."""
    return one, (Finalise(), *_unlock(), Report(Done(one.session)))


def apply_late(one: Session, _: Input) -> Outcome[Session]:
    """Apply although the chain went on."""
    return one, (RecordLate(), *_quiet(), Report(Done(one.session)))


def note_stop(one: Session, _: SlotShown) -> Outcome[Session]:
    """It decides nothing, but is not said twice: should we complete, it wants an answer (F57)."""
    return replace(one, unanswered=True), ()


def apply_and_answer(one: Session, given: Input) -> Outcome[Session]:
    """Apply, and send the payee who had stopped what counts for it (N7)."""
    after, effects = apply(one, given)
    return replace(after, unanswered=False), (*effects, SendBare())


def apply_late_and_answer(one: Session, given: Input) -> Outcome[Session]:
    """The same, although the chain went on."""
    after, effects = apply_late(one, given)
    return replace(after, unanswered=False), (*effects, SendBare())


def release(one: Session, _: Input) -> Outcome[Session]:
    """Nothing of ours was signed: free the chain."""
    return _not_done(one, "late", UnlockChain())


def release_own_act(one: Session, _: OwnAct) -> Outcome[Session]:
    """The person's own act goes first."""
    return _not_done(one, "own act", UnlockChain())


def release_invalid(one: Session, _: SessionDataRefused) -> Outcome[Session]:
    """What they want signed is not what was asked."""
    return _not_done(one, "invalid", UnlockChain())


def release_cancelled(one: Session, _: CancelArrived) -> Outcome[Session]:
    """The initiator withdrew."""
    return _not_done(one, "cancelled", UnlockChain())


_ENDED_BY: dict[type[Input], str] = {
    Stop: "stopped",
    CancelArrived: "cancelled",
    SessionDataRefused: "invalid",
}


def release_with_evidence(one: Session, given: Input) -> Outcome[Session]:
    """Others may have signed: put a stop at our place at once, so that nobody has to ask (R3)."""
    reason = _ENDED_BY.get(type(given), "late")
    after, effects = _not_done(one, reason, UnlockChain(), WritePark(stop=True))
    return after, (*effects, SendSlot())


def abort(one: Session, _: Input) -> Outcome[Session]:
    """It can never complete: our own place becomes a park in the same transaction."""
    return _not_done(one, "aborted", UnlockChain(), WritePark(stop=one.payee))


def abort_parked(one: Session, _: Input) -> Outcome[Session]:
    """It can never complete, and our place is a park already."""
    return _not_done(one, "aborted")


def begin_asking(one: Session, given: EndPassed) -> Outcome[Session]:
    """Do not guess: ask, and ask again."""
    after = replace(one, past_end=True, asked=1)
    park = (SetTimer("park", PARK_AFTER_MS),) if parks_by_itself(one, given) else ()
    return after, (
        AskStatus(1),
        SetTimer("ask", ASK_FIRST_MS),
        *park,
        Report(NotKnown(one.session)),
    )


def ask_again(one: Session, _: AskDue) -> Outcome[Session]:
    """Ask with doubling pauses, for ever."""
    wait = min(ASK_LONGEST_MS, ASK_FIRST_MS << min(one.asked, 12))
    return replace(one, asked=one.asked + 1), (AskStatus(one.asked + 1), SetTimer("ask", wait))


def park(one: Session, _: Input) -> Outcome[Session]:
    """Free the chain; a payee says that it will never finalise."""
    stop = one.payee
    after = replace(one, stopped=stop)
    tell = (SendSlot(),) if stop else ()
    return after, (UnlockChain(), WritePark(stop=stop), ClearTimer("park"), *tell)


def tell_stop_again(one: Session, _: CertificateArrived) -> Outcome[Session]:
    """We stopped: only the payer's own pledge counts now; say so, and it will come (N5)."""
    return one, (SendSlot(),)


def count_bare(one: Session, _: Input) -> Outcome[Session]:
    """The payer's own signature decides."""
    return one, (*_quiet(), Report(Done(one.session, bare=True)))


def free_and_count_bare(one: Session, _: BareChitArrived) -> Outcome[Session]:
    """The payer paid anyway while we waited: our place becomes a park."""
    after = replace(one, stopped=True)
    return after, (
        UnlockChain(),
        WritePark(stop=True),
        *_quiet(),
        Report(Done(one.session, bare=True)),
    )


def pay_anyway(one: Session, _: PayAnyway) -> Outcome[Session]:
    """Sign the same chit bare; its uuid counts once."""
    return one, (SendBare(), *_quiet(), Report(Done(one.session, bare=True)))


def free_and_pay_anyway(one: Session, _: PayAnyway) -> Outcome[Session]:
    """The same while our chain still waits: our place becomes a park, and the chain is free."""
    return one, (
        UnlockChain(),
        WritePark(stop=False),
        SendBare(),
        *_quiet(),
        Report(Done(one.session, bare=True)),
    )


def answer_stop(one: Session, _: SlotShown) -> Outcome[Session]:
    """We had completed: the payee gets the bare chit at once (N7, F57)."""
    return one, (SendBare(),)


def show_certificate(one: Session, given: StatusAsked) -> Outcome[Session]:
    """Evidence that it was completed."""
    return one, (SendCertificate(given.agent, given.attempt),)


def show_bare(one: Session, _: StatusAsked) -> Outcome[Session]:
    """The bare chit is the evidence."""
    return one, (SendBare(),)


def show_signature(one: Session, given: StatusAsked) -> Outcome[Session]:
    """We signed and know no more ourselves."""
    return one, (SendOwnSignature(given.agent, given.attempt),)


def show_slot(one: Session, given: StatusAsked) -> Outcome[Session]:
    """What stands at our place."""
    return one, (SendSlot(given.agent, given.attempt),)


def show_slot_unasked(one: Session, _: Input) -> Outcome[Session]:
    """They still count on us: show what stands at our place."""
    return one, (SendSlot(),)


def show_nothing(one: Session, given: StatusAsked) -> Outcome[Session]:
    """We hold no evidence yet."""
    return one, (SendNothingYet(given.agent, given.attempt),)


def tell_dispute(one: Session, _: Input) -> Outcome[Session]:
    """Both are kept as proof; a payee that was shown the other side gets what counts for it."""
    bare = (SendBare(),) if one.payer and one.state is State.COMPLETED else ()
    return one, (*bare, Report(Disputed(one.session)))


def sound_alarm(one: Session, _: CertificateArrived) -> Outcome[Session]:
    """Our signature is in it, but our disk does not know: tell the person (F18)."""
    return one, (Report(StorageLost(one.session)),)


def _quiet() -> Sequence[Effect]:
    return ClearTimer("end"), ClearTimer("ask"), ClearTimer("park")


def _unlock() -> Sequence[Effect]:
    return UnlockChain(), *_quiet()


def _not_done(one: Session, reason: str, *first: Effect) -> Outcome[Session]:
    effects = (*first, *_quiet(), Bury(), Report(NotDone(one.session, reason)))
    return replace(one, reason=reason), effects


# The table ------------------------------------------------------------------------

S = State
OVER = (S.COMPLETED, S.PAID, S.RELEASED, S.ABORTED, S.CANCELLED)
NEVER = (S.RELEASED, S.ABORTED, S.CANCELLED)
LIVE = (S.PREPARED, S.COMMITTED)  # these hold the chain lock
RUNNING = (S.ASKED, S.PROPOSED, *LIVE)


def _late() -> list[Row[State, Session]]:
    note = "late"
    return [
        *rows(OVER, EndPassed, note=note),
        *rows(OVER, AskDue, note=note),
        *rows(OVER, ParkDue, note=note),
        *rows((S.PREPARED, S.COMMITTED, S.PARKED, *OVER), AcceptArrived, note=note),
        *rows((S.PREPARED, S.COMMITTED, S.PARKED, *OVER), DeclineArrived, note=note),
        *rows((S.COMMITTED, S.PARKED, *OVER), CancelArrived, note="we signed; not a cancel's say"),
        *rows((S.COMMITTED, S.PARKED, S.COMPLETED, S.PAID), SessionDataArrived, note=note),
        *rows((S.COMMITTED, S.PARKED, *OVER), SessionDataRefused, note="nothing more leaves (F9)"),
        *rows((S.COMPLETED, S.PAID), SignatureArrived, note=note),
        *rows((S.COMPLETED, S.PAID), CertificateArrived, note=note),
        *rows((S.COMPLETED, *NEVER), BareChitArrived, note="the chit counts by itself, once"),
        *rows((S.PAID,), BareChitArrived, note="counts once"),
        *rows(NEVER, Crossed, note="the end came first"),
        *rows(NEVER, OwnAct, note="the end came first"),
        *rows((S.PAID, *NEVER), SlotShown, note=note),
        *rows(OVER, AbortProven, note=note),
    ]


machine: Machine[State, Session] = Machine(
    "countersigning",
    S.NEW,
    [
        row(S.NEW, Propose, S.PROPOSED, propose, note="no lock yet: the initiator locks last"),
        row(S.NEW, PreflightArrived, S.PREPARED, lock_and_accept, when=by_policy),
        row(S.NEW, PreflightArrived, S.ASKED, ask_the_person),
        row(S.ASKED, Accept, S.PREPARED, accept),
        row(S.ASKED, Decline, S.CANCELLED, decline),
        row(S.ASKED, CancelArrived, S.CANCELLED, forget_request),
        row(S.ASKED, EndPassed, S.CANCELLED, forget_request),
        row(S.ASKED, PreflightArrived, S.ASKED, note="a repeat"),
        row(S.ASKED, BareChitArrived, S.CANCELLED, forget_request, note="it counts by itself"),
        row(S.ASKED, StatusAsked, S.ASKED, show_nothing),
        row(S.PROPOSED, AcceptArrived, S.PREPARED, lock_and_send_data, when=all_accept_us_last),
        row(S.PROPOSED, AcceptArrived, S.COMMITTED, lock_sign_and_send, when=all_accept),
        row(S.PROPOSED, AcceptArrived, S.PROPOSED, remember_acceptance),
        row(S.PROPOSED, DeclineArrived, S.CANCELLED, cancel_declined),
        row(S.PROPOSED, EndPassed, S.CANCELLED, cancel_late),
        row(S.PROPOSED, Crossed, S.CANCELLED, cancel_crossed, note="the smaller name goes first"),
        row(S.PROPOSED, Stop, S.CANCELLED, cancel_stopped),
        row(
            S.PROPOSED,
            SlotShown,
            S.CANCELLED,
            cancel_impossible,
            when=is_never,
            note="an enzyme that accepted has stopped",
        ),
        row(S.PROPOSED, SlotShown, S.PROPOSED, note="nothing follows from it"),
        row(S.PROPOSED, StatusAsked, S.PROPOSED, show_nothing),
        row(S.PREPARED, SessionDataArrived, S.COMMITTED, sign, when=is_not_completer),
        row(S.PREPARED, SessionDataArrived, S.PREPARED, note="the enzyme may collect now"),
        row(S.PREPARED, SessionDataRefused, S.RELEASED, release_invalid, when=is_not_completer),
        row(
            S.PREPARED,
            SessionDataRefused,
            S.RELEASED,
            release_with_evidence,
            note="the enzyme decides: others may have signed",
        ),
        row(S.PREPARED, SignatureArrived, S.COMPLETED, complete, when=completes),
        row(S.PREPARED, SignatureArrived, S.PREPARED, keep_signature, when=is_completer),
        row(S.PREPARED, CancelArrived, S.RELEASED, release_cancelled, when=is_not_completer),
        row(
            S.PREPARED,
            CancelArrived,
            S.RELEASED,
            release_with_evidence,
            note="the enzyme decides: others may have signed",
        ),
        row(
            S.PREPARED,
            EndPassed,
            S.RELEASED,
            release_with_evidence,
            when=is_completer,
            note="others may have signed",
        ),
        row(S.PREPARED, EndPassed, S.RELEASED, release),
        row(S.PREPARED, Stop, S.RELEASED, release_with_evidence, when=is_completer),
        row(S.PREPARED, Stop, S.RELEASED, release),
        row(S.PREPARED, OwnAct, S.RELEASED, release_own_act, when=is_not_completer),
        row(S.PREPARED, SlotShown, S.RELEASED, release_with_evidence, when=enzyme_sees_never),
        row(S.PREPARED, SlotShown, S.RELEASED, release, when=is_never, note="they can never sign"),
        row(S.PREPARED, SlotShown, S.PREPARED, note="nothing follows from it"),
        row(S.PREPARED, AbortProven, S.RELEASED, release),
        row(S.PREPARED, PreflightArrived, S.PREPARED, repeat_acceptance),
        row(S.PREPARED, BareChitArrived, S.RELEASED, release, note="it counts by itself"),
        row(S.PREPARED, StatusAsked, S.PREPARED, show_nothing),
        row(
            S.COMMITTED,
            CertificateArrived,
            S.COMPLETED,
            apply_and_answer,
            when=owes_an_answer,
            note="N7; modes E, Q",
        ),
        row(S.COMMITTED, CertificateArrived, S.COMPLETED, apply),
        row(S.COMMITTED, SlotShown, S.ABORTED, abort, when=is_abort),
        row(
            S.COMMITTED,
            SlotShown,
            S.COMPLETED,
            apply,
            when=has_finalised,
            note="a finalised action counts as its author's session signature",
        ),
        row(S.COMMITTED, SlotShown, S.COMMITTED, note_stop, when=is_stop_for_payer),
        row(S.COMMITTED, SlotShown, S.COMMITTED, note="nothing follows from it"),
        row(S.COMMITTED, AbortProven, S.ABORTED, abort, note="mode Q: so many votes"),
        row(S.COMMITTED, BareChitArrived, S.PAID, free_and_count_bare, when=is_payee),
        row(
            S.COMMITTED,
            EndPassed,
            S.COMMITTED,
            begin_asking,
            note="our signature is out: a timeout is not a failure",
        ),
        row(S.COMMITTED, AskDue, S.COMMITTED, ask_again),
        row(S.COMMITTED, ParkDue, S.PARKED, park, when=parks_by_itself, note="R6"),
        row(S.COMMITTED, GoOn, S.PARKED, park, when=may_go_on, note="R6"),
        row(S.COMMITTED, StopWaiting, S.PARKED, park, when=may_stop_waiting, note="R8"),
        row(
            S.COMMITTED,
            PayAnyway,
            S.PAID,
            free_and_pay_anyway,
            when=is_payer_in_doubt,
            note="R8; modes E, Q",
        ),
        row(S.COMMITTED, StatusAsked, S.COMMITTED, show_signature),
        row(S.COMMITTED, PreflightArrived, S.COMMITTED, repeat_acceptance),
        row(
            S.PARKED,
            CertificateArrived,
            S.COMPLETED,
            apply_late_and_answer,
            when=owes_an_answer,
            note="N7; modes E, Q",
        ),
        row(S.PARKED, CertificateArrived, S.COMPLETED, apply_late, when=has_not_stopped),
        row(S.PARKED, CertificateArrived, S.PARKED, tell_stop_again, note="N5"),
        row(S.PARKED, SlotShown, S.ABORTED, abort_parked, when=is_abort),
        row(S.PARKED, AbortProven, S.ABORTED, abort_parked, note="mode Q: so many votes"),
        row(S.PARKED, SlotShown, S.PAID, count_bare, when=payee_sees_finalised, note="R8"),
        row(S.PARKED, SlotShown, S.COMPLETED, apply_late, when=still_completes),
        row(S.PARKED, SlotShown, S.PARKED, note_stop, when=is_stop_for_payer),
        row(S.PARKED, SlotShown, S.PARKED, note="nothing follows from it"),
        row(S.PARKED, BareChitArrived, S.PAID, count_bare, when=is_payee),
        row(S.PARKED, PayAnyway, S.PAID, pay_anyway, when=may_pay_anyway, note="R8; modes E, Q"),
        row(S.PARKED, AskDue, S.PARKED, ask_again),
        row(S.PARKED, EndPassed, S.PARKED, note="late"),
        row(S.PARKED, ParkDue, S.PARKED, note="late"),
        row(S.PARKED, StatusAsked, S.PARKED, show_slot),
        row(S.COMPLETED, SlotShown, S.COMPLETED, tell_dispute, when=is_contradiction, note="F26"),
        row(S.COMPLETED, SlotShown, S.COMPLETED, answer_stop, when=is_stop_for_payer, note="N7"),
        row(S.COMPLETED, SlotShown, S.COMPLETED, note="late"),
        row(S.COMPLETED, StatusAsked, S.COMPLETED, show_certificate),
        row(S.PAID, StatusAsked, S.PAID, show_bare, when=is_payer),
        row(S.PAID, StatusAsked, S.PAID, show_slot),
        row(S.RELEASED, StatusAsked, S.RELEASED, show_slot, note="it never signed: evidence"),
        row(S.RELEASED, SignatureArrived, S.RELEASED, show_slot_unasked, note="F10: too late"),
        row(S.RELEASED, SessionDataArrived, S.RELEASED, show_slot_unasked, note="R3, N2"),
        row(S.RELEASED, CertificateArrived, S.RELEASED, sound_alarm, note="F18"),
        row(S.ABORTED, StatusAsked, S.ABORTED, show_slot),
        row(
            S.ABORTED,
            CertificateArrived,
            S.ABORTED,
            tell_dispute,
            when=no_one_votes,
            note="who completes equivocates: F26, F28",
        ),
        row(S.ABORTED, CertificateArrived, S.ABORTED, note="two votes say who lied: F30"),
        row(S.CANCELLED, StatusAsked, S.CANCELLED, show_nothing, note="nothing was promised"),
        *rows(NEVER, PreflightArrived, decline_as_expired, note="R3"),
        *_late(),
    ],
)
