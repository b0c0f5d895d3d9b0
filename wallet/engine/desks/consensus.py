"""The consensus desk: our half of each tally chain, kept equal to the partner's.

Source: credit.md, *Consensus*.  Every chit in every message is verified before it counts.
"""

from __future__ import annotations

from wallet.crypto.encoding import encode
from wallet.crypto.hashing import Hash, digest
from wallet.crypto.ids import AgentId
from wallet.engine.api.notices import NoticeAdded, TallyChanged
from wallet.engine.audit import prove
from wallet.engine.desks import comparing, payments
from wallet.engine.desks.witnessing import keep_vote
from wallet.engine.work import Work
from wallet.model.credit import STOCK
from wallet.model.errors import BugError, RuleBroken
from wallet.model.limits import CONSENSUS_PAGE, CONSENSUS_PAGE_BYTES
from wallet.protocol.countersign import signer
from wallet.protocol.countersign.preflight import session_of
from wallet.protocol.credit import chit as chits
from wallet.protocol.credit import consensus
from wallet.protocol.credit.consensus import Match
from wallet.protocol.credit.proof import check_chit, check_proven
from wallet.protocol.dispatch import CHIT, CONSENSUS, COUNTERSIGNING
from wallet.protocol.effects import Notify
from wallet.protocol.machine import Effect, Input
from wallet.protocol.messages.countersigning import BareChit
from wallet.protocol.messages.tallies import (
    BareProof,
    ChainAck,
    ChainCheck,
    ChainNew,
    ChainRequest,
    ChainUpdate,
    CopyQuery,
    CopyShown,
    FinalisedProof,
    ProvenChit,
    SealedProof,
)
from wallet.store.chits import Link
from wallet.store.tallies import TallyFile

CLAIMS: dict[type, type[consensus.Claim]] = {
    ChainNew: consensus.NewArrived,
    ChainAck: consensus.AckArrived,
    ChainCheck: consensus.CheckArrived,
}


class PageTaken(Input, frozen=True):
    """The new chits of an update stand in our half; now compare.  Never reaches the table."""

    body: ChainUpdate
    fresh: tuple[str, ...]  # chits that did not count before; not all need count now


class ConsensusDesk:
    """Loads a tally's books, asks the table, does what it says, saves."""

    def __init__(self) -> None:
        self._page: ChainUpdate | None = None  # the update that is being worked on

    def feed(self, work: Work, key: str, given: Input) -> None:
        """Give an input to the books of an open tally."""
        one = work.store.tallies.get(key)
        if one is None or one.books is None:
            raise BugError("an input for books that are not here")
        self._step(work, one, given)

    def receive(self, work: Work, sender: AgentId, body: object) -> None:
        """Take one message about a tally chain.

        Raises:
            PeerError: about a tally that the sender is not the partner of, or a chit that is not
                what it claims to be.
        """
        if isinstance(body, CopyQuery | CopyShown):
            comparing.receive(work, self._known(work, body.tally, sender), body)
            return
        assert isinstance(body, ChainNew | ChainAck | ChainCheck | ChainRequest | ChainUpdate)
        one = self._known(work, body.tally, sender)
        if one.books is None:
            return  # open for the partner, not yet for us: our half begins, and will be compared
        match body:
            case ChainRequest():
                self._step(work, one, consensus.RequestArrived(body.first))
            case ChainUpdate():
                self._take_update(work, one, body)
            case ChainNew() | ChainAck() | ChainCheck():
                match = self._compare(work, one, body.index, body.hash)
                self._step(work, one, CLAIMS[type(body)](body.index, body.hash, match))

    # Updates ------------------------------------------------------------------

    def _take_update(self, work: Work, one: TallyFile, body: ChainUpdate) -> None:
        if len({given.chit.uuid for given in body.chits}) != len(body.chits):
            raise RuleBroken("one chit at two places")
        if body.strays and one.record.half == STOCK:
            raise RuleBroken("strays from the half that orders")
        fresh = [given.chit.uuid for given in body.chits if self._take_chit(work, one, given)]
        # The chits that are new were counted through the pump's queue: the books come after.
        work.tell(CONSENSUS, one.uuid, PageTaken(body, tuple(fresh)))

    def _take_chit(self, work: Work, one: TallyFile, given: ProvenChit) -> bool:
        if one.agreement is None:
            raise BugError("books without an agreement")
        block = _books(one).tally
        check_chit(given.chit, block)  # also what we know: it counts on its own tally only
        known = work.store.chits.get(given.chit.uuid)
        if known is not None and known.record.state is chits.State.GOOD:
            if known.chit != given.chit:
                raise RuleBroken("two chits with one uuid")
            return False
        check_proven(given, block, one.agreement, work.me.network)
        if isinstance(given.proof, BareProof):
            payments.count_bare(work, BareChit(chit=given.chit, pledge=given.proof.pledge))
            return True
        if isinstance(given.proof, FinalisedProof):
            mine = one.agreement.side(given.chit.by).party.agent == work.me.agent
            payments.count_finalised(work, given.proof, mine=mine)
            return True
        return self._take_sealed(work, given, given.proof)

    def _take_sealed(self, work: Work, given: ProvenChit, proof: SealedProof) -> bool:
        session = session_of(proof.preflight)
        file = work.store.sessions.get(session)
        if file is not None and file.record.stopped:
            return False  # we stopped: only the payer's own pledge counts (N5)
        mine = preflight_payer(proof) == work.me.agent
        chit = payments.expect_chit(work, given.chit, mine=mine)
        for response in proof.responses:
            if file is not None:
                work.store.sessions.put_response(file, response)
        if file is not None and file.data is not None:
            for vote in proof.votes:
                keep_vote(work, vote, file.data)
            work.store.sessions.put_set(file, proof.signatures)
            work.tell(COUNTERSIGNING, session, signer.CertificateArrived())
            if file.record.state is not signer.State.ABORTED:
                return True
        # Nothing of ours to complete, or we were shown that it never would be (F26, F30): the chit
        # counts by what our partner holds, and both halves agree.
        work.store.chits.put_proof(digest(given.chit), "sealed", encode(proof))
        work.tell(CHIT, chit.uuid, chits.Proven())
        return True

    def _page_taken(self, work: Work, one: TallyFile, body: ChainUpdate, grew: bool) -> None:
        books = _books(one)
        last = body.first + len(body.chits) - 1
        if body.strays:
            index, same = body.end, False
            below = self._moves_confirmed(work, one, body)  # no honest foil sends strays
        else:
            theirs = self._their_hashes(work, one, body)
            index = last
            mine = work.store.chits.get_link(one.uuid, last) if last else None
            same = theirs is not None and (
                (mine is not None and bool(theirs) and mine.hash == theirs[-1])
                or (not body.chits and last == books.end)
            )
            below = theirs is not None and self._differs_below(work, one, body, theirs)
            below = below or self._moves_confirmed(work, one, body)
        given = consensus.UpdateArrived(
            first=body.first,
            index=index,
            same=same,
            grew=grew,
            last=body.strays or last >= body.end,
            below=below,
            strays=body.strays,
        )
        self._page = body
        self._step(work, one, given)
        self._page = None

    def _their_hashes(self, work: Work, one: TallyFile, body: ChainUpdate) -> list[Hash] | None:
        """The hashes of the partner's page, if we hold what stands before it."""
        prior = None
        if body.first > 1:
            before = work.store.chits.get_link(one.uuid, body.first - 1)
            if before is None:
                return None
            prior = before.hash
        found = [digest(each.chit) for each in body.chits]
        return consensus.relink(_books(one).tally, body.first, prior, found)

    def _differs_below(
        self, work: Work, one: TallyFile, body: ChainUpdate, theirs: list[Hash]
    ) -> bool:
        for place, found in enumerate(theirs, start=body.first):
            if place > _books(one).confirmed:
                return False
            mine = work.store.chits.get_link(one.uuid, place)
            if mine is None or mine.hash != found:
                return True
        return False

    def _moves_confirmed(self, work: Work, one: TallyFile, body: ChainUpdate) -> bool:
        """Whether the foil puts a chit behind what is confirmed that is confirmed already."""
        confirmed = _books(one).confirmed
        if one.record.half != STOCK or not confirmed:
            return False
        behind = body.chits[max(0, confirmed + 1 - body.first) :]
        known = (work.store.chits.get(given.chit.uuid) for given in behind)
        return any(file is not None and 0 < file.place <= confirmed for file in known)

    # The table ------------------------------------------------------------------

    def _step(self, work: Work, one: TallyFile, given: Input) -> None:
        if isinstance(given, PageTaken):
            if any(not isinstance(other, PageTaken) for _, _, other in work.queue):
                work.tell(CONSENSUS, one.uuid, given)  # a session still counts a chit of it
                return
            grew = any(self._counts(work, uuid) for uuid in given.fresh)
            self._page_taken(work, one, given.body, grew)
            return
        before = one.books
        one.books, effects = consensus.machine.step(_books(one), given)
        for effect in effects:
            self._carry_out(work, one, effect)
        if one.books != before:
            work.store.tallies.save_books(one, work.now.wall)
        work.notice(TallyChanged(one.uuid))

    def _carry_out(self, work: Work, one: TallyFile, effect: Effect) -> None:
        books, to = _books(one), one.record.partner
        tally = books.tally
        match effect:
            case consensus.SendNew(chit, index, link):
                work.send(to, ChainNew(tally=tally, chit=chit, index=index, hash=link))
            case consensus.SendAck(index, link):
                work.send(to, ChainAck(tally=tally, index=index, hash=link))
            case consensus.SendEndAck():
                work.send(to, ChainAck(tally=tally, index=books.end, hash=books.end_hash))
            case consensus.SendCheck():
                body = ChainCheck(
                    tally=tally,
                    confirmed=books.confirmed,
                    index=books.end,
                    hash=books.end_hash,
                    net=one.balance,
                    round=books.round,
                )
                work.send(to, body)
            case consensus.SendRequest(first):
                work.send(to, ChainRequest(tally=tally, first=first, round=books.round))
            case consensus.SendUpdate(first):
                self._send_update(work, one, first)
            case consensus.Conform():
                self._conform(work, one)
            case consensus.SendStrays():
                self._send_strays(work, one)
            case Notify(key, category, subject):
                number = work.store.facts.put_notice(
                    work.now.wall, key, category, subject, "", 0, ""
                )
                work.notice(NoticeAdded(str(number)))
            case _:
                raise BugError(f"no hand for {type(effect).__name__}")

    def _send_update(self, work: Work, one: TallyFile, first: int) -> None:
        books = _books(one)
        links = work.store.chits.list_links(one.uuid, first, CONSENSUS_PAGE)
        # One page at a time: an older one that nobody took yet says nothing that this does not.
        work.store.outbox.drop_requests(books.tally, (ChainUpdate.KIND,))
        body = ChainUpdate(
            tally=books.tally,
            first=first,
            end=books.end,
            chits=self._prove_page(work, links),
            round=books.round,
        )
        work.send(one.record.partner, body, books.tally)

    def _send_strays(self, work: Work, one: TallyFile) -> None:
        """What stands behind the foil's last link is what the foil lacks."""
        books, page = _books(one), self._page
        if page is None:
            raise BugError("strays without an update")
        strays = work.store.chits.list_links(one.uuid, page.end + 1, CONSENSUS_PAGE)
        if not strays:
            ack = ChainAck(tally=books.tally, index=books.end, hash=books.end_hash)
            work.send(one.record.partner, ack)
            return
        update = ChainUpdate(
            tally=books.tally,
            first=page.end + 1,
            end=books.end,
            chits=self._prove_page(work, strays),
            round=books.round,
            strays=True,
        )
        work.send(one.record.partner, update)

    def _conform(self, work: Work, one: TallyFile) -> None:
        """Stock: take the foil's order behind what is confirmed."""
        books, page = _books(one), self._page
        if page is None or one.record.half != STOCK:
            raise BugError("only the stock conforms, to an update")
        start = books.confirmed + 1
        tail = [link.chit for link in work.store.chits.list_links(one.uuid, start)]
        known = set(tail)
        skip = max(0, start - page.first)  # what is confirmed is equal already
        theirs = [digest(each.chit) for each in page.chits][skip:]
        counted = [chit for chit in theirs if chit in known or self._is_good(work, chit)]
        before = max(0, page.first - start)
        self._rewrite(work, one, start, consensus.conformed(tail, counted, before))
        is_whole = before <= len(tail) and set(tail[:before]).isdisjoint(counted)
        if is_whole and len(counted) == len(theirs):
            # Our half now holds the foil's links up to the end of the page, by its own word.
            one.books = consensus.confirmed_to(_books(one), start + before + len(theirs) - 1)

    def _counts(self, work: Work, uuid: str) -> bool:
        # A session that was aborted by its completer's own stop takes no certificate any more;
        # if such a chit were news each time, two wallets would tell it each other for ever.
        found = work.store.chits.get(uuid)
        return found is not None and found.record.state is chits.State.GOOD

    def _is_good(self, work: Work, chit: Hash) -> bool:
        found = work.store.chits.get_by_digest(chit)
        return found is not None and found.record.state is chits.State.GOOD

    def _rewrite(self, work: Work, one: TallyFile, start: int, order: list[Hash]) -> None:
        books = _books(one)
        before = work.store.chits.get_link(one.uuid, start - 1) if start > 1 else None
        hashes = consensus.relink(books.tally, start, before.hash if before else None, order)
        after = work.store.chits.get_by_digest(before.chit) if before else None
        balance = after.balance_after if after else 0
        for place, (chit, found) in enumerate(zip(order, hashes, strict=True), start=start):
            file = work.store.chits.get_by_digest(chit)
            if file is None:
                raise BugError("a link without its chit")
            balance += -file.chit.units if file.record.mine else file.chit.units
            work.store.chits.put_link(one.uuid, Link(place, chit, found))
            work.store.chits.put_place(file, place, balance)
        end = start + len(order) - 1
        last = hashes[-1] if hashes else (before.hash if before else None)
        one.books = consensus.moved(books, end, last)

    def _prove_page(self, work: Work, links: list[Link]) -> tuple[ProvenChit, ...]:
        """The chits of these links with their proofs, as many as a message may carry."""
        page: list[ProvenChit] = []
        size = 0
        for link in links:
            file = work.store.chits.get_by_digest(link.chit)
            if file is None:
                raise BugError("a link without its chit")
            proven = prove(work.store, file)
            size += len(encode(proven))
            if page and size > CONSENSUS_PAGE_BYTES:
                break
            page.append(proven)
        return tuple(page)

    # Common -----------------------------------------------------------------------

    def _known(self, work: Work, tally: Hash, sender: AgentId) -> TallyFile:
        one = work.store.tallies.get_by_digest(tally)
        if one is None or one.record.partner != sender:
            raise RuleBroken("a message about a tally chain that is not here")
        return one

    def _compare(self, work: Work, one: TallyFile, index: int, found: Hash) -> Match:
        books = _books(one)
        if index == 0:
            return Match.SAME if found == books.tally else Match.CONFLICT
        if index > books.end:
            return Match.BEYOND
        mine = work.store.chits.get_link(one.uuid, index)
        if mine is not None and mine.hash == found:
            return Match.SAME
        return Match.CONFLICT if index <= books.confirmed else Match.OTHER


def _books(one: TallyFile) -> consensus.Books:
    if one.books is None:
        raise BugError("a tally without books")
    return one.books


def preflight_payer(proof: SealedProof) -> AgentId:
    """Who pays in the session of this proof."""
    return next(seat.agent for seat in proof.preflight.signers if seat.role == "payer")
