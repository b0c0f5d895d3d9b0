"""One wallet on two disks: the older copy refuses to write, and nobody signs with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.helpers.builders import a_person, a_salt
from tests.helpers.circle import Circle, a_circle, helpers_of
from tests.helpers.faults import OTHER_NETWORK, pay_until
from tests.helpers.pair import POLICY_MS, Pair, Side, a_pair
from wallet.crypto.hashing import digest
from wallet.crypto.signing import Label
from wallet.engine import acts
from wallet.engine.api import commands
from wallet.model.actions import sign_action
from wallet.model.errors import OldCopy
from wallet.model.networks import COMMONS
from wallet.protocol.countersign.signer import State
from wallet.protocol.credit.chit import State as ChitState
from wallet.protocol.messages.countersigning import Response
from wallet.protocol.messages.disks import Seen
from wallet.protocol.messages.refusals import Refusal

S = State
SEEN = "seen"


def use(pair: Pair, side: Side) -> Side:
    """Go on with this disk of the same wallet; returns the other one."""
    pair.unlink()
    before = pair.side(side.name)
    if side.name == "ada":
        pair.ada = side
    else:
        pair.bo = side
    pair.link()
    return before


def is_stopped(side: Side) -> bool:
    return side.pump.live.is_old_copy


def modified(side: Side, *others: Side) -> None:
    """A client that does not wait for what others have seen of it."""
    side.pump.live.compared |= {other.agent for other in others}


def promise_of(side: Side, subject: str) -> Response:
    return side.session(subject).responses[side.agent]


# The copied disk ----------------------------------------------------------------------------


@pytest.mark.rule("C18", "F54")
@pytest.mark.parametrize("payer", ["ada", "bo"])
def test_an_older_copy_of_a_wallet_stops_before_it_writes_anything(
    payer: str, tmp_path: Path
) -> None:
    pair = a_pair(tmp_path)
    old = pair.bo.copy()
    pair.pay(pair.side(payer))
    pair.carry()
    newer, seq = use(pair, old), old.seq
    waiting = pair.pay(pair.ada, 1_000)
    pair.carry()
    assert is_stopped(old)
    assert old.notices()[-1] == "old-copy"
    for wish in (commands.Pay(old.tally.uuid, 1, "eggs"), commands.Serve("anyone", "anyone")):
        with pytest.raises(OldCopy) as error:
            acts.run(old.pump, wish)
        assert error.value.partner == "ada"
    pair.wait(3 * POLICY_MS)
    pair.carry()
    assert (old.seq, old.is_locked) == (seq, False)
    assert pair.ada.chit_state(waiting) is ChitState.WAITING
    assert use(pair, newer) is old
    pair.calm()
    pair.agree()
    assert pair.ada.chit_state(waiting) is ChitState.GOOD


@pytest.mark.rule("C18")
def test_an_older_copy_stays_stopped_and_takes_no_letter_after_a_restart(tmp_path: Path) -> None:
    pair = a_pair(tmp_path)
    old = pair.bo.copy()
    pair.pay(pair.ada)
    pair.carry()
    use(pair, old)
    pair.carry()
    pair.crash(old)
    before = old.dump()
    assert is_stopped(old)
    assert old.pump.link_up(pair.ada.agent, None) == []
    assert old.pump.next_deadline() is None
    pair.link()
    letter = pair.post[0]
    assert old.pump.receive(pair.ada.agent, [letter.frame]) == [(letter.id, Refusal.OLD_COPY)]
    assert pair.ada.pump.refused(old.agent, letter.id, Refusal.OLD_COPY) is None
    assert pair.ada.store.outbox.get(letter.id), "the newer copy gets it"
    old.pump.wake()
    assert old.dump() == before


@pytest.mark.rule("C18", "F54")
def test_a_copy_with_a_session_under_way_leaves_it_as_it_is(tmp_path: Path) -> None:
    pair, uuid, letter = pay_until("certificate", a_pair(tmp_path))
    old = pair.bo.copy()
    pair.carry()
    pair.pay(pair.bo, 2_000)
    pair.carry()
    use(pair, old)
    pair.carry()
    assert is_stopped(old)
    pair.wait(10 * POLICY_MS)
    assert old.step(uuid) is S.COMMITTED
    assert old.pump.receive(pair.ada.agent, [letter.frame])[0][1] == Refusal.OLD_COPY
    old.check()


@pytest.mark.rule("C18")
def test_nobody_signs_before_the_partner_said_what_it_has_seen(tmp_path: Path) -> None:
    pair = a_pair(tmp_path)
    pair.unlink()
    pair.link()
    unheard = pair.take(SEEN), pair.take(SEEN)
    mine, theirs = pair.pay(pair.ada), pair.pay(pair.bo)
    pair.carry()
    assert not pair.ada.is_locked
    assert pair.bo.store.chits.get(mine) is None
    for letter in unheard:
        pair.deliver(letter)
    pair.calm()
    pair.agree()
    assert {pair.ada.chit_state(uuid) for uuid in (mine, theirs)} == {ChitState.GOOD}


@pytest.mark.rule("C18")
def test_a_preflight_that_overtakes_what_was_seen_is_busy_not_refused(tmp_path: Path) -> None:
    pair = a_pair(tmp_path)
    pair.unlink()
    pair.link()
    late = next(one for one in pair.post if (one.kind, one.to) == (SEEN, "bo"))
    pair.post.remove(late)
    uuid = pair.pay(pair.ada)
    pair.carry()
    assert not pair.bo.is_locked
    assert pair.ada.chit_state(uuid) is ChitState.WAITING
    pair.deliver(late)
    pair.calm()
    pair.agree()
    assert pair.ada.chit_state(uuid) is ChitState.GOOD


def test_a_session_that_we_know_is_no_evidence_whatever_became_of_it(tmp_path: Path) -> None:
    pair, uuid, _ = pay_until("session-data", a_pair(tmp_path))
    pair.lose()
    pair.wait(POLICY_MS + 1)
    pair.carry()
    first = pair.bo.first(uuid)
    assert first.record.state is S.RELEASED
    pair.crash(pair.bo)
    for wait in (1, 40 * 86_400_000):  # what nobody needs is forgotten after a day
        pair.wait(wait)
        pair.crash(pair.bo)
        pair.link()
        shown = Seen(nonce=a_salt(str(wait)), promise=first.responses[pair.bo.agent])
        assert pair.send(pair.ada, shown) == []
        assert not is_stopped(pair.bo)


# Lies ---------------------------------------------------------------------------------------


def lies(pair: Pair) -> dict[str, Seen]:
    """What a partner might show without anything that Bo signed."""
    ours = promise_of(pair.bo, pair.bo.sessions[-1].subject)
    other, head = a_person("Eve").signer, pair.bo.at(pair.bo.seq)
    assert head is not None
    later = replace(ours.body, seq=ours.body.seq + 5)
    action = replace(head.signed.action, seq=head.signed.action.seq + 5)
    label = pair.bo.signer.sign(Label.PROMISE, COMMONS.id, digest(later).raw)
    promises = {
        "another place": replace(ours, body=later),
        "signed by another": replace(
            ours, body=later, signature=other.sign(Label.RESPONSE, COMMONS.id, digest(later).raw)
        ),
        "another label": replace(ours, body=later, signature=label),
        "of another": replace(ours, body=replace(later, agent=other.agent)),
    }
    actions = {
        "action unsigned": replace(head.signed, action=action),
        "action of another": sign_action(replace(action, author=other.agent), other, COMMONS.id),
        "action elsewhere": sign_action(action, pair.bo.signer, OTHER_NETWORK),
    }
    nonce = a_salt("lie")
    return {name: Seen(nonce=nonce, promise=one) for name, one in promises.items()} | {
        name: Seen(nonce=nonce, action=one) for name, one in actions.items()
    }


@pytest.mark.rule("C18", "F51")
@pytest.mark.parametrize(
    "lie",
    [
        "another place",
        "signed by another",
        "another label",
        "of another",
        "action unsigned",
        "action of another",
        "action elsewhere",
    ],
)
def test_no_partner_stops_a_wallet_by_a_lie(lie: str) -> None:
    pair = a_pair()
    assert pair.send(pair.ada, lies(pair)[lie])[0][1] == Refusal.INVALID
    assert not is_stopped(pair.bo)
    pair.pay(pair.bo)
    pair.carry()
    pair.bo.check()
    assert pair.ada.balance == 5_000


@pytest.mark.rule("C18", "F59")
@pytest.mark.parametrize("kind", ["a later place", "another action at a place"])
def test_an_action_with_our_own_signature_that_is_not_on_our_disk_stops_us(kind: str) -> None:
    pair = a_pair()
    head = pair.bo.at(pair.bo.seq)
    assert head is not None
    action: Any = head.signed.action
    action = replace(action, seq=action.seq + (1 if kind == "a later place" else 0), timestamp=0)
    shown = Seen(nonce=a_salt("x"), action=sign_action(action, pair.bo.signer, COMMONS.id))
    assert pair.send(pair.ada, shown) == []
    assert is_stopped(pair.bo)


# A modified copy that writes all the same ---------------------------------------------------------


@pytest.mark.rule("C18", "F54")
def test_a_promise_of_a_place_that_is_taken_is_declined_with_the_evidence(tmp_path: Path) -> None:
    pair = a_pair(tmp_path)
    old = pair.bo.copy()
    pair.pay(pair.ada)
    pair.carry()
    newer = use(pair, old)
    pair.lose(SEEN)
    modified(old, pair.ada)
    modified(pair.ada, old)
    uuid = pair.pay(pair.ada, 1_000)
    pair.carry("preflight-reply")
    assert old.is_locked
    pair.carry(SEEN)
    assert pair.ada.session(uuid).record.reason == "stale"
    pair.carry()
    assert is_stopped(old)
    assert not pair.ada.is_locked
    use(pair, newer)
    pair.calm()
    pair.agree()
    assert pair.bo.balance == 6_000


@pytest.mark.rule("C18", "F54", "F9")
def test_session_data_with_a_promise_of_a_taken_place_is_not_signed(tmp_path: Path) -> None:
    pair = a_pair(tmp_path)
    old = pair.bo.copy()
    pair.pay(pair.bo)
    pair.carry()
    use(pair, old)
    pair.lose(SEEN)
    pair.carried.clear()
    modified(old, pair.ada)
    modified(pair.ada, old)
    uuid = pair.pay(old, 1_000)
    pair.carry("session-data")
    pair.carry(SEEN)
    assert pair.ada.step(uuid) is S.RELEASED
    assert all(one.kind != "session-signature" for one in (*pair.carried, *pair.post))
    pair.carry()
    assert is_stopped(old)
    assert pair.ada.balance == 5_000
    pair.ada.check()


@pytest.mark.rule("C18", "F32")
@pytest.mark.parametrize("mode", ["E", "Q"])
@pytest.mark.parametrize("is_modified", [False, True], ids=["honest", "modified"])
def test_an_older_copy_gets_nothing_signed_with_an_enzyme_or_witnesses(
    mode: str, is_modified: bool, tmp_path: Path
) -> None:
    names = "wim" if mode == "E" else "wim wes wil"
    circle = a_circle("ada bo", names, tmp_path)
    circle.link()
    circle.carry()
    signing = helpers_of(circle, mode, names, 0 if mode == "E" else 2)
    old = circle["ada"].copy()
    pay(circle, signing)
    assert circle.balance("bo", "ada") == 5_000
    circle.leave("ada")
    newer, circle.sides["ada"] = circle["ada"], old
    # Bo, whose disk was restored as well, cannot tell; those who decide can.
    circle["bo"].store.sessions.tidy()
    circle["bo"].store.database.execute("DELETE FROM promised")
    circle.link()
    if is_modified:
        circle.lose(SEEN, "ada")
        for name in circle.sides:
            modified(old, circle[name])
            modified(circle[name], old)
    else:
        circle.carry()
    if is_modified:
        uuid = circle.pay("ada", "bo", 1_000, signing=signing)
        circle.carry()
        answer(circle, uuid)
        circle.carry()
        circle.wait(POLICY_MS * 5)
        circle.carry()
    assert is_stopped(old)
    assert circle.balance("bo", "ada") == 5_000
    circle.leave("ada")
    circle.sides["ada"] = newer
    circle.calm()
    assert circle.balance("bo", "ada") == 5_000
    circle["bo"].check()


def pay(circle: Circle, signing: Any) -> None:
    uuid = circle.pay("ada", "bo", signing=signing)
    circle.carry()
    answer(circle, uuid)
    circle.carry()


def answer(circle: Circle, uuid: str) -> None:
    session = circle.session("bo", uuid)
    if session.record.state is S.ASKED:
        circle.wish("bo", commands.AnswerPayment(session.record.session, accept=True))


# Two copies at once -----------------------------------------------------------------------------


@pytest.mark.rule("F59")
def test_one_key_on_two_devices_is_noticed_by_whoever_meets_the_others_partner(
    tmp_path: Path,
) -> None:
    circle = a_circle("bo ada cem", folder=tmp_path)
    one, two = circle["bo"], circle["bo"].copy()
    circle.leave("cem")
    circle.pay("bo", "ada")
    circle.carry()
    circle.leave("bo", "ada")
    circle.sides["bo"] = two
    circle.link("bo", "cem")
    circle.carry()
    circle.pay("bo", "cem", 3_000)
    circle.carry()
    assert (circle.balance("ada", "bo"), circle.balance("cem", "bo")) == (5_000, 3_000)
    circle.link("bo", "ada", "cem")
    circle.carry()
    assert is_stopped(two), "Ada holds what the other one signed"
    circle.leave("bo")
    circle.sides["bo"] = one
    circle.link()
    circle.carry()
    assert is_stopped(one), "and Cem what this one signed"
    for name in ("ada", "cem"):
        circle[name].check()
    assert (circle.balance("ada", "bo"), circle.balance("cem", "bo")) == (5_000, 3_000)


@pytest.mark.rule("F59")
def test_the_copy_that_wrote_less_stops_and_the_other_one_goes_on(tmp_path: Path) -> None:
    pair = a_pair(tmp_path)
    twin = pair.bo.copy()
    for _ in range(3):  # each takes the link from the other
        use(pair, use(pair, twin))
        pair.carry()
    assert not is_stopped(twin)
    pair.pay(pair.bo)
    pair.carry()
    writer = use(pair, twin)
    pair.carry()
    assert is_stopped(twin)
    assert not is_stopped(writer)
    use(pair, writer)
    pair.pay(pair.ada)
    pair.calm()
    pair.agree()
    assert pair.ada.balance == 0


def test_evidence_of_a_slot_is_kept_and_shown_when_the_link_comes_back(tmp_path: Path) -> None:
    pair, uuid, _ = pay_until("session-signature", a_pair(tmp_path))
    old = pair.ada.copy()
    pair.lose()
    pair.wait(POLICY_MS + 1, pair.ada)  # Ada stops at her place and shows it
    pair.carry()
    stop = pair.ada.at(pair.ada.first(uuid).responses[pair.ada.agent].body.seq)
    assert stop is not None
    assert pair.bo.store.chains.get_newest_seen(pair.ada.agent) == stop.signed
    use(pair, old)
    pair.carry()
    assert is_stopped(old)
    assert old.step(uuid) is S.PREPARED
