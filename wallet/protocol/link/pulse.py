"""Whether the peer is alive, and how its clock differs from ours.

Source: the design of the network: heartbeat every 1 s when anything is awaited (else 15 s), dead
after 2 s (30 s). Times are milliseconds of the monotonic clock, `wall` those of the wall clock.
"""

from __future__ import annotations

AWAITED_PING_MS, AWAITED_DEAD_MS = 1_000, 2_000
IDLE_PING_MS, IDLE_DEAD_MS = 15_000, 30_000
# Called this much too late, it was we who slept: the peer gets a new chance to answer.
OVERSLEPT_MS = 1_000


class Pulse:
    """The heartbeat of one open link."""

    def __init__(self, now: int) -> None:
        self.clock_offset: int | None = None  # ms the peer's wall clock is ahead of ours
        self._heard_at = now
        self._pinged_at = now
        self._awaited_since: int | None = None
        self._ping: tuple[int, int] | None = None  # its wall time, when it left

    def hear(self, now: int) -> None:
        """Something arrived."""
        self._heard_at = now

    def await_answer(self, now: int) -> None:
        """Something left that the peer must answer."""
        if self._awaited_since is None:
            self._awaited_since = now

    def await_nothing(self) -> None:
        """Everything is answered."""
        self._awaited_since = None

    def ping(self, now: int, wall: int) -> int:
        """Note that a ping leaves; returns its wall time."""
        self._pinged_at = now
        self._ping = (wall, now)
        return wall

    def take_pong(self, echo: int, time: int, now: int, wall: int) -> None:
        """Learn the clock offset from the answer to our latest ping; ignore any other."""
        if self._ping is None or self._ping[0] != echo:
            return
        self.clock_offset = time + (now - self._ping[1]) // 2 - wall
        self._ping = None

    @property
    def ping_at(self) -> int:
        """When to ask next."""
        after = IDLE_PING_MS if self._awaited_since is None else AWAITED_PING_MS
        return max(self._heard_at, self._pinged_at) + after

    @property
    def dead_at(self) -> int:
        """When to give up."""
        if self._awaited_since is None:
            return self._heard_at + IDLE_DEAD_MS
        return max(self._heard_at, self._awaited_since) + AWAITED_DEAD_MS

    def oversleep(self, now: int) -> bool:
        """Forgive silence that we slept through; returns whether we did."""
        if now - min(self.ping_at, self.dead_at) <= OVERSLEPT_MS:
            return False
        self._heard_at = now
        if self._awaited_since is not None:
            self._awaited_since = now
        return True
