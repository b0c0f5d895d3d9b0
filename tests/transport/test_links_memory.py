"""Two and three engines' links over the memory transport: connect, cross, drop, come back."""

from __future__ import annotations

import asyncio

import pytest

from tests.helpers.links import ADA, ADA_NODE, BO, BO_NODE, CODE, EVE, EVE_NODE, OTHER_NETWORK
from tests.helpers.peers import Peer, running
from wallet.engine import links
from wallet.engine.clock import SystemClock
from wallet.engine.supervisor import Supervisor
from wallet.engine.twins import WITHIN_MS, Twins
from wallet.model.limits import PEER_BURST, STRANGER_RATE
from wallet.model.network import NodeAddress, NodeKey
from wallet.protocol.link.pace import Pace
from wallet.protocol.messages.handshake import invitation_id
from wallet.protocol.messages.refusals import Refusal
from wallet.transport.memory import MemoryNetwork


class World:
    """Ada and Bo, partners; Eve, whom nobody knows."""

    def __init__(self) -> None:
        self.net = MemoryNetwork()
        self.ada, self.bo, self.eve = Peer(ADA), Peer(BO), Peer(EVE)
        self.ada.partners.add(BO.agent)
        self.bo.partners.add(ADA.agent)

    def running(self):
        return running(
            (self.ada, self.net.transport(ADA_NODE)),
            (self.bo, self.net.transport(BO_NODE)),
            (self.eve, self.net.transport(EVE_NODE)),
        )

    async def join(self) -> None:
        self.ada.links.want(BO.agent, self.bo.here())
        await self.ada.until(lambda: self.ada.links.is_up(BO.agent))
        await self.bo.until(lambda: self.bo.links.is_up(ADA.agent))


def run(story) -> None:
    async def told() -> None:
        world = World()
        async with world.running():
            await story(world)

    asyncio.run(told())


def test_partners_meet_and_messages_pass_both_ways():
    async def story(w: World) -> None:
        await w.join()
        there, back = w.ada.a_message(w.bo), w.bo.a_message(w.ada)
        assert w.ada.links.send(BO.agent, there)
        assert w.bo.links.send(ADA.agent, back)
        await w.ada.until(lambda: w.ada.acked == [there.id])
        await w.bo.until(lambda: w.bo.acked == [back.id])
        assert (w.ada.frames, w.bo.frames) == ([back], [there])
        offset = w.ada.links.clock_offset(BO.agent)
        assert offset is not None
        assert abs(offset) < 1_000

    run(story)


def test_what_is_queued_together_arrives_together():
    async def story(w: World) -> None:
        await w.join()
        for number in range(20):
            w.ada.links.send(BO.agent, w.ada.a_message(w.bo, str(number)))
        await w.bo.until(lambda: len(w.bo.frames) == 20)
        assert w.bo.batches == [20]
        await w.ada.until(lambda: len(w.ada.acked) == 20)

    run(story)


def test_a_refused_message_is_told_and_the_rest_goes_on():
    async def story(w: World) -> None:
        w.bo.refuses = {"odd": Refusal.UNKNOWN_KIND}
        await w.join()
        odd, even = w.ada.a_message(w.bo, kind="odd"), w.ada.a_message(w.bo)
        w.ada.links.send(BO.agent, odd)
        w.ada.links.send(BO.agent, even)
        await w.ada.until(lambda: w.ada.refusals == [(odd.id, 2)] and w.ada.acked == [even.id])

    run(story)


def test_both_dial_at_once_and_one_link_stays():
    async def story(w: World) -> None:
        w.ada.links.want(BO.agent, w.bo.here())
        w.bo.links.want(ADA.agent, w.ada.here())
        await w.ada.until(lambda: w.ada.links.is_up(BO.agent))
        await w.bo.until(lambda: w.bo.links.is_up(ADA.agent))
        for number in range(50):
            w.ada.post(w.ada.a_message(w.bo, str(number)))
            w.bo.post(w.bo.a_message(w.ada, str(number)))
        await w.ada.until(lambda: not w.ada.owed)
        await w.bo.until(lambda: not w.bo.owed)
        assert len(w.ada.links._running) == len(w.bo.links._running) == 1

    run(story)


def test_a_cut_line_is_mended_at_once():
    async def story(w: World) -> None:
        await w.join()
        w.net.cut(ADA_NODE, BO_NODE)
        await w.ada.until(lambda: len(w.ada.ups) == 2)
        await w.bo.until(lambda: len(w.bo.ups) == 2)
        assert [agent for agent, _ in w.ada.downs] == [BO.agent]
        message = w.ada.a_message(w.bo)
        w.ada.links.send(BO.agent, message)
        await w.ada.until(lambda: w.ada.acked == [message.id])

    run(story)


def test_who_is_away_is_found_when_back():
    async def story(w: World) -> None:
        w.net.separate(ADA_NODE, BO_NODE)
        w.ada.links.want(BO.agent, NodeAddress(node=BO_NODE))
        assert not w.ada.links.send(BO.agent, w.ada.a_message(w.bo))
        await asyncio.sleep(0)
        assert not w.ada.links.is_up(BO.agent)
        w.net.rejoin(ADA_NODE, BO_NODE)
        w.ada.links.wake(BO.agent)
        await w.ada.until(lambda: w.ada.links.is_up(BO.agent))

    run(story)


def test_a_stranger_is_refused_with_a_number():
    async def story(w: World) -> None:
        w.eve.links.want(BO.agent, w.bo.here())
        await w.eve.until(lambda: bool(w.eve.downs))
        assert w.eve.downs == [(BO.agent, Refusal.NOT_A_PARTNER)]
        assert (w.bo.ups, w.eve.ups) == ([], [])

    run(story)


def test_who_decides_for_others_lets_strangers_in_at_their_own_pace():
    async def story(w: World) -> None:
        w.bo.serves = True
        w.eve.links.want(BO.agent, w.bo.here())
        await w.eve.until(lambda: w.eve.links.is_up(BO.agent))
        await w.bo.until(lambda: w.bo.ups == [(EVE.agent, None)])
        (connection,) = w.bo.links._running
        pace, partner = connection.link._pace, Pace.of_peer(0)
        assert pace._frames._rate == STRANGER_RATE < partner._frames._rate

    run(story)


def test_an_invitation_lets_a_stranger_in():
    async def story(w: World) -> None:
        w.bo.invitations[invitation_id(CODE.agent)] = CODE.agent
        w.eve.links.want(BO.agent, w.bo.here(), CODE)
        await w.eve.until(lambda: w.eve.links.is_up(BO.agent))
        await w.bo.until(lambda: w.bo.ups == [(EVE.agent, invitation_id(CODE.agent))])

    run(story)


@pytest.mark.parametrize(
    "code",
    [Refusal.INVITATION_USED, Refusal.INVITATION_EXPIRED, Refusal.INVITATION_REVOKED],
)
def test_a_stale_invitation_says_why(code):
    async def story(w: World) -> None:
        w.bo.invitations[invitation_id(CODE.agent)] = int(code)
        w.eve.links.want(BO.agent, w.bo.here(), CODE)
        await w.eve.until(lambda: w.eve.downs == [(BO.agent, code)])

    run(story)


def test_a_partner_with_a_used_invitation_comes_in_all_the_same():
    async def story(w: World) -> None:
        w.bo.invitations[invitation_id(CODE.agent)] = int(Refusal.INVITATION_USED)
        w.ada.links.want(BO.agent, w.bo.here(), CODE)
        await w.bo.until(lambda: w.bo.ups == [(ADA.agent, None)])

    run(story)


def test_a_partner_shows_a_second_invitation_over_a_fresh_link():
    async def story(w: World) -> None:
        await w.join()
        w.bo.invitations[invitation_id(CODE.agent)] = CODE.agent
        w.ada.links.want(BO.agent, w.bo.here(), CODE)
        await w.bo.until(lambda: w.bo.ups[-1] == (ADA.agent, invitation_id(CODE.agent)))

    run(story)


def test_another_network_is_another_world():
    async def story(w: World) -> None:
        stranger = Peer(EVE, OTHER_NETWORK)
        node = NodeAddress(node=BO_NODE)
        w.bo.partners.add(EVE.agent)
        async with running((stranger, w.net.transport(EVE_NODE))):
            stranger.links.want(BO.agent, node)
            await stranger.until(lambda: stranger.downs == [(BO.agent, Refusal.WRONG_NETWORK)])

    run(story)


def test_a_removed_partner_is_let_go_and_told():
    async def story(w: World) -> None:
        await w.join()
        w.bo.partners.clear()
        w.bo.links.drop(ADA.agent, Refusal.REMOVED)
        await w.ada.until(lambda: (BO.agent, Refusal.REMOVED) in w.ada.downs)
        await w.ada.until(lambda: (BO.agent, Refusal.NOT_A_PARTNER) in w.ada.downs)
        assert not w.ada.links.is_up(BO.agent)

    run(story)


def test_unwanted_links_end_and_stay_away():
    async def story(w: World) -> None:
        await w.join()
        w.ada.links.unwant(BO.agent)
        await w.bo.until(lambda: w.bo.downs == [(ADA.agent, Refusal.GOODBYE)])
        assert not w.ada.links.is_up(BO.agent)

    run(story)


def test_closing_says_goodbye():
    async def story(w: World) -> None:
        await w.join()
        await w.ada.links.close()
        await w.bo.until(lambda: w.bo.downs == [(ADA.agent, Refusal.GOODBYE)])

    run(story)


def test_raw_garbage_costs_a_channel_and_nothing_else():
    async def story(w: World) -> None:
        stranger = w.net.transport(ADA_NODE)
        channel = await stranger.dial(w.bo.here())
        await channel.write(b"GET / HTTP/1.1\r\n\r\n" * 1_000)
        while await channel.read():
            pass
        assert w.bo.ups == []

    run(story)


class SleepyClock(SystemClock):
    """The clock of a machine that can be put to sleep: the wall goes on, the other stands."""

    slept_ms = 0

    def wall_ms(self) -> int:
        return super().wall_ms() + self.slept_ms


def test_a_machine_that_wakes_dials_at_once(monkeypatch):
    monkeypatch.setattr(links, "WATCH_SECONDS", 0.01)
    monkeypatch.setattr(links, "BACKOFF_FIRST_MS", 60_000)

    async def story() -> None:
        net, clock, ada, bo = MemoryNetwork(), SleepyClock(), Peer(ADA), Peer(BO)
        bo.partners.add(ADA.agent)
        ends = (ada, net.transport(ADA_NODE)), (bo, net.transport(BO_NODE))
        async with running(*ends, clock=clock):
            net.separate(ADA_NODE, BO_NODE)
            ada.links.want(BO.agent, bo.here())
            for _ in range(10):
                await asyncio.sleep(0)
            assert ada.links._wanted[BO.agent].attempts == 1
            net.rejoin(ADA_NODE, BO_NODE)
            clock.slept_ms = 3_600_000
            await ada.until(lambda: ada.links.is_up(BO.agent))

    asyncio.run(story())


def test_a_flood_from_a_partner_is_slowed_down_and_arrives_whole():
    async def story(w: World) -> None:
        await w.join()
        count = PEER_BURST + 1_000
        for number in range(count):
            assert w.ada.links.send(BO.agent, w.ada.a_message(w.bo, str(number)))
        await w.ada.until(lambda: len(w.ada.acked) == count)
        assert len(w.bo.frames) == count
        assert (w.ada.downs, w.bo.downs) == ([], [])

    run(story)


def test_backoff_doubles_to_a_minute_with_dice():
    async def story(w: World) -> None:
        for attempts in range(1, 30):
            full = min(0.2 * 2**attempts, 60)
            waits = {w.ada.links._backoff(attempts) for _ in range(20)}
            assert len(waits) > 10
            assert full / 2 <= min(waits) <= max(waits) <= full

    run(story)


@pytest.mark.expects_warnings
def test_the_supervisor_tells_and_restarts():
    async def story() -> None:
        told, runs, done = [], [], asyncio.Event()

        async def falls() -> None:
            runs.append(1)
            if len(runs) == 1:
                raise ValueError("once")
            done.set()

        async with Supervisor(lambda name, error: told.append((name, type(error)))) as supervisor:
            supervisor.keep("falls", falls)
            await done.wait()
        assert told == [("falls", ValueError)]

    asyncio.run(story())


@pytest.mark.expects_warnings
def test_a_fatal_fault_ends_everything():
    async def story() -> None:
        told = []

        async def falls() -> None:
            raise ValueError("fatal")

        async def waits() -> None:
            await asyncio.Event().wait()

        async def all_of_it() -> None:
            async with Supervisor(lambda name, error: told.append(name)) as supervisor:
                supervisor.spawn("waits", waits())
                supervisor.guard("falls", falls())
                await asyncio.Event().wait()

        with pytest.raises(ExceptionGroup):
            await all_of_it()
        assert told == ["falls"]

    asyncio.run(story())


@pytest.mark.rule("F59")
def test_two_copies_of_one_key_are_noticed_and_do_not_fight_all_day():
    async def story(w: World) -> None:
        twin, elsewhere = Peer(ADA), NodeKey.of(b"Z" * 32)
        twin.partners.add(BO.agent)
        await w.join()
        async with running((twin, w.net.transport(elsewhere))):
            twin.links.want(BO.agent, w.bo.here())
            for _ in range(3):  # each dials in its turn and takes the other's place
                await twin.until(lambda: twin.links.is_up(BO.agent))
                await w.ada.until(lambda: not w.ada.links.is_up(BO.agent))
                assert w.ada.downs[-1] == (BO.agent, Refusal.DUPLICATE)
                if not w.ada.doubles:
                    w.ada.links.wake(BO.agent)
                    await w.ada.until(lambda: w.ada.links.is_up(BO.agent))
                    await twin.until(lambda: not twin.links.is_up(BO.agent))
                    twin.links.wake(BO.agent)
            assert w.ada.doubles == [BO.agent]
            assert w.ada.links._wanted[BO.agent].attempts >= links.BACKOFF_STEPS

    run(story)


@pytest.mark.rule("F59")
def test_links_of_ones_own_that_cross_are_no_second_copy():
    async def story(w: World) -> None:
        for _ in range(5):
            w.ada.links.want(BO.agent, w.bo.here())
            w.bo.links.want(ADA.agent, w.ada.here())
            await w.ada.until(lambda: w.ada.links.is_up(BO.agent))
            await w.bo.until(lambda: w.bo.links.is_up(ADA.agent))
            w.net.cut(ADA_NODE, BO_NODE)
            await w.ada.until(lambda: w.ada.links.is_up(BO.agent))
        assert (w.ada.doubles, w.bo.doubles) == ([], [])

    run(story)


def test_twins_are_plain_the_third_time_within_ten_minutes():
    twins = Twins()
    assert [twins.is_plain(BO.agent, at) for at in (0, 1, 2, 3)] == [False, False, True, False]
    slow = [twins.is_plain(EVE.agent, at) for at in (0, WITHIN_MS, 2 * WITHIN_MS)]
    assert slow == [False, False, False]
