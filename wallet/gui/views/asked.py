"""The partner asks us to countersign: what it does to the tally, accept or decline."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot

from wallet.engine.api.views import SessionAct, SessionView, TallyView
from wallet.gui.text import Words, bare, clock_time, plain, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.session_words import about
from wallet.gui.viewmodels.sessions import Session
from wallet.gui.viewmodels.signers import mode_words, partner_of
from wallet.gui.viewmodels.states import owing
from wallet.gui.viewmodels.tally import Tally
from wallet.gui.views.shell import Shell
from wallet.gui.views.terms_asked import TermsAsked
from wallet.gui.widgets.balance_bar import Balance, BalanceBar
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.countdown_ring import CountdownRing
from wallet.gui.widgets.form import Labelled, LimitedEdit
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.review import Act, Fact
from wallet.gui.widgets.signers import Signers
from wallet.gui.widgets.surfaces import Card, column, row

REASON_LIMIT = 200


class AskedPanel(PageFrame):
    """The page.

    Signals:
        accepted: the person wants to accept; what is to be signed (an `Act`).
    """

    accepted = Signal(object)

    def __init__(self, shell: Shell, model: Session, view: SessionView) -> None:
        super().__init__("")
        self.shell = shell
        self.desk = shell.desk
        self.model = model
        self.tally = Tally(self.desk, view.tally, self)
        self.tally.changed.connect(self.redraw)
        self.memo = plain_label(role=Role.NEUTRAL)
        self.money = plain_label(say("asked.next"), role=Role.NEUTRAL)
        self.after = plain_label(size=Size.LARGE)
        self.bar = BalanceBar(self.desk.figures)
        self.over = plain_label(role=Role.ATTENTION)
        self.over.hide()
        self.terms = TermsAsked(self.tally) if view.kind == "amend" else None
        card = Card()
        card.body.addWidget(self.after)
        card.body.addWidget(self.bar)
        card.body.addWidget(self.over)
        self.left = plain_label()
        self.ring = CountdownRing()
        self.ring.ended.connect(model.refresh)
        self.ring.stale.connect(model.refresh)
        self.reason = LimitedEdit(REASON_LIMIT, "invite.memo_left")
        self.reason_row = Labelled(
            say("asked.reason", partner=partner_of(view)), self.reason, buddy=self.reason.field
        )
        self.reason_row.hide()
        self.body.addWidget(self.memo)
        self.body.addWidget(card)
        card.setVisible(view.kind == "payment")
        if self.terms is not None:
            self.body.addWidget(self.terms)
            self.money.setText(say("amend.asks_money"))
        side = column(self.left)
        side.insertStretch(0, 1)
        side.addStretch(1)
        line = row(self.ring)
        line.addLayout(side, 1)
        if self.terms is not None:
            side.insertWidget(1, self.terms.who)
            self.body.insertLayout(self.body.indexOf(self.terms), line)  # a page may be long
            self.body.addWidget(self.money)
        else:
            self.body.addWidget(self.money)
            self.body.addLayout(line)
        self.body.addWidget(self.reason_row)
        self.signers = Signers()
        self.body.addWidget(self.signers)
        self.body.addStretch(1)
        self.later = push_button(say("answer.not_now"), shell.back)
        refuse = say("asked.decline" if self.terms is None else "amend.refuse")
        self.decline = push_button(refuse, self.on_decline, kind=Kind.DANGER)
        self.accept = push_button("", self.on_accept, kind=Kind.PRIMARY)
        self.foot.addWidget(self.decline)
        self.foot.addStretch(1)
        self.foot.addWidget(self.later)
        self.foot.addWidget(self.accept)
        self.setFocusProxy(self.later)
        self.tally.refresh()

    def show_session(self, view: SessionView) -> None:
        """Show who asks what, and how long they wait."""
        figures, partner = self.desk.figures, partner_of(view)
        amount = figures.with_unit(view.amount)
        is_open = view.kind != "payment"
        title = "asked.title_open" if is_open else "asked.title"
        title = "asked.title_amend" if view.kind == "amend" else title
        self.title.setText(say(title, partner=partner, amount=amount))
        self.memo.setText(about(view))
        # Terms say it in their row.
        self.memo.setVisible(bool(self.memo.text()) and self.terms is None)
        self.signers.show_session(view)
        words = say("asked.accept_open") if is_open else say("asked.accept", amount=amount)
        words = say("amend.accept") if self.terms is not None else words
        self.accept.setText(words)
        self.accept.setAccessibleName(bare(words))
        busy = say("review.signing") if self.model.busy else Words("")
        over = Words("") if SessionAct.ACCEPT in view.acts else say("ring.over")
        set_reason(self.accept, over or busy)
        set_reason(self.decline, "" if SessionAct.DECLINE in view.acts else say("ring.over"))
        self.ring.start(self.model.remaining(), view.window, view.ends_at)
        self.left.setText(say("asked.until", partner=partner, until=clock_time(view.ends_at)))
        self.redraw()

    @Slot()
    def redraw(self) -> None:
        """Show what accepting does to the tally."""
        view, tally = self.model.view, self.tally.view
        if view is not None and self.terms is not None:
            self._show_terms(view, self.terms)
        if view is None or tally is None or view.kind != "payment":
            return
        after = after_accepting(view, tally)
        partner = partner_of(view)
        balance = owing(partner, after, self.desk.figures)
        self.after.setText(say("asked.after", balance=balance))
        self.bar.set_figures(self.desk.figures)
        self.bar.show_balance(
            partner, Balance(after, tally.we_may_owe, tally.they_may_owe, tally.reserved)
        )
        self.over.setText(say("asked.over", partner=partner))
        self.over.setVisible(after > tally.they_may_owe)

    def _show_terms(self, view: SessionView, terms: TermsAsked) -> None:
        terms.show_session(view)
        if SessionAct.ACCEPT in view.acts and not self.model.busy:
            set_reason(self.accept, terms.reason_to_wait(view))

    @Slot()
    def on_accept(self) -> None:
        """Ask for the review."""
        view = self.model.view
        act = self._act(view) if view is not None else None
        if act is not None:
            self.accepted.emit(act)

    def _act(self, view: SessionView) -> Act | None:
        if self.terms is not None:
            return self.terms.act(view)
        partner, figures = partner_of(view), self.desk.figures
        facts = [Fact(say("offer.review_who"), partner, strong=True)]
        if len(view.chits) > 1:
            facts.append(Fact(say("stuck.review.what"), about(view)))
        elif view.memo:
            facts.append(Fact(say("pay.review.for"), plain(view.memo, 200)))
        if self.tally.view is not None and view.kind == "payment":
            after = owing(partner, after_accepting(view, self.tally.view), figures)
            facts.append(Fact(say("pay.review.after"), after))
        facts.append(Fact(say("choose.review"), mode_words(view)))
        return Act(
            self.title.text(),
            tuple(facts),
            say("asked.next"),
            view.amount,
            say("asked.direction", partner=partner),
            self.accept.text(),
        )

    @Slot()
    def on_decline(self) -> None:
        """Ask for a word first, then decline."""
        if self.reason_row.isHidden():
            self.reason_row.show()
            now = say("asked.decline_now" if self.terms is None else "amend.refuse_now")
            self.decline.setText(now)
            self.decline.setAccessibleName(bare(now))
            self.reason.setFocus()
            return
        self.model.decline(self.reason.text())


def after_accepting(view: SessionView, tally: TallyView) -> int:
    """Return the balance after the session, from our side."""
    return tally.balance + (-view.amount if view.i_pay else view.amount)
