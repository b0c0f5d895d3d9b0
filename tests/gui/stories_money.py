"""Stories of payments, sessions and chits."""

from __future__ import annotations

from msgspec.structs import replace

from tests.gui.stories import Stage, story
from tests.gui.stories_partners import opened
from tests.helpers import sample
from wallet.engine.api.views import (
    ChitState,
    Outcome,
    SessionAct,
    SessionState,
    SessionView,
)
from wallet.gui.views.pay import PayPage
from wallet.gui.views.session import SessionPage

# --- paying -------------------------------------------------------------------------


def pay_page(stage: Stage, name: str = "", amount: str = "", memo: str = "") -> PayPage:
    page = opened(stage, "pay", f"tally-{name}" if name else "")
    assert isinstance(page, PayPage)
    page.amount.field.setText(amount)
    page.memo.set_text(memo)
    stage.settle()
    return page


@story("pay-empty")
def pay_empty(stage: Stage) -> None:
    pay_page(stage)


@story("pay-no-tally")
def pay_no_tally(stage: Stage) -> None:
    stage.door.tallies = []
    pay_page(stage)


@story("pay")
def pay(stage: Stage) -> None:
    pay_page(stage, "bo", "12.50", "eggs").on_more()


@story("pay-over-the-limit")
def pay_over(stage: Stage) -> None:
    pay_page(stage, "cem", "99.50", "a whole lot of eggs")


@story("pay-offline-two-tallies")
def pay_offline(stage: Stage) -> None:
    dora = sample.a_tally(sample.DORA, 0)
    stage.door.tallies.append(replace(dora, id="tally-second", memo="The second tally"))
    pay_page(stage, sample.DORA.name.split()[0].lower(), "30", "workshop")


@story("pay-review")
def pay_review(stage: Stage) -> None:
    pay_page(stage, "bo", "12.50", "eggs").on_review()
    stage.settle()


@story("pay-review-over-offline")
def pay_review_over(stage: Stage) -> None:
    name = sample.DORA.name.split()[0].lower()
    pay_page(stage, name, "12345.678", "twelve eggs and a very long story about them").on_review()
    stage.settle()


@story("pay-sending")
def pay_sending(stage: Stage) -> None:
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_review()
    assert page.review is not None
    page.review.signed.emit()
    stage.settle()


# --- sessions -----------------------------------------------------------------------


def session_page(stage: Stage, session: SessionView) -> SessionPage:
    stage.door.sessions = [session]
    page = opened(stage, "session", session.id)
    assert isinstance(page, SessionPage)
    return page


@story("session-asked")
def session_asked(stage: Stage) -> None:
    session_page(stage, replace(sample.a_session(SessionState.PROPOSED, done=1), locked=False))


@story("session-ready")
def session_ready(stage: Stage) -> None:
    session_page(stage, sample.a_session())


@story("session-signed")
def session_signed(stage: Stage) -> None:
    view = sample.a_session(SessionState.COMMITTED, i_pay=False, acts=(), done=3)
    session_page(stage, replace(view, clock_offset=4000))


@story("session-agreed")
def session_agreed(stage: Stage) -> None:
    done = Outcome.DONE
    session_page(stage, sample.a_session(SessionState.COMPLETED, outcome=done, done=4, acts=()))


@story("session-refused")
def session_refused(stage: Stage) -> None:
    session_page(
        stage,
        sample.a_session(
            SessionState.CANCELLED, outcome=Outcome.NOT_DONE, acts=(), done=1, reason="policy"
        ),
    )


@story("session-late")
def session_late(stage: Stage) -> None:
    view = sample.a_session(
        SessionState.CANCELLED, outcome=Outcome.NOT_DONE, acts=(), done=1, reason="late"
    )
    session_page(stage, replace(view, reason_text=""))


@story("session-payment-asked")
def session_payment_asked(stage: Stage) -> None:
    session_page(stage, sample.an_asking_session())


@story("session-payment-asked-review")
def session_payment_review(stage: Stage) -> None:
    page = session_page(stage, sample.an_asking_session())
    assert page.asked is not None
    page.asked.on_accept()
    stage.settle()


@story("session-unknown-payee")
def session_unknown(stage: Stage) -> None:
    session_page(stage, sample.an_unknown_session())


@story("session-unknown-payer")
def session_unknown_payer(stage: Stage) -> None:
    acts = (SessionAct.ASK_NOW, SessionAct.PAY_ANYWAY, SessionAct.GO_ON)
    view = replace(sample.an_unknown_session(), i_pay=True, acts=acts)
    session_page(stage, replace(view, partner=sample.DORA))


@story("session-unknown-opening")
def session_unknown_opening(stage: Stage) -> None:
    view = replace(
        sample.an_unknown_session(),
        kind="open",
        amount=0,
        acts=(SessionAct.ASK_NOW, SessionAct.GO_ON),
        asked_times=0,
        last_heard=0,
    )
    session_page(stage, view)


@story("session-stop-waiting-review")
def session_stop_review(stage: Stage) -> None:
    page = session_page(stage, sample.an_unknown_session())
    page.stuck.review(SessionAct.STOP_WAITING)
    stage.settle()


@story("session-gone")
def session_gone(stage: Stage) -> None:
    opened(stage, "session", "nobody-knows-it")


@story("sessions")
def sessions(stage: Stage) -> None:
    stage.door.sessions.append(sample.an_asking_session())
    opened(stage, "session")


@story("sessions-none")
def sessions_none(stage: Stage) -> None:
    stage.door.sessions = []
    opened(stage, "session")


# --- chits --------------------------------------------------------------------------


@story("chit")
def chit(stage: Stage) -> None:
    opened(stage, "chit", "chit-4")


@story("chit-waiting")
def chit_waiting(stage: Stage) -> None:
    opened(stage, "chit", "chit-2")


@story("chit-refused")
def chit_refused(stage: Stage) -> None:
    opened(stage, "chit", "chit-7")


@story("chit-withdrawn")
def chit_withdrawn(stage: Stage) -> None:
    assert sample.a_chit(9).state is ChitState.WITHDRAWN
    opened(stage, "chit", "chit-9")


@story("activity")
def activity(stage: Stage) -> None:
    stage.open().go("activity")
    stage.settle()


@story("activity-empty")
def activity_empty(stage: Stage) -> None:
    stage.door.chit_count = 0
    stage.open().go("activity")
    stage.settle()
