"""Payments that are signed together with one, and which of them was in the way."""

from __future__ import annotations

from PySide6.QtCore import QObject

from wallet.engine.api.notices import Notice, SessionChanged
from wallet.engine.api.views import ChitState, ChitView, SessionView
from wallet.gui.text import Figures, Words, plain, say
from wallet.gui.viewmodels.base import Desk, ViewModel
from wallet.gui.viewmodels.states import name_of

SHOWN = 6
MEMO_LIMIT = 60
_ONES_FAULT = ("invalid", "limit")  # reasons that one of several payments is declined for


class Batch(ViewModel):
    """The payments of one chit's session, asked for as soon as it has one."""

    HEARS = (SessionChanged,)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._session = ""
        self._blamed = ""
        self._amounts: dict[str, int] = {}
        self.chits: tuple[str, ...] = ()  # uuids; empty: it is alone, or not known yet
        self.blamed: ChitView | None = None

    def concerns(self, notice: Notice) -> bool:
        """Tell whether a notice is about the session."""
        return bool(self._session) and notice.subject == self._session

    def follow(self, chit: ChitView) -> None:
        """Look at the session this chit is in now."""
        if chit.session != self._session:
            self._session, self.chits, self._amounts = chit.session, (), {}
            self.refresh()
        blamed = chit.blamed if chit.state is ChitState.WAITING else ""
        if blamed != self._blamed:
            self._blamed, self.blamed = blamed, None
            if blamed:
                self.ask(self.desk.door.get_chit(blamed), self._blamed_came)

    def refresh(self) -> None:
        """Ask for the session."""
        if self._session:
            self.ask(self.desk.door.get_session(self._session), self._came, lambda _: None)

    def amounts(self, figures: Figures) -> Words:
        """Say what is paid together: the first amounts, and how many more."""
        known = [one for one in self.chits if one in self._amounts][:SHOWN]
        said = Words(", ".join(figures.show(self._amounts[one]) for one in known))
        left = len(self.chits) - len(known)
        return say("batch.more", amounts=said, n=left) if known and left else said

    def is_known(self) -> bool:
        """Tell whether there are several, and the amounts to say them."""
        return len(self.chits) > 1 and bool(self._amounts)

    def _came(self, session: SessionView) -> None:
        if session.id != self._session or session.chits == self.chits:
            return
        self.chits = session.chits
        if len(self.chits) > 1:
            for uuid in self.chits[:SHOWN]:
                self.ask(self.desk.door.get_chit(uuid), self._chit_came, lambda _: None)

    def _chit_came(self, chit: ChitView) -> None:
        if chit.uuid in self.chits:
            self._amounts[chit.uuid] = chit.amount
            if len(self._amounts) == min(SHOWN, len(self.chits)):
                self.changed.emit()

    def _blamed_came(self, chit: ChitView) -> None:
        if chit.uuid == self._blamed:
            self.blamed = chit
            self.changed.emit()


def waits_words(chit: ChitView, blamed: ChitView | None, figures: Figures) -> Words:
    """Say what kept several payments from being signed; empty for a payment that just waits."""
    if chit.reason != "batch" or chit.state is not ChitState.WAITING:
        return Words("")
    if not chit.blamed:
        return say("batch.waits_alone")
    if blamed is None:
        return Words("")  # it comes in a moment
    partner = name_of(chit.partner) or say("tallies.nameless")
    amount, memo = figures.with_unit(blamed.amount), plain(blamed.memo, MEMO_LIMIT)
    if not memo:
        return say("batch.waits_plain", partner=partner, amount=amount)
    return say("batch.waits_for", partner=partner, amount=amount, memo=memo)


def was_declined_alone(chit: ChitView) -> bool:
    """Tell whether this one of several was in the way of the others."""
    return chit.state is ChitState.REFUSED and chit.reason in _ONES_FAULT
