"""A network inside one process: the transport of tests and of the demonstration.

A `MemoryNetwork` joins `MemoryTransport`s of one asyncio loop. It keeps order and loses nothing;
`cut` breaks the channels between two nodes, `separate` also stops them from dialling. Node keys
are taken at their word, for there is nobody else in the process.
"""

from __future__ import annotations

import asyncio
from collections import deque

from wallet.model.errors import NetworkError
from wallet.model.network import NodeAddress, NodeKey

# As much as a QUIC stream's window: a reader that stops must be felt by the writer.
WINDOW_BYTES = 1 << 20


class MemoryChannel:
    """One end of a channel; what is written at the other end is read here."""

    def __init__(self, peer: NodeKey) -> None:
        self.peer = peer
        self.other: MemoryChannel | None = None
        self._parts: deque[bytes] = deque()
        self._size = 0
        self._ended = False
        self._broken = False
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    async def read(self) -> bytes:
        """Return what has arrived, b"" at the end. Raises `NetworkError` when cut."""
        while not self._parts and not self._ended and not self._broken:
            self._arrived.clear()
            await self._arrived.wait()
        if self._broken:
            raise NetworkError
        data = b"".join(self._parts)
        self._parts.clear()
        self._size = 0
        self._room.set()
        return data

    async def write(self, data: bytes) -> None:
        """Hand `data` to the other end. Raises `NetworkError` when cut or closed."""
        other = self.other
        while other is not None and not self._broken and other._size >= WINDOW_BYTES:
            other._room.clear()
            await other._room.wait()
        if other is None or self._broken or other._ended:
            raise NetworkError
        if data:
            other._parts.append(data)
            other._size += len(data)
            other._arrived.set()

    async def close(self) -> None:
        """End both directions; what was written can still be read."""
        for end in (self, self.other):
            if end is not None:
                end._ended = True
                end._arrived.set()
                end._room.set()

    def cut(self) -> None:
        """Break both ends, as when a cable is pulled."""
        for end in (self, self.other):
            if end is not None:
                end._broken = True
                end._arrived.set()
                end._room.set()


class MemoryNetwork:
    """Who can reach whom inside this process."""

    def __init__(self) -> None:
        self._nodes: dict[NodeKey, MemoryTransport] = {}
        self._separated: set[frozenset[NodeKey]] = set()
        self._open: list[tuple[frozenset[NodeKey], MemoryChannel]] = []

    def transport(self, node: NodeKey) -> MemoryTransport:
        """Make the endpoint of `node`; it is reachable from `start` to `close`."""
        return MemoryTransport(self, node)

    def cut(self, one: NodeKey, other: NodeKey) -> None:
        """Break every channel between the two; they may dial again at once."""
        pair = frozenset((one, other))
        for joined, channel in self._open:
            if joined == pair:
                channel.cut()
        self._open = [item for item in self._open if item[0] != pair]

    def separate(self, one: NodeKey, other: NodeKey) -> None:
        """Break what joins the two and let them not dial each other."""
        self._separated.add(frozenset((one, other)))
        self.cut(one, other)

    def rejoin(self, one: NodeKey, other: NodeKey) -> None:
        """Let the two dial each other again."""
        self._separated.discard(frozenset((one, other)))

    def _join(self, dialler: MemoryTransport, address: NodeAddress) -> MemoryChannel:
        pair = frozenset((dialler.node, address.node))
        listener = self._nodes.get(address.node)
        if listener is None or pair in self._separated:
            raise NetworkError
        here, there = MemoryChannel(address.node), MemoryChannel(dialler.node)
        here.other, there.other = there, here
        self._open.append((pair, here))
        listener._incoming.put_nowait(there)
        return here


class MemoryTransport:
    """A node's endpoint on a `MemoryNetwork`."""

    def __init__(self, network: MemoryNetwork, node: NodeKey) -> None:
        self.node = node
        self._network = network
        self._incoming: asyncio.Queue[MemoryChannel | None] = asyncio.Queue()

    def addresses(self) -> NodeAddress:
        """Return our key; there is nothing else to know in one process."""
        return NodeAddress(node=self.node)

    async def start(self) -> None:
        """Become reachable."""
        self._network._nodes[self.node] = self

    async def dial(self, address: NodeAddress) -> MemoryChannel:
        """Open a channel. Raises `NetworkError` if the node is not there."""
        return self._network._join(self, address)

    async def accept(self) -> MemoryChannel:
        """Wait for the next channel. Raises `NetworkError` once closed."""
        channel = await self._incoming.get()
        if channel is None:
            raise NetworkError
        return channel

    async def close(self) -> None:
        """Become unreachable and end every channel."""
        if self._network._nodes.get(self.node) is not self:
            return
        del self._network._nodes[self.node]
        self._incoming.put_nowait(None)
        for pair, channel in self._network._open:
            if self.node in pair:
                await channel.close()
