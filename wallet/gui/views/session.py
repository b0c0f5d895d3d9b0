"""One session on its page (S5): asked, both signing, agreed or not; not known yet is `stuck.py`."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from wallet.engine.api.commands import AnswerPaper, AnswerPayment
from wallet.engine.api.views import SessionAct, SessionView
from wallet.gui import theme
from wallet.gui.text import Words, bare, clock_time, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.session_words import (
    Phase,
    about,
    done_of,
    kind_of,
    money_of_not_done,
    now_of,
    phase_of,
    step_words,
    stop_button,
    stop_said,
    title_of,
    why_not_done,
)
from wallet.gui.viewmodels.sessions import Session
from wallet.gui.viewmodels.signers import others_of
from wallet.gui.viewmodels.states import session_status
from wallet.gui.views.asked import AskedPanel
from wallet.gui.views.paper_asked import PaperAskedPanel
from wallet.gui.views.shell import Shell
from wallet.gui.views.signing import SigningPage
from wallet.gui.views.stuck import StuckPanel
from wallet.gui.widgets.announcing import announce
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.countdown_ring import CountdownRing
from wallet.gui.widgets.labels import plain_label, set_role
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.paper_text import PaperText
from wallet.gui.widgets.review import Act
from wallet.gui.widgets.signers import Signers
from wallet.gui.widgets.surfaces import StatusChip, Step, StepList, StepState, column

OFFSET_SAID = 2000  # ms: a difference of clocks worth saying


class SessionPage(SigningPage):
    """Shows the panel that the session's phase needs; `subject` is its id."""

    def __init__(self, shell: Shell, subject: str, parent: QWidget | None = None) -> None:
        super().__init__(shell, parent)
        self.model = Session(self.desk, subject, self)
        self.running = RunningPanel(shell, self.model)
        self.stuck = StuckPanel(self, self.model)
        self.ended = EndedPanel(shell, self.model)
        self.asked: AskedPanel | PaperAskedPanel | None = None
        self.phase: Phase | None = None
        for panel in (self.running, self.stuck, self.ended):
            self.addWidget(panel)
        self.model.changed.connect(self.redraw)
        self.model.failed.connect(self.on_failed)
        self.model.refresh()

    @Slot()
    def redraw(self) -> None:
        """Show the panel of the phase; announce an outcome once."""
        view = self.model.view
        if view is None:
            return
        phase = phase_of(view)
        fresh, self.phase = phase is not self.phase, phase
        if phase is Phase.ASKED_ME:
            self._show_asked(view)
            return
        self._drop_asked()
        if fresh and phase in (Phase.DONE, Phase.NOT_DONE) and self.review is not None:
            self.leave_review()  # what stood there to be signed is over
        panels: dict[Phase, RunningPanel | StuckPanel | EndedPanel] = {
            Phase.STUCK: self.stuck,
            Phase.DONE: self.ended,
            Phase.NOT_DONE: self.ended,
        }
        panel = panels.get(phase, self.running)
        panel.show_session(view)
        if panel is not self.running:
            self.running.ring.stop()  # what has ended counts no more, and announces nothing
        if self.review is None:
            self.setCurrentWidget(panel)
        if fresh:
            self._announce(phase, view)

    def leave_review(self) -> None:
        """Take the review away and show the phase's panel again."""
        super().leave_review()
        view = self.model.view
        if view is not None and phase_of(view) is Phase.STUCK:
            self.setCurrentWidget(self.stuck)

    def _show_asked(self, view: SessionView) -> None:
        if self.asked is None:
            panel = PaperAskedPanel if view.kind == "paper" else AskedPanel
            self.asked = panel(self.shell, self.model, view)
            self.asked.accepted.connect(self.on_accepted)
            self.addWidget(self.asked)
        self.asked.show_session(view)
        self.setCurrentWidget(self.asked)

    def _drop_asked(self) -> None:
        if self.asked is not None:
            asked, self.asked = self.asked, None
            self.removeWidget(asked)
            asked.deleteLater()

    @Slot(object)
    def on_accepted(self, act: Act) -> None:
        """Review what accepting signs."""
        paper = self.model.view is not None and self.model.view.kind == "paper"
        wish = (AnswerPaper if paper else AnswerPayment)(self.model.id, accept=True)
        self.ask_for(act, wish, lambda _: self.model.refresh())

    def _announce(self, phase: Phase, view: SessionView) -> None:
        """Say an outcome at once; what goes on is said by the panel, politely."""
        if phase is Phase.DONE:
            announce(self, say("session.announce.agreed"), urgent=True)
        elif phase is Phase.NOT_DONE:
            announce(self, money_of_not_done(view), urgent=True)
        elif phase is Phase.STUCK:
            announce(self, say("session.announce.unknown"), urgent=True)

    @Slot(object)
    def on_failed(self, error: BaseException) -> None:
        """Say why something was not done; the session itself stays as it is."""
        self.shell.tell(self.words_of(error))
        if self.model.view is None:
            self.ended.show_gone()
            self.setCurrentWidget(self.ended)


class RunningPanel(PageFrame):
    """Ring, steps, what happens now, and what stopping would do, said before it is pressed."""

    def __init__(self, shell: Shell, model: Session) -> None:
        super().__init__(say("common.loading"))
        self.shell = shell
        self.model = model
        self.memo = plain_label(role=Role.NEUTRAL)
        self.signers = Signers()
        self._spoken = Words("")
        self.ring = CountdownRing()
        self.ring.stale.connect(model.refresh)
        self.ring.ended.connect(model.refresh)
        self.clock = plain_label(role=Role.NEUTRAL, wrap=False)
        self.steps = StepList()
        self.now = plain_label(size=Size.LARGE)
        self.locked = plain_label(role=Role.NEUTRAL)
        self.offset = plain_label(role=Role.ATTENTION)
        self.said = plain_label(role=Role.NEUTRAL)
        side = column(self.ring, self.clock)
        self.clock.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        side.setAlignment(self.ring, Qt.AlignmentFlag.AlignHCenter)
        side.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(theme.px(theme.PAGE))
        line.addLayout(side)
        line.addWidget(self.steps, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self.memo)
        self.body.addWidget(self.now)
        self.body.addLayout(line)
        for label in (self.said, self.offset, self.locked):
            self.body.addWidget(label)
        self.body.addWidget(self.signers)
        self.body.addStretch(1)
        self.stop = push_button(say("session.stop"), model.stop, kind=Kind.DANGER)
        self.background = push_button(say("session.background"), shell.back)
        self.foot.addWidget(self.stop)
        self.foot.addStretch(1)
        self.foot.addWidget(self.background)
        self.setFocusProxy(self.background)

    def show_session(self, view: SessionView) -> None:
        """Show where the session stands."""
        self.title.setText(title_of(view, self.shell.desk.figures))
        self.memo.setText(about(view))
        self.memo.setVisible(bool(self.memo.text()))
        self._tell(now_of(view))
        self.signers.show_session(view)
        self.ring.setVisible(view.locked)
        self.clock.setVisible(view.locked)
        self.clock.setText(say("session.until", until=clock_time(view.ends_at)))
        if view.locked:
            self.ring.start(self.model.remaining(), view.window, view.ends_at)
        self.steps.show_steps(steps_of(view))
        self.locked.setText(say("session.locked" if view.locked else "session.not_locked"))
        seconds = abs(view.clock_offset) // 1000
        said = say("session.offset", partner=others_of(view), seconds=seconds)
        self.offset.setText(said)
        self.offset.setVisible(abs(view.clock_offset) > OFFSET_SAID)
        self.said.setText(stop_said(view))
        self._show_stop(view)

    def _tell(self, now: Words) -> None:
        """Show what goes on; a screen reader hears each step once, the first with the ring."""
        self.now.setText(now)
        if now and now != self._spoken:
            self._spoken = now
            announce(self, now)

    def _show_stop(self, view: SessionView) -> None:
        words = stop_button(view)
        self.stop.setVisible(not view.i_decide)  # it ends by itself, and a promise is a promise
        self.stop.setText(words)
        self.stop.setAccessibleName(bare(words))
        allowed = SessionAct.STOP in view.acts
        reason = say("session.stopping") if self.model.busy else Words("")
        set_reason(self.stop, reason if allowed else stop_said(view))


class EndedPanel(PageFrame):
    """How it ended: the money first."""

    def __init__(self, shell: Shell, model: Session) -> None:
        super().__init__("")
        self.shell = shell
        self.model = model
        self.chip = StatusChip()
        self.head.addWidget(self.chip)
        self.money = plain_label(size=Size.LARGE)
        self.why = plain_label()
        self.free = plain_label(say("session.free"), role=Role.NEUTRAL)
        for label in (self.money, self.why, self.free):
            self.body.addWidget(label)
        self.steps = StepList()
        self.signers = Signers()
        self.paper = PaperText()
        self.body.addWidget(self.steps)
        self.body.addWidget(self.paper)
        self.body.addWidget(self.signers)
        self.body.addStretch(1)
        self.again = push_button(say("session.again"), self.on_again)
        self.look = push_button(say("session.done.look"), self.on_look, kind=Kind.PRIMARY)
        self.goes_on = push_button(
            say("session.not_done.look_chit"), self.on_look_chit, kind=Kind.PRIMARY
        )
        self.goes_on.hide()
        self.papers = push_button(say("session.done.look_paper"), lambda: shell.open("papers"))
        self.papers.hide()
        self.close_button = push_button(say("common.close"), shell.back)
        self.close_button.hide()
        self.foot.addStretch(1)
        self.foot.addWidget(self.close_button)
        self.foot.addWidget(self.again)
        self.foot.addWidget(self.papers)
        self.foot.addWidget(self.look)
        self.foot.addWidget(self.goes_on)

    def show_session(self, view: SessionView) -> None:
        """Show the end."""
        figures = self.shell.desk.figures
        done = phase_of(view) is Phase.DONE
        status = session_status(view)
        self.chip.show_status(status.icon, status.word, status.role)
        self.title.setText(title_of(view, figures))
        self.money.setText(done_of(view, figures) if done else money_of_not_done(view))
        set_role(self.money, Role.GOOD if done else Role.TEXT)
        self.why.setText("" if done else why_not_done(view))
        self.why.setVisible(not done)
        self.free.setVisible(not done)
        self.steps.show_steps(steps_of(view) if done else ())
        self.signers.show_session(view)
        self.paper.show_paper(view)
        goes_on = self.model.goes_on and not done
        if goes_on:  # "try again" would be a second payment
            self.money.setText(say("session.not_done.goes_on"))
        self.goes_on.setVisible(goes_on)
        self.look.setVisible(bool(view.tally) and not goes_on)
        self.papers.setVisible(kind_of(view) == "paper")
        self.close_button.setVisible(kind_of(view) in ("paper", "decide"))
        pays = view.i_pay and view.kind == "payment"
        self.again.setVisible(not done and pays and not goes_on)

    def show_gone(self) -> None:
        """Say that there is no such session."""
        self.title.setText(say("session.gone"))
        hidden = (self.free, self.again, self.look, self.chip, self.signers, self.paper)
        for widget in (*hidden, self.papers):
            widget.hide()
        self.close_button.show()

    @Slot()
    def on_again(self) -> None:
        """Begin a fresh payment on the same tally; nothing is sent by this."""
        if self.model.view is not None:
            self.shell.open("pay", self.model.view.tally)

    @Slot()
    def on_look_chit(self) -> None:
        """Open the payment, which goes on."""
        if self.model.view is not None:
            self.shell.open("chit", self.model.view.chit)

    @Slot()
    def on_look(self) -> None:
        """Open the tally."""
        if self.model.view is not None:
            self.shell.open("tally", self.model.view.tally)


def steps_of(view: SessionView) -> tuple[Step, ...]:
    """Return the lines of progress; the first that is not done is the present one."""
    lines = step_words(view)
    first_open = next((n for n, (_, done, _) in enumerate(lines) if not done), len(lines))
    return tuple(
        Step(words, _step_state(n, first_open, done=done), at)
        for n, (words, done, at) in enumerate(lines)
    )


def _step_state(number: int, first_open: int, *, done: bool) -> StepState:
    if done:
        return StepState.DONE
    return StepState.NOW if number == first_open else StepState.OPEN
