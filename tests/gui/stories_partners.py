"""Stories of tallies, invitations, payments, sessions and Activity."""

from __future__ import annotations

from dataclasses import replace

from tests.gui.stories import Stage, story
from tests.helpers import sample
from wallet.engine.api.views import (
    ChitState,
    LinkView,
    Outcome,
    SessionAct,
    SessionState,
    SessionView,
    TallyState,
)
from wallet.gui.views.answer import AnswerPage
from wallet.gui.views.invite import InvitePage
from wallet.gui.views.pay import PayPage
from wallet.gui.views.scan import ScanPage
from wallet.gui.views.session import SessionPage
from wallet.gui.views.tally import TallyPage


def opened(stage: Stage, place: str, subject: str = ""):  # type: ignore[no-untyped-def]
    """Open a place and return its page."""
    window = stage.open()
    window.open(place, subject)
    stage.settle()
    return window.current()


# --- scanning and invitations ---------------------------------------------------


@story("scan")
def scan(stage: Stage) -> None:
    opened(stage, "scan")


@story("scan-typed-invitation")
def scan_typed(stage: Stage) -> None:
    page = opened(stage, "scan")
    assert isinstance(page, ScanPage)
    page.show_tab("type")
    page.typed.setPlainText(sample.LINK)
    page.describe_typed()
    stage.settle()


@story("scan-unknown")
def scan_unknown(stage: Stage) -> None:
    page = opened(stage, "scan")
    assert isinstance(page, ScanPage)
    page.show_tab("type")
    page.typed.setPlainText("https://example.org/<b>free money</b> \u202eyenom" + "x" * 900)
    page.describe_typed()
    stage.settle()


def invite_page(stage: Stage) -> InvitePage:
    page = opened(stage, "invite")
    assert isinstance(page, InvitePage)
    return page


@story("invite-1-whom")
def invite_whom(stage: Stage) -> None:
    invite_page(stage)


@story("invite-1-shop")
def invite_shop(stage: Stage) -> None:
    page = invite_page(stage)
    page.whom.set_text("Customers of the bakery")
    page.kind.buttons["many"].click()
    stage.settle()


@story("invite-2-terms")
def invite_terms(stage: Stage) -> None:
    page = invite_page(stage)
    page.whom.set_text("Hanna")
    page.go_on()
    stage.settle()


@story("invite-3-review")
def invite_review(stage: Stage) -> None:
    page = invite_page(stage)
    page.whom.set_text("Hanna")
    page.go_on()
    page.edit.memo.set_text("Between neighbours")
    page.go_on()
    stage.settle()


@story("invitation")
def invitation(stage: Stage) -> None:
    opened(stage, "invitation", stage.door.invitations[0].id)


@story("invitation-shop")
def invitation_shop(stage: Stage) -> None:
    opened(stage, "invitation", stage.door.invitations[2].id)


@story("invitation-used")
def invitation_used(stage: Stage) -> None:
    opened(stage, "invitation", stage.door.invitations[1].id)


@story("invitations")
def invitations(stage: Stage) -> None:
    opened(stage, "invitations")


@story("invitations-empty")
def invitations_empty(stage: Stage) -> None:
    stage.door.invitations = []
    opened(stage, "invitations")


def answer_page(stage: Stage) -> AnswerPage:
    page = opened(stage, "answer", f"scan {sample.LINK}")
    assert isinstance(page, AnswerPage)
    return page


@story("answer")
def answer(stage: Stage) -> None:
    answer_page(stage)


@story("answer-hostile")
def answer_hostile(stage: Stage) -> None:
    link = sample.an_invitation_link(sample.MALLORY)
    stage.door.link = replace(link, memo=sample.HOSTILE, known_partner=True)
    answer_page(stage)


@story("answer-change")
def answer_change(stage: Stage) -> None:
    answer_page(stage).show_change()
    stage.settle()


@story("answer-review")
def answer_review(stage: Stage) -> None:
    answer_page(stage).review_answer()
    stage.settle()


@story("answer-sent")
def answer_sent(stage: Stage) -> None:
    answer_page(stage).show_sent("tally-eva")
    stage.settle()


def _useless(code: str) -> None:
    @story(f"answer-{code.lower()}")
    def useless(stage: Stage) -> None:
        kind = "" if code.startswith("LNK") else "invite"
        inviter = sample.EVA if kind else None
        stage.door.link = LinkView(kind, sample.LINK, code, inviter)
        answer_page(stage)


for _code in (
    "INVT-NONE",
    "INVT-USED",
    "INVT-LATE",
    "INVT-GONE",
    "INVT-OWN",
    "INVT-NET",
    "LNK-BAD",
    "LNK-NEW",
):
    _useless(_code)


# --- tallies ----------------------------------------------------------------------


@story("tallies")
def tallies(stage: Stage) -> None:
    stage.open().go("tallies")
    stage.settle()


@story("tallies-empty")
def tallies_empty(stage: Stage) -> None:
    stage.door.tallies = []
    stage.open().go("tallies")
    stage.settle()


@story("tallies-filtered-away")
def tallies_filtered(stage: Stage) -> None:
    window = stage.open()
    window.go("tallies")
    stage.settle()
    window.current().search("zebra")
    stage.settle()


def tally_page(stage: Stage, name: str) -> TallyPage:
    page = opened(stage, "tally", f"tally-{name}")
    assert isinstance(page, TallyPage)
    return page


@story("tally")
def tally(stage: Stage) -> None:
    tally_page(stage, "bo")


@story("tally-owing-reserved")
def tally_owing(stage: Stage) -> None:
    tally_page(stage, "cem")


@story("tally-long-name")
def tally_long(stage: Stage) -> None:
    tally_page(stage, sample.DORA.name.split()[0].lower())


@story("tally-hostile-name")
def tally_hostile(stage: Stage) -> None:
    tally_page(stage, "mallory")


@story("tally-chits")
def tally_chits(stage: Stage) -> None:
    tally_page(stage, "bo").show_tab("chits")
    stage.settle()


@story("tally-terms")
def tally_terms(stage: Stage) -> None:
    tally_page(stage, "bo").show_tab("terms")
    stage.settle()


@story("offer-received")
def offer_received(stage: Stage) -> None:
    view = stage.door.tallies[0]
    stage.door.terms[view.id] = sample.a_terms(view, changed=True)
    tally_page(stage, "eva")


@story("offer-review")
def offer_review(stage: Stage) -> None:
    page = tally_page(stage, "eva")
    page.offer.review()
    stage.settle()


@story("offer-change")
def offer_change(stage: Stage) -> None:
    page = tally_page(stage, "eva")
    page.offer.show_change()
    stage.settle()


@story("offer-refuse")
def offer_refuse(stage: Stage) -> None:
    page = tally_page(stage, "eva")
    page.offer.show_refuse()
    stage.settle()


@story("offer-sent")
def offer_sent(stage: Stage) -> None:
    tally_page(stage, "finn")


@story("tally-void")
def tally_void(stage: Stage) -> None:
    tally_page(stage, "gus")


@story("tally-opening")
def tally_opening(stage: Stage) -> None:
    stage.door.tallies[0] = replace(stage.door.tallies[0], state=TallyState.OPENING, needs_me=False)
    tally_page(stage, "eva")


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
