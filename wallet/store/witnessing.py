"""What a witness keeps: ballots, votes, slots; and whom we know as witnesses of our own."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from wallet.crypto.encoding import encode, recall
from wallet.crypto.hashing import Hash
from wallet.crypto.ids import ActionHash, AgentId
from wallet.crypto.signing import Signature
from wallet.model.network import NodeAddress
from wallet.protocol.countersign.slots import Given
from wallet.protocol.countersign.witness import Ballot, State
from wallet.protocol.messages.countersigning import Preflight, SessionData, SignedVote
from wallet.store.database import Database

UNDECIDED = (State.NO_VOTE, State.COLLECTING, State.ASKING)
# Word for word as in the index `ballot_open`: only then is it used.
_IS_OPEN = "state IN (" + ", ".join(f"'{state.value}'" for state in UNDECIDED) + ")"


class BallotFile(Struct):
    """Everything a witness holds about one session."""

    record: Ballot
    client: AgentId
    started_at: int
    preflight: Preflight
    secret: bytes  # k
    data: SessionData
    signatures: dict[AgentId, Signature] = field(default_factory=dict)


class KnownWitness(Struct, frozen=True):
    """Somebody who may decide or vote for us."""

    agent: AgentId
    name: str
    address: NodeAddress
    since: int
    role: str
    decides: bool
    votes: bool
    completed: int = 0
    aborted: int = 0
    silent: int = 0
    last_at: int = 0


class Witnessing:
    """The rows of `ballot`, `ballot_signature`, `vote`, `lie`, `slot` and `witness`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # Ballots ------------------------------------------------------------------

    def get_ballot(self, session: str) -> BallotFile | None:
        """One ballot with the signatures that are here."""
        row = self._db.fetch_one(
            "SELECT record, client, started_at, preflight, secret, data FROM ballot"
            " WHERE session = ?",
            (session,),
        )
        if row is None:
            return None
        found = BallotFile(
            record=recall(row[0], Ballot),
            client=AgentId(row[1]),
            started_at=row[2],
            preflight=recall(row[3], Preflight),
            secret=row[4],
            data=recall(row[5], SessionData),
        )
        for agent, signature in self._db.fetch_all(
            "SELECT agent, signature FROM ballot_signature WHERE session = ?", (session,)
        ):
            found.signatures[AgentId(agent)] = Signature(signature)
        return found

    def add_ballot(self, one: BallotFile) -> None:
        """Write a new one."""
        self._db.execute(
            "INSERT INTO ballot (session, state, client, started_at, record, preflight, secret,"
            " data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                one.record.session,
                one.record.state.value,
                one.client,
                one.started_at,
                encode(one.record),
                encode(one.preflight),
                one.secret,
                encode(one.data),
            ),
        )

    def save_ballot(self, one: BallotFile, ended_at: int) -> None:
        """Write what may have changed; `ended_at`: when we voted, 0: not yet."""
        self._db.execute(
            "UPDATE ballot SET state = ?, record = ?, ended_at = max(ended_at, ?)"
            " WHERE session = ?",
            (one.record.state.value, encode(one.record), ended_at, one.record.session),
        )

    def put_signature(self, one: BallotFile, agent: AgentId, signature: Signature) -> None:
        """Keep a session signature; a good one is never overwritten (F12)."""
        if agent in one.signatures:
            return
        one.signatures[agent] = signature
        self._db.execute(
            "INSERT INTO ballot_signature VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (one.record.session, agent, signature),
        )

    def count_open(self, client: AgentId) -> int:
        """Undecided ballots of this client."""
        row = self._db.fetch_one(
            f"SELECT count(*) FROM ballot WHERE {_IS_OPEN} AND client = ?", (client,)
        )
        return int(row[0]) if row else 0

    def count_undecided(self) -> int:
        """Ballots that wait for our vote."""
        row = self._db.fetch_one(f"SELECT count(*) FROM ballot WHERE {_IS_OPEN}")
        return int(row[0]) if row else 0

    def count_voted(self) -> int:
        """Ballots, of those that are kept, on which we voted."""
        # All less those few: both counts read an index, not the rows.
        row = self._db.fetch_one("SELECT count(*) FROM ballot")
        return (int(row[0]) if row else 0) - self.count_undecided()

    def count_since(self, client: AgentId, since: int) -> int:
        """Ballots that this client began since then (ms UTC)."""
        row = self._db.fetch_one(
            "SELECT count(*) FROM ballot WHERE client = ? AND started_at >= ?", (client, since)
        )
        return int(row[0]) if row else 0

    def prune(self, before: int, answered: int) -> None:
        """Forget ballots that began before then: nobody votes on those any more.

        Answers that nobody fetched since `answered` go, too: who is in doubt asks again.  Slots
        stay: the newest of each signer is what the next promise is held against.
        """
        asked = "SELECT session FROM ballot WHERE started_at < ?"
        self._db.execute(f"DELETE FROM outbox WHERE session IN ({asked})", (answered,))
        old = "SELECT session FROM ballot WHERE started_at < ?"
        # Whom only a session named is known for as long as that may still be decided.
        self._db.execute("DELETE FROM witness WHERE role = 'session' AND since < ?", (before,))
        for table in ("ballot_signature", "vote", "ballot"):
            self._db.execute(f"DELETE FROM {table} WHERE session IN ({old})", (before,))

    # Votes --------------------------------------------------------------------

    def get_vote(self, session: str, witness: AgentId) -> SignedVote | None:
        """This witness's vote, if we know it; of a liar's, the first."""
        row = self._db.fetch_one(
            "SELECT body FROM vote WHERE session = ? AND witness = ? ORDER BY number LIMIT 1",
            (session, witness),
        )
        return recall(row[0], SignedVote) if row else None

    def list_votes(self, session: str) -> tuple[SignedVote, ...]:
        """All votes that we know about a session, in the order in which they came."""
        rows = self._db.fetch_all(
            "SELECT body FROM vote WHERE session = ? ORDER BY number", (session,)
        )
        return tuple(recall(row[0], SignedVote) for row in rows)

    def put_vote(self, vote: SignedVote) -> None:
        """Keep a vote; the first of each witness that says so stays."""
        self._db.execute(
            "INSERT INTO vote (session, witness, data, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (vote.body.session, vote.witness, vote.body.data or "", encode(vote)),
        )

    def put_lie(self, one: SignedVote, other: SignedVote, at: int) -> None:
        """Keep two votes that contradict each other: they prove it against their author."""
        self._db.execute(
            "INSERT INTO lie (witness, session, one, other, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (one.witness, one.body.session, encode(one), encode(other), at),
        )

    def list_lies(self) -> list[tuple[SignedVote, SignedVote]]:
        """Witnesses that told two stories, with the proofs."""
        rows = self._db.fetch_all("SELECT one, other FROM lie ORDER BY at")
        return [(recall(row[0], SignedVote), recall(row[1], SignedVote)) for row in rows]

    # Slots --------------------------------------------------------------------

    def get_newest(self, signer: AgentId) -> Given | None:
        """The newest place of this chain that we know."""
        row = self._db.fetch_one(
            "SELECT seq, action, session FROM slot WHERE signer = ? ORDER BY seq DESC LIMIT 1",
            (signer,),
        )
        return Given(int(row[0]), ActionHash(row[1]), Hash(row[2])) if row else None

    def put_slot(self, signer: AgentId, seq: int, action: ActionHash, session: Hash) -> None:
        """Take a place; only the newest of a signer is needed."""
        self._db.execute("DELETE FROM slot WHERE signer = ? AND seq < ?", (signer, seq))
        self._db.execute(
            "INSERT INTO slot VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET action = excluded.action, session = excluded.session",
            (signer, seq, action, session),
        )

    def count_slots(self) -> int:
        """How many chains we hold a place of."""
        row = self._db.fetch_one("SELECT count(*) FROM slot")
        return int(row[0]) if row else 0

    # Our own witnesses ----------------------------------------------------------

    def get(self, agent: str) -> KnownWitness | None:
        """One witness we know."""
        row = self._db.fetch_one(f"SELECT {_COLUMNS} FROM witness WHERE agent = ?", (agent,))
        return _witness(row) if row else None

    def list_all(self) -> list[KnownWitness]:
        """All witnesses we know, by name."""
        rows = self._db.fetch_all(f"SELECT {_COLUMNS} FROM witness ORDER BY name, agent")
        return [_witness(row) for row in rows]

    def put(self, one: KnownWitness) -> None:
        """Know a witness; a second time changes name and address, and `chosen` stays chosen."""
        self._db.execute(
            "INSERT INTO witness (agent, name, address, since, role, decides, votes)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET name = excluded.name, address = excluded.address,"
            " decides = excluded.decides, votes = excluded.votes,"
            " since = CASE role WHEN 'session' THEN excluded.since ELSE since END,"
            " role = CASE role WHEN 'chosen' THEN role ELSE excluded.role END",
            (
                one.agent,
                one.name,
                encode(one.address),
                one.since,
                one.role,
                one.decides,
                one.votes,
            ),
        )

    def choose(self, agent: str) -> None:
        """The person takes an offer."""
        self._db.execute("UPDATE witness SET role = 'chosen' WHERE agent = ?", (agent,))

    def drop(self, agent: str) -> None:
        """Forget a witness."""
        self._db.execute("DELETE FROM witness WHERE agent = ?", (agent,))

    def set_role(self, agent: str, role: str) -> None:
        """How we know it, from now on."""
        self._db.execute("UPDATE witness SET role = ? WHERE agent = ?", (role, agent))

    def forget_passing(self, most: int) -> None:
        """Keep the newest `most` of those whom only sessions name."""
        passing = "SELECT agent FROM witness WHERE role = 'session' ORDER BY since DESC, agent"
        self._db.execute(
            f"DELETE FROM witness WHERE agent IN ({passing} LIMIT -1 OFFSET ?)", (most,)
        )

    def note(
        self, agent: str, at: int, *, completed: int = 0, aborted: int = 0, silent: int = 0
    ) -> None:
        """Add to a witness's record; one we do not know has none."""
        self._db.execute(
            "UPDATE witness SET completed = completed + ?, aborted = aborted + ?,"
            " silent = silent + ?, last_at = CASE WHEN ? > 0 THEN last_at ELSE ? END"
            " WHERE agent = ?",
            (completed, aborted, silent, silent, at, agent),
        )


_COLUMNS = "agent, name, address, since, role, decides, votes, completed, aborted, silent, last_at"


def _witness(row: tuple[Any, ...]) -> KnownWitness:
    agent, name, address, since, role, decides, votes, *counts = row
    return KnownWitness(
        AgentId(agent),
        name,
        recall(address, NodeAddress),
        since,
        role,
        bool(decides),
        bool(votes),
        *counts,
    )
