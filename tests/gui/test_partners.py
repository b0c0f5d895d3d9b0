"""Pages of partners and money, by keys and clicks against a fake door."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

import wallet.gui
from tests.gui.stories import Stage, a_stage
from tests.gui.stories_partners import (
    answer_page,
    invite_page,
    opened,
    pay_page,
    session_page,
    tally_page,
)
from tests.helpers import sample
from tests.helpers.fake_door import FakeDoor
from wallet.engine.api.commands import (
    AcceptTally,
    AnswerInvitation,
    AnswerPayment,
    AskNow,
    GoOn,
    Invite,
    OfferTally,
    Pay,
    PayAnyway,
    RefuseTally,
    RevokeInvitation,
    SetAutoAccept,
    StopSession,
    StopWaiting,
    WithdrawPayment,
    WithdrawTally,
)
from wallet.engine.api.notices import ChitChanged, ConnectionChanged, SessionChanged
from wallet.engine.api.views import (
    ChitState,
    LinkView,
    Outcome,
    SessionAct,
    SessionState,
    SideTerms,
)
from wallet.gui.errors import explain_code
from wallet.gui.text import bare
from wallet.gui.views.chit import ChitPage
from wallet.gui.views.scan import ScanPage
from wallet.gui.views.sending import SendingPanel
from wallet.gui.views.sessions import SessionsPopup
from wallet.gui.widgets.review import Review

SIGNING = (Pay, PayAnyway, AcceptTally, OfferTally, AnswerInvitation, AnswerPayment, StopWaiting)


@pytest.fixture
def stage(qtbot):
    made = a_stage(FakeDoor())
    yield made
    made.close()


def texts(widget: QWidget) -> str:
    return bare("\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible()))


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def press_when_ready(stage: Stage, qtbot, page) -> Review:
    review = page.review
    assert review is not None
    qtbot.waitUntil(lambda: review.sign.isEnabled(), timeout=2000)
    click(review.sign)
    stage.settle()
    return review


def focus(stage: Stage, qtbot, widget: QWidget) -> None:
    stage.window.activateWindow()
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus, timeout=2000)


def signed(stage: Stage) -> list:
    return [one for one in stage.door.commands if isinstance(one, SIGNING)]


@pytest.mark.rule("H4")
def test_no_page_hands_a_signing_wish_to_the_door_by_itself():
    names = {one.__name__ for one in (*SIGNING, GoOn)}
    guilty = []
    for path in Path(wallet.gui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            made = [one.func for one in node.args if isinstance(one, ast.Call)]
            wishes = {one.id for one in made if isinstance(one, ast.Name)} & names
            declines = ast.unparse(node).count("accept=False")
            if node.func.attr in ("submit", "_do") and wishes and not declines:
                guilty.append(f"{path.name}: {wishes}")
    assert guilty == []


# --- links and scanning ---------------------------------------------------------------


@pytest.mark.rule("H4")
def test_opening_twenty_links_of_all_kinds_signs_nothing_and_contacts_nobody(stage):
    page = opened(stage, "scan")
    assert isinstance(page, ScanPage)
    kinds = ("invite", "pay", "card", "device", "proof", "statement", "")
    before = len(stage.door.commands)
    for number in range(20):
        kind = kinds[number % len(kinds)]
        link = sample.an_invitation_link()
        stage.door.link = replace(link, kind=kind, error="" if kind else "LNK-NEW")
        page.typed.setPlainText(f"tallystick:{kind or 'x'}/{number}")
        page.describe_typed()
        stage.settle()
        stage.window.open("answer", f"tallystick:{kind or 'x'}/{number}")
        stage.settle()
        stage.window.back()
    assert stage.door.commands[before:] == []


@pytest.mark.rule("H10")
def test_an_unknown_text_is_shown_plain_and_short(stage):
    page = opened(stage, "scan")
    page.typed.setPlainText("<b>free</b>" + "x" * 5000)
    page.describe_typed()
    stage.settle()
    shown = page.result.findChild(type(page.typed))
    assert len(bare(shown.toPlainText())) <= 300
    assert bare(shown.toPlainText()).startswith("<b>free</b>")
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in page.findChildren(QLabel))


def test_a_text_longer_than_a_link_is_never_given_to_the_engine(stage):
    page = opened(stage, "scan")
    asked = []
    stage.door.fetch_link = lambda text: asked.append(text)
    page.links.describe("tallystick:" + "x" * 9000, "link")
    page.links.describe("tallystick:" + "ä" * 4100, "link")
    stage.settle()
    assert asked == []
    assert "too long" in page.note.text()


def test_a_dropped_picture_with_a_code_is_described(stage, qtbot, tmp_path):
    from wallet.gui.widgets.qr_code import draw_matrix, make_matrix

    path = tmp_path / "code.png"
    draw_matrix(make_matrix(sample.LINK), 6).save(str(path))
    page = opened(stage, "scan")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    page.take(data)
    qtbot.waitUntil(lambda: "invites you" in texts(page.result), timeout=5000)
    assert signed(stage) == []


def test_ctrl_v_takes_the_clipboard(stage, qtbot):
    page = opened(stage, "scan")
    QApplication.clipboard().setText(sample.LINK)
    focus(stage, qtbot, page.camera.button)
    window = stage.window.windowHandle()
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    stage.settle()
    assert "Eva Ernst invites you" in texts(page.result)


def test_a_camera_that_is_missing_leaves_the_chooser_open(stage, qtbot):
    from wallet.gui.scanning import SourceFailed, Trouble

    class Missing:
        def open(self):
            raise SourceFailed(Trouble.NO_CAMERA)

        def close(self):
            """Nothing."""

    page = opened(stage, "scan")
    page.camera._make_source = lambda number: Missing()
    click(page.camera.button)
    qtbot.waitUntil(lambda: "No camera" in page.camera.note.text(), timeout=3000)
    assert page.camera.which.isEnabled()
    assert page.camera.button.isEnabled()


# --- inviting and answering -------------------------------------------------------------


def test_invite_by_keys_from_name_to_code(stage, qtbot):
    page = invite_page(stage)
    QTest.keyClicks(page.whom.field, "Hanna")
    click(page.next)
    click(page.presets.buttons["sell"])
    click(page.next)
    said = texts(page.said)
    assert "Hanna may owe you up to 200.00" in said
    assert "You may owe Hanna up to 0.00" in said
    click(page.next)
    stage.settle()
    wish = stage.door.last(Invite)
    assert (wish.whom, wish.mine.limit, wish.theirs.limit, wish.uses) == ("Hanna", 200_000, 0, 1)
    shown = stage.window.current()
    assert "Hanna" in bare(shown.title.text())
    assert shown.qr.code.matrix is not None


def test_an_invitation_needs_a_name_and_one_amount(stage):
    page = invite_page(stage)
    click(page.next)
    assert page.stack.currentIndex() == 0
    QTest.keyClicks(page.whom.field, "Hanna")
    click(page.next)
    page.edit.they.field.setText("0")
    page.edit.mine.field.clear()
    click(page.next)
    assert page.stack.currentIndex() == 1
    assert "more than zero" in page.edit.note.text()


def test_a_shop_code_has_a_number_of_uses(stage):
    page = invite_page(stage)
    QTest.keyClicks(page.whom.field, "Bakery")
    click(page.kind.buttons["many"])
    page.uses.setValue(250)
    page.unseen.setChecked(True)
    wish = page.wish()
    assert (wish.uses, wish.open_unseen) == (250, True)


def test_withdrawing_an_invitation_asks_first(stage):
    page = opened(stage, "invitation", stage.door.invitations[0].id)
    click(page.withdraw)
    assert not any(isinstance(one, RevokeInvitation) for one in stage.door.commands)
    click(page.withdraw)
    assert stage.door.last(RevokeInvitation).invitation == stage.door.invitations[0].id


@pytest.mark.rule("H6")
def test_an_invitation_that_runs_out_loses_its_code(stage):
    page = opened(stage, "invitation", stage.door.invitations[0].id)
    assert page.qr.isVisible()
    stage.door.clock.advance(8 * sample.DAY)
    page.redraw()
    assert not page.qr.isVisible()
    assert "run out" in texts(page)


def test_answering_sends_the_answer_once_after_its_review(stage, qtbot):
    page = answer_page(stage)
    assert "You may owe Eva Ernst up to 60.00" in texts(page)
    page.review_answer()
    assert signed(stage) == []
    press_when_ready(stage, qtbot, page)
    assert signed(stage) == [AnswerInvitation(sample.LINK)]
    assert "has reached Eva Ernst" in texts(page)


def test_a_counter_offer_carries_the_changed_numbers(stage, qtbot):
    page = answer_page(stage)
    page.show_change()
    page.edit.they.field.setText("25")
    page.review_answer()
    press_when_ready(stage, qtbot, page)
    wish = stage.door.last(AnswerInvitation)
    assert (wish.mine, wish.theirs) == (SideTerms(25_000), SideTerms(60_000))


@pytest.mark.parametrize(
    "code",
    [
        "INVT-NONE",
        "INVT-USED",
        "INVT-LATE",
        "INVT-GONE",
        "INVT-OWN",
        "INVT-NET",
        "LNK-BAD",
        "LNK-NEW",
    ],
)
def test_every_useless_invitation_has_its_sentence_and_no_way_to_sign(stage, code):
    kind = "" if code.startswith("LNK") else "invite"
    stage.door.link = LinkView(kind, sample.LINK, code)
    page = answer_page(stage)
    text = explain_code(code)
    assert bare(text.what) in texts(page)
    assert bare(text.means) in texts(page)
    buttons = [one.text() for one in page.buttons.findChildren(QPushButton)]
    assert not any("Answer" in words for words in buttons)


# --- tallies ------------------------------------------------------------------------------


def test_chips_and_search_filter_the_list(stage):
    stage.open().go("tallies")
    stage.settle()
    page = stage.window.current()
    click(page.chips.buttons["needs"])
    assert [row.partner.name for row in page.rows._rows] == ["Eva Ernst"]
    click(page.chips.buttons["all"])
    QTest.keyClicks(page.search_field, "bo be")
    assert [row.partner.name for row in page.rows._rows] == ["Bo Berg"]
    QTest.keyClicks(page.search_field, "zzz")
    assert page.stack.currentWidget() is page.nothing
    click(page.nothing.buttons[0])
    assert page.rows.rowCount() == 6


@pytest.mark.rule("H3")
def test_every_row_says_its_direction_in_words(stage):
    stage.open().go("tallies")
    stage.settle()
    rows = stage.window.current().rows
    for number in range(rows.rowCount()):
        spoken = bare(rows.index(number, 0).data(Qt.ItemDataRole.AccessibleTextRole))
        assert any(words in spoken for words in ("owes you", "You owe", "are even"))


def test_enter_opens_a_tally_and_a_notice_redraws_it(stage):
    stage.open().go("tallies")
    stage.settle()
    page = stage.window.current()
    page.table.setFocus()
    page.table.selectRow(page.rows.number_of("tally-bo"))
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    stage.settle()
    shown = stage.window.current()
    assert bare(shown.stands.text()) == "Bo Berg owes you 16.00"
    stage.door.replace_tally("tally-bo", balance=-3_500)
    stage.settle()
    assert bare(shown.stands.text()) == "You owe Bo Berg 3.50"


def test_auto_accept_is_switched_by_the_engine(stage):
    page = tally_page(stage, "bo")
    click_at = QPoint(10, page.auto.height() // 2)
    QTest.mouseClick(page.auto, Qt.MouseButton.LeftButton, pos=click_at)
    stage.settle()
    assert stage.door.last(SetAutoAccept) == SetAutoAccept("tally-bo", False)
    assert not page.auto.isChecked()


def test_an_offer_shows_what_changed_and_is_signed_by_its_digest(stage, qtbot):
    view = stage.door.tallies[0]
    stage.door.terms[view.id] = sample.a_terms(view, changed=True)
    page = tally_page(stage, "eva")
    assert "1 thing was changed." in texts(page.offer)
    page.offer.review()
    press_when_ready(stage, qtbot, page)
    assert signed(stage) == [AcceptTally(view.id, stage.door.terms[view.id].digest)]


def test_change_and_send_back_is_reviewed_first(stage, qtbot):
    page = tally_page(stage, "eva")
    page.offer.show_change()
    page.offer.edit.mine.field.setText("5.5")
    page.offer.review_change()
    assert signed(stage) == []
    press_when_ready(stage, qtbot, page)
    assert stage.door.last(OfferTally).theirs.limit == 5_500


def test_refusing_and_withdrawing_offers(stage):
    page = tally_page(stage, "eva")
    page.offer.show_refuse()
    page.offer.reason.set_text("Not this year")
    page.offer.refuse()
    assert stage.door.last(RefuseTally) == RefuseTally("tally-eva", "Not this year")
    stage.window.open("tally", "tally-finn")
    stage.settle()
    click(stage.window.current().offer.buttons.findChildren(QPushButton)[0])
    assert stage.door.last(WithdrawTally).tally == "tally-finn"


@pytest.mark.rule("H6")
def test_an_offer_that_has_run_out_cannot_be_signed(stage, qtbot):
    page = tally_page(stage, "eva")
    stage.door.clock.advance(6 * sample.DAY)
    qtbot.waitUntil(lambda: "run out" in texts(page.offer), timeout=3000)
    page.offer.review()
    assert page.review is None


# --- paying --------------------------------------------------------------------------------


def test_pay_review_countdown_and_agreed(stage, qtbot):
    page = pay_page(stage, "bo")
    QTest.keyClicks(page.amount.field, "12.50")
    QTest.keyClicks(page.memo.field, "eggs")
    QTest.keyClick(page.memo.field, Qt.Key.Key_Return)
    assert "Bo Berg owes you 3.50" in texts(page.review)
    press_when_ready(stage, qtbot, page)
    panel = page.currentWidget()
    assert isinstance(panel, SendingPanel)
    assert signed(stage) == []  # nothing has left yet
    click(panel.send_now)
    stage.settle()
    assert signed(stage) == [Pay("tally-bo", 12_500, "eggs", "")]
    shown = stage.window.current()
    assert isinstance(shown, ChitPage)
    assert shown.session is not None
    assert shown.session.running.isVisible()
    stage.door.sessions[0] = sample.a_session(
        SessionState.COMPLETED, outcome=Outcome.DONE, done=4, acts=()
    )
    stage.door.announce(SessionChanged("session-cem"))
    stage.settle()
    assert "Agreed. You paid Cem 12.50." in texts(shown)


def test_undo_takes_everything_back(stage, qtbot):
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_review()
    press_when_ready(stage, qtbot, page)
    QTest.keyClick(page.currentWidget(), Qt.Key.Key_Escape)
    stage.settle()
    assert signed(stage) == []
    assert page.currentIndex() == 0
    assert page.amount.amount() == 12_500  # what was typed is kept


@pytest.mark.rule("H4")
@pytest.mark.parametrize("way", ["double click", "enter held"])
def test_a_double_click_and_enter_held_down_sign_once(stage, qtbot, way):
    page = pay_page(stage, "bo", "12.50", "eggs")
    page._undo_seconds = 0
    page.on_review()
    review = page.review
    qtbot.waitUntil(review.sign.isEnabled, timeout=2000)
    if way == "double click":
        click(review.sign)
        click(review.sign)
    else:
        focus(stage, qtbot, review.sign)
        for repeat in (False, True, True, True):
            kind, key = QKeyEvent.Type.KeyPress, Qt.Key.Key_Return
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", repeat)
            QApplication.sendEvent(review, event)
    stage.settle()
    assert len(signed(stage)) == 1


@pytest.mark.rule("H4")
@pytest.mark.parametrize("what", ["pay", "offer", "answer", "stop waiting", "accept"])
def test_escape_on_any_review_signs_nothing(stage, qtbot, what):
    if what == "pay":
        page = pay_page(stage, "bo", "12.50")
        page.on_review()
    elif what == "offer":
        page = tally_page(stage, "eva")
        page.offer.review()
    elif what == "answer":
        page = answer_page(stage)
        page.review_answer()
    elif what == "accept":
        page = session_page(stage, sample.an_asking_session())
        page.asked.on_accept()
    else:
        page = session_page(stage, sample.an_unknown_session())
        page.stuck.review(SessionAct.STOP_WAITING)
    QTest.keyClick(page.review, Qt.Key.Key_Escape)
    stage.settle()
    assert page.review is None
    assert signed(stage) == []


def test_over_the_limit_offers_the_amount_within_it(stage):
    page = pay_page(stage, "cem", "99.50")
    assert "Cem need not accept more than 15.00 now." in texts(page)
    click(page.effect.within)
    assert page.amount.amount() == 15_000
    assert not page.effect.over.isVisible()


def test_several_tallies_with_one_partner_can_be_chosen(stage):
    bo = stage.door.tallies[1]
    stage.door.tallies.append(replace(bo, id="tally-second", balance=90_000, memo="Second"))
    page = pay_page(stage)
    page.on_partner(page.to.findText("Bo Berg"))
    assert page.model.tally.id == "tally-second"  # the most room
    assert page.which_row.isVisible()
    page.on_tally(1)
    assert page.model.tally.id == "tally-bo"


def test_a_name_nobody_has_is_not_paid(stage):
    page = pay_page(stage, amount="5")
    page.name.setText("Zoe")
    page.on_review()
    assert page.review is None
    assert "Nobody of this name" in texts(page)


def test_changing_the_name_forgets_the_partner(stage):
    page = pay_page(stage, "bo", "5")
    QTest.keyClicks(page.name, "x")
    assert page.model.tally is None


def test_a_payment_that_waits_for_its_partner_can_be_withdrawn(stage):
    page = opened(stage, "chit", "chit-2")
    assert "Nothing has left. It is not signed yet." in texts(page)
    click(page.withdraw)
    assert stage.door.last(WithdrawPayment).chit == "chit-2"
    stage.door.changed_chits[2] = replace(sample.a_chit(2), state=ChitState.WITHDRAWN)
    stage.door.announce(ChitChanged("chit-2", "tally-bo"))
    stage.settle()
    assert "Nothing was paid." in texts(page)


# --- sessions ------------------------------------------------------------------------------


def test_the_stop_button_says_what_it_does_before_and_after_our_signature(stage):
    page = session_page(stage, sample.a_session())
    assert page.running.stop.text() == "Stop before I sign"
    assert "Stops at once" in texts(page)
    click(page.running.stop)
    assert stage.door.last(StopSession).session == "session-cem"
    stage.door.sessions[0] = sample.a_session(SessionState.COMMITTED, i_pay=False, acts=(), done=3)
    stage.door.announce(SessionChanged("session-cem"))
    stage.settle()
    assert "Stop waiting (from" in page.running.stop.text()
    assert not page.running.stop.isEnabled()
    assert "You signed. Cem may still finish." in texts(page)


def test_a_refusal_says_that_nothing_was_paid_and_quotes_the_partner(stage):
    view = sample.a_session(
        SessionState.CANCELLED, outcome=Outcome.NOT_DONE, acts=(), done=1, reason="policy"
    )
    page = session_page(stage, view)
    assert "Nothing was paid." in texts(page)
    assert "Cem refused: “not today”" in texts(page)


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


# --- activity ---------------------------------------------------------------------------------


@pytest.mark.rule("H7")
def test_a_hundred_thousand_chits_scroll_sort_and_filter(stage):
    stage.door.chit_count = 100_000
    stage.open().go("activity")
    stage.settle()
    page = stage.window.current()
    assert page.model.ids.count == 100_000
    page.table.scrollToBottom()
    stage.settle()
    assert page.model.rows.row_at(99_999) is not None
    assert len(page.model.rows._pages) <= 40


def test_search_and_chips_ask_the_engine(stage, qtbot):
    stage.open().go("activity")
    stage.settle()
    page = stage.window.current()
    QTest.keyClicks(page.search_field, "window")
    qtbot.waitUntil(lambda: page.model.text == "window", timeout=2000)
    stage.settle()
    assert 0 < page.model.ids.count < 40
    click(page.chips.buttons["unknown"])
    stage.settle()
    assert page.stack.currentWidget() is page.nothing
    click(page.nothing.buttons[0])
    stage.settle()
    assert page.model.ids.count == 40


@pytest.mark.rule("H10")
def test_strangers_words_are_isolated_in_every_row(stage):
    stage.open().go("activity")
    stage.settle()
    rows = stage.window.current().model.rows
    for number in range(rows.rowCount()):
        for at in (1, 2):
            words = rows.index(number, at).data() or ""
            assert not set(words) & set("\u202e\u202c\0")
            assert len(words) <= 204
