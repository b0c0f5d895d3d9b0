"""Which wanted session runs next: one at a time, oldest first, where the partner is there."""

from __future__ import annotations

from wallet.crypto.encoding import decode
from wallet.engine.desks.clocks import is_chain_ahead, is_clock_doubtful
from wallet.engine.desks.countersigning import CountersignDesk
from wallet.engine.desks.helping import is_present
from wallet.engine.ports import Entropy
from wallet.engine.work import Work
from wallet.model.credit import ALONE, Signing
from wallet.model.errors import BugError
from wallet.model.identity import Authority, authority_of
from wallet.model.limits import SESSION_DEFAULT_MS, SESSION_POLICY_MS
from wallet.protocol.credit import chit as chits
from wallet.protocol.credit import tally as tallies
from wallet.protocol.dispatch import CHIT
from wallet.protocol.messages.countersigning import OpenEntry, PaymentEntry, SessionEntry
from wallet.store.outbox import Wish
from wallet.store.tallies import TallyFile

FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 40, 20_000
CLOCK_LOOK_MS = 10_000


def start_next(work: Work, desk: CountersignDesk) -> None:
    """Start the oldest wish whose partner is there, if no session of ours is under way."""
    if work.store.chains.get_lock(work.me.agent) or work.store.sessions.get_proposed():
        return
    if is_clock_doubtful(work) or is_chain_ahead(work):
        for wish in work.store.wishes.list_all():  # look again: nobody tells when it is right
            work.live.not_before[wish.machine, wish.key] = work.now.mono + CLOCK_LOOK_MS
        return
    for wish in work.store.wishes.list_all():
        if wish.partner not in work.live.online:
            continue
        if work.live.not_before.get((wish.machine, wish.key), 0) > work.now.mono:
            continue
        if _is_under_way(work, wish) or not is_present(work, signing_for(work, wish)):
            continue
        _start(work, desk, wish)
        return


def next_try(mono: int, tries: int, dice: Entropy) -> int:
    """When to try again: doubling pauses with a random part, so that two do not march in step."""
    pause = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << min(tries, 12))
    return mono + pause // 2 + int.from_bytes(dice.token(2), "big") * pause // 65_536


def _is_under_way(work: Work, wish: Wish) -> bool:
    """Whether a session for it is live already (not known yet counts: only evidence decides)."""
    if wish.machine == CHIT:
        one = work.store.chits.get(wish.key)
        return one is None or one.record.state is not chits.State.WAITING
    tally = work.store.tallies.get(wish.key)
    return tally is None or tally.record.state is not tallies.State.OPENING or _runs(work, tally)


def _runs(work: Work, tally: TallyFile) -> bool:
    return any(
        one is not None and one.subject == tally.uuid
        for one in map(work.store.sessions.get, work.store.sessions.list_live())
    )


def _start(work: Work, desk: CountersignDesk, wish: Wish) -> None:
    mono = work.now.mono
    # Should it come back, it waits a little longer each time.
    work.live.not_before[wish.machine, wish.key] = next_try(mono, wish.tries, work.dice)
    signing = signing_for(work, wish)
    if wish.machine == CHIT:
        one = work.store.chits.get(wish.key)
        tally = work.store.tallies.get(one.tally) if one else None
        if one is None or tally is None:
            raise BugError("a wish for a chit that is not here")
        entry: SessionEntry = PaymentEntry(chit=one.chit, authorities=_authorities(work, tally))
        window = SESSION_DEFAULT_MS if tally.partner_asks else SESSION_POLICY_MS
    else:
        tally = work.store.tallies.get(wish.key)
        if tally is None or tally.agreement is None:
            raise BugError("a wish for a tally that is not here")
        entry = OpenEntry(agreement=tally.agreement, authorities=_authorities(work, tally))
        window = SESSION_POLICY_MS  # the partner signed this very offer: its wallet answers
    desk.propose(work, entry, wish.partner, wish.key, window, signing)


def signing_for(work: Work, wish: Wish) -> Signing:
    """Who decides: as the person chose for this payment, else as the terms say."""
    chosen = work.store.facts.get(f"signing:{wish.key}")
    if chosen is not None:
        return decode(chosen.encode(), Signing)
    chit = work.store.chits.get(wish.key) if wish.machine == CHIT else None
    tally = work.store.tallies.get(chit.tally if chit else wish.key)
    return ALONE if tally is None or tally.agreement is None else tally.agreement.signing


def _authorities(work: Work, tally: TallyFile) -> tuple[Authority, ...]:
    """Ours first, then the partner's: the order of the seats."""
    if tally.agreement is None:
        raise BugError("a tally without an agreement")
    sides = (tally.agreement.stock.party, tally.agreement.foil.party)
    theirs = next(party for party in sides if party.agent == tally.record.partner)
    return work.me.authority, authority_of(theirs.root)
