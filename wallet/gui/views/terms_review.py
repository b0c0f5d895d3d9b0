"""Other terms side by side with those that stand, and as facts of a review: for both partners."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from wallet.engine.api.views import TallyView, TermsView
from wallet.gui import theme
from wallet.gui.text import Figures, Words, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.amending import (
    changes_of,
    count_words,
    has_other_contract,
    warnings_of,
)
from wallet.gui.viewmodels.signers import terms_means
from wallet.gui.viewmodels.terms_diff import count_changes, diff_of
from wallet.gui.widgets.contract_text import ContractText
from wallet.gui.widgets.diff_view import DiffView
from wallet.gui.widgets.form import refill
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.paper_text import whole_text
from wallet.gui.widgets.review import Fact
from wallet.gui.widgets.surfaces import column


class TermsComparison(QWidget):
    """What stands and what is asked for, in two columns; a new contract's whole text below."""

    def __init__(self, parent: QWidget | None = None, *, asked: bool = False) -> None:
        super().__init__(parent)
        self._asked = asked  # by the partner: something that cannot be seen is worth a word
        self._shown: tuple[object, ...] = ()
        self.setLayout(column(gap=theme.GROUP))

    def show_terms(
        self, title: Words, wanted: TermsView, tally: TallyView, partner: Words, figures: Figures
    ) -> None:
        """Show them; `wanted.before` are the terms that stand."""
        state = (title, wanted, tally.balance, partner, figures)
        if state == self._shown:
            return
        self._shown = state
        rows = diff_of(wanted, partner, figures)
        changes = count_changes(rows)
        card = DiffView(title, rows, proposed=True)
        words = count_words(rows)
        if self._asked and not changes:
            words = say("amend.hidden", partner=partner)
        role = Role.ATTENTION if changes or self._asked else Role.NEUTRAL
        card.body.insertWidget(1, plain_label(words, role=role))
        widgets: list[QWidget] = [card]
        for warning in warnings_of(wanted, tally, figures):
            widgets.append(plain_label(warning, role=Role.ATTENTION))
        if has_other_contract(wanted):
            widgets.append(ContractText(say("amend.contract_new"), wanted.contract))
        refill(self, *widgets)


def change_facts(wanted: TermsView, partner: Words, figures: Figures) -> tuple[Fact, ...]:
    """Return what a review of other terms says: each change, a new contract whole, the rest."""
    facts = [Fact(say("offer.review_who"), partner, strong=True)]
    for change in changes_of(wanted, partner, figures):
        said = say("amend.review_change", now=change.now, before=change.before)
        facts.append(Fact(change.what, said))
    if wanted.before is not None and wanted.before.signing != wanted.signing:
        facts.append(Fact(say("stuck.review.means"), terms_means(wanted.signing)))
    if has_other_contract(wanted):
        facts.append(Fact(say("amend.contract_new"), whole_text(wanted.contract.text)))
    facts.append(Fact(say("amend.review_rest"), say("amend.review_same")))
    return tuple(facts)
