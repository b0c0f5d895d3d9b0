"""A partner asks us to sign a paper: the whole text, who signs, who decides; sign or refuse."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot

from wallet.engine.api.views import SessionAct, SessionView
from wallet.gui.text import Words, bare, clock_time, plain, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.session_words import TITLE_LIMIT
from wallet.gui.viewmodels.sessions import Session
from wallet.gui.viewmodels.signers import mode_words, others_of, partner_of
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.countdown_ring import CountdownRing
from wallet.gui.widgets.form import Labelled, LimitedEdit
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.paper_text import PaperText, whole_text
from wallet.gui.widgets.review import Act, Fact
from wallet.gui.widgets.signers import Signers

REASON_LIMIT = 200


class PaperAskedPanel(PageFrame):
    """The page.

    Signals:
        accepted: the person wants to sign; what is to be signed (an `Act`).
    """

    accepted = Signal(object)

    def __init__(self, shell: Shell, model: Session, view: SessionView) -> None:
        super().__init__("")
        self.shell = shell
        self.model = model
        self.paper = PaperText()
        self.signers = Signers()
        self.ring = CountdownRing()
        self.ring.ended.connect(model.refresh)
        self.ring.stale.connect(model.refresh)
        self.left = plain_label(role=Role.NEUTRAL)
        self.reason = LimitedEdit(REASON_LIMIT, "invite.memo_left")
        self.reason_row = Labelled(
            say("asked.reason", partner=partner_of(view)), self.reason, buddy=self.reason.field
        )
        self.reason_row.hide()
        for widget in (self.left, self.paper, self.signers, self.ring):
            self.body.addWidget(widget)
        self.body.addWidget(self.reason_row)
        self.body.addStretch(1)
        self.later = push_button(say("answer.not_now"), shell.back)
        self.decline = push_button(say("paper.asked.refuse"), self.on_decline, kind=Kind.DANGER)
        self.accept = push_button(say("paper.asked.sign"), self.on_accept, kind=Kind.PRIMARY)
        self.foot.addWidget(self.decline)
        self.foot.addStretch(1)
        self.foot.addWidget(self.later)
        self.foot.addWidget(self.accept)
        self.setFocusProxy(self.later)

    def show_session(self, view: SessionView) -> None:
        """Show what is asked."""
        title = plain(view.title, TITLE_LIMIT)
        self.title.setText(say("paper.asked.title", partner=partner_of(view), title=title))
        self.paper.show_paper(view)
        self.signers.show_session(view)
        busy = say("review.signing") if self.model.busy else Words("")
        over = Words("") if SessionAct.ACCEPT in view.acts else say("ring.over")
        set_reason(self.accept, over or busy)
        set_reason(self.decline, "" if SessionAct.DECLINE in view.acts else say("ring.over"))
        self.ring.start(self.model.remaining(), view.window, view.ends_at)
        until = clock_time(view.ends_at)
        self.left.setText(say("paper.asked.until", partner=partner_of(view), until=until))

    @Slot()
    def on_accept(self) -> None:
        """Ask for the review."""
        view = self.model.view
        if view is not None:
            self.accepted.emit(_act(view))

    @Slot()
    def on_decline(self) -> None:
        """Ask for a word first, then refuse."""
        if self.reason_row.isHidden():
            self.reason_row.show()
            self.decline.setText(say("paper.asked.refuse_now"))
            self.decline.setAccessibleName(bare(say("paper.asked.refuse_now")))
            self.reason.setFocus()
            return
        self.model.decline(self.reason.text())


def _act(view: SessionView) -> Act:
    title = plain(view.title, TITLE_LIMIT)
    facts = (
        Fact(say("paper.review.text"), whole_text(view.text), strong=True),
        Fact(say("paper.review.who"), say("paper.review.you_and", names=others_of(view))),
        Fact(say("choose.review"), mode_words(view)),
    )
    return Act(
        say("paper.asked.review", title=title),
        facts,
        say("paper.asked.next"),
        button=say("paper.asked.review_sign"),
    )
