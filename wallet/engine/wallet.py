"""The wallet behind the door: closed, open, or stopped; commands and questions find their way.

Runs in the engine's thread.  Before it is open only founding and opening are possible.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wallet.crypto.ids import AgentId
from wallet.engine import profiles
from wallet.engine.api import commands
from wallet.engine.api.notices import (
    ConnectionChanged,
    KeyringAsked,
    Notice,
    TaskFailed,
    WalletOpened,
    WalletStopped,
)
from wallet.engine.node import Node
from wallet.engine.ports import Clock, Entropy, Transport
from wallet.engine.profiles import OpenProfile
from wallet.engine.queries.invitations import fetch_link
from wallet.engine.queries.now import Now
from wallet.engine.queries.table import QUESTIONS
from wallet.engine.supervisor import Supervisor
from wallet.model.errors import StoreError, WalletError, WrongState
from wallet.model.networks import COMMONS
from wallet.store.keyrings import is_there

log = logging.getLogger("wallet.wallet")

# By then the window has drawn its first figures, which the network's libraries would hold up.
JOIN_LATER_SECONDS = 0.3

MakeTransport = Callable[[OpenProfile], Transport]


class Wallet:
    """One profile folder, whatever its state."""

    def __init__(
        self,
        folder: Path,
        make_transport: MakeTransport,
        clock: Clock,
        entropy: Entropy,
        announce: Callable[[Notice], None],
    ) -> None:
        self._folder = folder
        self._make_transport = make_transport
        self._clock = clock
        self._entropy = entropy
        self._announce = announce
        self._opened: OpenProfile | None = None
        self._node: Node | None = None
        self._supervisor: Supervisor | None = None
        self._stopped = ""
        self._joining: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._is_closing = False

    async def do(self, wish: commands.Command[Any]) -> Any:
        """Run a command.  Raises a `WalletError`; then nothing was changed."""
        match wish:
            case commands.CreateWallet():
                return await self._open(wish)
            case commands.OpenWallet():
                return await self._open(wish)
            case commands.SaveEmergencyFile(path, password):
                opened, node = self._profile(), self._running()
                await profiles.write_emergency_file(opened, path, password, self._entropy)
                node.fact(profiles.EMERGENCY, str(self._clock.wall_ms()))
                return None
        node = self._running()
        await self._joined()
        return await node.do(wish)

    async def ask(self, name: str, *given: Any) -> Any:
        """Answer a question by its name in `queries`.  Raises a `WalletError`.

        What a link is can be asked before the wallet is open: the first run shows it.
        """
        if name == "fetch_link" and self._opened is None:
            return fetch_link(None, self._nobody(), *given)
        question = QUESTIONS[name]
        return await self._running().ask(lambda db, now: question(db, now, *given))

    async def has_keyring(self) -> bool:
        """Tell whether the system has a keyring that can be used; also before it is open."""
        return await asyncio.to_thread(is_there)

    async def close(self) -> None:
        """Say goodbye and close everything."""
        self._is_closing = True
        await self._joined()
        node, self._node = self._node, None
        if node is not None:
            await node.close()
        supervisor, self._supervisor = self._supervisor, None
        if supervisor is not None:
            await supervisor.__aexit__(None, None, None)
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()

    async def _open(self, wish: commands.CreateWallet | commands.OpenWallet) -> None:
        if self._opened is not None:
            raise WrongState("wallet", "open", "closed")
        if wish.password is None:
            self._announce(KeyringAsked())
        if isinstance(wish, commands.CreateWallet):
            opened = await profiles.create_profile(self._folder, wish, self._clock, self._entropy)
        else:
            opened = await profiles.open_profile(
                self._folder, wish.password, self._clock, self._entropy
            )
        self._opened = opened
        supervisor = self._supervisor = Supervisor(self._on_fault)
        await supervisor.__aenter__()
        node = self._node = self._make_node(opened, supervisor)
        if isinstance(wish, commands.OpenWallet) and wish.network_later:
            self._joining = supervisor.spawn("network", self._join_later(node))
        else:
            await node.start()
        self._announce(WalletOpened())

    def _make_node(self, opened: OpenProfile, supervisor: Supervisor) -> Node:
        return Node(
            me=opened.me,
            store=opened.store,
            reader=opened.reader,
            transport=self._make_transport(opened),
            clock=self._clock,
            entropy=self._entropy,
            supervisor=supervisor,
            announce=self._announce,
            stop=self._stop,
            locked_by=opened.locked_by,
        )

    async def _join_later(self, node: Node) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(JOIN_LATER_SECONDS):
                await self._hurry.wait()
        if self._is_closing:
            return
        try:
            await node.start()
        except StoreError as error:
            self._stop(error.code)
        self._announce(ConnectionChanged())

    async def _joined(self) -> None:
        """Wait until the network was joined or is missing; who waits does not wait longer."""
        if self._joining is not None:
            self._hurry.set()
            await asyncio.wait((self._joining,))

    def _nobody(self) -> Now:
        """What a wallet that is not open knows: the time, and the network it would join."""
        return Now(
            wall_ms=self._clock.wall_ms(),
            monotonic_ms=self._clock.monotonic_ms(),
            me=AgentId.of(bytes(32)),
            network=COMMONS.id,
        )

    def _stop(self, code: str) -> None:
        """The disk does not do what it must: nothing more is written."""
        if not self._stopped:
            self._stopped = code
            self._announce(WalletStopped("", code))

    def _on_fault(self, task: str, error: Exception) -> None:
        code = error.code if isinstance(error, WalletError) else "BUG"
        self._announce(TaskFailed(task, code))

    def _running(self) -> Node:
        if self._node is None:
            raise WrongState("wallet", "closed", "open")
        if self._stopped:
            raise WrongState("wallet", "stopped", "open")
        return self._node

    def _profile(self) -> OpenProfile:
        if self._opened is None:
            raise WrongState("wallet", "closed", "open")
        return self._opened
