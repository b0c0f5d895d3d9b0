"""A witness's card as a link that one can paste, send, or keep in a file.

Source: records.md, *Links and QR codes*: reading is strict, and contacts nobody.
"""

from __future__ import annotations

from wallet.crypto.encoding import NotCanonical, bytes_of, decode, encode, text_of
from wallet.model.errors import LinkDamaged
from wallet.model.limits import LINK_READ_BYTES
from wallet.protocol.identity.invitation import SCHEME
from wallet.protocol.messages.witnesses import ServiceCard

_HEAD = f"{SCHEME}:card?"


def write_card(one: ServiceCard) -> str:
    """The card as a link."""
    return _HEAD + text_of(encode(one))


def read_card(text: str) -> ServiceCard:
    """Read a card's link.

    Raises:
        LinkDamaged: not a card, or damaged.
    """
    text = text.strip()
    if len(text) > LINK_READ_BYTES or not text.lower().startswith(_HEAD):
        raise LinkDamaged(text[:300])
    try:
        return decode(bytes_of(text[len(_HEAD) :]), ServiceCard)
    except (NotCanonical, ValueError):
        raise LinkDamaged(text[:300]) from None
