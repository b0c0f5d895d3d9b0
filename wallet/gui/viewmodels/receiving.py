"""What is accepted without asking: the bounds in words, and the one over all tallies.

Source: countersigning.md, *In this wallet*.  Beyond a bound the person is asked; nothing is
declined for it.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from wallet.engine.api.commands import SetDayBound
from wallet.engine.api.notices import ChitChanged, TallyChanged, WalletOpened
from wallet.engine.api.views import TallyView, WalletView
from wallet.gui.text import Figures, Words, say
from wallet.gui.viewmodels.base import Desk, ViewModel


def bounds_words(view: TallyView, partner: Words, figures: Figures) -> tuple[Words, ...]:
    """Say what a tally accepts without asking, a sentence for each bound."""
    said = []
    if view.accept_per_chit is not None:
        said.append(say("receiving.per_chit", amount=figures.show(view.accept_per_chit)))
    if view.accept_per_day is not None:
        said.append(say("receiving.per_day", amount=figures.show(view.accept_per_day)))
        said.append(say("receiving.today", amount=figures.show(view.accepted_today)))
    return tuple(said) or (say("receiving.none", partner=partner),)


def day_words(wallet: WalletView, figures: Figures) -> tuple[Words, ...]:
    """Say the same for all tallies together."""
    if wallet.accept_per_day is None:
        return (say("receiving.all_none"),)
    return (
        say("receiving.all_day", amount=figures.show(wallet.accept_per_day)),
        say("receiving.today", amount=figures.show(wallet.accepted_today)),
    )


class DayBound(ViewModel):
    """The bound over all tallies."""

    HEARS = (ChitChanged, TallyChanged, WalletOpened)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.wallet: WalletView | None = None
        self.busy = False

    def refresh(self) -> None:
        """Ask how it stands."""
        self.ask_latest(self.desk.door.get_wallet, self._came)

    def put(self, amount: int | None) -> None:
        """Set it; None: no bound."""
        if self.busy:
            return
        self.busy = True
        self.ask(self.desk.door.submit(SetDayBound(amount)), self._done, self._missed)
        self.changed.emit()

    def _done(self, _: object) -> None:
        self.busy = False
        self.refresh()

    def _missed(self, error: BaseException) -> None:
        self.busy = False
        self.failed.emit(error)
        self.changed.emit()

    def _came(self, wallet: WalletView) -> None:
        self.wallet = wallet
        self.changed.emit()
