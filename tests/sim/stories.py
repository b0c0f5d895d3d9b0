"""Stories: who lives in the world, how bad it is, what people do, and how it ends.

A story is a seed and a scenario.  It begins calm, with tallies opened by the real protocol; then
the weather comes in and people act; then all is calm again, and everybody must come to agree; and
at last each pays each once more: nobody is left unable to pay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.sim.laws import Laws
from tests.sim.liar import Liar
from tests.sim.world import Faults, World
from wallet.crypto.hashing import hash_bytes
from wallet.crypto.signing import Signer
from wallet.engine import acts
from wallet.engine.api import commands
from wallet.engine.api.views import Direction, SideTerms
from wallet.engine.desks.drafting import read_draft
from wallet.protocol.identity.invitation import CodeKey

NAMES = ("ada", "bo", "cy", "di", "ed", "fay", "gus", "hal")
REST_MS, REST_STEP_MS = 2_400_000, 20_000
SILENT_STEPS = 15  # after so many steps whoever still talks will not stop
FEW = 20  # messages of those who still ask, in the time of one step
PATIENCE = 12  # how often somebody accepts the same offer that comes to nothing
BEYOND_ANY_SUM = 10**9


@dataclass(frozen=True)
class Scenario:
    """What a story is made of."""

    nodes: int
    faults: Callable[[World], Faults]
    acts: int = 14
    span_ms: int = 90_000  # over how long people act
    closed: bool = False  # tallies are opened in bad weather
    liars: int = 0
    together: bool = False  # people act in pairs, at the same moment
    amends: bool = False  # people want other terms
    at_once: int = 1  # up to how many payments a person makes in one go


@dataclass
class Story:
    """How it went."""

    seed: int
    scenario: str
    log: list[str]
    troubles: list[tuple[str, str]]


def _pair(world: World) -> Faults:
    dice = world.random
    return Faults(
        loss=dice.choice((0, 0.05, 0.3)),
        repeat=dice.choice((0, 0.1, 0.5)),
        delay_ms=dice.choice((5, 50, 2_000, 9_000)),
        crash=dice.choice((0, 0.01, 0.05)),
        partition=dice.choice((0, 0.02, 0.1)),
        slow_disk_ms=dice.choice((0, 0, 200, 3_000)),
        full_disk=dice.choice((0, 0, 0.03)),
        clock_skew_ms=dice.choice((0, 1_000, 4_000)),
        clock_jump=dice.choice((0, 0, 0.02)),
    )


SCENARIOS: dict[str, Scenario] = {
    "pair": Scenario(2, _pair),
    "crossing": Scenario(
        3, lambda w: Faults(delay_ms=w.random.choice((2, 30, 300))), acts=5, together=True
    ),
    "partition": Scenario(2, lambda _: Faults(partition=0.15, delay_ms=800, loss=0.1)),
    "crash": Scenario(2, lambda _: Faults(crash=0.08, delay_ms=100, full_disk=0.02)),
    "clocks": Scenario(2, lambda _: Faults(clock_skew_ms=5_000, clock_jump=0.08, crash=0.02)),
    "opening": Scenario(2, _pair, closed=True),
    "amending": Scenario(2, _pair, amends=True),
    "batches": Scenario(2, _pair, at_once=6),
    "rude": Scenario(3, _pair, acts=10, liars=1),
}


def play(seed: int, scenario: str = "pair", nodes: int = 0) -> Story:
    """Tell the story of this seed."""
    plan = SCENARIOS[scenario]
    names = list(NAMES[: nodes or plan.nodes])
    liars = frozenset(names[len(names) - plan.liars :])
    world = World(seed, names, liars=liars)
    if liars:
        world.twist = Liar(world).twist
    world.faults = plan.faults(world)
    laws = Laws(world)
    people = People(world, plan)
    try:
        people.live()
        if not world.troubles:
            end(world, laws, people)
    except Exception as error:  # noqa: BLE001  a story that cannot go on is a finding
        if not world.troubles:
            world.troubles.append(("no bug", f"{type(error).__name__}: {error}"))
    for wallet in world.wallets.values():
        world.note(wallet.name, "ends", wallet.store.chains.get_head(wallet.agent))
    world.close()
    return Story(seed, scenario, world.log, world.troubles)


def end(world: World, laws: Laws, people: People) -> None:
    """Calm, rest, and a last payment each way: nobody is left unable to pay."""
    world.quiet()
    if not rest(world, laws, people) or world.liars:
        return
    people.pay_around()
    if rest(world, laws, people):
        people.check_counted()


def rest(world: World, laws: Laws, people: People) -> bool:
    """Enough time for everything to end; then all laws in full."""
    until = world.now + REST_MS
    while world.now < until and not world.troubles:
        world.run(world.now + REST_STEP_MS)
        for name in world.wallets:
            people.answer_all(name)
            world.act(name, "settles", lambda pump: pump.settle())
        if all(map(world.is_up, world.wallets)) and laws.is_at_rest():
            break
    if not falls_silent(world, laws, people):
        world.troubles.append(("at rest nobody talks", ""))
    if not world.troubles:
        laws.check_rest()
        laws.check_slots()
        laws.check_proofs()
    return not world.troubles


def falls_silent(world: World, laws: Laws, people: People) -> bool:
    """Whether the talking ends; a payment that waited out a pause may still have its turn."""
    heard = 0
    for _ in range(SILENT_STEPS):
        noted = len(world.log)
        world.run(world.now + REST_STEP_MS)
        for name in world.wallets:
            people.answer_all(name)
            world.act(name, "settles", lambda pump: pump.settle())
        heard = sum(" hears " in line for line in world.log[noted:])
        if heard <= FEW and laws.is_at_rest():
            return True
    return heard <= FEW


class People:
    """What the people of a world do."""

    def __init__(self, world: World, plan: Scenario) -> None:
        self.world, self.plan = world, plan
        self.wanted: list[tuple[str, str]] = []
        self.accepted: dict[tuple[str, str], int] = {}  # how often, by person and offer

    def live(self) -> None:
        world, plan = self.world, self.plan
        names = list(world.wallets)
        pairs = [(names[place - 1], name) for place, name in enumerate(names)]
        if len(names) == 2:
            pairs = pairs[1:]
        if plan.closed:
            world.begin()
        for one, other in pairs:
            self.open(one, other)
        if not plan.closed:
            for wallet in world.wallets.values():
                world.run(world.now + 200)
                self.agree(wallet.name)
            world.run(world.now + 1_500)
            if not all(self._tallies(name, "open") for name in names):
                world.troubles.append(("in calm weather tallies open", ""))
            world.begin()
        self._plan_acts(names)
        world.run(world.now + plan.span_ms + 60_000)

    def _plan_acts(self, names: list[str]) -> None:
        dice = self.world.random
        for _ in range(self.plan.acts):
            when, lead = dice.randrange(self.plan.span_ms), dice.choice(names)
            everyone = names if self.plan.together else [lead]
            for name in everyone:
                self.world.at(when + dice.randrange(4), self._do_something, name)
        for when in range(2_000, self.plan.span_ms, 7_000):
            for name in names:
                self.world.at(when + dice.randrange(4_000), self._look, name)

    # Opening ------------------------------------------------------------------------

    def open(self, host: str, guest: str) -> None:
        """`host` invites, `guest` answers, in the words of the real protocol."""
        world = self.world
        code = f"{host}-{guest}"
        key = CodeKey(Signer(hash_bytes(code.encode()).raw), hash_bytes(f"id {code}".encode()))
        direction = world.random.choice((Direction.THEY_OWE_ME, Direction.I_OWE_THEM))
        limit = SideTerms(BEYOND_ANY_SUM)
        wish = commands.Invite(guest, direction, limit, limit)
        host_wallet = world.wallets[host]
        made = acts.MadeCode(code, key)
        world.act(host, "invites", lambda p: p.submit(lambda work: acts.invite(work, wish, made)))
        found = host_wallet.store.invitations.get(key.id)
        if found is None:  # the power failed: once more
            if world.now < REST_MS:
                world.at(5_000, self.open, host, guest)
            return
        draft = read_draft(found.draft)
        answer = commands.AnswerInvitation("")
        world.act(
            guest, "answers", lambda p: p.submit(lambda work: acts.answer(work, answer, draft, key))
        )
        if not world.wallets[guest].store.tallies.has_partner(host_wallet.agent):
            if world.now < REST_MS:
                world.at(5_000, self.open, host, guest)
            return
        self._meet(host, guest, key.id)

    def _meet(self, host: str, guest: str, code: str) -> None:
        """The guest's wallet dials with the code until the host's knows it."""
        wallets = self.world.wallets
        if wallets[host].store.tallies.has_partner(wallets[guest].agent):
            return
        if self.world.is_up(host) and self.world.is_up(guest):
            for name, other in ((host, guest), (guest, host)):
                wallets[name].links.pop(other, None)
            self.world.link(guest, host, code)
        self.world.at(3_000, self._meet, host, guest, code)

    def agree(self, name: str) -> None:
        """Accept every offer that waits for us."""
        for uuid in self._tallies(name, "received"):
            one = self.world.wallets[name].store.tallies.get(uuid)
            if one is None:
                continue
            offer = (name, str(one.record.digest))
            self.accepted[offer] = self.accepted.get(offer, 0) + 1
            if self.accepted[offer] <= PATIENCE:
                self.world.wish(name, commands.AcceptTally(uuid, offer[1]))

    # Living -------------------------------------------------------------------------

    def _do_something(self, name: str) -> None:
        if not self.world.is_up(name):
            return
        doings = [self._pay] * 6 + [self._stop, self._withdraw, self._switch, self._push]
        if self.plan.closed:
            doings += [self._negotiate] * 4
        if self.plan.amends:
            doings += [self._amend] * 5
        self.world.random.choice(doings)(name)

    def _pay(self, name: str) -> None:
        tallies = self._tallies(name, "open")
        if tallies:
            tally = self.world.random.choice(tallies)
            for _ in range(self.world.random.randint(1, self.plan.at_once)):
                self.world.wish(name, commands.Pay(tally, self.world.random.randrange(1, 30_000)))

    def _stop(self, name: str) -> None:
        for session in self._sessions(name, "proposed", "prepared"):
            self.world.wish(name, commands.StopSession(session))

    def _withdraw(self, name: str) -> None:
        rows = self._fetch(name, "SELECT uuid FROM chit WHERE mine = 1 AND state = 'waiting'")
        for uuid in rows[:1]:
            self.world.wish(name, commands.WithdrawPayment(uuid))

    def _switch(self, name: str) -> None:
        for uuid in self._tallies(name, "open")[:1]:
            one = self.world.wallets[name].store.tallies.get(uuid)
            if one is not None:
                bounds = self.world.random.choice((None, commands.AcceptBounds(20_000, 60_000)))
                self.world.wish(name, commands.SetAutoAccept(uuid, not one.auto_accept, bounds))

    def _push(self, name: str) -> None:
        """Whatever the person may do about a session that hangs."""
        for session in self._sessions(name, "committed", "parked")[:1]:
            kind = self.world.random.choice(
                (commands.AskNow, commands.GoOn, commands.StopWaiting, commands.PayAnyway)
            )
            self.world.wish(name, kind(session))

    def _negotiate(self, name: str) -> None:
        dice = self.world.random
        for uuid in self._tallies(name, "draft", "offered", "received", "void"):
            one = self.world.wallets[name].store.tallies.get(uuid)
            if one is None or one.record.digest is None:
                continue
            terms = SideTerms(BEYOND_ANY_SUM + dice.randrange(1_000))
            offer = commands.OfferTally(uuid, Direction.THEY_OWE_ME, terms, terms, "")
            wishes = {
                "offered": (commands.WithdrawTally(uuid),),
                "received": (offer, offer, commands.RefuseTally(uuid)),
                "void": (offer,),
            }.get(one.record.state.value, ())
            if wishes:
                self.world.wish(name, dice.choice(wishes))

    def _amend(self, name: str) -> None:
        dice = self.world.random
        for uuid in self._tallies(name, "open"):
            one = self.world.wallets[name].store.tallies.get(uuid)
            if one is None or one.record.session is not None:
                continue
            terms = SideTerms(BEYOND_ANY_SUM + dice.randrange(1_000))
            wish = commands.AmendTally(uuid, terms, terms, f"{dice.randrange(99)}")
            if one.record.amending is not None and dice.random() < 0.5:
                self.world.wish(name, commands.WithdrawAmendment(uuid))
            else:
                self.world.wish(name, wish)

    def _look(self, name: str) -> None:
        """Now and then a person looks and answers what is asked; sometimes too late."""
        if not self.world.is_up(name):
            return
        if self.world.random.random() < 0.5:
            self.agree(name)
        for session in self._sessions(name, "asked"):
            if self.world.random.random() < 0.5:
                accept = self.world.random.random() < 0.8
                self.world.wish(name, commands.AnswerPayment(session, accept, "no"))

    # The end ------------------------------------------------------------------------

    def answer_all(self, name: str) -> None:
        """When all is calm, people answer."""
        if not self.world.is_up(name):
            return
        self.agree(name)
        for session in self._sessions(name, "asked")[:1]:
            self.world.wish(name, commands.AnswerPayment(session, True))

    def pay_around(self) -> None:
        for name in self.world.wallets:
            for tally in self._tallies(name, "open"):
                uuid = self.world.wish(name, commands.Pay(tally, 1))
                self.wanted.append((name, str(uuid)))

    def check_counted(self) -> None:
        """The last payments of all count: nobody was left unable to pay."""
        for name, uuid in self.wanted:
            one = self.world.wallets[name].store.chits.get(uuid)
            if one is None or one.record.state.value != "good":
                state = f"{one.record.state.value} {one.record.reason}" if one else "gone"
                self.world.troubles.append(("in the end everyone can pay", f"{name}: {state}"))

    # Rows ---------------------------------------------------------------------------

    def _fetch(self, name: str, sql: str, *values: object) -> list[str]:
        rows = self.world.wallets[name].store.database.fetch_all(sql, values)
        return [row[0] for row in rows]

    def _tallies(self, name: str, *states: str) -> list[str]:
        marks = ", ".join("?" * len(states))
        return self._fetch(
            name, f"SELECT uuid FROM tally WHERE state IN ({marks}) ORDER BY uuid", *states
        )

    def _sessions(self, name: str, *states: str) -> list[str]:
        marks = ", ".join("?" * len(states))
        return self._fetch(
            name, f"SELECT session FROM session WHERE state IN ({marks}) ORDER BY session", *states
        )
