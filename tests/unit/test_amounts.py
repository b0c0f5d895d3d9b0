"""The amount typed is the amount meant (H1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.model.amounts import (
    MAX_TEXT,
    PLAIN,
    NumberStyle,
    amount_words,
    format_amount,
    parse_amount,
)
from wallet.model.errors import (
    AmountEmpty,
    AmountError,
    AmountNotNumber,
    AmountSeparator,
    AmountSigned,
    AmountTooFine,
    AmountTooLarge,
    AmountZero,
)
from wallet.model.limits import MAX_AMOUNT

POINT = PLAIN
COMMA = NumberStyle(decimal=",", group=".", minus="\u2212")
SPACED = NumberStyle(decimal=",", group="\u202f")
ARABIC = NumberStyle(decimal="\u066b", group="\u066c", zero="\u0660", minus="\u061c-")
CHAKMA = NumberStyle(decimal=".", group=",", zero="\U00011136")
STYLES = [POINT, COMMA, SPACED, ARABIC, CHAKMA]

# What was typed, the amount or the error in a point style, and the same in a comma style.
NASTY: list[tuple[str, int | type[AmountError], int | type[AmountError]]] = [
    ("1", 1_000, 1_000),
    ("007", 7_000, 7_000),
    ("12.5", 12_500, AmountSeparator),
    ("12,5", AmountSeparator, 12_500),
    ("1.234", 1_234, AmountSeparator),
    ("1,234", AmountSeparator, 1_234),
    ("1.234,56", AmountSeparator, AmountSeparator),
    ("1,234.56", AmountSeparator, AmountSeparator),
    ("1.234.567", AmountSeparator, AmountSeparator),
    ("1 000", AmountSeparator, AmountSeparator),
    ("1'000", AmountSeparator, AmountSeparator),
    ("1’000", AmountSeparator, AmountSeparator),
    ("1_000", AmountSeparator, AmountSeparator),
    ("1\u00a0000", AmountSeparator, AmountSeparator),
    ("1\u202f000", AmountSeparator, AmountSeparator),
    ("1٬000", AmountSeparator, AmountSeparator),
    ("1．5", AmountSeparator, AmountSeparator),
    (".5", 500, AmountSeparator),
    (",5", AmountSeparator, 500),
    ("5.", 5_000, AmountSeparator),
    ("5,", AmountSeparator, 5_000),
    ("1..5", AmountSeparator, AmountSeparator),
    (".", AmountNotNumber, AmountSeparator),
    ("1e3", AmountNotNumber, AmountNotNumber),
    ("0x10", AmountNotNumber, AmountNotNumber),
    ("½", AmountNotNumber, AmountNotNumber),
    ("²", AmountNotNumber, AmountNotNumber),
    ("Ⅻ", AmountNotNumber, AmountNotNumber),
    ("twelve", AmountNotNumber, AmountNotNumber),
    ("12.50 €", AmountNotNumber, AmountNotNumber),
    ("$12", AmountNotNumber, AmountNotNumber),
    ("1\u200b2", AmountNotNumber, AmountNotNumber),
    ("1\u202e2", AmountNotNumber, AmountNotNumber),
    ("1\x002", AmountNotNumber, AmountNotNumber),
    ("1৪", AmountNotNumber, AmountNotNumber),
    ("٣", 3_000, 3_000),
    ("١٢٫٥", AmountSeparator, AmountSeparator),
    ("１２", 12_000, 12_000),
    ("𞥑𞥒", 12_000, 12_000),
    ("  12 ", 12_000, 12_000),
    ("\u00a012\u202f", 12_000, 12_000),
    ("\u200f12\u200e", 12_000, 12_000),
    ("\u206612\u2069\n", 12_000, 12_000),
    ("-1", AmountSigned, AmountSigned),
    ("+1", AmountSigned, AmountSigned),
    ("−1", AmountSigned, AmountSigned),
    ("1-", AmountSigned, AmountSigned),
    ("0", AmountZero, AmountZero),
    ("0.000", AmountZero, AmountSeparator),
    ("0.0004", AmountTooFine, AmountSeparator),
    ("1.2340", AmountTooFine, AmountSeparator),
    ("9007199254740.991", MAX_AMOUNT, AmountSeparator),
    ("9007199254740.992", AmountTooLarge, AmountSeparator),
    ("1" * 17, AmountTooLarge, AmountTooLarge),
    ("9" * 5000, AmountTooLarge, AmountTooLarge),
    ("", AmountEmpty, AmountEmpty),
    (" \u00a0\u200e\n", AmountEmpty, AmountEmpty),
]


@pytest.mark.rule("H1")
@pytest.mark.parametrize(("typed", "point", "comma"), NASTY, ids=lambda value: ascii(value)[:24])
def test_nasty_input_is_what_it_says_or_is_refused(
    typed: str, point: int | type[AmountError], comma: int | type[AmountError]
):
    for style, expected in ((POINT, point), (COMMA, comma)):
        if isinstance(expected, int):
            assert parse_amount(typed, style) == expected
            continue
        with pytest.raises(AmountError) as caught:
            parse_amount(typed, style)
        assert type(caught.value) is expected
        assert len(caught.value.text) <= MAX_TEXT


@pytest.mark.rule("H1")
@pytest.mark.parametrize(
    ("typed", "style", "whole", "fraction"),
    [
        ("1.234", COMMA, "1234", "1,234"),
        ("1,234", POINT, "1234", "1.234"),
        ("12.5", COMMA, "", "12,5"),
        (".5", COMMA, "", "0,5"),
        ("1 000", POINT, "1000", ""),
        ("1'000", COMMA, "1000", ""),
        ("1 0000", POINT, "", ""),
        ("1.234,56", COMMA, "", "1234,56"),
        ("1,234.56", COMMA, "", "1234,56"),
        ("1.234.567", COMMA, "1234567", ""),
        ("10,00,000", POINT, "1000000", ""),
        ("1,5.5", POINT, "", ""),
        ("1.5.500", COMMA, "", ""),
        ("1,2345", POINT, "", ""),
        ("5.", COMMA, "", ""),
        ("1,234", ARABIC, "١٢٣٤", "١٫٢٣٤"),
    ],
)
def test_a_doubtful_separator_names_both_readings(
    typed: str, style: NumberStyle, whole: str, fraction: str
):
    with pytest.raises(AmountSeparator) as caught:
        parse_amount(typed, style)
    assert (caught.value.whole, caught.value.fraction) == (whole, fraction)
    for reading in filter(None, (whole, fraction)):
        assert parse_amount(reading, style) > 0


def test_errors_say_what_stands_in_the_way():
    with pytest.raises(AmountNotNumber) as letter:
        parse_amount("12.50 €", POINT)
    assert letter.value.letter == "€"
    with pytest.raises(AmountTooFine) as fine:
        parse_amount("1.23456", POINT)
    assert (fine.value.limit, fine.value.decimals) == (3, 5)
    with pytest.raises(AmountTooLarge) as large:
        parse_amount("1" * 17, POINT)
    assert large.value.limit == MAX_AMOUNT


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (1, "0.001"),
        (10, "0.01"),
        (500, "0.50"),
        (1_000, "1.00"),
        (12_000, "12.00"),
        (12_500, "12.50"),
        (12_340, "12.34"),
        (12_345, "12.345"),
        (1_234_567_890, "1234567.89"),
        (MAX_AMOUNT, "9007199254740.991"),
        (0, "0.00"),
        (-12_500, "-12.50"),
    ],
)
@pytest.mark.rule("H2")
def test_amounts_show_two_decimals_or_three_and_never_groups(amount: int, shown: str):
    assert format_amount(amount) == shown


def test_amounts_show_in_the_persons_own_signs():
    assert format_amount(-12_345, COMMA) == "−12,345"
    assert format_amount(-1_234_500, ARABIC) == "\u061c-١٢٣٤٫٥٠"
    assert format_amount(12_000, CHAKMA) == "𑄷𑄸.𑄶𑄶"


@pytest.mark.rule("H1")
@given(st.integers(1, MAX_AMOUNT), st.sampled_from(STYLES))
def test_what_is_shown_can_be_typed(amount: int, style: NumberStyle):
    assert parse_amount(format_amount(amount, style), style) == amount


@pytest.mark.rule("H1")
@given(st.text() | st.text("0123456789.,' -e٣\u00a0\u200f"), st.sampled_from(STYLES))
def test_any_text_is_an_amount_or_an_amount_error(typed: str, style: NumberStyle):
    try:
        amount = parse_amount(typed, style)
    except AmountError:
        return
    assert 1 <= amount <= MAX_AMOUNT
    assert parse_amount(format_amount(amount, style), style) == amount


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (12_500, "twelve and a half"),
        (1_234, "one and 234 thousandths"),
        (1_001, "one and 1 thousandth"),
        (12_340, "twelve and 34 hundredths"),
        (10, "1 hundredth"),
        (250, "a quarter"),
        (3_750, "three and three quarters"),
        (0, "zero"),
        (-5_000, "minus five"),
        (12_000, "twelve"),
        (20_000, "twenty"),
        (121_000, "one hundred twenty-one"),
        (300_000, "three hundred"),
        (1_234_000, "one thousand two hundred thirty-four"),
        (20_030_021_000, "twenty million thirty thousand twenty-one"),
        (
            MAX_AMOUNT,
            "nine trillion seven billion one hundred ninety-nine million two hundred fifty-four "
            "thousand seven hundred forty and 991 thousandths",
        ),
    ],
)
@pytest.mark.rule("H1")
def test_the_echo_says_the_amount_in_words(amount: int, words: str):
    assert amount_words(amount) == words


@given(st.integers(0, MAX_AMOUNT), st.integers(0, MAX_AMOUNT))
def test_two_amounts_never_sound_alike(one: int, other: int):
    assert (amount_words(one) == amount_words(other)) == (one == other)
