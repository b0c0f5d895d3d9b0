"""The link: its handshake under attack, its limits, heartbeat and acknowledgements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.links import (
    ADA,
    BO,
    BO_NODE,
    CODE,
    EVE,
    EVE_NODE,
    OTHER_NETWORK,
    Pair,
    a_dialler,
    a_frame,
    a_listener,
    events_of,
)
from wallet.crypto.hashing import hash_bytes
from wallet.model.limits import FRAME_BYTES, PEER_BURST, PEER_RATE, STRANGER_BURST, STRANGER_RATE
from wallet.protocol.link import (
    Acknowledged,
    FrameReceived,
    Link,
    LinkClosed,
    LinkOpened,
    PeerProved,
    RefusedByPeer,
)
from wallet.protocol.link.core import MAX_UNACKED
from wallet.protocol.link.pace import Pace
from wallet.protocol.messages.frame import BYE, PING, PONG, Bye, Ping, Pong, make_frame, write_frame
from wallet.protocol.messages.handshake import (
    Challenge,
    Denial,
    Hello,
    Nonce,
    Proof,
    Welcome,
    invitation_id,
    read_handshake,
    write_handshake,
)
from wallet.protocol.messages.refusals import Refusal


def message(data: bytes):
    return read_handshake(data[4:])


def closed_with(link: Link) -> Refusal | None:
    """Return why the link closed itself, if it did."""
    ends = [event for event in events_of(link) if isinstance(event, LinkClosed)]
    return ends[0].code if ends else None


def an_open_pair() -> Pair:
    pair = Pair().run()
    assert pair.dialler.is_open
    assert pair.listener.is_open
    return pair


def frames(pair: Pair, name: str):
    return [event.frame for event in pair.heard[name] if isinstance(event, FrameReceived)]


# --- the way it should go ------------------------------------------------------------------------


def test_four_messages_open_a_link():
    pair = an_open_pair()
    assert LinkOpened(BO.agent, 1) in pair.heard["dialler"]
    assert pair.heard["listener"][:2] == [PeerProved(ADA.agent, None), LinkOpened(ADA.agent, 1)]
    kinds = [
        type(message(data[: 4 + int.from_bytes(data[:4], "big")])) for _, data in pair.wire[:4]
    ]
    assert kinds == [Hello, Challenge, Proof, Welcome]


def test_messages_pass_both_ways_and_are_acknowledged():
    pair = an_open_pair()
    there, back = a_frame("there"), a_frame("back", sender=BO, to=ADA)
    assert pair.dialler.send(there)
    assert pair.listener.send(back)
    pair.run()
    assert (frames(pair, "listener"), frames(pair, "dialler")) == ([there], [back])
    pair.listener.acknowledge([there.id], [], pair.now)
    pair.pass_time(20)
    assert Acknowledged((there.id,)) in pair.heard["dialler"]


def test_an_ack_rides_on_the_next_frame():
    pair = an_open_pair()
    first = a_frame()
    pair.dialler.send(first)
    pair.run()
    pair.listener.acknowledge([first.id], [], pair.now)
    assert pair.listener.data_to_send(pair.now) == b""
    pair.listener.send(a_frame("answer", sender=BO, to=ADA))
    pair.run()
    assert frames(pair, "dialler")[0].acks == (first.id,)


def test_a_refusal_is_an_answer():
    pair = an_open_pair()
    first = a_frame()
    pair.dialler.send(first)
    pair.run()
    pair.listener.acknowledge([], [(first.id, Refusal.UNKNOWN_KIND)], pair.now)
    pair.run()
    assert pair.last("dialler") == RefusedByPeer(first.id, Refusal.UNKNOWN_KIND)


def test_an_invitation_opens_the_door():
    pair = Pair(dialler=a_dialler(invitation=CODE), key=CODE.agent).run()
    assert pair.heard["listener"][0] == PeerProved(ADA.agent, invitation_id(CODE.agent))
    assert pair.dialler.is_open


@pytest.mark.parametrize("shown", [None, EVE])
def test_an_invitation_needs_its_code(shown):
    pair = Pair(dialler=a_dialler(invitation=shown), key=CODE.agent).run()
    assert pair.last("dialler") == LinkClosed(Refusal.INVITATION_UNKNOWN, is_ours=False)
    assert not pair.listener.is_open


@pytest.mark.parametrize("code", [Refusal.NOT_A_PARTNER, Refusal.REMOVED])
def test_a_refused_peer_hears_one_number(code):
    pair = Pair(admits=False).run()
    pair.listener.refuse(code)
    pair.run()
    assert pair.last("dialler") == LinkClosed(code, is_ours=False)
    assert pair.last("listener") == LinkClosed(code, is_ours=True)
    assert not any(isinstance(event, LinkOpened) for event in pair.heard["dialler"])


def test_who_is_not_admitted_learns_no_signature():
    pair = Pair(admits=False).run()
    assert [name for name, _ in pair.wire] == ["listener", "dialler", "listener"]
    assert pair.listener.data_to_send(0) == b""


# --- attacks on the handshake -------------------------------------------------------------------


def test_a_recorded_handshake_opens_nothing():
    recorded = [data for name, data in an_open_pair().wire if name == "listener"]
    listener = a_listener(nonce=b"3" * 32)
    for data in recorded[:2]:
        listener.receive(data, 0)
    assert closed_with(listener) is Refusal.BAD_PROOF


def test_a_recorded_listener_convinces_nobody():
    recorded = [data for name, data in an_open_pair().wire if name == "dialler"]
    dialler = a_dialler(nonce=b"3" * 32)
    for data in recorded[:2]:
        dialler.receive(data, 0)
    assert not dialler.is_open
    assert closed_with(dialler) is Refusal.BAD_PROOF


def test_an_echo_is_no_answer():
    dialler = a_dialler()
    hello = dialler.data_to_send(0)
    dialler.receive(hello, 0)
    assert closed_with(dialler) is Refusal.NOT_ALLOWED


def test_ones_own_nonce_is_no_challenge():
    dialler = a_dialler(nonce=b"7" * 32)
    dialler.receive(write_handshake(Challenge(version=1, nonce=Nonce.of(b"7" * 32))), 0)
    assert closed_with(dialler) is Refusal.BAD_PROOF


def test_ones_own_proof_is_no_welcome():
    dialler = a_dialler()
    dialler.data_to_send(0)
    dialler.receive(write_handshake(Challenge(version=1, nonce=Nonce.of(b"2" * 32))), 0)
    proof = message(dialler.data_to_send(0))
    dialler.receive(write_handshake(Welcome(signature=proof.signature)), 0)
    assert closed_with(dialler) is Refusal.BAD_PROOF


def test_one_does_not_talk_to_oneself():
    """Reflection: Eve plays Bo's messages back to Bo, as if Bo had dialled."""
    mirror = a_dialler(signer=BO, want=BO.agent, here=EVE_NODE)
    assert closed_with(Pair(mirror, a_listener(there=EVE_NODE)).run().dialler) is None
    assert not mirror.is_open
    assert mirror.is_closed


def test_own_agent_from_elsewhere_is_refused():
    listener = a_listener(there=EVE_NODE)
    hello = Hello(
        versions=(1,), network=a_frame().network, nonce=Nonce.of(b"1" * 32), want=BO.agent
    )
    listener.receive(write_handshake(hello), 0)
    listener.receive(write_handshake(Proof(agent=BO.agent, signature=a_signature())), 0)
    assert closed_with(listener) is Refusal.BAD_PROOF


def a_signature():
    pair = Pair(admits=False).run()
    return message(pair.wire[2][1]).signature


def test_a_man_in_the_middle_cannot_relay():
    """Eve passes every message on; the transport shows each side Eve's node key."""
    pair = Pair(a_dialler(there=EVE_NODE), a_listener(there=EVE_NODE)).run()
    assert not pair.dialler.is_open
    assert not pair.listener.is_open
    assert pair.last("listener") == LinkClosed(Refusal.BAD_PROOF, is_ours=True)


def test_versions_cannot_be_cut_down_on_the_way():
    dialler, listener = a_dialler(versions=(1, 2)), a_listener(versions=(1, 2))
    hello = message(dialler.data_to_send(0))
    listener.receive(
        write_handshake(
            Hello(versions=(1,), network=hello.network, nonce=hello.nonce, want=hello.want)
        ),
        0,
    )
    dialler.receive(listener.data_to_send(0), 0)
    listener.receive(dialler.data_to_send(0), 0)
    assert closed_with(listener) is Refusal.BAD_PROOF


def test_the_highest_common_version_is_spoken():
    pair = Pair(a_dialler(versions=(1, 2, 3)), a_listener(versions=(1, 2, 9))).run()
    assert LinkOpened(BO.agent, 2) in pair.heard["dialler"]


def test_no_common_version():
    pair = Pair(a_dialler(versions=(8,))).run()
    assert pair.last("dialler") == LinkClosed(Refusal.NO_VERSION, is_ours=False)


def test_a_version_that_was_not_offered():
    dialler = a_dialler()
    dialler.receive(write_handshake(Challenge(version=9, nonce=Nonce.of(b"2" * 32))), 0)
    assert closed_with(dialler) is Refusal.NO_VERSION


def test_wrong_network():
    pair = Pair(a_dialler(network=OTHER_NETWORK)).run()
    assert pair.last("dialler") == LinkClosed(Refusal.WRONG_NETWORK, is_ours=False)


def test_wanted_agent_is_not_hosted():
    pair = Pair(a_dialler(want=EVE.agent)).run()
    assert pair.last("dialler") == LinkClosed(Refusal.NOT_HOSTED, is_ours=False)


def test_someone_elses_proof():
    """Eve shows Ada's signature from another connection as her own, and her own as Ada's."""
    for agent in (EVE.agent, ADA.agent):
        listener = a_listener(there=EVE_NODE)
        eve = a_dialler(signer=EVE, here=EVE_NODE)
        listener.receive(eve.data_to_send(0), 0)
        eve.receive(listener.data_to_send(0), 0)
        signature = a_signature() if agent == EVE.agent else message(eve.data_to_send(0)).signature
        listener.receive(write_handshake(Proof(agent=agent, signature=signature)), 0)
        assert closed_with(listener) is Refusal.BAD_PROOF


def test_another_listener_cannot_answer_for_the_wanted():
    eve = a_listener(signer=EVE, here=BO_NODE)
    dialler = a_dialler()
    dialler.receive(write_handshake(Challenge(version=1, nonce=Nonce.of(b"2" * 32))), 0)
    dialler.data_to_send(0)
    twin = Pair(a_dialler(want=EVE.agent), eve).run()
    welcome = next(data for name, data in twin.wire if name == "dialler" and b"welcome" in data)
    dialler.receive(welcome[: 4 + int.from_bytes(welcome[:4], "big")], 0)
    assert closed_with(dialler) is Refusal.BAD_PROOF


def test_invitation_proofs_cannot_be_carried_elsewhere():
    """Eve takes the proof of an invitation that Ada gave to another node and shows it to Bo."""
    stolen = message(Pair(a_dialler(invitation=CODE), admits=False).run().wire[2][1]).invitation
    listener, eve = a_listener(there=EVE_NODE), a_dialler(signer=EVE, here=EVE_NODE)
    listener.receive(eve.data_to_send(0), 0)
    eve.receive(listener.data_to_send(0), 0)
    proof = message(eve.data_to_send(0))
    listener.receive(
        write_handshake(Proof(agent=EVE.agent, signature=proof.signature, invitation=stolen)), 0
    )
    assert isinstance(events_of(listener)[0], PeerProved)
    assert not listener.admit(0, CODE.agent)
    assert closed_with(listener) is Refusal.INVITATION_UNKNOWN


def test_nothing_but_the_handshake_before_it_is_over():
    for steps in range(3):
        pair, listener, dialler = Pair(), a_listener(), a_dialler()
        pair.dialler, pair.listener, pair.admits = dialler, listener, False
        for _ in range(steps):
            listener.receive(dialler.data_to_send(0), 0)
            dialler.receive(listener.data_to_send(0), 0)
        listener.receive(write_frame(a_frame()), 0)
        assert listener.is_closed
        assert not any(isinstance(event, FrameReceived) for event in events_of(listener))


def test_frames_cannot_be_sent_before_the_link_is_open():
    assert not a_dialler().send(a_frame())


def test_nothing_follows_the_proof_before_the_owner_has_decided():
    pair = Pair(admits=False).run()
    pair.listener.receive(write_frame(a_frame()), 0)
    assert closed_with(pair.listener) is Refusal.MALFORMED
    assert not pair.listener.admit(0)


def test_admitting_twice_or_too_early_opens_nothing():
    assert not a_listener().admit(0)
    assert not a_dialler().admit(0)
    pair = an_open_pair()
    assert not pair.listener.admit(0)


# --- garbage, floods and slowness -----------------------------------------------------------------


def at_step(step: int) -> list[Link]:
    """Return both sides after `step` messages."""
    dialler, listener = a_dialler(), a_listener()
    for turn in range(step):
        here, there = (dialler, listener) if turn % 2 == 0 else (listener, dialler)
        there.receive(here.data_to_send(0), 0)
        if turn == 2:
            listener.admit(0)
    return [dialler, listener]


@given(st.integers(0, 4), st.lists(st.binary(max_size=300), max_size=5))
def test_garbage_never_raises_and_never_passes(step, parts):
    for link in at_step(step):
        events_of(link)
        for part in parts:
            link.receive(part, 1)
            link.handle_deadline(2)
            link.data_to_send(3)
        assert not any(isinstance(event, FrameReceived) for event in events_of(link))


@given(st.integers(0, 4), st.integers(0, 2000), st.integers(1, 255))
def test_one_flipped_byte_never_raises_and_never_opens(at, place, flip):
    wire = [data for name, data in an_open_pair().wire if name == "listener"][:2]
    flat = bytearray(wire[at % 2])
    flat[place % len(flat)] ^= flip
    listener = a_listener()
    for index, data in enumerate(wire):
        listener.receive(bytes(flat) if index == at % 2 else data, 0)
        listener.data_to_send(0)
    assert not listener.is_open
    assert not any(isinstance(event, PeerProved) for event in events_of(listener))


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60))
def test_messages_arrive_however_the_bytes_are_cut(cuts):
    pair = an_open_pair()
    sent = [a_frame(str(number)) for number in range(5)]
    for frame in sent:
        pair.dialler.send(frame)
    data = pair.dialler.data_to_send(0)
    for cut in cuts:
        pair.listener.receive(data[:cut], 0)
        data = data[cut:]
    pair.listener.receive(data, 0)
    found = [event.frame for event in events_of(pair.listener) if isinstance(event, FrameReceived)]
    assert found == sent


@pytest.mark.parametrize("step", range(4))
def test_an_oversize_length_closes_at_once(step):
    for link in at_step(step):
        link.receive((FRAME_BYTES + 1).to_bytes(4, "big"), 0)
        assert link.is_closed
        assert closed_with(link) is Refusal.TOO_LARGE


def test_a_stranger_gets_four_kibibytes():
    listener = a_listener()
    listener.receive((4097).to_bytes(4, "big"), 0)
    assert closed_with(listener) is Refusal.TOO_LARGE


@pytest.mark.parametrize("step", range(4))
def test_a_slow_handshake_ends_after_five_seconds(step):
    dialler, listener = at_step(step)
    link = listener if step < 2 else dialler
    assert link.deadline() == 5_000
    for now in range(0, 5_000, 500):
        link.receive(b"\x00", now) if now < 1_000 else None
        link.handle_deadline(now)
    assert not link.is_closed
    link.handle_deadline(5_000)
    assert closed_with(link) is Refusal.TOO_SLOW


def test_a_strangers_flood_closes():
    listener = a_listener()
    listener.receive(write_handshake(Denial(code=1)) * (STRANGER_BURST + 1), 0)
    assert listener.is_closed


def test_a_partners_flood_is_slowed_down_and_loses_nothing():
    pair = an_open_pair()
    frame = write_frame(a_frame())
    count = PEER_BURST + 100
    pair.listener.receive(frame * count, 0)
    assert pair.listener.is_throttled
    first = sum(isinstance(event, FrameReceived) for event in events_of(pair.listener))
    assert PEER_BURST - 10 <= first <= PEER_BURST
    due = pair.listener.deadline()
    assert due is not None
    assert due <= 1 + 1_000 // PEER_RATE
    got, now = first, 0
    while pair.listener.is_throttled:
        now += 1
        pair.listener.handle_deadline(now)
        got += sum(isinstance(event, FrameReceived) for event in events_of(pair.listener))
    assert got == count
    assert 40 <= now <= 60


def test_a_partner_who_ignores_the_limit_is_let_go():
    pair = an_open_pair()
    frame = write_frame(a_frame())
    pair.listener.receive(frame * (4 * FRAME_BYTES // len(frame)), 0)
    assert closed_with(pair.listener) is Refusal.TOO_MANY


def test_a_peer_who_asks_and_never_reads_is_let_go():
    pair = an_open_pair()
    ping = write_frame(make_frame(PING, a_frame().network, ADA.agent, BO.agent, Ping(time=1)))
    now = 0
    while not pair.listener.is_closed and now < 100_000:
        now += 500
        pair.listener.handle_deadline(now)
        pair.listener.receive(ping * 900, now)
    assert closed_with(pair.listener) is Refusal.TOO_MANY


def test_what_cannot_be_sent_yet_is_bounded():
    pair = an_open_pair()
    body = b'"' + b"x" * 500_000 + b'"'
    frame = make_frame("note", a_frame().network, ADA.agent, BO.agent, body)
    taken = sum(pair.dialler.send(frame) for _ in range(50))
    assert taken < 12


# --- frames that are not for us -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (a_frame(sender=EVE), Refusal.NOT_ALLOWED),
        (a_frame(to=EVE), Refusal.NOT_ALLOWED),
        (
            make_frame("note", OTHER_NETWORK, ADA.agent, BO.agent, b"{}"),
            Refusal.WRONG_NETWORK,
        ),
    ],
)
def test_frames_of_others_are_refused_and_the_link_stays(frame, code):
    pair = an_open_pair()
    pair.dialler.send(frame)
    pair.run()
    assert frames(pair, "listener") == []
    assert pair.last("dialler") == RefusedByPeer(frame.id, code)
    assert pair.listener.is_open


def test_nobody_acknowledges_what_was_not_sent_to_him():
    pair = an_open_pair()
    pair.listener.acknowledge([hash_bytes(b"x")], [(hash_bytes(b"y"), 2)], 0)
    pair.pass_time(30)
    assert not any(
        isinstance(event, (Acknowledged, RefusedByPeer)) for event in pair.heard["dialler"]
    )


def test_goodbye_is_heard():
    pair = an_open_pair()
    pair.dialler.close()
    pair.run()
    assert pair.last("listener") == LinkClosed(Refusal.GOODBYE, is_ours=False)
    assert pair.listener.deadline() is None


def test_a_goodbye_of_a_newer_program_is_heard():
    pair = an_open_pair()
    bye = make_frame(BYE, a_frame().network, ADA.agent, BO.agent, Bye(code=777))
    pair.listener.receive(write_frame(bye), 0)
    assert closed_with(pair.listener) is Refusal.UNKNOWN


# --- heartbeat ------------------------------------------------------------------------------------


def test_an_idle_link_lives_on():
    pair = an_open_pair()
    pair.pass_time(200_000)
    assert pair.dialler.is_open
    assert pair.listener.is_open


def test_an_idle_peer_that_vanished_is_given_up_after_thirty_seconds():
    link = an_open_pair().dialler
    for now in range(0, 29_999, 100):
        link.handle_deadline(now)
    assert link.is_open
    link.handle_deadline(30_000)
    assert closed_with(link) is Refusal.SILENT


def test_an_awaited_peer_that_vanished_is_given_up_after_two_seconds():
    link = an_open_pair().dialler
    link.send(a_frame())
    link.data_to_send(0)
    for now in range(0, 1_999, 100):
        link.handle_deadline(now)
    assert link.is_open
    link.handle_deadline(2_000)
    assert closed_with(link) is Refusal.SILENT


def test_an_awaited_peer_is_asked_every_second():
    link = an_open_pair().dialler
    link.send(a_frame())
    link.data_to_send(0)
    assert link.deadline() == 1_000
    link.handle_deadline(1_000)
    assert b'"kind":"ping"' in link.data_to_send(1_000)


def test_a_slow_answer_keeps_the_link():
    pair = an_open_pair()
    pair.dialler.send(a_frame())
    pair.pass_time(10_000)
    assert pair.dialler.is_open


def test_who_slept_gives_the_peer_another_chance():
    pair = an_open_pair()
    pair.now = 3_600_000
    pair.dialler.handle_deadline(pair.now)
    pair.run()
    assert pair.dialler.is_open
    assert pair.listener.is_open


def test_waking_asks_at_once_and_gives_up_after_two_seconds():
    link = an_open_pair().dialler
    link.wake(100)
    assert b'"kind":"ping"' in link.data_to_send(100)
    for now in range(100, 2_101, 100):
        link.handle_deadline(now)
    assert closed_with(link) is Refusal.SILENT


def test_clocks_are_compared():
    dialler, listener = a_dialler(), a_listener()
    listener.wall_base += 5_000
    pair = Pair(dialler, listener).run()
    assert (pair.dialler.clock_offset, pair.listener.clock_offset) == (5_000, -5_000)


def test_a_stale_pong_teaches_nothing():
    pair = an_open_pair()
    before = pair.dialler.clock_offset
    pong = make_frame(PONG, a_frame().network, BO.agent, ADA.agent, Pong(time=9, ping=5))
    pair.dialler.receive(write_frame(pong), 10)
    assert pair.dialler.clock_offset == before


def test_who_slept_while_waiting_waits_anew():
    link = an_open_pair().dialler
    link.send(a_frame())
    link.data_to_send(0)
    link.handle_deadline(3_600_000)
    assert link.is_open
    assert link.deadline() == 3_600_000 + 1_000
    link.handle_deadline(3_600_000 + 1_000)
    link.handle_deadline(3_600_000 + 2_000)
    assert closed_with(link) is Refusal.SILENT


def test_many_small_messages_before_the_handshake_are_a_flood():
    """A stranger's bucket is empty before the handshake could ever need so much."""
    listener = a_listener()
    pace = Pace.of_stranger(0)
    assert [pace.take(1, 0) for _ in range(STRANGER_BURST)] == [0] * STRANGER_BURST
    assert pace.take(1, 0) == 1_000 // STRANGER_RATE
    listener._pace = pace
    listener.receive(write_handshake(Denial(code=1)), 0)
    assert closed_with(listener) is Refusal.TOO_MANY


def test_a_second_hello_and_a_mirrored_nonce_are_refused():
    hello = message(a_dialler().data_to_send(0))
    listener = a_listener()
    listener.receive(write_handshake(hello), 0)
    listener.receive(write_handshake(hello), 0)
    assert closed_with(listener) is Refusal.NOT_ALLOWED
    mirrored = a_listener(nonce=b"1" * 32)
    mirrored.receive(write_handshake(hello), 0)
    assert closed_with(mirrored) is Refusal.BAD_PROOF


def test_unacknowledged_messages_beyond_the_bound_are_sent_but_not_awaited():
    link = an_open_pair().dialler
    frame = a_frame()
    assert all(link.send(a_frame(str(number))) for number in range(MAX_UNACKED))
    assert link.send(frame)
    assert frame.id not in link._unacked


def test_closed_links_do_nothing_more():
    link = an_open_pair().dialler
    link.close()
    link.close()
    link.wake(5)
    link.handle_deadline(10**9)
    link.receive(b"anything", 5)
    assert not link.send(a_frame())
    assert [type(event) for event in events_of(link)][-1:] == [LinkClosed]
