"""What checks of claims are made of: run a command, pick a figure, count tests."""

from __future__ import annotations

import json
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from setup_env import ROOT, child_environment, pytest_command

LIMIT_S = 40 * 60
TAIL = 12


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: the figure, whether the claim holds, and lines worth reading."""

    figure: str
    holds: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ran:
    """One command that has ended."""

    code: int
    output: str

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines of its output."""
        return tuple(self.output.strip().splitlines()[-TAIL:])


@dataclass(slots=True)
class Context:
    """What all checks of a run share: the environment, a folder, and what was measured once."""

    python: Path
    folder: Path
    fast: bool
    only: str | None
    figures: dict[str, dict[str, float]] | None = None
    ran: dict[str, Ran] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def open(cls, python: Path, *, fast: bool, only: str | None) -> Iterator[Context]:
        """Give a context with a folder of its own."""
        with tempfile.TemporaryDirectory(prefix="tallystick-claims-") as folder:
            yield cls(python, Path(folder), fast, only)

    def script(self, name: str, *arguments: str) -> Ran:
        """Run one of our scripts to its end."""
        return run([str(self.python), f"scripts/{name}", *arguments])

    def rounds(self, full: int) -> int:
        """Return how many rounds to make: all, or a tenth."""
        return max(1, full // 10) if self.fast else full

    def figure(self, name: str, key: str) -> float:
        """Return one number of scripts/bench.py, which runs once for all claims."""
        if self.figures is None:
            self.figures = self.measure()
        if name not in self.figures:
            raise LookupError(f"scripts/bench.py printed no {name}")
        return float(self.figures[name][key])

    def measure(self) -> dict[str, dict[str, float]]:
        """Run scripts/bench.py and read its lines."""
        target = self.folder / "bench.json"
        words = ["--json", str(target)]
        if self.fast and "--fast" in self.script("bench.py", "--help").output:
            words.append("--fast")
        ran = self.script("bench.py", *words)
        if not target.exists():
            raise RuntimeError("scripts/bench.py: " + " / ".join(ran.tail[-3:]))
        lines = map(json.loads, target.read_text("utf-8").splitlines())
        return {line["name"]: line for line in lines}

    def tests(
        self, paths: list[str], keyword: str = "", *, xcb: bool = False, least: int = 1
    ) -> Verdict:
        """Run tests in a bus (and screen) of their own; holds if `least` ran and all passed."""
        report = self.folder / "report.xml"
        report.unlink(missing_ok=True)
        arguments = [f"--junitxml={report}", *(["-k", keyword] if keyword else []), *paths]
        command, environment = pytest_command(arguments, xcb=xcb)
        ran = run(command, environment)
        if not report.exists():
            return Verdict("no test ran", holds=False, notes=ran.tail)
        cases = list(ElementTree.parse(report).iter("testcase"))
        bad = [c for c in cases if c.find("failure") is not None or c.find("error") is not None]
        holds = len(cases) >= least and not bad and ran.code == 0
        figure = f"{len(cases) - len(bad)} of {len(cases)} tests pass"
        return Verdict(figure, holds, () if holds else ran.tail)


@dataclass(frozen=True, slots=True)
class Claim:
    """One line of what is claimed, and the check for it."""

    name: str
    says: str
    wanted: str
    check: Callable[[Context], Verdict]


def run(command: list[str], environment: dict[str, str] | None = None, cwd: Path = ROOT) -> Ran:
    """Run a command to its end and keep its output; a command over the limit has failed."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment or child_environment(),
            text=True,
            check=False,
            timeout=LIMIT_S,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except subprocess.TimeoutExpired:
        return Ran(-1, f"not finished after {LIMIT_S} s")
    return Ran(done.returncode, done.stdout)


def at_most(name: str, key: str, limit: float) -> Callable[[Context], Verdict]:
    """Make the check that a figure of bench.py does not exceed a limit."""

    def check(context: Context) -> Verdict:
        value = context.figure(name, key)
        return Verdict(f"{value:.4g}", value <= limit)

    return check


def at_least(name: str, key: str, limit: float) -> Callable[[Context], Verdict]:
    """Make the check that a figure of bench.py reaches a limit."""

    def check(context: Context) -> Verdict:
        value = context.figure(name, key)
        return Verdict(f"{value:.4g}", value >= limit)

    return check


def below(name: str, key: str, limit: float) -> Callable[[Context], Verdict]:
    """Make the check that a figure of bench.py stays below a limit."""

    def check(context: Context) -> Verdict:
        value = context.figure(name, key)
        return Verdict(f"{value:.4g}", value < limit)

    return check


def shown(name: str, key: str) -> Callable[[Context], Verdict]:
    """Make the check that a figure of bench.py is there; it has no limit."""

    def check(context: Context) -> Verdict:
        return Verdict(f"{context.figure(name, key):.4g}", holds=True)

    return check


def passing(
    paths: list[str], keyword: str = "", *, xcb: bool = False, least: int = 1
) -> Callable[[Context], Verdict]:
    """Make the check that at least so many tests are there, and pass."""

    def check(context: Context) -> Verdict:
        return context.tests(paths, keyword, xcb=xcb, least=least)

    return check
