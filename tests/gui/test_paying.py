"""Paying: effect, review, undo, waiting for a partner."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.gui.hands import click, focus, press_when_ready, signed, texts
from tests.gui.stories_money import pay_page, session_page
from tests.gui.stories_partners import answer_page, opened, tally_page
from tests.helpers import sample
from wallet.engine.api.commands import (
    Pay,
    WithdrawPayment,
)
from wallet.engine.api.notices import ChitChanged, SessionChanged
from wallet.engine.api.views import (
    ChitState,
    Outcome,
    SessionAct,
    SessionState,
)
from wallet.gui.views.chit import ChitPage
from wallet.gui.views.sending import SendingPanel


def test_pay_review_countdown_and_agreed(stage, qtbot):
    page = pay_page(stage, "bo")
    QTest.keyClicks(page.amount.field, "12.50")
    QTest.keyClicks(page.memo.field, "eggs")
    QTest.keyClick(page.memo.field, Qt.Key.Key_Return)
    assert "Bo Berg owes you 3.50" in texts(page.review)
    press_when_ready(stage, qtbot, page)
    panel = page.currentWidget()
    assert isinstance(panel, SendingPanel)
    assert signed(stage) == []  # nothing has left yet
    click(panel.send_now)
    stage.settle()
    assert signed(stage) == [Pay("tally-bo", 12_500, "eggs", "")]
    shown = stage.window.current()
    assert isinstance(shown, ChitPage)
    assert shown.session is not None
    assert shown.session.running.isVisible()
    stage.door.sessions[0] = sample.a_session(
        SessionState.COMPLETED, outcome=Outcome.DONE, done=4, acts=()
    )
    stage.door.announce(SessionChanged("session-cem"))
    stage.settle()
    assert "Agreed. You paid Cem 12.50." in texts(shown)


def test_undo_takes_everything_back(stage, qtbot):
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_review()
    press_when_ready(stage, qtbot, page)
    QTest.keyClick(page.currentWidget(), Qt.Key.Key_Escape)
    stage.settle()
    assert signed(stage) == []
    assert page.currentIndex() == 0
    assert page.amount.amount() == 12_500  # what was typed is kept


@pytest.mark.rule("H4")
@pytest.mark.parametrize("way", ["double click", "enter held"])
def test_a_double_click_and_enter_held_down_sign_once(stage, qtbot, way):
    page = pay_page(stage, "bo", "12.50", "eggs")
    page._undo_seconds = 0
    page.on_review()
    review = page.review
    qtbot.waitUntil(review.sign.isEnabled, timeout=2000)
    if way == "double click":
        click(review.sign)
        click(review.sign)
    else:
        focus(stage, qtbot, review.sign)
        for repeat in (False, True, True, True):
            kind, key = QKeyEvent.Type.KeyPress, Qt.Key.Key_Return
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", repeat)
            QApplication.sendEvent(review, event)
    stage.settle()
    assert len(signed(stage)) == 1


@pytest.mark.rule("H4")
@pytest.mark.parametrize("what", ["pay", "offer", "answer", "stop waiting", "accept"])
def test_escape_on_any_review_signs_nothing(stage, qtbot, what):
    if what == "pay":
        page = pay_page(stage, "bo", "12.50")
        page.on_review()
    elif what == "offer":
        page = tally_page(stage, "eva")
        page.offer.review()
    elif what == "answer":
        page = answer_page(stage)
        page.review_answer()
    elif what == "accept":
        page = session_page(stage, sample.an_asking_session())
        page.asked.on_accept()
    else:
        page = session_page(stage, sample.an_unknown_session())
        page.stuck.review(SessionAct.STOP_WAITING)
    QTest.keyClick(page.review, Qt.Key.Key_Escape)
    stage.settle()
    assert page.review is None
    assert signed(stage) == []


def test_over_the_limit_offers_the_amount_within_it(stage):
    page = pay_page(stage, "cem", "99.50")
    assert "Cem need not accept more than 15.00 now." in texts(page)
    click(page.effect.within)
    assert page.amount.amount() == 15_000
    assert not page.effect.over.isVisible()


def test_several_tallies_with_one_partner_can_be_chosen(stage):
    bo = stage.door.tallies[1]
    stage.door.tallies.append(replace(bo, id="tally-second", balance=90_000, memo="Second"))
    page = pay_page(stage)
    page.on_partner(page.to.findText("Bo Berg"))
    assert page.model.tally.id == "tally-second"  # the most room
    assert page.which_row.isVisible()
    page.on_tally(1)
    assert page.model.tally.id == "tally-bo"


def test_a_name_nobody_has_is_not_paid(stage):
    page = pay_page(stage, amount="5")
    page.name.setText("Zoe")
    page.on_review()
    assert page.review is None
    assert "Nobody of this name" in texts(page)


def test_changing_the_name_forgets_the_partner(stage):
    page = pay_page(stage, "bo", "5")
    QTest.keyClicks(page.name, "x")
    assert page.model.tally is None


def test_a_payment_that_waits_for_its_partner_can_be_withdrawn(stage):
    page = opened(stage, "chit", "chit-2")
    assert "Nothing has left. It is not signed yet." in texts(page)
    click(page.withdraw)
    assert stage.door.last(WithdrawPayment).chit == "chit-2"
    stage.door.changed_chits[2] = replace(sample.a_chit(2), state=ChitState.WITHDRAWN)
    stage.door.announce(ChitChanged("chit-2", "tally-bo"))
    stage.settle()
    assert "Nothing was paid." in texts(page)


def a_try_without_result(stage):
    """The session ran out; the engine lets the payment wait and tries again by itself."""
    page = opened(stage, "chit", "chit-0")
    assert page.session is not None
    stage.door.sessions[0] = sample.a_session(
        SessionState.RELEASED, outcome=Outcome.NOT_DONE, reason="expired", acts=()
    )
    waiting = replace(sample.a_chit(0), state=ChitState.WAITING)
    stage.door.changed_chits[0] = waiting
    stage.door.announce(SessionChanged("session-cem"), ChitChanged("chit-0", "tally-cem"))
    stage.settle()
    return page


@pytest.mark.rule("H5")
def test_a_try_that_came_to_nothing_is_not_the_end_of_a_payment(stage):
    page = a_try_without_result(stage)
    assert "Nothing has left. It is not signed yet." in texts(page)
    assert page.withdraw.isVisible()
    shown = [one.text() for one in page.findChildren(QPushButton) if one.isVisible()]
    assert "Try again" not in shown  # it would be paid twice
    stage.door.changed_chits[0] = replace(sample.a_chit(0), state=ChitState.GOOD, index=9)
    stage.door.announce(ChitChanged("chit-0", "tally-cem"))
    stage.settle()
    assert "You paid Cem" in texts(page)


@pytest.mark.rule("H5")
def test_the_page_of_such_a_try_offers_the_payment_not_a_second_one(stage):
    a_try_without_result(stage)
    stage.window.open("session", "session-cem")
    stage.settle()
    page = stage.window.current()
    assert "do not pay a second time" in texts(page)
    shown = [one.text() for one in page.findChildren(QPushButton) if one.isVisible()]
    assert "Try again" not in shown
    click(page.ended.goes_on)
    stage.settle()
    assert isinstance(stage.window.current(), ChitPage)
