"""What this window remembers for itself: look, text size, place. Nothing of it is secret or money.

Kept in an INI file in the profile's folder; a file that cannot be read means the defaults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from wallet.gui.theme import SCALES, Scheme

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "window.ini"
UNDO_SECONDS = 5  # ux.md 5.5


class Preferences(QObject):
    """Look and place of the window.

    Signals:
        look_changed: scheme or text size are others now.
    """

    look_changed = Signal()

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        path = str(folder / FILE_NAME) if folder is not None else ""
        self._kept = QSettings(path, QSettings.Format.IniFormat) if path else None
        self._waits = True
        self._scheme = self._read_scheme()
        self._percent = self._read_percent()

    @property
    def scheme(self) -> Scheme:
        """The palette the person chose."""
        return self._scheme

    @property
    def percent(self) -> int:
        """The text size, one of `theme.SCALES`."""
        return self._percent

    def set_scheme(self, scheme: Scheme) -> None:
        """Choose a palette; acts at once."""
        self._scheme = scheme
        self._keep("scheme", scheme.value)
        self.look_changed.emit()

    def set_percent(self, percent: int) -> None:
        """Choose a text size; acts at once."""
        if percent not in SCALES or percent == self._percent:
            return
        self._percent = percent
        self._keep("percent", percent)
        self.look_changed.emit()

    def step_percent(self, steps: int) -> None:
        """Make the text larger or smaller by steps of the scale."""
        place = SCALES.index(self._percent) + steps
        self.set_percent(SCALES[min(max(place, 0), len(SCALES) - 1)])

    @property
    def undo_seconds(self) -> int:
        """How long a payment waits before it leaves; 0: not at all."""
        off = self._kept is not None and str(self._kept.value("undo")) == "0"
        return 0 if off or not self._waits else UNDO_SECONDS

    def set_undo(self, *, on: bool) -> None:
        """Let payments wait before they leave, or not."""
        self._waits = on
        self._keep("undo", str(UNDO_SECONDS if on else 0))

    def place(self, screens: str) -> QByteArray | None:
        """Return where the window stood on this set of screens."""
        value = self._kept.value(f"place/{screens}") if self._kept is not None else None
        return value if isinstance(value, QByteArray) else None

    def keep_place(self, screens: str, geometry: QByteArray) -> None:
        """Remember where the window stands on this set of screens."""
        self._keep(f"place/{screens}", geometry)

    def _read_scheme(self) -> Scheme:
        value = self._kept.value("scheme") if self._kept is not None else None
        return Scheme(value) if value in list(Scheme) else Scheme.SYSTEM

    def _read_percent(self) -> int:
        value = str(self._kept.value("percent")) if self._kept is not None else ""
        return int(value) if value.isascii() and value.isdigit() and int(value) in SCALES else 100

    def _keep(self, key: str, value: object) -> None:
        if self._kept is not None:
            self._kept.setValue(key, value)
