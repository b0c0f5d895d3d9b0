"""What arrives about a session, checked before any table hears of it.

Source: countersigning.md, *Messages*; rules R1–R10 and the fault table.  A check that fails
raises a PeerError: the message is refused, nothing is stored (F58).  Reasons that are nobody's
fault are answered with a DECLINE.
"""

from __future__ import annotations

from wallet.crypto.encoding import encode
from wallet.crypto.hashing import Hash, digest
from wallet.crypto.ids import AgentId
from wallet.crypto.signing import Signature
from wallet.engine.api.notices import NoticeAdded
from wallet.engine.desks import disks, helping, roles, voting
from wallet.engine.desks.clocks import is_clock_doubtful
from wallet.engine.desks.countersigning import CountersignDesk, initiator_of, payer_of, record_of
from wallet.engine.desks.entries import judge_entry, prepare_subject
from wallet.engine.desks.papers import Welcome
from wallet.engine.desks.payments import count_finalised, finalised_proof, keep_finalised
from wallet.engine.desks.witnessing import WitnessDesk, keep_vote
from wallet.engine.refusing import NotYet
from wallet.engine.work import Work
from wallet.model.actions import hash_action
from wallet.model.errors import RuleBroken
from wallet.model.limits import (
    CLOCK_AHEAD_MS,
    DECIDE_AFTER_MS,
    LOCK_BUDGET_MS,
    LOCK_BUDGET_PER_MS,
    QUESTIONS_PER_HOUR,
    SESSIONS_PER_PEER,
    TOMBSTONE_MS,
)
from wallet.protocol.chain.verify import is_fork
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.countersign import signer
from wallet.protocol.countersign.certificate import (
    Slot,
    check_certificate,
    check_either,
    judge_slot,
)
from wallet.protocol.countersign.signer import State
from wallet.protocol.countersign.votes import check_abort, check_vote
from wallet.protocol.messages.countersigning import (
    COMMIT,
    AbortCertificate,
    AbortEvidence,
    Accepted,
    Cancel,
    Certificate,
    CertificateEvidence,
    Declined,
    NoEvidence,
    Preflight,
    PreflightReply,
    PreflightRequest,
    Response,
    SessionData,
    SessionDataMessage,
    SessionEntry,
    SessionSignature,
    SignatureEvidence,
    SlotEvidence,
    Status,
    StatusQuery,
    Vote,
    VoteRequest,
    WalkWanted,
    Why,
)
from wallet.store.sessions import SessionFile


class Admission:
    """Checks messages of sessions and gives what they mean to the desk."""

    def __init__(self, desk: CountersignDesk, witnesses: WitnessDesk) -> None:
        self._desk = desk
        self._witnesses = witnesses

    def receive(self, work: Work, sender: AgentId, body: object) -> None:
        """Take one message from `sender`, whose link proved that it is this agent.

        Raises:
            PeerError: it breaks a rule; nothing of it is kept.
        """
        match body:
            case PreflightRequest():
                self._preflight(work, sender, body)
            case PreflightReply():
                self._reply(work, sender, body)
            case SessionDataMessage():
                self._session_data(work, sender, body.data)
            case SessionSignature():
                self._signature(work, sender, body)
            case Certificate():
                self._certificate(work, sender, body)
            case StatusQuery():
                self._query(work, sender, body)
            case Status():
                self._status(work, sender, body)
            case Cancel():
                self._cancel(work, sender, body)
            case VoteRequest():
                self._witnesses.receive(work, sender, body)
            case Vote():
                self._vote(work, sender, body)
            case AbortCertificate():
                self._abort(work, sender, body)
            case WalkWanted():
                self._walk(work, sender, body)

    # 1 PREFLIGHT ------------------------------------------------------------

    def _preflight(self, work: Work, sender: AgentId, body: PreflightRequest) -> None:
        preflight = body.preflight
        rules.check_shape(preflight, work.me.network, len(encode(preflight)))
        if preflight.initiator != sender:
            raise RuleBroken("only its initiator proposes a session")
        session = rules.session_of(preflight)
        known = work.store.sessions.get(session)
        if known is not None:
            self._desk.feed_file(work, known, signer.PreflightArrived(0, by_policy=False))
            return
        secrets = rules.open_secret(preflight, work.me.signer)
        entry = None
        if preflight.mode != "E" or preflight.enzyme != work.me.agent:
            entry = rules.open_entry(preflight, secrets, body.entry)
        wait = max(0, min(preflight.end - work.now.wall, preflight.end - preflight.start))
        verdict = self._judge(work, sender, session, preflight, entry)
        if isinstance(verdict, Declined):
            work.send(sender, PreflightReply(session=session, answer=verdict), session)
            return
        one = SessionFile(
            record=record_of(preflight, work.me.agent),
            partner=sender,
            subject=verdict.subject,
            started_at=work.now.wall,
            preflight=preflight,
            secrets=secrets,
            entry=entry,
            wait=wait,
            unasked=verdict.unasked,
        )
        if entry is None:
            wait += DECIDE_AFTER_MS  # a signature that left in time may still be on its way
        if entry is not None:
            helping.note_cards(work, session, body.cards)
        prepare_subject(work, one)
        self._desk.admit(work, one, signer.PreflightArrived(wait, verdict.by_policy))

    def _judge(
        self,
        work: Work,
        sender: AgentId,
        session: Hash,
        preflight: Preflight,
        entry: SessionEntry | None,
    ) -> Welcome | Declined:
        if not work.is_compared(sender):
            return Declined(why="busy")  # first it tells us what it has seen of our chain
        late = rules.judge_time(preflight, work.now.wall)
        if late:
            return _decline(work, late)
        if is_clock_doubtful(work):
            return _decline(work, "clock")
        if work.store.sessions.is_buried(session):
            return _decline(work, "expired")
        welcome = (
            _judge_service(work, preflight)
            if entry is None
            else judge_entry(work, sender, preflight, entry)
        )
        if isinstance(welcome, Declined):
            return welcome
        if welcome.by_policy and self._is_over_budget(work, sender):
            return _decline(work, "budget")
        if not welcome.by_policy and self._asks_too_much(work, sender):
            return _decline(work, "budget")
        if entry is not None and not helping.are_reachable(work, preflight):
            return _decline(work, "busy")  # we could sign, and nobody who decides would hear it
        busy = self._judge_lock(work, session)  # last: it may cancel a proposal of ours
        if busy is not None:
            return Declined(why="busy", other=busy)
        return welcome

    def _judge_lock(self, work: Work, session: Hash) -> Hash | None:
        """The session that is in the way; our own open proposal gives way to a smaller name."""
        lock = work.store.chains.get_lock(work.me.agent)
        if lock is not None:
            return Hash(lock[0])
        own = work.store.sessions.get_proposed()
        if own is None:
            return None
        if session < own:
            self._desk.feed(work, own, signer.Crossed())
            return None
        return Hash(own)

    def _asks_too_much(self, work: Work, sender: AgentId) -> bool:
        now, sessions = work.now.wall, work.store.sessions
        if sessions.count_asked(sender) >= SESSIONS_PER_PEER:
            return True
        return sessions.count_vain(sender, now - LOCK_BUDGET_PER_MS, now) >= QUESTIONS_PER_HOUR

    def _is_over_budget(self, work: Work, sender: AgentId) -> bool:
        now = work.now.wall
        used, last = work.store.sessions.sum_lock_use(sender, now - LOCK_BUDGET_PER_MS, now)
        if used < LOCK_BUDGET_MS:
            return False
        pause = LOCK_BUDGET_MS << min(used // LOCK_BUDGET_MS - 1, 7)
        return now < last + pause

    # 2 REPLY, 3 SESSION_DATA, 4 SIGNATURE, 7 CERTIFICATE -----------------------

    def _reply(self, work: Work, sender: AgentId, body: PreflightReply) -> None:
        one = self._known(work, body.session, sender)
        if initiator_of(one) != work.me.agent:
            raise RuleBroken("a reply to a session that somebody else proposed")
        answer = body.answer
        if isinstance(answer, Declined):
            one.text = answer.text or one.text
            one.blamed = answer.chit
            one.note(work.now.wall, "declined", sender)
            if answer.clock:
                work.live.offsets[sender] = answer.clock - work.now.wall
            self._desk.feed_file(work, one, signer.DeclineArrived(sender, answer.why))
            return
        assert isinstance(answer, Accepted)
        rules.check_response(answer.response, body.session, sender, work.me.network)
        if one.record.state is State.PROPOSED:
            if _is_ahead(answer.response, work):
                self._desk.feed_file(work, one, signer.DeclineArrived(sender, "clock"))
                return
            if disks.is_taken(work, answer.response):
                self._desk.feed_file(work, one, signer.DeclineArrived(sender, "stale"))
                return
            work.store.sessions.put_response(one, answer.response)
            one.note(work.now.wall, "accepted", sender)
        self._desk.feed_file(work, one, signer.AcceptArrived(sender))

    def _session_data(self, work: Work, sender: AgentId, data: SessionData) -> None:
        one = self._known(work, data.session, sender)
        if initiator_of(one) != sender:
            raise RuleBroken("session data from somebody else than the initiator")
        if one.record.state is State.PREPARED and one.data is None:
            if not self._is_sound(work, one, data):
                self._desk.feed_file(work, one, signer.SessionDataRefused())
                return
            for response in data.responses:
                work.store.sessions.put_response(one, response)
            one.data = digest(data)
        elif one.record.state is State.RELEASED and one.record.payee and one.data is None:
            # We sign nothing more; but should the payer have finalised, we can tell (F49).
            if self._is_sound(work, one, data):
                for response in data.responses:
                    work.store.sessions.put_response(one, response)
                one.data = digest(data)
        elif one.record.state is not State.RELEASED and one.data != digest(data):
            self._desk.feed_file(work, one, signer.SessionDataRefused())
            return
        self._desk.feed_file(work, one, signer.SessionDataArrived())

    def _is_sound(self, work: Work, one: SessionFile, data: SessionData) -> bool:
        if len(data.responses) != len(one.record.signers):
            return False
        for agent, response in zip(one.record.signers, data.responses, strict=True):
            if agent == work.me.agent:
                if response != one.responses.get(agent):
                    return False
                continue
            try:
                rules.check_response(response, one.record.session, agent, work.me.network)
            except RuleBroken:
                return False
            if _is_ahead(response, work) or disks.is_taken(work, response):
                return False
        return True

    def _signature(self, work: Work, sender: AgentId, body: SessionSignature) -> None:
        one = self._known(work, body.session, sender)
        if not one.record.completer or sender == work.me.agent:
            raise RuleBroken("a session signature for somebody else")
        if one.data is None and one.record.state is State.PREPARED:
            raise NotYet()  # an enzyme: it overtook the session data
        if one.data is None and one.record.state is State.RELEASED:
            self._desk.feed_file(work, one, signer.SignatureArrived(sender))  # too late (F10)
            return
        if one.data is None or one.data != body.data:
            raise RuleBroken("a session signature over other session data")
        action = rules.derive_action(
            one.preflight, one.secret, one.data, one.responses[sender].body
        )
        rules.check_promise(action, body.signature, work.me.network)
        if one.record.state is State.PREPARED:
            work.store.sessions.put_signature(one, sender, body.signature)
            one.note(work.now.wall, "signature-of-partner", sender)
        self._desk.feed_file(work, one, signer.SignatureArrived(sender))

    def _certificate(self, work: Work, sender: AgentId, body: Certificate) -> None:
        one = self._known(work, body.session, sender)
        data = self._data_of(one)
        check_certificate(body, one.preflight, one.secret, data, work.me.network)
        if one.record.state in (State.COMMITTED, State.PARKED) and not one.record.stopped:
            for vote in body.votes:
                keep_vote(work, vote, one.data)
            work.store.sessions.put_set(one, body.signatures)
            one.note(work.now.wall, "certificate", sender)
        elif one.record.state is State.ABORTED:  # against the evidence that we have: proof of a lie
            for vote in body.votes:
                keep_vote(work, vote, one.data)
            work.store.sessions.put_set(one, body.signatures)
        self._desk.feed_file(work, one, signer.CertificateArrived())

    def _cancel(self, work: Work, sender: AgentId, body: Cancel) -> None:
        one = work.store.sessions.get(body.session)
        if one is None:
            # It overtook its own preflight, or that was declined: never let it in.
            now = work.now.wall
            work.store.sessions.bury_unknown(body.session, now, now + TOMBSTONE_MS)
            return
        if initiator_of(one) != sender:
            raise RuleBroken("only the initiator cancels")
        self._desk.feed_file(work, one, signer.CancelArrived())

    # 6 VOTE, 7 CERTIFICATE of the other kind ------------------------------------

    def _vote(self, work: Work, sender: AgentId, body: Vote) -> None:
        session = body.vote.body.session
        ballot = work.store.witnessing.get_ballot(session)
        if ballot is not None and sender in ballot.preflight.witnesses:
            self._witnesses.receive_vote(work, sender, ballot, body)
            return
        one = self._known(work, session, sender)
        if one.data is None and body.vote.body.verdict == COMMIT:
            raise RuleBroken("a commit before any session data")
        check_vote(body.vote, one.preflight, session, work.me.network)
        keep_vote(work, body.vote, one.data)
        one.note(work.now.wall, "voted", body.vote.witness)
        work.store.sessions.save(one, work.now.wall)  # it may decide nothing yet
        if len(body.signatures) == len(one.record.signers):
            self._take_signatures(work, one, body.signatures)
        self._judge_votes(work, one)

    def _take_signatures(
        self, work: Work, one: SessionFile, signatures: tuple[Signature, ...]
    ) -> None:
        fixed = digest(self._data_of(one))
        for agent, signature in zip(one.record.signers, signatures, strict=True):
            body = one.responses[agent].body
            check_either(
                rules.derive_action(one.preflight, one.secret, fixed, body),
                signature,
                work.me.network,
            )
            work.store.sessions.put_signature(one, agent, signature)

    def _judge_votes(self, work: Work, one: SessionFile) -> None:
        if voting.has_certificate(work, one):
            self._desk.feed_file(work, one, signer.CertificateArrived())
            return
        abort = voting.abort_of(work, one)
        if abort is not None:
            work.store.sessions.put_proof(one, AbortEvidence(certificate=abort))
            self._desk.feed_file(work, one, signer.AbortProven())

    def _abort(self, work: Work, sender: AgentId, body: AbortCertificate) -> None:
        one = self._known(work, body.session, sender)
        check_abort(body, one.preflight, body.session, work.me.network)
        for vote in body.votes:
            keep_vote(work, vote, one.data)
        self._judge_votes(work, one)

    def _walk(self, work: Work, sender: AgentId, body: WalkWanted) -> None:
        one = self._known(work, body.session, sender)
        if sender not in one.preflight.witnesses:
            raise RuleBroken("a walk for somebody who is no witness")
        if one.data is None and one.record.state is State.PREPARED:
            raise NotYet()  # somebody else's signature overtook the session data
        if one.data is not None:
            voting.show_walk(work, one, sender, body.seq)

    # 9 STATUS -----------------------------------------------------------------

    def _query(self, work: Work, sender: AgentId, body: StatusQuery) -> None:
        one = work.store.sessions.get(body.session)
        if one is None:
            # We never heard of it, or it came to nothing before we promised anything.
            evidence = NoEvidence()
            answer = Status(session=body.session, attempt=body.attempt, evidence=evidence)
            work.send(sender, answer)
            return
        if sender not in one.record.signers:
            raise RuleBroken("a question about somebody else's session")
        self._desk.feed_file(work, one, signer.StatusAsked(sender, body.attempt))

    def _status(self, work: Work, sender: AgentId, body: Status) -> None:
        one = self._known(work, body.session, sender)
        evidence = body.evidence
        one.note(work.now.wall, "heard", sender)
        work.store.sessions.save(one, work.now.wall)  # whatever becomes of the evidence
        match evidence:
            case CertificateEvidence():
                self._certificate(work, sender, evidence.certificate)
            case SlotEvidence():
                self._slot(work, sender, one, evidence)
            case AbortEvidence():
                self._abort(work, sender, evidence.certificate)
            case SignatureEvidence():
                if one.record.completer and one.data is not None:
                    signature = SessionSignature(
                        session=body.session, data=one.data, signature=evidence.signature
                    )
                    self._signature(work, sender, signature)
            case NoEvidence():
                pass  # nothing follows from silence (R7)

    def _slot(self, work: Work, sender: AgentId, one: SessionFile, evidence: SlotEvidence) -> None:
        author = evidence.action.action.author  # anybody in the session may pass it on
        response = one.responses.get(author)
        if response is None or author == work.me.agent:
            return  # who never saw the session data cannot judge it, and needs no evidence
        derived = None
        if one.data is not None and author != one.record.decider:
            derived = rules.derive_action(one.preflight, one.secret, one.data, response.body)
        slot = judge_slot(evidence, response, derived, one.record.session, work.me.network)
        self._watch_for_forks(work, one, evidence)
        if slot is Slot.FINALISED:
            work.store.sessions.put_signature(one, author, evidence.action.signature)
        given = signer.SlotShown(author, slot)
        if signer.is_abort(one.record, given) or signer.is_contradiction(one.record, given):
            work.store.sessions.put_proof(one, evidence)
        is_pledge = slot is Slot.FINALISED and one.record.payee and author == payer_of(one)
        proof = finalised_proof(one, evidence.action.signature) if is_pledge else None
        if proof is not None and one.record.state is not State.COMPLETED:
            keep_finalised(work, proof)
        self._desk.feed_file(work, one, given)
        if proof is not None and one.record.state not in (State.COMPLETED, State.PAID):
            count_finalised(work, proof, mine=False)  # bound, whoever else signed or decided (R8)

    def _watch_for_forks(self, work: Work, one: SessionFile, evidence: SlotEvidence) -> None:
        """Two ordinary signatures of one agent at one place: it tells two stories (R4)."""
        shown = evidence.action
        link = hash_action(shown.action)
        others = work.store.chains.put_seen(link, shown)
        if any(is_fork(shown, other) for other in others):
            partner = work.store.partners.get(one.partner)
            number = work.store.facts.put_notice(
                work.now.wall,
                "fork-seen",
                "safety",
                str(shown.action.author),
                partner.name if partner else "",
                0,
                "",
            )
            work.notice(NoticeAdded(str(number)))

    # Common ---------------------------------------------------------------------

    def _known(self, work: Work, session: Hash, sender: AgentId) -> SessionFile:
        one = work.store.sessions.get(session)
        if one is None or sender not in (*one.record.signers, *one.preflight.witnesses):
            raise RuleBroken("a message about a session that is not here")
        return one

    def _data_of(self, one: SessionFile) -> SessionData:
        if one.data is None or any(agent not in one.responses for agent in one.record.signers):
            raise RuleBroken("a certificate before any session data")
        return voting.data_of(one)


def _judge_service(work: Work, preflight: Preflight) -> Welcome | Declined:
    """Whether we decide this session as its enzyme; we never see what it is about."""
    parties = tuple(agent for agent in preflight.agents if agent != work.me.agent)
    if not roles.is_served(work, "decide", parties):
        return Declined(why="unserved")
    return Welcome("", by_policy=True)


def _decline(work: Work, why: Why) -> Declined:
    return Declined(why=why, clock=work.now.wall)


def _is_ahead(response: Response, work: Work) -> bool:
    # A head later than our clock: one of the two clocks is wrong, and people should know (F38).
    return response.body.top_time > (work.now.wall + CLOCK_AHEAD_MS) * 1000
