"""The first run: its table of steps, and the whole of it by keyboard alone."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.stories import Stage
from tests.gui.test_window import focused, press
from tests.helpers import sample
from wallet.crypto.sealing import Secret
from wallet.engine.api.commands import CreateWallet
from wallet.engine.api.door import ProfileState
from wallet.gui.viewmodels.first_run import (
    Answers,
    LockChoice,
    Step,
    guesses,
    path,
    picture_problem,
    problem,
    step_after,
    step_before,
    strength,
)
from wallet.gui.views.first_run import FirstRun
from wallet.model.errors import KeyringMissing


def test_the_table_leads_through_its_steps_and_back() -> None:
    for answers in (Answers(), Answers(invited=True)):
        steps = path(answers)
        for before, after in pairwise(steps):
            assert step_after(before, answers) is after
            if after is not Step.DONE:
                assert step_before(after, answers) is before
    assert path(Answers()) == (Step.DOORS, Step.WHO, Step.LOCK, Step.DONE)
    assert Step.LINK in path(Answers(invited=True))
    assert step_before(Step.DONE, Answers()) is None


@pytest.mark.parametrize(
    ("step", "answers", "stands_in_the_way"),
    [
        (Step.WHO, Answers(), True),
        (Step.WHO, Answers(name=" "), True),
        (Step.WHO, Answers(name="Ada"), False),
        (Step.LOCK, Answers(), False),
        (Step.LOCK, Answers(lock=LockChoice.PASSWORD), True),
        (Step.LOCK, Answers(lock=LockChoice.PASSWORD, password="short", again="short"), True),
        (Step.LOCK, Answers(lock=LockChoice.PASSWORD, password="12345678", again="1"), True),
        (Step.LOCK, Answers(lock=LockChoice.PASSWORD, password="a" * 8, again="a" * 8), False),
        (Step.LINK, Answers(link="nonsense"), False),
    ],
)
def test_what_stands_in_the_way(step: Step, answers: Answers, stands_in_the_way: bool) -> None:
    assert (problem(step, answers) is not None) is stands_in_the_way


def test_strength_is_estimated_low() -> None:
    assert guesses("aaaaaaaa") < guesses("abxqmzkr") < guesses("abXq3!kr")
    assert "no time at all" in strength("abcdefg")
    assert "takes centuries on" in strength("correct horse battery staple")
    assert strength("") == ""


def test_a_picture_is_small_and_a_picture() -> None:
    assert picture_problem(b"\x89PNG\r\n\x1a\n" + b"x" * 100) is None
    assert picture_problem(b"\x89PNG\r\n\x1a\n" + b"x" * 65_536) is not None
    assert picture_problem(b"<svg>") is not None


# --- first run: by keyboard alone ------------------------------------------------------------


def first_run(stage: Stage) -> FirstRun:
    stage.door.profile = ProfileState.EMPTY
    page = stage.open().cover.currentWidget()
    assert isinstance(page, FirstRun)
    return page


@pytest.mark.rule("H12")
def test_a_new_wallet_by_keyboard_alone(stage: Stage) -> None:
    page = first_run(stage)
    press(focused(), Qt.Key.Key_Tab)
    press(focused(), Qt.Key.Key_Space)  # start new
    assert page.step is Step.WHO
    QTest.keyClicks(focused(), "Ada")
    press(focused(), Qt.Key.Key_Return)
    assert page.step is Step.LOCK
    assert stage.door.commands == []  # one Enter is one step
    press(page.next, Qt.Key.Key_Space)
    stage.settle()
    assert page.step is Step.DONE
    assert stage.door.last(CreateWallet) == CreateWallet("Ada")
    press(focused(), Qt.Key.Key_Space)
    stage.settle()
    assert stage.window is not None
    assert type(stage.window.current()).__name__ == "HomePage"


def test_an_invitation_given_at_the_first_door_is_looked_at_afterwards(stage: Stage) -> None:
    page = first_run(stage)
    links: list[str] = []
    page.finished.connect(links.append)
    press(focused(), Qt.Key.Key_Space)
    assert page.step is Step.LINK
    page.link.setText(sample.LINK)
    stage.settle()
    assert "Eva Ernst" in page.link_says.text()
    assert stage.door.commands == []  # nobody is contacted, nothing is made
    press(page.link, Qt.Key.Key_Return)
    QTest.keyClicks(focused(), "Bo")
    press(focused(), Qt.Key.Key_Return)
    press(page.next, Qt.Key.Key_Space)
    stage.settle()
    press(focused(), Qt.Key.Key_Space)
    assert links == [sample.LINK]


def test_back_keeps_what_was_entered(stage: Stage) -> None:
    page = first_run(stage)
    page.model.choose_door(invited=False)
    page.name.setText("Ada")
    page.go_on()
    press(page.back, Qt.Key.Key_Space)
    assert (page.step, page.name.text()) == (Step.WHO, "Ada")


def test_without_a_keyring_the_password_is_offered(stage: Stage) -> None:
    stage.door.answers[CreateWallet] = KeyringMissing()
    page = first_run(stage)
    page.model.choose_door(invited=False)
    page.name.setText("Ada")
    page.go_on()
    page.go_on()
    stage.settle()
    assert page.step is Step.LOCK
    assert "no keyring" in page.problem.text()
    assert page.by_password.isChecked()
    assert focused() is page.password.field


@pytest.mark.rule("H12")
def test_without_a_keyring_the_page_finds_out_by_itself(stage: Stage) -> None:
    stage.door.keyring = False
    page = first_run(stage)
    stage.settle()
    press(focused(), Qt.Key.Key_Tab)
    press(focused(), Qt.Key.Key_Space)
    QTest.keyClicks(focused(), "Ada")
    press(focused(), Qt.Key.Key_Return)
    assert not page.by_keyring.isEnabled()
    assert "no keyring" in page.keyring_hint.text()
    QTest.keyClicks(focused(), "sieben Enten")
    press(focused(), Qt.Key.Key_Tab)
    while focused() is not page.again.field:
        press(focused(), Qt.Key.Key_Tab)
    QTest.keyClicks(focused(), "sieben Enten")
    press(focused(), Qt.Key.Key_Return)
    stage.settle()
    assert stage.door.last(CreateWallet).password == Secret(b"sieben Enten")


@pytest.mark.rule("H12")
def test_enter_goes_on_where_the_keyring_is_chosen(stage: Stage) -> None:
    page = first_run(stage)
    page.model.choose_door(invited=False)
    page.name.setText("Ada")
    page.go_on()
    assert focused() is page.by_keyring
    press(focused(), Qt.Key.Key_Return)
    stage.settle()
    assert page.step is Step.DONE


def test_a_link_that_came_with_the_start_fills_the_invitation(stage: Stage) -> None:
    page = first_run(stage)
    stage.window.flow.open_link(sample.LINK)
    stage.settle()
    assert (page.step, page.link.text()) == (Step.LINK, sample.LINK)
    assert "Eva Ernst" in page.link_says.text()
    page.link.clear()  # still the person's to change
    stage.settle()
    assert page.model.good_link() == ""


def test_a_link_that_comes_during_the_first_run_is_looked_at_afterwards(stage: Stage) -> None:
    page = first_run(stage)
    page.model.choose_door(invited=False)
    page.name.setText("Ada")
    page.go_on()
    stage.window.flow.open_link(sample.LINK)
    stage.settle()
    assert page.step is Step.LOCK
    page.go_on()
    stage.settle()
    assert page.model.good_link() == sample.LINK
    assert "invitation" in page.look.text()


def test_the_password_goes_to_the_engine_and_is_forgotten_here(stage: Stage) -> None:
    page = first_run(stage)
    page.model.choose_door(invited=False)
    page.model.note(name="Ada", lock=LockChoice.PASSWORD, password="geheim123", again="geheim123")
    page.model.go_on()
    page.model.go_on()
    stage.settle()
    assert stage.door.last(CreateWallet).password == Secret(b"geheim123")
    assert page.model.answers.password == ""
