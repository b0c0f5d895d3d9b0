"""Save the emergency file: the wrapping key sealed by a password, read back before we say so."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from wallet.crypto.sealing import Secret
from wallet.engine.api.commands import SaveEmergencyFile
from wallet.gui import theme
from wallet.gui.errors import explain
from wallet.gui.text import bare, plain, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.first_run import Answers, LockChoice, Step, problem, strength
from wallet.gui.views.shell import Shell
from wallet.gui.views.unlock import PasswordField
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.labels import plain_label, set_role
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.saving import ask_where_to_save
from wallet.gui.widgets.surfaces import row

PATH_LIMIT = 500
SUFFIX = ".emergency"


class EmergencyPage(PageFrame):
    """Where, password twice, write and check."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(say("emergency.title"), parent)
        self._shell = shell
        words = plain_label(say("emergency.text"))
        words.setMaximumWidth(theme.px(theme.TEXT_WIDTH))
        self.body.addWidget(words)
        self.where = QLineEdit(_proposal())
        self.where.setAccessibleName(bare(say("emergency.where")))
        self.choose = push_button(say("emergency.choose"), self._choose)
        self.password = PasswordField(say("first.password_label"))
        self.again = PasswordField(say("first.password_again"))
        grid = QGridLayout()
        grid.setSpacing(theme.px(theme.GAP))
        grid.setColumnStretch(1, 1)
        _add(grid, 0, say("emergency.where"), self.where)
        grid.addWidget(self.choose, 0, 2)
        _add(grid, 1, say("first.password_label"), self.password)
        _add(grid, 2, say("first.password_again"), self.again)
        self.strength = plain_label(role=Role.NEUTRAL)
        grid.addWidget(self.strength, 3, 1, 1, 2)
        self.body.addLayout(grid)
        self.result = plain_label(role=Role.NEUTRAL)
        self.body.addWidget(self.result)
        self.body.addStretch(1)
        self.back = push_button(say("common.back"), shell.back)
        self.save = push_button(say("emergency.save"), self.write, kind=Kind.PRIMARY)
        foot = row(self.back, self.save)
        self.foot.addStretch(1)
        self.foot.addLayout(foot)
        for field in (self.password.field, self.again.field, self.where):
            field.textChanged.connect(self._check)
            field.returnPressed.connect(self.write)
        self.setFocusProxy(self.where)
        self._check()

    def write(self) -> None:
        """Write the file, if nothing stands in the way."""
        if not self.save.isEnabled():
            return
        set_reason(self.save, say("emergency.saving"))
        self._say(say("emergency.saving"), Role.NEUTRAL)
        wish = SaveEmergencyFile(
            self.where.text().strip(), Secret(self.password.text().encode("utf-8"))
        )
        desk = self._shell.desk
        desk.bridge.ask(desk.door.submit(wish), self._written, self._not_written, self)

    def _check(self) -> None:
        answers = Answers(
            lock=LockChoice.PASSWORD, password=self.password.text(), again=self.again.text()
        )
        reason = problem(Step.LOCK, answers) or ""
        self.strength.setText(strength(answers.password))
        set_reason(self.save, reason)
        shown = reason if answers.password and answers.again else ""
        self._say(shown, Role.ATTENTION)

    def _written(self, nothing: None) -> None:
        del nothing
        self.password.field.clear()
        self.again.field.clear()
        path = plain(self.where.text(), PATH_LIMIT)
        self._say(say("emergency.done", path=path), Role.GOOD)
        self.back.setText(say("common.close"))
        self.back.setFocus()
        if (flow := getattr(self._shell, "flow", None)) is not None:
            flow.model.refresh()

    def _not_written(self, error: BaseException) -> None:
        set_reason(self.save, "")
        self._say(explain(error).whole, Role.BAD)

    def _say(self, words: str, role: Role) -> None:
        self.result.setText(words)
        set_role(self.result, role)

    def _choose(self) -> None:
        ask_where_to_save(self, say("emergency.where"), self.where.text(), self.where.setText)


def _proposal() -> str:
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return str(Path(folder) / (say("emergency.file_name") + SUFFIX))


def _add(grid: QGridLayout, number: int, name: str, field: QWidget) -> None:
    label: QLabel = plain_label(name, role=Role.NEUTRAL, wrap=False)
    label.setBuddy(field)
    grid.addWidget(label, number, 0)
    grid.addWidget(field, number, 1)
