"""Changing the terms of an open tally (ux.md 5.12): edited, compared, reviewed, then asked for.

Nothing is asked or signed before the review's button; until both have signed the former terms
stand.
"""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from wallet.engine.api.views import TallyState, TermsView
from wallet.gui import theme
from wallet.gui.text import Words, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.amending import (
    Amending,
    amending_of,
    proposed,
    state_words,
    wish_for,
)
from wallet.gui.viewmodels.tally import Tally
from wallet.gui.viewmodels.tally_rows import partner_name
from wallet.gui.viewmodels.terms_diff import count_changes, diff_of
from wallet.gui.views.shell import Shell
from wallet.gui.views.signing import SigningPage
from wallet.gui.views.terms_review import TermsComparison, change_facts
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.choose_decider import ChooseDecider
from wallet.gui.widgets.contract_edit import ContractEdit
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.review import Act
from wallet.gui.widgets.surfaces import Card
from wallet.gui.widgets.terms_edit import Terms, TermsEdit


class AmendPage(SigningPage):
    """The page; `subject` is the tally's id."""

    def __init__(self, shell: Shell, subject: str, parent: QWidget | None = None) -> None:
        super().__init__(shell, parent)
        self.model = Tally(self.desk, subject, self)
        self.contract = ContractEdit()
        self.contract.changed.connect(self.redraw)
        self.decides = ChooseDecider(self.desk)
        self.decides.changed.connect(self.redraw)
        self.decides.wants_more.connect(lambda: shell.open("deciding"))
        self.edit: TermsEdit | None = None
        self._memo = ""  # as the field shows the standing one
        self.frame = PageFrame(say("tally.loading"))
        self.addWidget(self.frame)
        self.closed = plain_label()
        self.closed.hide()
        self.card = Card(say("amend.edit"))
        self.card.body.setSpacing(theme.px(theme.GAP))
        self.card.hide()
        self.comparison = TermsComparison()
        self.stays = plain_label(say("amend.stays"), role=Role.NEUTRAL)
        self.stays.hide()
        for widget in (self.closed, self.card, self.comparison, self.stays):
            self.frame.body.addWidget(widget)
        self.frame.body.addStretch(1)
        self.keep = push_button(say("amend.keep"), shell.back)
        self.go = push_button(say("amend.review"), self.on_review, kind=Kind.PRIMARY)
        set_reason(self.go, say("common.loading"))
        self.frame.foot.addStretch(1)
        self.frame.foot.addWidget(self.keep)
        self.frame.foot.addWidget(self.go)
        self.setFocusProxy(self.keep)
        self.model.changed.connect(self.redraw)
        self.model.failed.connect(lambda error: shell.tell(self.words_of(error)))
        self.model.refresh()

    @property
    def partner(self) -> Words:
        """The partner's name."""
        return partner_name(self.model.view) if self.model.view else Words("")

    # Drawing --------------------------------------------------------------------

    @Slot()
    def redraw(self) -> None:
        """Show the fields once, and what they would change whenever they do."""
        view, standing = self.model.view, self.model.terms
        if view is None or standing is None:
            return
        self.frame.title.setText(say("amend.title", partner=self.partner))
        why = self._why_not()
        self.closed.setText(why)
        self.closed.setVisible(bool(why))
        self.decides.show_for((view.partner.agent,), standing.signing)
        fresh = self.edit is None and not why
        if fresh:
            self._fill(standing)
        for widget in (self.card, self.comparison, self.stays):
            widget.setVisible(not why and self.edit is not None)
        self.go.setVisible(not why)
        words = say("common.close") if why else say("amend.keep")
        self.keep.setText(words)
        self.keep.setAccessibleName(words)
        wanted = self.wanted()
        if why or self.edit is None:
            return
        set_reason(self.go, self._missing(wanted))
        shown = wanted or proposed(
            standing, standing.mine, standing.theirs, standing.memo, contract=None
        )
        self.comparison.show_terms(
            say("amend.compare"), shown, view, self.partner, self.desk.figures
        )
        if fresh and self.isVisible():
            self.edit.they.setFocus()

    def _fill(self, standing: TermsView) -> None:
        self.edit = TermsEdit(self.desk.figures, both_days=True)
        self.edit.put(Terms(standing.mine, standing.theirs, standing.memo))
        self._memo = self.edit.memo.text()
        self.contract.put(standing.contract.text)
        self.card.body.addWidget(self.edit)
        self.card.body.addWidget(self.decides)
        self.card.body.addWidget(self.contract)
        self.edit.changed.connect(self.redraw)
        self.setFocusProxy(self.edit.they)

    def _why_not(self) -> Words:
        """Say why terms cannot be changed now; empty: they can."""
        view = self.model.view
        if view is None or view.state is not TallyState.OPEN:
            return say("amend.not_now")
        state = amending_of(view, self.model.amendment)
        if state is Amending.NONE:
            return Words("")
        return Words(f"{state_words(state, self.partner)} {say('amend.wait')}")

    def _missing(self, wanted: TermsView | None) -> Words:
        """Say why there is nothing to review yet; empty: there is."""
        if self.contract.problem():
            return self.contract.problem()
        if wanted is None:
            return say("amend.unreadable")
        changes = count_changes(diff_of(wanted, self.partner, self.desk.figures))
        return Words("") if changes else say("amend.same")

    def wanted(self) -> TermsView | None:
        """Return the terms as the fields have them; None: an amount cannot be read."""
        standing = self.model.terms
        terms = self.edit.terms() if self.edit is not None else None
        if standing is None or terms is None or self.edit is None:
            return None
        memo = standing.memo if self.edit.memo.text() == self._memo else terms.memo
        text, signing = self.contract.text(), self.decides.signing()
        return proposed(standing, terms.mine, terms.theirs, memo, text, signing)

    # Asking ---------------------------------------------------------------------

    @Slot()
    def on_review(self) -> None:
        """Show what asking signs."""
        if self.edit is None or self.edit.insist() is None or not self.decides.insist():
            return
        wanted = self.wanted()
        if wanted is None or self._missing(wanted):
            return
        act = Act(
            say("amend.review_title", partner=self.partner),
            change_facts(wanted, self.partner, self.desk.figures),
            say("amend.review_next", partner=self.partner),
            button=say("amend.review_sign"),
        )
        self.ask_for(act, wish_for(wanted), self._asked)

    def _asked(self, _: object) -> None:
        self.shell.tell(say("amend.sent", partner=self.partner))
        self.shell.back()
