"""The window as a process: it comes up, shows the right page, and ends by Ctrl+Q with 0."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.running import LOOPBACK, ROOT, Folders

pytestmark = [
    pytest.mark.xcb,
    pytest.mark.needs("linux", "secret-service", "iroh", "xvfb"),
]
SECONDS = 60


def start(page: str, title: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Start the window, wait for the page, press Ctrl+Q."""
    script = ROOT / "tests" / "helpers" / "window_start.py"
    command = [sys.executable, "-P", str(script), page, title, "--profile", str(folder)]
    return subprocess.run(
        [*command, "--listen", LOOPBACK],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.mark.parametrize(("page", "title"), [("FirstRun", "Tallystick"), ("HomePage", "Ada")])
def test_the_window_comes_up_and_ends_with_zero(
    pair: Folders, tmp_path: Path, page: str, title: str
) -> None:
    folder = pair.ada if page == "HomePage" else tmp_path / "new"
    done = start(page, title, folder)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.splitlines()[-1] == page
