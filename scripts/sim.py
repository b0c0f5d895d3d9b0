"""Play stories of simulated wallets and check the laws of their world.

    scripts/sim.py --seeds 500                 one story per seed, scenario pair
    scripts/sim.py --first 42 --seeds 1 --show the whole story of seed 42
    scripts/sim.py --scenario sessions         all modes, up to eight signers, liars and the dead

A seed alone reproduces its story byte for byte. Scenarios and laws: tests/sim/stories.py, laws.py;
sessions.py, cast.py, tricks.py, session_laws.py.
The last line is `N stories, V violations`; exit code 1 if V > 0.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from setup_env import enter

enter()

from tests.sim.scenarios import NAMES, play  # noqa: E402
from tests.sim.stories import Story  # noqa: E402


def main() -> int:
    """Play, print each violation, return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=50, help="how many stories (50)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (1)")
    parser.add_argument("--nodes", type=int, default=0, help="wallets; 0: as the scenario says")
    parser.add_argument("--scenario", choices=[*NAMES, "all"], default="pair")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--show", action="store_true", help="print every story in full")
    wanted = parser.parse_args()
    names = list(NAMES) if wanted.scenario == "all" else [wanted.scenario]
    seeds = range(wanted.first, wanted.first + wanted.seeds)
    stories = violations = 0
    for name in names:
        tell = partial(play, scenario=name, nodes=wanted.nodes)
        for story in _play_all(tell, seeds, wanted.jobs):
            stories += 1
            violations += len(story.troubles)
            _print(story, show=wanted.show)
    print(f"{stories} stories, {violations} violations")
    return 1 if violations else 0


def _be_quiet() -> None:
    # What a wallet makes of a liar's bytes, or a liar of its own, fills screens; the laws say all.
    logging.getLogger("wallet").setLevel(logging.CRITICAL)


def _play_all(tell: partial[Story], seeds: range, jobs: int) -> list[Story]:
    if jobs <= 1 or len(seeds) == 1:
        _be_quiet()
        return [tell(seed) for seed in seeds]
    workers = min(jobs, len(seeds))
    with multiprocessing.get_context("spawn").Pool(workers, _be_quiet) as pool:
        return pool.map(tell, seeds, chunksize=5)


def _print(story: Story, *, show: bool) -> None:
    if show:
        print("\n".join(story.log))
    for law, what in story.troubles:
        print(f"seed {story.seed} ({story.scenario}) breaks: {law}: {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
