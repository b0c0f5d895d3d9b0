"""Laws of sessions in all modes: one end for all, one vote, one word at each place.

Source: countersigning.md, *Rules* (table of modes, *Slot rule*), *Faults*.  They add to `laws.py`
what enzymes, witnesses and papers of many signers bring: who may split, and by whose proof; what
may stay open, and where that is seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.sim.laws import DONE, UNDONE
from tests.sim.leaving_laws import UNSIGNED, LeavingLaws, others_of
from tests.sim.world import Wallet, World
from wallet.crypto.encoding import decode
from wallet.engine.api.views import Outcome, SessionView
from wallet.engine.desks.disks import is_old_copy
from wallet.engine.queries.now import Now
from wallet.engine.queries.sessions import list_sessions
from wallet.model.actions import hash_action
from wallet.model.credit import ALONE
from wallet.model.errors import RuleBroken
from wallet.model.limits import DECIDE_AFTER_MS
from wallet.model.networks import COMMONS
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.countersign.certificate import check_either
from wallet.protocol.messages.countersigning import (
    ABORT,
    COMMIT,
    AbortEvidence,
    PaymentEntry,
    SlotEvidence,
    Status,
    Vote,
)
from wallet.protocol.messages.frame import Frame
from wallet.protocol.messages.refusals import Refusal
from wallet.store.sessions import SessionFile

WARRANTS = ("fork-seen", "witness-lied")


class SessionLaws(LeavingLaws):
    """Checks the honest wallets of one world of sessions."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.given: dict[tuple[str, str, int], str] = {}  # (witness, signer, place) → session
        self.liars = {world.wallets[name].agent for name in world.liars}
        world.is_excused = self.is_excused

    # After every event ---------------------------------------------------------------

    def check_touched(self, world: World) -> None:
        super().check_touched(world)
        for name in world.touched:
            if name in self.honest:
                self._check_ballots(world.wallets[name])
                self._check_framing(world.wallets[name])

    def _check_framing(self, wallet: Wallet) -> None:
        """No honest wallet believes that an honest one lied, or that its own disk did."""
        if is_old_copy(wallet.store.facts):
            self.broken("nobody honest is framed", wallet.name, "thinks that it is an old copy")
        for key, subject in wallet.store.database.fetch_all(
            "SELECT key, subject FROM notice"
            " WHERE key IN (?, ?, 'storage-lost', 'session-disputed')",
            WARRANTS,
        ):
            accused = {subject.split(":")[0]} if key in WARRANTS else set()
            if key == "session-disputed":
                one = self._file(wallet, subject)
                accused = {one.record.decider} if one.record.decider else {*one.record.signers}
            if not accused & self.liars:
                self.broken("nobody honest is framed", wallet.name, key, subject[:8])

    def _check_ballots(self, wallet: Wallet) -> None:
        for session, state in wallet.store.database.fetch_all(
            "SELECT session, state FROM ballot WHERE state IN ('commit', 'abort')"
        ):
            if self.sessions.setdefault(f"ballot {session}", {}).get(wallet.name) == state:
                continue
            known = self.sessions[f"ballot {session}"].setdefault(wallet.name, state)
            vote = wallet.store.witnessing.get_vote(session, wallet.agent)
            if known != state or vote is None or vote.body.verdict != state:
                self.broken("one vote, for ever", wallet.name, session[:8], known, state)
                continue
            self._note_vote(vote)
            self._check_ballot(wallet, session, state)

    def _check_ballot(self, wallet: Wallet, session: str, verdict: str) -> None:
        one = wallet.store.witnessing.get_ballot(session)
        assert one is not None
        if verdict == ABORT:
            over = one.preflight.end + DECIDE_AFTER_MS - self.world.faults.clock_skew_ms
            if not wallet.has_jumped and wallet.clock.wall_ms() < over:
                self.broken("no abort before the end", wallet.name, session[:8])
            return
        for response in one.data.responses:
            place = (wallet.name, response.body.agent, response.body.seq)
            if self.given.setdefault(place, session) != session:
                self.broken("one place, one session", wallet.name, session[:8])

    def _check_states(self, wallet: Wallet) -> None:
        """Nobody honest is COMPLETED while an honest fellow signer gave up."""
        for session, state in wallet.store.database.fetch_all("SELECT session, state FROM session"):
            states = self.sessions.setdefault(session, {})
            before = states.get(wallet.name)
            if before == state:
                continue
            if before in (*DONE, *UNDONE):
                self.broken("an end is final", wallet.name, session[:8], before, state)
            states[wallet.name] = state
            if state not in (*DONE, *UNDONE):
                continue
            one = self._file(wallet, session)
            if state == "completed":
                self._check_certificate(wallet, one)
            if state in UNSIGNED and wallet.agent in one.signatures:
                self.broken("no signature after release", wallet.name, session[:8], state)
            for other, end in states.items():
                if {state, end} & {*UNDONE} and not self._may_differ(one, wallet.name, other):
                    self.broken("all signers end alike", session[:8], sorted(states.items()))

    def _file(self, wallet: Wallet, session: str) -> SessionFile:
        one = wallet.store.sessions.get(session)
        assert one is not None
        return one

    def _may_differ(self, one: SessionFile, name: str, other: str) -> bool:
        """Whether these two may stand as they do: not two ends, or a liar's doing, proven."""
        session, states = one.record.session, self.sessions[one.record.session]
        ends = {name: states[name], other: states[other]}
        done = [each for each, end in ends.items() if end in DONE]
        undone = [each for each, end in ends.items() if end in UNDONE]
        if not done or not undone:
            return True
        files = [self._file(self.world.wallets[each], session) for each in (done[0], undone[0])]
        if ends[done[0]] == "paid" and one.record.mode != "P" and not files[1].record.payer:
            return True  # R8: the payer paid anyway; a bare chit counts in every state
        return self._is_proven_lie(done[0], *files)

    def _is_proven_lie(self, done: str, one: SessionFile, other: SessionFile) -> bool:
        """Whether what both hold is proof against a liar, of the kind that the mode names."""
        if one.record.mode == "Q":
            votes = self.world.wallets[done].store.witnessing.list_votes(one.record.session)
            for_it = {vote.witness for vote in votes if vote.body.verdict == COMMIT}
            proof = other.proof
            found = proof.certificate.votes if isinstance(proof, AbortEvidence) else ()
            return bool(for_it & {vote.witness for vote in found} & self.liars)  # F30
        if not isinstance(other.proof, SlotEvidence):
            return False
        author = other.proof.action.action.author
        signed = author in one.signatures and author in self.liars
        return signed and (one.record.mode == "P" or author == one.record.decider)  # F26, F28

    def _check_certificate(self, wallet: Wallet, one: SessionFile) -> None:
        """Who completed holds every signature, and in mode Q enough votes."""
        votes = wallet.store.witnessing.list_votes(one.record.session)
        commits = {
            vote.witness
            for vote in votes
            if vote.body.verdict == COMMIT and vote.body.data == one.data
        }
        if len(commits & {*one.preflight.witnesses}) < one.preflight.needed:
            self.broken(
                "complete by certificate",
                wallet.name,
                one.record.session[:8],
                len(commits),
                "votes",
            )
        for agent in one.record.signers:
            signature, data = one.signatures.get(agent), one.data
            if signature is None or data is None:
                self.broken("complete by certificate", wallet.name, "a signature is missing")
                return
            others = others_of(one) if agent == one.record.decider else ()
            body = one.responses[agent].body
            action = rules.derive_action(one.preflight, one.secret, data, body, others)
            try:
                check_either(action, signature, COMMONS.id)
            except RuleBroken as error:
                self.broken("complete by certificate", wallet.name, error.rule)

    def _check_money(self, wallet: Wallet, uuid: str) -> None:
        """A payee counts nothing that the payer did not sign away."""
        other = self._other_half(wallet, uuid)
        if other is None:
            return
        for found, state in other.store.database.fetch_all(
            "SELECT uuid, state FROM chit WHERE tally = ? AND mine = 1 AND state != 'good'", (uuid,)
        ):
            row = wallet.store.database.fetch_one("SELECT state FROM chit WHERE uuid = ?", (found,))
            if row is not None and row[0] == "good" and not self._was_signed(other, found):
                self.broken("money is conserved", wallet.name, "counts what the payer holds", state)

    def _was_signed(self, payer: Wallet, chit: str) -> bool:
        """Whether others may have completed it before the payer heard (modes E and Q)."""
        rows = payer.store.database.fetch_all("SELECT session FROM session")
        files = [self._file(payer, row[0]) for row in rows]
        return any(
            one.record.mode != "P" and payer.agent in one.signatures
            for one in files
            if isinstance(one.entry, PaymentEntry)
            and chit in [each.uuid for each in one.entry.chits]
        )

    # At rest -------------------------------------------------------------------------

    def check_slots(self) -> None:
        """What stands at a promised place agrees with how the session ended."""
        for name in self.honest:
            wallet = self.world.wallets[name]
            for (session,) in wallet.store.database.fetch_all("SELECT session FROM session"):
                one = self._file(wallet, session)
                if one.entry is None and not one.is_signed_by_all:
                    continue  # an enzyme that never had all signatures has no action
                mine, state = self._own_action(wallet, one), one.record.state.value
                if mine is None:
                    continue
                stands = self.chain.get((wallet.agent, mine.seq)) == hash_action(mine)
                if stands and state != "completed":
                    self.broken("slot agrees with state", name, session[:8], state)
                if state == "completed" and one.record.stopped:
                    self.broken("who stopped never finalises", name, session[:8])
                if state == "completed" and not stands and not self._is_park(wallet, mine.seq):
                    self.broken("slot agrees with state", name, session[:8], "has no action")

    def is_open_only(self) -> bool:
        """Whether nothing is under way but what the page lets stay open."""
        return not any(True for _ in self._open_unrest())

    def check_open(self) -> None:
        """Faults have stopped, some are dead or lie on: what is open is seen, and may be open."""
        for what in self._open_unrest():
            self.broken("open is only what may be", what)

    def count_open(self) -> int:
        """How many honest people see something as not known yet."""
        up = [self.world.wallets[name] for name in self.honest if self.world.is_up(name)]
        return sum(len(self.views(wallet)) for wallet in up)

    def _open_unrest(self) -> Iterator[str]:
        for name in self.honest:
            wallet = self.world.wallets[name]
            if not self.world.is_up(name):
                if not wallet.is_dead:
                    yield f"{name}: is down"
                continue
            views = {view.id: view for view in self.views(wallet)}
            for session, state in wallet.store.database.fetch_all(
                "SELECT session, state FROM session"
            ):
                if state in (*DONE, *UNDONE):
                    continue
                view, one = views.get(session), self._file(wallet, session)
                if view and view.outcome is Outcome.RUNNING and self._has_liar(one):
                    continue  # it begins another one again and again, and each ends at its end
                if view is None or view.outcome is not Outcome.NOT_KNOWN:
                    yield f"{name}: session {session[:8]} {state} is not seen as not known"
                elif not self._may_stay_open(wallet, one):
                    yield f"{name}: session {session[:8]} {state} {view.mode} stays open"

    def _has_liar(self, one: SessionFile) -> bool:
        return bool({*one.record.signers, *one.preflight.witnesses} & self.liars)

    @staticmethod
    def views(wallet: Wallet) -> tuple[SessionView, ...]:
        """The sessions that this wallet's person sees as not over."""
        pump = wallet.pump
        now = Now(
            wallet.clock.wall_ms(),
            wallet.clock.monotonic_ms(),
            wallet.agent,
            COMMONS.id,
            online=pump.live.online,
            timers=pump.live.due,
        )
        return list_sessions(wallet.store.database, now)

    def _may_stay_open(self, wallet: Wallet, one: SessionFile) -> bool:
        """The page's open cases, and no linked fellow signer who could tell."""
        gone = {self.world.wallets[name].agent for name in self.world.dead} | self.liars
        others = {agent for agent in one.record.signers if agent != wallet.agent}
        if one.record.stopped and _payer(one) in gone:
            return True  # N5: only the payer's own signature counts now
        if one.record.mode == "Q":
            if not self._is_undecided(one, gone):
                return False
        elif not ({one.record.decider} if one.record.mode == "E" else others) & gone:
            return False
        return one.record.stopped or not any(
            self._could_tell(wallet, agent, one.record.session) for agent in others - gone
        )

    def _is_undecided(self, one: SessionFile, gone: set[str]) -> bool:
        """Whether the votes of those who are here and honest decide nothing."""
        here = [agent for agent in one.preflight.witnesses if agent not in gone]
        cast = [self.votes.get((agent, one.record.session)) for agent in here]
        given = [vote.body.verdict for vote in cast if vote]
        many, needed = len(one.preflight.witnesses), one.preflight.needed
        decided = given.count(COMMIT) >= needed or given.count(ABORT) > many - needed
        return len(here) < many and len(given) == len(here) and not decided

    def _could_tell(self, wallet: Wallet, agent: str, session: str) -> bool:
        other = self.world.wallets[self.world.by_agent[agent]]
        if not wallet.pump.is_partner(other.agent) or not other.pump.is_partner(wallet.agent):
            return False
        found = other.store.sessions.get(session)
        return found is not None and found.record.state.value in ("completed", "aborted")

    def _owed(self, wallet: Wallet) -> list[str]:
        """What is owed to those who want a link with us, or we with them."""
        rows = wallet.store.database.fetch_all("SELECT kind, recipient FROM outbox")
        wanted = self.world.wanted
        names = [(kind, self.world.by_agent[agent]) for kind, agent in rows]
        return [
            kind
            for kind, name in names
            if name in wanted(wallet) or wallet.name in wanted(self.world.wallets[name])
        ]

    def is_excused(self, target: Wallet, frame: Frame, code: int) -> bool:
        """Whether an honest message may be refused with this number."""
        if code == Refusal.NOT_SERVED:
            return True
        if self.liars:
            return True  # a liar may bring two honest wallets to refuse each other
        # Enzyme and witnesses tell all whom the preflight names, also those that never took part.
        body = bytes(frame.body)
        if frame.kind == Status.KIND:
            return target.store.sessions.get(decode(body, Status).session) is None
        if frame.kind == Vote.KIND:
            session = decode(body, Vote).vote.body.session
            ballot = target.store.witnessing.get_ballot(session)
            return ballot is None and target.store.sessions.get(session) is None
        return False

    def _unrest(self) -> Iterator[str]:
        if not self.world.liars:
            yield from super()._unrest()
            return
        for name in self.honest:
            wallet = self.world.wallets[name]
            fetch = wallet.store.database.fetch_all
            for table in ("lock", "observation"):
                if fetch(f"SELECT 1 FROM {table}"):
                    yield f"{name}: {table} is not empty"
            for session, state in fetch("SELECT session, state FROM session"):
                one = self._file(wallet, session)
                if state not in (*DONE, *UNDONE) and not self._may_stay_open(wallet, one):
                    yield f"{name}: session {session[:8]} {state}"
            for key, partner in fetch("SELECT key, partner FROM wish"):
                honest = self.world.by_agent[partner] in self.honest
                if honest and not self._needs_liar(wallet, key):
                    yield f"{name}: still wants something of {self.world.by_agent[partner]}"
            yield from self._unlike_halves(wallet)

    def _needs_liar(self, wallet: Wallet, chit: str) -> bool:
        """Whether a liar is to decide this one: shown its own lies, it may serve no more."""
        said = wallet.store.facts.get(f"signing:{chit}")
        found = wallet.store.chits.get(chit)
        tally = wallet.store.tallies.get(found.tally) if found else None
        terms = tally.agreement.signing if tally and tally.agreement else ALONE
        return any(agent in (said or "") for agent in self.liars) or bool(
            said is None and {*terms.agents} & self.liars
        )


def _payer(one: SessionFile) -> str | None:
    return next((seat.agent for seat in one.preflight.signers if seat.role == "payer"), None)
