"""The kernel: a table that runs, prints itself, and refuses rows that can never be reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

import pytest

from wallet.model.errors import ProtocolBreach
from wallet.model.record import Record
from wallet.protocol.countersign import signer
from wallet.protocol.credit import chit, consensus, tally
from wallet.protocol.machine import Effect, Input, Machine, Outcome, ignore, row, rows

Table = Machine[Any, Any]
MACHINES: list[Table] = [signer.machine, tally.machine, chit.machine, consensus.machine]


class Lamp(Enum):
    OFF = "off"
    ON = "on"
    BROKEN = "broken"


class Light(Record, frozen=True):
    state: Lamp = Lamp.OFF
    presses: int = 0


class Press(Input, frozen=True):
    force: int = 1


class Fall(Input, frozen=True):
    """It falls."""


class Click(Effect, frozen=True):
    """Make a noise."""


def is_hard(_: Light, given: Press) -> bool:
    """Too hard."""
    return given.force > 9


def count_press(one: Light, _: Press) -> Outcome[Light]:
    """One more."""
    return Light(state=one.state, presses=one.presses + 1), (Click(),)


def a_lamp() -> Machine[Lamp, Light]:
    return Machine(
        "lamp",
        Lamp.OFF,
        [
            row(Lamp.OFF, Press, Lamp.BROKEN, when=is_hard, note="too hard"),
            row(Lamp.OFF, Press, Lamp.ON, count_press),
            row(Lamp.ON, Press, Lamp.OFF, count_press),
            *rows((Lamp.ON, Lamp.BROKEN), Fall, note="nothing happens"),
        ],
    )


def test_a_row_moves_the_record_and_gives_its_effects() -> None:
    after, effects = a_lamp().step(Light(), Press())
    assert after == Light(state=Lamp.ON, presses=1)
    assert list(effects) == [Click()]


def test_the_first_row_whose_guard_holds_is_taken() -> None:
    assert a_lamp().step(Light(), Press(10))[0].state is Lamp.BROKEN


def test_a_row_that_stays_changes_nothing() -> None:
    lit = Light(state=Lamp.ON)
    assert a_lamp().step(lit, Fall()) == (lit, ())


def test_no_row_is_a_breach_that_names_machine_state_and_input() -> None:
    with pytest.raises(ProtocolBreach) as caught:
        a_lamp().step(Light(state=Lamp.BROKEN), Press())
    breach = caught.value
    assert (breach.machine, breach.state, breach.input) == ("lamp", "BROKEN", "Press")


def test_allows_says_whether_there_is_a_row() -> None:
    lamp = a_lamp()
    assert lamp.allows(Light(), Press())
    assert not lamp.allows(Light(), Fall())


def test_allows_asks_the_guards() -> None:
    lamp = Machine("lamp", Lamp.OFF, [row(Lamp.OFF, Press, Lamp.ON, when=is_hard)])
    assert lamp.allows(Light(), Press(10))
    assert not lamp.allows(Light(), Press(1))


def test_a_row_behind_an_unguarded_one_is_refused_at_import() -> None:
    with pytest.raises(TypeError, match="unreachable row OFF on Press"):
        Machine(
            "lamp",
            Lamp.OFF,
            [row(Lamp.OFF, Press, Lamp.ON), row(Lamp.OFF, Press, Lamp.BROKEN, when=is_hard)],
        )


def test_a_row_in_a_state_that_no_row_leads_to_is_refused_at_import() -> None:
    with pytest.raises(TypeError, match="no row leads to BROKEN"):
        Machine("lamp", Lamp.OFF, [row(Lamp.OFF, Press, Lamp.ON), row(Lamp.BROKEN, Fall, Lamp.OFF)])


def test_the_table_prints_as_markdown_line_by_line() -> None:
    assert a_lamp().as_markdown().splitlines() == [
        "| in state | on | when | go to | do | why |",
        "| --- | --- | --- | --- | --- | --- |",
        "| OFF | Press | is hard | BROKEN |  | too hard |",
        "| OFF | Press |  | ON | count press |  |",
        "| ON | Press |  | OFF | count press |  |",
        "| ON | Fall |  | ON |  | nothing happens |",
        "| BROKEN | Fall |  | BROKEN |  | nothing happens |",
    ]


def test_the_table_prints_its_moves_as_a_diagram_each_once() -> None:
    twice = Machine(
        "lamp",
        Lamp.OFF,
        [row(Lamp.OFF, Press, Lamp.ON, when=is_hard), row(Lamp.OFF, Press, Lamp.ON)],
    )
    assert twice.as_mermaid() == "stateDiagram-v2\n    [*] --> OFF\n    OFF --> ON: Press\n"
    assert "ON --> ON" not in a_lamp().as_mermaid()


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: str(one.name))
def test_every_state_can_be_reached(machine: Table) -> None:
    reached = {machine.start} | {one.then for one in machine.rows}
    assert reached == set(type(machine.start))


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: str(one.name))
def test_every_row_explains_itself(machine: Table) -> None:
    for one in machine.rows:
        words: Sequence[Callable[..., object]] = [f for f in (one.do, one.when) if f is not None]
        assert all(function.__doc__ for function in words), one
        assert one.do is not ignore or one.note, one
        assert one.on.__doc__, one


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: str(one.name))
def test_a_row_that_keeps_its_state_silently_is_late_or_says_why(
    machine: Table,
) -> None:
    silent = [one for one in machine.rows if one.do is ignore and one.when is None]
    assert silent
    assert all(one.note and one.then is one.state for one in silent)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: str(one.name))
def test_the_printed_table_names_every_row(machine: Table) -> None:
    lines = machine.as_markdown().splitlines()[2:]
    assert len(lines) == len(machine.rows)
    for line, one in zip(lines, machine.rows, strict=True):
        assert line.startswith(f"| {one.state.name} | {one.on.__name__} | ")
