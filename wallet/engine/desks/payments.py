"""The payment desk: chits from the first wish to their place in the tally chain.

Source: credit.md, *Chit*; records.md, *Chit*.  What counts, counts here, once, and only with a
proof that stands alone.
"""

from __future__ import annotations

from wallet.crypto.encoding import encode
from wallet.crypto.hashing import digest
from wallet.crypto.ids import AgentId
from wallet.crypto.signing import Signature
from wallet.engine.api.notices import ChitChanged, NoticeAdded, TallyChanged
from wallet.engine.desks import chainbook
from wallet.engine.work import Work
from wallet.model.credit import Chit, check_pledge, hash_link, other_half
from wallet.model.errors import BugError, NotFound, RuleBroken
from wallet.model.identity import Salt
from wallet.model.limits import MAX_AMOUNT
from wallet.protocol.countersign import signer
from wallet.protocol.countersign.preflight import session_of
from wallet.protocol.credit import chit as chits
from wallet.protocol.credit import consensus
from wallet.protocol.credit import tally as tallies
from wallet.protocol.credit.proof import check_chit
from wallet.protocol.dispatch import CHIT, CONSENSUS, COUNTERSIGNING
from wallet.protocol.effects import Notify
from wallet.protocol.machine import Effect, Input
from wallet.protocol.messages.countersigning import BareChit, PaymentEntry, Salt32
from wallet.protocol.messages.tallies import FinalisedProof
from wallet.store.chits import ChitFile, Link
from wallet.store.outbox import Wish
from wallet.store.sessions import SessionFile
from wallet.store.tallies import TallyFile

VAIN, VAIN_TRIES, WAITS = ("late", "aborted"), 3, "payment-waits"
"""A partner that accepts and does not sign, so often: the person hears of it (F47)."""


class PaymentDesk:
    """Loads a chit, asks the table, does what it says, saves."""

    def feed(self, work: Work, key: str, given: Input) -> None:
        """Give an input to a chit we hold."""
        one = work.store.chits.get(key)
        if one is None:
            raise BugError("an input for a chit that is not here")
        before = one.record
        one.record, effects = chits.machine.step(one.record, given)
        for effect in effects:
            self._carry_out(work, one, effect)
        if one.record != before:
            if isinstance(given, chits.Proven):
                one.sealed = work.store.chits.is_sealed(one)
            work.store.chits.save(one, work.now.wall)
        work.notice(ChitChanged(one.uuid, one.tally))
        work.notice(TallyChanged(one.tally))

    def receive(self, work: Work, sender: AgentId, body: BareChit) -> None:
        """Take a chit that its pledger signed itself.

        Raises:
            PeerError: not of a tally with the sender, or not its pledge.
        """
        tally = work.store.tallies.get_by_digest(body.chit.tally)
        if tally is None or tally.agreement is None or tally.record.partner != sender:
            raise RuleBroken("a chit on a tally that is not there")
        check_chit(body.chit, body.chit.tally)
        if body.chit.by != other_half(tally.record.half):
            raise RuleBroken("who pledges must be who signs")
        party = tally.agreement.side(body.chit.by).party
        check_pledge(body.chit, body.pledge, party, work.me.network)
        count_bare(work, body)

    def _carry_out(self, work: Work, one: ChitFile, effect: Effect) -> None:
        match effect:
            case chits.WantSession():
                self._want(work, one)
            case chits.DropSession():
                work.store.wishes.drop(CHIT, one.uuid)
                work.live.not_before.pop((CHIT, one.uuid), None)  # nothing to wake up for
            case chits.Count():
                self._count(work, one)
            case Notify(key, category, subject):
                self._put_notice(work, one, key, category, subject)
            case _:
                raise BugError(f"no hand for {type(effect).__name__}")

    def _want(self, work: Work, one: ChitFile) -> None:
        partner = tally_of(work, one).record.partner
        tries = work.store.wishes.put(Wish(CHIT, one.uuid, partner, work.now.wall, 0))
        work.look_for_work = True
        if tries < VAIN_TRIES or one.record.reason not in VAIN:
            return
        if not work.store.facts.is_last_notice(WAITS, one.uuid):
            self._put_notice(work, one, WAITS, "under way", one.uuid)

    def _put_notice(self, work: Work, one: ChitFile, key: str, category: str, subject: str) -> None:
        number = work.store.facts.put_notice(
            work.now.wall,
            key,
            category,
            subject,
            one.partner_name,
            one.chit.units,
            one.record.reason,
        )
        work.notice(NoticeAdded(str(number)))

    def _count(self, work: Work, one: ChitFile) -> None:
        """Count it in the balance and append it to our half of the tally chain."""
        tally = tally_of(work, one)
        if tally.books is None:
            raise BugError("a chit on a tally without books")
        balance = tally.balance + (-one.chit.units if one.record.mine else one.chit.units)
        if abs(balance) > MAX_AMOUNT:
            raise RuleBroken("a balance beyond all amounts")
        found, books = digest(one.chit), tally.books
        place = books.end + 1
        link = Link(place, found, hash_link(found, place, books.end_hash))
        tally.balance = balance
        tally.chits += 1
        work.store.chits.put_link(tally.uuid, link)
        one.place, one.balance_after = place, tally.balance
        work.store.tallies.save_books(tally, work.now.wall)
        given = consensus.Appended(one.record.mine, found, place, link.hash)
        work.tell_first(CONSENSUS, tally.uuid, given)  # the next chit takes the next place


def tally_of(work: Work, one: ChitFile) -> TallyFile:
    """The tally that a chit is on."""
    found = work.store.tallies.get(one.tally)
    if found is None:
        raise BugError("a chit without its tally")
    return found


def make_chit(work: Work, tally: TallyFile, units: int, memo: str, reference: str) -> Chit:
    """Write a chit by which we pledge; nothing is signed."""
    if tally.record.digest is None:
        raise BugError("no agreement stands")
    return Chit(
        tally=tally.record.digest,
        uuid=Salt.of(work.dice.token(Salt.SIZE)),
        by=tally.record.half,
        type="tran",
        date=work.now.wall,
        units=units,
        memo=memo,
        ref=reference,
    )


def expect_chit(work: Work, chit: Chit, *, mine: bool) -> ChitFile:
    """Hold a chit of which nothing is known yet but what it says.

    Raises:
        RuleBroken: another chit has the same uuid.
        NotFound: its tally is not here, or not open.
    """
    known = work.store.chits.get(chit.uuid)
    if known is not None:
        if known.chit != chit:
            raise RuleBroken("two chits with one uuid")
        return known
    tally = work.store.tallies.get_by_digest(chit.tally)
    if tally is None or tally.record.state is not tallies.State.OPEN:
        raise NotFound("tally", chit.tally)
    partner = work.store.partners.get(tally.record.partner)
    record = chits.Payment(uuid=chit.uuid, tally=chit.tally, mine=mine)
    one = ChitFile(record, chit, tally.uuid, partner.name if partner else "")
    work.store.chits.save(one, work.now.wall)
    return one


def count_bare(work: Work, body: BareChit) -> None:
    """Keep a checked bare chit, and tell the chit and every session that waits for it.

    More than one may: the payer seals it anew while we, who stopped the first, still wait.
    """
    mine = body.pledge.authority.agent == work.me.agent
    one = expect_chit(work, body.chit, mine=mine)
    found = digest(body.chit)
    if work.store.chits.get_proof(found, "bare") is None:
        work.store.chits.put_proof(found, "bare", encode(body.pledge))
        chainbook.observe(work, "chit", body)
    work.tell(CHIT, one.uuid, chits.Proven(sealed=False))
    for live in work.store.sessions.list_live():
        session = work.store.sessions.get(live)
        if session is not None and _is_all_bare(work, session, one.uuid):
            work.tell(COUNTERSIGNING, live, signer.BareChitArrived())


def count_finalised(work: Work, proof: FinalisedProof, *, mine: bool) -> None:
    """Count what a session's payer wrote on its own chain, whoever else signed or decided (R8).

    The caller has checked the proof; all chits of its session count by it.  A payee that signed
    goes on waiting for the certificate, which seals them, and is paid when it parks.
    """
    for chit in keep_finalised(work, proof):
        one = expect_chit(work, chit, mine=mine)
        work.tell(CHIT, one.uuid, chits.Proven(sealed=False))
    session = work.store.sessions.get(session_of(proof.preflight))
    waits = session is not None and session.record.state is signer.State.COMMITTED
    if session is not None and session.record.payee and not waits:
        work.tell(COUNTERSIGNING, session.record.session, signer.BareChitArrived())


def keep_finalised(work: Work, proof: FinalisedProof) -> tuple[Chit, ...]:
    """Keep the proof for each chit it is about; returns these."""
    if not isinstance(proof.entry, PaymentEntry):
        raise BugError("a payer's action about no payment")
    for chit in proof.entry.chits:
        work.store.chits.put_proof(digest(chit), "finalised", body=encode(proof))
    return proof.entry.chits


def finalised_proof(one: SessionFile, signature: Signature) -> FinalisedProof:
    """The payer's action of a session whose data we hold, with its ordinary signature."""
    if one.entry is None:
        raise BugError("an enzyme counts no chits")
    return FinalisedProof(
        preflight=one.preflight,
        secret=Salt32.of(one.secret),
        entry=one.entry,
        responses=tuple(one.responses[agent] for agent in one.record.signers),
        signature=signature,
    )


def _is_all_bare(work: Work, session: SessionFile, uuid: str) -> bool:
    """Whether we are paid this chit in it, and all of its chits came bare: then it is paid."""
    if not session.record.payee or not isinstance(session.entry, PaymentEntry):
        return False
    if uuid not in [chit.uuid for chit in session.entry.chits]:
        return False
    found = work.store.chits.get_proof
    return all(found(digest(chit), "bare") is not None for chit in session.entry.chits)
