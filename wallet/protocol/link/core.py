"""The link: bytes in, events out; frames in, bytes out.

Source: the design of the network, *Shape*, and of identity, *Handshake*; the verbs are aioquic's.
Nothing but the handshake passes before it is over. A stranger's bytes never raise: the link
closes with a number and says so. All times are milliseconds of the monotonic clock; `wall_base`
is what to add to get the wall clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec

from wallet.crypto.encoding import NotCanonical, decode
from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId
from wallet.model.errors import Malformed
from wallet.model.limits import FRAME_BYTES
from wallet.protocol.link.events import (
    Acknowledged,
    Event,
    FrameReceived,
    LinkClosed,
    LinkOpened,
    PeerProved,
    RefusedByPeer,
)
from wallet.protocol.link.handshake import Dialler, HandshakeFailed, Listener
from wallet.protocol.link.pace import Pace
from wallet.protocol.link.pulse import Pulse
from wallet.protocol.messages.frame import (
    ACK,
    ACK_BYTES,
    BYE,
    LENGTH_BYTES,
    LINK_KINDS,
    MAX_ACKS,
    PING,
    PONG,
    Ack,
    Bye,
    Frame,
    Ping,
    Pong,
    Refusing,
    encode_frame,
    make_frame,
    read_frame,
    with_acks,
    with_length,
    write_frame,
)
from wallet.protocol.messages.handshake import (
    HANDSHAKE_BYTES,
    Denial,
    Message,
    read_handshake,
    write_handshake,
)
from wallet.protocol.messages.refusals import Refusal, refusal_of

# Two round trips and two signatures; ten times what a bad line needs.
HANDSHAKE_MS = 5_000
# An acknowledgement waits this long for a frame to ride on.
ACK_DELAY_MS = 20
# The largest frame, and what a transport may have read along with it.
INBOX_BYTES = 2 * FRAME_BYTES
# What waits for a slow line; more stays in the outbox, which is on disk.
OUTBOX_BYTES = 4 * FRAME_BYTES
# Frames whose acknowledgement we wait for; beyond that we only forget to wait.
MAX_UNACKED = 8_192


class Link:
    """One connection, made from its side of the handshake."""

    def __init__(self, side: Dialler | Listener, now: int, wall_base: int) -> None:
        self.wall_base = wall_base
        self.is_closed = False
        self.opened_at: int | None = None
        self._side = side
        self._events: deque[Event] = deque()
        self._inbox = bytearray()
        self._out: list[bytes] = []
        self._out_size = 0
        self._pace = Pace.of_stranger(now)
        self._pulse = Pulse(now)
        self._handshake_ends = now + HANDSHAKE_MS
        self._resume_at: int | None = None
        self._unacked: set[Hash] = set()
        self._acks: list[Hash] = []
        self._refusals: list[Refusing] = []
        self._acks_due: int | None = None
        first = side.begin()
        if first is not None:
            self._write(write_handshake(first))

    @property
    def peer(self) -> AgentId | None:
        """The agent at the other end: wanted, or proven; None while unknown."""
        return self._side.peer

    @property
    def is_dialler(self) -> bool:
        """Whether we dialled."""
        return isinstance(self._side, Dialler)

    @property
    def is_open(self) -> bool:
        """Whether frames may pass."""
        return self.opened_at is not None and not self.is_closed

    @property
    def is_throttled(self) -> bool:
        """Whether the peer sent faster than it may: read no more before `deadline`."""
        return self._resume_at is not None

    @property
    def clock_offset(self) -> int | None:
        """How many ms the peer's wall clock is ahead of ours; None before the first pong."""
        return self._pulse.clock_offset

    def next_event(self) -> Event | None:
        """Return what happened next, None if nothing did."""
        return self._events.popleft() if self._events else None

    # --- bytes in ------------------------------------------------------------------------------

    def receive(self, data: bytes, now: int) -> None:
        """Take bytes from the channel. Never raises, whatever they are."""
        if self.is_closed:
            return
        self._pulse.hear(now)
        self._inbox += data
        if self._resume_at is None:
            self._read(now)
        # Too much unread, or a peer that asks and asks and never reads our answers.
        if len(self._inbox) > INBOX_BYTES or self._waiting_bytes() > 2 * OUTBOX_BYTES:
            self._fail(Refusal.TOO_MANY)

    def _waiting_bytes(self) -> int:
        return self._out_size + ACK_BYTES * (len(self._acks) + len(self._refusals))

    def _read(self, now: int) -> None:
        """Take whole messages from the inbox until it is used up, or the peer is too fast."""
        inbox, at = self._inbox, 0
        while len(inbox) - at >= LENGTH_BYTES and not self.is_closed:
            size = int.from_bytes(inbox[at : at + LENGTH_BYTES], "big")
            if size > (FRAME_BYTES if self.is_open else HANDSHAKE_BYTES):
                self._fail(Refusal.TOO_LARGE)
                return
            end = at + LENGTH_BYTES + size
            if len(inbox) < end:
                break
            wait = self._pace.take(size, now)
            if wait and not self.is_open:
                self._fail(Refusal.TOO_MANY)
                return
            if wait:
                self._resume_at = now + wait
                break
            self._take(bytes(inbox[at + LENGTH_BYTES : end]), now)
            at = end
        del inbox[:at]

    def _take(self, data: bytes, now: int) -> None:
        try:
            if self.is_open:
                self._take_frame(read_frame(data), now)
            else:
                self._take_handshake(read_handshake(data), now)
        except HandshakeFailed as failure:
            self._fail(failure.code)
        except (Malformed, NotCanonical):
            self._fail(Refusal.MALFORMED)

    # --- the handshake -------------------------------------------------------------------------

    def _take_handshake(self, message: Message, now: int) -> None:
        if isinstance(message, Denial):
            self._end(refusal_of(message.code), is_ours=False)
            return
        answer = self._side.take(message)
        if answer is not None:
            self._write(write_handshake(answer))
        if self._side.is_open:
            self._open(now)
        elif isinstance(self._side, Listener) and self._side.peer is not None:
            self._events.append(PeerProved(self._side.peer, self._side.invitation))

    def admit(self, now: int, key: AgentId | None = None, *, is_stranger: bool = False) -> bool:
        """Let the proven dialler in; returns whether the link is open now.

        `key` is the key of the invitation the dialler named, if that is why it may come in: then
        the proof must hold, or the dialler is refused.  A stranger keeps a stranger's pace.
        """
        if self.is_closed or not isinstance(self._side, Listener):
            return False
        try:
            welcome = self._side.admit(key)
        except HandshakeFailed as failure:
            self._fail(failure.code)
            return False
        self._write(write_handshake(welcome))
        self._open(now)
        if is_stranger:
            self._pace = Pace.of_stranger(now)
        return True

    def refuse(self, code: int) -> None:
        """Turn the peer away, before or after the handshake, with one number for both screens."""
        self._fail(refusal_of(code))

    def _open(self, now: int) -> None:
        self.opened_at = now
        self._pace = Pace.of_peer(now)
        self._pulse.hear(now)
        if self._side.peer is not None:  # both sides know it once they are open
            self._events.append(LinkOpened(self._side.peer, self._side.version))
        self._ping(now)

    # --- frames in -----------------------------------------------------------------------------

    def _take_frame(self, frame: Frame, now: int) -> None:
        if frame.acks:
            self._note_acks(frame.acks)
        if frame.network != self._side.ends.network:
            self.acknowledge((), ((frame.id, Refusal.WRONG_NETWORK),), now)
        elif frame.sender != self._side.peer or frame.recipient != self._side.agent:
            self.acknowledge((), ((frame.id, Refusal.NOT_ALLOWED),), now)
        elif frame.kind in LINK_KINDS:
            self._take_link_frame(frame, now)
        else:
            self._events.append(FrameReceived(frame))

    def _take_link_frame(self, frame: Frame, now: int) -> None:
        body = bytes(frame.body)
        if frame.kind == PING:
            ping = decode(body, Ping)
            self._speak(PONG, Pong(time=max(0, now + self.wall_base), ping=ping.time))
        elif frame.kind == PONG:
            pong = decode(body, Pong)
            self._pulse.take_pong(pong.ping, pong.time, now, now + self.wall_base)
            if not self._unacked:
                self._pulse.await_nothing()
        elif frame.kind == ACK:
            ack = decode(body, Ack)
            self._note_refused(ack.refused)
            self._note_acks(ack.ids)
        else:
            self._end(refusal_of(decode(body, Bye).code), is_ours=False)

    def _note_acks(self, ids: Iterable[Hash]) -> None:
        # Only for what left on this link: others' messages are none of this peer's business.
        known = tuple(item for item in ids if item in self._unacked)
        if known:
            self._unacked.difference_update(known)
            self._events.append(Acknowledged(known))
        if not self._unacked:
            self._pulse.await_nothing()

    def _note_refused(self, refused: Iterable[Refusing]) -> None:
        for item in refused:
            if item.id in self._unacked:
                self._unacked.discard(item.id)
                self._events.append(RefusedByPeer(item.id, item.code))

    # --- frames out ----------------------------------------------------------------------------

    def send(self, frame: Frame) -> bool:
        """Queue a frame; False if the link is not open or its buffer is full.

        Raises:
            Malformed: the frame is larger than 1 MiB (a mistake of ours).
        """
        return self.send_written(frame.id, write_frame(frame))

    def send_written(self, found: Hash, data: bytes) -> bool:
        """The same for a frame of ours in its wire form: it was written for the outbox already."""
        if not self.is_open or self._out_size > OUTBOX_BYTES:
            return False
        self._write_frame(data[LENGTH_BYTES:])
        if len(self._unacked) < MAX_UNACKED:
            self._unacked.add(found)
        return True

    def acknowledge(
        self, ids: Iterable[Hash], refused: Iterable[tuple[Hash, int]], now: int
    ) -> None:
        """Tell the peer what is safely here, and what is refused; rides on the next frame."""
        self._acks.extend(ids)
        self._refusals.extend(Refusing(id=item, code=code) for item, code in refused)
        if self._acks_due is None and (self._acks or self._refusals):
            self._acks_due = now + ACK_DELAY_MS

    def data_to_send(self, now: int) -> bytes:
        """Return the bytes for the channel; b"" if nothing is to be sent now."""
        is_due = self._acks_due is not None and now >= self._acks_due
        while self._refusals or (self._acks and is_due) or len(self._acks) > MAX_ACKS:
            self._write_acks()
        if not self._out:
            return b""
        if not self._acks:
            self._acks_due = None
        if self._unacked:
            self._pulse.await_answer(now)
        data = b"".join(self._out)
        self._out, self._out_size = [], 0
        return data

    def _write_frame(self, data: bytes) -> None:
        if self._acks and len(data) + ACK_BYTES * (len(self._acks) + 1) <= FRAME_BYTES:
            riding, self._acks = self._acks[:MAX_ACKS], self._acks[MAX_ACKS:]
            data = with_acks(data, riding)
        self._write(with_length(data))

    def _write_acks(self) -> None:
        ids, self._acks = self._acks[:MAX_ACKS], self._acks[MAX_ACKS:]
        refused, self._refusals = self._refusals[:MAX_ACKS], self._refusals[MAX_ACKS:]
        self._speak(ACK, Ack(ids=tuple(ids), refused=tuple(refused)))

    def _ping(self, now: int) -> None:
        wall = self._pulse.ping(now, max(0, now + self.wall_base))
        self._speak(PING, Ping(time=wall))

    def _speak(self, kind: str, body: msgspec.Struct) -> None:
        agent, peer = self._side.agent, self._side.peer
        if agent is not None and peer is not None:
            frame = make_frame(kind, self._side.ends.network, agent, peer, body)
            self._write_frame(encode_frame(frame))

    def _write(self, data: bytes) -> None:
        self._out.append(data)
        self._out_size += len(data)

    # --- time ----------------------------------------------------------------------------------

    def deadline(self) -> int | None:
        """When `handle_deadline` must be called at the latest; None once closed."""
        if self.is_closed:
            return None
        if not self.is_open:
            return self._handshake_ends
        times = [self._pulse.ping_at, self._pulse.dead_at]
        times += [at for at in (self._acks_due, self._resume_at) if at is not None]
        return min(times)

    def handle_deadline(self, now: int) -> None:
        """Do what time asks for: read on, ping, give up."""
        if self.is_closed:
            return
        if not self.is_open:
            if now >= self._handshake_ends:
                self._fail(Refusal.TOO_SLOW)
            return
        if self._resume_at is not None and now >= self._resume_at:
            self._resume_at = None
            self._read(now)
        if self._pulse.oversleep(now):
            self._ping(now)
        elif now >= self._pulse.dead_at:
            self._fail(Refusal.SILENT)
        elif now >= self._pulse.ping_at:
            self._ping(now)

    def wake(self, now: int) -> None:
        """The machine slept, or somebody doubts that the peer is there: ask it at once."""
        if self.is_open:
            self._pulse.await_answer(now)
            self._ping(now)

    # --- the end -------------------------------------------------------------------------------

    def close(self, code: Refusal = Refusal.GOODBYE) -> None:
        """End the link in an orderly way."""
        self._fail(code)

    def _fail(self, code: Refusal) -> None:
        if self.is_closed:
            return
        if self.is_open:
            self._speak(BYE, Bye(code=int(code)))
        else:
            self._write(write_handshake(Denial(code=int(code))))
        self._end(code, is_ours=True)

    def _end(self, code: Refusal, *, is_ours: bool) -> None:
        self.is_closed = True
        self._inbox.clear()
        self._acks, self._refusals = [], []
        self._events.append(LinkClosed(code, is_ours))
