"""What was asked, whether by arguments or by a JSON line, and how its words become values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from wallet.cli.waiting import wait_until
from wallet.engine.api.door import Door
from wallet.engine.api.views import (
    ChitView,
    Direction,
    SessionState,
    SessionView,
    SideTerms,
    TallyView,
)
from wallet.engine.api.views_signing import WitnessView
from wallet.model.amounts import PLAIN, parse_amount
from wallet.model.credit import ALONE, Signing
from wallet.model.errors import AmountZero, NotFound, WrongState

T = TypeVar("T")
_UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_DIRECTIONS = {"they-owe-me": Direction.THEY_OWE_ME, "i-owe-them": Direction.I_OWE_THEM}


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a command may be told: a word in place, or (`flag`) one behind --its-name."""

    name: str
    help: str
    flag: bool = False
    needed: bool = True
    default: Any = None
    kind: Callable[[str], Any] = str
    choices: tuple[str, ...] = ()
    switch: bool = False  # present or not
    many: bool = False  # one or more words


def word(name: str, help: str, **given: Any) -> Option:
    """A word in its place on the command line."""
    return Option(name, help, **given)


def flag(name: str, help: str, **given: Any) -> Option:
    """A value behind --name; needed only where said so."""
    return Option(name, help, flag=True, **{"needed": False, **given})


def switch(name: str, help: str) -> Option:
    """--name alone: yes."""
    return Option(name, help, flag=True, needed=False, default=False, switch=True)


TALLY = word("tally", "the tally: its id, the beginning of it, or the partner's name")
WAIT = "how many seconds to wait for the outcome; 0: not at all"
WHO_DECIDES = (
    flag("enzyme", "who signs last and decides: a witness's name or id"),
    flag("witnesses", "who votes: names or ids with commas between; the first collects"),
    flag("needed", "how many of the witnesses must vote alike; else more than half", kind=int),
    switch("alone", "nobody decides but those who sign, whatever the terms say"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A command's values by name, and the door to ask behind."""

    door: Door
    values: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        """A value as it was given, or the default."""
        found = self.values.get(name)
        return default if found is None else found

    def text(self, name: str) -> str:
        """A text that must be there.  Raises `NotFound`."""
        found = self.values.get(name)
        if not isinstance(found, str) or not found:
            raise NotFound("value for", name)
        return found

    def note(self, name: str) -> str:
        """A text that may be missing."""
        return str(self.get(name, ""))

    def seconds(self, name: str, default: float) -> float:
        """A number of seconds, 0 or more."""
        try:
            return max(0.0, float(self.get(name, default)))
        except (TypeError, ValueError):
            raise NotFound("number of seconds", str(self.get(name))) from None

    def amount(self, name: str) -> int:
        """Milli-units from text with a decimal point.  Raises `AmountError`."""
        return parse_amount(str(self.get(name, "")), PLAIN)

    def limit(self, name: str) -> int:
        """As an amount, and zero is one."""
        try:
            return self.amount(name)
        except AmountZero:
            return 0

    def terms(self) -> tuple[SideTerms, SideTerms]:
        """What we grant and what they grant, from the two limits and days of notice."""
        days = int(self.get("notice_days", 30))
        return SideTerms(self.limit("they_may_owe"), days), SideTerms(self.limit("i_may_owe"), days)

    def direction(self) -> Direction:
        """Who normally owes."""
        wanted = self.get("direction", "they-owe-me")
        if wanted not in _DIRECTIONS:
            raise NotFound("direction", str(wanted))
        return _DIRECTIONS[wanted]

    def length(self, name: str, default: str) -> int:
        """Milliseconds from "7d", "48h", "15m", "90s".  Raises `NotFound` for another form."""
        wanted = str(self.get(name, default))
        if not (wanted[:-1].isdecimal() and wanted[-1:] in _UNITS):
            raise NotFound("length of time", wanted)
        return int(wanted[:-1]) * _UNITS[wanted[-1]]

    # Things named by a person --------------------------------------------------------

    def tally(self, name: str = "tally") -> TallyView:
        """A tally by its id, the beginning of its id, or the partner's name."""
        wanted = self.text(name)
        found = self.find_tally(wanted)
        if found is None:
            raise NotFound("tally", wanted)
        return found

    def find_tally(self, wanted: str) -> TallyView | None:
        """The one tally that is meant; None when there is none, or more than one."""
        tallies = self.door.list_tallies().result()
        exact = [one for one in tallies if one.id == wanted]
        begins = [one for one in tallies if len(wanted) >= 4 and one.id.startswith(wanted)]
        called = [one for one in tallies if one.partner.name.casefold() == wanted.casefold()]
        alive = [one for one in called if one.state.value != "void"]
        return next((group[0] for group in (exact, begins, alive, called) if len(group) == 1), None)

    def tallies(self, name: str) -> tuple[TallyView, ...]:
        """One or more tallies, as words or with commas between."""
        given = self.get(name, ())
        names = given.split(",") if isinstance(given, str) else given
        found = [self.find_tally(str(one).strip()) for one in names]
        for one, wanted in zip(found, names, strict=True):
            if one is None:
                raise NotFound("tally", str(wanted))
        return tuple(one for one in found if one is not None)

    def session(self, name: str = "session") -> SessionView:
        """A session that asks us, by its id or the beginning of it."""
        wanted = self.text(name)
        found = self.find_asking(wanted)
        if found is None:
            raise NotFound("session that asks you", wanted)
        return found

    def find_asking(self, wanted: str) -> SessionView | None:
        """The one session that asks us and is meant; None when there is none."""
        waiting = self.door.list_sessions().result()
        asking = [one for one in waiting if one.state is SessionState.ASKED]
        exact = [one for one in asking if one.id == wanted]
        begins = [one for one in asking if len(wanted) >= 4 and one.id.startswith(wanted)]
        return next((group[0] for group in (exact, begins) if len(group) == 1), None)

    def witness(self, wanted: str) -> WitnessView:
        """A witness we know by its id, the beginning of it, or its name."""
        known = self.door.list_witnesses().result()
        exact = [one for one in known if one.agent == wanted]
        begins = [one for one in known if len(wanted) >= 4 and one.agent.startswith(wanted)]
        called = [one for one in known if one.name.casefold() == wanted.casefold()]
        found = next((group[0] for group in (exact, begins, called) if len(group) == 1), None)
        if found is None:
            raise NotFound("witness", wanted)
        return found

    def signing(self) -> Signing | None:
        """Who decides this one; None: who the terms say."""
        enzyme, names = self.note("enzyme"), self.get("witnesses", "")
        if sum(map(bool, (enzyme, names, self.get("alone", False)))) > 1:
            raise WrongState("choice of who decides", "made twice", "made once")
        if self.get("alone", False):
            return ALONE
        if enzyme:
            return Signing(mode="E", witnesses=(self.witness(enzyme).card,))
        if not names:
            return None
        given = names.split(",") if isinstance(names, str) else names
        cards = tuple(self.witness(str(one).strip()).card for one in given)
        needed = int(self.get("needed", len(cards) // 2 + 1))
        return Signing(mode="Q", witnesses=cards, needed=needed)

    def find_chit(self, wanted: str) -> ChitView | None:
        """A chit by its uuid."""
        try:
            return self.door.get_chit(wanted).result()
        except NotFound:
            return None

    def wait(self, ask: Callable[[], T], is_done: Callable[[T], bool], default: float) -> T:
        """Ask until it is done, or until --wait seconds are over."""
        return wait_until(self.door, ask, is_done, self.seconds("wait", default))
