"""Lists of chits: the order and sums of a hundred thousand from indexes, the rows a page at a time.

A list is asked for in two steps: `list_chit_ids` gives the row numbers of the whole list in order
(from an index alone), `list_chits` the rows of what is on the screen.  A filter is the
intersection of sets of row numbers, each from an index of its own, so that any filter goes with
any order and nothing is sorted.  A chit is in these indexes once it is `listed`: before a question
comes here, `Store.tidy` has seen to that.
"""

from __future__ import annotations

import json
import re
import unicodedata
from array import array
from collections.abc import Iterable
from itertools import compress
from typing import Any

import msgspec
from msgspec.structs import replace

from wallet.engine.api.views import ChitFilter, ChitIds, ChitOrder, ChitState, ChitView, Sort
from wallet.engine.queries.now import Now
from wallet.engine.queries.parts import PaymentPart, read_part
from wallet.model.errors import NotFound
from wallet.protocol.credit.chit import State
from wallet.store.database import Database

# `asked`: the partner's session waits for our yes; to a list that is a session like another.
STATES = {
    State.NEW: ChitState.SIGNING,
    State.WAITING: ChitState.WAITING,
    State.ASKED: ChitState.SIGNING,
    State.SIGNING: ChitState.SIGNING,
    State.UNKNOWN: ChitState.UNKNOWN,
    State.GOOD: ChitState.GOOD,
    State.WITHDRAWN: ChitState.WITHDRAWN,
    State.REFUSED: ChitState.REFUSED,
    State.VOID: ChitState.VOID,
}
_COLUMNS = {
    Sort.DATE: "date",
    Sort.AMOUNT: "units",
    Sort.PARTNER: "partner_name",
    Sort.STATE: "state",
    Sort.MEMO: "memo",
}
_NOT_GOOD = tuple(state for state in ChitState if state is not ChitState.GOOD)
# Up to here it is faster to look at the rows than at the whole index.
_FEW = 500
# A search is a person's text: more of it than this finds nothing more.
_MOST_TEXT = 200
_MOST_WORDS = 12
_WORD = re.compile(r"\w+")
_ROW = (
    "id, uuid, tally, partner_name, mine, units, memo, ref, date, state, balance_after, place,"
    " sealed, session, record"
)


# The whole list, as numbers ------------------------------------------------------------------


def list_chit_ids(database: Database, _: Now, which: ChitFilter, order: ChitOrder) -> ChitIds:
    """Return the row numbers of all chits that match, in order, with the sums of the good ones."""
    wanted = _wanted(database, which)
    ids = _numbers(database, spine_sql(order))
    if wanted is not None:
        ids = list(compress(ids, map(wanted.__contains__, ids)))
    if which == ChitFilter(paid_by_me=which.paid_by_me):  # all of them, or one way of all
        total_in, total_out = _sums(database, None)
        total_in = 0 if which.paid_by_me is True else total_in
        total_out = 0 if which.paid_by_me is False else total_out
    else:
        total_in, total_out = _sums(database, ids)
    return ChitIds(array("q", ids).tobytes(), len(ids), total_in, total_out)


def spine_sql(order: ChitOrder) -> str:
    """Return the statement that gives all row numbers in this order, from one index."""
    way = "DESC" if order.descending else "ASC"
    return f"SELECT id FROM chit WHERE listed = 1 ORDER BY {_COLUMNS[order.by]} {way}, id {way}"


def match_words(text: str) -> str:
    """Return the full-text question for what a person typed: every word, as a beginning.

    Only letters and digits reach it, each word as a quoted string, so nothing in it can be read as
    the language of FTS5.  Empty when the text has no word.
    """
    plain = unicodedata.normalize("NFC", text[:_MOST_TEXT])
    words = _WORD.findall(plain.replace("_", " "))[:_MOST_WORDS]
    return " ".join(f'"{word}"*' for word in words)


def _wanted(database: Database, which: ChitFilter) -> set[int] | None:
    """Return the row numbers that match; None: all do."""
    conditions = list(_conditions(which))
    if which.text.strip() and not match_words(which.text):
        return set()
    wanted: set[int] | None = None
    for sql, parameters in conditions:
        found = set(_numbers(database, sql, parameters))
        wanted = found if wanted is None else wanted & found
    return wanted


def _conditions(which: ChitFilter) -> Iterable[tuple[str, tuple[Any, ...]]]:
    since, until = which.since, which.until or (1 << 62)
    dated = bool(which.since or which.until)
    if which.tally:
        sql = "SELECT id FROM chit WHERE listed = 1 AND tally = ? AND date BETWEEN ? AND ?"
        yield sql, (which.tally, since, until)
    if which.states:
        where, stored = _state_condition(which.states)
        yield f"SELECT id FROM chit WHERE {where}", stored
    if which.paid_by_me is not None or (dated and not which.tally):
        # The index by date carries `mine`; the planner would rather walk the table.
        mine = "" if which.paid_by_me is None else f" AND mine = {int(which.paid_by_me)}"
        sql = (
            "SELECT id FROM chit INDEXED BY chit_by_date"
            f" WHERE listed = 1 AND date BETWEEN ? AND ?{mine}"
        )
        yield sql, (since, until)
    if words := match_words(which.text):
        yield "SELECT rowid AS id FROM chit_text WHERE chit_text MATCH ?", (words,)


def _state_condition(wanted: tuple[ChitState, ...]) -> tuple[str, tuple[str, ...]]:
    stored = tuple(state.value for state, shown in STATES.items() if shown in wanted)
    return f"listed = 1 AND state IN ({', '.join('?' * len(stored))})", stored


def _numbers(database: Database, sql: str, parameters: tuple[Any, ...] = ()) -> list[int]:
    # One JSON text instead of a hundred thousand rows: three times as fast.
    row = database.fetch_one(f"SELECT json_group_array(id) FROM ({sql})", parameters)
    found: list[int] = msgspec.json.decode(row[0], type=list[int]) if row else []
    return found


def _sums(database: Database, ids: list[int] | None) -> tuple[int, int]:
    """What came in and what went out by these chits (None: all) as far as they are good."""
    where, states = _state_condition(_NOT_GOOD)
    if ids is None:
        all_in, all_out = _sum(database, "INDEXED BY chit_by_date WHERE listed = 1")
        less_in, less_out = _sum(database, f"INDEXED BY chit_by_state WHERE {where}", states)
        return all_in - less_in, all_out - less_out
    good = set(ids).difference(_numbers(database, f"SELECT id FROM chit WHERE {where}", states))
    return _sum_rows(database, good) if len(good) <= _FEW else _sum_scanned(database, good)


_SUMS = (
    "coalesce(sum(CASE mine WHEN 0 THEN units END), 0),"
    " coalesce(sum(CASE mine WHEN 1 THEN units END), 0)"
)


def _sum(database: Database, where: str, parameters: tuple[Any, ...] = ()) -> tuple[int, int]:
    return database.fetch_one(f"SELECT {_SUMS} FROM chit {where}", parameters) or (0, 0)


def _sum_rows(database: Database, ids: Iterable[int]) -> tuple[int, int]:
    where = "WHERE id IN (SELECT value FROM json_each(?))"
    return _sum(database, where, (json.dumps(list(ids)),))


def _sum_scanned(database: Database, ids: set[int]) -> tuple[int, int]:
    row = database.fetch_one(
        "SELECT json_group_array(id), json_group_array(CASE mine WHEN 1 THEN -units ELSE units END)"
        " FROM chit INDEXED BY chit_by_date WHERE listed = 1"
    )
    if row is None:
        return 0, 0
    numbers = msgspec.json.decode(row[0], type=list[int])
    signed = msgspec.json.decode(row[1], type=list[int])
    counted = list(compress(signed, map(ids.__contains__, numbers)))
    total, both = sum(counted), sum(map(abs, counted))  # both ways together; never a loop here
    return (both + total) // 2, (both - total) // 2


# Rows ------------------------------------------------------------------------------------------


def list_chits(database: Database, _: Now, rows: tuple[int, ...]) -> tuple[ChitView, ...]:
    """Return the chits at these row numbers, in this order; one that is gone is left out."""
    found = database.fetch_all(
        f"SELECT {_ROW} FROM chit WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(rows),),
    )
    views = {row[0]: view_of_row(row) for row in found}
    return tuple(views[one] for one in rows if one in views)


def list_latest(database: Database, most: int) -> tuple[ChitView, ...]:
    """Return the latest chits, whatever became of them."""
    rows = database.fetch_all(
        f"SELECT {_ROW} FROM chit WHERE listed = 1 ORDER BY date DESC, id DESC LIMIT ?", (most,)
    )
    return tuple(view_of_row(row) for row in rows)


def get_chit(database: Database, _: Now, uuid: str) -> ChitView:
    """Return one chit with the states it went through.  Raises `NotFound`."""
    row, sql = None, f"SELECT {_ROW} FROM chit WHERE uuid = ? AND loose = "
    for loose in "10":
        row = row or database.fetch_one(sql + loose, (uuid,))
    if row is None:
        raise NotFound("chit", uuid)
    said = database.fetch_one("SELECT steps FROM chit WHERE id = ?", (row[0],))
    history: list[tuple[int, str]] = []
    for line in said[0].splitlines() if said else ():
        at, state = line.split(" ")
        shown = STATES[State(state)].value
        if state != State.NEW.value and (not history or history[-1][1] != shown):
            history.append((int(at), shown))
    view = view_of_row(row, tuple(history))
    if view.state is not ChitState.REFUSED:
        return view
    return replace(view, reason_text=_words_of(database, view.session))


def _words_of(database: Database, session: str) -> str:
    """What the partner said when it declined this session."""
    sql = "SELECT text FROM session WHERE session = ? AND loose = "
    rows = (database.fetch_one(sql + loose, (session,)) for loose in "10")
    return next((str(row[0]) for row in rows if row), "")


def view_of_row(row: tuple[Any, ...], history: tuple[tuple[int, str], ...] = ()) -> ChitView:
    """Make the view of one row of `_ROW`'s columns."""
    state = STATES[State(row[9])]
    good = state is ChitState.GOOD
    part = PaymentPart() if good else read_part(row[14], PaymentPart)
    return ChitView(
        uuid=row[1],
        tally=row[2],
        partner=row[3],
        paid_by_me=bool(row[4]),
        amount=row[5],
        memo=row[6],
        reference=row[7],
        date=row[8],
        state=state,
        balance_after=row[10] if good else 0,
        index=row[11],
        sealed=bool(row[12]),
        session=row[13] or "",
        reason=part.reason,
        blamed=part.blamed or "",
        history=history,
    )
