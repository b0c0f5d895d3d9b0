"""Checking a source chain link by link, each rule with its own name.

Source: records.md, *Source chain*, the table of rules.
"""

from __future__ import annotations

from wallet.crypto.ids import ActionHash, EntryHash, NetworkId
from wallet.crypto.signing import BadSignature, Label, verify
from wallet.model.actions import (
    AGENT_KEY,
    PRIVATE,
    Action,
    AgentValidation,
    CloseChain,
    Create,
    Dna,
    SignedAction,
    Update,
    commit_to,
    hash_action,
    hash_entry,
)
from wallet.model.errors import InvalidChain


def check_signature(signed: SignedAction, network: NetworkId) -> ActionHash:
    """Check that the author signed this action for the chain; return its id.

    Raises:
        InvalidChain: counterfeit.
    """
    found = hash_action(signed.action)
    try:
        verify(signed.action.author, Label.ACTION, network, found.core, signed.signature)
    except BadSignature:
        raise InvalidChain("counterfeit", signed.action.seq) from None
    return found


def check_link(
    action: Action,
    prev: Action | None,
    network: NetworkId,
    known: ActionHash | None = None,
) -> None:
    """Check an action against the one before it; None: it is the first.

    `known` is the hash of `prev` where it has been computed already.

    Raises:
        InvalidChain: naming the rule that is broken.
    """
    seq = action.seq
    if isinstance(action, Dna) or prev is None or seq == 0:
        _check_root(action, prev, network)
        return
    if action.author != prev.author:
        raise InvalidChain("author", seq)
    if action.prev != (known or hash_action(prev)):
        raise InvalidChain("prev", seq)
    if seq != prev.seq + 1:
        raise InvalidChain("seq", seq)
    if action.timestamp < prev.timestamp:
        raise InvalidChain("timestamp", seq)
    if isinstance(prev, CloseChain):
        raise InvalidChain("after close", seq)
    _check_genesis(action, prev)
    _check_shape(action)


def check_entry(action: Action, entry: bytes, salt: bytes | None) -> None:
    """Check an entry that is shown against its action.

    Raises:
        InvalidChain: malformed: hash or commitment does not match.
    """
    if not isinstance(action, Create | Update):
        raise InvalidChain("malformed", action.seq)
    if action.entry_type == AGENT_KEY:
        if action.entry != EntryHash.of(action.author.core):
            raise InvalidChain("malformed", action.seq)
        return
    found = hash_entry(entry)
    if action.entry is not None:
        matches = action.entry == found
    else:
        matches = salt is not None and action.commitment == commit_to(found, salt)
    if not matches:
        raise InvalidChain("malformed", action.seq)


def is_fork(one: SignedAction, other: SignedAction) -> bool:
    """Two different actions of one author behind the same link: a claim against the author.

    Both signatures must have been checked, with the label of actions: a session signature never
    comes here (F29, F55).
    """
    a, b = one.action, other.action
    if a == b or a.author != b.author or a.seq != b.seq:
        return False
    return isinstance(a, Dna) or isinstance(b, Dna) or a.prev == b.prev


def _check_root(action: Action, prev: Action | None, network: NetworkId) -> None:
    if not isinstance(action, Dna) or action.seq != 0 or prev is not None:
        raise InvalidChain("invalid root", action.seq)
    if action.network != network:
        raise InvalidChain("wrong network", action.seq)


def _check_genesis(action: Action, prev: Action) -> None:
    after_proof = isinstance(prev, AgentValidation)
    is_key = isinstance(action, Create) and action.entry_type == AGENT_KEY
    if after_proof != is_key or isinstance(action, AgentValidation) != (action.seq == 1):
        raise InvalidChain("successor", action.seq)


def _check_shape(action: Action) -> None:
    if isinstance(action, Create | Update):
        shown = (action.entry is None) != (action.commitment is None)
        private = (action.entry_type == PRIVATE) == (action.commitment is not None)
        if not (shown and private):
            raise InvalidChain("malformed", action.seq)
