"""What goes over this machine's network interfaces, recorded (AF_PACKET; Linux, root)."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

ALL_PROTOCOLS = 0x0003
IPV4, IPV6, UDP, TCP = 0x0800, 0x86DD, 17, 6
BUFFER_BYTES = 8 << 20


@dataclass
class Capture:
    """Whole packets in the order they were seen; on the loopback each is seen out and in."""

    packets: list[bytes] = field(default_factory=list)

    def with_ports(self, *ports: int) -> list[bytes]:
        """The UDP and TCP packets from or to one of these ports."""
        return [one for one in self.packets if set(ports_of(one)) & set(ports)]


def ports_of(packet: bytes) -> tuple[int, ...]:
    """Source and target port of an Ethernet frame with UDP or TCP in it; else none."""
    kind = int.from_bytes(packet[12:14], "big")
    if kind == IPV4 and len(packet) > 34:
        protocol, start = packet[23], 14 + (packet[14] & 0x0F) * 4
    elif kind == IPV6 and len(packet) > 54:
        protocol, start = packet[20], 54
    else:
        return ()
    if protocol not in (UDP, TCP) or len(packet) < start + 4:
        return ()
    return struct.unpack_from(">HH", packet, start)


@contextmanager
def recording(interface: str = "") -> Iterator[Capture]:
    """Record an interface, or all of them, during the block."""
    capture = Capture()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS)) as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        if interface:
            wire.bind((interface, 0))
        # The end is heard over a packet of our own: until then nothing is lost.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bell:
            bell.bind(("127.0.0.1", 0))
            ours = bell.getsockname()[1]
            reader = threading.Thread(target=_read, args=(wire, capture, ours), daemon=True)
            reader.start()
            try:
                yield capture
            finally:
                bell.sendto(b"end", ("127.0.0.1", ours))
                reader.join(10)


def _read(wire: socket.socket, capture: Capture, bell: int) -> None:
    while True:
        packet = wire.recv(65_535)
        if bell in ports_of(packet):
            return
        capture.packets.append(packet)
