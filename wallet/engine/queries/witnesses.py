"""Who decides or votes for us, and what we do for others (countersigning.md, *In this wallet*)."""

from __future__ import annotations

from wallet.engine.api.views_signing import ServiceView, WitnessRole, WitnessView
from wallet.engine.desks import roles
from wallet.engine.queries.now import Now
from wallet.model.credit import WitnessCard
from wallet.protocol.countersign.signer import LIVE, State
from wallet.store.database import Database
from wallet.store.outbox import Facts
from wallet.store.witnessing import Witnessing

# Of an enzyme's sessions only these are its decision: before, it had promised nothing.
_DECIDED = (State.COMPLETED, State.RELEASED)


def list_witnesses(database: Database, now: Now) -> tuple[WitnessView, ...]:
    """Return who decides or votes for us or offers to, by name."""
    lies: dict[str, int] = dict(
        database.fetch_all("SELECT witness, count(*) FROM lie GROUP BY witness")
    )
    return tuple(
        WitnessView(
            agent=one.agent,
            name=one.name,
            role=WitnessRole(one.role),
            card=WitnessCard(agent=one.agent, name=one.name, address=one.address),
            decides=one.decides,
            votes=one.votes,
            online=one.agent in now.online,
            since=one.since,
            completed=one.completed,
            aborted=one.aborted,
            silent=one.silent,
            last_at=one.last_at,
            lies=lies.get(one.agent, 0),
        )
        for one in Witnessing(database).list_all()
    )


def get_service(database: Database, now: Now) -> ServiceView:
    """Return what we do for others, and how much of it."""
    facts, kept = Facts(database), Witnessing(database)
    # Without the entry: an enzyme never has it, a party always.
    of_others: dict[str, int] = dict(
        database.fetch_all("SELECT state, count(*) FROM session WHERE entry IS NULL GROUP BY state")
    )
    return ServiceView(
        decide=roles.serves(facts, "decide"),
        vote=roles.serves(facts, "vote"),
        decided=sum(of_others.get(state.value, 0) for state in _DECIDED),
        voted=kept.count_voted(),
        open_sessions=sum(of_others.get(state.value, 0) for state in LIVE),
        open_ballots=kept.count_undecided(),
        slots=kept.count_slots(),
    )
