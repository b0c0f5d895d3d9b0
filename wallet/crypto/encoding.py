"""The one serialiser: canonical JSON, the form of everything that is signed or hashed.

Source: RFC 8785 restricted to objects, arrays, NFC strings, booleans, null and integers with
|n| <= 2^53-1; keys sorted by code point; bytes inside are base64url without padding.
One value has one form: what is read is written again and must come out the same. Duplicate or
unsorted keys, white space, unknown fields, needless escapes and `-0` all fail that comparison.
"""

from __future__ import annotations

import binascii
import unicodedata
from enum import Enum
from functools import cache, lru_cache
from typing import Any, ClassVar, Self, TypeVar, cast

import msgspec
from msgspec import inspect

# Whole numbers beyond this are not exact in every JSON reader (RFC 8785, section 3.2.2.3).
MAX_INTEGER = 2**53 - 1
# Our deepest record has six levels; more is somebody playing.
MAX_DEPTH = 32

T = TypeVar("T")
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class NotCanonical(ValueError):
    """Bytes or a value that have no place in canonical JSON; the text is a short reason."""


class Text(str):
    """A string with a checked form: every instance is valid, because making one checks it.

    Subclasses say in `check` what is valid and raise a `ValueError` for the rest. They serve as
    field types of records: read through `check`, written as plain strings.
    """

    __slots__ = ()
    # Whether the same few texts come again and again, so that checked ones are remembered.
    # Only for texts of fixed size: strangers choose them, and they must not fill the memory.
    OFTEN: ClassVar[bool] = False

    def __new__(cls, text: str) -> Self:
        """Make one. Raises what `check` raises."""
        cls.check(text)
        return str.__new__(cls, text)

    @classmethod
    def kept(cls, text: str) -> Self:
        """Take a text that our own authenticated file kept, without looking at it again."""
        return str.__new__(cls, text)

    @classmethod
    def check(cls, text: str) -> None:
        """Raise a `ValueError` unless `text` is valid."""
        raise NotImplementedError


class Base64(Text):
    """Bytes written as base64url without padding. `SIZE` is the exact number of bytes, if fixed."""

    __slots__ = ()
    SIZE: ClassVar[int | None] = None
    _FORM: ClassVar[tuple[int, str] | None] = None  # how many letters, and the last ones allowed

    def __init_subclass__(cls) -> None:
        cls._FORM = None if cls.SIZE is None else _form_of(cls.SIZE)

    @classmethod
    def check(cls, text: str) -> None:
        """Raise `NotCanonical` unless `text` is the base64url of the right number of bytes."""
        if cls._FORM is None:
            bytes_of(text)
            return
        letters, last = cls._FORM  # much faster than decoding, or a regular expression
        fits = len(text) == letters and text.isascii() and text[-1:] in last
        if not fits or text.encode("ascii").translate(None, _ALPHABET):
            raise NotCanonical(f"not the base64url of {cls.SIZE} bytes")

    @classmethod
    def of(cls, raw: bytes) -> Self:
        """Write `raw`. Raises `NotCanonical` if its size is not `SIZE`."""
        if cls.SIZE is not None and len(raw) != cls.SIZE:
            raise NotCanonical(f"{cls.__name__} has {cls.SIZE} bytes, not {len(raw)}")
        return str.__new__(cls, text_of(raw))

    @property
    def raw(self) -> bytes:
        """The bytes themselves."""
        return raw_of(self)


def text_of(raw: bytes) -> str:
    """Return `raw` as base64url without padding (RFC 4648, section 5)."""
    return binascii.b2a_base64(raw, newline=False).translate(_URL_SAFE).rstrip(b"=").decode("ascii")


def bytes_of(text: str) -> bytes:
    """Read base64url without padding; the inverse of `text_of`, and of nothing else.

    Raises:
        NotCanonical: padding, another alphabet, or trailing bits that are not zero.
    """
    try:
        raw = raw_of(text)
    except ValueError:
        raise NotCanonical("not base64url") from None
    if text_of(raw) != text:
        raise NotCanonical("not base64url without padding")
    return raw


def raw_of(text: str) -> bytes:
    """Read base64url that was checked before, as every instance of `Base64` was.

    Raises:
        ValueError: the text was not checked, and is not base64.
    """
    return binascii.a2b_base64(text.encode("ascii").translate(_FROM_URL_SAFE) + b"==")


def encode(value: object) -> bytes:
    """Return the canonical form of `value`.

    Raises:
        NotCanonical: a float, an integer beyond 2^53-1, a string that is not NFC, a type without
            a canonical form, or more than 32 levels.
    """
    kind: Any = type(value)
    try:
        if _is_open(kind):
            _check_value(value, 0)
        data = _ENCODER.encode(value)
    except (UnicodeEncodeError, RecursionError, TypeError) as error:
        raise NotCanonical(f"cannot be written: {type(error).__name__}") from None
    _check_nfc(data)
    if _has_big_digits(data):
        _check_value(value, 0)
    return data


def decode(data: bytes, kind: type[T], limit: int | None = None) -> T:
    """Read `data` as a `kind`, and only if it is the canonical form of the result.

    `limit` is the greatest number of bytes to look at.

    Raises:
        NotCanonical: whatever else `data` is.
        TypeError: `kind` itself has no canonical form (a mistake in the program, not in `data`).
    """
    if limit is not None and len(data) > limit:
        raise NotCanonical("too long")
    wanted: Any = kind  # mypy does not take a type variable for hashable
    decoder = _decoder_of(wanted)
    try:
        _check_nfc(data)
        value = decoder.decode(data)
        if _is_open(wanted) or _has_big_digits(data):
            _check_value(value, 0)
        again = _ENCODER.encode(value)
    except NotCanonical:
        raise
    except RecursionError:
        raise NotCanonical("too deep") from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise NotCanonical(_reason(error)) from None
    if again != data:
        raise NotCanonical("not in canonical form")
    return cast("T", value)


def recall(data: bytes, kind: type[T]) -> T:
    """Read again what `encode` wrote and our own authenticated file kept.

    Types are made and checked as by `decode`; only the proof that `data` is the canonical form is
    spared, which takes half of the time. Never for a stranger's bytes. What was read lately is
    given again, so `kind` must be frozen all through.

    Raises:
        NotCanonical: `data` is no `kind`.
    """
    wanted: Any = kind
    return cast("T", _recall(wanted, data))


@lru_cache(maxsize=256)
def _recall(kind: Any, data: bytes) -> Any:
    try:
        return _decoder_of(kind).decode(data)
    except (msgspec.MsgspecError, ValueError) as error:
        raise NotCanonical(_reason(error)) from None


def _reason(error: Exception) -> str:
    # Where and what kind, as the reader says it, on one line: it may quote a stranger's key.
    return "not UTF-8" if isinstance(error, UnicodeError) else ascii(str(error))[1:-1][:200]


def _form_of(size: int) -> tuple[int, str]:
    """Say how long the base64url of `size` bytes is and how it may end: unused bits are 0."""
    if size == 0:
        return 0, ""
    last = {0: _ALPHABET.decode(), 1: "AQgw", 2: "AEIMQUYcgkosw048"}[size % 3]
    return -(-size * 4 // 3), last


def _check_nfc(data: bytes) -> None:
    # One look at the whole text is enough: the quote before each string is a starter that
    # composes with nothing, and escapes of non-ASCII letters do not survive the comparison.
    if not data.isascii() and not unicodedata.is_normalized("NFC", data.decode()):
        raise NotCanonical("not NFC")


def _has_big_digits(data: bytes) -> bool:
    """Say whether a run of digits in `data` could be an integer beyond the limit."""
    # No regular expression: this looks at every byte of every record (about 0.5 us for 400).
    shape = data.translate(_DIGITS)
    at = shape.find(_SIXTEEN)
    while at >= 0:
        if shape.startswith(b"0", at + 16) or data[at : at + 16] > _MAX_DIGITS:
            return True
        at = shape.find(_SIXTEEN, at + 16)
    return False


def _check_value(value: object, depth: int) -> None:
    """Walk through `value`, which lies inside `depth` others: the slow and complete check."""
    if value is None or isinstance(value, (bool, str, msgspec.Raw)) or value is msgspec.UNSET:
        return  # what is inside a Raw is checked by whoever decodes it
    if isinstance(value, Enum):
        _check_value(value.value, depth)
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotCanonical("integer beyond 2^53-1")
    elif depth >= MAX_DEPTH:
        raise NotCanonical("too deep")
    else:
        for part in _parts_of(value):
            _check_value(part, depth + 1)


def _parts_of(value: object) -> list[object]:
    if isinstance(value, (list, tuple)):
        return list(value)
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonical("a key is not a string")
        return list(value.values())
    if isinstance(value, msgspec.Struct):
        return [getattr(value, name) for name in value.__struct_fields__]
    raise NotCanonical(f"a {type(value).__name__} has no canonical form")


@cache
def _decoder_of(kind: Any) -> msgspec.json.Decoder[Any]:
    _is_open(kind)  # refuses kinds that have no canonical form
    return msgspec.json.Decoder(kind, dec_hook=_read_text)


@cache
def _is_open(kind: Any) -> bool:
    """Say whether values of `kind` may hold anything or go to any depth.

    Closed kinds need no walk: their types already forbid floats, foreign types and depth.
    """
    return _find_open(inspect.type_info(kind), frozenset())


def _find_open(info: inspect.Type, above: frozenset[type]) -> bool:
    if isinstance(info, inspect.CustomType):
        if info.cls is not object and not issubclass(info.cls, Text):
            raise TypeError(f"{info.cls.__name__} has no canonical form")
        return info.cls is object
    if isinstance(info, inspect.StructType):
        if info.cls in above:
            return True
        inside = above | {info.cls}
        return any([_find_open(field.type, inside) for field in info.fields])
    if not isinstance(info, (*_LEAVES, *_BRANCHES)):
        raise TypeError(f"{type(info).__name__} has no canonical form")
    below = [_find_open(part, above) for part in _parts_of_info(info)]
    return isinstance(info, inspect.AnyType) or any(below)


def _parts_of_info(info: inspect.Type) -> list[inspect.Type]:
    if isinstance(info, inspect.UnionType):
        return list(info.types)
    if isinstance(info, inspect.TupleType):
        return list(info.item_types)
    if isinstance(info, inspect.DictType):
        return [info.key_type, info.value_type]
    if isinstance(info, (inspect.ListType, inspect.VarTupleType)):
        return [info.item_type]
    return []


def _write_text(value: object) -> str:
    if isinstance(value, Text):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _read_text(kind: Any, value: object) -> object:
    if kind is object:
        return value
    if not isinstance(value, str):
        raise NotCanonical(f"{kind.__name__} is a string")
    return _read_often(kind, value) if kind.OFTEN else kind(value)


@lru_cache(maxsize=16384)
def _read_often(kind: type[Text], text: str) -> Text:
    return kind(text)


_LEAVES = (
    inspect.AnyType,
    inspect.NoneType,
    inspect.BoolType,
    inspect.IntType,
    inspect.StrType,
    inspect.EnumType,
    inspect.LiteralType,
    inspect.RawType,
)
_BRANCHES = (
    inspect.UnionType,
    inspect.TupleType,
    inspect.VarTupleType,
    inspect.ListType,
    inspect.DictType,
)
_ENCODER = msgspec.json.Encoder(order="sorted", enc_hook=_write_text)
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_FROM_URL_SAFE = bytes.maketrans(b"-_+/", b"+/!!")
_DIGITS = bytes(0x30 if 0x30 <= code <= 0x39 else 0x20 for code in range(256))
_SIXTEEN = b"0" * 16
_MAX_DIGITS = str(MAX_INTEGER).encode("ascii")
