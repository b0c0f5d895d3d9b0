"""The questions before the window closes while something is signed or not sent (ux.md 5.10)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from wallet.engine.api.views import SessionView
from wallet.gui import theme
from wallet.gui.text import bare, countdown, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.signing import Sending
from wallet.gui.viewmodels.states import name_of
from wallet.gui.widgets.buttons import Kind, push_button
from wallet.gui.widgets.countdown import Countdown
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.surfaces import row


class ClosingDialog(QDialog):
    """Wait and then close, close anyway, or stay."""

    def __init__(
        self,
        session: SessionView,
        on_wait: Callable[[], object],
        on_close: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(bare(say("closing.title")))
        self.setObjectName("closing")
        self._session = session
        self._countdown = Countdown(self)
        self._countdown.start(session.remaining)
        self._words = plain_label(size=Size.LARGE)
        body = QVBoxLayout(self)
        margin = theme.px(theme.PAGE)
        body.setContentsMargins(margin, margin, margin, margin)
        body.setSpacing(theme.px(theme.GROUP))
        body.addWidget(self._words)
        body.addWidget(plain_label(say("closing.anyway_tip"), role=Role.NEUTRAL))
        self.cancel = push_button(say("common.cancel"), self.reject)
        self.anyway = push_button(say("closing.anyway"), lambda: self._end(on_close))
        self.wait = push_button(say("closing.wait"), lambda: self._end(on_wait), kind=Kind.PRIMARY)
        line = row(self.cancel, self.anyway, self.wait)
        line.insertStretch(0, 1)
        body.addLayout(line)
        self.wait.setFocus()
        tick = QTimer(self)
        tick.setInterval(1000)
        tick.timeout.connect(self._show)
        tick.start()
        self._show()

    def _show(self) -> None:
        partner = name_of(self._session.partner.name)
        left = countdown(self._countdown.left())
        self._words.setText(say("closing.text", partner=partner, left=left))

    def _end(self, then: Callable[[], object]) -> None:
        self.accept()
        then()


class TakeBackDialog(QDialog):
    """A payment has not left yet: take it back and close, or stay; gone once it has left."""

    def __init__(
        self, sending: Sending, on_close: Callable[[], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(bare(say("closing.title")))
        self.setObjectName("closing")
        self._sending = sending
        self._on_close = on_close
        body = QVBoxLayout(self)
        margin = theme.px(theme.PAGE)
        body.setContentsMargins(margin, margin, margin, margin)
        body.setSpacing(theme.px(theme.GROUP))
        body.addWidget(plain_label(say("closing.unsent"), size=Size.LARGE))
        self.cancel = push_button(say("common.cancel"), self.reject)
        self.back = push_button(say("closing.take_back"), self._take_back, kind=Kind.PRIMARY)
        line = row(self.cancel, self.back)
        line.insertStretch(0, 1)
        body.addLayout(line)
        self.back.setFocus()
        sending.left.connect(self.reject)

    def _take_back(self) -> None:
        self._sending.undo()
        self.accept()
        self._on_close()


def ask_to_take_back(parent: QWidget, sending: Sending, on_close: Callable[[], object]) -> None:
    """Say before closing that the payment is not sent."""
    dialog = TakeBackDialog(sending, on_close, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def ask_to_close(
    parent: QWidget,
    session: SessionView,
    on_wait: Callable[[], object],
    on_close: Callable[[], object],
) -> None:
    """Ask, without stopping anything that counts."""
    dialog = ClosingDialog(session, on_wait, on_close, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
