"""Frames: what travels on a link after the handshake.

Source: the design of the network, *Shape*: length-prefixed canonical JSON of at most 1 MiB,
{v, network, kind, id, from, to, body}; id = hash of all that but the id. `acks` ride along and
are not part of the id, so that the same message keeps its id however often it is sent.

The body stays bytes here: whoever reads it, by its kind, checks that it is canonical. On the wire
a frame is its length in four bytes, big-endian, and then its canonical form.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from wallet.crypto.encoding import NotCanonical, decode, encode
from wallet.crypto.hashing import Hash, hash_bytes
from wallet.crypto.ids import AgentId, NetworkId
from wallet.model.errors import Malformed
from wallet.model.limits import FRAME_BYTES
from wallet.model.record import Record

VERSION = 1
LENGTH_BYTES = 4
# What one frame may acknowledge: more than a full burst is never outstanding (PEER_BURST / 4).
MAX_ACKS = 1_024
# Adding acknowledgements must not push a legal frame over the limit: 46 bytes each, and a name.
ACK_BYTES = 46

Kind = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9._-]{0,39}$")]
Code = Annotated[int, msgspec.Meta(ge=0, le=999)]
Millis = Annotated[int, msgspec.Meta(ge=0)]
Acks = Annotated[tuple[Hash, ...], msgspec.Meta(max_length=MAX_ACKS)]

ACK, PING, PONG, BYE = "ack", "ping", "pong", "bye"
# Spoken between the links themselves; never handed up, never acknowledged.
LINK_KINDS = frozenset({ACK, PING, PONG, BYE})


class _Core(Record, frozen=True):
    """What the id is the hash of."""

    v: int
    network: NetworkId
    kind: Kind
    sender: AgentId = msgspec.field(name="from")
    recipient: AgentId = msgspec.field(name="to")
    body: msgspec.Raw


class Frame(Record, frozen=True):
    """One message from one agent to another, with its id. Make it by `make_frame`."""

    v: Annotated[int, msgspec.Meta(ge=VERSION, le=VERSION)]
    network: NetworkId
    kind: Kind
    id: Hash
    sender: AgentId = msgspec.field(name="from")
    recipient: AgentId = msgspec.field(name="to")
    body: msgspec.Raw
    acks: Acks = ()


class Refusing(Record, frozen=True):
    """One message refused, by its number in `wallet.protocol.messages.refusals`."""

    id: Hash
    code: Code


class Ack(Record, frozen=True):
    """Messages heard, and messages refused: neither needs to be sent again."""

    ids: Acks = ()
    refused: Annotated[tuple[Refusing, ...], msgspec.Meta(max_length=MAX_ACKS)] = ()


class Ping(Record, frozen=True):
    """Are you there? `time` is the asker's wall clock in milliseconds."""

    time: Millis


class Pong(Record, frozen=True):
    """I am. `time` is the answerer's wall clock in milliseconds, `ping` the question's time."""

    time: Millis
    ping: Millis


class Bye(Record, frozen=True):
    """The link ends, for this reason."""

    code: Code


def make_frame(
    kind: str,
    network: NetworkId,
    sender: AgentId,
    recipient: AgentId,
    body: bytes | msgspec.Struct,
) -> Frame:
    """Make a frame and its id; `body` is a record, or canonical bytes already.

    Raises:
        NotCanonical: the record has no canonical form.
    """
    raw = msgspec.Raw(body if isinstance(body, bytes) else encode(body))
    core = _Core(
        v=VERSION, network=network, kind=kind, sender=sender, recipient=recipient, body=raw
    )
    return Frame(
        v=VERSION,
        network=network,
        kind=kind,
        id=hash_bytes(encode(core)),
        sender=sender,
        recipient=recipient,
        body=raw,
    )


def encode_frame(frame: Frame) -> bytes:
    """Return the canonical form, without the length.

    Raises:
        Malformed: longer than 1 MiB.
    """
    data = encode(frame)
    if len(data) > FRAME_BYTES:
        raise Malformed("frame", "too long")
    return data


def with_acks(data: bytes, ids: Sequence[Hash]) -> bytes:
    """Let `ids`, at least one, ride on the canonical form of a frame without acknowledgements.

    "acks" sorts before every other name of a frame, so they go in front: no second encoding.
    """
    return b'{"acks":["' + '","'.join(ids).encode("ascii") + b'"],' + data[1:]


def with_length(data: bytes) -> bytes:
    """Return the wire form of a frame's canonical bytes."""
    return len(data).to_bytes(LENGTH_BYTES, "big") + data


def write_frame(frame: Frame) -> bytes:
    """Return the wire form: length and canonical bytes. Raises `Malformed` above 1 MiB."""
    return with_length(encode_frame(frame))


def read_frame(data: bytes) -> Frame:
    """Read the canonical form of a frame (without its length) and check its id.

    Raises:
        Malformed: not canonical, longer than 1 MiB, another version, or the id is not its hash.
    """
    try:
        frame = decode(data, Frame, FRAME_BYTES)
        core = _Core(
            v=frame.v,
            network=frame.network,
            kind=frame.kind,
            sender=frame.sender,
            recipient=frame.recipient,
            body=frame.body,
        )
        if hash_bytes(encode(core)) != frame.id:
            raise Malformed("frame", "id is not its hash")
    except NotCanonical as error:
        raise Malformed("frame", str(error)) from None
    return frame
