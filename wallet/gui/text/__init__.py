"""Words: every sentence by its key, and what others wrote made harmless.

`say` fills a sentence's places. A place that holds plain `str` is treated as a stranger's text:
bounded, cleaned and isolated (ux.md H10). Text of ours (`Words`) goes in as it is.
The sentences stand by subject in this package; `catalogue.py` joins them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.gui.text.catalogue import CATALOGUE
from wallet.gui.text.harmless import FSI, PDI, Words, bare, plain, plain_lines

if TYPE_CHECKING:
    from wallet.gui.text.numerals import Figures, amount_in_words, spoken_amount
    from wallet.gui.text.times import (
        clock_time,
        countdown,
        day,
        day_heading,
        moment,
        spoken_duration,
    )

__all__ = [
    "FSI",
    "PDI",
    "Figures",
    "Words",
    "amount_in_words",
    "bare",
    "clock_time",
    "countdown",
    "day",
    "day_heading",
    "has_sentence",
    "moment",
    "plain",
    "plain_lines",
    "say",
    "spoken_amount",
    "spoken_duration",
]

PLACE_LIMIT = 200


def say(key: str, **places: str | int) -> Words:
    """Return the sentence of this key with its places filled.

    A sentence of two forms (one, many) is chosen by the place `n`. Raises `KeyError` for an
    unknown key or a missing place: both are faults of ours that a test over all keys finds.
    """
    sentence = CATALOGUE[key]
    if isinstance(sentence, tuple):
        sentence = sentence[0] if places["n"] == 1 else sentence[1]
    return Words(sentence.format_map({name: _harmless(value) for name, value in places.items()}))


def has_sentence(key: str) -> bool:
    """Tell whether the catalogue knows this key (keys of notices and steps come from below)."""
    return key in CATALOGUE


def _harmless(value: str | int) -> str:
    if isinstance(value, Words):
        return value
    return str(value) if isinstance(value, int) else plain(value, PLACE_LIMIT)


def __getattr__(name: str) -> Any:
    # Amounts, their errors and times are not needed for the first paint.
    if name in ("Figures", "amount_in_words", "spoken_amount"):
        from wallet.gui.text import numerals

        return getattr(numerals, name)
    if name in __all__:
        from wallet.gui.text import times

        return getattr(times, name)
    raise AttributeError(name)
