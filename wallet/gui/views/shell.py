"""What a page may ask of the window it lives in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from wallet.gui.viewmodels.base import Desk


class Shell(Protocol):
    """The window, seen by a page. Places and pages are listed in `places.py`.

    A page that is opened with a subject gets it at its making. A page may have the methods
    `focus_filter()` (Ctrl+F), `refresh()` (F5) and `search(text)` (from the search field).
    """

    @property
    def desk(self) -> Desk:
        """Door, bridge and figures; there once the window is attached."""
        ...

    def go(self, page: str) -> None:
        """Show a page of the sidebar."""
        ...

    def open(self, place: str, subject: str = "") -> None:
        """Put a page over the present one; *Back* comes back to it."""
        ...

    def back(self) -> None:
        """Leave the uppermost page that was opened."""
        ...

    def tell(self, words: str) -> None:
        """Say something in the status line for some seconds."""
        ...

    def show_error(self, error: BaseException) -> None:
        """Show an error at its place: status line, full page, or the report."""
        ...
