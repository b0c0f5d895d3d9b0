"""Check what this project claims, one named check for each line, each by the real command.

Areas are the steps of the project in the order they are built, 01 … 07; without arguments all
that are built. Prints claim, figure, what is wanted, whether it holds and how long it took; exit 1
if one does not hold, 2 if an area is not built. --fast takes a tenth of seeds and rounds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import claims_01
import claims_02
from claims_kit import Claim, Context, Verdict
from setup_env import prepare

AREAS: dict[str, tuple[str, Callable[[], list[Claim]]] | None] = {
    "01": ("The house, and two people who pay each other", claims_01.claims),
    "02": ("Countersigning in full: enzyme, witnesses, many signers", claims_02.claims),
    **{f"{n:02}": None for n in range(3, 8)},
}


def check_area(area: str, context: Context) -> bool | None:
    """Check one area and print it; None if it is not built, else whether every claim holds."""
    built = AREAS[area]
    if built is None:
        print(f"{area}  not built")
        return None
    title, claims = built
    print(f"{area}  {title}" + ("  (--fast: a tenth of seeds and rounds)" if context.fast else ""))
    all_hold = True
    for claim in claims():
        if context.only and context.only not in claim.name:
            continue
        start = time.monotonic()
        try:
            verdict = claim.check(context)
        except Exception as error:  # noqa: BLE001 - a check that breaks is a claim that fails
            verdict = Verdict(figure=f"{type(error).__name__}: {error}", holds=False)
        seconds = time.monotonic() - start
        word = "holds" if verdict.holds else "DOES NOT HOLD"
        print(f"  {claim.name}: {claim.says}", flush=True)
        print(f"      figure {verdict.figure} · wanted {claim.wanted} · {word} · {seconds:.1f} s")
        for line in verdict.notes:
            print(f"      | {line}")
        all_hold = all_hold and verdict.holds
    return all_hold


def main() -> int:
    """Check the areas named, or all that are built."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("area", nargs="*", help="01 … 07")
    parser.add_argument("--fast", action="store_true", help="a tenth of seeds and rounds")
    parser.add_argument("--only", metavar="TEXT", help="only the checks whose name contains this")
    given = parser.parse_args()
    if unknown := [area for area in given.area if area not in AREAS]:
        parser.error(f"no such area: {', '.join(unknown)}; there are {', '.join(AREAS)}")
    python = prepare(test=True)
    areas = given.area or [area for area, built in AREAS.items() if built]
    with Context.open(python, fast=given.fast, only=given.only) as context:
        results = [check_area(area, context) for area in areas]
    if False in results:
        return 1
    return 2 if None in results else 0


if __name__ == "__main__":
    sys.exit(main())
