"""Who decides for us, what we do for others, whom one chooses for one payment."""

from __future__ import annotations

from concurrent.futures import Future

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.gui.hands import click, focus, press, press_when_ready, signed, texts
from tests.gui.stories_deciding import choose_several
from tests.gui.stories_money import pay_page
from tests.gui.stories_partners import opened
from tests.gui.stories_terms import amend_page
from tests.helpers import sample
from tests.helpers.sample_signing import CARD_LINK, a_card, a_decision, by_three, by_wim, compared
from wallet.engine.api.commands import (
    AddWitness,
    AmendTally,
    ChooseWitness,
    CompareCopies,
    DropWitness,
    OfferToWitness,
    Pay,
    Serve,
    WitnessLink,
)
from wallet.engine.api.notices import WitnessesChanged
from wallet.engine.api.views import NoticeView
from wallet.engine.api.views_signing import ServiceView
from wallet.gui.text import bare
from wallet.gui.viewmodels.deciders import least_needed
from wallet.gui.viewmodels.short_words import short_words
from wallet.gui.views.card import CardPage
from wallet.gui.views.deciding import DecidingPage
from wallet.model.credit import ALONE
from wallet.model.errors import WrongState

WIL, WES, WIM = (one.agent for one in sample.sample_witnesses()[:3])


# --- whom we know -----------------------------------------------------------------------


def test_each_witness_stands_there_with_its_record(stage):
    shown = texts(opened(stage, "deciding"))
    assert "Wil" in shown
    assert "41 completed, 2 came to nothing, silent 0 times." in shown
    assert "Was caught with two different votes about one thing. Do not let them" in shown
    assert "Offers to do it for you." in shown
    assert "\u202e" not in shown


def test_an_offer_is_taken_by_key(stage, qtbot):
    page = opened(stage, "deciding")
    take = page.buttons[WIM, "take"]
    assert take.accessibleName() == "Take the offer of Wim"
    focus(stage, qtbot, take)
    press(take)
    stage.settle()
    assert stage.door.last(ChooseWitness) == ChooseWitness(WIM)
    assert (WIM, "take") not in page.buttons
    assert (WIM, "drop") in page.buttons


def test_an_offer_is_refused_by_mouse(stage):
    page = opened(stage, "deciding")
    click(page.buttons[WIM, "refuse"])
    stage.settle()
    assert stage.door.last(DropWitness) == DropWitness(WIM)


def test_a_witness_is_removed_and_the_list_follows(stage):
    page = opened(stage, "deciding")
    click(page.buttons[WIL, "drop"])
    stage.settle()
    assert stage.door.last(DropWitness) == DropWitness(WIL)
    assert "Terms that name them stay as they are." in stage.window.statusBar().currentMessage()
    stage.door.witnesses = []
    stage.door.announce(WitnessesChanged())
    stage.settle()
    assert "You know nobody yet." in texts(page)


@pytest.mark.rule("H4")
def test_a_card_is_looked_at_first_and_added_by_its_button(stage, qtbot):
    stage.door.link = a_card()
    page = opened(stage, "deciding")
    focus(stage, qtbot, page.link)
    QTest.keyClicks(page.link, CARD_LINK[:40])
    page.link.setText(CARD_LINK)
    QTest.keyClick(page.link, Qt.Key.Key_Return)
    stage.settle()
    card = stage.window.current()
    assert isinstance(card, CardPage)
    assert "Wim offers to decide for others" in texts(card)
    assert not [one for one in stage.door.commands if isinstance(one, AddWitness)]
    press(card.add)
    stage.settle()
    assert stage.door.last(AddWitness) == AddWitness(CARD_LINK)
    assert isinstance(stage.window.current(), DecidingPage)


def test_what_is_no_card_adds_nothing(stage):
    page = opened(stage, "deciding")
    page.link.setText("tallystick:invite/1/AAAA")
    click(page.look)
    assert "This is not a card of somebody who decides." in texts(page)
    assert stage.window.current() is page


def test_a_card_opened_as_a_link_shows_its_page(stage):
    stage.door.link = a_card(sample.HOSTILE)
    window = stage.open()
    window.flow.open_link(CARD_LINK)
    stage.settle()
    assert isinstance(window.current(), CardPage)
    assert "\u202e" not in texts(window.current())


def test_a_scanned_card_leads_to_its_page(stage):
    stage.door.link = a_card()
    page = opened(stage, "scan")
    page.show_tab("type")
    page.typed.setPlainText(CARD_LINK)
    page.describe_typed()
    stage.settle()
    assert "Wim offers to decide for others." in texts(page)
    look = [one for one in page.findChildren(QPushButton) if one.text() == "Look at the card"]
    click(look[0])
    stage.settle()
    assert isinstance(stage.window.current(), CardPage)


def test_a_card_that_cannot_be_added_says_why(stage):
    stage.door.link = a_card()
    stage.door.answers[AddWitness] = WrongState("card", "your own", "somebody else's")
    page = opened(stage, "card", CARD_LINK)
    click(page.add)
    stage.settle()
    assert stage.window.current() is page
    assert page.add.isEnabled()
    assert "This is your own card." in texts(page)


# --- what we do for others --------------------------------------------------------------


def test_serving_acts_at_once_and_says_what_it_costs(stage, qtbot):
    page = opened(stage, "deciding")
    assert "While you decide, your own payments wait" in texts(page)
    button = page.service.chips["decide"].buttons["partners"]
    assert button.accessibleName() == "Sign last and decide: For partners"
    focus(stage, qtbot, button)
    press(button)
    stage.settle()
    assert stage.door.last(Serve) == Serve("partners", "nobody")
    stage.door.service = ServiceView("partners", "nobody")
    click(page.service.chips["vote"].buttons["anyone"])
    stage.settle()


def test_our_card_stands_there_once_we_do_something(stage):
    page = opened(stage, "deciding")
    assert not page.service.shown.isVisible()
    assert "Decide or vote for somebody first" in texts(page)
    stage.door.service = ServiceView("nobody", "partners", 3, 5, 1, 0, 9)
    stage.door.answers[WitnessLink] = CARD_LINK
    stage.door.announce(WitnessesChanged())
    stage.settle()
    assert page.service.shown.isVisible()
    click(page.service.qr.copy)
    assert stage.window.current() is page
    assert "Decided 3, voted 5 times. One waits for you now." in texts(page)


def test_what_waits_for_our_decision_is_one_press_away(stage):
    stage.door.service = ServiceView("anyone", "nobody", open_sessions=1)
    stage.door.sessions = [a_decision()]
    page = opened(stage, "deciding")
    click(page.service.look)
    stage.settle()
    (button,) = stage.window.current().list.buttons.values()
    assert bare(button.accessibleName()) == "You decide for 2 others · 0:42"


def test_the_status_bar_leads_to_what_we_decide_for_others(stage):
    status = stage.door.get_status().result()
    nobody = replace(status, sessions=())
    stage.door.get_status = lambda: stage.door._answer(nobody)
    stage.door.sessions = [a_decision()]
    window = stage.open()
    click(window.flow.status.sessions)
    stage.settle()
    (button,) = window.current().list.buttons.values()
    assert "You decide for 2 others" in bare(button.accessibleName())


def test_without_a_network_there_is_no_card(stage):
    stage.door.service = ServiceView("anyone", "anyone")
    stage.door.answers[WitnessLink] = WrongState("network", "off", "on")
    page = opened(stage, "deciding")
    assert "There is no card without a network." in texts(page)


def test_a_partner_is_offered_what_we_do(stage):
    stage.door.service = ServiceView("anyone", "anyone")
    stage.door.answers[WitnessLink] = CARD_LINK
    page = opened(stage, "deciding")
    page.service.partner.setCurrentIndex(page.service.partner.findData("tally-bo"))
    click(page.service.offer)
    stage.settle()
    assert stage.door.last(OfferToWitness) == OfferToWitness("tally-bo")
    assert "Offered to Bo Berg." in bare(stage.window.statusBar().currentMessage())


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("witness-offered", "Bo Berg offers to decide for you when a line breaks."),
        ("witness-lied", "Bo Berg gave two different votes about one thing."),
    ],
)
def test_notices_of_witnesses_lead_to_the_page(stage, key, said):
    stage.door.notices = [NoticeView(1, sample.NOW, key, "safety", "w:uBo", sample.BO.name)]
    stage.open().go("notices")
    stage.settle()
    page = stage.window.current()
    assert said in texts(page)
    (look,) = [one for one in page.findChildren(QPushButton) if one.text() == "Look"]
    click(look)
    stage.settle()
    assert isinstance(stage.window.current(), DecidingPage)


# --- for one payment --------------------------------------------------------------------


def with_terms(stage, signing) -> None:
    stage.door.terms["tally-bo"] = replace(sample.a_terms(stage.door.tallies[1]), signing=signing)


def pay(stage, qtbot, page) -> Pay:
    page.on_review()
    press_when_ready(stage, qtbot, page)
    page.sending.send_now()
    return stage.door.last(Pay)


def test_without_a_choice_the_terms_decide_and_the_review_says_who(stage, qtbot):
    with_terms(stage, by_wim())
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_review()
    assert "Wim signs last and decides." in texts(page.review)
    assert "is asked first" not in texts(page.review)
    page.leave_review()
    assert pay(stage, qtbot, page).signing is None


def test_one_witness_is_chosen_for_one_payment_by_keys(stage, qtbot):
    page = pay_page(stage, "bo", "12.50", "eggs")
    press(page.more)
    focus(stage, qtbot, page.decides.which)
    which = page.decides.which
    assert [which.itemText(n) for n in range(3)] == [
        "As the terms say: you two alone",
        "You two alone",
        "Wil decides",
    ]
    QTest.keyClick(which, Qt.Key.Key_Down)
    QTest.keyClick(which, Qt.Key.Key_Down)
    assert "Wil signs last and learns who signs, not what." in texts(page)
    page.on_review()
    assert "Bo Berg is asked first, because the terms say something else." in texts(page.review)
    page.leave_review()
    wish = pay(stage, qtbot, page)
    assert (wish.signing.mode, wish.signing.agents) == ("E", (WIL,))


def test_several_witnesses_need_more_than_half(stage, qtbot):
    stage.door.witnesses = [
        sample.a_witness(name, online=name == "Wes") for name in ("Wim", "Wes", "Wil", "Win")
    ]
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_more()
    choose_several(page.decides)
    assert (page.decides.needed.minimum(), page.decides.needed.maximum()) == (3, 4)
    assert "3 of 4 must agree." in texts(page)
    wish = pay(stage, qtbot, page)
    assert (wish.signing.mode, wish.signing.needed) == ("Q", 3)
    assert wish.signing.witnesses[0].name == "Wes"  # who is here collects the votes


def test_several_without_any_is_no_choice(stage):
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_more()
    page.decides.which.setCurrentIndex(page.decides.which.count() - 1)
    page.decides._on_way(0)
    page.on_review()
    assert page.review is None
    assert "Choose at least one witness." in texts(page)


def test_liars_offers_and_parties_cannot_be_chosen(stage):
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_more()
    items = " ".join(page.decides.which.itemText(n) for n in range(page.decides.which.count()))
    assert "Wes" not in items
    assert "Wim" not in items
    assert "Wes was caught with two different votes and cannot be chosen." in texts(page)


def test_another_partner_begins_with_the_terms_again(stage, qtbot):
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_more()
    page.decides.which.setCurrentIndex(2)
    page.decides._on_way(2)
    page.on_partner(page.to.findText("Cem"))
    stage.settle()
    assert page.decides.signing() is None
    assert pay(stage, qtbot, page).signing is None


def test_the_review_waits_for_the_terms(stage):
    later: Future = Future()
    answer = stage.door.get_terms("tally-bo").result()
    stage.door.get_terms = lambda _: later
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_review()
    assert page.review is None
    later.set_result(answer)
    stage.settle()
    assert page.review is not None
    assert signed(stage) == []


@pytest.mark.parametrize(("count", "least"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (15, 8)])
def test_so_many_must_agree_at_least(count, least):
    assert least_needed(count) == least
    assert 2 * least > count


def test_the_terms_of_many_witnesses_are_said_in_few_words(stage):
    with_terms(stage, by_three())
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_more()
    assert page.decides.which.currentText() == "As the terms say: 2 of Wim, Wes and Wil"
    assert "2 of 3 must agree." in texts(page)


def test_who_decides_is_chosen_in_the_terms(stage, qtbot):
    page = amend_page(stage)
    assert page.decides.which.currentText() == "As the terms say: you two alone"
    focus(stage, qtbot, page.decides.which)
    for _ in range(2):
        QTest.keyClick(page.decides.which, Qt.Key.Key_Down)
    assert page.go.isEnabled()
    click(page.go)
    assert "Wil signs last and decides. If Wil disappears before that," in texts(page.review)
    press_when_ready(stage, qtbot, page)
    wish = stage.door.last(AmendTally)
    assert (wish.signing.mode, wish.signing.agents) == ("E", (WIL,))
    assert (wish.memo, wish.contract) == (None, None)


def test_the_two_alone_are_chosen_again_in_the_terms(stage, qtbot):
    with_terms(stage, by_wim())
    page = amend_page(stage)
    assert page.decides.which.currentText() == "As the terms say: Wim"
    page.decides.which.setCurrentIndex(1)
    page.decides._on_way(1)
    click(page.go)
    press_when_ready(stage, qtbot, page)
    assert stage.door.last(AmendTally).signing == ALONE


# --- comparing copies -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (compared(), "Both copies are the same."),
        (compared(their_index=130), "One copy has entries that the other does not have yet."),
        (compared(their_net=3_500), "The copies differ at the same place."),
        (compared(silent=1), "Bo Berg's wallet did not answer. That says nothing"),
    ],
)
def test_copies_are_compared_and_the_finding_is_spoken(stage, spoken, found, said):
    stage.door.answers[CompareCopies] = found
    page = opened(stage, "compare", "tally-bo")
    assert said in texts(page)
    assert any(said in bare(one) for one in spoken)
    assert "Bo Berg owes you 16.00" in texts(page)
    stage.door.commands.clear()
    press(page.again)
    stage.settle()
    assert stage.door.last(CompareCopies) == CompareCopies("tally-bo")


def test_a_partner_that_is_asked_is_waited_for_and_the_page_can_be_left(stage):
    stage.open()
    stage.door.silent = True
    stage.window.open("compare", "tally-bo")
    stage.settle()
    page = stage.window.current()
    assert "Asking" in texts(page)
    assert not page.again.isEnabled()
    press(page.close_button)
    stage.settle()
    assert stage.window.current() is not page


def test_a_mark_is_four_words_that_can_be_said():
    # 127.0.0.1 and 63.84.220.193 of the paper (arXiv:0901.4016).
    from wallet.crypto.encoding import text_of

    raw = bytes((127, 0, 0, 1, 63, 84, 220, 193))
    assert short_words(text_of(raw)) == "lusab-babad-gutih-tugad"
    assert short_words("") == ""
