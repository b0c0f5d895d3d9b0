"""One tally: its view, its terms, its last chits, and what may be done with its offer."""

from __future__ import annotations

from array import array

from PySide6.QtCore import QObject

from wallet.engine.api.commands import (
    AcceptTally,
    RefuseTally,
    SetAutoAccept,
    WithdrawTally,
)
from wallet.engine.api.notices import (
    ChitChanged,
    ConnectionChanged,
    Notice,
    SessionChanged,
    TallyChanged,
)
from wallet.engine.api.views import (
    ChitFilter,
    ChitIds,
    ChitOrder,
    ChitView,
    TallyState,
    TallyView,
    TermsView,
)
from wallet.gui.viewmodels.base import Desk, ViewModel

HISTORY = 60  # chits on the overview's chart


class Tally(ViewModel):
    """What stands on a tally's page."""

    HEARS = (TallyChanged, ChitChanged, ConnectionChanged, SessionChanged)

    def __init__(self, desk: Desk, tally: str, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.id = tally
        self.view: TallyView | None = None
        self.terms: TermsView | None = None
        self.latest: tuple[ChitView, ...] = ()  # newest first, at most `HISTORY`
        self.busy = False

    def concerns(self, notice: Notice) -> bool:
        """Tell whether a notice is about this tally, its partner or its session."""
        match notice:
            case TallyChanged():
                return notice.subject == self.id
            case ChitChanged():
                return notice.tally in (self.id, "")
            case ConnectionChanged():
                return self.view is None or notice.subject in (self.view.partner.agent, "")
            case SessionChanged():
                return self.view is None or notice.subject == self.view.session
            case _:
                return False

    def refresh(self) -> None:
        """Ask for the tally and its terms."""
        self.ask_latest(lambda: self.desk.door.get_tally(self.id), self._came)

    @property
    def has_offer(self) -> bool:
        """Whether the partner's offer waits for our signature."""
        return self.view is not None and self.view.state is TallyState.RECEIVED

    def accept_wish(self) -> AcceptTally | None:
        """Return the wish that signs exactly the offer on screen."""
        return AcceptTally(self.id, self.terms.digest) if self.terms else None

    def refuse(self, reason: str) -> None:
        """Refuse the offer."""
        self._do(RefuseTally(self.id, reason[:200]))

    def withdraw(self) -> None:
        """Take our own offer back."""
        self._do(WithdrawTally(self.id))

    def set_auto_accept(self, *, on: bool) -> None:
        """Switch accepting by itself on or off; the engine says what holds."""
        self._do(SetAutoAccept(self.id, on))

    def _do(self, wish: RefuseTally | WithdrawTally | SetAutoAccept) -> None:
        if self.busy:
            return
        self.busy = True
        self.ask(self.desk.door.submit(wish), self._done, self._missed)
        self.changed.emit()

    def _done(self, _: object) -> None:
        self.busy = False
        self.refresh()

    def _missed(self, error: BaseException) -> None:
        self.busy = False
        self.failed.emit(error)
        self.refresh()

    def _came(self, view: TallyView) -> None:
        self.view = view
        self.changed.emit()
        self.ask(self.desk.door.get_terms(self.id), self._terms_came)
        if view.state is TallyState.OPEN:
            mine = ChitFilter(tally=self.id)
            self.ask_latest(
                lambda: self.desk.door.list_chit_ids(mine, ChitOrder()), self._ids_came, "chits"
            )

    def _ids_came(self, ids: ChitIds) -> None:
        rows = array("q")
        rows.frombytes(ids.packed[: HISTORY * rows.itemsize])
        self.ask(self.desk.door.list_chits(tuple(rows)), self._chits_came)

    def _chits_came(self, chits: tuple[ChitView, ...]) -> None:
        if chits != self.latest:
            self.latest = chits
            self.changed.emit()

    def _terms_came(self, terms: TermsView) -> None:
        if terms != self.terms:
            self.terms = terms
            self.changed.emit()
