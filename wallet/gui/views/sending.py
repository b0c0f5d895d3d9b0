"""The few seconds before a payment leaves, in which it can be taken back (ux.md 5.5)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from wallet.gui.errors import explain
from wallet.gui.text import Words, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.signing import Sending
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.announcing import announce
from wallet.gui.widgets.buttons import push_button
from wallet.gui.widgets.labels import plain_label, set_role
from wallet.gui.widgets.pages import PageFrame


class SendingPanel(PageFrame):
    """Counts down; *Undo* has the focus.

    Signals:
        closed: taken back or refused by the engine: the form is to be shown again.
        sent: the uuid of the chit.
    """

    closed = Signal()
    sent = Signal(str)

    def __init__(
        self,
        shell: Shell,
        sending: Sending,
        partner: Words,
        amount: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(say("pay.nothing_left_yet"), parent)
        self._shell = shell
        self._sending = sending
        self._partner = partner
        self._amount = shell.desk.figures.with_unit(amount)
        self.words = plain_label(size=Size.LARGE)
        self.body.addWidget(self.words)
        self.body.addStretch(1)
        self.undo = push_button(say("pay.undo"), sending.undo)
        self.send_now = push_button(say("pay.send_now"), sending.send_now)
        self.close_button = push_button(say("common.back"), self.closed.emit)
        self.close_button.hide()
        self.foot.addStretch(1)
        for button in (self.send_now, self.undo, self.close_button):
            self.foot.addWidget(button)
        self.setFocusProxy(self.undo)
        sending.ticked.connect(self.on_tick)
        sending.undone.connect(self.on_undone)
        sending.left.connect(self.on_left)
        sending.done.connect(self.on_done)
        sending.failed.connect(self.on_failed)
        self.undo.setFocus()

    @Slot(int)
    def on_tick(self, seconds: int) -> None:
        """Say how long it can still be taken back."""
        self.words.setText(
            say("pay.sending", amount=self._amount, partner=self._partner, seconds=seconds)
        )
        self._shell.tell(self.words.text())

    @Slot()
    def on_undone(self) -> None:
        """Say that nothing has left, and go back to the form."""
        self._shell.tell(say("pay.undone"))
        announce(self, say("pay.undone"))
        self.closed.emit()

    @Slot()
    def on_left(self) -> None:
        """From here on it is the engine's."""
        self.words.setText(say("pay.asking"))
        self._shell.tell("")  # the count of seconds is over
        self.undo.hide()
        self.send_now.hide()

    @Slot(object)
    def on_done(self, chit: str) -> None:
        """Tell which chit it became."""
        self.sent.emit(chit)

    @Slot(object)
    def on_failed(self, error: BaseException) -> None:
        """Say why the engine did not take it."""
        self.title.setText(say("session.not_done"))
        self.words.setText(explain(error, self._shell.desk.figures).whole)
        set_role(self.words, Role.BAD)
        self.close_button.show()
        self.close_button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc takes it back."""
        if event.key() == Qt.Key.Key_Escape:
            self._sending.undo()
            return
        super().keyPressEvent(event)
