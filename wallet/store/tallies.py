"""Tallies, partners and invitations."""

from __future__ import annotations

from typing import cast

from msgspec import Struct

from wallet.crypto.encoding import encode, recall
from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId
from wallet.crypto.signing import Signature
from wallet.model.credit import Agreement
from wallet.model.network import NodeAddress
from wallet.protocol.credit.consensus import Books
from wallet.protocol.credit.tally import Tally
from wallet.store.database import Database


class TallyFile(Struct):
    """Everything we hold about one tally but its chits."""

    record: Tally
    account: str
    created_at: int
    agreement: Agreement | None = None
    my_signature: Signature | None = None
    partner_signature: Signature | None = None
    contract: str = ""
    former: Agreement | None = None
    former_contract: str = ""  # its text, where it was another
    amendment: Agreement | None = None  # what we want instead, while it waits or is asked
    amendment_contract: str = ""
    books: Books | None = None
    balance: int = 0
    chits: int = 0
    auto_accept: bool = True
    accept_chit: int | None = None  # accepted unasked up to this; None: no bound of its own
    accept_day: int | None = None
    partner_asks: bool = False
    asks_number: int = 0
    invitation: str | None = None

    @property
    def uuid(self) -> str:
        """The tally's key."""
        return self.record.uuid


TALLY = "tally"
_COLUMNS = (
    "record, account, created_at, agreement, my_signature, partner_signature, contract, former,"
    " books, balance, chits, auto_accept, partner_asks, asks_number, invitation,"
    " amendment, amendment_contract, accept_chit, accept_day, former_contract"
)


class Tallies:
    """The rows of `tally` and `terms`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, uuid: str) -> TallyFile | None:
        """By its uuid; within a transaction always the same object."""
        return self._db.kept.get((TALLY, uuid)) or self._one("uuid", uuid)

    def get_by_digest(self, digest: str) -> TallyFile | None:
        """By the agreement that stands: block 0 when it is open."""
        for (table, _), one in self._db.kept.items():
            if table == TALLY and one.record.digest == digest:
                return cast("TallyFile", one)
        return self._one("digest", digest)

    def list_by_partner(self, agent: AgentId) -> list[str]:
        """The uuids of all tallies with this partner."""
        rows = self._db.fetch_all("SELECT uuid FROM tally WHERE partner = ?", (agent,))
        return [row[0] for row in rows]

    def list_open(self) -> list[str]:
        """The uuids of all open tallies."""
        return [row[0] for row in self._db.fetch_all("SELECT uuid FROM tally WHERE state = 'open'")]

    def list_naming(self, agent: str) -> list[str]:
        """The uuids of tallies, not void, in whose terms this agent has any part."""
        rows = self._db.fetch_all(
            # Agreements are canonical JSON, and no id is part of another.
            "SELECT uuid FROM tally JOIN terms ON terms.tally = uuid WHERE state != 'void' AND"
            " (instr(CAST(agreement AS TEXT), ?) OR instr(CAST(amendment AS TEXT), ?))",
            (agent, agent),
        )
        return [row[0] for row in rows]

    def has_partner(self, agent: AgentId) -> bool:
        """Whether there is, or was, a tally or an offer with this agent."""
        return (
            self._db.fetch_one("SELECT 1 FROM tally WHERE partner = ? LIMIT 1", (agent,))
            is not None
        )

    def save(self, one: TallyFile, now: int) -> None:
        """Write it, new or changed."""
        record = one.record
        self._db.keep(TALLY, one.uuid, one)
        self._db.execute(
            "INSERT INTO tally (uuid, state, partner, account, half, digest, balance, chits,"
            " auto_accept, partner_asks, asks_number, created_at, changed_at, invitation, record,"
            " books, accept_chit, accept_day)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (uuid) DO UPDATE SET state = excluded.state, partner = excluded.partner,"
            " account = excluded.account, half = excluded.half, digest = excluded.digest,"
            " balance = excluded.balance, chits = excluded.chits,"
            " auto_accept = excluded.auto_accept, partner_asks = excluded.partner_asks,"
            " asks_number = excluded.asks_number, changed_at = excluded.changed_at,"
            " invitation = excluded.invitation, record = excluded.record, books = excluded.books,"
            " accept_chit = excluded.accept_chit, accept_day = excluded.accept_day",
            (
                record.uuid,
                record.state.value,
                record.partner,
                one.account,
                record.half,
                record.digest,
                one.balance,
                one.chits,
                int(one.auto_accept),
                int(one.partner_asks),
                one.asks_number,
                one.created_at,
                now,
                one.invitation,
                encode(record),
                encode(one.books) if one.books else None,
                one.accept_chit,
                one.accept_day,
            ),
        )
        self._save_terms(one)

    def _save_terms(self, one: TallyFile) -> None:
        self._db.execute(
            "INSERT INTO terms (tally, agreement, my_signature, partner_signature, contract,"
            " former, former_contract, amendment, amendment_contract)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tally) DO UPDATE SET"
            " agreement = excluded.agreement, my_signature = excluded.my_signature,"
            " partner_signature = excluded.partner_signature, contract = excluded.contract,"
            " former = excluded.former, former_contract = excluded.former_contract,"
            " amendment = excluded.amendment,"
            " amendment_contract = excluded.amendment_contract",
            (
                one.uuid,
                encode(one.agreement) if one.agreement else None,
                one.my_signature,
                one.partner_signature,
                one.contract,
                encode(one.former) if one.former else None,
                one.former_contract,
                encode(one.amendment) if one.amendment else None,
                one.amendment_contract,
            ),
        )

    def save_books(self, one: TallyFile, now: int) -> None:
        """Write only what a chit or a step of consensus changes."""
        self._db.keep(TALLY, one.uuid, one)
        self._db.execute(
            "UPDATE tally SET balance = ?, chits = ?, changed_at = ?, books = ? WHERE uuid = ?",
            (one.balance, one.chits, now, encode(one.books) if one.books else None, one.uuid),
        )

    def _one(self, column: str, value: str) -> TallyFile | None:
        row = self._db.fetch_one(
            f"SELECT {_COLUMNS} FROM tally JOIN terms ON tally = uuid WHERE {column} = ?", (value,)
        )
        if row is None:
            return None
        record = recall(row[0], Tally)
        if known := self._db.kept.get((TALLY, record.uuid)):
            return cast("TallyFile", known)
        one = TallyFile(
            record=record,
            account=row[1],
            created_at=row[2],
            agreement=recall(row[3], Agreement) if row[3] else None,
            my_signature=Signature(row[4]) if row[4] else None,
            partner_signature=Signature(row[5]) if row[5] else None,
            contract=row[6],
            former=recall(row[7], Agreement) if row[7] else None,
            books=recall(row[8], Books) if row[8] else None,
            balance=row[9],
            chits=row[10],
            auto_accept=bool(row[11]),
            partner_asks=bool(row[12]),
            asks_number=row[13],
            invitation=row[14],
            amendment=recall(row[15], Agreement) if row[15] else None,
            amendment_contract=row[16],
            accept_chit=row[17],
            accept_day=row[18],
            former_contract=row[19],
        )
        self._db.keep(TALLY, one.uuid, one)
        return one


class Unasked:
    """The rows of `unasked`: what was accepted without asking, by tally and UTC day."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, tally: str, day: int, units: int) -> None:
        """Count milli-units of this day; below zero: they came to nothing."""
        self._db.execute(
            "INSERT INTO unasked VALUES (?, ?, max(0, ?)) ON CONFLICT DO UPDATE"
            " SET units = max(0, units + ?)",
            (tally, day, units, units),
        )

    def sum(self, day: int, tally: str | None = None) -> int:
        """What this day has seen so far, on this tally or on all."""
        row = self._db.fetch_one(
            "SELECT coalesce(sum(units), 0) FROM unasked"
            " WHERE day = ?1 AND (?2 IS NULL OR tally = ?2)",
            (day, tally),
        )
        return int(row[0]) if row else 0

    def prune(self, before: int) -> None:
        """Forget the days before this one."""
        self._db.execute("DELETE FROM unasked WHERE day < ?", (before,))


class Partner(Struct, frozen=True):
    """Who is at the other end, and where they were last to be reached."""

    agent: AgentId
    account: str
    name: str
    contact: str = ""
    picture: bytes = b""
    address: NodeAddress | None = None
    issued: int = 0


class Partners:
    """The rows of `partner`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, agent: AgentId) -> Partner | None:
        """One partner."""
        row = self._db.fetch_one(
            "SELECT account, name, contact, picture, address, issued FROM partner WHERE agent = ?",
            (agent,),
        )
        if row is None:
            return None
        address = recall(row[4], NodeAddress) if row[4] else None
        return Partner(agent, row[0], row[1], row[2], row[3], address, row[5])

    def list_agents(self) -> list[AgentId]:
        """All partners' keepers."""
        return [AgentId(row[0]) for row in self._db.fetch_all("SELECT agent FROM partner")]

    def save(self, one: Partner) -> None:
        """Write it, new or changed."""
        self._db.execute(
            "INSERT INTO partner (agent, account, name, contact, picture, address, issued)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (agent) DO UPDATE SET"
            " name = excluded.name, contact = excluded.contact, picture = excluded.picture,"
            " address = excluded.address, issued = excluded.issued",
            (
                one.agent,
                one.account,
                one.name,
                one.contact,
                one.picture,
                encode(one.address) if one.address else None,
                one.issued,
            ),
        )

    def put_seen(self, agent: AgentId, at: int) -> None:
        """A link to it stands, or stood until now."""
        self._db.execute("UPDATE partner SET seen_at = ? WHERE agent = ?", (at, agent))


class InvitationFile(Struct):
    """One invitation of ours."""

    id: Hash
    key: AgentId
    code: str
    whom: str
    draft: bytes
    contract: str
    uses: int
    created_at: int
    expires_at: int
    used: int = 0
    state: str = "out"
    open_unseen: bool = False


class Invitations:
    """The rows of `invitation`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, found: str) -> InvitationFile | None:
        """One invitation."""
        row = self._db.fetch_one(
            "SELECT id, key, code, whom, draft, contract, uses, created_at, expires_at, used,"
            " state, open_unseen FROM invitation WHERE id = ?",
            (found,),
        )
        if row is None:
            return None
        return InvitationFile(
            id=Hash(row[0]),
            key=AgentId(row[1]),
            code=row[2],
            whom=row[3],
            draft=row[4],
            contract=row[5],
            uses=row[6],
            created_at=row[7],
            expires_at=row[8],
            used=row[9],
            state=row[10],
            open_unseen=bool(row[11]),
        )

    def save(self, one: InvitationFile) -> None:
        """Write it, new or changed."""
        self._db.execute(
            "INSERT INTO invitation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET state = excluded.state, used = excluded.used",
            (
                one.id,
                one.state,
                one.key,
                one.code,
                one.whom,
                one.draft,
                one.contract,
                one.uses,
                one.used,
                int(one.open_unseen),
                one.created_at,
                one.expires_at,
            ),
        )
