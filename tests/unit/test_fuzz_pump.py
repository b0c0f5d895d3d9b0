"""A partner's bytes against a real pump: whatever it says, refusals come out and nothing breaks.

Bodies of every kind are made from their own types, with ids, places and signatures mixed from
what a partner knows and from dice; the wallet stands in every moment of a session.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import inspect

from tests.helpers.pair import Pair, a_pair
from wallet.crypto.encoding import Base64, text_of
from wallet.crypto.hashing import Hash, blake
from wallet.crypto.ids import AgentId, Id
from wallet.crypto.signing import Label, Signer
from wallet.model.networks import COMMONS
from wallet.protocol.dispatch import BODIES
from wallet.protocol.messages.frame import make_frame
from wallet.protocol.messages.refusals import Refusal

DICE = [blake(bytes([number])) for number in range(4)]
BODY_TYPES = [body for _, body in BODIES.values()]


def _rest(pair: Pair) -> None:
    """Nothing runs."""


def _asked(pair: Pair) -> None:
    pair.pay(pair.bo)
    pair.carry("preflight-reply")


def _promised(pair: Pair) -> None:
    pair.pay(pair.bo)
    pair.carry("certificate")


def _proposed(pair: Pair) -> None:
    pair.pay(pair.ada)


def _prepared(pair: Pair) -> None:
    pair.pay(pair.ada)
    pair.carry("session-data")


def _paid(pair: Pair) -> None:
    pair.pay(pair.ada)
    pair.carry()


def _released(pair: Pair) -> None:
    pair.pay(pair.ada)
    pair.carry("session-data")
    pair.lose()
    pair.wait(20_000, pair.ada)


def _parked(pair: Pair) -> None:
    pair.pay(pair.bo)
    pair.carry("certificate")
    pair.lose()
    pair.wait(16_000, pair.ada)
    pair.wait(12_000, pair.ada)


SCENES: list[Callable[[Pair], None]] = [
    _rest, _asked, _promised, _proposed, _prepared, _paid, _released, _parked,
]  # fmt: skip


class Known:
    """What the partner knows: names and signatures that mean something here."""

    def __init__(self, pair: Pair) -> None:
        tally = pair.ada.tally
        self.agents = [pair.ada.agent, pair.bo.agent, Signer(b"s" * 32).agent]
        self.salts = [tally.uuid]
        self.hashes: list[str] = [str(tally.record.digest), *map(text_of, DICE)]
        for one in pair.ada.sessions:
            self.hashes += [one.record.session, *([one.data] if one.data else [])]
            self.salts.append(one.subject)
        for link in pair.ada.store.chits.list_links(tally.uuid, 1):
            self.hashes += [link.chit, link.hash]
        signed = pair.bo.signer.sign(Label.ACTION, COMMONS.id, DICE[0])
        self.signatures = [str(signed), text_of(bytes(64))]
        for one in pair.bo.sessions:
            self.signatures += one.signatures.values()
        self.records = [
            record
            for one in (*pair.bo.sessions, *pair.ada.sessions)
            for record in (
                one.preflight, one.entry, *one.responses.values(),
                *getattr(one.entry, "chits", ()),
            )
        ] + [tally.agreement]  # fmt: skip


def texts(kind: type, known: Known) -> st.SearchStrategy[Any]:
    """Values of a checked text."""
    if issubclass(kind, AgentId):
        return st.sampled_from(known.agents)
    if issubclass(kind, Id):
        return st.sampled_from([*map(kind.of, DICE), *([COMMONS.id] * 4)]).map(
            lambda one: kind.of(one.core)
        )
    if issubclass(kind, Hash):
        return st.sampled_from([Hash(one) for one in known.hashes])
    size = getattr(kind, "SIZE", None)
    if size == 16:
        return st.sampled_from(known.salts).map(lambda one: Base64(one).raw[:16]).map(kind.of)  # type: ignore[attr-defined]
    if size == 64:
        return st.sampled_from(known.signatures).map(kind)
    if size is None:
        return st.binary(max_size=100).map(kind.of)  # type: ignore[attr-defined]
    return st.binary(min_size=size, max_size=size).map(kind.of)  # type: ignore[attr-defined]


def values(info: inspect.Type, known: Known) -> st.SearchStrategy[Any]:
    """Values of a type, as its decoder allows them."""
    match info:
        case inspect.CustomType(cls=cls):
            return texts(cls, known)
        case inspect.StructType():
            made = structs(info, known)
            same = [one for one in known.records if type(one) is info.cls]
            return st.one_of(st.sampled_from(same), made) if same else made
        case inspect.UnionType(types=types):
            return st.one_of([values(one, known) for one in types])
        case inspect.VarTupleType(item_type=item, min_length=least, max_length=most):
            least = least or 0
            most = min(most if most is not None else 4, least + 2)
            return st.lists(values(item, known), min_size=least, max_size=most).map(tuple)
        case inspect.IntType(ge=least, le=most):
            low = -(2**53) + 1 if least is None else least
            high = 2**53 - 1 if most is None else most
            small = st.sampled_from([low, high, *(one for one in (1, 2, 3) if low <= one <= high)])
            return st.one_of(small, st.integers(low, high))
        case inspect.StrType(pattern=None, min_length=least, max_length=most):
            return st.text("aé<b>\u202e", min_size=least or 0, max_size=min(most or 5, 5))
        case inspect.StrType():
            return st.just("127.0.0.1:1")
        case inspect.LiteralType(values=allowed):
            return st.sampled_from(list(allowed))
        case inspect.BoolType():
            return st.booleans()
        case inspect.NoneType():
            return st.none()
    raise AssertionError(f"no way to make {info}")


def structs(info: inspect.StructType, known: Known) -> st.SearchStrategy[Any]:
    fields = {one.name: values(one.type, known) for one in info.fields}
    return st.builds(info.cls, **fields)


@cache
def _info(kind: type) -> inspect.Type:
    return inspect.type_info(kind)


@pytest.mark.rule("F12", "F50", "F51", "F58")
@pytest.mark.parametrize("scene", SCENES, ids=lambda one: one.__name__[1:])
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
)
@given(data=st.data())
def test_a_partner_gets_nothing_but_refusals(
    scene: Callable[[Pair], None], data: st.DataObject
) -> None:
    pair = a_pair()
    scene(pair)
    known = Known(pair)
    one_of = st.one_of([values(_info(kind), known) for kind in BODY_TYPES])
    for _ in range(16):
        body = data.draw(one_of)
        frame = make_frame(body.KIND, COMMONS.id, pair.bo.agent, pair.ada.agent, body)
        before, balance = pair.ada.dump(), pair.ada.balance
        refused = pair.ada.pump.receive(pair.bo.agent, [frame])
        assert all(code != Refusal.INTERNAL for _, code in refused)
        if refused:
            assert pair.ada.dump() == before  # what is refused costs nothing
        assert pair.ada.balance == balance  # nothing counts without the pledger's signature
        pair.ada.check()
    pair.ada.pump.link_up(pair.bo.agent, None)
    pair.ada.clock.now += 700_000
    pair.ada.pump.wake()
    pair.ada.check()
