"""What others wrote, made harmless: bounded, without controls, isolated from its surroundings.

Source: ux.md 5.21 (peer text cannot disturb) and H10; product.md D14.
"""

from __future__ import annotations

import unicodedata

FSI = "\u2068"  # first strong isolate
PDI = "\u2069"  # pop directional isolate
ELLIPSIS = "…"
MARKS = 3  # combining marks in a row that a letter may carry
JOINERS = "\u200c\u200d"  # needed by Persian, Indic scripts and emoji
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class Words(str):
    """Text that is ours, or was made harmless: may be shown and put into sentences as it is."""

    __slots__ = ()


def plain(text: str, limit: int = 80) -> Words:
    """Make a stranger's text fit for one line: no controls, at most `limit` characters, isolated.

    The empty text stays empty. Bidirectional overrides are removed, not shown.
    """
    cleaned = _cleaned(text, limit)
    return Words(FSI + cleaned + PDI) if cleaned else Words("")


def plain_lines(text: str, limit: int = 4000) -> Words:
    """Make a stranger's text of several lines harmless; each line is isolated by itself."""
    lines = text[: 2 * limit].splitlines()
    return Words("\n".join(plain(line, limit) for line in lines)[:limit])


def bare(words: str) -> str:
    """Return the text without isolation marks: for the clipboard, comparisons, speech."""
    return words.replace(FSI, "").replace(PDI, "")


def _cleaned(text: str, limit: int) -> str:
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
