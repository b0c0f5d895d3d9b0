"""Errors have a home, a code of their own, and no secrets in their log line."""

from __future__ import annotations

import re

import pytest

from wallet.model import errors
from wallet.model.errors import (
    ALL_ERRORS,
    AmountError,
    BugError,
    ChainLocked,
    HeadMoved,
    InvalidChain,
    InvitationError,
    InvitationExpired,
    LinkDamaged,
    MemoTooLong,
    NetworkError,
    NotFound,
    PeerError,
    ProtocolBreach,
    Refused,
    StoreError,
    UserError,
    WalletError,
    WrongPassword,
)

HOMES = (UserError, PeerError, NetworkError, StoreError, BugError)
OURS = [kind for kind in ALL_ERRORS.values() if kind.__module__ == errors.__name__]


def made(kind: type[WalletError]) -> WalletError:
    return kind(**{name: 7 if type_of(kind, name) == "int" else "SECRET" for name in kind.facts})


def type_of(kind: type[WalletError], name: str) -> str:
    return next(one.__annotations__[name] for one in kind.__mro__ if name in one.__annotations__)


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_every_error_has_one_home_and_a_code(kind: type[WalletError]):
    assert sum(issubclass(kind, home) for home in HOMES) == 1
    assert ALL_ERRORS[kind.code] is kind
    assert re.fullmatch(r"[A-Z]{3,4}(-[A-Z]+)?", kind.code)
    assert kind.__doc__


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_every_error_can_be_raised_caught_and_logged(kind: type[WalletError]):
    with pytest.raises(kind) as caught:
        raise made(kind)
    line = str(caught.value)
    assert line.startswith(f"{kind.code} {kind.__name__}")
    assert "\n" not in line
    assert len(line) < 250


def test_the_table_holds_every_class_of_the_module():
    classes = {kind for kind in vars(errors).values() if isinstance(kind, type)}
    named = {kind for kind in classes if issubclass(kind, WalletError)} - {WalletError}
    assert named == set(OURS)


def test_errors_carry_data():
    error = MemoTooLong(limit=200, length=201)
    assert (error.limit, error.length) == (200, 201)
    assert str(error) == "MEM-LONG MemoTooLong limit=200 length=201"
    assert str(ProtocolBreach("tally", "OPEN", "Offer")) == (
        "PRT-ROW ProtocolBreach machine='tally' state='OPEN' input='Offer'"
    )
    assert HeadMoved(expected="a", actual="b").actual == "b"
    assert InvalidChain("fork", 3).seq == 3
    assert InvitationExpired(at=5).at == 5
    assert Refused(4, "busy").refusal == 4


def test_what_people_wrote_stays_out_of_the_log():
    assert "hush" not in str(LinkDamaged("hush"))
    assert "hush" not in str(Refused(1, "hush"))
    assert "Bo" not in str(ChainLocked("u123", "Bo", 12))
    assert "hush" not in repr(AmountError("hush"))


def test_a_long_fact_is_cut():
    assert str(BugError("x" * 1000)).endswith("xxx…")


def test_the_families_are_families():
    assert issubclass(InvitationExpired, InvitationError)
    assert issubclass(ProtocolBreach, PeerError)
    assert WrongPassword.code == "PWD-BAD"


def test_an_error_without_a_code_of_its_own_is_refused():
    with pytest.raises(TypeError, match="no code"):
        type("Nameless", (UserError,), {})
    with pytest.raises(TypeError, match="taken by MemoTooLong"):
        type("Copy", (UserError,), {"code": "MEM-LONG"})


@pytest.mark.parametrize(
    ("given", "named"),
    [((), {}), (("hush",), {}), (("hush", 1, 2), {}), (("hush",), {"key": 1, "what": "x"}),
     (("hush", 1), {"whom": 2})],
)  # fmt: skip
def test_an_error_takes_its_facts_and_nothing_else(given: tuple[object], named: dict[str, object]):
    with pytest.raises(TypeError, match="NotFound takes what, key") as caught:
        NotFound(*given, **named)
    assert "hush" not in str(caught.value)


def test_facts_may_have_defaults_and_may_be_hidden():
    assert BugError().what == ""
    assert BugError("x").what == "x"
    error = NotFound("tally", key="hush")
    assert (error.what, error.key, error.facts) == ("tally", "hush", ("what", "key"))
    assert repr(error) == "NotFound(what='tally')"
    assert "hush" not in f"{error} {error!r} {error.args}"


def test_errors_work_with_context_managers_and_as_keys():
    class Passing(UserError):
        code = "TST-PASS"
        at: int

    first, second = Passing(1), Passing(1)
    assert {first, second} == {first, second}
    assert first != second
    assert first.with_traceback(None) is first
