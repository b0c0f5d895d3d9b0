"""How results, events and errors are told: words for a person, JSON lines for a program."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict

from wallet.cli.render import to_json, to_lines
from wallet.cli.terminal import Terminal
from wallet.cli.words import sentence_of
from wallet.engine.api.notices import Notice
from wallet.model.errors import WalletError


class Voice:
    """Speaks from any thread, one line at a time."""

    def __init__(self, terminal: Terminal, *, json: bool) -> None:
        self.terminal = terminal
        self.json = json
        self._lock = threading.Lock()

    def result(self, result: object, extra: Mapping[str, Any] | None = None) -> None:
        """Tell what a command gave: {"ok": …}, or words."""
        with self._lock:
            if self.json:
                self.terminal.say(to_json({**(extra or {}), "ok": result}))
                return
            for line in to_lines(result):
                self.terminal.say(line)

    def error(self, error: WalletError, extra: Mapping[str, Any] | None = None) -> None:
        """Tell why it could not be: {"error": code, …}, or a sentence beside the results."""
        with self._lock:
            if not self.json:
                self.terminal.complain(f"{sentence_of(error)}  [{error.code}]")
                return
            facts = {name: getattr(error, name) for name in error.facts}
            said = {"error": error.code, "says": sentence_of(error), "facts": facts}
            self.terminal.say(to_json({**(extra or {}), **said}))

    def event(self, name: str, words: str, /, **facts: Any) -> None:
        """Tell what happened by itself: {"event": name, …}, or words; no words, no line."""
        with self._lock:
            if self.json:
                self.terminal.say(to_json({"event": name, **facts}))
            elif words:
                self.terminal.say(words)

    def notice(self, notice: Notice, words: str) -> None:
        """Tell a notice of the engine."""
        self.event(type(notice).__name__, words, **asdict(notice))
