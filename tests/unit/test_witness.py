"""The witness's table, its votes, and the slot rule: checked before any wallet runs."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.helpers.builders import NETWORK, a_person
from wallet.crypto.encoding import encode
from wallet.crypto.hashing import digest, hash_bytes
from wallet.crypto.ids import ActionHash
from wallet.crypto.signing import Label
from wallet.model.actions import (
    Action,
    Create,
    commit_to,
    hash_action,
    hash_entry,
    sign_action,
)
from wallet.model.errors import ProtocolBreach, RuleBroken
from wallet.model.limits import FRAME_BYTES, HEAR_WITNESSES_MS, PREFLIGHT_BYTES, WALK_MOST
from wallet.protocol.countersign import slots, votes, witness
from wallet.protocol.countersign.slots import Given, Promise
from wallet.protocol.countersign.witness import Ballot, State, machine
from wallet.protocol.effects import ClearTimer, SetTimer
from wallet.protocol.messages.countersigning import (
    ABORT,
    COMMIT,
    AbortCertificate,
    ParkEntry,
    Preflight,
    Salt32,
    SlotEvidence,
    VoteBody,
    Walk,
)

S = State
ADA, BO, WIM, WES, WIL = (a_person(name) for name in ("Ada", "Bo Berg", "Wim", "Wes", "Wil"))
F = hash_bytes(b"session")
SD = hash_bytes(b"data")
QUIET = [ClearTimer("decide"), ClearTimer("hear")]


def a_ballot(state: State = S.NO_VOTE, **more: Any) -> Ballot:
    return Ballot(session=F, me=WIM.agent, state=state, **{"collector": False, **more})


def asked(*, late: bool = False) -> witness.Asked:
    return witness.Asked(ADA.agent, 25_000, late)


def whole(*, late: bool = False, fits: bool = True) -> witness.SetWhole:
    return witness.SetWhole(ADA.agent, 25_000, late, fits)


def step(one: Ballot, given: Any) -> tuple[State, list[Any]]:
    after, effects = machine.step(one, given)
    return after.state, list(effects)


# The table ----------------------------------------------------------------------------


@pytest.mark.rule("C12")
def test_a_part_of_the_signatures_is_kept_and_the_end_awaited() -> None:
    assert step(a_ballot(), asked()) == (S.COLLECTING, [SetTimer("decide", 25_000)])


def test_all_signatures_are_a_commit_at_once() -> None:
    state, effects = step(a_ballot(), whole())
    assert state is S.COMMIT
    assert effects == [*QUIET, witness.CastVote(COMMIT), witness.SendVote(ADA.agent)]


def test_who_collects_asks_the_others_before_it_tells() -> None:
    _, effects = step(a_ballot(collector=True), whole())
    assert effects == [*QUIET, witness.CastVote(COMMIT), witness.AskWitnesses()]


def test_the_only_witness_tells_all_signers_at_once() -> None:
    _, effects = step(a_ballot(collector=True, alone=True), whole())
    assert effects == [*QUIET, witness.CastVote(COMMIT), witness.SendVote()]


@pytest.mark.rule("F32", "F33")
@pytest.mark.parametrize("state", [S.NO_VOTE, S.COLLECTING, S.ASKING])
def test_a_place_that_was_given_away_gets_no_commit(state: State) -> None:
    after, effects = step(a_ballot(state), whole(fits=False))
    assert after not in (S.COMMIT, S.ABORT)
    assert witness.CastVote(COMMIT) not in effects


def test_nothing_is_aborted_before_the_end_and_its_grace() -> None:
    one = a_ballot(S.COLLECTING)
    assert step(one, asked(late=True)) == (S.COLLECTING, [])
    one, _ = machine.step(one, asked(late=True))
    state, effects = step(one, witness.DecideDue())
    assert state is S.ASKING
    assert effects == [witness.AskWitnesses(), SetTimer("hear", HEAR_WITNESSES_MS)]


def test_without_anyone_in_doubt_nothing_is_decided() -> None:
    one, effects = machine.step(a_ballot(S.COLLECTING), witness.DecideDue())
    assert (one.state, list(effects)) == (S.COLLECTING, [])
    state, effects = step(one, asked(late=True))
    assert state is S.ASKING


def test_the_others_are_heard_before_an_abort() -> None:
    one = a_ballot(S.ASKING, is_over=True, in_doubt=True)
    assert step(one, whole(late=True))[0] is S.COMMIT
    assert step(one, witness.HeardOut()) == (
        S.ABORT,
        [*QUIET, witness.CastVote(ABORT), witness.SendVote()],
    )


@pytest.mark.rule("C13")
@pytest.mark.parametrize("state", [S.COMMIT, S.ABORT])
@pytest.mark.parametrize("given", [asked(), asked(late=True), whole(), whole(fits=False)])
def test_a_vote_is_repeated_and_never_changed(state: State, given: Any) -> None:
    assert step(a_ballot(state), given) == (state, [witness.SendVote(ADA.agent)])


def test_the_certificate_goes_out_once() -> None:
    one = a_ballot(S.COMMIT, collector=True)
    enough, few = witness.VoteShown(WES.agent, True), witness.VoteShown(WES.agent, False)
    assert step(one, few) == (S.COMMIT, [])
    sent, effects = machine.step(one, enough)
    assert list(effects) == [witness.SendCertificate()]
    assert step(sent, enough) == (S.COMMIT, [])


def test_a_vote_for_a_ballot_that_is_not_there_is_a_breach() -> None:
    with pytest.raises(ProtocolBreach):
        machine.step(a_ballot(), witness.VoteShown(WES.agent, True))


# Votes ----------------------------------------------------------------------------------


def a_preflight(needed: int = 2, count: int = 3) -> Any:
    witnesses = tuple(one.agent for one in (WIM, WES, WIL)[:count])

    class Fake:
        """Only what votes look at."""

        mode = "Q"

    one = Fake()
    one.witnesses, one.needed = witnesses, needed  # type: ignore[attr-defined]
    return one


def a_vote(who: Any = WIM, verdict: Any = COMMIT, data: Any = SD, **more: Any) -> Any:
    seen = hash_bytes(b"set")
    body = VoteBody(session=F, verdict=verdict, **{"data": data, "set": seen, **more})
    if verdict == ABORT:
        body = VoteBody(session=F, verdict=ABORT, **more)
    return votes.cast(body, who.signer, NETWORK)


def check(vote: Any, preflight: Preflight | None = None) -> None:
    votes.check_vote(vote, preflight or a_preflight(), F, NETWORK)


def test_a_vote_is_its_witness_s() -> None:
    check(a_vote())
    check(a_vote(verdict=ABORT))
    with pytest.raises(RuleBroken, match="another session"):
        check(a_vote(ADA))
    with pytest.raises(RuleBroken, match="wrong signature"):
        check(replace(a_vote(), witness=WES.agent))
    with pytest.raises(RuleBroken, match="another session"):
        votes.check_vote(a_vote(), a_preflight(), SD, NETWORK)
    with pytest.raises(RuleBroken, match="does not say what"):
        check(a_vote(data=None))
    with pytest.raises(RuleBroken, match="does not say what"):
        check(votes.cast(VoteBody(session=F, verdict=ABORT, data=SD), WIM.signer, NETWORK))


def test_one_witness_counts_once_and_a_commit_for_its_data_only() -> None:
    other = a_vote(WES, data=hash_bytes(b"other"))
    assert votes.count((a_vote(), a_vote(), other), COMMIT, SD) == 1
    assert votes.count((a_vote(), a_vote(WES)), COMMIT, SD) == 2
    assert votes.count((a_vote(verdict=ABORT), a_vote(WES)), ABORT, None) == 1


@pytest.mark.rule("F31")
@pytest.mark.parametrize(
    ("needed", "count", "enough"), [(2, 3, 2), (2, 2, 1), (1, 1, 1), (3, 3, 1)]
)
def test_so_many_aborts_leave_too_few_for_a_commit(needed: int, count: int, enough: int) -> None:
    preflight = a_preflight(needed, count)
    cast = tuple(a_vote(one, ABORT) for one in (WIM, WES, WIL)[:enough])
    votes.check_abort(AbortCertificate(session=F, votes=cast), preflight, F, NETWORK)
    with pytest.raises(RuleBroken, match="too few"):
        votes.check_abort(AbortCertificate(session=F, votes=cast[1:]), preflight, F, NETWORK)


@pytest.mark.rule("F30")
def test_two_votes_of_one_witness_contradict_each_other() -> None:
    assert votes.contradict(a_vote(), a_vote(verdict=ABORT))
    assert votes.contradict(a_vote(), a_vote(data=hash_bytes(b"other")))
    assert not votes.contradict(a_vote(), a_vote())
    assert not votes.contradict(a_vote(), a_vote(WES, ABORT))


# Slots ------------------------------------------------------------------------------------


def chain(length: int, word: str = "a") -> list[Action]:
    """Some private actions of Ada's, one behind the other, from place 5 on."""
    found: list[Action] = []
    prev = ActionHash.of(hash_bytes(b"before").raw)
    for place in range(length):
        action = Create(
            author=ADA.agent,
            timestamp=1_000_000,
            seq=5 + place,
            prev=prev,
            entry_type="private",
            commitment=hash_bytes(f"{word}{place}".encode()),
        )
        prev = hash_action(action)
        found.append(action)
    return found


def promise(seq: int, top: ActionHash, action: bytes = b"next") -> Promise:
    return Promise(ADA.agent, seq, top, ActionHash.of(hash_bytes(action).raw))


def shown(action: Action) -> SlotEvidence:
    return SlotEvidence(action=sign_action(action, ADA.signer, NETWORK))


@pytest.mark.rule("F32")
def test_a_place_goes_to_one_session_only() -> None:
    newest = Given(7, ActionHash.of(hash_bytes(b"next").raw), F)
    top = ActionHash.of(hash_bytes(b"top").raw)
    assert slots.follows(None, promise(7, top))
    assert slots.follows(newest, promise(7, top))  # the same again
    assert not slots.follows(newest, promise(7, top, b"another"))
    assert not slots.follows(newest, promise(6, top))


@pytest.mark.rule("F33")
def test_a_top_must_be_the_newest_or_a_shown_way_must_lead_to_it() -> None:
    links = chain(4)
    hashes = [hash_action(one) for one in links]
    newest = Given(5, hashes[0], F)
    assert slots.follows(newest, promise(6, hashes[0]))
    assert not slots.follows(newest, promise(6, hashes[1]))
    assert not slots.follows(newest, promise(9, hashes[3]))
    walk = Walk(agent=ADA.agent, first=shown(links[0]), rest=tuple(links[1:]))
    assert slots.leads(walk, newest, promise(9, hashes[3]), NETWORK)


@pytest.mark.parametrize("what", ["gap", "other", "short", "long", "author", "signature", "place"])
def test_a_way_with_a_hole_leads_nowhere(what: str) -> None:
    links = chain(4)
    hashes = [hash_action(one) for one in links]
    newest, rest, first = Given(5, hashes[0], F), links[1:], shown(links[0])
    target = promise(9, hashes[3])
    if what == "gap":
        rest = [links[1], links[3]]
    if what == "other":
        rest = chain(4, "b")[1:]
    if what == "short":
        rest = rest[:-1]
    if what == "long":
        target = promise(8, hashes[3])
    if what == "author":
        target = target._replace(agent=BO.agent)
    if what == "signature":
        first = replace(
            first, action=replace(first.action, signature=shown(links[1]).action.signature)
        )
    if what == "place":
        newest = newest._replace(seq=4)
    walk = Walk(agent=ADA.agent, first=first, rest=tuple(rest))
    assert not slots.leads(walk, newest, target, NETWORK)


def test_the_longest_way_fits_a_message() -> None:
    first, *rest = chain(WALK_MOST + 1)
    walk = Walk(agent=ADA.agent, first=shown(first), rest=tuple(rest))
    assert len(walk.rest) == WALK_MOST
    # Beside it stand a preflight of the largest size and eight responses and signatures.
    assert len(encode(walk)) + PREFLIGHT_BYTES + 8 * 1_024 < FRAME_BYTES


def test_a_park_of_that_session_frees_its_place() -> None:
    salt = bytes(32)
    for session, frees in ((F, True), (SD, False)):
        park = ParkEntry(session=session, stop=False)
        parked = replace(chain(1)[0], commitment=commit_to(hash_entry(encode(park)), salt))
        evidence = SlotEvidence(
            action=sign_action(parked, ADA.signer, NETWORK), salt=Salt32.of(salt), park=park
        )
        newest = Given(5, ActionHash.of(hash_bytes(b"the session's").raw), F)
        walk = Walk(agent=ADA.agent, first=evidence)
        assert slots.leads(walk, newest, promise(6, hash_action(parked)), NETWORK) is frees


def test_the_set_of_signatures_has_one_hash() -> None:
    one = ADA.signer.sign
    signatures = tuple(one(Label.PROMISE, NETWORK, word) for word in (b"1" * 32, b"2" * 32))
    assert votes.set_of(signatures) != votes.set_of(signatures[::-1])
    assert digest(votes.SignatureSet(signatures=signatures)) == votes.set_of(signatures)
