"""The vault with a real Secret Service: what the desktop can do to a key."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import null
from secretstorage.dhcrypto import Session

from tests.helpers.secret_service import SecretService, running
from wallet.crypto.sealing import Secret
from wallet.model.errors import ForeignFile, KeyringLocked, KeyringMissing
from wallet.store import keyrings, secret_lookup
from wallet.store.keyrings import SERVICE, SystemKeyring
from wallet.store.locks import ByPassword, InKeyring, KeyringEntryGone
from wallet.store.vault import (
    KeyringEntryWrong,
    VaultKind,
    change_lock,
    create_vault,
    open_vault,
    peek,
)

pytestmark = pytest.mark.needs("secret-service")

SECRETS = {"agent": Secret(bytes(range(32)))}
CHEAP = {"passes": 1, "memory_kib": 8192}


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    # A socket's path has at most 107 letters: the test's own folder may be too deep.
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), monkeypatch) as started:
        yield started


@pytest.fixture
def created(service: SecretService, tmp_path: Path) -> Path:
    create_vault(tmp_path, SECRETS, lock=InKeyring(SystemKeyring()), dice=os.urandom)
    return tmp_path


def test_the_keyring_opens_the_vault_and_holds_one_short_text(
    service: SecretService, created: Path
) -> None:
    assert peek(created) is VaultKind.KEYRING
    assert open_vault(created, keyring=SystemKeyring()).secrets == SECRETS
    assert [len(text) for text in service.entries().values()] == [64]


def test_the_key_survives_a_restart_of_the_keyring(service: SecretService, created: Path) -> None:
    service.stop_keyring()
    service.start_keyring()
    assert open_vault(created, keyring=SystemKeyring()).secrets == SECRETS


def test_a_locked_keyring_is_told_as_locked(service: SecretService, created: Path) -> None:
    service.lock()
    with pytest.raises(KeyringLocked):
        open_vault(created, keyring=SystemKeyring())


def test_a_keyring_locked_at_the_login_is_told_as_locked(
    service: SecretService, created: Path
) -> None:
    service.stop_keyring()
    service.start_keyring("another password")
    with pytest.raises(KeyringLocked):
        open_vault(created, keyring=SystemKeyring())


def test_a_keyring_that_died_is_told_as_missing(service: SecretService, created: Path) -> None:
    service.stop_keyring()
    with pytest.raises(KeyringMissing):
        open_vault(created, keyring=SystemKeyring())


def test_a_bus_that_died_is_told_as_missing(service: SecretService, created: Path) -> None:
    service.stop_bus()
    with pytest.raises(KeyringMissing):
        open_vault(created, keyring=SystemKeyring())
    service.start_bus()


def test_a_system_without_a_bus_has_no_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(KeyringMissing):
        create_vault(tmp_path, SECRETS, lock=InKeyring(SystemKeyring()), dice=os.urandom)
    assert peek(tmp_path) is VaultKind.EMPTY
    assert list(tmp_path.iterdir()) == []


def test_a_backend_that_keeps_nothing_is_never_used(
    service: SecretService, created: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(null.Keyring())
    try:
        assert open_vault(created, keyring=SystemKeyring()).secrets == SECRETS
        service.stop_keyring()
        with pytest.raises(KeyringMissing):
            open_vault(created, keyring=SystemKeyring())
    finally:
        keyring.set_keyring(before)


def test_an_entry_that_lies_open_is_read_without_the_library(
    service: SecretService, created: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyrings, "_ask", lambda _: pytest.fail("the library was asked"))
    assert open_vault(created, keyring=SystemKeyring()).secrets == SECRETS


def test_a_service_that_does_not_encrypt_is_left_to_the_library(
    service: SecretService, created: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (user,) = service.entries()
    assert secret_lookup.look_up(SERVICE, user) is not None
    session = Session()  # as it is before a key was agreed on
    session.object_path = "/"
    monkeypatch.setattr(secret_lookup, "open_session", lambda _: session)
    assert secret_lookup.look_up(SERVICE, user) is None
    assert open_vault(created, keyring=SystemKeyring()).secrets == SECRETS


def test_the_quick_look_shows_no_dialog_and_says_nothing(
    service: SecretService, created: Path
) -> None:
    (user,) = service.entries()
    assert secret_lookup.look_up(SERVICE, "another") is None
    service.lock()
    assert secret_lookup.look_up(SERVICE, user) is None
    service.stop_keyring()
    assert secret_lookup.look_up(SERVICE, user) is None
    service.stop_bus()
    assert secret_lookup.look_up(SERVICE, user) is None
    service.start_bus()


def test_an_entry_that_was_deleted_has_a_word_of_its_own(
    service: SecretService, created: Path
) -> None:
    (user,) = service.entries()
    SystemKeyring().delete(user)
    SystemKeyring().delete(user)
    with pytest.raises(KeyringEntryGone):
        open_vault(created, keyring=SystemKeyring())


@pytest.mark.parametrize("text", ["00" * 32, "not hexadecimal", "00"])
def test_an_entry_of_another_vault_opens_nothing(
    service: SecretService, created: Path, text: str
) -> None:
    (user,) = service.entries()
    SystemKeyring().set(user, text)
    with pytest.raises(KeyringEntryWrong) as caught:
        open_vault(created, keyring=SystemKeyring())
    assert isinstance(caught.value, ForeignFile)


def test_moving_to_a_password_takes_the_key_out_of_the_keyring(
    service: SecretService, created: Path
) -> None:
    opened = open_vault(created, keyring=SystemKeyring())
    lock = ByPassword("correct horse", **CHEAP)
    change_lock(opened, lock, keyring=SystemKeyring(), dice=os.urandom)
    assert service.entries() == {}
    assert open_vault(created, password="correct horse").secrets == SECRETS


def test_moving_to_a_locked_keyring_leaves_the_password(
    service: SecretService, tmp_path: Path
) -> None:
    lock = ByPassword("correct horse", **CHEAP)
    opened = create_vault(tmp_path, SECRETS, lock=lock, dice=os.urandom)
    service.lock()
    with pytest.raises(KeyringLocked):
        change_lock(opened, InKeyring(SystemKeyring()), dice=os.urandom)
    assert open_vault(tmp_path, password="correct horse").secrets == SECRETS
