"""What every view-model does: ask the door, hear notices, say that something changed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace
from PySide6.QtCore import QDateTime, QObject, Signal, Slot

from wallet.engine.api.notices import Notice
from wallet.gui.bridge import Bridge
from wallet.gui.text import Figures, Words

if TYPE_CHECKING:
    from wallet.engine.api.door import Door

T = TypeVar("T")


def wall_clock() -> int:
    """Return this computer's time in milliseconds UTC: to name days, never to decide anything."""
    return QDateTime.currentMSecsSinceEpoch()


class Desk(QObject):
    """Door, bridge and figures for all view-models of one window.

    Signals:
        figures_changed: unit became known, or amounts were hidden or shown.
    """

    figures_changed = Signal()

    def __init__(
        self,
        door: Door,
        bridge: Bridge,
        figures: Figures | None = None,
        now: Callable[[], int] = wall_clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.door = door
        self.bridge = bridge
        self.figures = figures or Figures()
        self.now = now

    def hide_amounts(self, *, hidden: bool) -> None:
        """Show five dots instead of amounts, or the amounts again."""
        self._set(replace(self.figures, hidden=hidden))

    def set_unit(self, unit: Words) -> None:
        """Name the network's unit."""
        self._set(replace(self.figures, unit=unit))

    def _set(self, figures: Figures) -> None:
        if figures != self.figures:
            self.figures = figures
            self.figures_changed.emit()


class ViewModel(QObject):
    """Base of view-models.

    Signals:
        changed: what is shown has changed; draw again.
        failed: a question ended with this error.

    A heir names in `HEARS` the notices after which it asks again, and in `refresh` what it asks.
    """

    changed = Signal()
    failed = Signal(object)
    HEARS: tuple[type[Notice], ...] = ()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._again: dict[str, bool] = {}  # questions under way; True: ask once more
        self._rests = False
        self._is_stale = False
        desk.bridge.noticed.connect(self.on_notices)
        desk.figures_changed.connect(self.changed)

    @Slot(object)
    def on_notices(self, notices: tuple[Notice, ...]) -> None:
        """Ask again when one of these concerns what is shown."""
        if any(isinstance(one, self.HEARS) and self.concerns(one) for one in notices):
            if self._rests:
                self._is_stale = True
            else:
                self.refresh()

    def rest(self) -> None:
        """Nobody looks: ask nothing until `wake`."""
        self._rests = True

    def wake(self) -> None:
        """Somebody looks again: ask for what has changed since `rest`."""
        self._rests = False
        if self._is_stale:
            self._is_stale = False
            self.refresh()

    def concerns(self, notice: Notice) -> bool:
        """Tell whether a notice of the classes heard is about what is shown; by default yes."""
        del notice
        return True

    def refresh(self) -> None:
        """Ask the door for what is shown."""
        raise NotImplementedError

    def ask(
        self,
        future: Future[T],
        on_result: Callable[[T], object],
        on_error: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Hear of a future's end in this thread, as long as this object lives."""
        self.desk.bridge.ask(future, on_result, on_error or self.failed.emit, owner=self)

    def ask_latest(
        self,
        question: Callable[[], Future[T]],
        on_result: Callable[[T], object],
        gate: str = "",
    ) -> None:
        """Ask for a view; while one question is under way at most one more waits behind it.

        Questions of different `gate`s do not wait for each other.
        """
        if gate in self._again:
            self._again[gate] = True
            return
        self._again[gate] = False

        def end() -> None:
            if self._again.pop(gate):
                self.ask_latest(question, on_result, gate)

        def came(result: T) -> None:
            on_result(result)
            end()

        def missed(error: BaseException) -> None:
            self.failed.emit(error)
            end()

        self.ask(question(), came, missed)
