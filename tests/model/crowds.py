"""The laws for several sessions at once, and what is searched.

Two sessions in every way that two can meet: both propose to each other, one is asked by two, one
asks while it is asked, and the same two twice; by all orders, losses, clocks and choices.  Rings
of three, and two who cross, once more without any fault: there at least one must complete (F42).
Bounds: wallets.py; rings are searched without faults only.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

from tests.model.graph import Move
from tests.model.laws import SETTLED, laws_of_side, truth
from tests.model.search import Found, Violation
from tests.model.side import NAMES, NEVER, Lock, Side, State
from tests.model.wallets import NOWHERE, Crossing, Crowd

S = State


class CrowdJudge:
    """Holds each state of several sessions against the laws."""

    def __init__(self, crossing: Crossing) -> None:
        self.crossing = crossing
        self.crowd = Crowd(crossing)
        self.found = Found()
        self._own: dict[int, tuple[str, str] | None] = {}

    def run(self) -> Found:
        """Search; stop at the first violation, which has a shortest trace."""
        crowd, found = self.crowd, self.found
        complete = crowd.explore(crowd.start(), self._look, self._broke)
        found.cut = not complete and not found.violations
        if complete:
            self._check_ends()
        found.states, found.moves = len(crowd.states), len(crowd.to)
        found.sides = len(crowd.wallets.wallets)
        return found

    def _report(self, law: str, what: str, one: int, last: str = "") -> bool:
        if not _wants(law, self.crossing.laws):
            return False
        self.found.violations.append(Violation(law, what, self.crowd.trace(one, last)))
        return True

    def _broke(self, one: int, move: Move) -> bool:
        law, _, what = move.broken.partition(": ")
        return self._report(law, what, one, move.label)

    def _look(self, one: int) -> bool:
        for number in self.crowd.states[one][:-1]:
            broken = self._judge_wallet(number)
            if broken and self._report(broken[0], broken[1], one):
                return True
        for sides in self.crowd.at(one):
            states = {side.session.state for side in sides.values()}
            gave_up = [
                side for side in sides.values() if side.session.state in NEVER and not side.counts
            ]
            if S.COMPLETED in states and gave_up and self._report("split", "one gave up", one):
                return True
            counts = any(side.counts for side in sides.values())
            if counts and not truth(sides, voted=True) and self._report("R8", "counts", one):
                return True
        return False

    def _judge_wallet(self, number: int) -> tuple[str, str] | None:
        if number not in self._own:
            self._own[number] = self._judge_now(number)
        return self._own[number]

    def _judge_now(self, number: int) -> tuple[str, str] | None:
        wallet = self.crowd.wallets.wallets[number]
        name, case = NAMES[wallet.agent], self.crossing.case
        wants = self.crossing.laws
        for side in wallet.sides:
            for law, what in laws_of_side(case, side):
                if _wants(law, wants):
                    return law, f"{name}: {what}"
        if sum(side.lock is Lock.OURS for side in wallet.sides) > 1 and _wants("lock", wants):
            return "lock", f"{name} is locked for two sessions"
        promised = [
            place
            for side, place in zip(wallet.sides, wallet.places, strict=True)
            if side.promise and place != NOWHERE
        ]
        if any(one == other for one, other in combinations(promised, 2)):
            return "fork", f"{name} promised one place to two sessions (R1)"
        return None

    # Ends -----------------------------------------------------------------------

    def _check_ends(self) -> None:
        states = range(len(self.crowd.states))
        if self.crossing.faultless:
            for one in states:
                if not self.crowd.next(one) and not self._has_completed(one):
                    self._report("crossing", "all came to nothing", one)
                    return
            return
        good = bytearray(self._is_good(one) for one in states)
        lost = self.crowd.reaching(good, by_itself=True).find(0)
        if lost >= 0:
            self._report("open", "no agreed end is reachable", lost)

    def _has_completed(self, one: int) -> bool:
        return any(
            {side.session.state for side in sides.values()} == {S.COMPLETED}
            for sides in self.crowd.at(one)
        )

    def _is_good(self, one: int) -> bool:
        return all(_agrees(sides) for sides in self.crowd.at(one))


def _wants(law: str, laws: frozenset[str] | None) -> bool:
    return laws is None or law in laws


def _agrees(sides: dict[int, Side]) -> bool:
    over = all(
        side.session.state in SETTLED and side.lock is not Lock.OURS for side in sides.values()
    )
    return over and len({side.counts for side in sides.values()} | {truth(sides, voted=True)}) == 1


_MEETINGS = (
    Crossing("two cross", ((0, 1), (1, 0))),
    Crossing("asked by two", ((0, 2), (1, 2))),
    Crossing("asked while asking, the first goes on", ((0, 1), (1, 2))),
    Crossing("asked while asking, the second goes on", ((1, 2), (0, 1))),
    Crossing("twice the same", ((0, 1), (0, 1))),
)
_RINGS = (
    Crossing("ring of three", ((0, 1), (1, 2), (2, 0)), faultless=True),
    Crossing("ring of three, the other way", ((0, 2), (2, 1), (1, 0)), faultless=True),
)
_FAULTLESS = tuple(replace(one, name=f"{one.name}, no faults", faultless=True) for one in _MEETINGS)
CROSSINGS = {one.name: one for one in (*_MEETINGS, *_FAULTLESS, *_RINGS)}


def _planted(name: str, case: str, law: str, **more: Any) -> Crossing:
    laws = frozenset({law})
    return replace(CROSSINGS[case], name=f"{name} ({case}, {law})", laws=laws, **more)


PLANTED = {
    one.name: one
    for one in (
        _planted("a lock for each", "asked by two", "lock", heeds_the_lock=False),
        _planted("a lock for each", "asked by two", "fork", heeds_the_lock=False),
        _planted("nobody gives way", "two cross, no faults", "crossing", gives_way="never"),
        _planted("both give way", "two cross, no faults", "crossing", gives_way="always"),
        _planted("nobody gives way", "ring of three", "crossing", gives_way="never"),
    )
}


def search_crossing(crossing: Crossing) -> Found:
    """Search several sessions; at most one violation, with a shortest trace."""
    return CrowdJudge(crossing).run()
