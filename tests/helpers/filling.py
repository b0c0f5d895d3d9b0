"""Fill a database with many tallies and chits at once: what lists are measured with.

Used by tests and by scripts/bench.py.  The figures are always the same for the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.helpers.builders import DAY, NOON, a_person, a_salt, a_tally
from wallet.crypto.encoding import encode
from wallet.crypto.hashing import Hash, blake
from wallet.model.credit import Chit, other_half
from wallet.protocol.credit.chit import Payment, State
from wallet.store.database import Database
from wallet.store.store import Store
from wallet.store.tallies import TallyFile

NAMES = ("Bo Berg", "Cem Çelik", "Dana Okoye", "Emil Ström", "Fatma Yıldız", "Gro Halvorsen")
GOODS = ("eggs", "bread", "plum jam", "bicycle repair", "two hours in the garden", "firewood",
         "haircut", "lamp oil", "child care", "translation")  # fmt: skip
SPAN = 1_000 * DAY  # the chits lie in the thousand days before NOON
# Of each hundred chits three never counted.
ENDS = {7: State.WITHDRAWN, 37: State.REFUSED, 73: State.VOID}


def fill_chits(database: Database, n: int, *, tallies: int = 6) -> list[TallyFile]:
    """Write `n` chits on `tallies` open tallies; gives the tallies with balance and count."""
    store = Store(database)
    files = [
        a_tally(store, a_person(f"{NAMES[i % len(NAMES)]}{i // len(NAMES) or ''}"))
        for i in range(tallies)
    ]
    with database.transaction():
        database.execute_many(
            "INSERT INTO chit (uuid, tally, digest, mine, units, date, memo, ref, partner_name,"
            " state, session, place, balance_after, sealed, changed_at, record, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, 1, ?, ?, ?)",
            _rows(store, files, n),
        )
        store.tidy()
        for one in files:
            store.tallies.save(one, NOON)
    return files


def _rows(store: Store, files: list[TallyFile], n: int) -> Iterator[tuple[Any, ...]]:
    named = {file.uuid: store.partners.get(file.record.partner) for file in files}
    for number in range(n):
        file = files[(number * 7 + number // 11) % len(files)]
        assert file.record.digest is not None
        mine = number % 5 in (1, 3)
        state = ENDS.get(number % 100, State.GOOD)
        units = 500 + (number * 7_919) % 90_000
        if state is State.GOOD:
            file.balance += -units if mine else units
            file.chits += 1
        half = file.record.half
        partner = named[file.uuid]
        chit = Chit(
            tally=file.record.digest,
            uuid=a_salt("filled", file.uuid, number),
            by=half if mine else other_half(half),
            type="tran",
            date=NOON - SPAN + number * SPAN // n,
            units=units,
            memo=f"{GOODS[(number * 13) % len(GOODS)]} {number % 977}",
        )
        body = encode(chit)
        session = Hash.of(blake(b"session" + body))
        record = Payment(uuid=chit.uuid, tally=chit.tally, mine=mine, state=state, session=session)
        yield (
            chit.uuid, file.uuid, Hash.of(blake(body)), int(mine), units, chit.date, chit.memo,
            partner.name if partner else "", state.value, session,
            file.chits if state is State.GOOD else 0, file.balance, chit.date,
            encode(record), body,
        )  # fmt: skip
