"""The witnesses of mode Q, each by the project's table, and the states with them.

Read together with wallet/engine/desks/witnessing.py (what reaches the table) and voting.py (what
signers do about it).  Assumed, all of it more than can happen:

* Once a signature has left for the collector, any witness may have it: the collector passes it
  on, and in doubt each signer asks all.  Clocks are arbitrary, so any request may come late.
* A vote is heard by whoever asks for it, and a vote to abort by all signers; a signer asks after
  the end.  Who hears it is told when so many votes are out that they decide.
* Whether the places fit (the slot rule) is anybody's guess at each request; what the rule is for
  is searched in rivals.py.

Two witnesses who stand alike are one: the collector is told apart, the others are sorted.  What a
witness does between two votes is seen by nobody, so it is done in one move, just before the vote.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.model.case import Case
from tests.model.graph import Move
from tests.model.post import Post
from tests.model.search import Space
from tests.model.side import AGENTS, F
from wallet.model.errors import ProtocolBreach
from wallet.protocol.countersign import witness
from wallet.protocol.countersign.witness import Ballot, State
from wallet.protocol.effects import ClearTimer, SetTimer
from wallet.protocol.machine import Input
from wallet.protocol.messages.countersigning import ABORT, COMMIT, Verdict

ONE = AGENTS[0]
VOTED = (State.COMMIT, State.ABORT)


class Witness(NamedTuple):
    """All that one witness keeps about the session."""

    record: Ballot
    lies: bool = False  # it says what it likes, and both
    said: frozenset[Verdict] = frozenset()
    doubted: bool = False  # a request came late
    ended: bool = False  # the end, and the time a late signature has, are past
    asked: bool = False  # it asked the other witnesses
    timers: frozenset[str] = frozenset()


class Heard(NamedTuple):
    """What one input did to a witness."""

    one: Witness
    sent: bool  # the certificate, to all signers
    broken: str


class Ballots:
    """All witnesses met, each with its moves, worked out once."""

    def __init__(self, case: Case, post: Post) -> None:
        self.case, self.post = case, post
        self.witnesses: list[Witness] = []
        self.numbers: dict[Witness, int] = {}
        self.moves: dict[int, list[Move]] = {}
        self.used: set[tuple[State, type[Input]]] = set()
        self.whole = 0
        for seat in range(case.signers):
            self.whole |= post.signature(seat)

    def number(self, one: Witness) -> int:
        """The number of a witness."""
        if one not in self.numbers:
            self.numbers[one] = len(self.witnesses)
            self.witnesses.append(one)
        return self.numbers[one]

    def start(self) -> list[int]:
        """The collector, and the others; those who lie are the last."""
        found = []
        for place in range(self.case.witnesses):
            first = place == 0
            record = Ballot(
                session=F, me=ONE, collector=first, alone=first and self.case.needed == 1
            )
            lies = place >= self.case.witnesses - self.case.liars_who_vote
            found.append(self.number(Witness(record, lies)))
        return found

    def moves_of(self, number: int) -> list[Move]:
        """Each way to say something new."""
        if number not in self.moves:
            one = self.witnesses[number]
            found = self._lies(one) if one.lies else self._until_heard(one)
            self.moves[number] = list(dict.fromkeys(found))
        return self.moves[number]

    def _lies(self, one: Witness) -> Iterator[Move]:
        for verdict, need in ((COMMIT, self.whole), (ABORT, 0)):
            if verdict not in one.said:
                then = self.number(one._replace(said=one.said | {verdict}))
                yield Move(need, then, 0, f"a lying witness votes {verdict}", "", False)

    def says(self, number: int, *, fits: bool) -> set[int]:
        """What may become of a witness when all is asked of it and the places fit, or do not."""
        return {move.then for move in self._until_heard(self.witnesses[number], (fits,))}

    def _until_heard(
        self, first: Witness, fits: tuple[bool, ...] = (False, True)
    ) -> Iterator[Move]:
        seen, todo = {(first, 0)}, [(first, 0)]
        while todo:
            one, needed = todo.pop()
            for given, need in self._inputs(one, fits):
                after, sent, broken = self._step(one, given)
                need |= needed
                if after.said != one.said or sent or broken:
                    who = "the collector" if one.record.collector else "a witness"
                    label = f"{who}: {type(given).__name__} → {after.record.state.value}"
                    send = self.post.certified if sent else 0
                    yield Move(need, self.number(_in_short(after)), send, label, broken, True)
                elif (after, need) not in seen:
                    seen.add((after, need))
                    todo.append((after, need))

    def _inputs(self, one: Witness, fits: tuple[bool, ...]) -> Iterator[tuple[Input, int]]:
        for late in (False, True):
            for seat in range(self.case.signers):
                yield witness.Asked(ONE, 1, late), self.post.signature(seat)
            for fit in fits:
                yield witness.SetWhole(ONE, 1, late, fit), self.whole
        if "decide" in one.timers:
            yield witness.DecideDue(), 0
        if "hear" in one.timers:
            yield witness.HeardOut(), 0
        if one.record.state is not State.NO_VOTE:
            yield witness.VoteShown(ONE, True), self.post.commits

    def _step(self, one: Witness, given: Input) -> Heard:
        self.used.add((one.record.state, type(given)))
        if isinstance(given, witness.DecideDue):
            one = one._replace(ended=True, timers=one.timers - {"decide"})
        if isinstance(given, witness.HeardOut):
            one = one._replace(timers=one.timers - {"hear"})
        if isinstance(given, witness.Asked | witness.SetWhole) and given.late:
            one = one._replace(doubted=True)
        try:
            record, effects = self.case.witness_table.step(one.record, given)
        except ProtocolBreach as breach:
            return Heard(one, False, f"breach: no row for {breach.input} in {breach.state}")
        after, sent, broken = one._replace(record=record), False, ""
        for effect in effects:
            if isinstance(effect, SetTimer):
                after = after._replace(timers=after.timers | {effect.name})
            elif isinstance(effect, ClearTimer):
                after = after._replace(timers=after.timers - {effect.name})
            elif isinstance(effect, witness.AskWitnesses):
                after = after._replace(asked=True)
            elif isinstance(effect, witness.CastVote):
                broken = broken or _judge_vote(after, given, effect.verdict)
                after = after._replace(said=after.said | {effect.verdict})
            elif isinstance(effect, witness.SendCertificate):
                sent = True
            elif isinstance(effect, witness.SendVote) and record.alone:
                sent = sent or (effect.to is None and record.state is State.COMMIT)
        return Heard(after, sent, broken)


def _judge_vote(one: Witness, given: Input, verdict: Verdict) -> str:
    """What is wrong with this vote, by the rules of mode Q."""
    if one.said - {verdict}:
        return "vote: says yes and no"
    if verdict == COMMIT and not (isinstance(given, witness.SetWhole) and given.fits):
        return "vote: says yes to what is not whole, or does not fit"
    if verdict == ABORT and not (one.doubted and one.ended and one.asked):
        return "vote: says no unasked, before its time, or without asking the others"
    return ""


def _in_short(one: Witness) -> Witness:
    # Who has voted never looks at how it came to that.
    if one.record.state not in VOTED:
        return one
    plain = Ballot(
        session=F,
        me=ONE,
        collector=one.record.collector,
        alone=one.record.alone,
        state=one.record.state,
        certified=one.record.certified,
    )
    return Witness(plain, said=one.said)


class VotingSpace(Space):
    """All states of a case with witnesses: signers, the collector, the others, messages."""

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.ballots = Ballots(case, self.post)
        self.post.kept |= self.ballots.whole
        self._decisions: dict[tuple[int, ...], int] = {}

    def start(self) -> tuple[int, ...]:
        """Nobody knows anything, nothing was sent, nobody has voted."""
        *signers, messages = super().start()
        return (*signers, *self.ballots.start(), messages)

    def after(self, one: int) -> Iterator[tuple[Move, tuple[int, ...]]]:
        """The moves of all signers, and of one of each sort of witness."""
        yield from super().after(one)
        state, first = self.states[one], self.case.signers
        messages, used = state[-1], self.post.kept
        for signer in state[:first]:
            used |= self.sides.matters(signer)
        for place in range(first, len(state) - 1):
            if place > first + 1 and state[place] == state[place - 1]:
                continue  # stands like the one before
            for move in self.ballots.moves_of(state[place]):
                if move.need & ~messages:
                    continue
                votes = [*state[first:place], move.then, *state[place + 1 : -1]]
                sorted_ = (votes[0], *sorted(votes[1:]))
                left = (messages | move.send | self._decided(sorted_)) & used
                after = (*state[:first], *sorted_, left)
                if after != state or move.broken:
                    yield move, after

    def _decided(self, votes: tuple[int, ...]) -> int:
        if votes not in self._decisions:
            self._decisions[votes] = self._count(votes)
        return self._decisions[votes]

    def _count(self, votes: tuple[int, ...]) -> int:
        said = [self.ballots.witnesses[number].said for number in votes]
        commits = sum(COMMIT in one for one in said) >= self.case.needed
        aborts = sum(ABORT in one for one in said) >= self.case.aborts_needed
        return commits * self.post.commits | aborts * self.post.aborts
