"""Agreements and chits: what two partners sign about their credit.

Source: records.md, *Tally* and *Chit*; the words are MyCHIPs'.  Amounts are whole milli-units,
rates parts per million, times milliseconds UTC.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from wallet.crypto.hashing import Hash, digest
from wallet.crypto.ids import AgentId, NetworkId
from wallet.crypto.signing import BadSignature, Label, Signature, Signer, verify
from wallet.model.errors import RuleBroken
from wallet.model.identity import Authority, Salt, SignedRoot, check_root
from wallet.model.instants import LATEST_MS
from wallet.model.limits import MAX_AMOUNT, MAX_WITNESSES, MEMO_LENGTH
from wallet.model.network import NodeAddress
from wallet.model.record import Record

Half = Literal["stock", "foil"]
Units = Annotated[int, msgspec.Meta(ge=1, le=MAX_AMOUNT)]
Limit = Annotated[int, msgspec.Meta(ge=0, le=MAX_AMOUNT)]
Rate = Annotated[int, msgspec.Meta(ge=-1_000_000, le=1_000_000)]
Millis = Annotated[int, msgspec.Meta(ge=0, le=LATEST_MS)]
Memo = Annotated[str, msgspec.Meta(max_length=MEMO_LENGTH)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]

MAX_REVISION = 10_000  # of an agreement: more is no negotiation
STOCK: Half = "stock"
FOIL: Half = "foil"


def other_half(half: Half) -> Half:
    """The half that the other side holds."""
    return FOIL if half == STOCK else STOCK


class Party(Record, frozen=True):
    """What one side disclosed of itself, with the proof that its agent acts for its account."""

    root: SignedRoot
    name: Name
    salt: Salt  # fresh for every agreement: a chit of one tally can never count on another
    contact: Annotated[str, msgspec.Meta(max_length=200)] = ""

    @property
    def account(self) -> Hash:
        """The legal party."""
        return self.root.account

    @property
    def agent(self) -> AgentId:
        """The keeper: the device whose source chain carries the tally."""
        return self.root.link.device


class Terms(Record, frozen=True):
    """What this side grants the other: credit, days of notice, interest by default (ppm/year)."""

    limit: Limit
    call: Annotated[int, msgspec.Meta(ge=0, le=3660)] = 30
    defint: Rate = 0


class Side(Record, frozen=True):
    """One half of an agreement: whose it is and what they grant."""

    party: Party
    terms: Terms


Mode = Literal["P", "E", "Q"]


class WitnessCard(Record, frozen=True):
    """Somebody who decides or votes for others: its agent, its name, where it is reached."""

    agent: AgentId
    name: Name
    address: NodeAddress


class Signing(Record, frozen=True):
    """Who decides when the line breaks in the middle of a session (countersigning.md, *Rules*).

    P: the two alone.  E: the one witness named is the enzyme and signs last.  Q: at least
    `needed` of the witnesses vote; the first of them collects.
    """

    mode: Mode = "P"
    witnesses: Annotated[tuple[WitnessCard, ...], msgspec.Meta(max_length=MAX_WITNESSES)] = ()
    needed: Annotated[int, msgspec.Meta(ge=0, le=MAX_WITNESSES)] = 0

    @property
    def agents(self) -> tuple[AgentId, ...]:
        """The witnesses' agents, in order."""
        return tuple(one.agent for one in self.witnesses)


ALONE = Signing()
"""Mode P: nobody but the two."""


class Agreement(Record, frozen=True):
    """A tally as both sign it; its digest is block 0 of the tally chain."""

    version: Literal[1]
    revision: Annotated[int, msgspec.Meta(ge=1, le=MAX_REVISION)]
    uuid: Salt
    network: NetworkId
    date: Millis
    agree: Hash  # of the contract's text
    unit: Annotated[str, msgspec.Meta(max_length=20)]
    stock: Side
    foil: Side
    memo: Memo = ""
    signing: Signing = ALONE

    def side(self, half: Half) -> Side:
        """The side that holds this half."""
        return self.stock if half == STOCK else self.foil


class Chit(Record, frozen=True):
    """One entry on a tally; its digest is the hash of exactly this."""

    tally: Hash  # digest of block 0
    uuid: Salt
    by: Half  # who pledges
    type: Literal["tran"]
    date: Millis
    units: Units
    memo: Memo = ""
    ref: Annotated[str, msgspec.Meta(max_length=4096)] = ""


class Pledge(Record, frozen=True):
    """A bare proof: the pledger's own signature over chit and authority."""

    authority: Authority
    signature: Signature


class PledgeBody(Record, frozen=True):
    """What a bare pledge signs."""

    chit: Hash
    authority: Authority


class ChainLink(Record, frozen=True):
    """Link i of a tally chain: which chit, behind which link.  Proofs are not part of it."""

    chit: Hash
    index: Annotated[int, msgspec.Meta(ge=1)]
    prior: Hash


def hash_link(chit: Hash, index: int, prior: Hash) -> Hash:
    """The hash of a tally chain's link; the prior of link 1 is the agreement's digest."""
    return digest(ChainLink(chit=chit, index=index, prior=prior))


def check_agreement(agreement: Agreement, network: NetworkId) -> None:
    """Check what no machine has to ask: network, two different parties, both roots.

    Raises:
        RuleBroken: something is wrong with it.
    """
    if agreement.network != network:
        raise RuleBroken("an agreement of another network")
    stock, foil = agreement.stock.party, agreement.foil.party
    if stock.account == foil.account or stock.agent == foil.agent or stock.salt == foil.salt:
        raise RuleBroken("an agreement needs two parties")
    check_root(stock.root, network)
    check_root(foil.root, network)
    check_signing(agreement.signing, (stock.agent, foil.agent))


def check_amendment(agreement: Agreement, standing: Agreement) -> None:
    """Check that an agreement changes only what an amendment may: dates, words, terms, who decides.

    Raises:
        RuleBroken: another tally, unit, party or half, or not the next revision.
    """
    kept = (agreement.version, agreement.uuid, agreement.network, agreement.unit)
    if kept != (standing.version, standing.uuid, standing.network, standing.unit):
        raise RuleBroken("an amendment of another tally")
    for half in (STOCK, FOIL):
        if agreement.side(half).party != standing.side(half).party:
            raise RuleBroken("an amendment with other parties")
    if agreement.revision != standing.revision + 1:
        raise RuleBroken("an amendment that is not the next revision")
    check_signing(agreement.signing, (agreement.stock.party.agent, agreement.foil.party.agent))


def check_signing(signing: Signing, signers: tuple[AgentId, ...]) -> None:
    """Check that a mode has the witnesses it needs (countersigning.md, *Data*; F34).

    Raises:
        RuleBroken: a witness twice or among the signers, or a number of votes that cannot decide.
    """
    agents = signing.agents
    if len({*agents, *signers}) != len(agents) + len(signers):
        raise RuleBroken("who decides must not be one of those who sign, nor be named twice")
    fits = {
        "P": not agents and not signing.needed,
        "E": len(agents) == 1 and not signing.needed,
        "Q": len(agents) >= 1 and len(agents) < 2 * signing.needed <= 2 * len(agents),
    }
    if not fits[signing.mode]:
        raise RuleBroken("witnesses and votes do not fit the mode")


def sign_agreement(agreement: Agreement, signer: Signer) -> Signature:
    """Sign an offer of this agreement (label ``tally``)."""
    return signer.sign(Label.TALLY, agreement.network, digest(agreement).raw)


def check_offer(agreement: Agreement, half: Half, signature: Signature) -> None:
    """Check that the holder of `half` signed this very agreement.

    Raises:
        RuleBroken: it did not.
    """
    agent = agreement.side(half).party.agent
    try:
        verify(agent, Label.TALLY, agreement.network, digest(agreement).raw, signature)
    except BadSignature:
        raise RuleBroken("the offer is not signed by its author") from None


def pledge(chit: Chit, authority: Authority, signer: Signer, network: NetworkId) -> Pledge:
    """Sign a chit bare: binding from the moment it is handed to anyone (records.md, *Chit*)."""
    body = PledgeBody(chit=digest(chit), authority=authority)
    return Pledge(authority=authority, signature=signer.sign(Label.CHIT, network, digest(body).raw))


def check_pledge(chit: Chit, given: Pledge, party: Party, network: NetworkId) -> None:
    """Check that the party that `chit.by` names pledged this very chit.

    Raises:
        RuleBroken: another account or device signed, or the signature is wrong.
    """
    authority = given.authority
    if authority.account != party.account or authority.agent != party.agent:
        raise RuleBroken("who pledges must be who signs")
    body = PledgeBody(chit=digest(chit), authority=authority)
    try:
        verify(authority.agent, Label.CHIT, network, digest(body).raw, given.signature)
    except BadSignature:
        raise RuleBroken("the pledge's signature is wrong") from None
