"""Facts, in the past tense, that tell the people's floor what to ask for again.

A notice is a hint: it names a subject, never carries a balance.  A lost notice
costs a late redraw, never a wrong figure.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct


class Notice(Struct, frozen=True):
    """A fact about `subject` (an id as views carry it; empty: the wallet as a whole)."""

    subject: str = ""


class WalletOpened(Notice, frozen=True):
    """The profile is open; views may be asked for."""


class WalletStopped(Notice, frozen=True):
    """The engine ended because of `code` (a WalletError's code); the disk is as last committed."""

    code: str = ""


class KeyringAsked(Notice, frozen=True):
    """The system's keyring was asked and has not answered yet."""


class TallyChanged(Notice, frozen=True):
    """A tally (subject) changed its state, balance or terms."""


class InvitationChanged(Notice, frozen=True):
    """An invitation (subject) was made, used, revoked or ran out."""


class ChitChanged(Notice, frozen=True):
    """A chit (subject: its uuid) came, or changed its state."""

    tally: str = ""


class SessionChanged(Notice, frozen=True):
    """A session (subject) took a step."""


class CopyHeard(Notice, frozen=True):
    """The partner told where its half of a tally chain (subject: the tally) stands."""


class ConnectionChanged(Notice, frozen=True):
    """A partner's wallet (subject: its agent) came or went; without subject: our own network."""


class WitnessesChanged(Notice, frozen=True):
    """Who decides or votes for us, or for whom we do (subject: an agent, or empty)."""


class NoticeAdded(Notice, frozen=True):
    """Something the person may want to read stands in the list of notices (subject: its number)."""


class TaskFailed(Notice, frozen=True):
    """A task of the engine ended with an error (`code`); it was restarted or the engine stops."""

    code: str = ""


NoticeHandler = Callable[[Notice], None]
