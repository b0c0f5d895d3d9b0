"""Where a balance stands between the two limits, painted; the same in lists, one line high.

Source: ux.md 5.12. The sentence beside it says the same; the bar is never the only place.
"""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from wallet.gui import theme
from wallet.gui.text import Figures, Words, bare, say
from wallet.gui.theme import Role, Size

MINUS = Words("\u25c0 ")
PLUS = Words(" \u25b6")


class Balance(Struct, frozen=True):
    """What a bar shows, in milli-units from our side: > 0 means the partner owes us."""

    balance: int
    we_may_owe: int
    they_may_owe: int
    reserved: int = 0

    @property
    def room_to_pay(self) -> int:
        """How much can be paid within the agreement."""
        return max(0, self.balance + self.we_may_owe - self.reserved)

    @property
    def room_to_receive(self) -> int:
        """How much can be received within the agreement."""
        return max(0, self.they_may_owe - self.balance)


class BalanceBar(QWidget):
    """The bar with its ends; read-only, silent for Tab, with its sentences as accessible text."""

    def __init__(self, figures: Figures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures = figures
        self._shown = Balance(0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_figures(self, figures: Figures) -> None:
        """Write amounts another way from now on (hidden, shown, another unit)."""
        self._figures = figures

    def show_balance(self, partner: Words, shown: Balance) -> None:
        """Show where a tally stands."""
        self._shown = shown
        sentence = balance_sentence(partner, shown, self._figures)
        self.setAccessibleName(bare(sentence))
        self.setToolTip(bare(sentence))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(theme.TEXT_WIDTH), theme.px(theme.ROW))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(theme.SIDEBAR), theme.px(theme.ROW))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        self._paint(painter)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        shown, colours = self._shown, theme.colours()
        painter.setFont(theme.font(Size.SMALL))
        painter.setPen(colours.of(Role.NEUTRAL))
        rect = QRectF(self.rect())
        left = MINUS + self._figures.show(shown.we_may_owe)
        right = self._figures.show(shown.they_may_owe) + PLUS
        metrics = painter.fontMetrics()
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignLeft, left)
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignRight, right)
        gap = theme.px(theme.GAP)
        start = metrics.horizontalAdvance(left) + gap
        end = rect.width() - metrics.horizontalAdvance(right) - gap
        paint_bar(painter, QRectF(start, 0, max(1.0, end - start), rect.height()), shown)


def balance_sentence(partner: Words, shown: Balance, figures: Figures) -> Words:
    """Say all that the bar shows."""
    if shown.balance == 0:
        balance = say("common.even", partner=partner)
    else:
        key = "common.they_owe" if shown.balance > 0 else "common.i_owe"
        balance = say(key, partner=partner, amount=figures.show(shown.balance))
    sentence = say(
        "bar.sentence",
        balance=balance,
        i_may_owe=say("common.i_may_owe", partner=partner, amount=figures.show(shown.we_may_owe)),
        they_may_owe=say(
            "common.they_may_owe", partner=partner, amount=figures.show(shown.they_may_owe)
        ),
        pay=figures.show(shown.room_to_pay),
        receive=figures.show(shown.room_to_receive),
    )
    if not shown.reserved:
        return sentence
    return Words(f"{sentence} {say('bar.reserved', amount=figures.show(shown.reserved))}")


def paint_bar(painter: QPainter, rect: QRectF, shown: Balance) -> None:
    """Paint track, zero mark, filled part, reserved part and knob into `rect`; used by lists too.

    A balance beyond a limit (limits may be lowered below what is owed) stretches the scale.
    """
    colours = theme.colours()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    low = min(-shown.we_may_owe, shown.balance - shown.reserved, 0)
    high = max(shown.they_may_owe, shown.balance, 0)
    thick = theme.px(theme.BAR) / 2
    knob = theme.px(theme.BAR) / 2
    inner = rect.adjusted(knob, 0, -knob, 0)
    middle = rect.center().y()

    def place(amount: int) -> float:
        if high == low:
            return inner.center().x()
        # Only pixels are divided here, never money.
        return inner.left() + inner.width() * ((amount - low) / (high - low))

    _fill(painter, rect.left(), rect.right(), middle, thick, colours.surface("hairline"))
    role = Role.OWED if shown.balance >= 0 else Role.OWING
    first, last = sorted((place(0), place(shown.balance)))
    _fill(painter, first, last, middle, thick, colours.of(role))
    if shown.reserved:
        dots = QPen(colours.of(Role.ATTENTION), thick / 2, Qt.PenStyle.DotLine)
        painter.setPen(dots)
        start = place(shown.balance - shown.reserved)
        painter.drawLine(QPointF(start, middle), QPointF(place(shown.balance), middle))
    painter.setPen(QPen(colours.surface("outline"), 1))
    painter.drawLine(QPointF(place(0), middle - thick - 2), QPointF(place(0), middle + thick + 2))
    painter.setPen(QPen(colours.surface("window"), 2))
    painter.setBrush(colours.of(role) if shown.balance else colours.of(Role.NEUTRAL))
    painter.drawEllipse(QPointF(place(shown.balance), middle), knob, knob)
    painter.restore()


def _fill(
    painter: QPainter, first: float, last: float, middle: float, thick: float, colour: QColor
) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    bar = QRectF(first, middle - thick / 2, last - first, thick)
    painter.drawRoundedRect(bar, thick / 2, thick / 2)
