"""A window on a fake door, in the default look; taken down after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication

from tests.gui.stories import Stage, a_stage
from wallet.gui.theme import Scheme, apply_theme
from wallet.gui.widgets.icons import load_icons


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[Stage]:
    apply_theme(qapp, Scheme.LIGHT, 100)
    load_icons()
    made = a_stage()
    yield made
    made.close()


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a screen reader was told, in order."""
    said: list[str] = []

    def hear(event: object) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            said.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    return said
