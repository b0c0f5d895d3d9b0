"""Two whole wallets over memory links: a person sets both copies of a tally side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wallet.crypto.sealing import Secret
from wallet.engine import node
from wallet.engine.api.commands import (
    AcceptTally,
    AnswerInvitation,
    CompareCopies,
    CreateWallet,
    Invite,
    Pay,
)
from wallet.engine.api.views import ChitFilter, ChitOrder, Direction, SideTerms, TallyState
from wallet.engine.clock import SystemClock
from wallet.engine.entropy import SystemEntropy
from wallet.engine.wallet import Wallet
from wallet.model.network import NodeKey
from wallet.transport.memory import MemoryNetwork, MemoryTransport

INVITE = Invite("Bo", Direction.THEY_OWE_ME, SideTerms(100_000), SideTerms(100_000))
PATIENCE = 20.0


class Side:
    """A wallet on a network of memory links, and a way to wait for what it announces."""

    def __init__(self, folder: Path, net: MemoryNetwork, number: int) -> None:
        self.news = asyncio.Event()
        transport = MemoryTransport(net, NodeKey.of(bytes([number]) * 32))
        self.wallet = Wallet(
            folder, lambda _: transport, SystemClock(), SystemEntropy(), lambda _: self.news.set()
        )

    async def until(self, name: str, fits: Callable[[Any], bool], *given: Any) -> Any:
        async with asyncio.timeout(PATIENCE):
            while True:
                self.news.clear()
                found = await self.wallet.ask(name, *given)
                if fits(found):
                    return found
                await self.news.wait()


async def two_with_a_tally(folder: Path) -> tuple[Side, Side, str, str]:
    net = MemoryNetwork()
    ada, bo = Side(folder / "ada", net, 1), Side(folder / "bo", net, 2)
    for side, name in ((ada, "Ada"), (bo, "Bo")):
        await side.wallet.do(CreateWallet(name, password=Secret(b"correct horse")))
    invitation = await ada.wallet.do(INVITE)
    theirs = await bo.wallet.do(AnswerInvitation(invitation.link))
    (offer,) = await ada.until(
        "list_tallies", lambda all: any(one.state is TallyState.RECEIVED for one in all)
    )
    await ada.wallet.do(AcceptTally(offer.id, offer.digest))
    for side, uuid in ((ada, offer.id), (bo, theirs)):
        await side.until("get_tally", lambda one: one.state is TallyState.OPEN, uuid)
    return ada, bo, offer.id, theirs


def test_both_copies_stand_side_by_side_and_a_silent_partner_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        ada, bo, mine, theirs = await two_with_a_tally(tmp_path)
        await bo.wallet.do(Pay(theirs, 2_500))
        for side, uuid in ((ada, mine), (bo, theirs)):
            await side.until("get_tally", lambda one: one.confirmed == 1, uuid)
        found = await ada.wallet.do(CompareCopies(mine))
        assert (found.agree, found.theirs.index, found.theirs.net) == (True, 1, 2_500)
        both = await asyncio.gather(*(ada.wallet.do(CompareCopies(mine)) for _ in range(2)))
        assert [one.agree for one in both] == [True, True]  # two windows may ask at once
        monkeypatch.setattr(node, "COMPARE_SECONDS", 0.05)
        await bo.wallet.close()
        silent = await ada.wallet.do(CompareCopies(mine))
        assert (silent.theirs, silent.agree) == (None, False)
        chits = await ada.wallet.ask("list_chit_ids", ChitFilter(), ChitOrder())
        assert chits.count == 1
        await ada.wallet.close()

    asyncio.run(story())
