"""Opening and founding a profile: folder, vault, file, chain; everything before the pump.

Source: product.md, D9; network.md (the port is drawn once per profile).  What may wait for a
person (the keyring, a password's key) happens in worker threads, with frozen arguments.
"""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from msgspec import Struct

from wallet.crypto.sealing import Secret
from wallet.crypto.signing import Signer
from wallet.engine import audit, setup
from wallet.engine.api.commands import CreateWallet
from wallet.engine.ports import Clock, Entropy
from wallet.engine.work import Me
from wallet.model.networks import COMMONS
from wallet.store.keyrings import SystemKeyring
from wallet.store.locks import ByPassword, InKeyring
from wallet.store.opening import open_database
from wallet.store.profile import DATABASE_NAME, Profile
from wallet.store.reader import Reader
from wallet.store.store import Store
from wallet.store.vault import (
    OpenVault,
    create_vault,
    open_vault,
    peek,
    save_emergency_file,
)
from wallet.store.vault_file import VaultKind

FILE, AGENT, NODE = "file", "agent", "node"
PORT = "node.port"
FIRST_PORT, PORTS = 20_000, 40_000
EMERGENCY = "emergency_file"


class OpenProfile(Struct):
    """An open profile; `close` gives the folder free."""

    profile: Profile
    vault: OpenVault
    store: Store
    reader: Reader
    me: Me
    node_seed: bytes
    port: int
    locked_by: str

    def close(self) -> None:
        """Close files and lock; what was not committed is gone."""
        self.reader.close()
        self.store.database.close()
        self.profile.close()


async def create_profile(
    folder: Path, wish: CreateWallet, clock: Clock, dice: Entropy
) -> OpenProfile:
    """Make a wallet in an empty folder and open it.

    The vault comes first and was read back before anything is written under its keys.  A vault
    that a crash left here without a database is opened instead, and its keys are used.

    Raises:
        ProfileInUse, KeyringLocked, KeyringMissing, DiskFull, …: nothing usable was made.
    """
    profile = await asyncio.to_thread(Profile, folder)
    try:
        secrets = {name: Secret(dice.token(32)) for name in (FILE, AGENT, NODE)}
        password = wish.password.reveal().decode() if wish.password else None
        vault = await asyncio.to_thread(_make_vault, folder, secrets, password, dice)
        return _open(profile, vault, clock, dice, found=wish)
    except BaseException:
        profile.close()
        raise


def _make_vault(
    folder: Path, secrets: dict[str, Secret], password: str | None, dice: Entropy
) -> OpenVault:
    """A new vault; or the one a crash left here before its database was made: keys stay keys."""
    if peek(folder) is not VaultKind.EMPTY:
        return open_vault(folder, password=password, keyring=SystemKeyring())
    lock = InKeyring(SystemKeyring()) if password is None else ByPassword(password)
    return create_vault(folder, secrets, lock=lock, dice=dice.token)


async def open_profile(
    folder: Path, password: Secret | None, clock: Clock, dice: Entropy
) -> OpenProfile:
    """Open the profile in this folder.

    Raises:
        WrongPassword, KeyringLocked, ProfileInUse, DamagedFile, …: it stays closed.
    """
    profile = await asyncio.to_thread(Profile, folder)
    try:
        text = password.reveal().decode() if password else None
        vault = await asyncio.to_thread(
            lambda: open_vault(folder, password=text, keyring=SystemKeyring())
        )
        return _open(profile, vault, clock, dice, found=None)
    except BaseException:
        profile.close()
        raise


def _open(
    profile: Profile, vault: OpenVault, clock: Clock, dice: Entropy, found: CreateWallet | None
) -> OpenProfile:
    key = vault.secrets[FILE].reveal()
    signer = Signer(vault.secrets[AGENT].reveal())
    store = Store(open_database(profile.database_path, key))
    try:
        if store.facts.get(setup.ME) is None:
            name = found.name if found else "?"
            contact, picture = (found.contact, found.picture) if found else ("", b"")
            setup.found_wallet(store, signer, COMMONS, name, clock, dice, contact, picture)
        me = setup.load_me(store, signer)
        audit.verify_new(store, me)
        port = _port(store, dice)
    except BaseException:
        store.database.close()
        raise
    return OpenProfile(
        profile=profile,
        vault=vault,
        store=store,
        reader=Reader(profile.database_path, key),
        me=me,
        node_seed=vault.secrets[NODE].reveal(),
        port=port,
        locked_by=vault.body.kind.value,
    )


def _port(store: Store, dice: Entropy) -> int:
    """The profile's UDP port: drawn once, so that partners find us after a restart."""
    known = store.facts.get(PORT)
    if known is not None and is_free(int(known)):
        return int(known)
    port = draw_port(store, dice)
    while not is_free(port):
        port = draw_port(store, dice)
    return port


def is_free(port: int) -> bool:
    """Whether nobody holds this UDP port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


def draw_port(store: Store, dice: Entropy) -> int:
    """Draw another port: the old one is taken."""
    port = FIRST_PORT + int.from_bytes(dice.token(4), "big") % PORTS
    with store.database.transaction():
        store.facts.put(PORT, str(port))
    return port


async def write_emergency_file(
    opened: OpenProfile, path: str, password: Secret, dice: Entropy
) -> None:
    """Save the wrapping key under a password of its own.

    Raises:
        FileThere, DiskFull, …: nothing is left at `path`.
    """
    lock = ByPassword(password.reveal().decode())
    await asyncio.to_thread(
        lambda: save_emergency_file(opened.vault, Path(path), lock, dice=dice.token)
    )


def profile_kind(folder: Path) -> str:
    """What stands in a folder, without any secret: "empty", "keyring" or "password"."""
    kind = peek(folder)
    if not (folder / DATABASE_NAME).exists():
        kind = VaultKind.EMPTY  # at most a vault that was never used
    table: dict[VaultKind, str] = {
        VaultKind.EMPTY: "empty",
        VaultKind.KEYRING: "keyring",
        VaultKind.PASSWORD: "password",
    }
    return table[kind]
