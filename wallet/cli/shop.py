"""Mira's corner shop: a partner to try things with, run by dice instead of a person.

An ordinary wallet behind an ordinary door.  It opens a tally with whoever answers its code, pays
something back now and then, and is sometimes offline for a while, because partners are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from wallet.cli.dice import Dice
from wallet.cli.opening import OpenDoor, create, open_existing
from wallet.cli.render import chit_line
from wallet.cli.terminal import plain
from wallet.cli.voice import Voice
from wallet.engine.api.commands import Invite, Pay
from wallet.engine.api.door import Door, ProfileState
from wallet.engine.api.notices import ChitChanged, Notice, TallyChanged
from wallet.engine.api.views import (
    ChitState,
    ChitView,
    Direction,
    InvitationView,
    SideTerms,
    TallyState,
)
from wallet.model.errors import NotFound, UserError

NAME = "Mira's corner shop"
# Nobody's money is behind it: the demo's wallet is thrown away with its folder.
PASSWORD = "the shop's drawer"
LIMIT = 100_000
USES = 100
LIFE = 30 * 86_400_000
THANKS = ("plum jam", "eggs from the yard", "fixed your bell", "bread", "one coffee", "a haircut")
LOOK_SECONDS = 0.5
ONLINE_SECONDS = (90, 180)
OFFLINE_SECONDS = (15, 30)
PAUSE_SECONDS = (2, 6)


@dataclass(frozen=True, slots=True)
class ShopPlan:
    """How this run of the shop goes."""

    profile: Path
    seed: int = 1
    listen: str = ""
    steady: bool = False  # never offline


def run_shop(plan: ShopPlan, open_door: OpenDoor, voice: Voice, ended: threading.Event) -> int:
    """Keep shop until `ended`."""
    dice = Dice(plan.seed)
    while not ended.is_set():
        with open_door(plan.profile, listen=plan.listen) as door:
            values = {"name": NAME, "contact": "At the corner", "password": PASSWORD}
            if door.profile_state() is ProfileState.EMPTY:
                create(door, values)
            else:
                open_existing(door, values)
            code = standing_code(door)
            voice.event("Shop", f"{NAME} is open. Its code:\n{code.link}", link=code.link)
            seconds = None if plan.steady else dice.between(*ONLINE_SECONDS)
            Shop(door, dice, voice).keep(ended, seconds)
        if not ended.is_set():
            voice.event("ShopClosed", f"{NAME} is closed for a moment.")
            ended.wait(dice.between(*OFFLINE_SECONDS))
    return 0


def standing_code(door: Door) -> InvitationView:
    """The shop's code: the one it has, or a new one."""
    for one in door.list_invitations().result():
        if one.state == "out" and one.used < one.uses:
            return one
    terms = SideTerms(LIMIT)
    return door.submit(
        Invite(
            whom="whoever tries Tallystick",
            direction=Direction.THEY_OWE_ME,
            mine=terms,
            theirs=terms,
            memo="Things from the corner shop",
            uses=USES,
            life=LIFE,
            open_unseen=True,
        )
    ).result()


class Shop:
    """One opening of the shop."""

    def __init__(self, door: Door, dice: Dice, voice: Voice) -> None:
        self._door = door
        self._dice = dice
        self._voice = voice
        self._heard: SimpleQueue[Notice] = SimpleQueue()
        self._thanked: set[str] = set()
        self._greeted: set[str] = set()

    def keep(self, ended: threading.Event, seconds: float | None) -> None:
        """Serve until it ends or the time is over; None: no such time."""
        closing = threading.Event()
        timer = threading.Timer(seconds or 0.0, closing.set)
        timer.daemon = True
        unsubscribe = self._door.subscribe(self._heard.put)
        if seconds is not None:
            timer.start()
        try:
            while not (ended.is_set() or closing.is_set()):
                self._serve(ended.wait)
        finally:
            timer.cancel()
            unsubscribe()

    def _serve(self, pause: Callable[[float], object]) -> None:
        try:
            notice = self._heard.get(timeout=LOOK_SECONDS)
            if isinstance(notice, ChitChanged):
                self._look_at(self._door.get_chit(notice.subject).result(), pause)
            elif isinstance(notice, TallyChanged):
                self._greet(notice.subject)
        except (Empty, NotFound):
            return
        except UserError as error:  # a wish that came too late; the next customer may be luckier
            self._voice.error(error)

    def _greet(self, tally: str) -> None:
        one = self._door.get_tally(tally).result()
        if one.state is TallyState.OPEN and tally not in self._greeted:
            self._greeted.add(tally)
            words = f"A tally with {plain(one.partner.name)} is open."
            self._voice.event("Customer", words, tally=tally, partner=one.partner.name)

    def _look_at(self, chit: ChitView, pause: Callable[[float], object]) -> None:
        """Two of three who paid get something back after a moment."""
        if chit.state is not ChitState.GOOD or chit.uuid in self._thanked:
            return
        self._thanked.add(chit.uuid)
        self._voice.event("Sale", chit_line(chit), chit=chit.uuid, paid_by_shop=chit.paid_by_me)
        if chit.paid_by_me or self._dice.between(0, 2) == 0:
            return
        pause(self._dice.between(*PAUSE_SECONDS))
        amount = max(100, chit.amount * self._dice.between(10, 40) // 100 // 100 * 100)
        self._door.submit(Pay(chit.tally, amount, self._dice.pick(THANKS))).result()
