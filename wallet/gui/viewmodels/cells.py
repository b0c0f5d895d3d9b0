"""Item roles by which list models tell the one table how to paint a cell.

They stand with the models because these may not look up to the widgets.
"""

from __future__ import annotations

from PySide6.QtCore import Qt

ICON_ROLE = Qt.ItemDataRole.UserRole + 1  # name of an icon
COLOUR_ROLE = Qt.ItemDataRole.UserRole + 2  # a theme Role for text and icon
SECOND_ROLE = Qt.ItemDataRole.UserRole + 3  # a second, smaller line
