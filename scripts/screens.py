"""Paint every screen in every state with sample data: `scripts/screens.py --out DIR [NAME…]`.

Light, dark and high contrast at 100 %, light and dark at 200 %, as PNG, without a display.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from setup_env import enter

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QApplication

ROOT = Path(__file__).resolve().parent.parent
PICTURES = {"home": "home", "countdown": "session-ready", "not-known-yet": "session-unknown-payer"}
LOOKS = (("light", 100), ("dark", 100), ("contrast", 100), ("light", 200), ("dark", 200))


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--out", type=Path, help="folder for the pictures")
    parser.add_argument(
        "--pictures", action="store_true", help="only those of README and guide, into docs/pictures"
    )
    parser.add_argument("--look", help="only this look, e.g. light-100")
    parser.add_argument("--size", help="size of the window; 1024x640, of pictures 1100x720")
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

    from tests.gui.stories import STORIES

    def hear(kind: QtMsgType, context: object, text: str) -> None:
        del context
        if "propagateSizeHints" not in text:
            print(f"{kind.name}: {text}", file=sys.stderr)

    qInstallMessageHandler(hear)
    names = [n for n in STORIES if not given.name or n.startswith(tuple(given.name))]
    if given.list:
        print(*names, sep="\n")
        return 0
    folder = ROOT / "docs" / "pictures" if given.pictures else given.out
    if folder is None:
        print("say where with --out DIR", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    size = given.size or ("1100x720" if given.pictures else "1024x640")
    painted = 0
    for file, name, (scheme, percent) in wanted(names, given):
        paint(app, name, scheme, percent, size).save(str(folder / f"{file}.png"))
        painted += 1
    print(f"{painted} pictures in {folder}")
    return 0


def wanted(
    names: list[str], given: argparse.Namespace
) -> Iterator[tuple[str, str, tuple[str, int]]]:
    """Yield the file, the screen and the look of each picture."""
    if given.pictures:
        use_plain_names()
        for file, name in PICTURES.items():
            yield file, name, LOOKS[0]
        return
    for look in LOOKS:
        title = f"{look[0]}-{look[1]}"
        if given.look in (None, title):
            yield from ((f"{name}.{title}", name, look) for name in names)


def use_plain_names() -> None:
    """Give the sample's partners names without markup and of ordinary length."""
    from tests.helpers import sample

    sample.MALLORY = sample.a_person("Hana Holm")
    sample.DORA = sample.a_person("Repair shop", online=False)


def paint(app: QApplication, name: str, scheme: str, percent: int, size: str) -> QPixmap:
    """Play one story and return what its window shows."""
    from tests.gui.stories import STORIES, a_stage
    from wallet.gui.theme import Scheme, apply_theme

    stage = a_stage()
    stage.size = tuple(int(part) for part in size.split("x"))
    apply_theme(app, Scheme(scheme), percent)
    STORIES[name](stage)
    stage.settle()
    shown = stage.shown or stage.window
    assert shown is not None
    picture: QPixmap = shown.grab()
    stage.close()
    return picture


if __name__ == "__main__":
    enter()
    sys.exit(main())
