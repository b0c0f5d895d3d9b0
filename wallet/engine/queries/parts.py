"""The few fields of stored records that views need, read without the rest.

The rows were written by ourselves from checked records, so reading is not checked again: a list
of two hundred tallies must not verify two hundred agreements.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import msgspec

P = TypeVar("P", bound=msgspec.Struct)


class TermsPart(msgspec.Struct, frozen=True):
    """What one side grants."""

    limit: int
    call: int = 30


class PartyPart(msgspec.Struct, frozen=True):
    """Who one side says it is."""

    name: str
    contact: str = ""


class SidePart(msgspec.Struct, frozen=True):
    """One half of an agreement."""

    party: PartyPart
    terms: TermsPart


class AgreementPart(msgspec.Struct, frozen=True):
    """A tally as both sign it."""

    revision: int
    date: int
    agree: str
    unit: str
    stock: SidePart
    foil: SidePart
    memo: str = ""
    signing: msgspec.Raw = msgspec.Raw()  # who decides: read by the one view that shows it

    def side(self, half: str) -> SidePart:
        """The side that holds this half."""
        return self.stock if half == "stock" else self.foil


class TallyPart(msgspec.Struct, frozen=True):
    """What decides about a tally."""

    half: str
    revision: int = 0
    mine: bool = False
    reason: str = ""
    standing: str | None = None
    amending: str | None = None
    session: str | None = None
    doubt: bool = False


class BooksPart(msgspec.Struct, frozen=True):
    """Where our half of the tally chain stands."""

    tally: str
    hash: str | None = None
    confirmed: int = 0


class PaymentPart(msgspec.Struct, frozen=True):
    """Why a chit stands where it stands."""

    reason: str = ""
    blamed: str | None = None


class ChitPart(msgspec.Struct, frozen=True):
    """A chit."""

    tally: str
    uuid: str
    units: int
    memo: str = ""


class DevicePart(msgspec.Struct, frozen=True):
    """The device that an account's root names."""

    device: str


class RootPart(msgspec.Struct, frozen=True):
    """An account's root."""

    link: DevicePart


class PaperPartyPart(msgspec.Struct, frozen=True):
    """One who signs a paper."""

    name: str
    root: RootPart


class EntryPart(msgspec.Struct, frozen=True):
    """What a session is for: chits, an agreement, or a paper."""

    chits: tuple[ChitPart, ...] = ()
    agreement: AgreementPart | None = None
    contract: str = ""
    title: str = ""
    text: str = ""
    parties: tuple[PaperPartyPart, ...] = ()


class SeatPart(msgspec.Struct, frozen=True):
    """One signer and what it is in the session."""

    agent: str
    role: str


class PreflightPart(msgspec.Struct, frozen=True):
    """A session's terms."""

    end: int
    signers: tuple[SeatPart, ...] = ()
    mode: str = "P"
    enzyme: str | None = None
    witnesses: tuple[str, ...] = ()
    needed: int = 0


class VotePart(msgspec.Struct, frozen=True):
    """What a witness says."""

    verdict: str


class SignedVotePart(msgspec.Struct, frozen=True):
    """A witness's vote."""

    witness: str
    body: VotePart


def read_part(data: bytes, kind: type[P]) -> P:
    """Read the fields `kind` names from a record of ours."""
    part: P = _decoder_of(kind).decode(data)
    return part


@cache
def _decoder_of(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)
