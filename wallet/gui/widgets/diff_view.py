"""Two offers side by side; what changed is marked with a word, not by colour alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from wallet.gui import theme
from wallet.gui.text import Words, bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.terms_diff import DiffRow
from wallet.gui.widgets.labels import plain_label, rule
from wallet.gui.widgets.pages import LARGE
from wallet.gui.widgets.surfaces import Card

WIDTH = 4  # columns: what, before, now, mark


class DiffView(Card):
    """A card with a row for each term; a column *Before* only when there was a former offer.

    `proposed`: the later terms do not stand yet.  Where large letters leave no room for columns
    the values of a term stand below its name.
    """

    def __init__(
        self,
        title: str,
        rows: Sequence[DiffRow],
        parent: QWidget | None = None,
        *,
        proposed: bool = False,
    ) -> None:
        super().__init__(title, parent)
        self._proposed = proposed
        self._columns = "amend" if proposed else "offer"
        self._compares = any(row.before for row in rows)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(theme.PAGE))
        self._grid.setVerticalSpacing(theme.px(theme.GAP))
        stacked = theme.scale() >= LARGE
        if self._compares and not stacked:
            self._line([self._head(key) for key in ("what", "before", "now")])
        for number, row in enumerate(rows):
            if number:
                self._grid.addWidget(rule(), self._grid.rowCount(), 0, 1, WIDTH)
            if stacked:
                self._stack(row)
            else:
                self._set(row)
        for column in range(1, 2) if stacked else range(3):
            self._grid.setColumnStretch(column, 2)
        self.body.addLayout(self._grid)

    def _set(self, row: DiffRow) -> None:
        """Set a term in columns."""
        what, now = self._what(row), self._now(row)
        if not self._compares:
            line = self._grid.rowCount()
            self._grid.addWidget(what, line, 0)
            self._grid.addWidget(now, line, 1, 1, 2)
            return
        widgets: list[QWidget] = [what, plain_label(row.before, role=Role.NEUTRAL), now]
        if row.changed:
            widgets.append(self._mark())
        self._line(widgets)

    def _stack(self, row: DiffRow) -> None:
        """Set what a term says below its name."""
        self._grid.addWidget(self._what(row), self._grid.rowCount(), 0, 1, WIDTH)
        if not (self._compares and row.changed):
            self._grid.addWidget(self._now(row), self._grid.rowCount(), 0, 1, WIDTH)
            return
        self._line([self._head("before"), plain_label(row.before, role=Role.NEUTRAL)])
        self._line([self._head("now"), self._now(row)])
        self._grid.addWidget(self._mark(), self._grid.rowCount(), 0, 1, WIDTH)

    def _line(self, widgets: Sequence[QWidget]) -> None:
        line = self._grid.rowCount()
        for column, widget in enumerate(widgets):
            self._grid.addWidget(widget, line, column)

    def _head(self, key: str) -> QLabel:
        words = say(f"{self._columns}.column.{key}")
        return plain_label(words, role=Role.NEUTRAL, size=Size.SMALL, wrap=False)

    def _what(self, row: DiffRow) -> QLabel:
        return plain_label(row.what, role=Role.NEUTRAL)

    def _now(self, row: DiffRow) -> QLabel:
        now = plain_label(row.now, strong=row.changed or not self._compares)
        now.setAccessibleName(bare(self._spoken(row)))
        return now

    def _mark(self) -> QLabel:
        words = say("offer.mark_changed")
        return plain_label(words, role=Role.ATTENTION, size=Size.SMALL, wrap=False)

    def _spoken(self, row: DiffRow) -> Words:
        if self._proposed and row.changed:
            return say("amend.spoken", what=row.what, before=row.before, now=row.now)
        return row.spoken
