"""Sessions that run or are not known yet: as a page, and as the popup of the status bar."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from wallet.gui import theme
from wallet.gui.text import bare, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.session_words import row_words
from wallet.gui.viewmodels.sessions import Sessions
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.buttons import Kind, escaped, push_button
from wallet.gui.widgets.form import refill
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.surfaces import column

SECOND_MS = 1000


class SessionList(QWidget):
    """One button for each session, with the time it has left; the first one ends first."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shell = shell
        self.model = Sessions(shell.desk, self)
        self.setLayout(column())
        self.buttons: dict[str, QWidget] = {}
        self._keys: tuple[str, ...] | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(SECOND_MS)
        self._clock.timeout.connect(self.redraw)
        self.model.changed.connect(self.redraw)
        self.model.failed.connect(shell.show_error)
        self.model.refresh()

    @Slot()
    def redraw(self) -> None:
        """Show the sessions; only their times change from second to second."""
        keys = tuple(one.id for one in self.model.all)
        if keys != self._keys:
            self._keys = keys
            self._rebuild()
        for one in self.model.all:
            button = self.buttons[one.id]
            words = row_words(one, self.model.remaining(one), self.shell.desk.figures)
            button.setProperty("text", escaped(words))
            button.setAccessibleName(bare(words))
        (self._clock.start if keys else self._clock.stop)()

    def _rebuild(self) -> None:
        self.buttons = {
            one.id: push_button("", partial(self.on_open, one.id), kind=Kind.DOOR)
            for one in self.model.all
        }
        none = plain_label(say("session.running_none"), role=Role.NEUTRAL)
        refill(self, *(self.buttons.values() or (none,)))

    def on_open(self, session: str) -> None:
        """Open one."""
        window = self.window()
        if isinstance(window, SessionsPopup):
            window.close()
        self.shell.open("session", session)


class SessionsPage(PageFrame):
    """The list as a page."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(say("session.running_title"), parent)
        self.list = SessionList(shell)
        self.body.addWidget(self.list)
        self.body.addStretch(1)

    def refresh(self) -> None:
        """Ask again (F5)."""
        self.list.model.refresh()


class SessionsPopup(QFrame):
    """The list as a popup over a widget of the status bar; Esc or a click elsewhere ends it."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("kind", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(bare(say("session.running_title")))
        body = QVBoxLayout(self)
        margin = theme.px(theme.PADDING)
        body.setContentsMargins(margin, margin, margin, margin)
        self.list = SessionList(shell)
        body.addWidget(self.list)

    def show_at(self, below: QWidget) -> None:
        """Open above a widget."""
        self.adjustSize()
        corner = below.mapToGlobal(below.rect().topLeft())
        self.move(corner.x(), corner.y() - self.sizeHint().height())
        self.show()
