"""Amounts as they are shown, said and spoken; hidden when the person wants it (ux.md H1, H3, H14).

`format_amount` is the one formatter (H2); direction is always a word, a sign is never shown alone.
"""

from __future__ import annotations

from msgspec import Struct

from wallet.gui.text.catalogue import CATALOGUE
from wallet.gui.text.harmless import Words
from wallet.model.amounts import PLAIN, NumberStyle, amount_words, format_amount

MILLI = 1000
NO_UNIT = Words("")
DOTS = Words("•••••")  # five, whatever the size


def amount_in_words(milli: int) -> Words:
    """Say an amount: "twelve and a half"."""
    return Words(amount_words(milli))


def spoken_amount(milli: int) -> Words:
    """Say an amount for a screen reader: "12 point 50", "minus 3"."""
    whole, part = divmod(abs(milli), MILLI)
    sign = "minus " if milli < 0 else ""
    if not part:
        return Words(f"{sign}{whole}")
    digits = f"{part:03}"
    return Words(f"{sign}{whole} point {digits[:2] if part % 10 == 0 else digits}")


class Figures(Struct, frozen=True):
    """How this person sees amounts: style of their language, the network's unit, hidden or not."""

    style: NumberStyle = PLAIN
    unit: Words = NO_UNIT
    hidden: bool = False

    def show(self, amount: int) -> Words:
        """Return an amount in digits, without sign; five dots when amounts are hidden."""
        return DOTS if self.hidden else Words(format_amount(abs(amount), self.style))

    def with_unit(self, amount: int) -> Words:
        """Return an amount in digits with the network's unit."""
        return Words(f"{self.show(amount)} {self.unit}".strip())

    def words(self, amount: int) -> Words:
        """Return an amount in number words."""
        return DOTS if self.hidden else amount_in_words(amount)

    def spoken(self, amount: int) -> Words:
        """Return an amount for a screen reader, without sign: the direction is a word beside it."""
        return Words(CATALOGUE["bar.hidden"]) if self.hidden else spoken_amount(abs(amount))
