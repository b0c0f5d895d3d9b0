"""Boxes open for whom they were sealed, unchanged, or not at all."""

from __future__ import annotations

import pytest
from nacl.public import SealedBox  # the tests may: it reads what we seal
from nacl.signing import SigningKey

from wallet.crypto.ids import AgentId, BadId
from wallet.crypto.sealing import CannotOpen, Secret, open_box, open_sealed, seal, seal_to
from wallet.crypto.signing import Signer

ADA = Signer(b"\x0a" * 32)
BO = Signer(b"\x0b" * 32)
SEED = b"\x05" * 32
KEY = b"\x07" * 32
NONCE = b"\x09" * 24


def test_only_the_recipient_opens():
    box = seal_to(BO.agent, b"twelve and a half", SEED)
    assert len(box) == len(b"twelve and a half") + 48
    assert open_sealed(BO, box) == b"twelve and a half"
    with pytest.raises(CannotOpen):
        open_sealed(ADA, box)


def test_a_box_has_the_shape_of_libsodiums_sealed_box():
    box = seal_to(BO.agent, b"plain", SEED)
    key = SigningKey(b"\x0b" * 32).to_curve25519_private_key()
    assert SealedBox(key).decrypt(box) == b"plain"
    assert open_sealed(BO, SealedBox(key.public_key).encrypt(b"theirs")) == b"theirs"


def test_the_seed_decides_the_box():
    assert seal_to(BO.agent, b"plain", SEED) == seal_to(BO.agent, b"plain", SEED)
    assert seal_to(BO.agent, b"plain", SEED) != seal_to(BO.agent, b"plain", b"\x06" * 32)


def test_every_changed_byte_is_noticed():
    box = seal_to(BO.agent, b"plain", SEED)
    for place in range(len(box)):
        changed = box[:place] + bytes([box[place] ^ 1]) + box[place + 1 :]
        with pytest.raises(CannotOpen):
            open_sealed(BO, changed)


@pytest.mark.parametrize(
    "box", [b"", b"x" * 31, b"x" * 32, b"x" * 47, b"x" * 48, bytes(60), b"\x01" + bytes(60)]
)
def test_what_is_no_box_is_refused(box: bytes):
    with pytest.raises(CannotOpen):
        open_sealed(BO, box)


def test_nothing_is_sealed_to_a_key_that_is_no_point():
    with pytest.raises(BadId):
        seal_to(AgentId.of(b"\x02" + bytes(31)), b"plain", SEED)
    with pytest.raises(ValueError, match="seed"):
        seal_to(BO.agent, b"plain", b"short")


def test_a_key_opens_what_it_sealed_in_the_same_context():
    box = seal(KEY, b"keys", NONCE, b"vault 1")
    assert box.startswith(NONCE)
    assert open_box(KEY, box, b"vault 1") == b"keys"
    for key, changed, context in [
        (b"\x08" * 32, box, b"vault 1"),
        (KEY, box, b"vault 2"),
        (KEY, box[:-1], b"vault 1"),
        (KEY, b"\x00" + box[1:], b"vault 1"),
        (KEY, box[:30], b"vault 1"),
        (KEY, b"", b"vault 1"),
    ]:
        with pytest.raises(CannotOpen):
            open_box(key, changed, context)


def test_xchacha_agrees_with_the_vector_of_the_draft():
    # draft-irtf-cfrg-xchacha-03, appendix A.3.1.
    plain = (
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
        b"future, sunscreen would be it."
    )
    key = bytes(range(0x80, 0xA0))
    nonce = bytes(range(0x40, 0x58))
    context = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    box = seal(key, plain, nonce, context)
    assert box[24:40].hex() == "bd6d179d3e83d43b9576579493c0e939"
    assert box[-16:].hex() == "c0875924c1c7987947deafd8780acf49"
    assert open_box(key, box, context) == plain


def test_sizes_are_checked():
    with pytest.raises(ValueError, match="key"):
        seal(b"short", b"", NONCE, b"")
    with pytest.raises(ValueError, match="nonce"):
        seal(KEY, b"", b"short", b"")
    with pytest.raises(ValueError, match="key"):
        open_box(b"short", bytes(60), b"")


def test_a_secret_is_not_shown_but_revealed():
    secret = Secret(b"hush")
    assert f"{secret} {secret!r} {[secret]}" == "*** *** [***]"
    assert secret.reveal() == b"hush"
    assert secret == Secret(b"hush")
    assert secret != Secret(b"hust")
    assert secret != b"hush"
    with pytest.raises(TypeError):
        hash(secret)
