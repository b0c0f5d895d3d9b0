"""A door without an engine behind it: answers at once from sample data, and remembers wishes."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from msgspec.structs import replace

from tests.helpers import sample
from wallet.engine.api import commands
from wallet.engine.api.commands import (
    Command,
    Invite,
    NoticesSeen,
    OpenWallet,
    SetAutoAccept,
    SetDayBound,
)
from wallet.engine.api.commands import Pay as PayCommand
from wallet.engine.api.door import ProfileState
from wallet.engine.api.notices import (
    ChitChanged,
    InvitationChanged,
    Notice,
    NoticeAdded,
    NoticeHandler,
    TallyChanged,
    WalletOpened,
    WitnessesChanged,
)
from wallet.engine.api.views import (
    ChitFilter,
    ChitIds,
    ChitOrder,
    ChitState,
    ChitView,
    HomeView,
    InvitationView,
    LinkView,
    NoticeView,
    Outcome,
    SessionView,
    Sort,
    StatusView,
    TallyState,
    TallyView,
    TermsView,
    VerifyView,
    WalletView,
)
from wallet.engine.api.views_signing import FactsView, ServiceView, WitnessRole, WitnessView
from wallet.model.errors import LinkDamaged, NotFound

T = TypeVar("T")
LATEST = 8


class FakeClock:
    """A clock that stands still until it is moved; milliseconds UTC."""

    def __init__(self, now: int = sample.NOW) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def advance(self, length: int) -> None:
        """Move on by this many milliseconds."""
        self.now += length


class FakeDoor:
    """Implements `Door`. Change its public lists, then `announce` what changed.

    * `commands`: every wish, in order.
    * `answers`: what a wish of a class ends with (a value, or an exception) instead of the usual.
    * `silent`: nothing is ever answered (an engine that hangs); `pending` holds the futures.
    """

    def __init__(self, profile: ProfileState = ProfileState.KEYRING, *, chits: int = 40) -> None:
        self.clock = FakeClock()
        self.profile = profile
        self.commands: list[Command[Any]] = []
        self.answers: dict[type[Any], object] = {}
        self.silent = False
        self.pending: list[Future[Any]] = []
        self.wallet = sample.a_wallet()
        self.tallies: list[TallyView] = list(sample.sample_tallies())
        self.sessions: list[SessionView] = [sample.a_session(), sample.an_unknown_session()]
        self.ended: list[SessionView] = []
        self.invitations: list[InvitationView] = [
            sample.an_invitation(),
            sample.an_invitation("used", used=1),
            sample.an_invitation(uses=20, used=3),
        ]
        self.notices: list[NoticeView] = list(sample.sample_notices())
        self.link: LinkView | None = sample.an_invitation_link()
        self.witnesses: list[WitnessView] = list(sample.sample_witnesses())
        self.service = ServiceView()
        self.terms: dict[str, TermsView] = {}
        self.amendments: dict[str, TermsView] = {}
        self.facts: dict[str, FactsView] = {}
        self.chit_count = chits
        self.changed_chits: dict[int, ChitView] = {}
        self.backed_up = False
        self.connected = True
        self.problem = ""
        self.keyring = True
        self._handlers: list[NoticeHandler] = []

    @classmethod
    def empty(cls) -> FakeDoor:
        """Make the door of a wallet without any tally."""
        door = cls(chits=0)
        door.tallies, door.sessions, door.invitations, door.notices = [], [], [], []
        return door

    # --- what tests do with it ------------------------------------------------

    def announce(self, *notices: Notice) -> None:
        """Tell the listeners."""
        for notice in notices:
            for handler in list(self._handlers):
                handler(notice)

    def last(self, kind: type[T]) -> T:
        """Return the latest wish of a class."""
        return next(one for one in reversed(self.commands) if isinstance(one, kind))

    def replace_tally(self, tally: str, **changes: Any) -> None:
        """Change a tally and announce it."""
        self.tallies = [replace(t, **changes) if t.id == tally else t for t in self.tallies]
        self.announce(TallyChanged(tally))

    # --- Door -------------------------------------------------------------------

    def profile_state(self) -> ProfileState:
        return self.profile

    def has_keyring(self) -> Future[bool]:
        return self._answer(self.keyring)

    def submit(self, command: Command[T]) -> Future[T]:
        self.commands.append(command)
        if type(command) in self.answers:
            return self._answer(self.answers[type(command)])
        return self._answer(self._usual(command))

    def subscribe(self, handler: NoticeHandler) -> Callable[[], None]:
        self._handlers.append(handler)
        return lambda: self._handlers.remove(handler)

    def fetch_link(self, text: str) -> Future[LinkView]:
        if self.link is None or not text.startswith("tallystick:"):
            return self._answer(LinkView("", text, LinkDamaged.code))
        return self._answer(replace(self.link, text=text))

    def get_wallet(self) -> Future[WalletView]:
        return self._answer(self.wallet)

    def get_status(self) -> Future[StatusView]:
        opened = [t for t in self.tallies if t.state is TallyState.OPEN]
        return self._answer(
            StatusView(
                connected=self.connected,
                partners=len(opened),
                online=sum(t.partner.online for t in opened) if self.connected else 0,
                sessions=tuple(self.sessions),
                waiting=sum(1 for n in range(min(self.chit_count, 3)) if n == 2),
                backed_up=self.backed_up,
                problem=self.problem,
                unit=self.wallet.unit,
            )
        )

    def get_home(self) -> Future[HomeView]:
        latest = tuple(self._chit(n) for n in range(min(LATEST, self.chit_count)))
        home = sample.a_home(tuple(self.tallies), latest)
        return self._answer(replace(home, backed_up=self.backed_up))

    def list_tallies(self) -> Future[tuple[TallyView, ...]]:
        return self._answer(tuple(self.tallies))

    def get_tally(self, tally: str) -> Future[TallyView]:
        return self._one("tally", tally, self.tallies)

    def get_terms(self, tally: str) -> Future[TermsView]:
        if tally in self.terms:
            return self._answer(self.terms[tally])
        found = next((t for t in self.tallies if t.id == tally), None)
        return self._answer(sample.a_terms(found) if found else NotFound("tally", tally))

    def get_amendment(self, tally: str) -> Future[TermsView]:
        found = self.amendments.get(tally)
        return self._answer(found or NotFound("change of terms", tally))

    def list_invitations(self) -> Future[tuple[InvitationView, ...]]:
        return self._answer(tuple(self.invitations))

    def list_chit_ids(self, which: ChitFilter, order: ChitOrder) -> Future[ChitIds]:
        numbers: Any = range(self.chit_count)
        if which != ChitFilter():
            numbers = [n for n in numbers if _matches(self._chit(n), which)]
        if order.by is not Sort.DATE:
            key = _SORT_KEYS[order.by]
            numbers = sorted(numbers, key=lambda n: key(self._chit(n)), reverse=order.descending)
        elif not order.descending:
            numbers = numbers[::-1]
        chits = [self._chit(n) for n in numbers[:1000]]
        return self._answer(
            ChitIds(
                array("q", numbers).tobytes(),
                len(numbers),
                sum(c.amount for c in chits if not c.paid_by_me),
                sum(c.amount for c in chits if c.paid_by_me),
            )
        )

    def list_chits(self, rows: tuple[int, ...]) -> Future[tuple[ChitView, ...]]:
        return self._answer(tuple(self._chit(n) for n in rows))

    def get_chit(self, uuid: str) -> Future[ChitView]:
        number = int(uuid.removeprefix("chit-"))
        known = 0 <= number < self.chit_count
        return self._answer(self._chit(number) if known else NotFound("chit", uuid))

    def list_sessions(self, *, ended: bool = False) -> Future[tuple[SessionView, ...]]:
        return self._answer(tuple(self.sessions + (self.ended if ended else [])))

    def get_session(self, session: str) -> Future[SessionView]:
        return self._one("session", session, self.sessions + self.ended)

    def list_papers(self) -> Future[tuple[SessionView, ...]]:
        found = [one for one in self.sessions + self.ended if one.kind == "paper"]
        return self._answer(tuple(found))

    def get_facts(self, session: str) -> Future[FactsView]:
        return self._answer(self.facts.get(session) or sample.some_facts(session))

    def list_notices(self) -> Future[tuple[NoticeView, ...]]:
        return self._answer(tuple(self.notices))

    def list_witnesses(self) -> Future[tuple[WitnessView, ...]]:
        return self._answer(tuple(self.witnesses))

    def get_service(self) -> Future[ServiceView]:
        return self._answer(self.service)

    # --- inside -------------------------------------------------------------------

    def _answer(self, outcome: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.pending.append(future)
        if self.silent:
            return future
        self.pending.remove(future)
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
        return future

    def _one(self, what: str, key: str, where: list[Any]) -> Future[Any]:
        found = next((one for one in where if one.id == key), None)
        return self._answer(found if found is not None else NotFound(what, key))

    def _chit(self, number: int) -> ChitView:
        if number in self.changed_chits:
            return self.changed_chits[number]
        chit = sample.a_chit(number)
        ended = [one.id for one in self.sessions if one.outcome is Outcome.NOT_DONE]
        return replace(chit, state=ChitState.REFUSED) if chit.session in ended else chit

    def _change_witness(self, agent: str, **changes: Any) -> None:
        self.witnesses = [
            replace(one, **changes) if one.agent == agent else one for one in self.witnesses
        ]
        self.announce(WitnessesChanged(agent))

    def _usual(self, command: Command[Any]) -> object:
        name = type(command).__name__
        if isinstance(command, OpenWallet) or name == "CreateWallet":
            self.profile = ProfileState.KEYRING
            if not self.silent:
                self.announce(WalletOpened())
        elif isinstance(command, Invite):
            made = replace(sample.an_invitation(uses=command.uses), whom=command.whom)
            self.invitations.insert(0, made)
            self.announce(InvitationChanged(made.id))
            return made
        elif isinstance(command, PayCommand):
            self.announce(ChitChanged("chit-0", command.tally))
            return "chit-0"
        elif isinstance(command, NoticesSeen):
            self.notices = [replace(n, seen=True) for n in self.notices]
            self.announce(NoticeAdded(str(command.number)))
        elif isinstance(command, SetAutoAccept):
            self.replace_tally(command.tally, auto_accept=command.on)
            if command.bounds is not None:
                chit, day = command.bounds.per_chit, command.bounds.per_day
                self.replace_tally(command.tally, accept_per_chit=chit, accept_per_day=day)
        elif isinstance(command, commands.Serve):
            self.service = replace(self.service, decide=command.decide, vote=command.vote)
            self.announce(WitnessesChanged())
        elif isinstance(command, commands.WitnessLink):
            return sample.CARD
        elif isinstance(command, commands.AddWitness):
            return self.witnesses[0].agent
        elif isinstance(command, commands.ChooseWitness):
            self._change_witness(command.witness, role=WitnessRole.CHOSEN)
        elif isinstance(command, commands.DropWitness):
            self.witnesses = [one for one in self.witnesses if one.agent != command.witness]
            self.announce(WitnessesChanged(command.witness))
        elif isinstance(command, SetDayBound):
            self.wallet = replace(self.wallet, accept_per_day=command.amount)
        elif name == "SaveEmergencyFile":
            self.backed_up = True
        elif name == "AnswerInvitation":
            return sample.tally_id(sample.EVA)
        elif name == "VerifyAll":
            return VerifyView(412, 5, 132, 840)
        return None


_SORT_KEYS: dict[Sort, Callable[[ChitView], Any]] = {
    Sort.AMOUNT: lambda chit: chit.amount,
    Sort.PARTNER: lambda chit: chit.partner.casefold(),
    Sort.STATE: lambda chit: chit.state.value,
    Sort.MEMO: lambda chit: chit.memo.casefold(),
}


def _matches(chit: ChitView, which: ChitFilter) -> bool:
    haystack = f"{chit.memo} {chit.reference} {chit.partner}".casefold()
    return (
        (not which.tally or chit.tally == which.tally)
        and all(word in haystack for word in which.text.casefold().split())
        and (not which.states or chit.state in which.states)
        and (which.paid_by_me is None or chit.paid_by_me == which.paid_by_me)
        and (not which.since or chit.date >= which.since)
        and (not which.until or chit.date < which.until)
    )
