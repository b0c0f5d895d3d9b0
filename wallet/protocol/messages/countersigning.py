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
from wallet.model.actions import SignedAction
from wallet.model.credit import Agreement, Chit, Pledge
from wallet.model.identity import Authority, Salt
from wallet.model.limits import MAX_SIGNERS, MAX_WITNESSES
from wallet.model.record import Record

Kind = Literal["payment", "open"]
Mode = Literal["P", "E", "Q"]
Role = Literal["payer", "payee", "initiator", "acceptor"]
Millis = Annotated[int, msgspec.Meta(ge=0)]

PAYMENT: Kind = "payment"
OPEN: Kind = "open"


class Seat(Record, frozen=True):
    """One signer and what it is in this session."""

    agent: AgentId
    role: Role


class Preflight(Record, frozen=True):
    """What a session is about; its hash F names the session.

    `start` and `end` are milliseconds UTC by the initiator's clock.  `secrets` holds the session
    secret k, sealed to each signer but the first, who made it: outsiders who see everything else
    cannot recognise or pair the signers' actions (R9).
    """

    version: Literal[1]
    network: NetworkId
    nonce: Salt
    kind: Kind
    entry: EntryHash
    signers: Annotated[tuple[Seat, ...], msgspec.Meta(min_length=2, max_length=MAX_SIGNERS)]
    start: Millis
    end: Millis
    secrets: Annotated[tuple[Base64, ...], msgspec.Meta(max_length=MAX_SIGNERS)]
    mode: Mode = "P"
    enzyme: AgentId | None = None
    witnesses: Annotated[tuple[AgentId, ...], msgspec.Meta(max_length=MAX_WITNESSES)] = ()
    needed: Annotated[int, msgspec.Meta(ge=0, le=MAX_WITNESSES)] = 0


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
    """One payment: the chit and under whose authority each signer acts."""

    chit: Chit
    authorities: Annotated[tuple[Authority, ...], msgspec.Meta(min_length=2, max_length=8)]


class OpenEntry(Record, frozen=True, tag_field="entry", tag="open"):
    """A new tally: the agreement both signed."""

    agreement: Agreement
    authorities: Annotated[tuple[Authority, ...], msgspec.Meta(min_length=2, max_length=8)]


SessionEntry = PaymentEntry | OpenEntry


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
    """1 PREFLIGHT: with the entry beside it, sealed under the session secret."""

    KIND = "preflight"
    preflight: Preflight
    entry: Base64


class Accepted(Record, frozen=True, tag_field="answer", tag="accept"):
    """A signer accepts and has locked its chain."""

    response: Response


Why = Literal["busy", "future", "expired", "policy", "invalid", "clock", "budget"]


class Declined(Record, frozen=True, tag_field="answer", tag="decline"):
    """A signer declines; `busy` is worth another try, `text` are the person's words."""

    why: Why
    other: Hash | None = None
    text: Annotated[str, msgspec.Meta(max_length=200)] = ""
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


class Certificate(Record, frozen=True):
    """7 CERTIFICATE: the session signatures of all signers, in the preflight's order."""

    KIND = "certificate"
    session: Hash
    data: Hash
    signatures: Annotated[tuple[Signature, ...], msgspec.Meta(min_length=2, max_length=MAX_SIGNERS)]


class StatusQuery(Record, frozen=True):
    """9 STATUS_QUERY: what evidence do you hold?  `attempt` keeps each question a new message."""

    KIND = "status-query"
    session: Hash
    attempt: Annotated[int, msgspec.Meta(ge=1)]


class NoEvidence(Record, frozen=True, tag_field="evidence", tag="none"):
    """None yet: changes nothing (R7)."""


class SlotEvidence(Record, frozen=True, tag_field="evidence", tag="slot"):
    """What stands at the author's promised place; a park is shown with its salt and entry."""

    action: SignedAction
    salt: Salt32 | None = None
    park: ParkEntry | None = None


class CertificateEvidence(Record, frozen=True, tag_field="evidence", tag="certificate"):
    """The session was completed."""

    certificate: Certificate


class SignatureEvidence(Record, frozen=True, tag_field="evidence", tag="signature"):
    """The author's own session signature; the certificate has not reached it."""

    signature: Signature


class Status(Record, frozen=True):
    """9 STATUS: evidence only, never absence."""

    KIND = "status"
    session: Hash
    attempt: Annotated[int, msgspec.Meta(ge=0)]
    evidence: NoEvidence | SlotEvidence | CertificateEvidence | SignatureEvidence


class Cancel(Record, frozen=True):
    """10 CANCEL: the initiator withdraws before SESSION_DATA was sent."""

    KIND = "cancel"
    session: Hash


class BareChit(Record, frozen=True):
    """A chit signed by the one who pledges; counts in every state, once."""

    KIND = "bare-chit"
    chit: Chit
    pledge: Pledge
