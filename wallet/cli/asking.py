"""What was asked, whether by arguments or by a JSON line, and how its words become values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from wallet.cli.waiting import wait_until
from wallet.engine.api.door import Door
from wallet.engine.api.views import ChitView, Direction, SideTerms, TallyView
from wallet.model.amounts import PLAIN, parse_amount
from wallet.model.errors import AmountZero, NotFound

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


def word(name: str, help: str, **given: Any) -> Option:
    """A word in its place on the command line."""
    return Option(name, help, **given)


def flag(name: str, help: str, **given: Any) -> Option:
    """A value behind --name; needed only where said so."""
    return Option(name, help, flag=True, **{"needed": False, **given})


def switch(name: str, help: str) -> Option:
    """--name alone: yes."""
    return Option(name, help, flag=True, needed=False, default=False, switch=True)


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

    def find_chit(self, wanted: str) -> ChitView | None:
        """A chit by its uuid."""
        try:
            return self.door.get_chit(wanted).result()
        except NotFound:
            return None

    def wait(self, ask: Callable[[], T], is_done: Callable[[T], bool], default: float) -> T:
        """Ask until it is done, or until --wait seconds are over."""
        return wait_until(self.door, ask, is_done, self.seconds("wait", default))
