"""A running wallet: pump, links, timers and questions around one open profile.

All of it runs in the engine's thread.  The pump is called and returns; whatever it released goes
out here: frames to the links, notices to the subscribers, and the next wake-up to the loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId
from wallet.crypto.signing import Signer
from wallet.engine import acts
from wallet.engine.api import commands
from wallet.engine.api.notices import CopyHeard, Notice, TaskFailed
from wallet.engine.api.views_signing import CompareView
from wallet.engine.audit import verify_all
from wallet.engine.desks import comparing, disks
from wallet.engine.desks.clocks import is_doubtful
from wallet.engine.links import Links
from wallet.engine.ports import Clock, Entropy, Transport
from wallet.engine.pump import Pump
from wallet.engine.queries import invitations as invitation_queries
from wallet.engine.queries.home import CLOCK_OFF
from wallet.engine.queries.now import Now
from wallet.engine.supervisor import Supervisor
from wallet.engine.work import Me, Ready
from wallet.model.errors import BugError, NetworkError, OldCopy, StoreError, WalletError
from wallet.protocol.credit import tally as tallies
from wallet.protocol.identity.invitation import derive_code, make_code, read_invitation
from wallet.protocol.messages.frame import Frame
from wallet.protocol.messages.refusals import Refusal
from wallet.store.database import Database
from wallet.store.reader import InlineReader, Reader
from wallet.store.store import Store

log = logging.getLogger("wallet.node")
T = TypeVar("T")

SETTLE_SECONDS = 0.2  # in a rush a dozen payments: few enough to look through each time
FULL_SECONDS = 1.0
EARLY_SECONDS = 0.2
COMPARE_SECONDS = 10.0  # how long a person waits for the partner's copy


class Node:
    """One open profile with its network.  Every method is called in the engine's thread."""

    def __init__(
        self,
        *,
        me: Me,
        store: Store,
        reader: Reader | InlineReader,
        transport: Transport,
        clock: Clock,
        entropy: Entropy,
        supervisor: Supervisor,
        announce: Callable[[Notice], None],
        stop: Callable[[str], None],
        locked_by: str,
    ) -> None:
        self.pump = Pump(me, store, clock, entropy)
        self._me = me
        self._store = store
        self._reader = reader
        self._clock = clock
        self._entropy = entropy
        self._supervisor = supervisor
        self._announce = announce
        self._stop = stop
        self._locked_by = locked_by
        self._problem = ""
        self._heard: dict[str, asyncio.Event] = {}  # the partner's word about a tally's copy
        self._is_halted = False
        self._is_closing = False  # a goodbye must not leave a wake-up behind
        self._is_retired = False  # an older copy of a wallet: it has left the network
        self._wake: asyncio.TimerHandle | None = None
        self._settle: asyncio.TimerHandle | None = None
        self.links = Links(
            network=me.network,
            signer=me.signer,
            transport=transport,
            host=self,
            clock=clock,
            entropy=entropy,
            supervisor=supervisor,
        )

    async def start(self) -> None:
        """Bind, and want a link to every partner; without network the wallet works alone."""
        self._is_retired = self.pump.live.is_old_copy
        if self._is_retired:
            return
        try:
            await self.links.start()
            self.pump.address = self.links.addresses()
            await self._want_all()
        except NetworkError as error:
            self._problem = error.code
            log.info("no network: %s", error)
        self._flush()

    async def close(self) -> None:
        """Say goodbye; what is owed stays in the outbox."""
        self._is_closing = True
        for handle in (self._wake, self._settle):
            if handle is not None:
                handle.cancel()
        await self.links.close()
        self.pump.settle()

    # What people ask ------------------------------------------------------------

    async def do(self, wish: commands.Command[T]) -> Any:
        """Run a command.  Raises a `WalletError`; then nothing was changed."""
        try:
            match wish:
                case commands.Invite() | commands.AnswerInvitation():
                    self.pump.check_copy()
            match wish:
                case commands.Invite():
                    return await self._invite(wish)
                case commands.AnswerInvitation():
                    return await self._answer(wish)
                case commands.CompareCopies(tally):
                    return await self._compare(tally)
                case commands.VerifyAll():
                    return await asyncio.wrap_future(
                        self._reader.submit(lambda db: verify_all(db, self._me, self._clock))
                    )
            return acts.run(self.pump, wish)
        except StoreError as error:
            self._halt(error)
            raise
        finally:
            self._flush()

    async def ask(self, question: Callable[[Database, Now], T]) -> T:
        """Answer from committed rows, in the reader's thread."""
        self._tidy()
        now = self.now()
        return await asyncio.wrap_future(self._reader.submit(lambda db: question(db, now)))

    def _tidy(self) -> None:
        """Let the lists know what the last payments wrote, before somebody reads them."""
        if self._store.is_untidy and not self._is_halted:
            try:
                self.pump.settle()
            except StoreError as error:
                self._halt(error)  # what stands can still be read

    def now(self) -> Now:
        """What is true at this moment and stands on no disk."""
        pump, facts = self.pump, self._store.facts
        online: dict[str, int] = {str(agent): since for agent, since in pump.live.online.items()}
        offsets: dict[str, int] = {
            str(agent): self.links.clock_offset(agent) or 0 for agent in pump.live.online
        }
        return Now(
            wall_ms=self._clock.wall_ms(),
            monotonic_ms=self._clock.monotonic_ms(),
            me=self._me.agent,
            network=self._me.network,
            account=self._me.root.account,
            name=self._me.name,
            contact=self._me.contact,
            picture=self._me.picture,
            unit=self._me.unit,
            locked_by=self._locked_by,
            backed_up=facts.get("emergency_file") is not None,
            listening=", ".join(pump.address.addresses) if pump.address else "",
            problem=self._doubt(),
            seen_notice=int(facts.get("notices_seen") or 0),
            online=MappingProxyType(online),
            offsets=MappingProxyType(offsets),
            timers=MappingProxyType(dict(pump.live.due)),
        )

    def _doubt(self) -> str:
        if self._problem or self.pump.live.is_old_copy:
            return OldCopy.code if self.pump.live.is_old_copy else self._problem
        wall = self._clock.wall_ms()
        return CLOCK_OFF if is_doubtful(self._store, self.pump.live, wall) else ""

    async def _invite(self, wish: commands.Invite) -> Any:
        code = make_code(self._entropy.token(10))
        key = await asyncio.to_thread(derive_code, code)
        made = acts.MadeCode(code, key)
        self.pump.submit(lambda work: acts.invite(work, wish, made))
        found = await self.ask(invitation_queries.list_invitations)
        for view in found:
            if view.id == key.id:
                return view
        raise BugError("an invitation that was not kept")

    async def _answer(self, wish: commands.AnswerInvitation) -> str:
        one = read_invitation(wish.link)
        self.pump.submit(lambda work: acts.check_invitation(work, one))
        key = await asyncio.to_thread(derive_code, one.code)
        uuid = self.pump.submit(lambda work: acts.answer(work, wish, one, key))
        self.links.want(one.agent, one.node, key.signer)
        return uuid

    async def _compare(self, tally: str) -> CompareView:
        number = self.pump.submit(lambda work: comparing.ask(work, tally))
        heard = self._heard.setdefault(tally, asyncio.Event())
        self._flush()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(COMPARE_SECONDS):
                while not comparing.is_answered(self.pump.live, tally, number):
                    heard.clear()
                    await heard.wait()
        return self.pump.submit(lambda work: comparing.compare(work, tally, number))

    def fact(self, key: str, value: str) -> None:
        """Write a fact of the profile."""
        self.pump.submit(lambda work: work.store.facts.put(key, value))

    # Links ask (LinkHost) ------------------------------------------------------------

    def is_partner(self, agent: AgentId) -> bool:
        """Whether this agent may come in without an invitation."""
        return self.pump.is_partner(agent)

    def is_welcome(self, agent: AgentId) -> bool:
        """Whether a stranger may come in: we decide or vote for others."""
        return self.pump.is_welcome(agent)

    def invitation_key(self, invitation: Hash) -> AgentId | int:
        """The key of an invitation's code, or the number to refuse it with."""
        return self.pump.invitation_key(invitation)

    def receive(self, agent: AgentId, frames: Sequence[Frame]) -> Sequence[tuple[Hash, int]]:
        """Take messages; when this returns they are safe, or refused for now."""
        if self._is_halted:
            return [(frame.id, int(Refusal.INTERNAL)) for frame in frames]
        self.pump.live.offsets[agent] = self.links.clock_offset(agent) or 0
        try:
            return self.pump.receive(agent, frames)
        except WalletError as error:
            self._failed("pump", error)
            return [(frame.id, int(Refusal.INTERNAL)) for frame in frames]
        finally:
            self._flush()

    def acknowledged(self, agent: AgentId, ids: Sequence[Hash]) -> None:
        """The peer has these; the debts go with the next transaction, or soon."""
        self.pump.acknowledged(ids)
        self._schedule_settling()

    def refused(self, agent: AgentId, id: Hash, code: int) -> None:
        """The peer refuses this message."""
        again = self._run(lambda: self.pump.refused(agent, id, code))
        if again:
            loop = asyncio.get_running_loop()
            loop.call_later(EARLY_SECONDS, self._send_again, again)

    def link_up(self, agent: AgentId, invitation: Hash | None) -> None:
        """A fresh link: send what is owed, start what waits."""
        offset = self.links.clock_offset(agent) or 0
        owed = self._run(lambda: self.pump.link_up(agent, invitation, offset))
        for ready in owed or ():
            self._send(ready)
        self._want(agent)

    def doubled(self, agent: AgentId) -> None:
        """Somebody else links to this agent with our key."""
        self._run(lambda: self.pump.submit(lambda work: disks.warn_of_twin(work, agent)))

    def link_down(self, agent: AgentId, reason: Refusal) -> None:
        """The link ended, or was refused before it was open."""
        self._run(lambda: self.pump.link_down(agent))
        self._run(lambda: self.pump.turned_away(agent, int(reason)))

    # Out ---------------------------------------------------------------------------

    def _run(self, call: Callable[[], T]) -> T | None:
        try:
            return call()
        except WalletError as error:
            self._failed("pump", error)
            return None
        finally:
            self._flush()

    def _failed(self, task: str, error: WalletError) -> None:
        log.error("%s: %s", task, error, exc_info=error)
        if isinstance(error, StoreError):
            self._halt(error)
        else:
            self._announce(TaskFailed(task, error.code))

    def _halt(self, error: StoreError) -> None:
        """The disk does not do what it must: take nothing more, and tell."""
        self._is_halted = True
        self._stop(error.code)

    def _flush(self) -> None:
        for ready in self.pump.take_ready():
            self._send(ready)
        for notice in self.pump.take_notices():
            if isinstance(notice, CopyHeard) and notice.subject in self._heard:
                self._heard[notice.subject].set()
            self._announce(notice)
        for agent in self.pump.take_moved():
            self._want(agent)
        if self.pump.live.is_old_copy and not self._is_retired:
            self._is_retired = True
            self._supervisor.spawn("links: an older copy leaves", self.links.close())
        self._schedule()
        self._schedule_settling()

    def _send(self, ready: Ready) -> None:
        taken = self.links.send_written(ready.recipient, Hash(ready.id), ready.frame)
        if not taken and self.links.is_up(ready.recipient):
            # The link is full: the message stays owed, and goes again in a while.
            loop = asyncio.get_running_loop()
            loop.call_later(FULL_SECONDS, self._send_again, ready)

    def _send_again(self, ready: Ready) -> None:
        if self._store.outbox.get(ready.id) is not None:
            self._send(ready)

    def _schedule(self) -> None:
        due = self.pump.next_deadline()
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        if due is not None and not self._is_closing:
            wait = max(0, due - self._clock.monotonic_ms()) / 1000
            self._wake = asyncio.get_running_loop().call_later(wait + 0.001, self._on_wake)

    def _schedule_settling(self) -> None:
        if self._settle is None and not self._is_closing and not self.pump.is_settled:
            loop = asyncio.get_running_loop()
            self._settle = loop.call_later(SETTLE_SECONDS, self._on_settle)

    def _on_wake(self) -> None:
        self._wake = None
        self._run(self.pump.wake)

    def _on_settle(self) -> None:
        self._settle = None
        self._run(self.pump.settle)

    # Whom to dial ----------------------------------------------------------------------

    async def _want_all(self) -> None:
        for agent in self._store.partners.list_agents():
            code = self._store.facts.get(f"code:{agent}")
            key = None
            if code and self._needs_code(agent):
                key = (await asyncio.to_thread(derive_code, code)).signer
            self._want(agent, key)
        for witness in self._store.witnessing.list_all():
            self._want(witness.agent)

    def _want(self, agent: AgentId, invitation: Signer | None = None) -> None:
        """Keep a link to this partner; a code only until it has served."""
        partner, witness = self._store.partners.get(agent), self._store.witnessing.get(agent)
        if partner is None and witness is None:
            self.links.unwant(agent)  # a witness that was dropped
            return
        address = partner.address if partner else witness.address if witness else None
        if address is None or self._is_retired:
            return
        if invitation is None and self._needs_code(agent) and not self.links.is_up(agent):
            return  # its wish stands already, with the code
        self.links.want(agent, address, invitation)

    def _needs_code(self, agent: AgentId) -> bool:
        """Whether the partner knows us only by an invitation's code so far."""
        known = [self._store.tallies.get(one) for one in self._store.tallies.list_by_partner(agent)]
        states = [one.record.state for one in known if one is not None]
        return bool(states) and all(state is tallies.State.DRAFT for state in states)
