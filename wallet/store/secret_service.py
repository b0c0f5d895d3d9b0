"""The library's Secret Service backend, which also lets go of the bus when it fails.

Source: keyring 25.7, `backends/SecretService.py`: there a locked or absent collection leaves the
connection open, and a person who tries again and again would collect them.
"""

from __future__ import annotations

from keyring.backends.SecretService import Keyring
from keyring.errors import InitError, KeyringLocked
from secretstorage import Collection, dbus_init, exceptions, get_default_collection


class ClosingKeyring(Keyring):
    """The default collection of the Secret Service."""

    def get_preferred_collection(self) -> Collection:
        """Return the default collection, unlocked; it closes its connection with itself.

        Raises the library's `InitError` and `KeyringLocked`.
        """
        try:
            bus = dbus_init()
        except exceptions.SecretStorageException as error:
            raise InitError(str(error)) from error
        try:
            collection = get_default_collection(bus)
            if collection.is_locked():
                collection.unlock()  # may show a dialog
            if collection.is_locked():
                raise KeyringLocked("the person did not unlock it")
        except BaseException:
            bus.close()
            raise
        return collection
