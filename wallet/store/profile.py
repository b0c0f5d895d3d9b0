"""A profile: the folder of one wallet, held by one process at a time.

Two processes on one source chain would write two actions after the same one, which is a fork:
the lock is not comfort, it protects the person's name. The system drops it when a process dies.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Self

from wallet.model.errors import BugError, ProfileInUse
from wallet.store.files import FILE_MODE, disk_error, make_folder

APPLICATION = "tallystick"
DATABASE_NAME = "wallet.db"
LOCK_NAME = "lock"
_TAKEN = {errno.EACCES, errno.EAGAIN, errno.EDEADLK, errno.EWOULDBLOCK}


def default_folder() -> Path:
    """Return where this person's profile is kept on this system; nothing is made."""
    import platformdirs  # here: a start with a folder of its own needs none

    return platformdirs.user_data_path(APPLICATION, appauthor=False)


class Profile:
    """A folder this process holds until `close`."""

    def __init__(self, folder: Path) -> None:
        """Make the folder where missing, and take its lock.

        Raises:
            ProfileInUse: another wallet runs on it, in this process or another.
            DiskFull, DiskBroken: the system refuses folder or lock.
        """
        self.folder = folder
        try:
            make_folder(folder)
            self._handle: int | None = os.open(
                folder / LOCK_NAME, os.O_CREAT | os.O_RDWR, FILE_MODE
            )
        except OSError as error:
            raise disk_error(error, str(folder)) from error
        try:
            _lock(self._handle)
        except OSError as error:
            self.close()
            if error.errno in _TAKEN:
                raise ProfileInUse(str(folder)) from None
            raise disk_error(error, str(folder)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def database_path(self) -> Path:
        """Where the encrypted file is, or will be. Raises `BugError` after `close`."""
        if self._handle is None:
            raise BugError("the profile is not held any more")
        return self.folder / DATABASE_NAME

    def close(self) -> None:
        """Let the next one have it. The file of the lock stays: removing it would race."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        # flock, not lockf: it also holds against a second profile object in this process.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
