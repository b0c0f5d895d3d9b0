"""The one field for amounts: our own reader, an echo in words, the reason beside it (ux.md H1)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from wallet.gui import theme
from wallet.gui.errors import explain
from wallet.gui.text import Figures, Words, bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.widgets.labels import plain_label, restyle, set_role
from wallet.gui.widgets.surfaces import column, row
from wallet.model.amounts import MAX_TEXT, format_amount, parse_amount
from wallet.model.errors import AmountEmpty, AmountError, AmountZero

THIN = (AmountEmpty, AmountZero)  # said only when the field is left: more digits may come


class AmountEdit(QWidget):
    """A field whose value is a whole number of milli-units, or none; zero only if it counts.

    Signals:
        changed: the amount (int), or None while there is none.
    """

    changed = Signal(object)

    def __init__(
        self, figures: Figures, parent: QWidget | None = None, *, zero_counts: bool = False
    ) -> None:
        super().__init__(parent)
        self._figures = figures
        self._zero_counts = zero_counts
        self._amount: int | None = None
        self._error: AmountError | None = AmountEmpty("")
        self.field = QLineEdit()
        self.field.setProperty("kind", "amount")
        self.field.setMaxLength(MAX_TEXT)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.field.setMinimumWidth(theme.px(theme.SIDEBAR))
        self.name_field(say("amount.label"))
        unit = plain_label(figures.unit, role=Role.NEUTRAL, size=Size.LARGE, wrap=False)
        line = row(self.field, unit)
        line.addStretch(1)
        self._echo = plain_label(role=Role.NEUTRAL, size=Size.SMALL)
        self._echo.setMinimumHeight(theme.px(Size.TITLE))
        body = column(gap=theme.TIGHT)
        body.addLayout(line)
        body.addWidget(self._echo)
        self.setLayout(body)
        self.setFocusProxy(self.field)
        self.field.textChanged.connect(self.on_text)
        self.field.editingFinished.connect(self.check)

    def name_field(self, name: str) -> None:
        """Name the field for a screen reader (a label's buddy is `field`)."""
        self.field.setAccessibleName(bare(name))

    def amount(self) -> int | None:
        """Return milli-units, or None."""
        return self._amount

    def error(self) -> AmountError | None:
        """Return why there is no amount, or None."""
        return self._error

    def echo(self) -> str:
        """Return what stands under the field: the amount in words, or the reason."""
        return self._echo.text()

    def set_amount(self, amount: int) -> None:
        """Write an amount into the field; 0 empties it, unless it counts."""
        is_one = amount or self._zero_counts
        self.field.setText(format_amount(amount, self._figures.style) if is_one else "")

    @Slot()
    def on_text(self) -> None:
        """Read the field again."""
        before = self._amount
        try:
            self._amount, self._error = parse_amount(self.field.text(), self._figures.style), None
        except AmountZero as error:
            self._amount, self._error = (0, None) if self._zero_counts else (None, error)
        except AmountError as error:
            self._amount, self._error = None, error
        if isinstance(self._error, THIN):
            self._show("", wrong=False)
        else:
            self._show_outcome()
        if before != self._amount:
            self.changed.emit(self._amount)

    @Slot()
    def check(self) -> bool:
        """Say what is missing, also when that is everything; tell whether there is an amount."""
        if self._error is not None and self.field.text().strip():
            self._show_outcome()
        return self._error is None

    def insist(self) -> bool:
        """Like `check`, but an empty field is a reason too: for the button that goes on."""
        self._show_outcome()
        return self._error is None

    def _show_outcome(self) -> None:
        if self._amount is not None:
            self._show(self._words(self._amount), wrong=False)
        elif self._error is not None:
            self._show(explain(self._error, self._figures).line, wrong=True)

    def _words(self, amount: int) -> Words:
        figures = self._figures
        words = figures.words(amount)
        if amount % 10 == 0:
            return say("amount.echo", words=words, unit=figures.unit)
        # Three decimals look like a group of three: say what it is not.
        wrong = Words(figures.style.in_digits(str(amount)))
        return say("amount.echo_thousandths", words=words, unit=figures.unit, wrong=wrong)

    def _show(self, text: str, *, wrong: bool) -> None:
        self._echo.setText(text.replace("  ", " "))
        set_role(self._echo, Role.BAD if wrong else Role.NEUTRAL)
        self.field.setAccessibleDescription(bare(text))
        if bool(self.field.property("wrong")) != wrong:
            self.field.setProperty("wrong", wrong)
            restyle(self.field)
