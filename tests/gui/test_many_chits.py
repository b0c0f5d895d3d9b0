"""100 000 chits on a real file, asked by the real queries: the window never stands still (H13)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtWidgets import QApplication

from tests.gui.stories import Stage, a_stage
from tests.helpers.builders import ADA, NETWORK, NOON
from tests.helpers.fake_door import FakeDoor
from tests.helpers.filling import fill_chits
from wallet.engine.queries.now import Now
from wallet.engine.queries.table import QUESTIONS
from wallet.gui.theme import Scheme, apply_theme
from wallet.gui.viewmodels.chit_rows import Column
from wallet.gui.widgets.icons import load_icons
from wallet.store.opening import open_database
from wallet.store.reader import Reader

CHITS = 100_000
BEAT_MS = 5
STALL_MS = 400  # generous: other programs share this machine; figures are of scripts/bench.py
KEY = bytes(32)


class FilledDoor(FakeDoor):
    """A door whose lists of chits are the engine's own, answered in the reader's thread."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader

    def list_chit_ids(self, *given: Any) -> Future[Any]:
        return self._question("list_chit_ids", *given)

    def list_chits(self, *given: Any) -> Future[Any]:
        return self._question("list_chits", *given)

    def _question(self, name: str, *given: Any) -> Future[Any]:
        now = Now(wall_ms=NOON, monotonic_ms=0, me=ADA.agent, network=NETWORK)
        return self._reader.submit(lambda database: QUESTIONS[name](database, now, *given))


class Heart:
    """Beats in the window's thread; the longest pause is how long the window stood still."""

    def __init__(self) -> None:
        self.longest = 0
        self._since = QElapsedTimer()
        self._timer = QTimer()
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def __enter__(self) -> Heart:
        self.longest = 0
        self._since.start()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._beat()
        self._timer.stop()

    def _beat(self) -> None:
        self.longest = max(self.longest, self._since.restart())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    path = tmp_path_factory.mktemp("many") / "wallet.db"
    database = open_database(Path(path), KEY)
    fill_chits(database, CHITS)
    reader = Reader(path, KEY)
    yield reader
    reader.close()
    database.close()


@pytest.fixture
def filled_stage(qapp: QApplication, filled: Reader) -> Iterator[Stage]:
    apply_theme(qapp, Scheme.LIGHT, 100)
    load_icons()
    made = a_stage(FilledDoor(filled))
    yield made
    made.close()


def test_opening_sorting_and_filtering_never_hold_the_window_up(filled_stage, qtbot):
    window = filled_stage.open()
    with Heart() as heart:
        window.go("activity")
        page = window.current()
        chits = page.model
        qtbot.waitUntil(lambda: chits.loaded and chits.ids.count == CHITS, timeout=20_000)
        qtbot.waitUntil(lambda: chits.rows.row_at(0) is not None, timeout=20_000)
    stalls = {"open": heart.longest}
    before = chits.ids
    with heart:
        chits.set_order(Column.IN, descending=True)
        qtbot.waitUntil(lambda: chits.ids is not before, timeout=20_000)
        qtbot.waitUntil(lambda: chits.rows.row_at(0) is not None, timeout=20_000)
    stalls["sort"] = heart.longest
    first = chits.rows.row_at(0)
    assert first is not None
    before = chits.ids
    with heart:
        chits.set_text("eggs")
        qtbot.waitUntil(lambda: chits.ids is not before, timeout=20_000)
        qtbot.waitUntil(lambda: chits.rows.row_at(0) is not None, timeout=20_000)
    stalls["filter"] = heart.longest
    assert 0 < chits.ids.count < CHITS
    found = chits.rows.data(chits.rows.index(0, Column.MEMO), Qt.ItemDataRole.DisplayRole)
    assert "eggs" in found
    assert max(stalls.values()) < STALL_MS, stalls
