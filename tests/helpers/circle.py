"""Any number of wallets on real pumps and stores, and every message between them in your hand.

Where `pair.py` has two, a circle has all that a session may name: payer, payee, an enzyme,
witnesses, more signers.  `a_circle("ada bo", helpers="wim wes")` opens a tally between ada and
each of the others of the first list; helpers decide and vote for anyone.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tests.helpers.pair import LIMIT, RESTLESS, Letter, Side
from wallet.crypto.hashing import Hash, blake, hash_bytes
from wallet.crypto.ids import AgentId
from wallet.crypto.signing import Signer
from wallet.engine import acts
from wallet.engine.api import commands
from wallet.engine.api.views import Direction, SideTerms
from wallet.engine.desks import helping
from wallet.engine.desks.drafting import read_draft
from wallet.engine.work import Ready
from wallet.model.credit import Signing
from wallet.model.networks import COMMONS
from wallet.protocol.countersign.signer import State
from wallet.protocol.identity.invitation import CodeKey, make_code
from wallet.protocol.messages.frame import make_frame, read_frame
from wallet.store.sessions import SessionFile
from wallet.store.tallies import TallyFile

NEVER = (State.RELEASED, State.ABORTED, State.CANCELLED)


class Circle:
    """Wallets by name, and the letters between them."""

    def __init__(self, names: list[str], folder: Path | None = None) -> None:
        self.sides = {name: Side(name, folder) for name in names}
        self.post: list[Letter] = []
        self.carried: list[Letter] = []
        self.away: set[str] = set()
        self.deaf: set[tuple[str, str]] = set()  # who does not hear whom
        self._name = {side.agent: name for name, side in self.sides.items()}

    def __getitem__(self, name: str) -> Side:
        return self.sides[name]

    def tally(self, name: str, other: str) -> TallyFile:
        """The tally that `name` has with `other`."""
        side = self[name]
        (uuid,) = side.store.tallies.list_by_partner(self[other].agent)
        found = side.store.tallies.get(uuid)
        assert found is not None
        return found

    # Doing ----------------------------------------------------------------

    def wish(self, name: str, wish: object) -> Any:
        try:
            return acts.run(self[name].pump, wish)
        finally:
            self.collect()

    def pay(
        self, name: str, other: str, amount: int = 5_000, signing: Signing | None = None
    ) -> str:
        tally = self.tally(name, other)
        return str(self.wish(name, commands.Pay(tally.uuid, amount, "eggs", signing=signing)))

    def submit(self, name: str, act: Callable[[Any], Any]) -> Any:
        done = self[name].pump.submit(act)
        self.collect()
        return done

    def wait(self, milliseconds: int, *names: str) -> None:
        """Let time pass for all, and wake those named (or all that are here)."""
        for side in self.sides.values():
            side.clock.now += milliseconds
        for name in names or tuple(self.sides):
            if name not in self.away:
                self[name].pump.wake()
        self.collect()

    def collect(self) -> None:
        """Take what may leave; for who is away it stays in the outbox."""
        for name, side in self.sides.items():
            for ready in side.pump.take_ready():
                self._post(name, ready)
            side.pump.take_notices()

    def _post(self, name: str, ready: Ready) -> None:
        to = self._name[ready.recipient]
        if name in self.away or to in self.away or (name, to) in self.deaf:
            return
        self.post.append(Letter(name, to, read_frame(ready.frame[4:]), ready.id))

    # Letters ----------------------------------------------------------------

    def carry(self, until: str = "", to: str = "", most: int = 5_000) -> Letter | None:
        """Deliver in order; stop before a letter of the kind `until` (to that one)."""
        for _ in range(most):
            if not self.post:
                assert not until, f"no {until} came"
                return None
            first = self.post[0]
            if until and first.kind == until and to in ("", first.to):
                return first
            self.deliver(self.post.pop(0))
        raise AssertionError("they never stop writing")

    def deliver(self, letter: Letter) -> list[tuple[Hash, int]]:
        """Bring one letter over, and its answer back."""
        sender, to = self[letter.sender], self[letter.to]
        refused = to.pump.receive(sender.agent, [letter.frame])
        self.carried.append(letter)
        if refused:
            to.refusals += [(letter.kind, refused[0][1])]
            again = sender.pump.refused(to.agent, letter.id, refused[0][1])
            if again is not None:
                self._post(letter.sender, again)
        else:
            sender.pump.acknowledged([letter.id])
            sender.pump.settle()
        self.collect()
        return refused

    def carry_all_but(self, *kinds: str, sender: str = "") -> None:
        """Deliver everything; letters of these kinds (from this one) never arrive: stay owed."""
        while self.post:
            letter = self.post.pop(0)
            if letter.kind not in kinds or sender not in ("", letter.sender):
                self.deliver(letter)

    def lose(self, kind: str = "", to: str = "") -> None:
        """Letters of this kind (or to this one, or all) never arrive; they stay owed."""
        self.post = [
            one for one in self.post if (kind and one.kind != kind) or (to and one.to != to)
        ]

    def send(self, name: str, other: str, body: Any) -> list[tuple[Hash, int]]:
        """A modified client: any message `name` might send, delivered at once."""
        sender, to = self[name], self[other]
        frame = make_frame(body.KIND, COMMONS.id, sender.agent, to.agent, body)
        refused = to.pump.receive(sender.agent, [frame])
        self.collect()
        return refused

    # Links ------------------------------------------------------------------

    def link(self, *names: str) -> None:
        """Bring up every link between these (or all); what is owed is posted anew."""
        here = [name for name in names or tuple(self.sides)]
        self.away -= set(here)
        self.post = [one for one in self.post if {one.sender, one.to}.isdisjoint(here)]
        for one, other in combinations(self.sides, 2):
            if {one, other} & self.away or not {one, other} & set(here):
                continue
            for name, peer in ((one, other), (other, one)):
                if not self._knows(name, peer) and not self._knows(peer, name):
                    continue
                owed = self[name].pump.link_up(self[peer].agent, None)
                self.collect()  # what the link itself brings goes before what is owed
                for ready in owed:
                    self._post(name, ready)
        self.collect()

    def _knows(self, name: str, peer: str) -> bool:
        pump, agent = self[name].pump, self[peer].agent
        return pump.is_partner(agent) or pump.is_welcome(agent)

    def leave(self, *names: str) -> None:
        """These are gone; what was on its way to and from them is lost."""
        self.away |= set(names)
        self.post = [one for one in self.post if {one.sender, one.to}.isdisjoint(names)]
        for name in names:
            for other, side in self.sides.items():
                if other not in self.away:
                    side.pump.link_down(self[name].agent)
                    self[name].pump.link_down(side.agent)
        self.collect()

    def crash(self, name: str) -> None:
        """Cut this wallet's power and start it again, without links."""
        self.leave(name)
        self[name].restart()

    def calm(self, rounds: int = 400, but: tuple[str, ...] = ()) -> None:
        """Nothing goes wrong any more: letters and timers until nothing moves."""
        self.deaf.clear()
        self.link(*[name for name in self.sides if name not in but])
        for _ in range(rounds):
            self.carry()
            if self.is_quiet(but):
                return
            self.wait(500)

    def is_quiet(self, but: tuple[str, ...] = ()) -> bool:
        return not any(
            side.store.wishes.list_all()
            or [one for one in side.sessions if one.record.state in RESTLESS]
            for name, side in self.sides.items()
            if name not in but
        )

    # What stands ----------------------------------------------------------------

    def session(self, name: str, subject: str = "") -> SessionFile:
        """The latest session (about this)."""
        found = [one for one in self[name].sessions if subject in ("", one.subject)]
        return found[-1]

    def state(self, name: str, subject: str = "") -> State:
        return self.session(name, subject).record.state

    def balance(self, name: str, other: str) -> int:
        return self.tally(name, other).balance

    def check(self) -> None:
        """One lock ⇔ one live session; chains verify; nobody completes what another gave up."""
        for side in self.sides.values():
            side.check()
        by_session: dict[str, dict[str, State]] = {}
        for name, side in self.sides.items():
            for one in side.sessions:
                by_session.setdefault(one.record.session, {})[name] = one.record.state
        for states in by_session.values():
            if State.COMPLETED in states.values():
                gave_up = [name for name, state in states.items() if state in NEVER]
                assert not gave_up, states
        for one, other in combinations(self.sides, 2):
            pair = self[one].store.tallies.list_by_partner(self[other].agent)
            for _ in pair:
                assert self[one].agent != self[other].agent


def helpers_of(circle: Circle, mode: str, names: str, needed: int = 0) -> Signing:
    """Who decides: these, as their cards say."""
    cards = tuple(
        circle.submit(name, lambda work: helping.our_card(work)) for name in names.split()
    )
    return Signing(mode=mode, witnesses=cards, needed=needed)  # type: ignore[arg-type]


def open_tally(circle: Circle, name: str, other: str, signing: Signing | None = None) -> None:
    """`name` invites `other`; both links are up; `signing`: who decides, by the terms."""
    side, peer = circle[name], circle[other]
    code = make_code(side.dice.token(10))
    key = CodeKey(Signer(blake(code.encode())), hash_bytes(b"id" + code.encode()))
    terms = SideTerms(LIMIT, 30)
    wish = commands.Invite(other, Direction.THEY_OWE_ME, terms, terms, life=3_600_000)
    made = acts.MadeCode(code, key)
    one = circle.submit(name, lambda work: acts.invite(work, wish, made))
    owed = [(name, ready) for ready in side.pump.link_up(peer.agent, key.id)]
    owed += [(other, ready) for ready in peer.pump.link_up(side.agent, None)]
    circle.collect()
    for sender, ready in owed:
        circle._post(sender, ready)
    answer = commands.AnswerInvitation("", None, None)
    draft = read_draft(one.draft)
    circle.submit(other, lambda work: acts.answer(work, answer, draft, key))
    circle.carry()
    tally = circle.tally(name, other)
    assert tally.record.digest is not None
    if signing is not None:
        assert tally.agreement is not None
        terms_of_both = replace(
            tally.agreement, revision=tally.agreement.revision + 1, signing=signing
        )
        circle.submit(name, lambda work: side.pump.tallies.offer(work, tally, terms_of_both))
        circle.carry()
        tally, name = circle.tally(other, name), other
        assert tally.record.digest is not None
    circle.wish(name, commands.AcceptTally(tally.uuid, tally.record.digest))
    circle.carry()


def a_circle(names: str, helpers: str = "", folder: Path | None = None) -> Circle:
    """These wallets: the first with a tally to each of the others; helpers serve anyone."""
    people, others = names.split(), helpers.split()
    circle = Circle([*people, *others], folder)
    for other in people[1:]:
        open_tally(circle, people[0], other)
    for name in others:
        circle.wish(name, commands.Serve(decide="anyone", vote="anyone"))
    circle.carried.clear()
    return circle


def agents(circle: Circle, *names: str) -> tuple[AgentId, ...]:
    return tuple(circle[name].agent for name in names)


def a_payment(mode: str, helpers: str, needed: int = 0) -> tuple[Circle, str]:
    """Ada pays Bo, these decide; Bo's person has accepted, and its answer is in the post."""
    circle = a_circle("ada bo", helpers)
    uuid = circle.pay("ada", "bo", signing=helpers_of(circle, mode, helpers, needed))
    circle.link()
    circle.carry()
    circle.wish("bo", commands.AnswerPayment(circle.session("bo", uuid).record.session, True))
    return circle, uuid
