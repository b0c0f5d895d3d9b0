"""Amounts: whole milli-units inside, decimal text at the edge.

Source: heuristic H1 of the design, "the amount typed is the amount meant". What a person types is
read in one place, by our own rules: digits of any one script, the decimal sign of the person's
language, never a group separator, no sign, no exponent, at most three decimals. A comma that may
group or may divide is not guessed: a wrong guess is wrong by a thousand.
What is shown has no group separators either, so that whatever is shown can be typed.
"""

from __future__ import annotations

import unicodedata
from typing import NewType

from msgspec import Struct

from wallet.model.errors import (
    AmountEmpty,
    AmountNotNumber,
    AmountSeparator,
    AmountSigned,
    AmountTooFine,
    AmountTooLarge,
    AmountZero,
)
from wallet.model.limits import MAX_AMOUNT

Amount = NewType("Amount", int)
"""Milli-units (1/1000 of the network's unit), 1 to 2^53-1."""

MILLI = 1_000
DECIMALS = 3
# The greatest amount has 16 digits; nobody means more than this, and reading must cost nothing.
MAX_TEXT = 100


class NumberStyle(Struct, frozen=True):
    """How a language writes numbers; `zero` is its digit zero, the others follow in Unicode."""

    decimal: str
    group: str
    zero: str = "0"
    minus: str = "-"

    def in_digits(self, text: str) -> str:
        """Write the ASCII digits of `text` with this style's digits."""
        return text.translate({48 + value: ord(self.zero) + value for value in range(10)})


PLAIN = NumberStyle(decimal=".", group=",")


def parse_amount(text: str, style: NumberStyle) -> Amount:
    """Read what a person typed; white space and direction marks around it do not count.

    Raises:
        AmountEmpty, AmountNotNumber, AmountSigned, AmountSeparator, AmountTooFine, AmountZero,
        AmountTooLarge: each says what stands in the way; all are `AmountError`s.
    """
    typed = text.strip(_AROUND)
    shown = typed[:MAX_TEXT]
    if not typed:
        raise AmountEmpty(shown)
    if len(typed) > MAX_TEXT:
        raise AmountTooLarge(shown, limit=MAX_AMOUNT)
    groups, separators = _split(typed, style)
    if separators not in ([], [style.decimal]):
        raise AmountSeparator(shown, *_readings(groups, separators, style))
    whole, fraction = groups if separators else (groups[0], "")
    if not whole and not fraction:
        raise AmountNotNumber(shown, letter=typed[0])
    if len(fraction) > DECIMALS:
        raise AmountTooFine(shown, limit=DECIMALS, decimals=len(fraction))
    amount = int(whole or "0") * MILLI + int(fraction.ljust(DECIMALS, "0"))
    if amount == 0:
        raise AmountZero(shown)
    if amount > MAX_AMOUNT:
        raise AmountTooLarge(shown, limit=MAX_AMOUNT)
    return Amount(amount)


def format_amount(amount: int, style: NumberStyle = PLAIN) -> str:
    """Write milli-units: always two decimals, three where the third is not zero, never groups.

    `12500` is 12.50, `12345` is 12.345, `12000` is 12.00; for every amount and style
    `parse_amount(format_amount(a, s), s) == a`. A balance below zero gets the style's minus.
    """
    whole, rest = divmod(abs(amount), MILLI)
    fraction = f"{rest:03d}"
    shown = f"{whole}{style.decimal}{fraction.removesuffix('0') if rest % 10 == 0 else fraction}"
    return (style.minus if amount < 0 else "") + style.in_digits(shown)


def amount_words(amount: int) -> str:
    """Say milli-units in English: "twelve and a half", "one and 234 thousandths".

    The echo under the field: a slip of the decimal sign is heard, not only seen.
    """
    whole, rest = divmod(abs(amount), MILLI)
    parts = [_whole_words(whole)] if whole or not rest else []
    if rest:
        parts.append(_fraction_words(rest))
    return ("minus " if amount < 0 else "") + " and ".join(parts)


# --- reading -----------------------------------------------------------------------------------


def _split(typed: str, style: NumberStyle) -> tuple[list[str], list[str]]:
    """Return the runs of digits, as ASCII, and the separators between them."""
    groups, separators = [""], list[str]()
    first_zero: int | None = None
    for letter in typed:
        value = unicodedata.decimal(letter, None)
        if value is None:
            _check_separator(letter, typed, style)
            separators.append(letter)
            groups.append("")
            continue
        zero = ord(letter) - value
        first_zero = zero if first_zero is None else first_zero
        # A digit of a second script is no slip of the hand: the Bengali four looks like an 8.
        if zero != first_zero:
            raise AmountNotNumber(typed, letter=letter)
        groups[-1] += str(value)
    return groups, separators


def _check_separator(letter: str, typed: str, style: NumberStyle) -> None:
    if letter in style.decimal or letter in style.group or letter in _SEPARATORS:
        return
    if letter.isspace():
        return
    if letter in _SIGNS or letter in style.minus:
        raise AmountSigned(typed)
    raise AmountNotNumber(typed, letter=letter)


def _readings(groups: list[str], separators: list[str], style: NumberStyle) -> tuple[str, str]:
    """Return what to write if the separators grouped, and if the last one divided."""
    *before, last = separators
    divides = not last.isspace() and last not in _APOSTROPHES and last not in before
    start, tail = groups[:-1], groups[-1]
    whole = fraction = ""
    if _is_grouped(groups) and not (before and divides):
        whole = "".join(groups)
    if divides and 1 <= len(tail) <= DECIMALS and (not before or _is_grouped(start)):
        fraction = ("".join(start) or "0") + style.decimal + tail
    return style.in_digits(whole), style.in_digits(fraction)


def _is_grouped(groups: list[str]) -> bool:
    # Three digits in most languages; in India two, but three at the end.
    first, *middle, last = groups
    return bool(first) and all(len(part) in (2, 3) for part in middle) and len(last) == 3


_DIRECTION_MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SPACES = " \t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
_AROUND = _SPACES + "\u200a\u2028\u2029\u202f\u205f\u3000\u200b\ufeff" + _DIRECTION_MARKS
_APOSTROPHES = "'\u2019\u02bc\uff07"
_SEPARATORS = _APOSTROPHES + ".,_\u00b7\u02d9\u066b\u066c\uff0c\uff0e\u3001\u3002\u2396"
_SIGNS = "+-\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d\uff0b\ufe62\u207a\u207b\u00b1"

# --- words -------------------------------------------------------------------------------------


def _whole_words(number: int) -> str:
    if number == 0:
        return _BELOW_TWENTY[0]
    words: list[str] = []
    for power, name in _POWERS:
        count, number = divmod(number, power)
        if count:
            words.append(_hundreds_words(count) + name)
    return " ".join(words)


def _hundreds_words(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{_BELOW_TWENTY[hundreds]} hundred"] if hundreds else []
    if 0 < rest < 20:
        words.append(_BELOW_TWENTY[rest])
    elif rest:
        tens, ones = divmod(rest, 10)
        words.append(_TENS[tens] + (f"-{_BELOW_TWENTY[ones]}" if ones else ""))
    return " ".join(words)


def _fraction_words(rest: int) -> str:
    if rest in _NAMED_PARTS:
        return _NAMED_PARTS[rest]
    count, name = (rest // 10, "hundredth") if rest % 10 == 0 else (rest, "thousandth")
    return f"{count} {name}{'' if count == 1 else 's'}"


_NAMED_PARTS = {250: "a quarter", 500: "a half", 750: "three quarters"}
_POWERS = (
    (10**12, " trillion"),
    (10**9, " billion"),
    (10**6, " million"),
    (10**3, " thousand"),
    (1, ""),
)
# Lists of words read better as a line than as a column.
_SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
_BELOW_TWENTY = f"{_SMALL} fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
