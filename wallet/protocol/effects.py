"""What machines of several families may ask of the world, in the imperative.

An effect is a wish: the pump carries it out inside the same transaction, or, for what leaves the
house, writes it down there and releases it after the commit.  Effects that only one family knows
stand in that family's file.  Source: house.md 3.3, 3.5, 3.6.
"""

from __future__ import annotations

from msgspec import Struct

from wallet.protocol.machine import Effect, Input


class SetTimer(Effect, frozen=True):
    """Wake this record with the input called `name` in `wait` milliseconds; replaces an older."""

    name: str
    wait: int


class ClearTimer(Effect, frozen=True):
    """Forget the timer of this name."""

    name: str


class Tell(Effect, frozen=True):
    """Give an input to another machine's record, downward, in the same transaction."""

    machine: str
    key: str
    given: Input


class Report(Effect, frozen=True):
    """A fact for whoever listens further up; `dispatch.py` says who."""

    fact: Fact


class Fact(Struct, frozen=True):
    """Something that a lower machine found out and a higher one may care about."""


class Notify(Effect, frozen=True):
    """Put a line into the person's notices; `key` names the sentence."""

    key: str
    category: str
    subject: str
