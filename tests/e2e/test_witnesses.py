"""Strangers decide between two wallets, each in a process of its own, over iroh on the loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.running import Running, assert_sound, open_tally, settle

pytestmark = pytest.mark.needs("linux", "iroh")

PASSWORD = "one for the test"
# Quick to open, else as people run it: what needs the end of a session takes longer than a test.
LIMITS = "DEFAULT_PASSES=1 DEFAULT_MEMORY_KIB=8192"
WITHIN_SECONDS = 10


@pytest.fixture
def people(tmp_path: Path) -> Iterator[dict[str, Running]]:
    """Ada and Bo with a tally, and two who serve anyone and know nobody."""
    secret = tmp_path / "password"
    secret.write_text(PASSWORD, "utf-8")
    roles = {"ada": (), "bo": (), "wim": ("--witness",), "wes": ("--witness", "--enzyme")}
    with ExitStack() as stack:
        found = {
            name: stack.enter_context(
                Running(
                    tmp_path / name,
                    limits=LIMITS,
                    more=("--password-file", str(secret)),
                    roles=given,
                )
            )
            for name, given in roles.items()
        }
        for name, one in found.items():
            one.init(name.title(), password=PASSWORD)
        open_tally(found["ada"], found["bo"])
        for name in ("wim", "wes"):
            found["bo"].ask("witness", act="add", subject=found[name].wait("Serving")["link"])
        found["bo"].until(
            lambda: found["bo"].ask("witnesses"),
            lambda known: [one["online"] for one in known] == [True, True],
        )
        yield found


def pay(people: dict[str, Running], **who_decides: Any) -> None:
    """Bo pays Ada, whose person accepts; it is agreed long before the session's end."""
    ada, bo = people["ada"], people["bo"]
    made = bo.ask("pay", tally="Ada", amount="2", wait=0, **who_decides)

    def asking() -> list[Any]:
        return [one for one in ada.ask("sessions") if one["state"] == "asked"]

    (session,) = ada.until(asking, bool)
    assert [one["name"] for one in session["deciders"]] != []
    ada.ask("accept", subject=session["id"])
    bo.until(
        lambda: bo.ask("chit", chit=made["uuid"]),
        lambda one: bool(one["state"] == "good"),
        WITHIN_SECONDS,
    )


def test_strangers_decide_a_payment_that_their_clients_name(people: dict[str, Running]) -> None:
    ada, bo = people["ada"], people["bo"]
    pay(people, witnesses="Wim,Wes", needed=2)
    pay(people, enzyme="Wes")
    here, _ = settle(ada, bo, 2)
    assert here["balance"] == 4_000
    done = {one["name"]: one["completed"] for one in bo.ask("witnesses")}
    assert done == {"Wim": 1, "Wes": 2}
    for name, decided in (("wim", 0), ("wes", 1)):
        service = people[name].ask("serve")
        assert (service["voted"], service["decided"], service["slots"]) == (1, decided, 2)
        assert service["open_sessions"] == service["open_ballots"] == 0
    assert_sound(*people.values())
