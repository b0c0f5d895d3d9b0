"""All scenarios by name, and how each story is told."""

from __future__ import annotations

from tests.sim import sessions, stories
from tests.sim.stories import Story

NAMES = (*stories.SCENARIOS, "sessions")


def play(seed: int, scenario: str = "pair", nodes: int = 0) -> Story:
    """Tell the story of this seed."""
    if scenario == "sessions":
        return sessions.play(seed, nodes)
    return stories.play(seed, scenario, nodes)
