"""Which message is whose, and who listens to which fact.

Source: house.md 3.3: no machine calls another; downward they `Tell`, upward they `Report`, and
this table says who hears it.
"""

from __future__ import annotations

from msgspec import Struct

from wallet.crypto.hashing import Hash
from wallet.model.errors import BugError
from wallet.model.identity import Salt
from wallet.protocol.countersign import signer
from wallet.protocol.credit import chit, tally
from wallet.protocol.effects import Fact
from wallet.protocol.machine import Input
from wallet.protocol.messages import countersigning as sessions
from wallet.protocol.messages import disks, tallies, witnesses
from wallet.protocol.messages.countersigning import AMEND, OPEN, PAPER, PAYMENT, Kind

COUNTERSIGNING, CHIT, TALLY, CONSENSUS = "countersigning", "chit", "tally", "consensus"
WITNESS, SERVICE, DISKS = "witness", "service", "disks"

BODIES: dict[str, tuple[str, type]] = {
    body.KIND: (machine, body)
    for machine, bodies in {
        COUNTERSIGNING: (
            sessions.PreflightRequest,
            sessions.PreflightReply,
            sessions.SessionDataMessage,
            sessions.SessionSignature,
            sessions.Certificate,
            sessions.StatusQuery,
            sessions.Status,
            sessions.Cancel,
            sessions.VoteRequest,
            sessions.Vote,
            sessions.AbortCertificate,
            sessions.WalkWanted,
        ),
        CHIT: (sessions.BareChit,),
        SERVICE: (witnesses.WitnessOffer,),
        DISKS: (disks.Seen,),
        TALLY: (
            tallies.Ticket,
            tallies.TallyDraft,
            tallies.TallyOffer,
            tallies.TallyRefusal,
            tallies.TallyWithdrawal,
            tallies.Receiving,
            tallies.AddressNote,
        ),
        CONSENSUS: (
            tallies.ChainNew,
            tallies.ChainAck,
            tallies.ChainCheck,
            tallies.ChainRequest,
            tallies.ChainUpdate,
            tallies.CopyQuery,
            tallies.CopyShown,
        ),
    }.items()
    for body in bodies
}
"""Message kind → whose it is, and its body."""

AGAIN = frozenset({"busy", "late", "crossed", "aborted", "own act", "expired", "budget", "stale"})
"""Reasons after which the same wish is worth another session."""
ONES_FAULT = frozenset({"invalid", "limit"})
"""Reasons for which one payment of several may be to blame while the others are sound."""


_LISTENERS: dict[Kind, str | None] = {PAYMENT: CHIT, OPEN: TALLY, AMEND: TALLY, PAPER: None}


def listener_of(kind: Kind) -> str | None:
    """Which machine hears the facts of a session of this kind; None: the person alone."""
    return _LISTENERS[kind]


class Batch(Struct, frozen=True):
    """What a session of payments is about: one chit or several that stand or fall together."""

    chits: tuple[str, ...]  # their uuids
    sealed: bool = False  # its certificate is here
    blamed: str | None = None  # which of them the partner declined


def heard_by_chit(fact: Fact, uuid: str, batch: Batch) -> Input | None:
    """What a fact about a session means for one of the payments it is about."""
    match fact:
        case signer.Begun(session):
            return chit.SessionBegun(session)
        case signer.PersonAsked(session):
            return chit.PersonAsked(session)
        case signer.Done():
            return chit.Proven(batch.sealed)
        case signer.NotDone(session, reason) if reason in ONES_FAULT and len(batch.chits) > 1:
            return _blame(session, reason, uuid, batch)
        case signer.NotDone(session, reason):
            return chit.SessionEnded(session, reason, reason in AGAIN)
        case signer.NotKnown(session):
            return chit.NotKnownYet(session)
        case signer.StorageLost():
            return None
    raise BugError(f"nobody listens to {type(fact).__name__}")


def _blame(session: Hash, reason: str, uuid: str, batch: Batch) -> Input:
    """One of several is at fault: it ends, the others go on; if nobody says which, each alone."""
    if batch.blamed not in batch.chits:
        return chit.SessionEnded(session, "batch", again=True, alone=True)
    if uuid == batch.blamed:
        return chit.SessionEnded(session, reason, again=False)
    return chit.SessionEnded(session, "batch", again=True, blamed=Salt(batch.blamed))


def heard_by_tally(fact: Fact) -> Input | None:
    """What a fact about a session means for the tally that it opens."""
    match fact:
        case signer.Begun():
            return tally.OpeningBegun()
        case signer.Done(session):
            return tally.OpeningDone(session)
        case signer.NotDone(_, reason):
            return tally.OpeningFailed(reason, reason in AGAIN)
        case signer.NotKnown() | signer.StorageLost() | signer.PersonAsked():
            return None
    raise BugError(f"nobody listens to {type(fact).__name__}")


def heard_by_amended(fact: Fact) -> Input | None:
    """What a fact about a session means for the tally whose terms it changes."""
    match fact:
        case signer.Begun(session):
            return tally.AmendBegun(session)
        case signer.PersonAsked(session):
            return tally.AmendAsked(session)
        case signer.Done(session):
            return tally.AmendDone(session)
        case signer.NotDone(session, reason):
            return tally.AmendFailed(session, reason, reason in AGAIN)
        case signer.NotKnown(session):
            return tally.AmendNotKnown(session)
        case signer.StorageLost():
            return None
    raise BugError(f"nobody listens to {type(fact).__name__}")
