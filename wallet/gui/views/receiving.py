"""What is accepted without asking: a card on the tally's page, and one over all in Settings."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from wallet.engine.api.commands import AcceptBounds
from wallet.engine.api.views import TallyView
from wallet.gui.errors import explain
from wallet.gui.text import bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.receiving import DayBound, bounds_words, day_words
from wallet.gui.viewmodels.tally import Tally
from wallet.gui.viewmodels.tally_rows import partner_name
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.bound_form import Bounded, BoundForm, Bounds
from wallet.gui.widgets.buttons import push_button
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.surfaces import Card


class ReceivingCard(Card):
    """Whether money on a tally is accepted by itself, and up to how much."""

    def __init__(self, shell: Shell, model: Tally, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._desk = shell.desk
        self._model = model
        self.auto = QCheckBox()
        self.auto.clicked.connect(self.on_auto)
        self.hint = plain_label(role=Role.NEUTRAL, size=Size.SMALL)
        self.bounds = Bounded(say("receiving.set"), self._form)
        self.bounds.kept.connect(self.on_kept)
        self.every = push_button(
            say("receiving.every"), lambda: shell.open("settings", "receiving")
        )
        self.bounds.add_tool(self.every)
        for widget in (self.auto, self.hint, self.bounds):
            self.body.addWidget(widget)

    def show_tally(self, view: TallyView) -> None:
        """Show how it stands; fields that are open stay."""
        partner = partner_name(view)
        self.auto.setText(say("tally.auto_box"))  # Qt does not wrap a box's words: no name in it
        self.auto.setAccessibleName(bare(say("tally.auto", partner=partner)))
        self.auto.setChecked(view.auto_accept)
        self.auto.setEnabled(not self._model.busy)
        self.hint.setText(say("tally.auto_on" if view.auto_accept else "tally.auto_off"))
        self.bounds.setVisible(view.auto_accept)
        said = bounds_words(view, partner, self._desk.figures)
        holds = (view.accept_per_chit, view.accept_per_day)
        self.bounds.show_holding(said, holds, busy=self._model.busy)

    def _form(self) -> BoundForm:
        fields = [
            (say(f"receiving.{one}_label"), say(f"receiving.{one}_hint")) for one in ("chit", "day")
        ]
        return BoundForm(self._desk.figures, fields)

    @Slot(bool)
    def on_auto(self, on: bool) -> None:
        """Switch accepting by itself."""
        self._model.set_auto_accept(on=on)

    @Slot(object)
    def on_kept(self, kept: Bounds) -> None:
        """Set the bounds; the engine says what holds."""
        per_chit, per_day = kept
        self._model.set_auto_accept(on=True, bounds=AcceptBounds(per_chit, per_day))


class DayBoundCard(Card):
    """Up to how much all tallies together accept in a day."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(say("receiving.title"), parent)
        self._desk = shell.desk
        self.model = DayBound(self._desk, self)
        self.bounds = Bounded(say("receiving.all_set"), self._form)
        self.bounds.kept.connect(self.on_kept)
        self.error = plain_label(role=Role.BAD)
        self.error.hide()
        self.body.addWidget(self.bounds)
        self.body.addWidget(self.error)
        self.model.changed.connect(self.redraw)
        self.model.failed.connect(self.on_failed)
        self.model.refresh()

    @Slot()
    def redraw(self) -> None:
        """Show how it stands."""
        wallet = self.model.wallet
        if wallet is None:
            return
        said = day_words(wallet, self._desk.figures)
        self.bounds.show_holding(said, (wallet.accept_per_day,), busy=self.model.busy)

    def _form(self) -> BoundForm:
        hint = say("receiving.day_hint")
        return BoundForm(self._desk.figures, [(say("receiving.all_label"), hint)])

    @Slot(object)
    def on_kept(self, kept: Bounds) -> None:
        """Set the bound."""
        self.error.hide()
        self.model.put(kept[0])

    @Slot(object)
    def on_failed(self, error: BaseException) -> None:
        """Say why it was not set."""
        self.error.setText(explain(error, self._desk.figures).whole)
        self.error.show()
