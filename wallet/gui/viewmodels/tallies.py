"""All tallies and all invitations of ours, kept up to date by notices."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from wallet.engine.api.commands import Invite, RevokeInvitation
from wallet.engine.api.notices import (
    ConnectionChanged,
    InvitationChanged,
    TallyChanged,
    WalletOpened,
)
from wallet.engine.api.views import InvitationView, TallyView
from wallet.gui.viewmodels.base import Desk, ViewModel
from wallet.gui.viewmodels.tally_rows import TallyRows


class Tallies(ViewModel):
    """The list of tallies; `rows` is its table model."""

    HEARS = (TallyChanged, ConnectionChanged, WalletOpened)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.rows = TallyRows(self)
        self.all: tuple[TallyView, ...] = ()
        self.loaded = False
        desk.figures_changed.connect(self._put)

    def refresh(self) -> None:
        """Ask for the list."""
        self.ask_latest(self.desk.door.list_tallies, self._came)

    def _came(self, tallies: tuple[TallyView, ...]) -> None:
        self.all, self.loaded = tallies, True
        self._put()
        self.changed.emit()

    def _put(self) -> None:
        self.rows.put(self.all, self.desk.figures, self.desk.now())


class Invitations(ViewModel):
    """Our invitations, and making one.

    Signals:
        made: the invitation that `make` asked for.
    """

    HEARS = (InvitationChanged, WalletOpened)
    made = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.all: tuple[InvitationView, ...] = ()
        self.loaded = False
        self.making = False

    def refresh(self) -> None:
        """Ask for the list."""
        self.ask_latest(self.desk.door.list_invitations, self._came)

    def find(self, invitation: str) -> InvitationView | None:
        """Return one of the list."""
        return next((one for one in self.all if one.id == invitation), None)

    def make(self, wish: Invite) -> None:
        """Make an invitation; a second wish while one is under way is ignored."""
        if self.making:
            return
        self.making = True
        self.ask(self.desk.door.submit(wish), self._made, self._missed)

    def revoke(self, invitation: str) -> None:
        """Take an invitation back."""
        self.ask(self.desk.door.submit(RevokeInvitation(invitation)), lambda _: self.refresh())

    def _came(self, invitations: tuple[InvitationView, ...]) -> None:
        self.all, self.loaded = invitations, True
        self.changed.emit()

    def _made(self, invitation: InvitationView) -> None:
        self.making = False
        self.made.emit(invitation)
        self.refresh()

    def _missed(self, error: BaseException) -> None:
        self.making = False
        self.failed.emit(error)
