"""What stands at our promised place, as evidence for the others (R3, R4)."""

from __future__ import annotations

from wallet.crypto.encoding import decode, encode
from wallet.engine.desks import chainbook
from wallet.engine.work import Work
from wallet.protocol.messages.countersigning import ParkEntry, Salt32, SlotEvidence
from wallet.store.chains import Stored
from wallet.store.sessions import SessionFile


def show_slot(work: Work, one: SessionFile) -> SlotEvidence | None:
    """The action at the place we promised; if there is none and the chain is free, a stop park.

    None: we promised nothing, or another session holds that place now (R1): whoever asked asks
    again.
    """
    response = one.responses.get(work.me.agent)
    if response is None:
        return None
    stored = work.store.chains.get_at(work.me.agent, response.body.seq)
    if stored is None:
        if work.store.chains.get_lock(work.me.agent):
            return None
        park = ParkEntry(session=one.record.session, data=one.data, stop=True)
        chainbook.write_private(work, "session_park", encode(park), public_time(one))
        stored = work.store.chains.get_at(work.me.agent, response.body.seq)
    return None if stored is None else _evidence(work, one, stored)


def public_time(one: SessionFile) -> int:
    """The public time (µs) of what a session writes, action or park alike: all agreed on it."""
    return one.preflight.start * 1000


def evidence_at(work: Work, seq: int) -> SlotEvidence | None:
    """What stands at this place of our chain; a park of whatever session is shown whole."""
    stored = work.store.chains.get_at(work.me.agent, seq)
    if stored is None:
        return None
    park = _park(stored)
    if park is None or stored.salt is None:
        return SlotEvidence(action=stored.signed)
    return SlotEvidence(action=stored.signed, salt=Salt32.of(stored.salt), park=park)


def _evidence(work: Work, one: SessionFile, stored: Stored) -> SlotEvidence:
    park = _park(stored)
    if park is not None and stored.salt and park.session == one.record.session:
        return SlotEvidence(action=stored.signed, salt=Salt32.of(stored.salt), park=park)
    return SlotEvidence(action=stored.signed)


def _park(stored: Stored) -> ParkEntry | None:
    if stored.kind != "session_park" or stored.body is None:
        return None
    return decode(stored.body, ParkEntry)
