"""Payments that others decide, in real processes over iroh on the loopback, beside their floors."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench_pair import GAP_MS, WARM_UP, Child
from floor_signing import SigningFloor


@dataclass(frozen=True, slots=True)
class Way:
    """Who decides, and which floor belongs to it."""

    mode: str
    helpers: tuple[str, ...]
    needed: int
    floor: str


ENZYME = Way("E", ("eve",), 0, "enzyme")
TWO_OF_THREE = Way("Q", ("wim", "wes", "wil"), 2, "2of3")
ALONE_VOTES = Way("Q", ("wim",), 1, "")


class Group:
    """Payer, payee and those who decide between them; an asynchronous context."""

    def __init__(self, way: Way, folder: Path) -> None:
        self._way = way
        self._folder = folder
        self._stack = AsyncExitStack()
        self.payer: Child
        self.helpers: list[Child] = []
        self.tally = ""

    async def __aenter__(self) -> Self:
        ada, bo = await self._start("ada"), await self._start("bo")
        self.payer = bo
        self.tally = await bo.do("answer", await ada.do("invite"))
        await ada.do("accept", self.tally)
        await bo.do("wait_open", self.tally)
        agents = []
        for name in self._way.helpers:
            helper = await self._start(name)
            self.helpers.append(helper)
            await helper.do("serve")
            agents.append(await bo.do("add", await helper.do("card")))
        await bo.do("amend", self.tally, self._way.mode, agents, self._way.needed)
        await ada.do("agree")
        for one in (ada, bo):
            await one.do("wait_mode", self.tally, self._way.mode)
        await self.pay(WARM_UP)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop all of them."""
        await self._stack.aclose()

    async def pay(self, count: int) -> list[float]:
        """Make payments one after the other; return their milliseconds."""
        times: list[float] = await self.payer.do("pay", self.tally, count, GAP_MS)
        return times

    async def _start(self, name: str) -> Child:
        child = await Child.start(self._folder, name)
        self._stack.push_async_callback(child.stop)
        return child


async def measure_signing(way: Way, rounds: int, per_round: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds of our sessions and of the floor's, taken in turns."""
    ours: list[float] = []
    bare: list[float] = []
    with tempfile.TemporaryDirectory(prefix="group-") as folder:
        async with SigningFloor(way.floor) as floor, Group(way, Path(folder)) as group:
            for _ in range(rounds):
                ours += await group.pay(per_round)
                for _ in range(per_round):
                    await asyncio.sleep(GAP_MS / 1_000)
                    bare.append(await floor.session())
    return ours, bare


# An idle witness that holds many places --------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cost:
    """What one witness costs: its file, its memory at rest, all it does for one vote."""

    file_mb: float
    memory_mb: float
    vote_ms: float


async def measure_slots(slots: int, rounds: int, per_round: int) -> tuple[Cost, Cost]:
    """Return the cost of a witness that holds so many places, and of an empty one.

    Both run at once and vote in turns; each was started anew after it was filled, and has voted
    before its memory is read.
    """
    with tempfile.TemporaryDirectory(prefix="slots-") as name:
        folder = Path(name)
        full, empty = folder / "full", folder / "empty"
        for one in (full, empty):
            one.mkdir()
        sizes = [await _fill(full, slots), await _fill(empty, 0)]
        votes: list[list[float]] = [[], []]
        async with Group(ALONE_VOTES, full) as with_slots, Group(ALONE_VOTES, empty) as without:
            groups = (with_slots, without)
            for group in groups:
                await group.helpers[0].do("votes")  # those of warming up
            for _ in range(rounds):
                for group, taken in zip(groups, votes, strict=True):
                    await group.pay(per_round)
                    # Two signers bring their signatures; with the second it votes.
                    taken.append(sum(await group.helpers[0].do("votes")) / per_round)
            memory = [await group.helpers[0].do("memory") for group in groups]
    costs = [
        Cost(size, held, statistics.median(taken))
        for size, held, taken in zip(sizes, memory, votes, strict=True)
    ]
    return costs[0], costs[1]


async def _fill(folder: Path, slots: int) -> float:
    """Make a witness with so many places, end it, and return the size of its files in MB."""
    (name,) = ALONE_VOTES.helpers
    child = await Child.start(folder, name)
    await child.do("fill", slots)
    await child.stop()
    files: list[Any] = [one for one in (folder / name).rglob("*") if one.is_file()]
    return float(sum(one.stat().st_size for one in files)) / 1e6
