"""The line at the bottom: connection, running sessions, backup; each a button with a sentence."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QPushButton, QStatusBar, QWidget

from wallet.engine.api.views import SessionView
from wallet.gui.text import Words, bare, countdown, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.states import name_of
from wallet.gui.viewmodels.window import WindowModel
from wallet.gui.widgets.buttons import Kind, push_button
from wallet.gui.widgets.countdown_ring import Countdown
from wallet.gui.widgets.icons import icon

TELL_MS = 6_000


class StatusBar(QStatusBar):
    """Three live segments.

    Signals:
        pressed: the segment's name: connection, sessions, backup.
    """

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._model: WindowModel | None = None
        self._countdown = Countdown(self)
        self.connection = self._segment("connection")
        self.sessions = self._segment("sessions")
        self.backup = self._segment("backup")
        # One timer, and only while a session runs.
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show_sessions)

    def attach(self, model: WindowModel) -> None:
        """Follow the wallet."""
        self._model = model
        model.changed.connect(self.refresh)

    def tell(self, words: str) -> None:
        """Say something for some seconds."""
        self.showMessage(bare(words), TELL_MS)

    def refresh(self) -> None:
        """Show the wallet's status."""
        model = self._model
        if model is None or model.status is None:
            return
        short, whole = model.connection()
        online = model.status.connected
        role = Role.GOOD if online and model.status.online else Role.NEUTRAL
        _show(self.connection, "online" if online else "offline", role, short, whole)
        short, whole = model.backup()
        safe = model.status.backed_up
        look = ("safe", Role.GOOD) if safe else ("unsafe", Role.ATTENTION)
        _show(self.backup, *look, short, whole)
        running = model.running()
        if running:
            self._countdown.start(running[0].remaining)
            self._tick.start()
        else:
            self._tick.stop()
        self._show_sessions()

    def _show_sessions(self) -> None:
        model = self._model
        if model is None or model.status is None:
            return
        running, unknown, waiting = model.running(), model.unknown(), model.status.waiting
        parts = []
        if running:
            parts.append(self._running_words(running))
        if unknown:
            parts.append(say("bar.unknown", n=len(unknown)))
        if waiting:
            parts.append(say("bar.queue", n=waiting))
        words = Words(" · ".join(parts)) if parts else say("bar.no_session")
        role = Role.ATTENTION if running or unknown else Role.NEUTRAL
        picture = "signing" if running else "unknown" if unknown else "sessions"
        _show(self.sessions, picture, role, words, words)

    def _running_words(self, running: tuple[SessionView, ...]) -> Words:
        first = running[0]
        left = countdown(self._countdown.left())
        return say("bar.sessions", n=len(running), partner=name_of(first.partner.name), left=left)

    def _segment(self, name: str) -> QPushButton:
        made = push_button("", lambda: self.pressed.emit(name), kind=Kind.SEGMENT)
        made.setAccessibleName(bare(say(f"bar.{name}_name")))
        self.addPermanentWidget(made)
        return made


def _show(button: QPushButton, picture: str, role: Role, short: str, whole: str) -> None:
    if button.property("shown") == (picture, role, short):
        return
    button.setProperty("shown", (picture, role, short))
    button.setIcon(icon(picture, role))
    button.setText(short.replace("&", "&&"))
    button.setAccessibleName(bare(whole))
    button.setToolTip(bare(whole))
