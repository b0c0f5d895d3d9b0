"""A key from a password: Argon2id (RFC 9106).

The parameters stand in a file beside what they protect, so a file could ask for all our memory:
they are checked against caps before any work is done.
"""

from __future__ import annotations

import unicodedata

import msgspec
from nacl.pwhash import argon2id

from wallet.crypto.encoding import Base64

ALGORITHM = "argon2id"
KEY_SIZE = 32
# 400 to 700 ms on two slow cores: an unlock is rare, a guess is not.
DEFAULT_PASSES = 3
DEFAULT_MEMORY_KIB = 262_144
# Below 8 MiB a graphics card tries millions of passwords per second.
MIN_MEMORY_KIB = 8_192
# Above these a damaged or hostile file would freeze the machine instead of being refused.
MAX_MEMORY_KIB = 1_048_576
MAX_PASSES = 10


class BadParameters(ValueError):
    """Parameters we do not run: another algorithm, too cheap or too dear."""


class Salt(Base64):
    """The salt of a derived key: 16 random bytes."""

    __slots__ = ()
    SIZE = 16


class KdfParameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a key was derived: all but the password. `memory_kib` counts units of 1024 bytes."""

    salt: Salt
    algorithm: str = ALGORITHM
    passes: int = DEFAULT_PASSES
    memory_kib: int = DEFAULT_MEMORY_KIB


def derive(password: str, parameters: KdfParameters) -> bytes:
    """Return the 32-byte key; the password counts in its NFKC form, as typed on any keyboard.

    Takes about half a second with the defaults and releases the interpreter meanwhile.

    Raises:
        BadParameters: another algorithm, passes not in 1 to 10, memory not in 8 MiB to 1 GiB.
    """
    check_parameters(parameters)
    # A lone surrogate can come out of a broken input method; it must not be an exception.
    raw = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return argon2id.kdf(
        KEY_SIZE,
        raw,
        parameters.salt.raw,
        opslimit=parameters.passes,
        memlimit=parameters.memory_kib * 1024,
    )


def check_parameters(parameters: KdfParameters) -> None:
    """Raise `BadParameters` unless `derive` would run these."""
    if parameters.algorithm != ALGORITHM:
        raise BadParameters("another algorithm")
    if not 1 <= parameters.passes <= MAX_PASSES:
        raise BadParameters(f"{parameters.passes} passes")
    if not MIN_MEMORY_KIB <= parameters.memory_kib <= MAX_MEMORY_KIB:
        raise BadParameters(f"{parameters.memory_kib} KiB of memory")
