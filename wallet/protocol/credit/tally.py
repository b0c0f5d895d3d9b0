"""Tally: how two partners agree on a line of credit.

Source: credit.md, *Tally* (MyCHIPs protocol 1.0, *Tally Protocol*).  Opening is a countersigning
session; the record holds what decides, the agreements themselves are kept beside it.  Invitations
and offers were verified before they come here.
"""

from __future__ import annotations

from enum import Enum

from msgspec.structs import replace

from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId
from wallet.model.credit import Half
from wallet.model.identity import Salt
from wallet.model.limits import OFFER_MS
from wallet.model.record import Record
from wallet.protocol.effects import ClearTimer, Notify, SetTimer
from wallet.protocol.machine import Effect, Input, Machine, Outcome, row, rows


class State(Enum):
    """Where a tally stands, seen from one side."""

    DRAFT = "draft"
    OFFERED = "offered"  # we signed; waiting for the partner
    RECEIVED = "received"  # the partner signed; needs us
    OPENING = "opening"  # both agree; the session that opens it is wanted or runs
    OPEN = "open"
    VOID = "void"


class Tally(Record, frozen=True):
    """What decides about one tally."""

    uuid: Salt
    partner: AgentId
    half: Half  # the one we hold
    state: State = State.DRAFT
    revision: int = 0
    digest: Hash | None = None  # of the offer that stands
    mine: bool = False  # the offer that stands is ours
    by_us: bool = False  # opening: we start the session
    reason: str = ""
    standing: Hash | None = None  # open: of the amended agreement; `digest` stays block 0
    amending: Hash | None = None  # open: of the amendment that we want
    session: Hash | None = None  # open: the session about an amendment that is not over
    doubt: bool = False  # open: we signed an amendment and do not know yet whether it stands


class Offer(Input, frozen=True):
    """We sign an offer and send it."""

    digest: Hash
    revision: int
    half: Half


class Offered(Input, frozen=True):
    """The partner's signed offer arrived, from a known invitation or an existing partner."""

    digest: Hash
    revision: int
    half: Half
    open_unseen: bool = False


class AcceptOffer(Input, frozen=True):
    """We sign the partner's offer of exactly this digest."""

    digest: Hash


class Refuse(Input, frozen=True):
    """We refuse the partner's offer."""

    reason: str


class Refused(Input, frozen=True):
    """The partner refuses our offer of this digest."""

    digest: Hash
    reason: str


class TicketRefused(Input, frozen=True):
    """The inviter refused our answer to the invitation."""

    reason: str


class Withdraw(Input, frozen=True):
    """We take our offer, or our answer to an invitation, back."""


class Withdrawn(Input, frozen=True):
    """The partner takes its offer of this digest back."""

    digest: Hash


class OfferExpired(Input, frozen=True):
    """Nobody answered for two weeks."""


class OpeningBegun(Input, frozen=True):
    """The session that opens it holds our chain."""


class OpeningDone(Input, frozen=True):
    """The session completed: its agreement is block 0 on both chains."""

    session: Hash


class OpeningFailed(Input, frozen=True):
    """The session ended and nothing was signed by both; `again` is worth another try."""

    reason: str
    again: bool


class Amend(Input, frozen=True):
    """We want other terms."""

    digest: Hash


class WithdrawAmendment(Input, frozen=True):
    """We want them no more, before anybody was asked."""


class AmendAsked(Input, frozen=True):
    """The partner wants other terms and the person decides."""

    session: Hash


class AmendBegun(Input, frozen=True):
    """A session about other terms runs."""

    session: Hash


class AmendDone(Input, frozen=True):
    """That session completed: its agreement stands."""

    session: Hash


class AmendFailed(Input, frozen=True):
    """That session ended and the terms are as they were; `again` is worth another try."""

    session: Hash
    reason: str
    again: bool


class AmendNotKnown(Input, frozen=True):
    """We signed other terms and the window is over: only evidence decides."""

    session: Hash


class SendOffer(Effect, frozen=True):
    """Sign the offer that stands and send it."""


class SendRefusal(Effect, frozen=True):
    """Tell the partner that its offer is refused."""

    reason: str


class SendWithdrawal(Effect, frozen=True):
    """Tell the partner that our offer no longer stands."""


class WantSession(Effect, frozen=True):
    """Start a session as soon as the partner is there and the chain is free."""


class DropSession(Effect, frozen=True):
    """No session is wanted any more."""


class TakeTerms(Effect, frozen=True):
    """Let the agreement of this session stand; keep the former one for comparison."""

    session: Hash


class OpenBooks(Effect, frozen=True):
    """Begin the tally chain at block 0."""


def wins(one: Tally, given: Offered) -> bool:
    """Both had offered: the higher revision wins, on a tie the smaller digest."""
    return (given.revision, _inverse(given.digest)) > (one.revision, _inverse(one.digest))


def is_newer(one: Tally, given: Offered) -> bool:
    """A later revision than the one that stands."""
    return given.revision > one.revision


def is_newer_unseen(one: Tally, given: Offered) -> bool:
    """A later offer with the terms of a shop code, which opens by itself."""
    return given.open_unseen and is_newer(one, given)


def is_standing(one: Tally, given: AcceptOffer | Refused | Withdrawn) -> bool:
    """It is about the offer that stands, not an older one."""
    return given.digest == one.digest


def is_by_us(one: Tally, _: Input) -> bool:
    """We start the session."""
    return one.by_us


def is_by_us_and_again(one: Tally, given: OpeningFailed) -> bool:
    """We start the session, and it is worth another try."""
    return one.by_us and given.again


def may_amend(one: Tally, _: Amend) -> bool:
    """Nothing about the terms is being asked, signed or in doubt."""
    return one.session is None


def waits_to_amend(one: Tally, _: WithdrawAmendment) -> bool:
    """We want an amendment and nobody was asked yet."""
    return one.amending is not None and one.session is None


def is_our_amendment(one: Tally, given: AmendFailed) -> bool:
    """It is the session about what we want."""
    return one.amending is not None and is_its_session(one, given)


def amends_again(one: Tally, given: AmendFailed) -> bool:
    """The same, and it is worth another try."""
    return given.again and is_our_amendment(one, given)


def is_its_session(one: Tally, given: AmendFailed | AmendNotKnown) -> bool:
    """It is about the session that runs, not an older one."""
    return given.session == one.session


def stand(one: Tally, given: Offer) -> Outcome[Tally]:
    """Our offer stands now."""
    after = replace(
        one, digest=given.digest, revision=given.revision, half=given.half, mine=True, by_us=False
    )
    return after, (SendOffer(), SetTimer("offer", OFFER_MS))


def receive(one: Tally, given: Offered) -> Outcome[Tally]:
    """The partner's offer stands now; it needs the person."""
    after = _theirs(one, given)
    return after, (
        SetTimer("offer", OFFER_MS),
        Notify("offer-received", "needs you", one.uuid),
    )


def receive_and_open(one: Tally, given: Offered) -> Outcome[Tally]:
    """A shop's code: the terms are the shop's own, so it opens at once."""
    return replace(_theirs(one, given), by_us=True), (WantSession(),)


def open_by_session(one: Tally, _: AcceptOffer) -> Outcome[Tally]:
    """Both agree: we start the session."""
    return replace(one, by_us=True), (ClearTimer("offer"), WantSession())


def refuse(one: Tally, given: Refuse) -> Outcome[Tally]:
    """Say no."""
    return replace(one, reason=given.reason), (SendRefusal(given.reason), ClearTimer("offer"))


def note_refusal(one: Tally, given: Refused) -> Outcome[Tally]:
    """The partner said no."""
    return replace(one, reason=given.reason), (
        ClearTimer("offer"),
        DropSession(),
        Notify("offer-refused", "under way", one.uuid),
    )


def withdraw(one: Tally, _: Withdraw) -> Outcome[Tally]:
    """Take it back."""
    return replace(one, reason="withdrawn"), (SendWithdrawal(), ClearTimer("offer"), DropSession())


def note_withdrawal(one: Tally, _: Withdrawn) -> Outcome[Tally]:
    """The partner took it back."""
    return replace(one, reason="withdrawn"), (
        ClearTimer("offer"),
        DropSession(),
        Notify("offer-withdrawn", "under way", one.uuid),
    )


def note_ticket(one: Tally, given: TicketRefused) -> Outcome[Tally]:
    """The invitation is unknown, used, over or withdrawn."""
    return replace(one, reason=given.reason), (Notify("invitation-refused", "under way", one.uuid),)


def forget(one: Tally, _: Withdraw) -> Outcome[Tally]:
    """Nothing was signed."""
    return replace(one, reason="withdrawn"), ()


def expire(one: Tally, _: OfferExpired) -> Outcome[Tally]:
    """Nobody answered."""
    return replace(one, reason="expired"), (Notify("offer-expired", "under way", one.uuid),)


def note_session(one: Tally, _: OpeningBegun) -> Outcome[Tally]:
    """The partner opens: our offer is being signed by both."""
    return replace(one, by_us=False), (ClearTimer("offer"),)


def open_books(one: Tally, _: OpeningDone) -> Outcome[Tally]:
    """Block 0 stands."""
    return replace(one, reason=""), (
        ClearTimer("offer"),
        OpenBooks(),
        Notify("tally-opened", "under way", one.uuid),
    )


def try_again(one: Tally, _: OpeningFailed) -> Outcome[Tally]:
    """Busy or offline: it stays wanted."""
    return one, (WantSession(),)


def fall_back(one: Tally, given: OpeningFailed) -> Outcome[Tally]:
    """Back to where it stood."""
    after = replace(one, by_us=False, reason=given.reason)
    return after, (DropSession(), SetTimer("offer", OFFER_MS))


def want_terms(one: Tally, given: Amend) -> Outcome[Tally]:
    """Ask for them when the partner is there and the chain is free."""
    return replace(one, amending=given.digest, reason=""), (WantSession(),)


def drop_terms(one: Tally, _: WithdrawAmendment) -> Outcome[Tally]:
    """Nobody was asked."""
    return replace(one, amending=None, reason="withdrawn"), (DropSession(),)


def ask_terms(one: Tally, given: AmendAsked) -> Outcome[Tally]:
    """The person decides; what we wanted ourselves would change what is asked about."""
    drop = (DropSession(),) if one.amending else ()
    after = replace(one, session=given.session, amending=None, reason="crossed" if drop else "")
    return after, (*drop, Notify("amendment-asked", "needs you", one.uuid))


def hold_terms(one: Tally, given: AmendBegun) -> Outcome[Tally]:
    """Remember which session is for it."""
    return replace(one, session=given.session), ()


def take_terms(one: Tally, given: AmendDone) -> Outcome[Tally]:
    """Both signed: they stand."""
    after = replace(one, session=None, amending=None, doubt=False, reason="")
    told = Notify("tally-amended", "under way", one.uuid)
    return after, (TakeTerms(given.session), DropSession(), told)


def want_terms_again(one: Tally, given: AmendFailed) -> Outcome[Tally]:
    """Nothing was signed by both: they stay wanted."""
    return replace(one, session=None, doubt=False, reason=given.reason), (WantSession(),)


def give_terms_up(one: Tally, given: AmendFailed) -> Outcome[Tally]:
    """The partner does not want them, or we stopped it: the terms stay as they were."""
    after = replace(one, session=None, amending=None, doubt=False, reason=given.reason)
    told = (
        () if given.reason == "stopped" else (Notify("amendment-refused", "under way", one.uuid),)
    )
    return after, (DropSession(), *told)


def leave_terms(one: Tally, given: AmendFailed) -> Outcome[Tally]:
    """What the partner wanted came to nothing: the terms stay as they were."""
    return replace(one, session=None, doubt=False, reason=given.reason), ()


def doubt_terms(one: Tally, _: AmendNotKnown) -> Outcome[Tally]:
    """Either the former terms stand or the new ones: nobody may stop after signing."""
    return replace(one, doubt=True), (Notify("amendment-not-known", "needs you", one.uuid),)


def _theirs(one: Tally, given: Offered) -> Tally:
    return replace(
        one, digest=given.digest, revision=given.revision, half=given.half, mine=False, by_us=False
    )


def _inverse(digest: Hash | None) -> tuple[int, ...]:
    return tuple(255 - byte for byte in digest.raw) if digest else ()


S = State
machine: Machine[State, Tally] = Machine(
    "tally",
    S.DRAFT,
    [
        row(S.DRAFT, Offer, S.OFFERED, stand),
        row(S.DRAFT, Offered, S.OPENING, receive_and_open, when=is_newer_unseen),
        row(S.DRAFT, Offered, S.RECEIVED, receive),
        row(S.DRAFT, TicketRefused, S.VOID, note_ticket),
        row(S.DRAFT, Withdraw, S.VOID, forget),
        row(S.OFFERED, Offered, S.RECEIVED, receive, when=wins, note="both had offered"),
        row(S.OFFERED, Offered, S.OFFERED, note="ours wins"),
        row(S.OFFERED, Refused, S.VOID, note_refusal, when=is_standing),
        row(S.OFFERED, Refused, S.OFFERED, note="about an older offer"),
        row(S.OFFERED, Withdraw, S.VOID, withdraw),
        row(S.OFFERED, OpeningBegun, S.OPENING, note_session),
        row(S.OFFERED, OfferExpired, S.VOID, expire),
        row(S.RECEIVED, Offered, S.OPENING, receive_and_open, when=is_newer_unseen),
        row(S.RECEIVED, Offered, S.RECEIVED, receive, when=is_newer),
        row(S.RECEIVED, Offered, S.RECEIVED, note="an older one"),
        row(S.RECEIVED, AcceptOffer, S.OPENING, open_by_session, when=is_standing),
        row(S.RECEIVED, Offer, S.OFFERED, stand, note="a counter-offer"),
        row(S.RECEIVED, Refuse, S.VOID, refuse),
        row(S.RECEIVED, Withdrawn, S.VOID, note_withdrawal, when=is_standing),
        row(S.RECEIVED, Withdrawn, S.RECEIVED, note="an older one"),
        row(S.RECEIVED, OfferExpired, S.VOID, expire),
        row(S.OPENING, OpeningBegun, S.OPENING, note="the session we wanted"),
        row(S.OPENING, OpeningDone, S.OPEN, open_books),
        row(S.OPENING, OpeningFailed, S.OPENING, try_again, when=is_by_us_and_again),
        row(S.OPENING, OpeningFailed, S.RECEIVED, fall_back, when=is_by_us),
        row(S.OPENING, OpeningFailed, S.OFFERED, fall_back),
        row(S.OPENING, Withdrawn, S.VOID, note_withdrawal, when=is_by_us, note="nothing signed"),
        row(S.OPENING, Offered, S.RECEIVED, receive, when=is_newer, note="a newer one"),
        row(S.OPEN, Amend, S.OPEN, want_terms, when=may_amend),
        row(S.OPEN, WithdrawAmendment, S.OPEN, drop_terms, when=waits_to_amend),
        row(S.OPEN, AmendAsked, S.OPEN, ask_terms, note="what the partner asks goes first"),
        row(S.OPEN, AmendBegun, S.OPEN, hold_terms),
        row(S.OPEN, AmendDone, S.OPEN, take_terms, note="block 0 stays what chits refer to"),
        row(S.OPEN, AmendFailed, S.OPEN, want_terms_again, when=amends_again),
        row(S.OPEN, AmendFailed, S.OPEN, give_terms_up, when=is_our_amendment),
        row(S.OPEN, AmendFailed, S.OPEN, leave_terms, when=is_its_session),
        row(S.OPEN, AmendFailed, S.OPEN, note="an older session"),
        row(S.OPEN, AmendNotKnown, S.OPEN, doubt_terms, when=is_its_session),
        row(S.OPEN, AmendNotKnown, S.OPEN, note="an older session"),
        row(S.VOID, Offered, S.RECEIVED, receive, when=is_newer, note="a new offer revives it"),
        *rows((S.VOID, S.OPENING, S.OPEN), Offered, note="an older one"),
        row(S.VOID, Offer, S.OFFERED, stand, note="we offer anew"),
        row(S.VOID, OpeningDone, S.OPEN, open_books, note="both had signed after all"),
        row(S.RECEIVED, OpeningDone, S.OPEN, open_books, note="both had signed after all"),
        row(S.OFFERED, OpeningDone, S.OPEN, open_books, note="both had signed after all"),
        *rows((S.OFFERED, S.RECEIVED, S.OPENING, S.OPEN, S.VOID), TicketRefused, note="late"),
        *rows((S.OFFERED, S.RECEIVED, S.OPEN, S.VOID), OpeningFailed, note="late"),
        *rows((S.OPENING, S.OPEN, S.VOID), OfferExpired, note="late"),
        *rows((S.RECEIVED, S.OPENING, S.OPEN, S.VOID), Refused, note="late"),
        row(S.OPENING, Withdrawn, S.OPENING, note="late"),
        row(S.DRAFT, Withdrawn, S.VOID, note_withdrawal, note="they took their answer back"),
        *rows((S.OFFERED, S.OPEN, S.VOID), Withdrawn, note="late"),
    ],
)
