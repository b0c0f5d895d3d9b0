"""One SQLCipher file: open, key, transactions, and SQLite's errors in our own words.

Source: docs of SQLCipher (`PRAGMA key`, raw keys) and of SQLite (WAL, `synchronous=FULL`,
savepoints). A COMMIT that returns is on the disk; one that raises has changed nothing. What the
tables are stands in `migrations.py`; how a whole profile is opened in `opening.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlcipher3 import dbapi2

from wallet.model.errors import (
    BugError,
    DamagedFile,
    DiskFull,
    ForeignFile,
    ProfileInUse,
    WalletError,
)
from wallet.store.files import (
    DiskBroken,
    disk_error,
    make_file,
    make_folder,
    sync_file,
    sync_folder,
)

if TYPE_CHECKING:
    import sqlite_utils

KEY_SIZE = 32
# "TlSt" in the file's header: a database of another program is told apart from an old one of ours.
APPLICATION_ID = 0x546C5374
# Every statement of the pump stays prepared; SQLite's own default of 128 would turn over.
CACHED_STATEMENTS = 512
# How long the write-ahead log grows (16 MB): the same pages are written again and again, and only
# their last state goes into the file. SQLite's own 1000 pages are full after ten payments.
CHECKPOINT_PAGES = 4_000
# A second connection of ours (the reader, a copy being made) never holds a lock for long.
BUSY_SECONDS = 5.0

Row = tuple[Any, ...]
Parameters = Sequence[Any] | dict[str, Any]
Kept = dict[tuple[str, str], Any]


class Database:
    """One connection, used by one thread at a time (not always the one that opened it)."""

    def __init__(self, connection: Any, path: Path | None) -> None:
        """Wrap an open connection; `connect` makes them."""
        self.connection = connection
        self.path = path
        self.kept: Kept = {}
        self._keeps = False
        self._depth = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def schema(self) -> sqlite_utils.Database:
        """The same connection in the words of sqlite-utils, for migrations and schema work.

        Imported on first use: it costs 180 ms at the start of the program.
        """
        import sqlite_utils

        return sqlite_utils.Database(self.connection)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return bool(self.connection.in_transaction)

    def keep(self, table: str, key: str, one: Any) -> None:
        """Remember what was read or written in this transaction: the next who asks gets the same.

        In `kept`, until the transaction ends or anything of it is rolled back.
        """
        if self._keeps:
            self.kept[table, key] = one

    def execute(self, sql: str, parameters: Parameters = ()) -> Any:
        """Run one statement and return its cursor. Raises a `StoreError`, or `BugError`."""
        try:
            return self.connection.execute(sql, parameters)
        except dbapi2.Error as error:
            raise in_our_words(error, self.path) from error

    def execute_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Run one statement for each row. Raises a `StoreError`, or `BugError`."""
        try:
            self.connection.executemany(sql, rows)
        except dbapi2.Error as error:
            raise in_our_words(error, self.path) from error

    def fetch_one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """Return the first row, or None. Raises a `StoreError`, or `BugError`."""
        try:
            row: Row | None = self.connection.execute(sql, parameters).fetchone()
        except dbapi2.Error as error:
            raise in_our_words(error, self.path) from error
        return row

    def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Return all rows. Raises a `StoreError`, or `BugError`."""
        try:
            rows: list[Row] = self.connection.execute(sql, parameters).fetchall()
        except dbapi2.Error as error:
            raise in_our_words(error, self.path) from error
        return rows

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block, or nothing: BEGIN IMMEDIATE … COMMIT.

        Any exception rolls back and goes on; so does a COMMIT that fails.

        Raises:
            StoreError: the disk is full or broken; nothing of the block was kept.
            BugError: a transaction is already open (use `savepoint` within).
        """
        if self.in_transaction:
            raise BugError("a transaction within a transaction")
        self.execute("BEGIN IMMEDIATE")
        self._keeps = True
        try:
            yield
            self._require_transaction()
            self.execute("COMMIT")
        except BaseException:
            self._drop("ROLLBACK")
            raise
        finally:
            self._keeps = False
            self.kept.clear()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """All of the block, or nothing, within an open transaction; may be nested.

        An exception rolls back this block only, and goes on: whoever catches it inside the
        transaction keeps the rest. So several inputs share one COMMIT.

        Raises:
            StoreError: the disk is full or broken, and SQLite has dropped the whole transaction.
            BugError: no transaction is open.
        """
        self._require_transaction()
        name = f"s{self._depth}"
        self.execute(f"SAVEPOINT {name}")
        self._depth += 1
        try:
            yield
            self._require_transaction()
            self.execute(f"RELEASE {name}")
        except BaseException:
            self.kept.clear()
            self._drop(f"ROLLBACK TO {name}", f"RELEASE {name}")
            raise
        finally:
            self._depth -= 1

    def checkpoint(self) -> None:
        """Move what the write-ahead log holds into the file itself, and empty the log.

        A reader in the middle of a query puts it off; that is no error.
        """
        self.fetch_all("PRAGMA wal_checkpoint(TRUNCATE)")

    def check(self) -> None:
        """Read every page and every reference. Raises `DamagedFile`. Takes seconds when large."""
        pages = self.fetch_all("PRAGMA cipher_integrity_check") if self.path else []
        sound = self.fetch_all("PRAGMA integrity_check(1)") == [("ok",)]
        if pages or not sound or self.fetch_one("PRAGMA foreign_key_check"):
            raise DamagedFile(_text(self.path))

    def copy_to(self, path: Path) -> None:
        """Write a copy under the same key to `path`, replacing a file there only when complete.

        Outside a transaction only. Raises a `StoreError`; then no half copy stays behind.
        """
        partial = path.with_name(path.name + ".partial")
        partial.unlink(missing_ok=True)
        try:
            make_file(partial)
            self.execute("VACUUM INTO ?", (str(partial),))
            sync_file(partial)
            partial.replace(path)
            sync_folder(path.parent)
        except OSError as error:
            raise disk_error(error, str(path)) from error
        finally:
            partial.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file; what was not committed is gone. May be called again."""
        self.connection.close()

    def _require_transaction(self) -> None:
        # After "disk full" SQLite may have rolled back everything by itself. A SAVEPOINT would
        # then silently begin a transaction of its own, and its RELEASE would commit half a step.
        if not self.in_transaction:
            raise BugError("no transaction is open, or it was lost to an error that was swallowed")

    def _drop(self, *statements: str) -> None:
        # The first exception is the one to tell; a connection that cannot even roll back
        # forgets the transaction when it is closed.
        for statement in statements:
            if self.in_transaction:
                try:
                    self.connection.execute(statement)
                except dbapi2.Error:
                    return


def connect(path: Path | None, key: bytes | None, *, read_only: bool = False) -> Database:
    """Open the file, or make an empty one; None: a database in memory, without a key.

    `key` is 32 bytes as they are, no password. Nothing is written into a file that is not ours.

    Raises:
        ForeignFile: another key, or not a database of ours.
        DiskFull, DiskBroken: the disk. ProfileInUse: another program holds the file.
    """
    if path is not None and (key is None or len(key) != KEY_SIZE):
        raise BugError(f"a file needs a key of {KEY_SIZE} bytes")
    try:
        if path is not None and not read_only:
            make_folder(path.parent)
            make_file(path)
        elif path is not None:
            path.stat()  # a reader must not make the file it cannot find
        connection = dbapi2.connect(
            ":memory:" if path is None else str(path),
            timeout=BUSY_SECONDS,
            isolation_level=None,
            cached_statements=CACHED_STATEMENTS,
            check_same_thread=False,
        )
    except OSError as error:
        raise disk_error(error, _text(path)) from error
    except dbapi2.Error as error:
        raise in_our_words(error, path) from error
    database = Database(connection, path)
    try:
        _unlock(database, key)
        _configure(database, read_only=read_only)
    except BaseException:
        database.close()
        raise
    return database


def _unlock(database: Database, key: bytes | None) -> None:
    # A wrong key makes SQLCipher write to stderr unless it is told not to first.
    database.execute("PRAGMA cipher_log_level = NONE")
    if key is not None:
        database.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    try:
        tables = database.fetch_one("SELECT count(*) FROM sqlite_master")
    except DamagedFile as error:
        # Another key and a damaged first page look the same: SQLCipher authenticates both.
        raise ForeignFile(_text(database.path)) from error
    owner = database.fetch_one("PRAGMA application_id")
    if owner != (APPLICATION_ID,) and (tables, owner) != ((0,), (0,)):
        raise ForeignFile(_text(database.path))


def _configure(database: Database, *, read_only: bool) -> None:
    database.execute("PRAGMA foreign_keys = ON")
    database.execute("PRAGMA temp_store = MEMORY")  # nothing unencrypted beside the file
    if read_only:
        database.execute("PRAGMA query_only = ON")
        return
    database.fetch_all("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.fetch_all(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    if database.fetch_one("PRAGMA application_id") == (0,):
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def in_our_words(error: dbapi2.Error, path: Path | None) -> WalletError:
    """Return what this error of SQLite means: the disk's fault, or ours."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the kind
    if code in _BUSY:
        return ProfileInUse(_text(path))
    if code in _DAMAGED:
        return DamagedFile(_text(path))
    if code == dbapi2.SQLITE_FULL:
        return DiskFull(_text(path))
    if code in _REFUSED:
        return DiskBroken(_text(path), error.sqlite_errorname)
    # A constraint, a misspelt statement, a closed connection: SQLite's text names columns only.
    return BugError(f"SQLite: {error}")


def _text(path: Path | None) -> str:
    return "" if path is None else str(path)


_BUSY = (dbapi2.SQLITE_BUSY, dbapi2.SQLITE_LOCKED)
_DAMAGED = (dbapi2.SQLITE_CORRUPT, dbapi2.SQLITE_NOTADB)
_REFUSED = (
    dbapi2.SQLITE_IOERR,
    dbapi2.SQLITE_CANTOPEN,
    dbapi2.SQLITE_READONLY,
    dbapi2.SQLITE_PERM,
    dbapi2.SQLITE_PROTOCOL,
    dbapi2.SQLITE_NOLFS,
)
