"""States numbered as they are met, breadth first, and the edges between them.

The first violation found therefore has a shortest trace.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Move(NamedTuple):
    """What one side may do when all messages in `need` were sent."""

    need: int
    then: int
    send: int
    label: str
    broken: str
    clock: bool  # happens by itself: a timer, or a message that arrives


class Graph:
    """All states met, in the order they were met."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.states: list[tuple[int, ...]] = []
        self.index: dict[tuple[int, ...], int] = {}
        self.parent = array("l")
        self.by: list[str] = []
        self.first = array("l", [0])  # where the edges of a state begin
        self.to = array("l")
        self.clocked = array("b")  # 1: the edge happens by itself

    def after(self, one: int) -> Iterator[tuple[Move, tuple[int, ...]]]:
        """The moves from a state, and where they lead."""
        raise NotImplementedError

    def explore(
        self,
        start: tuple[int, ...],
        look: Callable[[int], bool],
        broke: Callable[[int, Move], bool],
    ) -> bool:
        """Meet everything; stops when `look` or `broke` says so. True: complete."""
        self._meet(start, -1, "")
        done = 0
        while done < len(self.states):
            if look(done) or len(self.states) > self.most:
                return False
            for move, after in self.after(done):
                if move.broken and broke(done, move):
                    return False
                self.to.append(self._meet(after, done, move.label))
                self.clocked.append(move.clock)
            self.first.append(len(self.to))
            done += 1
        return True

    def _meet(self, state: tuple[int, ...], parent: int, by: str) -> int:
        known = self.index.get(state)
        if known is None:
            known = self.index[state] = len(self.states)
            self.states.append(state)
            self.parent.append(parent)
            self.by.append(by)
        return known

    def trace(self, one: int, last: str = "") -> list[str]:
        """The shortest way to a state."""
        steps = [last] if last else []
        while one > 0:
            steps.append(self.by[one])
            one = self.parent[one]
        return steps[::-1]

    def next(self, one: int) -> array[int]:
        """The states that one move leads to."""
        return self.to[self.first[one] : self.first[one + 1]]

    def reaching(self, good: bytearray, *, by_itself: bool) -> bytearray:
        """Which states can still come to a good one; `by_itself`: without any person's choice."""
        can, changed = bytearray(good), True
        while changed:
            changed = False
            for one in range(len(self.first) - 2, -1, -1):
                if can[one]:
                    continue
                edges = range(self.first[one], self.first[one + 1])
                if any(can[self.to[e]] and (self.clocked[e] or not by_itself) for e in edges):
                    can[one] = changed = True
        return can
