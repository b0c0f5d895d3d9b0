"""Icons of one set: Phosphor (MIT), from the font that QtAwesome brings.

The font file is read without importing QtAwesome: its import alone takes longer than our whole
window (measured: 120 ms and 45 ms more for the first icon, against 3 ms this way).
Each icon is drawn in the palette's colours at the moment it is painted, so a change of theme needs
nothing from anybody.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from wallet.gui import theme
from wallet.gui.theme import Role

# Our names for what an icon stands for, so that a screen never names a picture.
NAMES = {
    "home": "house",
    "tallies": "arrows-left-right",
    "activity": "list-bullets",
    "notices": "bell",
    "settings": "gear",
    "pay": "paper-plane-right",
    "request": "receipt",
    "scan": "camera",
    "code": "qr-code",
    "invite": "user-plus",
    "search": "magnifying-glass",
    "dark": "moon",
    "light": "sun",
    "hide": "eye-slash",
    "show": "eye",
    "lock": "lock",
    "key": "key",
    "draft": "circle-dashed",
    "waiting": "clock",
    "signing": "timer",
    "agreed": "check-circle-fill",
    "unknown": "circle-half",
    "refused": "x-circle",
    "withdrawn": "arrow-u-up-left",
    "expired": "hourglass",
    "broken": "warning-fill",
    "offered": "paper-plane-right",
    "received": "hand-waving",
    "open": "handshake",
    "online": "circle-fill",
    "offline": "circle",
    "warning": "warning",
    "info": "info",
    "good": "check",
    "copy": "copy",
    "save": "floppy-disk",
    "back": "arrow-left",
    "forward": "caret-right",
    "close": "x",
    "more": "dots-three",
    "paste": "clipboard",
    "picture": "image",
    "file": "file-arrow-down",
    "link": "link",
    "person": "user",
    "safe": "shield-check",
    "unsafe": "shield-warning",
    "ticket": "ticket",
    "in": "arrow-down-left",
    "out": "arrow-up-right",
    "sessions": "pen-nib",
    "sign": "pencil-line",
    "add": "plus",
    "filter": "funnel",
    "keyboard": "keyboard",
    "step_done": "check-circle",
    "step_open": "circle",
    "step_now": "circle-half",
    "even": "handshake",
}


@lru_cache(maxsize=1)
def _family() -> tuple[str, dict[str, str]]:
    """Load the font once; return its family and the code point of each picture."""
    import importlib.util
    import json
    from pathlib import Path

    found = importlib.util.find_spec("qtawesome")
    if found is None or found.origin is None:
        raise FileNotFoundError("the package with the icons is not installed")
    fonts = Path(found.origin).parent / "fonts"
    number = QFontDatabase.addApplicationFont(str(next(fonts.glob("phosphor-*.ttf"))))
    (family,) = QFontDatabase.applicationFontFamilies(number)
    listed = json.loads(next(fonts.glob("phosphor-charmap-*.json")).read_text("utf-8"))
    return family, {name: chr(int(listed[picture], 16)) for name, picture in NAMES.items()}


class _Engine(QIconEngine):
    """Draws one sign of the icon font in the colour of a role."""

    def __init__(self, name: str, role: Role) -> None:
        super().__init__()
        self._name = name
        self._role = role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        del state
        role = Role.NEUTRAL if mode is QIcon.Mode.Disabled else self._role
        paint_icon(painter, rect, self._name, theme.colours().of(role))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._role)


_ready = False  # tests and pictures load them at once, by `load_icons`


def load_icons() -> None:
    """Load the font; until then icons are not painted, so that the first paint need not wait."""
    global _ready
    _family()
    _ready = True


def paint_icon(painter: QPainter, rect: QRect, name: str, colour: QColor) -> None:
    """Paint the icon of this name into the largest square of `rect`, without changing `painter`."""
    if not _ready:
        return
    family, signs = _family()
    painter.save()
    face = QFont(family)
    face.setPixelSize(max(1, min(rect.width(), rect.height())))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(face)
    painter.setPen(colour)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, signs[name])
    painter.restore()


def icon(name: str, role: Role = Role.TEXT) -> QIcon:
    """Return the icon of this name (a key of `NAMES`)."""
    if name not in NAMES:
        raise KeyError(name)
    return QIcon(_Engine(name, role))


def icon_pixmap(name: str, role: Role = Role.TEXT, size: int = theme.ICON) -> QPixmap:
    """Return the icon as a picture of `size` pixels at 100 %; must be made anew after a change."""
    ratio = 2
    length = theme.px(size) * ratio
    made = _Engine(name, role).pixmap(QSize(length, length), QIcon.Mode.Normal, QIcon.State.Off)
    made.setDevicePixelRatio(ratio)
    return made
