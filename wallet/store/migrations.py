"""The steps that bring a file up to date, one function each, in order; a released one stays.

Source: sqlite-utils (a step and its number in one transaction), qutebrowser (a newer file is
refused). Before the first step of an existing file a copy is made under the same key. Steps use
single statements: `executescript` would commit in the middle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from wallet.model.errors import BugError, NewerFile
from wallet.store import m001
from wallet.store.database import Database

Migration = Callable[[Database], None]


def migrate(database: Database, migrations: Sequence[Migration]) -> None:
    """Run the steps this file has not seen; each is kept whole or not at all.

    Raises:
        NewerFile: a newer program wrote the file; it is left as it is.
        StoreError: the disk; the file is at its old version, or between two steps.
        BugError: a step left a reference to nothing.
    """
    version = version_of(database)
    if version > len(migrations):
        raise NewerFile(version, len(migrations))
    if version == len(migrations):
        return
    if version > 0 and database.path is not None:
        path = database.path
        database.copy_to(path.with_name(f"{path.name}.before-v{version + 1}"))
    # A table that is rebuilt is dropped for a moment, and a drop would delete what refers to it.
    database.execute("PRAGMA foreign_keys = OFF")
    try:
        for number, step in enumerate(migrations[version:], start=version + 1):
            _take(database, step, number)
    finally:
        database.execute("PRAGMA foreign_keys = ON")


def version_of(database: Database) -> int:
    """Return the number of the last step this file has seen; 0: an empty file."""
    row = database.fetch_one("PRAGMA user_version")
    return int(row[0]) if row else 0


def _take(database: Database, step: Migration, number: int) -> None:
    with database.transaction():
        step(database)
        lost = database.fetch_one("PRAGMA foreign_key_check")
        if lost is not None:
            raise BugError(f"step {number} leaves a reference to nothing in {lost[0]}")
        database.execute(f"PRAGMA user_version = {number}")


# --- the steps ---------------------------------------------------------------------------------


MIGRATIONS: tuple[Migration, ...] = (m001.create,)

# What `docs/schema.md` says about each "table" and "table.column". A later step adds its own
# after the earlier ones: {**m001.COMMENTS, **m002.COMMENTS}.
COMMENTS: Mapping[str, str] = m001.COMMENTS
