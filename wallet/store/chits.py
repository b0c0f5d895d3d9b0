"""Chits, their proofs, and the links of the tally chains."""

from __future__ import annotations

from typing import cast

from msgspec import Struct

from wallet.crypto.encoding import encode, recall
from wallet.crypto.hashing import Hash, digest
from wallet.model.credit import Chit
from wallet.protocol.credit.chit import Payment, State
from wallet.store.database import Database


class ChitFile(Struct):
    """One chit and what decides about it; `tally` is the tally's uuid."""

    record: Payment
    chit: Chit
    tally: str
    partner_name: str
    place: int = 0
    balance_after: int = 0
    sealed: bool = False
    id: int = 0
    is_loose: bool = True
    sealed_by: str | None = None

    @property
    def uuid(self) -> str:
        """The chit's key."""
        return self.record.uuid


class Link(Struct, frozen=True):
    """One link of a tally chain."""

    place: int
    chit: Hash
    hash: Hash


def _step(one: ChitFile, now: int) -> str:
    return f"{now} {one.record.state.value}\n"


CHIT = "chit"
OPEN = (State.NEW, State.WAITING, State.ASKED, State.SIGNING, State.UNKNOWN)
_IS_OPEN = "state IN (" + ", ".join(f"'{state.value}'" for state in OPEN) + ")"
_COLUMNS = "record, body, tally, partner_name, place, balance_after, sealed, id, loose, sealed_by"


class Chits:
    """The rows of `chit`, `chit_text`, `proof` and `link`."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.is_untidy = True
        """Whether there may be rows that `tidy` would touch: nobody knows what came before us."""

    def get(self, uuid: str) -> ChitFile | None:
        """By its uuid; within a transaction always the same object."""
        if known := self._db.kept.get((CHIT, uuid)):
            return cast("ChitFile", known)
        return self._one("uuid = ? AND loose = 1", uuid) or self._one(
            "uuid = ? AND loose = 0", uuid
        )

    def get_by_digest(self, found: str) -> ChitFile | None:
        """By its hash."""
        # Those that are loose are few, and have no index by their hash.
        return self._one("digest = ? AND loose = 0", found) or self._one(
            "digest = ? AND loose = 1", found
        )

    def save(self, one: ChitFile, now: int) -> None:
        """Write it, new or changed."""
        self.is_untidy = True
        self._db.keep(CHIT, one.uuid, one)
        if one.id:
            self._db.execute(
                "UPDATE chit SET state = ?, session = ?, place = ?, balance_after = ?, sealed = ?,"
                " changed_at = ?, record = ?, steps = steps || ? WHERE id = ?",
                (
                    one.record.state.value,
                    one.record.session,
                    one.place,
                    one.balance_after,
                    int(one.sealed),
                    now,
                    encode(one.record),
                    _step(one, now),
                    one.id,
                ),
            )
            if not one.is_loose and one.record.state in OPEN:
                self._db.execute("UPDATE chit SET loose = 1 WHERE id = ?", (one.id,))
                one.is_loose = True
        else:
            self._insert(one, now)

    def _insert(self, one: ChitFile, now: int) -> None:
        chit = one.chit
        cursor = self._db.execute(
            "INSERT INTO chit (uuid, tally, digest, mine, units, date, memo, ref, partner_name,"
            " state, session, place, balance_after, sealed, changed_at, record, body, steps)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                one.uuid,
                one.tally,
                digest(chit),
                int(one.record.mine),
                chit.units,
                chit.date,
                chit.memo,
                chit.ref,
                one.partner_name,
                one.record.state.value,
                one.record.session,
                one.place,
                one.balance_after,
                int(one.sealed),
                now,
                encode(one.record),
                encode(chit),
                _step(one, now),
            ),
        )
        one.id = cursor.lastrowid

    def tidy(self) -> None:
        """Put new chits into the lists and the search, and those at rest into their indexes.

        Not in a transaction that has read or written any.
        """
        self._db.execute(
            "INSERT INTO chit_text (rowid, memo, ref, partner_name)"
            " SELECT id, memo, ref, partner_name FROM chit WHERE loose = 1 AND listed = 0"
        )
        self._db.execute("UPDATE chit SET listed = 1 WHERE loose = 1 AND listed = 0")
        self._db.execute(f"UPDATE chit SET loose = 0 WHERE loose = 1 AND NOT {_IS_OPEN}")

    def put_place(self, one: ChitFile, place: int, balance_after: int) -> None:
        """Its place in the tally chain, and the balance after it in that order."""
        one.place, one.balance_after = place, balance_after
        self._db.execute(
            "UPDATE chit SET place = ?, balance_after = ? WHERE id = ?",
            (place, balance_after, one.id),
        )

    def _one(self, where: str, value: str) -> ChitFile | None:
        row = self._db.fetch_one(f"SELECT {_COLUMNS} FROM chit WHERE {where}", (value,))
        if row is None:
            return None
        record = recall(row[0], Payment)
        if known := self._db.kept.get((CHIT, record.uuid)):
            return cast("ChitFile", known)
        one = ChitFile(
            record=record,
            chit=recall(row[1], Chit),
            tally=row[2],
            partner_name=row[3],
            place=row[4],
            balance_after=row[5],
            sealed=bool(row[6]),
            id=row[7],
            is_loose=bool(row[8]),
            sealed_by=row[9],
        )
        self._db.keep(CHIT, one.uuid, one)
        return one

    # Proofs ------------------------------------------------------------------

    def put_sealing(self, one: ChitFile, session: str) -> None:
        """This session of ours proves the chit; the first one that does stays."""
        if one.sealed_by is None:
            one.sealed_by = session
            self._db.execute("UPDATE chit SET sealed_by = ? WHERE id = ?", (session, one.id))

    def put_proof(self, found: Hash, kind: str, body: bytes) -> None:
        """Keep a proof from elsewhere, or a bare one; the first one of a kind stays."""
        self._db.execute("INSERT OR IGNORE INTO proof VALUES (?, ?, ?)", (found, kind, body))

    def get_proof(self, found: Hash, kind: str) -> bytes | None:
        """A proof of this kind."""
        row = self._db.fetch_one(
            "SELECT body FROM proof WHERE digest = ? AND kind = ?", (found, kind)
        )
        return None if row is None else row[0]

    def is_sealed(self, one: ChitFile) -> bool:
        """Whether a session proves it, ours or another."""
        if one.sealed_by is not None:
            return True
        return self.get_proof(digest(one.chit), "sealed") is not None

    # Links -------------------------------------------------------------------

    def put_link(self, tally: str, link: Link) -> None:
        """Write or rewrite the link at its place."""
        self._db.execute(
            "INSERT OR REPLACE INTO link VALUES (?, ?, ?, ?)",
            (tally, link.place, link.chit, link.hash),
        )

    def get_link(self, tally: str, place: int) -> Link | None:
        """The link at this place."""
        row = self._db.fetch_one(
            "SELECT place, chit, hash FROM link WHERE tally = ? AND place = ?", (tally, place)
        )
        return None if row is None else Link(row[0], Hash(row[1]), Hash(row[2]))

    def list_links(self, tally: str, first: int, most: int = -1) -> list[Link]:
        """The links from this place on, in order."""
        rows = self._db.fetch_all(
            "SELECT place, chit, hash FROM link WHERE tally = ? AND place >= ?"
            " ORDER BY place LIMIT ?",
            (tally, first, most),
        )
        return [Link(row[0], Hash(row[1]), Hash(row[2])) for row in rows]
