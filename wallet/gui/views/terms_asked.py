"""What the partner asks for instead of a tally's terms: the part of the asked page that says so."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from wallet.engine.api.views import SessionView, TallyView, TermsView
from wallet.gui import theme
from wallet.gui.text import Words, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.signers import mode_words, partner_of
from wallet.gui.viewmodels.tally import Tally
from wallet.gui.views.answer import grouped
from wallet.gui.views.terms_review import TermsComparison, change_facts
from wallet.gui.widgets.balance_bar import Balance, BalanceBar
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.review import Act, Fact
from wallet.gui.widgets.surfaces import Card, column


class TermsAsked(QWidget):
    """Who asks, what would change, and where the balance would stand between the new limits."""

    def __init__(self, model: Tally, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._desk = model.desk
        self.who = plain_label(role=Role.NEUTRAL)  # the page puts it beside the time left
        self.comparison = TermsComparison(asked=True)
        self.bar = BalanceBar(self._desk.figures)
        self.room = plain_label()
        self.room_card = Card()
        self.room_card.body.addWidget(self.bar)
        self.room_card.body.addWidget(self.room)
        self.room_card.hide()
        self.setLayout(column(self.comparison, self.room_card, gap=theme.GROUP))

    def wanted(self, view: SessionView) -> TermsView | None:
        """Return what this session asks for; None: not here yet, or of another session."""
        terms = self._model.amendment
        return terms if terms is not None and terms.session == view.id else None

    def show_session(self, view: SessionView) -> None:
        """Show what is asked as soon as it is here."""
        tally, wanted, partner = self._model.view, self.wanted(view), partner_of(view)
        code = grouped(view.partner.account)
        self.who.setText(say("amend.asks_key", partner=partner, code=code))
        if tally is None or wanted is None:
            return
        figures = self._desk.figures
        title = say("amend.asks_title", partner=partner)
        self.comparison.show_terms(title, wanted, tally, partner, figures)
        then = balance_with(wanted, tally)
        self.bar.set_figures(figures)
        self.bar.show_balance(partner, then)
        pay, receive = figures.show(then.room_to_pay), figures.show(then.room_to_receive)
        self.room.setText(say("amend.with_them", pay=pay, receive=receive))
        self.room_card.show()

    def act(self, view: SessionView) -> Act | None:
        """Return what signing means, for the review; None: what is asked is not here yet."""
        wanted, partner = self.wanted(view), partner_of(view)
        if wanted is None:
            return None
        facts = change_facts(wanted, partner, self._desk.figures)
        return Act(
            say("amend.accept_title", partner=partner),
            (*facts, Fact(say("choose.review"), mode_words(view))),
            say("amend.accept_next", partner=partner),
            button=say("amend.accept_sign"),
        )

    def reason_to_wait(self, view: SessionView) -> Words:
        """Say why it cannot be signed yet: nobody signs what they have not seen."""
        if self.wanted(view) is not None:
            return Words("")
        return say("amend.looking", partner=partner_of(view))


def balance_with(wanted: TermsView, tally: TallyView) -> Balance:
    """Return where the balance would stand between the new limits."""
    return Balance(tally.balance, wanted.theirs.limit, wanted.mine.limit, tally.reserved)
