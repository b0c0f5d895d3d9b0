"""The agreement of a tally as a readable page: what stands, what is asked, what stood before."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from wallet.engine.api.views import SessionView, TallyView, TermsView
from wallet.gui import theme
from wallet.gui.text import Figures, Words, day, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.amending import (
    Amending,
    amending_of,
    has_other_contract,
    money_words,
    state_words,
)
from wallet.gui.viewmodels.base import Desk
from wallet.gui.viewmodels.session_words import money_of_not_done, why_not_done
from wallet.gui.viewmodels.tally import Tally
from wallet.gui.viewmodels.tally_rows import partner_name
from wallet.gui.viewmodels.terms_diff import diff_of
from wallet.gui.views.terms_review import TermsComparison
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.contract_text import ContractText
from wallet.gui.widgets.diff_view import DiffView
from wallet.gui.widgets.flow import Flow
from wallet.gui.widgets.form import refill
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.surfaces import Card, column

WITHDRAWABLE = (Amending.WAITS, Amending.AGAIN)


class Shown(Struct, frozen=True):
    """What the panel was drawn from."""

    view: TallyView
    terms: TermsView
    wanted: TermsView | None
    ended: SessionView | None
    busy: bool
    figures: Figures


class TermsPanel(QWidget):
    """Numbers, contract, who signed, fingerprint; peer text plain.

    Signals:
        wants_change: the person wants other terms.
        wants_back: they want none any more.
        opened: a session to look at; its id.
    """

    wants_change = Signal()
    wants_back = Signal()
    opened = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: Shown | None = None
        self.change: QPushButton | None = None
        self.withdraw: QPushButton | None = None
        self.look: QPushButton | None = None
        self.setLayout(column(gap=theme.GROUP))

    def show_tally(self, model: Tally) -> None:
        """Show the terms that stand, and what is asked for instead."""
        view, terms = model.view, model.terms
        if view is None or terms is None:
            return
        ended = model.came_to_nothing
        shown = Shown(view, terms, model.amendment, ended, model.busy, self._desk.figures)
        if shown == self._shown:
            return
        self._shown = shown
        self.withdraw = self.look = None
        partner = partner_name(view)
        state = amending_of(view, model.amendment)
        signed = plain_label(signed_words(terms, partner, self._desk.now()))
        widgets: list[QWidget] = []
        if state is not Amending.NONE:
            widgets.append(self._under_way(shown, state, partner))
        elif ended is not None:
            widgets.append(ended_card(ended))
        widgets += [signed, self._rows(terms, partner)]
        widgets.append(ContractText(say("terms.contract"), terms.contract))
        widgets.append(self._foot(terms))
        if terms.before is not None and terms.digest != view.digest:  # amended: block 0 is older
            widgets += self._former(terms, terms.before, partner)
        widgets.append(self._tools(state))
        refill(self, *widgets)

    # What is under way ------------------------------------------------------------

    def _under_way(self, shown: Shown, state: Amending, partner: Words) -> QWidget:
        words = state_words(state, partner)
        body = column(plain_label(words, role=Role.ATTENTION, size=Size.LARGE))
        body.addWidget(plain_label(money_words(state)))
        if shown.view.reason == "crossed" and state is Amending.ASKS_ME:
            crossed = say("amend.crossed", partner=partner)
            body.addWidget(plain_label(crossed, role=Role.NEUTRAL))
        body.addWidget(self._acts(shown, state, partner))
        if shown.wanted is not None:
            comparison = TermsComparison()
            title = say("amend.compare")
            comparison.show_terms(title, shown.wanted, shown.view, partner, shown.figures)
            body.addWidget(comparison)
        holder = QWidget()
        holder.setLayout(body)
        return holder

    def _acts(self, shown: Shown, state: Amending, partner: Words) -> QWidget:
        buttons = []
        session = shown.wanted.session if shown.wanted is not None else ""
        if state in WITHDRAWABLE:
            self.withdraw = push_button(
                say("amend.withdraw"), self.wants_back.emit, kind=Kind.DANGER
            )
            set_reason(self.withdraw, say("common.loading") if shown.busy else "")
            if not shown.busy:
                self.withdraw.setToolTip(say("amend.withdraw_hint", partner=partner))
            buttons.append(self.withdraw)
        elif session:
            words = say("amend.answer" if state is Amending.ASKS_ME else "amend.look")
            self.look = push_button(words, lambda: self.opened.emit(session))
            buttons.append(self.look)
        holder = QWidget()
        holder.setLayout(Flow(*buttons))
        return holder

    # What stands, and what stood -----------------------------------------------------

    def _rows(self, terms: TermsView, partner: Words, title: str = "") -> QWidget:
        rows = diff_of(terms, partner, self._desk.figures)
        plain_rows = tuple(type(row)(row.what, Words(""), row.now, False) for row in rows)
        return DiffView(title, plain_rows)

    def _foot(self, terms: TermsView) -> Card:
        foot = Card(say("terms.digest"))
        foot.body.addWidget(plain_label(grouped(terms.digest), selectable=True))
        version = say("terms.revision", n=terms.revision)
        foot.body.addWidget(plain_label(version, role=Role.NEUTRAL, size=Size.SMALL))
        return foot

    def _former(self, terms: TermsView, before: TermsView, partner: Words) -> list[QWidget]:
        title = say("amend.former_until", when=day(terms.date, self._desk.now()))
        widgets = [self._rows(before, partner, title)]
        if has_other_contract(terms):
            widgets.append(ContractText(say("amend.contract_former"), before.contract))
        return widgets

    def _tools(self, state: Amending) -> QWidget:
        self.change = push_button(say("amend.change"), self.wants_change.emit)
        set_reason(self.change, "" if state is Amending.NONE else say("amend.wait"))
        holder = QWidget()
        holder.setLayout(Flow(self.change))
        return holder


def ended_card(ended: SessionView) -> Card:
    """Say how the last change that we asked for came to nothing, in the partner's words too."""
    card = Card()
    card.body.addWidget(plain_label(say("amend.last"), role=Role.NEUTRAL))
    card.body.addWidget(plain_label(money_of_not_done(ended)))
    card.body.addWidget(plain_label(why_not_done(ended)))
    return card


def signed_words(terms: TermsView, partner: Words, now: int) -> Words:
    """Say who signed and when."""
    when = day(terms.date, now)
    if terms.signed_by_me and terms.signed_by_partner:
        return say("terms.signed_both", when=when)
    if terms.signed_by_me:
        return say("terms.signed_me", when=when)
    if terms.signed_by_partner:
        return say("terms.signed_partner", when=when, partner=partner)
    return say("terms.unsigned")


def grouped(digest: str) -> Words:
    """Return a digest in groups of four: eight groups are enough for the eye."""
    clean = "".join(sign for sign in digest if sign.isalnum())[:32]
    return Words(" ".join(clean[n : n + 4] for n in range(0, len(clean), 4)))
