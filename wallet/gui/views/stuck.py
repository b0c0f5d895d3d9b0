"""Not known yet (S6): the money first, the facts, and only those acts the engine allows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

from wallet.engine.api.commands import Command, GoOn, PayAnyway, StopWaiting
from wallet.engine.api.views import SessionAct, SessionView
from wallet.engine.api.views_signing import FactsView
from wallet.gui import theme
from wallet.gui.text import Figures, Words, bare, clock_time, has_sentence, moment, plain, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.facts import facts_file, said_words, shown_of
from wallet.gui.viewmodels.session_words import (
    kind_of,
    money_of_stuck,
    step_words,
    stuck_title_of,
    tries_of,
)
from wallet.gui.viewmodels.sessions import Session
from wallet.gui.viewmodels.signers import asked_of, deciders_of, others_of, partner_of
from wallet.gui.views.signing import SigningPage
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.flow import Flow
from wallet.gui.widgets.form import refill
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import PageFrame, beside
from wallet.gui.widgets.review import Act, Fact
from wallet.gui.widgets.saving import ask_where_to_save
from wallet.gui.widgets.signers import Signers
from wallet.gui.widgets.surfaces import Card, StatusChip, Step, StepList, StepState, column, row

SECOND_MS = 1000
FILE_NAME = "session.json"


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
        self.signers = Signers()
        self.body.addWidget(self.signers)
        self.save = push_button(say("stuck.save"), self.ask_where)
        self.talk = push_button(say("stuck.talk"), self.on_talk)
        tools = QWidget()
        self.compare = push_button(say("stuck.compare"), self.on_compare)
        tools.setLayout(Flow(self.talk, self.compare, self.save))
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
        figures = self.desk.figures
        self.title.setText(stuck_title_of(view, figures))
        self.money.setText(money_of_stuck(view, figures))
        self.facts.show_steps(facts_of(view, self.model.facts, self.desk.now()))
        allowed = SessionAct.ASK_NOW in view.acts
        self.ask_now.setVisible(allowed)
        asking = say("stuck.asking", partner=asked_of(view)) if self.model.asking else ""
        set_reason(self.ask_now, asking)
        set_reason(self.save, "" if self.model.facts else say("common.loading"))
        self.compare.setVisible(bool(view.tally))
        self.signers.show_session(view)
        self._show_acts(view)
        self._clock.start()
        self.redraw_tries()

    @Slot()
    def redraw_tries(self) -> None:
        """Say how often the partner was asked and when next; once a second."""
        view = self.model.view
        if view is None:
            return
        self.tries.setText(tries_of(view, self.model.next_ask(), asking=self.model.asking))

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
            later = say("stuck.acts_later", partner=asked_of(view))
            widgets.append(plain_label(later, role=Role.NEUTRAL))
        refill(self.acts, *widgets)

    def _act_card(self, act: SessionAct, choice: Choice, view: SessionView) -> QWidget:
        card = Card()
        button = push_button(say(choice.key), lambda: self.review(act))
        hint = self._hint(choice, view)
        button.setAccessibleDescription(bare(hint))
        card.body.addLayout(beside(plain_label(hint), button))
        self.buttons[act] = button
        return card

    def _hint(self, choice: Choice, view: SessionView) -> Words:
        amount = self.desk.figures.show(view.amount)
        key = f"{choice.key}_hint_decided_{kind_of(view)}"
        if not (view.deciders and has_sentence(key)):
            key = f"{choice.key}_hint"
        return say(key, partner=partner_of(view), amount=amount, decider=deciders_of(view))

    def review(self, act: SessionAct) -> None:
        """Show what the act signs; nothing happens without the review's button."""
        view = self.model.view
        if view is None or act not in view.acts:
            return
        choice, partner = CHOICES[act], others_of(view)
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
        kinds = f"{bare(say('stuck.facts_file'))} (*.json)"
        ask_where_to_save(self, say("stuck.save"), FILE_NAME, self.save_to, kinds)

    @Slot(str)
    def save_to(self, path: str) -> None:
        """Write what is known, and everything that is evidence, into a file."""
        view, facts = self.model.view, self.model.facts
        if view is None or facts is None:
            return
        try:
            Path(path).write_text(facts_file(view, facts, self.desk.figures), "utf-8")
        except OSError:
            self.page.shell.tell(say("stuck.not_saved"))
            return
        self.page.shell.tell(say("stuck.saved"))

    @Slot()
    def on_compare(self) -> None:
        """Set both copies of the tally side by side."""
        if self.model.view is not None:
            self.page.shell.open("compare", self.model.view.tally)


def facts_of(view: SessionView, facts: FactsView | None, now: int) -> tuple[Step, ...]:
    """Return what is known, in order of time: who said what, the end; then the last answer."""
    end = Step(say("stuck.fact.ended"), StepState.DONE, clock_time(view.ends_at))
    if facts is not None and facts.said:
        said = shown_of(facts.said)
        known = [Step(said_words(one), StepState.DONE, clock_time(one.at)) for one in said]
        known.insert(sum(one.at < view.ends_at for one in said), end)
    else:
        known = [Step(words, StepState.DONE, at) for words, done, at in step_words(view) if done]
        known.append(end)
    names = asked_of(view)
    if view.last_heard:
        heard = say("stuck.fact.heard", partner=partner_of(view))
        known.append(Step(heard, StepState.DONE, moment(view.last_heard, now)))
    else:
        known.append(Step(say("stuck.fact.never_heard", partner=names), StepState.OPEN))
    return tuple(known)
