"""The pump: every input, from above or below, passes here and nowhere else.

BEGIN → load → step → save state, outbox, timers → COMMIT → release.  Nothing leaves the house
before what it promises is on disk, and nothing is heard twice.  Source: house.md 3.6, its four
laws; wormhole's `journal.rst`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from wallet.crypto.encoding import NotCanonical, decode, encode
from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId
from wallet.engine.api.notices import ConnectionChanged, Notice
from wallet.engine.desks import chainbook, disks, helping, roles
from wallet.engine.desks.admission import Admission
from wallet.engine.desks.consensus import ConsensusDesk
from wallet.engine.desks.countersigning import CountersignDesk
from wallet.engine.desks.payments import PaymentDesk
from wallet.engine.desks.policy import day_of
from wallet.engine.desks.tallies import TallyDesk, open_invitation
from wallet.engine.desks.wishes import next_try, start_next
from wallet.engine.desks.witnessing import WitnessDesk
from wallet.engine.ports import Clock, Entropy
from wallet.engine.refusing import (
    INVITATION,
    LATER,
    MISTAKES,
    MalformedBody,
    NotAllowed,
    TooMuchOwed,
    UnknownKind,
    refusal_of_error,
    refuse,
)
from wallet.engine.work import Live, Me, Now, Ready, TimerKey, Work
from wallet.model.errors import (
    BugError,
    InvitationError,
    StoreError,
    WalletError,
)
from wallet.model.limits import VOTE_MEMORY_MS
from wallet.model.network import NodeAddress
from wallet.protocol.countersign.preflight import session_of
from wallet.protocol.countersign.signer import DeclineArrived
from wallet.protocol.credit import consensus
from wallet.protocol.credit import tally as tallies
from wallet.protocol.dispatch import (
    BODIES,
    CHIT,
    CONSENSUS,
    COUNTERSIGNING,
    DISKS,
    SERVICE,
    TALLY,
    WITNESS,
)
from wallet.protocol.messages.countersigning import PreflightRequest, StatusQuery
from wallet.protocol.messages.frame import Frame, read_frame
from wallet.protocol.messages.refusals import Refusal
from wallet.protocol.messages.tallies import (
    AddressNote,
    ChainCheck,
    ChainRequest,
    CopyQuery,
    Ticket,
)
from wallet.store.store import Store

log = logging.getLogger("wallet.pump")
T = TypeVar("T")

QUESTIONS = frozenset(
    one.KIND for one in (PreflightRequest, StatusQuery, ChainRequest, ChainCheck, CopyQuery)
)
"""What always has an answer, and may wait for the answers that nobody took yet."""
MOST_OWED = 1_000
"""Messages owed to one peer beyond which its questions wait: it could fill the disk with them."""

MOST_STRANGERS = 500
"""Links of people who are no partners of ours, while we decide or vote for them."""

PRUNE_AFTER_MS = 86_400_000
"""Sessions that came to nothing are shown for a day, then forgotten (nothing was promised)."""


class Pump:
    """Carries inputs to the desks; gives out what may leave."""

    def __init__(self, me: Me, store: Store, clock: Clock, dice: Entropy) -> None:
        self.me = me
        self.store = store
        self.live = Live()
        self.sessions = CountersignDesk()
        self.witnesses = WitnessDesk()
        self.admission = Admission(self.sessions, self.witnesses)
        self.payments = PaymentDesk()
        self.tallies = TallyDesk()
        self.consensus = ConsensusDesk()
        self.address: NodeAddress | None = None
        self._clock = clock
        self._dice = dice
        self._acked: list[str] = []
        self._ready: list[Ready] = []
        self._notices: list[Notice] = []
        self._moved: set[AgentId] = set()
        self._feeds = {
            COUNTERSIGNING: self.sessions.feed,
            CHIT: self.payments.feed,
            TALLY: self.tallies.feed,
            CONSENSUS: self.consensus.feed,
        }
        self._receivers: dict[str, Callable[[Work, AgentId, Any], None]] = {
            COUNTERSIGNING: self.admission.receive,
            CHIT: self.payments.receive,
            TALLY: self.tallies.receive,
            CONSENSUS: self.consensus.receive,
            SERVICE: helping.receive,
            DISKS: disks.receive,
        }
        self.live.is_old_copy = disks.is_old_copy(store.facts)
        self._load_timers()
        self._tidy()
        self.store.tidied()

    # In ---------------------------------------------------------------------

    def submit(self, act: Callable[[Work], T]) -> T:
        """Run what a command asks for, in one transaction.

        Raises:
            WalletError: it cannot be; nothing was changed.
        """
        return self._run(act)

    def receive(self, agent: AgentId, frames: Sequence[Frame]) -> list[tuple[Hash, int]]:
        """Take messages from a peer whose link proved that it is `agent`.

        They share one COMMIT, each in a savepoint: one that is refused takes nothing with it.
        Returns what is refused, with the numbers; all else is safe and may be acknowledged.

        Raises:
            StoreError: the disk; nothing was kept, nothing may be acknowledged.
        """
        refused: list[tuple[Hash, int]] = []

        def take(work: Work) -> None:
            for frame in frames:
                stopped = work.is_old_copy or self.live.is_old_copy
                code = int(Refusal.OLD_COPY) if stopped else self._take(work, agent, frame)
                if code:
                    refused.append((frame.id, code))

        self._run(take)
        return refused

    def wake(self) -> None:
        """Feed every timer that is due, each in its own transaction, and start what waits."""
        if self.live.is_old_copy:
            return
        now = self._clock.monotonic_ms()
        for where in sorted(key for key, due in self.live.due.items() if due <= now):
            self._run(lambda work, where=where: self._ring(work, where))  # type: ignore[misc]
        if any(due <= now for due in self.live.not_before.values()):
            self._run(self._look)
        if now >= self._tidy_at:
            self._tidy()

    def _tidy(self) -> None:
        """Once a day, when something woke us: a witness runs for months."""
        self._tidy_at = self._clock.monotonic_ms() + PRUNE_AFTER_MS
        self._run(_prune)

    def _look(self, work: Work) -> None:
        for key, due in list(self.live.not_before.items()):
            if due <= work.now.mono:
                del self.live.not_before[key]
        work.look_for_work = True

    def next_deadline(self) -> int | None:
        """When `wake` is wanted next, by the monotonic clock in ms."""
        if self.live.is_old_copy:
            return None
        candidates = [*self.live.due.values(), *self.live.not_before.values()]
        return min(candidates, default=None)

    def link_up(self, agent: AgentId, invitation: str | None, offset: int = 0) -> list[Ready]:
        """A link stands: note it, compare tally chains, start what waits; return what is owed."""
        if self.live.is_old_copy:
            return []
        if invitation:
            self.live.invited[agent] = invitation
        self.live.compared.discard(agent)
        self.live.online[agent] = self._clock.wall_ms()
        self.live.offsets[agent] = offset

        def greet(work: Work) -> None:
            disks.tell(work, agent)
            work.store.partners.put_seen(agent, work.now.wall)
            for wish in work.store.wishes.list_all():
                if wish.partner == agent:
                    self.live.not_before.pop((wish.machine, wish.key), None)
            for uuid in work.store.tallies.list_by_partner(agent):
                tally = work.store.tallies.get(uuid)
                if tally is not None and tally.books is not None:
                    work.tell(CONSENSUS, uuid, consensus.LinkCameUp())
            self._tell_address(work, agent)
            work.look_for_work = True
            work.notice(ConnectionChanged(agent))

        self._run(greet)
        fresh = {one.id for one in self._ready}
        return [one for one in self.owed_to(agent) if one.id not in fresh]

    def link_down(self, agent: AgentId) -> None:
        """The link is gone."""
        if self.live.online.pop(agent, None) is not None:
            self._run(lambda work: work.store.partners.put_seen(agent, work.now.wall))
        self.live.invited.pop(agent, None)
        self.live.compared.discard(agent)
        self._notices.append(ConnectionChanged(agent))

    def acknowledged(self, ids: Sequence[str]) -> None:
        """The peer has these: the debts go with the next transaction."""
        self._acked.extend(ids)

    @property
    def is_settled(self) -> bool:
        """Whether `settle` has nothing to do."""
        return not self._acked and not self.store.is_untidy

    def settle(self) -> None:
        """Write what no payment waits for: acknowledgements, and what lists and indexes need."""
        if not self.is_settled:
            self._run(lambda work: work.store.tidy())
            self.store.tidied()

    def refused(self, agent: AgentId, found: str, code: int) -> Ready | None:
        """The peer refuses a message: give it up, and tell whom it concerns.

        Returns the message where it only came too early and is worth sending again soon.
        """
        log.info("%s refused %s: %s", agent.short, found[:8], code)
        if code == Refusal.OLD_COPY:
            self.live.compared.discard(agent)  # ask it for nothing until its newer copy is there
        if code in LATER:
            owed = self.store.outbox.get(found) if code == Refusal.BUSY else None
            return Ready(owed.recipient, owed.id, owed.frame) if owed else None

        def give_up(work: Work) -> None:
            owed = work.store.outbox.get(found)
            if owed is None or owed.recipient != agent:
                return  # not its message to refuse
            work.store.outbox.drop([found])
            frame = read_frame(owed.frame[4:])
            if owed.kind == Ticket.KIND:
                body = decode(bytes(frame.body), Ticket)
                reason = Refusal(code).name.lower() if code in set(Refusal) else "unknown"
                work.tell(TALLY, body.tally, tallies.TicketRefused(reason))
            elif owed.kind == PreflightRequest.KIND:
                request = decode(bytes(frame.body), PreflightRequest)
                session = session_of(request.preflight)
                work.tell(COUNTERSIGNING, session, DeclineArrived(agent, "invalid"))

        self._run(give_up)
        return None

    def check_copy(self) -> None:
        """Before a person's act.

        Raises:
            OldCopy: somebody holds newer signatures of ours; this copy signs nothing more.
        """
        if self.live.is_old_copy:
            raise disks.why_stopped(self.store.facts)

    # Out --------------------------------------------------------------------

    def take_ready(self) -> list[Ready]:
        """Messages that may leave now, oldest first; each is given out once."""
        ready, self._ready = self._ready, []
        return ready

    def take_notices(self) -> list[Notice]:
        """Facts for the people's floor."""
        notices, self._notices = self._notices, []
        return notices

    def take_moved(self) -> set[AgentId]:
        """Partners whose address changed."""
        moved, self._moved = self._moved, set()
        return moved

    def owed_to(self, agent: AgentId) -> list[Ready]:
        """Everything a peer has not acknowledged."""
        acked = set(self._acked)
        return [
            Ready(one.recipient, one.id, one.frame)
            for one in self.store.outbox.list_to(agent)
            if one.id not in acked
        ]

    # The one function ---------------------------------------------------------

    def _run(self, act: Callable[[Work], T]) -> T:
        now = Now(self._clock.wall_ms(), self._clock.wall_us(), self._clock.monotonic_ms())
        work = Work(self.me, self.store, self.live, self._dice, now)
        work.address = self.address
        acked = list(self._acked)
        with self.store.database.transaction():
            self.store.outbox.drop(acked)
            result = act(work)
            self._drain(work)
            while work.look_for_work and not (work.is_old_copy or self.live.is_old_copy):
                work.look_for_work = False
                chainbook.flush_observations(work)
                start_next(work, self.sessions)
                self._drain(work)
        del self._acked[: len(acked)]
        self._release(work)
        return result

    def _drain(self, work: Work) -> None:
        while work.queue:
            machine, key, given = work.queue.popleft()
            self._feeds[machine](work, key, given)
            log.debug("%s %s <- %s", machine, key[:8], type(given).__name__)

    def _release(self, work: Work) -> None:
        for where, due in work.timers.items():
            if due is None:
                self.live.due.pop(where, None)
            else:
                self.live.due[where] = due
        self._ready.extend(work.frames)
        self._notices.extend(work.notices)
        self._moved |= work.moved
        self.live.compared |= work.compared
        self.live.is_old_copy |= work.is_old_copy

    def _take(self, work: Work, agent: AgentId, frame: Frame) -> int:
        heard = work.store.outbox.get_heard(frame.id)
        if heard is not None:
            return heard
        frames, notices, timers = len(work.frames), dict(work.notices), dict(work.timers)
        compared = set(work.compared)
        try:
            with work.store.database.savepoint():
                self._hand_over(work, agent, frame)
                self._drain(work)
        except (WalletError, *MISTAKES) as error:
            if isinstance(error, StoreError) or not work.store.database.in_transaction:
                raise  # the disk: nothing of this transaction can be kept
            del work.frames[frames:]
            work.notices, work.timers = notices, timers
            work.compared, work.is_old_copy = compared, False
            work.queue.clear()
            return refuse(frame, agent, error)
        work.store.outbox.put_heard(frame.id)
        return 0

    def _hand_over(self, work: Work, agent: AgentId, frame: Frame) -> None:
        if frame.sender != agent or frame.recipient != work.me.agent:
            raise NotAllowed()
        found = BODIES.get(frame.kind)
        if found is None:
            raise UnknownKind()
        if frame.kind in QUESTIONS and work.store.outbox.owes_many(agent, MOST_OWED):
            raise TooMuchOwed()
        machine, kind = found
        try:
            body: object = decode(bytes(frame.body), kind)
        except NotCanonical:
            raise MalformedBody() from None
        self._receivers[machine](work, agent, body)

    def _ring(self, work: Work, where: TimerKey) -> None:
        machine, key, name = where
        work.clear_timer(machine, key, name)
        if machine == COUNTERSIGNING:
            self.sessions.wake(work, key, name)
        elif machine == TALLY:
            self.tallies.wake(work, key, name)
        elif machine == WITNESS:
            self.witnesses.wake(work, key, name)
        else:
            raise BugError("a timer for nobody")

    def _tell_address(self, work: Work, agent: AgentId) -> None:
        """Tell a partner where we are, if it was somewhere else when we last told it."""
        if work.address is None or not work.store.partners.get(agent):
            return
        text = encode(work.address).decode()
        if work.store.facts.get(f"told:{agent}") != text:
            work.store.facts.put(f"told:{agent}", text)
            work.send(agent, AddressNote(address=work.address, issued=work.now.wall))

    def turned_away(self, agent: AgentId, code: int) -> None:
        """A peer refused our whole link: an answer to its invitation came to nothing."""
        if code not in INVITATION.values():
            return
        reason = Refusal(code).name.lower()

        def give_up(work: Work) -> None:
            for uuid in work.store.tallies.list_by_partner(agent):
                tally = work.store.tallies.get(uuid)
                if tally is not None and tally.record.state is tallies.State.DRAFT:
                    work.tell(TALLY, uuid, tallies.TicketRefused(reason))
            work.store.outbox.drop([one.id for one in self.owed_to(agent) if _is_ticket(one)])

        self._run(give_up)

    def _load_timers(self) -> None:
        """Timers survive a restart with what was left of them, never more (F37)."""
        wall, mono = self._clock.wall_ms(), self._clock.monotonic_ms()
        for one in self.store.timers.list_all():
            left = max(0, min(one.wait, one.due - wall))
            self.live.due[one.machine, one.key, one.name] = mono + left
        for wish in self.store.wishes.list_all():
            self.live.not_before[wish.machine, wish.key] = next_try(mono, 0, self._dice)

    # Links' questions -----------------------------------------------------------

    def is_partner(self, agent: AgentId) -> bool:
        """Whether this agent may come in without an invitation."""
        known = self.store.witnessing.get(agent) is not None
        return known or self.store.tallies.has_partner(agent)

    def is_welcome(self, agent: AgentId) -> bool:
        """Whether a stranger may come in: we decide or vote for others, and there is room."""
        strangers = [one for one in self.live.online if not self.is_partner(one)]
        return roles.is_serving(self.store) and len(strangers) < MOST_STRANGERS

    def invitation_key(self, found: str) -> AgentId | int:
        """The key of an invitation of ours that holds, or the number to refuse it with."""
        now = Now(self._clock.wall_ms(), self._clock.wall_us(), self._clock.monotonic_ms())
        work = Work(self.me, self.store, self.live, self._dice, now)
        try:
            return open_invitation(work, found).key
        except InvitationError as error:
            return refusal_of_error(error)


def _prune(work: Work) -> None:
    """Drop what no rule needs any more: old tombstones, proposals that came to nothing."""
    now = work.now.wall
    work.store.unasked.prune(day_of(work.now.wall) - 1)
    work.store.sessions.prune(now, now - PRUNE_AFTER_MS)
    work.store.witnessing.prune(now - VOTE_MEMORY_MS, now - PRUNE_AFTER_MS)
    work.store.tidy()


def _is_ticket(one: Ready) -> bool:
    return read_frame(one.frame[4:]).kind == Ticket.KIND
