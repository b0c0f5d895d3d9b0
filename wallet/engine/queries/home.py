"""Home, the status bar, the notices, and who we are."""

from __future__ import annotations

from wallet.crypto.ids import AgentId
from wallet.engine.api.views import (
    HomeView,
    NeedView,
    NoticeView,
    Outcome,
    SessionState,
    SessionView,
    StatusView,
    WalletView,
)
from wallet.engine.desks import policy
from wallet.engine.desks.clocks import middle
from wallet.engine.queries.chits import list_latest
from wallet.engine.queries.now import Now
from wallet.engine.queries.parts import AgreementPart, read_part
from wallet.engine.queries.people import People
from wallet.engine.queries.sessions import list_sessions
from wallet.engine.queries.tallies import reserved_by_tally
from wallet.model.credit import FOIL, STOCK
from wallet.protocol.credit.chit import State as ChitStep
from wallet.protocol.credit.tally import State as TallyStep
from wallet.store.database import Database
from wallet.store.store import Store

DAY_MS = 86_400_000
DAYS_SHOWN = 90
LATEST_SHOWN = 8
NOTICES_SHOWN = 200
_ASKS = {"payment": "payment asked", "amend": "terms asked"}
CLOCK_OFF = "CLK-OFF"  # a problem that does not cut the connection
# One partner's clock may be wrong; three that say the same are right (ux.md, CLK-OFF).
_ENOUGH_CLOCKS = 3


def get_wallet(database: Database, now: Now) -> WalletView:
    """Return who we are."""
    head = Store(database).chains.get_head(AgentId(now.me))
    store = Store(database)
    return WalletView(
        name=now.name,
        account=now.account,
        agent=now.me,
        network=now.network,
        unit=now.unit,
        contact=now.contact,
        picture=now.picture,
        locked_by=now.locked_by,
        chain_length=0 if head is None else head.seq + 1,
        accept_per_day=policy.bound_of_all(store.facts),
        accepted_today=store.unasked.sum(policy.day_of(now.wall_ms)),
    )


def get_status(database: Database, now: Now) -> StatusView:
    """Return connection, running sessions, backup."""
    partners = [
        row[0]
        for row in database.fetch_all("SELECT DISTINCT partner FROM tally WHERE state = 'open'")
    ]
    waiting = database.fetch_one(
        "SELECT count(*) FROM chit WHERE loose = 1 AND state = ?", (ChitStep.WAITING.value,)
    )
    offsets = list(now.offsets.values())
    return StatusView(
        connected=bool(now.listening) and now.problem in ("", CLOCK_OFF),
        partners=len(partners),
        online=sum(agent in now.online for agent in partners),
        sessions=tuple(one for one in list_sessions(database, now) if not one.i_decide),
        waiting=waiting[0] if waiting else 0,
        backed_up=now.backed_up,
        listening=now.listening,
        problem=now.problem,
        unit=now.unit,
        clock_offset=middle(offsets) if len(offsets) >= _ENOUGH_CLOCKS else 0,
    )


def get_home(database: Database, now: Now) -> HomeView:
    """Return Home at one glance."""
    people = People(database, now)
    reserved = reserved_by_tally(database)
    can_pay = can_receive = owed = owing = count = 0
    for uuid, half, balance, body in database.fetch_all(
        "SELECT uuid, half, balance, agreement FROM tally JOIN terms ON terms.tally = uuid"
        " WHERE state = ?",
        (TallyStep.OPEN.value,),
    ):
        agreement = read_part(body, AgreementPart)
        mine, theirs = agreement.side(half), agreement.side(STOCK if half == FOIL else FOIL)
        can_pay += max(0, balance + theirs.terms.limit - reserved.get(uuid, 0))
        can_receive += max(0, mine.terms.limit - balance)
        owed += max(0, balance)
        owing += max(0, -balance)
        count += 1
    return HomeView(
        name=now.name,
        can_pay=can_pay,
        can_receive=can_receive,
        owed_to_me=owed,
        i_owe=owing,
        tallies=count,
        needs_me=(*_offers(database, people), *_session_needs(list_sessions(database, now))),
        latest=list_latest(database, LATEST_SHOWN),
        balance_days=balance_days(database, now, owed - owing),
        backed_up=now.backed_up,
    )


def balance_days(database: Database, now: Now, balance: int) -> tuple[tuple[int, int], ...]:
    """Return (start of the day in UTC, balance over all tallies at its end), 90 days, to today."""
    today = now.wall_ms - now.wall_ms % DAY_MS
    first = today - (DAYS_SHOWN - 1) * DAY_MS
    changes = _changes(database, first)
    # A partner's clock may run ahead: what is dated after today counts with today.
    changes[today] = sum(units for at, units in changes.items() if at >= today)
    days = []
    for day in range(today, first - DAY_MS, -DAY_MS):
        days.append((day, balance))
        balance -= changes.get(day, 0)
    return tuple(reversed(days))


def _changes(database: Database, since: int) -> dict[int, int]:
    """What each day changed: all chits by the index, less those that do not count.

    And those that are not in it yet: the balance, which is cut into days by this, knows them.
    """
    signed = "sum(CASE mine WHEN 1 THEN -units ELSE units END)"
    changes: dict[int, int] = dict(
        database.fetch_all(
            f"SELECT date - date % {DAY_MS} AS day, {signed} FROM chit INDEXED BY chit_by_date"
            " WHERE listed = 1 AND date >= ? GROUP BY day",
            (since,),
        )
    )
    others = [state.value for state in ChitStep if state is not ChitStep.GOOD]
    marks = ", ".join("?" * len(others))
    for day, units in database.fetch_all(
        f"SELECT date - date % {DAY_MS} AS day, {signed} FROM chit INDEXED BY chit_by_state"
        f" WHERE listed = 1 AND state IN ({marks}) AND date >= ? GROUP BY day",
        (*others, since),
    ):
        changes[day] -= units
    for day, units in database.fetch_all(
        f"SELECT date - date % {DAY_MS} AS day, {signed} FROM chit"
        " WHERE loose = 1 AND listed = 0 AND state = ? AND date >= ? GROUP BY day",
        (ChitStep.GOOD.value, since),
    ):
        changes[day] = changes.get(day, 0) + units
    return changes


def _offers(database: Database, people: People) -> list[NeedView]:
    rows = database.fetch_all(
        "SELECT uuid, partner, changed_at, agreement FROM tally JOIN terms ON terms.tally = uuid"
        " WHERE state = ? ORDER BY changed_at DESC",
        (TallyStep.RECEIVED.value,),
    )
    needs = []
    for uuid, partner, changed_at, body in rows:
        memo = read_part(body, AgreementPart).memo if body else ""
        needs.append(NeedView("offer", uuid, people.name(partner), memo=memo, at=changed_at))
    return needs


def _session_needs(sessions: tuple[SessionView, ...]) -> list[NeedView]:
    needs = []
    for one in sessions:
        stuck = one.outcome is Outcome.NOT_KNOWN
        if stuck or one.state is SessionState.ASKED:
            kind = "not known" if stuck else _ASKS.get(one.kind, "paper asked")
            at = one.ends_at if stuck else one.started_at
            needs.append(
                NeedView(kind, one.id, one.partner.name, one.amount, one.memo or one.title, at)
            )
    return needs


def list_notices(database: Database, now: Now) -> tuple[NoticeView, ...]:
    """Return the last 200 notices, newest first."""
    rows = database.fetch_all(
        "SELECT max(number), at, key, category, subject, partner, amount, reason FROM notice"
        " GROUP BY subject ORDER BY 1 DESC LIMIT ?",  # the other columns are those of the max
        (NOTICES_SHOWN,),
    )
    return tuple(
        NoticeView(
            number=number,
            at=at,
            key=key,
            category=category,
            subject=subject,
            partner=partner,
            amount=amount,
            seen=number <= now.seen_notice,
            reason=reason,
        )
        for number, at, key, category, subject, partner, amount, reason in rows
    )
