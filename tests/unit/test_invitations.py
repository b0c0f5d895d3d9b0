"""Invitation codes, links, QR texts and files: what they carry, and what is refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.helpers.builders import a_person
from wallet.crypto.encoding import encode, text_of
from wallet.crypto.hashing import blake, hash_bytes
from wallet.model.contracts import PLAIN_CONTRACT, PLAIN_DIGEST, contract_digest, contract_text
from wallet.model.credit import Terms
from wallet.model.errors import LinkDamaged, LinkNewer
from wallet.model.limits import LINK_READ_BYTES
from wallet.model.network import NodeAddress, NodeKey
from wallet.protocol.identity.invitation import (
    KINDS,
    QR_LETTERS,
    Invitation,
    derive_code,
    kind_of,
    make_code,
    read_code,
    read_invitation,
    write_file,
    write_link,
    write_qr,
)

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE = make_code(bytes(range(10)))


def an_invitation(**fields: Any) -> Invitation:
    facts: dict[str, Any] = {
        "version": 1,
        "code": CODE,
        "account": hash_bytes(b"account"),
        "agent": a_person("Ada").agent,
        "node": NodeAddress(node=NodeKey.of(bytes(32))),
        "name": "Ada Löwe",
        "half": "stock",
        "inviter": Terms(limit=100_000),
        "invitee": Terms(limit=50_000, call=14),
        "agree": PLAIN_DIGEST,
        "unit": "units",
        "expires": 1_750_000_000_000,
        "memo": "neighbours",
    }
    return Invitation(**{**facts, **fields})


GOOD = an_invitation()
FORMS = {"link": write_link, "code": write_qr, "file": write_file}


# Codes -----------------------------------------------------------------------------------


def test_a_code_is_four_groups_and_a_check_letter() -> None:
    groups = CODE.split("-")
    assert [len(group) for group in groups] == [4, 4, 4, 4, 1]
    assert set("".join(groups)) <= set(LETTERS)


@given(st.binary(min_size=10, max_size=10))
def test_every_code_is_read_as_it_was_written(dice: bytes) -> None:
    code = make_code(dice)
    assert read_code(code) == code
    assert read_code(code.lower().replace("-", " ")) == code
    dashes = code.replace("-", "\u2013")
    assert read_code(f"\t{dashes} ") == code


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_other_dice_are_another_code(one: bytes, other: bytes) -> None:
    assert (make_code(one) == make_code(other)) == (one == other)


def mistakes(code: str) -> tuple[int, int]:
    """How many codes with one letter wrong, or two neighbours swapped, are read; of how many."""
    letters = list(code.replace("-", ""))
    wrong = []
    for place in range(17):
        for letter in LETTERS:
            if letter != letters[place]:
                wrong.append([*letters[:place], letter, *letters[place + 1 :]])
        if place < 16 and letters[place] != letters[place + 1]:
            pair = [letters[place + 1], letters[place]]
            wrong.append([*letters[:place], *pair, *letters[place + 2 :]])
    read = 0
    for one in wrong:
        try:
            read_code("".join(one))
        except LinkDamaged:
            continue
        read += 1
    return read, len(wrong)


def test_the_check_letter_catches_all_but_about_one_mistake_in_thirty_two() -> None:
    """It is a hash of five bits: the mistakes that slip through open nothing (wrong key)."""
    found = [mistakes(make_code(blake(bytes([number])))) for number in range(12)]
    slipped, tried = (sum(column) for column in zip(*found, strict=True))
    assert tried > 6_000
    assert slipped / tried < 1 / 24


def test_a_wrong_check_letter_is_always_caught() -> None:
    for letter in LETTERS:
        if letter != CODE[-1]:
            with pytest.raises(LinkDamaged):
                read_code(CODE[:-1] + letter)


@pytest.mark.parametrize("text", ["", "ABCD", CODE + "2", CODE[:-2], CODE[:-1] + "0", "ÄÖÜ" * 6])
def test_what_is_no_code_is_damaged(text: str) -> None:
    with pytest.raises(LinkDamaged):
        read_code(text)


def test_a_code_becomes_one_key_and_one_id_on_both_sides() -> None:
    one, other = derive_code(CODE), derive_code(read_code(CODE.lower()))
    assert (one.signer.agent, one.id) == (other.signer.agent, other.id)
    assert derive_code(make_code(bytes(10))).id != one.id


# Links, QR texts, files ---------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"memo": ""},
        {"contract": "our own words"},
        {"network": None, "name": "雪"},
        {"half": "foil", "unit": ""},
    ],
)
def test_an_invitation_is_read_as_it_was_written(form: str, fields: dict[str, Any]) -> None:
    one = an_invitation(**fields)
    text = FORMS[form](one)
    assert read_invitation(text) == one
    assert read_invitation(f"  {text}\n") == one


def test_scheme_and_kind_may_be_written_in_capitals() -> None:
    kind, _, payload = write_link(GOOD).partition("?")
    assert read_invitation(f"{kind.upper()}?{payload}") == GOOD
    assert read_invitation(write_qr(GOOD).lower()) == GOOD


def test_the_text_for_a_code_is_alphanumeric_and_no_longer_than_a_code_can_be() -> None:
    text = write_qr(GOOD)
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert len(text) <= QR_LETTERS
    assert write_qr(an_invitation(contract="x" * 2_000)) == "", "then the link or the file"


def test_an_invitation_shows_nothing_of_its_key() -> None:
    key = derive_code(CODE)
    assert key.id not in write_file(GOOD)
    assert key.signer.agent not in write_file(GOOD)


@pytest.mark.parametrize("form", FORMS)
def test_a_damaged_invitation_is_refused(form: str) -> None:
    text = FORMS[form](GOOD)
    middle = len(text) // 2
    for bad in (text[:-3], text[:middle] + text[middle + 1 :], text + "x", text[:40]):
        with pytest.raises(LinkDamaged):
            read_invitation(bad)


@pytest.mark.parametrize("form", FORMS)
def test_an_invitation_of_a_newer_program_says_so(form: str) -> None:
    content = json.loads(encode(GOOD))
    content |= {"v": 2, "zz": "something new"}
    raw = encode(content)
    text = {
        "link": f"tallystick:invite?{text_of(raw)}",
        "code": "TALLYSTICK:INVITE/" + base64.b32encode(raw).decode().rstrip("="),
        "file": json.dumps({"invite": content}),
    }[form]
    with pytest.raises(LinkNewer):
        read_invitation(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "https://example.org",
        "tallystick:",
        "tallystick:invite",
        "tallystick:invite?",
        "tallystick:invite?!!!",
        "tallystick:pay?" + text_of(encode(GOOD)),
        "TALLYSTICK:INVITE/",
        "TALLYSTICK:INVITE/1",
        "{}",
        "{",
        "[]",
        '{"invite": 1}',
        '{"invite": {}}',
        '{"invite": {"v": "2"}}',
        '{"invite": {"v": 2.5}}',
        '{"invite": [1], "more": 2}',
        '{"invite": 1e999}',
        "{" * 5_000,
        '{"invite":' + "[" * 3_000 + "]" * 3_000 + "}",
        "tallystick:invite?" + "A" * LINK_READ_BYTES,
        "\ud800",
        "tallystick:invite?\ud800",
        "TALLYSTICK:INVITE/\u0661",
    ],
    ids=range(25),
)
def test_what_is_no_invitation_is_damaged_and_costs_nothing(text: str) -> None:
    with pytest.raises(LinkDamaged) as caught:
        read_invitation(text)
    assert len(caught.value.text) <= 300


def test_unknown_fields_and_wrong_values_are_damaged() -> None:
    content = json.loads(encode(GOOD))
    for change in (
        {"zz": 1},
        {"h": "both"},
        {"e": -1},
        {"n": ""},
        {"m": "x" * 201},
        {"i": {"limit": -1}},
        {"g": "nobody"},
        {"v": True},
    ):
        with pytest.raises(LinkDamaged):
            read_invitation(json.dumps({"invite": content | change}))


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_any_text_is_read_or_refused_in_our_words(text: str) -> None:
    for prefix in ("", "tallystick:invite?", "TALLYSTICK:INVITE/", '{"invite":'):
        try:
            read_invitation(prefix + text)
        except (LinkDamaged, LinkNewer):
            continue
        raise AssertionError("a random text is no invitation")


@given(place=st.integers(0, 2_000), letter=st.characters(max_codepoint=127))
@settings(max_examples=150)
def test_one_changed_letter_is_another_invitation_or_none(place: int, letter: str) -> None:
    text = write_link(GOOD)
    place %= len(text)
    changed = text[:place] + letter + text[place + 1 :]
    try:
        found = read_invitation(changed)
    except (LinkDamaged, LinkNewer):
        return
    assert found != GOOD or changed.strip().lower() == text.lower() or changed == text


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_says_what_kind_it_is(kind: str) -> None:
    assert kind_of(f"tallystick:{kind}?x") == kind
    assert kind_of(f" TALLYSTICK:{kind.upper()}/X ") == kind
    assert kind_of(f'{{"{kind}": {{}}}}') == kind


@pytest.mark.parametrize("text", ["", "tallystick:shop?x", "mailto:invite?x", "{}", "invite"])
def test_a_text_of_no_kind_of_ours_has_none(text: str) -> None:
    assert kind_of(text) == ""


def test_the_contract_an_invitation_names_is_its_own_or_one_everybody_knows() -> None:
    own = "our own words"
    assert contract_text(own, contract_digest(own)) == own
    assert contract_text("", PLAIN_DIGEST) == PLAIN_CONTRACT
    assert contract_text("other", PLAIN_DIGEST) == PLAIN_CONTRACT
    assert contract_text("other", contract_digest(own)) == ""
    assert replace(GOOD, agree=contract_digest(own)).agree != PLAIN_DIGEST
