"""What strangers wrote, made fit for one line of a screen or a terminal.

Source: ux.md 5.21 (peer text cannot disturb) and H10.
"""

from __future__ import annotations

import unicodedata

ELLIPSIS = "…"
MARKS = 3  # combining marks in a row that a letter may carry
JOINERS = "\u200c\u200d"  # needed by Persian, Indic scripts and emoji
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def one_line(text: str, limit: int) -> str:
    """Return one line of at most `limit` characters: no controls, nothing that turns text.

    An escape sequence in a memo must not clear a terminal, rename a window or write other words;
    bidirectional overrides are removed, not shown.
    """
    kept: list[str] = []
    marks = 0
    # Four times the limit is looked at: what is removed does not count, but a megabyte is not read.
    for sign in text[: 4 * limit + 4]:
        category = unicodedata.category(sign)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > MARKS:
            continue
        if category in _UNSEEN and sign not in JOINERS:
            kept.append(" " if sign in "\t\n\r\u2028\u2029" else "")
            continue
        kept.append(sign)
    joined = " ".join("".join(kept).split())
    return joined if len(joined) <= limit else joined[: limit - 1] + ELLIPSIS
