"""Stories of sessions by seed: no split, nobody honest framed, nobody locked, in every mode."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.sim import tricks
from tests.sim.cast import draw
from tests.sim.scenarios import play
from tests.sim.stories import Story

ROOT = Path(__file__).resolve().parents[2]
SEEDS, MANY = 36, 1_000
pytestmark = pytest.mark.expects_warnings  # a liar's program may trip over its own lies


@cache
def told() -> tuple[Story, ...]:
    return tuple(play(seed, "sessions") for seed in range(1, SEEDS + 1))


@pytest.mark.rule("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8")
@pytest.mark.rule("F23", "F24", "F25", "F27", "F30", "F31", "F49")
def test_sessions_end_alike_for_all_who_are_honest() -> None:
    assert [(one.seed, one.troubles) for one in told() if one.troubles] == []


def test_what_is_not_known_is_seen_and_settles() -> None:
    """Some stories have something open while others are dead or lie; at last none has."""
    left = [re.findall(r"still open: (\d+)", "\n".join(one.log)) for one in told()]
    counts = [int(found) for each in left for found in each]
    assert any(counts)
    assert not all(counts)


@pytest.mark.long
def test_sessions_end_alike_in_many_stories() -> None:
    stories = (play(seed, "sessions") for seed in range(10_000, 10_000 + MANY))
    assert [(one.seed, one.troubles) for one in stories if one.troubles] == []


@pytest.mark.parametrize("seed", [7, 11])
def test_same_seed_same_story(seed: int) -> None:
    """Byte for byte, also in another process with another hash seed."""
    here = "\n".join(play(seed, "sessions").log)
    assert len(here) > 1_000
    command = [sys.executable, "scripts/sim.py", "--first", str(seed), "--seeds", "1", "--show"]
    there = subprocess.run(
        [*command, "--scenario", "sessions"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "12345"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert there == f"{here}\n1 stories, 0 violations\n"


def test_the_casts_have_everything_in_them() -> None:
    casts = [draw(seed) for seed in range(1, 2_001)]
    assert {one.mode for one in casts} == {"P", "E", "Q"}
    assert {len(one.people) for one in casts} == {2, 3, 4, 5, 6, 8}
    assert {len(one.helpers) for one in casts if one.mode == "Q"} == {1, 2, 3, 4, 5}
    played = {one.trick for one in casts} - {""}
    assert played == {*tricks.OF_SIGNERS, *tricks.OF_ENZYMES, *tricks.OF_WITNESSES}
    assert any(one.deaths and one.liar for one in casts)
    assert len(draw(1, nodes=7).people) == 7
