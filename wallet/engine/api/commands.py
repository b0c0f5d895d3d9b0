"""Wishes: what the person may ask of the engine, in the imperative.

Every command is a frozen value and names what it concerns by the identifiers
that views carry (text, opaque to the people's floor).  Amounts are integer
milli-units (1/1000 of the network's unit), times are milliseconds UTC.
The comment behind a command says what its future holds when it is done.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from wallet.crypto.sealing import Secret
from wallet.engine.api.views import Contract, Direction, InvitationView, SideTerms, VerifyView
from wallet.engine.api.views_signing import CompareView
from wallet.model.credit import Signing

T = TypeVar("T")


class Command(Struct, Generic[T], frozen=True):
    """A wish whose future holds a T."""


# The wallet itself ------------------------------------------------------


class CreateWallet(Command[None], frozen=True):
    """Make keys, account and source chain in the empty profile and open it.

    `password` None means: the wrapping key goes to the system's keyring.
    `picture` is a PNG or JPEG of at most 64 KiB, or empty.
    Raises KeyringMissing, KeyringLocked, ProfileInUse, DiskFull.
    """

    name: str
    contact: str = ""
    picture: bytes = b""
    password: Secret | None = None


class OpenWallet(Command[None], frozen=True):
    """Open an existing profile.

    With `network_later` it is done as soon as questions have answers; the network is joined a
    moment after (`ConnectionChanged` tells), or before the next command is run.
    Raises WrongPassword, KeyringLocked, KeyringMissing, ForeignFile, NewerFile, DamagedFile.
    """

    password: Secret | None = None
    network_later: bool = False


class SaveEmergencyFile(Command[None], frozen=True):
    """Write the wrapping key, sealed by `password`, to a new file at `path`; read it back."""

    path: str
    password: Secret


class VerifyAll(Command[VerifyView], frozen=True):
    """Check the whole source chain and every tally again."""


# Tallies ----------------------------------------------------------------


class Invite(Command[InvitationView], frozen=True):
    """Draft a tally and make an invitation for it.

    `uses` 1 is an invitation for one person; more is a shop code, which clones the draft.
    `life` is in milliseconds.  With `open_unseen` a shop opens tallies with unchanged terms by
    itself.
    """

    whom: str
    direction: Direction
    mine: SideTerms
    theirs: SideTerms
    memo: str = ""
    contract: Contract | None = None
    uses: int = 1
    life: int = 7 * 86_400_000
    open_unseen: bool = False


class RevokeInvitation(Command[None], frozen=True):
    """Take an invitation back; tallies it has opened stay."""

    invitation: str


class AnswerInvitation(Command[str], frozen=True):
    """Contact the inviter, prove the code, and send our signed offer; gives the tally's id.

    `mine`/`theirs` None means: the terms as they were offered.
    """

    link: str
    mine: SideTerms | None = None
    theirs: SideTerms | None = None


class OfferTally(Command[None], frozen=True):
    """Answer an offer with a changed one: a counter-offer, one revision up."""

    tally: str
    direction: Direction
    mine: SideTerms
    theirs: SideTerms
    memo: str


class AcceptTally(Command[None], frozen=True):
    """Sign the partner's offer of exactly this digest: starts the session that opens the tally."""

    tally: str
    digest: str


class RefuseTally(Command[None], frozen=True):
    """Refuse the partner's offer, with a reason of at most 200 characters."""

    tally: str
    reason: str = ""


class WithdrawTally(Command[None], frozen=True):
    """Take our own offer or draft back."""

    tally: str


class AmendTally(Command[None], frozen=True):
    """Ask the partner for other terms on an open tally; they stand when both have signed.

    What is None stays as it is.  Who holds which half, the parties and the unit stay always.
    Raises WrongState: nothing is changed, or a change is being asked, signed or not known yet.
    """

    tally: str
    mine: SideTerms
    theirs: SideTerms
    memo: str | None = None
    contract: Contract | None = None
    signing: Signing | None = None


class WithdrawAmendment(Command[None], frozen=True):
    """Take back other terms that we wanted, while the partner was not asked."""

    tally: str


class AcceptBounds(Struct, frozen=True):
    """Up to how much is accepted without asking, milli-units; None: no bound but what we granted.

    Beyond a bound the person is asked.  A day is one of UTC, by our own clock.
    """

    per_chit: int | None = None
    per_day: int | None = None


class SetAutoAccept(Command[None], frozen=True):
    """Choose whether money that comes in on this tally is accepted without asking, and how much.

    `bounds` None: those that stand.  Raises AmountTooLarge.
    """

    tally: str
    on: bool
    bounds: AcceptBounds | None = None


class SetDayBound(Command[None], frozen=True):
    """Choose up to how much all tallies together accept in a day without asking; None: no bound.

    Raises AmountTooLarge.
    """

    amount: int | None


# Payments and sessions --------------------------------------------------


class Pay(Command[str], frozen=True):
    """Pay the partner: a session at once, or when the partner is back; gives the chit's uuid."""

    tally: str
    amount: int
    memo: str = ""
    reference: str = ""
    signing: Signing | None = None  # who decides this one; None: who the terms say


class WithdrawPayment(Command[None], frozen=True):
    """Take back a payment of which nothing was signed.  Raises WrongState when it is too late."""

    chit: str


class AnswerPayment(Command[None], frozen=True):
    """Accept or decline a payment that the partner asked us to countersign."""

    session: str
    accept: bool
    reason: str = ""


class StopSession(Command[None], frozen=True):
    """Stop a session in which we have signed nothing.  Raises WrongState after that."""

    session: str


class AskNow(Command[None], frozen=True):
    """Ask the others for their evidence now instead of at the next try."""

    session: str


class GoOn(Command[None], frozen=True):
    """Park an agreement whose outcome is not known yet: the chain is free, the item open (R6)."""

    session: str


class StopWaiting(Command[None], frozen=True):
    """Payee: never finalise this session; a payment that was made still counts (R8)."""

    session: str


class PayAnyway(Command[None], frozen=True):
    """Payer of a parked session: sign the same chit bare; it counts once (R8)."""

    session: str


# Who decides, and papers ---------------------------------------------------


class Serve(Command[None], frozen=True):
    """For whom we sign last (mode E) and vote (mode Q): "nobody", "partners" or "anyone"."""

    decide: str = "nobody"
    vote: str = "nobody"


class WitnessLink(Command[str], frozen=True):
    """Our card as a witness, as a link.  Raises WrongState without a network."""


class AddWitness(Command[str], frozen=True):
    """Know a witness by its card's link; gives its agent.  Raises LinkDamaged, WrongState."""

    link: str


class ChooseWitness(Command[None], frozen=True):
    """Take a partner's offer to witness."""

    witness: str


class DropWitness(Command[None], frozen=True):
    """Know this witness no more; agreements that name it stay."""

    witness: str


class OfferToWitness(Command[None], frozen=True):
    """Offer this tally's partner to do for it what `Serve` says."""

    tally: str


class SignPaper(Command[str], frozen=True):
    """Propose a text that we and up to six partners sign together; gives the session.

    `tallies` name the partners; `window` is in milliseconds, the time people have to look.
    Raises WrongState: too many or too few, no text, or another session is under way.
    """

    title: str
    text: str
    tallies: tuple[str, ...]
    signing: Signing | None = None
    window: int = 300_000


class AnswerPaper(Command[None], frozen=True):
    """Sign a paper that a partner proposed, or refuse it in words of at most 200 characters."""

    session: str
    accept: bool
    reason: str = ""


class CompareCopies(Command[CompareView], frozen=True):
    """Ask the partner where its half of this tally's chain stands, and set ours beside it.

    Waits at most ten seconds for the answer; changes nothing.  Raises NotFound, WrongState: the
    tally is not open.
    """

    tally: str


class TrustClock(Command[None], frozen=True):
    """The person says that this computer's clock is right, although the partners' differ.

    Holds for a day; without it nothing is signed while the clock is in doubt (code CLK-OFF).
    """


class NoticesSeen(Command[None], frozen=True):
    """The person has seen the notices up to this number."""

    number: int
