"""Two links face to face, without a wire: what one sends the other receives."""

from __future__ import annotations

from dataclasses import dataclass, field

from wallet.crypto.ids import AgentId, NetworkId
from wallet.crypto.signing import Signer
from wallet.model.network import NodeKey
from wallet.protocol.link import Dialler, Ends, Event, Link, Listener, PeerProved
from wallet.protocol.messages.frame import Frame, make_frame

NETWORK = NetworkId.of(b"n" * 32)
OTHER_NETWORK = NetworkId.of(b"o" * 32)
ADA, BO, EVE = Signer(b"a" * 32), Signer(b"b" * 32), Signer(b"e" * 32)
ADA_NODE, BO_NODE, EVE_NODE = (NodeKey.of(letter * 32) for letter in (b"A", b"B", b"E"))
CODE = Signer(b"c" * 32)
WALL = 1_800_000_000_000


def a_dialler(
    *,
    signer: Signer = ADA,
    want: AgentId = BO.agent,
    here: NodeKey = ADA_NODE,
    there: NodeKey = BO_NODE,
    network: NetworkId = NETWORK,
    nonce: bytes = b"1" * 32,
    invitation: Signer | None = None,
    versions: tuple[int, ...] = (1,),
) -> Link:
    """Return a link that dials."""
    ends = Ends(network, here, there)
    return Link(Dialler(ends, signer, want, nonce, invitation, versions), 0, WALL)


def a_listener(
    *,
    signer: Signer = BO,
    here: NodeKey = BO_NODE,
    there: NodeKey = ADA_NODE,
    network: NetworkId = NETWORK,
    nonce: bytes = b"2" * 32,
    versions: tuple[int, ...] = (1,),
) -> Link:
    """Return a link that was dialled."""
    ends = Ends(network, here, there)
    return Link(Listener(ends, {signer.agent: signer}, nonce, versions), 0, WALL)


def events_of(link: Link) -> list[Event]:
    """Return everything the link has to say."""
    found = []
    while (event := link.next_event()) is not None:
        found.append(event)
    return found


def a_frame(text: str = "hello", *, sender: Signer = ADA, to: Signer = BO) -> Frame:
    """Return a message."""
    return make_frame("note", NETWORK, sender.agent, to.agent, b'{"text":"%s"}' % text.encode())


@dataclass
class Pair:
    """A dialler and a listener, what they said to their owners, and what passed between them."""

    dialler: Link = field(default_factory=a_dialler)
    listener: Link = field(default_factory=a_listener)
    now: int = 0
    admits: bool = True
    key: AgentId | None = None
    heard: dict[str, list[Event]] = field(default_factory=lambda: {"dialler": [], "listener": []})
    wire: list[tuple[str, bytes]] = field(default_factory=list)

    def run(self) -> Pair:
        """Carry bytes to and fro until nobody has more to say."""
        while True:
            there = self.dialler.data_to_send(self.now)
            back = self.listener.data_to_send(self.now)
            if not there and not back:
                return self
            for name, link, data in (
                ("listener", self.listener, there),
                ("dialler", self.dialler, back),
            ):
                if data:
                    self.wire.append((name, data))
                    link.receive(data, self.now)
                self.heard[name] += events_of(link)
            self._decide()

    def _decide(self) -> None:
        if self.admits and isinstance(self.last("listener"), PeerProved):
            self.listener.admit(self.now, self.key)
            self.heard["listener"] += events_of(self.listener)

    def last(self, name: str) -> Event | None:
        """Return the latest event of one side."""
        return self.heard[name][-1] if self.heard[name] else None

    def pass_time(self, ms: int) -> None:
        """Let time pass in steps of a tick, as an owner would, and carry what is said."""
        until = self.now + ms
        while self.now < until:
            due = [at for at in (self.dialler.deadline(), self.listener.deadline()) if at]
            self.now = min([max(at, self.now + 1) for at in due] + [until])
            self.dialler.handle_deadline(self.now)
            self.listener.handle_deadline(self.now)
            self.run()
