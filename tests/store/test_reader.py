"""Questions beside the writer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from wallet.model.errors import BugError, ForeignFile
from wallet.store.database import Database, connect
from wallet.store.files import DiskBroken
from wallet.store.reader import InlineReader, Reader

KEY = bytes(range(32))
WAIT = 10.0
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Database]:
    with connect(tmp_path / "wallet.db", KEY) as opened:
        opened.execute("CREATE TABLE note (id INTEGER PRIMARY KEY) STRICT")
        yield opened


@pytest.fixture
def reader(tmp_path: Path, writer: Database) -> Iterator[Reader]:
    opened = Reader(tmp_path / "wallet.db", KEY)
    yield opened
    opened.close()


def count(database: Database) -> int:
    row = database.fetch_one("SELECT count(*) FROM note")
    assert row is not None
    return int(row[0])


def test_it_sees_what_was_committed_and_nothing_else(writer: Database, reader: Reader) -> None:
    assert reader.submit(count).result(WAIT) == 0
    with writer.transaction():
        writer.execute("INSERT INTO note VALUES (1)")
        assert reader.submit(count).result(WAIT) == 0
    assert reader.submit(count).result(WAIT) == 1


def test_one_question_sees_one_moment(writer: Database, reader: Reader) -> None:
    counted, written = threading.Event(), threading.Event()

    def question(database: Database) -> tuple[int, int]:
        before = count(database)
        counted.set()
        assert written.wait(WAIT)
        return before, count(database)

    answer = reader.submit(question)
    assert counted.wait(WAIT)
    writer.execute("INSERT INTO note VALUES (1)")  # the writer is not held up
    written.set()
    assert answer.result(WAIT) == (0, 0)


def test_it_cannot_write(reader: Reader) -> None:
    answer = reader.submit(lambda database: database.execute("INSERT INTO note VALUES (1)"))
    with pytest.raises(BugError):
        answer.result(WAIT)
    assert reader.submit(count).result(WAIT) == 0


def test_closing_breaks_off_the_running_question(writer: Database, tmp_path: Path) -> None:
    reader = Reader(tmp_path / "wallet.db", KEY)
    begun = threading.Event()

    def question(database: Database) -> None:
        database.connection.set_progress_handler(lambda: begun.set() or 0, 1000)
        database.fetch_one(ENDLESS)

    running, waiting = reader.submit(question), reader.submit(count)
    assert begun.wait(WAIT)
    reader.close()
    with pytest.raises(CancelledError):
        running.result(WAIT)
    assert waiting.cancelled()


def test_another_key_or_no_file_is_told_by_the_answer(writer: Database, tmp_path: Path) -> None:
    for path, key, error in (
        (tmp_path / "wallet.db", bytes(32), ForeignFile),
        (tmp_path / "nothing.db", KEY, DiskBroken),
    ):
        reader = Reader(path, key)
        with pytest.raises(error):
            reader.submit(count).result(WAIT)
        reader.close()
    assert not (tmp_path / "nothing.db").exists()


def test_in_memory_the_answer_is_there_at_once(writer: Database) -> None:
    assert InlineReader(writer).submit(count).result(0) == 0
    refused = InlineReader(writer).submit(lambda database: database.execute("SELEKT"))
    assert isinstance(refused.exception(0), BugError)
