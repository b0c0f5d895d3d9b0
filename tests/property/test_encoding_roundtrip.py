"""Canonical JSON against everything Hypothesis can think of."""

from __future__ import annotations

import contextlib
import json
import unicodedata

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wallet.crypto.encoding import (
    MAX_INTEGER,
    Base64,
    NotCanonical,
    bytes_of,
    decode,
    encode,
    text_of,
)
from wallet.crypto.hashing import Hash
from wallet.crypto.ids import KINDS, AgentId, BadId, Id


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    author: AgentId
    hash: Hash
    numbers: tuple[int, ...]
    memo: str = ""
    more: Note | None = None


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


TEXTS = st.text(st.characters(exclude_categories=["Cs"])).map(nfc)
INTEGERS = st.integers(-MAX_INTEGER, MAX_INTEGER)
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)
CORES = st.binary(min_size=32, max_size=32)
NOTES = st.recursive(
    st.builds(
        Note, CORES.map(AgentId.of), CORES.map(Hash.of), st.lists(INTEGERS).map(tuple), TEXTS
    ),
    lambda inner: st.builds(
        Note, CORES.map(AgentId.of), CORES.map(Hash.of), st.just(()), TEXTS, inner
    ),
    max_leaves=4,
)
PIECES = st.sampled_from(
    [
        *b'{}[]",:0123456789.eE-+ \\u',
        b"null",
        b"true",
        b'"author"',
        b'"memo":',
        b"\xff",
        b"e\xcc\x81",
    ]
)


@given(VALUES)
def test_any_value_comes_back(value: object):
    data = encode(value)
    assert decode(data, object) == value
    assert json.loads(data) == value


@given(NOTES)
def test_any_record_comes_back(note: Note):
    assert decode(encode(note), Note) == note


@given(VALUES)
def test_two_writings_of_one_value_are_one(value: object):
    shuffled = json.loads(json.dumps(value))
    if isinstance(shuffled, dict):
        shuffled = dict(reversed(shuffled.items()))
    assert encode(shuffled) == encode(value)


@given(VALUES, st.data())
def test_a_looser_writing_is_refused(value: object, data: st.DataObject):
    text = encode(value)
    loose = data.draw(
        st.sampled_from([text + b" ", b"\n" + text, json.dumps(value, indent=1).encode() + b"\n"])
    )
    with pytest.raises(NotCanonical):
        decode(loose, object)


@given(
    st.binary()
    | st.lists(PIECES.map(lambda p: p if isinstance(p, bytes) else bytes([p]))).map(b"".join)
)
@example(b"[" * 100_000)
@example(b'{"memo":' * 100_000)
@example(b"[" * 100_000 + b"]" * 100_000)
@example(b"9" * 100_000)
@example(b'"' + b"\\" * 99_999 + b'"')
def test_reading_raises_nothing_but_not_canonical(data: bytes):
    for kind in (object, Note, dict[str, object], AgentId, Base64, str, int):
        try:
            value = decode(data, kind)
        except NotCanonical:
            continue
        assert encode(value) == data


@given(NOTES, st.data())
def test_a_changed_byte_never_reads_as_the_same(note: Note, data: st.DataObject):
    text = bytearray(encode(note))
    place = data.draw(st.integers(0, len(text) - 1))
    text[place] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(NotCanonical):
        assert decode(bytes(text), Note) != note


@given(st.binary())
def test_bytes_have_one_text(raw: bytes):
    assert bytes_of(text_of(raw)) == raw
    assert Base64.of(raw).raw == raw


@given(st.text(alphabet="AQgwBCz019-_=+/ é\n") | st.text())
def test_a_text_has_at_most_one_meaning(text: str):
    with contextlib.suppress(NotCanonical):
        assert text_of(bytes_of(text)) == text


@given(st.sampled_from(KINDS), CORES)
def test_ids_come_back(kind: type[Id], core: bytes):
    made = kind.of(core)
    assert (kind.parse(str(made)), made.core) == (made, core)


@given(st.sampled_from(KINDS), CORES, st.integers(0, 52), st.characters())
def test_one_changed_letter_is_no_id(kind: type[Id], core: bytes, place: int, letter: str):
    made = str(kind.of(core))
    changed = made[:place] + letter + made[place + 1 :]
    with contextlib.suppress(BadId):
        assert kind.parse(changed) == made == changed
