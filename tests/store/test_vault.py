"""The vault: opens by the right word only, and never loses what worked."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.keyrings import MemoryKeyring
from wallet.crypto.kdf import DEFAULT_MEMORY_KIB, DEFAULT_PASSES
from wallet.crypto.sealing import Secret
from wallet.model.errors import (
    BugError,
    DamagedFile,
    ForeignFile,
    KeyringMissing,
    NewerFile,
    NotFound,
    WalletError,
    WrongPassword,
)
from wallet.store.files import DiskBroken
from wallet.store.locks import ByPassword, InKeyring, KeyringEntryGone, Lock
from wallet.store.vault import (
    VAULT_NAME,
    FileThere,
    OpenVault,
    PasswordNeeded,
    VaultGone,
    VaultKind,
    add_secrets,
    change_lock,
    create_vault,
    open_vault,
    open_with_emergency_file,
    peek,
    save_emergency_file,
)

PASSWORD = "correct horse"
SECRETS = {"file": Secret(bytes(32)), "agent": Secret(bytes(range(32)))}
MORE = {"account 2": Secret(b"\x07" * 32)}


def by(password: str) -> ByPassword:
    """Seal by this password, as cheaply as allowed."""
    return ByPassword(password, passes=1, memory_kib=8192)


def created(folder: Path, lock: Lock) -> OpenVault:
    return create_vault(folder, SECRETS, lock=lock, dice=os.urandom)


def test_there_is_no_vault_before_one_is_made(tmp_path: Path) -> None:
    assert peek(tmp_path) is VaultKind.EMPTY
    assert peek(tmp_path / "nowhere") is VaultKind.EMPTY
    with pytest.raises(NotFound):
        open_vault(tmp_path, password=PASSWORD)


def test_a_password_opens_what_it_sealed(tmp_path: Path) -> None:
    created(tmp_path / "profile", by(PASSWORD))
    assert peek(tmp_path / "profile") is VaultKind.PASSWORD
    assert open_vault(tmp_path / "profile", password=PASSWORD).secrets == SECRETS


def test_the_default_password_costs_stand_in_the_file(tmp_path: Path) -> None:
    opened = create_vault(tmp_path, SECRETS, lock=ByPassword(PASSWORD), dice=os.urandom)
    assert opened.body.password is not None
    kdf = opened.body.password.kdf
    assert (kdf.passes, kdf.memory_kib) == (DEFAULT_PASSES, DEFAULT_MEMORY_KIB) == (3, 262_144)


def test_another_password_is_refused_and_none_is_asked_for(tmp_path: Path) -> None:
    created(tmp_path, by(PASSWORD))
    with pytest.raises(WrongPassword):
        open_vault(tmp_path, password="correct mule")
    with pytest.raises(PasswordNeeded):
        open_vault(tmp_path, keyring=MemoryKeyring())


def test_a_keyring_vault_needs_its_keyring(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    created(tmp_path, InKeyring(keyring))
    assert open_vault(tmp_path, keyring=keyring).secrets == SECRETS
    with pytest.raises(KeyringMissing):
        open_vault(tmp_path, password=PASSWORD)
    with pytest.raises(KeyringEntryGone):
        open_vault(tmp_path, keyring=MemoryKeyring())


def test_a_keyring_that_does_not_keep_the_key_makes_no_vault(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    keyring.forgets = True
    with pytest.raises(KeyringMissing):
        created(tmp_path, InKeyring(keyring))
    assert list(tmp_path.iterdir()) == []


def test_a_vault_is_never_overwritten(tmp_path: Path) -> None:
    created(tmp_path, by(PASSWORD))
    with pytest.raises(BugError):
        created(tmp_path, by("another"))
    assert open_vault(tmp_path, password=PASSWORD).secrets == SECRETS


def test_a_database_that_lost_its_vault_gets_no_new_one(tmp_path: Path) -> None:
    (tmp_path / "wallet.db").write_bytes(b"all that is owed")
    with pytest.raises(VaultGone):
        peek(tmp_path)
    with pytest.raises(VaultGone):
        created(tmp_path, by(PASSWORD))
    assert [file.name for file in tmp_path.iterdir()] == ["wallet.db"]


HUNGRY = """
import resource, sys
from pathlib import Path
from wallet.store.locks import NotEnoughMemory
from wallet.store.vault import open_vault
resource.setrlimit(resource.RLIMIT_AS, (200 * 2**20, 200 * 2**20))
try:
    open_vault(Path(sys.argv[1]), password=sys.argv[2])
except NotEnoughMemory as error:
    print(error.kib)
"""


@pytest.mark.needs("linux")
def test_a_system_without_the_memory_for_a_password_says_so(tmp_path: Path) -> None:
    lock = ByPassword(PASSWORD, passes=1, memory_kib=262_144)
    created(tmp_path, lock)
    said = subprocess.run(
        [sys.executable, "-c", HUNGRY, str(tmp_path), PASSWORD],
        capture_output=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert (said.stdout, said.stderr) == (b"262144\n", b"")


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_secret_has_32_bytes(tmp_path: Path, size: int) -> None:
    with pytest.raises(BugError):
        create_vault(tmp_path, {"x": Secret(bytes(size))}, lock=by(PASSWORD), dice=os.urandom)


def test_no_secret_stands_in_the_file_or_prints(tmp_path: Path) -> None:
    opened = created(tmp_path, by(PASSWORD))
    content = (tmp_path / VAULT_NAME).read_bytes()
    shown = repr(opened) + repr(by(PASSWORD))
    assert PASSWORD not in shown
    for secret in (*SECRETS.values(), opened.key):
        assert secret.reveal() not in content
        assert secret.reveal().hex() not in shown


@pytest.mark.needs("linux")
def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    created(tmp_path / "profile", by(PASSWORD))
    assert (tmp_path / "profile").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "profile" / VAULT_NAME).stat().st_mode & 0o777 == 0o600


def test_further_secrets_join_the_old_ones(tmp_path: Path) -> None:
    opened = add_secrets(created(tmp_path, by(PASSWORD)), MORE, dice=os.urandom)
    assert opened.secrets == {**SECRETS, **MORE}
    assert open_vault(tmp_path, password=PASSWORD).secrets == {**SECRETS, **MORE}


def test_a_secret_is_never_replaced_by_another(tmp_path: Path) -> None:
    opened = created(tmp_path, by(PASSWORD))
    with pytest.raises(BugError):
        add_secrets(opened, {"agent": Secret(bytes(32))}, dice=os.urandom)


def test_an_old_view_of_the_vault_cannot_undo_what_came_after(tmp_path: Path) -> None:
    old = created(tmp_path, by(PASSWORD))
    add_secrets(old, MORE, dice=os.urandom)
    with pytest.raises(BugError):
        change_lock(old, by("another"), dice=os.urandom)
    with pytest.raises(BugError):
        add_secrets(old, {"x": Secret(bytes(32))}, dice=os.urandom)
    assert open_vault(tmp_path, password=PASSWORD).secrets == {**SECRETS, **MORE}


def test_a_new_password_ends_the_old_one(tmp_path: Path) -> None:
    change_lock(created(tmp_path, by(PASSWORD)), by("battery staple"), dice=os.urandom)
    assert open_vault(tmp_path, password="battery staple").secrets == SECRETS
    with pytest.raises(WrongPassword):
        open_vault(tmp_path, password=PASSWORD)


def test_the_lock_moves_to_the_keyring_and_back(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    opened = created(tmp_path, by(PASSWORD))
    opened = change_lock(opened, InKeyring(keyring), dice=os.urandom)
    assert opened.kind is peek(tmp_path) is VaultKind.KEYRING
    assert open_vault(tmp_path, keyring=keyring).secrets == SECRETS
    change_lock(opened, by(PASSWORD), keyring=keyring, dice=os.urandom)
    assert open_vault(tmp_path, password=PASSWORD).secrets == SECRETS
    assert keyring.texts == {}


def test_a_keyring_that_does_not_keep_the_key_leaves_the_password(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    keyring.forgets = True
    opened = created(tmp_path, by(PASSWORD))
    with pytest.raises(KeyringMissing):
        change_lock(opened, InKeyring(keyring), dice=os.urandom)
    assert open_vault(tmp_path, password=PASSWORD).secrets == SECRETS


def test_a_disk_that_fails_leaves_the_old_lock(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    opened = created(tmp_path, by(PASSWORD))
    (tmp_path / "vault.new").mkdir()  # the new file cannot be written
    with pytest.raises(DiskBroken):
        change_lock(opened, InKeyring(keyring), dice=os.urandom)
    assert keyring.texts == {}
    assert open_vault(tmp_path, password=PASSWORD).secrets == SECRETS


def test_what_a_crash_left_behind_is_no_obstacle(tmp_path: Path) -> None:
    opened = created(tmp_path, by(PASSWORD))
    (tmp_path / "vault.new").write_bytes(b"half a fi")
    add_secrets(opened, MORE, dice=os.urandom)
    assert [file.name for file in tmp_path.iterdir()] == [VAULT_NAME]


# --- the emergency file ------------------------------------------------------------------------


def test_an_emergency_file_brings_a_lost_keyring_back(tmp_path: Path) -> None:
    lost, found = MemoryKeyring(), MemoryKeyring()
    profile, file = tmp_path / "profile", tmp_path / "emergency"
    save_emergency_file(created(profile, InKeyring(lost)), file, by("on paper"), dice=os.urandom)
    opened = open_with_emergency_file(profile, file, "on paper")
    assert opened.secrets == SECRETS
    change_lock(opened, InKeyring(found), dice=os.urandom)
    assert open_vault(profile, keyring=found).secrets == SECRETS


def test_it_stays_good_after_the_lock_changed(tmp_path: Path) -> None:
    profile, file = tmp_path / "profile", tmp_path / "emergency"
    opened = created(profile, by(PASSWORD))
    save_emergency_file(opened, file, by("on paper"), dice=os.urandom)
    opened = add_secrets(opened, MORE, dice=os.urandom)
    change_lock(opened, by("forgotten"), dice=os.urandom)
    assert open_with_emergency_file(profile, file, "on paper").secrets == {**SECRETS, **MORE}


def test_it_needs_its_own_password_and_its_own_vault(tmp_path: Path) -> None:
    file = tmp_path / "emergency"
    save_emergency_file(
        created(tmp_path / "a", by(PASSWORD)), file, by("on paper"), dice=os.urandom
    )
    created(tmp_path / "b", by(PASSWORD))
    with pytest.raises(WrongPassword):
        open_with_emergency_file(tmp_path / "a", file, PASSWORD)
    with pytest.raises(ForeignFile):
        open_with_emergency_file(tmp_path / "b", file, "whatever: it is the wrong file")
    with pytest.raises(NotFound):
        open_with_emergency_file(tmp_path / "a", tmp_path / "nothing", "on paper")
    with pytest.raises(DamagedFile):
        open_with_emergency_file(tmp_path / "a", tmp_path / "a" / VAULT_NAME, PASSWORD)


def test_it_overwrites_nothing_and_is_the_owner_s_alone(tmp_path: Path) -> None:
    opened = created(tmp_path / "profile", by(PASSWORD))
    file = tmp_path / "emergency"
    save_emergency_file(opened, file, by("on paper"), dice=os.urandom)
    before = file.read_bytes()
    with pytest.raises(FileThere):
        save_emergency_file(opened, file, by("other"), dice=os.urandom)
    assert file.read_bytes() == before
    assert os.name == "nt" or file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(DiskBroken):
        save_emergency_file(opened, tmp_path / "no" / "folder", by("x"), dice=os.urandom)


# --- files that are not what was written -------------------------------------------------------


def a_vault_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        created(Path(folder), by(PASSWORD))
        return (Path(folder) / VAULT_NAME).read_bytes()


def an_emergency_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        profile, file = Path(folder) / "profile", Path(folder) / "emergency"
        save_emergency_file(created(profile, by(PASSWORD)), file, by(PASSWORD), dice=os.urandom)
        return file.read_bytes()


VAULT_FILE = a_vault_file()
EMERGENCY_FILE = an_emergency_file()


def refused(change: Callable[[bytes], bytes], folder: Path) -> None:
    """Both kinds of files, changed, must be refused with a word of ours."""
    vault, emergency = folder / VAULT_NAME, folder / "emergency"
    vault.write_bytes(change(VAULT_FILE))
    with pytest.raises((DamagedFile, NewerFile)):
        peek(folder)
    with pytest.raises((DamagedFile, NewerFile)):
        open_vault(folder, password=PASSWORD)
    vault.write_bytes(VAULT_FILE)
    emergency.write_bytes(change(EMERGENCY_FILE))
    with pytest.raises((DamagedFile, NewerFile)):
        open_with_emergency_file(folder, emergency, PASSWORD)


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_a_changed_byte_anywhere_is_refused(place: float, change: int) -> None:
    def flip(content: bytes) -> bytes:
        changed = bytearray(content)
        changed[int(place * len(content))] ^= change
        return bytes(changed)

    with tempfile.TemporaryDirectory() as folder:
        refused(flip, Path(folder))


@given(st.floats(0, 1, exclude_max=True))
def test_a_file_cut_short_anywhere_is_refused(place: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        refused(lambda content: content[: int(place * len(content))], Path(folder))


@given(st.binary(max_size=200) | st.just(b"[" * 100_000) | st.just(b"9" * 300_000))
def test_bytes_that_are_no_vault_are_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        refused(lambda _: content, Path(folder))


def test_a_vault_of_a_newer_program_is_refused_as_newer(tmp_path: Path) -> None:
    newer = {"body": {"version": 7, "whatever": [1, 2]}, "hash": "?"}
    (tmp_path / VAULT_NAME).write_bytes(msgspec.json.encode(newer))
    with pytest.raises(NewerFile) as caught:
        peek(tmp_path)
    assert (caught.value.version, caught.value.known) == (7, 1)


def test_a_vault_that_cannot_be_read_is_the_disk_s_fault(tmp_path: Path) -> None:
    (tmp_path / VAULT_NAME).mkdir()
    with pytest.raises(WalletError) as caught:
        peek(tmp_path)
    assert isinstance(caught.value, DiskBroken)
