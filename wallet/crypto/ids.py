"""Ids: 39 bytes that say what they name, and where in the network it is kept.

Source: Holochain's HoloHash. Three bytes of prefix, 32 bytes of core, four bytes of location;
written as `u` and base64url, 53 characters. The location is the XOR of the four little-endian
words of BLAKE2b-128 over the core; it is computed again and compared whenever an id is read.
"""

from __future__ import annotations

import hashlib
import struct
from functools import lru_cache
from typing import ClassVar, Self

from wallet.crypto.encoding import NotCanonical, Text, bytes_of, raw_of, text_of

CORE_SIZE = 32
ID_SIZE = 39
TEXT_SIZE = 53


class BadId(ValueError):
    """Text that is not an id of the wanted kind; the text is a short reason."""


class Id(Text):
    """Any id. Reading one as plain `Id` accepts every known prefix."""

    __slots__ = ()
    OFTEN = True
    PREFIX: ClassVar[bytes] = b""

    @classmethod
    def check(cls, text: str) -> None:
        """Raise `BadId` unless `text` is an id of this kind with its right location."""
        prefix = _checked(str(text))
        if cls.PREFIX and prefix != cls.PREFIX:
            raise BadId(f"not an {cls.__name__}")

    @classmethod
    def of(cls, core: bytes) -> Self:
        """Make the id with this core of 32 bytes (a public key or a BLAKE2b-256 hash).

        Raises `BadId` for a core of another size, and on `Id` itself, which has no prefix.
        """
        if not cls.PREFIX:
            raise BadId("an id needs a kind")
        if len(core) != CORE_SIZE:
            raise BadId(f"a core has {CORE_SIZE} bytes, not {len(core)}")
        return str.__new__(cls, _text_of(cls.PREFIX, bytes(core)))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an id. Raises `BadId`."""
        return cls(text)

    @property
    def raw(self) -> bytes:
        """All 39 bytes, as they enter signed messages."""
        return raw_of(self[1:])

    @property
    def core(self) -> bytes:
        """The 32 bytes between prefix and location: the key or the hash itself."""
        return self.raw[3:35]

    @property
    def location(self) -> int:
        """Where in the ring of 2^32 places the network keeps what this id names."""
        return int.from_bytes(self.raw[35:], "little")

    @property
    def short(self) -> str:
        """The first eight hexadecimal digits of the core: enough for a log, no more."""
        return self.core[:4].hex()


class AgentId(Id):
    """The Ed25519 key of one device of one account."""

    __slots__ = ()
    PREFIX = bytes.fromhex("842024")


class EntryHash(Id):
    """The hash of an entry."""

    __slots__ = ()
    PREFIX = bytes.fromhex("842124")


class OpHash(Id):
    """The hash of an operation of the shared store."""

    __slots__ = ()
    PREFIX = bytes.fromhex("842424")


class ActionHash(Id):
    """The hash of an action of a source chain."""

    __slots__ = ()
    PREFIX = bytes.fromhex("842924")


class WarrantHash(Id):
    """The hash of a warrant."""

    __slots__ = ()
    PREFIX = bytes.fromhex("842c24")


class NetworkId(Id):
    """The hash of a network's name and rules (Holochain's DNA hash)."""

    __slots__ = ()
    PREFIX = bytes.fromhex("842d24")


KINDS: tuple[type[Id], ...] = (AgentId, EntryHash, OpHash, ActionHash, WarrantHash, NetworkId)


def location_of(core: bytes) -> int:
    """Return the location of a core, an integer of 32 bits."""
    first, second, third, fourth = _WORDS.unpack(hashlib.blake2b(core, digest_size=16).digest())
    return int(first ^ second ^ third ^ fourth)


# The same few hundred ids come again and again; bounded, because strangers choose the text.
@lru_cache(maxsize=16384)
def _checked(text: str) -> bytes:
    """Return the prefix of a valid id, or raise `BadId`."""
    if len(text) != TEXT_SIZE or text[0] != "u":
        raise BadId("not the form of an id")
    try:
        raw = bytes_of(text[1:])
    except NotCanonical:
        raise BadId("not base64url") from None
    prefix, core = raw[:3], raw[3:35]
    if prefix not in _PREFIXES:
        raise BadId("unknown kind of id")
    if int.from_bytes(raw[35:], "little") != location_of(core):
        raise BadId("wrong location")
    return prefix


@lru_cache(maxsize=16384)
def _text_of(prefix: bytes, core: bytes) -> str:
    return "u" + text_of(prefix + core + location_of(core).to_bytes(4, "little"))


_WORDS = struct.Struct("<4I")
_PREFIXES = frozenset(kind.PREFIX for kind in KINDS)
