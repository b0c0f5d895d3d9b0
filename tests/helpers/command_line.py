"""The command line over a door without an engine."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.helpers.fake_door import FakeDoor
from wallet.cli.main import main
from wallet.cli.terminal import Terminal
from wallet.engine.api.door import Door
from wallet.engine.api.views import ChitView
from wallet.model.errors import NotFound


class CommandDoor(FakeDoor):
    """A fake door that knows only its own chits, whatever somebody calls one."""

    def get_chit(self, uuid: str) -> Future[ChitView]:
        if not uuid.startswith("chit-"):
            return self._answer(NotFound("chit", uuid))
        return super().get_chit(uuid)


class CommandLine:
    """Runs commands and keeps what they said."""

    def __init__(self, door: CommandDoor | None = None) -> None:
        self.door = door or CommandDoor()
        self.opened: list[tuple[Path | None, str]] = []
        self.out = self.err = ""
        self.passwords: list[str] = []
        self.at_screen = False

    def run(self, *arguments: str, typed: str = "") -> int:
        """Run one command; `out` and `err` are what it said."""
        source = io.StringIO(typed)
        source.isatty = lambda: self.at_screen  # type: ignore[method-assign]
        terminal = Terminal(io.StringIO(), io.StringIO(), source, lambda _: self.passwords.pop(0))
        try:
            return main(arguments, self._open, terminal=terminal)
        finally:
            self.out, self.err = terminal.out.getvalue(), terminal.err.getvalue()  # type: ignore[attr-defined]

    def lines(self) -> list[dict[str, Any]]:
        """What it said, as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @contextmanager
    def _open(self, profile: Path | None, *, listen: str = "") -> Iterator[Door]:
        self.opened.append((profile, listen))
        yield self.door
