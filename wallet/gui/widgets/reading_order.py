"""The order of Tab is the order of reading: taken from the layouts, at the moment of the key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QLayout,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QStatusBar,
    QToolBar,
    QWidget,
)


def reading_order(top: QWidget) -> Iterator[QWidget]:
    """Yield what may take the focus, in the order of the layouts; hidden things are left out."""
    if not top.isVisible() or not top.isEnabled():
        return
    if _takes_focus(top):
        yield top
    for child in _children(top):
        yield from reading_order(child)


def focus_beside(parts: Sequence[QWidget], here: QWidget | None, *, forward: bool) -> bool:
    """Give the focus to the next or the former widget of these parts; it goes round."""
    order: list[QWidget] = []
    for part in parts:
        order += [one for one in reading_order(part) if one not in order]
    if not order:
        return False
    step = 1 if forward else -1
    if here in order:
        target = order[(order.index(here) + step) % len(order)]
    else:
        target = order[0 if forward else -1]
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    target.setFocus(reason)
    return True


def _takes_focus(widget: QWidget) -> bool:
    policy = widget.focusPolicy()
    if widget.focusProxy() is not None or not policy & Qt.FocusPolicy.TabFocus:
        return False
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    if group is None or not group.exclusive() or group.checkedButton() is None:
        return not _is_other_radio(widget)
    return group.checkedButton() is widget


def _is_other_radio(widget: QWidget) -> bool:
    # Of buttons that exclude each other only the chosen one is a stop; arrows reach the others.
    if not isinstance(widget, QAbstractButton) or not widget.autoExclusive():
        return False
    if widget.isChecked() or (around := widget.parentWidget()) is None:
        return False
    return any(
        one.isChecked() and one.autoExclusive()
        for one in around.findChildren(
            QAbstractButton, options=Qt.FindChildOption.FindDirectChildrenOnly
        )
    )


def _children(top: QWidget) -> list[QWidget]:
    if isinstance(top, QStackedWidget):
        shown = top.currentWidget()
        return [shown] if shown is not None else []
    if isinstance(top, QScrollArea):
        inner = top.widget()
        return [inner] if inner is not None else []
    if isinstance(top, QSplitter):
        return [top.widget(number) for number in range(top.count())]  # type: ignore[misc]
    if isinstance(top, (QToolBar, QStatusBar)):
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        parts = top.findChildren(QWidget, options=direct)
        return sorted(parts, key=lambda one: one.x())
    layout = top.layout()
    return list(_of_layout(layout)) if layout is not None else []


def _of_layout(layout: QLayout) -> Iterator[QWidget]:
    for number in range(layout.count()):
        item = layout.itemAt(number)
        if item is None:
            continue
        if (widget := item.widget()) is not None:
            yield widget
        elif (inner := item.layout()) is not None:
            yield from _of_layout(inner)
