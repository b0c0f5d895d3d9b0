"""The questions by their names, as the door asks them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wallet.engine.queries import chits, facts, home, invitations, sessions, tallies, witnesses
from wallet.engine.queries.now import Now
from wallet.store.database import Database

Question = Callable[..., Any]


def _sessions(database: Database, now: Now, ended: Any) -> Any:
    return sessions.list_sessions(database, now, ended=bool(ended))


QUESTIONS: Mapping[str, Question] = {
    "fetch_link": invitations.fetch_link,
    "get_wallet": home.get_wallet,
    "get_status": home.get_status,
    "get_home": home.get_home,
    "list_tallies": tallies.list_tallies,
    "get_tally": tallies.get_tally,
    "get_terms": tallies.get_terms,
    "get_amendment": tallies.get_amendment,
    "list_invitations": invitations.list_invitations,
    "list_chit_ids": chits.list_chit_ids,
    "list_chits": chits.list_chits,
    "get_chit": chits.get_chit,
    "list_sessions": _sessions,
    "get_session": sessions.get_session,
    "list_papers": sessions.list_papers,
    "get_facts": facts.get_facts,
    "list_notices": home.list_notices,
    "list_witnesses": witnesses.list_witnesses,
    "get_service": witnesses.get_service,
}
