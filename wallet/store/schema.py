"""Print the schema of a migrated file, for `docs/schema.md`.

Read back from SQLite itself, so that the page cannot say what the file does not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wallet.store.database import Database


def schema_markdown(database: Database, comments: Mapping[str, str]) -> str:
    """Return tables, columns, types, comments and indexes as Markdown.

    `comments` maps "table" and "table.column" to a sentence; see `migrations.COMMENTS`.
    """
    lines = ["# Schema", ""]
    for table in tables_of(database):
        lines += [f"## {table}", ""]
        if table in comments:
            lines += [comments[table], ""]
        if _is_virtual(database, table):
            named = (f"`{row[1]}`" for row in _table_info(database, table))
            lines += ["Words of " + ", ".join(named) + "."]
        else:
            lines += _columns(database, table, comments)
        lines += _references(database, table)
        lines += _indexes(database, table)
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def missing_comments(database: Database, comments: Mapping[str, str]) -> list[str]:
    """Return every table and column without a comment, and every comment without its thing.

    The columns of a full-text index need none: they repeat those of its table.
    """
    names = set(tables_of(database))
    for table in tables_of(database):
        if not _is_virtual(database, table):
            names |= {f"{table}.{row[1]}" for row in _table_info(database, table)}
    return sorted(names ^ set(comments))


def tables_of(database: Database) -> list[str]:
    """Return our tables by name, without those SQLite keeps for itself or for a full-text index."""
    rows = database.fetch_all(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    )
    return [str(row[0]) for row in rows]


def _is_virtual(database: Database, table: str) -> bool:
    return database.fetch_one("SELECT type FROM pragma_table_list(?)", (table,)) == ("virtual",)


def _table_info(database: Database, table: str) -> list[tuple[object, ...]]:
    # Row: cid, name, type, notnull, default, place in the primary key, hidden
    return database.fetch_all(
        "SELECT * FROM pragma_table_xinfo(?) WHERE hidden IN (0, 2, 3)", (table,)
    )


def _columns(database: Database, table: str, comments: Mapping[str, str]) -> Iterator[str]:
    yield "| column | type | | meaning |"
    yield "| --- | --- | --- | --- |"
    for _, name, kind, not_null, default, place, _ in _table_info(database, table):
        facts = ["key"] if place else []
        facts += ["may be null"] if not (not_null or place) else []
        facts += [f"default {default}"] if default is not None else []
        meaning = comments.get(f"{table}.{name}", "")
        yield f"| `{name}` | {kind or 'any'} | {', '.join(facts)} | {meaning} |"


def _references(database: Database, table: str) -> Iterator[str]:
    rows = database.fetch_all(
        'SELECT "from", "table", coalesce("to", \'\'), on_delete'
        " FROM pragma_foreign_key_list(?) ORDER BY id, seq",
        (table,),
    )
    for index, (column, other, target, on_delete) in enumerate(rows):
        yield from [""] if index == 0 else []
        goes = "" if on_delete == "NO ACTION" else f", on delete {on_delete.lower()}"
        yield f"* `{column}` refers to `{other}{'.' + target if target else ''}`{goes}"


def _indexes(database: Database, table: str) -> Iterator[str]:
    rows = database.fetch_all(
        "SELECT name, \"unique\", partial FROM pragma_index_list(?) WHERE origin <> 'pk'"
        " ORDER BY name",
        (table,),
    )
    for index, (name, unique, partial) in enumerate(rows):
        yield from [""] if index == 0 else []
        columns = database.fetch_all(
            "SELECT coalesce(name, 'expression') FROM pragma_index_xinfo(?) WHERE key = 1", (name,)
        )
        listed = ", ".join(f"`{column}`" for (column,) in columns)
        facts = ("unique " if unique else "") + "index over " + listed
        yield f"* {facts}{' (of some rows)' if partial else ''}"
