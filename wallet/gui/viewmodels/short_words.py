"""Long marks as words that two people can read to each other.

Source: "A Proposal for Proquints" (Wilkerson, arXiv:0901.4016): sixteen bits are five letters,
consonants and vowels in turn, so that any language can say them.
"""

from __future__ import annotations

from wallet.crypto.encoding import raw_of
from wallet.gui.text import Words

CONSONANTS = "bdfghjklmnprstvz"
VOWELS = "aiou"
BYTES = 8  # 64 bits: nobody makes another entry with the same mark while a person waits


def short_words(mark: str) -> Words:
    """Return the beginning of a mark (base64url) as four words; the empty mark stays empty."""
    raw = raw_of(mark)[:BYTES]
    pairs = [int.from_bytes(raw[n : n + 2], "big") for n in range(0, len(raw) - 1, 2)]
    return Words("-".join(_word(one) for one in pairs))


def _word(bits: int) -> str:
    """Return sixteen bits as five letters."""
    return "".join(
        (
            CONSONANTS[bits >> 12 & 15],
            VOWELS[bits >> 10 & 3],
            CONSONANTS[bits >> 6 & 15],
            VOWELS[bits >> 4 & 3],
            CONSONANTS[bits & 15],
        )
    )
