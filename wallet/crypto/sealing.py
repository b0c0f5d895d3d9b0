"""Sealing: to an agent's key, or under a key of our own. The dice are arguments.

Sources: libsodium `crypto_box` (X25519, XSalsa20-Poly1305) with the recipient's Ed25519 key moved
to X25519, in the shape of its sealed box; XChaCha20-Poly1305 with associated data for files.
Sealing to several recipients is sealing to each.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import Box, PrivateKey, PublicKey

from wallet.crypto.ids import AgentId, BadId
from wallet.crypto.signing import Signer

KEY_SIZE = 32
NONCE_SIZE = 24
SEED_SIZE = 32


class CannotOpen(ValueError):
    """A box that is damaged, or was not sealed for this key and context."""


class Secret:
    """Bytes that must not be seen: prints as `***`, compares in constant time."""

    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        self._raw = bytes(raw)

    def reveal(self) -> bytes:
        """The bytes. Whoever calls this answers for them."""
        return self._raw

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._raw, other._raw)

    __hash__ = None  # type: ignore[assignment]  # a secret is no key of a dictionary


def seal_to(agent: AgentId, plain: bytes, seed: bytes) -> bytes:
    """Seal `plain` so that only `agent` can open it; 48 bytes longer than `plain`.

    `seed` is 32 fresh random bytes: it makes the ephemeral key, and with it the nonce.

    Raises:
        BadId: the agent's key is no point on the curve.
        ValueError: the seed has another size.
    """
    if len(seed) != SEED_SIZE:
        raise ValueError(f"a seed has {SEED_SIZE} bytes, not {len(seed)}")
    recipient = _public_key(agent)
    ephemeral = PrivateKey.from_seed(seed)
    sender = bytes(ephemeral.public_key)
    nonce = _nonce(sender, bytes(recipient))
    return sender + Box(ephemeral, recipient).encrypt(plain, nonce).ciphertext


def can_seal_to(agent: AgentId) -> bool:
    """Whether there is a way to seal to this agent: its key is a point of the right kind."""
    try:
        _public_key(agent)
    except BadId:
        return False
    return True


def open_sealed(signer: Signer, box: bytes) -> bytes:
    """Open what was sealed to this signer's agent. Raises `CannotOpen`."""
    sender, sealed = box[:KEY_SIZE], box[KEY_SIZE:]
    key = signer.box_key
    nonce = _nonce(sender, bytes(key.public_key))
    try:
        return Box(key, PublicKey(sender)).decrypt(sealed, nonce)
    # RuntimeError: the sender's key is of low order; Type- and ValueError: too short.
    except (CryptoError, RuntimeError, TypeError, ValueError):
        raise CannotOpen("not sealed to this agent, or damaged") from None


def seal(key: bytes, plain: bytes, nonce: bytes, context: bytes) -> bytes:
    """Seal `plain` under a key of 32 bytes; the result begins with the nonce of 24 fresh bytes.

    `context` is not stored but must be the same at opening. Raises `ValueError` for wrong sizes.
    """
    _check_sizes(key, nonce)
    return nonce + bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, context, nonce, key)


def open_box(key: bytes, box: bytes, context: bytes) -> bytes:
    """Open what `seal` made. Raises `CannotOpen`; `ValueError` for a key of another size."""
    nonce, sealed = box[:NONCE_SIZE], box[NONCE_SIZE:]
    _check_sizes(key, nonce.ljust(NONCE_SIZE, b"\x00"))
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, context, nonce, key)
    except (CryptoError, ValueError):
        raise CannotOpen("another key or context, or damaged") from None


def _check_sizes(key: bytes, nonce: bytes) -> None:
    if len(key) != KEY_SIZE:
        raise ValueError(f"a key has {KEY_SIZE} bytes, not {len(key)}")
    if len(nonce) != NONCE_SIZE:
        raise ValueError(f"a nonce has {NONCE_SIZE} bytes, not {len(nonce)}")


def _nonce(sender: bytes, recipient: bytes) -> bytes:
    return hashlib.blake2b(sender + recipient, digest_size=NONCE_SIZE).digest()


@lru_cache(maxsize=4096)
def _public_key(agent: AgentId) -> PublicKey:
    try:
        return PublicKey(bindings.crypto_sign_ed25519_pk_to_curve25519(agent.core))
    except RuntimeError:
        raise BadId("the agent's key is no point on the curve") from None
