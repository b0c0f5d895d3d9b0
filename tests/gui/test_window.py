"""The window by keyboard: pages, badges, first run, unlocking, closing, accessibility."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget

from tests.gui.stories import STORIES, Stage
from tests.helpers import sample
from tests.helpers.fake_door import FakeDoor
from wallet.crypto.sealing import Secret
from wallet.engine.api.commands import NoticesSeen, OpenWallet, SaveEmergencyFile
from wallet.engine.api.door import ProfileState
from wallet.engine.api.notices import KeyringAsked, SessionChanged, WalletStopped
from wallet.gui.text import bare
from wallet.gui.viewmodels.window import Stage as WalletStage
from wallet.gui.views.main_window import MainWindow
from wallet.gui.views.unlock import UnlockPage
from wallet.model.errors import KeyringMissing, WrongPassword


def press(target: QWidget, *keys: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
    for key in keys:
        QTest.keyClick(target, key, modifiers or Qt.KeyboardModifier.NoModifier)


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def speak(widget: QWidget) -> str:
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name) if found is not None else ""


# --- accessibility -----------------------------------------------------------------


def focusable(top: QWidget) -> list[QWidget]:
    return [
        one
        for one in top.findChildren(QWidget)
        if one.isVisibleTo(top)
        and one.isEnabled()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and one.focusProxy() is None
        and not one.metaObject().className().startswith("QMenu")
        and one.objectName() != "qt_toolbar_ext_button"
    ]


@pytest.mark.rule("H12")
@pytest.mark.parametrize("name", sorted(STORIES))
def test_everything_that_takes_the_focus_has_a_name(stage: Stage, name: str) -> None:
    STORIES[name](stage)
    shown = stage.shown or stage.window
    assert shown is not None
    unnamed = [one for one in focusable(shown) if not speak(one).strip()]
    assert [f"{one.metaObject().className()} {one.objectName()}" for one in unnamed] == []


@pytest.mark.rule("H12")
@pytest.mark.parametrize("name", ["home", "home-empty", "notices", "settings", "emergency"])
def test_tab_visits_everything_and_comes_round(stage: Stage, name: str) -> None:
    STORIES[name](stage)
    assert stage.window is not None
    wanted = set(focusable(stage.window))
    QTest.qWaitForWindowActive(stage.window)
    stage.window.sidebar.setFocus()
    visited: list[QWidget] = []
    for _ in range(3 * len(wanted) + 5):
        visited.append(focused())
        press(focused(), Qt.Key.Key_Tab)
        if focused() is visited[0]:
            break
    assert focused() is visited[0]
    groups = {one for one in wanted if getattr(one, "group", lambda: None)()}
    assert wanted - groups <= set(visited)
    assert len(set(visited)) == len(visited)
    press(focused(), Qt.Key.Key_Backtab)
    assert focused() is visited[-1]


# --- pages ---------------------------------------------------------------------------


@pytest.mark.rule("H12")
def test_pages_open_by_their_keys(stage: Stage) -> None:
    window = stage.open()
    for key, page in ((Qt.Key.Key_4, "notices"), (Qt.Key.Key_1, "home")):
        press(window, key, modifiers=Qt.KeyboardModifier.ControlModifier)
        stage.settle()
        assert window._page == page


def test_counts_are_shown_and_spoken_and_zero_is_not(stage: Stage) -> None:
    window = stage.open()
    pages = window.sidebar.pages
    index = pages.index(pages.pages.index("notices"))
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert index.data(spoken) == "Notices, 2 new"
    window.go("notices")
    stage.settle()
    page = window.current()
    press(page.seen, Qt.Key.Key_Space)  # type: ignore[attr-defined]
    stage.settle()
    assert stage.door.last(NoticesSeen).number == 5
    assert index.data(spoken) == "Notices"


@pytest.mark.rule("H14")
def test_hidden_amounts_are_nowhere(stage: Stage) -> None:
    window = stage.open()
    window.do("hide_amounts")
    stage.settle()
    page = window.current()
    texts = [one.text() for one in page.findChildren(type(page.title))]  # type: ignore[attr-defined]
    texts += [one.accessibleName() for one in page.findChildren(QWidget)]
    assert not [text for text in texts if "12.50" in text or "221.00" in text]


def test_a_smaller_window_shows_icons_only(stage: Stage) -> None:
    window = stage.open()
    wide = window.sidebar.width()
    window.resize(760, 640)
    stage.settle()
    assert window.sidebar.width() < wide / 2


def test_an_opened_page_is_left_by_escape(stage: Stage) -> None:
    window = stage.open()
    window.open("emergency")
    stage.settle()
    press(window.current(), Qt.Key.Key_Escape)
    assert type(window.current()).__name__ == "HomePage"


def test_a_text_size_makes_pages_anew_and_keeps_the_page(stage: Stage) -> None:
    window = stage.open()
    window.go("settings")
    window.preferences.set_percent(150)
    stage.settle()
    assert type(window.current()).__name__ == "SettingsPage"
    window.preferences.set_percent(100)


@pytest.mark.rule("H7")
def test_an_engine_that_never_answers_leaves_the_window_alive(stage: Stage) -> None:
    stage.door.silent = True
    window = stage.open()
    press(window, Qt.Key.Key_4, modifiers=Qt.KeyboardModifier.ControlModifier)
    assert window._page == "notices"


# --- banners, stopped, closing ----------------------------------------------------------


@pytest.mark.rule("H9")
def test_not_backed_up_is_said_until_the_file_was_read_back(stage: Stage) -> None:
    window = stage.open()
    assert window.banners.count() == 1
    window.open("emergency")
    page = window.current()
    QTest.keyClicks(page.password.field, "long enough")  # type: ignore[attr-defined]
    assert not page.save.isEnabled()  # type: ignore[attr-defined]
    QTest.keyClicks(page.again.field, "long enough")  # type: ignore[attr-defined]
    press(page.again.field, Qt.Key.Key_Return)  # type: ignore[attr-defined]
    stage.settle()
    assert stage.door.last(SaveEmergencyFile).password == Secret(b"long enough")
    assert window.banners.count() == 0


def test_a_stopped_engine_covers_everything(stage: Stage) -> None:
    window = stage.open()
    stage.door.announce(WalletStopped(code="DSK-FULL"))
    stage.settle()
    assert type(window.cover.currentWidget()).__name__ == "StoppedPage"


def closing_dialog(window: MainWindow) -> QDialog:
    return next(d for d in window.findChildren(QDialog) if d.objectName() == "closing")


@pytest.mark.rule("H8")
def test_closing_during_a_session_asks_and_can_wait(stage: Stage) -> None:
    window = stage.open()
    window.close()
    assert window.isVisible()
    dialog = closing_dialog(window)
    press(dialog.wait, Qt.Key.Key_Space)  # type: ignore[attr-defined]
    assert window.isVisible()
    stage.door.sessions = []
    stage.door.announce(SessionChanged("session-cem"))
    stage.settle()
    assert not window.isVisible()


@pytest.mark.rule("H8")
def test_closing_without_a_session_asks_nothing(stage: Stage) -> None:
    stage.door.sessions = []
    window = stage.open()
    window.close()
    assert not window.isVisible()


def test_escape_keeps_the_window_open(stage: Stage) -> None:
    window = stage.open()
    window.close()
    press(closing_dialog(window), Qt.Key.Key_Escape)
    stage.settle()
    assert window.isVisible()


def test_a_clock_that_is_off_is_said(stage: Stage) -> None:
    STORIES["home-clock-off"](stage)
    assert stage.window is not None
    assert stage.window.banners.count() == 2


# --- unlocking -----------------------------------------------------------------------------


def unlock_page(stage: Stage) -> UnlockPage:
    page = stage.open().cover.currentWidget()
    assert isinstance(page, UnlockPage)
    return page


def test_a_password_opens(stage: Stage) -> None:
    stage.door.profile = ProfileState.PASSWORD
    page = unlock_page(stage)
    QTest.keyClicks(page.password.field, "geheim")
    press(page.password.field, Qt.Key.Key_Return)
    stage.settle()
    assert stage.door.last(OpenWallet).password == Secret(b"geheim")
    assert stage.window is not None
    assert type(stage.window.current()).__name__ == "HomePage"


def test_wrong_passwords_make_a_growing_pause(stage: Stage) -> None:
    stage.door.profile = ProfileState.PASSWORD
    stage.door.answers[OpenWallet] = WrongPassword()
    page = unlock_page(stage)
    pauses: list[int] = []
    page._model.wrong_password.connect(pauses.append)
    for _ in range(7):
        page._pause = 0
        page._on_tick()
        page.password.field.setText("x")
        press(page.password.field, Qt.Key.Key_Return)
        stage.settle()
    assert pauses == [0, 0, 0, 0, 2, 4, 8]
    assert not page.button.isEnabled()


def test_a_missing_keyring_says_so_and_tries_again(stage: Stage) -> None:
    stage.door.answers[OpenWallet] = KeyringMissing()
    page = unlock_page(stage)
    assert "no keyring" in page._reason.text()
    del stage.door.answers[OpenWallet]
    press(page.again, Qt.Key.Key_Space)
    stage.settle()
    assert stage.window is not None
    assert stage.window.flow is not None
    assert stage.window.flow.model.stage is WalletStage.OPEN


def test_a_keyring_that_answers_at_once_shows_no_page(stage: Stage) -> None:
    stage.door.silent = True
    window = stage.open()
    stage.door.announce(KeyringAsked())
    stage.settle()
    assert window.cover.count() == 1
    stage.door.silent = False
    stage.door.pending[0].set_result(None)
    stage.settle()
    assert window.flow is not None
    assert window.flow.model.stage is WalletStage.OPEN
    window.flow.model.keyring_is_slow()  # a timer that comes too late
    assert window.cover.count() == 1


def test_nothing_is_asked_of_a_wallet_that_is_not_open(stage: Stage) -> None:
    stage.door.silent = True
    window = stage.open()
    assert len(stage.door.pending) == 1  # the wish to open it
    assert window.statusBar().currentMessage() == ""


@pytest.mark.rule("H14")
def test_a_locked_window_shows_no_name(stage: Stage) -> None:
    stage.door.profile = ProfileState.PASSWORD
    stage.open()
    assert stage.window is not None
    assert stage.window.windowTitle() == "Tallystick"


# --- many rows, many names -------------------------------------------------------------------


def test_the_status_bar_speaks_whole_sentences(stage: Stage) -> None:
    window = stage.open()
    assert window.flow is not None
    bar = window.flow.status
    assert bare(bar.connection.accessibleName()) == "Connected, 3 of 4 partners online"
    assert "Cem 0:4" in bar.sessions.accessibleName()
    assert "not backed up" in bar.backup.accessibleName()


@pytest.mark.rule("H10")
def test_a_hostile_name_stays_text(stage: Stage) -> None:
    stage.door.wallet = replace(stage.door.wallet, name=sample.HOSTILE)
    window = stage.open()
    assert "\u202e" not in window.windowTitle()
    for button in window.findChildren(QPushButton):
        assert "\u202e" not in button.text()


def test_the_fake_door_is_a_door() -> None:
    from wallet.engine.api.door import Door

    missing = [name for name in dir(Door) if not name.startswith("_")]
    assert [name for name in missing if not hasattr(FakeDoor, name)] == []
