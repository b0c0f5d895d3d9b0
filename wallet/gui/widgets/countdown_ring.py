"""Time left of a session: the number is the text, the ring is decoration (ux.md 5.10, H6).

The engine says how much was left when it looked; from there this counts on a monotonic clock and
never on a counter of its own. When the computer slept, the two clocks disagree: then `stale` asks
for a fresh value before anything is painted.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from wallet.gui import theme
from wallet.gui.text import Words, bare, clock_time, countdown, say, spoken_duration
from wallet.gui.theme import Role, Size
from wallet.gui.widgets.announcing import announce
from wallet.gui.widgets.countdown import Countdown

TICK_MS = 1000
SLEPT_MS = 5_000  # a tick later than this means that the computer slept
SAID_AT = (30, 10, 5)  # seconds left that are announced
URGENT = 10


class CountdownRing(QWidget):
    """Ring, seconds and end time.

    Signals:
        ended: no time is left (once).
        stale: the computer slept; ask the engine again and call `start`.
    """

    ended = Signal()
    stale = Signal()

    def __init__(
        self, parent: QWidget | None = None, *, elapsed: Callable[[], int] | None = None
    ) -> None:
        super().__init__(parent)
        self._countdown = Countdown(self, elapsed)
        self._last_tick = 0
        self._whole = 1
        self._ends_at = 0
        self._said: set[int] = set()
        self._running = False
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.setTimerType(Qt.TimerType.PreciseTimer)
        self._tick.timeout.connect(self.tick)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(bare(say("ring.name")))

    def start(self, remaining: int, whole: int, ends_at: int) -> None:
        """Count from the engine's figures: ms left now, ms of the whole, end as ms UTC.

        Starting again with fresh figures of the same end announces nothing twice.
        """
        if ends_at != self._ends_at:
            self._said = {second for second in SAID_AT if second * 1000 >= remaining}
            self._said.discard(0)
        was_new = ends_at != self._ends_at
        self._ends_at, self._whole = ends_at, max(1, whole)
        self._countdown.start(remaining)
        self._last_tick = self._countdown.elapsed()
        self._running = remaining > 0
        if self._running:
            self._tick.start()
            if was_new:
                self._announce(say("ring.announce", duration=spoken_duration(remaining)))
        self._describe()
        self.update()

    def stop(self) -> None:
        """Stop counting; nothing is announced any more."""
        self._running = False
        self._tick.stop()
        self.update()

    def left(self) -> int:
        """Return the milliseconds left, at least 0."""
        return self._countdown.left()

    def text(self) -> Words:
        """Return the time left and the end time in words."""
        if not self.left():
            return say("ring.over")
        return say("ring.left", left=countdown(self.left()), end=clock_time(self._ends_at))

    @Slot()
    def tick(self) -> None:
        """Look at the clock; called once a second."""
        now = self._countdown.elapsed()
        slept, self._last_tick = now - self._last_tick > SLEPT_MS, now
        if slept:
            self.stale.emit()
        if not self._running:
            return
        seconds = -(-self.left() // 1000)
        for mark in SAID_AT:
            if seconds <= mark and mark not in self._said and seconds > 0:
                self._said.add(mark)
                words = say("ring.announce", duration=spoken_duration(seconds * 1000))
                self._announce(words, urgent=mark <= URGENT)
        if seconds == 0:
            self.stop()
            self._announce(say("ring.over"), urgent=True)
            self.ended.emit()
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(theme.RING), theme.px(theme.RING))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = theme.px(theme.GAP)
        side = min(self.width(), self.height()) - thick
        circle = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        colours = theme.colours()
        painter.setPen(QPen(colours.surface("hairline"), thick))
        painter.drawEllipse(circle)
        if self.left():
            self._paint_part(painter, circle, thick)
        painter.setPen(colours.of(Role.TEXT))
        painter.setFont(theme.font(Size.HERO, bold=True))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, countdown(self.left()))
        below = circle.adjusted(0, circle.height() * 0.44, 0, 0)
        painter.setPen(colours.of(Role.NEUTRAL))
        painter.setFont(theme.font(Size.SMALL))
        of = say("ring.of", whole=spoken_duration(self._whole))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, of)
        painter.end()

    def _paint_part(self, painter: QPainter, circle: QRectF, thick: int) -> None:
        # With less motion asked for the ring stands still in quarters; the number goes on.
        share = min(1.0, self.left() / self._whole)
        if self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0:
            share = -(-int(share * 100) // 25) * 0.25
        pen = QPen(theme.colours().of(Role.ATTENTION), thick)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(circle, 90 * 16, round(share * 360 * 16))

    def _describe(self) -> None:
        self.setAccessibleDescription(bare(self.text()))

    def _announce(self, words: str, *, urgent: bool = False) -> None:
        announce(self, words, urgent=urgent)
