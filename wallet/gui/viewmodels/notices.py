"""The list of notices in words."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QObject

from wallet.engine.api.commands import NoticesSeen
from wallet.engine.api.notices import NoticeAdded, WalletOpened
from wallet.engine.api.views import NoticeView
from wallet.gui.text import Words, day_heading, has_sentence, moment, plain, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.base import Desk, ViewModel
from wallet.gui.viewmodels.states import name_of

REASON_LIMIT = 200
_LOOKS = {
    "offer-received": ("received", Role.ATTENTION),
    "offer-refused": ("refused", Role.NEUTRAL),
    "offer-withdrawn": ("withdrawn", Role.NEUTRAL),
    "offer-expired": ("expired", Role.NEUTRAL),
    "tally-opened": ("open", Role.GOOD),
    "amendment-asked": ("received", Role.ATTENTION),
    "amendment-refused": ("refused", Role.NEUTRAL),
    "amendment-not-known": ("unknown", Role.ATTENTION),
    "tally-amended": ("open", Role.GOOD),
    "payment-asked": ("received", Role.ATTENTION),
    "payment-refused": ("refused", Role.NEUTRAL),
    "paid": ("out", Role.GOOD),
    "received": ("in", Role.GOOD),
    "not-known": ("unknown", Role.ATTENTION),
    "paid-after-all": ("out", Role.GOOD),
    "received-after-all": ("in", Role.GOOD),
    "not-paid-again": ("refused", Role.NEUTRAL),
    "not-paid": ("refused", Role.NEUTRAL),
    "not-received": ("refused", Role.NEUTRAL),
    "payment-waits": ("unknown", Role.ATTENTION),
    "opening-not-known": ("unknown", Role.ATTENTION),
    "opening-not-done": ("refused", Role.NEUTRAL),
    "copies-differ": ("broken", Role.BAD),
    "paper-asked": ("received", Role.ATTENTION),
    "paper-signed": ("agreed", Role.GOOD),
    "paper-ended": ("refused", Role.NEUTRAL),
    "paper-unknown": ("unknown", Role.ATTENTION),
    "witness-offered": ("received", Role.ATTENTION),
    "witness-lied": ("broken", Role.BAD),
    "fork-seen": ("broken", Role.BAD),
    "session-disputed": ("broken", Role.BAD),
    "storage-lost": ("unsafe", Role.BAD),
    "old-copy": ("unsafe", Role.BAD),
    "runs-twice": ("unsafe", Role.ATTENTION),
}
_BY_SESSION = (  # their reasons are codes, not words
    "payment-refused",
    "amendment-refused",
    "not-paid-again",
    "not-paid",
    "not-received",
    "payment-waits",
    "opening-not-done",
)
_PLACES = (
    ("offer", "tally"),
    ("tally", "tally"),
    ("amendment", "tally"),
    ("copies", "tally"),
    ("payment", "chit"),
    ("paid", "chit"),
    ("received", "chit"),
    ("not-", "chit"),
    ("opening", "tally"),
    ("storage-lost", "session"),
    ("session-disputed", "session"),
    ("paper", "session"),
    ("witness", "deciding"),
)


class NoticeLine(Struct, frozen=True):
    """One notice in words; `place` empty: nothing opens."""

    number: int
    heading: Words  # of its day
    words: Words
    at: Words
    icon: str
    role: Role
    seen: bool
    place: str
    subject: str


class NoticesModel(ViewModel):
    """Asks for the notices; a key without a sentence still gets a line."""

    HEARS = (NoticeAdded, WalletOpened)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.notices: tuple[NoticeView, ...] | None = None

    def refresh(self) -> None:
        """Ask for the list again."""
        self.ask_latest(self.desk.door.list_notices, self._keep)

    def lines(self) -> tuple[NoticeLine, ...]:
        """Return all notices, newest first."""
        return tuple(self._line(one) for one in self.notices or ())

    def mark_seen(self) -> None:
        """Tell the engine that the person has seen them all."""
        if self.notices and any(not one.seen for one in self.notices):
            number = max(one.number for one in self.notices)
            self.ask(self.desk.door.submit(NoticesSeen(number)), lambda _: self.refresh())

    def _line(self, notice: NoticeView) -> NoticeLine:
        icon, role = _LOOKS.get(notice.key, ("info", Role.INFO))
        now = self.desk.now()
        return NoticeLine(
            notice.number,
            day_heading(notice.at, now),
            notice_words(notice, self.desk),
            moment(notice.at, now),
            icon,
            role,
            notice.seen,
            _place(notice),
            notice.subject,
        )

    def _keep(self, notices: tuple[NoticeView, ...]) -> None:
        self.notices = notices
        self.changed.emit()


def notice_words(notice: NoticeView, desk: Desk) -> Words:
    """Put a notice into words."""
    key = f"notice.{notice.key}"
    words = say(
        key if has_sentence(key) else "notices.other",
        partner=name_of(notice.partner),
        amount=desk.figures.show(notice.amount),
    )
    if not notice.reason:
        return words
    because = f"session.not_done.{notice.reason}"
    if notice.key in _BY_SESSION and has_sentence(because):
        return Words(f"{words} {say(because, partner=name_of(notice.partner))}")
    return Words(f"{words} {say('notices.reason', reason=plain(notice.reason, REASON_LIMIT))}")


def _place(notice: NoticeView) -> str:
    return next((place for start, place in _PLACES if notice.key.startswith(start)), "")
