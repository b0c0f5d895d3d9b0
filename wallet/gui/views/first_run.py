"""The first run's pages; what they decide stands in the table of `viewmodels/first_run.py`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wallet.gui import theme
from wallet.gui.errors import explain, explain_code
from wallet.gui.text import bare, plain, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.base import Desk
from wallet.gui.viewmodels.first_run import (
    NAME_LIMIT,
    PICTURE_LIMIT,
    FirstRunModel,
    LockChoice,
    Step,
    path,
    picture_problem,
    strength,
)
from wallet.gui.views.unlock import PasswordField
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.labels import plain_label, set_role
from wallet.gui.widgets.pages import scrolling
from wallet.gui.widgets.surfaces import column, row
from wallet.model.errors import KeyringLocked, KeyringMissing

LINK_LIMIT = 8_192  # ux.md 5.27: links are bounded before they are read
FILE_LIMIT = 64 * 1024


class Choice(QRadioButton):
    """One of several, with an Enter: Qt's own has none.

    Signals:
        entered: Enter was pressed on it.
    """

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.setChecked(True)
            self.entered.emit()
            return
        super().keyPressEvent(event)


class FirstRun(QWidget):
    """Two doors, who, how it is locked, done.

    Signals:
        finished: with the invitation to look at, or the empty text.
        wants_emergency: the person saves the emergency file first.
    """

    finished = Signal(str)
    wants_emergency = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = FirstRunModel(desk, self)
        self._starts: dict[Step, QWidget] = {}
        self.steps = QStackedWidget()
        self._numbers: dict[Step, int] = {}
        for step, make in (
            (Step.DOORS, self._doors),
            (Step.LINK, self._link),
            (Step.WHO, self._who),
            (Step.LOCK, self._lock),
            (Step.DONE, self._done),
        ):
            self._numbers[step] = self.steps.addWidget(make())
        self.place = plain_label(role=Role.NEUTRAL, size=Size.SMALL, wrap=False)
        self.problem = plain_label(role=Role.ATTENTION)
        self.back = push_button(say("common.back"), self.model.go_back)
        self.next = push_button(say("common.continue"), self.go_on, kind=Kind.PRIMARY)
        foot = row(self.place)
        foot.addStretch(1)
        foot.addWidget(self.back)
        foot.addWidget(self.next)
        margin = theme.px(theme.PAGE)
        foot.setContentsMargins(0, theme.px(theme.GAP), 0, margin)
        inner = QWidget()
        centre = row(self.steps)
        inner.setLayout(centre)
        page = QWidget()
        page.setMaximumWidth(theme.px(theme.TEXT_WIDTH + theme.PAGE))
        body = QVBoxLayout(page)
        body.setContentsMargins(0, 2 * margin, 0, 0)
        body.addWidget(scrolling(inner), 1)
        body.addWidget(self.problem)
        body.addLayout(foot)
        outer = row(page)
        outer.setContentsMargins(margin, 0, margin, 0)
        outer.insertStretch(0, 1)
        outer.setStretch(1, 100)
        outer.addStretch(1)
        self.setLayout(outer)
        self.model.step_changed.connect(self.on_step)
        self.model.changed.connect(self.on_changed)
        self.model.failed.connect(self.on_failed)
        self.on_step(Step.DOORS)
        self.on_changed()

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self.model.step

    def take_invitation(self, link: str) -> None:
        """Go the way of the invited with a link that came with a start of the program."""
        self.link.setText(link[:LINK_LIMIT])
        if self.step is Step.DOORS:
            self.model.choose_door(invited=True)
        else:
            self.model.note(invited=True)

    @Slot()
    def go_on(self) -> None:
        """Go on, or say what is missing."""
        if (words := self.model.problem()) is not None:
            self.problem.setText(words)
            set_role(self.problem, Role.ATTENTION)
            return
        self.model.go_on()

    @Slot(object)
    def on_step(self, step: Step) -> None:
        """Show a step and put the focus on its first field."""
        self.problem.setText("")
        self.steps.setCurrentIndex(self._numbers[step])
        steps = path(self.model.answers)
        self.place.setText(say("first.step", n=steps.index(step) + 1, all=len(steps)))
        self.back.setVisible(step not in (Step.DOORS, Step.DONE))
        self.next.setVisible(step not in (Step.DOORS, Step.DONE))
        self.next.setText(say("first.create" if step is Step.LOCK else "common.continue"))
        self.next.setAccessibleName(self.next.text())
        if step is Step.DONE:
            self._fill_done()
        self._focus_start()

    @Slot()
    def on_changed(self) -> None:
        """Show what follows from what was entered."""
        answers = self.model.answers
        wants_password = answers.lock is LockChoice.PASSWORD
        self.passwords.setVisible(wants_password)
        self.strength.setText(strength(answers.password) if wants_password else "")
        self._show_link()
        self._show_keyring()
        if self.step is Step.DONE:
            self._fill_done()
        working = self.model.working
        keyring = working and not wants_password
        busy = say("first.keyring_wait" if keyring else "first.creating") if working else ""
        set_reason(self.next, busy)
        set_reason(self.back, busy)
        if busy:
            self.problem.setText(busy)
            set_role(self.problem, Role.NEUTRAL)
        elif self.model.problem() is None:
            self.problem.setText("")

    @Slot(object)
    def on_failed(self, error: BaseException) -> None:
        """Say why the wallet was not made; a missing keyring leads to the password."""
        self.problem.setText(explain(error).whole)
        set_role(self.problem, Role.BAD)
        if isinstance(error, KeyringMissing | KeyringLocked):
            self._focus_start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.model.go_back()
            return
        super().keyPressEvent(event)

    # --- the pages ------------------------------------------------------------------

    def _page(self, title: str, text: str) -> tuple[QWidget, QVBoxLayout]:
        page = QWidget()
        body = QVBoxLayout(page)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(theme.px(theme.GROUP))
        body.addWidget(plain_label(title, size=Size.HERO))
        if text:
            body.addWidget(plain_label(text, role=Role.NEUTRAL))
        return page, body

    def _doors(self) -> QWidget:
        page, body = self._page(say("first.doors"), say("first.doors_text"))
        self.new = self._door("first.new", "add", invited=False)
        self.invited = self._door("first.invited", "ticket", invited=True)
        for door, key in ((self.invited, "first.invited"), (self.new, "first.new")):
            hint = plain_label(say(f"{key}_text"), role=Role.NEUTRAL, size=Size.SMALL)
            body.addLayout(column(door, hint, gap=theme.TIGHT))
        body.addStretch(1)
        QWidget.setTabOrder(self.invited, self.new)
        self._starts[Step.DOORS] = self.invited
        return page

    def _door(self, key: str, picture: str, *, invited: bool) -> QPushButton:
        made = push_button(
            say(key),
            lambda: self.model.choose_door(invited=invited),
            kind=Kind.DOOR,
            icon_name=picture,
        )
        made.setAccessibleDescription(bare(say(f"{key}_text")))
        return made

    def _link(self) -> QWidget:
        page, body = self._page(say("first.link"), say("first.link_text"))
        self.link = QLineEdit()
        self.link.setMaxLength(LINK_LIMIT)
        self.link.setAccessibleName(bare(say("first.link_label")))
        self.link.setPlaceholderText("tallystick:")
        self.link.textChanged.connect(self.model.look_at)
        self.link.returnPressed.connect(self.go_on)
        paste = push_button(say("first.paste"), self._paste, icon_name="paste")
        choose = push_button(say("first.open_file"), self._open_file, icon_name="file")
        line = row(paste, choose)
        line.addStretch(1)
        self.link_says = plain_label()
        body.addWidget(self.link)
        body.addLayout(line)
        body.addWidget(self.link_says)
        body.addStretch(1)
        self._starts[Step.LINK] = self.link
        return page

    def _who(self) -> QWidget:
        page, body = self._page(say("first.who"), say("first.who_text"))
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_LIMIT)
        self.name.textChanged.connect(lambda text: self.model.note(name=text))
        self.contact = QLineEdit()
        self.contact.setMaxLength(2 * NAME_LIMIT)
        self.contact.textChanged.connect(lambda text: self.model.note(contact=text))
        for field in (self.name, self.contact):
            field.returnPressed.connect(self.go_on)
        self.picture: QLabel = plain_label(role=Role.NEUTRAL)
        choose = push_button(say("first.choose_picture"), self._choose_picture, icon_name="picture")
        choose.setAccessibleName(bare(f"{say('first.picture')} {say('first.choose_picture')}"))
        self.drop = push_button(say("first.drop_picture"), lambda: self._take_picture(b""))
        self.drop.hide()
        grid = QGridLayout()
        grid.setSpacing(theme.px(theme.GAP))
        grid.setColumnStretch(1, 1)
        self._field(grid, 0, "first.name", self.name)
        self._field(grid, 1, "first.contact", self.contact)
        line = row(choose, self.drop)
        line.addWidget(self.picture, 1)
        grid.addWidget(plain_label(say("first.picture"), role=Role.NEUTRAL, wrap=False), 2, 0)
        grid.addLayout(line, 2, 1)
        body.addLayout(grid)
        body.addStretch(1)
        self._starts[Step.WHO] = self.name
        return page

    def _lock(self) -> QWidget:
        page, body = self._page(say("first.lock"), "")
        self.by_keyring = self._radio("first.keyring", LockChoice.KEYRING)
        self.by_password = self._radio("first.password", LockChoice.PASSWORD)
        self.by_keyring.setChecked(True)
        self.passwords = QWidget()
        grid = QGridLayout(self.passwords)
        grid.setContentsMargins(theme.px(theme.PAGE), 0, 0, 0)
        grid.setSpacing(theme.px(theme.GAP))
        grid.setColumnStretch(1, 1)
        self.password = PasswordField(say("first.password_label"))
        self.again = PasswordField(say("first.password_again"))
        self.password.field.textChanged.connect(lambda text: self.model.note(password=text))
        self.again.field.textChanged.connect(lambda text: self.model.note(again=text))
        for field in (self.password.field, self.again.field):
            field.returnPressed.connect(self.go_on)
        self._field(grid, 0, "first.password_label", self.password)
        self._field(grid, 1, "first.password_again", self.again)
        self.strength = plain_label(role=Role.NEUTRAL, size=Size.SMALL)
        grid.addWidget(self.strength, 2, 1)
        hints: list[QLabel] = []
        for radio, key in (
            (self.by_keyring, "first.keyring"),
            (self.by_password, "first.password"),
        ):
            hint = plain_label(say(f"{key}_text"), role=Role.NEUTRAL, size=Size.SMALL)
            hint.setContentsMargins(theme.px(theme.PAGE), 0, 0, 0)
            body.addLayout(column(radio, hint, gap=theme.TIGHT))
            hints.append(hint)
        self.keyring_hint = hints[0]
        body.addWidget(self.passwords)
        body.addStretch(1)
        self._starts[Step.LOCK] = self.by_keyring
        return page

    def _done(self) -> QWidget:
        page, body = self._page("", say("first.done_text"))
        heading = body.itemAt(0)
        assert heading is not None
        widget = heading.widget()
        assert isinstance(widget, QLabel)
        self.done_title = widget
        self.look = push_button(say("first.go_home"), self._finish, kind=Kind.PRIMARY)
        self.save = push_button(say("first.save_emergency"), self.wants_emergency.emit)
        line = row(self.save, self.look)
        line.insertStretch(0, 1)
        body.addLayout(line)
        body.addStretch(1)
        self._starts[Step.DONE] = self.look
        return page

    def _radio(self, key: str, choice: LockChoice) -> Choice:
        made = Choice(say(key))
        made.entered.connect(self.go_on)
        made.setAccessibleDescription(bare(say(f"{key}_text")))
        made.toggled.connect(lambda on: self.model.note(lock=choice) if on else None)
        return made

    def _field(self, grid: QGridLayout, number: int, key: str, field: QWidget) -> None:
        label = plain_label(say(key), role=Role.NEUTRAL, wrap=False)
        label.setBuddy(field)
        field.setAccessibleName(bare(say(key)))
        grid.addWidget(label, number, 0)
        grid.addWidget(field, number, 1)

    # --- what they do ---------------------------------------------------------------

    def _focus_start(self) -> None:
        start = self._starts[self.step]
        if start is self.by_keyring and not self.by_keyring.isChecked():
            start = self.password
        self.setFocusProxy(start)
        start.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_keyring(self) -> None:
        """Where there is no keyring, say so and leave the password."""
        if self.model.has_keyring or not self.by_keyring.isEnabled():
            return
        self.keyring_hint.setText(say("first.keyring_none"))
        set_reason(self.by_keyring, say("first.keyring_none"))
        self.by_password.setChecked(True)
        if self.step is Step.LOCK:
            self._focus_start()

    def _fill_done(self) -> None:
        self.done_title.setText(say("first.done", name=plain(self.model.answers.name, NAME_LIMIT)))
        link = self.model.good_link()
        self.look.setText(say("first.go_invitation" if link else "first.go_home"))
        self.look.setAccessibleName(self.look.text())

    def _finish(self) -> None:
        self.finished.emit(self.model.good_link())

    def _show_link(self) -> None:
        found = self.model.link
        if found is None:
            self.link_says.setText("")
            return
        if found.kind == "invite" and not found.error and found.inviter is not None:
            name = plain(found.inviter.name, NAME_LIMIT)
            self.link_says.setText(say("first.link_good", inviter=name))
            set_role(self.link_says, Role.GOOD)
            return
        words = explain_code(found.error).line if found.error else say("first.link_other")
        self.link_says.setText(words)
        set_role(self.link_says, Role.ATTENTION)

    def _paste(self) -> None:
        self.link.setText(QApplication.clipboard().text()[:LINK_LIMIT].strip())

    def _open_file(self) -> None:
        self._choose_file(self._take_link_file)

    def _take_link_file(self, name: str) -> None:
        with Path(name).open("rb") as file:
            text = file.read(FILE_LIMIT).decode("utf-8", "replace")
        self.link.setText(text.strip()[:LINK_LIMIT])

    def _choose_picture(self) -> None:
        self._choose_file(self._take_picture_file)

    def _take_picture_file(self, name: str) -> None:
        with Path(name).open("rb") as file:
            self._take_picture(file.read(PICTURE_LIMIT + 1))

    def _take_picture(self, picture: bytes) -> None:
        wrong = picture_problem(picture) if picture else None
        if wrong is not None:
            self.picture.setText(wrong)
            return
        self.model.note(picture=picture)
        self.drop.setVisible(bool(picture))
        side = theme.px(theme.ROW_TWO)
        shown = QPixmap.fromImage(QImage.fromData(picture)) if picture else QPixmap()
        if shown.isNull():
            self.picture.setText(say("first.picture_set") if picture else "")
            return
        self.picture.setPixmap(shown.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio))
        self.picture.setAccessibleName(bare(say("first.picture_set")))

    def _choose_file(self, take: Callable[[str], object]) -> None:
        dialog = QFileDialog(self)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(take)
        dialog.open()
