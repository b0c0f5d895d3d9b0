"""A signer's side of a vote (mode Q): bring signatures to witnesses, collect what they decide.

Source: countersigning.md, *Rules* (mode Q) and messages 5–7.  Signatures go to the first witness,
which collects; in doubt each signer asks every witness itself.
"""

from __future__ import annotations

from wallet.crypto.ids import AgentId
from wallet.engine.desks import helping
from wallet.engine.desks.slots import evidence_at
from wallet.engine.work import Work
from wallet.model.limits import WALK_MOST
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.countersign.votes import aborts_needed, count
from wallet.protocol.messages.countersigning import (
    ABORT,
    COMMIT,
    AbortCertificate,
    SessionData,
    Signed,
    VoteRequest,
    Walk,
)
from wallet.store.sessions import SessionFile

_SLOT = "slot:"
"""Fact: the last place of our chain that this witness was asked about."""


def data_of(one: SessionFile) -> SessionData:
    """The session data, once all responses are there."""
    responses = tuple(one.responses[agent] for agent in one.record.signers)
    return rules.data_of(one.record.session, responses)


def has_certificate(work: Work, one: SessionFile) -> bool:
    """Whether all signatures and enough commit votes are here."""
    if not one.is_signed_by_all:
        return False
    votes = work.store.witnessing.list_votes(one.record.session)
    return count(votes, COMMIT, one.data) >= one.preflight.needed


def abort_of(work: Work, one: SessionFile) -> AbortCertificate | None:
    """The abort certificate, if enough witnesses voted so."""
    votes = tuple(
        vote
        for vote in work.store.witnessing.list_votes(one.record.session)
        if vote.body.verdict == ABORT
    )
    needed = aborts_needed(one.preflight)
    if count(votes, ABORT, None) < needed:
        return None
    return AbortCertificate(session=one.record.session, votes=votes[:needed])


def bring_signature(work: Work, one: SessionFile) -> None:
    """Bring our session signature to the witness who collects."""
    for agent in one.preflight.witnesses:
        known = work.store.facts.get(_SLOT + agent)
        if agent == one.preflight.collector:
            _request(work, one, agent, 0, None if known is None else int(known))
        seq = one.responses[work.me.agent].body.seq
        work.store.facts.put(_SLOT + agent, str(seq))


def ask_for_votes(work: Work, one: SessionFile, attempt: int) -> None:
    """In doubt: bring what we have to every witness, and ask for its vote."""
    if one.record.mode != "Q":
        return
    work.store.outbox.drop_requests(one.record.session, (VoteRequest.KIND,))
    for agent in one.preflight.witnesses:
        _request(work, one, agent, attempt, None)


def show_walk(work: Work, one: SessionFile, witness: AgentId, seq: int) -> None:
    """A witness knows our chain up to `seq` only: show it the way from there."""
    _request(work, one, witness, work.now.wall, seq)


def _request(work: Work, one: SessionFile, to: AgentId, attempt: int, known: int | None) -> None:
    signed = tuple(
        Signed(agent=agent, signature=one.signatures[agent])
        for agent in one.record.signers
        if agent in one.signatures
    )
    walk = None if known is None else _walk(work, one, known)
    body = VoteRequest(
        preflight=one.preflight,
        data=data_of(one),
        signed=signed,
        walks=(walk,) if walk else (),
        cards=helping.cards_of(work, one.preflight),
        attempt=attempt,
    )
    work.send(to, body, one.record.session)


def _walk(work: Work, one: SessionFile, known: int) -> Walk | None:
    """Our chain from `known` to the promised top; None where it is too long to show."""
    me, top = work.me.agent, one.responses[work.me.agent].body.seq - 1
    if not 0 <= top - known <= WALK_MOST:
        return None
    first = evidence_at(work, known)
    if first is None:
        return None
    rest = [stored.signed.action for stored in work.store.chains.list_between(me, known + 1, top)]
    return Walk(agent=me, first=first, rest=tuple(rest))
