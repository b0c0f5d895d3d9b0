"""BLAKE2b-256, the one hash of the wallet (RFC 7693)."""

from __future__ import annotations

import hashlib

from wallet.crypto.encoding import Base64, encode


class Hash(Base64):
    """A BLAKE2b-256 hash: 32 bytes, written as 43 letters of base64url."""

    __slots__ = ()
    SIZE = 32


def blake(data: bytes) -> bytes:
    """Return the 32 bytes of BLAKE2b-256 over `data`."""
    return hashlib.blake2b(data, digest_size=32).digest()


def hash_bytes(data: bytes) -> Hash:
    """Return the hash of `data` as it is."""
    return Hash.of(blake(data))


def digest(value: object) -> Hash:
    """Return the hash of the canonical form of `value`. Raises `NotCanonical`, see `encode`."""
    return hash_bytes(encode(value))
