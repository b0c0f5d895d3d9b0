"""Long questions beside the writer: one read-only connection in a thread of its own.

A list of a hundred thousand chits takes 200 ms to sort; the pump must not wait for it. Each
question sees one moment of the file, the last COMMIT before it began. Callers wait on the
`Future`, in asyncio through `wrap_future`; this module knows nothing of loops.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from wallet.crypto.sealing import Secret
from wallet.model.errors import BugError, WalletError
from wallet.store.database import Database, connect
from wallet.store.files import DiskBroken

T = TypeVar("T")


class Reader:
    """The questions asked of one file, answered one after the other."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Prepare; the file is opened by the first question, in its thread."""
        self._path = path
        self._key = Secret(key)
        self._database: Database | None = None
        self._closing = threading.Event()
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reader")

    def submit(self, question: Callable[[Database], T]) -> Future[T]:
        """Ask; the answer must be plain facts, no cursor.

        The future raises what the question raises, a `StoreError` of the disk, `BugError` for an
        attempt to write, and `CancelledError` when `close` came first. Raises `RuntimeError`
        after `close`.
        """
        return self._executor.submit(self._answer, question)

    def close(self) -> None:
        """Break off the running question, drop the waiting ones, close the file, end the thread."""
        self._closing.set()
        database = self._database
        if database is not None:
            database.connection.interrupt()
        self._executor.shutdown(wait=True, cancel_futures=True)
        if self._database is not None:
            self._database.close()

    def _answer(self, question: Callable[[Database], T]) -> T:
        if self._database is None:
            self._database = connect(self._path, self._key.reveal(), read_only=True)
        if self._closing.is_set():
            raise CancelledError
        try:
            return ask(self._database, question)
        except BugError:
            if self._closing.is_set():  # SQLite calls it "interrupted"
                raise CancelledError from None
            raise
        except DiskBroken as error:
            if error.reason == "SQLITE_READONLY":
                raise BugError("a question does not write") from None
            raise


class InlineReader:
    """The same, answered at once on the writer's own connection: for a database in memory."""

    def __init__(self, database: Database) -> None:
        """Answer from `database`."""
        self._database = database

    def submit(self, question: Callable[[Database], T]) -> Future[T]:
        """Ask; the future is done when this returns."""
        future: Future[T] = Future()
        try:
            future.set_result(question(self._database))
        except WalletError as error:  # anything else is a bug, and shall stop the simulation
            future.set_exception(error)
        return future

    def close(self) -> None:
        """Do nothing: the connection belongs to the writer."""


def ask(database: Database, question: Callable[[Database], T]) -> T:
    """Answer a question on a read-only connection; all its statements see the same moment."""
    database.execute("BEGIN")
    try:
        return question(database)
    finally:
        if database.in_transaction:
            database.execute("ROLLBACK")
