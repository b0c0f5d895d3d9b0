"""Countersigning sessions: what decides, what was sent, what was collected, what happened."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from wallet.crypto.encoding import encode, recall
from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId
from wallet.crypto.signing import Signature
from wallet.model.errors import BugError
from wallet.protocol.countersign.preflight import Secrets
from wallet.protocol.countersign.signer import Session, State
from wallet.protocol.messages.countersigning import (
    PAPER,
    AbortEvidence,
    Certificate,
    Preflight,
    Response,
    SessionEntry,
    SignedVote,
    SlotEvidence,
)
from wallet.store.database import Database

Proof = SlotEvidence | AbortEvidence
SEATS = 16  # more than a session has signers
MOST_TOMBSTONES = 1_000
MOST_STEPS = 4_096
"""Letters of a session's steps, which a partner that asks and asks could lengthen for ever."""
LIVE = (State.ASKED, State.PROPOSED, State.PREPARED, State.COMMITTED, State.PARKED)
# What is live is loose: the condition of the small index stands first, word for word.
_STATES = "state IN (" + ", ".join(f"'{state.value}'" for state in LIVE) + ")"
_IS_LIVE = f"loose = 1 AND {_STATES}"
_COLUMNS = (
    "record, partner, subject, started_at, preflight, secret, entry, wait, data, text, proof,"
    " number, loose, length(steps), unasked"
)
_KEEP_PROMISED = (
    "INSERT INTO promised VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
    " SET seq = excluded.seq, session = excluded.session WHERE excluded.seq >= seq"
)


class SessionFile(Struct):
    """Everything we hold about one session; `record` is what its table decides by.

    `entry` is None where we are the enzyme; `proof` is what showed that it can never complete.
    """

    record: Session
    partner: AgentId
    subject: str
    started_at: int
    preflight: Preflight
    secrets: Secrets
    entry: SessionEntry | None
    wait: int
    data: Hash | None = None
    text: str = ""
    proof: SlotEvidence | AbortEvidence | None = None
    unasked: int = 0  # milli-units that count against a day's bound unless it comes to nothing
    blamed: str | None = None  # chit that a decline names; known only while that is worked on
    responses: dict[AgentId, Response] = field(default_factory=dict)
    signatures: dict[AgentId, Signature] = field(default_factory=dict)
    number: int = 0
    is_loose: bool = True
    said: int = 0  # letters of the steps that are written
    new_steps: str = ""

    def note(self, at: int, key: str, who: str = "") -> None:
        """Note what happened; `save` writes it."""
        signers = self.record.signers
        place = str(signers.index(AgentId(who))) if who in signers else who
        self.new_steps += f"{at} {key} {place}\n"

    def place(self, agent: AgentId) -> int:
        """Where what this signer sent is kept.  Raises `BugError`: it is no signer."""
        if agent not in self.record.signers:
            raise BugError("collected from somebody who is no signer")
        return self.number * SEATS + self.record.signers.index(agent)

    @property
    def secret(self) -> bytes:
        """The session secret k."""
        return self.secrets.k

    @property
    def is_signed_by_all(self) -> bool:
        """Whether every signer's session signature is here."""
        return all(agent in self.signatures for agent in self.record.signers)

    def certificate(self, votes: Sequence[SignedVote] = ()) -> Certificate:
        """The commit certificate from what was collected; of `votes`, as many as it needs.

        Raises:
            BugError: the session data is not known yet.
        """
        if self.data is None:
            raise BugError("no session data yet")
        commits = [one for one in votes if one.body.data == self.data]
        return Certificate(
            session=self.record.session,
            data=self.data,
            signatures=tuple(self.signatures[agent] for agent in self.record.signers),
            votes=tuple(commits[: self.preflight.needed]),
        )


class Sessions:
    """The rows of `session`, `paper`, `collect`, `tombstone` and `lock_use`."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.is_untidy = True  # nobody knows what came before us
        self._promised: dict[str, tuple[int, str]] | None = None  # since the last tidying

    def get(self, session: str) -> SessionFile | None:
        """One session with all that was collected."""
        sql = f"SELECT {_COLUMNS} FROM session WHERE session = ? AND loose = "
        row = self._db.fetch_one(f"{sql}1", (session,))
        if row is None:
            row = self._db.fetch_one(f"{sql}0", (session,))
        if row is None:
            return None
        entry: SessionEntry | None = None
        if row[6] is not None:
            entry = recall(row[6], SessionEntry)  # type: ignore[arg-type]
        found = SessionFile(
            record=recall(row[0], Session),
            partner=AgentId(row[1]),
            subject=row[2],
            started_at=row[3],
            preflight=recall(row[4], Preflight),
            secrets=Secrets.of(row[5]),
            entry=entry,
            wait=row[7],
            data=Hash(row[8]) if row[8] else None,
            text=row[9],
            proof=None if row[10] is None else recall(row[10], Proof),  # type: ignore[arg-type]
            number=row[11],
            is_loose=bool(row[12]),
            said=row[13],
            unasked=row[14],
        )
        first = found.number * SEATS
        for place, response, signature in self._db.fetch_all(
            "SELECT place, response, signature FROM collect WHERE place BETWEEN ? AND ?",
            (first, first + SEATS - 1),
        ):
            agent = found.record.signers[place - first]
            if response is not None:
                found.responses[agent] = recall(response, Response)
            if signature is not None:
                found.signatures[agent] = Signature.kept(signature)
        return found

    def add(self, one: SessionFile, now: int) -> None:
        """Write a new session."""
        self.is_untidy = True
        cursor = self._db.execute(
            "INSERT INTO session (session, state, partner, subject, started_at, changed_at, record,"
            " preflight, secret, entry, data, wait, text, unasked)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                one.record.session,
                one.record.state.value,
                one.partner,
                one.subject,
                one.started_at,
                now,
                encode(one.record),
                encode(one.preflight),
                one.secrets.raw,
                None if one.entry is None else encode(one.entry),
                one.data,
                one.wait,
                one.text,
                one.unasked,
            ),
        )
        one.number = cursor.lastrowid
        if one.record.kind == PAPER:
            self._db.execute("INSERT INTO paper VALUES (?)", (one.number,))

    def save(self, one: SessionFile, now: int) -> None:
        """Write what may have changed, and what was noted.

        Of what is noted again and again the first and the last stay.
        """
        self.is_untidy = True
        self._db.execute(
            "UPDATE session SET state = ?, changed_at = ?, record = ?, data = ?, text = ?,"
            " steps = steps || ? WHERE number = ?",
            (
                one.record.state.value,
                now,
                encode(one.record),
                one.data,
                one.text,
                one.new_steps,
                one.number,
            ),
        )
        one.said, one.new_steps = one.said + len(one.new_steps), ""
        if one.said > MOST_STEPS:
            self._shorten(one)
        if not one.is_loose and one.record.state in LIVE:
            self._db.execute("UPDATE session SET loose = 1 WHERE number = ?", (one.number,))
            one.is_loose = True

    def _shorten(self, one: SessionFile) -> None:
        row = self._db.fetch_one("SELECT steps FROM session WHERE number = ?", (one.number,))
        kept = _first_and_last(row[0] if row else "")
        self._db.execute("UPDATE session SET steps = ? WHERE number = ?", (kept, one.number))
        one.said = len(kept)

    def tidy(self) -> None:
        """Put those that are over into the index of those at rest, and keep who promised what."""
        for agent, (seq, session) in self._fresh().items():
            if self.get_response(session, agent) is not None:  # it was not rolled back
                self._db.execute(_KEEP_PROMISED, (agent, seq, session))
        self._promised = {}
        self._db.execute(f"UPDATE session SET loose = 0 WHERE loose = 1 AND NOT {_STATES}")

    def put_proof(self, one: SessionFile, proof: SlotEvidence | AbortEvidence) -> None:
        """Keep what showed that it can never complete; the first stays."""
        if one.proof is None:
            one.proof = proof
            self._db.execute(
                "UPDATE session SET proof = ? WHERE number = ?", (encode(proof), one.number)
            )

    def put_response(self, one: SessionFile, response: Response) -> None:
        """Keep a response; the first one stays."""
        agent = response.body.agent
        if agent in one.responses:
            return
        one.responses[agent] = response
        if agent != one.record.me:
            self._promise(self._fresh(), response)
        self._db.execute(
            "INSERT INTO collect (place, response) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET response = coalesce(response, excluded.response)",
            (one.place(agent), encode(response)),
        )

    def get_response(self, session: str, agent: str) -> Response | None:
        """What this signer promised in that session."""
        one = self.get(session)
        return None if one is None else one.responses.get(AgentId(agent))

    def get_promised(self, agent: str) -> tuple[int, str] | None:
        """The newest place of its chain that this agent promised, and in which session."""
        known = self._fresh().get(agent)
        if known is not None:
            return known
        row = self._db.fetch_one("SELECT seq, session FROM promised WHERE agent = ?", (agent,))
        return None if row is None else (row[0], row[1])

    def _fresh(self) -> dict[str, tuple[int, str]]:
        """What was promised since the last tidying: no payment waits for a page more."""
        if self._promised is None:
            self._promised = {}
            loose = self._db.fetch_all(
                "SELECT session FROM session WHERE loose = 1 ORDER BY number"
            )
            for one in (self.get(session) for (session,) in loose):
                for agent, response in one.responses.items() if one else ():
                    if one and agent != one.record.me:
                        self._promise(self._promised, response)
        return self._promised

    def _promise(self, known: dict[str, tuple[int, str]], response: Response) -> None:
        body = response.body
        if body.seq >= known.get(body.agent, (0, ""))[0]:
            known[body.agent] = (body.seq, body.session)

    def put_signature(self, one: SessionFile, agent: AgentId, signature: Signature) -> None:
        """Keep a session signature; a good one is never overwritten (F12)."""
        if agent in one.signatures:
            return
        one.signatures[agent] = signature
        self._db.execute(
            "INSERT INTO collect (place, signature) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET signature = coalesce(signature, excluded.signature)",
            (one.place(agent), signature),
        )

    def put_set(self, one: SessionFile, signatures: Sequence[Signature]) -> None:
        """Keep the signatures of a checked certificate, as they are: an enzyme signs over the set.

        One that came alone before may be another: a finalised action counts as a session signature.
        """
        for agent, signature in zip(one.record.signers, signatures, strict=True):
            if one.signatures.get(agent) != signature:
                one.signatures[agent] = signature
                self._db.execute(
                    "INSERT INTO collect (place, signature) VALUES (?, ?)"
                    " ON CONFLICT DO UPDATE SET signature = excluded.signature",
                    (one.place(agent), signature),
                )

    def list_live(self) -> list[str]:
        """Sessions that are not over."""
        rows = self._db.fetch_all(
            f"SELECT session FROM session WHERE {_IS_LIVE} ORDER BY changed_at"
        )
        return [row[0] for row in rows]

    def get_proposed(self) -> str | None:
        """Our own open proposal, if there is one."""
        row = self._db.fetch_one(
            f"SELECT session FROM session WHERE {_IS_LIVE} AND state = ?", (State.PROPOSED.value,)
        )
        return row[0] if row else None

    def get_last_agreed(self) -> int | None:
        """When the last session began (ms UTC) that completed: two clocks agreed on it."""
        # An old session that comes back to life is not worth a look at all of them each time.
        recent = "SELECT started_at, state FROM session ORDER BY number DESC LIMIT 20"
        row = self._db.fetch_one(
            f"SELECT max(started_at) FROM ({recent}) WHERE state = ?", (State.COMPLETED.value,)
        )
        return row[0] if row else None

    def count_asked(self, partner: AgentId) -> int:
        """How many of this partner's sessions wait for the person."""
        row = self._db.fetch_one(
            f"SELECT count(*) FROM session WHERE {_IS_LIVE} AND partner = ? AND state = ?",
            (partner, State.ASKED.value),
        )
        return int(row[0]) if row else 0

    def count_vain(self, partner: AgentId, since: int, until: int) -> int:
        """How many of this partner's questions came to nothing between these moments.

        Looks at the last thousand sessions only: more than an hour holds of such questions.
        """
        row = self._db.fetch_one(
            "SELECT count(*) FROM (SELECT partner, state, changed_at, record FROM session"
            " ORDER BY number DESC LIMIT 1000)"
            " WHERE partner = ? AND state = ? AND changed_at BETWEEN ? AND ?"
            " AND instr(CAST(record AS TEXT), '\"initiator\":false') > 0",
            (partner, State.CANCELLED.value, since, until),
        )
        return int(row[0]) if row else 0

    def bury(self, session: str, until: int) -> None:
        """This F can never live again."""
        self._db.execute("INSERT OR REPLACE INTO tombstone VALUES (?, ?)", (session, until))

    def bury_unknown(self, session: str, now: int, until: int) -> None:
        """The same for one we never heard of: anybody can name those, so only so many are kept."""
        self._db.execute("DELETE FROM tombstone WHERE until < ?", (now,))
        row = self._db.fetch_one("SELECT count(*) FROM tombstone")
        if row is not None and row[0] < MOST_TOMBSTONES:
            self.bury(session, until)

    def is_buried(self, session: str) -> bool:
        """Whether a tombstone stands."""
        return (
            self._db.fetch_one("SELECT 1 FROM tombstone WHERE session = ?", (session,)) is not None
        )

    def prune(self, now: int, before: int) -> None:
        """Drop tombstones whose time is over and sessions that came to nothing before `before`.

        A session in which we promised a place stays for ever: a promise that we do not know is how
        we see that this disk is an older copy (desks/disks.py).
        """
        self._db.execute("DELETE FROM tombstone WHERE until < ?", (now,))
        gone = self._db.fetch_all(
            "SELECT number FROM session WHERE state = ? AND changed_at < ?",
            (State.CANCELLED.value, before),
        )
        for (number,) in gone:
            first = number * SEATS
            self._db.execute(
                "DELETE FROM collect WHERE place BETWEEN ? AND ?", (first, first + SEATS - 1)
            )
            self._db.execute("DELETE FROM paper WHERE session = ?", (number,))
            self._db.execute("DELETE FROM session WHERE number = ?", (number,))
        # What an enzyme told those who never asked again: who is in doubt asks.
        decided = "SELECT session FROM session WHERE entry IS NULL AND changed_at < ?"
        self._db.execute(f"DELETE FROM outbox WHERE session IN ({decided})", (before,))
        self._db.execute("DELETE FROM lock_use WHERE at < ?", (before,))

    def put_lock_use(self, partner: AgentId, at: int, held: int) -> None:
        """A partner's session locked our chain for nothing."""
        self._db.execute("INSERT INTO lock_use VALUES (?, ?, ?)", (partner, at, held))

    def sum_lock_use(self, partner: AgentId, since: int, until: int) -> tuple[int, int]:
        """For how long between these moments, in milliseconds, and when the last one ended."""
        row = self._db.fetch_one(
            "SELECT coalesce(sum(held), 0), coalesce(max(at), 0) FROM lock_use"
            " WHERE partner = ? AND at BETWEEN ? AND ?",
            (partner, since, until),
        )
        return (int(row[0]), int(row[1])) if row else (0, 0)


def _first_and_last(steps: str) -> str:
    lines = steps.splitlines(keepends=True)
    said = [line.partition(" ")[2] for line in lines]
    first = {one: place for place, one in reversed(list(enumerate(said)))}
    last = {one: place for place, one in enumerate(said)}
    return "".join(lines[place] for place in sorted({*first.values(), *last.values()}))
