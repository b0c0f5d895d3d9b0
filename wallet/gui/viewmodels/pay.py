"""Paying: whom, from which tally, how much, what for; its effect; the window in which to undo.

Nothing is submitted here but by `Review`, which hands over the wish that `wish()` made
(ux.md 5.5, H4).
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from wallet.engine.api.commands import Pay
from wallet.engine.api.notices import ChitChanged, ConnectionChanged, TallyChanged, WalletOpened
from wallet.engine.api.views import TallyView, TermsView
from wallet.gui.viewmodels.base import Desk, ViewModel
from wallet.gui.viewmodels.effect import Effect, effect_of, payable, tallies_with
from wallet.gui.viewmodels.preferences import UNDO_SECONDS
from wallet.model.credit import ALONE, Signing

MEMO_LIMIT = 200
REFERENCE_LIMIT = 60
SECOND = 1000


class Payment(ViewModel):
    """A payment being written; every field may still be empty."""

    HEARS = (TallyChanged, ConnectionChanged, ChitChanged, WalletOpened)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.tallies: tuple[TallyView, ...] = ()
        self.loaded = False
        self.tally: TallyView | None = None
        self.amount = 0
        self.memo = ""
        self.reference = ""
        self.signing: Signing | None = None  # who decides this one; None: who the terms say
        self.terms: Signing | None = None  # who decides by the terms, once they are known

    def refresh(self) -> None:
        """Ask for the tallies one can pay on."""
        self.ask_latest(self.desk.door.list_tallies, self._came)

    def partners(self) -> tuple[TallyView, ...]:
        """Return the best tally of each partner, by name."""
        accounts = dict.fromkeys(one.partner.account for one in self.tallies)
        best = [tallies_with(self.tallies, account)[0] for account in accounts]
        return tuple(sorted(best, key=lambda one: (one.partner.name.casefold(), one.id)))

    def choices(self) -> tuple[TallyView, ...]:
        """Return the tallies with the chosen partner, the best first."""
        return tallies_with(self.tallies, self.tally.partner.account) if self.tally else ()

    def choose(self, tally: str) -> None:
        """Choose a tally by its id; an unknown one chooses none."""
        self.tally = next((one for one in self.tallies if one.id == tally), None)
        self.signing, self.terms = None, None
        self.changed.emit()
        if self.tally is not None:
            self.ask_latest(lambda: self.desk.door.get_terms(tally), self._terms_came, tally)

    def set_amount(self, amount: int) -> None:
        """Set the amount in milli-units; 0: none yet."""
        self.amount = amount
        self.changed.emit()

    def set_memo(self, memo: str) -> None:
        """Set what it is for."""
        self.memo = memo
        self.changed.emit()

    def set_signing(self, signing: Signing | None) -> None:
        """Set who decides this one; the terms' own choice is none of its own."""
        self.signing = None if signing == self.terms else signing
        self.changed.emit()

    @property
    def decided_by(self) -> Signing:
        """Who decides it."""
        return self.signing or self.terms or ALONE

    def set_reference(self, reference: str) -> None:
        """Set the reference."""
        self.reference = reference
        self.changed.emit()

    def clear(self) -> None:
        """Start again."""
        self.tally, self.amount, self.memo, self.reference = None, 0, "", ""
        self.signing, self.terms = None, None
        self.changed.emit()

    @property
    def effect(self) -> Effect | None:
        """What the payment would do; None while partner or amount are missing."""
        return effect_of(self.tally, self.amount) if self.tally and self.amount else None

    @property
    def is_whole(self) -> bool:
        """Whether it can be reviewed."""
        return self.effect is not None and len(self.memo) <= MEMO_LIMIT

    def wish(self) -> Pay | None:
        """Return what would be signed."""
        if self.tally is None or not self.is_whole:
            return None
        memo, reference = self.memo.strip(), self.reference.strip()
        return Pay(self.tally.id, self.amount, memo, reference, self.signing)

    def _terms_came(self, terms: TermsView) -> None:
        if self.tally is not None and terms.tally == self.tally.id:
            self.terms = terms.signing
            self.changed.emit()

    def _came(self, tallies: tuple[TallyView, ...]) -> None:
        self.tallies, self.loaded = payable(tallies), True
        if self.tally is not None:
            self.tally = next((one for one in self.tallies if one.id == self.tally.id), None)
        self.changed.emit()


class UndoWindow(QObject):
    """A few seconds in which nothing has left yet and everything can be taken back.

    Signals:
        ticked: seconds left.
        over: time is up or the person did not want to wait: send now.
        undone: taken back; nothing may be sent.
    """

    ticked = Signal(int)
    over = Signal()
    undone = Signal()

    def __init__(self, seconds: int = UNDO_SECONDS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.left = seconds
        self._timer = QTimer(self)
        self._timer.setInterval(SECOND)
        self._timer.timeout.connect(self._tick)
        self._ended = False

    @property
    def is_counting(self) -> bool:
        """Tell whether it has begun and nothing has left yet."""
        return self._timer.isActive()

    def start(self) -> None:
        """Begin to count; with no seconds at all it is over at once."""
        if self.left <= 0:
            self.finish()
            return
        self.ticked.emit(self.left)
        self._timer.start()

    def undo(self) -> None:
        """Take it back, unless it has ended."""
        if self._end():
            self.undone.emit()

    def finish(self) -> None:
        """Do not wait any longer."""
        if self._end():
            self.over.emit()

    def _tick(self) -> None:
        self.left -= 1
        if self.left <= 0:
            self.finish()
        else:
            self.ticked.emit(self.left)

    def _end(self) -> bool:
        if self._ended:
            return False
        self._ended = True
        self._timer.stop()
        return True
