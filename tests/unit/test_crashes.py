"""The crash matrix for two signers: the power fails at every point of a payment and an opening.

Real pumps on real files; after a crash the wallet goes on from a copy of what was on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.pair import (
    POLICY_MS,
    Pair,
    PowerFailed,
    Side,
    a_pair,
    accept,
    an_invitation,
    answer,
    two,
)
from wallet.protocol.countersign.signer import State
from wallet.protocol.credit.chit import State as ChitState
from wallet.protocol.credit.tally import State as TallyState

S = State
PRELUDE, REPLY, DATA = "preflight", "preflight-reply", "session-data"
SIGNATURE, CERTIFICATE = "session-signature", "certificate"


@dataclass(frozen=True)
class Point:
    """Where the power fails: while `who` takes in `letter` ("": while Ada pays)."""

    letter: str
    after: bool
    ada: State | None
    bo: State | None
    owed: str  # the session's message that the crashed side owes, "" if none

    @property
    def who(self) -> str:
        return "bo" if self.letter in (PRELUDE, DATA, CERTIFICATE) else "ada"


def point(
    rule: str, letter: str, after: bool, ada: State | None, bo: State | None, owed: str
) -> Any:
    when = "after" if after else "before"
    name = f"{rule} {when} {letter or 'pay'} is stored"
    return pytest.param(Point(letter, after, ada, bo, owed), id=name)


POINTS = [
    point("C0", "", False, None, None, ""),
    point("C1", "", True, S.PROPOSED, None, PRELUDE),
    point("C2", PRELUDE, False, S.PROPOSED, None, ""),
    point("C3", PRELUDE, True, S.PROPOSED, S.PREPARED, REPLY),
    point("C4", REPLY, False, S.PROPOSED, S.PREPARED, ""),
    point("C5", REPLY, True, S.PREPARED, S.PREPARED, DATA),
    point("C6", DATA, False, S.PREPARED, S.PREPARED, ""),
    point("C7", DATA, True, S.PREPARED, S.COMMITTED, SIGNATURE),
    point("C8", SIGNATURE, False, S.PREPARED, S.COMMITTED, ""),
    point("C15", SIGNATURE, True, S.COMPLETED, S.COMMITTED, CERTIFICATE),
    point("C14", CERTIFICATE, False, S.COMPLETED, S.COMMITTED, ""),
    point("C15", CERTIFICATE, True, S.COMPLETED, S.COMPLETED, ""),
]
LIVE = (S.PREPARED, S.COMMITTED)


def crash_at(pair: Pair, where: Point) -> Side:
    """Ada pays Bo, and the power of one fails there."""
    side = pair.side(where.who)
    if not where.letter:
        pair.crash_in(side, lambda: pair.pay(pair.ada), after=where.after)
        return side
    pair.pay(pair.ada)
    letter = pair.carry(where.letter)
    assert letter is not None
    sender = pair.side(letter.sender).agent
    pair.crash_in(side, lambda: side.pump.receive(sender, [letter.frame]), after=where.after)
    return side


def state_of(side: Side) -> State | None:
    found = [one.record.state for one in side.sessions if one.record.kind == "payment"]
    return found[-1] if found else None


@pytest.mark.rule("C0", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C14", "C15", "R2")
@pytest.mark.parametrize("where", POINTS)
def test_what_is_on_the_disk_after_a_crash(where: Point, tmp_path: Path) -> None:
    pair = a_pair(tmp_path)
    place = {side.name: side.seq for side in (pair.ada, pair.bo)}
    crashed = crash_at(pair, where)
    assert (state_of(pair.ada), state_of(pair.bo)) == (where.ada, where.bo)
    for side, state in ((pair.ada, where.ada), (pair.bo, where.bo)):
        assert side.is_locked == (state in LIVE)
        assert side.seq == place[side.name] + (state is S.COMPLETED)
        side.check()
    steps = {PRELUDE, REPLY, DATA, SIGNATURE, CERTIFICATE}
    assert (where.owed in crashed.owes()) if where.owed else not steps & set(crashed.owes())


@pytest.mark.rule("C0", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C14", "C15")
@pytest.mark.parametrize("where", POINTS)
def test_who_comes_back_at_once_goes_on_with_the_same_session(where: Point, tmp_path: Path) -> None:
    pair = a_pair(tmp_path)
    crash_at(pair, where)
    pair.calm()
    pair.agree()
    if where.ada is None:
        assert pair.ada.balance == 0
        return
    assert pair.bo.balance == 5_000
    assert len(pair.bo.sessions) == 2, "one opening, one payment"


@pytest.mark.rule("C1", "C3", "C4", "C5", "C7", "C8", "C14", "F19", "F20", "F21", "R8")
@pytest.mark.parametrize("where", POINTS)
def test_who_comes_back_after_hours_ends_like_the_other_and_pays_once(
    where: Point, tmp_path: Path
) -> None:
    pair = a_pair(tmp_path)
    crashed = crash_at(pair, where)
    pair.wait(3 * 3_600_000, pair.other(crashed))
    pair.check()
    pair.calm()
    pair.agree()
    assert pair.bo.balance == (0 if where.ada is None else 5_000)


@pytest.mark.rule("F21", "C8")
@pytest.mark.parametrize("where", POINTS)
def test_both_crash_and_end_alike(where: Point, tmp_path: Path) -> None:
    pair = a_pair(tmp_path)
    crashed = crash_at(pair, where)
    pair.crash(pair.other(crashed))
    pair.wait(POLICY_MS + 1)
    pair.crash(pair.ada)
    pair.calm()
    pair.agree()
    assert pair.bo.balance == (0 if where.ada is None else 5_000)


@pytest.mark.rule("C16", "R5")
def test_a_crash_between_any_two_writes_of_applying_leaves_nothing_half_done() -> None:
    pair = a_pair()
    pair.pay(pair.ada)
    letter = pair.carry(CERTIFICATE)
    assert letter is not None
    before = pair.bo.dump()
    database = pair.bo.store.database
    real, most, failed = database.execute, 0, 0
    while True:
        written = 0

        def execute(sql: str, parameters: Any = (), most: int = most) -> Any:
            nonlocal written
            if sql.startswith(("INSERT", "UPDATE", "DELETE")):
                if written == most:
                    raise PowerFailed
                written += 1
            return real(sql, parameters)

        database.execute = execute  # type: ignore[method-assign]
        try:
            pair.bo.pump.receive(pair.ada.agent, [letter.frame])
            break
        except PowerFailed:
            failed += 1
        finally:
            del database.execute  # type: ignore[method-assign]
        assert pair.bo.dump() == before
        pair.bo.boot()
        most += 1
    assert failed > 8, "applying is many writes"
    assert state_of(pair.bo) is S.COMPLETED
    pair.bo.check()


@pytest.mark.rule("C17")
@pytest.mark.parametrize("late", [False, True], ids=["goes on", "past its end"])
def test_a_restart_settles_only_the_new_session_and_never_the_one_that_is_head(
    late: bool, tmp_path: Path
) -> None:
    pair = a_pair(tmp_path)
    first = pair.pay(pair.ada, 1_000)
    pair.carry()
    head = pair.bo.seq
    second = pair.pay(pair.ada, 2_000)
    pair.carry(SIGNATURE)
    before = pair.bo.session(first).record
    pair.crash(pair.bo)
    assert pair.bo.kind_at(head) == "payment"
    assert pair.bo.session(first).record == before
    assert pair.bo.step(second) is S.COMMITTED
    if late:
        pair.wait(POLICY_MS + 1)
    pair.calm()
    pair.agree()
    assert pair.bo.session(first).record == before
    assert pair.bo.balance == 3_000


@pytest.mark.rule("C3", "C5", "C7", "T6")
@pytest.mark.parametrize("letter", [PRELUDE, REPLY, DATA, SIGNATURE, CERTIFICATE])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
def test_a_tally_opens_on_both_sides_whenever_the_power_fails(
    letter: str, after: bool, late: bool, tmp_path: Path
) -> None:
    pair = two(tmp_path)
    answer(pair, *an_invitation(pair))
    pair.carry()
    accept(pair)
    found = pair.carry(letter)
    assert found is not None
    side, sender = pair.side(found.to), pair.side(found.sender).agent
    pair.crash_in(side, lambda: side.pump.receive(sender, [found.frame]), after=after)
    if late:
        pair.wait(3_600_000)
    pair.calm()
    assert pair.ada.tally.record.state is TallyState.OPEN
    pair.agree()


@pytest.mark.rule("F53", "R2")
@pytest.mark.parametrize("letter", [PRELUDE, REPLY, DATA, SIGNATURE, CERTIFICATE])
def test_a_full_disk_changes_nothing_and_lets_nothing_out(letter: str) -> None:
    pair = a_pair()
    uuid = pair.pay(pair.ada)
    found = pair.carry(letter)
    assert found is not None
    side, sender = pair.side(found.to), pair.side(found.sender).agent
    before, due = side.dump(), dict(side.pump.live.due)
    side.failing(lambda: side.pump.receive(sender, [found.frame]), after=False, full=True)
    assert side.dump() == before
    assert side.pump.live.due == due
    assert side.pump.take_ready() == []
    assert side.pump.take_notices() == []
    pair.calm()
    pair.agree()
    assert pair.ada.chit_state(uuid) is ChitState.GOOD


@pytest.mark.rule("F53", "N3")
def test_a_full_disk_while_paying_leaves_no_payment() -> None:
    pair = a_pair()
    before = pair.ada.dump()
    pair.ada.failing(lambda: pair.pay(pair.ada), after=False, full=True)
    assert pair.ada.dump() == before
    assert pair.post == []
