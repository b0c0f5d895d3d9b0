"""A small world: wallets on real pumps and real SQLite, one seed, a clock that jumps, a network
that loses, repeats, delays and reorders, and power that fails before and after each commit.

Everything that happens is an event in one queue, ordered by time and then by number, so that a
seed alone reproduces its story byte for byte.
"""

from __future__ import annotations

import hashlib
import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from wallet.crypto.signing import Signer
from wallet.engine import acts, setup
from wallet.engine.pump import Pump
from wallet.model.errors import StoreError
from wallet.model.network import NodeAddress, NodeKey
from wallet.model.networks import COMMONS
from wallet.protocol.messages.frame import read_frame
from wallet.store.opening import open_database
from wallet.store.store import Store

START = 1_700_000_000_000
RESEND_MS = 4_000
LINK_CHECK_MS = 1_000


class PowerFailed(Exception):
    """The machine stopped at this very point; what was committed is on the disk."""


@dataclass
class Faults:
    """How bad the world is; all are chances per event unless the name says otherwise."""

    loss: float = 0.0
    repeat: float = 0.0
    delay_ms: int = 20
    crash: float = 0.0
    partition: float = 0.0
    slow_disk_ms: int = 0
    full_disk: float = 0.0
    clock_skew_ms: int = 0
    clock_jump: float = 0.0


class WorldClock:
    """One wallet's clock: the monotonic one is the world's, the wall clock may be wrong."""

    def __init__(self, world: World, skew: int) -> None:
        self.world, self.skew = world, skew

    def wall_ms(self) -> int:
        return START + self.world.now + self.skew

    def wall_us(self) -> int:
        return self.wall_ms() * 1000

    def monotonic_ms(self) -> int:
        return self.world.now + 1_000_000


class Dice:
    """Dice of one wallet: a stream fixed by the seed and the name."""

    def __init__(self, seed: str) -> None:
        self.seed, self.count = seed, 0

    def token(self, size: int) -> bytes:
        self.count += 1
        text = f"{self.seed}/{self.count}".encode()
        return hashlib.shake_256(text).digest(size)


@dataclass
class Wallet:
    """One wallet of the world: its disk outlives its pump."""

    name: str
    store: Store
    pump: Pump
    clock: WorldClock
    dice: Dice
    signer: Signer
    down_until: int = -1
    links: set[str] = field(default_factory=set)


class World:
    """Wallets, the events between them, and the laws."""

    def __init__(self, seed: int, names: list[str], faults: Faults | None = None) -> None:
        self.random = random.Random(seed)
        self.faults = faults or Faults()
        self.calm = False
        self.now = 0
        self._number = 0
        self._queue: list[tuple[int, int, Callable[..., None], tuple]] = []
        self.log: list[str] = []
        self.refusals: list[str] = []
        self.partitioned: set[frozenset[str]] = set()
        self.wallets: dict[str, Wallet] = {}
        self.by_agent: dict[str, str] = {}
        self.after_event: list[Callable[[World], None]] = []
        for name in names:
            self._make(seed, name)
        for name in names:
            self.at(LINK_CHECK_MS, self._tend, name)

    # Making -----------------------------------------------------------------

    def _make(self, seed: int, name: str) -> None:
        skew = self.random.randint(-self.faults.clock_skew_ms, self.faults.clock_skew_ms)
        clock, dice = WorldClock(self, skew), Dice(f"{seed}/{name}")
        signer = Signer(hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=32).digest())
        store = Store(open_database(None, None))
        setup.found_wallet(store, signer, COMMONS, name, clock, dice)
        wallet = Wallet(name, store, None, clock, dice, signer)  # type: ignore[arg-type]
        self.wallets[name] = wallet
        self.by_agent[signer.agent] = name
        self._boot(wallet)

    def _boot(self, wallet: Wallet) -> None:
        me = setup.load_me(wallet.store, wallet.signer)
        wallet.pump = Pump(me, wallet.store, wallet.clock, wallet.dice)
        key = NodeKey.of(wallet.signer.agent.core)
        wallet.pump.address = NodeAddress(node=key)
        wallet.links = set()

    # Events -----------------------------------------------------------------

    def at(self, wait: int, call: Callable[..., None], *args: object) -> None:
        self._number += 1
        heapq.heappush(self._queue, (self.now + max(0, wait), self._number, call, args))

    def run(self, until: int) -> None:
        while self._queue and self._queue[0][0] <= until:
            self.now, _, call, args = heapq.heappop(self._queue)
            call(*args)
            for law in self.after_event:
                law(self)
        self.now = until

    def note(self, *words: object) -> None:
        self.log.append(f"{self.now} " + " ".join(str(word) for word in words))

    def chance(self, share: float) -> bool:
        return not self.calm and share > 0 and self.random.random() < share

    # One wallet's input -------------------------------------------------------

    def act(self, name: str, what: str, call: Callable[[Pump], object]) -> object:
        """Let one wallet do something; power may fail before or after its commit."""
        wallet = self.wallets[name]
        if wallet.down_until > self.now:
            return None
        self.note(name, what)
        database = wallet.store.database
        fails = self.random.choice(("before", "after")) if self.chance(self.faults.crash) else ""
        full = self.chance(self.faults.full_disk)
        real = database.execute

        def execute(sql: str, parameters: object = ()) -> object:
            if sql == "COMMIT" and full:
                raise _disk_full()
            if sql == "COMMIT" and fails == "before":
                raise PowerFailed
            done = real(sql, parameters)  # type: ignore[arg-type]
            if sql == "COMMIT" and fails == "after":
                raise PowerFailed
            return done

        database.execute = execute  # type: ignore[method-assign]
        try:
            return call(wallet.pump)
        except PowerFailed:
            self._crash(name)
            return None
        except StoreError:
            self._crash(name, "disk full")
            return None
        finally:
            del database.execute  # type: ignore[attr-defined]
            if wallet.down_until <= self.now:
                self._release(wallet)

    def _crash(self, name: str, why: str = "power") -> None:
        wallet = self.wallets[name]
        rest = self.random.choice((50, 2_000, 20_000, 90_000))
        wallet.down_until = self.now + rest
        self.note(name, "down", why, rest)
        for other in list(wallet.links):
            self._unlink(name, other)
        self.at(rest, self._restart, name)

    def _restart(self, name: str) -> None:
        wallet = self.wallets[name]
        wallet.down_until = -1
        self.note(name, "up")
        self._boot(wallet)
        self._timer(name)

    def _release(self, wallet: Wallet) -> None:
        for ready in wallet.pump.take_ready():
            other = self.by_agent[ready.recipient]
            if other in wallet.links:
                self._send(wallet.name, other, ready.id, ready.frame)
        wallet.pump.take_notices()
        self._timer(wallet.name)

    def _timer(self, name: str) -> None:
        due = self.wallets[name].pump.next_deadline()
        if due is not None:
            self.at(due - 1_000_000 - self.now, self._wake, name)

    def _wake(self, name: str) -> None:
        wallet = self.wallets[name]
        due = wallet.pump.next_deadline()
        if wallet.down_until <= self.now and due is not None and due <= self.now + 1_000_000:
            self.act(name, "wakes", lambda pump: pump.wake())

    # The network -----------------------------------------------------------------

    def _send(self, source: str, target: str, found: str, frame: bytes) -> None:
        for _ in range(2 if self.chance(self.faults.repeat) else 1):
            if self.chance(self.faults.loss):
                self.note("lost", source, target)
                continue
            wait = 1 + self.random.randrange(1 if self.calm else self.faults.delay_ms)
            wait += self.random.randrange(1 + (0 if self.calm else self.faults.slow_disk_ms))
            self.at(wait, self._arrive, source, target, frame)

    def _arrive(self, source: str, target: str, data: bytes) -> None:
        wallet = self.wallets[target]
        if wallet.down_until > self.now or source not in wallet.links:
            return
        frame = read_frame(data[4:])
        sender = self.wallets[source].signer.agent
        refused = self.act(
            target, f"hears {frame.kind}", lambda pump: pump.receive(sender, [frame])
        )
        if refused is None:
            return
        if refused:
            self.refusals.append(f"{self.now} {target} {frame.kind} {refused}")
        if not self.chance(self.faults.loss):
            self.at(1, self._answered, source, target, frame.id, refused)

    def _answered(self, name: str, by: str, found: str, refused: list[tuple[str, int]]) -> None:
        wallet = self.wallets[name]
        if wallet.down_until > self.now:
            return
        if refused:
            agent = self.wallets[by].signer.agent
            self.act(name, "refused", lambda pump: pump.refused(agent, found, refused[0][1]))
        else:
            wallet.pump.acknowledged([found])

    def link(self, one: str, other: str, invitation: str | None = None) -> None:
        """Bring a link up on both sides."""
        if frozenset((one, other)) in self.partitioned:
            return
        for here, there, code in ((one, other, None), (other, one, invitation)):
            wallet = self.wallets[here]
            if wallet.down_until > self.now or self.wallets[there].down_until > self.now:
                return
            wallet.links.add(there)
            agent = self.wallets[there].signer.agent
            owed = self.act(here, f"link {there}", lambda p, a=agent, c=code: p.link_up(a, c))
            for ready in owed or []:
                self._send(here, there, ready.id, ready.frame)

    def _unlink(self, one: str, other: str) -> None:
        for here, there in ((one, other), (other, one)):
            wallet = self.wallets[here]
            if there in wallet.links:
                wallet.links.discard(there)
                if wallet.down_until <= self.now:
                    agent = self.wallets[there].signer.agent
                    self.act(here, f"unlink {there}", lambda p, a=agent: p.link_down(a))

    def _tend(self, name: str) -> None:
        """Links come back, owed messages go again, clocks jump, partitions come and go."""
        wallet = self.wallets[name]
        self.at(LINK_CHECK_MS + self.random.randrange(500), self._tend, name)
        if wallet.down_until > self.now:
            return
        self._weather(wallet)
        for agent in wallet.store.partners.list_agents():
            other = self.by_agent[agent]
            if other not in wallet.links or name not in self.wallets[other].links:
                self.link(name, other)
            elif self.now % RESEND_MS < LINK_CHECK_MS:
                for ready in wallet.pump.owed_to(agent):
                    self._send(name, other, ready.id, ready.frame)

    def _weather(self, wallet: Wallet) -> None:
        if self.chance(self.faults.clock_jump):
            wallet.clock.skew += self.random.choice((-3_600_000, -4_000, 4_000, 31_536_000_000))
            self.note(wallet.name, "clock jumps", wallet.clock.skew)
        elif self.calm:
            wallet.clock.skew = 0
        if self.chance(self.faults.partition):
            other = self.random.choice(sorted(set(self.wallets) - {wallet.name}))
            pair = frozenset((wallet.name, other))
            self.partitioned.add(pair)
            self._unlink(wallet.name, other)
            self.note("partition", *sorted(pair))
            self.at(self.random.randrange(30_000), self._heal, pair)

    def _heal(self, pair: frozenset[str]) -> None:
        self.partitioned.discard(pair)

    def quiet(self) -> None:
        """From now on nothing goes wrong."""
        self.calm = True
        self.partitioned.clear()

    # What people do -----------------------------------------------------------------

    def wish(self, name: str, wish: object) -> object:
        """A person's command; what is not allowed now is the person's problem, not a fault."""
        return self.act(name, type(wish).__name__, lambda pump: acts.run(pump, wish))


def _disk_full() -> StoreError:
    from wallet.model.errors import DiskFull

    return DiskFull("")
