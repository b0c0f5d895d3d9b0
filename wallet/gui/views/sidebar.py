"""The list of pages at the left, with counts; icons only when the window is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from wallet.gui import theme
from wallet.gui.shortcuts import BY_ACTION
from wallet.gui.text import bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.widgets.icons import paint_icon

AnyIndex = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
CountRole = Qt.ItemDataRole.UserRole
PageRole = Qt.ItemDataRole.UserRole + 1


class PagesModel(QAbstractListModel):
    """Pages with their counts; a count of zero is never shown."""

    def __init__(self, pages: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pages = tuple(pages)
        self._counts: dict[str, int] = {}

    def set_count(self, page: str, count: int) -> None:
        """Show a count beside a page."""
        if page in self.pages and self._counts.get(page, 0) != count:
            self._counts[page] = count
            index = self.index(self.pages.index(page))
            self.dataChanged.emit(index, index)

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self.pages)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        page = self.pages[index.row()]
        name, count = say(f"action.{page}"), self._counts.get(page, 0)
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return say("window.page_count", page=name, n=count) if count else name
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{name} ({' '.join(BY_ACTION[page].keys)})"
        return {CountRole: count, PageRole: page}.get(Qt.ItemDataRole(role))


class PagesDelegate(QStyledItemDelegate):
    """Paints icon, name and count."""

    narrow = False
    chosen = 0

    def initStyleOption(self, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().initStyleOption(option, index)
        option.text = ""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().paint(painter, option, index)  # the background; the words are left out below
        painter.save()
        colours, gap, side = theme.colours(), theme.px(theme.GAP), theme.px(theme.ICON)
        rect = option.rect.adjusted(gap, 0, -gap, 0)
        chosen = index.row() == self.chosen
        colour = colours.of(Role.INFO if chosen else Role.TEXT)
        left = rect.center().x() - side // 2 if self.narrow else rect.left()
        place = QRect(left, rect.center().y() - side // 2, side, side)
        paint_icon(painter, place, BY_ACTION[index.data(PageRole)].icon, colour)
        count = index.data(CountRole)
        if not self.narrow:
            painter.setFont(theme.font(bold=chosen))
            painter.setPen(colours.of(Role.TEXT))
            words = rect.adjusted(side + gap, 0, 0, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, index.data())
        if count:
            self._paint_count(painter, option.rect, str(count))
        painter.restore()

    def _paint_count(self, painter: QPainter, rect: QRect, count: str) -> None:
        colours = theme.colours()
        painter.setFont(theme.font(Size.SMALL, bold=True))
        height = theme.px(Size.TITLE)
        width = max(height, painter.fontMetrics().horizontalAdvance(count) + theme.px(theme.GAP))
        right = rect.right() - theme.px(theme.TIGHT if self.narrow else theme.GAP)
        top = rect.top() if self.narrow else rect.center().y() - height // 2
        pill = QRect(right - width, top, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.of(Role.INFO))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setPen(colours.surface("on_info"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, count)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        del option, index
        return QSize(theme.px(theme.SIDEBAR_NARROW), theme.px(theme.ROW_TWO))


class Sidebar(QListView):
    """The list of pages.

    Signals:
        chosen: the page's id.
    """

    chosen = Signal(str)

    def __init__(self, pages: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAccessibleName(bare(say("window.pages")))
        self.pages = PagesModel(pages, self)
        self.setModel(self.pages)
        self._delegate = PagesDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._on_current)
        # The present page's own row leads back to it from what was opened over it.
        self.clicked.connect(self._on_current)
        self.activated.connect(self._on_current)
        self.set_narrow(narrow=False)

    def set_narrow(self, *, narrow: bool) -> None:
        """Show icons only, or icons and names."""
        self._delegate.narrow = narrow
        wide = theme.SIDEBAR_NARROW + theme.GROUP if narrow else theme.SIDEBAR
        self.setFixedWidth(theme.px(wide))
        self.doItemsLayout()

    def show_page(self, page: str) -> None:
        """Mark a page as the present one, without asking for it again."""
        if page in self.pages.pages:
            blocked = self.blockSignals(True)
            self._delegate.chosen = self.pages.pages.index(page)
            self.setCurrentIndex(self.pages.index(self._delegate.chosen))
            self.blockSignals(blocked)

    def _on_current(self, index: QModelIndex) -> None:
        if index.isValid() and not self.signalsBlocked():
            self.chosen.emit(index.data(PageRole))
