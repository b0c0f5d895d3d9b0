"""Steps: in order, whole or not at all, with a copy before the first."""

from __future__ import annotations

from pathlib import Path

import pytest

from wallet.model.errors import BugError, NewerFile, StoreError
from wallet.store.database import Database, connect
from wallet.store.migrations import COMMENTS, MIGRATIONS, migrate, version_of
from wallet.store.opening import open_database
from wallet.store.schema import missing_comments, schema_markdown

KEY = bytes(range(32))


def first(database: Database) -> None:
    database.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT")
    database.execute("INSERT INTO person VALUES (1, 'Ada')")


def second(database: Database) -> None:
    database.execute(
        "CREATE TABLE debt (owed_to INTEGER NOT NULL REFERENCES person(id) ON DELETE CASCADE)"
        " STRICT"
    )
    database.execute("INSERT INTO debt VALUES (1)")


def rebuild(database: Database) -> None:
    database.schema["person"].transform(rename={"name": "called"})


def broken(database: Database) -> None:
    database.execute("DROP TABLE person")
    raise KeyError


def orphaning(database: Database) -> None:
    database.execute("DELETE FROM person")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "wallet.db"


def test_every_step_runs_once_and_in_order(path: Path) -> None:
    open_database(path, KEY, migrations=(first,)).close()
    with open_database(path, KEY, migrations=(first, second)) as database:
        assert version_of(database) == 2
        assert database.fetch_all("SELECT * FROM debt") == [(1,)]


def test_a_copy_of_the_old_file_is_made_before_the_first_step(path: Path) -> None:
    open_database(path, KEY, migrations=(first,)).close()
    open_database(path, KEY, migrations=(first, second)).close()
    with connect(path.with_name("wallet.db.before-v2"), KEY) as copy:
        assert version_of(copy) == 1
        assert copy.fetch_all("SELECT name FROM person") == [("Ada",)]


def test_a_new_file_and_an_unchanged_one_need_no_copy(path: Path) -> None:
    open_database(path, KEY, migrations=(first,)).close()
    open_database(path, KEY, migrations=(first,)).close()
    assert [file.name for file in path.parent.iterdir()] == ["wallet.db"]


def test_without_room_for_the_copy_no_step_is_taken(path: Path) -> None:
    open_database(path, KEY, migrations=(first,)).close()
    path.with_name("wallet.db.before-v2").mkdir()
    with pytest.raises(StoreError):
        open_database(path, KEY, migrations=(first, second))
    with connect(path, KEY) as database:
        assert version_of(database) == 1


def test_a_step_that_fails_leaves_the_version_before_it(path: Path) -> None:
    open_database(path, KEY, migrations=(first,)).close()
    with pytest.raises(KeyError):
        open_database(path, KEY, migrations=(first, second, broken))
    with connect(path, KEY) as database:
        assert version_of(database) == 2
        assert database.fetch_all("SELECT name FROM person") == [("Ada",)]


def test_rebuilding_a_table_deletes_nothing_that_refers_to_it(path: Path) -> None:
    with open_database(path, KEY, migrations=(first, second, rebuild)) as database:
        assert database.fetch_all("SELECT * FROM debt") == [(1,)]
        assert database.fetch_all("SELECT called FROM person") == [("Ada",)]
        assert database.fetch_one("PRAGMA foreign_keys") == (1,)


def test_a_step_that_leaves_orphans_is_refused(path: Path) -> None:
    with pytest.raises(BugError):
        open_database(path, KEY, migrations=(first, second, orphaning))
    with connect(path, KEY) as database:
        assert version_of(database) == 2


def test_a_newer_file_is_refused_and_not_touched(path: Path) -> None:
    open_database(path, KEY, migrations=(first, second)).close()
    before = path.read_bytes()
    with pytest.raises(NewerFile) as caught:
        open_database(path, KEY, migrations=(first,))
    assert (caught.value.version, caught.value.known) == (2, 1)
    assert path.read_bytes() == before


def test_our_own_steps_make_tables_where_each_column_has_its_comment() -> None:
    with open_database(None, None) as database:
        assert version_of(database) == len(MIGRATIONS)
        assert missing_comments(database, COMMENTS) == []


def test_the_schema_page_names_columns_references_and_indexes() -> None:
    with connect(None, None) as database:
        migrate(database, (first, second))
        database.execute("CREATE UNIQUE INDEX by_name ON person (name) WHERE name <> ''")
        comments = {"person": "Who we know.", "person.name": "As they say it."}
        page = schema_markdown(database, comments)
        lost = missing_comments(database, {**comments, "person.age": "Gone."})
    assert "## person\n\nWho we know.\n" in page
    assert "| `name` | TEXT |  | As they say it. |" in page
    assert "| `id` | INTEGER | key |  |" in page
    assert "* `owed_to` refers to `person.id`, on delete cascade" in page
    assert "* unique index over `name` (of some rows)" in page
    assert lost == ["debt", "debt.owed_to", "person.age", "person.id"]
