"""Papers: those that were signed or are being signed, and one that is being written."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QObject

from wallet.engine.api.commands import SignPaper
from wallet.engine.api.notices import ConnectionChanged, SessionChanged, TallyChanged, WalletOpened
from wallet.engine.api.views import Outcome, SessionState, SessionView, TallyState, TallyView
from wallet.gui.text import Words, bare, moment, plain, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.base import Desk, ViewModel
from wallet.gui.viewmodels.signers import others_of
from wallet.gui.viewmodels.tally_rows import partner_name
from wallet.model.credit import Signing
from wallet.model.limits import MAX_SIGNERS

TITLE_LIMIT, TEXT_LIMIT = 80, 4_096
MINUTES = (1, 5, 10)
MINUTE_MS = 60_000
_STATES = {
    Outcome.DONE: ("agreed", "papers.signed", Role.GOOD),
    Outcome.NOT_DONE: ("refused", "papers.not_signed", Role.NEUTRAL),
    Outcome.NOT_KNOWN: ("unknown", "papers.unknown", Role.ATTENTION),
    Outcome.RUNNING: ("signing", "papers.running", Role.ATTENTION),
}


class PaperRow(Struct, frozen=True):
    """One paper as a line."""

    session: str
    words: Words
    icon: str
    status: Words
    role: Role
    at: Words
    spoken: Words


class Papers(ViewModel):
    """The list, newest first."""

    HEARS = (SessionChanged, WalletOpened)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.all: tuple[SessionView, ...] | None = None

    def refresh(self) -> None:
        """Ask for the list."""
        self.ask_latest(self.desk.door.list_papers, self._came)

    def rows(self) -> tuple[PaperRow, ...]:
        """Return the papers in words."""
        return tuple(self._row(one) for one in self.all or ())

    def _row(self, one: SessionView) -> PaperRow:
        icon, key, role = _STATES[one.outcome]
        if one.state is SessionState.ASKED:
            icon, key, role = "received", "papers.needs_you", Role.ATTENTION
        title, names = plain(one.title, TITLE_LIMIT), others_of(one)
        status, at = say(key), moment(one.started_at, self.desk.now())
        spoken = say("papers.row_name", title=title, names=names, status=status, when=at)
        words = say("papers.row", title=title, names=names)
        return PaperRow(one.id, words, icon, status, role, at, spoken)

    def _came(self, papers: tuple[SessionView, ...]) -> None:
        self.all = papers
        self.changed.emit()


class Paper(ViewModel):
    """A paper being written; every field may still be empty."""

    HEARS = (TallyChanged, ConnectionChanged, WalletOpened)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.partners: tuple[TallyView, ...] | None = None  # one open tally of each

    def refresh(self) -> None:
        """Ask who may sign with us."""
        self.ask_latest(self.desk.door.list_tallies, self._came)

    def chosen(self, tallies: list[str]) -> list[TallyView]:
        """Return the partners of these tallies, in the list's order."""
        return [one for one in self.partners or () if one.id in tallies]

    def wish(
        self, title: str, text: str, tallies: list[str], signing: Signing | None, minutes: int
    ) -> SignPaper:
        """Return what would be signed."""
        window = minutes * MINUTE_MS
        return SignPaper(title.strip(), text.strip(), tuple(tallies), signing, window)

    def _came(self, tallies: tuple[TallyView, ...]) -> None:
        opened = [one for one in tallies if one.state is TallyState.OPEN]
        first = {one.partner.account: one for one in reversed(opened)}
        by_name = sorted(first.values(), key=lambda one: bare(partner_name(one)).casefold())
        self.partners = tuple(by_name)
        self.changed.emit()


def most_partners(signing: Signing | None) -> int:
    """Return how many can sign with us: one less where somebody else signs last and decides."""
    enzyme = signing is not None and signing.mode == "E"
    return MAX_SIGNERS - 1 - enzyme
