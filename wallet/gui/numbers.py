"""How the person's language writes numbers, asked of Qt once and then passed as a value."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from wallet.model.amounts import NumberStyle


def number_style(locale: QLocale) -> NumberStyle:
    """Return the style of `locale`; reading and writing stay with `wallet.model.amounts`.

    Qt's own reader is not asked: for "0.012" it is off by a thousand in 426 locales (H1).
    """
    return NumberStyle(
        decimal=locale.decimalPoint(),
        group=locale.groupSeparator(),
        zero=locale.zeroDigit(),
        minus=locale.negativeSign(),
    )
