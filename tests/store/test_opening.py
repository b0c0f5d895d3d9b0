"""A wallet opens for the person first, and for the network a moment later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from wallet.crypto.sealing import Secret
from wallet.engine.api.commands import CreateWallet, Invite, OpenWallet
from wallet.engine.api.notices import ConnectionChanged, Notice, WalletOpened
from wallet.engine.api.views import Direction, SideTerms
from wallet.engine.clock import SystemClock
from wallet.engine.entropy import SystemEntropy
from wallet.engine.wallet import Wallet
from wallet.model.network import NodeKey
from wallet.transport.memory import MemoryNetwork, MemoryTransport

NODE = NodeKey.of(bytes(32))
PASSWORD = Secret(b"correct horse")
OPEN = OpenWallet(PASSWORD, network_later=True)
INVITE = Invite("Bo", Direction.THEY_OWE_ME, SideTerms(1_000), SideTerms(1_000))
Story = Callable[["Started"], Coroutine[Any, Any, None]]


class CountingTransport(MemoryTransport):
    started = 0

    async def start(self) -> None:
        self.started += 1
        await super().start()


class Started:
    """A wallet on a profile that was made before, and what it announced."""

    def __init__(self, folder: Path) -> None:
        self.notices: list[Notice] = []
        self.joined = asyncio.Event()
        self.transport = CountingTransport(MemoryNetwork(), NODE)
        self.wallet = Wallet(
            folder, lambda _: self.transport, SystemClock(), SystemEntropy(), self._hear
        )

    def _hear(self, notice: Notice) -> None:
        self.notices.append(notice)
        if isinstance(notice, ConnectionChanged):
            self.joined.set()


def play(folder: Path, story: Story) -> Started:
    """Make the profile, close it, and tell the story with a wallet that opens it."""

    async def run() -> Started:
        first = Started(folder)
        await first.wallet.do(CreateWallet("Ada", password=PASSWORD))
        assert first.transport.started == 1  # without `network_later` all is done when it is done
        await first.wallet.close()
        second = Started(folder)
        try:
            await story(second)
        finally:
            await second.wallet.close()
        return second

    return asyncio.run(run())


def test_questions_have_answers_before_the_network_is_joined(tmp_path: Path) -> None:
    async def story(one: Started) -> None:
        await one.wallet.do(OPEN)
        assert (await one.wallet.ask("get_wallet")).name == "Ada"
        assert one.transport.started == 0
        assert one.notices == [WalletOpened()]
        await asyncio.wait_for(one.joined.wait(), 5)
        assert one.transport.started == 1
        assert one.notices == [WalletOpened(), ConnectionChanged()]

    play(tmp_path, story)


def test_a_command_does_not_run_before_the_network_is_joined(tmp_path: Path) -> None:
    async def story(one: Started) -> None:
        await one.wallet.do(OPEN)
        made = await one.wallet.do(INVITE)  # it names our address
        assert made.state == "out"
        assert one.transport.started == 1

    play(tmp_path, story)


def test_a_wallet_that_closes_at_once_joins_nothing(tmp_path: Path) -> None:
    async def story(one: Started) -> None:
        await one.wallet.do(OPEN)

    assert play(tmp_path, story).transport.started == 0
