"""Start of the screens: one window per profile, painted before the engine is imported.

A second start hands its link to the first and ends (`QLocalServer`, bound to user and folder).
A link never acts by itself: it fills a page.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QLockFile, QObject, QTimer
from PySide6.QtWidgets import QApplication

import wallet.gui.quick_imports  # noqa: F401 - first: the imports below are the quicker for it
from wallet.gui.theme import apply_theme, follow_system, fusion_arguments
from wallet.gui.viewmodels.preferences import Preferences
from wallet.gui.views.main_window import MainWindow

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from PySide6.QtNetwork import QLocalServer

    from wallet.engine.api.door import Door
    from wallet.gui.bridge import Bridge

# Imports inside functions here: what the first paint does not need is imported after it.
LOCK_NAME = "window.lock"
LINK_LIMIT = 8_192
HAND_OVER_MS = 2_000
LOOK_AGAIN_MS = 50
LISTEN_MS = 1_000
START_MS = 5_000
BRING_UP = b"\n"


def run_gui(
    door_factory: Callable[[], Door],
    *,
    folder: Path,
    link: str = "",
    on_painted: Callable[[], object] | None = None,
    on_filled: Callable[[], object] | None = None,
    on_end: Callable[[], object] | None = None,
) -> int:
    """Show the window until it is closed; return the exit code.

    `door_factory` is called after the first paint and must return quickly (it starts the engine's
    thread, which imports the rest). `folder` is the profile's; it is made if it is not there.
    `on_end` stops the engine, after the window is gone.
    """
    app = QApplication.instance() or QApplication([*sys.argv[:1], *fusion_arguments()])
    assert isinstance(app, QApplication)
    app.setApplicationName("Tallystick")
    app.setDesktopFileName("org.tallystick.Wallet")
    folder.mkdir(parents=True, exist_ok=True)
    lock = QLockFile(str(folder / LOCK_NAME))
    lock.setStaleLockTime(0)
    if not lock.tryLock(0) and hand_over(folder, link):
        return 0
    window = open_window(app, Preferences(folder))
    start = Start(window, door_factory, folder, link, on_painted)
    if on_filled is not None:
        window.filled.connect(on_filled)
    window.show()
    code = app.exec()
    start.close()
    lock.unlock()
    if on_end is not None:
        on_end()
    return code


def open_window(app: QApplication, preferences: Preferences) -> MainWindow:
    """Make the window in the person's look."""
    apply_theme(app, preferences.scheme, preferences.percent)
    return MainWindow(preferences)


class Start(QObject):
    """What happens after the first paint: engine, bridge, second starts."""

    def __init__(
        self,
        window: MainWindow,
        door_factory: Callable[[], Door],
        folder: Path,
        link: str,
        on_painted: Callable[[], object] | None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._door_factory = door_factory
        self._folder = folder
        self._link = link
        self._on_painted = on_painted
        self._server: QLocalServer | None = None
        self._is_closed = False
        self.bridge: Bridge | None = None
        window.painted.connect(self.begin)

    def begin(self) -> None:
        """Start the engine and give the window its way to it."""
        if self._on_painted is not None:
            self._on_painted()
        # The start may have switched it off until Home is filled, or waits for the person.
        self._window.filled.connect(collect_again)
        QTimer.singleShot(START_MS, collect_again)
        sys.excepthook = self.report
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        follow_system(app, self._window.apply_look)
        door = self._door_factory()
        from wallet.gui.bridge import Bridge
        from wallet.gui.numbers import number_style
        from wallet.gui.text import Figures
        from wallet.gui.viewmodels.base import Desk
        from wallet.gui.views.flow import attach

        self.bridge = Bridge(self)
        self.bridge.listen(door.subscribe)
        figures = Figures(number_style(QLocale()))
        attach(self._window, Desk(door, self.bridge, figures, parent=self))
        if self._link:
            self._open_link(self._link)
        # Once Home is filled, or waits for the person; a second start keeps trying until then.
        self._window.filled.connect(self._listen)
        QTimer.singleShot(LISTEN_MS, self._listen)

    def report(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Show what nobody caught; log its kind and place."""
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        import logging

        log = logging.getLogger("wallet.gui")
        log.error("uncaught %s", kind.__name__, exc_info=(kind, error, trace))
        self._window.show_error(error)

    def close(self) -> None:
        """Stop listening."""
        self._is_closed = True
        sys.excepthook = sys.__excepthook__
        if self.bridge is not None:
            self.bridge.close()
        if self._server is not None:
            self._server.close()

    def _listen(self) -> None:
        if self._server is not None or self._is_closed:
            return
        from PySide6.QtNetwork import QLocalServer

        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        name = server_name(self._folder)
        QLocalServer.removeServer(name)  # we hold the lock: what is left is of a crash
        self._server.newConnection.connect(self._on_second_start)
        self._server.listen(name)

    def _on_second_start(self) -> None:
        assert self._server is not None
        caller = self._server.nextPendingConnection()
        caller.disconnected.connect(caller.deleteLater)

        def read() -> None:
            if not caller.canReadLine() and caller.bytesAvailable() <= LINK_LIMIT:
                return
            link = bytes(caller.readLine(LINK_LIMIT).data()).decode("utf-8", "replace").strip()
            caller.close()
            self._come_up(link)

        caller.readyRead.connect(read)
        read()

    def _come_up(self, link: str) -> None:
        from wallet.gui.text import say

        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        self._window.tell(say("start.handed_over" if link else "start.already"))
        if link:
            self._open_link(link)

    def _open_link(self, link: str) -> None:
        if self._window.flow is not None:
            self._window.flow.open_link(link[:LINK_LIMIT])


def collect_again() -> None:
    """Collect garbage from now on, but never look again at what the start has made."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def server_name(folder: Path) -> str:
    """Return the name under which the first window of this profile listens."""
    import hashlib

    digest = hashlib.blake2b(str(folder.resolve()).encode("utf-8"), digest_size=8).hexdigest()
    return f"tallystick-{digest}"


def hand_over(folder: Path, link: str, patience: int = HAND_OVER_MS) -> bool:
    """Give the link to the window that is open already; tell whether it took it.

    It may still be starting: tries for `patience` milliseconds.
    """
    from PySide6.QtCore import QDeadlineTimer, QThread
    from PySide6.QtNetwork import QLocalSocket

    caller, until = QLocalSocket(), QDeadlineTimer(patience)
    caller.connectToServer(server_name(folder))
    while not caller.waitForConnected(HAND_OVER_MS):
        if until.hasExpired():
            return False
        QThread.msleep(LOOK_AGAIN_MS)
        caller.connectToServer(server_name(folder))
    caller.write(link[: LINK_LIMIT - 1].replace("\n", " ").encode("utf-8") + BRING_UP)
    caller.waitForBytesWritten(HAND_OVER_MS)
    caller.disconnectFromServer()
    return True
