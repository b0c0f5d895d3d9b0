"""A profile copied and opened later: the older copy leaves the network and signs nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.helpers.running import Folders, Running, assert_sound, settle, two_running

pytestmark = pytest.mark.needs("linux", "secret-service", "iroh")


@pytest.mark.rule("C18", "F54")
def test_an_older_copy_of_a_profile_stops_and_the_newer_one_goes_on(
    pair: Folders, tmp_path: Path
) -> None:
    older = tmp_path / "older"
    shutil.copytree(pair.bo, older)
    with two_running(pair) as (ada, bo):
        bo.ask("pay", tally="Ada", amount="5", memo="eggs", wait=5)
        settle(ada, bo, 1)
        bo.close()
        with Running(older) as copy:
            copy.wait("Ready")
            copy.until(lambda: copy.ask("status")[1], lambda one: one["problem"] == "CPY-OLD")
            refused = copy.answer(copy.tell("pay", tally="Ada", amount="1", memo="x", wait=0))
            assert refused["error"] == "CPY-OLD"
            ada.until(lambda: ada.ask("status")[1], lambda one: one["online"] == 0)
            assert copy.close() == 0
        with Running(older) as copy:
            copy.wait("Ready")
            status = copy.ask("status")[1]
            assert (status["problem"], status["listening"]) == ("CPY-OLD", "")
        with Running(pair.bo) as again:
            again.wait("Ready")
            again.ask("pay", tally="Ada", amount="2", memo="milk", wait=5)
            here, _ = settle(ada, again, 2)
            assert here["balance"] == 7_000
            assert_sound(ada, again)
