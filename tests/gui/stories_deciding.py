"""Stories of papers, of who decides for us, of what we do for others, and of comparing copies."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtWidgets import QScrollArea, QWidget

from tests.gui.stories import Stage, story
from tests.gui.stories_money import pay_page
from tests.gui.stories_partners import opened
from tests.gui.stories_terms import amend_page
from tests.helpers import sample
from tests.helpers.sample_signing import (
    CARD_LINK,
    a_card,
    a_paper,
    by_three,
    by_wim,
    compared,
    unknown,
)
from wallet.engine.api.commands import CompareCopies, WitnessLink
from wallet.engine.api.views import Outcome, SessionState
from wallet.engine.api.views_signing import ServiceView
from wallet.gui.views.paper import PaperPage


def reveal(stage: Stage, widget: QWidget) -> None:
    """Scroll so that a widget can be seen."""
    stage.settle()
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    assert above is not None
    above.ensureWidgetVisible(widget)
    stage.settle()


# --- papers ------------------------------------------------------------------------


def paper_page(stage: Stage) -> PaperPage:
    page = opened(stage, "paper")
    assert isinstance(page, PaperPage)
    return page


@story("paper-new")
def paper_new(stage: Stage) -> None:
    paper_page(stage)


@story("paper-new-nobody")
def paper_nobody(stage: Stage) -> None:
    stage.door.tallies = []
    paper_page(stage)


def written(stage: Stage, text: str = "") -> PaperPage:
    page = paper_page(stage)
    page.name.set_text("House rules")
    page.text.setPlainText(text or a_paper().text)
    for box in page.partners.values():
        box.setChecked(True)
    stage.settle()
    return page


@story("paper-new-written")
def paper_written(stage: Stage) -> None:
    page = written(stage)
    reveal(stage, page.window_chips)


@story("paper-new-too-long")
def paper_long(stage: Stage) -> None:
    written(stage, "x " * 2_100).on_review()
    stage.settle()


@story("paper-review")
def paper_review(stage: Stage) -> None:
    page = written(stage)
    choose_several(page.decides)
    page.on_review()
    stage.settle()


@story("papers")
def papers(stage: Stage) -> None:
    done = a_paper(3, SessionState.COMPLETED, outcome=Outcome.DONE, key="p2", title=sample.LONG)
    ended = a_paper(8, SessionState.CANCELLED, outcome=Outcome.NOT_DONE, key="p4")
    stage.door.sessions = [a_paper(2, key="p1")]
    stage.door.ended = [
        done,
        unknown(a_paper(3, SessionState.PARKED, mode="Q", key="p3")),
        ended,
        a_paper(3, SessionState.COMMITTED, key="p5", title=sample.HOSTILE[:80]),
    ]
    opened(stage, "papers")


@story("papers-empty")
def papers_empty(stage: Stage) -> None:
    opened(stage, "papers")


# --- who decides -------------------------------------------------------------------------


@story("deciding")
def deciding(stage: Stage) -> None:
    opened(stage, "deciding")


@story("deciding-none")
def deciding_none(stage: Stage) -> None:
    stage.door.witnesses, stage.door.tallies = [], []
    opened(stage, "deciding")


@story("deciding-serves")
def deciding_serves(stage: Stage) -> None:
    stage.door.witnesses = stage.door.witnesses[:1]
    stage.door.service = ServiceView("partners", "anyone", 12, 340, 1, 2, 57)
    stage.door.answers[WitnessLink] = CARD_LINK
    page = opened(stage, "deciding")
    reveal(stage, page.service.qr)


@story("deciding-not-a-card")
def deciding_no_card(stage: Stage) -> None:
    page = opened(stage, "deciding")
    page.link.setText("https://example.org/<b>trust me</b>")
    page.on_link()
    stage.settle()


@story("card")
def card(stage: Stage) -> None:
    stage.door.link = a_card()
    opened(stage, "card", CARD_LINK)


@story("card-hostile-known")
def card_hostile(stage: Stage) -> None:
    stage.door.link = replace(a_card(sample.HOSTILE), known_partner=True, votes=False)
    opened(stage, "card", CARD_LINK)


@story("card-does-nothing")
def card_nothing(stage: Stage) -> None:
    stage.door.link = replace(a_card(""), decides=False, votes=False)
    opened(stage, "card", CARD_LINK)


@story("card-damaged")
def card_damaged(stage: Stage) -> None:
    stage.door.link = None
    opened(stage, "card", CARD_LINK)


# --- choosing for one payment -------------------------------------------------------------


def choose_several(decides) -> None:  # type: ignore[no-untyped-def]
    decides.which.setCurrentIndex(decides.which.count() - 1)
    for box in decides.boxes.values():
        box.setChecked(True)
    decides._on_way(0)


@story("pay-who-decides-one")
def pay_one(stage: Stage) -> None:
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_more()
    page.decides.which.setCurrentIndex(2)
    page.decides._on_way(2)
    reveal(stage, page.more)


@story("pay-who-decides-several")
def pay_several(stage: Stage) -> None:
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_more()
    choose_several(page.decides)
    reveal(stage, page.more)


@story("pay-who-decides-nobody")
def pay_nobody(stage: Stage) -> None:
    stage.door.witnesses = []
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_more()
    reveal(stage, page.more)


@story("pay-who-decides-terms")
def pay_terms(stage: Stage) -> None:
    terms = sample.a_terms(stage.door.tallies[1])
    stage.door.terms["tally-bo"] = replace(terms, signing=by_three())
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_more()
    reveal(stage, page.more)


@story("pay-who-decides-review")
def pay_decides_review(stage: Stage) -> None:
    terms = sample.a_terms(stage.door.tallies[1])
    stage.door.terms["tally-bo"] = replace(terms, signing=by_wim())
    page = pay_page(stage, "bo", "12.50", "eggs")
    page.on_more()
    choose_several(page.decides)
    page.on_review()
    stage.settle()


# --- comparing copies -----------------------------------------------------------------------


def _compare(name: str, **given: int) -> None:
    @story(f"compare-{name}")
    def compare(stage: Stage) -> None:
        stage.door.answers[CompareCopies] = compared(**given)
        opened(stage, "compare", "tally-bo")


_compare("alike")
_compare("behind", their_index=130, their_net=3_500)
_compare("differs", their_net=3_500)
_compare("silent", silent=1)


@story("compare-asking")
def compare_asking(stage: Stage) -> None:
    stage.open()
    stage.door.silent = True
    assert stage.window is not None
    stage.window.open("compare", "tally-bo")
    stage.settle()


@story("amend-who-decides-review")
def amend_decides_review(stage: Stage) -> None:
    page = amend_page(stage)
    choose_several(page.decides)
    page.on_review()
    stage.settle()


@story("amend-who-decides")
def amend_decides(stage: Stage) -> None:
    page = amend_page(stage)
    choose_several(page.decides)
    reveal(stage, page.decides)
