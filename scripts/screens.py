"""Paint every screen in every state with sample data: `scripts/screens.py --out DIR [NAME…]`.

Light, dark and high contrast at 100 %, light and dark at 200 %, as PNG, without a display.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from setup_env import enter

ROOT = Path(__file__).resolve().parent.parent
LOOKS = (("light", 100), ("dark", 100), ("contrast", 100), ("light", 200), ("dark", 200))


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--out", type=Path, help="folder for the pictures")
    parser.add_argument("--look", help="only this look, e.g. light-100")
    parser.add_argument("--size", default="1024x640", help="size of the window")
    parser.add_argument("--list", action="store_true", help="name the screens and stop")
    parser.add_argument("name", nargs="*", help="only screens whose name begins so")
    return parser.parse_args()


def main() -> int:
    """Paint what was asked for; the last line says how many."""
    given = parse()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["TZ"] = "UTC"
    sys.path.insert(0, str(ROOT))
    from PySide6.QtCore import QtMsgType, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from tests.gui.stories import STORIES, a_stage
    from wallet.gui.theme import Scheme, apply_theme

    def hear(kind: QtMsgType, context: object, text: str) -> None:
        del context
        if "propagateSizeHints" not in text:
            print(f"{kind.name}: {text}", file=sys.stderr)

    qInstallMessageHandler(hear)
    names = [n for n in STORIES if not given.name or n.startswith(tuple(given.name))]
    if given.list:
        print(*names, sep="\n")
        return 0
    if given.out is None:
        print("say where with --out DIR", file=sys.stderr)
        return 2
    given.out.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    width, height = (int(part) for part in given.size.split("x"))
    painted = 0
    for scheme, percent in LOOKS:
        look = f"{scheme}-{percent}"
        if given.look and given.look != look:
            continue
        for name in names:
            stage = a_stage()
            stage.size = (width, height)
            apply_theme(app, Scheme(scheme), percent)
            STORIES[name](stage)
            stage.settle()
            shown = stage.shown or stage.window
            assert shown is not None
            shown.grab().save(str(given.out / f"{name}.{look}.png"))
            painted += 1
            stage.close()
    print(f"{painted} pictures in {given.out}")
    return 0


if __name__ == "__main__":
    enter()
    sys.exit(main())
