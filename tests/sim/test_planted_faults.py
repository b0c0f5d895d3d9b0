"""Faults planted on purpose: each must break a law within some seeds, or the laws are blind.

Planted: deduplication off; the outbox off; a signature that leaves before its commit (N3); a timer
that lets a committed party abandon (N1); a released party that signs later (N2); a payee who
stopped and uses a certificate all the same (N5); a completed payer who is silent on a stop (N7).
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sim.stories import play
from wallet.engine.pump import Pump
from wallet.protocol.countersign import signer
from wallet.protocol.countersign.signer import S
from wallet.protocol.machine import Machine, Row, row
from wallet.store.outbox import Outbox

SEEDS = 120
pytestmark = pytest.mark.expects_warnings  # a wallet that finds its own mistake says so


def caught(scenario: str) -> set[str]:
    """The laws that break, in the first story in which one does."""
    for seed in range(1, SEEDS + 1):
        troubles = play(seed, scenario).troubles
        if troubles:
            return {law for law, _ in troubles}
    return set()


def plant(monkeypatch: pytest.MonkeyPatch, *planted: Row[Any, Any]) -> None:
    """Put these rows in the place of all that the table has for their states and inputs."""
    pairs = {(one.state, one.on) for one in planted}
    kept = [one for one in signer.machine.rows if (one.state, one.on) not in pairs]
    machine = Machine(signer.machine.name, signer.machine.start, [*kept, *planted])
    monkeypatch.setattr(signer, "machine", machine)


def test_planted_deduplication_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Outbox, "get_heard", lambda *_: None)
    assert caught("opening")


def test_planted_outbox_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Outbox, "put", lambda *_: None)
    assert caught("pair")


@pytest.mark.rule("N3", "R2")
def test_planted_a_signature_leaves_before_its_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    drain = Pump._drain

    def leaky(pump: Pump, work: Any) -> None:
        drain(pump, work)
        pump._ready.extend(work.frames)
        work.frames.clear()

    monkeypatch.setattr(Pump, "_drain", leaky)
    assert caught("crash")


@pytest.mark.rule("N1")
def test_planted_a_timer_lets_a_committed_party_abandon(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, row(S.COMMITTED, signer.EndPassed, S.RELEASED, signer.release))
    assert caught("pair")


@pytest.mark.rule("N2")
def test_planted_a_released_party_signs_later(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(
        monkeypatch,
        row(S.PREPARED, signer.EndPassed, S.RELEASED, signer.release),
        row(S.RELEASED, signer.SignatureArrived, S.COMPLETED, signer.complete),
    )
    assert caught("pair")


@pytest.mark.rule("N5")
def test_planted_a_payee_who_stopped_uses_a_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, row(S.PARKED, signer.CertificateArrived, S.COMPLETED, signer.apply_late))
    assert caught("pair")


@pytest.mark.rule("N7")
def test_planted_a_completed_payer_is_silent_on_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, row(S.COMPLETED, signer.SlotShown, S.COMPLETED))
    assert caught("pair")
