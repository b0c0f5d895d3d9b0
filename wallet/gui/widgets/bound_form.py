"""Amounts up to which something is done without asking; an empty field is no bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from wallet.gui import theme
from wallet.gui.errors import explain
from wallet.gui.text import Figures, Words, say
from wallet.gui.widgets.amount_edit import AmountEdit
from wallet.gui.widgets.buttons import push_button, set_reason
from wallet.gui.widgets.flow import Flow
from wallet.gui.widgets.form import Labelled, refill
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import LARGE
from wallet.gui.widgets.surfaces import column
from wallet.model.errors import AmountEmpty

Bounds = tuple[int | None, ...]


class BoundForm(QWidget):
    """The fields side by side, each with the sentence that says what happens beyond it.

    Signals:
        kept: what stands in the fields, a tuple of amounts or None in their order.
        left: the person wants nothing changed.
    """

    kept = Signal(object)
    left = Signal()

    def __init__(
        self,
        figures: Figures,
        fields: Sequence[tuple[Words, Words]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._figures = figures
        self._before: Bounds = ()
        self._busy = False
        self.fields = [AmountEdit(figures, zero_counts=True) for _ in fields]
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(theme.PAGE))
        grid.setVerticalSpacing(theme.px(theme.PADDING))
        columns = 1 if theme.scale() >= LARGE else 2
        for number, (field, (label, hint)) in enumerate(zip(self.fields, fields, strict=True)):
            made = Labelled(label, field, hint, buddy=field.field)
            grid.addWidget(made, number // columns, number % columns)
            field.field.textChanged.connect(self.on_text)
        for place in range(columns):
            grid.setColumnStretch(place, 1)
        self.cancel = push_button(say("receiving.cancel"), self.left.emit)
        self.save = push_button(say("receiving.save"), self.on_save)
        body = column(gap=theme.PADDING)
        body.addLayout(grid)
        body.addLayout(Flow(self.save, self.cancel))
        self.setLayout(body)

    def put(self, bounds: Bounds) -> None:
        """Write what holds into the fields."""
        self._before = bounds
        for field, amount in zip(self.fields, bounds, strict=True):
            if amount is None:
                field.field.clear()
            else:
                field.set_amount(amount)
        self.on_text()

    def set_busy(self, *, busy: bool) -> None:
        """Let nothing be kept while something is being set."""
        self._busy = busy
        self.on_text()

    def bounds(self) -> Bounds:
        """Return what stands in the fields; None: nothing, or nothing that can be read."""
        return tuple(field.amount() for field in self.fields)

    def problem(self) -> Words:
        """Say why there is nothing to keep; empty: there is."""
        for field in self.fields:
            error = field.error()
            if error is not None and not isinstance(error, AmountEmpty):
                return explain(error, self._figures).line
        if self._busy:
            return say("common.loading")
        return say("receiving.same") if self.bounds() == self._before else Words("")

    @Slot()
    def on_text(self) -> None:
        """Let it be kept when it can."""
        set_reason(self.save, self.problem())

    @Slot()
    def on_save(self) -> None:
        """Tell what is to hold."""
        if not self.problem():
            self.kept.emit(self.bounds())


class Bounded(QWidget):
    """What holds, in sentences, and a button that opens the fields.

    Signals:
        kept: what is to hold from now on, as of `BoundForm`.
    """

    kept = Signal(object)

    def __init__(
        self, words: Words, make: Callable[[], BoundForm], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._make = make
        self._holds: Bounds | None = None
        self._busy = False
        self._said: tuple[Words, ...] = ()
        self.form: BoundForm | None = None
        self.said = QWidget()
        self.said.setLayout(column(gap=theme.TIGHT))
        self.set = push_button(words, self.open)
        self.tools = QWidget()
        self.tools.setLayout(Flow(self.set))
        self._body = column(self.said, self.tools)
        self.setLayout(self._body)

    def add_tool(self, button: QWidget) -> None:
        """Put another button beside the one that opens the fields."""
        line = self.tools.layout()
        if line is not None:
            line.addWidget(button)

    def show_holding(self, said: tuple[Words, ...], holds: Bounds, *, busy: bool) -> None:
        """Say what holds; while `busy` nothing else can be set."""
        if said != self._said:
            self._said = said
            refill(self.said, *(plain_label(words) for words in said))
        self._busy = busy
        if self.form is not None:
            self.form.set_busy(busy=busy)
            if holds != self._holds:
                self.form.put(holds)  # it was kept, or set elsewhere
        self._holds = holds

    @Slot()
    def open(self) -> None:
        """Show the fields."""
        if self.form is None:
            self.form = self._make()
            self.form.kept.connect(self.on_kept)
            self.form.left.connect(self.close_form)
            self._body.addWidget(self.form)
            self.form.set_busy(busy=self._busy)
        if self._holds is not None:
            self.form.put(self._holds)
        self.tools.hide()
        self.form.show()
        self.form.fields[0].setFocus()

    @Slot()
    def close_form(self) -> None:
        """Show the button again."""
        if self.form is not None:
            self.form.hide()
        self.tools.show()
        self.set.setFocus()

    @Slot(object)
    def on_kept(self, bounds: Bounds) -> None:
        """Tell it, and go back to the sentences."""
        self.close_form()
        self.kept.emit(bounds)
