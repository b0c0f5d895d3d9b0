"""The process whose window `scripts/bench.py` measures; every answer is a line of JSON.

    bench_gui.py bare                 an empty QMainWindow: {"painted": T}
    bench_gui.py start PROFILE        the wallet: {"painted": T}, {"filled": T}, after a rest
                                      {"memory": MB}; then it ends
    bench_gui.py watch PROFILE        the wallet with its list of chits, and a timer of 5 ms;
                                      {"shown": T}, then for each line FROM TO in (monotonic
                                      seconds) {"max": ms, "p99": ms, "ticks": n, "inputs": n};
                                      ends with its input

T is the monotonic clock in seconds, which all processes of a machine share. Nothing is imported
at the top that the measured start does not import itself.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

REST_MS = 2_000
TICK_MS = 5


def say(**what: float) -> None:
    """Print one line."""
    parts = ", ".join(f'"{name}": {value}' for name, value in what.items())
    sys.stdout.write("{" + parts + "}\n")
    sys.stdout.flush()


def memory() -> float:
    """Resident memory of this process in MB."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6


def bare() -> None:
    """Paint an empty window, with nothing but QtWidgets."""
    from PySide6.QtCore import QEvent, QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Window(QMainWindow):
        def event(self, event: QEvent) -> bool:
            done = super().event(event)
            if event.type() == QEvent.Type.Paint:
                QTimer.singleShot(0, painted)
            return done

    def painted() -> None:
        say(painted=time.monotonic())
        QTimer.singleShot(200, rest)

    def rest() -> None:
        say(memory=memory())
        app.quit()

    app = QApplication(sys.argv[:1])
    window = Window()
    window.show()
    app.exec()


def run(profile: str, on_filled: Any) -> None:
    """Start the wallet's own window on this profile, as `wallet` and `show_window` do."""
    import gc

    gc.disable()
    from pathlib import Path

    from wallet.app import make_engine
    from wallet.gui.main import run_gui

    engines: list[Any] = []

    def start() -> Any:
        engine = make_engine(Path(profile), "127.0.0.1")
        engine.start()
        engines.append(engine)
        return engine

    run_gui(
        start,
        folder=Path(profile),
        on_painted=lambda: say(painted=time.monotonic()),
        on_filled=on_filled,
        on_end=lambda: [engine.stop() for engine in engines],
    )


def the_window() -> Any:
    """The wallet's window."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    tops = QApplication.topLevelWidgets()
    return next(one for one in tops if isinstance(one, QMainWindow))


def started(profile: str) -> None:
    """Measure a start, then what the window takes while nothing happens."""

    def filled() -> None:
        from PySide6.QtCore import QTimer

        window = the_window()
        window.repaint()  # the rows are on the screen, not only in the model
        say(filled=time.monotonic())
        QTimer.singleShot(REST_MS, rested)

    def rested() -> None:
        say(memory=memory())
        the_window().close()

    run(profile, filled)


class Watch:
    """A timer that knows how late it comes, and how many messages the engine took meanwhile."""

    def __init__(self, window: Any) -> None:
        from PySide6.QtCore import QSocketNotifier, Qt, QTimer

        self.window = window
        self.late: list[tuple[float, float]] = []
        self.inputs: list[tuple[float, int]] = []
        self._last = time.monotonic()
        self._count_inputs()
        self._timer = QTimer(window)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)
        self._lines = QSocketNotifier(0, QSocketNotifier.Type.Read, window)
        self._lines.activated.connect(self._read)

    def _count_inputs(self) -> None:
        from wallet.engine.node import Node

        receive, inputs = Node.receive, self.inputs

        def counted(node: Any, agent: Any, frames: Any) -> Any:
            inputs.append((time.monotonic(), len(frames)))
            return receive(node, agent, frames)

        Node.receive = counted  # type: ignore[method-assign, assignment]

    def _tick(self) -> None:
        now = time.monotonic()
        self.late.append((now, max(0.0, (now - self._last) * 1_000 - TICK_MS)))
        self._last = now

    def _read(self) -> None:
        words = os.read(0, 4096).decode().split()
        if len(words) < 2:
            self.window.close()
            return
        begin, end = map(float, words[:2])
        late = sorted(ms for at, ms in self.late if begin <= at <= end)
        inputs = sum(count for at, count in self.inputs if begin <= at <= end)
        p99 = late[len(late) * 99 // 100]
        say(max=late[-1], p99=p99, ticks=len(late), inputs=inputs)


def watched(profile: str) -> None:
    """Show the list of all chits and watch a timer."""
    kept: list[Watch] = []

    def filled() -> None:
        from PySide6.QtCore import QTimer

        window = the_window()
        window.go("activity")
        QTimer.singleShot(REST_MS, lambda: begin(window))

    def begin(window: Any) -> None:
        kept.append(Watch(window))
        say(shown=time.monotonic())

    run(profile, filled)


def main() -> int:
    """Do what the arguments say."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.path[0] = root
    if sys.argv[1] == "bare":
        bare()
    elif sys.argv[1] == "start":
        started(sys.argv[2])
    else:
        watched(sys.argv[2])
    return 0


if __name__ == "__main__":
    sys.exit(main())
