"""Set up, check and test: `python3 scripts/test.py` is what the build machine runs.

Two runs of pytest: everything without a screen, then the tests marked `xcb` under Xvfb; on Linux
both inside a message bus of their own, so that a real Secret Service can be started. Arguments this
program does not know go to pytest (`-k`, `-x`, paths …). Tests bound to a system that is not here
are not collected and are named at the end; on Debian as root none may be missing.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from setup_env import ROOT, prepare, pytest_command

NOTHING_COLLECTED = 5
SLOWEST = 10
CLOSING_LINES = 3


def run_pytest(arguments: list[str], report: Path, *, xcb: bool) -> tuple[int, list[str]]:
    """Run pytest once; print its output as it comes; return exit code and closing lines."""
    arguments = [f"--missing-report={report}", f"--durations={SLOWEST}", *arguments]
    command, environment = pytest_command(arguments, xcb=xcb)
    print("$", shlex.join(command), flush=True)
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        print(line, end="", flush=True)
        lines.append(line.rstrip())
    code = process.wait()
    closing = [line for line in lines if line and not line.startswith("dbus-daemon[")]
    return (0 if code == NOTHING_COLLECTED and xcb else code), closing[-CLOSING_LINES:]


def may_nothing_be_missing() -> bool:
    """Tell whether this system must have everything: Debian, and we are root."""
    return Path("/etc/debian_version").exists() and os.geteuid() == 0


def parse() -> tuple[argparse.Namespace, list[str]]:
    """Read the command line; what is not ours is pytest's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="also the long tests (up to an hour)")
    parser.add_argument("--fast", action="store_true", help="without the checks, tests only")
    return parser.parse_known_args()


def main() -> int:
    """Run everything and close with what was missing, how it ended and how long it took."""
    given, arguments = parse()
    start = time.monotonic()
    python = prepare(test=True)
    failed = []
    if not given.fast:
        check = [str(python), str(ROOT / "scripts" / "check.py")]
        if subprocess.run(check, check=False).returncode:
            failed.append("check")
    if given.all:
        arguments.append("--long")
    closings, missing = {}, []
    with tempfile.TemporaryDirectory(prefix="tallystick-test-") as folder:
        for name in ("offscreen", "xcb"):
            if name == "xcb" and not shutil.which("xvfb-run"):
                continue
            report = Path(folder) / name
            code, closings[name] = run_pytest(arguments, report, xcb=name == "xcb")
            if code:
                failed.append(name)
            missing += report.read_text("utf-8").splitlines() if report.exists() else []
    missing = list(dict.fromkeys(missing))
    print(f"\nNot collected, because the system lacks what they need: {len(missing)}")
    for line in missing:
        print("  " + line)
    if missing and may_nothing_be_missing():
        failed.append("missing tests (on Debian as root every test must run)")
    for name, lines in closings.items():
        print(f"{name}:", *lines, sep="\n  ")
    print(
        f"{time.monotonic() - start:.0f} s; "
        + ("failed: " + ", ".join(failed) if failed else "all good")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
