"""Links to all peers: dial, accept, keep alive, come back; one link per peer agent.

Source: the design of the network, *Shape*. "I want to be connected" is in the store, "I am
connected" is here and may be forgotten at any moment (house.md 3.1). The owner is the pump, known
here as `LinkHost`; what it sends is in its outbox until acknowledged, so a link that breaks or is
replaced loses nothing: `link_up` tells the owner to send again what is still unacknowledged.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging

from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId, NetworkId
from wallet.crypto.signing import Signer
from wallet.engine.connection import Connection
from wallet.engine.ports import Channel, Clock, Entropy, LinkHost, Transport
from wallet.engine.supervisor import Supervisor
from wallet.engine.twins import Twins
from wallet.model.errors import NetworkError
from wallet.model.network import NodeAddress
from wallet.protocol.link import (
    Acknowledged,
    Dialler,
    Ends,
    Event,
    FrameReceived,
    Link,
    LinkClosed,
    LinkOpened,
    Listener,
    PeerProved,
    RefusedByPeer,
)
from wallet.protocol.messages.frame import Frame, write_frame
from wallet.protocol.messages.handshake import NONCE_SIZE
from wallet.protocol.messages.refusals import Refusal

log = logging.getLogger("wallet.link")

BACKOFF_FIRST_MS, BACKOFF_LAST_MS, BACKOFF_STEPS = 200, 60_000, 9
# Something to send hurries a dial, but not more often than this.
HURRY_MS = 1_000
# Two links younger than this crossed under way; with an older one the peer has lost it.
CROSSING_MS = 5_000
# Strangers whose handshake runs; more are let go at once.
MAX_KNOCKING = 64
# How often the clocks are compared, and what difference means that the machine slept.
WATCH_SECONDS, SLEPT_MS, STALLED_MS = 2.0, 3_000, 10_000
GOODBYE_SECONDS = 1.0
# Asking again soon would not change these.
FINAL = frozenset(
    {
        Refusal.NO_VERSION,
        Refusal.WRONG_NETWORK,
        Refusal.NOT_HOSTED,
        Refusal.NOT_A_PARTNER,
        Refusal.REMOVED,
        Refusal.BAD_PROOF,
        Refusal.INVITATION_UNKNOWN,
        Refusal.INVITATION_USED,
        Refusal.INVITATION_EXPIRED,
        Refusal.INVITATION_REVOKED,
    }
)


class _Wanted:
    """A peer we want a link to."""

    def __init__(self, address: NodeAddress, invitation: Signer | None) -> None:
        self.address = address
        self.invitation = invitation
        self.attempts = 0
        self.dialled_at = 0
        self.is_dropped = False
        self.hurry = asyncio.Event()


class Links:
    """All links of one agent. Its methods are called in the engine's thread."""

    def __init__(
        self,
        *,
        network: NetworkId,
        signer: Signer,
        transport: Transport,
        host: LinkHost,
        clock: Clock,
        entropy: Entropy,
        supervisor: Supervisor,
    ) -> None:
        self._network = network
        self._signer = signer
        self._transport = transport
        self._host = host
        self._clock = clock
        self._entropy = entropy
        self._supervisor = supervisor
        self._wanted: dict[AgentId, _Wanted] = {}
        self._up: dict[AgentId, Connection] = {}
        self._running: set[Connection] = set()
        self._twins = Twins()
        self._tasks: set[asyncio.Task[None]] = set()
        self._standing: list[asyncio.Task[None]] = []

    # --- what the owner asks ---------------------------------------------------------------------

    async def start(self) -> None:
        """Bind and begin to accept. Raises `NetworkError`; then nothing runs."""
        await self._transport.start()
        self._standing = [
            self._supervisor.keep("links: accept", self._accept),
            self._supervisor.keep("links: watch", self._watch),
        ]

    def want(self, agent: AgentId, address: NodeAddress, invitation: Signer | None = None) -> None:
        """Keep a link to this agent, dialling there; a repeated wish replaces address and key."""
        known = self._wanted.get(agent)
        if known is None:
            known = self._wanted[agent] = _Wanted(address, invitation)
            name = f"links: {agent.short}"
            self._own(self._supervisor.keep(name, lambda: self._pursue(agent, known)))
            return
        known.address, known.invitation, known.attempts = address, invitation, 0
        known.hurry.set()
        if invitation is not None:
            self.drop(agent, Refusal.GOODBYE)  # it is proven in the handshake only

    def unwant(self, agent: AgentId) -> None:
        """Dial this agent no more, and end its link; nothing if it was not wanted."""
        wanted = self._wanted.pop(agent, None)
        if wanted is None:
            return  # it came by itself
        wanted.is_dropped = True
        wanted.hurry.set()
        self.drop(agent, Refusal.GOODBYE)

    def drop(self, agent: AgentId, code: Refusal) -> None:
        """End this agent's link, with a number for the other side; it may be dialled again."""
        if agent in self._up:
            self._up[agent].close(code)

    def send(self, agent: AgentId, frame: Frame) -> bool:
        """Queue a message; False if there is no link (it is dialled at once) or it is full.

        Raises:
            Malformed: the frame is larger than 1 MiB.
        """
        return self.send_written(agent, frame.id, write_frame(frame))

    def send_written(self, agent: AgentId, found: Hash, data: bytes) -> bool:
        """The same for a message in its wire form, as the outbox holds it."""
        connection = self._up.get(agent)
        if connection is None:
            self._hurry(agent)
            return False
        is_taken = connection.link.send_written(found, data)
        connection.flush()
        return is_taken

    def is_up(self, agent: AgentId) -> bool:
        """Say whether there is an open link to this agent."""
        return agent in self._up

    def clock_offset(self, agent: AgentId) -> int | None:
        """Return how many ms the peer's wall clock is ahead of ours, None if not known."""
        connection = self._up.get(agent)
        return None if connection is None else connection.link.clock_offset

    def wake(self, agent: AgentId | None = None) -> None:
        """Dial at once who is not there; without an agent: everybody, and ask who is there."""
        for name, wanted in self._wanted.items():
            if agent in (None, name) and name not in self._up:
                wanted.attempts = 0
                wanted.hurry.set()
        if agent is None:
            for connection in tuple(self._up.values()):
                connection.wake()

    def _hurry(self, agent: AgentId) -> None:
        wanted = self._wanted.get(agent)
        if wanted and self._clock.monotonic_ms() - wanted.dialled_at > HURRY_MS:
            wanted.hurry.set()

    def addresses(self) -> NodeAddress:
        """Return where others may dial us."""
        return self._transport.addresses()

    async def close(self) -> None:
        """Say goodbye to everybody, for one second at most, and close the transport."""
        for agent in tuple(self._wanted):
            self.unwant(agent)
        for connection in tuple(self._running):
            connection.close(Refusal.GOODBYE)
        for task in self._standing:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GOODBYE_SECONDS)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._transport.close()

    # --- dialling --------------------------------------------------------------------------------

    async def _pursue(self, agent: AgentId, wanted: _Wanted) -> None:
        while not wanted.is_dropped:
            wanted.hurry.clear()
            if agent in self._up:
                await wanted.hurry.wait()
                continue
            await self._dial(agent, wanted)
            if agent not in self._up and not wanted.is_dropped:
                await _wait(wanted.hurry, self._backoff(wanted.attempts))

    async def _dial(self, agent: AgentId, wanted: _Wanted) -> None:
        wanted.dialled_at = self._clock.monotonic_ms()
        wanted.attempts += 1
        try:
            channel = await self._transport.dial(wanted.address)
        except NetworkError:
            return
        if agent in self._up or wanted.is_dropped:
            await channel.close()
            return
        ends = Ends(self._network, self._transport.node, channel.peer)
        nonce = self._entropy.token(NONCE_SIZE)
        side = Dialler(ends, self._signer, agent, nonce, wanted.invitation)
        connection = await self._run(side, channel)
        if self._is_usurped(connection, agent):
            wanted.attempts = BACKOFF_STEPS  # two copies must not fight over the link all day
        elif connection.link.opened_at is not None:
            wanted.attempts = 0
        elif connection.reason in FINAL and not wanted.hurry.is_set():
            wanted.attempts = BACKOFF_STEPS

    def _backoff(self, attempts: int) -> float:
        """Return seconds: doubling to a minute, between half and all of it by the dice."""
        full = min(BACKOFF_FIRST_MS << min(attempts, BACKOFF_STEPS), BACKOFF_LAST_MS)
        dice = int.from_bytes(self._entropy.token(2), "big")
        return (full + full * dice / 0xFFFF) / 2_000

    # --- accepting -------------------------------------------------------------------------------

    async def _accept(self) -> None:
        while True:
            try:
                channel = await self._transport.accept()
            except NetworkError:
                return
            self._own(self._supervisor.spawn("links: accepted", self._serve(channel)))

    async def _serve(self, channel: Channel) -> None:
        knocking = sum(connection.link.opened_at is None for connection in self._running)
        if knocking >= MAX_KNOCKING:
            await channel.close()
            return
        ends = Ends(self._network, self._transport.node, channel.peer)
        nonce = self._entropy.token(NONCE_SIZE)
        await self._run(Listener(ends, {self._signer.agent: self._signer}, nonce), channel)

    def _admit(self, connection: Connection, event: PeerProved) -> None:
        """Let a partner in, or who holds a valid invitation; turn away everybody else."""
        now, link = self._clock.monotonic_ms(), connection.link
        is_partner = self._host.is_partner(event.agent)
        if event.invitation is not None:
            key = self._host.invitation_key(event.invitation)
            if isinstance(key, AgentId):
                connection.invitation = event.invitation
                link.admit(now, key)
                return
            if not is_partner:
                link.refuse(key)
                return
        if is_partner:
            link.admit(now)
        elif self._host.is_welcome(event.agent):
            link.admit(now, is_stranger=True)
        else:
            link.refuse(Refusal.NOT_A_PARTNER)

    # --- running links ---------------------------------------------------------------------------

    async def _run(self, side: Dialler | Listener, channel: Channel) -> Connection:
        now = self._clock.monotonic_ms()
        link = Link(side, now, self._clock.wall_ms() - now)
        connection = Connection(link, channel, self._clock, self._on_events)
        self._running.add(connection)
        try:
            await connection.run()
        finally:
            self._running.discard(connection)
        return connection

    def _on_events(self, connection: Connection, events: list[Event]) -> None:
        peer, frames = connection.peer, list[Frame]()
        if peer is None:
            return
        for event in events:
            if isinstance(event, FrameReceived):
                frames.append(event.frame)
            elif isinstance(event, Acknowledged):
                self._host.acknowledged(peer, event.ids)
            elif isinstance(event, RefusedByPeer):
                self._host.refused(peer, event.id, event.code)
            elif isinstance(event, PeerProved):
                self._admit(connection, event)
            elif isinstance(event, LinkOpened):
                self._opened(connection, event.agent)
            elif isinstance(event, LinkClosed):
                self._ended(connection, peer)
        if frames:
            self._hand_over(connection, peer, frames)

    def _hand_over(self, connection: Connection, peer: AgentId, frames: list[Frame]) -> None:
        refused = self._host.receive(peer, frames)
        out = {item for item, _ in refused}
        kept = [frame.id for frame in frames if frame.id not in out]
        connection.link.acknowledge(kept, refused, self._clock.monotonic_ms())

    def _opened(self, connection: Connection, agent: AgentId) -> None:
        present = self._up.get(agent)
        if present is not None and not self._is_better(connection, present, agent):
            connection.close(Refusal.DUPLICATE)
            return
        self._up[agent] = connection
        if present is not None:
            present.close(Refusal.DUPLICATE)
        log.info("link to %s is up", agent.short)
        self._host.link_up(agent, connection.invitation)

    def _is_better(self, fresh: Connection, present: Connection, agent: AgentId) -> bool:
        """Decide between two links so that both sides decide alike.

        Who dials has no link: so an older one is dead on that side, and so is one that the same
        side dialled. Two that crossed under way: the one dialled by the lesser agent stays.
        """
        opened = present.link.opened_at or 0
        if fresh.link.is_dialler == present.link.is_dialler or present.link.is_closed:
            return True
        if self._clock.monotonic_ms() - opened > CROSSING_MS:
            return True
        return fresh.link.is_dialler == (self._signer.agent < agent)

    def _ended(self, connection: Connection, agent: AgentId) -> None:
        if self._up.get(agent) is connection:
            del self._up[agent]
            log.info("link to %s is down: %s", agent.short, connection.reason.name)
            self._host.link_down(agent, connection.reason)
            if self._is_usurped(connection, agent):
                if self._twins.is_plain(agent, self._clock.monotonic_ms()):
                    self._host.doubled(agent)
            elif agent in self._wanted and not connection.link.is_dialler:
                self._wanted[agent].hurry.set()  # one that we dialled is dialled again anyway
        elif connection.link.opened_at is None and connection.was_told and agent not in self._up:
            self._host.link_down(agent, connection.reason)

    def _is_usurped(self, connection: Connection, agent: AgentId) -> bool:
        """Whether the peer keeps another link of our key, and that is none of ours."""
        if connection.reason is not Refusal.DUPLICATE or not connection.was_told:
            return False
        return all(one is connection or one.peer != agent for one in self._running)

    # --- time ------------------------------------------------------------------------------------

    async def _watch(self) -> None:
        """Notice that the machine slept: the clocks part, or we were not run for long."""
        last = self._clock.monotonic_ms()
        base = self._clock.wall_ms() - last
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            now = self._clock.monotonic_ms()
            before, base = base, self._clock.wall_ms() - now
            for connection in self._running:
                connection.link.wall_base = base
            if abs(base - before) > SLEPT_MS or now - last > STALLED_MS:
                log.info("the machine slept or its clock was set: asking all peers")
                self.wake()
            last = now

    def _own(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, at most so long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
