"""The one place where what the engine's thread says arrives in the GUI's thread.

Notices of 50 ms come as one tuple in one signal (desktop.md, Threads: a signal per message makes
the screen late); answers to questions come in the same thread, never blocking. No timer runs while
nothing happens. Only frozen values cross.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal, Slot

from wallet.engine.api.notices import Notice, NoticeHandler

T = TypeVar("T")
BATCH_MS = 50
# So many batches within so long are a flood: nobody reads that fast, and drawing everything
# twenty times a second makes the window late. Then a batch gathers for longer.
FLOOD_BATCHES, FLOOD_WITHIN_MS, FLOOD_MS = 12, 2_000, 1_000
OnError = Callable[[BaseException], object]


class Bridge(QObject):
    """Turns notices and answers into calls in the GUI's thread; made in that thread.

    Signals:
        noticed: a tuple of `Notice`s, oldest first, at most one signal per 50 ms (a second, while
            they never stop).
        failed: an error that nobody asked to hear of.
    """

    noticed = Signal(object)
    failed = Signal(object)
    _notice_came = Signal()
    _answer_came = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notices: deque[Notice] = deque()
        self._answers: deque[_Question] = deque()
        self._awake = False
        self._delivering = False
        self._closed = False
        self._leave: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._since = QElapsedTimer()
        self._since.start()
        self._delivered: deque[int] = deque(maxlen=FLOOD_BATCHES)
        self._in_flood = False
        self._timer.timeout.connect(self._deliver_notices)
        queued = Qt.ConnectionType.QueuedConnection
        self._notice_came.connect(self._start_batch, queued)
        self._answer_came.connect(self._deliver_answers, queued)

    def listen(self, subscribe: Callable[[NoticeHandler], Callable[[], None]]) -> None:
        """Hear the engine's notices from now on."""
        self._leave = subscribe(self.post)

    def post(self, notice: Notice) -> None:
        """Take a notice, in any thread."""
        self._notices.append(notice)
        if not self._awake and not self._closed:
            self._awake = True
            self._notice_came.emit()

    def ask(
        self,
        future: Future[T],
        on_result: Callable[[T], object],
        on_error: OnError | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Call `on_result` (or `on_error`) in the GUI's thread once the future has ended.

        Nothing is called when `owner` (by default the object whose method `on_result` is) is gone
        by then. Without `on_error` an error goes to the signal `failed`.
        """
        whose = owner if owner is not None else getattr(on_result, "__self__", None)
        question = _Question(future, on_result, on_error, whose)
        future.add_done_callback(lambda _: self._answered(question))

    def close(self) -> None:
        """Stop listening; answers that come later are dropped."""
        self._closed = True
        if self._leave is not None:
            self._leave()
            self._leave = None
        self._timer.stop()

    def _answered(self, question: _Question) -> None:
        # Any thread. The flag is cleared before the deque is emptied, so nothing is overlooked.
        self._answers.append(question)
        if not self._delivering and not self._closed:
            self._delivering = True
            self._answer_came.emit()

    @Slot()
    def _start_batch(self) -> None:
        if not self._timer.isActive():
            self._timer.start(FLOOD_MS if self._in_flood else BATCH_MS)

    @Slot()
    def _deliver_notices(self) -> None:
        self._awake = False
        batch = []
        while self._notices:
            batch.append(self._notices.popleft())
        if batch and not self._closed:
            self._look_at_pace(self._since.elapsed())
            self.noticed.emit(tuple(batch))

    def _look_at_pace(self, now: int) -> None:
        """Gather longer while notices keep coming, until there is a pause."""
        if self._delivered and now - self._delivered[-1] > FLOOD_WITHIN_MS:
            self._delivered.clear()
            self._in_flood = False
        self._delivered.append(now)
        is_full = len(self._delivered) == FLOOD_BATCHES
        if is_full and now - self._delivered[0] < FLOOD_WITHIN_MS:
            self._in_flood = True

    @Slot()
    def _deliver_answers(self) -> None:
        self._delivering = False
        while self._answers and not self._closed:
            self._deliver(self._answers.popleft())

    def _deliver(self, question: _Question) -> None:
        owner = question.owner
        if isinstance(owner, QObject) and not shiboken6.isValid(owner):
            return
        try:
            error = question.future.exception()
        except CancelledError:
            return
        if error is None:
            question.on_result(question.future.result())
        elif question.on_error is not None:
            question.on_error(error)
        else:
            self.failed.emit(error)


class _Question:
    """A future and who waits for it."""

    __slots__ = ("future", "on_error", "on_result", "owner")

    def __init__(
        self,
        future: Future[Any],
        on_result: Callable[[Any], object],
        on_error: OnError | None,
        owner: object,
    ) -> None:
        self.future = future
        self.on_result = on_result
        self.on_error = on_error
        self.owner = owner
