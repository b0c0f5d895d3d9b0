"""The search: every state that any order, loss, repeat, death or clock can lead to.

A state is what every signer keeps, and the set of all messages ever sent: any of them may arrive
at any time, any number of times, or never.  So losing, repeating, delaying and reordering need no
moves of their own.  Death needs none either: a dead signer is one who makes no more moves, and
the laws of `laws.py` that speak of somebody alone let all others be silent for ever.

What a signer does depends on its own side alone and is worked out once per side; messages
that can never matter again to their receiver are forgotten, which changes no behaviour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.model.case import Case
from tests.model.graph import Graph, Move
from tests.model.hand import Hand
from tests.model.post import WITHDRAWN, Post
from tests.model.side import NAMES, Side, Step, begin

LIAR = 0
"""The number of a side that keeps nothing: whatever it could construct may arrive from it."""


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
        own = [*self.hand.acts(side), *self.hand.elsewhere(side)]
        steps = [(step, 0, 0, clock) for step, clock in own]
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


class Space(Graph):
    """All states of a case."""

    def __init__(self, case: Case) -> None:
        super().__init__(case.most)
        self.case = case
        self.post = Post(case)
        self.sides = Sides(case, self.post)

    def start(self) -> tuple[int, ...]:
        """Nobody knows anything, nothing was sent."""
        seats = range(self.case.signers)
        fresh = (self.sides.number(begin(seat, self.case)) for seat in seats)
        return (*(LIAR if seat == self.case.liar else one for seat, one in enumerate(fresh)), 0)

    def after(self, one: int) -> Iterator[tuple[Move, tuple[int, ...]]]:
        """The moves of all sides."""
        state, seats = self.states[one], self.case.signers
        messages, matters = state[-1], self.sides.matters
        for seat in range(seats):
            mine, used = state[seat], self.post.kept
            for other in range(seats):
                used |= 0 if other == seat else matters(state[other])
            for move in self.sides.moves_of(mine):
                if move.need & ~messages:
                    continue
                if move.then == mine and not move.send & ~messages and not move.broken:
                    continue
                left = (messages | move.send) & (used | matters(move.then))
                after = (*state[:seat], move.then, *state[seat + 1 : -1], left)
                if after != state or move.broken:
                    yield move, after

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
