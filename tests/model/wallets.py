"""Several sessions at once that share signers: one chain, one lock, one place at a time.

Each session is a payment of two in mode P, and its signers are those of `hand.py`; a wallet joins
the sides that one agent has in several sessions.  Which session a chain is locked for, which
place it promised, what fills it for another: that is played here as chainbook.py, admission.py
(*_judge_lock*) and wishes.py do it.  The order of the sessions is the order of their names.

Bound: what a wallet only observes (a late completion, a bare chit) takes no place of its chain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from tests.model.case import Case
from tests.model.graph import Graph, Move
from tests.model.hand import Hand
from tests.model.post import WITHDRAWN, Post
from tests.model.search import Sides
from tests.model.side import NAMES, Letter, Lock, Place, Side, State, Step, begin

S = State
NOWHERE = -1


@dataclass(frozen=True)
class Crossing:
    """Sessions of two: who proposes and who is asked, in the order of their names."""

    name: str
    sessions: tuple[tuple[int, int], ...]
    faultless: bool = False  # no refusals, no choices, no clocks: only what F42 is about
    laws: frozenset[str] | None = None
    heeds_the_lock: bool = True
    gives_way: str = "to smaller"  # or "never", "always": what an own open proposal does
    most: int = 2_000_000

    @cached_property
    def case(self) -> Case:
        """Each of the sessions."""
        return Case(self.name, 2, "payment", laws=self.laws)

    @cached_property
    def agents(self) -> int:
        """How many wallets there are."""
        return 1 + max(max(pair) for pair in self.sessions)

    @cached_property
    def seats(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """The sessions of each wallet, and its seat in them."""
        return tuple(
            tuple((at, pair.index(agent)) for at, pair in enumerate(self.sessions) if agent in pair)
            for agent in range(self.agents)
        )


class Wallet(NamedTuple):
    """All that one agent keeps about the sessions it is in."""

    agent: int
    sides: tuple[Side, ...]
    places: tuple[int, ...]  # which place of its chain each session was promised
    length: int = 0  # of its chain

    @property
    def is_locked(self) -> bool:
        """Whether a session holds the chain."""
        return any(side.lock is Lock.OURS for side in self.sides)

    def may_begin(self, at: int) -> bool:
        """Whether the person may accept, or a proposal start."""
        others = [side for where, side in enumerate(self.sides) if where != at]
        open_ = any(side.session.state is S.PROPOSED for side in others)
        return not open_ and not self.is_locked

    def put(self, at: int, step: Step, *, heeds: bool) -> tuple[Wallet, str]:
        """One side has changed: what that is for the chain and the other sessions."""
        before, side, broken = self.sides[at], step.side, step.broken
        places, length = list(self.places), self.length
        if side.promised and not before.promised:
            places[at] = length
        written = side.place is not Place.EMPTY and before.place is Place.EMPTY
        if written and places[at] != length:
            broken = broken or "fork: writes where its chain has gone on"
        length += written
        sides = list(self.sides)
        sides[at] = side
        is_held = heeds and any(one.lock is Lock.OURS for one in sides)
        for other, one in enumerate(sides):
            if one.lock is not Lock.OURS:
                one = one._replace(lock=Lock.ANOTHER if is_held else Lock.FREE)
            fills = written and other != at and places[other] == places[at]
            if fills and one.place is Place.EMPTY:
                one = one._replace(place=Place.OTHER)
            sides[other] = one
        return Wallet(self.agent, tuple(sides), tuple(places), length), broken


class Wallets:
    """All wallets met, each with its moves, worked out once."""

    def __init__(self, crossing: Crossing) -> None:
        self.crossing = crossing
        self.post = Post(crossing.case)
        self.single = Sides(crossing.case, self.post)
        self.hand: Hand = self.single.hand
        self.width = self.post.kept.bit_length()
        self.wallets: list[Wallet] = []
        self.numbers: dict[Wallet, int] = {}
        self.moves: dict[int, list[Move]] = {}
        self._matters: dict[int, int] = {}
        self._acts: dict[tuple[int, bool], list[tuple[Step, bool]]] = {}
        self._hears: dict[tuple[int, int], list[Step]] = {}

    def number(self, wallet: Wallet) -> int:
        """The number of a wallet."""
        if wallet not in self.numbers:
            self.numbers[wallet] = len(self.wallets)
            self.wallets.append(wallet)
        return self.numbers[wallet]

    def begin(self, agent: int) -> int:
        """A wallet that knows nothing yet."""
        mine = self.crossing.seats[agent]
        sides = tuple(begin(seat, self.crossing.case) for _, seat in mine)
        return self.number(Wallet(agent, sides, (NOWHERE,) * len(sides)))

    def moves_of(self, one: int) -> list[Move]:
        """Everything this wallet may do."""
        if one not in self.moves:
            self.moves[one] = list(dict.fromkeys(self._work_out(one)))
        return self.moves[one]

    def matters(self, one: int) -> int:
        """The messages that may still change something for it."""
        if one not in self._matters:
            wallet = self.wallets[one]
            mine = self.crossing.seats[wallet.agent]
            found = 0
            for (session, _), side in zip(mine, wallet.sides, strict=True):
                found |= self.single.matters(self.single.number(side)) << session * self.width
            self._matters[one] = found
        return self._matters[one]

    def _work_out(self, one: int) -> Iterator[Move]:
        wallet = self.wallets[one]
        for at, (_, seat) in enumerate(self.crossing.seats[wallet.agent]):
            side = wallet.sides[at]
            number = self.single.number(side)
            acts = self._act(number, may_begin=wallet.may_begin(at))
            steps = [(step, 0, clock) for step, clock in acts if self._plays(step, heard=False)]
            for letter in self.post.letters:
                if letter.to != seat:
                    continue
                clock, need = letter.kind not in WITHDRAWN, self.post.bit[letter]
                if letter.kind == "preflight" and side.session.state is S.NEW and not side.gone:
                    yield from self._meet(wallet, at, letter)
                    continue
                heard = self._hear(number, letter)
                steps += [(step, need, clock) for step in heard if self._plays(step, heard=True)]
            for step, need, clock in steps:
                yield from self._move(wallet, at, step, need, clock=clock)

    def _act(self, number: int, *, may_begin: bool) -> list[tuple[Step, bool]]:
        key = number, may_begin
        if key not in self._acts:
            side = self.single.sides[number]
            assert side is not None
            self._acts[key] = self.hand.acts(side, may_begin=may_begin)
        return self._acts[key]

    def _hear(self, number: int, letter: Letter) -> list[Step]:
        key = number, self.post.bit[letter]
        if key not in self._hears:
            side = self.single.sides[number]
            assert side is not None
            self._hears[key] = self.hand.hear(side, letter)
        return self._hears[key]

    def _plays(self, step: Step, *, heard: bool) -> bool:
        return not self.crossing.faultless or (step.label == "Propose" or (heard and not step.odd))

    def _meet(self, wallet: Wallet, at: int, letter: Letter) -> Iterator[Move]:
        """A proposal arrives while other sessions may be under way (R1, crossing proposals)."""
        side, need = wallet.sides[at], self.post.bit[letter]
        mine = self.crossing.seats[wallet.agent]
        heard = self._hear(self.single.number(side), letter)
        steps = [one for one in heard if self._plays(one, heard=True)]
        own = [where for where, one in enumerate(wallet.sides) if one.session.state is S.PROPOSED]
        busy = Step(
            side._replace(gone=True),
            (Letter("decline", mine[at][1], letter.source),),
            label="is busy",
        )
        if wallet.is_locked and self.crossing.heeds_the_lock:
            yield from self._move(wallet, at, busy, need, clock=False)
        elif not own:
            for step in steps:
                yield from self._move(wallet, at, step, need, clock=False)
        elif self._gives_way(own[0], at):
            for crossed in self.hand.crossed(wallet.sides[own[0]]):
                if self.crossing.faultless and crossed.label != "Crossed":
                    continue
                after, broken = self._put(wallet, own[0], crossed)
                first = self._mask(wallet, own[0], crossed.letters)
                for step in steps:
                    if step.side.gone:
                        continue  # whoever declines keeps its own proposal
                    label = f"{crossed.label}, then {step.label}"
                    both = replace(step, label=label, broken=broken or step.broken)
                    yield from self._move(after, at, both, need, clock=False, send=first)
        else:
            yield from self._move(wallet, at, busy, need, clock=False)

    def _gives_way(self, own: int, other: int) -> bool:
        return {"never": False, "always": True}.get(self.crossing.gives_way, other < own)

    def _put(self, wallet: Wallet, at: int, step: Step) -> tuple[Wallet, str]:
        return wallet.put(at, step, heeds=self.crossing.heeds_the_lock)

    def _mask(self, wallet: Wallet, at: int, letters: tuple[Letter, ...]) -> int:
        session, _ = self.crossing.seats[wallet.agent][at]
        return self.post.mask(letters) << session * self.width

    def _move(
        self, wallet: Wallet, at: int, step: Step, need: int, *, clock: bool, send: int = 0
    ) -> Iterator[Move]:
        session, _ = self.crossing.seats[wallet.agent][at]
        after, broken = self._put(wallet, at, step)
        send |= self._mask(wallet, at, step.letters)
        state = step.side.session.state.value
        label = f"{NAMES[wallet.agent]}, session {session + 1}: {step.label} → {state}"
        if after != wallet or send or broken:
            need <<= session * self.width
            yield Move(need, self.number(after), send, label, broken, clock)


class Crowd(Graph):
    """All states of several sessions."""

    def __init__(self, crossing: Crossing) -> None:
        super().__init__(crossing.most)
        self.crossing = crossing
        self.wallets = Wallets(crossing)

    def start(self) -> tuple[int, ...]:
        """Nobody knows anything, nothing was sent."""
        return (*(self.wallets.begin(agent) for agent in range(self.crossing.agents)), 0)

    def after(self, one: int) -> Iterator[tuple[Move, tuple[int, ...]]]:
        """The moves of all wallets."""
        state, matters = self.states[one], self.wallets.matters
        messages = state[-1]
        for agent, mine in enumerate(state[:-1]):
            used = 0
            for other in state[:-1]:
                used |= 0 if other == mine else matters(other)
            for move in self.wallets.moves_of(mine):
                if move.need & ~messages:
                    continue
                if move.then == mine and not move.send & ~messages and not move.broken:
                    continue
                left = (messages | move.send) & (used | matters(move.then))
                after = (*state[:agent], move.then, *state[agent + 1 : -1], left)
                if after != state or move.broken:
                    yield move, after

    def at(self, one: int) -> list[dict[int, Side]]:
        """The sides of a state, by session and seat."""
        found: list[dict[int, Side]] = [{} for _ in self.crossing.sessions]
        for agent in range(self.crossing.agents):
            wallet = self.wallets.wallets[self.states[one][agent]]
            mine = self.crossing.seats[agent]
            for (session, seat), side in zip(mine, wallet.sides, strict=True):
                found[session][seat] = side
        return found
