"""What a session means, in words: the same sentences for its page, its notice and its row.

Source: ux.md 5.10, 5.11, 5.24 and H5 (done, not done, not known: no fourth word).  Which acts are
possible the engine says (`SessionView.acts`); here they only get their words.
"""

from __future__ import annotations

from enum import StrEnum

from wallet.engine.api.views import ChitView, Outcome, SessionAct, SessionState, SessionView
from wallet.gui.text import Figures, Words, clock_time, countdown, has_sentence, plain, say
from wallet.gui.viewmodels.states import name_of


class Phase(StrEnum):
    """Which page a session needs."""

    ASKED_ME = "asked me"  # the partner asks, we decide
    ASKED = "asked"  # we asked, nothing is locked
    READY = "ready"  # locked, we have not signed
    SIGNED = "signed"  # our signature has left
    CHECKING = "checking"
    STUCK = "stuck"  # not known yet
    DONE = "done"
    NOT_DONE = "not done"


_PHASES = {
    SessionState.ASKED: Phase.ASKED_ME,
    SessionState.PROPOSED: Phase.ASKED,
    SessionState.PREPARED: Phase.READY,
    SessionState.COMMITTED: Phase.SIGNED,
    SessionState.PARKED: Phase.STUCK,
    SessionState.COMPLETED: Phase.CHECKING,
    SessionState.PAID: Phase.CHECKING,
}
_OUTCOMES = {
    Outcome.DONE: Phase.DONE,
    Outcome.NOT_DONE: Phase.NOT_DONE,
    Outcome.NOT_KNOWN: Phase.STUCK,
}
RUNNING = (Phase.ASKED_ME, Phase.ASKED, Phase.READY, Phase.SIGNED, Phase.CHECKING)


def phase_of(session: SessionView) -> Phase:
    """Tell which page shows this session; the outcome decides before the state."""
    if session.outcome is not Outcome.RUNNING:
        return _OUTCOMES[session.outcome]
    phase = _PHASES.get(session.state, Phase.CHECKING)
    return Phase.SIGNED if phase is Phase.READY and session.signed_by_me else phase


def partner_of(session: SessionView) -> Words:
    """Return the partner's name, harmless, or a word for a partner without one."""
    return name_of(session.partner.name) or say("tallies.nameless")


def title_of(session: SessionView, figures: Figures) -> Words:
    """Say what the session is about: "You pay Bo 12.50"."""
    return _by_kind("session.title", session, figures)


def stuck_title_of(session: SessionView, figures: Figures) -> Words:
    """Say what is not known yet."""
    return _by_kind("stuck.title", session, figures)


def done_of(session: SessionView, figures: Figures) -> Words:
    """Say what was agreed."""
    return _by_kind("session.done", session, figures)


def _by_kind(prefix: str, session: SessionView, figures: Figures) -> Words:
    return say(
        f"{prefix}.{kind_of(session)}",
        partner=partner_of(session),
        amount=figures.show(session.amount),
    )


def kind_of(session: SessionView) -> str:
    """Return "pay", "paid", "amend" or "open": the last part of many keys."""
    if session.kind == "amend":
        return "amend"
    if session.kind != "payment":
        return "open"
    return "pay" if session.i_pay else "paid"


def money_of_stuck(session: SessionView, figures: Figures) -> Words:
    """Answer the question of the money while nothing is known (first line of S6)."""
    if kind_of(session) == "pay" and SessionAct.PAY_ANYWAY not in session.acts:
        return say("stuck.money.pay_plain", amount=figures.show(session.amount))
    return _by_kind("stuck.money", session, figures)


def money_of_not_done(session: SessionView) -> Words:
    """Answer the question of the money when it came to nothing."""
    nothing = {"payment": "session.not_done", "amend": "session.not_done_amend"}
    return say(nothing.get(session.kind, "session.not_done_open"))


def why_not_done(session: SessionView) -> Words:
    """Say why it came to nothing, in our words; the partner's own words only as a quotation."""
    partner = partner_of(session)
    if not session.i_started and session.reason == "policy":
        return say("session.not_done.refused_me")  # the words, if any, were ours
    if session.reason_text:
        return say("session.not_done.refused_words", partner=partner, words=session.reason_text)
    key = f"session.not_done.{session.reason or 'other'}"
    return say(key if has_sentence(key) else "session.not_done.other", partner=partner)


def now_of(session: SessionView) -> Words:
    """Say what is going on."""
    keys = {
        Phase.ASKED: "session.now.asked",
        Phase.READY: "session.now.ready" if session.i_started else "session.now.ready_me",
        Phase.SIGNED: "session.now.signed",
        Phase.CHECKING: "session.now.checking",
        Phase.DONE: "session.now.agreed",
    }
    key = keys.get(phase_of(session))
    if key is None:
        return Words("")
    return say(key, partner=partner_of(session), until=clock_time(session.ends_at))


def stop_said(session: SessionView) -> Words:
    """Say what stopping does, before it is pressed; changes when our signature leaves."""
    keys = {
        Phase.ASKED: "session.stop_said.asked",
        Phase.READY: "session.stop_said.ready",
        Phase.SIGNED: "session.stop_said.signed",
        Phase.CHECKING: "session.stop_said.checking",
    }
    key = keys.get(phase_of(session))
    if key is None:
        return Words("")
    return say(key, partner=partner_of(session), until=clock_time(session.ends_at))


def stop_button(session: SessionView) -> Words:
    """Return the words of the stop button at this step."""
    if phase_of(session) in (Phase.SIGNED, Phase.CHECKING):
        return say("session.stop_waiting_from", until=clock_time(session.ends_at))
    return say("session.stop")


def step_words(session: SessionView) -> tuple[tuple[Words, bool, Words], ...]:
    """Return the lines of progress: words, whether done, when (empty: not yet)."""
    partner = partner_of(session)
    lines: list[tuple[Words, bool, Words]] = []
    for step in session.steps:
        key = f"session.step.{step.key}"
        mine = f"{key}_me"
        if not session.i_started and has_sentence(mine):
            key = mine
        words = say(key if has_sentence(key) else "session.step.other", partner=partner)
        lines.append((words, step.done, clock_time(step.at) if step.at else Words("")))
    return tuple(lines)


def row_words(session: SessionView, remaining: int, figures: Figures) -> Words:
    """Say one session in a line: what, and how long or how it ended."""
    what = title_of(session, figures)
    if phase_of(session) in RUNNING:
        return say("session.running_row", what=what, left=countdown(remaining))
    outcome = say(f"session.outcome.{session.outcome.value}")
    return say("session.running_ended", what=what, outcome=outcome)


def why_of_chit(chit: ChitView) -> Words:
    """Say why a payment is where it is; the partner's own words only as a quotation."""
    partner = name_of(chit.partner)
    if chit.reason_text:
        return say("session.not_done.refused_words", partner=partner, words=chit.reason_text)
    key = f"session.not_done.{chit.reason}"
    return say(key, partner=partner) if has_sentence(key) else Words(plain(chit.reason, 200))
