"""Stories of sessions: two to eight signers, all modes, one liar or some who die for a while.

A seed draws who lives in the world, who decides, who lies how, and who dies when.  Tallies are
opened in calm weather; then people pay, sign papers, stop and push in bad weather; then the
weather is calm, but the dead stay dead and the liar lies on: what is not known yet is seen, nobody
is locked, and only what the page lets stay open is open.  Then the dead return and the liar stops:
everything settles, and everybody can pay.
"""

from __future__ import annotations

import dataclasses

from msgspec.structs import replace

from tests.sim import tricks
from tests.sim.cast import SPAN_MS, Cast, draw
from tests.sim.session_laws import SessionLaws
from tests.sim.stories import (
    REST_MS,
    REST_STEP_MS,
    SCENARIOS,
    People,
    Scenario,
    Story,
    falls_silent,
)
from tests.sim.world import Faults, Wallet, World
from wallet.engine.api import commands
from wallet.engine.api.views import Outcome, SessionAct, SessionView
from wallet.engine.desks import helping
from wallet.engine.desks.drafting import change_agreement
from wallet.engine.pump import Pump
from wallet.engine.work import Ready
from wallet.model.credit import ALONE, Signing
from wallet.protocol.messages.frame import read_frame

LOOK_MS = 3_000
WINDOWS = (15_000, 60_000, 120_000)
WORDS = ("certificate", "abort-certificate", "vote", "status")  # what was decided
PUSHES = {
    SessionAct.ASK_NOW: commands.AskNow,
    SessionAct.GO_ON: commands.GoOn,
    SessionAct.STOP_WAITING: commands.StopWaiting,
    SessionAct.PAY_ANYWAY: commands.PayAnyway,
}
FREES = (SessionAct.GO_ON, SessionAct.STOP_WAITING, SessionAct.PAY_ANYWAY)


def weather(world: World) -> Faults:
    """How bad it is: as between two, and now and then a storm."""
    usual, dice = SCENARIOS["pair"].faults(world), world.random
    if dice.random() < 0.75:
        return usual
    return dataclasses.replace(usual, loss=0.1, crash=0.15, partition=0.1, delay_ms=50)


def play(seed: int, nodes: int = 0) -> Story:
    """Tell the story of this seed."""
    cast = draw(seed, nodes)
    world = World(seed, cast.names, liars=frozenset({cast.liar} - {""}))
    world.note("cast", cast)
    liar = None
    if cast.liar:
        kinds = {**tricks.OF_SIGNERS, **tricks.OF_ENZYMES, **tricks.OF_WITNESSES}
        liar = kinds[cast.trick](world, cast.liar)
    world.faults = weather(world)
    laws = SessionLaws(world)
    signers = SessionPeople(world, cast, liar)
    try:
        signers.live()
        if not world.troubles:
            end(world, laws, signers)
    except Exception as error:  # noqa: BLE001  a story that cannot go on is a finding
        if not world.troubles:
            world.troubles.append(("no bug", f"{type(error).__name__}: {error}"))
    for wallet in world.wallets.values():
        world.note(wallet.name, "ends", wallet.store.chains.get_head(wallet.agent))
    world.close()
    return Story(seed, "sessions", world.log, world.troubles)


def end(world: World, laws: SessionLaws, signers: SessionPeople) -> None:
    """Calm with the dead dead and the liar lying; then with all there, and honest."""
    world.quiet()
    if world.dead or world.liars:
        if not rest_open(world, laws, signers):
            return
        for name in world.dead:
            world.revive(name)
        signers.reform()
        world.meet_again()
    if not rest(world, laws, signers):
        return
    signers.pay_around()
    if rest(world, laws, signers):
        signers.check_counted()


def rest_open(world: World, laws: SessionLaws, signers: SessionPeople) -> bool:
    """Enough time for everything that can end; then what is open is seen."""
    until = world.now + REST_MS
    while world.now < until and not world.troubles:
        step(world, signers)
        if not signers.cast.patient:
            signers.push_all()
        if laws.is_open_only():
            break
    if not world.troubles:
        world.note("still open:", laws.count_open())
        laws.check_open()
        laws.check_slots()
        laws.check_proofs()
    signers.free_all(laws)
    return not world.troubles


def rest(world: World, laws: SessionLaws, signers: SessionPeople) -> bool:
    """Everyone is there, and honest: everything ends, and all agree."""
    until = world.now + REST_MS
    while world.now < until and not world.troubles:
        step(world, signers)
        if world.liars:  # one that was caught decides no more, and people go on
            signers.free_all(laws)
        if all(map(world.is_up, world.wallets)) and laws.is_at_rest():
            break
    if not world.liars and not falls_silent(world, laws, signers):
        world.troubles.append(("at rest nobody talks", ""))
    if not world.troubles:
        laws.check_rest()
        laws.check_slots()
        laws.check_proofs()
    return not world.troubles


def step(world: World, signers: SessionPeople) -> None:
    world.run(world.now + REST_STEP_MS)
    for name in world.wallets:
        signers.answer_all(name)
        world.act(name, "settles", lambda pump: pump.settle())


class SessionPeople(People):
    """What people do where sessions have more signers, and others who decide."""

    def __init__(self, world: World, cast: Cast, liar: tricks.Trick | None) -> None:
        super().__init__(world, Scenario(len(cast.people), lambda w: w.faults))
        self.cast, self.liar = cast, liar
        self.signing = ALONE

    def reform(self) -> None:
        if self.liar:
            self.world.note("reforms", self.cast.liar)
            self.liar.reform()

    # The beginning ------------------------------------------------------------------

    def live(self) -> None:
        world, cast = self.world, self.cast
        for name in cast.helpers:
            world.wish(name, commands.Serve(decide="anyone", vote="anyone"))
        self.signing = Signing(mode=cast.mode, witnesses=self._cards(), needed=cast.needed)
        hub, *others = cast.people
        pairs = [(hub, other) for other in others]
        if len(others) > 2 and world.random.random() < 0.5:
            pairs.append((others[0], others[1]))
        for one, other in pairs:
            self.open(one, other)
        self._open_all(len(pairs) * 2)
        world.begin()
        world.twist = self.liar.twist if self.liar else None
        self._plan(list(cast.people))
        world.run(world.now + SPAN_MS + world.random.choice((2_000, 20_000)))

    def _cards(self) -> tuple:  # type: ignore[type-arg]
        return tuple(
            self.world.act(name, "card", lambda p: p.submit(helping.our_card))
            for name in self.cast.helpers
        )

    def _open_all(self, halves: int) -> None:
        for _ in range(120):
            self.world.run(self.world.now + 500)
            for name in self.cast.people:
                self.agree(name)
            if sum(len(self._tallies(name, "open")) for name in self.cast.people) == halves:
                return
        self.world.troubles.append(("in calm weather tallies open", ""))

    def agree(self, name: str) -> None:
        """Accept every offer that waits for us; some want first that others decide."""
        for uuid in self._tallies(name, "received") if self.world.calm else ():
            one = self.world.wallets[name].store.tallies.get(uuid)
            if one is None or one.agreement is None or one.agreement.signing != ALONE:
                continue
            parties = {one.agreement.stock.party.agent, one.agreement.foil.party.agent}
            fits = self.cast.agreed and not parties & {*self.signing.agents}
            if fits and one.agreement.revision == 1 and self.world.random.random() < 0.7:
                self.world.act(name, "offers", lambda pump, uuid=uuid: self._offer(pump, uuid))
        super().agree(name)

    def _offer(self, pump: Pump, uuid: str) -> None:
        def act(work):  # type: ignore[no-untyped-def]
            one = work.store.tallies.get(uuid)
            half, other = one.record.half, one.agreement
            mine = other.side(half)
            theirs = other.foil if mine is other.stock else other.stock
            fresh = change_agreement(work, other, half, mine.terms, theirs.terms, "")
            pump.tallies.offer(work, one, replace(fresh, signing=self.signing))

        pump.submit(act)

    def _plan(self, names: list[str]) -> None:
        world, dice = self.world, self.world.random
        for _ in range(8 + len(names) // 2):
            when, name = dice.randrange(SPAN_MS), dice.choice(names)
            world.at(when, self._do_something, name)
        for when in range(1_000, SPAN_MS, LOOK_MS):
            for name in names:
                world.at(when + dice.randrange(LOOK_MS), self._look, name)
        for name, when in self.cast.deaths.items():
            world.at(when, world.kill, name)
        world.on_leaving.append(self._fall_silent)

    def _fall_silent(self, world: World, wallet: Wallet, ready: Ready) -> None:
        wise = wallet.name == self.cast.speechless and not world.calm and not wallet.is_dead
        if wise and read_frame(ready.frame[4:]).kind in WORDS:
            world.kill(wallet.name)

    # Living -------------------------------------------------------------------------

    def _do_something(self, name: str) -> None:
        if not self.world.is_up(name):
            return
        doings = [self._pay] * 6 + [self._sign] * 4
        doings += [self._stop, self._withdraw, self._switch, self._push, self._push]
        self.world.random.choice(doings)(name)

    def _pay(self, name: str) -> None:
        dice = self.world.random
        tallies = self._tallies(name, "open")
        if not tallies:
            return
        tally = dice.choice(tallies)
        signing = dice.choice((None, None, ALONE, self._fitting((name, tally))))
        self.world.wish(name, commands.Pay(tally, dice.randrange(1, 30_000), signing=signing))

    def _sign(self, name: str) -> None:
        dice = self.world.random
        tallies = [
            uuid
            for uuid in self._tallies(name, "open")
            if self._partner(name, uuid) not in self.signing.agents
        ]
        most = min(len(tallies), 6 if self.signing.mode == "E" else 7)
        if not most or self.world.wallets[name].agent in self.signing.agents:
            return
        chosen = tuple(dice.sample(tallies, dice.choice((most, dice.randint(1, most)))))
        signing = dice.choice((ALONE, self.signing, self.signing))
        window = dice.choice(WINDOWS)
        wish = commands.SignPaper("Rules", "Be kind.", chosen, signing=signing, window=window)
        self.world.wish(name, wish)

    def _fitting(self, pair: tuple[str, str]) -> Signing | None:
        """Those who decide, unless one of the two is among them."""
        agents = {self.world.wallets[pair[0]].agent, self._partner(*pair)}
        return None if agents & {*self.signing.agents} else self.signing

    def _partner(self, name: str, uuid: str) -> str:
        one = self.world.wallets[name].store.tallies.get(uuid)
        return one.record.partner if one else ""

    def _push(self, name: str) -> None:
        """Whatever the person may do about a session that hangs."""
        views = [view for view in self._views(name) if view.outcome is Outcome.NOT_KNOWN]
        for view in views[:1]:
            acts = [act for act in view.acts if act in PUSHES]
            if acts:
                self.world.wish(name, PUSHES[self.world.random.choice(acts)](view.id))

    def _look(self, name: str) -> None:
        """Now and then a person looks and answers what is asked; sometimes with a no."""
        dice = self.world.random
        if not self.world.is_up(name) or dice.random() < 0.3:
            return
        for session in self._sessions(name, "asked"):
            if dice.random() < 0.7:
                self._answer(name, session, dice.random() < 0.85)
        if not self.cast.patient and dice.random() < 0.5:
            self._push(name)

    def _answer(self, name: str, session: str, accept: bool) -> None:
        one = self.world.wallets[name].store.sessions.get(session)
        paper = one is not None and one.record.kind == "paper"
        kind = commands.AnswerPaper if paper else commands.AnswerPayment
        self.world.wish(name, kind(session, accept, "" if accept else "no"))

    def _views(self, name: str) -> tuple[SessionView, ...]:
        return SessionLaws.views(self.world.wallets[name])

    # The end ------------------------------------------------------------------------

    def answer_all(self, name: str) -> None:
        """When all is calm, people answer."""
        if not self.world.is_up(name):
            return
        for session in self._sessions(name, "asked")[:1]:
            self._answer(name, session, True)

    def push_all(self) -> None:
        """Impatient people press something, now and then."""
        for name in self.cast.people:
            if self.world.is_up(name) and self.world.random.random() < 0.2:
                self._push(name)

    def free_all(self, laws: SessionLaws) -> None:
        """What is not known holds nobody: the person may go on, and then the chain is free."""
        for name in laws.honest:
            if self.world.troubles or not self.world.is_up(name):
                continue
            for view in self._views(name):
                acts = [act for act in view.acts if act in FREES]
                if view.locked and acts:
                    self.world.wish(name, PUSHES[self.world.random.choice(acts)](view.id))
            held = self._fetch(name, "SELECT session FROM lock")
            stuck = [view.id for view in self._views(name) if view.outcome is Outcome.NOT_KNOWN]
            if {*held} & {*stuck}:
                laws.broken("the person may always go on", name)

    def pay_around(self) -> None:
        honest = [name for name in self.cast.people if name not in self.world.liars]
        for name in honest:
            for tally in self._tallies(name, "open"):
                partner = self.world.by_agent[self._partner(name, tally)]
                if partner in honest and not self._needs_liar(name, tally):
                    uuid = self.world.wish(name, commands.Pay(tally, 1))
                    self.wanted.append((name, str(uuid)))

    def _needs_liar(self, name: str, uuid: str) -> bool:
        one = self.world.wallets[name].store.tallies.get(uuid)
        named = one.agreement.signing.agents if one and one.agreement else ()
        return any(self.world.by_agent[agent] in self.world.liars for agent in named)
