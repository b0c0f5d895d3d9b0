"""What is accepted without asking: bounds on a tally, and one over all of them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.hands import click, focus, press, texts
from tests.gui.stories_partners import opened, tally_page
from tests.gui.stories_terms import bounded_page
from wallet.engine.api.commands import AcceptBounds, SetAutoAccept, SetDayBound
from wallet.gui.text import bare
from wallet.model.errors import AmountTooLarge


def test_bounds_are_set_by_keys_and_said_in_sentences(stage, qtbot):
    page = bounded_page(stage)
    card = page.receiving
    assert "whatever Bo Berg may owe you is accepted" in texts(card)
    focus(stage, qtbot, card.bounds.set)
    press(card.bounds.set)
    stage.settle()
    form = card.bounds.form
    qtbot.waitUntil(form.fields[0].field.hasFocus, timeout=2000)
    QTest.keyClicks(form.fields[0].field, "5")
    QTest.keyClick(form.fields[0].field, Qt.Key.Key_Tab)
    assert form.fields[1].field.hasFocus()
    QTest.keyClicks(form.fields[1].field, "20")
    focus(stage, qtbot, form.save)
    QTest.keyClick(form.save, Qt.Key.Key_Return)
    stage.settle()
    bounds = AcceptBounds(5_000, 20_000)
    assert stage.door.last(SetAutoAccept) == SetAutoAccept("tally-bo", True, bounds)
    words = texts(card)
    assert "Up to 5.00 in one payment. For a larger one you are asked; it is not refused." in words
    assert "Up to 20.00 in one day. Beyond it you are asked; nothing is refused." in words
    assert not form.isVisible()
    assert card.bounds.set.hasFocus()


def test_an_empty_field_is_no_bound_and_zero_is_one(stage):
    page = bounded_page(stage, accept_per_chit=5_000, accept_per_day=0)
    click(page.receiving.bounds.set)
    form = page.receiving.bounds.form
    assert form.fields[1].field.text() == "0.00"
    assert form.bounds() == (5_000, 0)
    form.fields[0].field.clear()
    click(form.save)
    stage.settle()
    assert stage.door.last(SetAutoAccept).bounds == AcceptBounds(None, 0)


def test_nothing_is_kept_that_is_the_same_or_cannot_be_read(stage):
    page = bounded_page(stage, accept_per_chit=5_000)
    click(page.receiving.bounds.set)
    form = page.receiving.bounds.form
    assert form.save.toolTip() == "Nothing is changed."
    form.fields[1].field.setText("1e3")
    assert not form.save.isEnabled()
    assert form.save.toolTip() not in ("", "Nothing is changed.")
    form.on_save()
    click(form.cancel)
    assert not any(isinstance(one, SetAutoAccept) for one in stage.door.commands)
    click(page.receiving.bounds.set)
    assert form.bounds() == (5_000, None), "what was left is forgotten"


def test_fields_follow_what_is_set_elsewhere(stage):
    page = bounded_page(stage, accept_per_chit=5_000)
    click(page.receiving.bounds.set)
    form = page.receiving.bounds.form
    form.fields[0].field.setText("7")
    stage.door.replace_tally("tally-bo", balance=1)
    stage.settle()
    assert form.bounds() == (7_000, None), "an edit under way stays"
    stage.door.replace_tally("tally-bo", accept_per_chit=9_000)
    stage.settle()
    assert form.bounds() == (9_000, None)


def test_bounds_are_not_shown_where_everything_is_asked(stage):
    page = bounded_page(stage, accept_per_chit=5_000, auto_accept=False)
    assert "You are asked each time." in texts(page.receiving)
    assert not page.receiving.bounds.isVisible()


def test_switching_keeps_the_bounds(stage):
    page = bounded_page(stage, accept_per_chit=5_000)
    page.receiving.auto.click()
    stage.settle()
    assert stage.door.last(SetAutoAccept) == SetAutoAccept("tally-bo", False, None)


def test_the_bound_over_all_tallies_is_one_press_from_a_tally(stage):
    page = bounded_page(stage)
    click(page.receiving.every)
    stage.settle()
    card = stage.window.current().receiving
    assert "All tallies together have no bound" in texts(card)
    click(card.bounds.set)
    QTest.keyClicks(card.bounds.form.fields[0].field, "100")
    click(card.bounds.form.save)
    stage.settle()
    assert stage.door.last(SetDayBound) == SetDayBound(100_000)
    assert "up to 100.00 in one day without asking" in texts(card)
    click(card.bounds.set)
    card.bounds.form.fields[0].field.clear()
    click(card.bounds.form.save)
    stage.settle()
    assert stage.door.last(SetDayBound) == SetDayBound(None)
    assert "All tallies together have no bound" in texts(card)


def test_a_bound_the_engine_refuses_is_said_on_the_card(stage):
    stage.door.answers[SetDayBound] = AmountTooLarge("5", 4)
    card = opened(stage, "settings", "receiving").receiving
    click(card.bounds.set)
    card.bounds.form.fields[0].field.setText("5")
    click(card.bounds.form.save)
    stage.settle()
    assert card.error.isVisible()
    assert "no bound" in texts(card)


@pytest.mark.rule("H14")
def test_hidden_amounts_hide_the_bounds(stage):
    page = bounded_page(stage, accept_per_chit=5_000, accept_per_day=20_000, accepted_today=3_500)
    stage.window.do("hide_amounts")
    stage.settle()
    assert not any(figure in texts(page.receiving) for figure in ("5.00", "20.00", "3.50"))


@pytest.mark.rule("H12")
def test_each_field_speaks_what_it_bounds_and_what_is_beyond(stage):
    page = tally_page(stage, "bo")
    page.receiving.bounds.open()
    chit, day = (one.field for one in page.receiving.bounds.form.fields)
    assert chit.accessibleName() == "Without asking, in one payment"
    assert "you are asked; it is not refused" in chit.accessibleDescription()
    assert "nothing is refused" in day.accessibleDescription()
    assert bare(page.receiving.auto.accessibleName()).endswith("without asking")
