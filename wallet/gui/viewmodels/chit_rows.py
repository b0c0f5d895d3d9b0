"""Long lists of chits: Activity with all of them, a tally's tab with its own (ux.md 5.12, 5.19).

The engine sorts, filters and knows the running balance; here rows are written in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal

from wallet.engine.api.notices import ChitChanged, Notice, TallyChanged, WalletOpened
from wallet.engine.api.views import (
    ChitFilter,
    ChitIds,
    ChitOrder,
    ChitState,
    ChitView,
    Sort,
)
from wallet.gui.text import Words, bare, clock_time, day_heading, moment, plain, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.base import Desk, ViewModel
from wallet.gui.viewmodels.cells import COLOUR_ROLE, ICON_ROLE
from wallet.gui.viewmodels.paged_model import PagedModel
from wallet.gui.viewmodels.states import chit_status, name_of, owing_role
from wallet.gui.viewmodels.tally_rows import stands

MEMO_LIMIT = 200
SETTLED = (ChitState.GOOD,)
LOOKS_KEPT = 1_000
MINUTE = 60_000  # ms; days begin at one


class Column(IntEnum):
    """Columns of a list of chits."""

    DATE = 0
    PARTNER = 1
    MEMO = 2
    IN = 3
    OUT = 4
    AFTER = 5
    STATE = 6


SORTS = {
    Column.DATE: Sort.DATE,
    Column.PARTNER: Sort.PARTNER,
    Column.MEMO: Sort.MEMO,
    Column.IN: Sort.AMOUNT,
    Column.OUT: Sort.AMOUNT,
    Column.STATE: Sort.STATE,
}


class Chip(StrEnum):
    """Filters of Activity; each is the end of a sentence's key."""

    ALL = "all"
    PAID = "paid"
    RECEIVED = "received"
    OPEN = "open"
    UNKNOWN = "unknown"
    ENDED = "ended"


_STATES = {
    Chip.OPEN: (ChitState.WAITING, ChitState.SIGNING, ChitState.UNKNOWN),
    Chip.UNKNOWN: (ChitState.UNKNOWN,),
    Chip.ENDED: (ChitState.WITHDRAWN, ChitState.REFUSED, ChitState.VOID),
}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Look(NamedTuple):
    """How one cell looks; `icon` is empty for most."""

    words: str
    role: Role
    icon: str


class RowLook(NamedTuple):
    """How one row looks, and the heading of its day."""

    day: str
    cells: tuple[Look, ...]


def filter_of(chip: Chip, text: str, tally: str = "") -> ChitFilter:
    """Make the engine's filter from a chip, a search and a tally."""
    paid = {Chip.PAID: True, Chip.RECEIVED: False}.get(chip)
    return ChitFilter(tally, text.strip(), _STATES.get(chip, ()), paid)


def settled_balances(chits: Sequence[ChitView]) -> tuple[tuple[int, int], ...]:
    """Return (date, balance after) of those that count, in the order of the tally's chain."""
    counted = sorted((one for one in chits if one.index), key=lambda one: one.index)
    return tuple((one.date, one.balance_after) for one in counted)


class ChitRows(PagedModel[ChitView]):
    """Rows are ChitViews, fetched by page."""

    NUMBERS = frozenset({Column.IN, Column.OUT, Column.AFTER})

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        headings = [say(f"chits.column.{one.name.lower()}") for one in Column]
        super().__init__(desk.bridge, desk.door.list_chits, headings, parent)
        self._desk = desk
        self.has_days = True  # rows stand in order of date, so days can be set apart
        self._looks: dict[int, tuple[ChitView, RowLook]] = {}  # by the chit's number
        self._looks_of = -1  # the minute for which days were named
        desk.figures_changed.connect(self._looks.clear)
        desk.figures_changed.connect(self.forget_rows)

    def look(self, number: int) -> RowLook | None:
        """Return how a row looks, made once: a cell is painted far more often than it changes.

        None while the row is on its way.
        """
        chit = self.row_at(number)
        if chit is None:
            return None
        minute = self._desk.now() // MINUTE
        if minute != self._looks_of or len(self._looks) > LOOKS_KEPT:
            self._looks.clear()
            self._looks_of = minute
        known = self._looks.get(self.number_at(number))
        if known is not None and known[0] == chit:
            return known[1]
        made = RowLook(
            str(day_heading(chit.date, self._desk.now())),
            tuple(
                Look(
                    str(self._text(chit, at)),
                    self.role_of(chit, at),
                    chit_status(chit.state).icon if at is Column.STATE else "",
                )
                for at in Column
            ),
        )
        self._looks[self.number_at(number)] = (chit, made)
        return made

    def day_begun(self, number: int) -> str:
        """Return the day's heading where this row is the first of its day, else the empty text."""
        here = self.look(number) if self.has_days else None
        if here is None:
            return ""
        before = self.look(number - 1)
        return "" if before is not None and before.day == here.day else here.day

    def cell(self, row: ChitView, column: int, role: int) -> Any:
        """Return what stands in a column for an item role."""
        at = Column(column)
        if role == Qt.ItemDataRole.DisplayRole:
            return str(self._text(row, at))
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return str(bare(self.spoken(row)))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if at in self.NUMBERS else _LEFT
        if role == COLOUR_ROLE:
            return self.role_of(row, column)
        if role == ICON_ROLE and at is Column.STATE:
            return chit_status(row.state).icon
        return None

    def role_of(self, chit: ChitView, column: int) -> Role:
        """Return the colour role of a cell."""
        if column == Column.STATE:
            return chit_status(chit.state).role
        if column == Column.AFTER:
            return owing_role(chit.balance_after) if chit.state in SETTLED else Role.NEUTRAL
        return Role.NEUTRAL if column == Column.DATE else Role.TEXT

    def spoken(self, chit: ChitView) -> Words:
        """Return a row as a sentence: when, who, direction, amount, state, what for."""
        paid = ("paid" if chit.state in SETTLED else "paying") if chit.paid_by_me else ""
        received = "received" if chit.state in SETTLED else "receiving"
        return say(
            f"chits.spoken.{paid or received}",
            when=moment(chit.date, self._desk.now()),
            partner=name_of(chit.partner) or say("tallies.nameless"),
            amount=self._desk.figures.spoken(chit.amount),
            state=chit_status(chit.state).word,
            memo=plain(chit.memo, MEMO_LIMIT) or say("chits.no_memo"),
        )

    def _text(self, chit: ChitView, column: Column) -> Words:
        figures = self._desk.figures
        match column:
            case Column.DATE:
                return clock_time(chit.date, seconds=False)
            case Column.PARTNER:
                return name_of(chit.partner) or say("tallies.nameless")
            case Column.MEMO:
                return plain(chit.memo, MEMO_LIMIT)
            case Column.IN if not chit.paid_by_me:
                return figures.show(chit.amount)
            case Column.OUT if chit.paid_by_me:
                return figures.show(chit.amount)
            case Column.AFTER if chit.state in SETTLED:
                return stands(chit.balance_after, figures)
            case Column.STATE:
                return chit_status(chit.state).word
            case _:
                return Words("")


class Chits(ViewModel):
    """A list of chits with its filter, order, count and sums; `rows` is its table model.

    Signals:
        reset: another vector of rows stands in the model.
    """

    HEARS = (ChitChanged, TallyChanged, WalletOpened)
    reset = Signal()

    def __init__(self, desk: Desk, tally: str = "", parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.tally = tally
        self.rows = ChitRows(desk, self)
        self.chip = Chip.ALL
        self.text = ""
        self.order = ChitOrder()
        self.ids = ChitIds(b"", 0, 0, 0)
        self.loaded = False
        self._packed = b""

    def concerns(self, notice: Notice) -> bool:
        """Tell whether a notice may change these rows."""
        if isinstance(notice, ChitChanged) and self.tally:
            return notice.tally in (self.tally, "")
        return not isinstance(notice, TallyChanged) or notice.subject == self.tally

    @property
    def is_filtered(self) -> bool:
        """Whether a chip or a search hides chits."""
        return bool(self.text.strip()) or self.chip is not Chip.ALL

    def refresh(self) -> None:
        """Ask for the vector of rows."""
        self.ask_latest(self._question, self._came)

    def set_chip(self, chip: Chip) -> None:
        """Show the chits of one chip."""
        self.chip = chip
        self.refresh()

    def set_text(self, text: str) -> None:
        """Show the chits in which these words occur."""
        self.text = text
        self.refresh()

    def set_order(self, column: int, *, descending: bool) -> None:
        """Sort by a column; one without an index changes nothing."""
        if column in SORTS:
            self.order = ChitOrder(SORTS[Column(column)], descending)
            self.refresh()

    def _question(self) -> Any:
        which = filter_of(self.chip, self.text, self.tally)
        return self.desk.door.list_chit_ids(which, self.order)

    def _came(self, ids: ChitIds) -> None:
        self.ids, self.loaded = ids, True
        self.rows.has_days = self.order.by is Sort.DATE
        if ids.packed == self._packed:
            self.rows.forget_rows()
        else:
            self._packed = ids.packed
            self.rows.show_ids(ids.packed)
            self.reset.emit()
        self.changed.emit()
