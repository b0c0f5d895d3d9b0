"""One connection to one peer, without I/O: handshake, frames, acknowledgements, heartbeat.

A link may be forgotten at any moment: what must survive is in the store (house.md 3.1). Its owner
(`wallet/engine/links.py`) carries bytes in and out, passes the time in, and asks for events.
`core.py` is the link, `handshake.py` its first four messages, `pace.py` what a peer may send,
`pulse.py` whether it is alive, `events.py` what it says to its owner. Start with `core.py`.
"""

from __future__ import annotations

from wallet.protocol.link.core import Link
from wallet.protocol.link.events import (
    Acknowledged,
    Event,
    FrameReceived,
    LinkClosed,
    LinkOpened,
    PeerProved,
    RefusedByPeer,
)
from wallet.protocol.link.handshake import Dialler, Ends, Listener

__all__ = [
    "Acknowledged",
    "Dialler",
    "Ends",
    "Event",
    "FrameReceived",
    "Link",
    "LinkClosed",
    "LinkOpened",
    "Listener",
    "PeerProved",
    "RefusedByPeer",
]
