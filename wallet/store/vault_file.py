"""What stands in a vault file and in an emergency file, and how both are read and written.

Both are canonical JSON: a body, and the body's hash beside it. The hash is no protection against
anybody; it tells a damaged file from a wrong password, which to a person are very different news.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, unique
from pathlib import Path
from typing import TypeVar

import msgspec

from wallet.crypto.encoding import Base64, NotCanonical, decode, encode
from wallet.crypto.hashing import Hash, digest
from wallet.crypto.kdf import KdfParameters
from wallet.crypto.sealing import CannotOpen, Secret, open_box, seal
from wallet.model.errors import DamagedFile, NewerFile, NotFound
from wallet.store.files import disk_error

VERSION = 1
# A vault with a hundred secrets has 10 KB; more is no vault of ours.
MAX_FILE = 256 * 1024
SECRETS = b"tallystick vault secrets\x00"
KEY = b"tallystick vault key\x00"
EMERGENCY = b"tallystick emergency key\x00"


class VaultId(Base64):
    """The name of a vault, also its user name in the keyring: 16 random bytes."""

    __slots__ = ()
    SIZE = 16


class Key(Base64):
    """A secret of 32 bytes as it stands inside a sealed box."""

    __slots__ = ()
    SIZE = 32


class Box(Base64):
    """A sealed box, nonce first (`wallet.crypto.sealing.seal`)."""

    __slots__ = ()


@unique
class VaultKind(StrEnum):
    """Where the wrapping key of a vault is; `EMPTY`: there is no vault."""

    EMPTY = "empty"
    KEYRING = "keyring"
    PASSWORD = "password"


class PasswordSeal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wrapping key sealed by a password: how to derive the password's key, and the box."""

    kdf: KdfParameters
    box: Box


class VaultBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `vault` file. `password` is there when no keyring holds the wrapping key."""

    version: int
    vault: VaultId
    password: PasswordSeal | None
    secrets: Box

    @property
    def kind(self) -> VaultKind:
        """Where the wrapping key is."""
        return VaultKind.KEYRING if self.password is None else VaultKind.PASSWORD


class EmergencyBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An emergency file: the wrapping key of `vault`, sealed by a password."""

    version: int
    vault: VaultId
    emergency: PasswordSeal


class _VaultFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    body: VaultBody
    hash: Hash


class _EmergencyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    body: EmergencyBody
    hash: Hash


class _AnyBody(msgspec.Struct):
    version: int


class _AnyFile(msgspec.Struct):
    body: _AnyBody


File = TypeVar("File", _VaultFile, _EmergencyFile)


def write_vault(body: VaultBody) -> bytes:
    """Return the content of the file."""
    return encode(_VaultFile(body, digest(body)))


def write_emergency(body: EmergencyBody) -> bytes:
    """Return the content of the file."""
    return encode(_EmergencyFile(body, digest(body)))


def read_vault(path: Path) -> VaultBody:
    """Read a vault file; nothing secret is opened.

    Raises:
        NotFound: there is none.
        NewerFile: a newer program wrote it.
        DamagedFile: it is no vault, or not the one that was written.
        DiskBroken: the system does not read it.
    """
    return _read(path, _VaultFile).body


def read_emergency(path: Path) -> EmergencyBody:
    """Read an emergency file; raises what `read_vault` raises."""
    return _read(path, _EmergencyFile).body


def seal_secrets(key: Secret, vault: VaultId, secrets: Mapping[str, Secret], nonce: bytes) -> Box:
    """Seal the secrets, 32 bytes each, under the wrapping key."""
    plain = encode({name: Key.of(secret.reveal()) for name, secret in secrets.items()})
    return Box.of(seal(key.reveal(), plain, nonce, SECRETS + vault.raw))


def open_secrets(key: Secret, body: VaultBody) -> dict[str, Secret]:
    """Open what `seal_secrets` made. Raises `CannotOpen`: it is another key."""
    plain = open_box(key.reveal(), body.secrets.raw, SECRETS + body.vault.raw)
    try:
        found = decode(plain, dict[str, Key])
    except NotCanonical:
        raise CannotOpen("the box holds no secrets") from None
    return {name: Secret(text.raw) for name, text in found.items()}


def _read(path: Path, kind: type[File]) -> File:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except FileNotFoundError:
        raise NotFound("file", str(path)) from None
    except OSError as error:
        raise disk_error(error, str(path)) from error
    try:
        found = decode(data, kind, limit=MAX_FILE)
        known = found.body.version == VERSION and found.hash == digest(found.body)
    except NotCanonical:
        known = False
    if not known:
        _refuse_newer(data)
        raise DamagedFile(str(path))
    return found


def _refuse_newer(data: bytes) -> None:
    """Raise `NewerFile` if at least the version can be read, and is not one of ours."""
    try:
        version = msgspec.json.decode(data[:MAX_FILE], type=_AnyFile).body.version
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return
    if version > VERSION:
        raise NewerFile(version, VERSION)
