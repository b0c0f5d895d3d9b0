"""`tallystick demo`: everything once, within a minute, with nobody's money.

* `demo`: the shop in a second process, the window beside it (`show` opens it).
* `demo --shop`: only the shop, for a wallet of your own to join.
* `demo --terminal`: two wallets in two processes, the whole story in words.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from wallet.cli.child import Child, own_command
from wallet.cli.node import on_signals
from wallet.cli.opening import OpenDoor, ShowWindow
from wallet.cli.render import balance_words
from wallet.cli.shop import NAME, PASSWORD, ShopPlan, run_shop
from wallet.cli.terminal import plain
from wallet.cli.voice import Voice
from wallet.model.amounts import PLAIN, format_amount, parse_amount
from wallet.model.errors import BugError

_LOOPBACK = "127.0.0.1"
_RULE = "─" * 72


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the demo may be told."""
    parser.add_argument("--shop", action="store_true", help="only the shop; prints its code")
    parser.add_argument("--terminal", action="store_true", help="the whole story in words")
    parser.add_argument(
        "--seed", type=int, default=1, help="dice of the shop: same seed, same shop"
    )
    parser.add_argument("--steady", action="store_true", help="the shop is never offline")
    parser.add_argument(
        "--until-eof", action="store_true", help="with --shop: end when the input ends"
    )


def run(
    given: argparse.Namespace, open_door: OpenDoor, show: ShowWindow | None, voice: Voice
) -> int:
    """Run the demo that is asked for; the exit code."""
    with tempfile.TemporaryDirectory(
        prefix="tallystick-demo-", ignore_cleanup_errors=True
    ) as folder:
        if given.shop:
            profile = given.profile or Path(folder, "shop")
            plan = ShopPlan(profile, given.seed, given.listen or _LOOPBACK, given.steady)
            return _shop(plan, open_door, voice, until_eof=given.until_eof)
        if given.terminal or show is None:
            return Story(Path(folder), voice).tell()
        return _beside(given, show, Path(folder))


def _shop(plan: ShopPlan, open_door: OpenDoor, voice: Voice, *, until_eof: bool) -> int:
    ended = threading.Event()
    restore = on_signals(ended.set)

    def watch() -> None:
        while voice.terminal.source.readline():
            pass
        ended.set()

    if until_eof:
        threading.Thread(target=watch, name="end of input", daemon=True).start()
    try:
        return run_shop(plan, open_door, voice, ended)
    finally:
        restore()


def _beside(given: argparse.Namespace, show: ShowWindow, folder: Path) -> int:
    """The shop in a process of its own; it closes with the window."""
    steady = ["--steady"] if given.steady else []
    arguments = ["demo", "--shop", "--json", "--until-eof", "--seed", str(given.seed), *steady]
    command = own_command("--profile", str(folder / "shop"), *arguments)
    with Child(NAME, command) as shop:
        link = shop.wait_event("Shop")["link"]
        return show(given.profile or folder / "wallet", link)


class Story:
    """Two wallets, an invitation, a payment each way, and the proof that both agree."""

    def __init__(self, folder: Path, voice: Voice) -> None:
        self._folder = folder
        self._voice = voice

    def tell(self) -> int:
        """Tell it; 0 when both wallets agree at the end."""
        with ExitStack() as stack:
            mira = stack.enter_context(self._wallet("Mira"))
            ada = stack.enter_context(self._wallet("Ada"))
            self._say("Two wallets, two processes, two encrypted files. They meet on loopback.")
            tally = self._open(mira, ada)
            self._pay(3, ada, "Ada", "Mira", tally, "12.50", "eggs and bread")
            self._pay(4, mira, "Mira", "Ada", tally, "4.00", "fixed my bicycle")
            return self._compare(mira, ada, tally)

    def _wallet(self, name: str) -> Child:
        profile = str(self._folder / name.lower())
        command = own_command(
            "--profile", profile, "--json", "--listen", _LOOPBACK, "node", "--until-eof"
        )
        child = Child(name, command)
        child.wait_event("Empty")
        child.ask("init", name=name, password=f"{PASSWORD} of {name}")
        child.wait_event("Ready")
        return child

    def _open(self, mira: Child, ada: Child) -> str:
        self._part("1. An invitation")
        made = mira.ask(
            "invite",
            whom="Ada",
            they_may_owe="100",
            i_may_owe="100",
            memo="Neighbours",
            open_unseen=True,
        )
        self._say("Mira lets Ada owe her up to 100.00, and wants to owe Ada up to 100.00.")
        self._say(f"Her invitation is a link of {len(made['link'])} letters:")
        self._say(f"  {made['link'][:66]}…")
        self._part("2. A tally")
        self._say("Ada answers it. Both wallets sign the agreement.")
        tally = ada.ask("join", link=made["link"], wait=60)
        if tally["state"] != "open":
            raise BugError(what=f"the demo's tally is {tally['state']}")
        mira.wait_for(
            lambda: mira.ask("tallies"),
            lambda all_: [one["state"] for one in all_ if one["id"] == tally["id"]] == ["open"],
        )
        self._say("The tally is open on both sides; its first block is the same:")
        self._say(f"  {tally['digest']}")
        return str(tally["id"])

    def _pay(
        self, number: int, payer: Child, who: str, whom: str, tally: str, amount: str, memo: str
    ) -> None:
        shown = format_amount(parse_amount(amount, PLAIN))
        self._part(f"{number}. {who} pays {whom} {shown} – {memo}")
        chit = payer.ask("pay", tally=tally, amount=amount, memo=memo, wait=0)
        said = ""
        while chit["state"] in ("waiting", "signing", "unknown"):
            for one in payer.ask("sessions"):
                words = _countdown_words(one, who, whom)
                if words != said:
                    self._say(f"  {words}")
                said = words
            payer.wait_hint()
            chit = payer.ask("chit", chit=chit["uuid"])
        if chit["state"] != "good":
            raise BugError(what=f"the demo's payment is {chit['state']}")
        session = next(
            one for one in payer.ask("sessions", ended=True) if one["id"] == chit["session"]
        )
        for step in session["steps"]:
            after = max(0, step["at"] - session["started_at"])
            self._say(f"  {after:>5} ms  {_STEPS[step['key']].format(who=who, whom=whom)}")

    def _compare(self, mira: Child, ada: Child, tally: str) -> int:
        self._part("5. Both wallets show")

        def of(child: Child) -> dict[str, Any]:
            found: dict[str, Any] = next(one for one in child.ask("tallies") if one["id"] == tally)
            return found

        at_ada = ada.wait_for(lambda: of(ada), lambda one: one["confirmed"] == 2)
        at_mira = mira.wait_for(lambda: of(mira), lambda one: one["confirmed"] == 2)
        self._say(f"  Ada's wallet: {balance_words('Mira', at_ada['balance'])}")
        self._say(f"  Mira's wallet: {balance_words('Ada', at_mira['balance'])}")
        agree = at_ada["balance"] == -at_mira["balance"] and at_ada["head"] == at_mira["head"]
        self._say(f"  the same two chits in the same order: {'yes' if agree else 'NO'}")
        sound = True
        for name, child in (("Ada", ada), ("Mira", mira)):
            found = child.ask("verify")
            sound = sound and not found["problem"]
            words = plain(found["problem"]) or f"{found['actions']} actions, all hold"
            self._say(f"  {name}'s chain: {words}")
        return 0 if agree and sound else 1

    def _part(self, title: str) -> None:
        self._say(f"\n{_RULE}\n{title}\n{_RULE}")

    def _say(self, words: str) -> None:
        self._voice.event("Story", words, words=words)


def _countdown_words(session: dict[str, Any], who: str, whom: str) -> str:
    """What goes on in a session that runs, from the payer's side."""
    seconds = session["remaining"] // 1000
    if session["state"] == "proposed":
        return f"Asking {whom}… {seconds} s left"
    if session["state"] == "prepared":
        return f"{whom} is ready. {who}'s other payments wait. {seconds} s left"
    return f"{seconds} s left"


_STEPS = {
    "asked": "{whom} was asked",
    "accepted": "{whom} was ready: both chains wait for this one",
    "signed_partner": "{whom} signed",
    "signed_me": "{who} signed last, and checked",
    "agreed": "agreed: it counts on both sides",
}
