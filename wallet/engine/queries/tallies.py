"""Tallies as rows and pages."""

from __future__ import annotations

from typing import Any

from wallet.crypto.encoding import recall
from wallet.crypto.hashing import Hash
from wallet.engine.api.views import (
    Contract,
    Direction,
    Outcome,
    PersonView,
    SideTerms,
    TallyState,
    TallyView,
    TermsView,
)
from wallet.engine.desks.policy import day_of
from wallet.engine.queries.now import OFFER_TIMER, Now
from wallet.engine.queries.parts import (
    AgreementPart,
    BooksPart,
    EntryPart,
    TallyPart,
    TermsPart,
    read_part,
)
from wallet.engine.queries.people import People
from wallet.engine.queries.sessions import list_live_facts
from wallet.model.contracts import contract_text
from wallet.model.credit import ALONE, Signing, other_half
from wallet.model.errors import NotFound
from wallet.protocol.credit.tally import machine
from wallet.store.database import Database

_COLUMNS = (
    "uuid, state, partner, account, digest, balance, chits, auto_accept, changed_at, record,"
    " agreement, books, accept_chit, accept_day"
)
# What is open is loose, and that is little: no index holds it in the order of tallies.
RESERVED_SQL = (
    "SELECT tally, sum(units) FROM chit INDEXED BY chit_loose"
    " WHERE loose = 1 AND state IN ('signing', 'unknown') AND mine = 1 GROUP BY tally"
)
_FROM = "FROM tally JOIN terms ON terms.tally = uuid"
_DIRECTIONS = {"stock": Direction.THEY_OWE_ME, "foil": Direction.I_OWE_THEM}


def list_tallies(database: Database, now: Now) -> tuple[TallyView, ...]:
    """Return every tally, drafts and void ones included, latest change first."""
    rows = database.fetch_all(f"SELECT {_COLUMNS} {_FROM} ORDER BY changed_at DESC, uuid")
    tell = _Teller(database, now)
    return tuple(tell.view(row) for row in rows)


def get_tally(database: Database, now: Now, tally: str) -> TallyView:
    """Return one tally.  Raises `NotFound`."""
    row = database.fetch_one(f"SELECT {_COLUMNS} {_FROM} WHERE uuid = ?", (tally,))
    if row is None:
        raise NotFound("tally", tally)
    return _Teller(database, now).view(row)


def get_terms(database: Database, _: Now, tally: str) -> TermsView:
    """Return the agreement that stands, with the one that stood before.  Raises `NotFound`."""
    row = database.fetch_one(
        "SELECT agreement, record, digest, contract, my_signature, partner_signature, former,"
        f" state, former_contract {_FROM} WHERE uuid = ?",
        (tally,),
    )
    if row is None or row[0] is None:
        raise NotFound("terms", tally)
    part = read_part(row[1], TallyPart)
    half = part.half
    is_open = row[7] == TallyState.OPEN.value
    former = read_part(row[6], AgreementPart) if row[6] else None
    return _terms(
        tally,
        half,
        read_part(row[0], AgreementPart),
        digest=part.standing or row[2] or "",
        contract=row[3],
        signed=(is_open or row[4] is not None, is_open or row[5] is not None),
        before=_terms(tally, half, former, contract=row[8]) if former else None,
    )


def get_amendment(database: Database, _: Now, tally: str) -> TermsView:
    """Return other terms that are under way, and before them those that stand.

    Raises `NotFound`.
    """
    row = database.fetch_one(
        f"SELECT agreement, record, contract, amendment, amendment_contract {_FROM} WHERE uuid = ?",
        (tally,),
    )
    part = read_part(row[1], TallyPart) if row else TallyPart("")
    if row is None or (part.amending is None and part.session is None):
        raise NotFound("change of terms", tally)
    standing = read_part(row[0], AgreementPart)
    if part.amending is not None:
        wanted, contract, signed = read_part(row[3], AgreementPart), row[4], True
    else:
        asked = database.fetch_one(
            "SELECT entry FROM session WHERE session = ? AND loose = 1", (part.session,)
        )
        entry = read_part(asked[0], EntryPart) if asked else EntryPart()
        wanted, contract, signed = entry.agreement or standing, entry.contract, part.doubt
    before = _terms(tally, part.half, standing, digest=part.standing or "", contract=row[2])
    return _terms(
        tally,
        part.half,
        wanted,
        digest=part.amending or "",
        contract=contract_text(contract or row[2], Hash(wanted.agree)),
        signed=(signed, part.amending is None),
        before=before,
        session=part.session or "",
    )


def side_terms(part: TermsPart) -> SideTerms:
    """What one side grants, as a view."""
    return SideTerms(limit=part.limit, call_days=part.call)


def title_of(text: str) -> str:
    """A contract's first line, at most 80 characters: its title."""
    return text.strip().partition("\n")[0][:80]


def reserved_by_tally(database: Database) -> dict[str, int]:
    """What we pay and is being signed or not known yet, by tally."""
    return dict(database.fetch_all(RESERVED_SQL))


class _Teller:
    """Puts rows into views; reads what they share once."""

    def __init__(self, database: Database, now: Now) -> None:
        self._now = now
        self._people = People(database, now)
        self._unasked: dict[str, int] = dict(
            database.fetch_all(
                "SELECT tally, units FROM unasked WHERE day = ?", (day_of(now.wall_ms),)
            )
        )
        self._reserved = reserved_by_tally(database)
        self._live = {fact.tally: fact for fact in list_live_facts(database)}

    def view(self, row: tuple[Any, ...]) -> TallyView:
        uuid, state, partner, account, digest, balance, chits, auto, changed_at, record = row[:10]
        part = read_part(record, TallyPart)
        agreement = read_part(row[10], AgreementPart) if row[10] else None
        books = read_part(row[11], BooksPart) if row[11] else None
        mine = agreement.side(part.half).terms if agreement else TermsPart(0)
        theirs = _theirs(agreement, part.half).terms if agreement else TermsPart(0)
        live = self._live.get(uuid)
        left = self._now.remaining(machine.name, uuid, OFFER_TIMER)
        return TallyView(
            id=uuid,
            state=TallyState(state),
            partner=self._person(partner, account, agreement, part.half),
            direction=_DIRECTIONS[part.half],
            balance=balance,
            reserved=self._reserved.get(uuid, 0),
            we_may_owe=theirs.limit,
            they_may_owe=mine.limit,
            memo=agreement.memo if agreement else "",
            unit=agreement.unit if agreement else "",
            revision=part.revision,
            digest=digest or "",
            chits=chits,
            head=(books.hash or books.tally) if books else "",
            confirmed=books.confirmed if books else 0,
            auto_accept=bool(auto),
            accept_per_chit=row[12],
            accept_per_day=row[13],
            accepted_today=self._unasked.get(uuid, 0),
            changed_at=changed_at,
            expires_at=0 if left is None else self._now.wall_ms + left,
            session=live.session if live else "",
            needs_me=state == TallyState.RECEIVED.value
            or (live is not None and (live.asks_me or live.outcome is Outcome.NOT_KNOWN)),
            reason=part.reason,
            call_days=mine.call,
            amending=part.amending is not None,
            in_doubt=part.doubt,
        )

    def _person(
        self, agent: str, account: str, agreement: AgreementPart | None, half: str
    ) -> PersonView:
        if agreement is None:
            return self._people.view(agent, account)
        party = _theirs(agreement, half).party
        return self._people.view(agent, account, party.name, party.contact)


def _theirs(agreement: AgreementPart, half: str) -> Any:
    return agreement.side(other_half("stock" if half == "stock" else "foil"))


def _terms(
    tally: str,
    half: str,
    agreement: AgreementPart,
    *,
    digest: str = "",
    contract: str = "",
    signed: tuple[bool, bool] = (False, False),
    before: TermsView | None = None,
    session: str = "",
) -> TermsView:
    return TermsView(
        tally=tally,
        digest=digest,
        revision=agreement.revision,
        date=agreement.date,
        memo=agreement.memo,
        contract=Contract(title=title_of(contract), text=contract, digest=agreement.agree),
        direction=_DIRECTIONS[half],
        mine=side_terms(agreement.side(half).terms),
        theirs=side_terms(_theirs(agreement, half).terms),
        signed_by_me=signed[0],
        signed_by_partner=signed[1],
        before=before,
        signing=recall(bytes(agreement.signing), Signing) if agreement.signing else ALONE,
        session=session,
    )
