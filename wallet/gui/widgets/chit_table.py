"""The table of chits with its widths, day headings and what Enter and Ctrl+C do."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem, QWidget

from wallet.engine.api.views import ChitState
from wallet.gui import theme
from wallet.gui.text import Words, bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.chit_rows import ChitRows, Column
from wallet.gui.viewmodels.paged_model import AnyIndex
from wallet.gui.viewmodels.states import chit_status
from wallet.gui.widgets.table import CellDelegate, Table, day_changes

LEAST_WIDTH = {Column.AFTER: 860, Column.STATE: 480}  # of the table at 100 %


class DayDelegate(CellDelegate):
    """Paints the day over the time in the first row of each day, and a hairline above it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint a cell; the date column carries the day as a second line."""
        super().paint(painter, option, index)
        if not day_changes(index.sibling(index.row(), Column.DATE)):
            return
        painter.save()
        painter.setPen(theme.colours().surface("hairline"))
        painter.drawLine(option.rect.topLeft(), option.rect.topRight())
        painter.restore()


class DateDelegate(DayDelegate):
    """Paints time and, where a day begins, the day above it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint the date column."""
        day = day_changes(index)
        if not day:
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        time, option.text = option.text, ""
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        painter.save()
        painter.setPen(theme.colours().surface("hairline"))
        painter.drawLine(option.rect.topLeft(), option.rect.topRight())
        rect = option.rect.adjusted(theme.px(theme.GAP), 0, -theme.px(theme.GAP), 0)
        half = rect.height() // 2
        painter.setFont(theme.font(Size.SMALL, bold=True))
        painter.setPen(theme.colours().of(Role.TEXT))
        upper = QRect(rect.left(), rect.top() + 2, rect.width(), half)
        painter.drawText(upper, Qt.AlignmentFlag.AlignBottom, day)
        painter.setFont(theme.font(Size.SMALL))
        painter.setPen(theme.colours().of(Role.NEUTRAL))
        lower = QRect(rect.left(), rect.top() + half, rect.width(), half)
        painter.drawText(lower, Qt.AlignmentFlag.AlignTop, time)
        painter.restore()


class ChitTable(Table):
    """A table of chits; with `one_partner` the partner's column is left out."""

    def __init__(
        self, rows: ChitRows, *, one_partner: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(say("activity.title"), parent, two_lines=True)
        self.setModel(rows)
        self.setItemDelegate(DayDelegate(self))
        self.setItemDelegateForColumn(Column.DATE, DateDelegate(self))
        self.set_widths(Column.MEMO, samples())
        self.setColumnHidden(Column.PARTNER, one_partner)
        self._one_partner = one_partner
        header = self.horizontalHeader()
        header.setSortIndicator(Column.DATE, Qt.SortOrder.DescendingOrder)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what the chit's own page says too when there is little room."""
        super().resizeEvent(event)
        room = self.width() * 100 // theme.scale()
        room += 200 if self._one_partner else 0
        for at, least in LEAST_WIDTH.items():
            self.setColumnHidden(at, room < least)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy a whole row as a sentence with Ctrl+Shift+C."""
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_C and event.modifiers() == both:
            self.copy_row()
            return
        super().keyPressEvent(event)

    def copy_row(self) -> None:
        """Put the current row on the clipboard as a sentence."""
        words = self.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
        if words:
            QApplication.clipboard().setText(bare(str(words)))


def samples() -> dict[int, str]:
    """Return the text that each column must hold, in the words of the language in force."""
    amount = Words("1000.00")
    states = [bare(chit_status(state).word) for state in ChitState]
    return {
        Column.DATE: "Yesterday",
        Column.PARTNER: "Anna-Lena Baum",
        Column.IN: amount,
        Column.OUT: amount,
        Column.AFTER: say("chits.after.i_owe", amount=amount),
        Column.STATE: f"00 {max(states[:4], key=len)}",  # the last ones are rare and may be cut
    }
