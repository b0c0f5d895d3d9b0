"""Starts of the wallet's window and its stalls, measured from outside, with a real keyring.

A bus and a Secret Service of their own; a profile whose key lies in that keyring, with an open
tally to a second wallet and 10 000 chits; the window without a screen (`offscreen`), for the
wallet and for the empty window alike.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench_pair import STOP_SECONDS, Child
from floor import ROOT

from tests.helpers.filling import fill_chits
from tests.helpers.secret_service import SecretService
from wallet.engine.clock import SystemClock
from wallet.engine.entropy import SystemEntropy
from wallet.engine.profiles import open_profile

GUI = ROOT / "scripts" / "bench_gui.py"
CHITS = 10_000
SLOW_SECONDS = 60.0


@dataclass(slots=True)
class Starts:
    """What was measured of starts: milliseconds and MB, ours and of the empty window."""

    ready: list[float]
    filled: list[float]
    bare: list[float]
    memory: list[float]
    bare_memory: list[float]


@dataclass(slots=True)
class Stalls:
    """Lateness of the timer with the engine at work and at rest, in ms; inputs per second."""

    busy_max: float
    busy_p99: float
    rest_max: float
    rest_p99: float
    inputs: float
    payments: float
    ticks: int


@dataclass(slots=True)
class World:
    """A filled profile, its keyring's bus, and the wallet at the other end of its tally."""

    profile: Path
    bus: str
    other: Child
    tally: str


@asynccontextmanager
async def filled_world() -> AsyncIterator[World]:
    """Make keyring, two wallets with an open tally, and 10 000 chits in one of them."""
    with tempfile.TemporaryDirectory(prefix="win-") as name:
        folder = Path(name)
        service = SecretService(folder)
        other: Child | None = None
        try:
            service.start_bus()
            service.start_keyring()
            ours = await Child.start(folder, "ada", "keyring", bus=service.address)
            other = await Child.start(folder, "bo")
            tally = await other.do("answer", await ours.do("invite"))
            await ours.do("accept", tally)
            await other.do("wait_open", tally)
            await ours.stop()
            await fill(folder / "ada", service.address)
            yield World(folder / "ada", service.address, other, tally)
        finally:
            if other is not None:
                await other.stop()
            service.stop()


async def fill(profile: Path, bus: str) -> None:
    """Write the chits, with the key from the keyring."""
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = bus
    opened = await open_profile(profile, None, SystemClock(), SystemEntropy())
    fill_chits(opened.store.database, CHITS)
    opened.close()


def environment(world: World) -> dict[str, str]:
    """Return the variables of a process with a window.

    An installed program is compiled: every process here finds the bytecode the first one wrote.
    """
    without = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONDONTWRITEBYTECODE")
    kept = {k: v for k, v in os.environ.items() if k not in without}
    kept |= {"QT_QPA_PLATFORM": "offscreen", "DBUS_SESSION_BUS_ADDRESS": world.bus}
    kept |= {"PYTHONPYCACHEPREFIX": str(world.profile.parent / "bytecode")}
    return kept


def start_once(world: World, *words: str) -> dict[str, float]:
    """Run a process to its end; return its figures, times as ms since its start."""
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(GUI), *words],
        env=environment(world),
        capture_output=True,
        text=True,
        timeout=SLOW_SECONDS,
        check=False,
    )
    found: dict[str, float] = {}
    for line in done.stdout.splitlines():
        found |= json.loads(line)
    missing = {"painted", "memory"} - found.keys()
    if done.returncode or missing:
        raise RuntimeError(f"{' '.join(words)}: {done.returncode}, no {missing}: {done.stderr}")
    memory = found.pop("memory")
    return {name: (at - begin) * 1_000 for name, at in found.items()} | {"memory": memory}


def measure_starts(world: World, rounds: int) -> Starts:
    """Start the empty window and ours in turns; the first round warms up and does not count."""
    bare, ours = [], []
    for _ in range(rounds + 1):
        bare.append(start_once(world, "bare"))
        ours.append(start_once(world, "start", str(world.profile)))
    del bare[0], ours[0]
    return Starts(
        ready=[one["painted"] for one in ours],
        filled=[one["filled"] for one in ours],
        bare=[one["painted"] for one in bare],
        memory=[one["memory"] for one in ours],
        bare_memory=[one["memory"] for one in bare],
    )


async def measure_stalls(world: World, seconds: float) -> Stalls:
    """Watch the window's timer at rest, then with payments coming in as fast as it goes."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(GUI), "watch", str(world.profile),
        stdin=pipe, stdout=pipe, env=environment(world),
    )  # fmt: skip
    try:
        while "shown" not in await read(process):
            pass
        await world.other.do("pay", world.tally, 5, 0)
        rest = await window_of(process, asyncio.sleep(seconds))
        begin = time.monotonic()
        paid: list[int] = []

        async def rush() -> None:
            paid.append(await world.other.do("rush_for", world.tally, seconds))

        busy = await window_of(process, rush())
        took = time.monotonic() - begin
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
    return Stalls(
        busy_max=busy["max"],
        busy_p99=busy["p99"],
        rest_max=rest["max"],
        rest_p99=rest["p99"],
        inputs=busy["inputs"] / took,
        payments=paid[0] / took,
        ticks=int(busy["ticks"]),
    )


async def window_of(process: asyncio.subprocess.Process, doing: Any) -> dict[str, float]:
    """Do something, and ask how late the timer was meanwhile."""
    begin = time.monotonic()
    await doing
    assert process.stdin is not None
    process.stdin.write(f"{begin} {time.monotonic()}\n".encode())
    return await read(process)


async def read(process: asyncio.subprocess.Process) -> dict[str, float]:
    """Read one line of figures."""
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), SLOW_SECONDS)
    if not line:
        raise RuntimeError("the window ended early; what it said is above")
    found: dict[str, float] = json.loads(line)
    return found


def median(values: list[float]) -> float:
    """The middle one."""
    return statistics.median(values)
