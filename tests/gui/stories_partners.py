"""Stories of tallies, invitations, payments, sessions and Activity."""

from __future__ import annotations

from msgspec.structs import replace

from tests.gui.stories import Stage, story
from tests.helpers import sample
from wallet.engine.api.views import (
    LinkView,
    TallyState,
)
from wallet.gui.views.answer import AnswerPage
from wallet.gui.views.invite import InvitePage
from wallet.gui.views.scan import ScanPage
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
