"""Why a session came to nothing: every reason is said in words, to the payer and in plain text."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from msgspec.structs import replace

from tests.helpers.faults import NET, an_entry, last_answer, propose
from tests.helpers.pair import Pair, a_pair
from wallet.cli.render import to_lines
from wallet.cli.words import REASONS, because
from wallet.engine.api import commands
from wallet.engine.queries.chits import get_chit
from wallet.engine.queries.now import Now
from wallet.engine.queries.sessions import get_session
from wallet.gui.text import CATALOGUE
from wallet.model.limits import MAX_AMOUNT
from wallet.protocol.credit import consensus, tally
from wallet.protocol.dispatch import AGAIN
from wallet.protocol.messages.countersigning import Why

EVERY = sorted({*get_args(Why), *AGAIN, "stopped", "cancelled", "batch"})
MONEY = ("Nothing", "nothing", "One of the two goes first", "tried again without it", "before")


@pytest.mark.rule("H15")
@pytest.mark.parametrize("reason", EVERY)
def test_every_reason_has_a_sentence_of_its_own_in_the_window_and_on_the_command_line(
    reason: str,
) -> None:
    assert f"session.not_done.{reason}" in CATALOGUE
    said = because(reason, "Bo")
    assert any(word in said for word in MONEY), "what it means for the money"


def test_no_two_reasons_a_wallet_declines_for_sound_alike() -> None:
    window = [CATALOGUE[f"session.not_done.{reason}"] for reason in get_args(Why)]
    assert len(set(window)) == len(window)
    assert len({REASONS[reason] for reason in get_args(Why)}) == len(window)


def test_words_of_a_partner_are_a_quotation_and_plain() -> None:
    said = because("policy", "<b>Bo</b>", "\x1b[31mno\n“not mine”")
    assert "\x1b" not in said
    assert "\n" not in said


@pytest.mark.rule("K8")
def test_the_payers_wallet_shows_the_persons_own_words() -> None:
    pair = a_pair()
    pair.wish(pair.bo, commands.SetAutoAccept(pair.bo.tally.uuid, on=False))
    pair.calm()
    uuid = pair.pay(pair.ada)
    pair.carry()
    session = pair.bo.session(uuid).record.session
    words = "<b>wrong</b> month"
    pair.wish(pair.bo, commands.AnswerPayment(session, accept=False, reason=words))
    pair.calm()
    now = Now(0, 0, pair.ada.agent, NET)
    chit = get_chit(pair.ada.store.database, now, uuid)
    seen = get_session(pair.ada.store.database, now, session)
    assert (chit.reason, chit.reason_text) == ("policy", words)
    assert seen.reason_text == words
    for view in (chit, seen):
        assert any(words in line for line in to_lines(view))
    theirs = get_session(pair.bo.store.database, now, session)
    assert any("You refused" in line for line in to_lines(theirs))


def spoil(pair: Pair, case: str) -> Any:
    """Something at Bo's that speaks against Ada's payment; returns the entry to propose."""
    entry = an_entry(pair)
    one = pair.bo.tally
    if case == "closed":
        one.record = replace(one.record, state=tally.State.VOID)
    elif case == "differs":
        assert one.books is not None
        one.books = replace(one.books, state=consensus.State.DIFFERENT)
    elif case == "limit":
        entry = replace(entry, chits=(replace(entry.chits[0], units=MAX_AMOUNT),))
        one.balance = 1
    pair.submit(pair.bo, lambda work: work.store.tallies.save(one, work.now.wall))
    return entry


@pytest.mark.parametrize("case", ["closed", "differs", "limit"])
def test_a_decline_says_what_speaks_against_it(case: str) -> None:
    pair = a_pair()
    assert propose(pair, spoil(pair, case)) == []
    assert last_answer(pair) == case
