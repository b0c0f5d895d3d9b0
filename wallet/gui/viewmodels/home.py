"""What Home shows: room, what needs the person, the latest chits."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from PySide6.QtCore import QObject, Qt

from wallet.engine.api.notices import (
    ChitChanged,
    ConnectionChanged,
    NoticeAdded,
    SessionChanged,
    TallyChanged,
)
from wallet.engine.api.views import ChitView, HomeView, NeedView
from wallet.gui.text import Figures, Words, day_heading, has_sentence, plain, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.base import Desk, ViewModel
from wallet.gui.viewmodels.cells import COLOUR_ROLE, ICON_ROLE
from wallet.gui.viewmodels.paged_model import ListModel
from wallet.gui.viewmodels.states import chit_sentence, chit_status, name_of

MEMO_LIMIT = 60
_PLACE_OF = {
    "offer": "tally",
    "payment asked": "session",
    "terms asked": "session",
    "paper asked": "session",
    "not known": "session",
}
_ICON_OF = {
    "offer": "open",
    "payment asked": "in",
    "terms asked": "open",
    "paper asked": "open",
    "not known": "unknown",
}


class Need(Struct, frozen=True):
    """One line of *Needs you*: words, and the place that opens."""

    words: Words
    place: str
    subject: str
    icon: str


class LatestChits(ListModel[ChitView]):
    """The latest chits as a short table; each cell speaks the whole sentence."""

    NUMBERS = frozenset({3})

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        columns = ("date", "partner", "what", "amount", "state")
        super().__init__([say(f"home.col_{name}") for name in columns], parent)
        self._desk = desk

    def row_key(self, row: ChitView) -> object:
        return row.uuid

    def sort_key(self, row: ChitView, column: int) -> Any:
        del column
        return row.date

    def cell(self, row: ChitView, column: int, role: int) -> Any:
        figures = self._desk.figures
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(row, column, figures)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return chit_sentence(row, figures)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == 3:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == ICON_ROLE and column == 4:
            return chit_status(row.state).icon
        if role == COLOUR_ROLE:
            return self._role(row, column)
        return None

    def _role(self, row: ChitView, column: int) -> Role:
        if column == 3:
            return Role.OWING if row.paid_by_me else Role.OWED
        if column == 4:
            return chit_status(row.state).role
        return Role.NEUTRAL if column == 0 else Role.TEXT

    def _words(self, row: ChitView, column: int, figures: Figures) -> Words:
        if column == 0:
            return day_heading(row.date, self._desk.now())
        if column == 1:
            return name_of(row.partner)
        if column == 2:
            return plain(row.memo, MEMO_LIMIT)
        if column == 3:
            key = "home.out" if row.paid_by_me else "home.in"
            return say(key, amount=figures.show(row.amount))
        return chit_status(row.state).word


class HomeModel(ViewModel):
    """Asks for Home and puts it into words."""

    HEARS = (
        TallyChanged,
        ChitChanged,
        SessionChanged,
        ConnectionChanged,
        NoticeAdded,
    )

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.view: HomeView | None = None
        self.latest = LatestChits(desk, self)
        desk.figures_changed.connect(self._redraw_rows)

    def refresh(self) -> None:
        """Ask for Home again."""
        self.ask_latest(self.desk.door.get_home, self._keep)

    def needs(self) -> tuple[Need, ...]:
        """Return what waits for the person."""
        return tuple(self._need(one) for one in self.view.needs_me) if self.view else ()

    def is_new(self) -> bool:
        """Tell whether there is no tally at all yet and nothing waits."""
        return self.view is not None and not (
            self.view.tallies or self.view.needs_me or self.view.latest
        )

    def _need(self, need: NeedView) -> Need:
        key = f"home.need_{need.kind}"
        if not has_sentence(key):
            key = "home.need_other"
        words = say(key, partner=name_of(need.partner), amount=self.desk.figures.show(need.amount))
        if need.memo:
            words = Words(f"{words} {say('home.for', memo=plain(need.memo, MEMO_LIMIT))}")
        return Need(
            words,
            _PLACE_OF.get(need.kind, "tally"),
            need.subject,
            _ICON_OF.get(need.kind, "received"),
        )

    def _keep(self, view: HomeView) -> None:
        self.view = view
        self.latest.show_rows(view.latest)
        self.changed.emit()

    def _redraw_rows(self) -> None:
        if self.view is not None:
            self.latest.show_rows(self.view.latest)
