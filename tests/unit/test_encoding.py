"""Canonical JSON: one value, one form."""

from __future__ import annotations

import enum

import msgspec
import pytest

from wallet.crypto.encoding import (
    MAX_DEPTH,
    MAX_INTEGER,
    Base64,
    NotCanonical,
    Text,
    bytes_of,
    decode,
    encode,
    recall,
    text_of,
)
from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId


class Colour(enum.StrEnum):
    RED = "red"


class Size(enum.Enum):
    BIG = 3
    HUGE = 2**53


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    seq: int
    author: AgentId
    hash: Hash | None = None
    memo: str = ""


class Tagged(msgspec.Struct, frozen=True, tag="create", tag_field="type"):
    alpha: int
    zeta: int | msgspec.UnsetType = msgspec.UNSET


class Tree(msgspec.Struct, frozen=True, omit_defaults=True):
    child: Tree | None = None


class Lists(msgspec.Struct, frozen=True):
    pair: tuple[int, str]
    many: tuple[int, ...]
    named: dict[str, int]
    colour: Colour


AGENT = AgentId.of(b"\x01" * 32)


def refused(data: bytes, kind: object = object) -> str:
    with pytest.raises(NotCanonical) as caught:
        decode(data, kind)  # type: ignore[arg-type]
    return str(caught.value)


def test_keys_are_sorted_by_code_point():
    assert encode({"b": 1, "\U0001f600": 2, "\uffff": 3, "a": 4}) == (
        '{"a":4,"b":1,"\uffff":3,"\U0001f600":2}'.encode()
    )


def test_the_tag_of_a_record_is_sorted_like_any_key():
    assert encode(Tagged(alpha=1, zeta=2)) == b'{"alpha":1,"type":"create","zeta":2}'


def test_only_what_json_requires_is_escaped():
    assert encode('a"\\/\n\x01\x7fé') == b'"a\\"\\\\/\\n\\u0001\x7f\xc3\xa9"'


def test_a_record_comes_back_as_it_went():
    note = Note(seq=1_700_000_000_000_000, author=AGENT, hash=Hash.of(b"\x02" * 32), memo="é")
    assert decode(encode(note), Note) == note
    assert isinstance(decode(encode(note), Note).author, AgentId)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" 1",
        b"1 ",
        b"[1, 2]",
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b"1.0",
        b"1.5",
        b"1e3",
        b"-0",
        b"01",
        b"NaN",
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u00e9"',
        b'"\\ud800"',
        b'"\xed\xa0\x80"',
        b'"\xff"',
        b"\xef\xbb\xbf1",
        '"e\u0301"'.encode(),
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5000,
        b"[1",
        b"1 2",
    ],
)
def test_any_other_form_is_refused(data: bytes):
    assert refused(data)


@pytest.mark.parametrize(
    "data",
    [b'{"seq":1}', b'{"extra":1}', b"[]", b"null"],
)
def test_a_record_with_other_fields_is_refused(data: bytes):
    assert refused(data, Note)


def test_what_a_record_ignores_is_refused_all_the_same():
    assert refused(b'{"alpha":1,"beta":2,"type":"create"}', Tagged) == "not in canonical form"


def test_a_default_has_one_form():
    assert refused(b'{"child":null}', Tree) == "not in canonical form"
    assert decode(b'{"child":{}}', Tree) == Tree(child=Tree())


def test_integers_end_at_the_limit_in_typed_records_too():
    good = b'{"alpha":9007199254740991,"type":"create"}'
    assert decode(good, Tagged).alpha == MAX_INTEGER
    for digits in (b"9007199254740992", b"-9007199254740992", b"12345678901234567"):
        bad = good.replace(b"9007199254740991", digits)
        assert refused(bad, Tagged) == "integer beyond 2^53-1"
    assert refused(b'{"alpha":1000000000000000,"type":"create","zeta":9007199254740992}', Tagged)


def test_a_reason_is_one_short_line_whatever_a_stranger_wrote():
    reason = refused(encode({"author": AGENT, "seq": 1, "x\n\u202e" * 100: 1}), Note)
    assert reason.startswith("Object contains unknown field")
    assert reason.isascii()
    assert reason.isprintable()
    assert len(reason) <= 200


def test_long_digits_inside_a_text_are_text():
    note = Note(seq=-MAX_INTEGER, author=AGENT, memo="99999999999999999 and 9007199254740999")
    assert decode(encode(note), Note) == note


def test_depth_has_a_limit_that_no_bracket_count_can_break():
    deepest = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert encode(decode(deepest, object)) == deepest  # type: ignore[arg-type]
    assert refused(b"[" + deepest + b"]") == "too deep"
    assert refused(b"[" * 100_000) == "too deep"
    assert refused(b'{"author":' + b"[" * 100_000, Note) == "too deep"
    assert refused(b'{"unknown":' + b"[" * 100_000, Tagged) == "too deep"
    assert refused(b'{"child":' * 40 + b"{}" + b"}" * 40, Tree) == "too deep"


def test_a_limit_is_looked_at_before_anything_else():
    assert decode(b'"abc"', str, limit=5) == "abc"
    with pytest.raises(NotCanonical, match="too long"):
        decode(b"\xff" * 6, str, limit=5)


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        b"bytes",
        {"a": 2.0},
        [b"x"],
        {1: "a"},
        {"a": {2, 3}},
        2**53,
        [-(2**53)],
        "e\u0301",
        "\ud800",
        Tagged(alpha=2**60),
        object(),
        Tagged(alpha=object()),  # type: ignore[arg-type]
    ],
)
def test_what_could_not_be_read_is_not_written(value: object):
    with pytest.raises(NotCanonical):
        encode(value)


def test_a_circle_is_not_written():
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(NotCanonical, match="too deep"):
        encode(circle)


def test_collections_and_enumerations_have_a_form():
    lists = Lists(pair=(1, "a"), many=(2**53 - 1, 10**15), named={"b": 1}, colour=Colour.RED)
    data = encode(lists)
    assert decode(data, Lists) == lists
    assert encode({"lists": [lists, (True, None)], "unset": Tagged(1)}) == (
        b'{"lists":[' + data + b',[true,null]],"unset":{"alpha":1,"type":"create"}}'
    )
    with pytest.raises(NotCanonical):
        encode(Lists(pair=(2**53, "a"), many=(), named={}, colour=Colour.RED))
    assert encode([Colour.RED, Size.BIG]) == b'["red",3]'
    with pytest.raises(NotCanonical):
        encode([Size.HUGE])


@pytest.mark.parametrize("kind", [float, bytes, set[int], complex])
def test_a_kind_without_a_form_is_a_mistake_of_the_program(kind: type):
    with pytest.raises(TypeError):
        decode(b"1", kind)


class Envelope(msgspec.Struct, frozen=True):
    body: msgspec.Raw


def test_a_raw_part_is_left_to_who_reads_it():
    data = b'{"body":{"alpha":99999999999999999}}'
    body = bytes(decode(data, Envelope).body)
    assert body == b'{"alpha":99999999999999999}'
    assert encode(Envelope(msgspec.Raw(body))) == data
    assert refused(body, dict[str, object])
    assert refused(b'{"body": {}}', Envelope)


def test_untyped_parts_of_a_record_are_walked_through():
    assert decode(b'{"a":[1,"b",null,true]}', dict[str, object]) == {"a": [1, "b", None, True]}
    assert refused(b'{"a":[1.5]}', dict[str, object]) == "a float has no canonical form"


class TestBase64:
    def test_is_url_safe_and_unpadded(self):
        assert text_of(b"\xfb\xff\xfe\x00") == "-__-AA"
        assert bytes_of("-__-AA") == b"\xfb\xff\xfe\x00"
        assert bytes_of("") == b""

    @pytest.mark.parametrize(
        "text", ["AA==", "+/+/", "AB", "A", "AAAAA", "AA\n", "A A", "é", "AA=A"]
    )
    def test_has_one_form(self, text: str):
        with pytest.raises(NotCanonical):
            bytes_of(text)
        with pytest.raises(NotCanonical):
            Base64(text)

    def test_holds_bytes_of_any_size(self):
        assert Base64.of(b"abc").raw == b"abc"
        assert Base64("YWJj") == Base64.of(b"abc")
        assert decode(b'"YWJj"', Base64).raw == b"abc"

    @pytest.mark.parametrize("size", [16, 32, 33, 64])
    def test_may_have_a_fixed_size(self, size: int):
        kind = type("Fixed", (Base64,), {"SIZE": size, "__slots__": ()})
        raw = bytes(range(255, 255 - size, -1))
        good = text_of(raw)
        assert kind.of(raw) == kind(good) == good
        assert kind(good).raw == raw
        for bad in (good[:-1], good + "A", good[:-1] + "\n", good + "="):
            with pytest.raises(NotCanonical):
                kind(bad)
        if size % 3:
            with pytest.raises(NotCanonical):
                kind(good[:-1] + "B")
        with pytest.raises(NotCanonical):
            kind.of(raw + b"x")

    def test_in_a_record_takes_only_its_text(self):
        assert refused(b"[1]", Base64)
        assert refused(b'{"a":1}', AgentId)
        assert refused(b'"u123"', AgentId)


def test_a_text_says_itself_what_is_valid():
    with pytest.raises(NotImplementedError):
        Text("anything")


def test_what_our_own_file_kept_is_read_again_with_its_checks() -> None:
    note = Note(seq=1, author=AgentId.of(bytes(32)), memo="é")
    assert recall(encode(note), Note) == note
    with pytest.raises(NotCanonical):
        recall(b'{"author":"somebody","hash":null,"memo":"","seq":1}', Note)
