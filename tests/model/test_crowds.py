"""Several sessions that share signers: one place, one promise; crossing proposals do not lock up.

What it assumes, and its bounds: wallets.py and crowds.py.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.crowds import CROSSINGS, PLANTED, search_crossing
from tests.model.wallets import Crossing


def by_name(crossing: Crossing) -> Any:
    return pytest.param(crossing, id=crossing.name.replace(" ", "_"))


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
