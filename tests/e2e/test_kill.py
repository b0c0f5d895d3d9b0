"""`kill -9` at every step of a payment: after a restart both wallets agree, and nothing is locked.

Bo pays Ada.  Bo (the payer, who signs last) or Ada (the payee) kills itself at one point of the
crash matrix; `tests/helpers/launcher.py` says how.  Which transaction is which:

    Bo:  T0 proposal · T2 lock and session data · T6 own signature, applied, certificate
    Ada: T1 lock · T3 signature · T6 certificate applied
"""

from __future__ import annotations

import pytest

from tests.helpers.running import (
    Folders,
    Gone,
    Running,
    assert_sound,
    settle,
    two_running,
)

mark = pytest.mark
pytestmark = pytest.mark.needs("linux", "secret-service", "iroh")

PAYER = {
    "before the proposal is stored": (mark.rule("C0"), "wish:Pay 1 before commit"),
    "after the proposal, unsent": (mark.rule("C1"), "wish:Pay 1 after commit"),
    "when the request was heard": (mark.rule("C4"), "wish:Pay 1 after heard:preflight"),
    "the reply has come, before the lock": (
        mark.rule("C4"),
        "frame:preflight-reply 1 before commit",
    ),
    "after the lock, session data unsent": (
        mark.rule("C5"),
        "frame:preflight-reply 1 after commit",
    ),
    "session data handed to the link": (
        mark.rule("C5"),
        "frame:preflight-reply 1 after send:session-data",
    ),
    "when the session data was heard": (
        mark.rule("C5"),
        "frame:preflight-reply 1 after heard:session-data",
    ),
    "the signature has come": (mark.rule("C5"), "frame:session-signature 1 before receive"),
    "in the middle of completing": (mark.rule("C16"), "frame:session-signature 1 before commit"),
    "after completing, certificate unsent": (
        mark.rule("C15"),
        "frame:session-signature 1 after commit",
    ),
    "certificate handed to the link": (
        mark.rule("C15"),
        "frame:session-signature 1 after send:certificate",
    ),
    "when the certificate was heard": (
        mark.rule("C15"),
        "frame:session-signature 1 after heard:certificate",
    ),
}
PAYEE = {
    "the request has come, before the lock": (mark.rule("C2"), "frame:preflight 1 before commit"),
    "after the lock, reply unsent": (mark.rule("C3"), "frame:preflight 1 after commit"),
    "reply handed to the link": (mark.rule("C3"), "frame:preflight 1 after send:preflight-reply"),
    "when the reply was heard": (mark.rule("C6"), "frame:preflight 1 after heard:preflight-reply"),
    "validating, before the signature": (mark.rule("C6"), "frame:session-data 1 before commit"),
    "after the signature, unsent": (mark.rule("C7"), "frame:session-data 1 after commit"),
    "signature handed to the link": (
        mark.rule("C8"),
        "frame:session-data 1 after send:session-signature",
    ),
    "when the signature was heard": (
        mark.rule("C8"),
        "frame:session-data 1 after heard:session-signature",
    ),
    "the certificate has come": (mark.rule("C14"), "frame:certificate 1 before receive"),
    "in the middle of applying": (mark.rule("C16"), "frame:certificate 1 before commit"),
    "after applying": (mark.rule("C15"), "frame:certificate 1 after commit"),
}


def points(table: dict[str, tuple[pytest.MarkDecorator, str]]) -> list[object]:
    """One test for each point, with the row of the matrix it proves."""
    return [
        pytest.param(trap, id=f"{row.args[0]} {name}", marks=row)
        for name, (row, trap) in table.items()
    ]


@pytest.mark.parametrize("trap", points(PAYER))
def test_kill_of_the_payer_leaves_both_agreeing(pair: Folders, trap: str) -> None:
    with two_running(pair, trap_bo=trap) as (ada, bo):
        paying = bo.tell("pay", tally="Ada", amount="12.50", memo="eggs", wait=0)
        bo.wait_killed()
        is_stored = not trap.endswith("wish:Pay 1 before commit")
        with Running(pair.bo) as again:
            again.wait("Ready")
            if not is_stored:
                with pytest.raises(Gone):
                    bo.answer(paying)
                assert again.ask("history") == []
            check(ada, again, 12_500 if is_stored else 0)


@pytest.mark.parametrize("trap", points(PAYEE))
def test_kill_of_the_payee_leaves_both_agreeing(pair: Folders, trap: str) -> None:
    with two_running(pair, trap_ada=trap) as (ada, bo):
        bo.ask("pay", tally="Ada", amount="12.50", memo="eggs", wait=0)
        ada.wait_killed()
        with Running(pair.ada) as again:
            again.wait("Ready")
            check(again, bo, 12_500)


def check(ada: Running, bo: Running, expected: int) -> None:
    """Both show it or neither; the chains are free for the next payment, and everything holds."""
    links = 1 if expected else 0
    here, _ = settle(ada, bo, links)
    assert here["balance"] == expected
    for one in (ada, bo):
        one.wait_online()
    assert ada.ask("pay", tally="Bo", amount="1", memo="back", wait=5)["state"] == "good"
    here, _ = settle(ada, bo, links + 1)
    assert here["balance"] == expected - 1_000
    assert_sound(ada, bo)
