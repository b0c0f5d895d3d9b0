"""The two places of a wrapping key: the keyring of the system, or a box sealed by a password."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from wallet.crypto.kdf import (
    DEFAULT_MEMORY_KIB,
    DEFAULT_PASSES,
    BadParameters,
    KdfParameters,
    Salt,
    check_parameters,
    derive,
)
from wallet.crypto.sealing import KEY_SIZE, NONCE_SIZE, CannotOpen, Secret, open_box, seal
from wallet.model.errors import BugError, DamagedFile, UserError, WrongPassword
from wallet.store.keyrings import Keyring
from wallet.store.vault_file import KEY, Box, PasswordSeal, VaultBody, VaultId

# Gives as many fresh random bytes as asked for.
Dice = Callable[[int], bytes]


class KeyringEntryGone(UserError):
    """The keyring is open, but this vault's key is not in it; the emergency file brings it back."""

    code = "RNG-GONE"


class NotEnoughMemory(UserError):
    """The password's key takes `kib` KiB of memory to derive, and the system has not got them."""

    code = "PWD-MEM"
    kib: int


class InKeyring(Struct, frozen=True):
    """Keep the wrapping key in this keyring."""

    keyring: Keyring


class ByPassword(Struct, frozen=True):
    """Seal the wrapping key by this password; costs in the ranges of `wallet.crypto.kdf`."""

    password: str
    passes: int = DEFAULT_PASSES
    memory_kib: int = DEFAULT_MEMORY_KIB

    def __repr__(self) -> str:
        return f"ByPassword(passes={self.passes}, memory_kib={self.memory_kib})"


Lock = InKeyring | ByPassword


def fetch_key(body: VaultBody, lock: Lock) -> Secret:
    """Get the wrapping key of a vault out of its lock; from a keyring it may be a wrong one.

    Raises:
        WrongPassword, NotEnoughMemory: by password.
        KeyringLocked, KeyringMissing, KeyringEntryGone: by keyring.
        DamagedFile: parameters we do not run.
    """
    if isinstance(lock, ByPassword):
        if body.password is None:
            raise BugError("this vault has no password")
        return unseal_key(body.password, body.vault, lock.password, KEY)
    text = lock.keyring.get(body.vault)
    if text is None:
        raise KeyringEntryGone
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raw = b""
    return Secret(raw.ljust(KEY_SIZE, b"\x00")[:KEY_SIZE])  # a wrong one opens nothing


def seal_key(
    key: Secret, vault: VaultId, lock: ByPassword, context: bytes, dice: Dice
) -> PasswordSeal:
    """Seal a wrapping key by a password. Raises `NotEnoughMemory`; `BadParameters`: our mistake."""
    kdf = KdfParameters(
        salt=Salt.of(dice(Salt.SIZE)), passes=lock.passes, memory_kib=lock.memory_kib
    )
    check_parameters(kdf)
    sealed = seal(_derive(lock.password, kdf), key.reveal(), dice(NONCE_SIZE), context + vault.raw)
    return PasswordSeal(kdf=kdf, box=Box.of(sealed))


def unseal_key(sealed: PasswordSeal, vault: VaultId, password: str, context: bytes) -> Secret:
    """Open what `seal_key` made. Raises `WrongPassword`, `NotEnoughMemory`, `DamagedFile`."""
    derived = _derive(password, sealed.kdf)
    try:
        return Secret(open_box(derived, sealed.box.raw, context + vault.raw))
    except CannotOpen:
        raise WrongPassword from None


def _derive(password: str, kdf: KdfParameters) -> bytes:
    try:
        return derive(password, kdf)
    except BadParameters:
        raise DamagedFile("parameters of the password") from None
    except (MemoryError, RuntimeError):  # libsodium's word for "no memory"
        raise NotEnoughMemory(kdf.memory_kib) from None
