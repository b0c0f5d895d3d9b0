"""Buttons: with text, or icon-only with a name (the one place where a `QToolButton` is made)."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton

from wallet.gui import theme
from wallet.gui.widgets.icons import icon

GAP_AFTER_ICON = "\u2002"  # Qt sets icon and words of a button side by side without a gap


class Kind(StrEnum):
    """How much a button asks for; at most one primary per page."""

    PLAIN = ""
    PRIMARY = "primary"
    DANGER = "danger"  # outlined, never filled
    LINK = "link"
    CHIP = "chip"  # checkable filter
    DOOR = "door"  # a large choice
    SEGMENT = "segment"  # of the status bar


class Button(QPushButton):
    """A button that Enter presses too, as people expect; but not an Enter that is held down.

    Qt does so only in dialogs, or for the default button, which a page of ours never has.
    """

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat() and self.isEnabled():
                self.click()
            return
        super().keyPressEvent(event)


def push_button(
    text: str,
    on_press: Callable[[], object] | None = None,
    *,
    kind: Kind = Kind.PLAIN,
    icon_name: str = "",
) -> QPushButton:
    """Make a button with text; `on_press` takes no argument. Never the default button by itself."""
    made = Button(escaped(GAP_AFTER_ICON + text if icon_name else text))
    made.setProperty("kind", kind.value)
    made.setAccessibleName(text)
    made.setAutoDefault(False)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if kind is Kind.CHIP:
        made.setCheckable(True)
    if icon_name:
        made.setIcon(icon(icon_name))
        made.setIconSize(QSize(theme.px(theme.ICON), theme.px(theme.ICON)))
    if on_press is not None:
        made.clicked.connect(lambda: on_press())
    return made


def escaped(text: str) -> str:
    """Return text for a button or menu, in which a stranger's & makes no mnemonic."""
    return text.replace("&", "&&")


def set_reason(button: QAbstractButton, reason: str) -> None:
    """Disable a button and say why, or enable it with an empty reason."""
    button.setEnabled(not reason)
    button.setToolTip(reason)
    button.setAccessibleDescription(reason)


def icon_button(action: QAction, name: str) -> QToolButton:
    """Make an icon-only button for an action; `name` is what a screen reader says and the tip."""
    made = QToolButton()
    made.setDefaultAction(action)
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    made.setIconSize(QSize(theme.px(theme.ICON), theme.px(theme.ICON)))
    made.setAccessibleName(name)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    tip = action.shortcut().toString()
    made.setToolTip(f"{name} ({tip})" if tip else name)
    return made


def action_button(action: QAction) -> QPushButton:
    """Make a tool-bar button with icon and text for an action."""
    name = action.text().replace("&", "")
    made = push_button(name, action.trigger)
    made.setText(GAP_AFTER_ICON + name)
    made.setIcon(action.icon())
    made.setIconSize(QSize(theme.px(theme.ICON), theme.px(theme.ICON)))
    keys = action.shortcut().toString()
    made.setToolTip(f"{name} ({keys})" if keys else name)
    action.enabledChanged.connect(made.setEnabled)
    return made
