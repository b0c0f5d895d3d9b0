"""Hands for tests of pages: click, read what is shown, press the button of a review."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from tests.gui.stories import Stage
from wallet.engine.api.commands import (
    AcceptTally,
    AmendTally,
    AnswerInvitation,
    AnswerPaper,
    AnswerPayment,
    OfferTally,
    Pay,
    PayAnyway,
    SignPaper,
    StopWaiting,
)
from wallet.gui.text import bare
from wallet.gui.widgets.review import Review

SIGNING = (
    Pay,
    PayAnyway,
    AcceptTally,
    OfferTally,
    AnswerInvitation,
    AnswerPayment,
    StopWaiting,
    AnswerPaper,
    SignPaper,
    AmendTally,
)


def texts(widget: QWidget) -> str:
    return bare("\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible()))


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def press_when_ready(stage: Stage, qtbot, page) -> Review:
    review = page.review
    assert review is not None
    qtbot.waitUntil(lambda: review.sign.isEnabled(), timeout=2000)
    click(review.sign)
    stage.settle()
    return review


def focus(stage: Stage, qtbot, widget: QWidget) -> None:
    stage.window.activateWindow()
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus, timeout=2000)


def signed(stage: Stage) -> list:
    return [one for one in stage.door.commands if isinstance(one, SIGNING)]


def press(widget: QWidget, key: Qt.Key = Qt.Key.Key_Space) -> None:
    QTest.keyClick(widget, key)
