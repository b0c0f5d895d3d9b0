"""A small world: wallets on real pumps and real SQLite, one seed, clocks that are wrong and jump,
a network that loses, repeats, delays and reorders, disks that are slow and full, and power that
fails before and after each commit.

Everything that happens is an event in one queue, ordered by time and then by number, so that a
seed alone reproduces its story byte for byte.  What a story is about stands in `stories.py`, what
must hold after each event in `laws.py`.
"""

from __future__ import annotations

import hashlib
import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from wallet.crypto.ids import AgentId
from wallet.crypto.signing import Signer
from wallet.engine import acts, setup
from wallet.engine.pump import Pump
from wallet.engine.work import Ready
from wallet.model.errors import BugError, DiskFull, StoreError, WalletError
from wallet.model.network import NodeAddress, NodeKey
from wallet.model.networks import COMMONS
from wallet.protocol.messages.frame import Frame, read_frame
from wallet.protocol.messages.refusals import Refusal
from wallet.store.opening import open_database
from wallet.store.store import Store

START = 1_700_000_000_000
RESEND_MS = 4_000
LINK_CHECK_MS, CALM_CHECK_MS = 1_000, 5_000
RETRY_DISK_MS = 700
DOWNTIMES = (50, 2_000, 20_000, 90_000)
JUMPS = (-3_600_000, -4_000, 4_000)
FAR_JUMPS = (
    600_000,
    31_536_000_000,
)  # of one wallet only: two that agree on a wrong year are right


class PowerFailed(Exception):
    """The machine stopped at this very point; what was committed is on the disk."""


@dataclass(frozen=True)
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
    """One wallet's clock: the monotonic one starts anew at each boot, the wall clock may lie."""

    def __init__(self, world: World, skew: int) -> None:
        self.world, self.skew, self.base = world, skew, 1_000_000

    def wall_ms(self) -> int:
        return START + self.world.now + self.skew

    def wall_us(self) -> int:
        return self.wall_ms() * 1000

    def monotonic_ms(self) -> int:
        return self.world.now + self.base


class Dice:
    """Dice of one wallet: a stream fixed by the seed and the name."""

    def __init__(self, seed: str) -> None:
        self.seed, self.count = seed, 0

    def token(self, size: int) -> bytes:
        self.count += 1
        return hashlib.shake_256(f"{self.seed}/{self.count}".encode()).digest(size)


@dataclass
class Wallet:
    """One wallet of the world: its disk outlives its pump."""

    name: str
    store: Store
    clock: WorldClock
    dice: Dice
    signer: Signer
    pump: Pump = field(init=False)
    down_until: int = -1
    is_dead: bool = False  # gone until somebody revives it
    has_jumped: bool = False  # its wall clock jumped: what it says of times is worth nothing
    links: dict[str, None] = field(default_factory=dict)  # a set whose order is fixed
    inbox: dict[str, list[Frame]] = field(default_factory=dict)
    woken: int = -1  # when the next wake-up is planned

    @property
    def agent(self) -> AgentId:
        return self.signer.agent


class World:
    """Wallets, the events between them, and whoever looks on."""

    def __init__(
        self,
        seed: int,
        names: list[str],
        faults: Faults | None = None,
        liars: frozenset[str] = frozenset(),
    ) -> None:
        self.random = random.Random(seed)
        self.faults = faults or Faults()
        self.liars = liars
        self.calm = True  # until the weather is let in
        self.now = 0
        self.log: list[str] = []
        self.troubles: list[tuple[str, str]] = []  # law and what broke it
        self.touched: dict[str, None] = {}
        self.partitioned: dict[frozenset[str], None] = {}
        self.wallets: dict[str, Wallet] = {}
        self.by_agent: dict[str, str] = {}
        self.after_event: list[Callable[[World], None]] = []
        self.on_leaving: list[Callable[[World, Wallet, Ready], None]] = []
        self.is_excused: Callable[[Wallet, Frame, int], bool] = lambda *_: False
        self.twist: Callable[[World, Wallet, Ready], list[Ready]] | None = None
        self._number = 0
        self._queue: list[tuple[int, int, Callable[..., None], tuple[object, ...]]] = []
        for name in names:
            self._make(seed, name)
        for name in names:
            self.at(LINK_CHECK_MS, self._tend, name)

    # Making -----------------------------------------------------------------

    def _make(self, seed: int, name: str) -> None:
        clock, dice = WorldClock(self, 0), Dice(f"{seed}/{name}")
        signer = Signer(hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=32).digest())
        store = Store(open_database(None, None))
        setup.found_wallet(store, signer, COMMONS, name, clock, dice)
        wallet = Wallet(name, store, clock, dice, signer)
        self.wallets[name] = wallet
        self.by_agent[signer.agent] = name
        self._boot(wallet)

    def _boot(self, wallet: Wallet) -> None:
        wallet.clock.base = self.random.randrange(1, 10_000_000)
        me = setup.load_me(wallet.store, wallet.signer)
        wallet.pump = Pump(me, wallet.store, wallet.clock, wallet.dice)
        wallet.pump.address = NodeAddress(node=NodeKey.of(wallet.signer.agent.core))
        wallet.links, wallet.inbox, wallet.woken = {}, {}, -1

    def close(self) -> None:
        for wallet in self.wallets.values():
            wallet.store.database.close()

    # Events -----------------------------------------------------------------

    def at(self, wait: int, call: Callable[..., None], *args: object) -> None:
        self._number += 1
        heapq.heappush(self._queue, (self.now + max(0, wait), self._number, call, args))

    def run(self, until: int) -> None:
        """Let everything happen that is due until then, or until a law is broken."""
        while self._queue and self._queue[0][0] <= until and not self.troubles:
            self.now, _, call, args = heapq.heappop(self._queue)
            call(*args)
            if self.touched:
                for look in self.after_event:
                    look(self)
                self.touched = {}
        self.now = max(self.now, until)

    def note(self, *words: object) -> None:
        self.log.append(f"{self.now} " + " ".join(str(word) for word in words))

    def chance(self, share: float) -> bool:
        return not self.calm and share > 0 and self.random.random() < share

    def is_up(self, name: str) -> bool:
        wallet = self.wallets[name]
        return not wallet.is_dead and wallet.down_until <= self.now

    @property
    def dead(self) -> list[str]:
        return [name for name, wallet in self.wallets.items() if wallet.is_dead]

    # One wallet's input -------------------------------------------------------

    def act(self, name: str, what: str, call: Callable[[Pump], object]) -> object:
        """Let one wallet do something; power may fail before or after its commit."""
        wallet = self.wallets[name]
        if not self.is_up(name):
            return None
        self.note(name, what)
        self.touched[name] = None
        database = wallet.store.database
        database.execute = self._weak(wallet)  # type: ignore[method-assign]
        try:
            return call(wallet.pump)
        except PowerFailed:
            if self.random.random() < 0.5:  # what was free to leave may have left already
                for ready in wallet.pump.take_ready():
                    self._leave(wallet, ready)
            self._crash(name, "power")
        except StoreError:
            self.note(name, "disk full")
            if self.random.random() < 0.5:
                self._crash(name, "after disk full")
        except WalletError as error:
            if isinstance(error, BugError) and name not in self.liars:
                self.troubles.append(("no bug", f"{name} {what}: {error.args}"))
            else:
                self.note(name, "may not", error.code)
        except Exception as error:
            if name in self.liars:  # a changed program may trip over itself
                self.note(name, "trips", type(error).__name__)
                return None
            self.troubles.append(("no bug", f"{name} {what}: {type(error).__name__} {error}"))
            raise
        finally:
            del database.execute  # type: ignore[attr-defined]
            if self.is_up(name):
                self._release(wallet)
        return None

    def _weak(self, wallet: Wallet) -> Callable[..., object]:
        """The database's `execute`, with power and disk as bad as they are just now."""
        fails = self.random.choice(("before", "after")) if self.chance(self.faults.crash) else ""
        full = self.chance(self.faults.full_disk)
        real = wallet.store.database.execute

        def execute(sql: str, parameters: object = ()) -> object:
            if sql == "COMMIT" and full:
                raise DiskFull("")
            if sql == "COMMIT" and fails == "before":
                raise PowerFailed
            done = real(sql, parameters)  # type: ignore[arg-type]
            if sql == "COMMIT" and fails == "after":
                raise PowerFailed
            return done

        return execute

    def _crash(self, name: str, why: str) -> None:
        wallet = self.wallets[name]
        rest = self.random.choice(DOWNTIMES)
        wallet.down_until = self.now + rest
        self.note(name, "down", why, rest)
        for other in list(wallet.links):
            self._unlink(name, other)
        self.at(rest, self._restart, name)

    def kill(self, name: str) -> None:
        """This one is gone, for as long as nobody revives it."""
        wallet = self.wallets[name]
        self.note(name, "dies")
        wallet.is_dead = True
        for other in list(wallet.links):
            self._unlink(name, other)

    def revive(self, name: str) -> None:
        self.wallets[name].is_dead = False
        self._restart(name)

    def _restart(self, name: str) -> None:
        wallet = self.wallets[name]
        if wallet.is_dead:
            return
        wallet.down_until = -1
        self.note(name, "up")
        self.touched[name] = None
        self._boot(wallet)
        self._timer(wallet)

    def _release(self, wallet: Wallet) -> None:
        for ready in wallet.pump.take_ready():
            self._leave(wallet, ready)
        wallet.pump.take_notices()
        self._timer(wallet)

    def _timer(self, wallet: Wallet) -> None:
        due = wallet.pump.next_deadline()
        if due is None:
            return
        when = max(self.now, due - wallet.clock.base)
        if wallet.woken < self.now or when < wallet.woken:
            wallet.woken = when
            self.at(when - self.now, self._wake, wallet.name, when)

    def _wake(self, name: str, when: int) -> None:
        wallet = self.wallets[name]
        if not self.is_up(name) or wallet.woken != when:
            return
        wallet.woken = -1
        due = wallet.pump.next_deadline()
        if due is not None and due <= wallet.clock.monotonic_ms():
            self.act(name, "wakes", lambda pump: pump.wake())
            due = wallet.pump.next_deadline()
            if due is not None and due <= wallet.clock.monotonic_ms():
                wallet.woken = self.now + RETRY_DISK_MS  # the disk was full: try again later
                self.at(RETRY_DISK_MS, self._wake, name, wallet.woken)
        elif due is not None:
            self._timer(wallet)

    # The network -----------------------------------------------------------------

    def _leave(self, wallet: Wallet, ready: Ready) -> None:
        """A message leaves the house: whoever looks on sees it, and a liar may twist it."""
        twisted = [ready]
        if self.twist is not None and wallet.name in self.liars:
            twisted = self.twist(self, wallet, ready)
        for one in twisted:
            for look in self.on_leaving:
                look(self, wallet, one)
            self.send(wallet.name, self.by_agent[one.recipient], one.frame)

    def send(self, source: str, target: str, data: bytes) -> None:
        if target not in self.wallets[source].links:
            return
        for _ in range(2 if self.chance(self.faults.repeat) else 1):
            if self.chance(self.faults.loss):
                self.note("lost", source, target)
                continue
            wait = 1 + self.random.randrange(1 if self.calm else self.faults.delay_ms)
            wait += self.random.randrange(1 + (0 if self.calm else self.faults.slow_disk_ms))
            self.at(wait, self._arrive, source, target, data)

    def _arrive(self, source: str, target: str, data: bytes) -> None:
        """Frames that arrive while the wallet is at its disk share the next commit."""
        wallet = self.wallets[target]
        if not self.is_up(target) or source not in wallet.links:
            return
        waiting = wallet.inbox.setdefault(source, [])
        waiting.append(read_frame(data[4:]))
        if len(waiting) == 1:
            busy = 0 if self.calm else self.random.randrange(1 + self.faults.slow_disk_ms)
            self.at(busy, self._hear, source, target)

    def _hear(self, source: str, target: str) -> None:
        wallet = self.wallets[target]
        frames = wallet.inbox.pop(source, [])
        if not frames or not self.is_up(target):
            return
        sender = self._tell_clock(wallet, source)
        kinds = " ".join(f"{frame.kind}:{frame.id[:6]}" for frame in frames)
        refused = self.act(target, f"hears {kinds}", lambda pump: pump.receive(sender, frames))
        if not isinstance(refused, list) or self.chance(self.faults.loss):
            return
        numbers = dict(refused)
        for frame in frames:
            code = numbers.get(frame.id, 0)
            if code == Refusal.INTERNAL and target not in self.liars:
                self.troubles.append(("no bug", f"{target}: {frame.kind}"))
            honest = not self.liars & {source, target}
            excused = code == Refusal.BUSY or (code and self.is_excused(wallet, frame, code))
            if code and honest and not excused:
                self.troubles.append(("no honest refusal", f"{target}: {frame.kind} {code}"))
            self.at(1, self._answered, source, target, frame.id, code)

    def _tell_clock(self, wallet: Wallet, other: str) -> AgentId:
        """Links measure the partner's clock against ours, as heartbeats do."""
        partner = self.wallets[other]
        wallet.pump.live.offsets[partner.agent] = partner.clock.skew - wallet.clock.skew
        return partner.agent

    def _answered(self, name: str, by: str, found: str, code: int) -> None:
        if not self.is_up(name):
            return
        if code:
            agent = self.wallets[by].agent
            self.act(name, f"is refused {code}", lambda pump: pump.refused(agent, found, code))
        else:
            self.wallets[name].pump.acknowledged([found])

    def link(self, one: str, other: str, invitation: str | None = None) -> None:
        """Bring a link up on both sides; `one` proves the code of an invitation of `other`."""
        if frozenset((one, other)) in self.partitioned or {one, other} & {*self.dead}:
            return
        for here, there, code in ((one, other, None), (other, one, invitation)):
            wallet, partner = self.wallets[here], self.wallets[there]
            if not self.is_up(here) or not self.is_up(there):
                break
            if code is None and not self._lets_in(wallet, partner):
                break
            if code is not None and isinstance(wallet.pump.invitation_key(code), int):
                break
            wallet.links[there] = None
            agent, offset = partner.agent, partner.clock.skew - wallet.clock.skew
            owed = self.act(
                here,
                f"link {there}",
                lambda pump, agent=agent, code=code, offset=offset: pump.link_up(
                    agent, code, offset
                ),
            )
            if not isinstance(owed, list):
                break
            for ready in owed:
                self._leave(wallet, ready)
        else:
            return
        self._unlink(one, other)

    def meet_again(self) -> None:
        """All links go down and come up: who holds more than the other finds out."""
        for name, wallet in self.wallets.items():
            for other in list(wallet.links):
                self._unlink(name, other)
        for name, wallet in self.wallets.items():
            for other in self.wanted(wallet):
                self.link(name, other)

    def _lets_in(self, wallet: Wallet, other: Wallet) -> bool:
        return wallet.pump.is_partner(other.agent) or wallet.pump.is_welcome(other.agent)

    def wanted(self, wallet: Wallet) -> dict[str, None]:
        """Whom a wallet dials: its partners, and the witnesses it knows."""
        known = [one.agent for one in wallet.store.witnessing.list_all()]
        return dict.fromkeys(
            self.by_agent[one] for one in (*wallet.store.partners.list_agents(), *known)
        )

    def _unlink(self, one: str, other: str) -> None:
        for here, there in ((one, other), (other, one)):
            wallet = self.wallets[here]
            wallet.links.pop(there, None)
            wallet.inbox.pop(there, None)
            if self.is_up(here):
                agent = self.wallets[there].agent
                self.act(here, f"unlink {there}", lambda pump, agent=agent: pump.link_down(agent))

    # Weather --------------------------------------------------------------------------

    def _tend(self, name: str) -> None:
        """Links come back, owed messages go again, clocks jump, partitions come and go."""
        wallet = self.wallets[name]
        wait = CALM_CHECK_MS if self.calm else LINK_CHECK_MS
        self.at(wait + self.random.randrange(500), self._tend, name)
        if not self.is_up(name):
            return
        self._weather(wallet)
        for other in {**self.wanted(wallet), **wallet.links}:
            agent = self.wallets[other].agent
            if other not in wallet.links or name not in self.wallets[other].links:
                self.link(name, other)
                continue
            self._tell_clock(wallet, other)
            if self.calm or self.random.randrange(RESEND_MS) < LINK_CHECK_MS:
                for ready in wallet.pump.owed_to(agent):
                    self._leave(wallet, ready)

    def _weather(self, wallet: Wallet) -> None:
        if self.chance(self.faults.clock_jump):
            before = wallet.clock.skew
            far = FAR_JUMPS if wallet is next(iter(self.wallets.values())) else ()
            jump = self.random.choice((*JUMPS, *far, -before))
            wallet.has_jumped = True
            wallet.clock.skew = before + jump if before + jump > -START // 2 else 0
            self.note(wallet.name, "clock jumps", wallet.clock.skew)
        if self.chance(self.faults.partition) and len(self.wallets) > 1:
            other = self.random.choice(sorted(set(self.wallets) - {wallet.name}))
            pair = frozenset((wallet.name, other))
            self.partitioned[pair] = None
            self.note("partition", *sorted(pair))
            self._unlink(wallet.name, other)
            self.at(self.random.randrange(30_000), self._heal, pair)

    def _heal(self, pair: frozenset[str]) -> None:
        self.partitioned.pop(pair, None)

    def begin(self) -> None:
        """Let the weather in."""
        self.calm = False
        for wallet in self.wallets.values():
            skew = self.faults.clock_skew_ms
            wallet.clock.skew = self.random.randint(-skew, skew)

    def quiet(self) -> None:
        """From now on nothing goes wrong, and clocks are right."""
        self.calm = True
        self.note("calm")
        self.partitioned.clear()
        for wallet in self.wallets.values():
            wallet.clock.skew = 0

    # What people do -----------------------------------------------------------------

    def wish(self, name: str, wish: object) -> object:
        """A person's command; what is not allowed now is the person's problem, not a fault."""
        return self.act(name, type(wish).__name__, lambda pump: acts.run(pump, wish))
