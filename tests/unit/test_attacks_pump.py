"""What a partner with a modified client may try against a wallet: each is refused or harmless."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.helpers.pair import Pair, a_pair, an_invitation, answer
from wallet.crypto.hashing import Hash, blake, digest, hash_bytes
from wallet.crypto.signing import Signer
from wallet.engine.api import commands
from wallet.engine.audit import prove
from wallet.model.credit import Chit, other_half, pledge
from wallet.model.errors import WalletError
from wallet.model.identity import Salt
from wallet.model.instants import LATEST_MS
from wallet.model.limits import MAX_AMOUNT
from wallet.model.networks import COMMONS
from wallet.protocol.countersign.signer import State
from wallet.protocol.credit.chit import State as ChitState
from wallet.protocol.messages.countersigning import (
    BareChit,
    Cancel,
    NoEvidence,
    Status,
    StatusQuery,
)
from wallet.protocol.messages.frame import make_frame
from wallet.protocol.messages.refusals import Refusal
from wallet.protocol.messages.tallies import (
    BareProof,
    ChainRequest,
    ChainUpdate,
    ProvenChit,
    SealedProof,
)
from wallet.store.tallies import TallyFile


def pledged(pair: Pair, word: str, units: int = 100, date: int = 1) -> ProvenChit:
    """A chit of Bo's, signed by Bo alone."""
    tally = pair.bo.tally
    assert tally.record.digest is not None
    chit = Chit(
        tally=tally.record.digest,
        uuid=Salt.of(blake(word.encode())[:16]),
        by=tally.record.half,
        type="tran",
        date=date,
        units=units,
    )
    given = pledge(chit, pair.bo.pump.me.authority, pair.bo.signer, COMMONS.id)
    return ProvenChit(chit=chit, proof=BareProof(pledge=given))


def update(pair: Pair, *chits: ProvenChit, first: int = 1, end: int = 0) -> ChainUpdate:
    """A page of the foil's half, as Bo tells it."""
    tally = pair.ada.tally.record.digest
    assert tally is not None
    last = end or first + len(chits) - 1
    return ChainUpdate(tally=tally, first=first, end=last, chits=chits, round=9)


def bare(given: ProvenChit) -> BareChit:
    assert isinstance(given.proof, BareProof)
    return BareChit(chit=given.chit, pledge=given.proof.pledge)


def links(pair: Pair) -> list[str]:
    return [link.chit for link in pair.ada.store.chits.list_links(pair.ada.tally.uuid, 1)]


def a_second_tally(pair: Pair) -> TallyFile:
    """Ada and Bo open another one, by another invitation."""
    first = pair.ada.tally.uuid
    one, key = an_invitation(pair)
    uuid = answer(pair, one, key)
    assert uuid != first
    pair.carry()
    drafted = pair.ada.store.tallies.get(uuid)
    assert drafted is not None
    assert drafted.record.digest is not None
    pair.wish(pair.ada, commands.AcceptTally(uuid, drafted.record.digest))
    pair.carry()
    found: TallyFile | None = pair.ada.store.tallies.get(uuid)
    assert found is not None
    assert found.books is not None
    return found


# The tally chain ------------------------------------------------------------------


def test_a_chit_twice_in_one_page_is_linked_once() -> None:
    pair = a_pair()
    assert pair.bo.tally.record.half == "foil"
    one, two = pledged(pair, "one"), pledged(pair, "two")
    pair.send(pair.bo, update(pair, one, two, one))
    assert len(links(pair)) == len(set(links(pair)))
    pair.ada.check()


def test_a_chit_that_is_confirmed_takes_no_second_place() -> None:
    pair = a_pair()
    pair.pay(pair.bo)
    pair.carry()
    books = pair.ada.tally.books
    assert books is not None
    assert books.confirmed == 1
    first = pair.ada.store.chits.get_by_digest(links(pair)[0])
    assert first is not None
    again = ProvenChit(chit=first.chit, proof=pledged(pair, "other").proof)
    pair.send(pair.bo, update(pair, pledged(pair, "new"), again, first=2))
    assert len(links(pair)) == len(set(links(pair)))
    pair.ada.check()


def test_strays_come_from_the_stock_only_and_move_nothing_that_is_confirmed() -> None:
    pair = a_pair()
    pair.pay(pair.bo)
    pair.carry()
    first = pair.ada.store.chits.get_by_digest(links(pair)[0])
    assert first is not None
    again = ProvenChit(chit=first.chit, proof=pledged(pair, "other").proof)
    assert pair.send(pair.bo, replace(update(pair, again, first=2), strays=True))
    assert len(links(pair)) == 1
    pair.ada.check()


def test_a_chit_that_stands_before_the_page_is_not_linked_again() -> None:
    pair = a_pair()
    one, two, three = (pledged(pair, word) for word in ("one", "two", "three"))
    for each in (one, two):
        pair.send(pair.bo, bare(each))
    pair.send(pair.bo, update(pair, three, one, first=2))
    assert len(links(pair)) == len(set(links(pair)))
    pair.ada.check()


@pytest.mark.rule("N5", "R8")
def test_a_certificate_in_a_page_does_not_count_for_a_payee_who_stopped() -> None:
    """Ada stopped waiting; Bo, who had completed, shows the certificate as a chit's proof."""
    pair = a_pair()
    uuid = pair.pay(pair.bo)
    pair.carry("certificate")
    pair.lose()
    pair.wait(16_000, pair.ada)
    pair.wait(12_000, pair.ada)
    pair.lose()
    assert pair.ada.session(uuid).record.stopped
    proof = prove(pair.bo.store, pair.bo.chit(uuid))
    assert isinstance(proof.proof, SealedProof)
    pair.send(pair.bo, update(pair, proof))
    assert pair.ada.balance == 0
    assert pair.ada.chit_state(uuid) is not ChitState.GOOD
    pair.calm()  # Bo hears of the stop and sends his own pledge
    assert pair.ada.balance == 5_000
    pair.check()


def test_one_tally_owes_one_page_at_a_time() -> None:
    """Who asks and asks and takes no answer does not fill our disk."""
    pair = a_pair()
    for word in "abcde":
        pair.send(pair.bo, bare(pledged(pair, word)))
    tally = pair.ada.tally.record.digest
    assert tally is not None
    for number in range(30):
        pair.send(pair.bo, ChainRequest(tally=tally, first=1, round=number))
    assert pair.ada.owes().count("chain-update") <= 1


def test_a_chit_counts_on_its_own_tally_only() -> None:
    """A page that names a good chit of another tally links nothing."""
    pair = a_pair()
    one = pledged(pair, "one")
    pair.send(pair.bo, bare(one))
    other = a_second_tally(pair)
    assert other.record.digest is not None
    page = ChainUpdate(tally=other.record.digest, first=1, end=1, chits=(one,), round=1)
    assert [code for _, code in pair.send(pair.bo, page)] == [Refusal.INVALID]
    assert pair.ada.store.chits.list_links(other.uuid, 1) == []
    pair.ada.check()


# Amounts and times -----------------------------------------------------------------


def test_balances_beyond_all_amounts_are_refused() -> None:
    pair = a_pair()
    assert not pair.send(pair.bo, bare(pledged(pair, "one", MAX_AMOUNT)))
    refused = pair.send(pair.bo, bare(pledged(pair, "two", MAX_AMOUNT)))
    assert [code for _, code in refused] == [Refusal.INVALID]
    assert pair.ada.balance == MAX_AMOUNT
    pair.link()  # the links still come up: the net fits its message
    pair.ada.check()


def test_nobody_pays_beyond_all_amounts() -> None:
    pair = a_pair()
    for side in (pair.ada, pair.bo):
        tally = side.tally
        tally.balance = -MAX_AMOUNT if side is pair.ada else MAX_AMOUNT
        side.pump.submit(lambda work, one=tally: work.store.tallies.save(one, work.now.wall))
    with pytest.raises(WalletError):
        pair.pay(pair.ada, 1)


def test_a_chit_of_the_year_ten_thousand_is_malformed() -> None:
    """No screen could show its date, so none may come in."""
    pair = a_pair()
    refused = pair.send(pair.bo, bare(pledged(pair, "late", date=LATEST_MS + 1)))
    assert [code for _, code in refused] == [Refusal.MALFORMED]
    assert not pair.send(pair.bo, bare(pledged(pair, "last", date=LATEST_MS)))


# A pledge counts in every state ----------------------------------------------------


@pytest.mark.rule("R8")
@pytest.mark.parametrize("asks", [False, True])
def test_a_bare_chit_counts_while_its_session_is_prepared_or_asked(asks: bool) -> None:
    pair = a_pair()
    if asks:
        tally = pair.ada.tally
        tally.auto_accept = False
        pair.submit(pair.ada, lambda work: work.store.tallies.save(tally, work.now.wall))
    uuid = pair.pay(pair.bo)
    pair.carry("preflight-reply" if not asks else "")
    assert pair.ada.step(uuid) is (State.ASKED if asks else State.PREPARED)
    chit = pair.bo.chit(uuid).chit
    given = pledge(chit, pair.bo.pump.me.authority, pair.bo.signer, COMMONS.id)
    assert not pair.send(pair.bo, BareChit(chit=chit, pledge=given))
    assert pair.ada.chit_state(uuid) is ChitState.GOOD
    assert pair.ada.balance == chit.units
    assert not pair.ada.is_locked
    pair.ada.check()


# Floods ------------------------------------------------------------------------------


@pytest.mark.rule("F58")
def test_junk_leaves_nothing_on_the_disk() -> None:
    pair = a_pair()
    before = pair.ada.dump()
    for number in range(20):
        body = BareChit(
            chit=pledged(pair, str(number)).chit, pledge=bare(pledged(pair, "x")).pledge
        )
        assert pair.send(pair.bo, body)
    frame = make_frame("nonsense", COMMONS.id, pair.bo.agent, pair.ada.agent, b"{}")
    assert pair.ada.pump.receive(pair.bo.agent, [frame])[0][1] == Refusal.UNKNOWN_KIND
    assert pair.ada.dump() == before


@pytest.mark.rule("F58")
def test_cancels_of_unknown_sessions_do_not_fill_the_disk() -> None:
    pair = a_pair()
    for number in range(1_500):
        pair.send(pair.bo, Cancel(session=hash_bytes(str(number).encode())))
    stones = pair.ada.store.database.fetch_all("SELECT * FROM tombstone")
    assert len(stones) <= 1_000


@pytest.mark.rule("R10")
def test_a_partner_asks_the_person_sixty_times_an_hour_at_most() -> None:
    """Each question leaves a line in the lists: a partner must not fill them."""
    pair = a_pair()
    tally = pair.ada.tally
    tally.auto_accept = False
    pair.submit(pair.ada, lambda work: work.store.tallies.save(tally, work.now.wall))
    for number in range(70):
        uuid = pair.pay(pair.bo, memo=str(number))
        pair.carry()
        if not pair.ada.store.chits.get(uuid):
            break
        pair.wish(pair.bo, commands.StopSession(pair.bo.session(uuid).record.session))
        pair.carry()
        pair.wait(1_000)
    chits = pair.ada.store.database.fetch_all("SELECT 1 FROM chit")
    assert len(chits) == 60
    pair.wait(3_600_000)
    pair.wait(30_000)
    pair.carry()
    assert len(pair.ada.store.database.fetch_all("SELECT 1 FROM chit")) == 61


def test_what_a_partner_says_again_and_again_is_kept_twice() -> None:
    pair = a_pair()
    uuid = pair.pay(pair.ada)
    pair.carry()
    session = pair.ada.session(uuid).record.session
    for number in range(200):
        pair.wait(1, pair.ada)
        assert not pair.send(
            pair.bo, Status(session=session, attempt=number, evidence=NoEvidence())
        )
    database = pair.ada.store.database
    row = database.fetch_one("SELECT steps FROM session WHERE session = ?", (session,))
    assert row is not None
    assert len(row[0]) <= 8_192
    keys = [line.split(" ")[1] for line in row[0].splitlines()]
    assert {"asked", "completed", "heard"} <= set(keys)
    assert row[0].splitlines()[-1].startswith(str(pair.ada.clock.wall_ms()))


def test_who_takes_no_answers_is_not_listened_to() -> None:
    pair = a_pair()
    refused: list[tuple[Hash, int]] = []
    for number in range(1, 3_000):
        body = StatusQuery(session=hash_bytes(b"unknown"), attempt=number)
        refused = pair.send(pair.bo, body)
        if refused:
            break
    assert [code for _, code in refused] == [Refusal.TOO_MANY]
    pair.link()
    pair.carry(most=3_000)
    assert not pair.send(pair.bo, StatusQuery(session=hash_bytes(b"unknown"), attempt=5_000))


@pytest.mark.expects_warnings
def test_one_bad_message_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours that one message finds is answered; what came along with it is kept."""
    pair = a_pair()
    bad = make_frame("cancel", COMMONS.id, pair.bo.agent, pair.ada.agent, Cancel(session=digest(1)))
    good = bare(pledged(pair, "good"))
    fine = make_frame("bare-chit", COMMONS.id, pair.bo.agent, pair.ada.agent, good)

    def fail(*_: object) -> None:
        raise KeyError("a mistake")

    monkeypatch.setattr(pair.ada.pump.admission, "_cancel", fail)
    refused = pair.ada.pump.receive(pair.bo.agent, [bad, fine])
    assert refused == [(bad.id, Refusal.INTERNAL)]
    assert pair.ada.balance == good.chit.units


def test_strangers_keys_are_told_apart() -> None:
    """A chit in the name of the other half, or of a stranger, never counts."""
    pair = a_pair()
    given = pledged(pair, "one")
    stranger = Signer(blake(b"stranger"))
    signed = pledge(given.chit, pair.bo.pump.me.authority, stranger, COMMONS.id)
    assert pair.send(pair.bo, BareChit(chit=given.chit, pledge=signed))
    turned = Chit(
        tally=given.chit.tally,
        uuid=given.chit.uuid,
        by=other_half(given.chit.by),
        type="tran",
        date=1,
        units=100,
    )
    own = pledge(turned, pair.bo.pump.me.authority, pair.bo.signer, COMMONS.id)
    assert pair.send(pair.bo, BareChit(chit=turned, pledge=own))
    assert pair.send(pair.bo, update(pair, ProvenChit(chit=turned, proof=BareProof(pledge=own))))
    assert pair.ada.balance == 0
