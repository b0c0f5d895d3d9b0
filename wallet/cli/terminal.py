"""Where words come from and go to: the streams of this process, or those of a test."""

from __future__ import annotations

import getpass
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

_JOINERS = "\u200c\u200d"  # needed by Persian, Indic scripts and emoji
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = 3  # combining marks in a row that a letter may carry
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
    """Make a stranger's text fit for a terminal: one line, no controls, nothing that turns text.

    An escape sequence in a memo must not clear the screen, rename the window or write other words
    (ux.md 5.21: peer text cannot disturb).
    """
    kept: list[str] = []
    marks = 0
    for sign in text[: 4 * limit]:
        category = unicodedata.category(sign)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MARKS:
            continue
        if category in _UNSEEN and sign not in _JOINERS:
            kept.append(" " if sign in "\t\n\r\u2028\u2029" else "")
            continue
        kept.append(sign)
    joined = " ".join("".join(kept).split())
    return joined if len(joined) <= limit else joined[: limit - 1] + "…"
