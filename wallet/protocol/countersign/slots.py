"""The slot rule: a witness gives each place of a chain to one session (mode Q).

Source: countersigning.md, *Slot rule*.  A promise fits if its top is the newest place that the
witness gave away, or follows from it by a walk that the signer shows; a place is free again when
its signer's park stands there.
"""

from __future__ import annotations

from typing import NamedTuple

from wallet.crypto.hashing import Hash
from wallet.crypto.ids import ActionHash, AgentId, NetworkId
from wallet.model.actions import Create, Dna, hash_action
from wallet.model.errors import InvalidChain, RuleBroken
from wallet.protocol.chain.verify import check_signature
from wallet.protocol.countersign.certificate import check_park
from wallet.protocol.messages.countersigning import SlotEvidence, Walk


class Given(NamedTuple):
    """The newest place of a chain that a witness knows, and which session it was given to."""

    seq: int
    action: ActionHash
    session: Hash


class Promise(NamedTuple):
    """What a signer promises in a session: this action, at this place, on this top."""

    agent: AgentId
    seq: int
    top: ActionHash
    action: ActionHash


def follows(newest: Given | None, promise: Promise) -> bool:
    """Whether the promise stands right on what we know, is the same again, or is the first."""
    if newest is None:
        return True
    if promise.seq == newest.seq:
        return promise.action == newest.action
    return promise.seq == newest.seq + 1 and promise.top == newest.action


def leads(walk: Walk, newest: Given, promise: Promise, network: NetworkId) -> bool:
    """Whether a walk leads from the known place to the promised top, link by link.

    The known place may hold its session's action or a park of that session: both free it.
    """
    first = walk.first.action.action
    if walk.agent != promise.agent or first.author != promise.agent or first.seq != newest.seq:
        return False
    try:
        known = check_signature(walk.first.action, network)
    except InvalidChain:
        return False
    if known != newest.action and not _is_park(walk.first, newest.session):
        return False
    for place, action in enumerate(walk.rest, newest.seq + 1):
        if isinstance(action, Dna) or action.author != promise.agent or action.seq != place:
            return False
        if action.prev != known:
            return False
        known = hash_action(action)
    return newest.seq + len(walk.rest) + 1 == promise.seq and known == promise.top


def _is_park(shown: SlotEvidence, session: Hash) -> bool:
    if shown.park is None or not isinstance(shown.action.action, Create):
        return False
    try:
        check_park(shown, session)
    except RuleBroken:
        return False
    return True
