"""All repositories over one connection, under one roof."""

from __future__ import annotations

from wallet.store.chains import Chains
from wallet.store.chits import Chits
from wallet.store.database import Database
from wallet.store.outbox import Facts, Outbox, Timers, Wishes
from wallet.store.sessions import Sessions
from wallet.store.tallies import Invitations, Partners, Tallies, Unasked
from wallet.store.witnessing import Witnessing


class Store:
    """The wallet's memory: who needs rows is given this, and nothing else of the disk."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.chains = Chains(database)
        self.sessions = Sessions(database)
        self.tallies = Tallies(database)
        self.unasked = Unasked(database)
        self.partners = Partners(database)
        self.invitations = Invitations(database)
        self.chits = Chits(database)
        self.outbox = Outbox(database)
        self.timers = Timers(database)
        self.wishes = Wishes(database)
        self.facts = Facts(database)
        self.witnessing = Witnessing(database)

    @property
    def is_untidy(self) -> bool:
        """Whether there may be something for `tidy` to do."""
        return self.chits.is_untidy or self.sessions.is_untidy or self.facts.is_untidy

    def tidy(self) -> None:
        """Write what lists and large indexes need, and what no payment waits for.

        Within a transaction; `tidied` when that stands on the disk.
        """
        self.chits.tidy()
        self.sessions.tidy()
        self.facts.tidy()

    def tidied(self) -> None:
        """All is tidy, until something is written."""
        self.chits.is_untidy = self.sessions.is_untidy = self.facts.is_untidy = False
