"""The wire by iroh: QUIC between node keys, direct, on the LAN or through a chosen relay.

Source: the design of the network, *Facts measured*. What must stay so:

* Silent: the minimal preset, no relay unless one is given, and none of the makers' servers ever.
* `EndpointOptions.bind_addr` would leave a second socket on `[::]`: both are bound in the preset.
* A dead address would cost 30 s: every dial, and every stranger's knock, has a time limit.
* No callback interfaces: they need a global event loop and can hang `close`.

Where iroh has no wheel this module still imports, and `IrohTransport.start` says `IrohMissing`.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
from collections.abc import Awaitable, Coroutine, Sequence
from typing import Any, TypeVar

from wallet.crypto.signing import Signer
from wallet.model.errors import NetworkError
from wallet.model.network import MAX_ADDRESSES, NodeAddress, NodeKey

iroh_ffi: Any = None  # the binding, once `start` has loaded it: the window is filled before that

ALPN = b"tallystick/1"
DIAL_SECONDS = 5.0
# A stranger who knocks must open its stream within this, or is let go.
KNOCK_SECONDS = 5.0
MAX_KNOCKING = 64
LINGER_SECONDS = 2.0
# A node that dials a dead address takes three seconds to close; nobody waits for that.
CLOSE_SECONDS = 1.0
READ_BYTES = 1 << 16
LOOPBACK = "127.0.0.1"

T = TypeVar("T")


class IrohMissing(NetworkError):
    """This system has no iroh: the wallet works without network until another wire exists."""

    code = "NET-NONE"


class PortTaken(NetworkError):
    """Another program, or this one a moment ago, holds `port`."""

    code = "NET-PORT"
    port: int


class IrohChannel:
    """The one stream of one connection."""

    def __init__(self, connection: Any, stream: Any) -> None:
        self.peer = NodeKey.of(connection.remote_id().to_bytes())
        self._connection = connection
        self._send = stream.send()
        self._recv = stream.recv()
        self._is_closed = False

    async def read(self) -> bytes:
        """Return what has arrived, b"" at the end. Raises `NetworkError` when broken."""
        return await _call(self._recv.read(READ_BYTES))

    async def write(self, data: bytes) -> None:
        """Send `data`. Raises `NetworkError` when broken."""
        await _call(self._send.write_all(data))

    async def close(self) -> None:
        """Let what was written arrive, for two seconds at most, then end the connection."""
        if self._is_closed:
            return
        self._is_closed = True
        with contextlib.suppress(NetworkError, TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                await _call(self._send.finish())
                await _call(self._send.stopped())
        self._connection.close(0, b"")


class IrohTransport:
    """A node's endpoint.

    `seed` is the 32-byte seed of the node key; `port` is drawn once per profile and bound again
    (0 draws one: tests); `listen` is "" for all interfaces or an IPv4 address, of which
    "127.0.0.1" also keeps IPv6 on the loopback; `relays` are URLs the person chose.
    """

    def __init__(
        self, seed: bytes, *, port: int, listen: str = "", relays: Sequence[str] = ()
    ) -> None:
        self._seed = seed
        self._port = port
        self._listen = listen
        self._relays = tuple(relays)
        self._endpoint: Any = None
        self._node = NodeKey.of(Signer(seed).agent.core)
        self._incoming: asyncio.Queue[IrohChannel | None] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def node(self) -> NodeKey:
        """Our node key: the public half of the seed."""
        return self._node

    @property
    def sockets(self) -> tuple[str, ...]:
        """What is bound, as "ip:port"; for the settings page and for tests."""
        return () if self._endpoint is None else tuple(self._endpoint.bound_sockets())

    def addresses(self) -> NodeAddress:
        """Return our key, the addresses others may try, and the relay if there is one."""
        if self._endpoint is None:
            return NodeAddress(node=self._node)
        found = self._endpoint.addr()
        return NodeAddress(
            node=self._node,
            relay=found.relay_url() or "",
            addresses=tuple(found.direct_addresses()[:MAX_ADDRESSES]),
        )

    async def start(self) -> None:
        """Bind both sockets and begin to listen.

        Raises:
            IrohMissing: no iroh on this system.
            PortTaken: the port is not free.
        """
        _load()
        self._endpoint = await self._bind()
        self._spawn(self._listen_on(self._endpoint))

    async def dial(self, address: NodeAddress) -> IrohChannel:
        """Open a channel within five seconds. Raises `NetworkError`."""
        if self._endpoint is None:
            raise NetworkError
        try:
            async with asyncio.timeout(DIAL_SECONDS):
                target = iroh_ffi.EndpointAddr(
                    iroh_ffi.EndpointId.from_bytes(address.node.raw),
                    address.relay or None,
                    list(address.addresses),
                )
                connection = await self._endpoint.connect(target, ALPN)
                channel = IrohChannel(connection, await connection.open_bi())
        except (TimeoutError, iroh_ffi.IrohError, iroh_ffi.InternalError):
            raise NetworkError from None
        if channel.peer != address.node:
            await channel.close()
            raise NetworkError
        return channel

    async def accept(self) -> IrohChannel:
        """Wait for the next channel. Raises `NetworkError` once closed."""
        channel = await self._incoming.get()
        if channel is None:
            self._incoming.put_nowait(None)
            raise NetworkError
        return channel

    async def close(self) -> None:
        """Close the endpoint and every channel."""
        endpoint, self._endpoint = self._endpoint, None
        if endpoint is None:
            return
        self._incoming.put_nowait(None)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await _settle(endpoint.close())
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _bind(self) -> Any:
        last: Exception | None = None
        for pair in _socket_addresses(self._listen, self._port):
            options = iroh_ffi.EndpointOptions(
                preset=_make_preset(pair, self._relays), secret_key=self._seed, alpns=[ALPN]
            )
            try:
                return await iroh_ffi.Endpoint.bind(options)
            except iroh_ffi.IrohError as error:
                last = error
        raise PortTaken(self._port) from last

    async def _listen_on(self, endpoint: Any) -> None:
        while True:
            incoming = await _call(endpoint.accept_next())
            if incoming is None:
                return
            if len(self._tasks) > MAX_KNOCKING:
                await _settle(incoming.refuse())
            else:
                self._spawn(self._open_to(incoming))

    async def _open_to(self, incoming: Any) -> None:
        async with asyncio.timeout(KNOCK_SECONDS):
            connection = await _call(_connected(incoming))
            channel = IrohChannel(connection, await _call(connection.accept_bi()))
        self._incoming.put_nowait(channel)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _connected(incoming: Any) -> Any:
    accepting = await incoming.accept()
    return await accepting.connect()


async def _call(work: Awaitable[T]) -> T:
    """Wait for a call into iroh; its errors, and a peer's, are the network's."""
    try:
        return await work
    except (iroh_ffi.IrohError, iroh_ffi.InternalError):
        raise NetworkError from None


async def _settle(work: Awaitable[Any]) -> None:
    with contextlib.suppress(NetworkError):
        await _call(work)


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    # A stranger that knocks and goes away is no event.
    with contextlib.suppress(NetworkError, TimeoutError):
        await work


def _socket_addresses(listen: str, port: int) -> list[tuple[str, ...]]:
    """Return the pairs of sockets to try; the second try is for systems without IPv6."""
    four = listen or "0.0.0.0"
    six = "::1" if listen == LOOPBACK else "::"
    return [(f"{four}:{port}", f"[{six}]:{port}"), (f"{four}:{port}",)]


def _make_preset(sockets: Sequence[str], relays: Sequence[str]) -> Any:
    class Silent(iroh_ffi.Preset):  # type: ignore[misc]
        """Nothing leaves without a dial."""

        def apply(self, builder: Any) -> None:
            builder.apply_minimal()
            mode = iroh_ffi.RelayMode
            builder.relay_mode(mode.custom_from_urls(list(relays)) if relays else mode.disabled())
            for socket in sockets:
                builder.bind_addr(socket)

    return Silent()


def _load() -> None:
    global iroh_ffi
    if iroh_ffi is None:
        try:
            from iroh import iroh_ffi as found
        except (ImportError, OSError):  # no wheel for this system, or no libraries
            raise IrohMissing from None
        iroh_ffi = found
        _copy_by_block()


def _copy_by_block() -> None:
    """Let iroh's binding copy bytes as a block.

    Its generated code (uniffi) writes each byte by an assignment of its own: 64 KB take 20 ms
    in each direction, 700 B cost a tenth of a round trip. The buffer has been reserved by then.
    """

    def write(builder: Any, value: bytes) -> None:
        with builder._reserve(len(value)):
            start = ctypes.addressof(builder.rbuf.data.contents) + builder.rbuf.len
            ctypes.memmove(start, bytes(value), len(value))

    iroh_ffi._UniffiRustBufferBuilder.write = write
