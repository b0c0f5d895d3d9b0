"""Crashes and faults where others decide (modes E and Q), and where more than two sign."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.circle import Circle, agents, helpers_of, open_tally
from tests.helpers.faults import a_slot
from tests.helpers.pair import Letter
from wallet.engine.api import commands
from wallet.model.networks import COMMONS
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.countersign.signer import State
from wallet.protocol.credit.chit import State as ChitState
from wallet.protocol.messages.countersigning import SlotEvidence, Status

S = State
WINDOW, GRACE, HOURS = 15_000, 10_000, 3 * 3_600_000
HELPERS = {"E": "wim", "Q": "wim wes wil"}
DATA, SIGNATURE, REQUEST, VOTE = "session-data", "session-signature", "vote-request", "vote"
CERTIFICATE = "certificate"
MODES = pytest.mark.parametrize("mode", ["E", "Q"])


def decided(mode: str, folder: Path | None = None) -> Circle:
    """Ada and Bo, whose terms say who decides; all are linked, nothing is under way."""
    names = HELPERS[mode]
    circle = Circle(["ada", "bo", *names.split()], folder)
    for name in names.split():
        circle.wish(name, commands.Serve(decide="anyone", vote="anyone"))
    open_tally(circle, "ada", "bo", helpers_of(circle, mode, names, 2 if mode == "Q" else 0))
    circle.calm()
    assert circle.balance("ada", "bo") == 0
    circle.check()
    circle.carried.clear()
    return circle


def paper(circle: Circle, *others: str) -> str:
    """Ada proposes a paper to these; their answers are theirs to give."""
    tallies = tuple(circle.tally("ada", name).uuid for name in others)
    return str(circle.wish("ada", commands.SignPaper("Rules", "We keep it clean.", tallies)))


def power_fails(circle: Circle, letter: Letter, *, after: bool) -> None:
    """While this letter is taken in, before or just after it is on the disk."""
    side, sender = circle[letter.to], circle[letter.sender].agent
    side.failing(lambda: side.pump.receive(sender, [letter.frame]), after=after)
    circle.crash(letter.to)


def hold(circle: Circle, kind: str, sender: str, to: str = "") -> Letter:
    """Deliver what comes before the letter of this kind from this one, and take that out."""
    for _ in range(500):
        letter = circle.post.pop(0)
        if (letter.kind, letter.sender) == (kind, sender) and to in ("", letter.to):
            return letter
        circle.deliver(letter)
    raise AssertionError(f"no {kind} of {sender}")


def first(circle: Circle, name: str, uuid: str) -> State:
    """Where the first session about this stands; later ones are new tries."""
    return circle[name].first(uuid).record.state


def at_enzyme(circle: Circle, uuid: str) -> State:
    """The same session, seen from the enzyme."""
    one = circle["wim"].store.sessions.get(circle["ada"].first(uuid).record.session)
    assert one is not None
    return one.record.state


def firsts(circle: Circle, uuid: str) -> set[State]:
    return {first(circle, name, uuid) for name in ("ada", "bo")}


def paid_once(circle: Circle, uuid: str, amount: int = 5_000) -> None:
    """At rest: it counts on both sides, once; nobody is locked, all chains verify."""
    circle.calm()
    circle.check()
    assert circle.balance("bo", "ada") == -circle.balance("ada", "bo") == amount
    assert {circle[name].chit_state(uuid) for name in ("ada", "bo")} == {ChitState.GOOD}
    assert not any(side.is_locked for side in circle.sides.values())


def pass_time(circle: Circle, milliseconds: int, step: int = 2_500) -> None:
    for _ in range(milliseconds // step + 1):
        circle.wait(step)
        circle.carry()


# The enzyme's crashes -------------------------------------------------------------------


@pytest.mark.rule("C9")
@pytest.mark.parametrize("late", [False, True], ids=["comes again", "never comes"])
def test_an_enzyme_with_a_part_of_the_signatures_goes_on_after_a_crash(
    late: bool, tmp_path: Path
) -> None:
    circle = decided("E", tmp_path)
    uuid = circle.pay("ada", "bo")
    hold(circle, SIGNATURE, "bo")
    circle.carry()
    assert circle.session("wim").record.signed == agents(circle, "ada")
    circle.crash("wim")
    assert (circle.state("wim"), circle["wim"].is_locked) == (S.PREPARED, True)
    if late:
        circle.leave("bo")
        circle.link("wim")
        pass_time(circle, WINDOW + GRACE)
        assert circle.state("wim") is S.RELEASED
        assert first(circle, "ada", uuid) is S.ABORTED
    else:
        circle.link("wim")
        circle.carry()
        assert firsts(circle, uuid) == {S.COMPLETED}
    paid_once(circle, uuid)


@pytest.mark.rule("C10", "C11", "F22")
@pytest.mark.parametrize("after", [False, True], ids=["before T5", "after T5"])
@pytest.mark.parametrize("wait", [0, HOURS], ids=["at once", "hours later"])
def test_an_enzyme_that_crashes_at_its_decision_decides_once(
    after: bool, wait: int, tmp_path: Path
) -> None:
    circle = decided("E", tmp_path)
    uuid = circle.pay("ada", "bo")
    last = hold(circle, SIGNATURE, "bo")
    circle.carry()
    power_fails(circle, last, after=after)
    assert circle.state("wim") is (S.COMPLETED if after else S.PREPARED)
    circle.wait(wait, "ada", "bo")
    assert S.COMPLETED not in firsts(circle, uuid)
    circle.link()
    circle.carry()
    circle.wait(0)
    circle.carry()
    counts = after or not wait  # before T5 its end came first
    if counts:
        pass_time(circle, 2_500)
        done = {S.COMPLETED, S.PAID} if wait else {S.COMPLETED}
        assert firsts(circle, uuid) <= done
    else:
        assert at_enzyme(circle, uuid) is S.RELEASED
        assert firsts(circle, uuid) == {S.ABORTED}
    paid_once(circle, uuid)


@pytest.mark.rule("C11", "F14")
def test_an_enzyme_that_decided_answers_whoever_asks_after_a_crash(tmp_path: Path) -> None:
    circle = decided("E", tmp_path)
    uuid = circle.pay("ada", "bo")
    circle.carry(CERTIFICATE)
    circle.lose(CERTIFICATE)
    circle["wim"].store.outbox.drop([one.id for one in owed(circle, "wim")])
    circle.crash("wim")
    circle.link("wim")
    pass_time(circle, WINDOW)
    assert firsts(circle, uuid) == {S.COMPLETED}
    paid_once(circle, uuid)


def owed(circle: Circle, name: str) -> list[object]:
    pump = circle[name].pump
    return [one for other in ("ada", "bo") for one in pump.owed_to(circle[other].agent)]


# A witness's crashes --------------------------------------------------------------------


@pytest.mark.rule("C12", "C13")
@pytest.mark.parametrize("who", ["wim", "wes"])
@pytest.mark.parametrize("after", [False, True], ids=["before its vote", "after its vote"])
def test_a_witness_that_crashes_at_its_vote_votes_once(
    who: str, after: bool, tmp_path: Path
) -> None:
    circle = decided("Q", tmp_path)
    uuid = circle.pay("ada", "bo")
    session = circle.session("ada", uuid).record.session
    if who == "wim":
        circle.carry(REQUEST, "wim")  # Ada's signature
        circle.deliver(circle.post.pop(0))
    circle.carry(REQUEST, who)
    power_fails(circle, circle.post.pop(0), after=after)
    before = circle[who].store.witnessing.get_vote(session, circle[who].agent)
    assert (before is not None) is after
    circle.link(who)
    circle.carry()
    vote = circle[who].store.witnessing.get_vote(session, circle[who].agent)
    assert vote is not None
    assert before in (None, vote)
    assert vote.body.verdict == "commit"
    assert firsts(circle, uuid) == {S.COMPLETED}
    paid_once(circle, uuid)


# The signers' crashes -------------------------------------------------------------------


@pytest.mark.rule("C7", "F19")
@MODES
@pytest.mark.parametrize("wait", [0, HOURS], ids=["at once", "hours later"])
def test_a_payee_that_crashed_with_its_signature_unsent_ends_like_the_others(
    mode: str, wait: int, tmp_path: Path
) -> None:
    circle = decided(mode, tmp_path)
    uuid = circle.pay("ada", "bo")
    circle.carry(DATA, "bo")
    power_fails(circle, circle.post.pop(0), after=True)
    assert first(circle, "bo", uuid) is S.COMMITTED
    circle.carry()
    if wait:
        pass_time(circle, WINDOW + 2 * GRACE)
        assert first(circle, "ada", uuid) is S.ABORTED
    circle.link("bo")
    circle.carry()
    pass_time(circle, GRACE)
    expected = S.ABORTED if wait else S.COMPLETED
    assert firsts(circle, uuid) == {expected}
    paid_once(circle, uuid)


@pytest.mark.rule("C8", "F20")
@MODES
@pytest.mark.parametrize("who", ["ada", "bo"])
def test_a_signer_that_crashed_after_sending_learns_what_was_decided(
    mode: str, who: str, tmp_path: Path
) -> None:
    circle = decided(mode, tmp_path)
    uuid = circle.pay("ada", "bo")
    circle.carry(CERTIFICATE)
    circle.crash(who)
    assert first(circle, who, uuid) is S.COMMITTED
    circle.carry()
    other = "bo" if who == "ada" else "ada"
    assert first(circle, other, uuid) is S.COMPLETED
    circle.wait(HOURS, other)
    circle.link(who)
    circle.carry()
    pass_time(circle, GRACE)
    assert first(circle, "ada", uuid) is S.COMPLETED
    paid_once(circle, uuid)


@pytest.mark.rule("F19", "F23", "R8")
@MODES
def test_a_payer_that_nobody_answers_parks_and_may_pay_anyway(mode: str, tmp_path: Path) -> None:
    circle = decided(mode, tmp_path)
    uuid = circle.pay("ada", "bo")
    circle.carry(SIGNATURE if mode == "E" else REQUEST)
    circle.leave(*HELPERS[mode].split())
    circle.carry()
    pass_time(circle, WINDOW + 2 * GRACE)
    assert firsts(circle, uuid) == {S.PARKED}
    assert not circle["ada"].is_locked
    assert not circle["bo"].is_locked
    assert circle["ada"].chit_state(uuid) is ChitState.UNKNOWN
    assert "not-known" in circle["ada"].notices()
    circle.crash("ada")
    circle.link("ada")
    circle.leave(*HELPERS[mode].split())
    circle.wish("ada", commands.PayAnyway(circle.session("ada", uuid).record.session))
    circle.carry()
    assert firsts(circle, uuid) == {S.PAID}
    paid_once(circle, uuid)


# Who hears what -------------------------------------------------------------------------


@pytest.mark.rule("F6")
@MODES
def test_session_data_that_reaches_the_payer_only_ends_in_an_abort(mode: str) -> None:
    circle = decided(mode)
    uuid = circle.pay("ada", "bo")
    lost = hold(circle, DATA, "ada", "bo")
    circle.leave("bo")
    circle.carry()
    assert first(circle, "ada", uuid) is S.COMMITTED
    pass_time(circle, WINDOW + 2 * GRACE)
    assert first(circle, "ada", uuid) is S.ABORTED
    assert first(circle, "bo", uuid) is S.PREPARED, "nobody woke it"
    circle.away.clear()
    circle.wait(0, "bo")
    assert first(circle, "bo", uuid) is S.RELEASED
    circle.link()
    circle.deliver(lost)
    circle.carry()
    assert first(circle, "bo", uuid) is S.RELEASED
    paid_once(circle, uuid)


@pytest.mark.rule("F14", "F25")
@MODES
@pytest.mark.parametrize("who", ["ada", "bo"])
def test_who_did_not_get_the_certificate_asks_who_did(mode: str, who: str) -> None:
    circle = decided(mode)
    other = "bo" if who == "ada" else "ada"
    uuid = circle.pay("ada", "bo")
    circle.carry(CERTIFICATE)
    circle.lose(CERTIFICATE, who)
    circle.carry(CERTIFICATE, other)
    circle.deliver(circle.post.pop(0))
    circle.leave(*HELPERS[mode].split())
    circle.post.clear()
    assert (first(circle, who, uuid), first(circle, other, uuid)) == (S.COMMITTED, S.COMPLETED)
    circle.wait(WINDOW + 1, who)
    circle.carry()
    assert first(circle, who, uuid) is S.COMPLETED
    paid_once(circle, uuid)


@pytest.mark.rule("F24", "F31")
@pytest.mark.parametrize("dead", ["wim", "wes"])
def test_two_of_three_witnesses_decide_without_the_third(dead: str) -> None:
    circle = decided("Q")
    uuid = circle.pay("ada", "bo")
    circle.carry(REQUEST)
    circle.leave(dead)
    circle.carry()
    pass_time(circle, WINDOW)
    assert firsts(circle, uuid) == {S.COMPLETED}
    circle.calm(but=(dead,))
    assert circle.balance("bo", "ada") == 5_000
    assert not circle["ada"].is_locked
    assert not circle["bo"].is_locked


@pytest.mark.rule("F31", "R6")
def test_votes_that_split_with_a_dead_witness_leave_it_open_and_the_chains_free() -> None:
    """One of the two that live voted commit, the other abort: neither side has enough."""
    circle = decided("Q")
    uuid = circle.pay("ada", "bo")
    session = circle.session("ada", uuid).record.session
    circle.carry(REQUEST, "wim")
    circle.deliver(circle.post.pop(0))
    circle.carry(REQUEST, "wim")
    circle.deliver(circle.post.pop(0))  # now Wim has voted commit
    circle.leave("wim", "wil")
    circle.carry_all_but(REQUEST)
    circle.deaf |= {("bo", "wes")}  # Wes never sees Bo's signature
    pass_time(circle, WINDOW + 2 * GRACE)
    vote = circle["wes"].store.witnessing.get_vote(session, circle["wes"].agent)
    assert vote is not None
    assert vote.body.verdict == "abort"
    assert firsts(circle, uuid) == {S.PARKED}
    assert not circle["ada"].is_locked
    assert not circle["bo"].is_locked
    assert "not-known" in circle["ada"].notices()
    paid_once(circle, uuid)  # Wil comes back and breaks the tie, or Ada's next session pays


@pytest.mark.rule("F52")
@pytest.mark.parametrize("arrived", [False, True], ids=["signature lost", "signature arrived"])
def test_a_payee_cut_off_from_payer_and_enzyme_learns_later(arrived: bool) -> None:
    circle = decided("E")
    uuid = circle.pay("ada", "bo")
    signature = hold(circle, SIGNATURE, "bo")
    if arrived:
        circle.deliver(signature)
    circle.leave("bo")
    circle.carry()
    pass_time(circle, WINDOW + 2 * GRACE)
    assert first(circle, "ada", uuid) is (S.COMPLETED if arrived else S.ABORTED)
    assert first(circle, "bo", uuid) is S.COMMITTED
    circle.link("bo")
    circle.carry()
    pass_time(circle, GRACE)
    assert first(circle, "bo", uuid) is (S.COMPLETED if arrived else S.ABORTED)
    paid_once(circle, uuid)


@pytest.mark.rule("F47")
@MODES
def test_a_payee_that_withholds_its_signature_holds_nobody(mode: str) -> None:
    circle = decided(mode)
    uuid = circle.pay("ada", "bo")
    for count in range(1, 4):
        for _ in range(80):
            circle.carry_all_but(SIGNATURE, REQUEST, sender="bo")
            circle.wait(500)
            sessions = [one for one in circle["ada"].sessions if one.subject == uuid]
            if len(sessions) > count:
                break
        states = [one.record.state for one in sessions[:count]]
        assert set(states) <= {S.ABORTED, S.RELEASED, S.CANCELLED}, states
    assert circle.balance("ada", "bo") == 0
    assert {"not-known", "not-paid-again"} & set(circle["ada"].notices()), "the person is told"
    paid_once(circle, uuid)


@MODES
@pytest.mark.parametrize("verdict", ["commit", "abort"])
@pytest.mark.rule("R6")
def test_who_parked_hears_later_how_it_ended(mode: str, verdict: str) -> None:
    circle = decided(mode)
    uuid = circle.pay("ada", "bo")
    if verdict == "commit":
        circle.carry(CERTIFICATE)
    else:
        hold(circle, SIGNATURE if mode == "E" else REQUEST, "bo")
    circle.leave(*HELPERS[mode].split())
    circle.carry()
    for _ in range(60):
        if firsts(circle, uuid) == {S.PARKED}:
            break
        circle.wait(1_000)
        circle.carry()
    assert {circle[name].notices()[-1] for name in ("ada", "bo")} == {"not-known"}
    circle.link()
    if verdict == "abort":
        circle.leave("bo")  # Ada's next session for it waits
    for _ in range(60):
        if first(circle, "ada", uuid) is not S.PARKED:
            break
        circle.carry()
        circle.wait(1_000)
    told = "paid-after-all" if verdict == "commit" else "not-paid-again"
    assert first(circle, "ada", uuid) is (S.COMPLETED if verdict == "commit" else S.ABORTED)
    assert told in circle["ada"].notices()
    (steps,) = circle["ada"].store.database.fetch_all(
        "SELECT steps FROM session WHERE session = ?", (circle["ada"].first(uuid).record.session,)
    )
    said = [line.split(" ")[1] for line in steps[0].splitlines()]
    assert said.index("parked") < said.index("completed" if verdict == "commit" else "aborted")
    if verdict == "commit":
        circle.calm()
        assert "received-after-all" in circle["bo"].notices()
    paid_once(circle, uuid)


# Lies -----------------------------------------------------------------------------------


def shown(circle: Circle, session: str, evidence: SlotEvidence, attempt: int = 1) -> Status:
    one = circle["bo"].store.sessions.get(session)
    assert one is not None
    return Status(session=one.record.session, attempt=attempt, evidence=evidence)


@pytest.mark.rule("F27")
@MODES
@pytest.mark.parametrize("stop", [True, None], ids=["a park", "another action"])
def test_a_signer_with_two_stories_splits_nobody_and_is_seen(mode: str, stop: bool | None) -> None:
    circle = decided(mode)
    uuid = circle.pay("ada", "bo")
    circle.carry(CERTIFICATE)
    bo, one = circle["bo"], circle.session("bo", uuid)
    lie = a_slot(bo.signer, one, bytes(32), stop=stop)
    circle.send("bo", "ada", shown(circle, one.record.session, lie))
    assert first(circle, "ada", uuid) is S.COMMITTED
    circle.carry()
    assert firsts(circle, uuid) == {S.COMPLETED}
    truth = bo.at(one.responses[bo.agent].body.seq)
    assert truth is not None
    evidence = SlotEvidence(action=truth.signed)
    circle.send("bo", "ada", shown(circle, one.record.session, evidence, 2))
    assert "fork-seen" in circle["ada"].notices()
    assert circle.balance("bo", "ada") == -circle.balance("ada", "bo") == 5_000


@pytest.mark.rule("F28")
def test_in_mode_p_of_three_who_tells_two_stories_splits_and_can_be_named() -> None:
    """Cy signs for Ada, who completes, and shows Bo another action at its place."""
    circle = Circle(["ada", "bo", "cy"])
    for name in ("bo", "cy"):
        open_tally(circle, "ada", name)
    circle.link()
    circle.carry()
    session = paper(circle, "bo", "cy")
    circle.carry()
    for name in ("bo", "cy"):
        circle.wish(name, commands.AnswerPaper(session, True))
    circle.carry(CERTIFICATE)
    one = circle.session("bo")
    lie = a_slot(circle["cy"].signer, one, bytes(32), stop=None)
    circle.send("cy", "bo", shown(circle, session, lie))
    circle.carry()
    assert [circle.state(name) for name in ("ada", "bo", "cy")] == [
        S.COMPLETED,
        S.ABORTED,
        S.COMPLETED,
    ]
    body = one.responses[circle["cy"].agent].body
    assert one.data is not None
    promised = rules.derive_action(one.preflight, one.secret, one.data, body)
    held = circle.session("ada").signatures[circle["cy"].agent]
    rules.check_promise(promised, held, COMMONS.id)  # Ada holds that Cy signed this
    assert lie.action.action != promised  # and Bo that it signed something else there
    assert (lie.action.action.author, lie.action.action.seq) == (promised.author, promised.seq)
    for name in ("ada", "bo"):
        circle[name].check()


# Eight signers --------------------------------------------------------------------------


def eight() -> tuple[Circle, str, list[str]]:
    others = ["bo", "cy", "di", "ed", "flo", "gus", "hal"]
    circle = Circle(["ada", *others])
    for name in others:
        open_tally(circle, "ada", name)
    circle.link()
    circle.carry()
    session = paper(circle, *others)
    circle.carry()
    return circle, session, others


@pytest.mark.rule("F60")
def test_one_of_eight_who_is_slow_to_accept_leaves_it_to_nobody() -> None:
    circle, session, others = eight()
    for name in others[:-1]:
        circle.wish(name, commands.AnswerPaper(session, True))
    circle.carry()
    assert {circle.state(name) for name in others[:-1]} == {S.PREPARED}
    assert not circle["ada"].is_locked, "the initiator locks last"
    circle.wait(circle.session("ada").wait + 1)
    circle.carry()
    assert {circle.state(name) for name in circle.sides} <= {S.CANCELLED, S.RELEASED}
    assert not any(side.is_locked for side in circle.sides.values())
    circle.check()


@pytest.mark.rule("F60", "F17")
def test_one_of_eight_who_hears_a_day_late_completes_all_the_same() -> None:
    circle, session, others = eight()
    for name in others:
        circle.wish(name, commands.AnswerPaper(session, True))
    circle.carry(CERTIFICATE)
    circle.leave("hal")
    circle.carry()
    assert {circle.state(name) for name in circle.sides if name != "hal"} == {S.COMPLETED}
    circle.wait(86_400_000)
    assert circle.state("hal") is S.COMMITTED
    circle.link("hal")
    circle.carry()
    assert circle.state("hal") is S.COMPLETED
    circle.check()
