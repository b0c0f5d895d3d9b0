"""The countersigning desk: carries out what the signer's table asks for.

Source: countersigning.md.  What arrives is checked in `evidence.py` and `admission.py`; here the
effects happen: locks, signatures, parks, certificates.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wallet.crypto.encoding import encode
from wallet.crypto.hashing import Hash, digest
from wallet.crypto.ids import AgentId
from wallet.crypto.signing import Signature
from wallet.engine.api.notices import NoticeAdded, SessionChanged
from wallet.engine.desks import chainbook, helping, policy, voting
from wallet.engine.desks.papers import paper_seats
from wallet.engine.desks.slots import public_time, show_slot
from wallet.engine.work import Work
from wallet.model.credit import ALONE, Signing, pledge
from wallet.model.errors import BugError
from wallet.model.limits import LOCK_FREE_MS, TOMBSTONE_MS
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.countersign import signer
from wallet.protocol.countersign.signer import Session, State
from wallet.protocol.dispatch import (
    CHIT,
    COUNTERSIGNING,
    Batch,
    heard_by_amended,
    heard_by_chit,
    heard_by_tally,
    listener_of,
)
from wallet.protocol.effects import ClearTimer, Fact, Report, SetTimer
from wallet.protocol.machine import Effect, Input
from wallet.protocol.messages.countersigning import (
    AMEND,
    OPEN,
    Accepted,
    BareChit,
    Cancel,
    CertificateEvidence,
    Declined,
    NoEvidence,
    PaperEntry,
    ParkEntry,
    PaymentEntry,
    Preflight,
    PreflightReply,
    PreflightRequest,
    ResponseBody,
    Seat,
    SessionDataMessage,
    SessionEntry,
    SessionSignature,
    SignatureEvidence,
    SlotEvidence,
    Status,
    StatusQuery,
)
from wallet.store.sessions import SessionFile

REQUESTS = ("preflight", "session-data", "status-query")
TIMERS: dict[str, Callable[[], Input]] = {
    "end": signer.EndPassed,
    "ask": signer.AskDue,
    "park": signer.ParkDue,
}
STEPS = {
    signer.SendPreflight: "asked",
    signer.SendAccept: "accepted",
    signer.SendSessionData: "data-sent",
    signer.SendSignature: "signed",
    signer.Finalise: "completed",
    signer.RecordLate: "completed",
    signer.AskStatus: "asked-status",
    signer.SendBare: "paid",
    signer.WritePark: "parked",
}
PAPER_NEWS: dict[type[Fact], str] = {
    signer.PersonAsked: "paper-asked",
    signer.Done: "paper-signed",
    signer.NotDone: "paper-ended",
    signer.NotKnown: "paper-unknown",
}
ENDS = {
    State.RELEASED: "released",
    State.ABORTED: "aborted",
    State.CANCELLED: "cancelled",
    State.PAID: "paid",
}


class CountersignDesk:
    """Loads a session, asks the table, does what it says, saves."""

    def __init__(self) -> None:
        self._do: dict[type[Effect], Callable[[Work, SessionFile, Any], None]] = {
            signer.SendPreflight: self._send_preflight,
            signer.LockChain: self._lock,
            signer.UnlockChain: self._unlock,
            signer.SendAccept: self._send_accept,
            signer.SendDecline: self._send_decline,
            signer.SendSessionData: self._send_session_data,
            signer.SendSignature: self._send_signature,
            signer.Finalise: self._finalise,
            signer.RecordLate: self._record_late,
            signer.SendCertificate: self._send_certificate,
            signer.WritePark: self._write_park,
            signer.SendSlot: self._send_slot,
            signer.SendOwnSignature: self._send_own_signature,
            signer.SendNothingYet: self._send_nothing_yet,
            signer.AskStatus: self._ask_status,
            signer.SendCancel: self._send_cancel,
            signer.SendBare: self._send_bare,
            signer.Bury: self._bury,
            SetTimer: self._set_timer,
            ClearTimer: self._clear_timer,
            Report: self._report,
        }

    # Doors ------------------------------------------------------------------

    def propose(
        self,
        work: Work,
        entry: SessionEntry,
        partner: AgentId,
        subject: str,
        window: int,
        signing: Signing = ALONE,
    ) -> Hash:
        """Start a session about this entry, `window` ms long; who decides: `signing`."""
        seats = seats_of(entry, work.me.agent, partner)
        dice = rules.Dice(*(work.dice.token(size) for size in (16, 64, 32, 24)))
        preflight, _ = rules.make_preflight(
            work.me.network, entry, seats, work.now.wall, window, dice, signing
        )
        record = record_of(preflight, work.me.agent)
        secrets = rules.Secrets.of(dice.secret)
        one = SessionFile(
            record, partner, subject, work.now.wall, preflight, secrets, entry, window
        )
        work.store.sessions.add(one, work.now.wall)
        self._step(work, one, signer.Propose(window))
        return record.session

    def admit(self, work: Work, one: SessionFile, given: signer.PreflightArrived) -> None:
        """Begin a session that somebody else proposed and nothing speaks against."""
        work.store.sessions.add(one, work.now.wall)
        one.note(work.now.wall, "asked", one.partner)
        self._step(work, one, given)

    def feed(self, work: Work, key: str, given: Input) -> None:
        """Give an input to a session we hold."""
        one = work.store.sessions.get(key)
        if one is None:
            raise BugError("an input for a session that is not here")
        self.feed_file(work, one, given)

    def feed_file(self, work: Work, one: SessionFile, given: Input) -> None:
        """The same, for a session that is loaded already; a passed deadline goes first."""
        if self._is_overdue(work, one) and not isinstance(given, signer.EndPassed):
            self._step(work, one, signer.EndPassed())
        self._step(work, one, given)

    def wake(self, work: Work, key: str, name: str) -> None:
        """A timer of a session is due."""
        one = work.store.sessions.get(key)
        if one is not None:
            self._step(work, one, TIMERS[name]())

    def _is_overdue(self, work: Work, one: SessionFile) -> bool:
        due = work.due(COUNTERSIGNING, one.record.session, "end")
        return due is not None and due <= work.now.mono

    def _step(self, work: Work, one: SessionFile, given: Input) -> None:
        before = one.record.state
        one.record, effects = signer.machine.step(one.record, given)
        for effect in effects:
            self._do[type(effect)](work, one, effect)
            key = STEPS.get(type(effect))
            if key:
                one.note(work.now.wall, key)
        after = one.record.state
        if after is State.PARKED and after is not before and _is_paid(work, one):
            work.tell(COUNTERSIGNING, one.record.session, signer.BareChitArrived())
        if after is not before and after in ENDS:
            one.note(work.now.wall, ENDS[after])
        work.store.sessions.save(one, work.now.wall)
        work.notice(SessionChanged(one.record.session))

    # Effects: the chain -------------------------------------------------------

    def _lock(self, work: Work, one: SessionFile, _: signer.LockChain) -> None:
        session, me = one.record.session, work.me
        work.store.chains.put_lock(me.agent, session, work.now.wall)
        head = chainbook.head(work)
        body = ResponseBody(
            session=session,
            agent=me.agent,
            seq=head.seq + 1,
            top=head.hash,
            top_time=head.timestamp,
        )
        response = rules.respond(session, me.signer, me.network, body)
        work.store.sessions.put_response(one, response)

    def _unlock(self, work: Work, one: SessionFile, _: signer.UnlockChain) -> None:
        lock = work.store.chains.get_lock(work.me.agent)
        if lock is None or lock[0] != one.record.session:
            return
        work.store.chains.drop_lock(work.me.agent, one.record.session)
        work.look_for_work = True
        if not one.record.automatic or one.record.reason == "own act":
            return
        # A session that completed is free of charge for as long as a slow line needs (R10).
        free = LOCK_FREE_MS if one.record.state in (State.COMPLETED, State.PAID) else 0
        held = min(work.now.wall - lock[1], one.wait) - free
        if held > 0 or not free:
            work.store.sessions.put_lock_use(one.partner, work.now.wall, max(0, held))

    def _finalise(self, work: Work, one: SessionFile, _: signer.Finalise) -> None:
        me = work.me
        action = self._own_action(work, one)
        if me.agent not in one.signatures:
            signature = rules.promise(action, me.signer, me.network)
            work.store.sessions.put_signature(one, me.agent, signature)
        salt = rules.salt_of(one.secret, self._data(one), me.agent)
        if one.entry is None:
            decision = rules.decision_of(one.record.session, self._data(one), _others_signed(one))
            chainbook.write_action(work, action, "decision", encode(decision), salt)
            return
        chainbook.write_action(work, action, one.record.kind, encode(one.entry), salt)

    def _record_late(self, work: Work, one: SessionFile, _: signer.RecordLate) -> None:
        if one.entry is None:
            raise BugError("an enzyme never completes what it parked")
        chainbook.observe(work, one.record.kind, one.entry)

    def _write_park(self, work: Work, one: SessionFile, effect: signer.WritePark) -> None:
        entry = ParkEntry(session=one.record.session, data=one.data, stop=effect.stop)
        chainbook.write_private(work, "session_park", encode(entry), public_time(one))

    def _bury(self, work: Work, one: SessionFile, _: signer.Bury) -> None:
        session = one.record.session
        if one.record.mode != "P":
            helping.forget_cards(work, session)
        work.store.sessions.bury(session, work.now.wall + TOMBSTONE_MS)
        work.store.outbox.drop_requests(session, REQUESTS)
        work.look_for_work = True

    # Effects: messages ----------------------------------------------------------

    def _others(self, work: Work, one: SessionFile) -> list[AgentId]:
        return [agent for agent in one.record.signers if agent != work.me.agent]

    def _send_preflight(self, work: Work, one: SessionFile, _: signer.SendPreflight) -> None:
        box = rules.seal_entry(one.secrets, encode(one.entry), work.dice.token(24))
        cards = helping.cards_of(work, one.preflight)
        for agent in self._others(work, one):
            shown = None if agent == one.record.decider else box
            body = PreflightRequest(preflight=one.preflight, entry=shown, cards=cards)
            work.send(agent, body, one.record.session)

    def _send_accept(self, work: Work, one: SessionFile, _: signer.SendAccept) -> None:
        if one.record.mode != "P":
            helping.learn(work, one.preflight, one.record.session)
        answer = Accepted(response=one.responses[work.me.agent])
        body = PreflightReply(session=one.record.session, answer=answer)
        work.send(initiator_of(one), body, one.record.session)

    def _send_decline(self, work: Work, one: SessionFile, effect: signer.SendDecline) -> None:
        answer = Declined(why=effect.why, text=one.text, clock=work.now.wall)
        body = PreflightReply(session=one.record.session, answer=answer)
        work.send(initiator_of(one), body, one.record.session)

    def _send_session_data(self, work: Work, one: SessionFile, _: signer.SendSessionData) -> None:
        data = rules.data_of(
            one.record.session, tuple(one.responses[agent] for agent in one.record.signers)
        )
        one.data = digest(data)
        for agent in self._others(work, one):
            work.send(agent, SessionDataMessage(data=data), one.record.session)

    def _send_signature(self, work: Work, one: SessionFile, _: signer.SendSignature) -> None:
        me = work.me
        signature = rules.promise(self._own_action(work, one), me.signer, me.network)
        work.store.sessions.put_signature(one, me.agent, signature)
        if one.record.mode == "Q":
            voting.bring_signature(work, one)
            return
        body = SessionSignature(
            session=one.record.session, data=self._data(one), signature=signature
        )
        work.send(one.preflight.collector, body, one.record.session)

    def _send_certificate(
        self, work: Work, one: SessionFile, effect: signer.SendCertificate
    ) -> None:
        certificate = one.certificate(work.store.witnessing.list_votes(one.record.session))
        if effect.to is None:
            for agent in self._others(work, one):
                work.send(agent, certificate, one.record.session)
            return
        evidence = CertificateEvidence(certificate=certificate)
        self._status(work, one, effect.to, effect.attempt, evidence)

    def _send_slot(self, work: Work, one: SessionFile, effect: signer.SendSlot) -> None:
        targets = [effect.to] if effect.to else self._others(work, one)
        evidence = one.proof if one.record.state is State.ABORTED else None
        evidence = evidence or show_slot(work, one)
        for agent in targets:
            if evidence is not None:
                self._status(work, one, agent, effect.attempt, evidence)
            elif effect.to is not None:
                self._status(work, one, agent, effect.attempt, NoEvidence())

    def _send_own_signature(
        self, work: Work, one: SessionFile, effect: signer.SendOwnSignature
    ) -> None:
        evidence = SignatureEvidence(signature=one.signatures[work.me.agent])
        self._status(work, one, effect.to, effect.attempt, evidence)

    def _send_nothing_yet(
        self, work: Work, one: SessionFile, effect: signer.SendNothingYet
    ) -> None:
        self._status(work, one, effect.to, effect.attempt, NoEvidence())

    def _ask_status(self, work: Work, one: SessionFile, effect: signer.AskStatus) -> None:
        session = one.record.session
        work.store.outbox.drop_requests(session, ("status-query",))
        for agent in self._others(work, one):
            if agent == one.record.decider or is_reachable(work, agent):
                work.send(agent, StatusQuery(session=session, attempt=effect.attempt), session)
        voting.ask_for_votes(work, one, effect.attempt)

    def _send_cancel(self, work: Work, one: SessionFile, _: signer.SendCancel) -> None:
        for agent in self._others(work, one):
            work.send(agent, Cancel(session=one.record.session), one.record.session)

    def _send_bare(self, work: Work, one: SessionFile, _: signer.SendBare) -> None:
        if not isinstance(one.entry, PaymentEntry):
            raise BugError("only a payment can be paid anyway")
        me = work.me
        for chit in one.entry.chits:
            body = BareChit(chit=chit, pledge=pledge(chit, me.authority, me.signer, me.network))
            found = digest(chit)
            if work.store.chits.get_proof(found, "bare") is None:
                work.store.chits.put_proof(found, "bare", encode(body.pledge))
                chainbook.observe(work, "chit", body)
            for agent in self._others(work, one):
                if agent != one.record.decider:  # who never learns the amount
                    work.send(agent, body, one.record.session)

    def _status(
        self, work: Work, one: SessionFile, to: AgentId, attempt: int, evidence: Any
    ) -> None:
        body = Status(session=one.record.session, attempt=attempt, evidence=evidence)
        work.send(to, body, one.record.session)

    # Effects: time and listeners ------------------------------------------------

    def _set_timer(self, work: Work, one: SessionFile, effect: SetTimer) -> None:
        work.set_timer(COUNTERSIGNING, one.record.session, effect.name, effect.wait)

    def _clear_timer(self, work: Work, one: SessionFile, effect: ClearTimer) -> None:
        work.clear_timer(COUNTERSIGNING, one.record.session, effect.name)

    def _report(self, work: Work, one: SessionFile, effect: Report) -> None:
        note_witnesses(work, one, effect.fact)
        if isinstance(effect.fact, signer.Disputed):
            self._tell_of_dispute(work, one)
            return
        machine = listener_of(one.record.kind)
        if isinstance(one.entry, PaymentEntry):
            self._tell_of_payment(work, one, one.entry, effect.fact)
        elif one.entry is None:
            return  # an enzyme: nobody here waits for the outcome
        elif machine is None:
            self._tell_of_paper(work, one, effect.fact)
            return
        else:
            heard = heard_by_amended if one.record.kind == AMEND else heard_by_tally
            given = heard(effect.fact)
            if given is not None:
                work.tell(machine, one.subject, given)
            if one.record.kind == OPEN:
                self._tell_of_opening(work, one, effect.fact)
        if isinstance(effect.fact, signer.StorageLost):
            work.store.facts.put_notice(
                work.now.wall, "storage-lost", "safety", one.record.session, "", 0, ""
            )

    def _tell_of_dispute(self, work: Work, one: SessionFile) -> None:
        session, liar = one.record.session, one.record.decider or initiator_of(one)
        proof = one.proof
        if one.record.decider is None and isinstance(proof, SlotEvidence):
            liar = proof.action.action.author
        witness, partner = work.store.witnessing.get(liar), work.store.partners.get(liar)
        known = partner or witness
        number = work.store.facts.put_notice(
            work.now.wall, "session-disputed", "safety", session, known.name if known else "", 0, ""
        )
        work.notice(NoticeAdded(str(number)))

    def _tell_of_opening(self, work: Work, one: SessionFile, fact: Fact) -> None:
        """Say that it is not known whether a tally opened, and later that it did not."""
        unknown = isinstance(fact, signer.NotKnown)
        if unknown or (isinstance(fact, signer.NotDone) and one.record.asked):
            key = "opening-not-known" if unknown else "opening-not-done"
            self._put_notice(work, one, key, "needs you" if unknown else "under way", one.subject)

    def _tell_of_paper(self, work: Work, one: SessionFile, fact: Fact) -> None:
        key = PAPER_NEWS.get(type(fact))
        if key:
            category = "needs you" if key == "paper-asked" else "under way"
            self._put_notice(work, one, key, category, one.record.session)

    def _put_notice(
        self, work: Work, one: SessionFile, key: str, category: str, subject: str
    ) -> None:
        partner = work.store.partners.get(one.partner)
        name = partner.name if partner else ""
        number = work.store.facts.put_notice(
            work.now.wall, key, category, subject, name, 0, one.record.reason
        )
        work.notice(NoticeAdded(str(number)))

    def _seal(self, work: Work, uuid: str, session: str) -> None:
        chit = work.store.chits.get(uuid)
        if chit is None:
            raise BugError("a session about a chit that is not here")
        work.store.chits.put_sealing(chit, session)

    def _tell_of_payment(
        self, work: Work, one: SessionFile, entry: PaymentEntry, fact: Fact
    ) -> None:
        # All signatures are no certificate yet: in mode Q the votes belong to it.
        sealed = isinstance(fact, signer.Done) and not fact.bare and one.is_signed_by_all
        if isinstance(fact, signer.NotDone):
            policy.give_back(work, one)
        batch = Batch(tuple(chit.uuid for chit in entry.chits), sealed, one.blamed)
        for chit in entry.chits:
            if sealed:
                self._seal(work, chit.uuid, one.record.session)
            given = heard_by_chit(fact, chit.uuid, batch)
            if given is not None:
                work.tell(CHIT, chit.uuid, given)

    # Derived ----------------------------------------------------------------------

    def _data(self, one: SessionFile) -> Hash:
        if one.data is None:
            raise BugError("no session data yet")
        return one.data

    def _own_action(self, work: Work, one: SessionFile) -> Any:
        body = one.responses[work.me.agent].body
        others = _others_signed(one) if one.entry is None else ()
        return rules.derive_action(one.preflight, one.secret, self._data(one), body, others)


def _is_paid(work: Work, one: SessionFile) -> bool:
    """Whether we, the payee, had what counts while we still waited for the certificate (R8).

    The payer's action was shown; or the session was to seal what the payer had signed bare, which
    came before and is not handed over again.
    """
    if not one.record.payee or not isinstance(one.entry, PaymentEntry):
        return False
    proof = work.store.chits.get_proof
    return all(
        proof(found, "finalised") is not None or proof(found, "bare") is not None
        for found in map(digest, one.entry.chits)
    )


def seats_of(entry: SessionEntry, first: AgentId, second: AgentId) -> tuple[Seat, ...]:
    """Who is what in a session about this entry: the initiator first, the enzyme left out."""
    if isinstance(entry, PaperEntry):
        return paper_seats(entry)
    if isinstance(entry, PaymentEntry):
        return Seat(agent=first, role="payer"), Seat(agent=second, role="payee")
    return Seat(agent=first, role="initiator"), Seat(agent=second, role="acceptor")


def record_of(preflight: Preflight, me: AgentId) -> Session:
    """What the table needs to know about a preflight, seen from `me`."""
    seat = next(seat for seat in preflight.signers if seat.agent == me)
    return Session(
        session=rules.session_of(preflight),
        me=me,
        signers=preflight.agents,
        kind=preflight.kind,
        mode=preflight.mode,
        completer=preflight.mode != "Q" and preflight.collector == me,
        initiator=preflight.initiator == me,
        decider=preflight.enzyme if preflight.mode == "E" else None,
        payer=seat.role == "payer",
        payee=seat.role == "payee",
    )


def payer_of(one: SessionFile) -> AgentId | None:
    """Who pays, if it is about money."""
    return next((seat.agent for seat in one.preflight.signers if seat.role == "payer"), None)


def initiator_of(one: SessionFile) -> AgentId:
    """The signer who asked."""
    return one.preflight.initiator


def is_reachable(work: Work, agent: AgentId) -> bool:
    """Whether we may ever have a link to this agent: a partner, or one who is here now."""
    return agent in work.live.online or work.store.tallies.has_partner(agent)


def _others_signed(one: SessionFile) -> tuple[Signature, ...]:
    """What an enzyme signs over: the signatures of all other signers, in order."""
    return tuple(
        one.signatures[agent] for agent in one.record.signers if agent != one.record.decider
    )


def note_witnesses(work: Work, one: SessionFile, fact: Fact) -> None:
    """Keep the record of who decides for us: how often it did, how often it was silent."""
    agents = one.preflight.witnesses or ((one.record.decider,) if one.record.decider else ())
    counts = {
        signer.Done: {"completed": 1},
        signer.NotKnown: {"silent": 1},
        signer.NotDone: {"aborted": 1},
    }.get(type(fact))
    promised = work.me.agent in one.signatures
    if one.entry is None or counts is None or not (promised or isinstance(fact, signer.Done)):
        return
    for agent in agents:
        work.store.witnessing.note(agent, work.now.wall, **counts)
