"""Everything that can happen in a session, and what happens when a rule is broken.

The search steps the project's own table. What it assumes, and its bounds: side.py, search.py and
cases.py; what it demands: LAWS in laws.py.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.model.case import Case
from tests.model.cases import CASES, LONG_CASES
from tests.model.controls import CONTROLS, without
from tests.model.crowds import PLANTED
from tests.model.laws import LAWS, Judge, search
from tests.model.search import Found
from wallet.protocol.countersign import signer
from wallet.protocol.countersign.signer import State
from wallet.protocol.machine import ignore

RULES = ("N1", "N2", "N3", "N4", "N5", "N6", "N7")


@cache
def searched(name: str) -> tuple[Found, frozenset[Any]]:
    """A case, searched once for all tests, and the pairs of the signer's table it came to."""
    judge = Judge(CASES[name])
    found = judge.run()
    return found, frozenset(judge.space.sides.hand.used)


def by_name(case: Case) -> Any:
    return pytest.param(case, id=case.name.replace(" ", "_"))


def planted(case: Case) -> Any:
    marks = [pytest.mark.rule(rule) for rule in RULES if case.name.split(" ")[0] == rule]
    return pytest.param(case, id=case.name.replace(" ", "_"), marks=marks)


@pytest.mark.rule("R1", "R3", "R4", "R6", "R7", "R8")
@pytest.mark.parametrize("case", [by_name(case) for case in CASES.values()])
def test_no_way_through_a_session_breaks_a_law(case):
    found, _ = searched(case.name)
    assert not found.violations, str(found.violations[0])
    assert not found.cut


@pytest.mark.long
@pytest.mark.rule("R1", "R3", "R4", "R6", "R7")
def test_no_way_through_a_session_of_four_breaks_a_law():
    found = search(LONG_CASES["open-4"])
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


def test_every_row_of_the_table_that_does_something_is_needed_somewhere():
    needed = set()
    for case in CASES.values():
        needed |= searched(case.name)[1]
    idle = {
        (one.state, one.on)
        for one in signer.machine.rows
        if one.do is not ignore and (one.state, one.on) not in needed
    }
    assert idle == {  # mode Q
        (state, signer.AbortProven) for state in (State.PREPARED, State.COMMITTED, State.PARKED)
    }


@pytest.mark.parametrize("name", ["payment-2", "open-2", "payment-2-lying-payer"])
def test_forgetting_what_no_one_reads_hides_no_state(name):
    reached = []
    for forgets in (True, False):
        space = (judge := Judge(CASES[name])).space
        if not forgets:
            space._in_use = lambda _, messages: messages
        assert not judge.run().violations
        sides = space.sides.sides
        reached.append({tuple(sides[one] for one in state[:-1]) for state in space.states})
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
