"""Two wallets in two processes, paying over iroh on the loopback, beside the floor."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from floor import ROOT, Floor

PEER = ROOT / "scripts" / "bench_peer.py"
WARM_UP = 30
GAP_MS = 5
"""A pause before each payment, of ours and of the floor: the other side has come to rest."""
STOP_SECONDS = 10.0


class Child:
    """A wallet in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, folder: Path, name: str, *more: str, bus: str = "") -> Self:
        """Start it; returns when its wallet is open.

        With the word "keyring" its key lies there; `bus` is the address of the keyring's bus.
        """
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, str(PEER), str(folder / name), name, *more)
        environment = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": bus} if bus else None
        child = cls(
            await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, env=environment)
        )
        await child._read()
        return child

    async def do(self, *words: Any) -> Any:
        """Say a line and wait for its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words).encode() + b"\n")
        return await self._read()

    async def stop(self) -> None:
        """End it."""
        if self._process.stdin is not None and self._process.returncode is None:
            self._process.stdin.write(b'["stop"]\n')
            try:
                await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()

    async def _read(self) -> Any:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("a wallet ended early; what it said is above")
        return json.loads(line)


class Pair:
    """Two wallets with an open tally; an asynchronous context."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self.payer: Child
        self.tally = ""

    async def __aenter__(self) -> Self:
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="pair-")))
        ada = await Child.start(folder, "ada")
        self._stack.push_async_callback(ada.stop)
        bo = await Child.start(folder, "bo")
        self._stack.push_async_callback(bo.stop)
        self.tally = await bo.do("answer", await ada.do("invite"))
        await ada.do("accept", self.tally)
        await bo.do("wait_open", self.tally)
        self.payer = bo
        await self.pay(WARM_UP)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop both and remove their folders."""
        await self._stack.aclose()

    async def pay(self, count: int) -> list[float]:
        """Make payments one after the other; return their milliseconds."""
        times: list[float] = await self.payer.do("pay", self.tally, count, GAP_MS)
        return times

    async def rush(self, count: int) -> float:
        """Make payments as fast as it goes; return the seconds."""
        return float(await self.payer.do("rush", self.tally, count))


async def measure_sessions(rounds: int, per_round: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds of our sessions and of the floor's, taken in turns."""
    ours: list[float] = []
    bare: list[float] = []
    async with Floor() as floor, Pair() as pair:
        for _ in range(rounds):
            ours += await pair.pay(per_round)
            for _ in range(per_round):
                await asyncio.sleep(GAP_MS / 1_000)
                bare.append(await floor.session())
    return ours, bare


async def measure_rates(rounds: int, per_round: int) -> tuple[float, float]:
    """Return sessions per second, ours and the floor's: medians of rounds taken in turns."""
    ours: list[float] = []
    bare: list[float] = []
    async with Floor() as floor, Pair() as pair:
        for _ in range(rounds):
            ours.append(per_round / await pair.rush(per_round))
            start = time.perf_counter()
            for _ in range(per_round):
                await floor.session()
            bare.append(per_round / (time.perf_counter() - start))
    return statistics.median(ours), statistics.median(bare)
