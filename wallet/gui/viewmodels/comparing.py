"""Both copies of a tally side by side, in words."""

from __future__ import annotations

from PySide6.QtCore import QObject

from wallet.engine.api.commands import CompareCopies
from wallet.engine.api.views import TallyView
from wallet.engine.api.views_signing import CompareView, CopyView
from wallet.gui.text import Figures, Words, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.base import Desk, ViewModel
from wallet.gui.viewmodels.short_words import short_words
from wallet.gui.viewmodels.states import owing


class Comparison(ViewModel):
    """Asks the partner's wallet where its copy stands."""

    def __init__(self, desk: Desk, tally: str, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.id = tally
        self.tally: TallyView | None = None
        self.view: CompareView | None = None
        self.asking = False

    def refresh(self) -> None:
        """Ask for the tally's name, and for both copies."""
        self.ask_latest(lambda: self.desk.door.get_tally(self.id), self._tally_came, "tally")
        if not self.asking:
            self.asking = True
            self.changed.emit()
            self.ask(self.desk.door.submit(CompareCopies(self.id)), self._came, self._missed)

    def _tally_came(self, tally: TallyView) -> None:
        self.tally = tally
        self.changed.emit()

    def _came(self, view: CompareView) -> None:
        self.asking, self.view = False, view
        self.changed.emit()

    def _missed(self, error: BaseException) -> None:
        self.asking = False
        self.failed.emit(error)
        self.changed.emit()


def verdict_of(view: CompareView, partner: Words) -> tuple[str, Words, Role]:
    """Say what the comparison found: a shape, a sentence, a role."""
    if view.theirs is None:
        return "unknown", say("compare.silent", partner=partner), Role.ATTENTION
    if view.agree:
        return "agreed", say("compare.alike"), Role.GOOD
    if view.mine.index == view.theirs.index:
        return "broken", say("compare.differs", partner=partner), Role.BAD
    return "waiting", say("compare.behind"), Role.NEUTRAL


def copy_rows(copy: CopyView, partner: Words, figures: Figures) -> tuple[tuple[Words, Words], ...]:
    """Return what one copy says: last entry, its mark in words, balance, what is confirmed."""
    entry = Words(str(copy.index)) if copy.index else say("compare.none")
    return (
        (say("compare.end"), entry),
        (say("compare.words"), short_words(copy.hash)),
        (say("compare.balance"), owing(partner, copy.net, figures)),
        (say("compare.confirmed"), Words(str(copy.confirmed))),
    )
