"""A peer made of real links and nothing above them: it keeps what it hears and acknowledges it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from tests.helpers.links import NETWORK
from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId, NetworkId
from wallet.crypto.signing import Signer
from wallet.engine.clock import SystemClock
from wallet.engine.entropy import SystemEntropy
from wallet.engine.links import Links
from wallet.engine.ports import Clock, Transport
from wallet.engine.supervisor import Supervisor
from wallet.model.network import NodeAddress
from wallet.protocol.messages.frame import Frame, make_frame
from wallet.protocol.messages.refusals import Refusal


class Peer:
    """The host of one agent's links, and a person who waits for things to happen."""

    def __init__(self, signer: Signer, network: NetworkId = NETWORK) -> None:
        self.signer = signer
        self.network = network
        self.partners: set[AgentId] = set()
        self.invitations: dict[Hash, AgentId | int] = {}
        self.serves = False  # decides or votes for anyone
        self.refuses: dict[str, int] = {}  # kind: number
        self.frames: list[Frame] = []
        self.batches: list[int] = []
        self.acked: list[Hash] = []
        self.refusals: list[tuple[Hash, int]] = []
        self.ups: list[tuple[AgentId, Hash | None]] = []
        self.downs: list[tuple[AgentId, Refusal]] = []
        self.doubles: list[AgentId] = []
        self.answer: Callable[[Frame], None] | None = None
        self.owed: dict[Hash, Frame] = {}
        self.links: Links
        self._moved = asyncio.Event()

    @property
    def agent(self) -> AgentId:
        return self.signer.agent

    def is_partner(self, agent: AgentId) -> bool:
        return agent in self.partners

    def is_welcome(self, agent: AgentId) -> bool:
        return self.serves

    def invitation_key(self, invitation: Hash) -> AgentId | int:
        return self.invitations.get(invitation, int(Refusal.INVITATION_UNKNOWN))

    def receive(self, agent: AgentId, frames: Sequence[Frame]) -> Sequence[tuple[Hash, int]]:
        self.batches.append(len(frames))
        odd = [frame for frame in frames if frame.kind in self.refuses]
        self.frames += [frame for frame in frames if frame not in odd]
        for frame in frames:
            if self.answer is not None:
                self.answer(frame)
        self._moved.set()
        return [(frame.id, self.refuses[frame.kind]) for frame in odd]

    def acknowledged(self, agent: AgentId, ids: Sequence[Hash]) -> None:
        self.acked += ids
        for item in ids:
            self.owed.pop(item, None)
        self._moved.set()

    def refused(self, agent: AgentId, id: Hash, code: int) -> None:
        self.refusals.append((id, code))
        self._moved.set()

    def link_up(self, agent: AgentId, invitation: Hash | None) -> None:
        self.ups.append((agent, invitation))
        for frame in self.owed.values():
            self.links.send(frame.recipient, frame)
        self._moved.set()

    def doubled(self, agent: AgentId) -> None:
        self.doubles.append(agent)
        self._moved.set()

    def link_down(self, agent: AgentId, reason: Refusal) -> None:
        self.downs.append((agent, reason))
        self._moved.set()

    def post(self, frame: Frame) -> None:
        """Send, and again over every fresh link until it is acknowledged, as an outbox does."""
        self.owed[frame.id] = frame
        self.links.send(frame.recipient, frame)

    async def until(self, seen: Callable[[], bool], seconds: float = 15.0) -> None:
        """Wait until something holds; it is looked at whenever something was heard."""
        async with asyncio.timeout(seconds):
            while not seen():
                self._moved.clear()
                await self._moved.wait()

    def a_message(self, to: Peer | AgentId, text: str = "hello", kind: str = "note") -> Frame:
        agent = to.agent if isinstance(to, Peer) else to
        return make_frame(kind, self.network, self.agent, agent, b'{"text":"%s"}' % text.encode())

    def here(self) -> NodeAddress:
        return self.links.addresses()


@asynccontextmanager
async def running(
    *pairs: tuple[Peer, Transport], clock: Clock | None = None
) -> AsyncIterator[None]:
    """Run the links of these peers over their transports; errors of any task fail the test."""
    faults: list[tuple[str, Exception]] = []
    async with Supervisor(lambda name, error: faults.append((name, error))) as supervisor:
        for peer, transport in pairs:
            peer.links = Links(
                network=peer.network,
                signer=peer.signer,
                transport=transport,
                host=peer,
                clock=clock or SystemClock(),
                entropy=SystemEntropy(),
                supervisor=supervisor,
            )
            await peer.links.start()
        yield
        await asyncio.gather(*(peer.links.close() for peer, _ in pairs))
    assert faults == []
