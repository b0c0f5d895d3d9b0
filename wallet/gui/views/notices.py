"""The list of notices, by day; each opens what it is about (ux.md P7)."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wallet.gui import theme
from wallet.gui.text import bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.notices import NoticeLine, NoticesModel
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.buttons import push_button, set_reason
from wallet.gui.widgets.labels import IconLabel, plain_label, rule
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.surfaces import EmptyState, clear, row


class NoticesPage(PageFrame):
    """Lines with a shape, words, a time and a button."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(say("notices.title"), parent)
        self._shell = shell
        self.model = NoticesModel(shell.desk, self)
        self.seen = push_button(say("notices.seen"), self.model.mark_seen)
        self.head.addWidget(self.seen)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(theme.GAP))
        self.body.addLayout(self._list)
        self.body.addStretch(1)
        self.model.changed.connect(self.draw)
        self.model.failed.connect(shell.show_error)
        self.model.refresh()

    def refresh(self) -> None:
        """Ask again."""
        self.model.refresh()

    @Slot()
    def draw(self) -> None:
        """Show the lines."""
        if self.model.notices is None:
            return
        clear(self._list)
        lines = self.model.lines()
        unseen = any(not line.seen for line in lines)
        set_reason(self.seen, "" if unseen else say("notices.empty"))
        self.seen.setVisible(bool(lines))
        if not lines:
            self._list.addWidget(EmptyState(say("notices.empty")))
        heading = ""
        for line in lines:
            if line.heading != heading:
                heading = line.heading
                day = plain_label(heading, role=Role.NEUTRAL, size=Size.SMALL, strong=True)
                self._list.addWidget(day)
            self._list.addWidget(self._line(line))
            self._list.addWidget(rule())

    def _line(self, notice: NoticeLine) -> QWidget:
        made = QWidget()
        line = row(IconLabel(notice.icon, notice.role), gap=theme.PADDING)
        line.addWidget(plain_label(notice.words, strong=not notice.seen), 1)
        if not notice.seen:
            new = plain_label(say("notices.new"), role=Role.INFO, size=Size.SMALL, wrap=False)
            line.addWidget(new)
        line.addWidget(plain_label(notice.at, role=Role.NEUTRAL, size=Size.SMALL, wrap=False))
        if notice.place:
            look = push_button(
                say("common.look"), lambda: self._shell.open(notice.place, notice.subject)
            )
            look.setAccessibleName(bare(f"{say('common.look')}: {notice.words}"))
            line.addWidget(look)
        made.setLayout(line)
        return made
