"""The table of chits with its widths, day headings and what Enter and Ctrl+C do."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem, QWidget

from wallet.engine.api.views import ChitState
from wallet.gui import theme
from wallet.gui.text import Words, bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.chit_rows import ChitRows, Column, Look
from wallet.gui.viewmodels.paged_model import AnyIndex
from wallet.gui.viewmodels.states import chit_status
from wallet.gui.widgets.icons import paint_icon
from wallet.gui.widgets.table import CellDelegate, Table

LEAST_WIDTH = {Column.AFTER: 860, Column.STATE: 480}  # of the table at 100 %
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MARKED = (
    QStyle.StateFlag.State_Selected
    | QStyle.StateFlag.State_MouseOver
    | QStyle.StateFlag.State_HasFocus
)


class DayDelegate(CellDelegate):
    """Paints chits: the day over the time in the first row of each day, and a hairline above it.

    Rows come from `ChitRows` as they look, not role by role: a table that fills while it is
    looked at is painted again and again, in the thread that must answer the person.
    """

    def __init__(self, rows: ChitRows, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = rows

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint a cell; the date column carries the day as a second line."""
        number, column = index.row(), index.column()
        look = self._rows.look(number)
        cell = look.cells[column] if look else Look(say("table.loading"), Role.TEXT, "")
        if option.state & _MARKED:
            self.paint_ground(painter, option, index)
        rect, gap = option.rect, theme.px(theme.GAP)
        place = rect.adjusted(gap, 0, -gap, 0)
        day = self._rows.day_begun(number)
        if day and column == Column.DATE:
            _paint_day(painter, place, day, cell.words)
        elif cell.words:
            _paint_cell(painter, place, cell, look is not None and column in ChitRows.NUMBERS)
        if day:
            painter.setPen(theme.colours().surface("hairline"))
            painter.drawLine(rect.topLeft(), rect.topRight())

    def paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        """Paint what lies under the words of a chosen cell; under others lies nothing."""
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, option.widget)


def _paint_day(painter: QPainter, rect: QRect, day: str, time: str) -> None:
    half = rect.height() // 2
    painter.setFont(theme.font(Size.SMALL, bold=True))
    painter.setPen(theme.colours().of(Role.TEXT))
    upper = QRect(rect.left(), rect.top() + 2, rect.width(), half)
    painter.drawText(upper, Qt.AlignmentFlag.AlignBottom, day)
    painter.setFont(theme.font(Size.SMALL))
    painter.setPen(theme.colours().of(Role.NEUTRAL))
    lower = QRect(rect.left(), rect.top() + half, rect.width(), half)
    painter.drawText(lower, Qt.AlignmentFlag.AlignTop, time)


def _paint_cell(painter: QPainter, rect: QRect, cell: Look, is_number: bool) -> None:
    colour = theme.colours().of(cell.role)
    if cell.icon:
        side = theme.px(Size.LARGE)
        paint_icon(
            painter,
            QRect(rect.left(), rect.center().y() - side // 2, side, side),
            cell.icon,
            colour,
        )
        rect.setLeft(rect.left() + side + theme.px(theme.GAP))
    painter.setFont(theme.font())
    painter.setPen(colour)
    words = _fitted(cell.words, rect.width(), theme.scale())
    painter.drawText(rect, _RIGHT if is_number else _LEFT, words)


@lru_cache(maxsize=2_000)
def _fitted(words: str, width: int, scale: int) -> str:
    del scale  # of the text: another one, another font
    return QFontMetrics(theme.font()).elidedText(words, Qt.TextElideMode.ElideRight, width)


class ChitTable(Table):
    """A table of chits; with `one_partner` the partner's column is left out."""

    def __init__(
        self, rows: ChitRows, *, one_partner: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(say("activity.title"), parent, two_lines=True)
        self.setModel(rows)
        self.setItemDelegate(DayDelegate(rows, self))
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
