"""What a link tells its owner."""

from __future__ import annotations

from msgspec import Struct

from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId
from wallet.protocol.messages.frame import Frame
from wallet.protocol.messages.refusals import Refusal


class PeerProved(Struct, frozen=True):
    """A dialler proved to be `agent`; the owner answers by `admit` or `refuse`.

    `invitation` is the id of the invitation it says to hold; not checked before `admit`.
    """

    agent: AgentId
    invitation: Hash | None


class LinkOpened(Struct, frozen=True):
    """Both proofs are given: frames may pass."""

    agent: AgentId
    version: int


class FrameReceived(Struct, frozen=True):
    """A message from the peer's agent to ours, canonical and with its right id."""

    frame: Frame


class Acknowledged(Struct, frozen=True):
    """The peer has these; they need not be sent again."""

    ids: tuple[Hash, ...]


class RefusedByPeer(Struct, frozen=True):
    """The peer refuses this message for good."""

    id: Hash
    code: int


class LinkClosed(Struct, frozen=True):
    """The link has ended: close the channel when `data_to_send` is empty."""

    code: Refusal
    is_ours: bool  # whether the decision was ours; else the peer told us


Event = PeerProved | LinkOpened | FrameReceived | Acknowledged | RefusedByPeer | LinkClosed
