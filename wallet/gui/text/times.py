"""Times and lengths of time as people say them; all arguments are milliseconds."""

from __future__ import annotations

from datetime import datetime, timedelta

from wallet.gui.text.harmless import Words

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
# fmt: off
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)
# fmt: on


def _local(at: int) -> datetime:
    return datetime.fromtimestamp(at // SECOND)  # the reader's own clock and zone


def clock_time(at: int, *, seconds: bool = True) -> Words:
    """Return "12:04:30", or "12:04"."""
    return Words(_local(at).strftime("%H:%M:%S" if seconds else "%H:%M"))


def day(at: int, now: int) -> Words:
    """Return "2 May", with the year when it is not this one."""
    then = _local(at)
    year = "" if then.year == _local(now).year else f" {then.year}"
    return Words(f"{then.day} {_MONTHS[then.month - 1]}{year}")


def day_heading(at: int, now: int) -> Words:
    """Return "Today", "Yesterday" or the day."""
    then, today = _local(at).date(), _local(now).date()
    if then == today:
        return Words("Today")
    if then == today - timedelta(days=1):
        return Words("Yesterday")
    return day(at, now)


def moment(at: int, now: int) -> Words:
    """Return "12:04" for today, else "2 May, 12:04"."""
    if _local(at).date() == _local(now).date():
        return clock_time(at, seconds=False)
    return Words(f"{day(at, now)}, {clock_time(at, seconds=False)}")


def countdown(left: int) -> Words:
    """Return the time left as "0:42", rounded up, so that 0:00 means over."""
    seconds = max(0, -(-left // SECOND))
    return Words(f"{seconds // 60}:{seconds % 60:02}")


def spoken_duration(length: int) -> Words:
    """Return a length as one word and its unit: "42 seconds", "3 days"."""
    for size, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second")):
        if length >= size:
            count = length // size
            return Words(f"{count} {name}" + ("" if count == 1 else "s"))
    return Words("0 seconds")
