"""The page over everything when the disk fails us: what, what is safe, what to do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from wallet.gui import theme
from wallet.gui.errors import explain_code
from wallet.gui.text import bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.widgets.buttons import push_button
from wallet.gui.widgets.labels import IconLabel, plain_label
from wallet.gui.widgets.surfaces import row


class StoppedPage(QWidget):
    """Full page; nothing can be signed any more.

    Signals:
        quit_wanted: the person closes the program.
    """

    quit_wanted = Signal()

    def __init__(self, code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        text = explain_code(code)
        self._details = bare(f"{text.whole} {say('error.code', code=code)}")
        inner = QWidget()
        inner.setMaximumWidth(theme.px(theme.TEXT_WIDTH))
        inner.setMinimumWidth(theme.px(theme.TEXT_WIDTH) // 2)
        body = QVBoxLayout(inner)
        body.setSpacing(theme.px(theme.GROUP))
        body.addWidget(IconLabel("unsafe", Role.BAD, size=theme.ROW))
        body.addWidget(plain_label(say("stopped.title"), size=Size.TITLE))
        for words in (text.what, text.means, text.do):
            body.addWidget(plain_label(words, size=Size.LARGE))
        safe = plain_label(say("stopped.safe"), role=Role.NEUTRAL)
        body.addWidget(safe)
        body.addWidget(
            plain_label(say("error.code", code=code), role=Role.NEUTRAL, size=Size.SMALL)
        )
        self.copy = push_button(say("button.copy_details"), self._copy)
        self.leave = push_button(say("common.quit"), self._quit)
        line = row(self.copy, self.leave)
        line.addStretch(1)
        body.addLayout(line)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        centre = row(inner)
        centre.insertStretch(0, 1)
        centre.setStretch(1, 100)
        centre.addStretch(1)
        outer.addLayout(centre)
        outer.addStretch(2)
        self.setFocusProxy(self.copy)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._details)

    def _quit(self) -> None:
        self.quit_wanted.emit()
        self.window().close()
