"""One tally: its view, its terms, its last chits, and what may be done with its offer."""

from __future__ import annotations

from array import array

from PySide6.QtCore import QObject

from wallet.engine.api.commands import (
    AcceptBounds,
    AcceptTally,
    Command,
    RefuseTally,
    SetAutoAccept,
    WithdrawAmendment,
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
    Outcome,
    SessionView,
    TallyState,
    TallyView,
    TermsView,
)
from wallet.gui.viewmodels.base import Desk, ViewModel
from wallet.model.errors import NotFound

HISTORY = 60  # chits on the overview's chart


class Tally(ViewModel):
    """What stands on a tally's page."""

    HEARS = (TallyChanged, ChitChanged, ConnectionChanged, SessionChanged)

    def __init__(self, desk: Desk, tally: str, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.id = tally
        self.view: TallyView | None = None
        self.terms: TermsView | None = None
        self.amendment: TermsView | None = None  # other terms that are asked or signed
        self.came_to_nothing: SessionView | None = None  # the last change that we asked for
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

    def withdraw_amendment(self) -> None:
        """Want no other terms any more, as long as nobody was asked."""
        self._do(WithdrawAmendment(self.id))

    def set_auto_accept(self, *, on: bool, bounds: AcceptBounds | None = None) -> None:
        """Say what is accepted without asking; the engine says what holds."""
        self._do(SetAutoAccept(self.id, on, bounds))

    def _do(self, wish: Command[None]) -> None:
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
            self.ask(
                self.desk.door.get_amendment(self.id), self._amendment_came, self._no_amendment
            )
            self._ask_what_came_to_nothing(view)

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

    def _no_amendment(self, error: BaseException) -> None:
        if isinstance(error, NotFound):  # the usual answer
            self._amendment_came(None)
        else:
            self.failed.emit(error)

    def _amendment_came(self, wanted: TermsView | None) -> None:
        if wanted != self.amendment:
            self.amendment = wanted
            self.changed.emit()

    def _ask_what_came_to_nothing(self, view: TallyView) -> None:
        """Ask how the last change of terms ended, where one did: the partner may have said why."""
        if view.reason and not view.amending:
            self.ask(self.desk.door.list_sessions(ended=True), self._ended_came)
        elif self.came_to_nothing is not None:
            self.came_to_nothing = None
            self.changed.emit()

    def _ended_came(self, sessions: tuple[SessionView, ...]) -> None:
        mine = (one for one in sessions if one.kind == "amend" and one.tally == self.id)
        last = next((one for one in mine if one.outcome is not Outcome.RUNNING), None)
        is_ours = last is not None and last.i_started and last.outcome is Outcome.NOT_DONE
        found = last if is_ours else None
        if found != self.came_to_nothing:
            self.came_to_nothing = found
            self.changed.emit()
