"""Other terms for an open tally: asked, signed, refused, crossing, in doubt."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.helpers.builders import a_salt
from tests.helpers.faults import CERTIFICATE, DATA, NET, PRELUDE, REPLY, SIGNATURE, propose
from tests.helpers.pair import LIMIT, PERSON_MS, Pair, Side, a_pair
from wallet.crypto.hashing import digest, hash_bytes
from wallet.engine.api import commands
from wallet.engine.api.views import Contract, SideTerms
from wallet.engine.audit import verify_all
from wallet.engine.queries.now import Now
from wallet.engine.queries.tallies import get_amendment, get_tally, get_terms
from wallet.model.contracts import PLAIN_CONTRACT
from wallet.model.credit import Agreement
from wallet.model.errors import NotFound, WrongState
from wallet.protocol.countersign.signer import State as S
from wallet.protocol.credit.chit import State as ChitState
from wallet.protocol.messages.countersigning import AmendEntry, Declined, PreflightReply

HIGH, LOW = SideTerms(2 * LIMIT, 60), SideTerms(LIMIT // 2, 10)
TEXT = "We settle each Friday, in eggs.\n"


def amend(pair: Pair, side: Side, **more: Any) -> None:
    wish = {"mine": HIGH, "theirs": LOW, **more}
    pair.wish(side, commands.AmendTally(side.tally.uuid, **wish))


def asked(side: Side) -> str:
    """The session about other terms that the person is asked about."""
    found = [one for one in side.sessions if one.record.state is S.ASKED]
    assert len(found) == 1
    return str(found[0].record.session)


def answer(pair: Pair, side: Side, *, accept: bool = True, reason: str = "") -> None:
    pair.wish(side, commands.AnswerPayment(asked(side), accept, reason))


def terms(side: Side) -> tuple[int, int]:
    """What we grant, and what the partner grants."""
    tally = side.tally
    assert tally.agreement is not None
    mine = tally.agreement.side(tally.record.half)
    both = {tally.agreement.stock.terms.limit, tally.agreement.foil.terms.limit}
    theirs = both - {mine.terms.limit} or both
    return mine.terms.limit, theirs.pop()


def standing(pair: Pair) -> Agreement:
    one, other = pair.ada.tally.agreement, pair.bo.tally.agreement
    assert one is not None
    assert one == other, "both halves stand on the same terms"
    return one


def settled(pair: Pair, revision: int) -> None:
    """Both hold this revision, nothing is in doubt, and money still flows both ways."""
    agreement = standing(pair)
    assert agreement.revision == revision
    for side in (pair.ada, pair.bo):
        record = side.tally.record
        assert (record.session, record.amending, record.doubt) == (None, None, False)
        assert record.revision == revision
    for side in (pair.ada, pair.bo):
        uuid = pair.pay(side, 7)
        pair.calm()
        assert side.chit_state(uuid) is ChitState.GOOD
    pair.agree()
    assert not verify_all(pair.ada.store.database, pair.ada.pump.me, pair.ada.clock).problem


@pytest.mark.rule("T14")
def test_other_terms_stand_when_both_have_signed_and_block_0_stays() -> None:
    pair = a_pair()
    pair.pay(pair.ada, 500)
    pair.calm()
    before, block = standing(pair), pair.ada.tally.record.digest
    amend(pair, pair.ada, memo="more room", contract=Contract("", TEXT))
    pair.carry()
    assert pair.bo.tally.agreement == before, "asked is not agreed"
    assert "amendment-asked" in pair.bo.notices()
    answer(pair, pair.bo)
    pair.calm()
    assert terms(pair.ada) == (2 * LIMIT, LIMIT // 2)
    assert terms(pair.bo) == (LIMIT // 2, 2 * LIMIT)
    for side in (pair.ada, pair.bo):
        tally = side.tally
        assert (tally.record.digest, tally.former, tally.contract) == (block, before, TEXT)
        assert tally.books is not None
        assert tally.books.tally == block == digest(before)
        assert "tally-amended" in side.notices()
    settled(pair, 2)


def test_the_terms_that_stood_before_can_be_read_with_their_contract() -> None:
    pair = a_pair()
    former = pair.ada.tally.contract
    amend(pair, pair.ada, contract=Contract("", TEXT))
    asking = pair.ada.sessions[-1].record.session
    now = Now(0, 0, pair.ada.agent, NET)
    wanted = get_amendment(pair.ada.store.database, now, pair.ada.tally.uuid)
    assert wanted.session == asking, "the one in which it is asked"
    pair.carry()
    answer(pair, pair.bo)
    pair.calm()
    for side in (pair.ada, pair.bo):
        seen = get_terms(side.store.database, Now(0, 0, side.agent, NET), side.tally.uuid)
        assert seen.before is not None
        assert (seen.contract.text, seen.before.contract.text) == (TEXT, former)
    amend(pair, pair.bo, memo="again")
    pair.carry()
    answer(pair, pair.ada)
    pair.calm()
    again = get_terms(pair.ada.store.database, now, pair.ada.tally.uuid)
    assert again.before is not None
    assert again.before.contract.text == "", "it is now's"
    assert again.before.contract.digest == again.contract.digest


@pytest.mark.rule("T14")
def test_new_limits_bind_the_payees_policy_at_once() -> None:
    pair = a_pair()
    amend(pair, pair.bo)
    pair.carry()
    answer(pair, pair.ada)
    pair.calm()
    uuid = pair.pay(pair.ada, LIMIT + 1)  # Bo grants twice as much now
    pair.carry()
    assert pair.bo.chit_state(uuid) is ChitState.GOOD


@pytest.mark.rule("T14")
def test_terms_are_changed_again_and_again() -> None:
    pair = a_pair()
    for revision, side in enumerate((pair.ada, pair.bo, pair.ada), start=2):
        amend(pair, side, memo=f"{revision}")
        pair.carry()
        answer(pair, pair.other(side))
        pair.calm()
        settled(pair, revision)


def test_a_refusal_in_words_leaves_the_terms_as_they_were() -> None:
    pair = a_pair()
    before = standing(pair)
    amend(pair, pair.ada)
    pair.carry()
    answer(pair, pair.bo, accept=False, reason="<b>too much</b>")
    pair.calm()
    one = pair.ada.sessions[-1]
    assert (one.record.reason, one.text) == ("policy", "<b>too much</b>")
    assert "amendment-refused" in pair.ada.notices()
    assert standing(pair) == before
    settled(pair, 1)


def test_what_waits_for_the_partner_may_be_taken_back() -> None:
    pair = a_pair()
    pair.unlink()
    amend(pair, pair.ada)
    pair.wish(pair.ada, commands.WithdrawAmendment(pair.ada.tally.uuid))
    with pytest.raises(WrongState):
        pair.wish(pair.ada, commands.WithdrawAmendment(pair.ada.tally.uuid))
    pair.calm()
    assert pair.bo.sessions[-1].record.kind == "open"
    settled(pair, 1)


def test_who_is_not_there_to_answer_is_asked_again_later() -> None:
    pair = a_pair()
    amend(pair, pair.ada)
    pair.carry()
    pair.wait(PERSON_MS + 1)
    pair.carry()
    assert pair.ada.tally.record.amending is not None
    assert pair.bo.tally.record.session is None
    pair.wait(500_000)
    pair.carry()
    answer(pair, pair.bo)
    pair.calm()
    settled(pair, 2)


@pytest.mark.rule("F42")
@pytest.mark.parametrize("order", ["ada first", "bo first"])
@pytest.mark.parametrize("seed", range(4))
def test_crossing_amendments_end_with_one_of_them(order: str, seed: int) -> None:
    pair = a_pair()
    for _ in range(seed):
        pair.ada.dice.token(1)
    amend(pair, pair.ada, memo="ada's")
    amend(pair, pair.bo, memo="bo's")
    if order == "bo first":
        pair.post.reverse()
    for _ in range(20):
        pair.carry()
        for side in (pair.ada, pair.bo):
            if any(one.record.state is S.ASKED for one in side.sessions):
                answer(pair, side)
                pair.carry()
        if pair.ada.tally.record.revision == 2:
            break
        pair.wait(1_000)
    assert standing(pair).memo in ("ada's", "bo's")
    settled(pair, 2)


def last_why(pair: Pair) -> str:
    found = pair.take(REPLY).body(PreflightReply).answer
    assert isinstance(found, Declined)
    return found.why


def an_entry(pair: Pair) -> AmendEntry:
    """What Ada's wallet would ask Bo; nothing of it has arrived."""
    amend(pair, pair.ada)
    entry = pair.ada.sessions[-1].entry
    assert isinstance(entry, AmendEntry)
    pair.wish(pair.ada, commands.StopSession(pair.ada.sessions[-1].record.session))
    pair.post.clear()
    return entry


def test_an_amendment_of_terms_that_no_longer_stand_is_declined() -> None:
    pair = a_pair()
    entry = an_entry(pair)
    assert propose(pair, replace(entry, prior=hash_bytes(b"other"))) == []
    assert last_why(pair) == "invalid"
    amend(pair, pair.bo)
    pair.carry()
    answer(pair, pair.ada)
    pair.calm()
    assert propose(pair, entry) == [], "revision 2 again"
    assert last_why(pair) == "invalid"
    assert standing(pair).revision == 2


def test_an_amendment_that_changes_nothing_asks_nobody() -> None:
    pair = a_pair()
    entry = an_entry(pair)
    same = replace(standing(pair), revision=2)
    assert propose(pair, replace(entry, agreement=same)) == []
    assert last_why(pair) == "invalid"
    side = SideTerms(LIMIT, 30)
    with pytest.raises(WrongState):
        amend(pair, pair.ada, mine=side, theirs=side)


def twisted(entry: AmendEntry, case: str) -> AmendEntry:
    one = entry.agreement
    party = replace(one.stock.party, salt=a_salt("fresh"))
    agreement = {
        "another tally": replace(one, uuid=a_salt("other")),
        "another unit": replace(one, unit="gold"),
        "another party": replace(one, stock=replace(one.stock, party=party)),
        "halves swapped": replace(one, stock=one.foil, foil=one.stock),
        "a revision left out": replace(one, revision=one.revision + 1),
        "a contract nobody shows": replace(one, agree=hash_bytes(b"small print")),
    }[case]
    return replace(entry, agreement=agreement)


@pytest.mark.rule("F7", "F51")
@pytest.mark.parametrize(
    "case",
    ["another tally", "another unit", "another party", "halves swapped", "a revision left out",
     "a contract nobody shows"],
)  # fmt: skip
def test_an_amendment_that_no_honest_wallet_asks_for_is_refused(case: str) -> None:
    pair = a_pair()
    entry = an_entry(pair)
    assert propose(pair, twisted(entry, case))
    assert all(one.record.kind != "amend" for one in pair.bo.sessions)


def test_the_screen_shows_the_contract_that_is_named_and_no_other() -> None:
    pair = a_pair()
    amend(pair, pair.ada, contract=Contract("", TEXT))
    pair.carry()
    answer(pair, pair.bo)
    pair.calm()
    amend(pair, pair.ada, contract=Contract("", PLAIN_CONTRACT))
    entry = pair.ada.sessions[-1].entry
    assert isinstance(entry, AmendEntry)
    pair.wish(pair.ada, commands.StopSession(pair.ada.sessions[-1].record.session))
    pair.post.clear()
    # Every wallet knows this text, so that it need not be sent: Bo would sign it all the same.
    assert propose(pair, replace(entry, contract="")) == []
    now = Now(0, 0, pair.bo.agent, NET)
    wanted = get_amendment(pair.bo.store.database, now, pair.bo.tally.uuid)
    assert wanted.contract.text == PLAIN_CONTRACT
    assert wanted.before is not None
    assert wanted.before.contract.text == TEXT


def test_one_change_at_a_time_and_what_is_asked_second_is_busy() -> None:
    pair = a_pair()
    entry = an_entry(pair)
    assert propose(pair, entry) == []
    second = replace(entry, agreement=replace(entry.agreement, memo="second"))
    assert propose(pair, second) == []
    assert last_why(pair) == "busy"
    with pytest.raises(WrongState):
        amend(pair, pair.bo)


# In doubt, and over crashes ---------------------------------------------------------------


def in_doubt(pair: Pair) -> str:
    """Bo signed other terms; the certificate does not come."""
    amend(pair, pair.ada)
    pair.carry()
    answer(pair, pair.bo)
    pair.carry(CERTIFICATE)
    pair.unlink()
    pair.wait(PERSON_MS + 1)
    return str(pair.bo.sessions[-1].record.session)


@pytest.mark.rule("R6", "R8")
def test_who_signed_other_terms_and_hears_nothing_does_not_know_yet() -> None:
    pair = a_pair()
    before = standing(pair)
    session = in_doubt(pair)
    assert pair.bo.tally.record.doubt
    assert "amendment-not-known" in pair.bo.notices()
    now = Now(0, 0, pair.bo.agent, NET)
    assert get_tally(pair.bo.store.database, now, pair.bo.tally.uuid).in_doubt
    assert get_terms(pair.bo.store.database, now, pair.bo.tally.uuid).digest == digest(before)
    wanted = get_amendment(pair.bo.store.database, now, pair.bo.tally.uuid)
    assert (wanted.signed_by_me, wanted.signed_by_partner) == (True, True)
    with pytest.raises(WrongState):
        pair.wish(pair.bo, commands.StopWaiting(session))  # nobody may stop after signing
    with pytest.raises(WrongState):
        amend(pair, pair.bo)
    pair.wish(pair.bo, commands.GoOn(session))
    assert not pair.bo.is_locked
    pair.calm()
    pair.wait(600_000)
    pair.calm()
    settled(pair, 2)


@pytest.mark.rule("R8")
def test_doubt_ends_with_the_former_terms_when_the_other_shows_that_it_never_signed() -> None:
    pair = a_pair()
    amend(pair, pair.ada)
    pair.carry()
    answer(pair, pair.bo)
    pair.carry(SIGNATURE)
    pair.lose()
    pair.unlink()
    pair.wait(PERSON_MS + 1)
    assert pair.bo.tally.record.doubt
    pair.calm()
    # Ada still wants it and asks again; this time Bo refuses.
    for _ in range(20):
        if any(one.record.state is S.ASKED for one in pair.bo.sessions):
            break
        pair.wait(60_000)
        pair.carry()
    answer(pair, pair.bo, accept=False)
    pair.calm()
    settled(pair, 1)


@pytest.mark.rule("R5")
@pytest.mark.parametrize("kind", [PRELUDE, REPLY, DATA, SIGNATURE, CERTIFICATE])
@pytest.mark.parametrize("after", [True, False])
def test_both_or_nobody_whenever_the_power_fails(kind: str, after: bool, tmp_path: Any) -> None:
    pair = a_pair(tmp_path)
    amend(pair, pair.ada)
    for _ in range(400):
        if not pair.post and any(one.record.state is S.ASKED for one in pair.bo.sessions):
            answer(pair, pair.bo)
        if pair.post and pair.post[0].kind == kind:
            break
        pair.deliver(pair.post.pop(0))
    letter = pair.take(kind)
    pair.crash_in(pair.side(letter.to), lambda: pair.deliver(letter), after=after)
    pair.link()
    for _ in range(40):
        pair.carry()
        if any(one.record.state is S.ASKED for one in pair.bo.sessions):
            answer(pair, pair.bo)
            pair.carry()
        if standing_alike(pair) and pair.ada.tally.record.revision == 2:
            break
        pair.wait(60_000)
    settled(pair, 2)


def standing_alike(pair: Pair) -> bool:
    return pair.ada.tally.agreement == pair.bo.tally.agreement


def test_the_screen_compares_what_is_asked_with_what_stands() -> None:
    pair = a_pair()
    now = Now(0, 0, pair.bo.agent, NET)
    with pytest.raises(NotFound):
        get_amendment(pair.bo.store.database, now, pair.bo.tally.uuid)
    amend(pair, pair.ada, memo="more room", contract=Contract("", TEXT))
    pair.carry()
    for side, mine in ((pair.ada, HIGH), (pair.bo, LOW)):
        seen = get_amendment(side.store.database, now, side.tally.uuid)
        assert seen.before is not None
        assert (seen.mine, seen.before.mine) == (mine, SideTerms(LIMIT, 30))
        assert (seen.memo, seen.contract.text, seen.revision) == ("more room", TEXT, 2)
    assert get_tally(pair.ada.store.database, now, pair.ada.tally.uuid).amending
