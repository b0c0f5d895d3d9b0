"""Time left as the engine gave it, counted on a monotonic clock; the status bar needs no ring."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject


class Countdown(QObject):
    """What is left of a time that the engine gave, on a monotonic clock."""

    def __init__(
        self, parent: QObject | None = None, elapsed: Callable[[], int] | None = None
    ) -> None:
        super().__init__(parent)
        timer = QElapsedTimer()
        timer.start()
        self.elapsed = elapsed or timer.elapsed
        self._left_then = 0
        self._then = 0

    def start(self, remaining: int) -> None:
        """Count from here: `remaining` milliseconds are left now."""
        self._left_then, self._then = remaining, self.elapsed()

    def left(self) -> int:
        """Return the milliseconds left, at least 0."""
        return max(0, self._left_then - (self.elapsed() - self._then))
