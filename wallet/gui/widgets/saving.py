"""Asking where to save a file: the system's own dialog, without blocking the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from wallet.gui.text import Words, bare


def ask_where_to_save(
    parent: QWidget, title: Words, name: str, chosen: Callable[[str], object], kinds: str = ""
) -> None:
    """Open the dialog with a proposed name or path; `chosen` gets the path, if there is one.

    `kinds` is Qt's filter, like "PNG (*.png)"; the first of its endings is added when missing.
    """
    dialog = QFileDialog(parent, bare(title), name, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if "*." in kinds:
        dialog.setDefaultSuffix(kinds.split("*.", 1)[1].split(")")[0].split()[0])
    dialog.fileSelected.connect(chosen)
    dialog.open()
