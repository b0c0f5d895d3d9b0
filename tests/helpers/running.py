"""A wallet in a process of its own, spoken to by JSON lines; and two of them with a tally.

Nothing here sleeps: a question is asked again when the process told that something happened.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.helpers.limits import VARIABLE

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = Path(__file__).with_name("launcher.py")
LOOPBACK = "127.0.0.1"
SECONDS = 30.0

View = dict[str, Any]


class Gone(Exception):
    """The process ended without an answer."""


class Running:
    """`tallystick --json node` on a profile; `trap`, `log` and `limits` as in `launcher.py`."""

    def __init__(
        self,
        folder: Path,
        *,
        trap: str = "",
        log: Path | None = None,
        limits: str = "",
        listen: str = LOOPBACK,
        more: tuple[str, ...] = (),
        roles: tuple[str, ...] = (),
    ) -> None:
        self.folder = folder
        self.said: list[View] = []
        self._answers: dict[int, View] = {}
        self._events = 0
        self._number = 0
        self._ended = False
        self._news = threading.Condition()
        node = ["--profile", str(folder), "--json", "--listen", listen, *more, "node", *roles]
        is_plain = not trap and not limits and log is None
        start = ["-m", "wallet"] if is_plain else [str(LAUNCHER), trap]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), VARIABLE: limits}
        if log is not None:
            environment["TALLYSTICK_TEST_LOG"] = str(log)
        self._errors = (folder.parent / f"{folder.name}.err").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-P", *start, *node],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
            text=True,
            encoding="utf-8",
            bufsize=1,
        )
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()  # by then everything is checked; `close` is the kind way
        self.close()

    # Talking ------------------------------------------------------------------------

    def tell(self, do: str, **values: Any) -> int:
        """Give a wish without waiting for its answer; returns its number."""
        self._number += 1
        assert self.process.stdin is not None
        line = json.dumps({"do": do, "id": self._number, **values})
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except OSError:
            raise Gone(do) from None
        return self._number

    def answer(self, number: int, seconds: float = SECONDS) -> View:
        """Wait for the answer to a wish, {"ok": …} or {"error": …}."""
        with self._news:
            self._news.wait_for(lambda: number in self._answers or self._ended, seconds)
            if number not in self._answers:
                raise Gone(f"no answer; it said last: {self.said[-3:]} {self.errors()}")
            return self._answers[number]

    def ask(self, do: str, **values: Any) -> Any:
        """Give a wish and return what it gave."""
        answer = self.answer(self.tell(do, **values))
        assert "error" not in answer, answer
        return answer["ok"]

    def wait(self, name: str, seconds: float = SECONDS) -> View:
        """Wait for the first event of this name since the start."""

        def found() -> View | None:
            return next((one for one in self.said if one.get("event") == name), None)

        with self._news:
            self._news.wait_for(lambda: found() or self._ended, seconds)
            event = found()
        if event is None:
            raise Gone(f"no {name}; it said last: {self.said[-3:]} {self.errors()}")
        return event

    def until(
        self, ask: Callable[[], Any], is_done: Callable[[Any], bool], seconds: float = SECONDS
    ) -> Any:
        """Ask again whenever something happened there, until it is done."""
        end = time.monotonic() + seconds
        while True:
            with self._news:
                heard = self._events
            found = ask()
            if is_done(found):
                return found
            if not self._wait_news(heard, end - time.monotonic()):
                raise AssertionError(f"still {found}")

    def _wait_news(self, heard: int, seconds: float) -> bool:
        """Wait for an event after so many; tells whether there was one."""
        with self._news:
            came = self._news.wait_for(lambda: self._events > heard or self._ended, seconds)
            if self._ended:
                raise Gone(self.errors())
        return came

    def idle(self, seconds: float) -> None:
        """Let it be, until something happens there or the time is over."""
        with self._news:
            heard = self._events
        self._wait_news(heard, seconds)

    # Usual questions ----------------------------------------------------------------

    def init(self, name: str, **values: Any) -> None:
        """Make the wallet; without a password its key goes to the keyring."""
        self.wait("Empty")
        self.ask("init", name=name, **values)
        self.wait("Ready")

    def tally(self) -> View:
        """The only tally."""
        found: list[View] = self.ask("tallies")
        assert len(found) == 1, found
        return found[0]

    def tally_or_none(self) -> View | None:
        """The only tally, if there is one by now."""
        return next(iter(self.ask("tallies")), None)

    def port(self) -> int:
        """The UDP port of the transport on the loopback."""
        listening = self.ask("status")[1]["listening"]
        return int(listening.split(", ")[0].rpartition(":")[2])

    def wait_online(self) -> None:
        """Until the only partner is connected."""
        self.until(lambda: self.ask("status")[1], lambda one: one["online"] == 1)

    def errors(self) -> str:
        """What it wrote beside the lines."""
        return Path(self._errors.name).read_text("utf-8", "replace")

    # End ----------------------------------------------------------------------------

    @property
    def is_gone(self) -> bool:
        """Whether the process has ended, by itself or by a signal."""
        return self.process.poll() is not None

    def wait_killed(self, seconds: float = SECONDS) -> None:
        """Wait until it has killed itself."""
        code = self.process.wait(seconds)
        assert code == -signal.SIGKILL, f"ended with {code}: {self.errors()}"
        self.close()

    def close(self) -> int:
        """End it by SIGTERM if it still runs; returns the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        for stream in (self.process.stdin, self.process.stdout, self._errors):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):  # what it was told last was never read
                stream.close()
        return code

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            said = json.loads(line)
            with self._news:
                if "id" in said:
                    self._answers[said["id"]] = said
                else:
                    self.said.append(said)
                    self._events += 1
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()


# Two wallets ------------------------------------------------------------------------

TERMS = {"they_may_owe": "100", "i_may_owe": "100"}


@dataclass(frozen=True)
class Folders:
    """Where Ada's and Bo's profiles lie."""

    ada: Path
    bo: Path

    @classmethod
    def within(cls, folder: Path) -> Folders:
        """The two folders under this one."""
        return cls(folder / "ada", folder / "bo")

    def copy_to(self, folder: Path) -> Folders:
        """The same two profiles again, for one test; nobody may have them open."""
        copies = Folders.within(folder)
        shutil.copytree(self.ada, copies.ada)
        shutil.copytree(self.bo, copies.bo)
        return copies


def open_tally(ada: Running, bo: Running, **changed: str) -> str:
    """Ada invites, Bo joins, Ada accepts; returns the id of the open tally."""
    terms = {"whom": "Bo", "memo": "Neighbours", **TERMS, **changed}
    link = ada.ask("invite", **terms)["link"]
    joining = bo.tell("join", link=link)
    offer = ada.until(ada.tally_or_none, lambda one: one and one["state"] == "received")
    ada.ask("accept", subject=offer["id"])
    assert bo.answer(joining)["ok"]["state"] == "open"
    return str(offer["id"])


def settle(one: Running, other: Running, links: int) -> tuple[View, View]:
    """Wait until both halves have confirmed so many links; they agree then."""

    def is_settled(tally: View) -> bool:
        return bool(tally["confirmed"] == links)

    try:
        here, there = one.until(one.tally, is_settled), other.until(other.tally, is_settled)
    except AssertionError as error:
        ended = [wallet.ask("sessions", ended=True)[:2] for wallet in (one, other)]
        raise AssertionError(f"not settled: {ended} {one.said} {other.said}") from error
    assert here["balance"] == -there["balance"]
    assert here["head"] == there["head"]
    assert here["reserved"] == there["reserved"] == 0
    assert one.ask("sessions") == other.ask("sessions") == []
    return here, there


def assert_sound(*wallets: Running) -> None:
    """Both chains and the tally verify."""
    for one in wallets:
        found = one.ask("verify")
        assert found["problem"] == "", found


@contextmanager
def two_running(folders: Folders, *, trap_ada: str = "", trap_bo: str = "") -> Iterator[Any]:
    """Both wallets, connected."""
    with Running(folders.ada, trap=trap_ada) as ada, Running(folders.bo, trap=trap_bo) as bo:
        for one in (ada, bo):
            one.wait("Ready")
        for one in (ada, bo):
            one.wait_online()
        yield ada, bo
