"""The password, or waiting for the system's keyring; over everything, no names, no amounts."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from wallet.gui import theme
from wallet.gui.errors import explain
from wallet.gui.text import bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.window import Stage, WindowModel
from wallet.gui.widgets.buttons import Kind, icon_button, push_button, set_reason
from wallet.gui.widgets.icons import icon
from wallet.gui.widgets.labels import IconLabel, plain_label
from wallet.gui.widgets.surfaces import column, row
from wallet.model.errors import WrongPassword

PASSWORD_LIMIT = 1024


class PasswordField(QWidget):
    """A field for a password with a button that shows it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setMaxLength(PASSWORD_LIMIT)
        self.field.setAccessibleName(bare(name))
        self.field.setMinimumWidth(theme.px(theme.RING))
        self._action = QAction(icon("show"), say("unlock.show"), self)
        self._action.setCheckable(True)
        self._action.toggled.connect(self._on_toggled)
        self.button = icon_button(self._action, say("unlock.show"))
        self.setLayout(row(self.field, self.button, gap=theme.TIGHT))
        self.setFocusProxy(self.field)

    def text(self) -> str:
        """Return what was typed."""
        return self.field.text()

    def _on_toggled(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.field.setEchoMode(mode)
        name = say("unlock.hide" if shown else "unlock.show")
        self._action.setIcon(icon("hide" if shown else "show"))
        self.button.setAccessibleName(bare(name))
        self.button.setToolTip(bare(name))


class UnlockPage(QWidget):
    """One of: a password is wanted; the keyring is awaited; the keyring cannot open it."""

    def __init__(self, model: WindowModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._pause = 0
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._on_tick)
        self.kinds = QStackedWidget()
        self.kinds.setMaximumWidth(theme.px(theme.TEXT_WIDTH))
        self.kinds.addWidget(self._password_page())
        self.kinds.addWidget(self._waiting_page())
        self.kinds.addWidget(self._closed_page())
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addWidget(IconLabel("lock", Role.INFO, theme.ROW), 0, Qt.AlignmentFlag.AlignHCenter)
        title = plain_label(say("unlock.title"), size=Size.TITLE)
        outer.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addSpacing(theme.px(theme.GROUP))
        outer.addWidget(self.kinds, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)
        model.stage_changed.connect(self.on_stage)
        model.wrong_password.connect(self.on_wrong)
        self.on_stage(model.stage)

    @Slot(object)
    def on_stage(self, stage: Stage) -> None:
        """Show the page of this stage."""
        places = {Stage.LOCKED: 0, Stage.KEYRING: 1, Stage.CLOSED: 2}
        if stage not in places:
            return
        self.kinds.setCurrentIndex(places[stage])
        if stage is Stage.LOCKED:
            self.setFocusProxy(self.password)
            self.password.setFocus()
        elif stage is Stage.CLOSED and self._model.error is not None:
            self._reason.setText(explain(self._model.error).whole)
            self.setFocusProxy(self.again)
            self.again.setFocus()

    @Slot(int)
    def on_wrong(self, pause: int) -> None:
        """Say that it was not the password; after several tries wait a little."""
        self._pause = pause
        self.password.field.setEnabled(True)
        self.password.field.selectAll()
        self.password.setFocus()
        self._hint.setText(explain(WrongPassword()).line)
        set_reason(self.button, "")
        if pause:
            self._on_tick()
            self._tick.start()

    def try_password(self) -> None:
        """Try what was typed."""
        if not self.password.text() or self._pause > 0 or not self.button.isEnabled():
            return
        self._hint.setText(say("unlock.working"))
        set_reason(self.button, say("unlock.working"))
        self.password.field.setEnabled(False)
        self._model.unlock(self.password.text())

    def _on_tick(self) -> None:
        if self._pause <= 0:
            self._tick.stop()
            set_reason(self.button, "")
            self._hint.setText("")
            return
        words = say("unlock.pause", n=self._pause)
        set_reason(self.button, words)
        self._hint.setText(words)
        self._pause -= 1

    def _password_page(self) -> QWidget:
        page = QWidget()
        self.password = PasswordField(say("unlock.password"))
        self.password.field.setPlaceholderText(say("unlock.password"))
        self.password.field.returnPressed.connect(self.try_password)
        self.button = push_button(say("unlock.button"), self.try_password, kind=Kind.PRIMARY)
        self._hint = plain_label(role=Role.NEUTRAL)
        self._hint.setMinimumHeight(theme.px(theme.ROW_TWO))
        self._hint.setMinimumWidth(theme.px(theme.TEXT_WIDTH) * 2 // 3)
        body = column(gap=theme.GAP)
        line = row(self.password, self.button)
        body.addLayout(line)
        body.addWidget(self._hint)
        page.setLayout(body)
        return page

    def _waiting_page(self) -> QWidget:
        page = QWidget()
        wait = plain_label(say("unlock.keyring"), size=Size.LARGE)
        hint = plain_label(say("unlock.keyring_hint"), role=Role.NEUTRAL)
        for label in (wait, hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        page.setLayout(column(wait, hint))
        return page

    def _closed_page(self) -> QWidget:
        page = QWidget()
        self._reason = plain_label(size=Size.LARGE)
        self._reason.setMinimumWidth(theme.px(theme.TEXT_WIDTH) * 2 // 3)
        self.again = push_button(
            say("common.try_again"), self._model.open_with_keyring, kind=Kind.PRIMARY
        )
        body = column(self._reason, gap=theme.GROUP)
        line = row(self.again)
        line.insertStretch(0, 1)
        line.addStretch(1)
        body.addLayout(line)
        page.setLayout(body)
        return page
