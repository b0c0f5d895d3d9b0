"""The witness's desk: checks what signers bring, keeps slots and votes, sends what was decided.

Source: countersigning.md, *Rules* (mode Q, *Slot rule*) and messages 5–7; the table is
`protocol/countersign/witness.py`.  Enzyme and witnesses never see the entry: they check form,
places and time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wallet.crypto.encoding import encode
from wallet.crypto.hashing import Hash, digest
from wallet.crypto.ids import AgentId
from wallet.crypto.signing import Signature
from wallet.engine.api.notices import NoticeAdded
from wallet.engine.desks import disks, helping, roles
from wallet.engine.refusing import NotServed
from wallet.engine.work import Work
from wallet.model.actions import hash_action
from wallet.model.errors import BugError, RuleBroken
from wallet.model.limits import (
    BALLOTS_PER_CLIENT,
    BALLOTS_PER_HOUR,
    CLOCK_AHEAD_MS,
    DECIDE_AFTER_MS,
    VOTE_MEMORY_MS,
)
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.countersign import slots, votes, witness
from wallet.protocol.countersign.certificate import check_either
from wallet.protocol.countersign.witness import Ballot, State
from wallet.protocol.dispatch import WITNESS
from wallet.protocol.effects import ClearTimer, SetTimer
from wallet.protocol.machine import Effect, Input
from wallet.protocol.messages.countersigning import (
    ABORT,
    COMMIT,
    AbortCertificate,
    Certificate,
    Preflight,
    Response,
    SessionData,
    Signed,
    SignedVote,
    Vote,
    VoteBody,
    VoteRequest,
    Walk,
    WalkWanted,
)
from wallet.store.witnessing import BallotFile

HOUR_MS = 3_600_000
TIMERS: dict[str, Callable[[], Input]] = {
    "decide": witness.DecideDue,
    "hear": witness.HeardOut,
}


class WitnessDesk:
    """Loads a ballot, asks the table, does what it says, saves."""

    def __init__(self) -> None:
        self._do: dict[type[Effect], Callable[[Work, BallotFile, Any], None]] = {
            witness.CastVote: self._cast,
            witness.SendVote: self._send_vote,
            witness.AskWitnesses: self._ask_witnesses,
            witness.SendCertificate: self._send_certificate,
            SetTimer: self._set_timer,
            ClearTimer: self._clear_timer,
        }

    # Doors ------------------------------------------------------------------

    def receive(self, work: Work, sender: AgentId, body: VoteRequest) -> None:
        """Take what a signer, or another witness, brings.

        Raises:
            PeerError: it breaks a rule, or we do not serve these; nothing of it is kept.
        """
        one = self._ballot(work, sender, body)
        if one.data != body.data:
            self._take_plea(work, sender, one, body)
            return
        for signed in body.signed:
            self._take_signature(work, one, signed)
        if not one.signatures:
            raise RuleBroken("a question without anybody's signature")
        for walk in body.walks:
            self._follow(work, one, walk)
        self._step(work, one, self._input(work, one, sender))
        if one.record.state not in (State.COMMIT, State.ABORT) and self._is_whole(one):
            for agent, seq in self._walks_missing(work, one).items():
                wanted = WalkWanted(session=one.record.session, seq=seq)
                work.send(agent, wanted, one.record.session)
            self._show_taken(work, one)

    def receive_vote(self, work: Work, sender: AgentId, one: BallotFile, body: Vote) -> None:
        """Take another witness's vote about a session that we witness too.

        Raises:
            PeerError: not its vote, or not what a vote may say.
        """
        vote, session = body.vote, one.record.session
        votes.check_vote(vote, one.preflight, session, work.me.network)
        keep_vote(work, vote, digest(one.data))
        if vote.body.verdict == COMMIT and len(body.signatures) == len(one.preflight.agents):
            for agent, signature in zip(one.preflight.agents, body.signatures, strict=True):
                self._take_signature(work, one, Signed(agent=agent, signature=signature))
            if one.record.state in (State.COLLECTING, State.ASKING):
                self._step(work, one, self._input(work, one, sender))
        known = work.store.witnessing.list_votes(session)
        enough = votes.count(known, COMMIT, digest(one.data)) >= one.preflight.needed
        self._step(work, one, witness.VoteShown(vote.witness, enough))

    def wake(self, work: Work, key: str, name: str) -> None:
        """A timer of a ballot is due."""
        one = work.store.witnessing.get_ballot(key)
        if one is not None:
            self._step(work, one, TIMERS[name]())

    # Checks -----------------------------------------------------------------

    def _ballot(self, work: Work, sender: AgentId, body: VoteRequest) -> BallotFile:
        preflight, me = body.preflight, work.me
        session = rules.session_of(preflight)
        known = work.store.witnessing.get_ballot(session)
        if sender not in (*preflight.agents, *preflight.witnesses):
            raise RuleBroken("a question about somebody else's session")
        if known is not None:
            return known
        rules.check_shape(preflight, me.network, len(encode(preflight)))
        if preflight.mode != "Q" or me.agent not in preflight.witnesses:
            raise RuleBroken("a session that we do not witness")
        self._check_quota(work, preflight)
        secrets = rules.open_secret(preflight, me.signer)
        _check_data(preflight, session, body.data, work)
        first = preflight.witnesses[0] == me.agent
        one = BallotFile(
            record=Ballot(
                session=session,
                me=me.agent,
                collector=first,
                alone=first and preflight.needed == 1,
            ),
            client=preflight.initiator,
            started_at=work.now.wall,
            preflight=preflight,
            secret=secrets.k,
            data=body.data,
        )
        work.store.witnessing.add_ballot(one)
        helping.meet(work, preflight, body.cards)  # whom we shall have to ask
        return one

    def _check_quota(self, work: Work, preflight: Preflight) -> None:
        now, store = work.now.wall, work.store.witnessing
        if not roles.is_served(work, "vote", preflight.agents):
            raise NotServed()
        if preflight.start > now + CLOCK_AHEAD_MS:
            raise NotServed()  # of the future, or our own clock is behind
        if preflight.end < now - VOTE_MEMORY_MS:
            raise NotServed()  # so old that its votes may be forgotten
        client = preflight.initiator
        if store.count_open(client) >= BALLOTS_PER_CLIENT:
            raise NotServed()
        if store.count_since(client, now - HOUR_MS) >= BALLOTS_PER_HOUR:
            raise NotServed()

    def _take_signature(self, work: Work, one: BallotFile, signed: Signed) -> None:
        if signed.agent in one.signatures:
            return
        response = _response(one, signed.agent)
        action = rules.derive_action(one.preflight, one.secret, digest(one.data), response.body)
        check_either(action, signed.signature, work.me.network)
        work.store.witnessing.put_signature(one, signed.agent, signed.signature)

    def _take_plea(self, work: Work, sender: AgentId, one: BallotFile, body: VoteRequest) -> None:
        """A signer that was given other session data than we (F9): it is in doubt all the same.

        No certificate can come of its data, for our one commit vote would be for the other.
        """
        _check_data(one.preflight, one.record.session, body.data, work)
        mine = [signed for signed in body.signed if signed.agent == sender]
        bodies = [answer.body for answer in body.data.responses if answer.body.agent == sender]
        if len(mine) != 1 or len(bodies) != 1:
            raise RuleBroken("a plea without the signature of who is in doubt")
        fixed = digest(body.data)
        action = rules.derive_action(one.preflight, one.secret, fixed, bodies[0])
        check_either(action, mine[0].signature, work.me.network)
        now, end = work.now.wall, one.preflight.end
        wait = max(0, end + DECIDE_AFTER_MS - now)
        self._step(work, one, witness.Asked(sender, wait, now > end))

    def _is_whole(self, one: BallotFile) -> bool:
        return set(one.signatures) == set(one.preflight.agents)

    def _input(self, work: Work, one: BallotFile, sender: AgentId) -> Input:
        now, end = work.now.wall, one.preflight.end
        wait, late = max(0, end + DECIDE_AFTER_MS - now), now > end
        if not self._is_whole(one):
            return witness.Asked(sender, wait, late)
        return witness.SetWhole(sender, wait, late, self._fits(work, one))

    # The slot rule ------------------------------------------------------------

    def _fits(self, work: Work, one: BallotFile) -> bool:
        """Whether no place was given to another session, and each top follows what we know."""
        return all(
            slots.follows(work.store.witnessing.get_newest(agent), self._promise(one, agent))
            for agent in one.preflight.agents
        )

    def _follow(self, work: Work, one: BallotFile, walk: Walk) -> None:
        """Take a signer's way from the place we know to the top it promised."""
        newest = work.store.witnessing.get_newest(walk.agent)
        if newest is None:
            return
        promise = self._promise(one, walk.agent)
        if slots.leads(walk, newest, promise, work.me.network):
            # What was at the known place is over: the top that follows it is known now.
            work.store.witnessing.put_slot(walk.agent, promise.seq - 1, promise.top, newest.session)

    def _walks_missing(self, work: Work, one: BallotFile) -> dict[AgentId, int]:
        """Whose way to its promised top we have not seen, and from which place on."""
        missing: dict[AgentId, int] = {}
        for agent in one.preflight.agents:
            newest, promise = work.store.witnessing.get_newest(agent), self._promise(one, agent)
            if newest and newest.seq < promise.seq and not slots.follows(newest, promise):
                missing[agent] = newest.seq
        return missing

    def _show_taken(self, work: Work, one: BallotFile) -> None:
        """Who promised a place that we gave away may be an older copy: show it what it signed."""
        for agent in one.preflight.agents:
            newest, promise = work.store.witnessing.get_newest(agent), self._promise(one, agent)
            if newest and promise.seq <= newest.seq and promise.action != newest.action:
                disks.show(work, agent)

    def _promise(self, one: BallotFile, agent: AgentId) -> slots.Promise:
        body = _response(one, agent).body
        action = rules.derive_action(one.preflight, one.secret, digest(one.data), body)
        return slots.Promise(agent, body.seq, body.top, hash_action(action))

    # The table ----------------------------------------------------------------

    def _step(self, work: Work, one: BallotFile, given: Input) -> None:
        one.record, effects = witness.machine.step(one.record, given)
        for effect in effects:
            self._do[type(effect)](work, one, effect)
        voted = one.record.state in (State.COMMIT, State.ABORT)
        work.store.witnessing.save_ballot(one, work.now.wall if voted else 0)

    def _cast(self, work: Work, one: BallotFile, effect: witness.CastVote) -> None:
        session, is_commit = one.record.session, effect.verdict == COMMIT
        body = VoteBody(
            session=session,
            verdict=effect.verdict,
            data=digest(one.data) if is_commit else None,
            set=votes.set_of(self._signatures(one)) if is_commit else None,
        )
        work.store.witnessing.put_vote(votes.cast(body, work.me.signer, work.me.network))
        if not is_commit:
            return
        for agent in one.preflight.agents:
            promise = self._promise(one, agent)
            work.store.witnessing.put_slot(agent, promise.seq, promise.action, session)

    def _send_vote(self, work: Work, one: BallotFile, effect: witness.SendVote) -> None:
        whole = self._certificate(work, one)
        others = [agent for agent in (effect.to, one.preflight.collector) if agent]
        for agent in dict.fromkeys(others) if effect.to else one.preflight.agents:
            if agent == work.me.agent:
                continue
            body: Vote | Certificate | AbortCertificate
            if whole is not None and agent in one.preflight.agents:
                body = whole
            else:
                body = self._vote(work, one)
            work.send(agent, body, one.record.session)

    def _ask_witnesses(self, work: Work, one: BallotFile, _: witness.AskWitnesses) -> None:
        signed = tuple(
            Signed(agent=agent, signature=one.signatures[agent])
            for agent in one.preflight.agents
            if agent in one.signatures
        )
        body = VoteRequest(
            preflight=one.preflight,
            data=one.data,
            signed=signed,
            cards=helping.cards_of(work, one.preflight),
            attempt=work.now.wall,
        )
        for agent in one.preflight.witnesses:
            if agent != work.me.agent:
                work.send(agent, body, one.record.session)

    def _send_certificate(self, work: Work, one: BallotFile, _: witness.SendCertificate) -> None:
        whole = self._certificate(work, one)
        if whole is None:
            raise BugError("a certificate without enough votes")
        for agent in one.preflight.agents:
            work.send(agent, whole, one.record.session)

    def _certificate(self, work: Work, one: BallotFile) -> Certificate | AbortCertificate | None:
        session, known = one.record.session, work.store.witnessing.list_votes(one.record.session)
        fixed, needed = digest(one.data), one.preflight.needed
        commits = tuple(
            vote for vote in known if vote.body.verdict == COMMIT and vote.body.data == fixed
        )
        if one.record.state is State.COMMIT and len(commits) >= needed:
            signatures = self._signatures(one)
            return Certificate(
                session=session, data=fixed, signatures=signatures, votes=commits[:needed]
            )
        aborts = tuple(vote for vote in known if vote.body.verdict == ABORT)
        enough = votes.aborts_needed(one.preflight)
        if len(aborts) >= enough:
            return AbortCertificate(session=session, votes=aborts[:enough])
        return None

    def _vote(self, work: Work, one: BallotFile) -> Vote:
        vote = work.store.witnessing.get_vote(one.record.session, work.me.agent)
        if vote is None:
            raise BugError("no vote yet")
        signatures = self._signatures(one) if vote.body.verdict == COMMIT else ()
        return Vote(vote=vote, signatures=signatures, attempt=work.now.wall)

    def _signatures(self, one: BallotFile) -> tuple[Signature, ...]:
        return tuple(one.signatures[agent] for agent in one.preflight.agents)

    def _set_timer(self, work: Work, one: BallotFile, effect: SetTimer) -> None:
        work.set_timer(WITNESS, one.record.session, effect.name, effect.wait)

    def _clear_timer(self, work: Work, one: BallotFile, effect: ClearTimer) -> None:
        work.clear_timer(WITNESS, one.record.session, effect.name)


def keep_vote(work: Work, vote: SignedVote, data: Hash | None) -> None:
    """Keep a checked vote; two that contradict each other are told to the person (F30).

    A liar's second vote may be what a certificate stands on that others go by: it is kept too, if
    it is an abort or a commit to our session data.
    """
    known = work.store.witnessing.get_vote(vote.body.session, vote.witness)
    if known is None:
        work.store.witnessing.put_vote(vote)
    elif votes.contradict(known, vote):
        if vote.body.data in (None, data):
            work.store.witnessing.put_vote(vote)
        work.store.witnessing.put_lie(known, vote, work.now.wall)
        found = work.store.witnessing.get(vote.witness)
        number = work.store.facts.put_notice(
            work.now.wall,
            "witness-lied",
            "safety",
            f"{vote.witness}:{vote.body.session}",
            found.name if found else "",
            0,
            "",
        )
        work.notice(NoticeAdded(str(number)))


def _response(one: BallotFile, agent: AgentId) -> Response:
    for response in one.data.responses:
        if response.body.agent == agent:
            return response
    raise RuleBroken("a signature of somebody who is no signer")


def _check_data(preflight: Preflight, session: Hash, data: SessionData, work: Work) -> None:
    if data.session != session or len(data.responses) != len(preflight.agents):
        raise RuleBroken("session data of another session")
    for response, agent in zip(data.responses, preflight.agents, strict=True):
        rules.check_response(response, session, agent, work.me.network)
