"""The only clock of the wallet (house.md, rule 4: time is an argument everywhere else)."""

from __future__ import annotations

import time


class SystemClock:
    """The clock of this machine."""

    def wall_ms(self) -> int:
        """Milliseconds since 1970 UTC; may jump."""
        return time.time_ns() // 1_000_000

    def wall_us(self) -> int:
        """Microseconds since 1970 UTC; may jump."""
        return time.time_ns() // 1_000

    def monotonic_ms(self) -> int:
        """Milliseconds since some moment; never goes back, and may stand still during sleep."""
        return time.monotonic_ns() // 1_000_000
