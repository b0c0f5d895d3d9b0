"""Both halves come to hold the same chain: the story of the protocol, on two real wallets."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.helpers.builders import a_salt
from tests.helpers.pair import Pair, Side, a_pair, an_invitation, answer, two
from wallet.crypto.hashing import digest, hash_bytes
from wallet.engine.audit import prove
from wallet.engine.desks.payments import count_bare
from wallet.model.credit import Chit, hash_link, pledge
from wallet.model.limits import CONSENSUS_PAGE
from wallet.model.networks import COMMONS
from wallet.protocol.credit.chit import State as ChitState
from wallet.protocol.credit.consensus import State
from wallet.protocol.messages.countersigning import BareChit
from wallet.protocol.messages.refusals import Refusal
from wallet.protocol.messages.tallies import (
    BareProof,
    ChainAck,
    ChainCheck,
    ChainNew,
    ChainRequest,
    ChainUpdate,
    ProvenChit,
)

NET = COMMONS.id


def a_chit(side: Side, units: int, word: object = "") -> BareChit:
    """A chit signed by its pledger alone."""
    tally = side.tally.record
    assert tally.digest is not None
    chit = Chit(
        tally=tally.digest, uuid=a_salt(side.name, units, word), by=tally.half, type="tran",
        date=side.clock.wall_ms(), units=units,
    )  # fmt: skip
    me = side.pump.me
    return BareChit(chit=chit, pledge=pledge(chit, me.authority, me.signer, NET))


def keep(pair: Pair, side: Side, body: BareChit) -> None:
    """It counts at its pledger; nobody else knows of it yet."""
    pair.submit(side, lambda work: count_bare(work, body))


def gives(pair: Pair, side: Side, units: int, *, arrives: bool) -> None:
    """`side` pays bare; the chit arrives at the other side at once, or not at all."""
    body = a_chit(side, units)
    keep(pair, side, body)
    if arrives:
        assert pair.send(side, body) == []


def proven(body: BareChit, **chit: Any) -> ProvenChit:
    proof = BareProof(pledge=body.pledge)
    return ProvenChit(chit=replace(body.chit, **chit), proof=proof)


def chain(side: Side) -> list[tuple[int, str]]:
    """The amounts in this half's order, and whose."""
    links = side.store.chits.list_links(side.tally.uuid, 1)
    found = [side.store.chits.get_by_digest(link.chit) for link in links]
    return [(one.chit.units, one.chit.by) for one in found if one]


def meet(pair: Pair) -> None:
    """The link comes up, and both talk until they are done."""
    pair.link()
    pair.carry()


@pytest.mark.rule("S1", "S2", "S3", "S4", "S8")
def test_the_story_of_the_protocol_ends_with_the_foils_order_on_both_sides() -> None:
    pair = a_pair()
    stock, foil = pair.ada, pair.bo
    pair.unlink()
    gives(pair, foil, 30, arrives=False)
    gives(pair, stock, 40, arrives=True)
    gives(pair, stock, 60, arrives=False)
    gives(pair, foil, 50, arrives=True)
    for units in (70, 80, 100, 110):
        gives(pair, stock if units in (70, 100) else foil, units, arrives=False)
    gives(pair, foil, 90, arrives=True)
    assert chain(stock) != chain(foil)
    order = chain(foil)
    meet(pair)
    pair.agree()
    assert chain(stock) == chain(foil)
    assert chain(foil)[: len(order)] == order, "the foil orders"
    assert pair.ada.balance == 30 + 50 + 80 + 110 + 90 - (40 + 60 + 70 + 100)
    books = stock.tally.books, foil.tally.books
    assert all(one and one.confirmed == one.end == 9 for one in books)


@pytest.mark.rule("S8")
def test_equal_halves_say_nothing_more_than_where_they_stand() -> None:
    pair = a_pair()
    pair.pay(pair.ada)
    pair.carry()
    pair.unlink()
    pair.carried.clear()
    meet(pair)
    kinds = [one.kind for one in pair.carried if one.kind.startswith("chain")]
    assert kinds == ["chain-check", "chain-check"]


MANY = CONSENSUS_PAGE + 7


@pytest.mark.rule("S7", "S3")
@pytest.mark.parametrize("holder", ["ada", "bo"])
def test_hundreds_of_lost_chits_go_in_pages(holder: str) -> None:
    pair = a_pair()
    pair.unlink()
    side = pair.side(holder)
    bodies = [a_chit(side, 1 + number) for number in range(MANY)]

    def count(work: Any) -> None:
        for body in bodies:
            count_bare(work, body)

    pair.submit(side, count)
    pair.carried.clear()
    meet(pair)
    for _ in range(3):
        pair.unlink()
        meet(pair)
    pair.agree()
    pages = [one.body(ChainUpdate) for one in pair.carried if one.kind == "chain-update"]
    assert max(len(page.chits) for page in pages) <= CONSENSUS_PAGE
    assert pair.other(side).tally.chits == MANY


@pytest.mark.rule("S2")
@pytest.mark.parametrize("lost", ["chain-new", "chain-ack", "chain-update", "chain-request"])
def test_any_lost_word_of_consensus_is_made_good_over_the_next_link(lost: str) -> None:
    pair = a_pair()
    pair.unlink()
    gives(pair, pair.ada, 10, arrives=False)
    gives(pair, pair.bo, 20, arrives=False)
    pair.link()
    for _ in range(30):
        pair.lose(lost)
        if not pair.post:
            break
        pair.deliver(pair.post.pop(0))
    pair.unlink()
    meet(pair)
    pair.agree()
    assert sorted(chain(pair.ada)) == sorted([(10, "stock"), (20, "foil")])


@pytest.mark.rule("S1", "K11")
def test_a_sealed_chit_that_one_side_lost_comes_back_with_its_certificate() -> None:
    pair = a_pair()
    uuid = pair.pay(pair.ada)
    pair.carry("certificate")
    pair.lose()
    update = ChainUpdate(
        tally=pair.ada.tally.record.digest or hash_bytes(b""), first=1, end=1, round=1,
        chits=(pair.submit(pair.ada, lambda work: _prove(work, pair.ada, uuid)),),
    )  # fmt: skip
    assert pair.send(pair.ada, update) == []
    assert pair.bo.chit_state(uuid) is ChitState.GOOD
    pair.calm()
    pair.agree()


def _prove(work: Any, side: Side, uuid: str) -> ProvenChit:
    return prove(work.store, side.chit(uuid))


@pytest.mark.rule("S3", "K5")
@pytest.mark.parametrize("case", ["units", "by", "tally", "not theirs", "one of many"])
def test_forged_chits_inside_an_update_are_refused_and_nothing_of_it_counts(case: str) -> None:
    pair = a_pair()
    good, other = a_chit(pair.bo, 10), a_chit(pair.bo, 11)
    stolen = a_chit(pair.ada, 12)
    forged = {
        "units": proven(good, units=1_000),
        "by": proven(good, by="stock"),
        "tally": proven(good, tally=hash_bytes(b"other")),
        "not theirs": ProvenChit(chit=stolen.chit, proof=BareProof(pledge=good.pledge)),
        "one of many": proven(good, memo="other"),
    }[case]
    tally = pair.bo.tally.record.digest
    assert tally is not None
    update = ChainUpdate(tally=tally, first=1, end=2, chits=(proven(other), forged), round=1)
    before = [row for row in pair.ada.dump() if row[0] != "heard"]
    assert pair.send(pair.bo, update)[0][1] == Refusal.INVALID
    assert [row for row in pair.ada.dump() if row[0] != "heard"] == before


@pytest.mark.rule("S3", "K5")
def test_a_uuid_that_counts_already_cannot_come_back_with_another_amount() -> None:
    pair = a_pair()
    good = a_chit(pair.bo, 10)
    assert pair.send(pair.bo, good) == []
    again = a_chit(pair.bo, 10)
    chit = replace(again.chit, units=99)
    me = pair.bo.pump.me
    other = BareChit(chit=chit, pledge=pledge(chit, me.authority, me.signer, NET))
    assert pair.send(pair.bo, other)[0][1] == Refusal.INVALID
    update = ChainUpdate(tally=chit.tally, first=1, end=1, chits=(proven(other),), round=1)
    assert pair.send(pair.bo, update)[0][1] == Refusal.INVALID
    assert pair.ada.balance == 10


@pytest.mark.rule("S6")
def test_what_would_reorder_the_confirmed_part_stops_and_tells_the_person() -> None:
    pair = a_pair()
    pair.pay(pair.ada, 10)
    pair.carry()
    books = pair.ada.tally.books
    assert books is not None
    assert books.confirmed == 1
    lie = a_chit(pair.bo, 77)
    wrong = hash_link(digest(lie.chit), 1, books.tally)
    said = ChainCheck(tally=books.tally, confirmed=1, index=1, hash=wrong, net=0, round=9)
    assert pair.send(pair.bo, said) == []
    after = pair.ada.tally.books
    assert after is not None
    assert after.state is State.DIFFERENT
    assert "copies-differ" in pair.ada.notices()
    assert chain(pair.ada) == [(10, "stock")]
    pair.bo.pump.take_ready()
    pair.post.clear()
    uuid = pair.pay(pair.bo, 5)
    pair.carry()
    assert pair.bo.chit_state(uuid) is ChitState.REFUSED, "no new payment until people looked"


@pytest.mark.rule("S6")
@pytest.mark.parametrize("kind", [ChainNew, ChainAck])
def test_a_claim_against_the_confirmed_part_is_a_difference(kind: Any) -> None:
    pair = a_pair()
    pair.pay(pair.ada, 10)
    pair.carry()
    books = pair.ada.tally.books
    assert books is not None
    wrong = hash_bytes(b"wrong")
    more = {"chit": wrong} if kind is ChainNew else {}
    assert pair.send(pair.bo, kind(tally=books.tally, index=1, hash=wrong, **more)) == []
    after = pair.ada.tally.books
    assert after is not None
    assert after.state is State.DIFFERENT


@pytest.mark.rule("S6")
def test_a_page_that_contradicts_the_confirmed_part_is_a_difference() -> None:
    pair = a_pair()
    pair.pay(pair.ada, 10)
    pair.carry()
    books = pair.ada.tally.books
    assert books is not None
    page = ChainUpdate(
        tally=books.tally, first=1, end=1, chits=(proven(a_chit(pair.bo, 3)),), round=3
    )
    assert pair.send(pair.bo, page) == []
    after = pair.ada.tally.books
    assert after is not None
    assert after.state is State.DIFFERENT
    pair.ada.check()


def test_only_the_partner_speaks_about_a_tally_chain() -> None:
    pair = a_pair()
    body = ChainRequest(tally=hash_bytes(b"other"), first=1, round=1)
    assert pair.send(pair.bo, body)[0][1] == Refusal.INVALID


@pytest.mark.rule("S7")
def test_a_request_beyond_the_end_is_answered_with_an_empty_page() -> None:
    pair = a_pair()
    tally = pair.ada.tally.record.digest
    assert tally is not None
    assert pair.send(pair.bo, ChainRequest(tally=tally, first=500, round=1)) == []
    page = pair.take("chain-update").body(ChainUpdate)
    assert (page.first, page.end, page.chits) == (500, 0, ())
    pair.send(pair.ada, page)
    pair.calm()
    pair.agree()


@pytest.mark.rule("K5", "N5")
def test_a_payee_who_stopped_takes_no_certificate_by_the_back_door() -> None:
    pair = a_pair()
    uuid = pair.pay(pair.ada)
    pair.carry("certificate")
    pair.unlink()
    pair.wait(15_001, pair.bo)
    pair.wait(11_001, pair.bo)
    assert pair.bo.session(uuid).record.stopped
    tally = pair.ada.tally.record.digest
    assert tally is not None
    sealed = pair.submit(pair.ada, lambda work: _prove(work, pair.ada, uuid))
    update = ChainUpdate(tally=tally, first=1, end=1, chits=(sealed,), round=5)
    assert pair.send(pair.ada, update) == []
    assert pair.bo.balance == 0
    pair.calm()
    pair.agree()
    assert pair.bo.balance == 5_000


@pytest.mark.rule("T2", "T6")
def test_a_shop_code_opens_its_own_terms_unseen_for_as_many_as_it_says() -> None:
    pair = two()
    one, key = an_invitation(pair, uses=2, open_unseen=True)
    answer(pair, one, key)
    pair.carry()
    assert pair.ada.tally.books is not None, "nobody had to look"
    assert pair.bo.tally.books is not None
    file = pair.ada.store.invitations.get(key.id)
    assert file is not None
    assert (file.used, file.state) == (1, "out")


@pytest.mark.parametrize(("first", "end"), [(1, 1), (2, 2), (5, 0), (2**53 - 1, 0)])
def test_a_foil_that_sends_strays_moves_nothing_that_is_confirmed(first: int, end: int) -> None:
    """Only the stock has strays to send: a foil's would put a confirmed chit at a second place."""
    pair = a_pair()
    uuid = pair.pay(pair.ada)
    pair.carry()
    known = prove(pair.ada.store, pair.ada.chit(uuid))
    tally = pair.ada.tally.record.digest
    assert tally is not None
    body = ChainUpdate(tally=tally, first=first, end=end, chits=(known,), round=0, strays=True)
    pair.send(pair.bo, body)
    pair.ada.check()
