"""Changing the terms of an open tally: asked for, withdrawn, signed, refused, in doubt."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from tests.gui.hands import click, focus, press, press_when_ready, texts
from tests.gui.stories_partners import tally_page
from tests.gui.stories_terms import (
    ASKS,
    OTHER,
    amend_page,
    an_amend_session,
    asked_page,
    changed_page,
    put_amendment,
    terms_doubt,
    terms_former,
    terms_refused,
)
from tests.helpers import sample
from wallet.engine.api.commands import AmendTally, AnswerPayment, WithdrawAmendment
from wallet.engine.api.notices import TallyChanged
from wallet.engine.api.views import Contract, NeedView, SideTerms
from wallet.gui.text import Figures, Words, bare
from wallet.gui.viewmodels.amending import proposed, warnings_of, wish_for
from wallet.gui.viewmodels.terms_diff import count_changes, diff_of
from wallet.gui.views.amend import AmendPage
from wallet.gui.views.session import SessionPage
from wallet.model.errors import WrongState


def wishes(stage) -> list:
    kinds = (AmendTally, AnswerPayment, WithdrawAmendment)
    return [one for one in stage.door.commands if isinstance(one, kinds)]


def at_terms(stage, name: str = "bo"):
    page = tally_page(stage, name)
    page.show_tab("terms")
    stage.settle()
    return page


# --- asking ------------------------------------------------------------------------------


def test_terms_are_changed_by_keys_from_the_tally_to_the_wish(stage, qtbot):
    page = at_terms(stage)
    focus(stage, qtbot, page.terms.change)
    press(page.terms.change)
    stage.settle()
    amend = stage.window.current()
    assert isinstance(amend, AmendPage)
    qtbot.waitUntil(amend.edit.they.field.hasFocus, timeout=2000)
    amend.edit.they.field.selectAll()
    QTest.keyClicks(amend.edit.they.field, "150")
    focus(stage, qtbot, amend.go)
    QTest.keyClick(amend.go, Qt.Key.Key_Return)
    assert "150.00 (until now 100.00)" in texts(amend.review)
    assert wishes(stage) == [], "nothing is asked before the review's button"
    qtbot.waitUntil(amend.review.sign.isEnabled, timeout=2000)
    focus(stage, qtbot, amend.review.sign)
    QTest.keyClick(amend.review.sign, Qt.Key.Key_Return)
    stage.settle()
    assert wishes(stage) == [AmendTally("tally-bo", SideTerms(150_000, 30), SideTerms(60_000, 30))]
    assert stage.window.current() is page


def test_only_what_changes_is_named_in_the_wish(stage, qtbot):
    page = changed_page(stage)
    click(page.contract.button)
    page.contract.field.setPlainText(OTHER.text)
    click(page.go)
    assert "What one owes is paid in eggs" in texts(page.review), "the whole text is shown"
    press_when_ready(stage, qtbot, page)
    wish = stage.door.last(AmendTally)
    assert (wish.mine, wish.theirs) == (SideTerms(150_000, 60), SideTerms(5_500, 30))
    assert wish.memo == "Eggs, repairs and a room for the winter"
    assert wish.contract.text == OTHER.text
    assert wish.signing is None


@pytest.mark.rule("H4")
def test_escape_asks_nobody_and_the_fields_stay(stage):
    page = changed_page(stage)
    click(page.go)
    QTest.keyClick(page.review, Qt.Key.Key_Escape)
    stage.settle()
    assert wishes(stage) == []
    assert page.edit.they.amount() == 150_000


def test_nothing_is_reviewed_before_something_changes(stage):
    page = amend_page(stage)
    assert not page.go.isEnabled()
    assert page.go.toolTip() == "Nothing is changed yet."
    page.edit.they.field.setText("1e3")
    assert page.go.toolTip() == "An amount cannot be read."
    page.edit.they.field.setText("99")
    assert page.go.isEnabled()
    page.contract.open()
    page.contract.field.setPlainText("  ")
    assert "not taken away" in page.go.toolTip()
    page.contract.field.setPlainText("x" * 4_097)
    assert page.go.toolTip() == "One character too many"
    page.contract.field.setPlainText(sample.CONTRACT.text)
    page.edit.they.field.setText("100")
    assert not page.go.isEnabled()


def test_both_limits_at_zero_are_answered_beside_the_fields(stage):
    page = amend_page(stage)
    page.edit.they.field.setText("")
    page.edit.mine.field.setText("")
    click(page.go)
    assert page.review is None
    assert "must be more than zero" in texts(page)


def test_what_is_owed_beyond_a_new_limit_is_said_to_stay(stage):
    page = amend_page(stage)
    page.edit.they.field.setText("10")
    stage.settle()
    assert "owes you 16.00 now, more than the new limit. It stays owed." in texts(page)
    tally = replace(sample.a_tally(), balance=-30_000)
    terms = sample.a_terms(tally)
    wanted = proposed(terms, terms.mine, SideTerms(20_000), terms.memo, None)
    said = warnings_of(wanted, tally, Figures())
    assert [bare(one) for one in said] == [
        "You owe Bo Berg 30.00 now, more than the new limit. It stays owed."
    ]


def test_looking_changes_nothing_even_where_the_fields_hold_less():
    """A notice of years, blanks and line ends in what stands are no change of ours."""
    tally = sample.a_tally()
    standing = replace(
        sample.a_terms(tally), mine=SideTerms(1, 3_000), memo=" two\nlines ", digest="d"
    )
    wanted = proposed(standing, standing.mine, standing.theirs, standing.memo, None)
    assert count_changes(diff_of(wanted, Words("Bo"), Figures())) == 0
    wish = wish_for(wanted)
    assert (wish.mine, wish.memo, wish.contract) == (SideTerms(1, 3_000), None, None)


def test_the_fields_hold_what_stands(stage):
    view = stage.door.tallies[1]
    odd = replace(
        sample.a_terms(view),
        mine=SideTerms(100_000, 3_000),
        theirs=SideTerms(60_000, 0),
        memo=" blanks around ",
    )
    stage.door.terms[view.id] = odd
    page = amend_page(stage)
    assert not page.go.isEnabled()
    page.edit.mine.field.setText("61")
    wanted = page.wanted()
    assert (wanted.mine, wanted.theirs) == (odd.mine, SideTerms(61_000, 0))
    assert wish_for(wanted).memo is None


def test_another_text_under_the_same_first_line_is_a_change():
    tally = sample.a_tally()
    standing = sample.a_terms(tally)
    text = f"{standing.contract.title}\nand now for something else"
    wanted = proposed(standing, standing.mine, standing.theirs, standing.memo, text)
    rows = [row for row in diff_of(wanted, Words("Bo"), Figures()) if row.changed]
    assert [bare(row.now) for row in rows] == ["We keep track (another text)"]


def test_a_wish_that_came_too_late_is_said_on_the_review(stage, qtbot):
    stage.door.answers[AmendTally] = WrongState("change of terms", "being asked", "over")
    page = changed_page(stage)
    click(page.go)
    press_when_ready(stage, qtbot, page)
    assert page.review is not None
    assert page.review.error.isVisible()


def test_a_change_under_way_closes_the_page_and_its_end_opens_it(stage):
    put_amendment(stage, amending=True)
    page = amend_page(stage)
    assert "It must end first." in texts(page)
    assert not page.go.isVisible()
    stage.door.amendments.clear()
    stage.door.replace_tally("tally-bo", amending=False)
    stage.settle()
    assert page.go.isVisible()
    assert page.edit.isVisible()


# --- while it is under way ------------------------------------------------------------------


def test_what_waits_can_be_withdrawn_and_what_is_asked_is_looked_at(stage):
    put_amendment(stage, amending=True)
    page = at_terms(stage)
    assert "is asked as soon as both wallets are connected" in texts(page.terms)
    assert not page.terms.change.isEnabled()
    assert "must end first" in page.terms.change.toolTip()
    click(page.terms.withdraw)
    stage.settle()
    assert wishes(stage) == [WithdrawAmendment("tally-bo")]


def test_a_change_that_the_partner_has_is_looked_at_not_withdrawn(stage):
    stage.door.sessions = [sample.a_session(key="session-terms")]
    put_amendment(stage, session="session-terms", amending=True)
    page = at_terms(stage)
    assert "is being asked" in texts(page.terms)
    assert page.terms.withdraw is None
    click(page.terms.look)
    stage.settle()
    assert isinstance(stage.window.current(), SessionPage)
    assert stage.window.current().model.id == "session-terms"


def test_the_overview_says_what_is_under_way_and_leads_there(stage):
    put_amendment(stage, amending=True)
    page = tally_page(stage, "bo")
    assert "You want other terms." in texts(page)
    click(page.session)
    assert page.stack.currentWidget() is page.terms


@pytest.mark.rule("H5")
def test_in_doubt_neither_terms_are_said_to_stand(stage):
    terms_doubt(stage)
    words = texts(stage.window.current().terms)
    assert "It is not known yet which terms stand." in words
    assert "What is owed has not changed" in words
    assert "failed" not in words.casefold()


def test_a_refusal_is_told_with_the_partners_words_until_the_next_change(stage):
    terms_refused(stage)
    page = stage.window.current()
    assert "Bo Berg refused: “Not before the harvest”" in texts(page.terms)
    assert "The terms stay as they were." in texts(page.terms)
    assert page.terms.change.isEnabled()
    stage.door.replace_tally("tally-bo", reason="")
    stage.settle()
    assert "harvest" not in texts(page.terms)


def test_what_we_refused_ourselves_is_not_told_as_the_partners_refusal(stage):
    terms_refused(stage)
    stage.door.ended[-1] = replace(stage.door.ended[-1], i_started=False)
    stage.door.announce(TallyChanged("tally-bo"))
    stage.settle()
    assert "harvest" not in texts(stage.window.current().terms)


def test_former_terms_and_their_contract_stay_readable(stage):
    terms_former(stage)
    words = texts(stage.window.current().terms)
    assert "The terms before 1 May" in words
    assert "The contract until then" in words
    assert "What one does for the other is written down as chits." in words
    assert "What one owes is paid in eggs" in words


def test_a_former_offer_is_not_shown_as_terms_that_stood(stage):
    view = stage.door.tallies[1]
    stage.door.terms[view.id] = sample.a_terms(view, changed=True)
    page = at_terms(stage)
    assert "The terms before" not in texts(page.terms)


# --- the partner asks -------------------------------------------------------------------------


def test_what_the_partner_asks_is_compared_reviewed_and_signed(stage, qtbot):
    page = asked_page(stage, contract=OTHER)
    asked = texts(page.asked)
    assert "3 things change." in asked
    assert "What one owes is paid in eggs" in asked
    assert "room to pay 76.00, room to receive 134.00" in asked
    click(page.asked.accept)
    assert "Bo Berg may owe you" in texts(page.review)
    assert "150.00 (until now 100.00)" in texts(page.review)
    assert page.review.sign.text() == "Sign the new terms"
    assert wishes(stage) == []
    press_when_ready(stage, qtbot, page)
    assert wishes(stage) == [AnswerPayment("session-terms", True)]


def test_it_is_refused_in_words_by_keys(stage, qtbot):
    page = asked_page(stage)
    focus(stage, qtbot, page.asked.decline)
    press(page.asked.decline)
    QTest.keyClicks(page.asked.reason.field, "Not before the harvest")
    assert page.asked.decline.text() == "Refuse"
    focus(stage, qtbot, page.asked.decline)
    press(page.asked.decline)
    assert wishes(stage) == [AnswerPayment("session-terms", False, "Not before the harvest")]


def test_nobody_signs_what_is_not_on_the_screen(stage):
    page = asked_page(stage)
    key = sample.tally_id(sample.BO)
    stage.door.amendments[key] = replace(stage.door.amendments[key], session="another session")
    stage.door.announce(TallyChanged(key))
    stage.settle()
    assert not page.asked.accept.isEnabled()
    assert "Looking up what" in bare(page.asked.accept.toolTip())
    page.asked.on_accept()
    assert page.review is None


def test_a_change_that_cannot_be_seen_is_said_so(stage):
    page = asked_page(stage)
    key = sample.tally_id(sample.BO)
    terms = stage.door.amendments[key]
    hidden = Contract(terms.contract.title, terms.contract.text, terms.contract.digest)
    same = replace(terms.before, memo=terms.memo + "\u202e", contract=hidden)
    stage.door.amendments[key] = replace(same, before=terms.before, session=terms.session)
    stage.door.announce(TallyChanged(key))
    stage.settle()
    assert "What would change cannot be shown." in texts(page.asked)


@pytest.mark.rule("H10")
def test_a_contract_with_hidden_signs_is_shown_plain_and_warned_of(stage):
    text = "Pay \u202eowt\u202c\n<b>twice</b>"
    page = asked_page(stage, contract=Contract("Pay", text, "66" * 32))
    words = texts(page.asked)
    assert "<b>twice</b>" in words
    assert "\u202e" not in words
    assert "holds signs that are not shown" in words


@pytest.mark.rule("H12")
def test_each_change_is_spoken_as_a_sentence(stage):
    page = asked_page(stage)
    spoken = {bare(one.accessibleName()) for one in page.asked.findChildren(QLabel)}
    assert "Bo Berg may owe you: is 100.00, would be 150.00. Changed." in spoken
    assert "You may owe Bo Berg: 60.00. Unchanged." in spoken


def test_home_says_who_asks_for_other_terms_and_leads_to_them(stage):
    put_amendment(stage, session="session-terms", needs_me=True)
    stage.door.sessions = [an_amend_session(acts=ASKS, done=1)]
    home = stage.door.get_home().result()
    need = NeedView("terms asked", "session-terms", sample.BO.name)
    asked = replace(home, needs_me=(need,))
    stage.door.get_home = lambda: stage.door._answer(asked)
    window = stage.open()
    words = "Bo Berg asks you for other terms"
    assert words in texts(window)
    buttons = [one for one in window.findChildren(QPushButton) if one.isVisible()]
    click(next(one for one in buttons if words in bare(one.accessibleName())))
    stage.settle()
    assert "2 things change." in texts(window.current().asked)
