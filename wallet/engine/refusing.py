"""Saying no to one message: which number crosses the wire, and what the log may say.

Source: house.md 3.10; protocol/messages/refusals.py for the numbers.
"""

from __future__ import annotations

import logging

from wallet.crypto.ids import AgentId
from wallet.model.errors import (
    BugError,
    InvitationError,
    InvitationExpired,
    InvitationRevoked,
    InvitationUnknown,
    InvitationUsed,
    NotFound,
    PeerError,
    ProtocolBreach,
)
from wallet.protocol.messages.frame import Frame
from wallet.protocol.messages.refusals import Refusal

log = logging.getLogger("wallet.pump")

LATER = frozenset({Refusal.BUSY, Refusal.TOO_MANY, Refusal.INTERNAL, Refusal.OLD_COPY})
"""Numbers after which the same message is worth sending again."""
INVITATION: dict[type[InvitationError], Refusal] = {
    InvitationUnknown: Refusal.INVITATION_UNKNOWN,
    InvitationUsed: Refusal.INVITATION_USED,
    InvitationExpired: Refusal.INVITATION_EXPIRED,
    InvitationRevoked: Refusal.INVITATION_REVOKED,
}
MISTAKES = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What our own mistakes look like when a peer's bytes find one."""


class NotAllowed(PeerError):
    """A message in somebody else's name, or for somebody else."""

    code = "PRT-SAY"


class UnknownKind(PeerError):
    """A message of a kind this program does not know."""

    code = "PRT-KIND"


class MalformedBody(PeerError):
    """A body that is not what its kind says."""

    code = "PRT-BODY"


class TooMuchOwed(PeerError):
    """A peer that keeps asking and does not take our answers."""

    code = "PRT-OWED"


class NotServed(PeerError):
    """We decide or witness for others, or for nobody, or hold enough of this one's sessions."""

    code = "PRT-SERVE"


class NotYet(PeerError):
    """Something that belongs before it has not come: worth sending again."""

    code = "PRT-EARLY"


_NUMBERS: dict[type[Exception], Refusal] = {
    NotAllowed: Refusal.NOT_ALLOWED,
    UnknownKind: Refusal.UNKNOWN_KIND,
    MalformedBody: Refusal.MALFORMED,
    TooMuchOwed: Refusal.TOO_MANY,
    NotServed: Refusal.NOT_SERVED,
    NotYet: Refusal.BUSY,
    ProtocolBreach: Refusal.WRONG_STATE,
}


def refuse(frame: Frame, agent: AgentId, error: Exception) -> int:
    """Say no to one message. Nothing of it is kept, not even that it came (F58)."""
    if isinstance(error, PeerError | InvitationError | NotFound):
        log.info("%s from %s refused: %s", frame.kind, agent.short, error)
        return refusal_of_error(error)
    # A mistake of ours that a peer's bytes found: it must not stop what came along with them.
    name = str(error) if isinstance(error, BugError) else type(error).__name__
    log.error("%s from %s failed: %s", frame.kind, agent.short, name, exc_info=error)
    return int(Refusal.INTERNAL)


def refusal_of_error(error: Exception) -> int:
    """The number that crosses the wire."""
    if isinstance(error, InvitationError):
        return int(INVITATION.get(type(error), Refusal.INVITATION_UNKNOWN))
    return int(_NUMBERS.get(type(error), Refusal.INVALID))
