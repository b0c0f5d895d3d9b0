"""`tallystick` and `python -m wallet`: without a command the window, with one the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code.

    A `tallystick:` link as the only argument opens the window with it filled in.
    """
    given = list(sys.argv[1:] if argv is None else argv)
    from wallet import app

    windowed = app.window_arguments(given)
    if windowed is not None:
        import gc

        # Almost nothing a start makes is thrown away; the window goes on collecting once filled.
        gc.disable()
        return app.show_window(windowed.profile, windowed.link, windowed.listen)
    return app.run_command(given)


if __name__ == "__main__":
    sys.exit(main())
