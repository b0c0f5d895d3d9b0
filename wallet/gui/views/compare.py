"""Compare copies: where a tally ends in both wallets, side by side (ux.md 5.11)."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from wallet.engine.api.views_signing import CopyView
from wallet.gui import theme
from wallet.gui.text import Words, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.comparing import Comparison, copy_rows, verdict_of
from wallet.gui.viewmodels.tally_rows import partner_name
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.announcing import announce
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.labels import IconLabel, plain_label, set_role
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.review import Fact, facts_card
from wallet.gui.widgets.side_by_side import SideBySide
from wallet.gui.widgets.surfaces import column, row


class ComparePage(PageFrame):
    """The page; `subject` is the tally's id.  It asks at once, and again on a button."""

    def __init__(self, shell: Shell, subject: str, parent: QWidget | None = None) -> None:
        super().__init__(say("common.loading"), parent)
        self._shell = shell
        self.model = Comparison(shell.desk, subject, self)
        self.body.addWidget(plain_label(say("compare.intro"), role=Role.NEUTRAL))
        self.icon = IconLabel("unknown", Role.NEUTRAL)
        self.verdict = plain_label(size=Size.LARGE)
        line = row(self.icon)
        line.addWidget(self.verdict, 1)
        self.body.addLayout(line)
        self.copies = SideBySide()
        self.body.addWidget(self.copies)
        self.body.addStretch(1)
        self.again = push_button(say("compare.again"), self.model.refresh)
        self.close_button = push_button(say("common.close"), shell.back, kind=Kind.PRIMARY)
        self.foot.addStretch(1)
        self.foot.addWidget(self.again)
        self.foot.addWidget(self.close_button)
        self.setFocusProxy(self.close_button)
        self._spoken = Words("")
        self.model.changed.connect(self.draw)
        self.model.failed.connect(shell.show_error)
        self.model.refresh()

    def refresh(self) -> None:
        """Ask again (F5)."""
        self.model.refresh()

    @Slot()
    def draw(self) -> None:
        """Show both copies, or that the partner is being asked."""
        tally, view = self.model.tally, self.model.view
        partner = partner_name(tally) if tally else say("tallies.nameless")
        self.title.setText(say("compare.title", partner=partner))
        busy = say("compare.asking", partner=partner) if self.model.asking else Words("")
        set_reason(self.again, busy)
        if busy or view is None:
            self._say("waiting", busy, Role.NEUTRAL)
            return
        icon, words, role = verdict_of(view, partner)
        self._say(icon, words, role)
        cards = [self._copy(say("compare.mine"), view.mine, partner)]
        if view.theirs is not None:
            cards.append(self._copy(say("compare.theirs", partner=partner), view.theirs, partner))
        self.copies.put(*cards)

    def _say(self, icon: str, words: Words, role: Role) -> None:
        self.icon.set_icon(icon, role)
        self.verdict.setText(words)
        set_role(self.verdict, role)
        if words and words != self._spoken:
            self._spoken = words
            announce(self, words)

    def _copy(self, title: Words, copy: CopyView, partner: Words) -> QWidget:
        rows = copy_rows(copy, partner, self._shell.desk.figures)
        facts = facts_card([Fact(name, value) for name, value in rows])
        made = QWidget()
        body = column(plain_label(title, strong=True), facts, gap=theme.TIGHT)
        body.addStretch(1)
        made.setLayout(body)
        return made
