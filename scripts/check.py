"""Check what needs no running: format, lint, types, floors, printed documents.

Prints each step and its time; exit 1 if one fails.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from setup_env import ROOT, prepare


def steps(python: str) -> dict[str, list[str]]:
    """Return the name and the command of each step."""
    tools = Path(python).parent
    return {
        "format": [python, "-m", "ruff", "format", "--check", "."],
        "lint": [python, "-m", "ruff", "check", "."],
        "types": [python, "-m", "mypy", "--strict"],
        "floors": [str(tools / "lint-imports")],
        "docs": [python, "scripts/docs.py", "--check"],
    }


def main() -> int:
    """Run the steps that were named, or all."""
    names = list(steps("python"))
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("step", nargs="*", help="one of: " + ", ".join(names))
    given = parser.parse_args()
    if unknown := set(given.step) - set(names):
        parser.error(f"no such step: {', '.join(sorted(unknown))}")
    failed = []
    for name, command in steps(str(prepare(test=True))).items():
        if given.step and name not in given.step:
            continue
        start = time.monotonic()
        done = subprocess.run(
            command,
            cwd=ROOT,
            text=True,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(f"{name:<8} {verdict:<6} {time.monotonic() - start:6.1f} s", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
