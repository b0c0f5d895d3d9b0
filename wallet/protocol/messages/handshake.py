"""The four messages before a link is open, and the one transcript that both sides sign.

Source: the design of identity, *Handshake*. 1 hello A→B, 2 challenge B→A, 3 proof A→B,
4 welcome B→A; a denial may stand in place of 2, 3's answer or what follows 4. On the wire each is
its length in four bytes and its canonical form, at most 4 KiB.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from wallet.crypto.encoding import Base64, NotCanonical, decode, encode
from wallet.crypto.hashing import Hash, blake, hash_bytes
from wallet.crypto.ids import AgentId, NetworkId
from wallet.crypto.signing import BadSignature, Label, Signature, Signer, verify
from wallet.model.errors import Malformed
from wallet.model.network import NodeKey
from wallet.model.record import Record

VERSIONS = (1,)
# The longest of the four is the proof, about 500 bytes; more is not a handshake.
HANDSHAKE_BYTES = 4 << 10
NONCE_SIZE = 32
LENGTH_BYTES = 4

Version = Annotated[int, msgspec.Meta(ge=1, le=999)]
Versions = Annotated[tuple[Version, ...], msgspec.Meta(min_length=1, max_length=16)]
By = Literal["dialler", "listener", "invitee"]


class Nonce(Base64):
    """32 bytes that nobody used before."""

    __slots__ = ()
    SIZE = NONCE_SIZE


class Hello(Record, frozen=True, tag_field="kind", tag="hello"):
    """1 A→B: what A speaks, in which network, and whom it wants."""

    versions: Versions
    network: NetworkId
    nonce: Nonce
    want: AgentId


class Challenge(Record, frozen=True, tag_field="kind", tag="challenge"):
    """2 B→A: the version that will be spoken, and B's nonce."""

    version: Version
    nonce: Nonce


class InvitationProof(Record, frozen=True):
    """The invitation's id, and the signature of its code's key over the transcript."""

    id: Hash
    signature: Signature


class Proof(Record, frozen=True, tag_field="kind", tag="proof"):
    """3 A→B: who A is."""

    agent: AgentId
    signature: Signature
    invitation: InvitationProof | None = None


class Welcome(Record, frozen=True, tag_field="kind", tag="welcome"):
    """4 B→A: B is who A wanted."""

    signature: Signature


class Denial(Record, frozen=True, tag_field="kind", tag="denial"):
    """No link, for this reason (`wallet.protocol.messages.refusals`)."""

    code: Annotated[int, msgspec.Meta(ge=0, le=999)]


Message = Hello | Challenge | Proof | Welcome | Denial


class Transcript(Record, frozen=True):
    """Everything both sides must agree on. The node keys are those the transport authenticated,
    the nonces the original ones: each side fills in what it knows itself, never an echo."""

    label: Literal["handshake"]
    network: NetworkId
    versions: Versions
    version: Version
    dialler_node: NodeKey
    listener_node: NodeKey
    dialler: AgentId
    listener: AgentId
    dialler_nonce: Nonce
    listener_nonce: Nonce

    def signed_by(self, signer: Signer, by: By) -> Signature:
        """Sign in one of the three roles; a signature in one role is nothing in another."""
        return signer.sign(Label.HANDSHAKE, self.network, self._hash(by))

    def is_signed(self, signature: Signature, agent: AgentId, by: By) -> bool:
        """Say whether this is `agent`'s signature in this role."""
        try:
            verify(agent, Label.HANDSHAKE, self.network, self._hash(by), signature)
        except BadSignature:
            return False
        return True

    def _hash(self, by: By) -> bytes:
        return blake(encode(self) + by.encode("ascii"))


def invitation_id(key: AgentId) -> Hash:
    """Return the id under which an invitation is known: the hash of its code's public key."""
    return hash_bytes(b"invitation\x00" + key.core)


def write_handshake(message: Message) -> bytes:
    """Return the wire form: length and canonical bytes."""
    data = encode(message)
    return len(data).to_bytes(LENGTH_BYTES, "big") + data


def read_handshake(data: bytes) -> Message:
    """Read one of the five messages.

    Raises:
        Malformed: it is none of them in canonical form, or longer than 4 KiB.
    """
    kind: Any = Message
    try:
        message: Message = decode(data, kind, HANDSHAKE_BYTES)
    except NotCanonical as error:
        raise Malformed("handshake", str(error)) from None
    return message
