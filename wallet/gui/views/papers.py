"""The list of papers: signed, being signed, or come to nothing; each opens its page."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wallet.gui import theme
from wallet.gui.text import bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.papers import PaperRow, Papers
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.buttons import Kind, push_button
from wallet.gui.widgets.labels import IconLabel, plain_label, rule, set_role
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.surfaces import EmptyState, clear, column, row


class PapersPage(PageFrame):
    """The page."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(say("papers.title"), parent)
        self._shell = shell
        self.model = Papers(shell.desk, self)
        self.write = push_button(say("paper.new"), lambda: shell.open("paper"), kind=Kind.PRIMARY)
        self.head.addWidget(self.write)
        self.list = QVBoxLayout()
        self.list.setSpacing(theme.px(theme.GAP))
        self.body.addLayout(self.list)
        self.body.addStretch(1)
        self.buttons: dict[str, QWidget] = {}
        self._shown: tuple[PaperRow, ...] | None = None
        self.model.changed.connect(self.draw)
        self.model.failed.connect(shell.show_error)
        self.model.refresh()

    def refresh(self) -> None:
        """Ask again (F5)."""
        self.model.refresh()

    @Slot()
    def draw(self) -> None:
        """Show the papers."""
        rows = self.model.rows()
        if self.model.all is None or rows == self._shown:
            return
        self._shown = rows
        clear(self.list)
        self.buttons = {}
        if not rows:
            self.list.addWidget(EmptyState(say("papers.empty")))
        for one in rows:
            self.list.addWidget(self._row(one))
            self.list.addWidget(rule())

    def _row(self, one: PaperRow) -> QWidget:
        made = QWidget()
        line = row(IconLabel(one.icon, one.role), gap=theme.PADDING)
        status = plain_label(one.status, size=Size.SMALL)
        set_role(status, one.role)
        line.addLayout(column(plain_label(one.words), status, gap=0), 1)
        line.addWidget(plain_label(one.at, role=Role.NEUTRAL, size=Size.SMALL, wrap=False))
        look = push_button(say("common.look"), lambda: self._shell.open("session", one.session))
        look.setAccessibleName(bare(f"{say('common.look')}: {one.spoken}"))
        self.buttons[one.session] = look
        line.addWidget(look)
        made.setLayout(line)
        return made
