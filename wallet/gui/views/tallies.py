"""All tallies (P2): chips, search, and a row each with its balance bar."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QStyleOptionViewItem, QWidget

from wallet.engine.api.views import TallyState, TallyView
from wallet.gui import theme
from wallet.gui.text import Words, bare, say
from wallet.gui.viewmodels.paged_model import AnyIndex, RowRole
from wallet.gui.viewmodels.tallies import Tallies
from wallet.gui.viewmodels.tally_rows import Chip, Column
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.balance_bar import Balance, paint_bar
from wallet.gui.widgets.buttons import push_button
from wallet.gui.widgets.form import Chips
from wallet.gui.widgets.pages import PageFrame, in_reading_order
from wallet.gui.widgets.surfaces import EmptyState
from wallet.gui.widgets.table import CellDelegate, Table

LEAST_WIDTH = {Column.CHANGED: 960, Column.ROOM: 760, Column.BAR: 560}  # of the page, at 100 %


def balance_of(tally: TallyView) -> Balance:
    """Return what the bar of a tally shows."""
    return Balance(tally.balance, tally.we_may_owe, tally.they_may_owe, tally.reserved)


class BarDelegate(CellDelegate):
    """Paints the balance bar of an open tally, one line high."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint the cell's background, then the bar."""
        super().paint(painter, option, index)
        tally: Any = index.data(RowRole)
        if not isinstance(tally, TallyView) or tally.state is not TallyState.OPEN:
            return
        gap = theme.px(theme.GAP)
        painter.save()
        painter.setClipRect(option.rect)
        paint_bar(painter, QRectF(option.rect).adjusted(gap, 0, -gap, 0), balance_of(tally))
        painter.restore()


class TalliesPage(PageFrame):
    """The page."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(say("tallies.title"), parent)
        self.shell = shell
        self.model = Tallies(shell.desk, self)
        self.rows = self.model.rows
        self.given = push_button(
            say("tallies.invitations"), lambda: shell.open("invitations"), icon_name="ticket"
        )
        self.head.addWidget(self.given)
        words = [(chip.value, say(f"tallies.chip.{chip.value}")) for chip in Chip]
        self.chips = Chips(say("tallies.chips"), words)
        self.chips.chosen.connect(self.on_chip)
        self.search_field = QLineEdit()
        self.search_field.setPlaceholderText(say("tallies.search"))
        self.search_field.setAccessibleName(bare(say("tallies.search")))
        self.search_field.setClearButtonEnabled(True)
        self.search_field.setMinimumWidth(theme.px(2 * theme.MARK))
        self.search_field.textChanged.connect(self.on_search)
        self.head.insertWidget(1, self.search_field)
        self.body.addWidget(self.chips)
        self.table = self._table()
        self.empty = EmptyState(
            say("tallies.empty"), [(say("common.invite"), self.on_invite)], primary=False
        )
        self.nothing = EmptyState(
            say("tallies.empty_filter"),
            [(say("common.clear_filter"), self.clear_filter)],
            primary=False,
        )
        self.stack = QStackedWidget()
        for widget in (self.table, self.empty, self.nothing):
            self.stack.addWidget(widget)
        self.stack.setMinimumHeight(theme.px(4 * theme.ROW_TWO))
        self.body.addWidget(self.stack, 1)
        in_reading_order(self.search_field, self.given, *self.chips.buttons.values(), self.table)
        self.model.changed.connect(self.redraw)
        self.model.failed.connect(shell.show_error)
        self.model.refresh()

    def _table(self) -> Table:
        table = Table(say("tallies.title"), two_lines=True)
        table.setModel(self.rows)
        table.setItemDelegateForColumn(Column.BAR, BarDelegate(table))
        table.set_widths(
            Column.PARTNER,
            {
                Column.STANDS: say("chits.after.i_owe", amount=Words("1000.00")),
                Column.BAR: "0" * 14,
                Column.ROOM: say("tallies.column.room"),
                Column.STATE: say("status.offered", partner=Words("Cem 00")),
                Column.CHANGED: "30 September, 12:00",
            },
        )
        table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        table.sort_by(self.rows.sort)
        table.opened.connect(self.on_opened)
        return table

    @Slot()
    def redraw(self) -> None:
        """Show counts, and the empty state that fits."""
        for chip in Chip:
            count = self.rows.count(chip)
            words = say(f"tallies.chip.{chip.value}")
            # Never a count of zero: it says nothing and takes room (ux.md 5.20).
            self.chips.name_chip(chip.value, f"{words}  {count}" if count else words)
        if self.rows.rowCount() or not self.model.loaded:
            self.stack.setCurrentWidget(self.table)
        else:
            self.stack.setCurrentWidget(self.nothing if self.rows.is_filtered else self.empty)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what is also on the tally's own page when there is little room."""
        super().resizeEvent(event)
        room = self.width() * 100 // theme.scale()
        for at, least in LEAST_WIDTH.items():
            self.table.setColumnHidden(at, room < least)

    @Slot(str)
    def on_chip(self, key: str) -> None:
        """Show the tallies of one chip."""
        self.rows.set_chip(Chip(key))
        self.redraw()

    @Slot(str)
    def on_search(self, text: str) -> None:
        """Show the tallies with these words."""
        self.rows.set_search(text)
        self.redraw()

    def clear_filter(self) -> None:
        """Show all again."""
        self.search_field.clear()
        self.chips.choose(Chip.ALL.value)
        self.on_chip(Chip.ALL.value)
        self.table.setFocus()

    def search(self, text: str) -> None:
        """Take a search from elsewhere."""
        self.search_field.setText(text)

    def focus_filter(self) -> None:
        """Put the cursor into the filter (Ctrl+F)."""
        self.search_field.setFocus()
        self.search_field.selectAll()

    def refresh(self) -> None:
        """Ask again (F5)."""
        self.model.refresh()

    def on_invite(self) -> None:
        """Begin an invitation."""
        self.shell.open("invite")

    @Slot(QModelIndex)
    def on_opened(self, index: QModelIndex) -> None:
        """Open a tally; the one primary act of this page is Enter on a row."""
        tally = self.rows.row_at(index.row())
        if tally is not None:
            self.shell.open("tally", tally.id)
