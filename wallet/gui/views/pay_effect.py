"""What a payment does, beside the form: bar before and after, room left, over the limit."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from wallet.engine.api.views import TallyView
from wallet.gui import theme
from wallet.gui.text import Words, bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.base import Desk
from wallet.gui.viewmodels.effect import Effect
from wallet.gui.viewmodels.states import owing
from wallet.gui.viewmodels.tally_rows import partner_name
from wallet.gui.widgets.balance_bar import Balance, BalanceBar
from wallet.gui.widgets.buttons import push_button
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.surfaces import Card, column


class EffectPanel(Card):
    """The panel.

    Signals:
        pay_within: the amount within the agreement that the person wants instead.
    """

    pay_within = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(say("pay.effect"), parent)
        self._desk = desk
        self._room = 0
        self.body.setSpacing(theme.px(theme.GAP))
        self.empty = plain_label(say("pay.effect_empty"), role=Role.NEUTRAL)
        self.body.addWidget(self.empty)
        self.now = plain_label()
        self.bar_now = BalanceBar(self._desk.figures)
        self.after = plain_label(strong=True)
        self.bar_after = BalanceBar(self._desk.figures)
        self.room = plain_label(role=Role.NEUTRAL)
        before_title = plain_label(say("pay.effect_before"), role=Role.NEUTRAL, size=Size.SMALL)
        after_title = plain_label(say("pay.effect_after"), role=Role.NEUTRAL, size=Size.SMALL)
        self.first = QWidget()
        self.first.setLayout(column(before_title, self.now, self.bar_now, gap=theme.TIGHT))
        self.second = QWidget()
        self.second.setLayout(
            column(after_title, self.after, self.bar_after, self.room, gap=theme.TIGHT)
        )
        self.over = plain_label(role=Role.ATTENTION)
        self.over_hint = plain_label(
            say("pay.over_all_the_same"), role=Role.NEUTRAL, size=Size.SMALL
        )
        self.within = push_button("", self.on_within)
        self.offline = plain_label(role=Role.INFO)
        for widget in (
            self.first,
            self.second,
            self.over,
            self.within,
            self.over_hint,
            self.offline,
        ):
            self.body.addWidget(widget)
            widget.hide()

    def show_effect(self, tally: TallyView | None, effect: Effect | None) -> None:
        """Show what is known so far."""
        self.empty.setVisible(tally is None or effect is None)
        self.first.setVisible(tally is not None)
        self.second.setVisible(effect is not None)
        self._show_over(tally, effect)
        self.offline.setVisible(tally is not None and not tally.partner.online)
        if tally is None:
            return
        partner, figures = partner_name(tally), self._desk.figures
        self.offline.setText(say("pay.offline", partner=partner))
        self.now.setText(owing(partner, tally.balance, figures))
        for bar in (self.bar_now, self.bar_after):
            bar.set_figures(figures)
        limits = (tally.we_may_owe, tally.they_may_owe)
        self.bar_now.show_balance(partner, Balance(tally.balance, *limits, tally.reserved))
        if effect is None:
            return
        self.after.setText(_after_words(tally, effect, partner, self))
        self.bar_after.show_balance(partner, Balance(effect.after, *limits, tally.reserved))
        self.room.setText(say("pay.effect_room", amount=figures.show(effect.room_after)))

    def figures_words(self, amount: int) -> Words:
        """Return an amount in digits."""
        return self._desk.figures.show(amount)

    def _show_over(self, tally: TallyView | None, effect: Effect | None) -> None:
        over = tally is not None and effect is not None and effect.is_over
        for widget in (self.over, self.over_hint):
            widget.setVisible(over)
        self.within.setVisible(over and effect is not None and effect.room > 0)
        if tally is None or effect is None or not over:
            return
        room = self._desk.figures.show(effect.room)
        key = "pay.over" if effect.room else "pay.over_none"
        self.over.setText(say(key, partner=partner_name(tally), room=room))
        self._room = effect.room
        words = say("pay.over_pay", room=room)
        self.within.setText(words)
        self.within.setAccessibleName(bare(words))

    @Slot()
    def on_within(self) -> None:
        """Take the amount within the agreement."""
        self.pay_within.emit(self._room)


def _after_words(tally: TallyView, effect: Effect, partner: Words, panel: EffectPanel) -> Words:
    if effect.after < 0:
        return say(
            "pay.after_owe",
            partner=partner,
            amount=panel.figures_words(effect.after),
            limit=panel.figures_words(tally.we_may_owe),
        )
    if effect.after > 0:
        amount = panel.figures_words(effect.after)
        return say("pay.after_owed", partner=partner, amount=amount)
    return say("pay.after_even", partner=partner)
