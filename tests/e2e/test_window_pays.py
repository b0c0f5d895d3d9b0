"""The real window on a real engine, by keys and a click; the partner is a second process.

First run, invitation, answer, tally, payment; in the middle of it the partner is killed, so that
the countdown runs; it comes back, and both show the same balance.  Nothing is called that
a person could not press: the test only reads where the focus is and what is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from tests.helpers.running import LOOPBACK, TERMS, Running, assert_sound
from tests.helpers.secret_service import SecretService
from wallet.app import make_engine
from wallet.engine.api.commands import VerifyAll
from wallet.engine.api.views import TallyState
from wallet.engine.thread import EngineThread
from wallet.gui.main import Start, open_window
from wallet.gui.text import bare, say
from wallet.gui.viewmodels.first_run import Step
from wallet.gui.viewmodels.preferences import Preferences
from wallet.gui.views.answer import AnswerPage
from wallet.gui.views.chit import ChitPage
from wallet.gui.views.first_run import FirstRun
from wallet.gui.views.home import HomePage
from wallet.gui.views.main_window import MainWindow
from wallet.gui.views.pay import PayPage
from wallet.gui.views.sending import SendingPanel
from wallet.gui.widgets.review import Review

pytestmark = [
    pytest.mark.xcb,
    pytest.mark.needs("linux", "secret-service", "iroh", "xvfb"),
]
WAIT_MS = 20_000
# The partner has agreed and both chains are locked: the one moment in which time is shown.
DIES_BEFORE_SIGNING = "frame:session-data 1 before commit"


class Person:
    """Presses keys where the focus is, and reads what is shown."""

    def __init__(self, window: MainWindow, qtbot) -> None:
        self.window = window
        self.qtbot = qtbot

    def until(self, seen: Callable[[], object]) -> None:
        """Wait until something is seen."""
        self.qtbot.waitUntil(lambda: bool(seen()), timeout=WAIT_MS)

    @property
    def target(self) -> QWidget:
        """Where keys go: to a list that popped up, else to the focus."""
        found = QApplication.activePopupWidget() or QApplication.focusWidget()
        assert found is not None
        return found

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
        """Press a key."""
        QTest.keyClick(self.target, key, modifiers or Qt.KeyboardModifier.NoModifier)

    def control(self, key: Qt.Key) -> None:
        """Press a key with Ctrl."""
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def type(self, text: str) -> None:
        """Type a text."""
        for letter in text:
            QTest.keyClick(self.target, letter)

    def tab_to(self, wanted: QWidget) -> None:
        """Press Tab until the focus is there."""
        for _ in range(80):
            if QApplication.focusWidget() is wanted:
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab never comes to {wanted.accessibleName()!r}")

    def button(self, key: str, within: QWidget) -> QPushButton:
        """The button with these words, as soon as it is shown."""
        words = bare(say(key))

        def found() -> QPushButton | None:
            shown = [one for one in within.findChildren(QPushButton) if one.isVisible()]
            return next((one for one in shown if bare(one.text()) == words), None)

        self.until(found)
        button = found()
        assert button is not None
        return button

    def choose(self, button: QPushButton) -> None:
        """Go to a button with Tab, and press it when it can be."""
        self.until(button.isEnabled)
        self.tab_to(button)
        self.press(Qt.Key.Key_Space)

    def shown(self) -> str:
        """Everything that stands in the window."""
        labels = self.window.findChildren(QLabel)
        return bare("\n".join(one.text() for one in labels if one.isVisible()))

    def page(self, kind: type[QWidget]) -> QWidget:
        """The page of this kind, as soon as it is shown."""
        self.until(lambda: isinstance(self.window.current(), kind))
        return self.window.current()

    def sign(self, review: Callable[[], Review | None]) -> None:
        """Press the button of a review when the moment to read has passed."""
        self.until(review)
        found = review()
        assert found is not None
        self.choose(found.sign)


@pytest.fixture
def window(
    keyring: SecretService, qapp: QApplication, tmp_path: Path
) -> Iterator[tuple[MainWindow, EngineThread]]:
    """The window as `python -m wallet` opens it, on an empty profile."""
    folder = tmp_path / "window"
    folder.mkdir()
    engine = make_engine(folder, LOOPBACK)

    def start() -> EngineThread:
        engine.start()
        return engine

    made = open_window(qapp, Preferences(folder))
    begun = Start(made, start, folder, "", None)
    made.resize(1024, 640)
    made.show()
    made.activateWindow()
    yield made, engine
    begun.close()
    made.may_close = lambda: True
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    engine.stop()


def test_first_run_to_balance_by_keyboard(window, qtbot, tmp_path: Path) -> None:
    shown, engine = window
    person = Person(shown, qtbot)
    with Running(tmp_path / "ada", trap=DIES_BEFORE_SIGNING) as ada:
        ada.init("Ada")
        invited = ada.ask("invite", whom="Bo", memo="Neighbours", **TERMS)
        first_run(person, invited["link"])
        answer(person)
        offer = ada.until(ada.tally_or_none, lambda one: one and one["state"] == "received")
        assert offer["partner"]["name"] == "Bo"
        ada.ask("accept", subject=offer["id"])
        tally = offer["id"]
        person.until(lambda: engine.get_tally(tally).result().state is TallyState.OPEN)
        pay(person)
        ada.wait_killed()
    countdown(person)
    with Running(tmp_path / "ada") as again:
        again.wait("Ready")
        person.until(lambda: "Agreed. You paid Ada 12.50." in person.shown())
        person.control(Qt.Key.Key_1)
        person.page(HomePage)
        person.until(lambda: "12.50" in person.shown())
        there = again.until(again.tally, lambda one: one["confirmed"] == 1)
        person.until(lambda: engine.get_tally(tally).result().confirmed == 1)
        here = engine.get_tally(tally).result()
        assert (here.balance, there["balance"]) == (-12_500, 12_500)
        assert here.head == there["head"]
        assert engine.submit(VerifyAll()).result().problem == ""
        assert_sound(again)


def first_run(person: Person, link: str) -> None:
    """I have an invitation → paste → name → keyring → made."""
    person.until(lambda: isinstance(person.window.cover.currentWidget(), FirstRun))
    page = person.window.cover.currentWidget()
    assert isinstance(page, FirstRun)
    person.until(page.invited.hasFocus)
    person.press(Qt.Key.Key_Return)
    person.until(lambda: page.step is Step.LINK)
    QApplication.clipboard().setText(link)
    person.control(Qt.Key.Key_V)
    person.until(lambda: "Ada" in page.link_says.text())
    person.press(Qt.Key.Key_Return)
    person.until(lambda: page.step is Step.WHO)
    person.type("Bo")
    person.press(Qt.Key.Key_Return)
    person.until(lambda: page.step is Step.LOCK)
    assert page.by_keyring.isChecked()
    person.press(Qt.Key.Key_Return)
    person.until(lambda: page.step is Step.DONE)
    person.until(page.look.hasFocus)
    person.press(Qt.Key.Key_Return)


def answer(person: Person) -> None:
    """Look at the invitation, sign the answer."""
    page = person.page(AnswerPage)
    assert isinstance(page, AnswerPage)
    person.until(lambda: page.link is not None)
    assert "Ada" in person.shown()
    person.choose(person.button("answer.yes", page))
    person.sign(lambda: page.review)
    person.until(lambda: bare(say("answer.sent", inviter="Ada")) in person.shown())


def pay(person: Person) -> None:
    """Amount, memo, review, signature, gone before the undo is over."""
    person.control(Qt.Key.Key_P)
    page = person.page(PayPage)
    assert isinstance(page, PayPage)
    person.until(lambda: page.model.partners())
    person.tab_to(page.to)
    person.type("Ada")
    person.tab_to(page.amount.field)
    assert page.model.tally is not None
    person.type("12.50")
    person.tab_to(page.memo.field)
    person.type("eggs")
    person.until(lambda: "you owe Ada 12.50" in person.shown())
    person.press(Qt.Key.Key_Return)
    person.sign(lambda: page.review)
    person.until(lambda: isinstance(page.currentWidget(), SendingPanel))
    panel = page.currentWidget()
    assert isinstance(panel, SendingPanel)
    QTest.mouseClick(panel.send_now, Qt.MouseButton.LeftButton)


def countdown(person: Person) -> None:
    """The chit's page shows the session that runs, its ring and its seconds."""
    page = person.page(ChitPage)
    assert isinstance(page, ChitPage)
    person.until(lambda: page.session is not None and page.session.running.isVisible())
    running = page.session.running
    person.until(running.ring.isVisible)
    person.until(lambda: running.clock.isVisible() and running.clock.text())
    person.until(running.stop.isVisible)
