"""The last chits of a tally and its balance as a line, on the tally's overview (ux.md 5.12)."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from wallet.engine.api.views import ChitState, ChitView
from wallet.gui import theme
from wallet.gui.text import Figures, Words, bare, say
from wallet.gui.viewmodels.base import Desk
from wallet.gui.viewmodels.chit_rows import settled_balances
from wallet.gui.viewmodels.home import LatestChits
from wallet.gui.viewmodels.states import chit_status, owing
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.step_chart import StepChart
from wallet.gui.widgets.surfaces import column
from wallet.gui.widgets.table import Table

LATEST = 5
CHART_HEIGHT = 96
PARTNER_COLUMN, MEMO_COLUMN = 1, 2


class TallyHistory(QWidget):
    """A short table and a small chart; both away while there is no chit.

    Signals:
        opened: the uuid of a chit.
    """

    opened = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: tuple[tuple[ChitView, ...], Words, Figures] | None = None
        self.rows = LatestChits(desk, self)
        self.table = Table(say("tally.latest"))
        self.table.setModel(self.rows)
        self.table.set_widths(MEMO_COLUMN, _samples())
        self.table.setColumnHidden(PARTNER_COLUMN, True)
        self.table.horizontalHeader().setSectionsClickable(False)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.opened.connect(self._on_opened)
        self.chart = StepChart(height=CHART_HEIGHT)
        self.title = plain_label(say("tally.latest"), strong=True)
        self.over_time = plain_label(strong=True)
        self.setLayout(
            column(self.title, self.table, self.over_time, self.chart, gap=theme.GAP),
        )
        self.hide()

    def show_chits(self, chits: tuple[ChitView, ...], partner: Words) -> None:
        """Show the last chits, newest first."""
        shown = (chits, partner, self._desk.figures)
        if shown == self._shown:
            return
        self._shown = shown
        self.setVisible(bool(chits))
        latest = chits[:LATEST]
        self.rows.show_rows(latest)
        self.table.fit_height(len(latest))
        points = settled_balances(chits)
        for widget in (self.over_time, self.chart):
            widget.setVisible(len(points) > 1)
        self.over_time.setText(say("tally.over_time", n=len(points)))
        figures = self._desk.figures
        self.chart.show_points(
            points, figures, self._desk.now(), lambda balance: owing(partner, balance, figures)
        )

    @Slot(QModelIndex)
    def _on_opened(self, index: QModelIndex) -> None:
        chit = self.rows.row_at(index.row())
        if chit is not None:
            self.opened.emit(chit.uuid)


def _samples() -> dict[int, str]:
    """Return the text that each column must hold."""
    return {
        0: "31 September",
        3: "12345.67 from you",
        4: f"00 {bare(chit_status(ChitState.UNKNOWN).word)}",
    }
