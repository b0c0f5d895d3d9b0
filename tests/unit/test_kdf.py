"""A key from a password, within caps."""

from __future__ import annotations

import pytest

from wallet.crypto.encoding import NotCanonical, decode, encode
from wallet.crypto.kdf import (
    DEFAULT_MEMORY_KIB,
    DEFAULT_PASSES,
    MIN_MEMORY_KIB,
    BadParameters,
    KdfParameters,
    Salt,
    check_parameters,
    derive,
)

SALT = Salt.of(b"\x01" * 16)


def cheap(**changed: object) -> KdfParameters:
    given: dict[str, object] = {"salt": SALT, "passes": 1, "memory_kib": MIN_MEMORY_KIB}
    return KdfParameters(**(given | changed))  # type: ignore[arg-type]


def test_the_same_password_gives_the_same_key():
    assert derive("café", cheap()) == derive("café", cheap())
    assert len(derive("café", cheap())) == 32


def test_the_key_is_argon2id_of_the_password():
    # argon2 <salt> -id -t 1 -m 13 -p 1 -l 32 -r, libsodium's own lane count.
    from nacl.pwhash import argon2id

    made = argon2id.kdf(32, b"pass", b"\x01" * 16, opslimit=1, memlimit=8192 * 1024)
    assert derive("pass", cheap()) == made


def test_a_password_counts_as_read_not_as_keyed():
    assert derive("cafe\u0301 ﬁ", cheap()) == derive("café fi", cheap())


def test_another_password_salt_or_cost_gives_another_key():
    keys = {
        derive("a", cheap()),
        derive("b", cheap()),
        derive("", cheap()),
        derive("\ud800", cheap()),
        derive("a", cheap(salt=Salt.of(b"\x02" * 16))),
        derive("a", cheap(passes=2)),
        derive("a", cheap(memory_kib=MIN_MEMORY_KIB + 1024)),
    }
    assert len(keys) == 7


@pytest.mark.parametrize(
    "changed",
    [
        {"passes": 0},
        {"passes": -1},
        {"passes": 11},
        {"memory_kib": MIN_MEMORY_KIB - 1},
        {"memory_kib": 1024 * 1024 + 1},
        {"memory_kib": 2**53 - 1},
        {"algorithm": "argon2i"},
        {"algorithm": ""},
    ],
)
def test_a_file_cannot_ask_for_too_much_or_too_little(changed: dict[str, object]):
    with pytest.raises(BadParameters):
        derive("a", cheap(**changed))


def test_the_defaults_are_allowed_and_dear():
    parameters = KdfParameters(salt=SALT)
    check_parameters(parameters)
    assert (parameters.passes, parameters.memory_kib) == (DEFAULT_PASSES, DEFAULT_MEMORY_KIB)
    assert DEFAULT_PASSES * DEFAULT_MEMORY_KIB >= 3 * 256 * 1024


def test_parameters_stand_in_a_file():
    data = encode(KdfParameters(salt=SALT))
    assert data == (
        b'{"algorithm":"argon2id","memory_kib":262144,"passes":3,"salt":"AQEBAQEBAQEBAQEBAQEBAQ"}'
    )
    assert decode(data, KdfParameters) == KdfParameters(salt=SALT)
    with pytest.raises(NotCanonical):
        decode(data.replace(b"AQEB", b"", 1), KdfParameters)
