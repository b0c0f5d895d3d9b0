"""What is known of one session, with everything that is evidence (ux.md 5.11, *Save facts*).

The evidence is what others can check without us: it holds signatures, never a key or a secret.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from wallet.crypto.encoding import encode
from wallet.crypto.ids import AgentId
from wallet.engine.api.views_signing import FactsView, SaidView
from wallet.engine.queries.now import Now
from wallet.engine.queries.people import People
from wallet.engine.queries.sessions import list_steps, names_of
from wallet.model.errors import NotFound
from wallet.store.chains import Chains
from wallet.store.database import Database
from wallet.store.sessions import SessionFile, Sessions
from wallet.store.witnessing import Witnessing


def get_facts(database: Database, now: Now, session: str) -> FactsView:
    """Return what is known of a session.  Raises `NotFound`."""
    one = Sessions(database).get(session)
    if one is None:
        raise NotFound("session", session)
    people = People(database, now)
    names = names_of(database, now, session)
    said = tuple(
        SaidView(at, key, who, (names.get(who) or people.name(who)) if who else "")
        for at, key, who in list_steps(database, session)
    )
    evidence = json.dumps(_evidence(database, now, one), indent=1, ensure_ascii=False)
    return FactsView(session, said, evidence)


def _evidence(database: Database, now: Now, one: SessionFile) -> dict[str, Any]:
    votes = Witnessing(database).list_votes(one.record.session)
    return {
        "session": one.record.session,
        "state": one.record.state.value,
        "preflight": _plain(one.preflight),
        "entry": None if one.entry is None else _plain(one.entry),
        "responses": [_plain(one.responses[agent]) for agent in _order(one, one.responses)],
        "data": one.data,
        "signatures": [
            {"agent": agent, "signature": one.signatures[agent]}
            for agent in _order(one, one.signatures)
        ],
        "votes": [_plain(vote) for vote in votes],
        "places": _places(database, now, one),
        "times": {
            "began": one.started_at,
            "ends": one.started_at + one.wait,
            "saved": now.wall_ms,
        },
    }


def _places(database: Database, now: Now, one: SessionFile) -> list[Any]:
    """What stands at promised places: another's, if it proved something, and our own."""
    found = [] if one.proof is None else [_plain(one.proof)]
    me = AgentId(now.me)
    if me in one.responses:
        seq = one.responses[me].body.seq
        for stored in Chains(database).list_between(me, seq, seq):
            found.append(_plain(stored.signed))
    return found


def _order(one: SessionFile, given: dict[AgentId, Any]) -> list[AgentId]:
    return [agent for agent in one.record.signers if agent in given]


def _plain(record: msgspec.Struct) -> Any:
    return json.loads(encode(record))
