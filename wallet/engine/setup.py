"""Founding a wallet, and knowing oneself again after a start."""

from __future__ import annotations

from wallet.crypto.encoding import bytes_of, decode, encode, text_of
from wallet.crypto.signing import Signer
from wallet.engine.desks import chainbook
from wallet.engine.ports import Clock, Entropy
from wallet.engine.work import Live, Me, Now, Work
from wallet.engine.written import CONTACT_LENGTH, NAME_LENGTH, words
from wallet.model.errors import DamagedFile
from wallet.model.identity import Salt, SignedRoot, found
from wallet.model.networks import Network
from wallet.store.store import Store

ME, NETWORK = "me.root", "me.network"
NAME, CONTACT, PICTURE = "me.name", "me.contact", "me.picture"


def found_wallet(
    store: Store,
    signer: Signer,
    network: Network,
    name: str,
    clock: Clock,
    dice: Entropy,
    contact: str = "",
    picture: bytes = b"",
) -> None:
    """Make account and source chain in an empty store, in one transaction.

    Raises:
        MemoTooLong: name or contact are longer than partners take.
    """
    name, contact = words(name, NAME_LENGTH) or "?", words(contact, CONTACT_LENGTH)
    now = Now(clock.wall_ms(), clock.wall_us(), clock.monotonic_ms())
    root = found(network.id, Salt.of(dice.token(Salt.SIZE)), signer, now.wall)
    me = Me(signer, network.id, root, name, network.unit, contact, picture)
    work = Work(me, store, Live(), dice, now)
    with store.database.transaction():
        store.facts.put(ME, encode(root).decode())
        store.facts.put(NETWORK, encode(network).decode())
        store.facts.put(NAME, name)
        store.facts.put(CONTACT, contact)
        store.facts.put(PICTURE, text_of(picture))
        chainbook.begin_chain(work)
        chainbook.append_entry(work, "identity_link", root)


def load_me(store: Store, signer: Signer) -> Me:
    """Who we are, as the store knows it.

    Raises:
        DamagedFile: the store was founded with another key.
    """
    root_text, network_text = store.facts.get(ME), store.facts.get(NETWORK)
    if root_text is None or network_text is None:
        raise DamagedFile("no account")
    root = decode(root_text.encode(), SignedRoot)
    network = decode(network_text.encode(), Network)
    if root.link.device != signer.agent:
        raise DamagedFile("another device's account")
    return Me(
        signer=signer,
        network=network.id,
        root=root,
        name=store.facts.get(NAME) or "",
        unit=network.unit,
        contact=store.facts.get(CONTACT) or "",
        picture=bytes_of(store.facts.get(PICTURE) or ""),
    )
