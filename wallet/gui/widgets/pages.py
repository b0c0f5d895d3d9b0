"""The frame of a page: title, scrolling body, buttons at the end; and the order of Tab."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from wallet.gui import theme
from wallet.gui.theme import Size
from wallet.gui.widgets.flow import Flow
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.surfaces import column, row

LARGE = 175  # %: from this text size on room is scarce


class PageFrame(QWidget):
    """A page: `head` (title and buttons beside it), `body` (scrolls), `foot` (buttons).

    With `scrolls` False the body takes what room there is (pages that are one table).
    """

    def __init__(self, title: str, parent: QWidget | None = None, *, scrolls: bool = True) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        margin = theme.px(theme.PAGE)
        self.title: QLabel = plain_label(title, size=Size.TITLE)
        self.head: QHBoxLayout = row()
        self.head.setContentsMargins(margin, theme.px(theme.GROUP), margin, theme.px(theme.GAP))
        outer.addLayout(self.head)
        inner = QWidget()
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(margin, theme.px(theme.GAP), margin, theme.px(theme.GROUP))
        self.body.setSpacing(theme.px(theme.GROUP))
        if scrolls and theme.scale() >= LARGE:
            # Two lines of title would leave no room for the page: it scrolls away with the rest.
            self.body.addWidget(self.title)
            self.head.addStretch(1)
        else:
            self.head.addWidget(self.title, 1)
        if scrolls:
            outer.addWidget(scrolling(inner), 1)
        else:
            outer.addWidget(inner, 1)
        self.foot: QHBoxLayout = row()
        self.foot.setContentsMargins(margin, 0, margin, theme.px(theme.GROUP))
        outer.addLayout(self.foot)


def scrolling(inner: QWidget) -> QScrollArea:
    """Put a widget into an area that scrolls up and down only, and takes no focus itself."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    return area


def beside(words: QWidget | QLayout, *buttons: QWidget) -> QBoxLayout:
    """Set buttons beside words, or below them where large letters leave no room."""
    if theme.scale() >= LARGE:
        made: QBoxLayout = column()
        _add(made, words)
        made.addLayout(Flow(*buttons))
        return made
    made = row()
    _add(made, words)
    made.setStretch(0, 1)
    for button in buttons:
        made.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
    return made


def _add(line: QBoxLayout, words: QWidget | QLayout) -> None:
    if isinstance(words, QLayout):
        line.addLayout(words)
    else:
        line.addWidget(words)


def width_for(widget: QWidget, sample: str) -> int:
    """Return the width this text takes in the widget's font: sizes follow the words."""
    return QFontMetrics(widget.font()).horizontalAdvance(sample)


def in_reading_order(*widgets: QWidget) -> None:
    """Make Tab visit these widgets in this order."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)
