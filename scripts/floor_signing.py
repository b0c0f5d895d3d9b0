"""The floors of sessions in which others decide: bare processes that only commit and send.

As in `floor.py`: the wallet's transport on the loopback, SQLCipher with WAL and synchronous=FULL,
commits of 4 rows, messages of 700 bytes with one signature and one verification each.  Here each
of three or five processes follows the script of its part; `>bo` sends to bo, `<bo` waits for a
message of bo and verifies it.  A session lasts from the payer's first commit to its last.

    enzyme: 6 commits and 5 messages one after the other, three processes
    2 of 3: 8 commits and 7 messages one after the other, five processes
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from floor import MESSAGE_BYTES, ROW_BYTES, ROWS, SIGNATURE_BYTES, WARM_UP, open_database
from nacl.signing import SigningKey, VerifyKey

from wallet.crypto.encoding import decode, encode
from wallet.model.network import NodeAddress
from wallet.transport.iroh import LOOPBACK, IrohChannel, IrohTransport

Script = Mapping[str, tuple[str, ...]]
PAYER = "payer"
COMMIT = "commit"
ENZYME: Script = {
    # proposal | both locked | lock, session data, own signature | the enzyme decided
    PAYER: (COMMIT, ">payee", ">enzyme", "<payee", "<enzyme", COMMIT, ">payee", ">enzyme",
            "<enzyme", COMMIT),
    "payee": ("<payer", COMMIT, ">payer", "<payer", COMMIT, ">enzyme", "<enzyme", COMMIT),
    "enzyme": ("<payer", COMMIT, ">payer", "<payer", "<payee", COMMIT, ">payer", ">payee"),
}  # fmt: skip
TWO_OF_THREE: Script = {
    # The first witness collects: both signatures, its own vote, one more; then the certificate.
    PAYER: (COMMIT, ">payee", "<payee", COMMIT, ">payee", ">first", "<first", COMMIT),
    "payee": ("<payer", COMMIT, ">payer", "<payer", COMMIT, ">first", "<first", COMMIT),
    "first": ("<payer", COMMIT, "<payee", COMMIT, ">second", ">third", "<second", COMMIT,
              ">payer", ">payee", "<third", COMMIT),
    "second": ("<first", COMMIT, ">first"),
    "third": ("<first", COMMIT, ">first"),
}  # fmt: skip
SCRIPTS = {"enzyme": ENZYME, "2of3": TWO_OF_THREE}


class Part:
    """One bare participant: a database, a signing key, channels to those it speaks to."""

    def __init__(self, folder: Path, which: str, name: str) -> None:
        self.script = SCRIPTS[which]
        self.name = name
        self._keys = {who: SigningKey(_seed(who)) for who in self.script}
        self._others = {who: VerifyKey(bytes(key.verify_key)) for who, key in self._keys.items()}
        self._database = open_database(folder / f"{name}.db")
        self._rest: dict[str, bytes] = {}
        self._channels: dict[str, IrohChannel] = {}
        self.transport = IrohTransport(_seed(name), port=0, listen=LOOPBACK)

    @property
    def partners(self) -> list[str]:
        """Whom its script names, in the order of the parts."""
        named = {step[1:] for step in self.script[self.name] if step != COMMIT}
        return [who for who in self.script if who in named]

    async def connect(self, addresses: Mapping[str, NodeAddress]) -> None:
        """Dial the later parts, accept the earlier ones; who dials says its name."""
        order = list(self.script)
        mine = order.index(self.name)
        for who in self.partners:
            if order.index(who) > mine:
                channel = await self.transport.dial(addresses[who])
                await channel.write(bytes([mine]))
                self._channels[who] = channel
        for _ in [who for who in self.partners if order.index(who) < mine]:
            channel = await self.transport.accept()
            said = await channel.read()
            who = order[said[0]]
            self._channels[who], self._rest[who] = channel, said[1:]

    async def play(self) -> bool:
        """Follow the script once; False when another part has ended."""
        for step in self.script[self.name]:
            if step == COMMIT:
                self._commit()
            elif step[0] == ">":
                await self._send(step[1:])
            elif not await self._receive(step[1:]):
                return False
        return True

    async def close(self) -> None:
        """End the channels and close the database."""
        for channel in self._channels.values():
            await channel.close()
        await self.transport.close()
        self._database.close()

    def _commit(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        rows = [(os.urandom(ROW_BYTES),) for _ in range(ROWS)]
        self._database.executemany("INSERT INTO facts (content) VALUES (?)", rows)
        self._database.execute("COMMIT")

    async def _send(self, who: str) -> None:
        message = self._keys[self.name].sign(bytes(MESSAGE_BYTES - SIGNATURE_BYTES))
        await self._channels[who].write(bytes(message))

    async def _receive(self, who: str) -> bool:
        data = self._rest.get(who, b"")
        while len(data) < MESSAGE_BYTES:
            part = await self._channels[who].read()
            if not part:
                return False
            data += part
        data, self._rest[who] = data[:MESSAGE_BYTES], data[MESSAGE_BYTES:]
        self._others[who].verify(data)
        return True


class SigningFloor:
    """The payer's part, the others in processes of their own; an asynchronous context."""

    def __init__(self, which: str) -> None:
        self._which = which
        self._folder = tempfile.TemporaryDirectory(prefix="floor-")
        self._payer = Part(Path(self._folder.name), which, PAYER)
        self._processes: list[asyncio.subprocess.Process] = []

    async def __aenter__(self) -> Self:
        payer, pipe = self._payer, asyncio.subprocess.PIPE
        await payer.transport.start()
        known = {PAYER: encode(payer.transport.addresses()).decode()}
        for name in payer.script:
            if name == PAYER:
                continue
            command = (sys.executable, str(Path(__file__)), "--part", name, "--which", self._which)
            process = await asyncio.create_subprocess_exec(
                *command, "--folder", self._folder.name, stdin=pipe, stdout=pipe
            )
            self._processes.append(process)
            assert process.stdout is not None
            known[name] = (await process.stdout.readline()).decode().strip()
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(json.dumps(known).encode() + b"\n")
        await payer.connect(_read(known))
        for _ in range(WARM_UP):
            await self.session()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the others and remove the databases."""
        await self._payer.close()
        for process in self._processes:
            await process.wait()
        self._folder.cleanup()

    async def session(self) -> float:
        """Run one bare session and return its milliseconds."""
        start = time.perf_counter()
        await self._payer.play()
        return (time.perf_counter() - start) * 1_000


def _seed(name: str) -> bytes:
    return name.encode().ljust(32, b".")


def _read(known: Mapping[str, str]) -> dict[str, NodeAddress]:
    return {name: decode(text.encode(), NodeAddress) for name, text in known.items()}


async def be(folder: Path, which: str, name: str) -> None:
    """Follow one part's script again and again, until another part is gone."""
    part = Part(folder, which, name)
    await part.transport.start()
    print(encode(part.transport.addresses()).decode(), flush=True)
    known = json.loads(await asyncio.to_thread(sys.stdin.readline))
    await part.connect(_read(known))
    with contextlib.suppress(Exception):  # another part's going away is the end
        while await part.play():
            pass
    await part.close()


async def measure(which: str, count: int) -> dict[str, Any]:
    """The median of so many bare sessions, as a figure."""
    async with SigningFloor(which) as floor:
        times = [await floor.session() for _ in range(count)]
    name = f"floor_p50_{which}"
    return {"name": name, "value": round(statistics.median(times), 3), "unit": "ms", "n": count}


def main() -> int:
    """Read the command line and print one JSON line per floor."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=300, help="sessions to run (default 300)")
    parser.add_argument("--which", choices=list(SCRIPTS), help="only this one")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        asyncio.run(be(given.folder, given.which, given.part))
        return 0
    if given.n < 1:
        parser.error("--n is at least 1")
    for which in [given.which] if given.which else SCRIPTS:
        print(json.dumps(asyncio.run(measure(which, given.n))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
