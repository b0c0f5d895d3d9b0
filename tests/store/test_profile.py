"""One profile, one process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from wallet.model.errors import BugError, ProfileInUse, StoreError
from wallet.store.profile import Profile, default_folder

HOLDER = """
import sys
from pathlib import Path
from wallet.store.profile import Profile
with Profile(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[bytes]:
    """Start another process that holds the profile; returns when it does."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_two_processes_never_hold_one_profile(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        with pytest.raises(ProfileInUse) as caught:
            Profile(tmp_path)
        assert caught.value.profile == str(tmp_path)
        process.communicate()
    with Profile(tmp_path):
        pass


def test_a_process_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        process.kill()
        process.wait()
        with Profile(tmp_path) as profile:
            assert profile.database_path == tmp_path / "wallet.db"


def test_nor_does_one_process_hold_it_twice(tmp_path: Path) -> None:
    with Profile(tmp_path / "new" / "profile"), pytest.raises(ProfileInUse):
        Profile(tmp_path / "new" / "profile")
    with Profile(tmp_path / "new" / "profile"):
        pass


def test_a_profile_let_go_has_no_file(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    profile.close()
    profile.close()
    with pytest.raises(BugError):
        _ = profile.database_path


def test_a_folder_that_cannot_be_made_is_the_disk_s_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError):
        Profile(tmp_path / "file" / "profile")


def test_the_default_folder_carries_our_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "tallystick" in default_folder().parts
