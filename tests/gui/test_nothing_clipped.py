"""No word is cut and nothing lies over something else: every screen, at 100 and 200 % (H13)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QWidget,
)

from tests.gui.stories import STORIES, a_stage
from wallet.gui.text import bare
from wallet.gui.theme import Scheme, apply_theme
from wallet.gui.widgets.icons import load_icons

SLACK = 2  # px: rounding of fonts
BELOW_MINIMUM = ("home-narrow",)  # narrower than a window may be at this text size
TEXTS = (QLabel, QPushButton, QCheckBox, QRadioButton)


def words_of(widget: QWidget) -> str:
    return bare(widget.text()) if isinstance(widget, TEXTS) else ""


def is_cut(widget: QWidget) -> bool:
    """Whether a widget is smaller than its words need; the gap between lines may be less."""
    gap = SLACK + widget.fontMetrics().height() // 5
    if isinstance(widget, QLabel):
        if not widget.pixmap().isNull():
            return False
        if widget.wordWrap():
            return widget.height() + gap < widget.heightForWidth(widget.width())
    need = widget.sizeHint()
    return widget.width() + SLACK < need.width() or widget.height() + gap < need.height()


def texts_in(top: QWidget) -> list[QWidget]:
    found = [one for kind in TEXTS for one in top.findChildren(kind)]
    return [one for one in found if one.isVisible() and words_of(one).strip()]


def place(widget: QWidget, top: QWidget) -> QRect:
    return QRect(widget.mapTo(top, QPoint(0, 0)), widget.size())


def overlapping(texts: list[QWidget], top: QWidget) -> list[str]:
    """Return pairs of neighbours (of one parent) that lie over each other."""
    found = []
    for number, one in enumerate(texts):
        for other in texts[number + 1 :]:
            if other.parentWidget() is not one.parentWidget():
                continue
            common = place(one, top) & place(other, top)
            if common.width() > SLACK and common.height() > SLACK:
                found.append(f"{words_of(one)!r} over {words_of(other)!r}")
    return found


def too_wide(top: QWidget) -> list[str]:
    """Return what is wider than the area it scrolls in: its right end could never be seen."""
    found = [one for one in top.findChildren(QScrollArea) if one.isVisible() and one.widget()]
    return [
        f"{area.parentWidget().metaObject().className()}: {area.widget().width()} in"
        f" {area.viewport().width()}"
        for area in found
        if area.widget().width() > area.viewport().width() + SLACK
    ]


@pytest.mark.rule("H13")
@pytest.mark.parametrize(
    ("name", "percent"),
    [
        (name, percent)
        for name in STORIES
        for percent in (100, 200)
        if percent == 100 or name not in BELOW_MINIMUM
    ],
)
def test_no_word_is_cut(qapp: QApplication, name: str, percent: int) -> None:
    apply_theme(qapp, Scheme.LIGHT, percent)
    load_icons()
    stage = a_stage()
    STORIES[name](stage)
    stage.settle()
    shown = stage.shown or stage.window
    assert shown is not None
    texts = texts_in(shown)
    cut = [words_of(one) for one in texts if is_cut(one)]
    over = overlapping(texts, shown) + too_wide(shown)
    stage.close()
    apply_theme(qapp, Scheme.LIGHT, 100)
    assert (cut, over) == ([], [])
