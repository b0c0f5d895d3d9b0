"""The vault: the key of the file and the signing keys, sealed under one wrapping key.

The wrapping key, 32 bytes, lives in the keyring of the system or is itself sealed by a password
(Argon2id). It stays the same when the lock changes, so that an emergency file keeps its worth;
renewing it would protect nothing, since what lies under it cannot be renewed. A working secret is
never overwritten: the new one is written, read back and used to open before the old one goes.
Everything here blocks: the keyring may show a dialog, a password takes half a second.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from wallet.crypto.sealing import KEY_SIZE, NONCE_SIZE, CannotOpen, Secret
from wallet.model.errors import (
    BugError,
    DamagedFile,
    ForeignFile,
    KeyringLocked,
    KeyringMissing,
    NotFound,
    StoreError,
    UserError,
    hidden,
)
from wallet.store.files import disk_error, make_folder, sync_folder, write_new
from wallet.store.keyrings import Keyring
from wallet.store.locks import (
    ByPassword,
    Dice,
    InKeyring,
    KeyringEntryGone,
    Lock,
    fetch_key,
    seal_key,
    unseal_key,
)
from wallet.store.profile import DATABASE_NAME
from wallet.store.vault_file import (
    EMERGENCY,
    KEY,
    VERSION,
    EmergencyBody,
    VaultBody,
    VaultId,
    VaultKind,
    open_secrets,
    read_emergency,
    read_vault,
    seal_secrets,
    write_emergency,
    write_vault,
)

VAULT_NAME = "vault"
_NEW_NAME = "vault.new"
_log = logging.getLogger("wallet.vault")


class KeyringEntryWrong(ForeignFile):
    """The keyring's key is not the one of the (undamaged) vault at `where`."""

    code = "RNG-OTHER"


class VaultGone(StoreError):
    """There is a database, but no vault at `where`: a backup, or another copy, brings it back."""

    code = "FIL-GONE"
    where: str


class PasswordNeeded(UserError):
    """This vault opens by a password, and none was given."""

    code = "PWD-NEED"


class FileThere(UserError):
    """There is a file at `path` already; it is not overwritten."""

    code = "FIL-HAVE"
    path: str = hidden()


class OpenVault(Struct, frozen=True):
    """An open vault: its secrets by name. Frozen; each change gives a new one."""

    folder: Path
    secrets: Mapping[str, Secret]
    key: Secret
    body: VaultBody  # sealed, so that its repr tells nothing

    @property
    def kind(self) -> VaultKind:
        """Where the wrapping key is."""
        return self.body.kind


def peek(folder: Path) -> VaultKind:
    """Tell what opens the vault in this folder, without opening it.

    Raises:
        VaultGone: there is a database here whose vault is missing.
        NewerFile, DamagedFile, DiskBroken: there is a vault that cannot be read.
    """
    path = folder / VAULT_NAME
    try:
        return read_vault(path).kind
    except NotFound:
        if (folder / DATABASE_NAME).exists():
            raise VaultGone(str(path)) from None
        return VaultKind.EMPTY


def create_vault(
    folder: Path, secrets: Mapping[str, Secret], *, lock: Lock, dice: Dice
) -> OpenVault:
    """Make the vault of a new profile with these secrets of 32 bytes each.

    Raises:
        KeyringLocked, KeyringMissing: the keyring does not keep the key; no vault was made.
        NotEnoughMemory: for the password's key.
        DiskFull, DiskBroken: the disk.
        VaultGone: there is a database here which no new vault could open.
        BugError: there is a vault already, or a secret of another size.
    """
    if peek(folder) is not VaultKind.EMPTY:
        raise BugError("a vault is never overwritten")
    _check_sizes(secrets)
    try:
        make_folder(folder)
    except OSError as error:
        raise disk_error(error, str(folder)) from error
    vault, key = VaultId.of(dice(VaultId.SIZE)), Secret(dice(KEY_SIZE))
    body = VaultBody(
        version=VERSION,
        vault=vault,
        password=None,
        secrets=seal_secrets(key, vault, secrets, dice(NONCE_SIZE)),
    )
    opened = OpenVault(folder, dict(secrets), key, body)
    return _lock_with(opened, lock, dice=dice, forget_on_failure=True)


def open_vault(
    folder: Path, *, password: str | None = None, keyring: Keyring | None = None
) -> OpenVault:
    """Open the vault in this folder, by whichever of the two it needs.

    Raises:
        NotFound: there is no vault.
        PasswordNeeded, WrongPassword, NotEnoughMemory: by password.
        KeyringLocked, KeyringMissing, KeyringEntryGone, KeyringEntryWrong: by keyring.
        NewerFile, DamagedFile, DiskBroken: the file.
    """
    body = read_vault(folder / VAULT_NAME)
    lock = _lock_of(body, password, keyring)
    key = fetch_key(body, lock)
    return OpenVault(folder, _open(folder / VAULT_NAME, body, key), key, body)


def add_secrets(vault: OpenVault, new: Mapping[str, Secret], *, dice: Dice) -> OpenVault:
    """Put further secrets of 32 bytes into the vault.

    Raises:
        DiskFull, DiskBroken, DamagedFile: the disk; the vault is as before.
        BugError: a name is taken by another secret, a size is wrong, or `vault` is out of date.
    """
    _check_sizes(new)
    if any(vault.secrets.get(name, secret) != secret for name, secret in new.items()):
        raise BugError("a secret is never overwritten")
    secrets = {**vault.secrets, **new}
    box = seal_secrets(vault.key, vault.body.vault, secrets, dice(NONCE_SIZE))
    body = replace(vault.body, secrets=box)
    changed = replace(vault, secrets=secrets, body=body)
    _require_current(vault)
    _replace_file(changed, lambda _: vault.key)
    return changed


def change_lock(
    vault: OpenVault, lock: Lock, *, keyring: Keyring | None = None, dice: Dice
) -> OpenVault:
    """Move the wrapping key to this keyring or under this password.

    `keyring` is where it was until now, if it was in one: its entry goes last. If that fails,
    a line is logged and the entry stays.

    Raises:
        KeyringLocked, KeyringMissing, NotEnoughMemory, DiskFull, DiskBroken, DamagedFile: the
            vault opens as before.
        BugError: `vault` is out of date.
    """
    _require_current(vault)
    changed = _lock_with(vault, lock, dice=dice, forget_on_failure=vault.kind is VaultKind.PASSWORD)
    if vault.kind is VaultKind.KEYRING and changed.kind is VaultKind.PASSWORD and keyring:
        try:
            keyring.delete(vault.body.vault)
        except (KeyringLocked, KeyringMissing) as error:
            _log.info("the old entry stays in the keyring: %s", error)
    return changed


def save_emergency_file(vault: OpenVault, path: Path, lock: ByPassword, *, dice: Dice) -> None:
    """Write the wrapping key, sealed by a password of its own, to a new file; and try that file.

    Raises:
        FileThere: there is a file already.
        NotEnoughMemory, DiskFull, DiskBroken, DamagedFile: nothing is left at `path`.
    """
    sealed = seal_key(vault.key, vault.body.vault, lock, EMERGENCY, dice)
    body = EmergencyBody(version=VERSION, vault=vault.body.vault, emergency=sealed)
    try:
        write_new(path, write_emergency(body))
    except FileExistsError:
        raise FileThere(str(path)) from None
    except OSError as error:
        raise disk_error(error, str(path)) from error
    try:
        if _emergency_key(read_emergency(path), lock.password) != vault.key:
            raise DamagedFile(str(path))
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def open_with_emergency_file(folder: Path, path: Path, password: str) -> OpenVault:
    """Open the vault in this folder by its emergency file; `change_lock` then makes it lasting.

    Raises:
        NotFound: one of the two files is not there.
        ForeignFile: the emergency file belongs to another vault.
        WrongPassword, NotEnoughMemory: the password of the emergency file.
        NewerFile, DamagedFile, DiskBroken: one of the two files.
    """
    body, emergency = read_vault(folder / VAULT_NAME), read_emergency(path)
    if emergency.vault != body.vault:
        raise ForeignFile(str(path))
    key = _emergency_key(emergency, password)
    try:
        return OpenVault(folder, open_secrets(key, body), key, body)
    except CannotOpen:
        raise ForeignFile(str(path)) from None


# --- keys and locks ----------------------------------------------------------------------------


def _lock_with(vault: OpenVault, lock: Lock, *, dice: Dice, forget_on_failure: bool) -> OpenVault:
    """Write the vault anew under this lock, and only then let the old file go."""
    name = vault.body.vault
    if isinstance(lock, ByPassword):
        sealed = seal_key(vault.key, name, lock, KEY, dice)
        changed = replace(vault, body=replace(vault.body, password=sealed))
        _replace_file(changed, lambda body: fetch_key(body, lock))
        return changed
    changed = replace(vault, body=replace(vault.body, password=None))
    try:
        lock.keyring.set(name, vault.key.reveal().hex())
        _replace_file(changed, lambda body: fetch_key(body, lock))
    except BaseException as error:
        if forget_on_failure:
            with contextlib.suppress(KeyringLocked, KeyringMissing):
                lock.keyring.delete(name)
        if isinstance(error, KeyringEntryGone | KeyringEntryWrong):
            raise KeyringMissing from None  # it took the key and does not give it back
        raise
    return changed


def _lock_of(body: VaultBody, password: str | None, keyring: Keyring | None) -> Lock:
    if body.kind is VaultKind.PASSWORD:
        if password is None:
            raise PasswordNeeded
        return ByPassword(password)
    if keyring is None:
        raise KeyringMissing
    return InKeyring(keyring)


def _open(path: Path, body: VaultBody, key: Secret) -> dict[str, Secret]:
    try:
        return open_secrets(key, body)
    except CannotOpen:
        if body.kind is VaultKind.KEYRING:
            raise KeyringEntryWrong(str(path)) from None
        raise DamagedFile(str(path)) from None  # the password was right


def _emergency_key(body: EmergencyBody, password: str) -> Secret:
    return unseal_key(body.emergency, body.vault, password, EMERGENCY)


# --- the file ----------------------------------------------------------------------------------


def _replace_file(vault: OpenVault, key_of: Callable[[VaultBody], Secret]) -> None:
    """Write the new file beside the old one, prove that it opens, and put it in its place."""
    new, path = vault.folder / _NEW_NAME, vault.folder / VAULT_NAME
    try:
        new.unlink(missing_ok=True)  # left behind by a crash
        write_new(new, write_vault(vault.body))
        proven = read_vault(new)
        if _open(new, proven, key_of(proven)) != vault.secrets:
            raise DamagedFile(str(new))
        new.replace(path)
        sync_folder(vault.folder)
    except OSError as error:
        raise disk_error(error, str(path)) from error
    finally:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)


def _require_current(vault: OpenVault) -> None:
    # Written from an older copy, the file would lose what was added since.
    if read_vault(vault.folder / VAULT_NAME) != vault.body:
        raise BugError("this vault is out of date")


def _check_sizes(secrets: Mapping[str, Secret]) -> None:
    if any(len(secret.reveal()) != KEY_SIZE for secret in secrets.values()):
        raise BugError(f"a secret has {KEY_SIZE} bytes")
