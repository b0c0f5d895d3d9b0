"""What others wrote, made harmless: bounded, without controls, isolated from its surroundings.

Source: ux.md 5.21 (peer text cannot disturb) and H10; product.md D14.
"""

from __future__ import annotations

from wallet.model.strangers import one_line

FSI = "\u2068"  # first strong isolate
PDI = "\u2069"  # pop directional isolate


class Words(str):
    """Text that is ours, or was made harmless: may be shown and put into sentences as it is."""

    __slots__ = ()


def plain(text: str, limit: int = 80) -> Words:
    """Make a stranger's text fit for one line: no controls, at most `limit` characters, isolated.

    The empty text stays empty. Bidirectional overrides are removed, not shown.
    """
    cleaned = one_line(text, limit)
    return Words(FSI + cleaned + PDI) if cleaned else Words("")


def plain_lines(text: str, limit: int = 4000) -> Words:
    """Make a stranger's text of several lines harmless; each line is isolated by itself."""
    lines = text[: 2 * limit].splitlines()
    return Words("\n".join(plain(line, limit) for line in lines)[:limit])


def bare(words: str) -> str:
    """Return the text without isolation marks: for the clipboard, comparisons, speech."""
    return words.replace(FSI, "").replace(PDI, "")
