"""Open the file of a profile: unlock it, and bring it up to date."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wallet.store.database import Database, connect
from wallet.store.migrations import MIGRATIONS, Migration, migrate


def open_database(
    path: Path | None, key: bytes | None, *, migrations: Sequence[Migration] = MIGRATIONS
) -> Database:
    """Return the file at `path` under its key of 32 bytes, ready for use; None: in memory.

    Raises:
        ForeignFile: another key, or no database of ours; nothing was written into it.
        NewerFile: a newer program wrote it; nothing was written into it.
        DamagedFile, DiskFull, DiskBroken: the disk.
    """
    database = connect(path, key)
    try:
        migrate(database, migrations)
    except BaseException:
        database.close()
        raise
    return database
