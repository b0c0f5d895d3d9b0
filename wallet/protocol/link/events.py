"""What a link tells its owner."""

from __future__ import annotations

from dataclasses import dataclass

from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId
from wallet.protocol.messages.frame import Frame
from wallet.protocol.messages.refusals import Refusal


@dataclass(frozen=True, slots=True)
class PeerProved:
    """A dialler proved to be `agent`; the owner answers by `admit` or `refuse`.

    `invitation` is the id of the invitation it says to hold; not checked before `admit`.
    """

    agent: AgentId
    invitation: Hash | None


@dataclass(frozen=True, slots=True)
class LinkOpened:
    """Both proofs are given: frames may pass."""

    agent: AgentId
    version: int


@dataclass(frozen=True, slots=True)
class FrameReceived:
    """A message from the peer's agent to ours, canonical and with its right id."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The peer has these; they need not be sent again."""

    ids: tuple[Hash, ...]


@dataclass(frozen=True, slots=True)
class RefusedByPeer:
    """The peer refuses this message for good."""

    id: Hash
    code: int


@dataclass(frozen=True, slots=True)
class LinkClosed:
    """The link has ended: close the channel when `data_to_send` is empty."""

    code: Refusal
    is_ours: bool  # whether the decision was ours; else the peer told us


Event = PeerProved | LinkOpened | FrameReceived | Acknowledged | RefusedByPeer | LinkClosed
