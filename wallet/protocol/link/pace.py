"""How fast a peer may send: token buckets for frames and for bytes.

Source: the design of records, *Limits*: strangers 50/s (burst 100), peers with an open tally
2 000/s (burst 4 000), counted again in bytes. Times are milliseconds of the monotonic clock.
"""

from __future__ import annotations

from wallet.model.limits import PEER_BURST, PEER_RATE, STRANGER_BURST, STRANGER_RATE

# A stranger has only handshakes to send, a partner's message averages 700 bytes; the burst holds
# the largest frame four times.
STRANGER_BYTES = 4 << 10
PEER_BYTES = 1 << 10


class Bucket:
    """Fills with `rate` tokens a second up to `burst`."""

    __slots__ = ("_burst", "_level", "_rate", "_since")

    def __init__(self, rate: int, burst: int, now: int) -> None:
        self._rate = rate
        self._burst = burst * 1_000
        self._level = self._burst  # thousandths of a token: rate per second = these per ms
        self._since = now

    def wait(self, amount: int, now: int) -> int:
        """Return in how many ms `amount` tokens will be there; 0: they are."""
        if now > self._since:
            self._level = min(self._burst, self._level + self._rate * (now - self._since))
            self._since = now
        lacking = min(amount * 1_000, self._burst) - self._level
        return 0 if lacking <= 0 else -(-lacking // self._rate)

    def take(self, amount: int) -> None:
        """Take tokens that `wait` found."""
        self._level -= amount * 1_000


class Pace:
    """Both buckets of one peer."""

    __slots__ = ("_bytes", "_frames")

    def __init__(self, rate: int, burst: int, size: int, now: int) -> None:
        self._frames = Bucket(rate, burst, now)
        self._bytes = Bucket(rate * size, burst * size, now)

    @classmethod
    def of_stranger(cls, now: int) -> Pace:
        """Make the pace of somebody who has not proved anything."""
        return cls(STRANGER_RATE, STRANGER_BURST, STRANGER_BYTES, now)

    @classmethod
    def of_peer(cls, now: int) -> Pace:
        """Make the pace of an admitted peer."""
        return cls(PEER_RATE, PEER_BURST, PEER_BYTES, now)

    def take(self, size: int, now: int) -> int:
        """Take one frame of `size` bytes and return 0, or return how many ms to wait for it."""
        wait = max(self._frames.wait(1, now), self._bytes.wait(size, now))
        if wait == 0:
            self._frames.take(1)
            self._bytes.take(size)
        return wait
