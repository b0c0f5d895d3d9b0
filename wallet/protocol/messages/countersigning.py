"""Messages of a countersigning session, and what is written and signed in one.

Source: countersigning.md, *Data* and *Messages*.  The session is always named by F, the hash of
its preflight.  Decoding checks shape and limits; hashes and signatures are checked in
`countersign/`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from wallet.crypto.encoding import Base64
from wallet.crypto.hashing import Hash
from wallet.crypto.ids import ActionHash, AgentId, EntryHash, NetworkId
from wallet.crypto.signing import Signature
from wallet.model.actions import Action, SignedAction
from wallet.model.credit import Agreement, Chit, Mode, Name, Pledge, WitnessCard
from wallet.model.identity import Authority, Salt, SignedRoot
from wallet.model.limits import MAX_BATCH, MAX_SIGNERS, MAX_WITNESSES, WALK_MOST
from wallet.model.record import Record

Kind = Literal["payment", "open", "amend", "paper"]
Role = Literal["payer", "payee", "initiator", "acceptor", "enzyme"]
Millis = Annotated[int, msgspec.Meta(ge=0)]

PAYMENT: Kind = "payment"
OPEN: Kind = "open"
AMEND: Kind = "amend"
PAPER: Kind = "paper"
ENZYME: Role = "enzyme"


class Seat(Record, frozen=True):
    """One signer and what it is in this session."""

    agent: AgentId
    role: Role


class Preflight(Record, frozen=True):
    """What a session is about; its hash F names the session.

    `start` and `end` are milliseconds UTC by the initiator's clock.  In mode E the enzyme is the
    first signer, and the initiator the second; else the initiator is the first.  `secrets` holds
    the session secret k, sealed to each signer but the initiator, who made it, and then to each
    witness: outsiders who see everything else cannot recognise or pair the signers' actions (R9).
    What opens the entry is sealed along with it, but not for enzyme and witnesses.
    """

    version: Literal[1]
    network: NetworkId
    nonce: Salt
    kind: Kind
    entry: EntryHash
    signers: Annotated[tuple[Seat, ...], msgspec.Meta(min_length=2, max_length=MAX_SIGNERS)]
    start: Millis
    end: Millis
    secrets: Annotated[tuple[Base64, ...], msgspec.Meta(max_length=MAX_SIGNERS + MAX_WITNESSES)]
    mode: Mode = "P"
    enzyme: AgentId | None = None
    witnesses: Annotated[tuple[AgentId, ...], msgspec.Meta(max_length=MAX_WITNESSES)] = ()
    needed: Annotated[int, msgspec.Meta(ge=0, le=MAX_WITNESSES)] = 0

    @property
    def agents(self) -> tuple[AgentId, ...]:
        """All signers in order, the enzyme among them."""
        return tuple(seat.agent for seat in self.signers)

    @property
    def initiator(self) -> AgentId:
        """The signer who asked."""
        return next(seat.agent for seat in self.signers if seat.role != ENZYME)

    @property
    def collector(self) -> AgentId:
        """Whom signatures are sent to: the initiator, the enzyme, or the first witness."""
        return self.enzyme or self.initiator


class ResponseBody(Record, frozen=True):
    """What an accepting signer promises: this very place on its chain, on this very head."""

    session: Hash
    agent: AgentId
    seq: Annotated[int, msgspec.Meta(ge=1)]
    top: ActionHash
    top_time: Annotated[int, msgspec.Meta(ge=0)]  # microseconds, public time of the head


class Response(Record, frozen=True):
    """A response with its signature (label ``response``)."""

    body: ResponseBody
    signature: Signature


class SessionData(Record, frozen=True):
    """What everybody signs is fixed by its hash SD: the preflight and all responses in order."""

    session: Hash
    responses: Annotated[tuple[Response, ...], msgspec.Meta(min_length=2, max_length=MAX_SIGNERS)]


# What a session writes on the chains ------------------------------------


class PaymentEntry(Record, frozen=True, tag_field="entry", tag="payment"):
    """Payments of one tally that stand or fall together, and under whose authority who acts.

    All chits are of one tally and one pledger, each with a uuid of its own (`check_batch`).
    """

    chits: Annotated[tuple[Chit, ...], msgspec.Meta(min_length=1, max_length=MAX_BATCH)]
    authorities: Annotated[tuple[Authority, ...], msgspec.Meta(min_length=2, max_length=8)]


class AmendEntry(Record, frozen=True, tag_field="entry", tag="amend"):
    """Other terms for an open tally: the agreement that is to stand instead of `prior`.

    `contract` is the text the new agreement names, if it names another than the standing one.
    """

    agreement: Agreement
    prior: Hash  # digest of the agreement that stands
    authorities: Annotated[tuple[Authority, ...], msgspec.Meta(min_length=2, max_length=8)]
    contract: Annotated[str, msgspec.Meta(max_length=16_384)] = ""


class OpenEntry(Record, frozen=True, tag_field="entry", tag="open"):
    """A new tally: the agreement both signed."""

    agreement: Agreement
    authorities: Annotated[tuple[Authority, ...], msgspec.Meta(min_length=2, max_length=8)]


class PaperParty(Record, frozen=True):
    """One who signs a paper: its account's root, and the name it goes by."""

    root: SignedRoot
    name: Name

    @property
    def agent(self) -> AgentId:
        """The device that signs."""
        return self.root.link.device


class PaperEntry(Record, frozen=True, tag_field="entry", tag="paper"):
    """A text that two to seven people sign together: house rules, a settlement, a promise."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
    salt: Salt
    date: Millis
    parties: Annotated[tuple[PaperParty, ...], msgspec.Meta(min_length=2, max_length=8)]


SessionEntry = PaymentEntry | OpenEntry | AmendEntry | PaperEntry


class DecisionEntry(Record, frozen=True, tag_field="entry", tag="decision"):
    """What an enzyme writes: this session, these very signatures of all others (mode E)."""

    session: Hash
    data: Hash
    set: Hash


class ParkEntry(Record, frozen=True, tag_field="entry", tag="session_park"):
    """The chain goes on without the session; with `stop` its author will never finalise it."""

    session: Hash
    data: Hash | None = None  # SD; absent when its author never saw it
    stop: bool = False


class Salt32(Base64):
    """A session's or entry's 32-byte salt."""

    __slots__ = ()
    SIZE = 32


# On the wire --------------------------------------------------------------


class PreflightRequest(Record, frozen=True):
    """1 PREFLIGHT: with the entry beside it, sealed under the session secret.

    `cards` say where enzyme and witnesses are reached: hints, for who does not know them yet.
    """

    KIND = "preflight"
    preflight: Preflight
    entry: Base64 | None = None  # an enzyme never gets it
    cards: Annotated[tuple[WitnessCard, ...], msgspec.Meta(max_length=MAX_WITNESSES)] = ()


class Accepted(Record, frozen=True, tag_field="answer", tag="accept"):
    """A signer accepts and has locked its chain."""

    response: Response


Why = Literal[
    "busy",  # something else is signed there
    "future",  # the session begins after the decliner's now
    "expired",  # it is over, or as good as
    "clock",  # the decliner's clock is in doubt, or a head is later than it
    "budget",  # too many of the sender's sessions came to nothing
    "policy",  # the person does not want it
    "closed",  # the tally is not open there
    "differs",  # the copies of the tally differ
    "limit",  # a balance beyond all amounts
    "invalid",  # another chit of that uuid, or terms that do not stand
    "unserved",  # whoever should decide does not do so for these
    "stale",  # its place is taken: the decliner holds something newer (messages/disks.py)
]


class Declined(Record, frozen=True, tag_field="answer", tag="decline"):
    """A signer declines; `busy` is worth another try, `text` are the person's words.

    `chit` names the one of several payments that is at fault, where one is.
    """

    why: Why
    other: Hash | None = None
    text: Annotated[str, msgspec.Meta(max_length=200)] = ""
    chit: Salt | None = None
    clock: Millis = 0  # the decliner's clock, with `future`, `expired` and `clock`


class PreflightReply(Record, frozen=True):
    """2 PREFLIGHT_REPLY."""

    KIND = "preflight-reply"
    session: Hash
    answer: Accepted | Declined


class SessionDataMessage(Record, frozen=True):
    """3 SESSION_DATA."""

    KIND = "session-data"
    data: SessionData


class SessionSignature(Record, frozen=True):
    """4 SESSION_SIGNATURE: the promise over the derived session action (label ``promise``)."""

    KIND = "session-signature"
    session: Hash
    data: Hash
    signature: Signature


Signatures = Annotated[tuple[Signature, ...], msgspec.Meta(max_length=MAX_SIGNERS)]
Verdict = Literal["commit", "abort"]
COMMIT: Verdict = "commit"
ABORT: Verdict = "abort"


class VoteBody(Record, frozen=True):
    """One witness's word about a session; `set`: the signatures it saw, all of them (commit)."""

    session: Hash
    verdict: Verdict
    data: Hash | None = None  # SD, with a commit
    set: Hash | None = None


class SignedVote(Record, frozen=True):
    """A vote with its signature (label ``vote``): durable before it is sent, never changed."""

    witness: AgentId
    body: VoteBody
    signature: Signature


Votes = Annotated[tuple[SignedVote, ...], msgspec.Meta(max_length=MAX_WITNESSES)]


class Certificate(Record, frozen=True):
    """7 CERTIFICATE: the session signatures of all signers, in the preflight's order.

    In mode E the enzyme's is over the others'; in mode Q enough commit votes stand beside them.
    """

    KIND = "certificate"
    session: Hash
    data: Hash
    signatures: Annotated[tuple[Signature, ...], msgspec.Meta(min_length=2, max_length=MAX_SIGNERS)]
    votes: Votes = ()


class AbortCertificate(Record, frozen=True):
    """7 CERTIFICATE, of the other kind: so many abort votes that no commit can come (mode Q)."""

    KIND = "abort-certificate"
    session: Hash
    votes: Votes


class SlotEvidence(Record, frozen=True, tag_field="evidence", tag="slot"):
    """What stands at the author's promised place; a park is shown with its salt and entry."""

    action: SignedAction
    salt: Salt32 | None = None
    park: ParkEntry | None = None


class Signed(Record, frozen=True):
    """One signer's session signature, where not all are known."""

    agent: AgentId
    signature: Signature


class Walk(Record, frozen=True):
    """A signer's actions from the last place a witness knows up to its promised top.

    The first one shows what became of that place: the session's action, or a park, with its
    salt and entry.  The rest need no signatures: each names the one before by its hash, and the
    promised top is signed.
    """

    agent: AgentId
    first: SlotEvidence
    rest: Annotated[tuple[Action, ...], msgspec.Meta(max_length=WALK_MOST)] = ()


class VoteRequest(Record, frozen=True):
    """5 VOTE_REQUEST: the signatures that the asker knows, its own among them.

    With all of them it asks for a commit; with fewer, after the end, it is a plea in doubt.  A
    witness puts together what several signers bring.  `cards` say where the other witnesses are
    reached: hints, for a witness does not know them.  `attempt` keeps each question a new message.
    """

    KIND = "vote-request"
    preflight: Preflight
    data: SessionData
    signed: Annotated[tuple[Signed, ...], msgspec.Meta(max_length=MAX_SIGNERS)]
    walks: Annotated[tuple[Walk, ...], msgspec.Meta(max_length=MAX_SIGNERS)] = ()
    cards: Annotated[tuple[WitnessCard, ...], msgspec.Meta(max_length=MAX_WITNESSES)] = ()
    attempt: Millis = 0


class WalkWanted(Record, frozen=True):
    """A witness asks a signer what stands on its chain from place `seq` on (slot rule)."""

    KIND = "walk-wanted"
    session: Hash
    seq: Millis


class Vote(Record, frozen=True):
    """6 VOTE: with a commit, all signatures it stands on."""

    KIND = "vote"
    vote: SignedVote
    signatures: Signatures = ()
    attempt: Millis = 0


class StatusQuery(Record, frozen=True):
    """9 STATUS_QUERY: what evidence do you hold?  `attempt` keeps each question a new message."""

    KIND = "status-query"
    session: Hash
    attempt: Annotated[int, msgspec.Meta(ge=1)]


class NoEvidence(Record, frozen=True, tag_field="evidence", tag="none"):
    """None yet: changes nothing (R7)."""


class CertificateEvidence(Record, frozen=True, tag_field="evidence", tag="certificate"):
    """The session was completed."""

    certificate: Certificate


class AbortEvidence(Record, frozen=True, tag_field="evidence", tag="abort"):
    """The session can never be completed: so many witnesses say so."""

    certificate: AbortCertificate


class SignatureEvidence(Record, frozen=True, tag_field="evidence", tag="signature"):
    """The author's own session signature; the certificate has not reached it."""

    signature: Signature


class Status(Record, frozen=True):
    """9 STATUS: evidence only, never absence."""

    KIND = "status"
    session: Hash
    attempt: Annotated[int, msgspec.Meta(ge=0)]
    evidence: NoEvidence | SlotEvidence | CertificateEvidence | SignatureEvidence | AbortEvidence


class Cancel(Record, frozen=True):
    """10 CANCEL: the initiator withdraws before SESSION_DATA was sent."""

    KIND = "cancel"
    session: Hash


class BareChit(Record, frozen=True):
    """A chit signed by the one who pledges; counts in every state, once."""

    KIND = "bare-chit"
    chit: Chit
    pledge: Pledge
