"""Stories by seed: whatever goes wrong on the way, everyone agrees in the end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sim.stories import SCENARIOS, play

ROOT = Path(__file__).resolve().parents[2]
SEEDS, MANY = 50, 1_000


def troubles(scenario: str, first: int, count: int) -> list[str]:
    return [
        f"{scenario} {seed}: {law}: {what}"
        for seed in range(first, first + count)
        for law, what in play(seed, scenario).troubles
    ]


@pytest.mark.rule("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "F42", "F53")
@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_everyone_agrees_in_the_end(scenario: str) -> None:
    assert troubles(scenario, 1, SEEDS) == []


@pytest.mark.long
@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_everyone_agrees_in_the_end_of_many_stories(scenario: str) -> None:
    assert troubles(scenario, 10_000, MANY) == []


@pytest.mark.parametrize("scenario", ["pair", "crossing", "rude"])
def test_same_seed_same_story(scenario: str) -> None:
    """Byte for byte, also in another process with another hash seed."""
    here = "\n".join(play(11, scenario).log)
    assert len(here) > 1_000
    command = [sys.executable, "scripts/sim.py", "--first", "11", "--seeds", "1", "--show"]
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    there = subprocess.run(
        [*command, "--scenario", scenario],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert there == f"{here}\n1 stories, 0 violations\n"


def test_another_seed_is_another_story() -> None:
    assert play(1).log != play(2).log
