"""The way back from what was opened over a page, by mouse and by key."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton

from tests.gui.hands import focus, press_when_ready, signed, texts
from tests.gui.stories_partners import answer_page, tally_page
from wallet.engine.api.views import TallyState


def click_page(window, page: str) -> None:
    sidebar = window.sidebar
    place = sidebar.visualRect(sidebar.pages.index(sidebar.pages.pages.index(page)))
    QTest.mouseClick(
        sidebar.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        place.center(),
    )


def test_the_present_page_in_the_list_leads_back_to_it(stage):
    window = stage.open()
    window.open("tally", "tally-bo")
    stage.settle()
    click_page(window, "home")
    assert type(window.current()).__name__ == "HomePage"


def test_a_page_over_another_has_a_way_back(stage):
    window = stage.open()
    back = next(
        one for one in window.tools.findChildren(QToolButton) if one.accessibleName() == "Back"
    )
    assert not back.isVisible()
    window.open("tally", "tally-bo")
    stage.settle()
    assert back.isVisible()
    QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    assert type(window.current()).__name__ == "HomePage"
    stage.settle()
    assert not back.isVisible()


def test_after_answering_the_page_follows_until_both_have_signed(stage, qtbot):
    page = answer_page(stage)
    page.review_answer()
    press_when_ready(stage, qtbot, page)
    assert "has reached" in texts(page)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert page.isAncestorOf(focused)  # not the first tool of the window: Pay
    stage.door.replace_tally(page.tally.id, state=TallyState.OPEN)
    stage.settle()
    assert "is open. Both have signed." in texts(page)


def test_enter_presses_the_button_that_has_the_focus_once(stage, qtbot):
    page = answer_page(stage)
    focus(stage, qtbot, page.buttons.findChildren(QPushButton)[-1])
    held = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True
    )
    QApplication.sendEvent(QApplication.focusWidget(), held)
    assert page.review is None
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert page.review is not None
    assert signed(stage) == []


def test_the_overview_shows_the_last_chits_and_the_line(stage):
    page = tally_page(stage, "bo")
    stage.settle()
    assert page.history.isVisible()
    assert 0 < page.history.rows.rowCount() <= 5
    assert page.history.chart.isVisible()
    QTest.keyClick(page.history.chart, Qt.Key.Key_Left)
    assert "owe" in page.history.chart.words(0)


def test_a_page_under_another_takes_the_new_text_size_too(stage):
    window = stage.open()
    window.open("tally", "tally-bo")
    stage.settle()
    before = window._pages["home"]
    over = window.current()
    window.preferences.set_percent(200)
    stage.settle()
    assert window.current() is over
    window.back()
    stage.settle()
    assert window.current() is not before
    assert type(window.current()).__name__ == "HomePage"
