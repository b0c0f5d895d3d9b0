"""Stories of payments that are signed together."""

from __future__ import annotations

from msgspec.structs import replace

from tests.gui.stories import Stage, story
from tests.gui.stories_partners import opened
from tests.helpers import sample
from wallet.engine.api.views import ChitState, Outcome, SessionState
from wallet.gui.views.chit import ChitPage

AMOUNTS = (12_500, 3_000, 4_200)
SESSION = "session-batch"


def batch_page(
    stage: Stage,
    state: ChitState = ChitState.GOOD,
    *,
    amounts: tuple[int, ...] = AMOUNTS,
    partner: sample.PersonView = sample.BO,
    reason: str = "",
    blamed: str = "",
) -> ChitPage:
    """Open the first of several payments; their session runs, has ended, or is to come again."""
    uuids = tuple(f"chit-{number}" for number in range(20, 20 + len(amounts)))
    stage.door.chit_count = 60
    for number, amount in enumerate(amounts, 20):
        chit = replace(sample.a_chit(number, partner), amount=amount, paid_by_me=True)
        stage.door.changed_chits[number] = replace(
            chit,
            state=state,
            session="" if state is ChitState.WAITING else SESSION,
            reason=reason,
            blamed=blamed,
        )
    running = state is ChitState.SIGNING
    view = sample.a_session(
        SessionState.PREPARED if running else SessionState.COMPLETED,
        partner=partner,
        outcome=Outcome.RUNNING if running else Outcome.DONE,
        key=SESSION,
    )
    view = replace(view, chit=uuids[0], chits=uuids, amount=sum(amounts))
    stage.door.sessions = [view] if running else []
    stage.door.ended = [] if running else [view]
    page = opened(stage, "chit", uuids[0])
    assert isinstance(page, ChitPage)
    return page


@story("chit-together")
def together(stage: Stage) -> None:
    batch_page(stage)


@story("chit-together-running")
def together_running(stage: Stage) -> None:
    batch_page(stage, ChitState.SIGNING)


@story("chit-together-running-many")
def together_many(stage: Stage) -> None:
    amounts = tuple(1_234_567 + 1_111 * n for n in range(32))
    batch_page(stage, ChitState.SIGNING, amounts=amounts)


@story("chit-together-waits")
def together_waits(stage: Stage) -> None:
    batch_page(stage, ChitState.WAITING, reason="batch", blamed="chit-21", partner=sample.DORA)


@story("chit-together-waits-alone")
def together_alone(stage: Stage) -> None:
    batch_page(stage, ChitState.WAITING, reason="batch")


@story("chit-together-declined")
def together_declined(stage: Stage) -> None:
    batch_page(stage, ChitState.REFUSED, reason="invalid", partner=sample.DORA)
