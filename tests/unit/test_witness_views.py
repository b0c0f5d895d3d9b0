"""What screens and the command line are told about who signs and who decides."""

from __future__ import annotations

import pytest

from tests.helpers.circle import Circle, a_circle, helpers_of
from wallet.engine.api import commands
from wallet.engine.api.views import SessionState, SessionView, SideTerms
from wallet.engine.api.views_signing import ServiceView, WitnessRole, WitnessView
from wallet.engine.queries import home, sessions, witnesses
from wallet.engine.queries.invitations import fetch_link
from wallet.engine.queries.now import Now
from wallet.engine.queries.tallies import get_amendment, get_terms
from wallet.model.credit import ALONE
from wallet.model.errors import WrongState
from wallet.model.networks import COMMONS


def a_now(circle: Circle, name: str, *online: str) -> Now:
    side = circle[name]
    return Now(
        wall_ms=side.clock.now,
        monotonic_ms=side.clock.now,
        me=side.agent,
        network=COMMONS.id,
        name=name.title(),
        online={circle[other].agent: 1 for other in online},
    )


def known(circle: Circle, name: str, *online: str) -> dict[str, WitnessView]:
    found = witnesses.list_witnesses(circle[name].store.database, a_now(circle, name, *online))
    return {circle._name[one.card.agent]: one for one in found}


def service(circle: Circle, name: str) -> ServiceView:
    return witnesses.get_service(circle[name].store.database, a_now(circle, name))


def the_session(circle: Circle, name: str, *online: str) -> SessionView:
    (one,) = sessions.list_sessions(
        circle[name].store.database, a_now(circle, name, *online), ended=True
    )[:1]
    return one


def paid(circle: Circle, mode: str, names: str, needed: int = 0) -> None:
    """Ada pays Bo by this mode, and Bo's person accepts it."""
    circle.link()
    circle.pay("ada", "bo", signing=helpers_of(circle, mode, names, needed))
    circle.link()
    circle.carry()
    session = circle.session("bo").record.session
    circle.wish("bo", commands.AnswerPayment(session, accept=True))
    circle.carry()
    assert circle.balance("bo", "ada") == 5_000


def test_an_enzyme_that_decided_has_a_record_and_counts_what_it_did() -> None:
    circle = a_circle("ada bo", "wim")
    paid(circle, "E", "wim")
    one = known(circle, "ada", "wim")["wim"]
    assert (one.role, one.decides, one.votes) == (WitnessRole.TALLY, True, False)
    assert (one.completed, one.aborted, one.silent, one.online) == (1, 0, 0, True)
    assert known(circle, "bo")["wim"].role is WitnessRole.SESSION
    found = service(circle, "wim")
    assert (found.decide, found.decided, found.open_sessions) == ("anyone", 1, 0)
    assert (found.voted, found.slots) == (0, 0)
    assert service(circle, "ada") == ServiceView()


def test_witnesses_that_voted_count_ballots_and_places() -> None:
    circle = a_circle("ada bo", "wim wes wil")
    paid(circle, "Q", "wim wes wil", 2)
    for name in ("wim", "wes"):
        done = service(circle, name)
        assert (done.vote, done.voted, done.open_ballots, done.slots) == ("anyone", 1, 0, 2)
    for name in ("ada", "bo"):
        found = known(circle, name)
        assert {(one.decides, one.votes) for one in found.values()} == {(False, True)}


def test_a_session_names_its_signers_and_who_decides() -> None:
    circle = a_circle("ada bo", "wim wes wil")
    paid(circle, "Q", "wim wes wil", 2)
    one = the_session(circle, "ada", "wes")
    assert [(who.name, who.role, who.is_me, who.ready, who.signed) for who in one.signers] == [
        ("Ada", "payer", True, True, True),
        ("bo", "payee", False, True, True),
    ]
    assert (one.mode, one.needed, one.i_decide) == ("Q", 2, False)
    assert [who.name for who in one.deciders] == ["wim", "wes", "wil"]
    assert [who.online for who in one.deciders] == [False, True, False]
    assert sorted(who.vote for who in one.deciders) == ["", "commit", "commit"]


def test_an_enzyme_sees_a_session_of_others_beside_its_own() -> None:
    circle = a_circle("ada bo", "wim")
    circle.link()
    circle.pay("ada", "bo", signing=helpers_of(circle, "E", "wim"))
    circle.link()
    circle.carry()  # Bo's person has not answered: the enzyme is locked and waits
    one = the_session(circle, "wim")
    assert (one.i_decide, one.mode, one.amount, one.tally) == (True, "E", 0, "")
    assert [who.role for who in one.signers] == ["enzyme", "payer", "payee"]
    assert service(circle, "wim").open_sessions == 1
    status = home.get_status(circle["wim"].store.database, a_now(circle, "wim"))
    assert status.sessions == ()


def test_a_paper_shows_what_one_signs_before_one_signs_it() -> None:
    circle = a_circle("ada bo cyd")
    circle.link()
    tallies = tuple(circle.tally("ada", other).uuid for other in ("bo", "cyd"))
    circle.wish("ada", commands.SignPaper("House rules", "Shoes off.", tallies))
    circle.carry()
    one = the_session(circle, "bo")
    assert (one.kind, one.title, one.text) == ("paper", "House rules", "Shoes off.")
    assert (one.state, one.tally, one.chit) == (SessionState.ASKED, "", "")
    assert [who.name for who in one.signers][1:] == ["Bo", "cyd"]
    (need,) = home.get_home(circle["bo"].store.database, a_now(circle, "bo")).needs_me
    assert (need.kind, need.memo) == ("paper asked", "House rules")


def test_an_offer_waits_to_be_chosen_and_cards_say_what_one_does() -> None:
    circle = a_circle("ada bo", "wim")
    circle.wish("bo", commands.Serve(vote="partners"))
    circle.link()
    circle.wish("bo", commands.OfferToWitness(circle.tally("bo", "ada").uuid))
    circle.carry()
    one = known(circle, "ada")["bo"]
    assert (one.role, one.decides, one.votes) == (WitnessRole.OFFERED, False, True)
    circle.wish("ada", commands.ChooseWitness(one.agent))
    link = circle.wish("wim", commands.WitnessLink())
    circle.wish("ada", commands.AddWitness(link))
    found = known(circle, "ada")
    assert {one.role for one in found.values()} == {WitnessRole.CHOSEN}
    assert (found["wim"].decides, found["wim"].votes) == (True, True)
    circle.wish("ada", commands.DropWitness(found["wim"].agent))
    assert set(known(circle, "ada")) == {"bo"}


def test_a_pasted_card_says_who_it_is_and_what_it_does() -> None:
    circle = a_circle("ada bo", "wim")
    circle.wish("wim", commands.Serve(vote="anyone"))
    link = circle.wish("wim", commands.WitnessLink())
    database = circle["ada"].store.database
    one = fetch_link(database, a_now(circle, "ada"), f" {link}\n")
    assert (one.kind, one.error, one.text) == ("card", "", link)
    assert one.inviter is not None
    assert (one.inviter.name, one.decides, one.votes, one.known_partner) == (
        "wim", False, True, False,
    )  # fmt: skip
    circle.wish("ada", commands.AddWitness(link))
    assert fetch_link(database, a_now(circle, "ada"), link).known_partner
    assert fetch_link(None, a_now(circle, "ada"), link[:-5]).error == "LNK-BAD"


@pytest.mark.rule("F34")
@pytest.mark.parametrize(
    ("mode", "names", "needed"),
    [
        ("Q", "wim wes wil", 1),
        ("Q", "wim", 2),
        ("E", "bo", 0),
        ("E", "ada", 0),
        ("E", "wim wes", 0),
    ],
)
def test_a_payment_that_those_cannot_decide_is_not_begun(
    mode: str, names: str, needed: int
) -> None:
    circle = a_circle("ada bo", "wim wes wil")
    circle.link()
    with pytest.raises(WrongState):
        circle.pay("ada", "bo", signing=helpers_of(circle, mode, names, needed))
    assert circle["ada"].store.wishes.list_all() == []
    assert [one.record.kind for one in circle["ada"].sessions] == ["open"]


def test_terms_that_change_who_decides_say_so_before_they_are_signed() -> None:
    circle = a_circle("ada bo", "wim")
    circle.link()
    wanted = helpers_of(circle, "E", "wim")
    terms, uuid = SideTerms(1_000), circle.tally("ada", "bo").uuid
    circle.wish("ada", commands.AmendTally(uuid, terms, terms, signing=wanted))
    circle.carry()
    for name in ("ada", "bo"):
        seen = get_amendment(circle[name].store.database, a_now(circle, name), uuid)
        assert seen.before is not None
        assert (seen.signing, seen.before.signing) == (wanted, ALONE)
    session = circle.session("bo").record.session
    circle.wish("bo", commands.AnswerPayment(session, accept=True))
    circle.carry()
    stands = get_terms(circle["bo"].store.database, a_now(circle, "bo"), uuid)
    assert stands.before is not None
    assert (stands.signing, stands.before.signing) == (wanted, ALONE)


def test_a_dropped_witness_that_terms_name_is_still_known_for_them() -> None:
    circle = a_circle("ada bo", "wim")
    circle.link()
    terms, uuid = SideTerms(1_000_000), circle.tally("ada", "bo").uuid
    wanted = helpers_of(circle, "E", "wim")
    circle.wish("ada", commands.AmendTally(uuid, terms, terms, signing=wanted))
    circle.carry()
    session = circle.session("bo").record.session
    circle.wish("bo", commands.AnswerPayment(session, accept=True))
    circle.carry()
    wim = circle["wim"].agent
    circle.wish("ada", commands.AddWitness(circle.wish("wim", commands.WitnessLink())))
    assert known(circle, "ada")["wim"].role is WitnessRole.CHOSEN
    circle.wish("ada", commands.DropWitness(wim))
    assert known(circle, "ada")["wim"].role is WitnessRole.TALLY
    circle.crash("ada")
    circle.link()
    circle.pay("ada", "bo")
    circle.carry()
    assert circle.balance("bo", "ada") == 5_000


def test_a_dropped_witness_that_nothing_needs_is_forgotten() -> None:
    circle = a_circle("ada bo", "wim")
    circle.wish("ada", commands.AddWitness(circle.wish("wim", commands.WitnessLink())))
    assert set(known(circle, "ada")) == {"wim"}
    circle.wish("ada", commands.DropWitness(circle["wim"].agent))
    assert known(circle, "ada") == {}
