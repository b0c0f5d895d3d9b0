"""Where words come from and go to: the streams of this process, or those of a test."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

from wallet.model.strangers import one_line

_LONGEST = 300


@dataclass(slots=True)
class Terminal:
    """Streams, and how to ask for a password without showing it."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    source: TextIO = field(default_factory=lambda: sys.stdin)
    ask_password: Callable[[str], str] = getpass.getpass

    def say(self, line: str) -> None:
        """Write one line at once: somebody may be reading along."""
        print(line, file=self.out, flush=True)

    def complain(self, line: str) -> None:
        """Write one line beside the results."""
        print(line, file=self.err, flush=True)


def plain(text: str, limit: int = _LONGEST) -> str:
    """Make a stranger's text fit for a terminal."""
    return one_line(text, limit)
