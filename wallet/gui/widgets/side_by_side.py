"""Two or more widgets beside each other where there is room, else one below the other."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from wallet.gui import theme
from wallet.gui.widgets.surfaces import clear


class SideBySide(QWidget):
    """Holds widgets of equal width."""

    def __init__(self, *widgets: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(theme.px(theme.GROUP))
        self.put(*widgets)

    def put(self, *widgets: QWidget) -> None:
        """Hold these instead of the former ones."""
        clear(self._line)
        for widget in widgets:
            self._line.addWidget(widget, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn when two columns would be narrow."""
        super().resizeEvent(event)
        wide = self.width() >= theme.px(theme.TEXT_WIDTH)
        way = QBoxLayout.Direction
        self._line.setDirection(way.LeftToRight if wide else way.TopToBottom)
