"""Words for a screen reader alone."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from wallet.gui.text import bare


def announce(widget: QWidget, words: str, *, urgent: bool = False) -> None:
    """Let a screen reader say this; assertive only for the last seconds and for outcomes."""
    # Here, because PySide makes 190 names of roles and events of them: 2 ms of every start.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    event = QAccessibleAnnouncementEvent(widget, bare(words))
    polite = QAccessible.AnnouncementPoliteness
    event.setPoliteness(polite.Assertive if urgent else polite.Polite)
    QAccessible.updateAccessibility(event)
