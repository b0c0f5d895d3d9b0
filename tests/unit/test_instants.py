"""Times are numbers; only exports write them out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.model.instants import (
    MAX_MS,
    BadInstant,
    Microseconds,
    Milliseconds,
    format_instant,
    parse_instant,
    round_to_hour,
    to_microseconds,
    to_milliseconds,
)


def test_exports_show_three_decimals_and_z():
    assert format_instant(Milliseconds(0)) == "1970-01-01T00:00:00.000Z"
    assert format_instant(Milliseconds(1_777_809_870_250)) == "2026-05-03T12:04:30.250Z"
    assert format_instant(MAX_MS) == "9999-12-31T23:59:59.999Z"


@given(st.integers(0, MAX_MS).map(Milliseconds))
def test_every_time_comes_back(instant: Milliseconds):
    assert parse_instant(format_instant(instant)) == instant
    assert to_milliseconds(to_microseconds(instant)) == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-05-03",
        "2026-05-03T12:04:30Z",
        "2026-05-03 12:04:30.250Z",
        "2026-05-03T12:04:30.250",
        "2026-05-03T12:04:30.250+00:00",
        "2026-05-03T12:04:30.250Z\n",
        "2026-02-30T12:04:30.250Z",
        "2026-05-03T24:04:30.250Z",
        "٢٠٢٦-05-03T12:04:30.250Z",
        "1969-12-31T23:59:59.999Z",
        "0000-05-03T12:04:30.250Z",
    ],
)
def test_other_forms_are_refused(text: str):
    with pytest.raises(BadInstant):
        parse_instant(text)


@pytest.mark.parametrize("instant", [-1, MAX_MS + 1, 2**53])
def test_times_outside_four_digits_are_refused(instant: int):
    with pytest.raises(BadInstant):
        format_instant(Milliseconds(instant))


@given(st.integers(0, 2**53 - 1).map(Microseconds))
def test_the_hour_hides_the_minute(instant: Microseconds):
    hour = round_to_hour(instant)
    assert hour % 3_600_000_000 == 0
    assert 0 <= instant - hour < 3_600_000_000
