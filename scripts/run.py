"""Set Tallystick up (once) and start it: `python3 scripts/run.py [demo | any command]`.

Without arguments the wallet opens; `demo` puts a shop in a second process beside it. Everything
else is handed to `tallystick`: see `scripts/run.py --help`. Without a display the demo runs in the
terminal.
"""

from __future__ import annotations

import os
import subprocess
import sys

from setup_env import child_environment, has_display, prepare, say


def wallet_arguments(given: list[str]) -> list[str]:
    """Return what the wallet is started with; without a display a window becomes a terminal."""
    if has_display() or given not in ([], ["demo"]):
        return given
    say(
        "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY): the demo, in the terminal."
    )
    return ["demo", "--terminal"]


def main() -> int:
    """Prepare, then become the wallet."""
    given = sys.argv[1:]
    python = str(prepare())
    # -P: a folder called `wallet` where the person happens to stand must not be taken for ours.
    command = [python, "-P", "-m", "wallet", *wallet_arguments(given)]
    if os.name != "nt":
        os.execve(python, command, child_environment())
    return subprocess.run(command, env=child_environment(), check=False).returncode


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
