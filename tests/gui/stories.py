"""Stories: every screen in every state with sample data, for pictures and for audits.

A story is a function that takes a `Stage` (application window and fake door) and shows something.
`@story("name")` registers it; `scripts/screens.py` paints them all, tests walk through them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.helpers import sample
from tests.helpers.fake_door import FakeDoor
from wallet.engine.api.door import ProfileState
from wallet.engine.api.notices import WalletStopped
from wallet.gui.bridge import Bridge
from wallet.gui.text import Figures
from wallet.gui.viewmodels.base import Desk
from wallet.gui.viewmodels.first_run import LockChoice
from wallet.gui.viewmodels.preferences import Preferences
from wallet.gui.views.first_run import FirstRun
from wallet.gui.views.flow import attach
from wallet.gui.views.main_window import MainWindow
from wallet.model.errors import KeyringMissing, WrongPassword


@dataclass
class Stage:
    """A window on a fake door. `window` is made by `open`; `shown` is what the picture shows."""

    door: FakeDoor
    preferences: Preferences = field(default_factory=Preferences)
    window: MainWindow | None = None
    shown: QWidget | None = None
    size: tuple[int, int] = (1024, 640)

    def open(self) -> MainWindow:
        """Open the window on the door as it now is, and let everything arrive."""
        self.bridge = Bridge()
        self.bridge.listen(self.door.subscribe)
        self.desk = Desk(self.door, self.bridge, Figures(), now=self.door.clock)
        self.window = MainWindow(self.preferences)
        self.window.resize(*self.size)
        self.shown = self.window
        self.window.show()
        self.window.activateWindow()
        attach(self.window, self.desk)
        self.settle()
        return self.window

    def settle(self) -> None:
        """Let answers and paints happen."""
        for _ in range(6):
            self.bridge._deliver_notices()
            QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def close(self) -> None:
        """Take everything down."""
        if self.window is not None:
            self.bridge.close()
            self.window.may_close = lambda: True
            self.window.close()
            self.window.deleteLater()
            self.desk.deleteLater()
            self.bridge.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QApplication.processEvents()


Story = Callable[[Stage], None]
STORIES: dict[str, Story] = {}


def story(name: str) -> Callable[[Story], Story]:
    """Register a story under a name that becomes a file's name."""

    def register(one: Story) -> Story:
        assert name not in STORIES, name
        STORIES[name] = one
        return one

    return register


def a_stage(door: FakeDoor | None = None, preferences: Preferences | None = None) -> Stage:
    """Make a stage with the sample wallet."""
    return Stage(door or FakeDoor(), preferences or Preferences())


# --- window and its pages ------------------------------------------------------


@story("home")
def home(stage: Stage) -> None:
    stage.open()


@story("home-empty")
def home_empty(stage: Stage) -> None:
    stage.door.tallies, stage.door.sessions, stage.door.notices = [], [], []
    stage.door.chit_count = 0
    stage.open()


@story("home-hidden-amounts")
def home_hidden(stage: Stage) -> None:
    window = stage.open()
    window.do("hide_amounts")
    stage.settle()


@story("home-not-connected")
def home_offline(stage: Stage) -> None:
    stage.door.connected = False
    stage.door.backed_up = True
    stage.open()


@story("home-no-answer")
def home_silent(stage: Stage) -> None:
    stage.door.silent = True
    stage.open()


@story("home-narrow")
def home_narrow(stage: Stage) -> None:
    stage.open().resize(760, 640)
    stage.settle()


@story("notices")
def notices(stage: Stage) -> None:
    stage.open().go("notices")
    stage.settle()


@story("notices-empty")
def notices_empty(stage: Stage) -> None:
    stage.door.notices = []
    stage.open().go("notices")
    stage.settle()


@story("settings")
def settings(stage: Stage) -> None:
    stage.open().go("settings")
    stage.settle()


@story("keyboard")
def keyboard(stage: Stage) -> None:
    stage.open().do("keyboard")
    stage.settle()


@story("verify")
def verify(stage: Stage) -> None:
    stage.open().do("verify")
    stage.settle()


@story("emergency")
def emergency(stage: Stage) -> None:
    stage.open().open("emergency")
    stage.settle()


@story("closing-during-session")
def closing(stage: Stage) -> None:
    window = stage.open()
    window.close()
    stage.settle()
    stage.shown = window.findChild(QWidget, "closing")


@story("report")
def report(stage: Stage) -> None:
    window = stage.open()
    window.do("report")
    stage.settle()
    stage.shown = window.findChild(QWidget, "report")


# --- before the wallet is open --------------------------------------------------


def _first_run(stage: Stage) -> FirstRun:
    stage.door.profile = ProfileState.EMPTY
    page = stage.open().cover.currentWidget()
    assert isinstance(page, FirstRun)
    return page


@story("first-run-1-doors")
def first_doors(stage: Stage) -> None:
    _first_run(stage)


@story("first-run-2-invitation")
def first_link(stage: Stage) -> None:
    page = _first_run(stage)
    page.model.choose_door(invited=True)
    page.link.setText(sample.LINK)
    stage.settle()


@story("first-run-2-bad-link")
def first_bad_link(stage: Stage) -> None:
    page = _first_run(stage)
    page.model.choose_door(invited=True)
    page.link.setText("https://example.org/")
    stage.settle()


@story("first-run-3-who")
def first_who(stage: Stage) -> None:
    page = _first_run(stage)
    page.model.choose_door(invited=False)
    page.name.setText("Ada")
    stage.settle()


@story("first-run-4-lock")
def first_lock(stage: Stage) -> None:
    page = _first_run(stage)
    page.model.choose_door(invited=False)
    page.model.note(name="Ada")
    page.model.go_on()
    stage.settle()


@story("first-run-4-password")
def first_password(stage: Stage) -> None:
    first_lock(stage)
    assert stage.window is not None
    page = stage.window.cover.currentWidget()
    assert isinstance(page, FirstRun)
    page.by_password.setChecked(True)
    page.password.field.setText("sieben kleine Enten")
    page.again.field.setText("sieben kleine")
    page.go_on()
    stage.settle()


@story("first-run-5-done")
def first_done(stage: Stage) -> None:
    page = _first_run(stage)
    page.model.choose_door(invited=False)
    page.model.note(name="Ada", lock=LockChoice.KEYRING)
    page.model.go_on()
    page.model.go_on()
    stage.settle()


@story("unlock-password")
def unlock(stage: Stage) -> None:
    stage.door.profile = ProfileState.PASSWORD
    stage.open()


@story("unlock-wrong-password")
def unlock_wrong(stage: Stage) -> None:
    from wallet.engine.api.commands import OpenWallet

    stage.door.profile = ProfileState.PASSWORD
    stage.door.answers[OpenWallet] = WrongPassword()
    page = stage.open().cover.currentWidget()
    page.password.field.setText("wrong")  # type: ignore[union-attr]
    page.try_password()  # type: ignore[union-attr]
    stage.settle()


@story("unlock-keyring-waits")
def unlock_waits(stage: Stage) -> None:
    from wallet.engine.api.notices import KeyringAsked

    stage.door.silent = True
    stage.open()
    stage.door.announce(KeyringAsked())
    stage.settle()
    assert stage.window is not None
    stage.window.flow.model.keyring_is_slow()  # what its timer calls
    stage.settle()


@story("unlock-keyring-missing")
def unlock_missing(stage: Stage) -> None:
    from wallet.engine.api.commands import OpenWallet

    stage.door.answers[OpenWallet] = KeyringMissing()
    stage.open()


@story("stopped-disk-full")
def stopped(stage: Stage) -> None:
    stage.open()
    stage.door.announce(WalletStopped(code="DSK-FULL"))
    stage.settle()


@story("home-clock-off")
def clock_off(stage: Stage) -> None:
    status = stage.door.get_status

    def shifted():  # type: ignore[no-untyped-def]
        future = status()
        return stage.door._answer(replace(future.result(), clock_offset=7 * sample.MINUTE))

    stage.door.get_status = shifted  # type: ignore[method-assign]
    stage.open()


# Register themselves: partners, payments, sessions, who signs and decides, terms.
from tests.gui import (  # noqa: E402, F401
    stories_batches,
    stories_deciding,
    stories_money,
    stories_partners,
    stories_signing,
    stories_terms,
)
