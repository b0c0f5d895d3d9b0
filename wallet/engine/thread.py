"""The engine's thread: one asyncio loop that nobody else may touch.  The way down.

Source: house.md 3.9.  This module is light on purpose: the engine itself is imported in the
thread, after the first window is painted.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from wallet.engine.api.door import ProfileState
from wallet.engine.api.notices import Notice, NoticeHandler

if TYPE_CHECKING:
    from wallet.engine.api.commands import Command
    from wallet.engine.api.views import (
        ChitFilter,
        ChitIds,
        ChitOrder,
        ChitView,
        HomeView,
        InvitationView,
        LinkView,
        NoticeView,
        SessionView,
        StatusView,
        TallyView,
        TermsView,
        WalletView,
    )
    from wallet.engine.api.views_signing import FactsView, ServiceView, WitnessView
    from wallet.engine.wallet import Wallet

log = logging.getLogger("wallet.thread")
T = TypeVar("T")

JOIN_SECONDS = 10.0
SWITCH_SECONDS = 0.0005
# Records are made and dropped by the thousand and hold no circles: look for those less often.
COLLECT = (20_000, 20, 50)

MakeWallet = Callable[[Callable[[Notice], None]], "Wallet"]


class EngineThread:
    """The door (`api/door.py`) to a wallet that runs in a thread of its own."""

    def __init__(self, folder: Path, make: MakeWallet) -> None:
        """`make` imports and builds the wallet; it is called in the thread."""
        self._folder = folder
        self._make = make
        self._handlers: list[NoticeHandler] = []
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._ended: asyncio.Event
        self._wallet: Future[Wallet] = Future()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    # Life ---------------------------------------------------------------------

    def start(self) -> None:
        """Start the thread; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the loop to end, and wait for it; what is committed is safe in any case."""
        if not self._thread.is_alive():
            return
        self._ready.wait(JOIN_SECONDS)
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(JOIN_SECONDS)

    def _run(self) -> None:
        # The window's thread asks for the interpreter a thousand times to paint a list; with
        # Python's 5 ms it would wait that long each time for an engine at work.
        sys.setswitchinterval(SWITCH_SECONDS)
        gc.set_threshold(*COLLECT)
        asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        wallet = self._make(self._announce)
        try:
            self._wallet.set_result(wallet)
            await self._ended.wait()
        finally:
            await wallet.close()

    def _announce(self, notice: Notice) -> None:
        for handler in tuple(self._handlers):
            handler(notice)

    # The door -----------------------------------------------------------------

    def profile_state(self) -> ProfileState:
        """Say what stands in the profile folder."""
        from wallet.engine.profiles import profile_kind

        return ProfileState(profile_kind(self._folder))

    def has_keyring(self) -> Future[bool]:
        """Tell whether the system has a keyring that can be used."""
        return self._call(lambda wallet: wallet.has_keyring())

    def submit(self, command: Command[T]) -> Future[T]:
        """Run a command in the engine."""
        return self._call(lambda wallet: wallet.do(command))

    def subscribe(self, handler: NoticeHandler) -> Callable[[], None]:
        """Call the handler, in the engine's thread, for each notice."""
        self._handlers.append(handler)
        return lambda: self._handlers.remove(handler)

    def fetch_link(self, text: str) -> Future[LinkView]:
        """Describe a text."""
        return self._ask("fetch_link", text)

    def get_wallet(self) -> Future[WalletView]:
        """Return who we are."""
        return self._ask("get_wallet")

    def get_status(self) -> Future[StatusView]:
        """Return connection, running sessions, backup."""
        return self._ask("get_status")

    def get_home(self) -> Future[HomeView]:
        """Return Home."""
        return self._ask("get_home")

    def list_tallies(self) -> Future[tuple[TallyView, ...]]:
        """Return every tally."""
        return self._ask("list_tallies")

    def get_tally(self, tally: str) -> Future[TallyView]:
        """Return one tally."""
        return self._ask("get_tally", tally)

    def get_terms(self, tally: str) -> Future[TermsView]:
        """Return the agreement of a tally."""
        return self._ask("get_terms", tally)

    def get_amendment(self, tally: str) -> Future[TermsView]:
        """Return other terms that are under way, and before them those that stand."""
        return self._ask("get_amendment", tally)

    def list_invitations(self) -> Future[tuple[InvitationView, ...]]:
        """Return our invitations."""
        return self._ask("list_invitations")

    def list_chit_ids(self, which: ChitFilter, order: ChitOrder) -> Future[ChitIds]:
        """Return the spine of a list."""
        return self._ask("list_chit_ids", which, order)

    def list_chits(self, rows: tuple[int, ...]) -> Future[tuple[ChitView, ...]]:
        """Return a page of chits."""
        return self._ask("list_chits", rows)

    def get_chit(self, uuid: str) -> Future[ChitView]:
        """Return one chit."""
        return self._ask("get_chit", uuid)

    def list_sessions(self, *, ended: bool = False) -> Future[tuple[SessionView, ...]]:
        """Return sessions."""
        return self._ask("list_sessions", ended)

    def get_session(self, session: str) -> Future[SessionView]:
        """Return one session."""
        return self._ask("get_session", session)

    def list_papers(self) -> Future[tuple[SessionView, ...]]:
        """Return the last papers."""
        return self._ask("list_papers")

    def get_facts(self, session: str) -> Future[FactsView]:
        """Return what is known of a session, with the evidence."""
        return self._ask("get_facts", session)

    def list_notices(self) -> Future[tuple[NoticeView, ...]]:
        """Return the last notices."""
        return self._ask("list_notices")

    def list_witnesses(self) -> Future[tuple[WitnessView, ...]]:
        """Return who decides or votes for us."""
        return self._ask("list_witnesses")

    def get_service(self) -> Future[ServiceView]:
        """Return what we do for others."""
        return self._ask("get_service")

    def _ask(self, name: str, *given: Any) -> Future[Any]:
        return self._call(lambda wallet: wallet.ask(name, *given))

    def _call(self, make: Callable[[Wallet], Coroutine[Any, Any, T]]) -> Future[T]:
        self._ready.wait()
        return asyncio.run_coroutine_threadsafe(self._when_ready(make), self._loop)

    async def _when_ready(self, make: Callable[[Wallet], Coroutine[Any, Any, T]]) -> T:
        return await make(await asyncio.wrap_future(self._wallet))
