"""Source chains, their entries, the chain lock, and what waits for the lock to be free."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from wallet.crypto.encoding import encode, recall
from wallet.crypto.ids import ActionHash, AgentId, EntryHash
from wallet.crypto.signing import Signature
from wallet.model.actions import Action, SignedAction
from wallet.model.errors import HeadMoved
from wallet.protocol.chain.append import Head
from wallet.store.database import Database

LOCK = "lock"


class Stored(Struct, frozen=True):
    """One link as it stands on disk."""

    hash: ActionHash
    signed: SignedAction
    entry: EntryHash | None
    salt: bytes | None
    body: bytes | None = None  # the entry's canonical bytes, where a walk brought them along


class Chains:
    """The rows of `action`, `entry`, `lock` and `observation`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get_head(self, agent: AgentId) -> Head | None:
        """The last link of this agent's chain."""
        row = self._db.fetch_one(
            "SELECT hash, seq, timestamp FROM action WHERE agent = ? ORDER BY seq DESC LIMIT 1",
            (agent,),
        )
        return None if row is None else Head(ActionHash(row[0]), row[1], row[2])

    def append(
        self,
        signed: SignedAction,
        link: ActionHash,
        entry: EntryHash | None = None,
        salt: bytes | None = None,
    ) -> None:
        """Add a link behind the head it names.

        Raises:
            HeadMoved: the chain grew meanwhile.
        """
        action = signed.action
        head = self.get_head(action.author)
        expected = getattr(action, "prev", None)
        actual = head.hash if head else None
        if expected != actual or action.seq != (head.seq + 1 if head else 0):
            raise HeadMoved(expected=str(expected or ""), actual=str(actual or ""))
        self._db.execute(
            "INSERT INTO action (agent, seq, hash, body, signature, timestamp, entry, salt)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                action.author,
                action.seq,
                link,
                encode(action),
                signed.signature,
                action.timestamp,
                entry,
                salt,
            ),
        )

    def get_at(self, agent: AgentId, seq: int) -> Stored | None:
        """The link at this place."""
        row = self._db.fetch_one(
            "SELECT hash, body, signature, entry, salt FROM action WHERE agent = ? AND seq = ?",
            (agent, seq),
        )
        return None if row is None else _stored(row)

    def walk(self, agent: AgentId, first: int = 0, page: int = 1000) -> Iterator[Stored]:
        """All links from this place on with their entries, in order; reads `page` at a time."""
        while True:
            found = self._db.fetch_all(
                "SELECT a.hash, a.body, a.signature, a.entry, a.salt, e.body FROM action a"
                " LEFT JOIN entry e ON e.hash = a.entry"
                " WHERE a.agent = ? AND a.seq >= ? ORDER BY a.seq LIMIT ?",
                (agent, first, page),
            )
            yield from (_stored(row) for row in found)
            if len(found) < page:
                return
            first += page

    def list_between(self, agent: AgentId, first: int, last: int) -> list[Stored]:
        """The links from place `first` to place `last`, both with."""
        rows = self._db.fetch_all(
            "SELECT hash, body, signature, entry, salt FROM action"
            " WHERE agent = ? AND seq BETWEEN ? AND ? ORDER BY seq",
            (agent, first, last),
        )
        return [_stored(row) for row in rows]

    def put_entry(self, found: EntryHash, kind: str, body: bytes) -> None:
        """Keep an entry; the same one twice is one."""
        self._db.execute(
            "INSERT OR IGNORE INTO entry (hash, kind, body) VALUES (?, ?, ?)", (found, kind, body)
        )

    def get_entry(self, found: EntryHash) -> tuple[str, bytes] | None:
        """An entry's kind and canonical bytes."""
        row = self._db.fetch_one("SELECT kind, body FROM entry WHERE hash = ?", (found,))
        return None if row is None else (row[0], row[1])

    # The lock ---------------------------------------------------------------

    def get_lock(self, agent: AgentId) -> tuple[str, int] | None:
        """The session that holds the chain, and since when."""
        known = self._db.kept.get((LOCK, agent))
        if known is None:
            row = self._db.fetch_one("SELECT session, since FROM lock WHERE agent = ?", (agent,))
            known = (None if row is None else (row[0], row[1]),)
            self._db.keep(LOCK, agent, known)
        lock: tuple[str, int] | None = known[0]
        return lock

    def put_lock(self, agent: AgentId, session: str, since: int) -> None:
        """Lock the chain."""
        self._db.execute("INSERT INTO lock VALUES (?, ?, ?)", (agent, session, since))
        self._db.kept.pop((LOCK, agent), None)

    def drop_lock(self, agent: AgentId, session: str) -> None:
        """Unlock it, if this session holds it."""
        self._db.execute("DELETE FROM lock WHERE agent = ? AND session = ?", (agent, session))
        self._db.kept.pop((LOCK, agent), None)

    # What others showed us ---------------------------------------------------

    def put_seen(self, link: ActionHash, signed: SignedAction) -> list[SignedAction]:
        """Keep a link of somebody else's chain; return what else was seen at its place."""
        action = signed.action
        self._db.execute(
            "INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?)",
            (action.author, action.seq, link, encode(signed)),
        )
        rows = self._db.fetch_all(
            "SELECT action FROM seen WHERE author = ? AND seq = ? AND hash <> ?",
            (action.author, action.seq, link),
        )
        return [recall(row[0], SignedAction) for row in rows]

    def get_newest_seen(self, author: str) -> SignedAction | None:
        """The last link of somebody else's chain that we were shown."""
        row = self._db.fetch_one(
            "SELECT action FROM seen WHERE author = ? ORDER BY seq DESC LIMIT 1", (author,)
        )
        return None if row is None else recall(row[0], SignedAction)

    # What waits for the lock ----------------------------------------------------

    def put_observation(self, kind: str, body: bytes) -> None:
        """Keep an entry until the chain is free (R10)."""
        self._db.execute("INSERT INTO observation (kind, body) VALUES (?, ?)", (kind, body))

    def list_observations(self) -> list[tuple[int, str, bytes]]:
        """What waits, in order."""
        return [
            (row[0], row[1], row[2])
            for row in self._db.fetch_all("SELECT id, kind, body FROM observation ORDER BY id")
        ]

    def drop_observation(self, number: int) -> None:
        """It is on the chain."""
        self._db.execute("DELETE FROM observation WHERE id = ?", (number,))


def _stored(row: tuple[Any, ...]) -> Stored:
    action: Action = recall(row[1], Action)  # type: ignore[arg-type]
    signed = SignedAction(action=action, signature=Signature(row[2]))
    entry = EntryHash.kept(row[3]) if row[3] else None
    return Stored(ActionHash(row[0]), signed, entry, row[4], *row[5:])
