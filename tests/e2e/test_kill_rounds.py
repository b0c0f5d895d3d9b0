"""A few rounds of `scripts/kill.py`: who is killed anywhere agrees with the others afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.killing import MODES, Plan, Rounds, a_plan

pytestmark = pytest.mark.needs("linux", "iroh")

# In each mode one who dies in the middle for certain, and comes back at once.
CERTAIN = (
    Plan("P", "bo", 1, {"ada": "now 2 after commit"}, {}),
    Plan("E", "bo", 1, {"eve": "now 2 before send"}, {}),
    Plan("Q", "bo", 2, {"eve": "now 1 after receive", "bo": "now 6 after send"}, {}),
)


def test_nobody_is_split_or_stuck_after_kills_in_every_mode(tmp_path: Path) -> None:
    with Rounds(tmp_path, seed=1) as rounds:
        for plan in CERTAIN:
            rounds.play(plan)
        for mode in MODES:
            rounds.play(a_plan(rounds.dice, mode))
        seen = rounds.seen
        assert seen.troubles == []
        assert (seen.rounds, seen.splits, seen.stuck) == (6, 0, 0)
        assert seen.kills >= len(CERTAIN)
        assert seen.payments >= len(CERTAIN)
        assert rounds.verify() == []
