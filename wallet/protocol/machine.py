"""The one way a state machine is written here: a table that runs, and prints itself.

A row reads as a sentence: in STATE, on INPUT (when GUARD), go to STATE, and DO this, because.
The table is the code that runs and the documentation that is printed.  A pair of state and input
without a row is a breach of protocol: every blank of the grid is a decision.  *Late* is a row,
*repeated* is the pump's.  Source: house.md 3.7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

import msgspec
from msgspec import Struct

from wallet.model.errors import ProtocolBreach


class Input(Struct, frozen=True):
    """Anything that happened: a command, a message from a peer, a deadline."""


class Effect(Struct, frozen=True):
    """Anything a machine asks of the world: send, lock, set a timer, tell the person."""


class Stateful(Protocol):
    """The frozen record a machine carries from step to step."""

    @property
    def state(self) -> Any:
        """Where the record stands: a member of the machine's own enum."""
        ...


S = TypeVar("S", bound=Enum)
R = TypeVar("R", bound=Stateful)
G = TypeVar("G", bound=Input)

Outcome = tuple[R, Sequence[Effect]]
Action = Callable[[R, G], Outcome[R]]
Guard = Callable[[R, G], bool]


def ignore(record: R, _: Input) -> Outcome[R]:
    """Stay as we are and say nothing: the input is late."""
    return record, ()


class Row(Struct, Generic[S, R], frozen=True):
    """One permitted transition."""

    state: S
    on: type[Input]
    then: S
    do: Action[R, Any]
    when: Guard[R, Any] | None
    note: str


def row(
    state: S,
    on: type[G],
    then: S,
    do: Action[R, G] = ignore,
    *,
    when: Guard[R, G] | None = None,
    note: str = "",
) -> Row[S, R]:
    """Build one row; mypy checks the input's type against its guard and action."""
    return Row(state, on, then, do, when, note)


def rows(
    states: Sequence[S],
    on: type[G],
    do: Action[R, G] = ignore,
    *,
    when: Guard[R, G] | None = None,
    note: str = "",
) -> list[Row[S, R]]:
    """Build one row for each of several states that stay as they are."""
    return [row(one, on, one, do, when=when, note=note) for one in states]


class Machine(Generic[S, R]):
    """A table of rows that can be stepped and printed.

    Raises TypeError at import for a row that can never be reached: one behind an unguarded row
    for the same state and input, or in a state that no row leads to.
    """

    def __init__(self, name: str, start: S, table: Sequence[Row[S, R]]) -> None:
        self.name = name
        self.start = start
        self.rows = tuple(table)
        self._by_pair: dict[tuple[S, type[Input]], list[Row[S, R]]] = {}
        for one in self.rows:
            earlier = self._by_pair.setdefault((one.state, one.on), [])
            if earlier and earlier[-1].when is None:
                raise TypeError(f"{name}: unreachable row {one.state.name} on {one.on.__name__}")
            earlier.append(one)
        self._refuse_islands()

    def _refuse_islands(self) -> None:
        reached = {self.start}
        before = 0
        while before != len(reached):
            before = len(reached)
            reached |= {one.then for one in self.rows if one.state in reached}
        lost = {one.state for one in self.rows} - reached
        if lost:
            names = ", ".join(sorted(one.name for one in lost))
            raise TypeError(f"{self.name}: no row leads to {names}")

    def step(self, record: R, given: Input) -> Outcome[R]:
        """Apply one input to one record; changes neither.

        Raises:
            ProtocolBreach: the table has no row for this input in this state.
        """
        for one in self._by_pair.get((record.state, type(given)), ()):
            if one.when is None or one.when(record, given):
                after, effects = one.do(record, given)
                if after.state is not one.then:
                    after = msgspec.structs.replace(after, state=one.then)  # type: ignore[type-var]
                return after, effects
        raise ProtocolBreach(self.name, record.state.name, type(given).__name__)

    def allows(self, record: R, given: Input) -> bool:
        """Say whether there is a row: what a screen may offer."""
        found = self._by_pair.get((record.state, type(given)), ())
        return any(one.when is None or one.when(record, given) for one in found)

    def as_markdown(self) -> str:
        """Print the table as a reader of the protocol's pages sees it."""
        lines = [
            "| in state | on | when | go to | do | why |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for one in self.rows:
            when = _words(one.when) if one.when else ""
            do = "" if one.do is ignore else _words(one.do)
            cells = (one.state.name, one.on.__name__, when, one.then.name, do, one.note)
            lines.append("| " + " | ".join(cells) + " |")
        return "\n".join(lines) + "\n"

    def as_mermaid(self) -> str:
        """Print the moves between states as a diagram; what stays is left out."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.start.name}"]
        seen: set[tuple[str, str, str]] = set()
        for one in self.rows:
            move = (one.state.name, one.then.name, one.on.__name__)
            if one.state is not one.then and move not in seen:
                seen.add(move)
                lines.append(f"    {move[0]} --> {move[1]}: {move[2]}")
        return "\n".join(lines) + "\n"


def _words(function: Callable[..., Any]) -> str:
    return function.__name__.replace("_", " ").strip()
