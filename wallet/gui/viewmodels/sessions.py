"""Sessions that run or are not known yet, and one of them with its time (ux.md 5.10, 5.11).

The time left is the engine's: what it said when the view was made, less what has passed since by
a clock that does not jump.  After the computer slept the view is asked for again.
"""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QElapsedTimer, QObject, QTimer

from wallet.engine.api.commands import (
    AnswerPaper,
    AnswerPayment,
    AskNow,
    Command,
    StopSession,
    WithdrawPayment,
)
from wallet.engine.api.notices import (
    ChitChanged,
    ConnectionChanged,
    Notice,
    SessionChanged,
    TallyChanged,
    WalletOpened,
)
from wallet.engine.api.views import ChitState, ChitView, Outcome, SessionView, TallyView
from wallet.engine.api.views_signing import FactsView
from wallet.gui.viewmodels.base import Desk, ViewModel

SLEPT_MS = 2000  # wall clock and steady clock apart by more: the computer slept


class Since:
    """How long ago something came, by a steady clock; says when the computer slept meanwhile."""

    def __init__(self) -> None:
        self._timer = QElapsedTimer()
        self._wall = 0
        self.restart()

    def restart(self) -> None:
        """Begin to count."""
        self._timer.start()
        self._wall = QDateTime.currentMSecsSinceEpoch()

    def passed(self) -> int:
        """Return the milliseconds since; never less than what the wall clock says has passed."""
        return max(self._timer.elapsed(), self._by_wall())

    def has_slept(self) -> bool:
        """Tell whether the two clocks went apart."""
        return abs(self._by_wall() - self._timer.elapsed()) > SLEPT_MS

    def _by_wall(self) -> int:
        return QDateTime.currentMSecsSinceEpoch() - self._wall


class Sessions(ViewModel):
    """All sessions that run or are not known yet, the one that ends first at the top."""

    HEARS = (SessionChanged, WalletOpened)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.all: tuple[SessionView, ...] = ()
        self._since = Since()

    def refresh(self) -> None:
        """Ask for the list."""
        self.ask_latest(self.desk.door.list_sessions, self._came)

    def remaining(self, session: SessionView) -> int:
        """Return the milliseconds a session still has, at least 0."""
        return max(0, session.remaining - self._since.passed())

    def _came(self, sessions: tuple[SessionView, ...]) -> None:
        self._since.restart()
        self.all = tuple(sorted(sessions, key=lambda one: (one.remaining, one.id)))
        self.changed.emit()


ENDED = (ChitState.WITHDRAWN, ChitState.REFUSED, ChitState.VOID)


class Session(ViewModel):
    """One session."""

    HEARS = (SessionChanged, ConnectionChanged, ChitChanged)

    def __init__(self, desk: Desk, session: str, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.id = session
        self.view: SessionView | None = None
        self.busy = False
        self.asking = False
        self.facts: FactsView | None = None  # once nothing is known: what happened, and evidence
        self.goes_on = False  # this try came to nothing, but its payment goes on by itself
        self._since = Since()

    def concerns(self, notice: Notice) -> bool:
        """Tell whether a notice is about this session or its partner."""
        if isinstance(notice, SessionChanged):
            return notice.subject in (self.id, "")
        if isinstance(notice, ChitChanged):
            return self.view is not None and notice.subject in (self.view.chit, "")
        return self.view is None or notice.subject in (self.view.partner.agent, "")

    def refresh(self) -> None:
        """Ask for the session."""
        self.ask_latest(lambda: self.desk.door.get_session(self.id), self._came)

    def remaining(self) -> int:
        """Return the milliseconds it still has by the engine's clock, at least 0."""
        if self.view is None:
            return 0
        if self._since.has_slept():
            self.refresh()
        return max(0, self.view.remaining - self._since.passed())

    def next_ask(self) -> int:
        """Return the milliseconds until the engine asks the partner again."""
        return max(0, self.view.next_ask - self._since.passed()) if self.view else 0

    def stop(self) -> None:
        """Stop before our signature leaves; the engine refuses when it is too late."""
        self._do(StopSession(self.id))

    def ask_now(self) -> None:
        """Ask the partner for what it knows, now."""
        self.asking = True
        self._do(AskNow(self.id))

    def decline(self, reason: str) -> None:
        """Decline what the partner asks."""
        paper = self.view is not None and self.view.kind == "paper"
        answer = AnswerPaper if paper else AnswerPayment
        self._do(answer(self.id, accept=False, reason=reason[:200]))

    def _do(self, wish: Command[None]) -> None:
        if self.busy:
            return
        self.busy = True
        self.ask(self.desk.door.submit(wish), self._done, self._missed)
        self.changed.emit()

    def _done(self, _: object) -> None:
        self.busy = self.asking = False
        self.refresh()

    def _missed(self, error: BaseException) -> None:
        self.busy = self.asking = False
        self.failed.emit(error)
        self.refresh()

    def _came(self, view: SessionView) -> None:
        self._since.restart()
        self.view = view
        self.changed.emit()
        if view.outcome is Outcome.NOT_KNOWN:
            self.ask_latest(lambda: self.desk.door.get_facts(self.id), self._facts_came, "facts")
        if view.chit and view.i_pay and view.outcome is Outcome.NOT_DONE:
            self.ask(self.desk.door.get_chit(view.chit), self._chit_came, lambda _: None)

    def _facts_came(self, facts: FactsView) -> None:
        if facts != self.facts:
            self.facts = facts
            self.changed.emit()

    def _chit_came(self, chit: ChitView) -> None:
        goes_on = chit.state not in ENDED
        if goes_on != self.goes_on:
            self.goes_on = goes_on
            self.changed.emit()


class Chit(ViewModel):
    """One payment from its making on: waiting, then its session, then its end."""

    HEARS = (ChitChanged, ConnectionChanged, TallyChanged)

    def __init__(self, desk: Desk, uuid: str, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.uuid = uuid
        self.view: ChitView | None = None
        self.tally: TallyView | None = None
        self.busy = False
        # A notice about the chit may be lost; until it has a session the view is asked for again.
        self._second_look = QTimer(self)
        self._second_look.setInterval(1000)
        self._second_look.timeout.connect(self._look_again)

    def concerns(self, notice: Notice) -> bool:
        """Tell whether a notice is about this chit or its tally."""
        if isinstance(notice, ChitChanged):
            return notice.subject in (self.uuid, "")
        if isinstance(notice, TallyChanged):
            return self.view is None or notice.subject == self.view.tally
        return self.tally is None or notice.subject in (self.tally.partner.agent, "")

    def refresh(self) -> None:
        """Ask for the chit and its tally."""
        self.ask_latest(lambda: self.desk.door.get_chit(self.uuid), self._came)

    def withdraw(self) -> None:
        """Take the payment back; the engine refuses when something was signed."""
        if self.busy:
            return
        self.busy = True
        self.ask(self.desk.door.submit(WithdrawPayment(self.uuid)), self._done, self._missed)
        self.changed.emit()

    def _done(self, _: object) -> None:
        self.busy = False
        self.refresh()

    def _missed(self, error: BaseException) -> None:
        self.busy = False
        self.failed.emit(error)
        self.refresh()

    def _look_again(self) -> None:
        self._second_look.stop()
        self.refresh()

    def _came(self, view: ChitView) -> None:
        self.view = view
        self.changed.emit()
        if view.state is ChitState.SIGNING and not view.session:
            self._second_look.start()
        if self.tally is None or self.tally.id == view.tally:
            self.ask(self.desk.door.get_tally(view.tally), self._tally_came)

    def _tally_came(self, tally: TallyView) -> None:
        if tally != self.tally:
            self.tally = tally
            self.changed.emit()
