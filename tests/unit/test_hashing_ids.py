"""Hashes and ids."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from wallet.crypto.encoding import NotCanonical, decode, encode, text_of
from wallet.crypto.hashing import Hash, blake, digest, hash_bytes
from wallet.crypto.ids import (
    KINDS,
    ActionHash,
    AgentId,
    BadId,
    EntryHash,
    Id,
    NetworkId,
    OpHash,
    WarrantHash,
    location_of,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/ids.json").read_text())["ids"]
KIND_OF = {
    "agent": AgentId,
    "entry": EntryHash,
    "op": OpHash,
    "action": ActionHash,
    "warrant": WarrantHash,
    "network": NetworkId,
}
CORE = bytes(range(32))


def test_blake_is_blake2b_with_32_bytes():
    # RFC 7693 has no vector of this length; this one is the empty text's, as b2sum -l 256 prints.
    empty = "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"
    assert blake(b"").hex() == empty
    assert hash_bytes(b"").raw.hex() == empty


def test_the_digest_of_a_value_is_the_hash_of_its_one_form():
    assert digest({"b": 1, "a": "é"}) == hash_bytes('{"a":"é","b":1}'.encode())
    assert isinstance(digest(None), Hash)
    with pytest.raises(NotCanonical):
        digest(0.1)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["text"][:9])
def test_ids_agree_with_the_vectors(vector: dict[str, object]):
    kind = KIND_OF[str(vector["kind"])]
    found = kind.parse(str(vector["text"]))
    assert found.location == vector["location"]
    assert kind.of(found.core) == found


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_id_is_39_bytes_in_53_letters(kind: type[Id]):
    made = kind.of(CORE)
    assert len(made) == 53
    assert made[0] == "u"
    assert len(made.raw) == 39
    assert made.raw == kind.PREFIX + CORE + made.location.to_bytes(4, "little")
    assert made.core == CORE
    assert made.location == location_of(CORE)
    assert made.short == "00010203"
    assert kind.parse(made) == made
    assert isinstance(kind.parse(str(made)), kind)
    assert Id.parse(made) == made


def test_the_location_folds_a_short_hash():
    words = hashlib.blake2b(CORE, digest_size=16).digest()
    folded = 0
    for start in range(0, 16, 4):
        folded ^= int.from_bytes(words[start : start + 4], "little")
    assert location_of(CORE) == folded


def test_a_kind_refuses_another_kinds_id():
    with pytest.raises(BadId, match="not an AgentId"):
        AgentId.parse(EntryHash.of(CORE))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "u",
        AgentId.of(CORE)[:-1],
        AgentId.of(CORE) + "A",
        "x" + AgentId.of(CORE)[1:],
        AgentId.of(CORE)[:-1] + "\n",
        AgentId.of(CORE)[:-1] + "é",
        AgentId.of(CORE)[:-1] + "+",
        "u" + text_of(AgentId.PREFIX + CORE + bytes(4)),
        "u" + text_of(b"\x84\x20\x25" + CORE + location_of(CORE).to_bytes(4, "little")),
        "u" + text_of(AgentId.PREFIX + b"\xff" + AgentId.of(CORE).raw[4:]),
    ],
)
def test_anything_else_is_no_id(text: str):
    for kind in (AgentId, Id):
        with pytest.raises(BadId):
            kind.parse(text)
        with pytest.raises(NotCanonical):
            decode(encode(text), kind)


def test_an_id_is_made_of_a_kind_and_32_bytes():
    with pytest.raises(BadId, match="31"):
        AgentId.of(CORE[:31])
    with pytest.raises(BadId, match="kind"):
        Id.of(CORE)
