"""Payments that are signed together: what the page of one of them says."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.gui.hands import texts
from tests.gui.stories_batches import SESSION, batch_page
from tests.helpers import sample
from wallet.engine.api.notices import ChitChanged, SessionChanged
from wallet.engine.api.views import ChitState
from wallet.gui.text import bare


def test_a_running_payment_says_with_which_others_it_is_signed(stage):
    page = batch_page(stage, ChitState.SIGNING)
    line = "3 payments together: 12.50, 3.00, 4.20. All of them count, or none."
    assert bare(page.together.text()) == line
    assert page.together.isVisible()
    assert page.session.isVisible()


def test_a_payment_alone_says_nothing_of_it(stage):
    page = batch_page(stage, ChitState.SIGNING, amounts=(12_500,))
    assert not page.together.isVisible()
    page = batch_page(stage, amounts=(12_500,))
    assert "Signed together" not in texts(page)


def test_many_payments_are_counted_after_the_first(stage):
    page = batch_page(stage, ChitState.SIGNING, amounts=(1_000,) * 32)
    words = bare(page.together.text())
    assert words.startswith("32 payments together: 1.00, 1.00, 1.00, 1.00, 1.00, 1.00 and 26 more.")


def test_an_agreed_payment_keeps_what_it_was_signed_with(stage):
    assert "3 payments: 12.50, 3.00, 4.20" in texts(batch_page(stage))


def test_a_payment_that_waits_again_says_which_other_was_declined(stage):
    page = batch_page(stage, ChitState.WAITING, reason="batch", blamed="chit-21")
    words = texts(page)
    assert "declined 3.00 h for bread and cheese." in words
    assert "This one is tried again without it." in words
    assert "Nothing has left." in words


def test_where_nobody_said_which_each_goes_alone(stage):
    page = batch_page(stage, ChitState.WAITING, reason="batch")
    assert "each is tried by itself" in texts(page)


def test_the_declined_one_says_that_it_was_the_one(stage):
    page = batch_page(stage, ChitState.REFUSED, reason="invalid")
    assert "wallet declined this one. The others go on without it." in texts(page)
    page = batch_page(stage, ChitState.REFUSED, reason="policy")
    assert "declined this one" not in texts(page), "a person refused all of them"


def test_a_payment_that_leaves_its_session_says_no_more_of_the_others(stage):
    page = batch_page(stage, ChitState.SIGNING)
    stage.door.changed_chits[20] = replace(
        stage.door.changed_chits[20], state=ChitState.WAITING, session=""
    )
    stage.door.announce(ChitChanged("chit-20", "tally-bo"), SessionChanged(SESSION))
    stage.settle()
    assert page.session is None
    assert "payments together" not in texts(page)


@pytest.mark.rule("H10")
def test_what_the_other_payment_is_for_is_a_strangers_text(stage):
    page = batch_page(stage, ChitState.WAITING, reason="batch", blamed="chit-22")
    number = 22
    stage.door.changed_chits[number] = replace(
        stage.door.changed_chits[number], memo=sample.HOSTILE
    )
    page.batch._blamed = ""
    page.model.refresh()
    stage.settle()
    assert "\u202e" not in texts(page)
    assert "<img src=x" in texts(page)


@pytest.mark.rule("H14")
def test_hidden_amounts_hide_the_others_too(stage):
    page = batch_page(stage, ChitState.SIGNING)
    stage.window.do("hide_amounts")
    stage.settle()
    assert "3.00" not in texts(page)
