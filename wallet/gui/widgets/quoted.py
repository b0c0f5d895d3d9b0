"""A stranger's text to be read, not used: plain, bounded by its giver, broken anywhere."""

from __future__ import annotations

from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from wallet.gui import theme
from wallet.gui.text import bare


class Quoted(QPlainTextEdit):
    """Shows a text that may have no blanks; can be selected and copied, not changed."""

    def __init__(self, text: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.setPlainText(text)
        self.setAccessibleName(bare(name))
        self.setFixedHeight(theme.px(3 * theme.ROW))
