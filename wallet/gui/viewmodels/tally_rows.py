"""The list of tallies: filter chips, search and order, all in the model (ux.md 5.2, 5.27)."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum, StrEnum
from typing import Any

from PySide6.QtCore import QObject, Qt

from wallet.engine.api.views import TallyState, TallyView
from wallet.gui.text import Figures, Words, moment, plain, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.cells import COLOUR_ROLE, ICON_ROLE, SECOND_ROLE
from wallet.gui.viewmodels.paged_model import ListModel
from wallet.gui.viewmodels.states import name_of, owing, owing_role, tally_status


class Column(IntEnum):
    """Columns of the list."""

    PARTNER = 0
    STANDS = 1
    BAR = 2
    ROOM = 3
    STATE = 4
    CHANGED = 5


class Chip(StrEnum):
    """Filters of the list; each is the end of a sentence's key."""

    ALL = "all"
    NEEDS = "needs"
    OPEN = "open"
    UNDER_WAY = "under_way"
    ENDED = "ended"


_UNDER_WAY = (TallyState.DRAFT, TallyState.OFFERED, TallyState.RECEIVED, TallyState.OPENING)
_BELONGS: dict[Chip, Callable[[TallyView], bool]] = {
    Chip.ALL: lambda tally: tally.state is not TallyState.VOID,
    Chip.NEEDS: lambda tally: tally.needs_me,
    Chip.OPEN: lambda tally: tally.state is TallyState.OPEN,
    Chip.UNDER_WAY: lambda tally: tally.state in _UNDER_WAY,
    Chip.ENDED: lambda tally: tally.state is TallyState.VOID,
}
_KEYS: dict[Column, Callable[[TallyView], Any]] = {
    Column.PARTNER: lambda one: (one.partner.name.casefold(), one.id),
    Column.STANDS: lambda one: (one.balance, one.id),
    Column.BAR: lambda one: (one.we_may_owe + one.they_may_owe, one.id),
    Column.ROOM: lambda one: (one.room_to_pay, one.id),
    Column.STATE: lambda one: (not one.needs_me, one.state.value, one.id),
    Column.CHANGED: lambda one: (one.changed_at, one.id),
}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def partner_name(tally: TallyView) -> Words:
    """Return the partner's name, or a word for a partner without one."""
    return name_of(tally.partner.name) or say("tallies.nameless")


def stands(balance: int, figures: Figures) -> Words:
    """Say a balance without the name that stands beside it: "owes you 12.50"."""
    if balance == 0:
        return say("chits.after.even")
    key = "chits.after.they_owe" if balance > 0 else "chits.after.i_owe"
    return say(key, amount=figures.show(balance))


class TallyRows(ListModel[TallyView]):
    """Rows are TallyViews; the latest change stands first until a column is chosen."""

    NUMBERS = frozenset({Column.STANDS, Column.ROOM})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__([say(f"tallies.column.{one.name.lower()}") for one in Column], parent)
        self._figures = Figures()
        self._now = 0
        self._all: tuple[TallyView, ...] = ()
        self._haystacks: dict[str, str] = {}
        self._words: list[str] = []
        self._chip = Chip.ALL

    @property
    def is_filtered(self) -> bool:
        """Whether a chip or a search hides rows."""
        return bool(self._words) or self._chip is not Chip.ALL

    @property
    def total(self) -> int:
        """How many tallies there are without any filter."""
        return len(self._all)

    def count(self, chip: Chip) -> int:
        """Count the rows a chip would show."""
        return sum(_BELONGS[chip](tally) for tally in self._all)

    def number_of(self, tally: str) -> int:
        """Return the row that shows a tally; -1: none."""
        return next((n for n, row in enumerate(self._rows) if row.id == tally), -1)

    def put(self, tallies: tuple[TallyView, ...], figures: Figures, now: int) -> None:
        """Show these tallies; `now` in milliseconds UTC names the days."""
        self._all, self._figures, self._now = tallies, figures, now
        self._haystacks = {one.id: f"{one.partner.name} {one.memo}".casefold() for one in tallies}
        self._sift()

    def set_chip(self, chip: Chip) -> None:
        """Show the tallies of one chip only."""
        self._chip = chip
        self._sift()

    def set_search(self, text: str) -> None:
        """Show the tallies whose partner or purpose has all these words."""
        self._words = text.casefold().split()
        self._sift()

    def _sift(self) -> None:
        self.show_rows(
            [
                tally
                for tally in self._all
                if _BELONGS[self._chip](tally)
                and all(word in self._haystacks[tally.id] for word in self._words)
            ]
        )

    def row_key(self, row: TallyView) -> object:
        """Return what stays the same when a tally changes."""
        return row.id

    def sort_key(self, row: TallyView, column: int) -> Any:
        """Return by what a column is sorted."""
        return _KEYS[Column(column)](row)

    def cell(self, row: TallyView, column: int, role: int) -> Any:
        """Return what stands in a column for an item role."""
        at = Column(column)
        if role == Qt.ItemDataRole.DisplayRole:
            return str(self._text(row, at))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return str(self.spoken(row))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if at in self.NUMBERS else _LEFT
        if role == SECOND_ROLE and at is Column.PARTNER:
            return str(plain(row.memo, 200))
        if role == COLOUR_ROLE:
            return self.role_of(row, column)
        if role == ICON_ROLE and at is Column.STATE:
            return tally_status(row).icon
        return None

    def spoken(self, tally: TallyView) -> Words:
        """Return a row as a sentence."""
        partner = partner_name(tally)
        places = {
            "partner": partner,
            "state": tally_status(tally).word,
            "balance": owing(partner, tally.balance, self._figures),
        }
        if tally.memo:
            return say("tallies.spoken_for", memo=plain(tally.memo, 200), **places)
        return say("tallies.spoken", **places)

    def role_of(self, tally: TallyView, column: int) -> Role:
        """Return the colour role of a cell."""
        if column == Column.STANDS and tally.state is TallyState.OPEN:
            return owing_role(tally.balance)
        if column == Column.STATE:
            return tally_status(tally).role
        return Role.NEUTRAL if column in (Column.CHANGED, Column.ROOM) else Role.TEXT

    def _text(self, tally: TallyView, column: Column) -> Words:
        is_open = tally.state is TallyState.OPEN
        match column:
            case Column.PARTNER:
                return partner_name(tally)
            case Column.STANDS if is_open:
                return stands(tally.balance, self._figures)
            case Column.ROOM if is_open:
                return self._figures.show(tally.room_to_pay)
            case Column.STATE:
                return tally_status(tally).word
            case Column.CHANGED if tally.changed_at:
                return moment(tally.changed_at, self._now)
            case _:
                return Words("")
