"""Papers: written, reviewed and asked for by keys; listed; notices that lead to them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox

from tests.gui.hands import click, focus, press, press_when_ready, signed, texts
from tests.gui.stories_deciding import choose_several, paper_page, written
from tests.gui.stories_partners import opened
from tests.helpers import sample
from tests.helpers.sample_signing import a_paper
from wallet.engine.api.commands import SignPaper
from wallet.engine.api.notices import SessionChanged, TallyChanged
from wallet.engine.api.views import NeedView, NoticeView, Outcome, SessionState
from wallet.gui.text import bare
from wallet.gui.views.paper import PaperPage
from wallet.gui.views.session import SessionPage


@pytest.mark.rule("H4")
def test_a_paper_is_written_reviewed_and_asked_for_by_keys(stage, qtbot):
    page = paper_page(stage)
    focus(stage, qtbot, page.name.field)
    QTest.keyClicks(page.name.field, "House rules")
    QTest.keyClick(page.name.field, Qt.Key.Key_Tab)
    QTest.keyClicks(page.text, "Shoes off.")
    press(page.partners["tally-bo"])
    press(page.partners["tally-cem"])
    press(page.go, Qt.Key.Key_Return)
    review = page.review
    assert "Shoes off." in texts(review)
    assert "You and Bo Berg and Cem" in texts(review)
    assert "You sign last, so you always know how it ends." in texts(review)
    assert signed(stage) == []
    stage.door.sessions.append(a_paper(3, SessionState.PROPOSED, i_started=True))
    stage.door.answers[SignPaper] = "session-paper"
    press_when_ready(stage, qtbot, page)
    wish = stage.door.last(SignPaper)
    assert wish == SignPaper(
        "House rules", "Shoes off.", ("tally-bo", "tally-cem"), wish.signing, 300_000
    )
    assert isinstance(stage.window.current(), SessionPage)


def test_who_decides_a_paper_is_part_of_it(stage, qtbot):
    page = written(stage)
    choose_several(page.decides)
    click(page.window_chips.buttons["10"])
    click(page.go)
    press_when_ready(stage, qtbot, page)
    wish = stage.door.last(SignPaper)
    assert (wish.signing.mode, wish.signing.needed, wish.window) == ("Q", 2, 600_000)


@pytest.mark.parametrize(
    ("title", "text", "partners", "said"),
    [
        ("", "Shoes off.", 1, "Write a title."),
        ("House rules", " \n ", 1, "Write the text."),
        ("House rules", "Shoes off.", 0, "Choose at least one partner."),
        ("House rules", "x" * 4_100, 1, "4 characters too many"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(stage, title, text, partners, said):
    page = paper_page(stage)
    page.name.set_text(title)
    page.text.setPlainText(text)
    for box in list(page.partners.values())[:partners]:
        box.setChecked(True)
    click(page.go)
    assert page.review is None
    assert said in texts(page)


def many(stage, count: int) -> PaperPage:
    stage.door.tallies = [
        replace(sample.a_tally(sample.a_person(f"P{n}")), id=f"tally-{n}") for n in range(count)
    ]
    page = paper_page(stage)
    page.name.set_text("House rules")
    page.text.setPlainText("Shoes off.")
    for box in page.partners.values():
        box.setChecked(True)
    return page


def test_eight_can_sign_and_seven_where_somebody_else_decides(stage):
    page = many(stage, 7)
    click(page.go)
    assert page.review is not None
    page.leave_review()
    page.decides.which.setCurrentIndex(1)
    page.decides._on_way(1)
    assert page.decides.signing().mode == "E"
    click(page.go)
    assert page.review is None
    assert "At most 6 can sign with you." in texts(page)


def test_who_signs_cannot_decide(stage):
    person = sample.a_person("Wil")
    witness = stage.door.witnesses[0]
    tally = sample.a_tally(replace(person, agent=str(witness.agent)))
    stage.door.tallies.append(tally)
    page = paper_page(stage)
    items = [page.decides.which.itemText(n) for n in range(page.decides.which.count())]
    assert "Wil decides" in items
    page.partners[tally.id].setChecked(True)
    items = [page.decides.which.itemText(n) for n in range(page.decides.which.count())]
    assert "Wil decides" not in items


def test_who_was_chosen_stays_chosen_when_partners_come_and_go(stage):
    page = written(stage)
    before = page.chosen()
    stage.door.tallies = [
        replace(one, partner=replace(one.partner, online=False)) for one in stage.door.tallies
    ]
    stage.door.announce(TallyChanged("tally-bo"))
    stage.settle()
    assert page.chosen() == before
    assert "Cem – offline" in [bare(one.text()) for one in page.findChildren(QCheckBox)]


def test_papers_are_listed_with_how_they_stand_and_open(stage):
    stage.door.sessions = [a_paper(2, key="p1")]
    stage.door.ended = [
        a_paper(3, SessionState.COMPLETED, outcome=Outcome.DONE, key="p2", acts=(), done=5)
    ]
    page = opened(stage, "papers")
    shown = texts(page)
    assert "House rules · Bo Berg\nNeeds you" in shown
    assert "House rules · Bo Berg and Cem\nSigned by all" in shown
    name = page.buttons["p2"].accessibleName()
    assert name.startswith("Look: House rules, with Bo Berg and Cem: Signed by all, ")
    press(page.buttons["p2"])
    stage.settle()
    assert "This holds until all of us sign something else." in texts(stage.window.current())


def test_the_list_of_papers_follows_the_engine(stage):
    stage.door.sessions = [a_paper(2, key="p1")]
    page = opened(stage, "papers")
    stage.door.sessions = [
        a_paper(2, SessionState.COMPLETED, outcome=Outcome.DONE, key="p1", acts=())
    ]
    stage.door.announce(SessionChanged("p1"))
    stage.settle()
    assert "Signed by all" in texts(page)


@pytest.mark.parametrize(
    ("key", "said", "place"),
    [
        ("paper-asked", "Bo Berg asks you to sign a paper. Nothing is signed yet.", SessionPage),
        ("paper-signed", "All have signed a paper with Bo Berg.", SessionPage),
        ("paper-ended", "A paper with Bo Berg came to nothing.", SessionPage),
        ("paper-unknown", "It is not known yet whether all have signed", SessionPage),
    ],
)
def test_notices_of_papers_say_what_they_mean_and_open_them(stage, key, said, place):
    stage.door.sessions = [a_paper(2)]
    stage.door.notices = [
        NoticeView(1, sample.NOW, key, "under way", "session-paper", sample.BO.name)
    ]
    stage.open().go("notices")
    stage.settle()
    page = stage.window.current()
    assert said in texts(page)
    from PySide6.QtWidgets import QPushButton

    (look,) = [one for one in page.findChildren(QPushButton) if one.text() == "Look"]
    click(look)
    stage.settle()
    assert isinstance(stage.window.current(), place)


def test_home_says_that_a_paper_waits(stage):
    home = sample.a_home((sample.a_tally(),), ())
    need = NeedView("paper asked", "session-paper", sample.BO.name, memo="House rules")
    stage.door.get_home = lambda: stage.door._answer(replace(home, needs_me=(need,)))
    window = stage.open()
    assert "Bo Berg asks you to sign a paper" in texts(window)


def test_the_menu_leads_to_papers_and_to_who_decides(stage):
    window = stage.open()
    for name, title in (("paper", "Write a paper"), ("papers", "Papers"), ("deciding", "Who")):
        window.actions_by_name[name].trigger()
        stage.settle()
        assert title in texts(window.current())
