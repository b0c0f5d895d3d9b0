"""What holds for every test: which ones this system can run, their order, and quiet logs.

* `needs(*names)`: a test bound to a system is chosen when tests are collected, never skipped; the
  ones this system cannot run are named at the end (and by scripts/test.py).
* Tests run in a random order; the seed is printed, `--order-seed N` repeats it.
* A warning from a `wallet` logger fails the test unless it is marked `expects_warnings`.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import random
import shutil
import socket
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# One process has one Qt platform; scripts/test.py asks for xcb in a run of its own.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

pytest_plugins = ["pytester"]

MISSING = pytest.StashKey[list[str]]()
SEED = pytest.StashKey[int]()


def has_programs(*names: str) -> bool:
    """Tell whether all these programs are on the path."""
    return all(shutil.which(name) for name in names)


def can_capture() -> bool:
    """Tell whether the loopback's traffic can be recorded here (AF_PACKET, usually root)."""
    if not hasattr(socket, "AF_PACKET"):
        return False
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
    except OSError:
        return False
    return True


NEEDS: dict[str, Callable[[], bool]] = {
    "linux": lambda: sys.platform == "linux",
    "root": lambda: hasattr(os, "geteuid") and os.geteuid() == 0,
    "iroh": lambda: importlib.util.find_spec("iroh") is not None,
    "secret-service": lambda: has_programs("gnome-keyring-daemon", "dbus-daemon"),
    "xvfb": lambda: has_programs("Xvfb", "xvfb-run", "xauth"),
    "zbarimg": lambda: has_programs("zbarimg"),
    "capture": can_capture,
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this house."""
    parser.addoption("--long", action="store_true", help="also run the tests marked long")
    parser.addoption("--order-seed", type=int, help="seed of the random order; 0: as written")
    parser.addoption("--missing-report", help="file for the names of tests this system cannot run")


def pytest_configure(config: pytest.Config) -> None:
    """Draw the seed of the order."""
    given = config.getoption("--order-seed")
    config.stash[SEED] = random.randrange(1, 10**6) if given is None else given
    config.stash[MISSING] = []


def pytest_report_header(config: pytest.Config) -> str:
    """Print what repeats this run's order."""
    return f"order: --order-seed {config.stash[SEED]}"


def lacking(item: pytest.Item, known: dict[str, bool]) -> list[str]:
    """Return what the test needs and this system lacks; probes each name once."""
    names = [name for mark in item.iter_markers("needs") for name in mark.args]
    for name in names:
        if name not in NEEDS:
            raise pytest.UsageError(f"{item.nodeid}: needs({name!r}) is none of {sorted(NEEDS)}")
        if name not in known:
            known[name] = NEEDS[name]()
    return [name for name in names if not known[name]]


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, None, None]:
    """Leave out what cannot or shall not run here, and shuffle the rest."""
    missing = config.stash[MISSING]
    if not NEEDS["xvfb"]():  # these wait for a run under Xvfb, which will not come
        windows = [item for item in items if item.get_closest_marker("xcb")]
        missing += [f"{item.nodeid} (needs xvfb)" for item in windows]
    yield  # -m and -k choose here
    known: dict[str, bool] = {}
    kept, left = [], []
    for item in items:
        absent = lacking(item, known)
        if absent:
            missing.append(f"{item.nodeid} (needs {', '.join(absent)})")
        elsewhere = item.get_closest_marker("xcb") and os.environ["QT_QPA_PLATFORM"] != "xcb"
        later = item.get_closest_marker("long") and not config.getoption("--long")
        (left if absent or elsewhere or later else kept).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = shuffled(kept, config.stash[SEED])
    missing[:] = dict.fromkeys(missing)
    if report := config.getoption("--missing-report"):
        Path(report).write_text("".join(f"{line}\n" for line in missing), "utf-8")


def shuffled(items: list[pytest.Item], seed: int) -> list[pytest.Item]:
    """Shuffle files, and tests within their file, so that a file's fixtures are made once."""
    if seed == 0:
        return items
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    dice = random.Random(seed)
    groups = list(files.values())
    dice.shuffle(groups)
    for group in groups:
        dice.shuffle(group)
    return [item for group in groups for item in group]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests this system could not run, and the seed of a failed run."""
    config = terminalreporter.config
    for line in config.stash[MISSING]:
        terminalreporter.write_line(f"not collected: {line}")
    if terminalreporter.stats.get("failed"):
        terminalreporter.write_line(f"order of this run: --order-seed {config.stash[SEED]}")


class Heard(logging.Handler):
    """Keeps the warnings and errors of `wallet` loggers during one test."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test that makes the wallet warn without saying that it expects to."""
    heard = Heard()
    logger = logging.getLogger("wallet")
    logger.addHandler(heard)
    try:
        yield
    finally:
        logger.removeHandler(heard)
    if heard.lines and not item.get_closest_marker("expects_warnings"):
        pytest.fail("unexpected log warnings:\n" + "\n".join(heard.lines), pytrace=False)
