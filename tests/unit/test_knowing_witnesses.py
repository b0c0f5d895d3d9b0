"""Who is to decide must be known, and reached, by all who will have to ask it."""

from __future__ import annotations

import pytest

from tests.helpers.circle import Circle, a_payment, helpers_of, open_tally
from wallet.engine.api import commands


@pytest.mark.parametrize(("mode", "needed"), [("E", 0), ("Q", 1)])
def test_who_accepts_terms_knows_who_decides_before_the_tally_opens(mode: str, needed: int) -> None:
    circle = Circle(["ada", "bo", "wim"])
    circle.wish("wim", commands.Serve(decide="anyone", vote="anyone"))
    signing = helpers_of(circle, mode, "wim", needed)
    open_tally(circle, "ada", "bo", signing)
    assert circle["bo"].store.witnessing.get(circle["wim"].agent) is not None
    circle.calm()
    assert circle.tally("ada", "bo").record.state.value == "open"
    assert circle.tally("bo", "ada").record.state.value == "open"


def test_a_witness_learns_from_the_signers_where_the_others_are() -> None:
    circle, _ = a_payment("Q", "wim wes wil", 2)
    circle.carry("vote-request", "wim")
    assert circle["wim"].store.witnessing.list_all() == []
    circle.carry()
    known = {one.agent for one in circle["wim"].store.witnessing.list_all()}
    assert known == {circle["wes"].agent, circle["wil"].agent}
    assert circle["wes"].store.witnessing.get(circle["wim"].agent) is not None


def test_strangers_cannot_fill_the_list_of_witnesses() -> None:
    circle, _ = a_payment("Q", "wim wes wil", 2)
    circle.carry()
    store = circle["wim"].store
    with store.database.transaction():
        store.witnessing.forget_passing(1)
    assert len(store.witnessing.list_all()) == 1
    with store.database.transaction():
        store.witnessing.choose(store.witnessing.list_all()[0].agent)
        store.witnessing.forget_passing(0)
    assert len(store.witnessing.list_all()) == 1  # chosen by the person: not a passing one
