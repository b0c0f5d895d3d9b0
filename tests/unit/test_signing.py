"""Signatures count for one agent, one purpose, one network, one hash."""

from __future__ import annotations

import pytest
from nacl.signing import VerifyKey

from wallet.crypto.encoding import NotCanonical
from wallet.crypto.hashing import blake
from wallet.crypto.ids import AgentId, NetworkId
from wallet.crypto.signing import BadSignature, Label, Signature, Signer, verify

NETWORK = NetworkId.of(blake(b"network"))
CORE = blake(b"content")
ADA = Signer(b"\x0a" * 32)
BO = Signer(b"\x0b" * 32)


def test_a_key_is_the_one_of_the_standard():
    # RFC 8032, section 7.1, test 1.
    seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert Signer(bytes.fromhex(seed)).agent == AgentId.of(bytes.fromhex(public))


def test_the_message_is_label_zero_network_and_hash():
    signature = ADA.sign(Label.AGENT_INFO, NETWORK, CORE)
    message = b"agent-info\x00" + NETWORK.raw + CORE
    assert VerifyKey(ADA.agent.core).verify(message, signature.raw) == message
    assert len(message) == 10 + 1 + 39 + 32


@pytest.mark.parametrize("label", Label)
def test_a_signature_verifies_for_its_own_label_only(label: Label):
    signature = ADA.sign(label, NETWORK, CORE)
    verify(ADA.agent, label, NETWORK, CORE, signature)
    for other in set(Label) - {label}:
        with pytest.raises(BadSignature):
            verify(ADA.agent, other, NETWORK, CORE, signature)


def test_no_label_is_the_beginning_of_another_with_its_zero():
    assert len({label.value for label in Label}) == len(Label) == 19
    assert all("\x00" not in label.value and label.value.isascii() for label in Label)


def test_a_signature_of_another_agent_network_or_hash_is_refused():
    signature = ADA.sign(Label.CHIT, NETWORK, CORE)
    elsewhere = NetworkId.of(blake(b"elsewhere"))
    for agent, network, core in [
        (BO.agent, NETWORK, CORE),
        (ADA.agent, elsewhere, CORE),
        (ADA.agent, NETWORK, blake(b"other")),
    ]:
        with pytest.raises(BadSignature, match="chit"):
            verify(agent, Label.CHIT, network, core, signature)


def test_a_key_that_is_no_point_signs_nothing():
    for core in (bytes(32), b"\x02" + bytes(31), b"\xff" * 32):
        with pytest.raises(BadSignature):
            verify(AgentId.of(core), Label.CHIT, NETWORK, CORE, Signature.of(bytes(64)))


def test_every_flipped_bit_of_a_signature_is_noticed():
    signature = ADA.sign(Label.ACTION, NETWORK, CORE)
    for place in range(0, 512, 7):
        raw = bytearray(signature.raw)
        raw[place // 8] ^= 1 << place % 8
        with pytest.raises(BadSignature):
            verify(ADA.agent, Label.ACTION, NETWORK, CORE, Signature.of(bytes(raw)))


def test_sizes_are_checked():
    with pytest.raises(ValueError, match="seed"):
        Signer(b"short")
    with pytest.raises(ValueError, match="hash"):
        ADA.sign(Label.ACTION, NETWORK, b"not a hash")
    with pytest.raises(NotCanonical):
        Signature("AAAA")


def test_a_signer_shows_no_secret():
    shown = f"{ADA} {ADA!r} {[ADA]}"
    assert ADA.agent.short in shown
    assert "0a0a" not in shown
    assert "\\n\\n" not in shown
