"""Stories of changing the terms of an open tally, and of what is accepted without asking."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from PySide6.QtWidgets import QScrollArea

from tests.gui.stories import Stage, story
from tests.gui.stories_money import session_page
from tests.gui.stories_partners import opened, tally_page
from tests.helpers import sample
from wallet.engine.api.views import (
    Contract,
    Outcome,
    PersonView,
    SessionAct,
    SessionState,
    SessionView,
    SideTerms,
    TallyView,
    TermsView,
)
from wallet.gui.views.amend import AmendPage
from wallet.gui.views.tally import TallyPage

OTHER = Contract(
    "We settle each Friday",
    "We settle each Friday\n\nWhat one owes is paid in eggs, in work, or in money both accept.\n"
    "Who moves away settles within the days of notice.",
    "5e7d" * 16,
)
ASKS = (SessionAct.ACCEPT, SessionAct.DECLINE)


def dora() -> str:
    """The sample's long name, as its tally's id ends."""
    return sample.tally_id(sample.DORA).removeprefix("tally-")


def an_amendment(
    tally: TallyView, *, session: str = "", contract: Contract | None = None, **terms: Any
) -> TermsView:
    """Make other terms for a tally: they may owe half as much again, notice is longer."""
    standing = sample.a_terms(tally)
    return replace(
        standing,
        digest="0b1c2d3e" * 8,
        revision=standing.revision + 1,
        mine=SideTerms(tally.they_may_owe * 3 // 2, 60),
        contract=contract or standing.contract,
        before=standing,
        session=session,
        **terms,
    )


def an_amend_session(
    state: SessionState = SessionState.ASKED, partner: PersonView = sample.BO, **given: Any
) -> SessionView:
    """Make a session about other terms."""
    i_started = given.pop("i_started", state is not SessionState.ASKED)
    made = sample.a_session(state, partner=partner, key="session-terms", **given)
    return replace(made, kind="amend", amount=0, chit="", i_pay=False, i_started=i_started, memo="")


def put_amendment(
    stage: Stage, partner: PersonView = sample.BO, *, session: str = "", **given: Any
) -> TallyView:
    """Let other terms be under way on the partner's tally; `given` changes the tally."""
    contract = given.pop("contract", None)
    key = sample.tally_id(partner)
    stage.door.tallies = [
        replace(one, session=session, **given) if one.id == key else one
        for one in stage.door.tallies
    ]
    view = next(one for one in stage.door.tallies if one.id == key)
    stage.door.amendments[key] = an_amendment(view, session=session, contract=contract)
    return view


# --- writing -----------------------------------------------------------------------


def amend_page(stage: Stage, name: str = "bo") -> AmendPage:
    page = opened(stage, "amend", f"tally-{name}")
    assert isinstance(page, AmendPage)
    return page


def changed_page(stage: Stage, name: str = "bo") -> AmendPage:
    page = amend_page(stage, name)
    assert page.edit is not None
    page.edit.they.field.setText("150")
    page.edit.mine.field.setText("5.5")
    page.edit.days.setValue(60)
    page.edit.memo.set_text("Eggs, repairs and a room for the winter")
    stage.settle()
    return page


@story("amend")
def amend(stage: Stage) -> None:
    amend_page(stage)


@story("amend-changed")
def amend_changed(stage: Stage) -> None:
    changed_page(stage)


@story("amend-below-what-is-owed")
def amend_below(stage: Stage) -> None:
    page = amend_page(stage)
    assert page.edit is not None
    page.edit.they.field.setText("10")
    stage.settle()


@story("amend-contract")
def amend_contract(stage: Stage) -> None:
    page = changed_page(stage, dora())
    page.contract.open()
    page.contract.field.setPlainText(OTHER.text)
    stage.settle()


@story("amend-review")
def amend_review(stage: Stage) -> None:
    page = changed_page(stage)
    page.contract.field.setPlainText(OTHER.text)
    page.on_review()
    stage.settle()


@story("amend-review-long-name")
def amend_review_long(stage: Stage) -> None:
    page = changed_page(stage, dora())
    page.on_review()
    stage.settle()


@story("amend-under-way")
def amend_under_way(stage: Stage) -> None:
    put_amendment(stage, amending=True)
    amend_page(stage)


# --- while it is under way, on the tally's page -----------------------------------------


def terms_page(stage: Stage, name: str = "bo") -> None:
    tally_page(stage, name).show_tab("terms")
    stage.settle()


@story("tally-terms-waits")
def terms_waits(stage: Stage) -> None:
    put_amendment(stage, amending=True, contract=OTHER)
    terms_page(stage)


@story("tally-terms-asked-again")
def terms_again(stage: Stage) -> None:
    put_amendment(stage, sample.DORA, amending=True, reason="late")
    terms_page(stage, dora())


@story("tally-terms-asked")
def terms_asked(stage: Stage) -> None:
    put_amendment(stage, session="session-terms", amending=True)
    terms_page(stage)


@story("tally-terms-asks-me")
def terms_asks_me(stage: Stage) -> None:
    put_amendment(stage, session="session-terms", needs_me=True, reason="crossed")
    terms_page(stage)


@story("tally-terms-signing")
def terms_signing(stage: Stage) -> None:
    put_amendment(stage, session="session-terms")
    terms_page(stage)


@story("tally-terms-in-doubt")
def terms_doubt(stage: Stage) -> None:
    put_amendment(stage, sample.DORA, session="session-terms", in_doubt=True, needs_me=True)
    terms_page(stage, dora())


@story("tally-overview-terms-in-doubt")
def overview_doubt(stage: Stage) -> None:
    put_amendment(stage, session="session-terms", in_doubt=True, needs_me=True)
    tally_page(stage, "bo")


@story("tally-overview-terms-waits")
def overview_waits(stage: Stage) -> None:
    put_amendment(stage, amending=True)
    tally_page(stage, "bo")


@story("tally-terms-refused")
def terms_refused(stage: Stage) -> None:
    stage.door.replace_tally("tally-bo", reason="policy")
    view = an_amend_session(
        SessionState.CANCELLED, outcome=Outcome.NOT_DONE, acts=(), reason="policy"
    )
    stage.door.ended.append(replace(view, reason_text="Not before the harvest"))
    terms_page(stage)


@story("tally-terms-former")
def terms_former(stage: Stage) -> None:
    view = stage.door.tallies[1]
    stage.door.terms[view.id] = replace(
        an_amendment(view, contract=OTHER), date=sample.NOW - sample.DAY
    )
    terms_page(stage)


# --- the partner asks -------------------------------------------------------------------


def asked_page(stage: Stage, partner: PersonView = sample.BO, **given: Any):  # type: ignore[no-untyped-def]
    put_amendment(stage, partner, session="session-terms", needs_me=True, **given)
    return session_page(stage, an_amend_session(partner=partner, acts=ASKS, done=1))


@story("session-terms-asked")
def session_terms_asked(stage: Stage) -> None:
    asked_page(stage)


@story("session-terms-asked-contract")
def session_terms_contract(stage: Stage) -> None:
    asked_page(stage, sample.DORA, contract=OTHER)


@story("session-terms-asked-hostile")
def session_terms_hostile(stage: Stage) -> None:
    text = Contract(sample.HOSTILE[:80], sample.HOSTILE, "66" * 32)
    page = asked_page(stage, sample.MALLORY, contract=text)
    key = sample.tally_id(sample.MALLORY)
    stage.door.amendments[key] = replace(stage.door.amendments[key], memo=sample.HOSTILE[:200])
    page.asked.tally.refresh()
    stage.settle()


@story("session-terms-asked-refuse")
def session_terms_refuse(stage: Stage) -> None:
    page = asked_page(stage)
    page.asked.on_decline()
    stage.settle()


@story("session-terms-asked-review")
def session_terms_review(stage: Stage) -> None:
    page = asked_page(stage, contract=OTHER)
    page.asked.on_accept()
    stage.settle()


@story("session-terms-asking")
def session_terms_asking(stage: Stage) -> None:
    stop = (SessionAct.STOP,)
    view = an_amend_session(SessionState.PROPOSED, acts=stop, done=1)
    session_page(stage, replace(view, locked=False))


@story("session-terms-unknown")
def session_terms_unknown(stage: Stage) -> None:
    put_amendment(stage, session="session-terms", in_doubt=True, needs_me=True)
    view = an_amend_session(
        SessionState.COMMITTED,
        outcome=Outcome.NOT_KNOWN,
        acts=(SessionAct.ASK_NOW, SessionAct.GO_ON),
        done=3,
        i_started=False,
    )
    session_page(stage, view)


@story("session-terms-done")
def session_terms_done(stage: Stage) -> None:
    view = an_amend_session(SessionState.COMPLETED, outcome=Outcome.DONE, acts=(), done=4)
    session_page(stage, view)


# --- what is accepted without asking ------------------------------------------------------


def bounded_page(stage: Stage, name: str = "bo", **bounds: Any) -> TallyPage:
    stage.door.replace_tally(f"tally-{name}", **bounds)
    page = tally_page(stage, name)
    stage.settle()
    show_end(page)
    stage.settle()
    return page


def show_end(page: TallyPage) -> None:
    """Scroll to the card, which stands last."""
    area = page.receiving.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if area is not None:
        area.ensureWidgetVisible(page.receiving)


@story("receiving-unbounded")
def receiving_unbounded(stage: Stage) -> None:
    bounded_page(stage)


@story("receiving-bounded")
def receiving_bounded(stage: Stage) -> None:
    name = dora()
    bounded_page(stage, name, accept_per_chit=5_000, accept_per_day=20_000, accepted_today=3_500)


@story("receiving-off")
def receiving_off(stage: Stage) -> None:
    bounded_page(stage, auto_accept=False, accept_per_chit=5_000)


@story("receiving-set")
def receiving_set(stage: Stage) -> None:
    page = bounded_page(stage, accept_per_chit=5_000)
    page.receiving.bounds.open()
    stage.settle()
    show_end(page)


@story("receiving-set-wrong")
def receiving_wrong(stage: Stage) -> None:
    page = bounded_page(stage)
    page.receiving.bounds.open()
    form = page.receiving.bounds.form
    assert form is not None
    form.fields[0].field.setText("1,234,5")
    form.fields[1].field.setText("12345.678")
    stage.settle()
    show_end(page)


@story("settings-receiving")
def settings_receiving(stage: Stage) -> None:
    opened(stage, "settings", "receiving")


@story("settings-receiving-bounded")
def settings_bounded(stage: Stage) -> None:
    stage.door.wallet = replace(stage.door.wallet, accept_per_day=100_000, accepted_today=16_500)
    page = opened(stage, "settings", "receiving")
    page.receiving.bounds.open()
    stage.settle()
