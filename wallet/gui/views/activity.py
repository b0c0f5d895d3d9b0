"""Activity (P3): every chit, with chips, search, sums; a hundred thousand rows (ux.md 5.19)."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QHideEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QStackedWidget, QWidget

from wallet.engine.api.views import ChitState, ChitView
from wallet.gui import theme
from wallet.gui.text import bare, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.chit_rows import Chip, Chits
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.chit_table import ChitTable
from wallet.gui.widgets.form import Chips
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import PageFrame, in_reading_order
from wallet.gui.widgets.surfaces import EmptyState

TYPING_MS = 150  # search when the hand rests


class ActivityPage(PageFrame):
    """The page."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(say("activity.title"), parent)
        self.shell = shell
        self.model = Chits(shell.desk, parent=self)
        self.count = plain_label(role=Role.NEUTRAL)
        words = [(chip.value, say(f"activity.chip.{chip.value}")) for chip in Chip]
        self.chips = Chips(say("activity.chips"), words)
        self.chips.chosen.connect(lambda key: self.model.set_chip(Chip(key)))
        self.search_field = QLineEdit()
        self.search_field.setPlaceholderText(say("activity.search"))
        self.search_field.setAccessibleName(bare(say("activity.search")))
        self.search_field.setClearButtonEnabled(True)
        self.search_field.setMinimumWidth(theme.px(2 * theme.MARK))
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(TYPING_MS)
        self._rest.timeout.connect(self.on_rested)
        self.search_field.textChanged.connect(lambda _: self._rest.start())
        self.head.addWidget(self.search_field)
        self.body.addWidget(self.chips)
        self.table = ChitTable(self.model.rows)
        self.table.sort_by(self.on_sort)
        self.table.opened.connect(self.on_opened)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._actions()
        self.empty = EmptyState(say("activity.empty"))
        self.nothing = EmptyState(
            say("activity.empty_filter"),
            [(say("common.clear_filter"), self.clear_filter)],
            primary=False,
        )
        self.stack = QStackedWidget()
        for widget in (self.table, self.empty, self.nothing):
            self.stack.addWidget(widget)
        self.stack.setMinimumHeight(theme.px(4 * theme.ROW_TWO))
        self.body.addWidget(self.stack, 1)
        self.body.addWidget(self.count)
        in_reading_order(*self.chips.buttons.values(), self.search_field, self.table)
        self.model.changed.connect(self.redraw)
        self.model.failed.connect(shell.show_error)
        self.model.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.wake()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.model.rest()

    def _actions(self) -> None:
        acts = (
            ("chits.look", self.on_look),
            ("chits.open_tally", self.on_tally),
            ("chits.again", self.on_again),
            ("chits.copy_row", self.table.copy_row),
            ("chits.copy_amount", self.on_copy_amount),
            ("chits.copy_id", self.on_copy_id),
        )
        for key, act in acts:
            action = QAction(say(key), self.table)
            action.triggered.connect(lambda _=False, act=act: act())
            self.table.addAction(action)

    @Slot()
    def redraw(self) -> None:
        """Show count and sums, and the empty state that fits."""
        ids, figures = self.model.ids, self.shell.desk.figures
        sums = say(
            "activity.sums",
            incoming=figures.show(ids.total_in),
            outgoing=figures.show(ids.total_out),
        )
        count = say("activity.count", n=ids.count)
        self.count.setText(f"{count} · {sums}" if ids.count else "")
        if ids.count or not self.model.loaded:
            self.stack.setCurrentWidget(self.table)
        else:
            self.stack.setCurrentWidget(self.nothing if self.model.is_filtered else self.empty)

    @Slot()
    def on_rested(self) -> None:
        """Search for what was typed."""
        self.model.set_text(self.search_field.text())

    @Slot(int, Qt.SortOrder)
    def on_sort(self, column: int, order: Qt.SortOrder) -> None:
        """Ask for another order."""
        self.model.set_order(column, descending=order is Qt.SortOrder.DescendingOrder)

    def clear_filter(self) -> None:
        """Show all again."""
        self.chips.choose(Chip.ALL.value)
        self.model.chip = Chip.ALL
        self.search_field.clear()
        self._rest.stop()
        self.on_rested()
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

    # Rows -----------------------------------------------------------------

    def chit(self) -> ChitView | None:
        """Return the chit of the current row."""
        return self.model.rows.row_at(self.table.currentIndex().row())

    @Slot(QModelIndex)
    def on_opened(self, index: QModelIndex) -> None:
        """Open a chit."""
        chit = self.model.rows.row_at(index.row())
        if chit is not None:
            self.shell.open("chit", chit.uuid)

    def on_look(self) -> None:
        """Open the current chit."""
        self.on_opened(self.table.currentIndex())

    def on_tally(self) -> None:
        """Open the current chit's tally."""
        if (chit := self.chit()) is not None:
            self.shell.open("tally", chit.tally)

    def on_again(self) -> None:
        """Open the payment page with the same tally; never while the outcome is not known (H5)."""
        chit = self.chit()
        if chit is None:
            return
        if chit.state is ChitState.UNKNOWN:
            self.shell.open("chit", chit.uuid)
        else:
            self.shell.open("pay", chit.tally)

    def on_copy_amount(self) -> None:
        """Put the amount on the clipboard."""
        if (chit := self.chit()) is not None:
            QApplication.clipboard().setText(bare(self.shell.desk.figures.show(chit.amount)))

    def on_copy_id(self) -> None:
        """Put the chit's number on the clipboard."""
        if (chit := self.chit()) is not None:
            QApplication.clipboard().setText(chit.uuid)
