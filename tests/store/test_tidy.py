"""New rows are found at once by their names, and by lists and searches when they are tidied."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from tests.helpers.builders import BO, NOON, a_salt, a_session, a_tally
from wallet.crypto.hashing import digest
from wallet.model.credit import Chit
from wallet.model.errors import BugError, RuleBroken
from wallet.protocol.countersign.signer import State as Step
from wallet.protocol.credit.chit import Payment, State
from wallet.store.chits import ChitFile
from wallet.store.opening import open_database
from wallet.store.sessions import SessionFile
from wallet.store.store import Store


@pytest.fixture
def store() -> Iterator[Store]:
    with open_database(None, None) as database:
        yield Store(database)


def written(store: Store, state: State, number: int = 1) -> ChitFile:
    """A chit as a payment writes it."""
    tally = a_tally(store)
    assert tally.record.digest is not None
    chit = Chit(
        tally=tally.record.digest,
        uuid=a_salt("new", state.value, number),
        by=tally.record.half,
        type="tran",
        date=NOON,
        units=5,
        memo="eggs",
    )
    record = Payment(uuid=chit.uuid, tally=chit.tally, mine=True, state=state)
    one = ChitFile(record, chit, tally.uuid, "Bo Berg")
    store.chits.save(one, NOON)
    return one


def flags(store: Store, one: ChitFile) -> tuple[int, int]:
    """Whether it is loose, and listed."""
    row = store.database.fetch_one("SELECT loose, listed FROM chit WHERE id = ?", (one.id,))
    assert row is not None
    return row[0], row[1]


@pytest.mark.parametrize("state", list(State))
def test_a_chit_is_found_before_and_after_tidying(store: Store, state: State) -> None:
    one = written(store, state)
    for _ in range(2):
        for found in (store.chits.get(one.uuid), store.chits.get_by_digest(digest(one.chit))):
            assert found is not None
            assert found.id == one.id
        store.tidy()


def test_only_chits_at_rest_leave_the_small_index(store: Store) -> None:
    is_open = {state: written(store, state) for state in State}
    assert {flags(store, one) for one in is_open.values()} == {(1, 0)}
    store.tidy()
    loose = {state for state, one in is_open.items() if flags(store, one) == (1, 1)}
    ended = {State.GOOD, State.WITHDRAWN, State.REFUSED, State.VOID}
    assert loose == set(State) - ended
    assert {flags(store, is_open[state]) for state in ended} == {(0, 1)}


def test_a_chit_that_opens_again_is_loose_again(store: Store) -> None:
    one = written(store, State.REFUSED)
    store.tidy()
    again = store.chits.get(one.uuid)
    assert again is not None
    again.record = replace(again.record, state=State.WAITING)
    store.chits.save(again, NOON + 1)
    assert flags(store, one) == (1, 1)
    store.tidy()
    assert flags(store, one) == (1, 1)


def test_the_search_knows_a_chit_once(store: Store) -> None:
    one = written(store, State.WAITING)
    for _ in range(2):
        store.tidy()
    rows = store.database.fetch_all("SELECT rowid FROM chit_text WHERE chit_text MATCH 'eggs'")
    assert rows == [(one.id,)]


def test_no_two_chits_have_one_uuid(store: Store) -> None:
    one = written(store, State.WAITING)
    twin = ChitFile(one.record, one.chit, one.tally, one.partner_name)
    with pytest.raises(BugError):
        store.chits.save(twin, NOON)


def test_a_store_is_untidy_until_it_is_tidied(store: Store) -> None:
    written(store, State.GOOD)
    assert store.is_untidy
    store.tidy()
    store.tidied()
    assert not store.is_untidy
    written(store, State.GOOD, number=2)
    assert store.is_untidy


def session_written(store: Store, state: Step, number: int = 1) -> SessionFile:
    return a_session(store, tally=a_tally(store), state=state, number=number)


@pytest.mark.parametrize("state", list(Step))
def test_a_session_is_found_before_and_after_tidying(store: Store, state: Step) -> None:
    one = session_written(store, state)
    one.note(NOON, "heard", one.record.signers[1])
    store.sessions.save(one, NOON)
    for _ in range(2):
        found = store.sessions.get(one.record.session)
        assert found is not None
        assert (found.record, found.number) == (one.record, one.number)
        store.tidy()


def test_only_sessions_that_are_over_leave_the_small_index(store: Store) -> None:
    written = {state: session_written(store, state, place) for place, state in enumerate(Step)}
    store.tidy()
    loose = {state for state, one in written.items() if is_loose(store, one)}
    over = {Step.COMPLETED, Step.PAID, Step.RELEASED, Step.ABORTED, Step.CANCELLED}
    assert loose == set(Step) - over - {Step.NEW}  # which no transaction ends in


def test_a_session_that_comes_back_to_life_is_live_again(store: Store) -> None:
    one = session_written(store, Step.RELEASED)
    store.tidy()
    again = store.sessions.get(one.record.session)
    assert again is not None
    again.record = replace(again.record, state=Step.PARKED)
    store.sessions.save(again, NOON)
    assert store.sessions.list_live() == [one.record.session]


def is_loose(store: Store, one: SessionFile) -> bool:
    row = store.database.fetch_one("SELECT loose FROM session WHERE number = ?", (one.number,))
    assert row is not None
    return bool(row[0])


# What a transaction keeps ----------------------------------------------------------------------


def test_a_transaction_gives_one_object_for_one_row(store: Store) -> None:
    one = written(store, State.WAITING)
    with store.database.transaction():
        first = store.chits.get(one.uuid)
        assert store.chits.get(one.uuid) is first
        assert store.chits.get_by_digest(digest(one.chit)) is first
        tally = store.tallies.get(one.tally)
        assert store.tallies.get(one.tally) is tally
    assert store.chits.get(one.uuid) is not first
    assert store.tallies.get(one.tally) is not tally


@pytest.mark.parametrize("savepoint", [True, False])
def test_what_is_rolled_back_is_not_remembered(store: Store, savepoint: bool) -> None:
    one, database = written(store, State.WAITING), store.database

    def change() -> None:
        found = store.chits.get(one.uuid)
        assert found is not None
        found.record = replace(found.record, state=State.GOOD)
        store.chits.save(found, NOON)
        store.chains.put_lock(BO.agent, "session", NOON)
        assert store.chains.get_lock(BO.agent) == ("session", NOON)
        raise RuleBroken("never mind")

    def check() -> None:
        found = store.chits.get(one.uuid)
        assert found is not None
        assert found.record.state is State.WAITING
        assert store.chains.get_lock(BO.agent) is None

    if not savepoint:
        with pytest.raises(RuleBroken), database.transaction():
            change()
        check()
        return
    with database.transaction():
        with pytest.raises(RuleBroken), database.savepoint():
            change()
        check()
