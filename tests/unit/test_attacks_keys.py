"""Keys that sign like any other but to which nothing can be sealed."""

from __future__ import annotations

import hashlib

import pytest
from nacl import bindings

from wallet.crypto.encoding import encode
from wallet.crypto.hashing import blake, digest
from wallet.crypto.ids import AgentId
from wallet.crypto.sealing import can_seal_to
from wallet.crypto.signing import Label, Signature, Signer, verify
from wallet.model.errors import RuleBroken
from wallet.model.identity import RootLink, Salt, SignedRoot, check_root
from wallet.model.networks import COMMONS

# A point of order eight (RFC 7748, section 7, names the curve's cofactor).
EIGHTH = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
ORDER = 2**252 + 27742317777372353535851937790883648493


def number(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


def sign_mixed(secret: int, agent: AgentId, message: bytes) -> bytes:
    """Sign with a key that has a part of order eight: try until that part falls out."""
    for attempt in range(500):
        nonce = number(hashlib.sha512(b"%d" % attempt + message).digest()) % ORDER
        point = bindings.crypto_scalarmult_ed25519_base_noclamp(nonce.to_bytes(32, "little"))
        hashed = number(hashlib.sha512(point + agent.core + message).digest()) % ORDER
        if hashed % 8 == 0:
            answer = (nonce + hashed * secret) % ORDER
            return bytes(point) + answer.to_bytes(32, "little")
    raise AssertionError("no luck")


def test_an_account_whose_key_cannot_be_sealed_to_is_refused() -> None:
    """Else a stranger's account would break the session that opens a tally with it."""
    secret = 8 * 123_456_789
    plain = bindings.crypto_scalarmult_ed25519_base_noclamp(secret.to_bytes(32, "little"))
    agent = AgentId.of(bindings.crypto_core_ed25519_add(plain, EIGHTH))
    link = RootLink(network=COMMONS.id, member=Salt.of(bytes(16)), device=agent, time=1)
    message = Label.LINK.value.encode() + b"\x00" + COMMONS.id.raw + digest(link).raw
    root = SignedRoot(link=link, signature=Signature.of(sign_mixed(secret, agent, message)))
    verify(agent, Label.LINK, COMMONS.id, digest(link).raw, root.signature)
    assert not can_seal_to(agent)
    with pytest.raises(RuleBroken):
        check_root(root, COMMONS.id)
    assert encode(root)


def test_ordinary_keys_can_be_sealed_to() -> None:
    assert can_seal_to(Signer(blake(b"any")).agent)
