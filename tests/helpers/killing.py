"""Three real processes that pay each other and are killed at points that dice choose.

Two have a tally; the third decides as an enzyme, votes as a witness, or has nothing to do with it.
A round wants payments, kills one or more of the three, starts again who was killed, and waits
until nothing is open any more.  What must hold then stands in `Rounds.check`.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Self

from tests.helpers.running import Gone, Running, View, open_tally

PASSWORD = "one for the test"
NAMES = ("ada", "bo", "eve")
MODES = ("P", "E", "Q")
# As in the wallet, and shorter: what waits for the end of a session should not wait long.
LIMITS = {
    "SESSION_POLICY_MS": 2_000,
    "MIN_REMAINING_MS": 300,
    "ASK_FIRST_MS": 200,
    "PARK_AFTER_MS": 1_000,
    "DECIDE_AFTER_MS": 500,
    "HEAR_WITNESSES_MS": 300,
    # What limits a partner's demands in an hour: three hundred rounds are days of people's lives.
    "LOCK_BUDGET_MS": 3_600_000,
    "QUESTIONS_PER_HOUR": 1_000_000,
    "BALLOTS_PER_HOUR": 1_000_000,
    # A password that is opened some hundred times.
    "DEFAULT_PASSES": 1,
    "DEFAULT_MEMORY_KIB": 8_192,
}
EVENTS = ("commit", "send", "receive", "heard")
EVENTS_PER_PAYMENT = 4
LATE_SECONDS = 3.0  # beyond the end of every session that ran when it was killed
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Plan:
    """One round: who pays whom by which mode, who is killed where, and how long it stays away."""

    mode: str
    payer: str
    payments: int
    traps: dict[str, str]  # name → words of `launcher.py`
    away: dict[str, float]  # name → seconds until it is started again

    @property
    def payee(self) -> str:
        """The other one."""
        return "bo" if self.payer == "ada" else "ada"


def a_plan(dice: Random, mode: str) -> Plan:
    """Throw the dice."""
    count, payments = dice.choices((1, 2, 3), (6, 3, 1))[0], dice.choice((1, 2, 2, 3))
    # The third has nothing to do in mode P; killed beside the others it only takes time.
    among = NAMES if mode != "P" else NAMES[:2]
    victims = dice.sample(among, min(count, len(among)))
    return Plan(
        mode=mode,
        payer=dice.choice(NAMES[:2]),
        payments=payments,
        traps={name: _a_trap(dice, payments * EVENTS_PER_PAYMENT) for name in victims},
        away={name: dice.choice((0.0, 0.0, 0.0, 0.0, 0.0, LATE_SECONDS)) for name in victims},
    )


def _a_trap(dice: Random, most: int) -> str:
    when, event = dice.choice(("before", "after")), dice.choice(EVENTS)
    return f"now {dice.randint(1, most)} {when} {event}"


@dataclass(slots=True)
class Seen:
    """What happened in all rounds."""

    rounds: int = 0
    seconds: float = 0.0
    splits: int = 0
    stuck: int = 0
    kills: int = 0
    payments: int = 0
    troubles: list[str] = field(default_factory=list)


class Rounds:
    """The three processes, from their founding to their end; a context."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.dice = Random(seed)
        self.seen = Seen()
        self._folder = folder
        self._password = folder / "password"
        self._running: dict[str, Running] = {}
        self._back: dict[str, float] = {}  # who is away: when it comes back, monotonic
        self._stack = ExitStack()
        self._paid: list[str] = []
        self._told: set[str] = set()

    def __enter__(self) -> Self:
        self._password.write_text(PASSWORD, "utf-8")
        self._stack.callback(self._close)
        for name in NAMES:
            self._start(name).init(name.title(), password=PASSWORD)
        ada, bo, eve = (self._running[name] for name in NAMES)
        open_tally(ada, bo, they_may_owe="1000000", i_may_owe="1000000")
        eve.ask("serve", decide="anyone", vote="anyone")
        card = eve.ask("card")
        for one in (ada, bo):
            one.ask("witness", act="add", subject=card)
        for one in (ada, bo):
            one.until(
                lambda one=one: one.ask("witnesses"),
                lambda known: all(who["online"] for who in known),
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kill what still runs."""
        self._stack.close()

    # One round ----------------------------------------------------------------------

    def play(self, plan: Plan) -> float:
        """Play one round; returns its seconds."""
        begun = time.monotonic()
        self._paid.clear()
        for name, words in plan.traps.items():
            self._ask(name, "trap", words=words)
        self._pay(plan)
        settled = self._settle(plan, begun + PATIENCE_SECONDS)
        for name in plan.traps:
            self._ask(name, "trap", words="")
        # A trap may have closed in the very last moment.
        settled = settled and self._settle(plan, time.monotonic() + PATIENCE_SECONDS)
        self.seen.rounds += 1
        self.check(plan, settled=settled)
        seconds = time.monotonic() - begun
        self.seen.seconds += seconds
        return seconds

    def _settle(self, plan: Plan, end: float) -> bool:
        """Start who is gone and answer who asks, until nothing is open or the time is over."""
        while not self._is_settled():
            if time.monotonic() > end:
                return False
            self._restart(plan)
            self._answer(plan)
            self._idle()
        return True

    def _pay(self, plan: Plan) -> None:
        how: dict[str, Any] = {"E": {"enzyme": "Eve"}, "Q": {"witnesses": "Eve", "needed": 1}}.get(
            plan.mode, {}
        )
        for number in range(plan.payments):
            made = self._ask(
                plan.payer, "pay", tally=plan.payee, amount=f"0.{number + 1}", wait=0, **how
            )
            if made is not None:  # else it was killed, and may have kept it or not
                self._paid.append(made["uuid"])
                self.seen.payments += 1

    def _restart(self, plan: Plan) -> None:
        for name, one in list(self._running.items()):
            if one.is_gone and name not in self._back:
                one.close()
                self.seen.kills += 1
                self._back[name] = time.monotonic() + plan.away.get(name, 0.0)
        due = [name for name, at in self._back.items() if time.monotonic() >= at]
        for one in [self._start(name) for name in due]:
            one.wait("Ready")
        for name in due:
            del self._back[name]

    def _answer(self, plan: Plan) -> None:
        """The payee's person accepts whatever asks."""
        for one in self._ask(plan.payee, "sessions") or ():
            if one["state"] == "asked":
                self._ask(plan.payee, "accept", subject=one["id"])

    # What must hold -----------------------------------------------------------------

    def _is_settled(self) -> bool:
        """Whether everybody is here and nothing is open: no session, no payment, no lock."""
        if self._back or any(one.is_gone for one in self._running.values()):
            return False
        if any(self._ask(name, "sessions") != [] for name in NAMES):
            return False
        halves = []
        for name in NAMES[:2]:
            status, tallies = self._ask(name, "status"), self._ask(name, "tallies")
            if not status or status[1]["waiting"] or not tallies:
                return False
            halves.append(tallies[0])
        here, there = halves
        return bool(
            here["confirmed"] == here["chits"] == there["confirmed"] == there["chits"]
            and here["reserved"] == there["reserved"] == 0
        )

    def check(self, plan: Plan, *, settled: bool) -> None:
        """Both show the same or neither; nobody is locked; every payment that was taken is made."""
        split = self._contradictions()
        here, there = (self._half(name) for name in NAMES[:2])
        if here["balance"] != -there["balance"] or here["head"] != there["head"]:
            split.append(f"balances {here['balance']} {there['balance']}")
        for uuid in self._paid:
            states = {self._state(name, uuid) for name in NAMES[:2]}
            if settled and states != {"good"}:
                split.append(f"chit {uuid}: {states}")
        self.seen.splits += bool(split)
        if not settled:
            self.seen.stuck += 1
            live = {name: self._ask(name, "sessions") for name in NAMES}
            split.append(f"stuck: {live}")
        self.seen.troubles += [f"round {self.seen.rounds}, {plan}: {one}" for one in split]

    def verify(self) -> list[str]:
        """What does not verify, by name."""
        found = {name: (self._ask(name, "verify") or {"problem": "gone"}) for name in NAMES}
        return [f"{name}: {one['problem']}" for name, one in found.items() if one["problem"]]

    def _contradictions(self) -> list[str]:
        """Sessions that one completed and another, the enzyme among them, gave up; each once."""
        outcomes: dict[str, dict[str, str]] = {}
        for name in NAMES:
            for one in self._ask(name, "sessions", ended=True) or ():
                outcomes.setdefault(one["id"], {})[name] = one["outcome"]
        found = [
            session
            for session, ended in outcomes.items()
            if {"done", "not done"} <= set(ended.values()) and session not in self._told
        ]
        self._told.update(found)
        return [f"session {session}: {outcomes[session]}" for session in found]

    def _half(self, name: str) -> View:
        found = self._ask(name, "tallies")
        return dict(found[0]) if found else {"balance": None, "head": name}

    def _state(self, name: str, uuid: str) -> str:
        found = self._ask(name, "chit", chit=uuid)
        return str(found["state"]) if found else "none"

    # Processes ----------------------------------------------------------------------

    def _start(self, name: str) -> Running:
        limits = " ".join(f"{key}={value}" for key, value in LIMITS.items())
        more = ("--password-file", str(self._password))
        one = Running(self._folder / name, limits=limits, more=more)
        self._running[name] = one
        return one

    def _ask(self, name: str, do: str, **values: Any) -> Any:
        """The answer; None where it is gone, dies meanwhile, or refuses."""
        one = self._running[name]
        if name in self._back:
            return None
        try:
            return one.answer(one.tell(do, **values)).get("ok")
        except Gone:
            return None

    def _idle(self) -> None:
        here = next((one for one in self._running.values() if not one.is_gone), None)
        try:
            if here is not None:
                here.idle(LOOK_SECONDS)
        except Gone:
            pass  # seen in the next turn

    def _close(self) -> None:
        for one in self._running.values():
            one.process.kill()
            one.close()
