"""Sentences: harmless, honest, complete."""

from __future__ import annotations

import importlib
import pkgutil
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wallet
from tests.helpers.sample import HOSTILE
from wallet.gui.errors import explain, explain_code
from wallet.gui.text import FSI, PDI, Figures, Words, bare, countdown, plain, say, spoken_amount
from wallet.gui.text.catalogue import CATALOGUE, join
from wallet.model.errors import ALL_ERRORS, AmountSeparator, BugError, WalletError

SENTENCES = [
    (key, one)
    for key, value in CATALOGUE.items()
    for one in (value if isinstance(value, tuple) else (value,))
]


def an_error(kind: type[WalletError]) -> WalletError:
    values = {}
    for name in kind.facts:
        if not hasattr(kind, name):
            of = next(one for one in kind.__mro__ if name in one.__annotations__)
            is_number = "int" in of.__annotations__[name]
            values[name] = 1_777_723_410_000 if is_number else HOSTILE
    return kind(**values)


@pytest.mark.rule("H15")
@pytest.mark.parametrize("kind", list(ALL_ERRORS.values()), ids=lambda kind: kind.code)
def test_every_error_says_what_happened_what_it_means_and_what_to_do(kind):
    for text in (explain(an_error(kind)), explain_code(kind.code)):
        assert text.what.strip()
        assert text.means.strip()
        assert text.do.strip()
        assert text.buttons
        assert all(key in CATALOGUE for key in text.buttons)
        whole = bare(text.whole)
        assert "{" not in whole
        assert kind.__name__ not in whole
        assert not re.search(r"Exception|Traceback|0x|\u202e|\x00", whole)


@pytest.mark.rule("H15")
def test_every_error_of_ours_has_words_of_its_own():
    for module in pkgutil.walk_packages(wallet.__path__, "wallet."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)  # an error is known when its module is
    ours = [code for code, kind in ALL_ERRORS.items() if kind.__module__.startswith("wallet.")]
    assert [code for code in ours if f"error.{code}.what" not in CATALOGUE] == []


def test_an_unknown_error_is_a_fault_of_the_program():
    assert explain(ZeroDivisionError("amount 12.50")).code == BugError.code
    assert "12.50" not in explain(ZeroDivisionError("amount 12.50")).whole


def test_a_separator_is_answered_with_both_readings():
    error = AmountSeparator("1.234", whole="1234", fraction="1,234")
    assert bare(explain(error).do) == "Write 1234 or 1,234."


@pytest.mark.rule("H5")
def test_no_sentence_blames_shouts_or_calls_an_open_outcome_failed():
    never = re.compile(r"!|\bplease\b|\boops\b|\bfailed\b|\bfailure\b|error 0x", re.IGNORECASE)
    letters = {"stuck.talk_text"}  # a message from one person to another may be polite
    found = {key for key, one in SENTENCES if never.search(one)}
    assert found - letters == set()


@pytest.mark.rule("H13")
def test_sentences_are_short():
    long = [
        (key, part)
        for key, one in SENTENCES
        for part in re.split(r"(?<=[.:?;–])\s|\n", one)
        if len(part.split()) > 22
    ]
    assert long == []


def test_two_subjects_never_share_a_key():
    with pytest.raises(ValueError, match="named twice"):
        join({"a": "x"}, {"a": "y"})


def test_places_of_others_are_isolated_and_ours_are_not():
    assert say("common.they_owe", partner="Bo", amount=Words("1.00")) == (
        f"{FSI}Bo{PDI} owes you 1.00"
    )


def test_one_and_many_have_their_forms():
    assert say("home.over_tallies", n=1) == "over one tally"
    assert say("home.over_tallies", n=3) == "over 3 tallies"


@pytest.mark.rule("H10")
@given(st.text(max_size=400), st.integers(1, 100))
def test_plain_text_has_no_controls_and_keeps_its_limit(text, limit):
    shown = plain(text, limit)
    inner = bare(shown)
    assert len(inner) <= limit
    assert not {unicodedata.category(c) for c in inner.replace("\u200c", "").replace("\u200d", "")
                } & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # fmt: skip
    assert shown == "" or (shown[0] == FSI and shown[-1] == PDI)


@pytest.mark.rule("H10")
def test_a_hostile_name_cannot_turn_the_line_or_stack_marks():
    shown = plain(HOSTILE, 200)
    assert "\u202e" not in shown
    assert "\x00" not in shown
    assert not re.search("\u0301{4}", unicodedata.normalize("NFD", plain("e" + "\u0301" * 50)))


def test_countdowns_round_up_so_that_zero_means_over():
    assert [countdown(n) for n in (60_000, 42_001, 1, 0, -5)] == [
        "1:00", "0:43", "0:01", "0:00", "0:00",
    ]  # fmt: skip


@pytest.mark.rule("H14")
def test_hidden_amounts_are_five_dots_whatever_their_size():
    hidden = Figures(hidden=True)
    assert {hidden.show(n) for n in (0, 5, 10**12)} == {"•••••"}
    assert not re.search(r"\d", hidden.words(12_500) + hidden.spoken(12_500))


def test_amounts_are_spoken_without_separators():
    assert [spoken_amount(n) for n in (12_500, 12_345, -3_000)] == [
        "12 point 50", "12 point 345", "minus 3",
    ]  # fmt: skip
