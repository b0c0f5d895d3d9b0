"""Who decides or votes for others: the card by which it is known, and the offer to do it.

Source: countersigning.md, *Modes*; records.md, *Links and QR codes* (kind `card`).
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from wallet.crypto.ids import NetworkId
from wallet.model.credit import WitnessCard
from wallet.model.record import Record


class ServiceCard(Record, frozen=True):
    """A witness's card as a link: who it is, and what it does for whoever asks."""

    version: Literal[1]
    card: WitnessCard
    decides: bool  # signs last (mode E)
    votes: bool  # is one of several (mode Q)
    network: NetworkId | None = None  # None: the usual one


class WitnessOffer(Record, frozen=True):
    """The sender decides or votes for the receiver, if that wants it; both false: no more."""

    KIND = "witness-offer"
    card: WitnessCard
    decides: bool
    votes: bool
    number: Annotated[int, msgspec.Meta(ge=0)]  # a later one wins
