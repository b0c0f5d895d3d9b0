"""The one place from which signing wishes go to the door, and each goes once (ux.md H4).

A page shows a `Review`; the person presses its button; then, and only then, `submit` is called.
`Sending` waits some seconds before that, in which everything can be taken back.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from wallet.engine.api.commands import Command
from wallet.gui.viewmodels.base import Desk, ViewModel
from wallet.gui.viewmodels.pay import UndoWindow
from wallet.gui.viewmodels.preferences import UNDO_SECONDS


class Signing(ViewModel):
    """Submits one wish after its review.

    Signals:
        done: what the wish's future held.
    """

    done = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.under_way = False

    def refresh(self) -> None:
        """Nothing is shown, so nothing is asked."""

    def submit(self, wish: Command[Any]) -> None:
        """Hand the wish to the engine; a second one while it is under way is ignored."""
        if self.under_way:
            return
        self.under_way = True
        self.ask(self.desk.door.submit(wish), self._done, self._missed)

    def _done(self, result: object) -> None:
        self.under_way = False
        self.done.emit(result)

    def _missed(self, error: BaseException) -> None:
        self.under_way = False
        self.failed.emit(error)


class Sending(Signing):
    """Submits a wish after the undo window; lives as long as its parent, not its page.

    Signals:
        ticked: seconds left in which nothing has left.
        undone: taken back; nothing was submitted.
        left: the wish went to the engine.
    """

    ticked = Signal(int)
    undone = Signal()
    left = Signal()

    def __init__(
        self,
        desk: Desk,
        wish: Command[Any],
        seconds: int = UNDO_SECONDS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(desk, parent)
        self._wish = wish
        self.window = UndoWindow(seconds, self)
        self.window.ticked.connect(self.ticked)
        self.window.undone.connect(self.undone)
        self.window.over.connect(self._over)

    def start(self) -> None:
        """Begin to count."""
        self.window.start()

    def undo(self) -> None:
        """Take it back, as long as it has not left."""
        self.window.undo()

    def send_now(self) -> None:
        """Do not wait any longer."""
        self.window.finish()

    def _over(self) -> None:
        self.left.emit()
        self.submit(self._wish)
