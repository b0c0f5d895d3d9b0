"""Several sessions that share signers: one place, one promise; crossing proposals do not lock up.

What it assumes, and its bounds: wallets.py, crowds.py and (before witnesses) rivals.py.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.crowds import CROSSINGS, PLANTED, search_crossing
from tests.model.rivals import PLANTED_RIVALS, RIVALS, Rivals, search_rivals
from tests.model.wallets import Crossing


def by_name(one: Crossing | Rivals) -> Any:
    return pytest.param(one, id=one.name.replace(" ", "_").replace(",", ""))


@pytest.mark.rule("R1", "R4", "F42")
@pytest.mark.parametrize("crossing", [by_name(one) for one in CROSSINGS.values()])
def test_no_way_through_sessions_that_share_signers_breaks_a_law(crossing):
    found = search_crossing(crossing)
    assert not found.violations, str(found.violations[0])
    assert not found.cut


@pytest.mark.parametrize("crossing", [by_name(one) for one in PLANTED.values()])
def test_the_search_finds_what_is_planted_between_sessions(crossing):
    found = search_crossing(crossing)
    assert [one.law for one in found.violations] == list(crossing.laws)
    assert found.violations[0].trace


@pytest.mark.rule("F32", "F33", "F27")
@pytest.mark.parametrize("rivals", [by_name(one) for one in RIVALS.values()])
def test_two_sessions_for_one_place_never_both_have_a_certificate(rivals):
    assert not search_rivals(rivals).violations


@pytest.mark.parametrize("rivals", [by_name(one) for one in PLANTED_RIVALS.values()])
def test_the_search_finds_two_certificates_for_one_place(rivals):
    assert search_rivals(rivals).violations[0].trace
