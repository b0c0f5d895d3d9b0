"""What a person can look at when a session is stuck: both copies, the facts, the papers."""

from __future__ import annotations

import json

import pytest

from tests.helpers.circle import Circle, a_circle, helpers_of
from tests.unit.test_witness_views import a_now, paid
from wallet.crypto.encoding import text_of
from wallet.engine.api import commands
from wallet.engine.api.views import SessionState, SideTerms
from wallet.engine.desks import comparing
from wallet.engine.queries import facts, sessions, tallies
from wallet.engine.work import Work
from wallet.model.credit import ALONE
from wallet.model.errors import NotFound, WrongState
from wallet.protocol.messages.tallies import CopyQuery, CopyShown


def a_pair_that_paid() -> Circle:
    circle = a_circle("ada bo")
    circle.link()
    circle.pay("ada", "bo", 5_000)
    circle.carry()
    assert circle.balance("ada", "bo") == -5_000
    return circle


def test_two_equal_copies_agree_seen_from_our_side() -> None:
    circle = a_pair_that_paid()
    uuid = circle.tally("ada", "bo").uuid
    number = circle.submit("ada", lambda work: comparing.ask(work, uuid))
    circle.carry()
    found = circle.submit("ada", lambda work: comparing.compare(work, uuid, number))
    assert found.agree
    assert found.theirs is not None
    assert (found.theirs.index, found.theirs.net) == (1, -5_000)
    assert found.theirs.hash == found.mine.hash


def test_a_partner_that_says_nothing_proves_nothing_and_is_not_asked_for_ever() -> None:
    circle = a_pair_that_paid()
    uuid = circle.tally("ada", "bo").uuid
    circle.leave("bo")
    number = circle.submit("ada", lambda work: comparing.ask(work, uuid))
    assert circle["ada"].store.outbox.list_to(circle["bo"].agent)
    found = circle.submit("ada", lambda work: comparing.compare(work, uuid, number))
    assert (found.theirs, found.agree) == (None, False)
    assert not circle["ada"].store.outbox.list_to(circle["bo"].agent)


def test_an_answer_to_an_older_question_is_no_answer() -> None:
    circle = a_pair_that_paid()
    one = circle.tally("ada", "bo")
    number = circle.submit("ada", lambda work: comparing.ask(work, one.uuid))
    assert one.books is not None
    old = CopyShown(one.books.tally, number - 1, 0, 0, one.books.tally, 0)
    circle.send("bo", "ada", old)
    circle.lose(CopyQuery.KIND)
    found = circle.submit("ada", lambda work: comparing.compare(work, one.uuid, number))
    assert found.theirs is None


def test_a_copy_that_differs_is_shown_as_it_is() -> None:
    circle = a_pair_that_paid()
    one = circle.tally("ada", "bo")
    number = circle.submit("ada", lambda work: comparing.ask(work, one.uuid))
    circle.lose(CopyQuery.KIND)
    assert one.books is not None
    circle.send("bo", "ada", CopyShown(one.books.tally, number, 0, 0, one.books.tally, 0))
    found = circle.submit("ada", lambda work: comparing.compare(work, one.uuid, number))
    assert found.theirs is not None
    assert (found.agree, found.mine.index, found.theirs.index) == (False, 1, 0)


def test_only_the_partner_of_a_tally_may_ask_for_its_copy() -> None:
    circle = a_circle("ada bo cyd")
    circle.link()
    books = circle.tally("ada", "bo").books
    assert books is not None
    refused = circle.send("cyd", "ada", CopyQuery(books.tally, 1))
    assert len(refused) == 1
    with pytest.raises(NotFound):
        circle.submit("ada", lambda work: comparing.ask(work, "nobody"))


def test_a_tally_that_is_not_open_has_no_copies() -> None:
    circle = a_pair_that_paid()
    uuid = circle.tally("ada", "bo").uuid

    def close(work: Work) -> None:
        one = work.store.tallies.get(uuid)
        assert one is not None
        one.books = None
        work.store.tallies.save_books(one, work.now.wall)

    circle.submit("ada", close)
    with pytest.raises(WrongState):
        circle.submit("ada", lambda work: comparing.ask(work, uuid))


def test_a_person_who_asks_and_asks_owes_the_partner_one_question() -> None:
    circle = a_pair_that_paid()
    uuid = circle.tally("ada", "bo").uuid
    circle.leave("bo")
    for _ in range(5):
        circle.wait(10, "ada")
        circle.submit("ada", lambda work: comparing.ask(work, uuid))
    assert len(circle["ada"].store.outbox.list_to(circle["bo"].agent)) == 1


@pytest.mark.parametrize(("mode", "names", "needed"), [("E", "wim", 0), ("Q", "wim wes wil", 2)])
def test_the_facts_hold_all_evidence_and_no_secret(mode: str, names: str, needed: int) -> None:
    circle = a_circle("ada bo", names)
    paid(circle, mode, names, needed)
    one = circle.session("ada")
    found = facts.get_facts(circle["ada"].store.database, a_now(circle, "ada"), one.record.session)
    evidence = json.loads(found.evidence)
    assert evidence["preflight"]["mode"] == mode
    signers = 3 if mode == "E" else 2
    assert (len(evidence["responses"]), len(evidence["signatures"])) == (signers, signers)
    assert len(evidence["votes"]) >= needed
    assert evidence["entry"]["chits"][0]["units"] == 5_000
    assert evidence["places"]  # what stands at the place we promised
    assert evidence["times"]["ends"] - evidence["times"]["began"] == one.wait
    for secret in (one.secrets.k, one.secrets.raw):
        assert text_of(secret) not in found.evidence
    assert "completed" in [each.key for each in found.said]
    assert [each.at for each in found.said] == sorted(each.at for each in found.said)


def test_the_facts_name_who_said_what() -> None:
    circle = a_circle("ada bo", "wim")
    paid(circle, "E", "wim")
    session = circle.session("ada").record.session
    found = facts.get_facts(circle["ada"].store.database, a_now(circle, "ada"), session)
    assert {each.name for each in found.said if each.agent} == {"bo", "wim"}
    with pytest.raises(NotFound):
        facts.get_facts(circle["ada"].store.database, a_now(circle, "ada"), "nothing")


def test_papers_are_listed_apart_from_payments_and_stay() -> None:
    circle = a_pair_that_paid()
    wish = commands.SignPaper("House rules", "Shoes off.", (circle.tally("ada", "bo").uuid,))
    session = circle.wish("ada", wish)
    circle.carry()
    circle.wish("bo", commands.AnswerPaper(session, accept=True))
    circle.carry()
    for name in ("ada", "bo"):
        (one,) = sessions.list_papers(circle[name].store.database, a_now(circle, name))
        assert (one.id, one.title, one.state) == (session, "House rules", SessionState.COMPLETED)


def test_the_terms_say_who_decides() -> None:
    circle = a_circle("ada bo")
    uuid = circle.tally("ada", "bo").uuid
    found = tallies.get_terms(circle["ada"].store.database, a_now(circle, "ada"), uuid)
    assert found.signing == ALONE


def test_of_many_signers_the_one_who_refused_is_named() -> None:
    circle = a_circle("ada bo cyd")
    circle.link()
    both = tuple(circle.tally("ada", other).uuid for other in ("bo", "cyd"))
    session = circle.wish("ada", commands.SignPaper("House rules", "Shoes off.", both))
    circle.carry()
    circle.wish("cyd", commands.AnswerPaper(session, accept=False, reason="Not with shoes"))
    circle.carry()
    (one,) = sessions.list_papers(circle["ada"].store.database, a_now(circle, "ada"))
    assert (one.state, one.refused_by, one.reason_text) == (
        SessionState.CANCELLED,
        "cyd",
        "Not with shoes",
    )


def test_terms_that_name_a_decider_keep_it_in_every_view() -> None:
    circle = a_circle("ada bo", "wim")
    circle.link()
    one = circle.tally("ada", "bo")
    assert one.agreement is not None
    sides = [one.agreement.side(half).terms for half in ("stock", "foil")]
    mine, theirs = (SideTerms(side.limit, side.call) for side in sides)
    by_wim = helpers_of(circle, "E", "wim")
    circle.wish("ada", commands.AmendTally(one.uuid, mine, theirs, signing=by_wim))
    circle.carry()
    wanted = tallies.get_amendment(circle["bo"].store.database, a_now(circle, "bo"), one.uuid)
    assert wanted.before is not None
    assert (wanted.signing, wanted.before.signing) == (by_wim, ALONE)
    circle.wish("bo", commands.AnswerPayment(circle.session("bo").record.session, accept=True))
    circle.carry()
    for name in ("ada", "bo"):
        found = tallies.get_terms(circle[name].store.database, a_now(circle, name), one.uuid)
        assert found.signing == by_wim
