"""Sessions that others decide: whole stories of modes E and Q, letter by letter.

Every fault of the page is a test elsewhere; here stands what the modes are for.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.helpers.circle import Circle, a_circle, helpers_of
from wallet.crypto.encoding import decode
from wallet.crypto.hashing import digest
from wallet.engine.api import commands
from wallet.engine.desks import roles
from wallet.model.credit import Signing
from wallet.model.networks import COMMONS
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.countersign.signer import State
from wallet.protocol.messages.countersigning import (
    Certificate,
    ParkEntry,
    PreflightRequest,
    Signed,
    VoteRequest,
)
from wallet.protocol.messages.refusals import Refusal

S = State
WINDOW = 15_000
THREE = "wim wes wil"


def begin(mode: str, helpers: str = "wim", needed: int = 0) -> tuple[Circle, Signing]:
    """Ada and Bo with a tally, and who decides for them; all are linked."""
    circle = a_circle("ada bo", helpers)
    signing = helpers_of(circle, mode, helpers, needed)
    circle.submit("ada", lambda work: work.store.tallies and None)
    circle.link()
    circle.carry()
    circle.carried.clear()
    return circle, signing


def pay(
    circle: Circle, signing: Signing, until: str = "", to: str = "", amount: int = 5_000
) -> str:
    """Ada pays Bo, who agrees to whom she chose; stop before a letter of this kind."""
    uuid = circle.pay("ada", "bo", amount, signing)
    circle.link()
    circle.carry("preflight", "bo")
    circle.deliver(circle.post.pop(0))
    agree(circle, uuid)
    circle.carry(until, to)
    return uuid


def agree(circle: Circle, uuid: str) -> None:
    """Bo, who is asked, agrees."""
    asked = circle.session("bo", uuid)
    assert asked.record.state is S.ASKED
    circle.wish("bo", commands.AnswerPayment(asked.record.session, True))


def try_again(circle: Circle, uuid: str) -> None:
    """The payment is still wanted: a new session runs for it, and Bo agrees."""
    circle.link()
    for _ in range(100):
        circle.carry()
        if circle.state("bo", uuid) is S.ASKED:
            break
        circle.wait(100)
    agree(circle, uuid)
    circle.carry()


def ends(circle: Circle, uuid: str) -> tuple[State, State]:
    return circle.state("ada", uuid), circle.state("bo", uuid)


def settle(circle: Circle, ada: int) -> None:
    """At rest: the books agree, everybody is free, all chains verify."""
    circle.calm()
    circle.check()
    assert (circle.balance("ada", "bo"), circle.balance("bo", "ada")) == (ada, -ada)
    assert not any(side.is_locked for side in circle.sides.values())


@pytest.mark.parametrize(
    ("mode", "helpers", "needed"), [("E", "wim", 0), ("Q", THREE, 2), ("Q", "wim", 1)]
)
def test_a_payment_completes_by_whoever_decides(mode: str, helpers: str, needed: int) -> None:
    circle, signing = begin(mode, helpers, needed)
    uuid = pay(circle, signing)
    assert ends(circle, uuid) == (S.COMPLETED, S.COMPLETED)
    settle(circle, -5_000)


@pytest.mark.parametrize(("mode", "helpers", "needed"), [("E", "wim", 0), ("Q", THREE, 2)])
def test_who_decides_never_learns_what_it_is_about(mode: str, helpers: str, needed: int) -> None:
    circle, signing = begin(mode, helpers, needed)
    pay(circle, signing, amount=123_457)
    for letter in circle.carried:
        if letter.to not in ("ada", "bo") and letter.kind == PreflightRequest.KIND:
            assert letter.body(PreflightRequest).entry is None
    for name in helpers.split():
        held = repr(circle[name].dump())
        assert "123457" not in held
        assert "eggs" not in held


def test_an_enzyme_decides_once_and_says_so_to_everyone() -> None:
    circle, signing = begin("E")
    uuid = pay(circle, signing, "certificate")
    assert circle.state("wim") is S.COMPLETED
    assert ends(circle, uuid) == (S.COMMITTED, S.COMMITTED)
    assert circle["wim"].kind_at(circle["wim"].seq) == "decision"
    circle.lose("certificate")
    circle.wait(WINDOW + 1)  # they ask, and it answers with the same
    circle.carry()
    assert ends(circle, uuid) == (S.COMPLETED, S.COMPLETED)
    settle(circle, -5_000)


@pytest.mark.rule("F6", "F52")
def test_an_enzyme_that_lacks_a_signature_decides_no_after_its_grace() -> None:
    circle, signing = begin("E")
    uuid = pay(circle, signing, "session-data", "bo")
    circle.lose(to="bo")
    circle.carry()
    circle.leave("bo")
    circle.wait(WINDOW + 1)
    circle.carry()
    assert circle.state("wim") is S.PREPARED
    assert circle.state("ada", uuid) is S.COMMITTED
    circle.wait(10_000)
    circle.carry()
    assert circle.state("wim") is S.RELEASED
    assert circle.state("ada", uuid) is S.ABORTED
    park = circle["wim"].at(circle["wim"].seq)
    assert park is not None
    assert park.body is not None
    assert decode(park.body, ParkEntry).stop
    try_again(circle, uuid)
    settle(circle, -5_000)


def test_a_signature_that_overtakes_the_session_data_comes_again() -> None:
    circle, signing = begin("E")
    uuid = pay(circle, signing, "session-data", "wim")
    late = circle.post.pop(0)
    circle.carry("session-signature")
    (code,) = [code for _, code in circle.deliver(circle.post.pop(0))]
    assert code == Refusal.BUSY
    assert circle.post[-1].kind == "session-signature"
    circle.post.insert(0, late)
    circle.carry()
    assert ends(circle, uuid) == (S.COMPLETED, S.COMPLETED)
    settle(circle, -5_000)


def test_who_serves_nobody_declines_and_is_not_asked_again() -> None:
    circle, signing = begin("E")
    circle.wish("wim", commands.Serve())
    uuid = circle.pay("ada", "bo", 5_000, signing)
    circle.link()
    circle.carry()
    assert circle.session("ada", uuid).record.reason == "unserved"
    assert circle["ada"].store.wishes.list_all() == []
    assert not circle["ada"].is_locked


def test_partners_only_means_that_one_signer_is_a_partner() -> None:
    circle = a_circle("wim ada", "")
    circle.wish("wim", commands.Serve(decide="partners", vote="partners"))
    ada = circle["ada"].agent
    served = [
        circle.submit("wim", lambda work, who=who: roles.is_served(work, "vote", who))
        for who in ((ada, ada), (circle["wim"].agent,), ())
    ]
    assert served == [True, False, False]


@pytest.mark.rule("F33")
def test_a_witness_follows_what_a_signer_wrote_in_between() -> None:
    circle, signing = begin("Q", THREE, 2)
    pay(circle, signing)
    circle.pay("ada", "bo", 100)  # between the two alone: no witness sees it
    circle.carry()
    circle.pay("ada", "bo", 200)
    circle.carry()
    circle.carried.clear()
    uuid = pay(circle, signing)
    assert ends(circle, uuid) == (S.COMPLETED, S.COMPLETED)
    shown = [
        letter.body(VoteRequest).walks
        for letter in circle.carried
        if letter.kind == VoteRequest.KIND and letter.to == "wim"
    ]
    assert all(len(walks) == 1 for walks in shown)
    wanted = {letter.sender for letter in circle.carried if letter.kind == "walk-wanted"}
    assert wanted == {"wes", "wil"}  # who asks them passes no walks on
    settle(circle, -10_300)


@pytest.mark.rule("F31", "F33")
def test_a_witness_that_was_away_catches_up() -> None:
    circle, signing = begin("Q", THREE, 2)
    pay(circle, signing)
    circle.leave("wil")
    pay(circle, signing)
    circle.carry()
    circle.link("wil")
    circle.leave("wes")
    uuid = pay(circle, signing)
    circle.carry()
    assert ends(circle, uuid) == (S.COMPLETED, S.COMPLETED)
    circle.link("wes")
    settle(circle, -15_000)


@pytest.mark.rule("F24")
def test_a_silent_collector_is_done_without() -> None:
    circle, signing = begin("Q", THREE, 2)
    uuid = pay(circle, signing, "vote-request")
    circle.leave("wim")
    circle.carry()
    assert ends(circle, uuid) == (S.COMMITTED, S.COMMITTED)
    circle.wait(WINDOW + 1)
    circle.carry()
    assert ends(circle, uuid) == (S.COMPLETED, S.COMPLETED)
    settle(circle, -5_000)


def test_so_many_aborts_end_it_and_it_is_tried_again() -> None:
    circle, signing = begin("Q", THREE, 2)
    uuid = pay(circle, signing, "session-data", "bo")
    circle.lose(to="bo")
    circle.carry()
    circle.leave("bo")
    circle.wait(WINDOW + 1)
    circle.carry()
    circle.wait(10_000)
    circle.carry()
    circle.wait(2_000)
    circle.carry()
    assert circle.state("ada", uuid) is S.ABORTED
    try_again(circle, uuid)
    settle(circle, -5_000)


def test_nobody_is_dialled_before_the_person_agrees() -> None:
    circle, signing = begin("E")
    circle.pay("ada", "bo", 5_000, signing)
    circle.carry("preflight", "bo")
    circle.deliver(circle.post.pop(0))
    bo, wim = circle["bo"], circle["wim"].agent
    assert bo.store.witnessing.get(wim) is None
    assert wim not in bo.pump.take_moved()
    circle.wish("bo", commands.AnswerPayment(circle.session("bo").record.session, True))
    assert bo.store.witnessing.get(wim) is not None
    assert wim in bo.pump.take_moved()


def test_a_payee_that_no_one_who_decides_can_hear_does_not_sign() -> None:
    circle, signing = begin("E")
    pay(circle, signing)
    circle["bo"].pump.link_down(circle["wim"].agent)
    circle.wait(60_000)
    circle.carry()
    circle.pay("ada", "bo", 700, signing)
    circle.carry()
    assert circle.session("ada").record.reason == "busy"
    assert circle["ada"].store.wishes.list_all()  # it is tried again
    assert not circle["ada"].is_locked


@pytest.mark.rule("F9")
def test_a_signer_that_was_given_other_data_comes_out_of_doubt_too() -> None:
    circle, signing = begin("Q", THREE, 2)
    uuid = pay(circle, signing, "vote-request", "wim")
    ada, bo = circle.session("ada", uuid), circle.session("bo", uuid)
    circle.carry("vote-request", "wim")
    request = circle.post[0].body(VoteRequest)
    other = list(request.data.responses)
    body = other[0].body
    other[0] = rules.respond(
        ada.record.session,
        circle["ada"].signer,
        COMMONS.id,
        replace(body, top_time=body.top_time + 1),
    )
    data = replace(request.data, responses=tuple(other))
    lie = rules.derive_action(ada.preflight, ada.secret, digest(data), other[0].body)
    signed = Signed(
        agent=circle["ada"].agent,
        signature=rules.promise(lie, circle["ada"].signer, COMMONS.id),
    )
    circle.post.clear()
    for name in THREE.split():
        first = VoteRequest(preflight=ada.preflight, data=data, signed=(signed,))
        assert not circle.send("ada", name, first)
    circle.post.clear()
    circle.leave("ada")
    for _ in range(40):
        circle.wait(1_000)
        circle.carry()
    assert bo.record.session == circle.session("bo", uuid).record.session
    assert circle.state("bo", uuid) is S.ABORTED
    assert not circle["bo"].is_locked


def test_a_question_without_a_signature_keeps_nothing() -> None:
    circle, signing = begin("Q", THREE, 2)
    pay(circle, signing, "vote-request", "wim")
    request = circle.post[0].body(VoteRequest)
    before = circle["wil"].store.witnessing.get_ballot(request.data.session)
    code = circle.send("ada", "wil", replace(request, signed=()))[0][1]
    assert (before, code) == (None, Refusal.INVALID)
    assert circle["wil"].store.witnessing.get_ballot(request.data.session) is None


@pytest.mark.rule("F23", "R8")
def test_a_payer_in_doubt_pays_anyway_and_it_counts_once() -> None:
    circle, signing = begin("E")
    uuid = pay(circle, signing, "session-signature")
    circle.leave("wim")
    circle.carry()
    circle.wait(WINDOW + 1)
    circle.carry()
    session = circle.session("ada", uuid).record.session
    circle.wish("ada", commands.PayAnyway(session))
    circle.carry()
    assert ends(circle, uuid) == (S.PAID, S.PAID)
    assert circle.balance("ada", "bo") == -5_000
    circle.link("wim")
    settle(circle, -5_000)
    told = [one.kind for one in circle.carried if one.to == "wim"]
    assert "bare-chit" not in told  # who decides never learns the amount


@pytest.mark.rule("F5")
def test_a_paper_is_signed_by_all_or_by_none() -> None:
    circle = a_circle("ada bo cy di")
    circle.link()
    circle.carry()
    tallies = tuple(circle.tally("ada", name).uuid for name in ("bo", "cy", "di"))
    session = circle.wish("ada", commands.SignPaper("House rules", "We keep it clean.", tallies))
    circle.carry()
    for name in ("bo", "cy"):
        circle.wish(name, commands.AnswerPaper(session, True))
        circle.carry()
    assert {circle.state(name) for name in ("bo", "cy")} == {S.PREPARED}
    circle.wish("di", commands.AnswerPaper(session, True))
    circle.carry()
    assert {circle.state(name) for name in circle.sides} == {S.COMPLETED}
    again = circle.wish("ada", commands.SignPaper("More rules", "And quiet.", tallies))
    circle.carry()
    circle.wish("bo", commands.AnswerPaper(again, True))
    circle.carry()
    circle.wish("cy", commands.AnswerPaper(again, False, "not at night"))
    circle.carry()
    assert {circle.state(name) for name in ("ada", "cy")} == {S.CANCELLED}
    assert circle.state("bo") is S.RELEASED
    assert circle.session("ada").text == "not at night"
    circle.check()


@pytest.mark.rule("F16")
def test_a_certificate_needs_the_votes_and_the_enzyme() -> None:
    circle, signing = begin("Q", THREE, 2)
    uuid = pay(circle, signing, "certificate", "bo")
    whole = circle.post[0].body(Certificate)
    circle.post.clear()
    for votes in ((), whole.votes[:1], whole.votes[:1] * 2):
        poor = Certificate(
            session=whole.session, data=whole.data, signatures=whole.signatures, votes=votes
        )
        assert circle.send("wim", "bo", poor)[0][1] == Refusal.INVALID
    assert circle.state("bo", uuid) is S.COMMITTED
    assert not circle.send("wim", "bo", whole)
    assert circle.state("bo", uuid) is S.COMPLETED
