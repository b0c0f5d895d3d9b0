"""The source chain: each rule of the table *Source chain* under its own name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.helpers.builders import NETWORK, a_person
from tests.helpers.pair import a_pair, two
from wallet.crypto.encoding import NotCanonical, decode, encode
from wallet.crypto.hashing import hash_bytes
from wallet.crypto.ids import ActionHash
from wallet.crypto.signing import Label
from wallet.engine.desks import chainbook
from wallet.model.actions import (
    AGENT_KEY,
    PRIVATE,
    Action,
    AgentValidation,
    CloseChain,
    Create,
    Dna,
    InitComplete,
    SignedAction,
    Update,
    commit_to,
    hash_action,
    hash_entry,
    sign_action,
)
from wallet.model.errors import BugError, ChainLocked, HeadMoved, InvalidChain
from wallet.model.networks import COMMONS
from wallet.protocol.chain.append import create_private, genesis, head_of, init_complete
from wallet.protocol.chain.verify import check_entry, check_link, check_signature, is_fork
from wallet.protocol.messages.countersigning import ParkEntry

HOUR = 3_600_000_000
NOON = 1_750_000_000_000_000
ADA, BO = a_person("Ada"), a_person("Bo")
ENTRY, SALT = b'{"a":1}', bytes(32)
DNA, PROOF, KEY = genesis(ADA.agent, NETWORK, NOON)


def a_create(prev: Action = KEY, now: int = NOON) -> Create:
    return create_private(ADA.agent, head_of(prev), hash_entry(ENTRY), SALT, now)


def refuses(rule: str) -> Any:
    return pytest.raises(InvalidChain, match=f"rule='{rule}'")


def follow(action: Action, prev: Action | None) -> None:
    check_link(action, prev, NETWORK)


def test_a_genesis_is_dna_then_membrane_proof_then_agent_key() -> None:
    assert [type(one) for one in (DNA, PROOF, KEY)] == [Dna, AgentValidation, Create]
    for action, prev in ((DNA, None), (PROOF, DNA), (KEY, PROOF)):
        follow(action, prev)
    check_entry(KEY, b"", None)


def test_after_genesis_private_entries_and_init_complete_follow() -> None:
    one = a_create()
    follow(one, KEY)
    follow(init_complete(ADA.agent, head_of(one), NOON), one)


def test_rule_invalid_root() -> None:
    for action, prev in ((KEY, None), (DNA, PROOF), (replace(DNA, seq=1), None)):
        with refuses("invalid root"):
            follow(action, prev)
    with refuses("invalid root"):
        follow(replace(PROOF, seq=0), DNA)


def test_rule_wrong_network() -> None:
    with refuses("wrong network"):
        check_link(DNA, None, COMMONS.id)


def test_rule_author() -> None:
    with refuses("author"):
        follow(replace(PROOF, author=BO.agent), DNA)


def test_rule_prev() -> None:
    with refuses("prev"):
        follow(replace(KEY, prev=hash_action(DNA)), PROOF)


def test_rule_seq() -> None:
    with refuses("seq"):
        follow(replace(KEY, seq=3), PROOF)


def test_rule_timestamp() -> None:
    with refuses("timestamp"):
        follow(replace(PROOF, timestamp=NOON - 1), DNA)


def test_equal_times_are_allowed() -> None:
    follow(replace(PROOF, timestamp=NOON), DNA)


def test_rule_successor() -> None:
    other = InitComplete(author=ADA.agent, timestamp=NOON, seq=2, prev=hash_action(PROOF))
    with refuses("successor"):
        follow(other, PROOF)
    with refuses("successor"):
        follow(
            Create(
                author=ADA.agent, timestamp=NOON, seq=3, prev=hash_action(KEY),
                entry_type=AGENT_KEY, entry=KEY.entry,  # type: ignore[union-attr]
            ),
            KEY,
        )  # fmt: skip
    with refuses("successor"):
        follow(AgentValidation(author=ADA.agent, timestamp=NOON, seq=3, prev=hash_action(KEY)), KEY)
    with refuses("successor"):
        follow(InitComplete(author=ADA.agent, timestamp=NOON, seq=1, prev=hash_action(DNA)), DNA)


def test_rule_after_close() -> None:
    end = CloseChain(author=ADA.agent, timestamp=NOON, seq=3, prev=hash_action(KEY))
    follow(end, KEY)
    with refuses("after close"):
        follow(init_complete(ADA.agent, head_of(end), NOON), end)


@pytest.mark.parametrize(
    "fields",
    [
        {"commitment": None},
        {"entry": hash_entry(ENTRY)},
        {"entry_type": "post"},
        {"entry": hash_entry(ENTRY), "commitment": None},
    ],
    ids=["nothing", "both", "public type", "hash of a private one"],
)
def test_rule_malformed_shape(fields: dict[str, Any]) -> None:
    with refuses("malformed"):
        follow(replace(a_create(), **fields), KEY)


def test_rule_malformed_entry() -> None:
    one = a_create()
    check_entry(one, ENTRY, SALT)
    for entry, salt in ((b"{}", SALT), (ENTRY, bytes(31) + b"1"), (ENTRY, None)):
        with refuses("malformed"):
            check_entry(one, entry, salt)
    with refuses("malformed"):
        check_entry(DNA, ENTRY, None)
    with refuses("malformed"):
        check_entry(replace(KEY, entry=hash_entry(ENTRY)), b"", None)


def test_a_public_entry_is_shown_by_its_hash() -> None:
    update = Update(
        author=ADA.agent, timestamp=NOON, seq=3, prev=hash_action(KEY), original=hash_action(KEY),
        original_entry=hash_entry(ENTRY), entry_type="post", entry=hash_entry(ENTRY),
    )  # fmt: skip
    follow(update, KEY)
    check_entry(update, ENTRY, None)
    with refuses("malformed"):
        check_entry(update, b"{}", None)


def test_rule_counterfeit() -> None:
    good = sign_action(DNA, ADA.signer, NETWORK)
    assert check_signature(good, NETWORK) == hash_action(DNA)
    for bad in (
        sign_action(DNA, BO.signer, NETWORK),
        sign_action(DNA, ADA.signer, COMMONS.id),
        replace(good, action=PROOF),
    ):
        with refuses("counterfeit"):
            check_signature(bad, NETWORK)


@pytest.mark.rule("F29", "N4")
def test_a_session_signature_is_no_claim_on_the_chain() -> None:
    one = a_create()
    promise = ADA.signer.sign(Label.PROMISE, NETWORK, hash_action(one).core)
    with refuses("counterfeit"):
        check_signature(SignedAction(action=one, signature=promise), NETWORK)


@pytest.mark.rule("F55", "R4")
def test_a_fork_is_two_actions_of_one_author_behind_one_link() -> None:
    one = sign_action(a_create(), ADA.signer, NETWORK)
    other = sign_action(replace(one.action, commitment=hash_bytes(b"other")), ADA.signer, NETWORK)
    assert is_fork(one, other)
    assert is_fork(other, one)
    assert not is_fork(one, one), "two identical ones are no warrant"
    bos = sign_action(replace(other.action, author=BO.agent), BO.signer, NETWORK)
    assert not is_fork(one, bos), "nor is another author's"
    later = sign_action(replace(other.action, seq=4), ADA.signer, NETWORK)
    assert not is_fork(one, later)
    elsewhere = sign_action(replace(other.action, prev=hash_action(DNA)), ADA.signer, NETWORK)
    assert not is_fork(one, elsewhere), "behind another link it is another branch's matter"
    second = sign_action(replace(DNA, timestamp=1), ADA.signer, NETWORK)
    assert is_fork(sign_action(DNA, ADA.signer, NETWORK), second), "two beginnings"


@pytest.mark.rule("R9")
@pytest.mark.parametrize(
    ("now", "written"),
    [
        (NOON + 2 * HOUR, (NOON + 2 * HOUR) // HOUR * HOUR),
        (NOON, NOON),
        (NOON - HOUR, NOON),
        (0, NOON),
    ],
    ids=["rounded down", "never before the head", "a clock behind", "a clock at zero"],
)
def test_a_private_entrys_public_time_is_rounded_down_to_the_hour(now: int, written: int) -> None:
    assert a_create(now=now).timestamp == written


@pytest.mark.rule("R9")
def test_a_private_entry_shows_a_salted_commitment_only() -> None:
    one = a_create()
    assert one.entry is None
    assert one.entry_type == PRIVATE
    assert one.commitment == commit_to(hash_entry(ENTRY), SALT)
    assert one.commitment != commit_to(hash_entry(ENTRY), bytes(31) + b"1")


def verify(signed: list[SignedAction]) -> None:
    prev: Action | None = None
    for one in signed:
        check_signature(one, NETWORK)
        check_link(one.action, prev, NETWORK)
        prev = one.action


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7), which=st.integers(0, 3))
@settings(max_examples=150)
def test_a_chain_with_one_flipped_bit_is_refused(place: int, bit: int, which: int) -> None:
    links = [DNA, PROOF, KEY, a_create()]
    signed = [sign_action(one, ADA.signer, NETWORK) for one in links]
    raw = bytearray(encode(signed[which]))
    raw[place % len(raw)] ^= 1 << bit
    try:
        read = decode(bytes(raw), SignedAction)
    except NotCanonical:
        return
    signed[which] = read
    with pytest.raises(InvalidChain):
        verify(signed)


# Writing: strictly behind the head ------------------------------------------------------------


@pytest.mark.rule("F40")
def test_of_two_who_build_on_one_head_the_second_gets_head_moved() -> None:
    side = two().ada

    def race(work: Any) -> None:
        head = chainbook.head(work)
        first = create_private(side.agent, head, hash_entry(ENTRY), SALT, NOON)
        second = create_private(side.agent, head, hash_entry(b"{}"), SALT, NOON)
        chainbook.write_action(work, first, "chit", ENTRY, SALT)
        with pytest.raises(HeadMoved) as caught:
            chainbook.write_action(work, second, "chit", b"{}", SALT)
        assert caught.value.actual == hash_action(first)
        assert caught.value.expected == head.hash

    side.pump.submit(race)
    side.check()


def test_a_link_that_skips_a_place_is_not_written() -> None:
    side = two().ada

    def skip(work: Any) -> None:
        head = chainbook.head(work)
        one = create_private(side.agent, head, hash_entry(ENTRY), SALT, NOON)
        with pytest.raises(HeadMoved):
            chainbook.write_action(work, replace(one, seq=one.seq + 1), "chit", ENTRY, SALT)
        other = ActionHash.of(bytes(32))
        with pytest.raises(HeadMoved):
            chainbook.write_action(work, replace(one, prev=other), "chit", ENTRY, SALT)

    side.pump.submit(skip)


@pytest.mark.rule("R1", "R10", "F62")
def test_a_locked_chain_takes_no_entry_and_observations_wait_for_it() -> None:
    pair = a_pair()
    pair.pay(pair.ada)
    pair.carry("session-data")
    park = ParkEntry(session=hash_bytes(b"any"))
    place = pair.bo.seq

    def write(work: Any) -> None:
        with pytest.raises(ChainLocked):
            chainbook.append_entry(work, "setting", park)
        chainbook.observe(work, "setting", park)

    pair.submit(pair.bo, write)
    assert pair.bo.seq == place, "it waits for the lock"
    pair.carry()
    assert pair.bo.kind_at(place + 1) == "payment"
    assert pair.bo.kind_at(place + 2) == "setting"
    pair.submit(pair.bo, lambda work: chainbook.observe(work, "setting", park))
    assert pair.bo.kind_at(place + 3) == "setting", "with a free chain at once"
    pair.agree()


def test_init_complete_is_written_once_after_the_first_contact() -> None:
    pair = a_pair()
    links = [pair.ada.at(seq) for seq in range(pair.ada.seq + 1)]
    kinds = [type(one.signed.action) for one in links if one]
    pair.unlink()
    pair.link()
    assert kinds.count(InitComplete) == 1
    assert pair.ada.seq == len(kinds) - 1


def test_a_wallet_without_a_chain_is_our_own_bug() -> None:
    side = two().ada

    def look(work: Any) -> None:
        work.store.database.execute("DELETE FROM action")
        with pytest.raises(BugError):
            chainbook.head(work)

    side.pump.submit(look)
