"""Facts, in the past tense, that tell the people's floor what to ask for again.

A notice is a hint: it names a subject, never carries a balance.  A lost notice
costs a late redraw, never a wrong figure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """A fact about `subject` (an id as views carry it; empty: the wallet as a whole)."""

    subject: str = ""


@dataclass(frozen=True, slots=True)
class WalletOpened(Notice):
    """The profile is open; views may be asked for."""


@dataclass(frozen=True, slots=True)
class WalletStopped(Notice):
    """The engine ended because of `code` (a WalletError's code); the disk is as last committed."""

    code: str = ""


@dataclass(frozen=True, slots=True)
class KeyringAsked(Notice):
    """The system's keyring was asked and has not answered yet."""


@dataclass(frozen=True, slots=True)
class TallyChanged(Notice):
    """A tally (subject) changed its state, balance or terms."""


@dataclass(frozen=True, slots=True)
class InvitationChanged(Notice):
    """An invitation (subject) was made, used, revoked or ran out."""


@dataclass(frozen=True, slots=True)
class ChitChanged(Notice):
    """A chit (subject: its uuid) came, or changed its state."""

    tally: str = ""


@dataclass(frozen=True, slots=True)
class SessionChanged(Notice):
    """A session (subject) took a step."""


@dataclass(frozen=True, slots=True)
class ConnectionChanged(Notice):
    """A partner's wallet (subject: its agent) came or went."""


@dataclass(frozen=True, slots=True)
class NoticeAdded(Notice):
    """Something the person may want to read stands in the list of notices (subject: its number)."""


@dataclass(frozen=True, slots=True)
class TaskFailed(Notice):
    """A task of the engine ended with an error (`code`); it was restarted or the engine stops."""

    code: str = ""


NoticeHandler = Callable[[Notice], None]
