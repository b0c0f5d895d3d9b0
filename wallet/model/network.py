"""Where a node is found: its transport key and hints for reaching it.

Source: the design of the network, *Shape*: an address is a hint, the key is the truth. A node is
one running engine; the agents it hosts have keys of their own (`wallet.crypto.ids.AgentId`).
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from wallet.crypto.encoding import Base64
from wallet.model.record import Record

MAX_ADDRESSES = 8
_ADDRESS = r"^(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9a-f:.]{2,45}\]):[0-9]{1,5}$"

Address = Annotated[str, msgspec.Meta(max_length=64, pattern=_ADDRESS)]
Relay = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^(?:https?://[!-~]+)?$")]
Addresses = Annotated[tuple[Address, ...], msgspec.Meta(max_length=MAX_ADDRESSES)]


class NodeKey(Base64):
    """The Ed25519 public key by which the transport authenticates a node: 32 bytes."""

    __slots__ = ()
    SIZE = 32
    OFTEN = True


class NodeAddress(Record, frozen=True):
    """A node, and hints where it may answer: "ip:port" or "[ip]:port", and a relay's URL.

    Making one in the program checks nothing; reading one by `decode` does (`NotCanonical`).
    """

    node: NodeKey
    relay: Relay = ""
    addresses: Addresses = ()
