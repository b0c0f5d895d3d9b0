"""Another process of this program, spoken to by JSON lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import wallet
from wallet.model.errors import BugError, NetworkError

_ANSWER_SECONDS = 120.0
_CLOSE_SECONDS = 10.0
_HINT_SECONDS = 0.2


def own_command(*arguments: str) -> list[str]:
    """The command that starts this program again, packaged or not."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, "-P", "-m", "wallet", *arguments]


class Child:
    """A process and what it said; close it when done (it also ends when we do)."""

    def __init__(self, name: str, command: Iterable[str]) -> None:
        self.name = name
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            bufsize=1,
            env=_environment(),
        )
        self._events: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._answers: SimpleQueue[dict[str, Any]] = SimpleQueue()
        threading.Thread(target=self._listen, name=f"{name}'s words", daemon=True).start()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, do: str, **values: Any) -> Any:
        """Give a wish and return what it gave.

        Raises:
            BugError: it answered with an error; who starts a process knows what it can do.
            NetworkError: the process is gone or says nothing.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **values}) + "\n")
            self._process.stdin.flush()
            answer = self._answers.get(timeout=_ANSWER_SECONDS)
        except (OSError, Empty):
            raise NetworkError() from None
        if "error" in answer:
            raise BugError(what=f"{self.name} could not {do}: {answer['error']}")
        return answer["ok"]

    def wait_event(self, name: str, seconds: float = _ANSWER_SECONDS) -> dict[str, Any]:
        """Return the next event of this name; earlier ones of other names are forgotten.

        Raises:
            NetworkError: no word within so many seconds, or the process is gone.
        """
        while True:
            try:
                event = self._events.get(timeout=seconds)
            except Empty:
                raise NetworkError() from None
            if event["event"] == name:
                return event
            if event["event"] == "":
                raise NetworkError()

    def wait_for(self, ask: Callable[[], Any], is_done: Callable[[Any], bool]) -> Any:
        """Ask again at each event until it is done.  Raises `NetworkError` when nothing happens."""
        quiet = 0
        while not is_done(answer := ask()):
            quiet = 0 if self.wait_hint() else quiet + 1
            if quiet > _CLOSE_SECONDS / _HINT_SECONDS:
                raise NetworkError()
        return answer

    def wait_hint(self) -> bool:
        """Wait until something happened there, or a moment; says which."""
        try:
            self._events.get(timeout=_HINT_SECONDS)
        except Empty:
            return False
        return True

    def close(self) -> None:
        """End it: kindly by the end of its input, then less so."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(_CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            for line in self._process.stdout:
                said = json.loads(line)
                (self._events if "event" in said else self._answers).put(said)
        except ValueError:  # closed, or not a line of ours: nothing more can be understood
            pass
        self._events.put({"event": ""})
        self._answers.put({"error": NetworkError.code})


def _environment() -> dict[str, str]:
    """Where we were found, the child finds us too; a folder `wallet` elsewhere is not taken."""
    known = os.environ.get("PYTHONPATH", "")
    ours = str(Path(wallet.__file__).resolve().parents[1])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (ours, known)))}
