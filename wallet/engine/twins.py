"""Notices that our own key has links of which we know nothing: the same wallet runs twice.

Source: countersigning.md F59.  A peer closes a link as a duplicate when another one to the same
agent stays.  Where that other link is none of ours, somebody else has our key.  Once may be a
link of ours that broke under way; again and again it is a second copy.  A peer could say so
falsely, so this only warns; what stops a copy is its own signature (`desks/disks.py`).
"""

from __future__ import annotations

from wallet.crypto.ids import AgentId

TIMES, WITHIN_MS = 3, 600_000


class Twins:
    """Counts, for each peer, how often it preferred a link that is not ours."""

    def __init__(self) -> None:
        self._told: dict[AgentId, list[int]] = {}

    def is_plain(self, agent: AgentId, now: int) -> bool:
        """Count one more, at `now` (monotonic ms); True for the third within ten minutes."""
        recent = [at for at in self._told.get(agent, []) if now - at < WITHIN_MS]
        self._told[agent] = [*recent, now][-TIMES:]
        return len(recent) + 1 == TIMES
