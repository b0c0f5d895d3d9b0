"""Dice that fall the same way for the same seed: a demo must be repeatable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from wallet.crypto.hashing import blake

T = TypeVar("T")


class Dice:
    """Throws by hashing seed and count; for stories only, never for keys."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._thrown = 0

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both possible."""
        self._thrown += 1
        throw = int.from_bytes(blake(f"{self._seed} {self._thrown}".encode())[:8], "big")
        return low + throw % (high - low + 1)

    def pick(self, things: Sequence[T]) -> T:
        """One of them."""
        return things[self.between(0, len(things) - 1)]
