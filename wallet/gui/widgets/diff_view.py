"""Two offers side by side; what changed is marked with a word, not by colour alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from wallet.gui import theme
from wallet.gui.text import bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.terms_diff import DiffRow
from wallet.gui.widgets.labels import plain_label, rule
from wallet.gui.widgets.surfaces import Card


class DiffView(Card):
    """A card with a row for each term; a column *Before* only when there was a former offer."""

    def __init__(self, title: str, rows: Sequence[DiffRow], parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        compares = any(row.before for row in rows)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(theme.PAGE))
        grid.setVerticalSpacing(theme.px(theme.GAP))
        line = 0
        if compares:
            for column, key in enumerate(("what", "before", "now")):
                head = plain_label(say(f"offer.column.{key}"), role=Role.NEUTRAL, size=Size.SMALL)
                grid.addWidget(head, 0, column)
            line = 1
        for number, row in enumerate(rows):
            if number:
                grid.addWidget(rule(), line, 0, 1, 4)
                line += 1
            self._add(grid, line, row, compares=compares)
            line += 1
        for column in range(3):
            grid.setColumnStretch(column, 2)
        self.body.addLayout(grid)

    def _add(self, grid: QGridLayout, line: int, row: DiffRow, *, compares: bool) -> None:
        grid.addWidget(plain_label(row.what, role=Role.NEUTRAL), line, 0)
        now = plain_label(row.now, strong=row.changed or not compares)
        now.setAccessibleName(bare(row.spoken))
        if not compares:
            grid.addWidget(now, line, 1, 1, 2)
            return
        grid.addWidget(plain_label(row.before, role=Role.NEUTRAL), line, 1)
        grid.addWidget(now, line, 2)
        if row.changed:
            mark = plain_label(
                say("offer.mark_changed"), role=Role.ATTENTION, size=Size.SMALL, wrap=False
            )
            grid.addWidget(mark, line, 3)
