"""Evidence: what proves that a session was completed, or that it never can be.

Source: countersigning.md, *Rules* (table of certificates and abort evidence), R3, R7.
Only signatures decide; silence never does.
"""

from __future__ import annotations

from enum import Enum, auto

from wallet.crypto.encoding import encode
from wallet.crypto.hashing import Hash, digest
from wallet.crypto.ids import NetworkId
from wallet.crypto.signing import BadSignature, Label, Signature, verify
from wallet.model.actions import Create, commit_to, hash_action, hash_entry
from wallet.model.errors import RuleBroken
from wallet.protocol.countersign.preflight import check_promise, derive_action
from wallet.protocol.countersign.votes import check_vote, count
from wallet.protocol.messages.countersigning import (
    COMMIT,
    Certificate,
    ParkEntry,
    Preflight,
    Response,
    SessionData,
    SlotEvidence,
)


class Slot(Enum):
    """What stands at a signer's promised place."""

    FINALISED = auto()  # its session action: it is bound
    STOPPED = auto()  # a park with stop: it will never finalise
    PARKED = auto()  # a park without stop: nothing follows from it
    OTHER = auto()  # an ordinary action: it can never finalise without a fork


def check_certificate(
    certificate: Certificate,
    preflight: Preflight,
    secret: bytes,
    data: SessionData,
    network: NetworkId,
) -> None:
    """Check every signature of a commit certificate, and in mode Q the votes (F15, F16, F51).

    `secret` is k.

    Raises:
        RuleBroken: of another session or session data, a signature missing, extra or swapped, or
            too few commit votes.
    """
    fixed = digest(data)
    if certificate.session != data.session or certificate.data != fixed:
        raise RuleBroken("a certificate of another session")
    if len(certificate.signatures) != len(preflight.signers):
        raise RuleBroken("a certificate needs one signature for each signer")
    others = others_of(preflight, certificate.signatures)
    for response, signature in zip(data.responses, certificate.signatures, strict=True):
        action = derive_action(preflight, secret, fixed, response.body, others)
        check_either(action, signature, network)
    _check_votes(certificate, preflight, network)


def others_of(preflight: Preflight, signatures: tuple[Signature, ...]) -> tuple[Signature, ...]:
    """The session signatures that an enzyme signs over: all but its own, in order."""
    return tuple(
        signature
        for agent, signature in zip(preflight.agents, signatures, strict=True)
        if agent != preflight.enzyme
    )


def _check_votes(certificate: Certificate, preflight: Preflight, network: NetworkId) -> None:
    if preflight.mode != "Q":
        if certificate.votes:
            raise RuleBroken("votes where nobody votes")
        return
    for vote in certificate.votes:
        check_vote(vote, preflight, certificate.session, network)
    if count(certificate.votes, COMMIT, certificate.data) < preflight.needed:
        raise RuleBroken("too few commit votes")


def check_either(action: Create, signature: Signature, network: NetworkId) -> None:
    """Check a session signature; a finalised action of its signer counts as one.

    Raises:
        RuleBroken: it is neither.
    """
    # countersigning.md, *Data*: the same bytes under another label.
    try:
        check_promise(action, signature, network)
    except RuleBroken:
        try:
            verify(action.author, Label.ACTION, network, hash_action(action).core, signature)
        except BadSignature:
            raise RuleBroken("a certificate with a wrong signature") from None


def judge_slot(
    evidence: SlotEvidence,
    response: Response,
    derived: Create | None,
    session: Hash,
    network: NetworkId,
) -> Slot:
    """Say what an action at a signer's promised place means.

    `derived` is the signer's session action, None while it is not known: before the session data,
    and an enzyme's always, for it depends on signatures that we may not have.

    Raises:
        RuleBroken: not its author's, not that place, or a wrong signature.
    """
    action = evidence.action.action
    body = response.body
    if action.author != body.agent or action.seq != body.seq:
        raise RuleBroken("evidence about another place")
    try:
        verify(
            body.agent, Label.ACTION, network, hash_action(action).core, evidence.action.signature
        )
    except BadSignature:
        raise RuleBroken("evidence with a wrong signature") from None
    if derived is not None and action == derived:
        return Slot.FINALISED
    if evidence.park is None:
        if derived is None:
            raise RuleBroken("evidence that cannot be told from the session action")
        return Slot.OTHER
    check_park(evidence, session)
    return Slot.STOPPED if evidence.park.stop else Slot.PARKED


def check_park(evidence: SlotEvidence, session: Hash) -> None:
    """Check that the action shown is a park of this session.

    Raises:
        RuleBroken: it is something else, or a park of another session.
    """
    park, salt, action = evidence.park, evidence.salt, evidence.action.action
    if park is None or salt is None or not isinstance(action, Create):
        raise RuleBroken("a park is shown with its salt and entry")
    if park.session != session or action.commitment != _commitment(park, salt.raw):
        raise RuleBroken("a park of another session")


def _commitment(park: ParkEntry, salt: bytes) -> Hash:
    return commit_to(hash_entry(encode(park)), salt)
