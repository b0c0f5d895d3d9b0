"""The wallet in a process that kills itself at a chosen point: what a power cut does to it.

    launcher.py TRAP ARGUMENTS…

starts `tallystick ARGUMENTS…`.  TRAP is words: "MARKER N WHEN EVENT".  Once MARKER has happened,
the N-th EVENT after it ends the process by SIGKILL, `before` or `after` it was done:

* MARKER: `wish:Pay` (a command arrived), `frame:session-data` (a message of this kind arrived), or
  `now`.
* EVENT: `commit` (COMMIT of the writer), `send` or `send:KIND` (a message given to the link),
  `heard` or `heard:KIND` (the partner acknowledged one), `receive` (messages handed to the pump).

An empty TRAP kills nothing; a running one takes another by the wish `trap`.  With the variable
TALLYSTICK_TEST_LOG every logger writes everything it has into that file; TALLYSTICK_TEST_LIMITS
changes limits (`limits.py` beside this).  Nothing in `wallet/` knows of this.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from tests.helpers.limits import CHANGED  # first: who imports a limit takes its value
from wallet.__main__ import main
from wallet.cli.asking import Asked, word
from wallet.cli.verbs import VERBS, Verb
from wallet.engine import acts
from wallet.engine.links import Links
from wallet.engine.node import Node
from wallet.protocol.messages.frame import LENGTH_BYTES, Frame, read_frame
from wallet.store.database import Database

NOW = "now"


@dataclass
class Trap:
    """Counts what happens after the marker, and kills."""

    marker: str = ""
    left: int = 0
    when: str = ""
    event: str = ""
    is_armed: bool = False

    def set(self, words: str) -> None:
        """Be the trap that these words say; without words, none."""
        self.is_armed = False
        if words:
            self.marker, left, self.when, self.event = words.split()
            self.left = int(left)
            self.is_armed = self.marker == NOW

    def mark(self, marker: str) -> None:
        """Something happened that may be the marker."""
        self.is_armed = self.is_armed or marker == self.marker

    def passing(self, *events: str) -> AbstractContextManager[None]:
        """Around an event, which goes by these names."""
        return _Passing(self, self.is_armed and self.event in events)

    def strike(self, when: str) -> None:
        """Kill this process if this is the point."""
        if when == self.when and self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class _Passing(AbstractContextManager[None]):
    def __init__(self, trap: Trap, counts: bool) -> None:
        self._trap, self._counts = trap, counts

    def __enter__(self) -> None:
        if self._counts:
            self._trap.left -= 1
            self._trap.strike("before")

    def __exit__(self, *_: object) -> None:
        if self._counts:
            self._trap.strike("after")


def set_trap(trap: Trap) -> None:
    """Wrap the store's COMMIT, the links' sending and hearing, and what arrives."""
    kinds: dict[str, str] = {}
    execute, send, receive = Database.execute, Links.send_written, Node.receive
    acknowledged, run = Node.acknowledged, acts.run

    def on_execute(self: Database, sql: str, parameters: Any = ()) -> Any:
        if sql != "COMMIT":
            return execute(self, sql, parameters)
        with trap.passing("commit"):
            return execute(self, sql, parameters)

    def on_send(self: Links, agent: Any, found: Any, data: bytes) -> bool:
        kind = kinds[str(found)] = read_frame(data[LENGTH_BYTES:]).kind
        with trap.passing("send", f"send:{kind}"):
            return send(self, agent, found, data)

    def on_receive(self: Node, agent: Any, frames: Sequence[Frame]) -> Any:
        for frame in frames:
            trap.mark(f"frame:{frame.kind}")
        with trap.passing("receive"):
            return receive(self, agent, frames)

    def on_acknowledged(self: Node, agent: Any, ids: Sequence[Any]) -> None:
        with trap.passing("heard", *(f"heard:{kinds.get(str(one), '')}" for one in ids)):
            acknowledged(self, agent, ids)

    def on_run(pump: Any, wish: Any) -> Any:
        trap.mark(f"wish:{type(wish).__name__}")
        return run(pump, wish)

    Database.execute = on_execute  # type: ignore[method-assign]
    Links.send_written = on_send  # type: ignore[method-assign]
    Node.receive = on_receive  # type: ignore[method-assign]
    Node.acknowledged = on_acknowledged  # type: ignore[method-assign]
    acts.run = on_run


def launch(words: str, arguments: Sequence[str]) -> int:
    """Set the trap and be the wallet."""
    if path := os.environ.get("TALLYSTICK_TEST_LOG"):
        logging.basicConfig(filename=path, level=logging.DEBUG)
        logging.getLogger("launcher").debug("changed limits: %s", CHANGED)
    trap = Trap()
    trap.set(words)
    set_trap(trap)
    VERBS["trap"] = Verb(
        "trap",
        "end this process at a point",
        (word("words", "as above"),),
        lambda asked: change(trap, asked),
    )
    return main(arguments)


def change(trap: Trap, asked: Asked) -> None:
    """Take another trap, for the wish."""
    trap.set(asked.note("words"))


if __name__ == "__main__":
    sys.exit(launch(sys.argv[1], sys.argv[2:]))
