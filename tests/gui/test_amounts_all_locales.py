"""Every language Qt knows reads back what it shows (H1)."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QLocale

from wallet.gui.numbers import number_style
from wallet.model.amounts import NumberStyle, format_amount, parse_amount
from wallet.model.errors import AmountError
from wallet.model.limits import MAX_AMOUNT

LOCALES = QLocale.matchingLocales(
    QLocale.Language.AnyLanguage, QLocale.Script.AnyScript, QLocale.Country.AnyCountry
)
EDGES = [1, 12, 123, 500, 999, 1_000, 1_001, 12_345, 999_999, 1_000_000, 1_234_567, MAX_AMOUNT]


def amounts(seed: int) -> list[int]:
    dice = random.Random(seed)
    return EDGES + [dice.randint(1, 10 ** dice.randint(1, 15)) for _ in range(40)]


def test_qt_knows_hundreds_of_languages():
    assert len(LOCALES) > 500
    assert number_style(QLocale("de_DE")) == NumberStyle(decimal=",", group=".")
    assert number_style(QLocale("ar_EG")).zero == "\u0660"


@pytest.mark.rule("H1")
def test_every_language_reads_what_it_shows():
    wrong = []
    for seed, locale in enumerate(LOCALES):
        style = number_style(locale)
        for amount in amounts(seed):
            if parse_amount(format_amount(amount, style), style) != amount:
                wrong.append((locale.name(), amount))
    assert wrong == []


@pytest.mark.rule("H1")
def test_what_qt_groups_is_refused_or_right_but_never_off_by_a_thousand():
    wrong = []
    for locale in LOCALES:
        style = number_style(locale)
        for units in (1_000, 12_345, 1_234_567):
            shown = locale.toString(units)
            try:
                read = parse_amount(shown, style)
            except AmountError:
                continue
            if read != units * 1_000:
                wrong.append((locale.name(), shown, read))
    assert wrong == []


@pytest.mark.rule("H1")
def test_a_foreign_decimal_sign_is_never_a_guess():
    wrong = []
    for locale in LOCALES:
        style = number_style(locale)
        for shown in ("0.012", "0,012", "0٫012"):
            try:
                read = parse_amount(shown, style)
            except AmountError:
                continue
            if read != 12 or style.decimal not in shown:
                wrong.append((locale.name(), shown, read))
    assert wrong == []
