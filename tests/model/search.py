"""The search: every state that any order, loss, repeat, death or clock can lead to.

A state is what every signer keeps, and the set of all messages ever sent: any of them may arrive
at any time, any number of times, or never.  So losing, repeating, delaying and reordering need no
moves of their own.  Death needs none either: a dead signer is one who makes no more moves, and
the laws of `laws.py` that speak of somebody alone let all others be silent for ever.

States are numbered as they are met, breadth first, so the first violation found has a shortest
trace.  What a signer does depends on its own side alone and is worked out once per side; messages
that can never matter again to their receiver are forgotten, which changes no behaviour.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.model.case import Case
from tests.model.hand import Hand
from tests.model.post import WITHDRAWN, Post
from tests.model.side import NAMES, Side, Step, begin

LIAR = 0
"""The number of a side that keeps nothing: whatever it could construct may arrive from it."""


class Move(NamedTuple):
    """What one side may do when all messages in `need` were sent."""

    need: int
    then: int
    send: int
    label: str
    broken: str
    clock: bool  # happens by itself: a timer, or a message that arrives


@dataclass
class Violation:
    """A broken law and the shortest way to it."""

    law: str
    what: str
    trace: list[str]

    def __str__(self) -> str:
        steps = "\n".join(f"  {place:2}. {step}" for place, step in enumerate(self.trace, 1))
        return f"{self.law}: {self.what}\n{steps}"


@dataclass
class Found:
    """The outcome of a search."""

    case: Case
    states: int = 0
    moves: int = 0
    sides: int = 0
    cut: bool = False
    violations: list[Violation] = field(default_factory=list)


class Sides:
    """All sides met, each with its moves, worked out once."""

    def __init__(self, case: Case, post: Post) -> None:
        self.case, self.post, self.hand = case, post, Hand(case)
        self.sides: list[Side | None] = [None]
        self.numbers: dict[Side, int] = {}
        self.moves: list[list[Move] | None] = [[]]
        self._matters: list[int | None] = [0]

    def number(self, side: Side) -> int:
        """The number of a side."""
        found = self.numbers.get(side)
        if found is None:
            found = self.numbers[side] = len(self.sides)
            self.sides.append(side)
            self.moves.append(None)
            self._matters.append(None)
        return found

    def moves_of(self, one: int) -> list[Move]:
        """Everything this side may do."""
        known = self.moves[one]
        if known is None:
            known = self.moves[one] = list(dict.fromkeys(self._work_out(one)))
        return known

    def _work_out(self, one: int) -> Iterator[Move]:
        side = self.sides[one]
        assert side is not None
        me = NAMES[signer_of(side)]
        steps = [(step, 0, 0, clock) for step, clock in self.hand.acts(side)]
        for letter in self.post.letters:
            if letter.to == signer_of(side) != letter.source:
                shown, clock = self.post.evidence(letter), letter.kind not in WITHDRAWN
                heard = self.hand.hear(side, letter)
                steps += [
                    (step, need, shown, clock) for need in self.post.needs(letter) for step in heard
                ]
        if self.case.mode == "Q":
            steps += [(step, need, 0, True) for step, need in self._votes(side)]
        for step, need, shown, clock in steps:
            then, send = self.number(step.side), self.post.mask(step.letters)
            if then != one or send:
                send |= shown
            label = f"{me}: {step.label} → {step.side.session.state.value}"
            if then != one or send or step.broken:
                yield Move(need, then, send, label, step.broken, clock)
            if self.case.lets_signatures_out_early and send and then != one:
                early = f"{me}: {step.label}, sends, crashes before the write"
                yield Move(need, one, send, early, "", False)

    def _votes(self, side: Side) -> Iterator[tuple[Step, int]]:
        # A commit vote goes to whoever asks, the certificate and every abort vote to all signers.
        commits = self.hand.hear_votes(side, commit=True)
        asks = side.session.asked > 0
        needs = [self.post.certified, *([self.post.commits] if asks else [])]
        yield from ((step, need) for step in commits for need in needs)
        aborts = self.hand.hear_votes(side, commit=False)
        yield from ((step, self.post.aborts) for step in aborts)

    def matters(self, one: int) -> int:
        """The messages that may still change something for this side or a later one of it."""
        known = self._matters[one]
        if known is not None:
            return known
        found, seen, todo = 0, {one}, [one]
        while todo:
            for move in self.moves_of(todo.pop()):
                found |= move.need
                if move.then not in seen:
                    seen.add(move.then)
                    todo.append(move.then)
        self._matters[one] = found
        return found


def signer_of(side: Side) -> int:
    """The seat of a side."""
    return int(side.session.signers.index(side.session.me))


class Space:
    """All states met, in the order they were met."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.post = Post(case)
        self.sides = Sides(case, self.post)
        self.states: list[tuple[int, ...]] = []
        self.index: dict[tuple[int, ...], int] = {}
        self.parent = array("l")
        self.by: list[str] = []
        self.first = array("l", [0])  # where the edges of a state begin
        self.to = array("l")
        self.clocked = array("b")  # 1: the edge happens by itself

    def explore(self, look: Callable[[int], bool], broke: Callable[[int, Move], bool]) -> bool:
        """Meet everything, breadth first; stops when `look` or `broke` says so. True: complete."""
        case = self.case
        start = [
            LIAR if seat == case.liar else self.sides.number(begin(seat, case))
            for seat in range(case.signers)
        ]
        self._meet((*start, 0), -1, "")
        done = 0
        while done < len(self.states):
            if look(done) or len(self.states) > case.most:
                return False
            for move, after in self._after(done):
                if move.broken and broke(done, move):
                    return False
                self.to.append(self._meet(after, done, move.label))
                self.clocked.append(move.clock)
            self.first.append(len(self.to))
            done += 1
        return True

    def _after(self, one: int) -> Iterator[tuple[Move, tuple[int, ...]]]:
        state = self.states[one]
        messages = state[-1]
        for seat in range(self.case.signers):
            for move in self.sides.moves_of(state[seat]):
                if move.need & messages != move.need:
                    continue
                if move.then == state[seat] and not move.send & ~messages and not move.broken:
                    continue
                sides = (*state[:seat], move.then, *state[seat + 1 : -1])
                after = (*sides, self._in_use(sides, messages | move.send))
                if after != state or move.broken:
                    yield move, after

    def _in_use(self, sides: tuple[int, ...], messages: int) -> int:
        used = self.post.kept
        for side in sides:
            used |= self.sides.matters(side)
        return messages & used

    def _meet(self, state: tuple[int, ...], parent: int, by: str) -> int:
        known = self.index.get(state)
        if known is None:
            known = self.index[state] = len(self.states)
            self.states.append(state)
            self.parent.append(parent)
            self.by.append(by)
        return known

    def at(self, one: int) -> dict[int, Side]:
        """The honest sides of a state, by seat."""
        found: dict[int, Side] = {}
        for seat in self.case.honest:
            side = self.sides.sides[self.states[one][seat]]
            assert side is not None
            found[seat] = side
        return found

    def messages(self, one: int) -> int:
        """The messages sent before a state, as bits."""
        return self.states[one][-1]

    def trace(self, one: int, last: str = "") -> list[str]:
        """The shortest way to a state."""
        steps = [last] if last else []
        while one > 0:
            steps.append(self.by[one])
            one = self.parent[one]
        return steps[::-1]

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
