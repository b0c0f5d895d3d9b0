"""One chit: waiting to go out, its session while it runs, and its facts once it is settled."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from wallet.engine.api.views import ChitState, ChitView
from wallet.gui import theme
from wallet.gui.text import Words, clock_time, has_sentence, moment, plain, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.batch import Batch, waits_words, was_declined_alone
from wallet.gui.viewmodels.session_words import why_of_chit
from wallet.gui.viewmodels.sessions import Chit
from wallet.gui.viewmodels.states import chit_status, name_of, owing
from wallet.gui.viewmodels.tally_rows import partner_name
from wallet.gui.views.session import SessionPage
from wallet.gui.views.shell import Shell
from wallet.gui.views.signing import SigningPage
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.form import refill
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.review import Fact, facts_card
from wallet.gui.widgets.surfaces import Card, StatusChip, Step, StepList, StepState, column

RUNS = (ChitState.SIGNING, ChitState.UNKNOWN)


class ChitPage(SigningPage):
    """The page; `subject` is the chit's uuid.  Follows it from waiting to its end."""

    def __init__(self, shell: Shell, subject: str, parent: QWidget | None = None) -> None:
        super().__init__(shell, parent)
        self.model = Chit(self.desk, subject, self)
        self.batch = Batch(self.desk, self)
        self.session: SessionPage | None = None
        self.frame = PageFrame(say("common.loading"))
        self.chip = StatusChip()
        self.frame.head.addWidget(self.chip)
        self.holder = QWidget()
        self.holder.setLayout(column())
        self.frame.body.addWidget(self.holder)
        self.frame.body.addStretch(1)
        self.withdraw = push_button(say("waiting.withdraw"), self.model.withdraw, kind=Kind.DANGER)
        self.withdraw.setToolTip(say("waiting.withdraw_hint"))
        self.look = push_button(say("chits.open_tally"), self.on_look)
        self.close_button = push_button(say("common.close"), shell.back, kind=Kind.PRIMARY)
        self.frame.foot.addWidget(self.withdraw)
        self.frame.foot.addStretch(1)
        self.frame.foot.addWidget(self.look)
        self.frame.foot.addWidget(self.close_button)
        self.addWidget(self.frame)
        self.together = plain_label(role=Role.INFO)
        self.together.setContentsMargins(
            *(theme.px(n) for n in (theme.PAGE, theme.GAP, theme.PAGE, 0))
        )
        self.together.hide()
        self.over = QWidget()  # the session's page, and above it what is signed together
        self._over = column(self.together, gap=0)
        self.over.setLayout(self._over)
        self.addWidget(self.over)
        self.batch.changed.connect(self.redraw)
        self.model.changed.connect(self.redraw)
        self.model.failed.connect(self.on_failed)
        self.model.refresh()

    @Slot()
    def redraw(self) -> None:
        """Show the chit as it stands."""
        view = self.model.view
        if view is None:
            return
        self.batch.follow(view)
        self._follow_session(view)
        if self.session is not None:
            # Its page shows the end as well; the facts are one press further, on the tally.
            self._show_together()
            self.setCurrentWidget(self.over)
            return
        self.setCurrentWidget(self.frame)
        status = chit_status(view.state)
        self.chip.show_status(status.icon, status.word, status.role)
        waiting = view.state is ChitState.WAITING
        if self.withdraw.hasFocus() and not waiting:
            self.close_button.setFocus()
        self.withdraw.setVisible(waiting)
        set_reason(self.withdraw, say("common.loading") if self.model.busy else "")
        words = say("waiting.keep") if waiting else say("common.close")
        self.close_button.setText(words)
        self.close_button.setAccessibleName(words)
        if waiting:
            self._show_waiting(view)
        else:
            self._show_facts(view)

    def _follow_session(self, view: ChitView) -> None:
        """Keep the page of the session that decides; a try that came to nothing decides nothing.

        The engine tries again by itself: then the chit waits, and has another session later.
        """
        shown = self.session.model.id if self.session is not None else ""
        decides = view.state is not ChitState.WAITING and (view.state in RUNS or shown)
        wanted = view.session if decides else ""
        if self.session is not None and shown != wanted:
            self.session.hide()
            self.session.deleteLater()
            self.session = None
        if wanted and self.session is None and view.state in RUNS:
            self.session = SessionPage(self.shell, wanted)
            self._over.addWidget(self.session, 1)

    def _show_together(self) -> None:
        many = self.batch.is_known()
        if many:
            amounts = self.batch.amounts(self.desk.figures)
            self.together.setText(say("batch.line", n=len(self.batch.chits), amounts=amounts))
        self.together.setVisible(many)

    def _partner(self, view: ChitView) -> Words:
        return name_of(view.partner) or say("tallies.nameless")

    def _show_waiting(self, view: ChitView) -> None:
        partner, amount = self._partner(view), self.desk.figures.with_unit(view.amount)
        self.frame.title.setText(say("waiting.title", partner=partner, amount=amount))
        person = self.model.tally.partner if self.model.tally else None
        if person is not None and person.online:
            why = say("waiting.turn")
        elif person is not None and person.since:
            since = moment(person.since, self.desk.now())
            why = say("waiting.why_since", partner=partner, since=since)
        else:
            why = say("waiting.why", partner=partner)
        beside = waits_words(view, self.batch.blamed, self.desk.figures)
        refill(
            self.holder,
            plain_label(say("waiting.money"), size=Size.LARGE),
            plain_label(why),
            *([plain_label(beside, role=Role.ATTENTION)] if beside else []),
            plain_label(say("waiting.withdraw_hint"), role=Role.NEUTRAL),
            facts_card(self._facts(view)[:2]),
        )

    def _show_facts(self, view: ChitView) -> None:
        partner, amount = self._partner(view), self.desk.figures.with_unit(view.amount)
        settled = view.state is ChitState.GOOD
        way = ("paid" if settled else "paying") if view.paid_by_me else ""
        back = "received" if settled else "receiving"
        self.frame.title.setText(say(f"chit.title.{way or back}", partner=partner, amount=amount))
        widgets: list[QWidget] = []
        if view.state is ChitState.WITHDRAWN:
            widgets.append(plain_label(say("waiting.withdrawn"), size=Size.LARGE))
        widgets.append(facts_card(self._facts(view)))
        if view.history:
            card = Card(say("chit.history"))
            steps = StepList()
            steps.show_steps(history_of(view))
            card.body.addWidget(steps)
            widgets.append(card)
        refill(self.holder, *widgets)

    def _facts(self, view: ChitView) -> tuple[Fact, ...]:
        rows = [
            Fact(say("chit.memo"), plain(view.memo, 200) or say("chits.no_memo")),
            Fact(say("chit.date"), moment(view.date, self.desk.now())),
            Fact(say("chit.state"), chit_status(view.state).word),
        ]
        if view.reference:
            rows.append(Fact(say("chit.reference"), plain(view.reference, 60)))
        if view.reason and view.reason != view.state.value:
            rows.append(Fact(say("chit.reason"), why_of_chit(view)))
        rows += self._batch_facts(view)
        if view.state is ChitState.GOOD:
            tally = self.model.tally
            partner = partner_name(tally) if tally else self._partner(view)
            after = owing(partner, view.balance_after, self.desk.figures)
            place = str(view.index) if view.index else say("chit.index_none")
            sealed = say("chit.sealed_yes" if view.sealed else "chit.sealed_no")
            rows += [
                Fact(say("chit.after"), after),
                Fact(say("chit.index"), place),
                Fact(say("chit.sealed"), sealed),
            ]
        rows.append(Fact(say("chit.id"), plain(view.uuid, 80)))
        return tuple(rows)

    def _batch_facts(self, view: ChitView) -> tuple[Fact, ...]:
        if not self.batch.is_known():
            return ()
        many, amounts = len(self.batch.chits), self.batch.amounts(self.desk.figures)
        if was_declined_alone(view):
            said = say("batch.refused", n=many, partner=self._partner(view))
        else:
            said = say("batch.amounts", n=many, amounts=amounts)
        return (Fact(say("batch.name"), said),)

    @Slot()
    def on_look(self) -> None:
        """Open the tally."""
        if self.model.view is not None:
            self.shell.open("tally", self.model.view.tally)

    @Slot(object)
    def on_failed(self, error: BaseException) -> None:
        """Say why something was not done."""
        self.shell.tell(self.words_of(error))


def history_of(view: ChitView) -> tuple[Step, ...]:
    """Return what happened to a chit, oldest first, in the words of the status set."""
    return tuple(
        Step(_state_words(state), StepState.DONE, clock_time(at)) for at, state in view.history
    )


def _state_words(state: str) -> Words:
    if state in set(ChitState):
        return chit_status(ChitState(state)).word
    key = f"status.{state}"
    return say(key) if has_sentence(key) else say("session.step.other")
