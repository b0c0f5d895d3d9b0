"""`python -m wallet` in a process of its own, ended by Ctrl+Q as soon as it shows what it should.

    window_start.py PAGE TITLE ARGUMENTS…

PAGE is the name of the page's class, TITLE a word of the window's title.  Prints what was shown,
line by line.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from wallet.__main__ import main
from wallet.gui.theme import fusion_arguments
from wallet.gui.views.main_window import MainWindow

LOOK_MS = 20


class Watcher(QTimer):
    """Looks at the window until the page is there, then presses the keys."""

    def __init__(self, page: str, title: str) -> None:
        super().__init__()
        self._page, self._title = page, title
        self._seen = ""
        self.timeout.connect(self.look)
        self.start(LOOK_MS)

    def look(self) -> None:
        """See what is shown now."""
        windows = [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)]
        if not windows or not windows[0].isVisible():
            return
        window = windows[0]
        covering = window.cover.currentWidget() if window.cover.currentIndex() else None
        name = type(covering or window.current()).__name__
        if name != self._seen:
            self._seen = name
            print(name, flush=True)
        if name != self._page or self._title not in window.windowTitle():
            return
        window.activateWindow()
        if window.isActiveWindow():
            self.stop()
            QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)


if __name__ == "__main__":
    application = QApplication([sys.argv[0], *fusion_arguments()])
    watcher = Watcher(sys.argv[1], sys.argv[2])
    sys.exit(main(sys.argv[3:]))
