"""Which wanted session runs next: one at a time, oldest first, where the partner is there.

Payments of one tally that wait share a session (countersigning.md, *In this wallet*): one lock,
one countdown, all or nothing.
"""

from __future__ import annotations

from wallet.crypto.encoding import decode, encode
from wallet.engine.desks.amending import propose_terms, signing_of
from wallet.engine.desks.clocks import is_chain_ahead, is_clock_doubtful
from wallet.engine.desks.countersigning import CountersignDesk
from wallet.engine.desks.helping import is_present
from wallet.engine.ports import Entropy
from wallet.engine.work import Work
from wallet.model.credit import ALONE, Signing, other_half
from wallet.model.errors import BugError
from wallet.model.identity import Authority, authority_of
from wallet.model.limits import (
    MAX_BATCH,
    SESSION_DEFAULT_MS,
    SESSION_ENTRY_BYTES,
    SESSION_POLICY_MS,
)
from wallet.protocol.countersign import signer
from wallet.protocol.credit import chit as chits
from wallet.protocol.credit import tally as tallies
from wallet.protocol.dispatch import CHIT
from wallet.protocol.messages.countersigning import OpenEntry, PaymentEntry
from wallet.store.chits import ChitFile
from wallet.store.outbox import Wish
from wallet.store.tallies import TallyFile

FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 40, 20_000
CLOCK_LOOK_MS = 10_000
ENTRY_ROOM = 2_048  # bytes of an entry beside its chits: authorities, names of fields


def start_next(work: Work, desk: CountersignDesk) -> None:
    """Start the oldest wish whose partner is there, if no session of ours is under way."""
    if work.store.chains.get_lock(work.me.agent) or work.store.sessions.get_proposed():
        return
    if is_clock_doubtful(work) or is_chain_ahead(work):
        for wish in work.store.wishes.list_all():  # look again: nobody tells when it is right
            work.live.not_before[wish.machine, wish.key] = work.now.mono + CLOCK_LOOK_MS
        return
    wishes = work.store.wishes.list_all()
    for wish in wishes:
        if not work.is_compared(wish.partner):
            continue
        if work.live.not_before.get((wish.machine, wish.key), 0) > work.now.mono:
            continue
        if not is_present(work, signing_for(work, wish)):
            continue
        if wish.machine == CHIT:
            one = _ready_chit(work, wish)
            if one is not None:
                _start_payment(work, desk, wish, _gather(work, one, wishes))
                return
        elif _is_wanted(work, wish):
            _start_agreement(work, desk, wish)
            return


def next_try(mono: int, tries: int, dice: Entropy) -> int:
    """When to try again: doubling pauses with a random part, so that two do not march in step."""
    pause = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << min(tries, 12))
    return mono + pause // 2 + int.from_bytes(dice.token(2), "big") * pause // 65_536


def _ready_chit(work: Work, wish: Wish) -> ChitFile | None:
    """The chit a session is wanted for, unless one is live (not known yet: only evidence decides).

    It waits, unsigned; or it counts by our own signature, and is to be sealed.
    """
    one = work.store.chits.get(wish.key)
    if one is None or one.record.state is chits.State.WAITING:
        return one
    if one.record.state is not chits.State.GOOD or not one.record.bare:
        return None
    session = work.store.sessions.get(one.record.session) if one.record.session else None
    is_over = session is None or session.record.state in signer.OVER
    return one if is_over else None


def _gather(work: Work, first: ChitFile, wishes: list[Wish]) -> list[ChitFile]:
    """This chit and others of its tally that wait, oldest first, as many as a session may carry.

    Those whose pause is not over come along: the pause was for the partner, not for the payment.
    """
    found = {first.uuid: first}
    size = len(encode(first.chit)) + ENTRY_ROOM
    signing = _signing_of(work, first)
    others = (wish for wish in wishes if wish.machine == CHIT and wish.key != first.uuid)
    for wish in others if not first.record.alone else ():
        one = _ready_chit(work, wish)
        if one is None or one.tally != first.tally or one.record.alone:
            continue
        if _signing_of(work, one) != signing:
            continue
        if one.record.state is not first.record.state:
            continue  # sealing what counts is not worth holding up what does not
        size += len(encode(one.chit)) + 1
        if size > SESSION_ENTRY_BYTES or len(found) == MAX_BATCH:
            break
        found[one.uuid] = one
    return list(found.values())


def _is_wanted(work: Work, wish: Wish) -> bool:
    tally = work.store.tallies.get(wish.key)
    if tally is None:
        return False
    if tally.record.state is tallies.State.OPEN:
        return tally.record.amending is not None and tally.record.session is None
    return tally.record.state is tallies.State.OPENING and not _runs(work, wish.key)


def _runs(work: Work, tally: str) -> bool:
    return any(
        one is not None and one.subject == tally
        for one in map(work.store.sessions.get, work.store.sessions.list_live())
    )


def _start_payment(work: Work, desk: CountersignDesk, wish: Wish, batch: list[ChitFile]) -> None:
    tally = work.store.tallies.get(batch[0].tally)
    if tally is None:
        raise BugError("a wish for a chit without its tally")
    for one in batch:
        _pause(work, (CHIT, one.uuid), wish.tries)
    units = sum(one.chit.units for one in batch)
    chosen = tuple(one.chit for one in batch)
    entry = PaymentEntry(chits=chosen, authorities=_authorities(work, tally))
    window = SESSION_DEFAULT_MS if _asks_person(tally, units) else SESSION_POLICY_MS
    signing = _signing_of(work, batch[0])
    desk.propose(work, entry, wish.partner, batch[0].uuid, window, signing)


def _asks_person(tally: TallyFile, units: int) -> bool:
    """Whether a person at the partner's will look: it says so, or it is more than they grant."""
    if tally.agreement is None:
        raise BugError("a payment on a tally without an agreement")
    granted = tally.agreement.side(other_half(tally.record.half)).terms.limit
    return tally.partner_asks or units - tally.balance > granted


def _start_agreement(work: Work, desk: CountersignDesk, wish: Wish) -> None:
    tally = work.store.tallies.get(wish.key)
    if tally is None or tally.agreement is None:
        raise BugError("a wish for a tally that is not here")
    _pause(work, (wish.machine, wish.key), wish.tries)
    if tally.record.state is tallies.State.OPEN:
        asked, signing = propose_terms(tally, _authorities(work, tally))
        desk.propose(work, asked, wish.partner, wish.key, SESSION_DEFAULT_MS, signing)
        return
    entry = OpenEntry(agreement=tally.agreement, authorities=_authorities(work, tally))
    # The partner signed this very offer: its wallet answers.
    signing = tally.agreement.signing
    desk.propose(work, entry, wish.partner, wish.key, SESSION_POLICY_MS, signing)


def _pause(work: Work, where: tuple[str, str], tries: int) -> None:
    """Should it come back, it waits a little longer each time."""
    work.live.not_before[where] = next_try(work.now.mono, tries, work.dice)


def signing_for(work: Work, wish: Wish) -> Signing:
    """Who decides: as the person chose for this payment, else as the terms say."""
    if wish.machine == CHIT:
        chit = work.store.chits.get(wish.key)
        return _signing_of(work, chit) if chit else ALONE
    tally = work.store.tallies.get(wish.key)
    if tally is None or tally.agreement is None:
        return ALONE
    is_open = tally.record.state is tallies.State.OPEN
    return signing_of(tally) if is_open else tally.agreement.signing


def _signing_of(work: Work, one: ChitFile) -> Signing:
    chosen = work.store.facts.get(f"signing:{one.uuid}")
    if chosen is not None:
        return decode(chosen.encode(), Signing)
    tally = work.store.tallies.get(one.tally)
    return ALONE if tally is None or tally.agreement is None else tally.agreement.signing


def _authorities(work: Work, tally: TallyFile) -> tuple[Authority, ...]:
    """Ours first, then the partner's: the order of the seats."""
    if tally.agreement is None:
        raise BugError("a tally without an agreement")
    sides = (tally.agreement.stock.party, tally.agreement.foil.party)
    theirs = next(party for party in sides if party.agent == tally.record.partner)
    return work.me.authority, authority_of(theirs.root)
