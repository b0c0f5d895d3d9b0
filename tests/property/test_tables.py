"""Any input in any state either moves along a row or is refused; nothing else ever changes."""

from __future__ import annotations

import types
import typing
from enum import Enum
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.builders import a_person, a_salt
from wallet.crypto.hashing import Hash, hash_bytes
from wallet.crypto.ids import AgentId
from wallet.engine.desks.countersigning import CountersignDesk
from wallet.engine.desks.witnessing import WitnessDesk
from wallet.model.errors import ProtocolBreach
from wallet.model.identity import Salt
from wallet.protocol.countersign import signer, witness
from wallet.protocol.credit import chit, consensus, tally
from wallet.protocol.machine import Effect, Input, Machine

Table = Machine[Any, Any]
AGENTS = [a_person(name).agent for name in ("Ada", "Bo", "Cy")]
HASHES = [hash_bytes(word) for word in (b"one", b"two", b"three")]
RECORDS: list[tuple[Table, type[msgspec.Struct], frozenset[str]]] = [
    (
        signer.machine,
        signer.Session,
        frozenset({"session", "me", "signers", "kind", "initiator", "payer", "payee", "mode"}),
    ),
    (
        witness.machine,
        witness.Ballot,
        frozenset({"session", "me", "collector", "alone"}),
    ),
    (tally.machine, tally.Tally, frozenset({"uuid", "partner"})),
    (chit.machine, chit.Payment, frozenset({"uuid", "tally", "mine"})),
    (consensus.machine, consensus.Books, frozenset({"tally", "half"})),
]


def anything(kind: Any) -> st.SearchStrategy[Any]:
    """Values of an annotated type, few enough that guards often meet."""
    origin = typing.get_origin(kind)
    if kind is Hash:
        return st.sampled_from(HASHES)
    if kind is AgentId:
        return st.sampled_from(AGENTS)
    if kind is Salt:
        return st.sampled_from([a_salt(1), a_salt(2)])
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.integers(0, 20)
    if kind is str:
        return st.sampled_from(["", "late", "stopped", "busy"])
    if kind is type(None):
        return st.none()
    if origin is Literal:
        return st.sampled_from(typing.get_args(kind))
    if origin is Annotated:
        return anything(typing.get_args(kind)[0])
    if origin in (types.UnionType, typing.Union):
        return st.one_of([anything(part) for part in typing.get_args(kind)])
    if origin is tuple:
        return st.lists(anything(typing.get_args(kind)[0]), max_size=3, unique=True).map(tuple)
    assert isinstance(kind, type)
    assert issubclass(kind, Enum), kind
    return st.sampled_from(list(kind))


def an_input(kind: type[Input]) -> st.SearchStrategy[Input]:
    hints = typing.get_type_hints(kind, include_extras=True)
    return st.builds(kind, **{name: anything(hints[name]) for name in kind.__struct_fields__})


def a_record(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(kind, include_extras=True)
    return st.builds(kind, **{name: anything(hints[name]) for name in kind.__struct_fields__})


def inputs_of(machine: Table) -> st.SearchStrategy[Input]:
    kinds = sorted({one.on for one in machine.rows}, key=lambda one: one.__name__)
    return st.one_of([an_input(kind) for kind in kinds])


@pytest.mark.parametrize(
    ("machine", "kind", "fixed"), RECORDS, ids=[one[0].name for one in RECORDS]
)
@given(data=st.data())
@settings(max_examples=150)
def test_any_input_in_any_state_follows_a_row_or_is_refused(
    machine: Table, kind: type[msgspec.Struct], fixed: frozenset[str], data: st.DataObject
) -> None:
    record, given_input = data.draw(a_record(kind)), data.draw(inputs_of(machine))
    before = msgspec.structs.asdict(record)
    if not machine.allows(record, given_input):
        with pytest.raises(ProtocolBreach) as caught:
            machine.step(record, given_input)
        assert caught.value.state == record.state.name
        assert caught.value.input == type(given_input).__name__
        return
    after, effects = machine.step(record, given_input)
    assert msgspec.structs.asdict(record) == before
    moves = [
        one
        for one in machine.rows
        if one.state is record.state and one.on is type(given_input) and one.then is after.state
    ]
    assert moves
    assert all(getattr(after, name) == getattr(record, name) for name in fixed)
    assert all(isinstance(one, Effect) for one in effects)


@given(record=a_record(signer.Session), given_input=inputs_of(signer.machine))
@settings(max_examples=150)
def test_the_signers_desk_has_a_hand_for_every_effect(
    record: signer.Session, given_input: Input
) -> None:
    if signer.machine.allows(record, given_input):
        hands = CountersignDesk()._do
        assert all(type(one) in hands for one in signer.machine.step(record, given_input)[1])


@given(record=a_record(witness.Ballot), given_input=inputs_of(witness.machine))
@settings(max_examples=250)
def test_a_vote_is_cast_once_and_never_changed(record: witness.Ballot, given_input: Input) -> None:
    if not witness.machine.allows(record, given_input):
        return
    after, effects = witness.machine.step(record, given_input)
    votes = [one.verdict for one in effects if isinstance(one, witness.CastVote)]
    voted = {witness.State.COMMIT: ["commit"], witness.State.ABORT: ["abort"]}
    if record.state in voted:
        assert after.state is record.state
        assert not votes
    else:
        assert votes == voted.get(after.state, [])
    assert all(type(one) in WitnessDesk()._do for one in effects)


@given(record=a_record(signer.Session), given_input=inputs_of(signer.machine))
@settings(max_examples=250)
def test_the_lock_is_taken_and_left_exactly_with_the_states_that_hold_it(
    record: signer.Session, given_input: Input
) -> None:
    if not signer.machine.allows(record, given_input):
        return
    after, effects = signer.machine.step(record, given_input)
    kinds = [type(one) for one in effects]
    held, holds = record.state in signer.LIVE, after.state in signer.LIVE
    assert (signer.LockChain in kinds) == (holds and not held)
    assert (signer.UnlockChain in kinds) == (held and not holds)


@given(record=a_record(signer.Session), given_input=inputs_of(signer.machine))
@settings(max_examples=250)
@pytest.mark.rule("R4", "N1")
def test_who_signed_writes_a_park_or_its_action_before_the_place_is_free(
    record: signer.Session, given_input: Input
) -> None:
    if record.state is not signer.State.COMMITTED:
        return
    if not signer.machine.allows(record, given_input):
        return
    after, effects = signer.machine.step(record, given_input)
    if after.state is not signer.State.COMMITTED:
        written = [one for one in effects if isinstance(one, signer.Finalise | signer.WritePark)]
        assert len(written) == 1
