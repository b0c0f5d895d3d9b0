"""Two wallets on real pumps and real stores, and every message between them in your hand.

`a_pair()` gives Ada (who invites and holds the stock) and Bo with an open tally; nothing travels
by itself: `carry` brings letters over, one by one and in order, until what you name is next.
With a folder the wallets live in real files, and `crash` goes on from a copy of what was on the
disk at that moment, exactly as after a power cut.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wallet.crypto.encoding import decode
from wallet.crypto.hashing import Hash, blake, hash_bytes
from wallet.crypto.ids import AgentId
from wallet.crypto.signing import Signer
from wallet.engine import acts, setup
from wallet.engine.api import commands
from wallet.engine.api.views import Direction, SideTerms
from wallet.engine.audit import verify_chain, verify_tally
from wallet.engine.desks.drafting import read_draft
from wallet.engine.pump import Pump
from wallet.engine.work import Ready, Work
from wallet.model.errors import DiskFull
from wallet.model.network import NodeAddress, NodeKey
from wallet.model.networks import COMMONS
from wallet.protocol.countersign.signer import State
from wallet.protocol.credit.chit import State as ChitState
from wallet.protocol.identity.invitation import CodeKey, Invitation, make_code
from wallet.protocol.messages.frame import Frame, make_frame, read_frame
from wallet.store.chains import Stored
from wallet.store.chits import ChitFile
from wallet.store.opening import open_database
from wallet.store.sessions import SessionFile
from wallet.store.store import Store
from wallet.store.tallies import TallyFile

START = 1_750_000_000_000
KEY = bytes(range(32))
LIMIT = 100_000
POLICY_MS, PERSON_MS = 15_000, 60_000
MONO = 1_000_000
RESTLESS = (State.ASKED, State.PROPOSED, State.PREPARED, State.COMMITTED)


class PowerFailed(Exception):
    """The machine stopped at this very point."""


class Clock:
    """Both wallets share the time that passes; each has its own idea of what it is called."""

    def __init__(self) -> None:
        self.now = 0
        self.skew = 0

    def wall_ms(self) -> int:
        return START + self.now + self.skew

    def wall_us(self) -> int:
        return self.wall_ms() * 1000

    def monotonic_ms(self) -> int:
        return MONO + self.now


class Dice:
    """A stream of bytes fixed by a word."""

    def __init__(self, word: str) -> None:
        self.word, self.count = word, 0

    def token(self, size: int) -> bytes:
        self.count += 1
        return hashlib.shake_256(f"{self.word}/{self.count}".encode()).digest(size)


@dataclass(frozen=True)
class Letter:
    """One message on its way."""

    sender: str
    to: str
    frame: Frame
    id: str

    @property
    def kind(self) -> str:
        return self.frame.kind

    def body(self, kind: type) -> Any:
        return decode(bytes(self.frame.body), kind)


class Side:
    """One wallet: its disk outlives its pump."""

    def __init__(self, name: str, folder: Path | None) -> None:
        self.name, self.folder = name, folder
        self.clock, self.dice = Clock(), Dice(name)
        self.signer = Signer(blake(name.encode()))
        self.refusals: list[tuple[str, int]] = []
        self.starts = 0
        self.store = Store(self._open())
        setup.found_wallet(self.store, self.signer, COMMONS, name, self.clock, self.dice)
        self.boot()

    @property
    def agent(self) -> AgentId:
        return self.signer.agent

    def _file(self) -> Path:
        assert self.folder is not None
        return self.folder / f"{self.name}{self.starts}" / "wallet.db"

    def _open(self) -> Any:
        if self.folder is None:
            return open_database(None, None)
        self._file().parent.mkdir(parents=True, exist_ok=True)
        return open_database(self._file(), KEY)

    def boot(self) -> None:
        """Start the program on what the disk holds."""
        me = setup.load_me(self.store, self.signer)
        self.pump = Pump(me, self.store, self.clock, self.dice)
        self.pump.address = NodeAddress(node=NodeKey.of(self.signer.agent.core))

    def restart(self) -> None:
        """Cut the power, and start again from what had reached the disk."""
        if self.folder is not None:
            before = self._file()
            self.starts += 1
            self._file().parent.mkdir(parents=True)
            for ending in ("", "-wal"):
                if (old := before.with_name(before.name + ending)).exists():
                    shutil.copyfile(old, self._file().with_name(before.name + ending))
            self.store.database.close()
            self.store = Store(self._open())
        self.boot()

    def failing(self, call: Callable[[], object], *, after: bool, full: bool = False) -> None:
        """Run something; the power (or the disk) fails before or after its first COMMIT."""
        database = self.store.database
        real = database.execute

        def execute(sql: str, parameters: Any = ()) -> Any:
            if sql == "COMMIT" and full:
                raise DiskFull("")
            if sql == "COMMIT" and not after:
                raise PowerFailed
            done = real(sql, parameters)
            if sql == "COMMIT":
                raise PowerFailed
            return done

        database.execute = execute  # type: ignore[method-assign]
        try:
            call()
        except (PowerFailed, DiskFull):
            return
        finally:
            del database.execute  # type: ignore[method-assign]
        raise AssertionError("nothing was committed")

    def copy(self) -> Side:
        """The same wallet once more, from a copy of its disk as it is now."""
        assert self.folder is not None
        other = object.__new__(Side)
        other.name, other.folder = self.name, self.folder / f"copy of {self.name}{self.starts}"
        other.clock, other.dice = self.clock, Dice(f"{self.name} again")
        other.signer, other.refusals, other.starts = self.signer, [], 0
        other._file().parent.mkdir(parents=True)
        for ending in ("", "-wal"):
            if (old := self._file().with_name(self._file().name + ending)).exists():
                shutil.copyfile(old, other._file().with_name(old.name))
        other.store = Store(other._open())
        other.boot()
        return other

    # What stands ---------------------------------------------------------

    @property
    def tally(self) -> TallyFile:
        """The one tally there is."""
        rows = self.store.database.fetch_all("SELECT uuid FROM tally")
        assert len(rows) == 1
        found = self.store.tallies.get(rows[0][0])
        assert found is not None
        return found

    @property
    def sessions(self) -> list[SessionFile]:
        """All sessions, oldest first."""
        rows = self.store.database.fetch_all("SELECT session FROM session ORDER BY number")
        found = [self.store.sessions.get(row[0]) for row in rows]
        return [one for one in found if one is not None]

    def session(self, subject: str) -> SessionFile:
        """The latest session about this."""
        return [one for one in self.sessions if one.subject == subject][-1]

    def first(self, subject: str) -> SessionFile:
        """The first session about this; later ones are new tries."""
        return next(one for one in self.sessions if one.subject == subject)

    def step(self, subject: str) -> State:
        """Where that session stands."""
        return self.session(subject).record.state

    def chit(self, uuid: str) -> ChitFile:
        found = self.store.chits.get(uuid)
        assert found is not None
        return found

    def chit_state(self, uuid: str) -> ChitState | None:
        found = self.store.chits.get(uuid)
        return found.record.state if found else None

    @property
    def balance(self) -> int:
        return self.tally.balance

    @property
    def is_locked(self) -> bool:
        return self.store.chains.get_lock(self.agent) is not None

    @property
    def seq(self) -> int:
        """The last place on the chain."""
        head = self.store.chains.get_head(self.agent)
        assert head is not None
        return head.seq

    def at(self, seq: int) -> Stored | None:
        return self.store.chains.get_at(self.agent, seq)

    def kind_at(self, seq: int) -> str:
        """What kind of entry stands at this place of the chain; empty: nothing."""
        stored = self.at(seq)
        return "" if stored is None else stored.kind or ""

    def owes(self) -> list[str]:
        """The kinds of messages in the outbox, oldest first."""
        rows = self.store.database.fetch_all("SELECT kind FROM outbox ORDER BY number")
        return [row[0] for row in rows]

    def notices(self) -> list[str]:
        rows = self.store.database.fetch_all(
            "SELECT key, max(number) FROM notice GROUP BY subject ORDER BY 2"
        )
        return [row[0] for row in rows]

    def dump(self) -> list[tuple[str, list[Any]]]:
        """Everything on the disk."""
        database = self.store.database
        tables = database.fetch_all(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'chit_text%'"
        )
        return [(name, database.fetch_all(f"SELECT * FROM {name}")) for (name,) in tables]

    def check(self) -> None:
        """The laws of one wallet: one lock ⇔ one live session; chain and tally verify."""
        database = self.store.database
        locks = [row[0] for row in database.fetch_all("SELECT session FROM lock")]
        live = [
            one.record.session
            for one in self.sessions
            if one.record.state in (State.PREPARED, State.COMMITTED)
        ]
        assert locks == live
        assert verify_chain(self.store, self.pump.me) == self.seq + 1
        for uuid in self.store.tallies.list_open():
            tally = self.store.tallies.get(uuid)
            assert tally is not None
            verify_tally(self.store, self.pump.me, tally)


@dataclass
class Pair:
    """Ada and Bo, and the letters between them."""

    ada: Side
    bo: Side
    post: list[Letter] = field(default_factory=list)
    carried: list[Letter] = field(default_factory=list)
    linked: bool = False

    # Doing ----------------------------------------------------------------

    def other(self, side: Side) -> Side:
        return self.bo if side is self.ada else self.ada

    def side(self, name: str) -> Side:
        return self.ada if name == self.ada.name else self.bo

    def wish(self, side: Side, wish: object) -> Any:
        """A person's command."""
        try:
            return acts.run(side.pump, wish)
        finally:
            self.collect()

    def pay(self, side: Side, amount: int = 5_000, memo: str = "eggs") -> str:
        return str(self.wish(side, commands.Pay(side.tally.uuid, amount, memo)))

    def submit(self, side: Side, act: Callable[[Work], Any]) -> Any:
        done = side.pump.submit(act)
        self.collect()
        return done

    def wait(self, milliseconds: int, *sides: Side) -> None:
        """Let time pass for both, and wake those named (or both)."""
        for side in (self.ada, self.bo):
            side.clock.now += milliseconds
        for side in sides or (self.ada, self.bo):
            side.pump.wake()
        self.collect()

    def calm(self, rounds: int = 200) -> None:
        """Nothing goes wrong any more: letters and timers until nothing moves."""
        self.link()
        for _ in range(rounds):
            self.carry()
            if self.is_quiet():
                return
            self.wait(500)

    def is_quiet(self) -> bool:
        """Nothing is owed, wanted or live."""
        return not any(
            side.owes()
            or side.store.wishes.list_all()
            or [one for one in side.sessions if one.record.state in RESTLESS]
            for side in (self.ada, self.bo)
        )

    # Letters ----------------------------------------------------------------

    def collect(self) -> None:
        """Take what may leave; without a link it stays in the outbox."""
        for side in (self.ada, self.bo):
            for ready in side.pump.take_ready():
                if self.linked:
                    self._post(side, ready)
            side.pump.take_notices()

    def _post(self, side: Side, ready: Ready) -> None:
        frame = read_frame(ready.frame[4:])
        self.post.append(Letter(side.name, self.other(side).name, frame, ready.id))

    def carry(self, until: str = "", most: int = 5_000) -> Letter | None:
        """Deliver in order; stop before a letter of the kind `until`, and return it."""
        for _ in range(most):
            if not self.post:
                assert not until, f"no {until} came"
                return None
            if self.post[0].kind == until:
                return self.post[0]
            self.deliver(self.post.pop(0))
        raise AssertionError("they never stop writing")

    def deliver(self, letter: Letter) -> list[tuple[Hash, int]]:
        """Bring one letter over, and its answer back."""
        sender, to = self.side(letter.sender), self.side(letter.to)
        refused = to.pump.receive(sender.agent, [letter.frame])
        self.carried.append(letter)
        if refused:
            to.refusals += [(letter.kind, refused[0][1])]
            sender.pump.refused(to.agent, letter.id, refused[0][1])
        else:
            sender.pump.acknowledged([letter.id])
            sender.pump.settle()
        self.collect()
        return refused

    def take(self, kind: str) -> Letter:
        """Take the first letter of this kind out of the post."""
        for place, letter in enumerate(self.post):
            if letter.kind == kind:
                return self.post.pop(place)
        raise AssertionError(f"no {kind} among {[one.kind for one in self.post]}")

    def lose(self, kind: str = "") -> None:
        """Letters of this kind (or all) never arrive; their sender still owes them."""
        self.post = [one for one in self.post if kind and one.kind != kind]

    def send(self, sender: Side, body: Any) -> list[tuple[Hash, int]]:
        """A modified client: any message `sender` might send, delivered at once."""
        to = self.other(sender)
        frame = make_frame(body.KIND, COMMONS.id, sender.agent, to.agent, body)
        refused = to.pump.receive(sender.agent, [frame])
        self.collect()
        return refused

    # Links ------------------------------------------------------------------

    def link(self, invitation: str | None = None) -> None:
        """Bring the link up again: what is owed is posted anew."""
        self.linked = True
        self.post.clear()
        for side in (self.ada, self.bo):
            other = self.other(side)
            owed = side.pump.link_up(other.agent, invitation if side is self.ada else None)
            self.collect()  # what the link itself brings goes before what is owed
            for ready in owed:
                self._post(side, ready)

    def unlink(self) -> None:
        """The link breaks; what was on its way is lost."""
        self.linked = False
        self.post.clear()
        for side in (self.ada, self.bo):
            side.pump.link_down(self.other(side).agent)
        self.collect()

    def crash(self, side: Side) -> None:
        """Cut this wallet's power and start it again; the link broke with it."""
        self.post.clear()
        self.linked = False
        self.other(side).pump.link_down(side.agent)
        side.restart()
        self.collect()

    def crash_in(self, side: Side, call: Callable[[], object], *, after: bool) -> None:
        """The power fails before, or just after, the first COMMIT of this."""
        side.failing(call, after=after)
        self.crash(side)

    # Laws -------------------------------------------------------------------

    def check(self) -> None:
        """What holds at every moment."""
        for side in (self.ada, self.bo):
            side.check()
        ends = {one.record.session: one.record.state for one in self.ada.sessions}
        never = (State.RELEASED, State.ABORTED, State.CANCELLED)
        for one in self.bo.sessions:
            both = {one.record.state, ends.get(one.record.session, one.record.state)}
            assert not (State.COMPLETED in both and both & set(never)), both

    def agree(self) -> None:
        """What holds at rest: the same history on both sides, and nobody refused anybody."""
        self.check()
        assert self.ada.balance == -self.bo.balance
        one, other = self.ada.tally.books, self.bo.tally.books
        assert one is not None
        assert other is not None
        assert (one.end, one.hash) == (other.end, other.hash)
        assert not self.ada.is_locked
        assert not self.bo.is_locked
        assert not self.ada.refusals
        assert not self.bo.refusals


def an_invitation(
    pair: Pair, *, life: int = 3_600_000, uses: int = 1, open_unseen: bool = False, memo: str = ""
) -> tuple[Invitation, CodeKey]:
    """Ada invites; the code's key is made the fast way."""
    code = make_code(pair.ada.dice.token(10))
    key = CodeKey(Signer(blake(code.encode())), hash_bytes(b"id" + code.encode()))
    wish = commands.Invite(
        "Bo",
        Direction.THEY_OWE_ME,
        SideTerms(LIMIT, 30),
        SideTerms(LIMIT, 30),
        memo=memo,
        life=life,
        uses=uses,
        open_unseen=open_unseen,
    )
    made = acts.MadeCode(code, key)
    one = pair.submit(pair.ada, lambda work: acts.invite(work, wish, made))
    return read_draft(one.draft), key


def answer(
    pair: Pair, one: Invitation, key: CodeKey, terms: Sequence[SideTerms] | None = None
) -> str:
    """Bo answers, over a link on which the code was proven."""
    pair.link(key.id)
    mine, theirs = terms or (None, None)
    wish = commands.AnswerInvitation("", mine, theirs)
    return str(pair.submit(pair.bo, lambda work: acts.answer(work, wish, one, key)))


def two(folder: Path | None = None) -> Pair:
    """Two wallets that have never met."""
    return Pair(Side("ada", folder), Side("bo", folder))


def a_pair(folder: Path | None = None) -> Pair:
    """Two wallets with an open tally; Ada holds the stock."""
    pair = two(folder)
    one, key = an_invitation(pair)
    answer(pair, one, key)
    pair.carry()
    accept(pair)
    pair.carry()
    pair.agree()
    pair.carried.clear()
    return pair


def accept(pair: Pair) -> None:
    """Ada accepts the offer that stands."""
    tally = pair.ada.tally
    assert tally.record.digest is not None
    pair.wish(pair.ada, commands.AcceptTally(tally.uuid, tally.record.digest))
