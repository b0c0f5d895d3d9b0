"""Frames: one form, one id, bounded; and quick."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.links import ADA, BO, NETWORK, a_frame
from wallet.crypto.encoding import NotCanonical, decode, encode
from wallet.crypto.hashing import hash_bytes
from wallet.model.errors import Malformed
from wallet.model.limits import FRAME_BYTES
from wallet.model.network import NodeAddress, NodeKey
from wallet.protocol.messages.frame import (
    LENGTH_BYTES,
    Ping,
    encode_frame,
    make_frame,
    read_frame,
    with_acks,
    write_frame,
)
from wallet.protocol.messages.refusals import Refusal, refusal_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text("ab é"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_what_is_written_is_read_again(body):
    frame = make_frame("note", NETWORK, ADA.agent, BO.agent, encode(body))
    assert read_frame(write_frame(frame)[LENGTH_BYTES:]) == frame


def test_id_is_the_hash_of_all_but_id_and_acks():
    frame = a_frame()
    core = {"v": 1, "network": NETWORK, "kind": "note", "from": ADA.agent, "to": BO.agent}
    assert frame.id == hash_bytes(encode(core | {"body": {"text": "hello"}}))


def test_acks_ride_along_without_changing_the_id():
    frame, ids = a_frame(), [hash_bytes(b"1"), hash_bytes(b"2")]
    read = read_frame(with_acks(encode_frame(frame), ids))
    assert (read.id, read.acks) == (frame.id, tuple(ids))
    assert encode_frame(read) == with_acks(encode_frame(frame), ids)


def test_a_record_is_a_body():
    frame = make_frame("ping", NETWORK, ADA.agent, BO.agent, Ping(time=5))
    assert bytes(frame.body) == b'{"time":5}'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"text"', b'"test"'),  # other body, same id
        (b'"kind":"note"', b'"kind":"tone"'),
        (b'"kind":"note"', b'"kind":"Note"'),
        (b'"kind":"note"', b'"kind":"' + b"n" * 41 + b'"'),
        (b'"kind"', b'"knid"'),
        (b',"kind"', b', "kind"'),
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":1,"w":1'),
        (b'"v":1', b'"v":1,"v":1'),
    ],
)
def test_any_change_is_refused(old, new):
    data = encode_frame(a_frame())
    assert old in data
    with pytest.raises(Malformed):
        read_frame(data.replace(old, new))


@given(st.binary(max_size=200))
def test_garbage_is_malformed_and_nothing_else(data):
    with pytest.raises(Malformed):
        read_frame(data)


def test_more_than_a_mebibyte_is_refused_on_both_sides():
    body = b'"' + b"x" * FRAME_BYTES + b'"'
    frame = make_frame("note", NETWORK, ADA.agent, BO.agent, body)
    with pytest.raises(Malformed):
        write_frame(frame)
    with pytest.raises(Malformed):
        read_frame(encode(frame))


def test_unknown_refusals_have_a_word():
    assert refusal_of(22) is Refusal.BAD_PROOF
    assert refusal_of(998) is Refusal.UNKNOWN


@pytest.mark.parametrize(
    "text",
    ["1.2.3.4:5", "[::1]:65000", "[fe80::1:2]:80"],
)
def test_addresses_are_ip_and_port(text):
    address = NodeAddress(node=NodeKey.of(b"k" * 32), addresses=(text,))
    assert decode(encode(address), NodeAddress) == address


@pytest.mark.parametrize("text", ["localhost:5", "1.2.3.4", "1.2.3.4:", "::1:5", "1.2.3.4:5/x", ""])
def test_other_addresses_are_refused(text):
    address = NodeAddress(node=NodeKey.of(b"k" * 32), addresses=(text,))
    with pytest.raises(NotCanonical):
        decode(encode(address), NodeAddress)
