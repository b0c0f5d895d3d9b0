"""Parts of forms: a labelled field, a text with a limit, chips of which one is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from wallet.gui import theme
from wallet.gui.text import Words, bare, plain, say
from wallet.gui.theme import Role, Size
from wallet.gui.widgets.buttons import Kind, push_button
from wallet.gui.widgets.flow import Flow
from wallet.gui.widgets.labels import plain_label, set_role
from wallet.gui.widgets.surfaces import clear, column

BOX_NAME = 36  # letters beside a box that can be ticked


class Labelled(QWidget):
    """A field with its label above and, if there is one, a hint below."""

    def __init__(
        self, label: str, field: QWidget, hint: str = "", *, buddy: QWidget | None = None
    ) -> None:
        super().__init__()
        self.label: QLabel = plain_label(label, role=Role.NEUTRAL, wrap=False)
        named = buddy or field
        self.label.setBuddy(named)
        named.setAccessibleName(bare(label))
        self.hint: QLabel = plain_label(hint, role=Role.NEUTRAL, size=Size.SMALL)
        self.setLayout(column(self.label, field, self.hint, gap=theme.TIGHT))
        self.hint.setVisible(bool(hint))  # without a parent it would be a window for a moment
        if hint:
            named.setAccessibleDescription(bare(hint))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def set_hint(self, hint: str, role: Role = Role.NEUTRAL) -> None:
        """Change what stands below the field."""
        self.hint.setText(hint)
        set_role(self.hint, role)
        self.hint.setVisible(bool(hint))


class LimitedEdit(QWidget):
    """One line of text with a limit of characters; says how many are left when it gets close.

    Signals:
        changed: the text.
    """

    changed = Signal(str)

    def __init__(self, limit: int, left_key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit = limit
        self._left_key = left_key
        self.field = QLineEdit()
        self.field.setMaxLength(limit)
        self._left = plain_label(role=Role.NEUTRAL, size=Size.SMALL)
        self._left.hide()
        self.setLayout(column(self.field, self._left, gap=theme.TIGHT))
        self.setFocusProxy(self.field)
        self.field.textChanged.connect(self.on_text)

    def text(self) -> str:
        """Return what was written."""
        return self.field.text()

    def set_text(self, text: str) -> None:
        """Write a text, cut to the limit."""
        self.field.setText(text[: self._limit])

    @Slot(str)
    def on_text(self, text: str) -> None:
        """Count what is left, from three quarters on."""
        left = self._limit - len(text)
        self._left.setText(say(self._left_key, n=left))
        self._left.setVisible(left * 4 <= self._limit)
        self.changed.emit(text)


class Chips(QWidget):
    """A row of filters of which exactly one is chosen; wraps onto more lines when it must.

    Signals:
        chosen: the key of the chip.
    """

    chosen = Signal(str)

    def __init__(self, name: str, chips: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setAccessibleName(bare(name))
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        line = Flow()
        self.setLayout(line)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for key, words in chips:
            button = push_button(words, kind=Kind.CHIP)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            self.buttons[key] = button
            line.addWidget(button)
        if chips:
            self.buttons[chips[0][0]].setChecked(True)

    def choose(self, key: str) -> None:
        """Mark a chip without telling anybody."""
        self.buttons[key].setChecked(True)

    def name_chip(self, key: str, words: str) -> None:
        """Change a chip's words, e.g. its count."""
        self.buttons[key].setText(words.replace("&", "&&"))
        self.buttons[key].setAccessibleName(bare(words))


def refill(holder: QWidget, *widgets: QWidget) -> None:
    """Put other widgets into a holder made with a column or row; a column keeps them together."""
    layout = holder.layout()
    if layout is None:
        layout = column()
        holder.setLayout(layout)
    clear(layout)
    for widget in widgets:
        layout.addWidget(widget)
    if isinstance(layout, QVBoxLayout):
        layout.addStretch(1)


def name_box(name: Words) -> QCheckBox:
    """Make a box to tick for somebody; Qt does not wrap its words, so a long name is cut short."""
    made = QCheckBox()
    set_name(made, name)
    return made


def set_name(box: QCheckBox, name: Words) -> None:
    """Name a box anew; the whole name stays in tip and accessible name."""
    box.setText(plain(bare(name), BOX_NAME).replace("&", "&&"))
    box.setToolTip(name)
    box.setAccessibleName(bare(name))
