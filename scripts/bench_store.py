"""What one process measures of a file: checking a chain again, sorting and filtering a list."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nacl.signing import VerifyKey

from tests.helpers.builders import ADA, NETWORK, NOON
from tests.helpers.filling import fill_chits
from wallet.crypto.signing import Label
from wallet.engine.api.views import ChitFilter, ChitOrder, ChitState, Sort
from wallet.engine.audit import verify_chain
from wallet.engine.queries import chits
from wallet.engine.queries.now import Now
from wallet.engine.work import Me
from wallet.model.actions import SignedAction, hash_action, hash_entry, sign_action
from wallet.model.identity import SignedRoot
from wallet.protocol.chain.append import create_private, genesis, head_of
from wallet.store.chains import Content
from wallet.store.database import Database
from wallet.store.opening import open_database
from wallet.store.reader import Reader
from wallet.store.store import Store

ENTRY_BYTES = 900
FIRST_ROWS = 50
SORTS = [ChitOrder(by, descending) for by in Sort for descending in (True, False)]
FILTERS = {
    "word": ChitFilter(text="bread"),
    "beginning": ChitFilter(text="b"),
    "state": ChitFilter(states=(ChitState.REFUSED, ChitState.WITHDRAWN)),
    "paid by me": ChitFilter(paid_by_me=True),
}


@contextmanager
def fresh_file() -> Iterator[tuple[Path, bytes, Database]]:
    """Give an empty encrypted database."""
    with tempfile.TemporaryDirectory(prefix="file-") as folder:
        path, key = Path(folder) / "wallet.db", os.urandom(32)
        with open_database(path, key) as database:
            yield path, key, database


def write_chain(store: Store, length: int) -> list[SignedAction]:
    """Write a chain of private entries, as sessions do."""
    signer = ADA.signer
    written = []
    with store.database.transaction():
        for action in genesis(signer.agent, NETWORK, NOON * 1_000):
            written.append(sign_action(action, signer, NETWORK))
            store.chains.append(written[-1], hash_action(action))
        head = head_of(written[-1].action)
        while len(written) < length:
            entry, salt = os.urandom(ENTRY_BYTES), os.urandom(32)
            found = hash_entry(entry)
            action = create_private(signer.agent, head, found, salt, head.timestamp)
            head = head_of(action)
            written.append(sign_action(action, signer, NETWORK))
            content = Content(found, "payment", entry, salt)
            store.chains.append(written[-1], head.hash, content)
    return written


def measure_chain(length: int, rounds: int) -> tuple[float, float]:
    """Return records per second of `verify_chain`, and of bare PyNaCl on one thread."""
    with fresh_file() as (_, _, database):
        store = Store(database)
        written = write_chain(store, length)
        me = me_of(ADA.root)
        key = VerifyKey(ADA.signer.agent.core)
        pairs = [(message_of(one), one.signature.raw) for one in written]
        ours, bare = [], []
        for _ in range(rounds):
            ours.append(length / seconds(lambda: verify_chain(store, me)))
            bare.append(length / seconds(lambda: [key.verify(*pair) for pair in pairs]))
    return statistics.median(ours), statistics.median(bare)


def me_of(root: SignedRoot) -> Me:
    """Who owns the chain."""
    return Me(ADA.signer, NETWORK, root, "Ada")


def message_of(one: SignedAction) -> bytes:
    """What stands under the signature of an action."""
    core = hash_action(one.action).core
    signed: bytes = Label.ACTION.value.encode() + b"\x00" + NETWORK.raw + core
    return signed


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure_list(count: int, rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return the ms until the first rows are there, for each sort and each filter, medians."""
    with fresh_file() as (path, key, database):
        fill_chits(database, count)
        reader = Reader(path, key)
        try:
            sorts = {f"{o.by.value} {o.descending}": (ChitFilter(), o) for o in SORTS}
            filters = {name: (which, ChitOrder()) for name, which in FILTERS.items()}
            times = {
                name: statistics.median(show(reader, *asked) for _ in range(rounds))
                for name, asked in (sorts | filters).items()
            }
        finally:
            reader.close()
    return {n: times[n] for n in sorts}, {n: times[n] for n in filters}


def show(reader: Reader, which: ChitFilter, order: ChitOrder) -> float:
    """Ask for the spine of the list and for its first rows."""
    now = Now(wall_ms=NOON, monotonic_ms=0, me=ADA.agent, network=NETWORK)
    start = time.perf_counter()
    spine = reader.submit(lambda db: chits.list_chit_ids(db, now, which, order)).result()
    rows = tuple(memoryview(spine.packed).cast("q")[:FIRST_ROWS])
    reader.submit(lambda db: chits.list_chits(db, now, rows)).result()
    return (time.perf_counter() - start) * 1_000
