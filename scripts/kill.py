"""Kill real wallets at random points, and see that they agree when all are back.

Three processes over iroh on the loopback: two pay each other, the third is their enzyme (mode E),
their witness (mode Q) or idle (mode P), in turns.  In each round one to three of them die by
SIGKILL before or after a commit, a message sent, received or acknowledged, are started again at
once or after the end of all sessions, and everything must settle: equal balances and tally
chains, no session open, no lock held, every payment that was taken made once.  At the end all
chains are verified.

A split is a round after which both do not show the same; a stuck lock one that does not settle in a
minute.  Deadlines are shorter than in the wallet (`tests/helpers/killing.py` says which).  The
same seed throws the same dice; what the machine does in between is its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from setup_env import enter

enter()

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.helpers.killing import MODES, Rounds, a_plan  # noqa: E402

EVERY = 25


def main() -> int:
    """Play the rounds and print what was seen; 1 if something went wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=300, help="how many (default 300)")
    parser.add_argument("--seed", type=int, default=1, help="of the dice (default 1)")
    parser.add_argument("--modes", default="".join(MODES), help="which, in turns (default PEQ)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the three profiles there")
    given = parser.parse_args()
    if given.rounds < 1:
        parser.error("--rounds is at least 1")
    if not given.modes or set(given.modes) - set(MODES):
        parser.error(f"--modes are letters of {''.join(MODES)}")
    with (
        tempfile.TemporaryDirectory(prefix="kill-") as folder,
        Rounds(given.keep or Path(folder), given.seed) as rounds,
    ):
        return play(rounds, given.rounds, given.modes)


def play(rounds: Rounds, count: int, modes: str) -> int:
    """Play so many rounds, the modes in turns, in the processes that run."""
    seen = rounds.seen
    for number in range(count):
        told = len(seen.troubles)
        rounds.play(a_plan(rounds.dice, modes[number % len(modes)]))
        print(*seen.troubles[told:], sep="\n", end="\n" * (len(seen.troubles) > told))
        if seen.rounds % EVERY == 0:
            print(f"{seen.rounds} rounds, {seen.kills} kills, {seen.seconds:.0f} s", flush=True)
    broken = rounds.verify()
    for one in broken:
        print(f"does not verify: {one}")
    each = seen.seconds / seen.rounds
    print(f"{seen.kills} kills, {seen.payments} payments, {each:.2f} s a round")
    print(f"{seen.rounds} rounds, {seen.splits} splits, {seen.stuck} stuck locks")
    return 1 if seen.splits or seen.stuck or broken else 0


if __name__ == "__main__":
    sys.exit(main())
