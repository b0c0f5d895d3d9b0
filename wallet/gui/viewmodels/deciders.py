"""Whom one knows who decides or votes, what one does oneself, and who may be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from wallet.engine.api.commands import (
    AddWitness,
    ChooseWitness,
    Command,
    DropWitness,
    OfferToWitness,
    Serve,
    WitnessLink,
)
from wallet.engine.api.notices import (
    ConnectionChanged,
    Notice,
    TallyChanged,
    WalletOpened,
    WitnessesChanged,
)
from wallet.engine.api.views import TallyState, TallyView
from wallet.engine.api.views_signing import ServiceView, WitnessRole, WitnessView
from wallet.gui.text import Words, day, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.base import Desk, ViewModel
from wallet.gui.viewmodels.states import name_of
from wallet.model.credit import ALONE, Signing

WHOM = ("nobody", "partners", "anyone")


class Way(StrEnum):
    """How one may choose who decides."""

    TERMS = "terms"
    ALONE = "alone"
    ONE = "one"
    SEVERAL = "several"


class Known(ViewModel):
    """Who may be chosen."""

    HEARS: tuple[type[Notice], ...] = (WitnessesChanged, ConnectionChanged, WalletOpened)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.all: tuple[WitnessView, ...] = ()
        self.loaded = False

    def refresh(self) -> None:
        """Ask for the list."""
        self.ask_latest(self.desk.door.list_witnesses, self._came)

    def usable(self, parties: Sequence[str]) -> tuple[WitnessView, ...]:
        """Return who may decide or vote: no liar, nobody who takes part, no offer not taken."""
        return tuple(
            one
            for one in self.all
            if not one.lies and one.agent not in parties and one.role is not WitnessRole.OFFERED
        )

    def left_out(self, parties: Sequence[str]) -> Words:
        """Say why one whom the person may look for is not there; empty: nobody is left out."""
        for one in self.all:
            if one.lies:
                return say("choose.lied", name=witness_name(one))
        for one in self.all:
            if one.agent in parties:
                return say("choose.is_party", name=witness_name(one))
        return Words("")

    def _came(self, found: tuple[WitnessView, ...]) -> None:
        self.all, self.loaded = found, True
        self.changed.emit()


class Deciding(Known):
    """The page: who decides for us, and what we do for others.

    Signals:
        done: a wish was carried out (the wish); failed tells the rest.
    """

    done = Signal(object)
    HEARS = (WitnessesChanged, ConnectionChanged, WalletOpened, TallyChanged)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.service: ServiceView | None = None
        self.link = ""
        self.partners: tuple[TallyView, ...] = ()
        self.under_way = False

    def refresh(self) -> None:
        """Ask for witnesses, our service, and the partners one may offer it to."""
        super().refresh()
        self.ask_latest(self.desk.door.get_service, self._service_came, "service")
        self.ask_latest(self.desk.door.list_tallies, self._partners_came, "partners")

    def serve(self, decide: str, vote: str) -> None:
        """Decide and vote for these from now on."""
        self._do(Serve(decide, vote))

    def add(self, link: str) -> None:
        """Know somebody by a card."""
        self._do(AddWitness(link))

    def choose(self, agent: str) -> None:
        """Take an offer."""
        self._do(ChooseWitness(agent))

    def drop(self, agent: str) -> None:
        """Know somebody no more."""
        self._do(DropWitness(agent))

    def offer(self, tally: str) -> None:
        """Offer a partner what we do."""
        self._do(OfferToWitness(tally))

    def _do(self, wish: Command[Any]) -> None:
        if self.under_way:
            return
        self.under_way = True
        self.ask(self.desk.door.submit(wish), lambda _: self._did(wish), self._missed)

    def _did(self, wish: Command[Any]) -> None:
        self.under_way = False
        self.done.emit(wish)
        self.refresh()

    def _missed(self, error: BaseException) -> None:
        self.under_way = False
        self.failed.emit(error)
        self.refresh()

    def _service_came(self, service: ServiceView) -> None:
        self.service = service
        self.changed.emit()
        if "nobody" in (service.decide, service.vote) and service.decide == service.vote:
            self._link_came("")
        else:
            wish = self.desk.door.submit(WitnessLink())
            self.ask(wish, self._link_came, lambda _: self._link_came(""))

    def _link_came(self, link: str) -> None:
        if link != self.link:
            self.link = link
            self.changed.emit()

    def _partners_came(self, tallies: tuple[TallyView, ...]) -> None:
        opened = [one for one in tallies if one.state is TallyState.OPEN]
        first = {one.partner.account: one for one in reversed(opened)}
        self.partners = tuple(sorted(first.values(), key=lambda one: one.partner.name.casefold()))
        self.changed.emit()


class Witness(Struct, frozen=True):
    """One witness in words."""

    agent: str
    name: Words
    icon: str
    role: Role
    facts: tuple[Words, ...]
    warning: Words
    offers: bool


def witness_name(one: WitnessView) -> Words:
    """Return a witness's name, harmless, or a word for one without."""
    return name_of(one.name) or say("names.witness")


def witness_words(one: WitnessView, now: int) -> Witness:
    """Put what is known of a witness into words."""
    does = {(True, True): "both", (True, False): "decides", (False, True): "votes"}
    facts = [
        Words(f"{say(f'deciding.role.{one.role.value}')} {_does(does, one)}"),
        _record(one, now),
    ]
    if one.since:
        facts.append(say("deciding.since", when=day(one.since, now)))
    online = say("status.online" if one.online else "status.offline")
    facts.append(Words(f"{online}."))
    return Witness(
        one.agent,
        witness_name(one),
        "broken" if one.lies else "online" if one.online else "offline",
        Role.BAD if one.lies else Role.GOOD if one.online else Role.NEUTRAL,
        tuple(facts),
        say("deciding.lied") if one.lies else Words(""),
        one.role is WitnessRole.OFFERED,
    )


def _does(table: dict[tuple[bool, bool], str], one: WitnessView) -> Words:
    return say(f"deciding.does.{table.get((one.decides, one.votes), 'nothing')}")


def _record(one: WitnessView, now: int) -> Words:
    if not (one.completed or one.aborted or one.silent):
        return say("deciding.record_none")
    words = say("deciding.record", completed=one.completed, aborted=one.aborted, silent=one.silent)
    if one.last_at:
        words = Words(f"{words} {say('deciding.last', when=day(one.last_at, now))}")
    return words


def least_needed(count: int) -> int:
    """Return how many of so many witnesses must agree at least: more than half (2M > N)."""
    return count // 2 + 1


def make_signing(way: Way, chosen: Sequence[WitnessView], needed: int) -> Signing:
    """Return what the choice means; `TERMS` is the caller's own."""
    if way is Way.ONE:
        return Signing(mode="E", witnesses=(chosen[0].card,))
    if way is Way.SEVERAL:
        return Signing(mode="Q", witnesses=tuple(one.card for one in chosen), needed=needed)
    return ALONE
