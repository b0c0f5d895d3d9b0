"""The contract, editable once its button is pressed: a text of a page wants room only then."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from wallet.gui import theme
from wallet.gui.text import Words, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.amending import CONTRACT_LIMIT
from wallet.gui.widgets.buttons import push_button
from wallet.gui.widgets.form import Labelled
from wallet.gui.widgets.surfaces import column, row

LINES = 6


class ContractEdit(QWidget):
    """A button; pressed, the field with the standing text.

    Signals:
        changed: the text was edited.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._standing = ""
        self.field = QPlainTextEdit()
        self.field.setTabChangesFocus(True)
        self.field.setMinimumHeight(LINES * self.field.fontMetrics().lineSpacing())
        self.row = Labelled(say("amend.contract"), self.field, say("amend.contract_hint"))
        self.row.hide()
        self.button = push_button(say("amend.contract_edit"), self.open)
        line = row(self.button)
        line.addStretch(1)
        body = column(self.row, gap=theme.TIGHT)
        body.addLayout(line)
        self.setLayout(body)
        self.field.textChanged.connect(self.on_text)

    def put(self, text: str) -> None:
        """Write the standing contract into the field."""
        self.field.setPlainText(text)
        self._standing = self.field.toPlainText()

    def text(self) -> str | None:
        """Return another contract, or None: it is as it stands."""
        text = self.field.toPlainText()
        return None if text == self._standing else text

    def problem(self) -> Words:
        """Say why the text cannot be asked for; empty: it can."""
        text = self.text()
        if text is None:
            return Words("")
        if not text.strip():
            return say("amend.contract_missing")
        over = len(text) - CONTRACT_LIMIT
        return say("amend.contract_over", n=over) if over > 0 else Words("")

    def open(self) -> None:
        """Show the field."""
        self.row.show()
        self.button.hide()
        self.field.setFocus()

    @Slot()
    def on_text(self) -> None:
        """Say what is left or wrong."""
        problem = self.problem()
        left = CONTRACT_LIMIT - len(self.field.toPlainText())
        hint = say("amend.contract_hint")
        if left * 4 <= CONTRACT_LIMIT:
            hint = Words(f"{hint} {say('amend.contract_left', n=max(left, 0))}")
        self.row.set_hint(problem or hint, Role.BAD if problem else Role.NEUTRAL)
        self.changed.emit()
