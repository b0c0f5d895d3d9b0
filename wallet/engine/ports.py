"""What the engine needs of the world outside and of its own parts, as structural types.

Adapters need not import these; `app.py`, where the parts are joined, is where mypy checks the fit
(house.md 3.3, rule 4). Times are whole milliseconds unless the name says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId
from wallet.model.network import NodeAddress, NodeKey
from wallet.protocol.messages.frame import Frame
from wallet.protocol.messages.refusals import Refusal


class Channel(Protocol):
    """One encrypted stream to one node, whose key the transport has authenticated."""

    @property
    def peer(self) -> NodeKey:
        """The node at the other end."""

    async def read(self) -> bytes:
        """Return what has arrived, at least one byte; b"" once nothing more will come.

        Raises:
            NetworkError: the stream broke.
        """

    async def write(self, data: bytes) -> None:
        """Send `data` in order; returns when the transport has taken it.

        Raises:
            NetworkError: the stream broke.
        """

    async def close(self) -> None:
        """End the stream: what was written still arrives if the peer listens. Never raises."""


class Transport(Protocol):
    """A node's one endpoint on a network."""

    @property
    def node(self) -> NodeKey:
        """Our own key."""

    def addresses(self) -> NodeAddress:
        """Return where others may dial us, as far as known."""

    async def start(self) -> None:
        """Bind. Raises `NetworkError` where there is no network or the port is taken."""

    async def dial(self, address: NodeAddress) -> Channel:
        """Open a channel to a node, within the transport's time limit.

        Raises:
            NetworkError: nobody answered there.
        """

    async def accept(self) -> Channel:
        """Wait for the next channel that somebody opens to us.

        Raises:
            NetworkError: the transport is closed.
        """

    async def close(self) -> None:
        """Close the endpoint and all its channels. Never raises."""


class Clock(Protocol):
    """The time, as it is now."""

    def wall_ms(self) -> int:
        """Milliseconds since 1970 UTC; may jump."""

    def wall_us(self) -> int:
        """Microseconds since 1970 UTC; may jump."""

    def monotonic_ms(self) -> int:
        """Milliseconds since some moment; never goes back."""


class Entropy(Protocol):
    """The dice."""

    def token(self, size: int) -> bytes:
        """Return `size` bytes that nobody can guess."""


class LinkHost(Protocol):
    """Who the links work for. Called in the engine's thread; must not wait and not raise."""

    def is_partner(self, agent: AgentId) -> bool:
        """Say whether this agent may come in without an invitation."""

    def is_welcome(self, agent: AgentId) -> bool:
        """Say whether this stranger may come in all the same: we decide or vote for others."""

    def invitation_key(self, invitation: Hash) -> AgentId | int:
        """Return the key of a valid invitation's code, or the number to refuse it with."""

    def receive(self, agent: AgentId, frames: Sequence[Frame]) -> Sequence[tuple[Hash, int]]:
        """Take messages that arrived together; when this returns they are safe.

        Returns the ids refused, with their numbers; all others are acknowledged.
        """

    def acknowledged(self, agent: AgentId, ids: Sequence[Hash]) -> None:
        """The peer has these."""

    def refused(self, agent: AgentId, id: Hash, code: int) -> None:
        """The peer refuses this message for good."""

    def link_up(self, agent: AgentId, invitation: Hash | None) -> None:
        """A fresh link to this agent is open (it may replace another): send what is owed.

        `invitation` is the one by which the agent came in, proven.
        """

    def doubled(self, agent: AgentId) -> None:
        """This agent keeps preferring links of our key that we know nothing of (F59)."""

    def link_down(self, agent: AgentId, reason: Refusal) -> None:
        """The link ended, or was refused before it was open."""
