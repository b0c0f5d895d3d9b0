"""What a session means, in words: the same sentences for its page, its notice and its row.

Source: ux.md 5.10, 5.11, 5.24 and H5 (done, not done, not known: no fourth word).  Which acts are
possible the engine says (`SessionView.acts`); here they only get their words.
"""

from __future__ import annotations

from enum import StrEnum

from wallet.engine.api.views import ChitView, Outcome, SessionAct, SessionState, SessionView
from wallet.gui.text import Figures, Words, clock_time, countdown, has_sentence, plain, say
from wallet.gui.viewmodels.signers import (
    asked_of,
    deciders_of,
    is_many,
    my_role,
    others_of,
    partner_of,
    waited_for,
)
from wallet.gui.viewmodels.states import name_of

TITLE_LIMIT = 80


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
        title=plain(session.title, TITLE_LIMIT),
        n=max(1, sum(not one.is_me for one in session.signers)),
    )


def kind_of(session: SessionView) -> str:
    """Return "pay", "paid", "open", "amend", "paper" or "decide": the last part of many keys."""
    if session.i_decide:
        return "decide"
    if session.kind != "payment":
        return session.kind if session.kind in ("paper", "amend") else "open"
    return "pay" if session.i_pay else "paid"


def about(session: SessionView) -> Words:
    """Say what it is for, or with whom, below the title."""
    if session.i_decide:
        return say("session.cannot_see")
    if session.kind == "paper":
        return say("session.with", names=others_of(session))
    together = len(session.chits)
    key = "session.first_for" if together > 1 else "session.for"
    words = say(key, memo=plain(session.memo, 200)) if session.memo else Words("")
    if together > 1:
        return Words(f"{say('session.batch', n=together)} {words}".strip())
    return words


def money_of_stuck(session: SessionView, figures: Figures) -> Words:
    """Answer the question of the money while nothing is known (first line of S6)."""
    if kind_of(session) == "pay" and SessionAct.PAY_ANYWAY not in session.acts:
        return say("stuck.money.pay_plain", amount=figures.show(session.amount))
    return _by_kind("stuck.money", session, figures)


def money_of_not_done(session: SessionView) -> Words:
    """Answer the question of the money when it came to nothing."""
    kind = kind_of(session)
    return say("session.not_done" if kind in ("pay", "paid") else f"session.not_done_{kind}")


def why_not_done(session: SessionView) -> Words:
    """Say why it came to nothing, in our words; the partner's own words only as a quotation."""
    partner = name_of(session.refused_by) or partner_of(session)
    if not session.i_started and session.reason == "policy" and not session.i_decide:
        return say("session.not_done.refused_me")  # the words, if any, were ours
    if session.reason_text:
        return say("session.not_done.refused_words", partner=partner, words=session.reason_text)
    decider = deciders_of(session)
    for key in (f"{session.reason}.{session.mode}", session.reason or "other", "other"):
        if has_sentence(f"session.not_done.{key}"):
            return say(f"session.not_done.{key}", partner=partner, decider=decider)
    raise AssertionError("there is always a sentence for the rest")


def now_of(session: SessionView) -> Words:
    """Say what is going on."""
    phase = phase_of(session)
    key = {
        Phase.ASKED: "session.now.asked",
        Phase.READY: _ready_key(session),
        Phase.SIGNED: "session.now.signed" + _decided_by(session),
        Phase.CHECKING: "session.now.checking" + _decided_by(session),
        Phase.DONE: "session.now.agreed",
    }.get(phase)
    return Words("") if key is None else _said(key, session)


def _ready_key(session: SessionView) -> str:
    if session.i_decide:
        return "session.now.ready_decide"
    if not session.i_started:
        return "session.now.ready_me"
    return "session.now.ready_all" if is_many(session) else "session.now.ready"


def _decided_by(session: SessionView) -> str:
    """End of a key where the modes differ: nothing in mode P."""
    if session.mode == "P" or not session.deciders:
        return ""
    return ".one" if len(session.deciders) == 1 else ".several"


def _said(key: str, session: SessionView) -> Words:
    return say(
        key,
        partner=partner_of(session),
        names=waited_for(session),
        decider=deciders_of(session),
        until=clock_time(session.ends_at),
        needed=session.needed,
    )


def stop_said(session: SessionView) -> Words:
    """Say what stopping does, before it is pressed; changes when our signature leaves."""
    phase = phase_of(session)
    decided = bool(_decided_by(session))
    if phase is Phase.ASKED:
        # With somebody who decides, our wallet signs by itself as soon as all are ready.
        return _said("session.stop_said.asked_signs" if decided else f"{_STOP}.asked", session)
    if phase is Phase.READY:
        if session.i_decide:
            return _said(f"{_STOP}.ready_decide", session)
        key = "ready_all" if is_many(session) or decided else "ready"
        return _said(f"{_STOP}.{key}", session)
    if phase is Phase.SIGNED:
        return _said(f"{_STOP}.signed" + _signed_key(session), session)
    return _said(f"{_STOP}.checking", session) if phase is Phase.CHECKING else Words("")


_STOP = "session.stop_said"


def _signed_key(session: SessionView) -> str:
    role = my_role(session)
    if role in ("initiator", "acceptor"):
        return "_agreement"
    if not _decided_by(session):
        return ""
    return "_payer" if role == "payer" else "_payee"


def stop_button(session: SessionView) -> Words:
    """Return the words of the stop button at this step."""
    if phase_of(session) in (Phase.SIGNED, Phase.CHECKING):
        waits = my_role(session) == "payee" or (session.i_pay and not _decided_by(session))
        key = "session.stop_waiting_from" if waits else "session.go_on_from"
        return say(key, until=clock_time(session.ends_at))
    return say("session.stop")


def step_words(session: SessionView) -> tuple[tuple[Words, bool, Words], ...]:
    """Return the lines of progress: words, whether done, when (empty: not yet)."""
    lines: list[tuple[Words, bool, Words]] = []
    for step in session.steps:
        key = next(key for key in _step_keys(session, step.key) if has_sentence(key))
        words = _said(key, session)
        lines.append((words, step.done, clock_time(step.at) if step.at else Words("")))
    return tuple(lines)


def _step_keys(session: SessionView, step: str) -> tuple[str, ...]:
    """Return the keys that may name a step, the most fitting first."""
    key = f"session.step.{step}"
    found = [f"{key}.decide"] if session.i_decide else []
    if not session.i_decide and session.mode != "P":
        found.append(f"{key}{_decided_by(session)}")
    if not session.i_started:
        found.append(f"{key}_me")
    if is_many(session):
        found.append(f"{key}.all")
    return (*found, key, "session.step.other")


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


def tries_of(session: SessionView, left: int, *, asking: bool) -> Words:
    """Say how often the others were asked and when next; `left` in milliseconds."""
    names = asked_of(session)
    if asking:
        return say("stuck.asking", partner=names)
    if session.asked_times and left:
        return say("stuck.tries", n=session.asked_times, partner=names, left=countdown(left))
    return say("stuck.tries_none", partner=names)
