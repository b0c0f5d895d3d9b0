"""Votes of witnesses: how they are made and checked, and what so many of them prove.

Source: countersigning.md, *Rules* (mode Q) and message 6.  One witness casts one vote a session;
two different ones are proof against it.
"""

from __future__ import annotations

from wallet.crypto.hashing import Hash, digest
from wallet.crypto.ids import NetworkId
from wallet.crypto.signing import BadSignature, Label, Signature, Signer, verify
from wallet.model.errors import RuleBroken
from wallet.model.record import Record
from wallet.protocol.messages.countersigning import (
    ABORT,
    COMMIT,
    AbortCertificate,
    Preflight,
    Signatures,
    SignedVote,
    Verdict,
    VoteBody,
)


class SignatureSet(Record, frozen=True):
    """All session signatures of one session, in order: what a commit vote stands on."""

    signatures: Signatures


def set_of(signatures: tuple[Signature, ...]) -> Hash:
    """The hash of a whole set of session signatures."""
    return digest(SignatureSet(signatures=signatures))


def cast(body: VoteBody, me: Signer, network: NetworkId) -> SignedVote:
    """Sign our vote (label ``vote``)."""
    signature = me.sign(Label.VOTE, network, digest(body).raw)
    return SignedVote(witness=me.agent, body=body, signature=signature)


def check_vote(vote: SignedVote, preflight: Preflight, session: Hash, network: NetworkId) -> None:
    """Check that a witness of this session cast this vote.

    Raises:
        RuleBroken: about another session, by somebody else, without what it stands on, or a wrong
            signature.
    """
    body = vote.body
    if body.session != session or vote.witness not in preflight.witnesses:
        raise RuleBroken("a vote about another session, or by nobody's witness")
    stands_on = [one for one in (body.data, body.set) if one is not None]
    if len(stands_on) != (2 if body.verdict == COMMIT else 0):
        raise RuleBroken("a vote that does not say what it stands on")
    try:
        verify(vote.witness, Label.VOTE, network, digest(body).raw, vote.signature)
    except BadSignature:
        raise RuleBroken("a vote with a wrong signature") from None


def count(votes: tuple[SignedVote, ...], verdict: Verdict, data: Hash | None) -> int:
    """How many different witnesses said so; commits count for this session data only."""
    return len(
        {
            vote.witness
            for vote in votes
            if vote.body.verdict == verdict and (verdict == ABORT or vote.body.data == data)
        }
    )


def aborts_needed(preflight: Preflight) -> int:
    """So many abort votes leave too few witnesses for a commit: N − M + 1."""
    return len(preflight.witnesses) - preflight.needed + 1


def check_abort(
    certificate: AbortCertificate, preflight: Preflight, session: Hash, network: NetworkId
) -> None:
    """Check that no commit can come any more.

    Raises:
        RuleBroken: of another session, or too few valid abort votes.
    """
    if preflight.mode != "Q" or certificate.session != session:
        raise RuleBroken("an abort certificate of another session")
    for vote in certificate.votes:
        check_vote(vote, preflight, session, network)
    if count(certificate.votes, ABORT, None) < aborts_needed(preflight):
        raise RuleBroken("too few abort votes")


def contradict(one: SignedVote, other: SignedVote) -> bool:
    """Whether two votes of one witness about one session prove that it told two stories (F30)."""
    same = one.witness == other.witness and one.body.session == other.body.session
    verdicts = one.body.verdict != other.body.verdict or one.body.data != other.body.data
    return same and verdicts
