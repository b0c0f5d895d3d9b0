"""Points in time: whole numbers since 1970 UTC, never a clock.

Actions of a source chain carry microseconds, everything else milliseconds. In exports both are
ISO 8601 with three decimals and `Z`. Nothing here asks what time it is: that is an argument.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NewType

Milliseconds = NewType("Milliseconds", int)
Microseconds = NewType("Microseconds", int)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ONE_MS = timedelta(milliseconds=1)
_HOUR_US = 3_600_000_000
# The years 1970 to 9999, all that four digits can show.
MAX_MS = Milliseconds((datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC) - _EPOCH) // _ONE_MS)
# The latest date a record may bear: a day earlier, so that no time zone shows the year 10000.
LATEST_MS = Milliseconds(MAX_MS - 86_400_000)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


class BadInstant(ValueError):
    """Text or a number that is no point in time between 1970 and 9999."""


def to_milliseconds(instant: Microseconds) -> Milliseconds:
    """Round down to the millisecond."""
    return Milliseconds(instant // 1_000)


def to_microseconds(instant: Milliseconds) -> Microseconds:
    """The same point in time in the finer unit."""
    return Microseconds(instant * 1_000)


def round_to_hour(instant: Microseconds) -> Microseconds:
    """Round down to the hour: the public time of an action about a private entry.

    Source: the design of records, "Nobody can link what two partners wrote".
    """
    return Microseconds(instant - instant % _HOUR_US)


def format_instant(instant: Milliseconds) -> str:
    """Write as `2026-05-03T12:04:30.250Z`. Raises `BadInstant` outside 1970 to 9999."""
    if not 0 <= instant <= MAX_MS:
        raise BadInstant("outside 1970 to 9999")
    moment = _EPOCH + instant * _ONE_MS
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant % 1_000:03d}Z"


def parse_instant(text: str) -> Milliseconds:
    """Read what `format_instant` writes, and nothing else. Raises `BadInstant`."""
    if _ISO.fullmatch(text) is None:
        raise BadInstant("not the form 2026-05-03T12:04:30.250Z")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInstant("no such day or hour") from None
    instant = Milliseconds((moment - _EPOCH) // _ONE_MS)
    if instant < 0:
        raise BadInstant("before 1970")
    return instant
