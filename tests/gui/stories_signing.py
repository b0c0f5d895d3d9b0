"""Stories of who signs and who decides: sessions of all modes, papers, witnesses."""

from __future__ import annotations

from msgspec.structs import replace

from tests.gui.stories import Stage, story
from tests.gui.stories_money import session_page
from tests.helpers import sample
from tests.helpers.sample_signing import a_decision, a_paper, a_signing, unknown
from wallet.engine.api.views import Outcome, SessionAct, SessionState, SessionView

# --- sessions of all modes, seen by everybody in it ------------------------------------

COMMITTED, PREPARED = SessionState.COMMITTED, SessionState.PREPARED
PROPOSED, COMPLETED = SessionState.PROPOSED, SessionState.COMPLETED
DONE, NOT_DONE = Outcome.DONE, Outcome.NOT_DONE
STOP, ASK = (SessionAct.STOP,), SessionAct.ASK_NOW
PAY, GO_ON, STOP_WAITING = SessionAct.PAY_ANYWAY, SessionAct.GO_ON, SessionAct.STOP_WAITING

SESSIONS: dict[str, SessionView] = {
    "session-e-payer-asked": replace(
        a_signing("E", PROPOSED, ready=1, signed=0, done=1, acts=STOP), locked=False
    ),
    "session-e-payer": a_signing("E"),
    "session-e-payee": a_signing("E", i_pay=False, signed=2),
    "session-e-done": a_signing("E", COMPLETED, outcome=DONE, signed=3, done=5),
    "session-e-not-done": a_signing(
        "E", SessionState.ABORTED, outcome=NOT_DONE, signed=2, reason="aborted"
    ),
    "session-e-unserved": a_signing(
        "E", SessionState.CANCELLED, outcome=NOT_DONE, ready=0, signed=0, reason="unserved"
    ),
    "session-e-unknown-payer": unknown(a_signing("E"), PAY, GO_ON),
    "session-e-unknown-payee": unknown(a_signing("E", i_pay=False, signed=2), STOP_WAITING),
    "session-e-decide": a_decision(),
    "session-e-decide-done": a_decision(COMPLETED, outcome=DONE, signed=3, done=5),
    "session-e-decide-not-done": a_decision(SessionState.RELEASED, outcome=NOT_DONE, reason="late"),
    "session-q-payer": a_signing("Q", signed=2, votes="c--"),
    "session-q-payee": a_signing("Q", i_pay=False, signed=2, votes="-c-"),
    "session-q-done": a_signing("Q", COMPLETED, outcome=DONE, signed=2, votes="cc-", done=5),
    "session-q-not-done": a_signing(
        "Q", SessionState.ABORTED, outcome=NOT_DONE, signed=1, votes="-aa", reason="aborted"
    ),
    "session-q-unknown-payer": unknown(a_signing("Q", signed=2, votes="c-a"), PAY, GO_ON),
    "session-q-unknown-payee": unknown(
        a_signing("Q", i_pay=False, signed=2, votes="--a"), STOP_WAITING
    ),
    "session-paper-2-asked": a_paper(2),
    "session-paper-3-asked-e": a_paper(3, mode="E"),
    "session-paper-8-asked": a_paper(8, title=sample.LONG[:80], text=sample.HOSTILE + "\n" * 3),
    "session-paper-3-proposed": a_paper(
        3, PROPOSED, i_started=True, mode="Q", ready=2, acts=STOP, done=1
    ),
    "session-paper-8-ready": a_paper(
        8, PREPARED, i_started=True, ready=8, signed=4, acts=STOP, done=2
    ),
    "session-paper-8-signed": a_paper(8, COMMITTED, ready=8, signed=5, acts=(), done=3),
    "session-paper-3-signed-e": a_paper(3, COMMITTED, mode="E", ready=4, signed=2, acts=(), done=3),
    "session-paper-3-done": a_paper(3, COMPLETED, outcome=DONE, signed=3, acts=(), done=5),
    "session-paper-8-refused": replace(
        a_paper(8, SessionState.CANCELLED, outcome=NOT_DONE, i_started=True, acts=(), ready=2),
        reason="policy",
        reason_text="Not with number 2",
    ),
    "session-paper-8-unknown": unknown(a_paper(8, COMMITTED, ready=8, signed=5, done=3), GO_ON),
    "session-paper-3-unknown-q": unknown(
        a_paper(3, COMMITTED, mode="Q", ready=3, signed=3, done=3), GO_ON
    ),
}


def _session(name: str, view: SessionView) -> None:
    @story(name)
    def shown(stage: Stage) -> None:
        session_page(stage, view)


for _name, _view in SESSIONS.items():
    _session(_name, _view)


@story("session-e-pay-anyway-review")
def pay_anyway_review(stage: Stage) -> None:
    page = session_page(stage, SESSIONS["session-e-unknown-payer"])
    page.stuck.review(PAY)
    stage.settle()
