"""What a session would enter into the books, and whether we agree to it.

Source: countersigning.md, *Messages*, step 1; credit.md, the tables of chit and tally.
"""

from __future__ import annotations

from wallet.crypto.hashing import digest
from wallet.crypto.ids import AgentId
from wallet.engine.desks import policy
from wallet.engine.desks.amending import judge_amendment
from wallet.engine.desks.countersigning import seats_of
from wallet.engine.desks.papers import Welcome, judge_paper
from wallet.engine.desks.payments import expect_chit
from wallet.engine.work import Work
from wallet.model.credit import Agreement, Signing, other_half
from wallet.model.errors import RuleBroken
from wallet.model.identity import Authority
from wallet.model.limits import MAX_AMOUNT
from wallet.protocol.credit import chit as chits
from wallet.protocol.credit import consensus
from wallet.protocol.credit import tally as tallies
from wallet.protocol.credit.proof import check_authorities, check_batch
from wallet.protocol.messages.countersigning import (
    ENZYME,
    AmendEntry,
    Declined,
    OpenEntry,
    PaperEntry,
    PaymentEntry,
    Preflight,
    SessionEntry,
)
from wallet.store.chits import ChitFile
from wallet.store.sessions import SessionFile


def judge_entry(
    work: Work, sender: AgentId, preflight: Preflight, entry: SessionEntry
) -> Welcome | Declined:
    """Whether we agree to this entry, and if so whether without asking the person.

    Raises:
        RuleBroken: no honest wallet would have proposed it to us.
    """
    parties = tuple(seat for seat in preflight.signers if seat.role != ENZYME)
    if parties != seats_of(entry, sender, work.me.agent):
        raise RuleBroken("the seats do not fit the entry")
    if isinstance(entry, AmendEntry):
        return judge_amendment(work, sender, entry)
    if isinstance(entry, PaperEntry):
        return judge_paper(work, sender, entry)
    if isinstance(entry, PaymentEntry):
        return _judge_payment(work, sender, preflight, entry)
    return _judge_opening(work, sender, entry)


def _judge_payment(
    work: Work, sender: AgentId, preflight: Preflight, entry: PaymentEntry
) -> Welcome | Declined:
    check_batch(entry)
    chit = entry.chits[0]
    found = work.store.tallies.get_by_digest(chit.tally)
    if found is None or found.agreement is None or found.record.partner != sender:
        raise RuleBroken("a payment on a tally that is not there")
    if found.record.state in (tallies.State.OFFERED, tallies.State.OPENING):
        return Declined(why="busy")  # open for the partner: the certificate is on its way
    if found.record.state is not tallies.State.OPEN:
        return Declined(why="closed")
    if chit.by != other_half(found.record.half):
        raise RuleBroken("who pledges must be who signs")
    _check_parties(found.agreement, entry.authorities, (sender, work.me.agent))
    if found.books and found.books.state is consensus.State.DIFFERENT:
        return Declined(why="differs")
    fresh = []
    for chit in entry.chits:
        known = work.store.chits.get(chit.uuid)
        if known is not None and (known.chit != chit or _is_sealed(known)):
            return Declined(why="invalid", chit=chit.uuid)
        if known is None or known.record.state is not chits.State.GOOD:
            fresh.append(chit)
    units = sum(chit.units for chit in fresh)
    if abs(found.balance + units) > MAX_AMOUNT:
        return Declined(why="limit")
    # Somebody else is to decide than the terms say: that is for the person, too.
    agreed = is_agreed(preflight, found.agreement.signing)
    # What counts already is only sealed: nobody needs to look.
    by_policy = agreed and (not fresh or policy.is_unasked(work, found, fresh))
    unasked = policy.counted(work, found, units) if by_policy else 0
    return Welcome(entry.chits[0].uuid, by_policy, unasked)


def _is_sealed(one: ChitFile) -> bool:
    """Whether another session for it would enter it a second time."""
    return one.record.state is chits.State.GOOD and not one.record.bare


def _judge_opening(work: Work, sender: AgentId, entry: OpenEntry) -> Welcome | Declined:
    agreement = entry.agreement
    found = work.store.tallies.get(agreement.uuid)
    if found is None or found.record.partner != sender:
        raise RuleBroken("a tally that was never offered")
    _check_parties(agreement, entry.authorities, (sender, work.me.agent))
    ours = found.record.mine and found.record.digest == digest(agreement)
    waiting = found.record.state in (tallies.State.OFFERED, tallies.State.OPENING)
    if not (ours and waiting):
        return Declined(why="policy")
    return Welcome(found.uuid, by_policy=True)


def is_agreed(preflight: Preflight, signing: Signing) -> bool:
    """Whether those decide who stand in the terms."""
    helpers = signing.agents
    enzyme = helpers[0] if helpers else None
    witnesses = helpers if signing.mode == "Q" else ()
    return (preflight.mode, preflight.enzyme, preflight.witnesses, preflight.needed) == (
        signing.mode,
        enzyme,
        witnesses,
        signing.needed,
    )


def prepare_subject(work: Work, one: SessionFile) -> None:
    """Hold what the session is about, before the session itself is held."""
    if isinstance(one.entry, PaymentEntry):
        for chit in one.entry.chits:
            expect_chit(work, chit, mine=False)
        policy.count(work, one)


def _check_parties(
    agreement: Agreement, authorities: tuple[Authority, ...], agents: tuple[AgentId, AgentId]
) -> None:
    check_authorities(authorities, agents, (agreement.stock.party, agreement.foil.party))
