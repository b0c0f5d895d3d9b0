"""One of the two wallets whose payments `scripts/bench.py` measures: a whole engine, no screen.

The engine runs in the loop of this process, as it does in the engine's thread of the program; the
times are taken inside it, so that nothing of the way by which we are told what to do is in them.
A line in is a word and its arguments as JSON, a line out is the answer:

    invite → link      answer LINK → uuid     accept UUID      wait_open UUID
    pay UUID COUNT GAP_MS → [ms, …]     rush UUID COUNT → seconds
    rush_for UUID SECONDS → count       stop

And where others decide: `serve`, `card → link`, `add LINK → agent`, `amend UUID MODE [AGENT, …]
NEEDED` (the payer asks for it), `agree` (the payee signs it), `wait_mode UUID MODE`; a witness says
how long its transactions with a question took, `votes → [ms, …]`, takes `fill COUNT` places of
chains that do not exist, and says its `memory → MB`.  A folder with a wallet is opened.

With a third argument the wallet's key lies in the keyring of the system, else under a password.
"""

from __future__ import annotations

import asyncio
import cProfile
import gc
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from wallet.crypto.hashing import hash_bytes  # noqa: E402
from wallet.crypto.ids import ActionHash, AgentId  # noqa: E402
from wallet.crypto.sealing import Secret  # noqa: E402
from wallet.engine.api import commands  # noqa: E402
from wallet.engine.api.door import ProfileState  # noqa: E402
from wallet.engine.api.notices import ChitChanged, Notice  # noqa: E402
from wallet.engine.api.views import (  # noqa: E402
    ChitState,
    Direction,
    SessionState,
    SideTerms,
    TallyState,
    TallyView,
)
from wallet.engine.clock import SystemClock  # noqa: E402
from wallet.engine.entropy import SystemEntropy  # noqa: E402
from wallet.engine.profiles import OpenProfile, profile_kind  # noqa: E402
from wallet.engine.wallet import Wallet  # noqa: E402
from wallet.model.credit import Signing  # noqa: E402
from wallet.model.errors import WrongState  # noqa: E402
from wallet.protocol.messages.countersigning import VoteRequest  # noqa: E402
from wallet.transport.iroh import LOOPBACK, IrohTransport  # noqa: E402

LIMIT = 900_000_000
PASSWORD = b"correct horse battery staple"
PATIENCE_SECONDS = 30.0
# So many payments are wanted at a time in a rush: the next one stands ready when one is done.
AHEAD = 3


class Peer:
    """One wallet and what is done with it."""

    def __init__(self, folder: Path) -> None:
        self._moved = asyncio.Event()
        self._good: asyncio.Queue[str] = asyncio.Queue()
        clock, dice = SystemClock(), SystemEntropy()
        self.wallet = Wallet(folder, _transport, clock, dice, self._hear)
        self._votes: list[float] = []

    def _hear(self, notice: Notice) -> None:
        """A notice comes after its commit: the row says what is true now."""
        self._moved.set()
        if isinstance(notice, ChitChanged) and self._state_of(notice.subject) == ChitState.GOOD:
            self._good.put_nowait(notice.subject)

    def _state_of(self, uuid: str) -> str:
        one = self.wallet._running()._store.chits.get(uuid)
        return one.record.state.value if one else ""

    async def open(self, folder: Path, name: str, password: Secret | None) -> None:
        """Found a wallet, or open the one that is there."""
        if profile_kind(folder) == ProfileState.EMPTY:
            await self.wallet.do(commands.CreateWallet(name, password=password))
        else:
            await self.wallet.do(commands.OpenWallet(password))

    async def invite(self) -> str:
        """Invite somebody to a tally without narrow limits."""
        terms = SideTerms(LIMIT), SideTerms(LIMIT)
        view = await self.wallet.do(commands.Invite("Bo", Direction.THEY_OWE_ME, *terms))
        return str(view.link)

    async def answer(self, link: str) -> str:
        """Answer an invitation."""
        return str(await self.wallet.do(commands.AnswerInvitation(link)))

    async def accept(self, uuid: str) -> None:
        """Sign the offer as soon as it is here."""
        tally = await self._wait_for(uuid, TallyState.RECEIVED)
        await self.wallet.do(commands.AcceptTally(uuid, tally.digest))

    async def wait_open(self, uuid: str) -> None:
        """Wait until the tally is open here."""
        await self._wait_for(uuid, TallyState.OPEN)

    # Where others decide ---------------------------------------------------------------

    async def serve(self) -> None:
        """Decide and vote for anyone, and note how long each question takes."""
        await self.wallet.do(commands.Serve("anyone", "anyone"))
        node = self.wallet._running()
        receive, votes = node.pump.receive, self._votes

        def timed(agent: Any, frames: Any) -> Any:
            start = time.perf_counter()
            refused = receive(agent, frames)
            if any(frame.kind == VoteRequest.KIND for frame in frames):
                votes.append((time.perf_counter() - start) * 1_000)
            return refused

        node.pump.receive = timed  # type: ignore[method-assign]

    async def card(self) -> str:
        """Our card's link."""
        while True:
            try:
                return str(await self.wallet.do(commands.WitnessLink()))
            except WrongState:  # the network is joined a moment after the wallet is open
                await asyncio.sleep(0.05)

    async def add(self, link: str) -> str:
        """Know a witness."""
        return str(await self.wallet.do(commands.AddWitness(link)))

    async def amend(self, uuid: str, mode: Any, agents: list[str], needed: int) -> None:
        """Ask the partner for these to decide."""
        known = {one.agent: one.card for one in await self.wallet.ask("list_witnesses")}
        signing = Signing(mode=mode, witnesses=tuple(known[one] for one in agents), needed=needed)
        terms = SideTerms(LIMIT), SideTerms(LIMIT)
        await self.wallet.do(commands.AmendTally(uuid, *terms, signing=signing))

    async def agree(self) -> None:
        """Sign what asks, as soon as it does."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                self._moved.clear()
                for one in await self.wallet.ask("list_sessions", False):
                    if one.state is SessionState.ASKED:
                        await self.wallet.do(commands.AnswerPayment(one.id, accept=True))
                        return
                await self._moved.wait()

    async def wait_mode(self, uuid: str, mode: str) -> None:
        """Wait until the terms say so."""
        store = self.wallet._running()._store
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                self._moved.clear()
                one = store.tallies.get(uuid)
                if one is not None and one.agreement and one.agreement.signing.mode == mode:
                    return
                await self._moved.wait()

    async def votes(self) -> list[float]:
        """How long the questions since the last time took, each in its transaction."""
        taken, self._votes[:] = list(self._votes), []
        return taken

    async def fill(self, count: int) -> None:
        """Hold the newest place of so many chains."""
        store = self.wallet._running()._store
        with store.database.transaction():
            for number in range(count):
                key = number.to_bytes(32, "big")
                store.witnessing.put_slot(
                    AgentId.of(hash_bytes(key).raw), 7, ActionHash.of(key), hash_bytes(key)
                )

    async def memory(self) -> float:
        """What this process holds in memory, in MB."""
        gc.collect()
        return await asyncio.to_thread(_resident_mb)

    # Payments ---------------------------------------------------------------------------

    async def pay(self, uuid: str, count: int, gap: float) -> list[float]:
        """Pay `count` times, `gap` ms after each other; return each one's milliseconds."""
        return [await self._pay(uuid, gap) for _ in range(count)]

    async def rush(self, uuid: str, count: int) -> float:
        """Pay `count` times as fast as it goes; return how many seconds that took."""
        start = time.perf_counter()
        for _ in range(min(AHEAD, count)):
            await self._want(uuid)
        for left in range(count, 0, -1):
            await self._next()
            if left > AHEAD:
                await self._want(uuid)
        return time.perf_counter() - start

    async def rush_for(self, uuid: str, seconds: float) -> int:
        """Pay as fast as it goes for so long; return how often."""
        end, count = time.perf_counter() + seconds, 0
        for _ in range(AHEAD):
            await self._want(uuid)
        while time.perf_counter() < end:
            await self._next()
            await self._want(uuid)
            count += 1
        for _ in range(AHEAD):
            await self._next()
        return count + AHEAD

    async def _want(self, uuid: str) -> None:
        await self.wallet.do(commands.Pay(uuid, 1, "rush"))

    async def _pay(self, uuid: str, gap: float) -> float:
        await asyncio.sleep(gap / 1_000)
        start = time.perf_counter()
        chit = await self.wallet.do(commands.Pay(uuid, 1, "eggs"))
        while await self._next() != chit:
            pass
        return (time.perf_counter() - start) * 1_000

    async def _next(self) -> str:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._good.get()

    async def _wait_for(self, uuid: str, state: TallyState) -> TallyView:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                self._moved.clear()
                for tally in await self.wallet.ask("list_tallies"):
                    if tally.id == uuid and tally.state is state:
                        assert isinstance(tally, TallyView)
                        return tally
                await self._moved.wait()


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _transport(opened: OpenProfile) -> IrohTransport:
    return IrohTransport(opened.node_seed, port=opened.port, listen=LOOPBACK)


async def serve(folder: Path, name: str, password: Secret | None) -> None:
    """Do what the lines say until they end."""
    peer = Peer(folder)
    await peer.open(folder, name, password)
    doing: dict[str, Callable[..., Awaitable[Any]]] = {
        "invite": peer.invite,
        "answer": peer.answer,
        "accept": peer.accept,
        "wait_open": peer.wait_open,
        "pay": peer.pay,
        "rush": peer.rush,
        "rush_for": peer.rush_for,
        "serve": peer.serve,
        "card": peer.card,
        "add": peer.add,
        "amend": peer.amend,
        "agree": peer.agree,
        "wait_mode": peer.wait_mode,
        "votes": peer.votes,
        "fill": peer.fill,
        "memory": peer.memory,
    }
    _say(None)
    while line := await asyncio.to_thread(sys.stdin.readline):
        word, *given = json.loads(line)
        if word == "stop":
            break
        _say(await doing[word](*given))
    await peer.wallet.close()


def _say(what: Any) -> None:
    print(json.dumps(what), flush=True)


def main() -> int:
    """Run one wallet; `TALLYSTICK_PROFILE=FILE` keeps a profile of where its time goes."""
    folder, name = Path(sys.argv[1]), sys.argv[2]
    password = None if len(sys.argv) > 3 else Secret(PASSWORD)
    target = os.environ.get("TALLYSTICK_PROFILE")
    gc.freeze()
    if not target:
        asyncio.run(serve(folder, name, password))
        return 0
    profile = cProfile.Profile()
    profile.runcall(asyncio.run, serve(folder, name, password))
    profile.dump_stats(f"{target}.{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
