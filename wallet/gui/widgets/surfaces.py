"""Calm surfaces: card, banner, chip, empty state, list of steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from wallet.gui import theme
from wallet.gui.text import bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.widgets.buttons import Kind, push_button
from wallet.gui.widgets.labels import IconLabel, plain_label, set_role


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)


def column(*widgets: QWidget, gap: int = theme.GAP) -> QVBoxLayout:
    """Stack widgets with a gap of the grid, no margins."""
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(theme.px(gap))
    for widget in widgets:
        made.addWidget(widget)
    return made


def row(*widgets: QWidget, gap: int = theme.GAP) -> QHBoxLayout:
    """Set widgets side by side with a gap of the grid, no margins."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(theme.px(gap))
    for widget in widgets:
        made.addWidget(widget)
    return made


class Card(QFrame):
    """A group with a hairline around it; fill its `body`."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.body = QVBoxLayout(self)
        margin = theme.px(theme.PADDING)
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.body.setSpacing(theme.px(theme.TIGHT))
        if title:
            self.body.addWidget(plain_label(title, role=Role.NEUTRAL, size=Size.SMALL))


class Banner(QFrame):
    """One sentence over the pages, with at most two buttons; never covers anything."""

    def __init__(
        self,
        text: str,
        buttons: Sequence[tuple[str, Callable[[], object]]] = (),
        role: Role = Role.ATTENTION,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "banner")
        set_role(self, role)
        self.setAccessibleName(bare(text))
        line = row(IconLabel("warning" if role is not Role.INFO else "info", role))
        line.setContentsMargins(*(theme.px(n) for n in (theme.GROUP, 6, theme.GROUP, 6)))
        self.label = plain_label(text)
        line.addWidget(self.label, 1)
        for words, on_press in buttons:
            line.addWidget(push_button(words, on_press))
        self.setLayout(line)


class StatusChip(QWidget):
    """Shape, word and colour of a state; never colour alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("draft", Role.NEUTRAL, size=Size.LARGE)
        self._label = plain_label(wrap=False)
        line = row(self._icon, self._label, gap=theme.TIGHT)
        line.addStretch(1)
        self.setLayout(line)

    def show_status(self, icon_name: str, word: str, role: Role) -> None:
        """Show a state."""
        self._icon.set_icon(icon_name, role)
        self._label.setText(word)
        set_role(self._label, role)
        self.setAccessibleName(bare(word))


class EmptyState(QWidget):
    """What will stand here, in one sentence, and one or two things to do (ux.md 5.20)."""

    def __init__(
        self,
        sentence: str,
        buttons: Sequence[tuple[str, Callable[[], object]]] = (),
        parent: QWidget | None = None,
        *,
        primary: bool = True,
    ) -> None:
        super().__init__(parent)
        label = plain_label(sentence, role=Role.NEUTRAL)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        label.setMaximumWidth(theme.px(theme.TEXT_WIDTH))
        self.label = label
        self.buttons: list[QPushButton] = []
        line = row()
        line.addStretch(1)
        for number, (words, on_press) in enumerate(buttons):
            kind = Kind.PRIMARY if primary and number == 0 else Kind.PLAIN
            self.buttons.append(push_button(words, on_press, kind=kind))
            line.addWidget(self.buttons[-1])
        line.addStretch(1)
        body = QVBoxLayout(self)
        body.setSpacing(theme.px(theme.GROUP))
        body.addStretch(1)
        centred = row()
        centred.addStretch(1)
        centred.addWidget(label, 100)
        centred.addStretch(1)
        body.addLayout(centred)
        if buttons:
            body.addLayout(line)
        body.addStretch(2)


class StepState(Enum):
    """Where a step stands."""

    DONE = "done"
    NOW = "now"
    OPEN = "open"


class Step(NamedTuple):
    """One line of progress; `at` is words, e.g. "12:03:30"."""

    text: str
    state: StepState
    at: str = ""


_STEP_LOOK = {
    StepState.DONE: ("step_done", Role.GOOD, "steps.done"),
    StepState.NOW: ("step_now", Role.ATTENTION, "steps.now"),
    StepState.OPEN: ("step_open", Role.NEUTRAL, "steps.open"),
}


class StepList(QWidget):
    """Numbered progress with shape, words and times."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._body = column()
        self.setLayout(self._body)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._shown: tuple[Step, ...] = ()

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show these steps instead of the former ones."""
        if tuple(steps) == self._shown:
            return
        self._shown = tuple(steps)
        clear(self._body)
        for number, step in enumerate(steps, 1):
            picture, role, key = _STEP_LOOK[step.state]
            words = plain_label(
                f"{number}  {step.text}",
                role=Role.NEUTRAL if step.state is StepState.OPEN else Role.TEXT,
                strong=step.state is StepState.NOW,
            )
            words.setAccessibleName(bare(say(key, step=step.text)))
            line = row(IconLabel(picture, role))
            line.addWidget(words, 1)
            line.addWidget(plain_label(step.at, role=Role.NEUTRAL, wrap=False))
            self._body.addLayout(line)
