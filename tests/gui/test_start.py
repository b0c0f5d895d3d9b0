"""The start: painted before the engine, one window per profile, links handed over."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.helpers import sample
from tests.helpers.fake_door import FakeDoor
from wallet.gui.main import Start, hand_over, open_window
from wallet.gui.theme import Scheme
from wallet.gui.viewmodels.preferences import Preferences

LIGHT_START = """
import sys
import wallet.gui.main
heavy = ("nacl", "qtawesome", "cv2", "sqlite_utils", "PySide6.QtNetwork", "asyncio")
print([name for name in heavy if name in sys.modules])
"""


def test_the_window_imports_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-c", LIGHT_START], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr


@pytest.fixture
def started(qapp, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # put back afterwards
    window = open_window(qapp, Preferences(tmp_path))
    doors = []

    def door_factory() -> FakeDoor:
        doors.append(FakeDoor())
        return doors[-1]

    start = Start(window, door_factory, tmp_path, "", None)
    yield window, start, doors
    start.close()
    window.may_close = lambda: True
    window.close()
    window.deleteLater()


def test_the_engine_starts_after_the_first_paint(qtbot, started):
    window, _, doors = started
    assert doors == []
    with qtbot.waitSignal(window.filled, timeout=5_000):
        window.show()
    assert len(doors) == 1
    assert window.is_attached


SECOND_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from wallet.gui.main import hand_over
app = QCoreApplication([])
print("up", flush=True)
sys.exit(not hand_over(Path(sys.argv[1]), sys.argv[2], 10_000))
"""


def test_a_second_start_waits_for_the_first_to_listen(qtbot, started, tmp_path):
    window, start, _ = started
    command = [sys.executable, "-c", SECOND_START, str(tmp_path), ""]
    second = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert second.stdout.readline() == "up\n"
    assert start._server is None
    window.show()
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=10_000)
    second.stdout.close()
    assert second.returncode == 0


def test_a_second_start_hands_its_link_over(qtbot, started, tmp_path, monkeypatch):
    window, start, _ = started
    links = []
    window.show()
    qtbot.waitUntil(lambda: start._server is not None, timeout=5_000)
    monkeypatch.setattr(window.flow, "open_link", links.append)
    second = subprocess.Popen([sys.executable, "-c", SECOND_START, str(tmp_path), sample.LINK])
    qtbot.waitUntil(lambda: links == [sample.LINK], timeout=10_000)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=10_000)
    assert second.returncode == 0


def test_without_a_first_window_nothing_takes_the_link(qapp, tmp_path):
    assert not hand_over(tmp_path, "tallystick:x", patience=0)


def test_look_and_place_are_remembered(qapp, tmp_path):
    kept = Preferences(tmp_path)
    kept.set_percent(150)
    kept.step_percent(1)
    kept.set_percent(42)
    kept.set_scheme(Scheme.DARK)
    kept._kept.sync()
    again = Preferences(tmp_path)
    assert (again.percent, again.scheme.value) == (175, "dark")


@pytest.mark.expects_warnings
def test_what_nobody_caught_is_reported_without_its_values(qtbot, started):
    window, start, _ = started
    window.show()
    qtbot.waitUntil(lambda: window.is_attached, timeout=5_000)
    try:
        raise ValueError("12.50 to Bo Berg")
    except ValueError as error:
        start.report(ValueError, error, error.__traceback__)
    dialog = next(one for one in window.children() if one.objectName() == "report")
    assert "ValueError" in dialog._report
    assert "Bo Berg" not in dialog._report
    dialog.accept()
