"""Not known yet (S6): the money first, the facts, and only those acts the engine allows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

from wallet.engine.api.commands import Command, GoOn, PayAnyway, StopWaiting
from wallet.engine.api.views import SessionAct, SessionView
from wallet.gui import theme
from wallet.gui.text import Figures, Words, bare, clock_time, countdown, moment, plain, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.session_words import (
    money_of_stuck,
    partner_of,
    step_words,
    stuck_title_of,
)
from wallet.gui.viewmodels.sessions import Session
from wallet.gui.views.signing import SigningPage
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.flow import Flow
from wallet.gui.widgets.form import refill
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.review import Act, Fact
from wallet.gui.widgets.saving import ask_where_to_save
from wallet.gui.widgets.surfaces import Card, StatusChip, Step, StepList, StepState, column, row

SECOND_MS = 1000


class Choice(Struct, frozen=True):
    """An act of a stuck session: its words and the wish it makes."""

    key: str
    review: str
    wish: Callable[[str], Command[Any]]


CHOICES = {
    SessionAct.PAY_ANYWAY: Choice("stuck.pay_anyway", "pay", PayAnyway),
    SessionAct.STOP_WAITING: Choice("stuck.stop_waiting", "stop", StopWaiting),
    SessionAct.GO_ON: Choice("stuck.go_on", "go", GoOn),
}


class StuckPanel(PageFrame):
    """The page."""

    def __init__(self, page: SigningPage, model: Session) -> None:
        super().__init__("")
        self.page = page
        self.desk = page.desk
        self.model = model
        self.chip = StatusChip()
        self.chip.show_status("unknown", say("status.unknown"), Role.ATTENTION)
        self.head.addWidget(self.chip)
        self.money = plain_label(size=Size.LARGE, strong=True)
        self.body.addWidget(self.money)
        facts = Card(say("stuck.facts"))
        self.facts = StepList()
        self.tries = plain_label(role=Role.NEUTRAL)
        self.ask_now = push_button(say("stuck.ask_now"), model.ask_now)
        line = row(self.tries)
        line.setStretch(0, 1)
        line.addWidget(self.ask_now)
        facts.body.addWidget(self.facts)
        facts.body.addLayout(line)
        self.body.addWidget(facts)
        self.acts = QWidget()
        self.acts.setLayout(column(gap=theme.GAP))
        self.buttons: dict[SessionAct, QWidget] = {}
        self.body.addWidget(self.acts)
        self.save = push_button(say("stuck.save"), self.ask_where)
        self.talk = push_button(say("stuck.talk"), self.on_talk)
        tools = QWidget()
        tools.setLayout(Flow(self.talk, self.save))
        self.body.addWidget(tools)
        self.body.addStretch(1)
        self.keep = push_button(say("stuck.keep"), page.shell.back, kind=Kind.PRIMARY)
        self.keep.setToolTip(say("stuck.keep_hint"))
        self.foot.addStretch(1)
        self.foot.addWidget(self.keep)
        self.setFocusProxy(self.keep)
        self._shown_acts: tuple[tuple[SessionAct, ...], Figures] | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(SECOND_MS)
        self._clock.timeout.connect(self.redraw_tries)

    def show_session(self, view: SessionView) -> None:
        """Show what is known of it."""
        figures, partner = self.desk.figures, partner_of(view)
        self.title.setText(stuck_title_of(view, figures))
        self.money.setText(money_of_stuck(view, figures))
        self.facts.show_steps(facts_of(view, self.desk.now()))
        allowed = SessionAct.ASK_NOW in view.acts
        self.ask_now.setVisible(allowed)
        set_reason(self.ask_now, say("stuck.asking", partner=partner) if self.model.asking else "")
        self._show_acts(view)
        self._clock.start()
        self.redraw_tries()

    @Slot()
    def redraw_tries(self) -> None:
        """Say how often the partner was asked and when next; once a second."""
        view = self.model.view
        if view is None:
            return
        left = self.model.next_ask()
        partner = partner_of(view)
        if self.model.asking:
            words = say("stuck.asking", partner=partner)
        elif view.asked_times and left:
            words = say("stuck.tries", n=view.asked_times, partner=partner, left=countdown(left))
        else:
            words = say("stuck.tries_none", partner=partner)
        self.tries.setText(words)

    def _show_acts(self, view: SessionView) -> None:
        shown = (view.acts, self.desk.figures)
        if shown == self._shown_acts:
            return
        self._shown_acts = shown
        widgets: list[QWidget] = []
        self.buttons = {}
        keep = plain_label(say("stuck.keep_hint"), role=Role.NEUTRAL)
        widgets.append(keep)
        for act, choice in CHOICES.items():
            if act in view.acts:
                widgets.append(self._act_card(act, choice, view))
        if len(widgets) == 1:
            later = say("stuck.acts_later", partner=partner_of(view))
            widgets.append(plain_label(later, role=Role.NEUTRAL))
        refill(self.acts, *widgets)

    def _act_card(self, act: SessionAct, choice: Choice, view: SessionView) -> QWidget:
        card = Card()
        button = push_button(say(choice.key), lambda: self.review(act))
        hint = self._hint(choice, view)
        button.setAccessibleDescription(bare(hint))
        line = row(plain_label(hint))
        line.setStretch(0, 1)
        line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        card.body.addLayout(line)
        self.buttons[act] = button
        return card

    def _hint(self, choice: Choice, view: SessionView) -> Words:
        amount = self.desk.figures.show(view.amount)
        return say(f"{choice.key}_hint", partner=partner_of(view), amount=amount)

    def review(self, act: SessionAct) -> None:
        """Show what the act signs; nothing happens without the review's button."""
        view = self.model.view
        if view is None or act not in view.acts:
            return
        choice, partner = CHOICES[act], partner_of(view)
        amount = self.desk.figures.with_unit(view.amount)
        facts = (
            Fact(say("offer.review_who"), partner, strong=True),
            Fact(say("stuck.review.what"), self.title.text()),
            Fact(say("pay.review.for"), plain(view.memo, 200) or say("chits.no_memo")),
        )
        pays = act is SessionAct.PAY_ANYWAY
        words = Act(
            say(f"stuck.review.{choice.review}_title", partner=partner, amount=amount),
            facts,
            self._hint(choice, view),
            view.amount if pays else 0,
            say("pay.direction", partner=partner) if pays else "",
            say(f"stuck.review.{choice.review}_sign"),
        )
        self.page.ask_for(words, choice.wish(view.id), lambda _: self.model.refresh())

    # Facts ----------------------------------------------------------------

    @Slot()
    def on_talk(self) -> None:
        """Put a message for the partner on the clipboard."""
        view = self.model.view
        if view is None:
            return
        ended = clock_time(view.ends_at)
        text = say("stuck.talk_text", session=Words(view.id), ended=ended)
        QApplication.clipboard().setText(bare(text))
        self.page.shell.tell(say("stuck.copied"))

    @Slot()
    def ask_where(self) -> None:
        """Ask for a file for the facts."""
        ask_where_to_save(self, say("stuck.save"), "session.txt", self.save_to)

    @Slot(str)
    def save_to(self, path: str) -> None:
        """Write what is known into a text file."""
        view = self.model.view
        if view is None:
            return
        try:
            Path(path).write_text(facts_text(view, self.money.text(), self.desk.now()), "utf-8")
        except OSError:
            self.page.shell.tell(say("stuck.not_saved"))
            return
        self.page.shell.tell(say("stuck.saved"))


def facts_of(view: SessionView, now: int) -> tuple[Step, ...]:
    """Return what is known, with times: the steps that were taken, the end, the last answer."""
    partner = partner_of(view)
    known = [Step(words, StepState.DONE, at) for words, done, at in step_words(view) if done]
    known.append(Step(say("stuck.fact.ended"), StepState.DONE, clock_time(view.ends_at)))
    if view.last_heard:
        heard = say("stuck.fact.heard", partner=partner)
        known.append(Step(heard, StepState.DONE, moment(view.last_heard, now)))
    else:
        known.append(Step(say("stuck.fact.never_heard", partner=partner), StepState.OPEN))
    return tuple(known)


def facts_text(view: SessionView, money: str, now: int) -> str:
    """Write the facts as text, for the partner or for one's own papers."""
    lines = [bare(money), "", f"{say('stuck.facts_file')} {view.id}"]
    lines += [f"{bare(step.at)}  {bare(step.text)}" for step in facts_of(view, now)]
    return "\n".join(lines) + "\n"
