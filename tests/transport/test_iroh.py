"""The real wire: iroh on the loopback, in one process and between two."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

import pytest

import wallet.transport.iroh as wire
from tests.helpers.links import ADA, BO, CODE, EVE
from tests.helpers.peers import Peer, running
from wallet.crypto.encoding import decode
from wallet.crypto.signing import Signer
from wallet.model.errors import NetworkError
from wallet.model.network import NodeAddress, NodeKey
from wallet.protocol.messages.handshake import invitation_id
from wallet.protocol.messages.refusals import Refusal
from wallet.transport.iroh import LOOPBACK, IrohMissing, IrohTransport, PortTaken

ROOT = Path(__file__).parents[2]


def a_transport(letter: bytes = b"t", *, listen: str = LOOPBACK, port: int = 0) -> IrohTransport:
    return IrohTransport(letter * 32, port=port, listen=listen)


async def another_process() -> tuple[asyncio.subprocess.Process, NodeAddress]:
    """Start a peer of its own and return where it is."""
    command = (sys.executable, "-m", "tests.helpers.iroh_peer")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=-1)
    assert process.stdout is not None
    line = await process.stdout.readline()
    return process, decode(line.rstrip(b"\n"), NodeAddress)


@pytest.mark.needs("iroh")
def test_partners_meet_over_iroh():
    async def story() -> None:
        ada, bo, eve = Peer(ADA), Peer(BO), Peer(EVE)
        ada.partners.add(BO.agent)
        bo.partners.add(ADA.agent)
        bo.invitations[invitation_id(CODE.agent)] = CODE.agent
        ends = (a_transport(b"1"), a_transport(b"2"), a_transport(b"3"))
        async with running(*zip((ada, bo, eve), ends, strict=True)):
            ada.links.want(BO.agent, bo.here())
            bo.links.want(ADA.agent, ada.here())
            await ada.until(lambda: ada.links.is_up(BO.agent))
            await bo.until(lambda: bo.links.is_up(ADA.agent))
            big = bo.a_message(ada, "x" * 900_000)
            bo.post(big)  # the two may have crossed: then one link is replaced
            await bo.until(lambda: big.id in bo.acked)
            assert big in ada.frames
            eve.links.want(BO.agent, bo.here())
            await eve.until(lambda: (BO.agent, Refusal.NOT_A_PARTNER) in eve.downs)
            eve.links.want(BO.agent, bo.here(), CODE)
            await eve.until(lambda: eve.links.is_up(BO.agent))

    asyncio.run(story())


@pytest.mark.needs("iroh")
def test_two_processes_talk_and_part():
    async def story() -> None:
        other, address = await another_process()
        ada = Peer(ADA)
        async with running((ada, a_transport(b"1"))):
            ada.links.want(BO.agent, address)
            await ada.until(lambda: ada.links.is_up(BO.agent))
            sent = [ada.a_message(BO.agent, str(number)) for number in range(100)]
            for message in sent:
                assert ada.links.send(BO.agent, message)
            await ada.until(lambda: len(ada.frames) == 100)
            await ada.until(lambda: len(ada.acked) == 100)
            assert [bytes(frame.body) for frame in ada.frames] == [
                b'{"re":"%s"}' % message.id.encode() for message in sent
            ]
        assert await other.wait() == 0

    asyncio.run(story())


@pytest.mark.needs("iroh")
def test_a_killed_peer_is_noticed_in_two_seconds_when_something_is_awaited():
    async def story() -> None:
        other, address = await another_process()
        ada = Peer(ADA)
        async with running((ada, a_transport(b"1"))):
            ada.links.want(BO.agent, address)
            await ada.until(lambda: ada.links.is_up(BO.agent))
            other.kill()
            await other.wait()
            ada.links.send(BO.agent, ada.a_message(BO.agent))
            await ada.until(lambda: ada.downs == [(BO.agent, Refusal.SILENT)], seconds=10)

    asyncio.run(story())


@pytest.mark.needs("iroh")
def test_on_the_loopback_nothing_else_is_bound_and_no_relay_is_known():
    async def story() -> None:
        transport = a_transport()
        await transport.start()
        hosts = {address.rpartition(":")[0] for address in transport.sockets}
        assert hosts <= {"127.0.0.1", "[::1]"}
        assert "127.0.0.1" in hosts
        assert transport.addresses().relay == ""
        assert {address.rpartition(":")[0] for address in transport.addresses().addresses} <= hosts
        await transport.close()

    asyncio.run(story())


@pytest.mark.needs("iroh")
def test_both_sockets_are_bound_to_the_stored_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((LOOPBACK, 0))
        port = probe.getsockname()[1]

    async def story() -> None:
        transport = a_transport(port=port)
        await transport.start()
        assert {address.rpartition(":")[2] for address in transport.sockets} == {str(port)}
        await transport.close()

    asyncio.run(story())


@pytest.mark.needs("iroh")
def test_a_taken_port_has_its_own_error():
    async def story() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind((LOOPBACK, 0))
            port = other.getsockname()[1]
            with pytest.raises(PortTaken) as caught:
                await a_transport(port=port).start()
            assert caught.value.port == port

    asyncio.run(story())


@pytest.mark.needs("iroh")
def test_a_dead_address_costs_a_bounded_time(monkeypatch):
    monkeypatch.setattr(wire, "DIAL_SECONDS", 0.2)

    async def story() -> None:
        transport = a_transport()
        await transport.start()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind((LOOPBACK, 0))
            address = f"{LOOPBACK}:{silent.getsockname()[1]}"
            node = NodeKey.of(Signer(b"d" * 32).agent.core)
            with pytest.raises(NetworkError):
                await transport.dial(NodeAddress(node=node, addresses=(address,)))
        await transport.close()

    asyncio.run(story())


@pytest.mark.needs("iroh")
def test_another_node_at_the_address_is_not_taken_for_the_wanted():
    async def story() -> None:
        here, there = a_transport(b"1"), a_transport(b"2")
        await here.start()
        await there.start()
        wrong = NodeKey.of(Signer(b"3" * 32).agent.core)
        address = NodeAddress(node=wrong, addresses=there.addresses().addresses)
        with pytest.raises(NetworkError):
            await here.dial(address)
        nonsense = NodeAddress(node=NodeKey.of(b"\xff" * 32), addresses=("1.2.3.4:99999",))
        with pytest.raises(NetworkError):
            await here.dial(nonsense)
        await here.close()
        await there.close()
        with pytest.raises(NetworkError):
            await here.accept()

    asyncio.run(story())


def test_without_iroh_the_wallet_starts_without_network(monkeypatch):
    monkeypatch.setattr(wire, "iroh_ffi", None)
    monkeypatch.setitem(sys.modules, "iroh", None)
    with pytest.raises(IrohMissing):
        asyncio.run(a_transport().start())
    assert a_transport().addresses().addresses == ()
