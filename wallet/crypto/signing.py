"""Ed25519 signatures, each bound to what it is for and to one network.

Source: RFC 8032; the message is `label || 0x00 || network id (39 bytes) || hash (32 bytes)`, so
that a signature given for one purpose, or in one network, never counts for another.
"""

from __future__ import annotations

from enum import StrEnum, unique
from functools import lru_cache

from nacl.exceptions import BadSignatureError
from nacl.public import PrivateKey
from nacl.signing import SigningKey, VerifyKey

from wallet.crypto.encoding import Base64
from wallet.crypto.ids import CORE_SIZE, AgentId, NetworkId

SEED_SIZE = 32


@unique
class Label(StrEnum):
    """What a signature is for. `ACTION` alone is a claim on a source chain."""

    ACTION = "action"
    PROMISE = "promise"  # the session signature only
    CHIT = "chit"
    TALLY = "tally"
    LINK = "link"
    PREFLIGHT = "preflight"
    VOTE = "vote"
    WARRANT = "warrant"
    CALL = "call"
    AGENT_INFO = "agent-info"
    INVOICE = "invoice"
    RULING = "ruling"
    PROOF = "proof"
    RESPONSE = "response"
    LIFT_PROMISE = "lift-promise"
    LIFT_ORDER = "lift-order"  # terminus, commit, abort
    ACK = "ack"
    RECEIPT = "receipt"
    HANDSHAKE = "handshake"


class Signature(Base64):
    """An Ed25519 signature: 64 bytes."""

    __slots__ = ()
    SIZE = 64


class BadSignature(ValueError):
    """The signature is not this agent's for this label, network and hash."""


class Signer:
    """The signing key of one agent; it shows its secret to nobody."""

    __slots__ = ("_agent", "_box_key", "_key")

    def __init__(self, seed: bytes) -> None:
        """Make the key from 32 bytes of entropy. Raises `ValueError` for another size."""
        if len(seed) != SEED_SIZE:
            raise ValueError(f"a seed has {SEED_SIZE} bytes, not {len(seed)}")
        self._key = SigningKey(seed)
        self._agent = AgentId.of(bytes(self._key.verify_key))
        self._box_key: PrivateKey | None = None  # made when it is wanted first: it takes a while

    def __repr__(self) -> str:
        return f"Signer({self._agent.short})"

    @property
    def agent(self) -> AgentId:
        """The id of the agent: its public key."""
        return self._agent

    @property
    def box_key(self) -> PrivateKey:
        """The same key on the other curve (X25519), for `wallet.crypto.sealing`."""
        if self._box_key is None:
            self._box_key = self._key.to_curve25519_private_key()
        return self._box_key

    def sign(self, label: Label, network: NetworkId, core: bytes) -> Signature:
        """Sign the hash `core` (32 bytes; `ValueError` otherwise) for this label and network."""
        return Signature.of(self._key.sign(_message(label, network, core)).signature)


def verify(
    agent: AgentId, label: Label, network: NetworkId, core: bytes, signature: Signature
) -> None:
    """Check that `agent` signed the hash `core` (32 bytes) for this label and network.

    Raises:
        BadSignature: it did not, or the agent's key is no point on the curve.
        ValueError: `core` is not 32 bytes.
    """
    message = _message(label, network, core)
    try:
        _verify_key(agent).verify(message, signature.raw)
    except BadSignatureError:
        raise BadSignature(f"{label.value} signature of {agent.short} is not valid") from None


def _message(label: Label, network: NetworkId, core: bytes) -> bytes:
    if len(core) != CORE_SIZE:
        raise ValueError(f"a hash has {CORE_SIZE} bytes, not {len(core)}")
    return _beginning(label, network) + core


@lru_cache(maxsize=256)
def _beginning(label: Label, network: NetworkId) -> bytes:
    return label.value.encode("ascii") + b"\x00" + network.raw


@lru_cache(maxsize=4096)
def _verify_key(agent: AgentId) -> VerifyKey:
    return VerifyKey(agent.core)
