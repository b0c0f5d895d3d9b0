"""Countersigning sessions as a screen shows them (ux.md 5.10, 5.11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from wallet.crypto.encoding import decode
from wallet.engine.api.views import Outcome, SessionAct, SessionState, SessionView, StepView
from wallet.engine.api.views_signing import DeciderView, SignerView
from wallet.engine.queries.now import ASK_TIMER, END_TIMER, Now
from wallet.engine.queries.parts import EntryPart, PreflightPart, SignedVotePart, read_part
from wallet.engine.queries.people import People
from wallet.model.errors import NotFound
from wallet.protocol.countersign import signer
from wallet.protocol.countersign.signer import Session, State, machine
from wallet.store.database import Database
from wallet.store.sessions import SEATS

ENDED_SHOWN = 100
PAPERS_SHOWN = 200
# Two clocks read a moment apart: below this the end as it was set is the end.
_SAME_MS = 1_000
_COLUMNS = (
    "s.session, s.state, s.partner, s.subject, s.started_at, s.record, s.preflight, s.entry,"
    " s.wait, s.text, s.steps, coalesce(n.tally, c.tally)"
)
_FROM = (
    "FROM session s LEFT JOIN chit n ON n.uuid = s.subject AND n.loose = 1"
    " LEFT JOIN chit c ON c.uuid = s.subject AND c.loose = 0"
)
_LIVE = (State.ASKED, State.PROPOSED, State.PREPARED, State.COMMITTED, State.PARKED)
_DONE = (State.COMPLETED, State.PAID)
_OVER = (*_DONE, State.RELEASED, State.ABORTED, State.CANCELLED)
_LIVE_MARKS = ", ".join(f"'{state.value}'" for state in _LIVE)
# Which facts stand behind a line of progress; the first that happened gives the time.
_FACTS = {
    "asked": ("asked",),
    "accepted": ("accepted", "locked"),
    "signed_me": ("signed", "completed", "paid"),
    "signed_partner": ("signature-of-partner", "certificate", "completed", "paid"),
    "agreed": ("completed", "paid"),
}
_COMPLETER_STEPS = ("asked", "accepted", "signed_partner", "signed_me", "agreed")
_OTHER_STEPS = ("asked", "accepted", "signed_me", "signed_partner", "agreed")

Said = tuple[int, str, str]


class LiveFact(Struct, frozen=True):
    """What a list of tallies wants to know of a session that is not over."""

    session: str
    tally: str
    outcome: Outcome
    asks_me: bool


def list_sessions(database: Database, now: Now, *, ended: bool = False) -> tuple[SessionView, ...]:
    """Return the sessions that run or are not known yet; with `ended`, the last 100 too."""
    live = database.fetch_all(
        f"SELECT {_COLUMNS} {_FROM} WHERE s.loose = 1 AND s.state IN ({_LIVE_MARKS})"
        " ORDER BY s.started_at"
    )
    rows = [*live, *_ended_rows(database)] if ended else live
    people = People(database, now) if rows else None
    return tuple(_view(database, now, people, row) for row in rows if people)


def get_session(database: Database, now: Now, session: str) -> SessionView:
    """Return one session.  Raises `NotFound`."""
    return _view(database, now, People(database, now), _row(database, session))


def list_papers(database: Database, now: Now) -> tuple[SessionView, ...]:
    """Return the papers we were asked to sign or asked others to, newest first."""
    people = People(database, now)
    numbers = "SELECT session FROM paper ORDER BY session DESC LIMIT ?"
    rows = database.fetch_all(
        f"SELECT {_COLUMNS} {_FROM} WHERE s.number IN ({numbers}) ORDER BY s.number DESC",
        (PAPERS_SHOWN,),
    )
    return tuple(_view(database, now, people, row) for row in rows)


def list_steps(database: Database, session: str) -> list[Said]:
    """Return what happened in a session: when, the sentence's name, who said it.

    Raises `NotFound`.
    """
    row = _row(database, session)
    return _said(decode(row[5], Session), row[10])


def list_live_facts(database: Database) -> list[LiveFact]:
    """Return what is not over: which tally it is for, and whether it waits for the person."""
    rows = database.fetch_all(
        f"SELECT s.session, s.record, coalesce(n.tally, c.tally, s.subject) {_FROM}"
        f" WHERE s.loose = 1 AND s.state IN ({_LIVE_MARKS}) ORDER BY s.started_at"
    )
    facts = []
    for session, data, tally in rows:
        record = decode(data, Session)
        asks_me = record.state is State.ASKED
        facts.append(LiveFact(session, tally, outcome_of(record), asks_me))
    return facts


def outcome_of(record: Session) -> Outcome:
    """Done, not done, not known, or still running (H5)."""
    if record.state in _DONE:
        return Outcome.DONE
    if record.state in _OVER:
        return Outcome.NOT_DONE
    if record.state is State.PARKED or (record.state is State.COMMITTED and record.past_end):
        return Outcome.NOT_KNOWN
    return Outcome.RUNNING


def acts_of(record: Session) -> tuple[SessionAct, ...]:
    """Return what the table allows the person to do now."""
    stuck = outcome_of(record) is Outcome.NOT_KNOWN
    asked = (
        (SessionAct.ACCEPT, signer.Accept()),
        (SessionAct.DECLINE, signer.Decline()),
        (SessionAct.STOP, signer.Stop()),
        (SessionAct.ASK_NOW, signer.AskDue() if stuck else None),
        (SessionAct.GO_ON, signer.GoOn()),
        (SessionAct.STOP_WAITING, signer.StopWaiting()),
        (SessionAct.PAY_ANYWAY, signer.PayAnyway()),
    )
    return tuple(act for act, given in asked if given and machine.allows(record, given))


def _row(database: Database, session: str) -> tuple[Any, ...]:
    row, sql = None, f"SELECT {_COLUMNS} {_FROM} WHERE s.session = ? AND s.loose = "
    for loose in "10":
        row = row or database.fetch_one(sql + loose, (session,))
    if row is None:
        raise NotFound("session", session)
    return row


def _said(record: Session, lines: str) -> list[Said]:
    return [
        (int(at), key, record.signers[int(who)] if who.isdigit() else who)
        for at, key, who in (line.split(" ") for line in lines.splitlines())
    ]


def _ended_rows(database: Database) -> Sequence[tuple[Any, ...]]:
    # From the end of the table, which is in the order of their coming: most of them have ended.
    numbers = f"SELECT number FROM session WHERE state NOT IN ({_LIVE_MARKS})"
    return database.fetch_all(
        f"SELECT {_COLUMNS} {_FROM} WHERE s.number IN ({numbers} ORDER BY number DESC LIMIT ?)"
        " ORDER BY s.changed_at DESC, s.number DESC",
        (ENDED_SHOWN,),
    )


def _view(database: Database, now: Now, people: People, row: tuple[Any, ...]) -> SessionView:
    session, _, partner, subject, started_at, data, preflight, body, wait, text, said, tally = row
    record = decode(data, Session)
    entry = read_part(body, EntryPart) if body else EntryPart()
    chits, agreement = entry.chits, entry.agreement
    chit = chits[0] if chits else None
    terms = read_part(preflight, PreflightPart)
    steps = _said(record, said)
    ends_at, remaining = _end(now, session, started_at + wait, record)
    signing = _signers(database, now, people, session, terms, entry)
    names = {one.agent: one.name for one in signing}
    return SessionView(
        id=session,
        state=SessionState(record.state.value),
        outcome=outcome_of(record),
        kind=record.kind,
        mode=terms.mode,
        partner=people.view(partner),
        tally=tally or (_tally_of(database, chit.tally) if chit else subject if agreement else ""),
        chit=chit.uuid if chit else "",
        chits=tuple(each.uuid for each in chits),
        amount=sum(each.units for each in chits),
        memo=chit.memo if chit else agreement.memo if agreement else "",
        i_pay=record.payer,
        i_started=record.initiator,
        started_at=started_at,
        ends_at=ends_at,
        remaining=remaining,
        window=wait,
        signed_by_me=_has_signed(record),
        locked=record.state in signer.LIVE,
        acts=acts_of(record),
        steps=_steps(record, steps),
        clock_offset=now.offsets.get(partner, 0),
        asked_times=record.asked,
        next_ask=now.remaining(machine.name, session, ASK_TIMER) or 0,
        last_heard=max((at for at, _, who in steps if who == partner), default=0),
        reason=record.reason,
        reason_text=text,
        refused_by=next(
            (names.get(who, "") for _, key, who in reversed(steps) if key == "declined"), ""
        ),
        signers=signing,
        deciders=_deciders(database, now, session, terms),
        needed=terms.needed,
        i_decide=body is None,
        title=entry.title,
        text=entry.text,
    )


def _signers(
    database: Database,
    now: Now,
    people: People,
    session: str,
    terms: PreflightPart,
    entry: EntryPart,
) -> tuple[SignerView, ...]:
    """Who signs, and how far each has come as far as we know."""
    names = {party.root.link.device: party.name for party in entry.parties} | {now.me: now.name}
    if terms.enzyme and terms.enzyme != now.me:
        names[terms.enzyme] = _witness_name(database, terms.enzyme)
    collected: dict[int, tuple[bool, bool]] = {
        place % SEATS: (bool(ready), bool(signed))
        for place, ready, signed in database.fetch_all(
            "SELECT c.place, c.response IS NOT NULL, c.signature IS NOT NULL"
            " FROM session s JOIN collect c ON c.place BETWEEN s.number * ? AND s.number * ? + ?"
            " WHERE s.session = ?",
            (SEATS, SEATS, SEATS - 1, session),
        )
    }
    found = []
    for place, seat in enumerate(terms.signers):
        ready, signed = collected.get(place, (False, False))
        found.append(
            SignerView(
                agent=seat.agent,
                name=names.get(seat.agent) or people.name(seat.agent),
                role=seat.role,
                is_me=seat.agent == now.me,
                ready=ready,
                signed=signed,
            )
        )
    return tuple(found)


def names_of(database: Database, now: Now, session: str) -> dict[str, str]:
    """Return by agent how those are called who sign or decide a session; nameless ones are empty.

    Raises `NotFound`.
    """
    view = get_session(database, now, session)
    names = {one.agent: one.name for one in view.signers}
    return names | {one.agent: one.name for one in view.deciders}


def _deciders(
    database: Database, now: Now, session: str, terms: PreflightPart
) -> tuple[DeciderView, ...]:
    """Who decides, with the votes that we know."""
    agents = terms.witnesses or ((terms.enzyme,) if terms.enzyme else ())
    votes = {}
    if terms.witnesses:
        for (body,) in database.fetch_all("SELECT body FROM vote WHERE session = ?", (session,)):
            vote = read_part(body, SignedVotePart)
            votes[vote.witness] = vote.body.verdict
    return tuple(
        DeciderView(
            agent=agent,
            name=now.name if agent == now.me else _witness_name(database, agent),
            online=agent == now.me or agent in now.online,
            vote=votes.get(agent, ""),
        )
        for agent in agents
    )


def _witness_name(database: Database, agent: str) -> str:
    row = database.fetch_one("SELECT name FROM witness WHERE agent = ?", (agent,))
    return row[0] if row else ""


def _end(now: Now, session: str, set_end: int, record: Session) -> tuple[int, int]:
    """When it ends by our wall clock, and how long that is by the clock that never jumps."""
    left = now.remaining(machine.name, session, END_TIMER)
    if left is None or outcome_of(record) is not Outcome.RUNNING:
        return set_end, 0
    ends_at = now.wall_ms + left
    return (set_end if abs(ends_at - set_end) < _SAME_MS else ends_at), left


def _has_signed(record: Session) -> bool:
    # Parked and aborted sessions come from COMMITTED only; the completer signs with completing.
    return record.state in (State.COMMITTED, State.PARKED, State.ABORTED, *_DONE)


def _tally_of(database: Database, digest: str) -> str:
    row = database.fetch_one("SELECT uuid FROM tally WHERE digest = ?", (digest,))
    return row[0] if row else ""


def _steps(record: Session, facts: Sequence[tuple[int, str, str]]) -> tuple[StepView, ...]:
    first: dict[str, int] = {}
    for at, key, _ in facts:
        first.setdefault(key, at)
    lines = []
    for key in _COMPLETER_STEPS if record.completer else _OTHER_STEPS:
        at = next((first[fact] for fact in _FACTS[key] if fact in first), 0)
        lines.append(StepView(key=key, at=at, done=bool(at) or record.state in _DONE))
    return tuple(lines)
