"""A peer in a process of its own, over iroh on the loopback: prints where it is, echoes, ends.

Run as `python -m tests.helpers.iroh_peer`; it ends when its partner's link goes down.
"""

from __future__ import annotations

import asyncio

from tests.helpers.links import ADA, BO
from tests.helpers.peers import Peer, running
from wallet.crypto.encoding import encode
from wallet.protocol.messages.frame import Frame, make_frame
from wallet.transport.iroh import LOOPBACK, IrohTransport

SEED = b"s" * 32


async def echo() -> None:
    peer = Peer(BO)
    peer.partners.add(ADA.agent)

    def answer(frame: Frame) -> None:
        body = b'{"re":"%s"}' % frame.id.encode()
        peer.links.send(ADA.agent, make_frame("note", peer.network, BO.agent, ADA.agent, body))

    peer.answer = answer
    async with running((peer, IrohTransport(SEED, port=0, listen=LOOPBACK))):
        print(encode(peer.here()).decode(), flush=True)
        await peer.until(lambda: bool(peer.downs), seconds=60)


if __name__ == "__main__":
    asyncio.run(echo())
