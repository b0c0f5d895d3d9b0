"""One channel and its link: carries bytes between them, in both directions, and keeps its time.

The way in has no hop: what `channel.read` returns goes through the link to its owner in one call,
so that frames that came together are handed over together. The way out is one task that writes
whatever has gathered, so that frames queued together are written together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId
from wallet.engine.ports import Channel, Clock
from wallet.model.errors import NetworkError
from wallet.protocol.link import Event, Link, LinkClosed
from wallet.protocol.messages.refusals import Refusal

Handler = Callable[["Connection", list[Event]], None]


class Connection:
    """Runs one link over one channel until either ends.

    `handle` gets the events of one read together; it may use the link, and calls `flush` for what
    it sends later.
    """

    def __init__(self, link: Link, channel: Channel, clock: Clock, handle: Handler) -> None:
        self.link = link
        self.invitation: Hash | None = None  # by which the peer came in
        self.reason = Refusal.SILENT  # why it ended
        self.was_told = False  # whether the peer told us why
        self._channel = channel
        self._clock = clock
        self._handle = handle
        self._is_lost = False
        self._has_more = asyncio.Event()
        self._may_read = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_due = 0

    @property
    def peer(self) -> AgentId | None:
        """The agent at the other end, as far as known."""
        return self.link.peer

    async def run(self) -> None:
        """Carry bytes until the link is closed and its last word written, or the channel broke."""
        self._settle()
        try:
            async with asyncio.TaskGroup() as group:
                reader = group.create_task(self._read_all())
                await self._write_all()
                reader.cancel()
        finally:
            try:
                self.close(Refusal.SILENT)  # unless somebody said why already
            finally:
                self._disarm()
                await self._channel.close()

    def flush(self) -> None:
        """Let the writer see what the link has to send, and the timer what it waits for."""
        self._has_more.set()
        self._arm()

    def close(self, code: Refusal) -> None:
        """End the link in an orderly way; `run` ends soon after."""
        self.link.close(code)
        self._settle()

    def wake(self) -> None:
        """Ask at once whether the peer is there."""
        now = self._clock.monotonic_ms()
        self.link.wall_base = self._clock.wall_ms() - now
        self.link.wake(now)
        self.flush()

    async def _read_all(self) -> None:
        try:
            while not self.link.is_closed:
                if self.link.is_throttled:
                    self._may_read.clear()
                    await self._may_read.wait()
                data = await self._channel.read()
                if not data:
                    break
                self.link.receive(data, self._clock.monotonic_ms())
                self._settle()
                if self._has_more.is_set():
                    await asyncio.sleep(0)  # answers leave before the next read is prepared
        except NetworkError:
            pass
        self._is_lost = True
        self._has_more.set()

    async def _write_all(self) -> None:
        try:
            while not self._is_lost:
                self._has_more.clear()
                data = self.link.data_to_send(self._clock.monotonic_ms())
                if data:
                    self._arm()  # what just left may be awaited
                    await self._channel.write(data)
                elif self.link.is_closed:
                    return
                else:
                    await self._has_more.wait()
        except NetworkError:
            return

    def _settle(self) -> None:
        """Hand over what the link has to say, until it has nothing more."""
        while True:
            events: list[Event] = []
            while (event := self.link.next_event()) is not None:
                events.append(event)
                if isinstance(event, LinkClosed):
                    self.reason, self.was_told = event.code, not event.is_ours
            if not events:
                break
            self._handle(self, events)
        self.flush()

    # --- time ----------------------------------------------------------------------------------

    def _arm(self) -> None:
        due = self.link.deadline()
        if due is None:
            self._disarm()
        elif self._timer is None or due < self._timer_due:
            # A timer that is too early only looks again: most deadlines move, few are reached.
            self._disarm()
            wait = max(0, due - self._clock.monotonic_ms())
            self._timer_due = due
            self._timer = asyncio.get_running_loop().call_later(wait / 1_000, self._on_time)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_time(self) -> None:
        self._timer = None
        now = self._clock.monotonic_ms()
        due = self.link.deadline()
        if due is not None and now >= due:
            self.link.handle_deadline(now)
            if not self.link.is_throttled:
                self._may_read.set()
            self._settle()
        else:
            self._arm()
