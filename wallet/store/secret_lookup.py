"""One quick look into the Secret Service, for the start of the program.

The `keyring` library takes 50 ms of the processor to be imported and to ask the bus fourteen
questions, more than half of it for cases that a start does not meet. Here only the usual case is
answered: one entry in the default collection, unlocked. Whatever else there is, the library is
asked afterwards: it unlocks, shows dialogs, and knows what went wrong.

Source: keyring 25.7, `backends/SecretService.py` (where the entry lies); secretstorage 3.5,
`item.py` (how the secret is encrypted on the bus).
"""

from __future__ import annotations

import logging
from contextlib import closing

import jeepney  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from jeepney.io.blocking import DBusConnection  # type: ignore[import-untyped]
from secretstorage import SecretStorageException, dbus_init
from secretstorage.collection import COLLECTION_IFACE, DEFAULT_COLLECTION
from secretstorage.item import ITEM_IFACE
from secretstorage.util import DBusAddressWrapper, open_session

_log = logging.getLogger("wallet.keyring")
# What a bus, a service or an entry that is not as usual ends with.
_UNUSUAL = (SecretStorageException, jeepney.DBusErrorResponse, OSError, ValueError)


def look_up(service: str, user: str) -> str | None:
    """Return the text of this entry; None: it is not there, or this was no usual case.

    Opens no dialog. Blocks as long as the service takes.
    """
    try:
        with closing(dbus_init()) as bus:
            return _look_up(bus, {"service": service, "username": user})
    except _UNUSUAL as error:
        _log.info("the quick look found nothing: %s", type(error).__name__)
        return None


def _look_up(bus: DBusConnection, attributes: dict[str, str]) -> str | None:
    collection = DBusAddressWrapper(DEFAULT_COLLECTION, COLLECTION_IFACE, bus)
    (paths,) = collection.call("SearchItems", "a{ss}", attributes)
    if len(paths) != 1:
        return None
    item = DBusAddressWrapper(paths[0], ITEM_IFACE, bus)
    session = open_session(bus)
    if session.aes_key is None:  # the service cannot encrypt
        return None
    # A locked entry is refused with an error, without a dialog.
    ((_, start, secret, _),) = item.call("GetSecret", "o", session.object_path)
    # Without a backend named: the library's way imports all of OpenSSL's wrapping, 10 ms.
    opener = Cipher(algorithms.AES(session.aes_key), modes.CBC(bytes(start))).decryptor()
    padded = opener.update(bytes(secret)) + opener.finalize()
    return padded[: -padded[-1]].decode("utf-8")
