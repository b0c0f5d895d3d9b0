"""Who signs and how far each is, beside who decides and what can go wrong (ux.md 5.10)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from wallet.engine.api.views import Outcome, SessionView
from wallet.gui import theme
from wallet.gui.text import bare, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.signers import (
    Line,
    decider_lines,
    mode_words,
    signer_lines,
    votes_said,
)
from wallet.gui.widgets.labels import IconLabel, plain_label, set_role
from wallet.gui.widgets.side_by_side import SideBySide
from wallet.gui.widgets.surfaces import Card, clear


class Lines(QWidget):
    """Rows of people: shape, name and part, how far; one sentence each for a screen reader."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(theme.GAP))
        self._grid.setVerticalSpacing(theme.px(theme.TIGHT))
        self._grid.setColumnStretch(1, 1)
        self._shown: tuple[Line, ...] | None = None

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these instead of the former ones."""
        if tuple(lines) == self._shown:
            return
        self._shown = tuple(lines)
        clear(self._grid)
        for number, line in enumerate(lines):
            who = plain_label(f"{line.name} · {line.part}")
            who.setAccessibleName(bare(line.spoken))
            state = plain_label(line.state, wrap=False)
            set_role(state, line.role)
            self._grid.addWidget(IconLabel(line.icon, line.role), number, 0)
            self._grid.addWidget(who, number, 1)
            self._grid.addWidget(state, number, 2)
        self.setVisible(bool(lines))


class Signers(SideBySide):
    """Two cards, beside each other where there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.lines = Lines()
        self.means = plain_label()
        self.votes = Lines()
        self.count = plain_label(role=Role.NEUTRAL)
        self.who = Card(say("signer.title"))
        self.who.body.addWidget(self.lines)
        self.who.body.addStretch(1)
        self.decides = Card(say("decider.title"))
        for widget in (self.means, self.votes, self.count):
            self.decides.body.addWidget(widget)
        self.decides.body.addStretch(1)
        self.put(self.who, self.decides)

    def show_session(self, view: SessionView) -> None:
        """Show the signers and deciders of a session; nothing before they are known."""
        self.setVisible(bool(view.signers))
        self.lines.show_lines(signer_lines(view))
        is_over = view.outcome in (Outcome.DONE, Outcome.NOT_DONE)
        self.means.setText(mode_words(view))
        self.means.setVisible(not is_over)  # nothing can go wrong any more
        self.decides.setVisible(not is_over or view.mode == "Q")
        self.votes.show_lines(decider_lines(view))
        said = votes_said(view)
        self.count.setText(said)
        self.count.setVisible(bool(said))
