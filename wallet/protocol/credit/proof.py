"""Who pledges must be who signed: the check every chit passes on every path.

Source: records.md, *Chit* (*Every chit is verified on every path it can arrive by*).
"""

from __future__ import annotations

from wallet.crypto.encoding import encode
from wallet.crypto.hashing import Hash, digest
from wallet.crypto.ids import NetworkId
from wallet.model.actions import SignedAction, hash_entry
from wallet.model.credit import Agreement, Chit, Party, check_pledge
from wallet.model.errors import InvalidChain, RuleBroken
from wallet.model.identity import Authority
from wallet.protocol.chain.verify import check_signature
from wallet.protocol.countersign.certificate import check_certificate
from wallet.protocol.countersign.preflight import (
    check_response,
    check_shape,
    data_of,
    derive_action,
    session_of,
)
from wallet.protocol.messages.countersigning import ENZYME, Certificate, PaymentEntry, SessionData
from wallet.protocol.messages.tallies import (
    BareProof,
    FinalisedProof,
    ProvenChit,
    SealedProof,
)


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
    if isinstance(given.proof, FinalisedProof):
        check_finalised(given.chit, given.proof, agreement, network)
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
    data = _check_session(chit, proof, agreement, network)
    certificate = Certificate(
        session=data.session, data=digest(data), signatures=proof.signatures, votes=proof.votes
    )
    check_certificate(certificate, proof.preflight, proof.secret.raw, data, network)


def check_finalised(
    chit: Chit, proof: FinalisedProof, agreement: Agreement, network: NetworkId
) -> None:
    """Check that the pledger wrote a session's action about this chit on its chain (R8, F49).

    Raises:
        RuleBroken: another session or pledger, or not the pledger's ordinary signature.
    """
    data = _check_session(chit, proof, agreement, network)
    pledger = agreement.side(chit.by).party.agent
    body = next(one.body for one in data.responses if one.body.agent == pledger)
    action = derive_action(proof.preflight, proof.secret.raw, digest(data), body)
    try:
        check_signature(SignedAction(action=action, signature=proof.signature), network)
    except InvalidChain:
        raise RuleBroken("an action that its author did not sign") from None


def _check_session(
    chit: Chit, proof: SealedProof | FinalisedProof, agreement: Agreement, network: NetworkId
) -> SessionData:
    """Check what is the same in both proofs: a session of these two about this very chit."""
    preflight, entry = proof.preflight, proof.entry
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
    return data_of(session, proof.responses)
