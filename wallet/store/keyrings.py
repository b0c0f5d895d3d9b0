"""The keyring of the system: one short text per vault, kept by the desktop.

Source: the `keyring` library's backends. Only the four that keep secrets with the system are
used, and each call picks anew: the library's own choice is made once, can be a null or plain-text
backend, and can be changed by a file. **Any call may open a dialog and block for minutes.**
On Linux an entry that lies open in the Secret Service is read without the library: importing and
asking it would be a tenth of the time until the window is filled.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from wallet.model.errors import KeyringLocked, KeyringMissing

SERVICE = "tallystick"
T = TypeVar("T")


class Keyring(Protocol):
    """Where a wrapping key can live; `user` is the vault's id, `text` its key in hexadecimal."""

    def get(self, user: str) -> str | None:
        """Return the text, or None. Raises `KeyringLocked`, `KeyringMissing`."""
        ...

    def set(self, user: str, text: str) -> None:
        """Keep the text. Raises `KeyringLocked`, `KeyringMissing`."""
        ...

    def delete(self, user: str) -> None:
        """Forget the text, if there is one. Raises `KeyringLocked`, `KeyringMissing`."""
        ...


class Driver(Struct, frozen=True):
    """A backend of the library, and what it raises beside the library's own errors."""

    kind: Any
    locked: tuple[type[Exception], ...] = ()
    broken: tuple[type[Exception], ...] = ()


class SystemKeyring:
    """The keyring of the desktop this process runs on."""

    def get(self, user: str) -> str | None:
        """Return the text, or None. Raises `KeyringLocked`, `KeyringMissing`."""
        text = _look_quickly(user)
        if text is None:
            text = _ask(lambda driver: driver.get_password(SERVICE, user))
        return text

    def set(self, user: str, text: str) -> None:
        """Keep the text. Raises `KeyringLocked`, `KeyringMissing`."""
        _ask(lambda driver: driver.set_password(SERVICE, user, text))

    def delete(self, user: str) -> None:
        """Forget the text, if there is one. Raises `KeyringLocked`, `KeyringMissing`."""
        if self.get(user) is not None:
            _ask(lambda driver: driver.delete_password(SERVICE, user))


def is_there() -> bool:
    """Tell whether this desktop has a keyring we use; asks the bus, opens no dialog."""
    try:
        _choose()
    except KeyringMissing:
        return False
    return True


def _look_quickly(user: str) -> str | None:
    """Return an entry that lies open where we put it; None: the library has to look."""
    if _system() != "linux":
        return None
    from wallet.store.secret_lookup import look_up

    return look_up(SERVICE, user)


def _ask(question: Callable[[Any], T]) -> T:
    from keyring import errors

    driver = _choose()
    # "Cancelled by user" comes from KWallet as an entry that could not be set or deleted.
    refused = (errors.KeyringLocked, errors.PasswordSetError, errors.PasswordDeleteError)
    locked: tuple[type[Exception], ...] = (*refused, *driver.locked)
    broken: tuple[type[Exception], ...] = (errors.KeyringError, OSError, *driver.broken)
    try:
        return question(driver.kind())
    except locked:
        raise KeyringLocked from None
    except broken:
        raise KeyringMissing from None


def _choose() -> Driver:
    """Return the first of our backends that works here and now. Raises `KeyringMissing`."""
    for load in _DRIVERS[_system()]:
        driver = load()
        if driver.kind.viable:  # asks the bus; False for whatever goes wrong
            return driver
    raise KeyringMissing


def _system() -> str:
    return sys.platform if sys.platform in _DRIVERS else "linux"


# Imported when first used: together they cost 60 ms, and no system has all of them.


def _secret_service() -> Driver:
    import jeepney  # type: ignore[import-untyped]
    from secretstorage import exceptions

    from wallet.store.secret_service import ClosingKeyring

    return Driver(
        ClosingKeyring,
        locked=(exceptions.LockedException, exceptions.PromptDismissedException),
        broken=(exceptions.SecretStorageException, jeepney.DBusErrorResponse),
    )


def _kwallet() -> Driver:
    from keyring.backends import kwallet

    dbus: Any = getattr(kwallet, "dbus", None)  # absent: then it is not viable either
    return Driver(kwallet.DBusKeyring, broken=(dbus.DBusException,) if dbus else ())


def _credential_manager() -> Driver:
    from keyring.backends import Windows

    types: Any = getattr(Windows, "pywintypes", None)
    return Driver(Windows.WinVaultKeyring, broken=(types.error,) if types else ())


def _keychain() -> Driver:
    from keyring.backends import macOS

    return Driver(macOS.Keyring)


_DRIVERS: dict[str, tuple[Callable[[], Driver], ...]] = {
    "linux": (_secret_service, _kwallet),
    "win32": (_credential_manager,),
    "darwin": (_keychain,),
}
