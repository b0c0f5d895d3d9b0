"""Every key of the table reaches its action, under the platform's own key scheme.

Offscreen Qt uses the key scheme of Windows; under X some keys belong to text fields (Ctrl+E), so
these run there (ux.md 5.23).
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from tests.gui.stories import Stage
from wallet.gui.shortcuts import SHORTCUTS, Shortcut

pytestmark = [pytest.mark.xcb, pytest.mark.needs("linux", "xvfb")]
KEYS = [(one, keys) for one in SHORTCUTS for keys in one.keys]
OF_THE_FIELD = ("copy",)  # what has the focus copies: a field its text, a table its cell


def press(widget: QWidget, keys: str) -> None:
    key = QKeySequence(keys)[0]
    QTest.keyClick(widget, key.key(), key.keyboardModifiers())


def hear(stage: Stage) -> list[str]:
    heard: list[str] = []
    for name, action in stage.window.actions_by_name.items():
        action.triggered.disconnect()
        action.triggered.connect(lambda _=False, n=name: heard.append(n))
    return heard


def in_focus(stage: Stage, qtbot, widget: QWidget) -> None:
    stage.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is stage.window, timeout=5000)
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus, timeout=5000)


def test_this_is_the_platform_it_is_meant_for(qapp):
    assert QGuiApplication.platformName() == "xcb"


@pytest.mark.rule("H12")
@pytest.mark.parametrize(("one", "keys"), KEYS, ids=[f"{one.action} {keys}" for one, keys in KEYS])
def test_each_key_reaches_its_action(stage, qtbot, one: Shortcut, keys: str):
    window = stage.open()
    if one.action not in window.actions_by_name:
        pytest.fail(f"{one.action} has keys and does nothing")
    heard = hear(stage)
    in_focus(stage, qtbot, window.sidebar)
    press(window.sidebar, keys)
    assert heard == [one.action]


@pytest.mark.rule("H12")
@pytest.mark.parametrize(("one", "keys"), KEYS, ids=[f"{one.action} {keys}" for one, keys in KEYS])
def test_no_key_is_swallowed_by_a_text_field(stage, qtbot, one: Shortcut, keys: str):
    """Ctrl+E, say, is the end of the line on X: such a key would do nothing in any field."""
    window = stage.open()
    heard = hear(stage)
    field = window.tools.search
    assert isinstance(field, QLineEdit)
    in_focus(stage, qtbot, field)
    field.setText("eggs")
    press(field, keys)
    if one.action in OF_THE_FIELD:
        return
    assert heard == [one.action]
    assert field.text() == "eggs"


def test_ctrl_e_belongs_to_the_field_and_to_no_action(stage, qtbot):
    window = stage.open()
    heard = hear(stage)
    in_focus(stage, qtbot, window.tools.search)
    window.tools.search.setText("eggs")
    window.tools.search.setCursorPosition(0)
    QTest.keyClick(window.tools.search, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert heard == []
    assert window.tools.search.cursorPosition() == len("eggs")
