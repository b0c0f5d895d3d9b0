"""The one table: rows of 36 px, no grid, numbers right-aligned."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from wallet.gui import theme
from wallet.gui.text import bare
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.cells import COLOUR_ROLE, ICON_ROLE, SECOND_ROLE
from wallet.gui.viewmodels.paged_model import ROOT, AnyIndex
from wallet.gui.widgets.icons import paint_icon

BORDERS = 6  # px, above and below a table


class CellDelegate(QStyledItemDelegate):
    """Paints a cell: icon, text in its role's colour, a second line if there is one."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        self.initStyleOption(option, index)
        words, option.text = option.text, ""
        style = option.widget.style()
        element = style.ControlElement.CE_ItemViewItem
        style.drawControl(element, option, painter, option.widget)
        painter.save()
        rect = option.rect.adjusted(theme.px(theme.GAP), 0, -theme.px(theme.GAP), 0)
        colour = theme.colours().of(index.data(COLOUR_ROLE) or Role.TEXT)
        if name := index.data(ICON_ROLE):
            side = theme.px(Size.LARGE)
            place = QRect(rect.left(), rect.center().y() - side // 2, side, side)
            paint_icon(painter, place, name, colour)
            rect.setLeft(rect.left() + side + theme.px(theme.GAP))
        self._paint_words(painter, rect, words, index, option.displayAlignment)
        painter.restore()

    def _paint_words(
        self,
        painter: QPainter,
        rect: QRect,
        words: str,
        index: AnyIndex,
        alignment: Qt.AlignmentFlag,
    ) -> None:
        painter.setPen(theme.colours().of(index.data(COLOUR_ROLE) or Role.TEXT))
        strong = index.data(Qt.ItemDataRole.FontRole)
        painter.setFont(strong or theme.font())
        sides = alignment & Qt.AlignmentFlag.AlignHorizontal_Mask
        second = index.data(SECOND_ROLE)
        middle = sides | Qt.AlignmentFlag.AlignVCenter
        if not second:
            painter.drawText(rect, middle, _fitting(painter, words, rect.width()))
            return
        half = rect.height() // 2
        upper = QRect(rect.left(), rect.top(), rect.width(), half)
        lower = QRect(rect.left(), rect.top() + half, rect.width(), half)
        above = sides | Qt.AlignmentFlag.AlignBottom
        painter.drawText(upper, above, _fitting(painter, words, rect.width()))
        painter.setFont(theme.font(Size.SMALL))
        painter.setPen(theme.colours().of(Role.NEUTRAL))
        below = sides | Qt.AlignmentFlag.AlignTop
        painter.drawText(lower, below, _fitting(painter, second, rect.width()))

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width() + 2 * theme.px(theme.GAP), hint.height())


def _fitting(painter: QPainter, words: str, width: int) -> str:
    return painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, width)


class Table(QTableView):
    """A table that is read row by row; Enter opens, Ctrl+C copies a cell.

    Signals:
        opened: the model index whose row the person wants to see.
    """

    opened = Signal(QModelIndex)

    def __init__(
        self, name: str, parent: QWidget | None = None, *, two_lines: bool = False
    ) -> None:
        super().__init__(parent)
        self._row_height = theme.ROW_TWO if two_lines else theme.ROW
        self.setAccessibleName(bare(name))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)  # Tab leaves the table; arrows walk in it
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(CellDelegate(self))
        # Visible, a reset of 100 000 rows takes seconds (desktop.md).
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(theme.px(theme.MARK))
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.fit_rows()
        self.doubleClicked.connect(self.opened)

    def fit_rows(self) -> None:
        """Give rows the height of the text size in force."""
        self.verticalHeader().setDefaultSectionSize(theme.px(self._row_height))

    def fit_height(self, rows: int) -> None:
        """Be exactly as high as so many rows with their heading."""
        shown = self.verticalHeader().defaultSectionSize() * max(1, rows)
        self.setFixedHeight(shown + self.horizontalHeader().sizeHint().height() + BORDERS)

    def stretch(self, column: int) -> None:
        """Let one column take the room that is left, the others what their words need."""
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setResizeContentsPrecision(50)
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def set_widths(self, stretch: int, widths: dict[int, str]) -> None:
        """Give columns the width of a sample text: nothing is measured when rows change."""
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        metrics = self.fontMetrics()
        for number, sample in widths.items():
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive)
            width = metrics.horizontalAdvance(sample) + 3 * theme.px(theme.GAP)
            self.setColumnWidth(number, width)
        header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)

    def sort_by(self, on_sort: Callable[[int, Qt.SortOrder], object]) -> None:
        """Let the person sort by clicking a heading; `on_sort` asks for the new order."""
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.sortIndicatorChanged.connect(on_sort)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.opened.emit(self.currentIndex())
            return
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_cell()
            return
        super().keyPressEvent(event)

    def copy_cell(self) -> None:
        """Put the current cell's text on the clipboard, without isolation marks."""
        index = self.currentIndex()
        if index.isValid():
            QApplication.clipboard().setText(bare(str(index.data() or "")))

    def select_first(self) -> None:
        """Put the cursor on the first row if there is none."""
        if not self.currentIndex().isValid() and self.model().rowCount(ROOT):
            self.setCurrentIndex(self.model().index(0, 0))
