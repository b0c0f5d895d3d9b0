"""Measure the floor of a session: what a payment costs before any of the wallet's own work.

Two bare processes over the wallet's transport on the loopback, SQLCipher with WAL and
synchronous=FULL on both sides: exactly 5 sequential commits of 4 rows, 4 messages of 700 bytes,
one signature and one verification per message. No pump, no links, no tables.

    payer  commit ─▶ sign, send ───────────────────────────────▶ verify, commit  payee
    payer  commit ◀─ verify ◀──────────────────────────────────── send, sign
    payer  sign, send ─────────────────────────────────────────▶ verify, commit  payee
    payer  verify, commit ◀────────────────────────────────────── send, sign

`Floor` can be imported, so that `scripts/bench.py` runs it interleaved with ours.
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
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from setup_env import enter  # noqa: E402

enter()

from nacl.signing import SigningKey, VerifyKey  # noqa: E402

from wallet.crypto.encoding import decode, encode  # noqa: E402
from wallet.model.network import NodeAddress  # noqa: E402
from wallet.transport.iroh import LOOPBACK, IrohChannel, IrohTransport  # noqa: E402

MESSAGE_BYTES = 700
SIGNATURE_BYTES = 64
ROWS = 4
ROW_BYTES = 300
WARM_UP = 20
PAYER, PAYEE = b"1" * 32, b"2" * 32


class Side:
    """One bare participant: a database, a signing key, a channel."""

    def __init__(self, folder: Path, name: str, own: bytes, other: bytes) -> None:
        self._key = SigningKey(own)
        self._other = VerifyKey(bytes(SigningKey(other).verify_key))
        self._database = open_database(folder / f"{name}.db")
        self._rest = b""
        self.channel: IrohChannel | None = None

    def commit(self) -> None:
        """Write four rows, durably."""
        self._database.execute("BEGIN IMMEDIATE")
        rows = [(os.urandom(ROW_BYTES),) for _ in range(ROWS)]
        self._database.executemany("INSERT INTO facts (content) VALUES (?)", rows)
        self._database.execute("COMMIT")

    async def send(self) -> None:
        """Sign 636 bytes and send the 700 they make."""
        assert self.channel is not None
        message = self._key.sign(os.urandom(MESSAGE_BYTES - SIGNATURE_BYTES))
        await self.channel.write(bytes(message))

    async def receive(self) -> bool:
        """Wait for a message and verify it; False once nothing more comes."""
        assert self.channel is not None
        data = self._rest
        while len(data) < MESSAGE_BYTES:
            part = await self.channel.read()
            if not part:
                return False
            data += part
        data, self._rest = data[:MESSAGE_BYTES], data[MESSAGE_BYTES:]
        self._other.verify(data)
        return True

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def open_database(path: Path) -> Any:
    """Open a fresh encrypted database with the wallet's pragmas."""
    from sqlcipher3 import dbapi2

    database = dbapi2.connect(str(path), isolation_level=None)
    database.execute("PRAGMA cipher_log_level = NONE")
    database.execute(f"PRAGMA key = \"x'{os.urandom(32).hex()}'\"")
    database.execute("PRAGMA journal_mode = WAL").fetchall()
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE facts (id INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT")
    return database


class Floor:
    """The payer's side, with the payee in a process of its own; an asynchronous context."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="floor-")
        self._transport = IrohTransport(PAYER, port=0, listen=LOOPBACK)
        self._side = Side(Path(self._folder.name), "payer", PAYER, PAYEE)
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        command = (sys.executable, str(Path(__file__)), "--payee", self._folder.name)
        self._process = await asyncio.create_subprocess_exec(*command, stdout=-1)
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        await self._transport.start()
        address = decode(line.rstrip(b"\n"), NodeAddress)
        self._side.channel = await self._transport.dial(address)
        for _ in range(WARM_UP):
            await self.session()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the other process and remove both databases."""
        if self._side.channel is not None:
            await self._side.channel.close()
        await self._transport.close()
        if self._process is not None:
            await self._process.wait()
        self._side.close()
        self._folder.cleanup()

    async def session(self) -> float:
        """Run one bare session and return its milliseconds."""
        side, start = self._side, time.perf_counter()
        side.commit()
        await side.send()
        await side.receive()
        side.commit()
        await side.send()
        await side.receive()
        side.commit()
        return (time.perf_counter() - start) * 1_000


async def be_payee(folder: Path) -> None:
    """Answer every message after a commit, until the payer is gone."""
    transport = IrohTransport(PAYEE, port=0, listen=LOOPBACK)
    await transport.start()
    side = Side(folder, "payee", PAYEE, PAYER)
    print(encode(transport.addresses()).decode(), flush=True)
    side.channel = await transport.accept()
    with contextlib.suppress(Exception):  # the payer's going away is the end
        while await side.receive():
            side.commit()
            await side.send()
    side.close()
    await transport.close()


async def measure(count: int) -> list[dict[str, object]]:
    """Run `count` sessions one after the other and return both figures."""
    async with Floor() as floor:
        start = time.perf_counter()
        times = [await floor.session() for _ in range(count)]
        rate = count / (time.perf_counter() - start)
    return [
        figure("floor_p50", statistics.median(times), "ms", count),
        figure("floor_rate", rate, "/s", count),
    ]


def figure(name: str, value: float, unit: str, count: int) -> dict[str, object]:
    """Return one figure as it is printed."""
    return {"name": name, "value": round(value, 3), "unit": unit, "n": count}


def main() -> int:
    """Read the command line and print one JSON line per figure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--n", type=int, default=300, help="sessions to run (default 300)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the lines there as well")
    parser.add_argument("--payee", type=Path, metavar="DIR", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.payee is not None:
        asyncio.run(be_payee(given.payee))
        return 0
    if given.n < 1:
        parser.error("--n is at least 1")
    lines = [json.dumps(item) for item in asyncio.run(measure(given.n))]
    print("\n".join(lines))
    if given.json is not None:
        given.json.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
