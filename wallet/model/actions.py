"""Actions: the links of an agent's source chain, and the entries they point to.

Source: records.md, *Source chain*; identifiers and types are Holochain's.  An action about a
private entry carries a salted commitment and the entry type ``private``, so that nobody can tell
a payment from a park or pair what two partners wrote (countersigning.md R9).
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from wallet.crypto.encoding import encode
from wallet.crypto.hashing import Hash, blake, hash_bytes
from wallet.crypto.ids import ActionHash, AgentId, EntryHash, NetworkId
from wallet.crypto.signing import Label, Signature, Signer
from wallet.model.record import Record

Count = Annotated[int, msgspec.Meta(ge=0)]
Micros = Annotated[int, msgspec.Meta(ge=0)]
Tag = Annotated[str, msgspec.Meta(max_length=1000)]

PRIVATE = "private"
AGENT_KEY = "agent_key"


class Dna(Record, frozen=True, tag_field="type", tag="dna"):
    """The first action: which network this chain belongs to."""

    author: AgentId
    timestamp: Micros
    seq: Count
    network: NetworkId


class Linked(Record, frozen=True):
    """What every later action has: its place behind `prev`."""

    author: AgentId
    timestamp: Micros
    seq: Count
    prev: ActionHash


class AgentValidation(Linked, frozen=True, tag_field="type", tag="agent_validation"):
    """Membrane proof: why this agent may join; empty in an open network."""

    proof: Annotated[str, msgspec.Meta(max_length=4096)] = ""


class Create(Linked, frozen=True, tag_field="type", tag="create"):
    """A new entry: public by its hash, or private by a commitment."""

    entry_type: Annotated[str, msgspec.Meta(max_length=40)]
    entry: EntryHash | None = None
    commitment: Hash | None = None


class Update(Linked, frozen=True, tag_field="type", tag="update"):
    """A newer version of an entry."""

    original: ActionHash
    original_entry: EntryHash
    entry_type: Annotated[str, msgspec.Meta(max_length=40)]
    entry: EntryHash | None = None
    commitment: Hash | None = None


class Delete(Linked, frozen=True, tag_field="type", tag="delete"):
    """An entry is no longer meant."""

    deletes: ActionHash
    deletes_entry: EntryHash


class CreateLink(Linked, frozen=True, tag_field="type", tag="create_link"):
    """A link from one public hash to another."""

    base: EntryHash
    target: EntryHash
    tag: Tag = ""


class DeleteLink(Linked, frozen=True, tag_field="type", tag="delete_link"):
    """A link is no longer meant."""

    base: EntryHash
    link: ActionHash


class InitComplete(Linked, frozen=True, tag_field="type", tag="init_complete"):
    """The agent has met the network."""


class CloseChain(Linked, frozen=True, tag_field="type", tag="close_chain"):
    """Nothing follows on this chain."""


class OpenChain(Linked, frozen=True, tag_field="type", tag="open_chain"):
    """This chain continues another network's."""

    former: NetworkId


Action = (
    Dna
    | AgentValidation
    | Create
    | Update
    | Delete
    | CreateLink
    | DeleteLink
    | InitComplete
    | CloseChain
    | OpenChain
)


class SignedAction(Record, frozen=True):
    """An action with its author's ordinary signature: a claim on the chain."""

    action: Action
    signature: Signature


def hash_action(action: Action) -> ActionHash:
    """The action's id."""
    return ActionHash.of(blake(encode(action)))


def sign_action(action: Action, signer: Signer, network: NetworkId) -> SignedAction:
    """Sign the action for the chain (label ``action``)."""
    return SignedAction(
        action=action, signature=signer.sign(Label.ACTION, network, hash_action(action).core)
    )


def hash_entry(entry: bytes) -> EntryHash:
    """The id of an entry's canonical bytes."""
    return EntryHash.of(blake(entry))


def commit_to(entry: EntryHash, salt: bytes) -> Hash:
    """The commitment to a private entry: BLAKE2b-256(salt ‖ entry hash)."""
    return hash_bytes(salt + entry.core)
