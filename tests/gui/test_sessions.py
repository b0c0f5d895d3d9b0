"""Sessions: what stopping does, three outcomes, time, acts the engine allows."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.hands import click, press_when_ready, signed, texts
from tests.gui.stories_money import pay_page, session_page
from tests.helpers import sample
from wallet.engine.api.commands import (
    AnswerPayment,
    AskNow,
    GoOn,
    PayAnyway,
    StopSession,
    StopWaiting,
)
from wallet.engine.api.notices import ConnectionChanged, SessionChanged
from wallet.engine.api.views import (
    ChitState,
    Outcome,
    SessionAct,
    SessionState,
)
from wallet.gui.text import bare
from wallet.gui.views.chit import ChitPage
from wallet.gui.views.sessions import SessionsPopup


def test_the_stop_button_says_what_it_does_before_and_after_our_signature(stage):
    page = session_page(stage, sample.a_session())
    assert page.running.stop.text() == "Stop before I sign"
    assert "Stops at once" in texts(page)
    click(page.running.stop)
    assert stage.door.last(StopSession).session == "session-cem"
    stage.door.sessions[0] = sample.a_session(SessionState.COMMITTED, i_pay=False, acts=(), done=3)
    stage.door.announce(SessionChanged("session-cem"))
    stage.settle()
    assert "Stop waiting (" in page.running.stop.text()
    assert not page.running.stop.isEnabled()
    assert "You signed. Cem may still finish." in texts(page)


def test_a_refusal_says_that_nothing_was_paid_and_quotes_the_partner(stage):
    view = sample.a_session(
        SessionState.CANCELLED, outcome=Outcome.NOT_DONE, acts=(), done=1, reason="policy"
    )
    page = session_page(stage, view)
    assert "Nothing was paid." in texts(page)
    assert "Cem refused: “not today”" in texts(page)


@pytest.mark.parametrize(
    ("reason", "i_started", "sentence"),
    [
        ("policy", True, "does not want this now"),
        ("policy", False, "You refused."),
        ("busy", True, "was signing something else"),
        ("late", True, "did not answer in time"),
        ("crossed", True, "at the same moment"),
        ("own act", False, "went first"),
        ("something new", True, "ended without your signature"),
    ],
)
def test_each_reason_of_an_ending_has_its_sentence(stage, reason, i_started, sentence):
    view = sample.a_session(
        SessionState.CANCELLED, outcome=Outcome.NOT_DONE, acts=(), reason=reason
    )
    page = session_page(stage, replace(view, reason_text="", i_started=i_started))
    assert sentence in texts(page)


@pytest.mark.rule("H5")
@pytest.mark.parametrize("state", list(SessionState))
@pytest.mark.parametrize("outcome", list(Outcome))
def test_final_words_stand_only_where_the_outcome_is_final(stage, state, outcome):
    page = session_page(stage, sample.a_session(state, outcome=outcome, acts=()))
    shown = texts(page)
    final = ("Nothing was paid" in shown, "Agreed. You paid" in shown)
    assert final == (outcome is Outcome.NOT_DONE, outcome is Outcome.DONE)
    assert "failed" not in shown.casefold()
    unknown = outcome is Outcome.NOT_KNOWN or (
        outcome is Outcome.RUNNING and state is SessionState.PARKED
    )
    assert ("Do not make a second payment" in shown) == unknown


@pytest.mark.parametrize(
    ("act", "wish", "payer"),
    [
        (SessionAct.STOP_WAITING, StopWaiting, False),
        (SessionAct.PAY_ANYWAY, PayAnyway, True),
        (SessionAct.GO_ON, GoOn, True),
    ],
)
def test_acts_of_a_stuck_session_are_those_the_engine_allows(stage, qtbot, act, wish, payer):
    view = replace(sample.an_unknown_session(), i_pay=payer, acts=(SessionAct.ASK_NOW, act))
    page = session_page(stage, view)
    assert list(page.stuck.buttons) == [act]
    click(page.stuck.buttons[act])
    press_when_ready(stage, qtbot, page)
    assert stage.door.last(wish).session == "session-unknown"
    click(page.stuck.ask_now)
    assert stage.door.last(AskNow).session == "session-unknown"


def test_an_unknown_payment_cannot_be_paid_again_from_activity(stage):
    stage.open().go("activity")
    stage.settle()
    page = stage.window.current()
    page.table.selectRow(1)
    assert page.chit().state is ChitState.UNKNOWN
    page.on_again()
    stage.settle()
    assert isinstance(stage.window.current(), ChitPage)


def test_an_incoming_payment_is_accepted_after_review_or_declined_with_a_word(stage, qtbot):
    page = session_page(stage, sample.an_asking_session())
    assert "After this: Bo Berg owes you 28.50." in texts(page)
    click(page.asked.accept)
    press_when_ready(stage, qtbot, page)
    assert stage.door.last(AnswerPayment) == AnswerPayment("session-asked", True)
    click(page.asked.decline)
    page.asked.reason.set_text("not today")
    click(page.asked.decline)
    assert stage.door.last(AnswerPayment) == AnswerPayment("session-asked", False, "not today")


@pytest.mark.rule("H6")
def test_time_left_follows_the_engine_and_not_our_clock(stage):
    page = session_page(stage, sample.a_session(remaining=42_000))
    assert 41_000 <= page.model.remaining() <= 42_000
    stage.door.sessions[0] = sample.a_session(remaining=7_000)
    stage.door.announce(SessionChanged("session-cem"))
    stage.settle()
    assert 6_000 <= page.running.ring.left() <= 7_000


@pytest.mark.rule("H7")
def test_pages_of_a_silent_engine_can_be_left(stage):
    stage.open()
    stage.door.silent = True
    for place, subject in (("pay", ""), ("tally", "tally-bo"), ("session", "session-cem")):
        stage.window.open(place, subject)
        stage.settle()
        QTest.keyClick(stage.window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    stage.settle()
    assert signed(stage) == []


def test_a_partner_who_comes_back_changes_the_pay_page(stage):
    name = sample.DORA.name.split()[0].lower()
    page = pay_page(stage, name, "3")
    assert page.effect.offline.isVisible()
    stage.door.tallies = [
        replace(one, partner=replace(one.partner, online=True)) for one in stage.door.tallies
    ]
    stage.door.announce(ConnectionChanged(sample.DORA.agent))
    stage.settle()
    assert not page.effect.offline.isVisible()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_status_bar_lists_several_sessions_and_opens_one(stage):
    window = stage.open()
    click(window.flow.status.sessions)
    stage.settle()
    popup = window.findChild(SessionsPopup)
    words = [bare(one.accessibleName()) for one in popup.list.buttons.values()]
    assert words == ["Bo Berg pays you 12.50 · Not known yet", "You pay Cem 12.50 · 0:42"]
    click(popup.list.buttons["session-cem"])
    stage.settle()
    assert window.current().model.id == "session-cem"
    assert window.findChild(SessionsPopup) is None
