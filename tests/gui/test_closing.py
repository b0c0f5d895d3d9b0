"""Closing the window: nothing half-made, and what happens is said before."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QPushButton

from tests.gui.hands import click, press_when_ready, signed, texts
from tests.gui.stories import Stage, a_stage
from tests.gui.stories_money import pay_page
from wallet.engine.api.commands import Pay, TrustClock
from wallet.engine.api.notices import ConnectionChanged
from wallet.gui.viewmodels.preferences import Preferences
from wallet.gui.views.closing import TakeBackDialog
from wallet.gui.widgets.surfaces import Banner


def begin_to_send(stage: Stage, qtbot):
    stage.door.sessions = []
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_review()
    press_when_ready(stage, qtbot, page)
    return page


def the_dialog(stage: Stage) -> TakeBackDialog:
    found = [one for one in stage.window.findChildren(QDialog) if one.isVisible()]
    assert len(found) == 1
    assert isinstance(found[0], TakeBackDialog)
    return found[0]


def test_closing_before_a_payment_left_says_so_and_takes_it_back(stage, qtbot):
    begin_to_send(stage, qtbot)
    stage.window.close()
    dialog = the_dialog(stage)
    assert stage.window.isVisible()
    assert "nothing is paid" in texts(dialog)
    click(dialog.back)
    stage.settle()
    assert not stage.window.isVisible()
    assert signed(stage) == []


def test_staying_lets_the_payment_leave_and_the_question_goes(stage, qtbot):
    page = begin_to_send(stage, qtbot)
    stage.window.close()
    the_dialog(stage)
    page.sending.send_now()
    stage.settle()
    assert [type(one) for one in signed(stage)] == [Pay]
    assert stage.window.findChildren(QDialog) == []
    assert stage.window.isVisible()


def test_without_the_undo_window_it_leaves_at_once(stage, qtbot):
    stage.preferences.set_undo(on=False)
    begin_to_send(stage, qtbot)
    assert [type(one) for one in signed(stage)] == [Pay]


def test_the_choice_is_kept_on_disk(tmp_path, qapp):
    assert Preferences(tmp_path).undo_seconds == 5
    kept = Preferences(tmp_path)
    kept.set_undo(on=False)
    assert kept.undo_seconds == 0
    del kept
    again = Preferences(tmp_path)
    assert again.undo_seconds == 0
    again.set_undo(on=True)
    assert again.undo_seconds == 5


def test_a_doubted_clock_has_a_banner_that_trusts_it(stage):
    stage.door.problem = "CLK-OFF"
    window = stage.open()
    shown = [one for one in window.findChildren(Banner) if one.isVisible()]
    assert any("Nothing is signed" in texts(one) for one in shown)
    doubt = next(one for one in shown if "Nothing is signed" in texts(one))
    stage.door.problem = ""
    click(doubt.findChildren(QPushButton)[0])
    stage.settle()
    assert isinstance(stage.door.commands[-1], TrustClock)
    stage.door.announce(ConnectionChanged())
    stage.settle()
    left = [one for one in window.findChildren(Banner) if one.isVisible()]
    assert not any("Nothing is signed" in texts(one) for one in left)


def test_the_connection_says_what_reaches_whom(qapp):
    stage = a_stage()
    window = stage.open()
    stage.window.flow.status.pressed.emit("connection")
    stage.settle()
    words = texts(window.current())
    assert "Without a relay" in words
    assert "127.0.0.1" in words or "nowhere" in words
    stage.close()
