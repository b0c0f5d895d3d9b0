"""A payment waits for five commits; what they write is counted in pages of the write-ahead log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.helpers.pair import Pair, Side, a_pair
from wallet.engine import acts
from wallet.engine.api import commands
from wallet.protocol.messages.frame import LENGTH_BYTES, read_frame

HEADER, FRAME = 32, 24 + 4096
PAYMENTS = 20


class Counter:
    """Counts the pages of each COMMIT of one wallet."""

    def __init__(self, side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
        database = side.store.database
        assert database.path is not None
        self._log = database.path.with_name(database.path.name + "-wal")
        self._execute = database.execute
        self.pages: list[int] = []
        database.checkpoint()
        self._before = 0
        monkeypatch.setattr(database, "execute", self._watched)

    def _watched(self, sql: str, parameters: Any = ()) -> Any:
        done = self._execute(sql, parameters)
        if sql == "COMMIT":
            now = max(0, self._log.stat().st_size - HEADER) // FRAME
            self.pages.append(now - self._before)
            self._before = now
        return done


def paid(pair: Pair, number: int) -> None:
    """A payment by Bo, as it goes with a link between them: acknowledgements ride along."""
    pair.ada.clock.now += 20
    pair.bo.clock.now += 20
    wish = commands.Pay(pair.bo.tally.uuid, 1 + number, f"eggs {number}")
    uuid = acts.run(pair.bo.pump, wish)
    sender, to = pair.bo, pair.ada
    while ready := sender.pump.take_ready():
        frames = [read_frame(one.frame[LENGTH_BYTES:]) for one in ready]
        assert to.pump.receive(sender.agent, frames) == []
        sender.pump.acknowledged([frame.id for frame in frames])
        sender, to = to, sender
    assert pair.bo.chit(uuid).place == pair.ada.chit(uuid).place == number + 1


def test_the_commits_of_a_payment_write_few_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before their rows were laid out for it (m001) they wrote 90."""
    pair = a_pair(tmp_path)
    pair.calm()
    for number in range(PAYMENTS):
        paid(pair, number)
    bo, ada = (Counter(side, monkeypatch) for side in (pair.bo, pair.ada))
    sums = []
    for number in range(PAYMENTS, 2 * PAYMENTS):
        bo.pages.clear()
        ada.pages.clear()
        paid(pair, number)
        sums.append(sum(bo.pages[:3]) + sum(ada.pages[:2]))  # until it is agreed at the payer
    assert min(sums) >= 5  # each COMMIT wrote something, so we looked at the right file
    assert sum(sums) <= 50 * PAYMENTS
