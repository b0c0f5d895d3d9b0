"""A payee's stop that the payer hears before it completes (modes E and Q): F57 by another way."""

from __future__ import annotations

import pytest

from tests.helpers.circle import a_circle, helpers_of
from wallet.engine.api import commands
from wallet.protocol.countersign.signer import State as S


@pytest.mark.rule("F57", "N7", "R8")
@pytest.mark.parametrize(("mode", "helpers", "needed"), [("E", "eve", 0), ("Q", "wim wes wil", 2)])
def test_a_payer_who_heard_the_stop_before_the_certificate_pays_bare(
    mode: str, helpers: str, needed: int
) -> None:
    circle = a_circle("ada bo", helpers)
    circle.link()
    circle.pay("ada", "bo", signing=helpers_of(circle, mode, helpers, needed))
    circle.carry()
    session = circle.session("bo").record.session
    circle.wish("bo", commands.AnswerPayment(session, accept=True))
    circle.deaf = {(name, helper) for name in ("ada", "bo") for helper in helpers.split()}
    circle.carry()
    assert (circle.state("ada"), circle.state("bo")) == (S.COMMITTED, S.COMMITTED)
    circle.wait(circle.session("bo").wait + 1, "ada", "bo")
    circle.carry()
    circle.wish("bo", commands.StopWaiting(session))
    circle.carry()
    assert (circle.state("ada"), circle.state("bo")) == (S.COMMITTED, S.PARKED)
    assert circle.balance("ada", "bo") == circle.balance("bo", "ada") == 0
    circle.deaf.clear()
    circle.link()
    circle.carry()
    assert (circle.state("ada"), circle.state("bo")) == (S.COMPLETED, S.PAID)
    assert circle.balance("ada", "bo") == -5_000 == -circle.balance("bo", "ada")
    circle.check()
