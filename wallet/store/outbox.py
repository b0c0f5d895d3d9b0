"""What is owed to the world: messages until acknowledged, wake-ups, wishes, notices, facts."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from wallet.crypto.encoding import raw_of
from wallet.crypto.ids import AgentId
from wallet.store.database import Database

NOTICES_KEPT = 1_000


class Owed(Struct, frozen=True):
    """One message owed to a peer."""

    id: str
    recipient: AgentId
    kind: str
    frame: bytes


class Outbox:
    """The rows of `outbox` and `heard`."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._last: int | None = None  # the greatest number given, once it is known

    def put(self, one: Owed, session: str | None) -> None:
        """Owe this message; the same one twice is one debt."""
        if self._last is None:
            row = self._db.fetch_one("SELECT coalesce(max(number), 0) FROM outbox")
            self._last = row[0] if row else 0
        self._last += 1
        self._db.execute(
            "INSERT OR IGNORE INTO outbox (key, number, id, recipient, kind, session, frame)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (_key_of(one.id), self._last, one.id, one.recipient, one.kind, session, one.frame),
        )

    def get(self, found: str) -> Owed | None:
        """A message that is still owed."""
        row = self._db.fetch_one(
            "SELECT id, recipient, kind, frame FROM outbox WHERE key = ? AND id = ?",
            (_key_of(found), found),
        )
        return None if row is None else Owed(row[0], AgentId(row[1]), row[2], row[3])

    def list_to(self, recipient: AgentId, most: int = 1000) -> list[Owed]:
        """What is owed to this peer, oldest first."""
        rows = self._db.fetch_all(
            "SELECT id, recipient, kind, frame FROM outbox WHERE recipient = ?"
            " ORDER BY number LIMIT ?",
            (recipient, most),
        )
        return [Owed(row[0], AgentId(row[1]), row[2], row[3]) for row in rows]

    def owes_many(self, recipient: AgentId, most: int) -> bool:
        """Whether more than `most` messages are owed to this peer."""
        row = self._db.fetch_one(
            "SELECT 1 FROM outbox WHERE recipient = ? LIMIT 1 OFFSET ?", (recipient, most)
        )
        return row is not None

    def drop(self, found: Iterable[str]) -> None:
        """The peer has them: the debts are paid."""
        for one in found:
            self._db.execute("DELETE FROM outbox WHERE key = ? AND id = ?", (_key_of(one), one))

    def drop_requests(self, session: str, kinds: tuple[str, ...]) -> None:
        """Messages of a session that nobody should act upon any more."""
        marks = ", ".join("?" * len(kinds))
        self._db.execute(
            f"DELETE FROM outbox WHERE session = ? AND kind IN ({marks})", (session, *kinds)
        )

    def get_heard(self, found: str) -> int | None:
        """None: not heard before; else the number it was answered with, 0 for an ack."""
        row = self._db.fetch_one("SELECT refusal FROM heard WHERE id = ?", (found,))
        return row[0] if row else None

    def put_heard(self, found: str, refusal: int = 0) -> None:
        """Remember a message and the answer."""
        self._db.execute("INSERT OR IGNORE INTO heard VALUES (?, ?)", (found, refusal))


class Timer(Struct, frozen=True):
    """A wake-up: `due` by the wall clock when it was set, `wait` from then."""

    machine: str
    key: str
    name: str
    due: int
    wait: int


class Timers:
    """The rows of `timer`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, one: Timer) -> None:
        """Set it, replacing an older one of the same name."""
        self._db.execute(
            "INSERT OR REPLACE INTO timer VALUES (?, ?, ?, ?, ?)",
            (one.machine, one.key, one.name, one.due, one.wait),
        )

    def drop(self, machine: str, key: str, name: str) -> None:
        """Forget it."""
        self._db.execute(
            "DELETE FROM timer WHERE machine = ? AND key = ? AND name = ?", (machine, key, name)
        )

    def list_all(self) -> list[Timer]:
        """All that are owed."""
        return [
            Timer(*row)
            for row in self._db.fetch_all("SELECT machine, key, name, due, wait FROM timer")
        ]


class Wish(Struct, frozen=True):
    """A session that is wanted."""

    machine: str
    key: str
    partner: AgentId
    since: int
    tries: int


class Wishes:
    """The rows of `wish`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, one: Wish) -> int:
        """Want it; again, it keeps its place in the queue. Returns how often it was tried."""
        rows = self._db.fetch_all(
            "INSERT INTO wish VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET tries = tries + 1"
            " RETURNING tries",
            (one.machine, one.key, one.partner, one.since, one.tries),
        )
        return int(rows[0][0])

    def drop(self, machine: str, key: str) -> None:
        """It is done, or no longer wanted."""
        self._db.execute("DELETE FROM wish WHERE machine = ? AND key = ?", (machine, key))

    def list_all(self) -> list[Wish]:
        """All, oldest first."""
        rows = self._db.fetch_all(
            "SELECT machine, key, partner, since, tries FROM wish ORDER BY since, key"
        )
        return [Wish(row[0], row[1], AgentId(row[2]), row[3], row[4]) for row in rows]


class Facts:
    """The rows of `profile` and `notice`."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.is_untidy = True  # nobody knows what came before us

    def get(self, key: str) -> str | None:
        """One fact."""
        row = self._db.fetch_one("SELECT value FROM profile WHERE key = ?", (key,))
        return row[0] if row else None

    def put(self, key: str, value: str) -> None:
        """Write one fact."""
        self._db.execute("INSERT OR REPLACE INTO profile VALUES (?, ?)", (key, value))

    def drop(self, key: str) -> None:
        """Forget one fact."""
        self._db.execute("DELETE FROM profile WHERE key = ?", (key,))

    def put_notice(
        self,
        at: int,
        key: str,
        category: str,
        subject: str,
        partner: str,
        amount: int,
        reason: str,
    ) -> int:
        """Put a line into the notices, instead of the one about the same subject."""
        cursor = self._db.execute(
            "INSERT INTO notice (at, key, category, subject, partner, amount, reason)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (at, key, category, subject, partner, amount, reason),
        )
        self.is_untidy = True
        return int(cursor.lastrowid)

    def is_last_notice(self, key: str, subject: str) -> bool:
        """Whether this is what the notices say of that subject."""
        row = self._db.fetch_one(
            "SELECT key FROM notice WHERE subject = ? ORDER BY number DESC LIMIT 1", (subject,)
        )
        return row is not None and row[0] == key

    def tidy(self) -> None:
        """Drop notices that a newer one about their subject replaced, and all but the last 1000."""
        newest = "SELECT max(number) FROM notice GROUP BY subject ORDER BY 1 DESC LIMIT ?"
        self._db.execute(f"DELETE FROM notice WHERE number NOT IN ({newest})", (NOTICES_KEPT,))


def _key_of(found: str) -> int:
    """Where a message lies: 63 bits of a hash over words of our own, which nobody else chooses."""
    return int.from_bytes(raw_of(found)[:8], "big") >> 1
