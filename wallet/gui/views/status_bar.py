"""The line at the bottom: connection, running sessions, backup; each a button with a sentence."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QPushButton, QStatusBar, QWidget

from wallet.engine.api.views import SessionView
from wallet.gui import theme
from wallet.gui.text import Words, bare, countdown, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.states import name_of
from wallet.gui.viewmodels.window import WindowModel
from wallet.gui.widgets.buttons import Kind, escaped, push_button
from wallet.gui.widgets.countdown import Countdown
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
        self._narrow = False
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

    def set_narrow(self, *, narrow: bool) -> None:
        """Use fewer words; the whole sentence stays in tip and accessible name."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.refresh()

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
        if self._narrow and online and model.status.partners:
            status = model.status
            short = say("bar.connected_narrow", online=status.online, n=status.partners)
        role = Role.GOOD if online and model.status.online else Role.NEUTRAL
        _show(self.connection, "online" if online else "offline", role, short, whole)
        short, whole = model.backup()
        safe = model.status.backed_up
        if self._narrow:
            short = say("bar.backed_up_narrow" if safe else "bar.not_backed_up_narrow")
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
        short = words
        if self._narrow and parts:
            short = self._running_words(running, "bar.sessions_narrow") if running else parts[0]
        role = Role.ATTENTION if running or unknown else Role.NEUTRAL
        picture = "signing" if running else "unknown" if unknown else "sessions"
        _show(self.sessions, picture, role, short, words)

    def _running_words(self, running: tuple[SessionView, ...], key: str = "bar.sessions") -> Words:
        first = running[0]
        left = countdown(self._countdown.left())
        return say(key, n=len(running), partner=name_of(first.partner.name), left=left)

    def _segment(self, name: str) -> QPushButton:
        made = push_button("", lambda: self.pressed.emit(name), kind=Kind.SEGMENT)
        made.setAccessibleName(bare(say(f"bar.{name}_name")))
        self.addPermanentWidget(made)
        return made


def _show(button: QPushButton, picture: str, role: Role, short: str, whole: str) -> None:
    button.setIcon(icon(picture, role))
    button.setIconSize(QSize(theme.px(Size.LARGE), theme.px(Size.LARGE)))
    button.setText(f"\u2009{escaped(short)}")
    button.setAccessibleName(bare(whole))
    button.setToolTip(bare(whole))
