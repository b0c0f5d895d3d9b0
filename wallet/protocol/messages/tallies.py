"""Messages about tallies: offers, their answers, and chits on their way into the tally chain.

Source: credit.md, *Tally* and *Consensus*.  An offer that answers an invitation names it; the
code itself was proven in the link's handshake.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from wallet.crypto.hashing import Hash
from wallet.crypto.signing import Signature
from wallet.model.credit import Agreement, Chit, Half, Party, Pledge, Terms
from wallet.model.identity import Salt
from wallet.model.limits import CONSENSUS_PAGE
from wallet.model.network import NodeAddress
from wallet.model.record import Record
from wallet.protocol.messages.countersigning import (
    Preflight,
    Response,
    Salt32,
    SessionEntry,
    Votes,
)

Index = Annotated[int, msgspec.Meta(ge=0)]
Words = Annotated[str, msgspec.Meta(max_length=200)]


class ProposedTerms(Record, frozen=True):
    """Other terms than the invitation's; the half is the invitee's."""

    half: Half
    mine: Terms
    theirs: Terms


class Ticket(Record, frozen=True):
    """The answer to an invitation: who I am, and the terms I agree to (the offered ones if none).

    The sender proved the invitation's code in the handshake of the link this comes by.
    """

    KIND = "ticket"
    invitation: Hash
    tally: Salt  # the uuid the new tally gets: the invitee's choice, so that a repeat is one tally
    party: Party
    address: NodeAddress
    terms: ProposedTerms | None = None
    picture: Annotated[str, msgspec.Meta(max_length=90_000)] = ""  # base64url of PNG or JPEG


class TallyDraft(Record, frozen=True):
    """The inviter's answer to a ticket: the agreement as both may sign it; not signed yet."""

    KIND = "tally-draft"
    agreement: Agreement
    contract: Annotated[str, msgspec.Meta(max_length=16_384)] = ""
    picture: Annotated[str, msgspec.Meta(max_length=90_000)] = ""


class TallyOffer(Record, frozen=True):
    """A signed offer: for a draft, or a counter-offer."""

    KIND = "tally-offer"
    agreement: Agreement
    signature: Signature


class TallyRefusal(Record, frozen=True):
    """The offer of this digest is refused."""

    KIND = "tally-refusal"
    uuid: Salt
    digest: Hash
    reason: Words = ""


class TallyWithdrawal(Record, frozen=True):
    """The offer of this digest is withdrawn by the one who made it."""

    KIND = "tally-withdrawal"
    uuid: Salt
    digest: Hash


class Receiving(Record, frozen=True):
    """Whether a person looks at incoming payments on this tally: the payer allows more time."""

    KIND = "receiving"
    tally: Hash
    asks: bool
    number: Index  # a later one wins


class AddressNote(Record, frozen=True):
    """Where the sender's wallet can be reached now."""

    KIND = "address"
    address: NodeAddress
    issued: Annotated[int, msgspec.Meta(ge=0)]


# Proofs of a chit ---------------------------------------------------------------


class SealedProof(Record, frozen=True, tag_field="proof", tag="sealed"):
    """The certificate of a session whose entry is the chit, whole enough to stand alone."""

    preflight: Preflight
    secret: Salt32
    entry: SessionEntry
    responses: Annotated[tuple[Response, ...], msgspec.Meta(min_length=2, max_length=8)]
    signatures: Annotated[tuple[Signature, ...], msgspec.Meta(min_length=2, max_length=8)]
    votes: Votes = ()


class BareProof(Record, frozen=True, tag_field="proof", tag="bare"):
    """The pledger's own signature."""

    pledge: Pledge


class FinalisedProof(Record, frozen=True, tag_field="proof", tag="finalised"):
    """The pledger's session action with its ordinary signature: it is bound, whoever else is not.

    It stands alone like the certificate, and needs nobody's signature but the pledger's.
    """

    preflight: Preflight
    secret: Salt32
    entry: SessionEntry
    responses: Annotated[tuple[Response, ...], msgspec.Meta(min_length=2, max_length=8)]
    signature: Signature  # label action


class ProvenChit(Record, frozen=True):
    """A chit with one proof."""

    chit: Chit
    proof: SealedProof | BareProof | FinalisedProof


# Consensus -------------------------------------------------------------------------


class ChainNew(Record, frozen=True):
    """The sender's half now holds this chit at this index, with this hash."""

    KIND = "chain-new"
    tally: Hash
    chit: Hash
    index: Index
    hash: Hash


class ChainAck(Record, frozen=True):
    """The sender's half holds the same up to this index."""

    KIND = "chain-ack"
    tally: Hash
    index: Index
    hash: Hash


class ChainCheck(Record, frozen=True):
    """Where the sender's half stands, sent when a link comes up; `round` makes each a new one."""

    KIND = "chain-check"
    tally: Hash
    confirmed: Index
    index: Index
    hash: Hash
    net: int  # milli-units from the sender's view
    round: Index


class CopyQuery(Record, frozen=True):
    """Where does your half stand?  A person wants to see both; `number` comes back."""

    KIND = "copy-query"
    tally: Hash
    number: Index


class CopyShown(Record, frozen=True):
    """Where the sender's half stands, for a person to compare; moves nothing."""

    KIND = "copy-shown"
    tally: Hash
    number: Index  # of the query
    confirmed: Index
    index: Index
    hash: Hash
    net: int  # milli-units from the sender's view


class ChainRequest(Record, frozen=True):
    """Send me your half from this index on."""

    KIND = "chain-request"
    tally: Hash
    first: Annotated[int, msgspec.Meta(ge=1)]
    round: Index


class ChainUpdate(Record, frozen=True):
    """The sender's chits from index `first` on, in its order; `end` is its last index.

    From the stock with `strays`: chits that have no place yet.
    """

    KIND = "chain-update"
    tally: Hash
    first: Annotated[int, msgspec.Meta(ge=1)]
    end: Index
    chits: Annotated[tuple[ProvenChit, ...], msgspec.Meta(max_length=CONSENSUS_PAGE)]
    round: Index
    strays: bool = False
