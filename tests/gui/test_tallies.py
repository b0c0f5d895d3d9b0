"""Tallies and their offers, and the long list of chits."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.gui.hands import click, press_when_ready, signed, texts
from tests.gui.stories_money import pay_page, session_page
from tests.gui.stories_partners import tally_page
from tests.helpers import sample
from wallet.engine.api.commands import (
    AcceptTally,
    OfferTally,
    RefuseTally,
    SetAutoAccept,
    WithdrawTally,
)
from wallet.engine.api.views import Contract, TallyState
from wallet.gui.text import Figures, Words, bare
from wallet.gui.viewmodels.terms_diff import count_changes, diff_of
from wallet.gui.widgets.balance_bar import BalanceBar


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
    click_at = QPoint(10, page.receiving.auto.height() // 2)
    QTest.mouseClick(page.receiving.auto, Qt.MouseButton.LeftButton, pos=click_at)
    stage.settle()
    assert stage.door.last(SetAutoAccept) == SetAutoAccept("tally-bo", False)
    assert not page.receiving.auto.isChecked()


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


@pytest.mark.rule("H14")
@pytest.mark.parametrize("place", ["tally", "pay", "session"])
def test_hidden_amounts_leave_no_figure_on_an_open_page(stage, place):
    if place == "tally":
        page = tally_page(stage, "bo")
    elif place == "pay":
        page = pay_page(stage, "bo")
    else:
        page = session_page(stage, sample.an_unknown_session())
    stage.window.do("hide_amounts")
    stage.settle()
    bars = [one.accessibleName() for one in page.findChildren(BalanceBar) if one.isVisible()]
    for words in (texts(page), *bars):
        assert not any(figure in words for figure in ("16.00", "12.50", "100.00", "60.00"))


def test_an_offer_whose_time_is_watched_opens_without_a_fault(stage):
    page = tally_page(stage, "eva")
    assert page.offer._clock.isActive()
    stage.door.replace_tally("tally-eva", state=TallyState.OPEN, needs_me=False)
    stage.settle()
    page.offer.redraw()  # a tick that was under way
    assert not page.offer._clock.isActive()
    assert page.opened.isVisible()


def test_the_same_contract_is_no_change_although_its_former_text_is_not_kept():
    before = replace(sample.a_terms(sample.sample_tallies()[0]), contract=Contract("", "", "d" * 8))
    now = replace(before, contract=Contract("Open account", "Open account…", "d" * 8))
    rows = diff_of(replace(now, before=before), Words("Bo"), Figures())
    assert count_changes(rows) == 0
    other = replace(now, contract=Contract("Another", "Another…", "e" * 8), before=before)
    assert count_changes(diff_of(other, Words("Bo"), Figures())) == 1
