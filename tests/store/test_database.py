"""The file: keys, transactions, and what the disk can do to it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from wallet.model.errors import (
    BugError,
    DamagedFile,
    DiskFull,
    ForeignFile,
    ProfileInUse,
    StoreError,
)
from wallet.store.database import Database, connect
from wallet.store.files import DiskBroken

KEY = bytes(range(32))
OTHER_KEY = bytes(32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "wallet.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with connect(path, KEY) as opened:
        opened.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
        yield opened


def write(database: Database, text: str) -> None:
    database.execute("INSERT INTO note (text) VALUES (?)", (text,))


def texts(database: Database) -> list[str]:
    return [text for (text,) in database.fetch_all("SELECT text FROM note ORDER BY id")]


def test_what_was_committed_is_there_when_opened_again(path: Path, database: Database) -> None:
    with database.transaction():
        write(database, "kept")
    database.close()
    with connect(path, KEY) as again:
        assert texts(again) == ["kept"]


def test_nothing_in_the_folder_can_be_read_without_the_key(path: Path, database: Database) -> None:
    write(database, "the memo of a payment")
    database.checkpoint()
    write(database, "the memo of a payment")
    for file in path.parent.iterdir():
        assert b"memo" not in file.read_bytes()
        assert b"SQLite format 3" not in file.read_bytes()


@pytest.mark.needs("linux")
def test_only_the_owner_may_read_file_and_folder(path: Path, database: Database) -> None:
    write(database, "x")
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert modes == {"wallet.db": 0o600, "wallet.db-wal": 0o600, "wallet.db-shm": 0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.needs("linux")
def test_a_file_others_could_read_is_taken_from_them(path: Path, database: Database) -> None:
    database.close()
    path.chmod(0o644)
    connect(path, KEY).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_commits_reach_the_disk_and_references_are_checked(database: Database) -> None:
    settings = ("journal_mode", "synchronous", "foreign_keys", "temp_store")
    values = [database.fetch_one(f"PRAGMA {name}") for name in settings]
    assert values == [("wal",), (2,), (1,), (2,)]


def test_another_key_is_refused_silently_and_changes_nothing(
    path: Path, database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    database.close()
    before = path.read_bytes()
    with pytest.raises(ForeignFile):
        connect(path, OTHER_KEY)
    assert path.read_bytes() == before
    assert capfd.readouterr() == ("", "")


def test_a_file_of_another_program_is_refused_and_not_touched(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"SQLite format 3\x00" + b"not at all" * 1000)
    before = path.read_bytes()
    with pytest.raises(ForeignFile):
        connect(path, KEY)
    assert path.read_bytes() == before


def test_another_database_under_our_key_is_refused(path: Path, database: Database) -> None:
    database.execute("PRAGMA application_id = 7")
    database.close()
    with pytest.raises(ForeignFile):
        connect(path, KEY)


@pytest.mark.parametrize("key", [None, b"", b"short", bytes(33)])
def test_a_file_is_never_made_without_a_whole_key(path: Path, key: bytes | None) -> None:
    with pytest.raises(BugError):
        connect(path, key)
    assert not path.exists()


def test_a_damaged_page_is_told_as_damage(path: Path, database: Database) -> None:
    with database.transaction():
        for number in range(200):
            write(database, f"{number}" * 100)
    database.close()
    content = bytearray(path.read_bytes())
    for place in range(4096 + 50, len(content), 4096):
        content[place] ^= 1
    path.write_bytes(content)
    with connect(path, KEY) as again:
        with pytest.raises(DamagedFile):
            texts(again)
        with pytest.raises(DamagedFile):
            again.check()


def test_a_sound_file_passes_its_check(database: Database) -> None:
    write(database, "x")
    database.checkpoint()
    database.check()


def test_an_exception_keeps_nothing_of_a_transaction(database: Database) -> None:
    with pytest.raises(KeyError), database.transaction():  # noqa: PT012
        write(database, "lost")
        raise KeyError
    assert texts(database) == []
    assert not database.in_transaction


def test_an_exception_in_a_savepoint_loses_only_its_own_block(database: Database) -> None:
    with database.transaction():
        for text in ("one", "two", "three"):
            with pytest.raises(KeyError) if text == "two" else as_it_is(), database.savepoint():
                write(database, text)
                if text == "two":
                    raise KeyError
    assert texts(database) == ["one", "three"]


def test_savepoints_nest(database: Database) -> None:
    with database.transaction(), database.savepoint():
        write(database, "outer")
        with pytest.raises(KeyError), database.savepoint():  # noqa: PT012
            write(database, "inner")
            with database.savepoint():
                write(database, "innermost")
            raise KeyError
    assert texts(database) == ["outer"]


def test_a_savepoint_never_begins_a_transaction_of_its_own(database: Database) -> None:
    with pytest.raises(BugError), database.savepoint():
        write(database, "lost")
    assert texts(database) == []


def test_transactions_do_not_nest(database: Database) -> None:
    with pytest.raises(BugError), database.transaction(), database.transaction():
        pass
    assert not database.in_transaction


def test_a_full_disk_loses_the_whole_transaction_and_nothing_before(database: Database) -> None:
    write(database, "before")
    database.execute("PRAGMA max_page_count = 3")
    with pytest.raises(DiskFull), database.transaction():  # noqa: PT012
        with database.savepoint():
            write(database, "small")
        with database.savepoint():
            write(database, "large" * 10_000)
    assert texts(database) == ["before"]
    assert not database.in_transaction


def test_a_swallowed_disk_error_does_not_let_half_a_step_through(database: Database) -> None:
    database.execute("PRAGMA max_page_count = 3")
    with pytest.raises(BugError), database.transaction():  # noqa: PT012
        with pytest.raises(DiskFull), database.savepoint():
            write(database, "large" * 10_000)
        with database.savepoint():
            write(database, "small")
    assert texts(database) == []


@pytest.mark.needs("linux")
def test_a_commit_that_fails_has_changed_nothing(path: Path, database: Database) -> None:
    write(database, "before")
    wal = path.with_name("wallet.db-wal")
    limit = no_growth_beyond(wal.stat().st_size + 5000)
    with pytest.raises(StoreError), limit, database.transaction():
        write(database, "large" * 5_000)
    assert texts(database) == ["before"]
    write(database, "after")
    database.close()
    with connect(path, KEY) as again:
        assert texts(again) == ["before", "after"]


def test_a_second_writer_is_told_that_the_file_is_in_use(path: Path, database: Database) -> None:
    with connect(path, KEY) as second:
        second.execute("PRAGMA busy_timeout = 0")
        with database.transaction(), pytest.raises(ProfileInUse), second.transaction():
            pass


def test_a_folder_that_cannot_be_made_is_the_disk_s_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DiskBroken) as caught:
        connect(tmp_path / "file" / "wallet.db", KEY)
    assert caught.value.reason in {"ENOTDIR", "EEXIST"}


@pytest.mark.parametrize("sql", ["SELEKT 1", "INSERT INTO note VALUES (1, NULL)", "SELECT ?"])
def test_our_own_mistakes_are_bugs(database: Database, sql: str) -> None:
    for ask in (database.execute, database.fetch_one, database.fetch_all):
        with pytest.raises(BugError):
            ask(sql)


def test_a_copy_opens_with_the_same_key(tmp_path: Path, database: Database) -> None:
    write(database, "kept")
    copy = tmp_path / "copy.db"
    copy.write_bytes(b"an older copy")
    database.copy_to(copy)
    assert copy.stat().st_mode & 0o777 == 0o600 or sys.platform == "win32"
    write(database, "later")
    with connect(copy, KEY) as opened:
        assert texts(opened) == ["kept"]
    with pytest.raises(ForeignFile):
        connect(copy, OTHER_KEY)


@pytest.mark.needs("linux")
def test_a_copy_that_does_not_fit_leaves_nothing_behind(tmp_path: Path, database: Database) -> None:
    write(database, "large" * 50_000)
    copy = tmp_path / "copy.db"
    copy.write_bytes(b"an older copy")
    with pytest.raises(StoreError), no_growth_beyond(20_000):
        database.copy_to(copy)
    assert copy.read_bytes() == b"an older copy"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["copy.db", "profile"]


def test_a_database_in_memory_needs_no_key() -> None:
    with connect(None, None) as database:
        database.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT) STRICT")
        with database.transaction():
            write(database, "x")
        database.check()
        database.checkpoint()
        assert texts(database) == ["x"]


def test_sqlite_utils_works_inside_our_transactions(database: Database) -> None:
    with pytest.raises(KeyError), database.transaction():  # noqa: PT012
        database.schema["note"].insert({"text": "lost"})
        raise KeyError
    with database.transaction():
        database.schema["note"].insert({"text": "kept"})
    assert texts(database) == ["kept"]


@contextmanager
def as_it_is() -> Iterator[None]:
    yield


@contextmanager
def no_growth_beyond(size: int) -> Iterator[None]:
    """Let the system refuse to write any file beyond `size` bytes: a full disk for this process."""
    import resource  # not on Windows

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
