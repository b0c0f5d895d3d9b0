"""Item roles by which list models tell the one table how to paint a cell.

The table names the same numbers (`widgets/table.py`); a test holds them together, because models
stand below widgets and may not look up.
"""

from __future__ import annotations

from PySide6.QtCore import Qt

ICON_ROLE = Qt.ItemDataRole.UserRole + 1  # name of an icon
COLOUR_ROLE = Qt.ItemDataRole.UserRole + 2  # a theme Role for text and icon
DAY_ROLE = Qt.ItemDataRole.UserRole + 3  # heading of the row's day
SECOND_ROLE = Qt.ItemDataRole.UserRole + 4  # a second, smaller line
