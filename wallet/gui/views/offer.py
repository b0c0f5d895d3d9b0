"""A tally that is not open yet: whose turn it is, what changed, and what one can do (ux.md A5)."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from wallet.engine.api.commands import OfferTally
from wallet.engine.api.views import TallyState, TallyView, TermsView
from wallet.gui import theme
from wallet.gui.text import Words, moment, plain, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.tally import Tally
from wallet.gui.viewmodels.tally_rows import partner_name
from wallet.gui.viewmodels.terms_diff import count_changes, diff_of
from wallet.gui.viewmodels.terms_words import terms_sentences
from wallet.gui.views.answer import person_card
from wallet.gui.views.signing import SigningPage
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.diff_view import DiffView
from wallet.gui.widgets.form import Labelled, LimitedEdit, refill
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.review import Act, Fact
from wallet.gui.widgets.surfaces import Card, column, row
from wallet.gui.widgets.terms_edit import Terms, TermsEdit

REASON_LIMIT = 200


class OfferPanel(QWidget):
    """Stands on the tally's page while the tally is not open."""

    def __init__(self, page: SigningPage, model: Tally) -> None:
        super().__init__()
        self.page = page
        self.model = model
        self.desk = page.desk
        self.edit: TermsEdit | None = None
        self.refusing = False
        self.reason = LimitedEdit(REASON_LIMIT, "invite.memo_left")
        self._shown: object = None
        self.buttons = QWidget()  # the page puts it at its foot
        self.buttons.setLayout(row())
        self.setLayout(column(gap=theme.GROUP))
        # An offer that runs out while it is looked at loses its button within a second (H6).
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self.redraw)

    @property
    def partner(self) -> Words:
        """The partner's name."""
        return partner_name(self._view())

    @Slot()
    def redraw(self) -> None:
        """Show whose turn it is; an edit that is under way stays."""
        view, terms = self.model.view, self.model.terms
        if view is not None and view.state is TallyState.OPEN:
            self._clock.stop()  # both have signed: the page shows the tally, not its offer
            return
        if view is None or self.edit is not None or self.refusing:
            return
        if view.state is TallyState.RECEIVED and not self._clock.isActive():
            self._clock.start()
        state = (view, terms, self.model.busy, self.desk.figures, self._expired(view))
        if state == self._shown:
            return
        self._shown = state
        widgets: list[QWidget] = [plain_label(self._where(view), size=Size.LARGE)]
        if view.expires_at and view.state in (TallyState.OFFERED, TallyState.RECEIVED):
            key = f"tally.state.{view.state.value}_until"
            until = moment(view.expires_at, self.desk.now())
            widgets.append(plain_label(say(key, until=until), role=Role.NEUTRAL))
        if view.state is not TallyState.DRAFT:
            widgets.append(person_card(view.partner, say("offer.review_who")))
        if terms is not None:
            widgets.append(self._diff(view, terms))
        refill(self, *widgets)
        self._foot(*self._buttons(view))

    def _where(self, view: TallyView) -> Words:
        if view.state is TallyState.VOID and view.reason:
            return say(
                "tally.state.void_reason", partner=self.partner, reason=plain(view.reason, 200)
            )
        if view.state is TallyState.RECEIVED and self._expired(view):
            return say("offer.expired", partner=self.partner)
        return say(f"tally.state.{view.state.value}", partner=self.partner)

    def _diff(self, view: TallyView, terms: TermsView) -> QWidget:
        rows = diff_of(terms, self.partner, self.desk.figures)
        theirs = view.state is TallyState.RECEIVED
        title = say("offer.title" if theirs else "offer.mine_title", partner=self.partner)
        card = DiffView(title, rows)
        if terms.before is not None:
            changes = count_changes(rows)
            words = say("offer.changed", n=changes) if changes else say("offer.same")
            role = Role.ATTENTION if changes else Role.NEUTRAL
            card.body.insertWidget(1, plain_label(words, role=role))
        return card

    def _foot(self, *buttons: QWidget) -> None:
        refill(self.buttons, *buttons)
        line = self.buttons.layout()
        if isinstance(line, QHBoxLayout):
            line.insertStretch(0, 1)

    def _buttons(self, view: TallyView) -> tuple[QWidget, ...]:
        if view.state is TallyState.RECEIVED:
            sign = push_button(say("offer.sign"), self.review, kind=Kind.PRIMARY)
            if self._expired(view):
                set_reason(sign, say("offer.expired", partner=self.partner))
            return (
                push_button(say("offer.refuse"), self.show_refuse, kind=Kind.DANGER),
                push_button(say("offer.change"), self.show_change),
                sign,
            )
        if view.state in (TallyState.DRAFT, TallyState.OFFERED):
            withdraw = push_button(say("offer.withdraw"), self.model.withdraw, kind=Kind.DANGER)
            withdraw.setToolTip(say("offer.withdraw_hint", partner=self.partner))
            return (withdraw,)
        return ()

    # Changing -------------------------------------------------------------

    @Slot()
    def show_change(self) -> None:
        """Let the person change the terms."""
        terms = self.model.terms
        if terms is None:
            return
        self.edit = TermsEdit(self.desk.figures)
        self.edit.put(Terms(terms.mine, terms.theirs, terms.memo))
        card = Card(say("offer.change"))
        card.body.setSpacing(theme.px(theme.GAP))
        card.body.addWidget(self.edit)
        refill(self, card)
        self._foot(
            push_button(say("offer.keep"), self.keep),
            push_button(say("offer.send_back"), self.review_change, kind=Kind.PRIMARY),
        )
        self.edit.they.setFocus()

    @Slot()
    def keep(self) -> None:
        """Leave the edit or the refusal; nothing has changed."""
        self.edit, self.refusing, self._shown = None, False, None
        self.redraw()

    @Slot()
    def review_change(self) -> None:
        """Show what the changed offer signs."""
        terms = self.edit.insist() if self.edit is not None else None
        if terms is None or self.model.terms is None:
            return
        wish = OfferTally(
            self.model.id, self.model.terms.direction, terms.mine, terms.theirs, terms.memo
        )
        self.page.ask_for(self._act(terms, "offer.send_back"), wish, self._sent_back)

    def _sent_back(self, _: object) -> None:
        self.page.shell.tell(say("offer.sent_back", partner=self.partner))
        self.keep()
        self.model.refresh()

    # Refusing -------------------------------------------------------------

    @Slot()
    def show_refuse(self) -> None:
        """Ask for a word to the partner, then refuse."""
        self.refusing = True
        self.reason = LimitedEdit(REASON_LIMIT, "invite.memo_left")
        label = say("offer.refuse_reason", partner=self.partner)
        refill(self, Labelled(label, self.reason, buddy=self.reason.field))
        self._foot(
            push_button(say("offer.keep"), self.keep),
            push_button(say("offer.refuse_now"), self.refuse, kind=Kind.DANGER),
        )
        self.reason.setFocus()

    @Slot()
    def refuse(self) -> None:
        """Refuse the offer."""
        self.model.refuse(self.reason.text())
        self.page.shell.tell(say("offer.refused"))
        self.keep()

    # Signing --------------------------------------------------------------

    @Slot()
    def review(self) -> None:
        """Show what opening the tally signs: exactly the offer on screen."""
        wish, terms = self.model.accept_wish(), self.model.terms
        if wish is None or terms is None or self._expired(self._view()):
            return
        act = self._act(Terms(terms.mine, terms.theirs, terms.memo), "offer.review_sign")
        self.page.ask_for(act, wish, self._signed)

    def _act(self, terms: Terms, button: str) -> Act:
        partner = self.partner
        said = terms_sentences(partner, terms.mine, terms.theirs, terms.memo, self.desk.figures)
        facts = [Fact(say("offer.review_who"), partner, strong=True)]
        facts += [Fact(say("answer.terms") if not n else "", text) for n, text in enumerate(said)]
        return Act(
            say("offer.review_title", partner=partner),
            tuple(facts),
            say("offer.review_next", partner=partner),
            button=say(button),
        )

    def _signed(self, _: object) -> None:
        self.model.refresh()

    def _expired(self, view: TallyView) -> bool:
        return bool(view.expires_at) and view.expires_at <= self.desk.now()

    def _view(self) -> TallyView:
        if self.model.view is None:
            raise ValueError("no tally is shown")
        return self.model.view
