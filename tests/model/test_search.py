"""Everything that can happen in a session, and what happens when a rule is broken.

The search steps the project's own table. What it assumes, and its bounds: side.py, search.py,
ballots.py and cases.py; what it demands: LAWS in laws.py.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from tests.model.ballots import VotingSpace
from tests.model.case import Case
from tests.model.cases import CASES, LONG_CASES
from tests.model.controls import ASKS_NOBODY, CONTROLS, DOES_NOT_WAIT, without
from tests.model.crowds import PLANTED
from tests.model.laws import LAWS, Judge, search
from tests.model.search import Found
from wallet.protocol.countersign import signer, witness
from wallet.protocol.countersign.signer import State
from wallet.protocol.machine import ignore

RULES = ("N1", "N2", "N3", "N4", "N5", "N6", "N7")


@cache
def searched(name: str) -> tuple[Found, frozenset[Any]]:
    """A case, searched once for all tests, and the pairs of the tables that it came to."""
    judge = Judge(CASES[name])
    found, space = judge.run(), judge.space
    votes = space.ballots.used if isinstance(space, VotingSpace) else set()
    return found, frozenset(space.sides.hand.used | votes)


def by_name(case: Case) -> Any:
    return pytest.param(case, id=case.name.replace(" ", "_"))


def planted(case: Case) -> Any:
    marks = [pytest.mark.rule(rule) for rule in RULES if case.name.split(" ")[0] == rule]
    return pytest.param(case, id=case.name.replace(" ", "_"), marks=marks)


@pytest.mark.rule("R1", "R3", "R4", "R6", "R7", "R8", "F23", "F27")
@pytest.mark.parametrize("case", [by_name(case) for case in CASES.values()])
def test_no_way_through_a_session_breaks_a_law(case):
    found, _ = searched(case.name)
    assert not found.violations, str(found.violations[0])
    assert not found.cut


@pytest.mark.long
@pytest.mark.rule("R1", "R3", "R4", "R6", "R7")
@pytest.mark.parametrize("name", ["open-4", "votes-open-of-three-2-of-3"])
def test_no_way_through_a_long_session_breaks_a_law(name):
    found = search(LONG_CASES[name])
    assert not found.violations, str(found.violations[0])
    assert not found.cut


@pytest.mark.parametrize("case", [planted(case) for case in CONTROLS.values()])
def test_the_search_finds_a_planted_fault(case):
    found = search(case)
    assert [one.law for one in found.violations] == list(case.laws)
    assert found.violations[0].trace


def test_every_law_has_a_fault_that_breaks_it():
    planted = [*CONTROLS.values(), *PLANTED.values()]
    assert {law for case in planted for law in case.laws} == LAWS.keys()


@pytest.mark.parametrize("machine", [signer.machine, witness.machine], ids=["signer", "witness"])
def test_every_row_of_a_table_that_does_something_is_needed_somewhere(machine):
    needed = set()
    for case in CASES.values():
        needed |= searched(case.name)[1]
    for one in machine.rows:
        assert one.do is ignore or (one.state, one.on) in needed


@pytest.mark.parametrize(
    "table", [ASKS_NOBODY, DOES_NOT_WAIT], ids=["asks_nobody", "does_not_wait"]
)
def test_a_hasty_witness_costs_sessions_but_splits_nothing(table):
    laws = frozenset(LAWS) - {"vote"}
    hasty = replace(CASES["votes-payment-2-of-3"], witness_table=table, laws=laws)
    assert not search(hasty).violations


@pytest.mark.parametrize(
    "name", ["payment-2", "open-2", "payment-2-lying-payer", "votes-open-1-of-1"]
)
def test_forgetting_what_no_one_reads_hides_no_state(name):
    reached = []
    for forgets in (True, False):
        space = (judge := Judge(CASES[name])).space
        if not forgets:
            space.post.kept = -1
        assert not judge.run().violations
        sides = space.sides.sides
        seats = judge.case.signers
        reached.append({tuple(sides[one] for one in state[:seats]) for state in space.states})
    assert reached[0] == reached[1]


def test_a_cut_search_says_so():
    found = search(Case("cut", 2, "payment", most=10))
    assert found.cut
    assert not found.violations


def test_the_first_trace_found_is_a_shortest_one():
    table = without(State.PROPOSED, signer.AcceptArrived)
    found = search(Case("blank", 2, "payment", table=table))
    assert found.violations[0].trace == [
        "Ada: Propose → proposed",
        "Bo: accepts by policy → prepared",
        "Ada: hears accept from Bo → proposed",
    ]
