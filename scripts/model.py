"""Search every state that countersigning sessions can come to, and hold it against the laws.

    scripts/model.py                        all cases, and all planted faults, which must be caught
    scripts/model.py --case payment-2       one case; --list names them
    scripts/model.py --case "N7 (payment-2, open)" --trace      what a planted fault does

Cases, laws and planted faults: tests/model/. A violation prints its shortest trace; for planted
faults, which must violate, --trace does. The last line is `S states, V violations`; a planted
fault that is not caught counts as a violation. Exit code 1 if V > 0.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from setup_env import enter

enter()

from tests.model.cases import CASES, LONG_CASES  # noqa: E402
from tests.model.controls import CONTROLS  # noqa: E402
from tests.model.crowds import CROSSINGS, PLANTED, search_crossing  # noqa: E402
from tests.model.laws import LAWS, search  # noqa: E402
from tests.model.rivals import PLANTED_RIVALS, RIVALS, search_rivals  # noqa: E402
from tests.model.search import Found  # noqa: E402

_ALL = {**CASES, **LONG_CASES, **CONTROLS}
_MEETINGS = {**CROSSINGS, **PLANTED}
_CONTESTS = {**RIVALS, **PLANTED_RIVALS}
_ALL_PLANTED = (*CONTROLS, *PLANTED, *PLANTED_RIVALS)


def main() -> int:
    """Search, print, return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known: dict[str, Callable[[], Found]] = {
        **{name: partial(search, case) for name, case in _ALL.items()},
        **{name: partial(search_crossing, one) for name, one in _MEETINGS.items()},
        **{name: partial(search_rivals, one) for name, one in _CONTESTS.items()},
    }
    parser.add_argument("--case", choices=list(known), metavar="NAME", help="only this one")
    parser.add_argument("--long", action="store_true", help="also the largest sessions: minutes")
    parser.add_argument("--trace", action="store_true", help="show the trace of planted faults")
    parser.add_argument("--list", action="store_true", help="name cases, planted faults and laws")
    wanted = parser.parse_args()
    if wanted.list:
        print("\n".join([*known, *(f"{law}: {says}" for law, says in LAWS.items())]))
        return 0
    states = violations = 0
    for name in _chosen(wanted.case, long=wanted.long):
        found = known[name]()
        states += found.states
        planted = name in _ALL_PLANTED
        violations += _print(name, found, planted=planted, trace=wanted.trace)
    print(f"{states} states, {violations} violations")
    return 1 if violations else 0


def _chosen(name: str | None, *, long: bool) -> list[str]:
    if name:
        return [name]
    return [*CASES, *(LONG_CASES if long else ()), *CROSSINGS, *RIVALS, *_ALL_PLANTED]


def _print(name: str, found: Found, *, planted: bool, trace: bool) -> int:
    """Print one search; return how many violations it is worth."""
    bad = int(found.cut or bool(found.violations) is not planted)
    verdict = (
        f"not complete, cut at {found.states} states"
        if found.cut
        else "caught"
        if found.violations
        else "nothing found"
    )
    print(f"{name}: {found.states} states, {found.moves} moves, {found.sides} sides: {verdict}")
    if found.violations and (trace or not planted):
        print("\n".join(map(str, found.violations)))
    sys.stdout.flush()
    return bad


if __name__ == "__main__":
    sys.exit(main())
