"""Two sessions for one place of one chain, before the same witnesses (mode Q, *Slot rule*).

A lying signer promises the same place to two partners, and everything it needs reaches every
witness, in any order.  Each witness votes about both by its table, and gives the place away by
`slots.follows`.  Witnesses who stand alike are one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tests.model.ballots import Ballots
from tests.model.case import Case
from tests.model.post import Post
from tests.model.search import Found, Violation
from tests.model.side import AGENTS, F
from wallet.crypto.hashing import hash_bytes
from wallet.crypto.ids import ActionHash
from wallet.protocol.countersign.slots import Given, Promise, follows
from wallet.protocol.messages.countersigning import COMMIT, Verdict

SESSIONS = (F, hash_bytes(b"the rival session"))
OLDER = hash_bytes(b"an older session")


def _action(word: bytes) -> ActionHash:
    return ActionHash.of(hash_bytes(word).raw)


TOP = _action(b"top")
PROMISES = tuple(Promise(AGENTS[0], 7, TOP, _action(name.encode())) for name in SESSIONS)


@dataclass(frozen=True)
class Rivals:
    """So many witnesses, of whom so many must agree."""

    name: str
    witnesses: int
    needed: int
    knows_the_chain: bool = True  # the top was witnessed before, else nothing of this chain was
    keeps_places: bool = True


class Voter(NamedTuple):
    """One witness: its ballots about both sessions, and whose the newest place it gave away is."""

    ballots: tuple[int, int]
    gave: int = 0  # 0: nobody's of these two, else the number of the session


class Contest:
    """All witnesses of two sessions, each with its moves, worked out once."""

    def __init__(self, rivals: Rivals) -> None:
        self.rivals = rivals
        case = Case(rivals.name, 2, "payment", "Q", rivals.witnesses, rivals.needed)
        self.ballots = Ballots(case, Post(case))
        fresh = self.ballots.start()[-1]
        self.voters = [Voter((fresh, fresh))]
        self.numbers = {self.voters[0]: 0}
        self._votes: dict[int, list[tuple[str, int]]] = {}

    def votes(self, number: int) -> list[tuple[str, int]]:
        """What this witness may say next, and what it is then."""
        if number not in self._votes:
            self._votes[number] = list(self._work_out(self.voters[number]))
        return self._votes[number]

    def _work_out(self, voter: Voter) -> Iterator[tuple[str, int]]:
        for at, promise in enumerate(PROMISES):
            fits = not self.rivals.keeps_places or follows(self._newest(voter), promise)
            for then in self.ballots.says(voter.ballots[at], fits=fits):
                both = (then, voter.ballots[1]) if at == 0 else (voter.ballots[0], then)
                new = self.said(then) - self.said(voter.ballots[at])
                after = Voter(both, at + 1 if COMMIT in new else voter.gave)
                if after not in self.numbers:
                    self.numbers[after] = len(self.voters)
                    self.voters.append(after)
                yield f"a witness votes {'/'.join(new)} in session {at + 1}", self.numbers[after]

    def _newest(self, voter: Voter) -> Given | None:
        if voter.gave:
            promise = PROMISES[voter.gave - 1]
            return Given(promise.seq, promise.action, SESSIONS[voter.gave - 1])
        return Given(6, TOP, OLDER) if self.rivals.knows_the_chain else None

    def said(self, ballot: int) -> frozenset[Verdict]:
        """What a witness has said in one session."""
        return self.ballots.witnesses[ballot].said

    def commits(self, state: tuple[int, ...], at: int) -> int:
        """How many witnesses said yes to this session."""
        return sum(COMMIT in self.said(self.voters[one].ballots[at]) for one in state)


def search_rivals(rivals: Rivals) -> Found:
    """Search until both sessions have a certificate."""
    contest, found = Contest(rivals), Found()
    start = (0,) * rivals.witnesses
    parent, todo = {start: (start, "")}, [start]
    for state in todo:
        if all(contest.commits(state, at) >= rivals.needed for at in (0, 1)):
            trace = _trace(parent, state)
            found.violations.append(Violation("fork", "two certificates for one place", trace))
            break
        for place, voter in enumerate(state):
            for label, then in contest.votes(voter):
                found.moves += 1
                after = tuple(sorted((*state[:place], then, *state[place + 1 :])))
                if after not in parent:
                    parent[after] = (state, label)
                    todo.append(after)
    found.states, found.sides = len(parent), len(contest.voters)
    return found


def _trace(
    parent: dict[tuple[int, ...], tuple[tuple[int, ...], str]], state: tuple[int, ...]
) -> list[str]:
    steps = []
    while parent[state][1]:
        state, label = parent[state]
        steps.append(label)
    return steps[::-1]


RIVALS = {
    one.name: one
    for one in (
        Rivals("rivals before 2 of 3", 3, 2),
        Rivals("rivals before 3 of 5", 5, 3),
        Rivals("rivals on a chain nobody knows, 2 of 3", 3, 2, knows_the_chain=False),
    )
}
PLANTED_RIVALS = {
    one.name: one
    for one in (
        Rivals("places are not kept, 2 of 3", 3, 2, keeps_places=False),
        Rivals("half is enough, 2 of 4", 4, 2),  # F34
    )
}
