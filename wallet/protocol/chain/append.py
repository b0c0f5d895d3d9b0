"""Growing a source chain: strictly, behind the head the caller names.

Source: records.md, *Source chain*.  Never "relaxed ordering" for anything that carries value.
"""

from __future__ import annotations

from msgspec import Struct

from wallet.crypto.ids import ActionHash, AgentId, EntryHash, NetworkId
from wallet.model.actions import (
    AGENT_KEY,
    PRIVATE,
    Action,
    AgentValidation,
    Create,
    Dna,
    InitComplete,
    commit_to,
    hash_action,
)
from wallet.model.instants import Microseconds, round_to_hour


class Head(Struct, frozen=True):
    """The last action of a chain; `timestamp` in microseconds UTC, as published."""

    hash: ActionHash
    seq: int
    timestamp: int


def head_of(action: Action) -> Head:
    """The head once this action is the last."""
    return Head(hash_action(action), action.seq, action.timestamp)


def genesis(author: AgentId, network: NetworkId, now: int) -> tuple[Action, ...]:
    """The first three actions: network, membrane proof, agent key; `now` in microseconds."""
    dna = Dna(author=author, timestamp=now, seq=0, network=network)
    proof = AgentValidation(author=author, timestamp=now, seq=1, prev=hash_action(dna))
    key = Create(
        author=author,
        timestamp=now,
        seq=2,
        prev=hash_action(proof),
        entry_type=AGENT_KEY,
        entry=EntryHash.of(author.core),
    )
    return dna, proof, key


def create_private(author: AgentId, head: Head, entry: EntryHash, salt: bytes, now: int) -> Create:
    """A `create` that shows nothing of its entry but a salted commitment.

    Its public time is rounded down to the hour, and never before the head's.
    """
    return Create(
        author=author,
        timestamp=max(round_to_hour(Microseconds(now)), head.timestamp),
        seq=head.seq + 1,
        prev=head.hash,
        entry_type=PRIVATE,
        commitment=commit_to(entry, salt),
    )


def init_complete(author: AgentId, head: Head, now: int) -> InitComplete:
    """The agent has met the network."""
    return InitComplete(
        author=author, timestamp=max(now, head.timestamp), seq=head.seq + 1, prev=head.hash
    )
