"""The laws every reachable state must keep, and the search that holds states against them.

Source: countersigning.md, R1–R8 and *What the search showed*.  Each law is named; a negative
control may ask for some of them only, to show the damage it is known for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from tests.model.ballots import VotingSpace
from tests.model.case import Case
from tests.model.graph import Move
from tests.model.search import Found, Space, Violation
from tests.model.side import HOLDS, NAMES, NEVER, OVER, Lock, Place, Side, State

S = State
SETTLED = OVER | {S.NEW}
LAWS = {
    "breach": "no honest message meets a state without a row",
    "fork": "one place of a chain holds one thing, and the promised one nothing foreign (R1, R4)",
    "word": "no promise after release or without the lock, no completion after a stop (R1, R3, R8)",
    "framed": "an honest chain makes one claim about one place (R4, N4)",
    "proof": "what counts has a proof that stands alone",
    "lock": "the lock is held exactly while prepared or committed",
    "split": "nobody completes what another has given up",
    "crossing": "of proposals that cross, without faults and choices at least one completes (F42)",
    "vote": "a witness says one thing: yes to what is whole and fits; no in doubt, past its time "
    "and having asked the others (mode Q)",
    "R8": "a chit counts only if the payer signed it bare, or finalised, or all signed and the "
    "payee has not stopped",
    "cheated": "an honest signer gives nothing up while a liar who told one story can prove it",
    "frozen": "who holds the lock comes free by its own clock, and where a person sits, by choice",
    "doubt": "who signs last ends by its own clock alone, a payer by its clock and choice",
    "settled": "what all have agreed on stays so",
    "open": "from everywhere an end is reachable on which all agree, by clocks and messages alone",
}


class Judge:
    """Holds each state against the laws."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.space = VotingSpace(case) if case.mode == "Q" else Space(case)
        self.found = Found()
        self._own: dict[int, tuple[str, str] | None] = {}
        self._frees: dict[tuple[int, str], bool] = {}

    def run(self) -> Found:
        """Search; stop at the first violation, which has a shortest trace."""
        complete = self.space.explore(self.space.start(), self._look, self._broke)
        self.found.cut = not complete and not self.found.violations
        if complete and self.case.liar is None:
            self._check_ends()
        self.found.states = len(self.space.states)
        self.found.moves = len(self.space.to)
        self.found.sides = len(self.space.sides.sides)
        return self.found

    def _wants(self, law: str) -> bool:
        return self.case.laws is None or law in self.case.laws

    def _report(self, law: str, what: str, one: int, last: str = "") -> bool:
        if not self._wants(law):
            return False
        self.found.violations.append(Violation(law, what, self.space.trace(one, last)))
        return True

    def _broke(self, one: int, move: Move) -> bool:
        law, _, what = move.broken.partition(": ")
        if law == "breach" and self.case.liar is not None:
            return False  # a liar's message that has no row is refused
        return self._report(law, what, one, move.label)

    def _look(self, one: int) -> bool:
        state = self.space.states[one]
        for seat in self.case.honest:
            broken = self._judge_side(state[seat], seat)
            if broken and self._report(broken[0], f"{NAMES[seat]}: {broken[1]}", one):
                return True
        sides = self.space.at(one)
        laws = (self._split(one, sides), self._r8(one, sides), self._cheated(one, sides))
        return any(law and self._report(law[0], law[1], one) for law in laws)

    # One side -------------------------------------------------------------------

    def _judge_side(self, number: int, seat: int) -> tuple[str, str] | None:
        if number not in self._own:
            side = self.space.sides.sides[number]
            assert side is not None
            broken = (law for law in self._laws_of_side(number, side) if self._wants(law[0]))
            self._own[number] = next(broken, None)
        return self._own[number]

    def _laws_of_side(self, number: int, side: Side) -> Iterator[tuple[str, str]]:
        one = side.session
        yield from laws_of_side(self.case, side)
        if side.lock is Lock.OURS and not self._reaches(number, "free"):
            yield "frozen", f"locked in {one.state.name} and cannot come free alone"
        begun = one.state is not S.NEW
        if (one.completer or one.payer) and begun and not self._reaches(number, "over"):
            yield "doubt", f"cannot end alone from {one.state.name}"

    def _reaches(self, number: int, goal: str) -> bool:
        """Whether this side alone, all others dead, comes to the goal."""
        key = number, goal
        if key not in self._frees:
            self._frees[key] = self._reaches_now(number, goal)
        return self._frees[key]

    def _reaches_now(self, number: int, goal: str) -> bool:
        seen, todo = {number}, [number]
        while todo:
            one = todo.pop()
            side = self.space.sides.sides[one]
            assert side is not None
            free, over = side.lock is not Lock.OURS, side.session.state in OVER
            if free if goal == "free" else over:
                return True
            by_person = not side.session.automatic and not side.session.completer
            for move in self.space.sides.moves_of(one):
                alone = not move.need and (move.clock or by_person)
                if alone and move.then not in seen:
                    seen.add(move.then)
                    todo.append(move.then)
        return False

    # All sides ------------------------------------------------------------------

    def _equivocated(self, one: int) -> bool:
        """Whether signatures of the liar contradict each other: proof against it alone (F27)."""
        post, messages = self.space.post, self.space.messages(one)
        shown = post.shown(messages, "slot")
        if len(shown) > 1:
            return True
        # Who signs last signs in the transaction that finalises; in an agreement nobody stops
        # after signing; nothing foreign ever stands where a promise was given (R4, R8).
        out = post.shown(messages, "signature") or post.shown(messages, "certificate")
        foreign = {Place.OTHER} | ({Place.STOPPED} if self._bound_by_promise else set())
        return bool(out and shown & foreign)

    @cached_property
    def _bound_by_promise(self) -> bool:
        return bool(self.case.kind != "payment" or self.case.liar == 0)

    def _split(self, one: int, sides: dict[int, Side]) -> tuple[str, str] | None:
        yes = [NAMES[seat] for seat, side in sides.items() if side.session.state is S.COMPLETED]
        no = [
            NAMES[seat]
            for seat, side in sides.items()
            if side.session.state in NEVER and not side.counts
        ]
        if not yes and self.case.mode == "Q" and self.space.messages(one) & self.space.post.commits:
            yes = ["the certificate"]
        if not yes or not no or (self._excuses and self._equivocated(one)):
            return None
        return "split", f"{yes[0]} completed and {no[0]} gave up"

    @cached_property
    def _excuses(self) -> bool:
        # In modes E and Q no signer's two stories lead to a split (F27), in mode P they may (F28).
        return self.case.liar is not None and self.case.mode == "P"

    def _r8(self, one: int, sides: dict[int, Side]) -> tuple[str, str] | None:
        if self.case.kind != "payment" or self.case.liar is not None:
            return None
        if self._truth(one, sides):
            return None
        payer, payee = sides[0], sides[1]
        # A payer may complete what it parked, and the payee have stopped: it owes until it hears
        # of the stop, and then makes it count (N7).
        owes = payer.session.state is S.COMPLETED and payer.place is Place.PARKED
        if payee.counts or (payer.counts and not owes):
            return "R8", "the chit counts somewhere and nothing makes it count"
        return None

    def _truth(self, one: int, sides: dict[int, Side]) -> bool:
        voted = self.case.mode != "Q" or self.space.messages(one) & self.space.post.commits
        return truth(sides, voted=bool(voted))

    def _cheated(self, one: int, sides: dict[int, Side]) -> tuple[str, str] | None:
        liar = self.case.liar
        if liar is None or self._equivocated(one):
            return None
        messages, post = self.space.messages(one), self.space.post
        last = self.case.completer
        if last in sides and sides[last].session.state in NEVER and sides[last].promise:
            return "cheated", f"{NAMES[last]} gave up and its signature is out"
        payer = sides.get(0)
        if payer is not None and payer.session.state in NEVER and payer.bare:
            return "cheated", f"{NAMES[0]} gave up and its own signature is out"
        finalised = Place.FINALISED in post.shown(messages, "slot")
        whole = self.case.kind == "payment" or all(side.promise for side in sides.values())
        proven = post.shown(messages, "certificate") or (liar == last and finalised and whole)
        for seat, side in sides.items():
            if proven and side.session.state is S.ABORTED and not side.counts:
                return "cheated", f"{NAMES[seat]} gave up what the liar can prove"
        return None

    # Ends -----------------------------------------------------------------------

    def _check_ends(self) -> None:
        good = bytearray(self._is_good(one) for one in range(len(self.space.states)))
        can = self.space.reaching(good, by_itself=True)
        lost = can.find(0)
        if lost >= 0:
            states = ", ".join(
                f"{NAMES[seat]} {side.session.state.name} {side.place.name}"
                for seat, side in self.space.at(lost).items()
            )
            self._report("open", f"no agreed end is reachable from: {states}", lost)
        for one in range(len(good)):
            if good[one] and all(
                side.session.state in OVER for side in self.space.at(one).values()
            ):
                worse = next((then for then in self.space.next(one) if not good[then]), None)
                if worse is not None and self._report("settled", "and then not", worse):
                    return

    def _is_good(self, one: int) -> bool:
        sides = self.space.at(one)
        if any(
            side.session.state not in SETTLED or side.lock is Lock.OURS for side in sides.values()
        ):
            return False
        if self.case.kind == "payment":
            counts = {sides[seat].counts for seat in self.case.parties}
            return len(counts | {self._truth(one, sides)}) == 1
        return len({side.session.state is S.COMPLETED for side in sides.values()}) == 1


def laws_of_side(case: Case, side: Side) -> Iterator[tuple[str, str]]:
    """What one signer's keeping breaks, whatever may come."""
    one, place = side.session, side.place
    if (side.lock is Lock.OURS) != (one.state in HOLDS):
        yield "lock", f"{side.lock.value} holds the chain in {one.state.name}"
    if side.promise and place is Place.OTHER:
        yield "fork", "another action where it promised its session action"
    if side.promise and one.state in (S.RELEASED, S.CANCELLED, S.NEW, S.PREPARED, S.PROPOSED):
        yield "word", f"promised, and {one.state.name}"
    if place is Place.STOPPED and one.state is S.COMPLETED:
        yield "word", "completes by certificate what it said it never would"
    if place is Place.STOPPED and side.promise and not one.payee:
        yield "word", "stops what it promised, and is no payee"
    if one.state is S.COMPLETED and place not in (Place.FINALISED, Place.PARKED):
        yield "word", f"completed, and {place.value} stands at its place"
    claims = {place} - {Place.EMPTY}
    if case.promise_is_claim and side.promise:
        claims.add(Place.FINALISED)
    if len(claims) > 1:
        yield "framed", " and ".join(sorted(claim.value for claim in claims))


def truth(sides: dict[int, Side], *, voted: bool) -> bool:
    """Whether the chit counts, word for word as R8 says; seat 0 pays, seat 1 is paid.

    `voted`: so many witnesses said yes, or nobody votes.
    """
    payer, payee = sides[0], sides[1]
    certificate = voted and all(side.promise for side in sides.values())
    finalised = payer.place is Place.FINALISED
    return payer.bare or finalised or (certificate and payee.place is not Place.STOPPED)


def search(case: Case) -> Found:
    """Search a case; at most one violation, with a shortest trace."""
    return Judge(case).run()
