"""Files and folders that only their owner reads, written whole or not at all.

Source: electrum's atomic write (new file, fsync, rename, fsync of the folder). What stands in
the files is nobody's business here.
"""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from wallet.model.errors import DiskFull, StoreError

FILE_MODE = 0o600
FOLDER_MODE = 0o700
_OTHERS = 0o077  # the bits of group and world
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class DiskBroken(StoreError):
    """The system does not read or write the file at `where`; `reason` is its own short name."""

    code = "DSK-BAD"
    where: str
    reason: str


def make_folder(path: Path) -> None:
    """Make the folder and its parents where missing, readable by their owner only.

    Raises `OSError`. A folder that is already there keeps what its owner allowed.
    """
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)


def make_file(path: Path) -> None:
    """Make an empty file, or take away what others may do with the one there. Raises `OSError`."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
    except FileExistsError:
        # Not opened: closing any handle of a database drops the locks that another connection of
        # this process holds on it (POSIX locks; SQLite, "How To Corrupt", 2.2).
        mode = path.stat().st_mode
        if mode & _OTHERS:
            path.chmod(mode & ~_OTHERS)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet, down to the disk. Raises `OSError`; then it is gone."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY, FILE_MODE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Bring a file that nobody has open to the disk. Raises `OSError`."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Bring the folder's list of names to the disk, where the system can. Raises `OSError`."""
    if os.name == "nt":
        return  # a folder has no handle to flush there; NTFS keeps its own journal
    handle = os.open(path, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems refuse it
            os.fsync(handle)
    finally:
        os.close(handle)


def disk_error(error: OSError, where: str) -> StoreError:
    """Return what this error of the system means for the file at `where`."""
    if error.errno in _FULL:
        return DiskFull(where)
    return DiskBroken(where, errno.errorcode.get(error.errno or 0, type(error).__name__))


_BINARY = getattr(os, "O_BINARY", 0)
