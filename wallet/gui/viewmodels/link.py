"""A pasted, scanned or opened text: described by the door, never acted upon (ux.md 5.8, H4)."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from wallet.engine.api.views import LinkView
from wallet.gui.viewmodels.base import Desk, ViewModel

MAX_BYTES = 8192  # of a link, before anything reads it (ux.md 5.27)
SHOWN = 300  # characters of an unknown text


class Way(StrEnum):
    """How a text came here; each is the end of a sentence's key."""

    LINK = "link"
    SCAN = "scan"
    FILE = "file"


class Links(ViewModel):
    """Describes texts.

    Signals:
        described: the LinkView of the text given last, and its Way.
        too_long: a text over 8 KiB; nothing was read.
    """

    described = Signal(object, object)
    too_long = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._turn = 0

    def refresh(self) -> None:
        """Nothing is kept, so nothing is asked again."""

    def describe(self, text: str, way: Way) -> None:
        """Ask the door what a text is; only the answer to the latest text is told."""
        text = text.strip()
        if not text:
            return
        # The count of characters first: encoding a megabyte only to refuse it costs time.
        if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
            self.too_long.emit()
            return
        self._turn += 1
        turn = self._turn
        self.ask(self.desk.door.fetch_link(text), lambda link: self._came(turn, link, way))

    def _came(self, turn: int, link: LinkView, way: Way) -> None:
        if turn == self._turn:
            self.described.emit(link, way)
