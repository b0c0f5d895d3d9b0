"""A long list: the ids of all rows in order, and pages of rows fetched through the door.

Source: desktop.md, *Tables with many rows* (id vector + pages by id). Sorting and filtering are the
model's own business: it asks the door for another vector; there is no proxy model. At most
`PAGES_KEPT` pages stay in memory.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtCore import Signal as QtSignal

from wallet.gui.bridge import Bridge
from wallet.gui.text import say

Row = TypeVar("Row")
PAGE_ROWS = 100
PAGES_KEPT = 40
AnyIndex = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
RowRole = Qt.ItemDataRole.UserRole  # the row's view itself, None while it is on its way


class PagedModel(QAbstractTableModel, Generic[Row]):
    """Rows by page; a heir says in `cell` what stands in a column and names the columns.

    Signals:
        filled: the visible rows that were asked for have come.
    """

    filled = QtSignal()

    NUMBERS: frozenset[int] = frozenset()  # columns whose heading stands at the right

    def __init__(
        self,
        bridge: Bridge,
        fetch: Callable[[tuple[int, ...]], Future[tuple[Row, ...]]],
        headings: Sequence[str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._fetch = fetch
        self._headings = tuple(headings)
        self._ids: array[int] = array("q")
        self._pages: OrderedDict[int, tuple[Row, ...]] = OrderedDict()
        self._asked: set[int] = set()
        self._page_ids: dict[int, tuple[int, ...]] = {}
        self._former: dict[int, Row] = {}  # by row number: shown until a fresh page has come
        self._era = 0

    def cell(self, row: Row, column: int, role: int) -> Any:
        """Return what stands in a column for an item role."""
        raise NotImplementedError

    def show_ids(self, packed: bytes) -> None:
        """Show another vector of row numbers (8 bytes each, native), e.g. sorted or filtered."""
        fresh = array("q")
        fresh.frombytes(packed)
        added = len(fresh) - len(self._ids)
        if self._ids and added > 0 and fresh[added:] == self._ids:
            # New ones before the rest, as it is with the latest chits: nothing else is touched.
            self.beginInsertRows(ROOT, 0, added - 1)
            self._ids = fresh
            self._forget()
            self.endInsertRows()
            return
        self.beginResetModel()
        self._ids = fresh
        self._forget()
        self.endResetModel()

    def forget_rows(self) -> None:
        """Fetch the visible rows again: something in them changed, not their order."""
        self._forget()
        if self._ids:
            last = self.index(len(self._ids) - 1, len(self._headings) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def number_at(self, number: int) -> int:
        """Return the row number in the file of a place in the list (below its length)."""
        return self._ids[number]

    def row_at(self, number: int) -> Row | None:
        """Return the row's view, or None while its page is on the way."""
        if not 0 <= number < len(self._ids):
            return None
        page, place = divmod(number, PAGE_ROWS)
        rows = self._pages.get(page)
        if rows is None:
            self._ask(page)
            return self._former.get(self._ids[number])
        self._pages.move_to_end(page)
        return rows[place] if place < len(rows) else None

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self._headings)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        return _heading(self._headings, self.NUMBERS, section, orientation, role)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.row_at(index.row())
        if role == RowRole:
            return row
        if row is None:
            return say("table.loading") if role == Qt.ItemDataRole.DisplayRole else None
        return self.cell(row, index.column(), role)

    def _forget(self) -> None:
        self._era += 1
        for page, rows in self._pages.items():
            if len(rows) == len(self._page_ids[page]):
                self._former.update(zip(self._page_ids[page], rows, strict=True))
        while len(self._former) > PAGE_ROWS * PAGES_KEPT:
            del self._former[next(iter(self._former))]
        self._page_ids.clear()
        self._pages.clear()
        self._asked.clear()

    def _ask(self, page: int) -> None:
        if page in self._asked:
            return
        self._asked.add(page)
        first = page * PAGE_ROWS
        wanted, era = tuple(self._ids[first : first + PAGE_ROWS]), self._era
        self._bridge.ask(
            self._fetch(wanted),
            lambda rows: self._keep(era, page, wanted, rows),
            lambda error: self._missed(era, page, error),
            owner=self,
        )

    def _missed(self, era: int, page: int, error: BaseException) -> None:
        if era == self._era:
            self._asked.discard(page)
        self._bridge.failed.emit(error)

    def _keep(self, era: int, page: int, wanted: tuple[int, ...], rows: tuple[Row, ...]) -> None:
        if era != self._era:
            return
        former = [self._former.get(number) for number in wanted]
        self._page_ids[page] = wanted
        self._asked.discard(page)
        self._pages[page] = rows
        while len(self._pages) > PAGES_KEPT:
            self._page_ids.pop(self._pages.popitem(last=False)[0])
        # Painting is what a list costs: only rows that look different are painted again.
        fresh = [*rows, *[None] * (len(wanted) - len(rows))]
        odd = [at for at, pair in enumerate(zip(former, fresh, strict=True)) if pair[0] != pair[1]]
        if odd:
            first, last = page * PAGE_ROWS + odd[0], page * PAGE_ROWS + odd[-1]
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._headings) - 1))
        self.filled.emit()


class ListModel(QAbstractTableModel, Generic[Row]):
    """A short list of frozen rows that sorts itself (tallies, invitations, latest chits)."""

    NUMBERS: frozenset[int] = frozenset()  # columns whose heading stands at the right

    def __init__(self, headings: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headings = tuple(headings)
        self._rows: list[Row] = []
        self._sorted_by: tuple[int, Qt.SortOrder] | None = None

    def cell(self, row: Row, column: int, role: int) -> Any:
        """Return what stands in a column for an item role."""
        raise NotImplementedError

    def sort_key(self, row: Row, column: int) -> Any:
        """Return by what a column is sorted."""
        raise NotImplementedError

    def row_key(self, row: Row) -> object:
        """Return what stays the same when a row changes; equal keys in order spare a reset."""
        return id(row)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows, in the order chosen last; the selection stays when the keys do."""
        fresh = self._in_order(list(rows))
        if [self.row_key(r) for r in fresh] == [self.row_key(r) for r in self._rows]:
            self._rows = fresh
            if fresh:
                last = self.index(len(fresh) - 1, len(self._headings) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._rows = fresh
        self.endResetModel()

    def row_at(self, number: int) -> Row | None:
        """Return the row's view, or None beyond the end."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorted_by = (column, order) if column >= 0 else None
        self.layoutAboutToBeChanged.emit()
        self._rows = self._in_order(self._rows)
        self.layoutChanged.emit()

    def rowCount(self, parent: AnyIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self._headings)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        return _heading(self._headings, self.NUMBERS, section, orientation, role)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index.row()) if index.isValid() else None
        if row is None:
            return None
        return row if role == RowRole else self.cell(row, index.column(), role)

    def _in_order(self, rows: list[Row]) -> list[Row]:
        if self._sorted_by is None:
            return rows
        column, order = self._sorted_by
        down = order == Qt.SortOrder.DescendingOrder
        return sorted(rows, key=lambda row: self.sort_key(row, column), reverse=down)


def _heading(
    headings: Sequence[str],
    numbers: frozenset[int],
    section: int,
    orientation: Qt.Orientation,
    role: int,
) -> Any:
    if orientation != Qt.Orientation.Horizontal:
        return None
    if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
        return headings[section]
    if role == Qt.ItemDataRole.TextAlignmentRole and section in numbers:
        return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    return None
