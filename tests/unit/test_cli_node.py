"""The wallet without a screen: wishes in, answers and events out, one JSON line each."""

from __future__ import annotations

import json

import pytest

from tests.helpers import sample
from tests.helpers.command_line import CommandLine
from wallet.cli.dice import Dice
from wallet.engine.api import commands as wishes
from wallet.engine.api.door import ProfileState
from wallet.engine.api.notices import WalletStopped
from wallet.engine.api.views_signing import ServiceView


def run_node(line: CommandLine, *wanted: object) -> list[dict[str, object]]:
    typed = "".join(
        one + "\n" if isinstance(one, str) else json.dumps(one) + "\n" for one in wanted
    )
    assert line.run("--json", "node", "--until-eof", typed=typed) == 0
    return line.lines()


def test_wishes_are_answered_in_order_and_by_their_number() -> None:
    line = CommandLine()
    said = run_node(
        line,
        {"do": "tallies", "id": 7},
        {"do": "pay", "tally": "Bo Berg", "amount": "12.50", "wait": 0, "id": 8},
        {"do": "quit"},
    )
    answers = [one for one in said if "event" not in one]
    assert [one.get("id") for one in answers] == [7, 8, None]
    assert all("ok" in one for one in answers)
    assert line.door.last(wishes.Pay).amount == 12_500
    assert said[0]["event"] == "Ready"


def test_bad_wishes_get_a_code_and_cost_nothing() -> None:
    bad: tuple[object, ...] = (
        "{",
        "[]",
        '"pay"',
        "\x00",
        {"do": "dance"},
        {"do": "pay"},
        {"do": "history", "limit": "x"},
        {"do": "pay", "tally": "Bo Berg", "amount": ["1"]},
        {"do": "pay", "tally": 5, "amount": "1"},
        {"do": "invite", "they_may_owe": "1", "i_may_owe": "1", "uses": {}},
    )
    line = CommandLine()
    said = [one for one in run_node(line, *bad) if "event" not in one]
    assert len(said) == len(bad)
    assert all("error" in one for one in said)
    assert {type(one) for one in line.door.commands} == {wishes.OpenWallet}


def test_an_empty_profile_waits_for_init() -> None:
    line = CommandLine()
    line.door.profile = ProfileState.EMPTY
    said = run_node(line, {"do": "init", "name": "Ada", "password": "pw"}, {"do": "tallies"})
    assert [one.get("event", "") for one in said if one.get("event") != "WalletOpened"] == [
        "Empty", "Ready", "", "",
    ]  # fmt: skip
    assert line.door.last(wishes.CreateWallet).name == "Ada"


@pytest.mark.parametrize(
    ("given", "decide", "vote"),
    [
        (("--witness",), "partners", "anyone"),
        (("--enzyme", "--for", "anyone"), "anyone", "nobody"),
        (("--witness", "--enzyme", "--for", "partners"), "partners", "partners"),
        ((), "partners", "nobody"),
    ],
)
def test_a_node_takes_up_the_roles_it_is_told_and_shows_its_card(
    given: tuple[str, ...], decide: str, vote: str
) -> None:
    line = CommandLine()
    line.door.service = ServiceView(decide="partners")
    assert line.run("--json", "node", "--until-eof", *given) == 0
    (said,) = [one for one in line.lines() if one["event"] == "Serving"]
    assert (said["service"]["decide"], said["service"]["vote"]) == (decide, vote)
    assert said["link"] == sample.CARD
    wanted = [wishes.Serve(decide, vote)] if given else []
    assert [one for one in line.door.commands if isinstance(one, wishes.Serve)] == wanted


def test_a_node_that_serves_nobody_shows_no_card() -> None:
    line = CommandLine()
    assert [one["event"] for one in run_node(line)] == ["Ready"]
    assert not any(isinstance(one, wishes.WitnessLink) for one in line.door.commands)


def test_the_engines_end_is_the_nodes_end() -> None:
    line = CommandLine()
    told: list[WalletStopped] = []
    original = line.door.subscribe

    def subscribe(handler: object) -> object:
        stop = original(handler)  # type: ignore[arg-type]
        if not told:
            told.append(WalletStopped(code="DSK-FULL"))
            line.door.announce(told[0])
        return stop

    line.door.subscribe = subscribe  # type: ignore[assignment, method-assign]
    assert line.run("--json", "node") == 5


def test_dice_fall_the_same_for_the_same_seed() -> None:
    one, other = Dice(4), Dice(4)
    throws = [one.between(1, 6) for _ in range(200)]
    assert throws == [other.between(1, 6) for _ in range(200)]
    assert set(throws) == {1, 2, 3, 4, 5, 6}
