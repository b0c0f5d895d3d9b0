"""The door: what the people's floor may do with the engine, from any thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from enum import StrEnum
from typing import Protocol, TypeVar

from wallet.engine.api.commands import Command
from wallet.engine.api.notices import NoticeHandler
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

T = TypeVar("T")


class ProfileState(StrEnum):
    """What stands in the profile folder, known without any secret."""

    EMPTY = "empty"
    KEYRING = "keyring"  # opens with the system's keyring
    PASSWORD = "password"  # opens with a password


class Door(Protocol):
    """Futures end with a frozen value or a WalletError; queries read committed state only."""

    def profile_state(self) -> ProfileState:
        """Say what stands in the profile folder (reads one small file; no keyring)."""
        ...

    def has_keyring(self) -> Future[bool]:
        """Tell whether the system has a keyring that can be used; opens no dialog."""
        ...

    def submit(self, command: Command[T]) -> Future[T]:
        """Run a command in the engine."""
        ...

    def subscribe(self, handler: NoticeHandler) -> Callable[[], None]:
        """Call the handler, in the engine's thread, for each notice; returns the way to stop."""
        ...

    def fetch_link(self, text: str) -> Future[LinkView]:
        """Describe a pasted or scanned text; contacts nobody, stores nothing."""
        ...

    def get_wallet(self) -> Future[WalletView]:
        """Return who we are."""
        ...

    def get_status(self) -> Future[StatusView]:
        """Return connection, running sessions, backup."""
        ...

    def get_home(self) -> Future[HomeView]:
        """Return Home."""
        ...

    def list_tallies(self) -> Future[tuple[TallyView, ...]]:
        """Return every tally, drafts and void ones included, latest change first."""
        ...

    def get_tally(self, tally: str) -> Future[TallyView]:
        """Return one tally.  Raises NotFound."""
        ...

    def get_terms(self, tally: str) -> Future[TermsView]:
        """Return the agreement of a tally.  Raises NotFound."""
        ...

    def get_amendment(self, tally: str) -> Future[TermsView]:
        """Return other terms that are wanted, asked or signed, with those that stand before them.

        Raises NotFound: no change is under way.
        """
        ...

    def list_invitations(self) -> Future[tuple[InvitationView, ...]]:
        """Return our invitations, newest first."""
        ...

    def list_chit_ids(self, which: ChitFilter, order: ChitOrder) -> Future[ChitIds]:
        """Return the row numbers of all chits that match, in order: the spine of a long list."""
        ...

    def list_chits(self, rows: tuple[int, ...]) -> Future[tuple[ChitView, ...]]:
        """Return the chits at these row numbers (one page), in the same order."""
        ...

    def get_chit(self, uuid: str) -> Future[ChitView]:
        """Return one chit with its history.  Raises NotFound."""
        ...

    def list_sessions(self, *, ended: bool = False) -> Future[tuple[SessionView, ...]]:
        """Return the sessions that run or are not known yet; with `ended`, the last 100 too."""
        ...

    def get_session(self, session: str) -> Future[SessionView]:
        """Return one session.  Raises NotFound."""
        ...

    def list_papers(self) -> Future[tuple[SessionView, ...]]:
        """Return the last 200 papers, signed or not, newest first."""
        ...

    def get_facts(self, session: str) -> Future[FactsView]:
        """Return what is known of a session, with the evidence.  Raises NotFound."""
        ...

    def list_notices(self) -> Future[tuple[NoticeView, ...]]:
        """Return the last 200 notices, newest first."""
        ...

    def list_witnesses(self) -> Future[tuple[WitnessView, ...]]:
        """Return who decides or votes for us or offers to, by name."""
        ...

    def get_service(self) -> Future[ServiceView]:
        """Return what we do for others, and how much of it."""
        ...
