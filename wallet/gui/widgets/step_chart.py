"""A balance over time as a step line; arrows move a cursor that speaks (ux.md 5.26)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from wallet.gui import theme
from wallet.gui.text import Figures, Words, bare, day, say
from wallet.gui.theme import Role, Size
from wallet.gui.widgets.announcing import announce

HEIGHT = 140
SayBalance = Callable[[int], Words]


class StepChart(QWidget):
    """Points (day, balance) as steps; the zero line is where nobody owes."""

    def __init__(self, parent: QWidget | None = None, *, height: int = HEIGHT) -> None:
        super().__init__(parent)
        self._height = height
        self._say_balance: SayBalance | None = None
        self._points: tuple[tuple[int, int], ...] = ()
        self._figures = Figures()
        self._now = 0
        self._cursor: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_points(
        self,
        points: tuple[tuple[int, int], ...],
        figures: Figures,
        now: int,
        say_balance: SayBalance | None = None,
    ) -> None:
        """Show these points, oldest first; times in ms UTC, balances in milli-units.

        `say_balance` puts a balance into words; without it, it is that of the whole wallet.
        """
        self._say_balance = say_balance
        self._points, self._figures, self._now = points, figures, now
        self._cursor = None
        if points:
            words = say("home.balance_name", first=self.words(0), last=self.words(len(points) - 1))
            self.setAccessibleName(bare(words))
        self.update()

    def words(self, number: int) -> Words:
        """Say one point: "2 May: others owe you 16.00 more than you owe"."""
        at, balance = self._points[number]
        if self._say_balance is not None:
            return Words(f"{day(at, self._now)}: {self._say_balance(balance)}")
        key = "home.level" if not balance else "home.positive" if balance > 0 else "home.negative"
        words = say(key, amount=self._figures.show(balance))
        return Words(f"{day(at, self._now)}: {words}")

    def sizeHint(self) -> QSize:
        return QSize(theme.px(theme.TEXT_WIDTH), theme.px(self._height))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if steps is None or not self._points:
            super().keyPressEvent(event)
            return
        last = len(self._points) - 1
        here = last + 1 if self._cursor is None else self._cursor
        self._cursor = min(max(here + steps, 0), last)
        announce(self, self.words(self._cursor))
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._cursor = None
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._points and not self._figures.hidden:
            self._paint(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colours().of(Role.INFO), theme.RING_WIDTH))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        colours, gap = theme.colours(), theme.px(theme.GAP)
        painter.setFont(theme.font(Size.SMALL))
        below = painter.fontMetrics().height() + theme.px(theme.TIGHT)
        area = QRectF(self.rect()).adjusted(gap, gap, -gap, -gap - below)
        values = [balance for _, balance in self._points]
        low, high = min(0, *values), max(0, *values)

        def height(balance: int) -> float:
            return area.bottom() - area.height() * ((balance - low) / max(1, high - low))

        width = area.width() / max(1, len(values) - 1)
        line = QPolygonF()
        for number, balance in enumerate(values):
            if number:
                line.append(QPointF(area.left() + number * width, height(values[number - 1])))
            line.append(QPointF(area.left() + number * width, height(balance)))
        zero = height(0)
        shape = QPolygonF(line)
        shape.append(QPointF(area.right(), zero))
        shape.append(QPointF(area.left(), zero))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.surface("selected"))
        painter.drawPolygon(shape)
        painter.setPen(QPen(colours.surface("outline"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colours.of(Role.INFO), 2))
        painter.drawPolyline(line)
        painter.setPen(colours.of(Role.NEUTRAL))
        foot = QRectF(self.rect()).adjusted(gap, 0, -gap, -theme.px(theme.TIGHT))
        bottom = Qt.AlignmentFlag.AlignBottom
        last = len(values) - 1
        if self._cursor is not None:
            x = area.left() + self._cursor * width
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawText(foot, bottom | Qt.AlignmentFlag.AlignHCenter, self.words(self._cursor))
            return
        painter.drawText(
            foot, bottom | Qt.AlignmentFlag.AlignLeft, day(self._points[0][0], self._now)
        )
        painter.drawText(foot, bottom | Qt.AlignmentFlag.AlignRight, self.words(last))
