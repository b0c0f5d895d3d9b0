"""The numbers by which a node refuses: the only thing about an error that crosses the wire.

Source: house.md 3.10: wire errors carry a small number, never our text or traceback. A number is
never given a second meaning; unknown ones are shown as `UNKNOWN`.
"""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class Refusal(IntEnum):
    """Why a message, an invitation or a whole link is refused."""

    UNKNOWN = 0  # a number of a newer program
    MALFORMED = 1  # not the canonical form of anything we know
    UNKNOWN_KIND = 2
    NOT_ALLOWED = 3  # not this agent's to say
    WRONG_STATE = 4  # no row in the table
    BUSY = 5
    EXPIRED = 6
    TOO_MANY = 7  # more, or more bytes, than a peer may send
    WRONG_NETWORK = 8
    TOO_LARGE = 9
    INVALID = 10  # well-formed, but a rule, a hash or a signature does not hold
    INTERNAL = 11  # our own fault; ask again later
    NOT_SERVED = 12  # we do not decide or witness for this one, or not for so many
    OLD_COPY = 13  # an older copy of its wallet: it has stopped; a newer one may take it
    # --- links ---
    NO_VERSION = 20  # no version of the protocol in common
    NOT_HOSTED = 21  # the wanted agent does not live here
    BAD_PROOF = 22  # the handshake's signature is not that agent's
    NOT_A_PARTNER = 23  # no tally, no valid invitation
    REMOVED = 24  # was a partner, and is no longer welcome
    TOO_SLOW = 25  # the handshake took longer than its limit
    DUPLICATE = 26  # another link to the same agent stays
    SILENT = 27  # nothing heard for too long
    GOODBYE = 28  # closing in an orderly way
    NOT_KEEPER = 29  # the tally has another keeper
    # --- invitations ---
    INVITATION_UNKNOWN = 40
    INVITATION_USED = 41
    INVITATION_EXPIRED = 42
    INVITATION_REVOKED = 43


def refusal_of(code: int) -> Refusal:
    """Return the refusal with this number, `UNKNOWN` for numbers we do not know."""
    try:
        return Refusal(code)
    except ValueError:
        return Refusal.UNKNOWN
