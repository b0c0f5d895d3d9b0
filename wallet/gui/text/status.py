"""Words of the states of tallies, chits and sessions (ux.md 5.0, *Status set*)."""

from __future__ import annotations

SENTENCES: dict[str, str | tuple[str, str]] = {
    "status.draft": "Draft",
    "status.waiting": "Waiting to send",
    "status.signing": "Both signing",
    "status.signing_left": "Both signing · {left}",
    "status.agreed": "Agreed",
    "status.unknown": "Not known yet",
    "status.refused": "Refused",
    "status.withdrawn": "Withdrawn",
    "status.expired": "Expired",
    "status.broken": "Does not match",
    "status.not_paid": "Did not come about",
    "status.offered": "Waiting for {partner}",
    "status.received": "Needs you",
    "status.opening": "Opening",
    "status.open": "Open",
    "status.void": "Ended",
    "status.online": "Online",
    "status.offline": "Offline",
    "status.invitation_out": "Invitation out",
    "status.invitation_used": "Used",
    "status.invitation_revoked": "Withdrawn",
    "status.invitation_expired": "Expired",
}
