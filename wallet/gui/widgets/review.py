"""Review and sign: the one page on which anything is signed (ux.md S4, H4).

Facts as rows, the amount in digits and words, what happens next. The button is never the default
one, does nothing for the first half second, and can be pressed once. Esc signs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from wallet.gui import theme
from wallet.gui.text import Figures, Words, bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.labels import plain_label, rule
from wallet.gui.widgets.pages import LARGE, PageFrame, in_reading_order
from wallet.gui.widgets.surfaces import Card

INERT_MS = 500
LONG_NAME = 40  # letters of a fact's name that would leave too little room beside it


class Fact(Struct, frozen=True):
    """One row: what it is and what it says, both words; `strong` for what matters most."""

    name: str
    value: str
    strong: bool = False


class Act(Struct, frozen=True):
    """What is to be signed, in words. `amount` 0: no amount is signed (an agreement)."""

    title: str
    facts: tuple[Fact, ...]
    next: str  # what happens after signing
    amount: int = 0
    direction: str = ""  # "You pay Bo"
    button: str = ""  # empty: "Sign and send"
    warnings: tuple[str, ...] = ()


class Review(PageFrame):
    """The page. It signs nothing itself: who shows it submits on `signed`.

    Signals:
        signed: the person pressed the button; comes at most once per `show_act`.
        went_back: Back or Esc; nothing was signed.
    """

    signed = Signal()
    went_back = Signal()

    def __init__(self, act: Act, figures: Figures, parent: QWidget | None = None) -> None:
        super().__init__(act.title, parent)
        self._figures = figures
        self._pressed = False
        self._ready = QTimer(self)
        self._ready.setSingleShot(True)
        self._ready.setInterval(INERT_MS)
        self._ready.timeout.connect(self._allow)
        if act.amount:
            self.body.addWidget(self._amount_card(act))
        self.body.addWidget(facts_card(act.facts))
        for warning in act.warnings:
            self.body.addWidget(plain_label(warning, role=Role.ATTENTION))
        self.body.addWidget(plain_label(act.next))
        self.error = plain_label(role=Role.BAD)
        self.error.hide()
        self.body.addWidget(self.error)
        self.body.addStretch(1)
        self.back = push_button(say("common.back"), self.go_back)
        self.sign = push_button(act.button or say("review.sign"), kind=Kind.PRIMARY)
        self.sign.clicked.connect(self.on_sign)
        self.sign.setDefault(False)
        esc = plain_label(say("review.esc"), role=Role.NEUTRAL, size=Size.SMALL)
        if theme.scale() >= LARGE:
            self.body.addWidget(esc)
            self.foot.addStretch(1)
        else:
            self.foot.addWidget(esc, 1)
        self.foot.addWidget(self.back)
        self.foot.addWidget(self.sign)
        in_reading_order(self.back, self.sign)
        self.setFocusProxy(self.back)
        self._words = self.sign.text()

    def show_error(self, words: str) -> None:
        """Say why it was not sent; the button works again after its half second."""
        self.error.setText(words)
        self.error.show()
        self._pressed = False
        self.sign.setText(self._words)
        self._ready.start()

    def go_back(self) -> None:
        """Leave without signing."""
        if not self._pressed:
            self.went_back.emit()

    @Slot()
    def on_sign(self) -> None:
        """Sign once, and only when the page has stood there for half a second."""
        if self._pressed or not self.sign.isEnabled():
            return
        self._pressed = True
        self.sign.setText(say("review.signing"))
        set_reason(self.sign, say("review.signing"))
        self.signed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._pressed:
            set_reason(self.sign, say("review.esc"))
            self._ready.start()
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.go_back()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Held down it repeats: only a fresh press with the focus on the button counts.
            if self.sign.hasFocus() and not event.isAutoRepeat():
                self.on_sign()
            elif self.back.hasFocus() and not event.isAutoRepeat():
                self.go_back()
            return
        super().keyPressEvent(event)

    def _allow(self) -> None:
        set_reason(self.sign, "")

    def _amount_card(self, act: Act) -> Card:
        card = Card()
        amount = self._figures.with_unit(act.amount)
        words = self._figures.words(act.amount)
        card.body.addWidget(plain_label(act.direction, role=Role.NEUTRAL))
        digits = plain_label(amount, size=Size.HERO)
        digits.setAccessibleName(bare(f"{act.direction} {self._figures.spoken(act.amount)}"))
        card.body.addWidget(digits)
        unit = self._figures.unit
        echo = say("amount.echo", words=words, unit=unit)
        card.body.addWidget(plain_label(Words(echo.strip()), role=Role.NEUTRAL))
        return card


def facts_card(facts: Sequence[Fact]) -> QWidget:
    """Make a card of facts: name left, what it says right, a hairline between rows.

    What it says stands below the name where large letters leave no room.
    """
    card = Card()
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.px(theme.GROUP))
    grid.setVerticalSpacing(theme.px(theme.GAP))
    stacked = theme.scale() >= LARGE
    long = any(len(fact.name) > LONG_NAME for fact in facts)
    for column, stretch in enumerate((1, 2) if long else (0, 1)):
        grid.setColumnStretch(column, stretch)
    for number, fact in enumerate(facts):
        if number and fact.name:  # rows without a name belong to the one above
            grid.addWidget(rule(), grid.rowCount(), 0, 1, 2)
        name = plain_label(fact.name, role=Role.NEUTRAL, wrap=long or stacked)
        value: QLabel = plain_label(fact.value, strong=fact.strong)
        value.setAccessibleName(bare(f"{fact.name}: {fact.value}"))
        line = grid.rowCount()
        if stacked:
            if fact.name:
                grid.addWidget(name, line, 0, 1, 2)
            grid.addWidget(value, line + 1, 0, 1, 2)
        else:
            grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, line, 1)
    card.body.addLayout(grid)
    return card
