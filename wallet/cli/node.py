"""The wallet without a screen: it stays connected, tells what happens, and takes wishes.

With --json every line of the input is a wish, `{"do": "pay", "tally": …, "amount": "12.50"}`, and
is answered by one line, `{"ok": …}` or `{"error": code, …}`; what happens by itself comes as
`{"event": …}`.  A wish may carry an "id", which the answer repeats.  On an empty profile the node
waits for `{"do": "init", "name": …, "password": …}`.  `{"do": "quit"}` ends it.
"""

from __future__ import annotations

import json
import logging
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from wallet.cli.asking import Asked
from wallet.cli.deciding import set_service
from wallet.cli.opening import create, open_existing
from wallet.cli.render import to_lines
from wallet.cli.table import VERBS
from wallet.cli.terminal import plain
from wallet.cli.voice import Voice
from wallet.cli.words import EXIT_BUG, exit_code_of
from wallet.engine.api.commands import WitnessLink
from wallet.engine.api.door import Door, ProfileState
from wallet.engine.api.notices import (
    ChitChanged,
    ConnectionChanged,
    Notice,
    TallyChanged,
    WalletOpened,
    WalletStopped,
)
from wallet.model.errors import ALL_ERRORS, NotFound, WalletError, WrongState

_log = logging.getLogger("wallet.cli")
# Signals are only seen between two of these: Windows does not break off a wait.
_LOOK_SECONDS = 0.5
_LONGEST_LINE = 64 << 10


@dataclass(frozen=True, slots=True)
class Service:
    """For whom this run decides and votes, "partners" or "anyone"; None: as it was."""

    decide: str | None = None
    vote: str | None = None


AS_IT_WAS = Service()


class Node:
    """One run of the wallet without a screen."""

    def __init__(
        self, door: Door, voice: Voice, *, until_eof: bool, service: Service = AS_IT_WAS
    ) -> None:
        self._door = door
        self._voice = voice
        self._until_eof = until_eof
        self._service = service
        self._heard: SimpleQueue[Notice | None] = SimpleQueue()  # None: look up, it ends
        self._ended = threading.Event()

    def run(self) -> int:
        """Tell and obey until a signal, `quit`, or the engine's end; gives the exit code."""
        unsubscribe = self._door.subscribe(self._heard.put)
        restore = on_signals(self._end)
        try:
            self._greet()
            if self._voice.json:
                threading.Thread(target=self._obey, name="wishes", daemon=True).start()
            return self._tell()
        finally:
            restore()
            unsubscribe()

    def _greet(self) -> None:
        if self._door.profile_state() is ProfileState.EMPTY:
            self._voice.event("Empty", "There is no wallet here yet: tallystick init")
            return
        wallet, status = self._door.get_wallet().result(), self._door.get_status().result()
        words = f"{plain(wallet.name)} is open. End with Ctrl+C."
        listening = status.listening
        self._voice.event("Ready", words, wallet=wallet, listening=listening, code=status.problem)
        self._serve()

    def _serve(self) -> None:
        """Take up the roles that were wished for; say what we do for others, and the card."""
        asked, wanted = Asked(self._door), self._service
        if wanted != AS_IT_WAS:
            set_service(asked, wanted.decide, wanted.vote)
        found = self._door.get_service().result()
        if (found.decide, found.vote) == ("nobody", "nobody"):
            return
        try:
            link = self._door.submit(WitnessLink()).result()
        except WrongState:  # no network: said already, with Ready
            link = ""
        words = "\n".join((*to_lines(found), *([f"Your card: {link}"] if link else [])))
        self._voice.event("Serving", words, service=found, link=link)

    def _tell(self) -> int:
        while not self._ended.is_set():
            try:
                notice = self._heard.get(timeout=_LOOK_SECONDS)
            except Empty:
                continue
            if notice is None:
                break
            self._voice.notice(notice, "" if self._voice.json else self._words(notice))
            if isinstance(notice, WalletStopped):
                kind = ALL_ERRORS.get(notice.code)
                return EXIT_BUG if kind is None else exit_code_of(kind)
        return 0

    def _end(self) -> None:
        self._ended.set()
        self._heard.put(None)

    def _words(self, notice: Notice) -> str:
        """Say a notice by the view it hints at; one that hints at nothing shown says nothing."""
        try:
            if isinstance(notice, ChitChanged):
                return "\n".join(to_lines(self._door.get_chit(notice.subject).result()))
            if isinstance(notice, TallyChanged):
                return "\n".join(to_lines(self._door.get_tally(notice.subject).result()))
            if isinstance(notice, ConnectionChanged):
                status = self._door.get_status().result()
                return f"{status.online} of {status.partners} partners online"
        except NotFound:
            return ""
        return "Open." if isinstance(notice, WalletOpened) else ""

    # Wishes ------------------------------------------------------------------------------

    def _obey(self) -> None:
        while line := self._voice.terminal.source.readline(_LONGEST_LINE):
            if line.strip():
                self._answer(line)
        if self._until_eof:
            self._end()

    def _answer(self, line: str) -> None:
        extra: dict[str, Any] = {}
        try:
            wish = _read_wish(line)
            extra = {"id": wish["id"]} if "id" in wish else {}
            result = self._fulfil(wish)
        except WalletError as error:
            self._voice.error(error, extra)
        except (ValueError, TypeError, OSError) as error:
            # A number that is none, a file that cannot be written: the wish's fault, not ours.
            _log.info("a wish that cannot be done: %s", type(error).__name__)
            self._voice.error(NotFound("way to do", plain(line, 80)), extra)
        else:
            self._voice.result(result, extra)

    def _fulfil(self, wish: Mapping[str, Any]) -> object:
        name = wish.get("do")
        if name == "quit":
            self._end()
            return None
        if name == "init":
            create(self._door, wish)
            self._greet()
            return None
        if name == "open":
            open_existing(self._door, wish)
            self._greet()
            return None
        found = VERBS.get(str(name))
        if found is None:
            raise NotFound("wish", plain(str(name), 40))
        return found.run(Asked(self._door, wish))


def on_signals(stop: Callable[[], object]) -> Callable[[], None]:
    """End kindly on Ctrl+C and SIGTERM; returns the way back.  Outside the main thread: nothing."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    former = {
        which: signal.signal(which, lambda *_: stop()) for which in (signal.SIGTERM, signal.SIGINT)
    }

    def restore() -> None:
        for which, handler in former.items():
            signal.signal(which, handler)

    return restore


def _read_wish(line: str) -> dict[str, Any]:
    wish = json.loads(line)
    if not isinstance(wish, dict):
        raise NotFound("wish", plain(line, 40))
    return {str(key).replace("-", "_"): value for key, value in wish.items()}
