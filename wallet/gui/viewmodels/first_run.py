"""The first run as a table of steps: which pages, in what order, what each needs to go on.

Source: ux.md 5.3 (W0). Nothing is made before the last decision; closed at any step, nothing is
half-made.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from wallet.crypto.sealing import Secret
from wallet.engine.api.commands import CreateWallet
from wallet.engine.api.views import LinkView
from wallet.gui.text import Words, say
from wallet.gui.viewmodels.base import Desk, ViewModel
from wallet.model.errors import KeyringMissing

PICTURE_LIMIT = 64 * 1024
MIN_PASSWORD = 8
NAME_LIMIT = 60
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
# Argon2id at 256 MiB: a machine with many cards tries some thousand passwords a second.
GUESSES_PER_SECOND = 1_000


class Step(StrEnum):
    """Pages of the first run."""

    DOORS = "doors"
    LINK = "link"
    WHO = "who"
    LOCK = "lock"
    DONE = "done"


class LockChoice(StrEnum):
    """What the wrapping key is kept in."""

    KEYRING = "keyring"
    PASSWORD = "password"


class Answers(Struct, frozen=True):
    """All that was entered so far; *Back* loses nothing of it."""

    invited: bool = False
    link: str = ""
    name: str = ""
    contact: str = ""
    picture: bytes = b""
    lock: LockChoice = LockChoice.KEYRING
    password: str = ""
    again: str = ""


class Row(Struct, frozen=True):
    """A step: which answers it belongs to, and what stands in the way of going on."""

    step: Step
    problem: str = ""  # key of a check in `_CHECKS`
    only_invited: bool = False


STEPS: tuple[Row, ...] = (
    Row(Step.DOORS),
    Row(Step.LINK, only_invited=True),
    Row(Step.WHO, "name"),
    Row(Step.LOCK, "password"),
    Row(Step.DONE),
)


def path(answers: Answers) -> tuple[Step, ...]:
    """Return the steps these answers lead through."""
    return tuple(row.step for row in STEPS if answers.invited or not row.only_invited)


def step_after(step: Step, answers: Answers) -> Step:
    """Return the next step; the last is its own."""
    steps = path(answers)
    return steps[min(steps.index(step) + 1, len(steps) - 1)]


def step_before(step: Step, answers: Answers) -> Step | None:
    """Return the step that *Back* leads to; None where there is no way back."""
    steps = path(answers)
    place = steps.index(step)
    return None if place == 0 or step is Step.DONE else steps[place - 1]


def problem(step: Step, answers: Answers) -> Words | None:
    """Say why one cannot go on from this step yet; None: one can."""
    check = next(row.problem for row in STEPS if row.step is step)
    if check == "name" and not answers.name.strip():
        return say("first.name_missing")
    if check == "password" and answers.lock is LockChoice.PASSWORD:
        return _password_problem(answers)
    return None


def _password_problem(answers: Answers) -> Words | None:
    if not answers.password:
        return say("first.password_missing")
    if len(answers.password) < MIN_PASSWORD:
        return say("first.password_short", n=MIN_PASSWORD)
    return say("first.password_differs") if answers.password != answers.again else None


def picture_problem(picture: bytes) -> Words | None:
    """Say why a file cannot be the picture; None: it can (its size and first bytes)."""
    if len(picture) > PICTURE_LIMIT:
        return say("first.picture_large")
    return None if picture.startswith(_PICTURES) else say("first.picture_wrong")


def strength(password: str) -> Words:
    """Say how long guessing takes: a rough, low estimate from length, variety and repetition."""
    if not password:
        return Words("")
    seconds = guesses(password) // GUESSES_PER_SECOND
    for limit, key in _LENGTHS:
        if seconds < limit:
            return say("first.strength", time=say(key)) if key else say("first.strength_now")
    years = seconds // _YEAR
    if years < 200:
        return say("first.strength", time=say("duration.years", n=years))
    return say("first.strength", time=say("duration.centuries"))


def guesses(password: str) -> int:
    """Estimate the tries needed; a sign that repeats or follows the last one adds little."""
    alphabet = sum(
        size
        for size, kind in ((26, str.islower), (26, str.isupper), (10, str.isdigit))
        if any(kind(sign) for sign in password)
    )
    alphabet += 20 if any(not sign.isalnum() for sign in password) else 0
    tries, before = 1, ""
    for sign in password:
        near = before and abs(ord(sign) - ord(before)) <= 1
        # People choose words: a letter is worth less than its alphabet.
        tries *= 2 if near else max(2, alphabet // 3)
        before = sign
    return tries


_YEAR = 365 * 86_400
_LENGTHS = (
    (1, ""),
    (60, "duration.seconds"),
    (3600, "duration.minutes"),
    (86_400, "duration.hours"),
    (30 * 86_400, "duration.days"),
    (_YEAR, "duration.months"),
)


class FirstRunModel(ViewModel):
    """Walks the table, looks at the link, makes the wallet.

    Signals:
        step_changed: another step is to be shown.
        created: the wallet is made and open.
    """

    step_changed = Signal(object)
    created = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.step = Step.DOORS
        self.answers = Answers()
        self.link: LinkView | None = None
        self.working = False
        self.has_keyring = True
        self.ask(desk.door.has_keyring(), self._keep_keyring)

    def note(self, **entered: object) -> None:
        """Keep what was entered."""
        self.answers = replace(self.answers, **entered)
        self.changed.emit()

    def problem(self) -> Words | None:
        """Say why one cannot go on; None: one can."""
        return problem(self.step, self.answers)

    def go_on(self) -> None:
        """Go to the next step, or make the wallet when everything is decided."""
        if self.working or self.problem() is not None:
            return
        following = step_after(self.step, self.answers)
        if following is Step.DONE and self.step is Step.LOCK:
            self._create()
        else:
            self._to(following)

    def go_back(self) -> None:
        """Go to the step before; what was entered stays."""
        before = step_before(self.step, self.answers)
        if before is not None and not self.working:
            self._to(before)

    def choose_door(self, *, invited: bool) -> None:
        """Take one of the two doors."""
        self.note(invited=invited)
        self.go_on()

    def look_at(self, link: str) -> None:
        """Describe the pasted invitation; nobody is contacted."""
        self.note(link=link.strip())
        if not self.answers.link:
            self._keep_link(None)
            return
        self.ask(self.desk.door.fetch_link(self.answers.link), self._keep_link)

    def good_link(self) -> str:
        """Return the invitation to answer afterwards, or the empty text."""
        usable = self.link is not None and self.link.kind == "invite" and not self.link.error
        return self.answers.link if self.answers.invited and usable else ""

    def refresh(self) -> None:
        """Nothing is asked before the wallet exists."""

    def _keep_link(self, link: LinkView | None) -> None:
        self.link = link
        self.changed.emit()

    def _keep_keyring(self, there: bool) -> None:
        """Without a keyring a password is what remains; found out before anyone is asked."""
        self.has_keyring = there
        if not there:
            self.note(lock=LockChoice.PASSWORD)

    def _create(self) -> None:
        given = self.answers
        secret = None
        if given.lock is LockChoice.PASSWORD:
            secret = Secret(given.password.encode("utf-8"))
        self.working = True
        self.changed.emit()
        wish = CreateWallet(given.name.strip(), given.contact.strip(), given.picture, secret)
        self.ask(self.desk.door.submit(wish), self._made, self._not_made)

    def _made(self, nothing: None) -> None:
        del nothing
        self.working = False
        # The password is not kept a moment longer than needed.
        self.answers = replace(self.answers, password="", again="")
        self._to(Step.DONE)
        self.created.emit()

    def _not_made(self, error: BaseException) -> None:
        self.working = False
        if isinstance(error, KeyringMissing):
            self._keep_keyring(there=False)
        self.changed.emit()
        self.failed.emit(error)

    def _to(self, step: Step) -> None:
        self.step = step
        self.step_changed.emit(step)
        self.changed.emit()
