"""Several payments in one session: all or nothing, one bad one, pay anyway, and sealing."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.helpers.builders import a_salt
from tests.helpers.faults import CERTIFICATE, DATA, NET, PRELUDE, REPLY, SIGNATURE, a_bare, propose
from tests.helpers.pair import LIMIT, Pair, a_pair
from wallet.crypto.encoding import encode
from wallet.crypto.hashing import digest
from wallet.engine.api import commands
from wallet.engine.desks.payments import expect_chit
from wallet.engine.queries.chits import get_chit
from wallet.engine.queries.now import Now
from wallet.engine.queries.sessions import get_session
from wallet.model.limits import MAX_BATCH, REF_BYTES, SESSION_ENTRY_BYTES
from wallet.protocol.countersign.signer import State as S
from wallet.protocol.credit.chit import State as ChitState
from wallet.protocol.messages.countersigning import (
    BareChit,
    Declined,
    PaymentEntry,
    PreflightReply,
)


def waiting(pair: Pair, count: int, amount: int = 100, **more: Any) -> list[str]:
    """Ada pays while Bo is away, again and again."""
    pair.unlink()
    uuids = []
    for number in range(count):
        wish = commands.Pay(pair.ada.tally.uuid, amount + number, "eggs", **more)
        uuids.append(str(pair.wish(pair.ada, wish)))
        pair.wait(1)
    return uuids


def entries(pair: Pair) -> list[int]:
    """How many chits each of Ada's payment sessions carried, oldest first."""
    found = [one.entry for one in pair.ada.sessions]
    return [len(one.chits) for one in found if isinstance(one, PaymentEntry)]


def states(pair: Pair, uuids: list[str]) -> set[Any]:
    return {side.chit_state(uuid) for side in (pair.ada, pair.bo) for uuid in uuids}


def test_payments_that_wait_for_the_partner_share_one_session() -> None:
    pair = a_pair()
    uuids = waiting(pair, 5)
    before = pair.ada.seq
    pair.calm()
    assert entries(pair) == [5]
    assert states(pair, uuids) == {ChitState.GOOD}
    assert pair.bo.balance == sum(range(100, 105))
    assert pair.ada.seq == before + 1, "one entry on the chain"
    assert all(pair.ada.chit(uuid).sealed and pair.bo.chit(uuid).sealed for uuid in uuids)
    pair.agree()


def test_a_session_carries_so_many_payments_and_no_more() -> None:
    pair = a_pair()
    uuids = waiting(pair, MAX_BATCH + 3)
    pair.calm()
    assert entries(pair) == [MAX_BATCH, 3]
    assert states(pair, uuids) == {ChitState.GOOD}
    pair.agree()


def test_a_session_carries_no_more_than_its_entry_may_weigh() -> None:
    pair = a_pair()
    uuids = waiting(pair, 20, reference="r" * REF_BYTES)
    pair.calm()
    sizes = [len(encode(one.entry)) for one in pair.ada.sessions]
    assert max(sizes) <= SESSION_ENTRY_BYTES
    assert len(entries(pair)) == 2
    assert states(pair, uuids) == {ChitState.GOOD}
    pair.agree()


def test_what_was_withdrawn_while_it_waited_is_not_in_the_session() -> None:
    pair = a_pair()
    uuids = waiting(pair, 3)
    pair.wish(pair.ada, commands.WithdrawPayment(uuids[1]))
    pair.calm()
    assert entries(pair) == [2]
    assert pair.bo.chit_state(uuids[1]) is None
    assert pair.bo.balance == 100 + 102
    pair.agree()


def test_the_screen_sees_the_sum_and_every_chit_of_the_session() -> None:
    pair = a_pair()
    uuids = waiting(pair, 3)
    pair.calm()
    session = pair.bo.session(uuids[0]).record.session
    seen = get_session(pair.bo.store.database, Now(0, 0, pair.bo.agent, NET), session)
    assert (seen.amount, seen.chits, seen.chit) == (303, tuple(uuids), uuids[0])


@pytest.mark.rule("R5")
@pytest.mark.parametrize("kind", [PRELUDE, REPLY, DATA, SIGNATURE, CERTIFICATE])
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("whose", ["ada", "bo"])
def test_all_or_nothing_whenever_the_power_fails(
    kind: str, after: bool, whose: str, tmp_path: Any
) -> None:
    pair = a_pair(tmp_path)
    uuids = waiting(pair, 4)
    pair.link()
    pair.carry(kind)
    letter = pair.take(kind)
    side = pair.side(letter.to)
    if side.name == whose:
        pair.crash_in(side, lambda: pair.deliver(letter), after=after)
    else:
        pair.crash(pair.other(side))
    for end in (pair.ada, pair.bo):
        assert len({end.chit_state(uuid) for uuid in uuids}) == 1
        assert end.balance in (0, 406, -406)
    pair.calm()
    assert states(pair, uuids) == {ChitState.GOOD}
    pair.agree()


def test_the_sum_is_what_the_limit_binds() -> None:
    pair = a_pair()
    uuids = waiting(pair, 3, LIMIT // 2)
    pair.link()
    pair.carry()
    assert pair.bo.step(uuids[0]) is S.ASKED
    assert {pair.bo.chit_state(uuid) for uuid in uuids} == {ChitState.ASKED}
    session = pair.bo.session(uuids[0]).record.session
    pair.wish(pair.bo, commands.AnswerPayment(session, accept=True))
    pair.calm()
    assert states(pair, uuids) == {ChitState.GOOD}


def test_a_person_who_declines_several_payments_is_not_asked_again_about_each() -> None:
    pair = a_pair()
    pair.wish(pair.bo, commands.SetAutoAccept(pair.bo.tally.uuid, on=False))
    pair.carry()
    uuids = waiting(pair, 3)
    pair.link()
    pair.carry()
    session = pair.bo.session(uuids[0]).record.session
    pair.wish(pair.bo, commands.AnswerPayment(session, accept=False, reason="not mine"))
    pair.calm()
    assert {pair.ada.chit_state(uuid) for uuid in uuids} == {ChitState.REFUSED}
    assert entries(pair) == [3]


def known_elsewhere(pair: Pair, uuid: str) -> None:
    """Bo holds another chit under this uuid already."""
    chit = replace(pair.ada.chit(uuid).chit, units=9)
    pair.submit(pair.bo, lambda work: expect_chit(work, chit, mine=False))


def test_one_bad_payment_is_named_and_ends_and_the_others_go_on_together() -> None:
    pair = a_pair()
    uuids = waiting(pair, 4)
    known_elsewhere(pair, uuids[2])
    pair.link()
    pair.carry(REPLY)
    pair.deliver(pair.take(REPLY))
    seen = get_chit(pair.ada.store.database, Now(0, 0, pair.ada.agent, NET), uuids[0])
    assert (seen.reason, seen.blamed) == ("batch", uuids[2]), "the screen can say which"
    pair.calm()
    assert pair.ada.chit_state(uuids[2]) is ChitState.REFUSED
    assert entries(pair) == [4, 3]
    assert states(pair, [*uuids[:2], uuids[3]]) == {ChitState.GOOD}
    assert pair.bo.balance == 100 + 101 + 103


def test_where_nobody_says_which_is_bad_each_payment_goes_alone_and_none_for_ever() -> None:
    pair = a_pair()
    uuids = waiting(pair, 3)
    known_elsewhere(pair, uuids[1])
    pair.link()
    pair.carry(REPLY)
    letter = pair.take(REPLY)
    body = letter.body(PreflightReply)
    assert isinstance(body.answer, Declined)
    assert body.answer.chit == uuids[1]
    pair.send(pair.bo, replace(body, answer=replace(body.answer, chit=None)))
    pair.calm()
    assert sorted(entries(pair)) == [1, 1, 1, 3]
    assert pair.ada.chit_state(uuids[1]) is ChitState.REFUSED
    assert states(pair, [uuids[0], uuids[2]]) == {ChitState.GOOD}


@pytest.mark.rule("F51")
@pytest.mark.parametrize("case", ["uuid twice", "two tallies", "two pledgers"])
def test_a_session_of_payments_that_do_not_belong_together_is_refused(case: str) -> None:
    pair = a_pair()
    uuids = waiting(pair, 2)
    pair.link()
    pair.carry("preflight")
    entry = pair.ada.session(uuids[0]).entry
    assert isinstance(entry, PaymentEntry)
    one, other = (replace(chit, uuid=a_salt(chit.uuid)) for chit in entry.chits)
    twisted = {
        "uuid twice": replace(other, uuid=one.uuid),
        "two tallies": replace(other, tally=digest(other)),
        "two pledgers": replace(other, by=pair.bo.tally.record.half),
    }[case]
    assert propose(pair, replace(entry, chits=(one, twisted)))
    assert pair.bo.balance == 0


# Pay anyway, and sealing -----------------------------------------------------------------


def parked(count: int) -> tuple[Pair, list[str]]:
    """Ada's session of several payments is parked, as in mode E with a dead enzyme."""
    pair = a_pair()
    uuids = waiting(pair, count)
    pair.link()
    pair.carry("preflight")
    pair.carry(SIGNATURE)
    pair.post.clear()
    one = pair.ada.session(uuids[0])
    one.record = replace(one.record, mode="E", completer=False, state=S.PARKED)

    def park(work: Any) -> None:
        work.store.sessions.save(one, work.now.wall)
        work.store.chains.drop_lock(pair.ada.agent, one.record.session)

    pair.submit(pair.ada, park)
    return pair, uuids


@pytest.mark.rule("R8")
def test_paying_anyway_signs_every_payment_of_the_session_and_a_session_seals_them() -> None:
    pair, uuids = parked(3)
    session = pair.ada.session(uuids[0]).record.session
    pair.wish(pair.ada, commands.PayAnyway(session))
    assert {pair.ada.chit_state(uuid) for uuid in uuids} == {ChitState.GOOD}
    assert pair.ada.balance == -303
    assert not any(pair.ada.chit(uuid).sealed for uuid in uuids)
    pair.calm()
    assert pair.bo.first(uuids[0]).record.state is S.PAID
    assert states(pair, uuids) == {ChitState.GOOD}
    assert (pair.ada.balance, pair.bo.balance) == (-303, 303)
    assert entries(pair) == [3, 3], "the second session sealed what counted already"
    for side in (pair.ada, pair.bo):
        assert all(side.chit(uuid).sealed for uuid in uuids)
        assert side.tally.chits == 3
    pair.check()


@pytest.mark.rule("R8")
def test_a_session_is_paid_only_when_every_chit_of_it_came_signed() -> None:
    pair, uuids = parked(2)
    for place, uuid in enumerate(uuids):
        assert pair.bo.step(uuids[0]) is S.COMMITTED
        assert pair.bo.chit_state(uuids[1]) is ChitState.SIGNING
        assert pair.send(pair.ada, a_bare(pair, uuid)) == []
        assert pair.bo.chit_state(uuid) is ChitState.GOOD
        assert pair.bo.balance == (100, 201)[place]
    assert pair.bo.step(uuids[0]) is S.PAID
    pair.bo.check()


def test_sealing_that_comes_to_nothing_leaves_the_payment_counted_once() -> None:
    pair, uuids = parked(1)
    pair.wish(pair.ada, commands.PayAnyway(pair.ada.session(uuids[0]).record.session))
    pair.link()
    pair.carry(DATA)
    pair.lose()
    pair.wait(61_000)
    for side in (pair.ada, pair.bo):
        assert side.chit_state(uuids[0]) is ChitState.GOOD
        assert not side.chit(uuids[0]).sealed
    pair.calm()
    assert states(pair, uuids) == {ChitState.GOOD}
    assert all(side.chit(uuids[0]).sealed for side in (pair.ada, pair.bo))
    assert (pair.ada.balance, pair.bo.balance) == (-100, 100)


def test_what_is_sealed_is_not_sealed_again() -> None:
    pair, uuids = parked(1)
    pair.wish(pair.ada, commands.PayAnyway(pair.ada.session(uuids[0]).record.session))
    pair.calm()
    entry = pair.ada.session(uuids[0]).entry
    assert propose(pair, entry) == []
    answer = pair.take(REPLY).body(PreflightReply).answer
    assert isinstance(answer, Declined)
    assert (answer.why, answer.chit) == ("invalid", uuids[0])


def test_a_payment_that_came_signed_is_sealed_without_asking_the_person() -> None:
    pair, uuids = parked(1)
    pair.post.clear()
    body = a_bare(pair, uuids[0])
    pair.wish(pair.bo, commands.SetAutoAccept(pair.bo.tally.uuid, on=False))
    assert isinstance(body, BareChit)
    pair.wish(pair.ada, commands.PayAnyway(pair.ada.session(uuids[0]).record.session))
    pair.calm()
    assert pair.bo.chit(uuids[0]).sealed
    assert "payment-asked" not in pair.bo.notices()
