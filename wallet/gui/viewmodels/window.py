"""What the window shows around the pages: the wallet's stage, the status bar, the badges."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from wallet.crypto.sealing import Secret
from wallet.engine.api.commands import OpenWallet, TrustClock
from wallet.engine.api.door import ProfileState
from wallet.engine.api.notices import (
    ChitChanged,
    ConnectionChanged,
    KeyringAsked,
    Notice,
    NoticeAdded,
    SessionChanged,
    TallyChanged,
    TaskFailed,
    WalletOpened,
    WalletStopped,
)
from wallet.engine.api.views import (
    NoticeView,
    Outcome,
    SessionView,
    StatusView,
    TallyView,
    WalletView,
)
from wallet.gui.text import Words, plain, say
from wallet.gui.viewmodels.base import Desk, ViewModel
from wallet.model.errors import (
    KeyringLocked,
    KeyringMissing,
    OldCopy,
    ProfileInUse,
    StoreError,
    UserError,
    WalletError,
    WrongPassword,
)

CLOCK_TOLERANCE = 5 * 60_000  # ms; beyond, both-sign sessions would miss their time
CLOCK_OFF = "CLK-OFF"
# A keyring that is unlocked answers within this; a page that only flashes up tells nobody anything.
KEYRING_MS = 300
FREE_TRIES = 5
UNIT_LIMIT = 12


class Stage(StrEnum):
    """Where the wallet is; each has its page."""

    STARTING = "starting"
    FIRST_RUN = "first run"
    LOCKED = "locked"  # a password is wanted
    KEYRING = "keyring"  # the system's keyring has not answered yet
    CLOSED = "closed"  # the keyring cannot open it; `error` says why
    OPEN = "open"
    STOPPED = "stopped"  # the engine ended; `code` says why


class WindowModel(ViewModel):
    """Opens the wallet and follows it.

    Signals:
        stage_changed: the wallet is at another stage.
        counts_changed: badges of the sidebar.
        wrong_password: with the seconds to wait before the next try.
    """

    stage_changed = Signal(object)
    counts_changed = Signal()
    wrong_password = Signal(int)
    HEARS = (
        ConnectionChanged,
        SessionChanged,
        TallyChanged,
        ChitChanged,
        NoticeAdded,
        TaskFailed,
    )

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.stage = Stage.STARTING
        self.status: StatusView | None = None
        self.wallet: WalletView | None = None
        self.needs_me = 0
        self.unseen = 0
        self.tries = 0
        self.code = ""
        self.error: WalletError | None = None
        self._keyring = QTimer(self)
        self._keyring.setSingleShot(True)
        self._keyring.setInterval(KEYRING_MS)
        self._keyring.timeout.connect(self.keyring_is_slow)

    def begin(self) -> None:
        """Look what stands in the profile, and open it if that needs nobody."""
        state = self.desk.door.profile_state()
        if state is ProfileState.EMPTY:
            self._to(Stage.FIRST_RUN)
        elif state is ProfileState.PASSWORD:
            self._to(Stage.LOCKED)
        else:
            self.open_with_keyring()

    def open_with_keyring(self) -> None:
        """Ask the engine to open the profile with the system's keyring."""
        if self.stage is not Stage.STARTING:
            self._to(Stage.KEYRING)
        wish = OpenWallet(network_later=True)
        self.ask(self.desk.door.submit(wish), self._opened, self._not_opened)

    @Slot()
    def keyring_is_slow(self) -> None:
        """The keyring waits for the person, most likely: say so."""
        if self.stage is Stage.STARTING:
            self._to(Stage.KEYRING)

    def unlock(self, password: str) -> None:
        """Try a password. `wrong_password` says how long to wait when it is not the one."""
        secret = Secret(password.encode("utf-8"))
        wish = OpenWallet(secret, network_later=True)
        self.ask(self.desk.door.submit(wish), self._opened, self._not_opened)

    def created(self) -> None:
        """The first run has made the wallet."""
        self._to(Stage.OPEN)

    def on_notices(self, notices: tuple[Notice, ...]) -> None:
        """Follow the wallet's stage; ask for status and badges again."""
        for notice in notices:
            if isinstance(notice, WalletStopped):
                self.code = notice.code
                self._to(Stage.STOPPED)
            elif isinstance(notice, KeyringAsked) and self.stage is Stage.STARTING:
                self._keyring.start()
            elif isinstance(notice, WalletOpened) and self.stage in _OPENING:
                self._to(Stage.OPEN)
        if self.stage is Stage.OPEN and any(isinstance(n, self.HEARS) for n in notices):
            self.refresh()

    def refresh(self) -> None:
        """Ask for the status bar and the badges."""
        door = self.desk.door
        self.ask_latest(door.get_status, self._keep_status, "status")
        self.ask_latest(door.list_tallies, self._keep_tallies, "tallies")
        self.ask_latest(door.list_notices, self._keep_notices, "notices")

    def running(self) -> tuple[SessionView, ...]:
        """Return the sessions that run, the one that ends first first."""
        if self.status is None:
            return ()
        live = [one for one in self.status.sessions if one.outcome is Outcome.RUNNING]
        return tuple(sorted(live, key=lambda one: one.ends_at))

    def unknown(self) -> tuple[SessionView, ...]:
        """Return the sessions whose outcome is not known yet."""
        if self.status is None:
            return ()
        return tuple(one for one in self.status.sessions if one.outcome is Outcome.NOT_KNOWN)

    def clock_is_doubted(self) -> bool:
        """Tell whether the engine signs nothing because of this computer's clock."""
        return self.status is not None and self.status.problem == CLOCK_OFF

    def trust_clock(self) -> None:
        """The person says that this computer's clock is right."""
        self.ask(self.desk.door.submit(TrustClock()), lambda _: self.refresh())

    def clock_is_off(self) -> bool:
        """Tell whether this computer's clock differs too much from the partners'."""
        return self.status is not None and abs(self.status.clock_offset) > CLOCK_TOLERANCE

    def connection(self) -> tuple[Words, Words]:
        """Return the connection in short and as a sentence."""
        status = self.status
        if status is not None and status.problem == OldCopy.code:
            return say("bar.old_copy_short"), say("bar.old_copy")
        if status is None or not status.connected:
            return say("bar.offline_short"), say("bar.offline")
        if not status.partners:
            return say("bar.connected_none"), say("bar.connected_none")
        words = connection_words(status)
        return words, words

    def backup(self) -> tuple[Words, Words]:
        """Return the state of the backup in short and as a sentence."""
        if self.status is not None and self.status.backed_up:
            return say("bar.backed_up"), say("bar.backed_up")
        return say("bar.not_backed_up"), say("bar.not_backed_up_whole")

    def _opened(self, nothing: None) -> None:
        del nothing
        self.tries = 0
        if self.stage is not Stage.OPEN:
            self._to(Stage.OPEN)

    def _not_opened(self, error: BaseException) -> None:
        if isinstance(error, WrongPassword):
            self.tries += 1
            self._to(Stage.LOCKED)
            self.wrong_password.emit(0 if self.tries < FREE_TRIES else 2 ** (self.tries - 4))
        elif isinstance(error, KeyringLocked | KeyringMissing | ProfileInUse | UserError):
            self.error = error
            self._to(Stage.CLOSED)
        elif isinstance(error, StoreError):
            self.code, self.error = error.code, error
            self._to(Stage.STOPPED)
        else:
            self.failed.emit(error)

    def _to(self, stage: Stage) -> None:
        self.stage = stage
        self._keyring.stop()
        if stage is Stage.OPEN:
            self.ask(self.desk.door.get_wallet(), self._keep_wallet)  # first: it names the unit
        self.stage_changed.emit(stage)
        if stage is Stage.OPEN:
            self.refresh()

    def _keep_wallet(self, wallet: WalletView) -> None:
        self.wallet = wallet
        self.desk.set_unit(plain(wallet.unit, UNIT_LIMIT))
        self.changed.emit()

    def _keep_status(self, status: StatusView) -> None:
        self.status = status
        self.changed.emit()

    def _keep_tallies(self, tallies: tuple[TallyView, ...]) -> None:
        self.needs_me = sum(tally.needs_me for tally in tallies)
        self.counts_changed.emit()

    def _keep_notices(self, notices: tuple[NoticeView, ...]) -> None:
        self.unseen = sum(not notice.seen for notice in notices)
        self.counts_changed.emit()


def connection_words(status: StatusView) -> Words:
    """Say whether there is a connection, and how many partners are online."""
    if not status.connected:
        return say("bar.offline")
    if not status.partners:
        return say("bar.connected_none")
    return say("bar.connected", online=status.online, n=status.partners)


_OPENING = (Stage.STARTING, Stage.KEYRING, Stage.LOCKED, Stage.CLOSED)
