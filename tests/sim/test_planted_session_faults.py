"""Faults planted in the modes with enzyme and witnesses: each must break a law within some seeds.

Planted: a payee's stop decides in mode E (N6); an enzyme signs after its park (F26); a payer that
forgets a stop heard early (N7); a certificate with one vote too few; a witness that votes twice
(F30); one that votes no before the end; one that gives a place to two sessions (F32).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sim import sessions
from tests.sim.cast import Cast, draw
from wallet.engine.desks import voting
from wallet.engine.desks.admission import Admission
from wallet.engine.desks.countersigning import CountersignDesk
from wallet.protocol.countersign import certificate, signer, slots, votes, witness
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.countersign.certificate import Slot
from wallet.protocol.countersign.signer import S
from wallet.protocol.machine import Machine, Row, row
from wallet.protocol.messages.countersigning import COMMIT

SEEDS, MOST = 4_000, 60
W = witness.State
pytestmark = pytest.mark.expects_warnings  # a wallet that finds its own mistake says so


def caught(fits: Callable[[Cast], object], first: int = 1) -> set[str]:
    """The laws that break, in the first story with such a cast in which one does.

    `first`: where to begin to look; a rare mishap costs a minute of looking otherwise.
    """
    told = 0
    for seed in range(first, first + SEEDS):
        if not fits(draw(seed)):
            continue
        troubles = sessions.play(seed).troubles
        if troubles:
            return {law for law, _ in troubles}
        told += 1
        if told == MOST:
            break
    return set()


def plant(patch: pytest.MonkeyPatch, table: Any, *planted: Row[Any, Any]) -> None:
    """Put these rows in the place of all that the table has for their states and inputs."""
    pairs = {(one.state, one.on) for one in planted}
    kept = [one for one in table.machine.rows if (one.state, one.on) not in pairs]
    machine = Machine(table.machine.name, table.machine.start, [*kept, *planted])
    patch.setattr(table, "machine", machine)


def by_enzyme(cast: Cast) -> bool:
    return cast.mode == "E" and not cast.liar and len(cast.people) < 4


def by_votes(cast: Cast) -> bool:
    return cast.mode == "Q" and not cast.liar and len(cast.people) < 4 and cast.needed > 1


def is_never(_: Any, given: Any) -> bool:
    return given.slot in (Slot.STOPPED, Slot.OTHER)


@pytest.mark.rule("N6")
def test_planted_a_payees_stop_decides_in_mode_e(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(
        monkeypatch,
        signer,
        row(S.COMMITTED, signer.SlotShown, S.ABORTED, signer.abort, when=is_never),
        row(S.COMMITTED, signer.SlotShown, S.COMMITTED),
        row(S.PARKED, signer.SlotShown, S.ABORTED, signer.abort_parked, when=is_never),
        row(S.PARKED, signer.SlotShown, S.PARKED),
    )
    assert "all signers end alike" in caught(lambda cast: by_enzyme(cast) and cast.speechless, 750)


@pytest.mark.rule("F26")
def test_planted_an_enzyme_signs_after_its_park(monkeypatch: pytest.MonkeyPatch) -> None:
    take, finalise = Admission._signature, CountersignDesk._finalise

    def keeps(desk: Any, work: Any, sender: Any, body: Any) -> None:
        one = work.store.sessions.get(body.session)
        if one is not None and one.data is None:
            return
        if one is not None and one.data == body.data:
            work.store.sessions.put_signature(one, sender, body.signature)
        take(desk, work, sender, body)

    def writes_no_action(desk: Any, work: Any, one: Any, effect: Any) -> None:
        body = one.responses[work.me.agent].body
        if work.store.chains.get_at(work.me.agent, body.seq) is None:
            finalise(desk, work, one, effect)
            return
        others = tuple(
            one.signatures[agent] for agent in one.record.signers if agent != work.me.agent
        )
        action = rules.derive_action(one.preflight, one.secret, one.data, body, others)
        signed = rules.promise(action, work.me.signer, work.me.network)
        work.store.sessions.put_signature(one, work.me.agent, signed)

    monkeypatch.setattr(Admission, "_signature", keeps)
    monkeypatch.setattr(CountersignDesk, "_finalise", writes_no_action)
    plant(
        monkeypatch,
        signer,
        row(S.RELEASED, signer.SignatureArrived, S.COMPLETED, signer.complete, when=has_all),
        row(S.RELEASED, signer.SignatureArrived, S.RELEASED, signer.keep_signature),
    )
    assert caught(by_enzyme) & {"an end is final", "all signers end alike"}


def has_all(one: Any, given: Any) -> bool:
    return {*one.signed, given.agent, one.me} == set(one.signers)


@pytest.mark.rule("N7", "F57")
def test_planted_a_payer_forgets_a_stop_heard_early(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(
        monkeypatch,
        signer,
        *[
            one
            for one in signer.machine.rows
            if (one.state, one.on)
            in ((S.COMMITTED, signer.SlotShown), (S.PARKED, signer.SlotShown))
            and one.do is not signer.note_stop
        ],
    )
    assert caught(lambda cast: cast.mode != "P" and not cast.liar and cast.speechless, 170)


@pytest.mark.rule("F16")
def test_planted_a_certificate_with_one_vote_too_few(monkeypatch: pytest.MonkeyPatch) -> None:
    count = votes.count

    def one_more(found: Any, verdict: Any, data: Any) -> int:
        return count(found, verdict, data) + (verdict == COMMIT)

    for module in (voting, certificate):  # who signs and who checks, not the witnesses
        monkeypatch.setattr(module, "count", one_more)
    assert "complete by certificate" in caught(by_votes)


@pytest.mark.rule("F30")
def test_planted_a_witness_votes_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(
        monkeypatch,
        witness,
        row(W.ABORT, witness.SetWhole, W.COMMIT, witness.vote_commit),
        row(W.COMMIT, witness.SetWhole, W.ABORT, witness.vote_abort),
    )
    assert "one vote, for ever" in caught(by_votes)


def test_planted_a_witness_votes_no_before_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(
        monkeypatch,
        witness,
        row(W.NO_VOTE, witness.Asked, W.ABORT, witness.vote_abort),
        row(W.COLLECTING, witness.Asked, W.ABORT, witness.vote_abort),
    )
    assert "no abort before the end" in caught(by_votes)


@pytest.mark.rule("F32")
def test_planted_a_witness_gives_one_place_to_two_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "follows", lambda *_: True)
    assert "one place, one session" in caught(
        lambda cast: cast.mode == "Q" and cast.trick == "forgets" and cast.agreed,
        1_000,
    )
