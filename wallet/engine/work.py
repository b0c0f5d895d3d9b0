"""One transaction's work: what it knows, what it has put on the table, what it will release.

Source: house.md 3.6, *Commit, then speak*.  Desks write through the store; whatever leaves the
house or changes memory is only noted here and released after the COMMIT.
"""

from __future__ import annotations

from collections import deque

import msgspec
from msgspec import Struct, field

from wallet.crypto.ids import AgentId, NetworkId
from wallet.crypto.signing import Signer
from wallet.engine.api.notices import Notice
from wallet.engine.ports import Entropy
from wallet.model.identity import Authority, SignedRoot, authority_of
from wallet.model.network import NodeAddress
from wallet.protocol.machine import Input
from wallet.protocol.messages.frame import make_frame, write_frame
from wallet.protocol.messages.tallies import CopyShown
from wallet.store.outbox import Owed, Timer
from wallet.store.store import Store

TimerKey = tuple[str, str, str]


class Now(Struct, frozen=True):
    """The moment an input came: wall clock in ms and µs, monotonic clock in ms."""

    wall: int
    micros: int
    mono: int


class Live(Struct):
    """What is true only now, and may be forgotten at any moment."""

    online: dict[AgentId, int] = field(default_factory=dict)  # since when, wall ms
    offsets: dict[AgentId, int] = field(default_factory=dict)  # partner's clock minus ours, ms
    invited: dict[AgentId, str] = field(default_factory=dict)  # proved the code of this invitation
    due: dict[TimerKey, int] = field(default_factory=dict)  # timers, monotonic ms
    not_before: dict[tuple[str, str], int] = field(default_factory=dict)  # wishes, monotonic ms
    copies: dict[str, CopyShown] = field(default_factory=dict)  # last answer to a query, by tally
    compared: set[AgentId] = field(default_factory=set)  # who has nothing of ours that we lack
    is_old_copy: bool = False  # this wallet has stopped (desks/disks.py)


class Me(Struct, frozen=True):
    """Who acts: keys, account, and how we describe ourselves."""

    signer: Signer
    network: NetworkId
    root: SignedRoot
    name: str
    unit: str = ""
    contact: str = ""
    picture: bytes = b""

    @property
    def agent(self) -> AgentId:
        """Our agent."""
        return self.signer.agent

    @property
    def authority(self) -> Authority:
        """Under which authority we pledge."""
        return authority_of(self.root)


class Ready(Struct, frozen=True):
    """A message that may leave now."""

    recipient: AgentId
    id: str
    frame: bytes  # in its wire form, with its length


class Work:
    """The context of one transaction."""

    def __init__(self, me: Me, store: Store, live: Live, dice: Entropy, now: Now) -> None:
        self.me = me
        self.store = store
        self.live = live
        self.dice = dice
        self.now = now
        self.address: NodeAddress | None = None
        self.queue: deque[tuple[str, str, Input]] = deque()
        self.frames: list[Ready] = []
        self.notices: dict[Notice, None] = {}  # in order, each once
        self.timers: dict[TimerKey, int | None] = {}  # monotonic due, None: cleared
        self.moved: set[AgentId] = set()  # partners whose address changed
        self.compared: set[AgentId] = set()  # who told us what it has seen of our chain
        self.is_old_copy = False  # this transaction found out that we are the older copy
        self.look_for_work = False  # the chain may be free, or a wish new: start what waits

    def tell(self, machine: str, key: str, given: Input) -> None:
        """Give an input to a record; delivered first in, first out, in this transaction."""
        self.queue.append((machine, key, given))

    def tell_first(self, machine: str, key: str, given: Input) -> None:
        """The same, before all that waits: what comes next must find the record changed."""
        self.queue.appendleft((machine, key, given))

    def send(self, to: AgentId, body: msgspec.Struct, session: str | None = None) -> None:
        """Owe a message; it leaves after the commit, and again until it is acknowledged."""
        kind: str = type(body).KIND  # type: ignore[attr-defined]
        frame = make_frame(kind, self.me.network, self.me.agent, to, body)
        data = write_frame(frame)
        self.store.outbox.put(Owed(frame.id, to, kind, data), session)
        self.frames.append(Ready(to, frame.id, data))

    def is_compared(self, agent: AgentId) -> bool:
        """Whether this agent's link is up and it has nothing of ours that we lack."""
        return agent in self.compared or agent in self.live.compared

    def notice(self, one: Notice) -> None:
        """Tell the people's floor after the commit."""
        self.notices[one] = None

    def set_timer(self, machine: str, key: str, name: str, wait: int) -> None:
        """Wake this record in `wait` milliseconds; replaces an older timer of that name."""
        self.store.timers.put(Timer(machine, key, name, self.now.wall + wait, wait))
        self.timers[machine, key, name] = self.now.mono + wait

    def clear_timer(self, machine: str, key: str, name: str) -> None:
        """Forget that timer."""
        where = (machine, key, name)
        if self.due(machine, key, name) is not None:
            self.store.timers.drop(machine, key, name)
            self.timers[where] = None

    def due(self, machine: str, key: str, name: str) -> int | None:
        """When that timer is due (monotonic ms), None: not set."""
        where = (machine, key, name)
        return self.timers[where] if where in self.timers else self.live.due.get(where)
