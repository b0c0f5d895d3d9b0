"""What others wrote, made harmless: bounded, without controls, isolated from its surroundings.

Source: ux.md 5.21 (peer text cannot disturb) and H10; product.md D14.
"""

from __future__ import annotations

import unicodedata

from wallet.model.strangers import JOINERS, one_line

FSI = "\u2068"  # first strong isolate
PDI = "\u2069"  # pop directional isolate
BREAK = "\u200b"  # a line may break here
LONGEST_WORD = 24  # letters; longer ones may break, or a page at 200 % would not hold them
_PART = 12


class Words(str):
    """Text that is ours, or was made harmless: may be shown and put into sentences as it is."""

    __slots__ = ()


def plain(text: str, limit: int = 80) -> Words:
    """Make a stranger's text fit for one line: no controls, at most `limit` characters, isolated.

    The empty text stays empty. Bidirectional overrides are removed, not shown.
    """
    cleaned = one_line(text, limit)
    return Words(FSI + _breakable(cleaned) + PDI) if cleaned else Words("")


def plain_lines(text: str, limit: int = 4000) -> Words:
    """Make a stranger's text of several lines harmless; each line is isolated by itself."""
    lines = text[: 2 * limit].splitlines()
    return Words("\n".join(plain(line, limit) for line in lines)[:limit])


def bare(words: str) -> str:
    """Return the text without marks of ours: for the clipboard, comparisons, speech."""
    return words.replace(FSI, "").replace(PDI, "").replace(BREAK, "")


def _breakable(line: str) -> str:
    """Let words that are longer than a line of a narrow page break."""
    if len(line) <= LONGEST_WORD:
        return line
    return " ".join(
        word if len(word) <= LONGEST_WORD else _broken(word) for word in line.split(" ")
    )


def _broken(word: str) -> str:
    """Put a place to break behind every twelfth letter; what sits on a letter stays with it."""
    made: list[str] = []
    letters = 0
    for sign in word:
        on_top = unicodedata.combining(sign) or sign in JOINERS or made[-1:] == [JOINERS[1]]
        if not on_top:
            if letters and letters % _PART == 0:
                made.append(BREAK)
            letters += 1
        made.append(sign)
    return "".join(made)
