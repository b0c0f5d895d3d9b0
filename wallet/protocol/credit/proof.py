"""Who pledges must be who signed: the check every chit passes on every path.

Source: records.md, *Chit* (*Every chit is verified on every path it can arrive by*).
"""

from __future__ import annotations

from wallet.crypto.encoding import encode
from wallet.crypto.hashing import Hash, digest
from wallet.crypto.ids import NetworkId
from wallet.model.actions import hash_entry
from wallet.model.credit import Agreement, Chit, Party, check_pledge
from wallet.model.errors import RuleBroken
from wallet.model.identity import Authority
from wallet.protocol.countersign.certificate import check_certificate
from wallet.protocol.countersign.preflight import (
    check_response,
    check_shape,
    data_of,
    session_of,
)
from wallet.protocol.messages.countersigning import ENZYME, Certificate, PaymentEntry
from wallet.protocol.messages.tallies import BareProof, ProvenChit, SealedProof


def check_chit(chit: Chit, tally: Hash) -> None:
    """Check that the chit is of the tally with this block 0, whatever its terms are now.

    Raises:
        RuleBroken: of another one.
    """
    if chit.tally != tally:
        raise RuleBroken("a chit of another tally")


def check_proven(given: ProvenChit, tally: Hash, agreement: Agreement, network: NetworkId) -> None:
    """Check chit and proof against the tally's block 0 and the agreement's parties.

    Raises:
        RuleBroken: another tally, another pledger, or a proof that does not hold.
    """
    check_chit(given.chit, tally)
    party = agreement.side(given.chit.by).party
    if isinstance(given.proof, BareProof):
        check_pledge(given.chit, given.proof.pledge, party, network)
        return
    _check_sealed(given.chit, given.proof, agreement, network)


def check_batch(entry: PaymentEntry) -> None:
    """Check that payments which stand or fall together are of one tally and one pledger.

    Raises:
        RuleBroken: they are not, or one uuid stands twice.
    """
    first = entry.chits[0]
    if any((chit.tally, chit.by) != (first.tally, first.by) for chit in entry.chits):
        raise RuleBroken("payments of two tallies or pledgers in one session")
    if len({chit.uuid for chit in entry.chits}) != len(entry.chits):
        raise RuleBroken("one chit twice in a session")


def check_authorities(
    authorities: tuple[Authority, ...], agents: tuple[str, ...], parties: tuple[Party, ...]
) -> None:
    """Check that each signer acts for its own party.

    Raises:
        RuleBroken: one does not.
    """
    if len(authorities) != len(agents):
        raise RuleBroken("an authority for each signer")
    known = {party.agent: party.account for party in parties}
    for authority, agent in zip(authorities, agents, strict=True):
        if authority.agent != agent or known.get(authority.agent) != authority.account:
            raise RuleBroken("a signer without authority")


def _check_sealed(chit: Chit, proof: SealedProof, agreement: Agreement, network: NetworkId) -> None:
    preflight = proof.preflight
    entry = proof.entry
    if not isinstance(entry, PaymentEntry) or chit not in entry.chits:
        raise RuleBroken("a certificate of another chit")
    if preflight.network != network or hash_entry(encode(entry)) != preflight.entry:
        raise RuleBroken("a certificate of another entry")
    check_shape(preflight, network, 0)
    agents = preflight.agents
    signers = tuple(seat.agent for seat in preflight.signers if seat.role != ENZYME)
    parties = (agreement.stock.party, agreement.foil.party)
    if set(signers) != {party.agent for party in parties} or len(signers) != len(parties):
        raise RuleBroken("a certificate of other signers")
    check_authorities(entry.authorities, signers, parties)
    session = session_of(preflight)
    if len(proof.responses) != len(agents):
        raise RuleBroken("a response for each signer")
    for response, agent in zip(proof.responses, agents, strict=True):
        check_response(response, session, agent, network)
    data = data_of(session, proof.responses)
    certificate = Certificate(
        session=session, data=digest(data), signatures=proof.signatures, votes=proof.votes
    )
    check_certificate(certificate, preflight, proof.secret.raw, data, network)
