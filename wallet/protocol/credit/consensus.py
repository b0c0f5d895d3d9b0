"""Consensus: both halves of a tally come to hold the same chain of chits.

Source: credit.md, *Consensus: both halves hold the same chain* (MyCHIPs 1.0).  The foil orders;
the stock conforms.  A link's hash covers everything before it, so one equal (index, hash) pair
proves that all earlier links are equal: that much is *confirmed*.  Nothing at or below the
confirmed index is ever re-ordered; copies that differ there are an error that people see.

Chits inside messages were verified, and those that were new counted, before the table is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from msgspec.structs import replace

from wallet.crypto.hashing import Hash
from wallet.model.credit import FOIL, Half, hash_link
from wallet.model.record import Record
from wallet.protocol.effects import Notify
from wallet.protocol.machine import Effect, Input, Machine, Outcome, row, rows


class State(Enum):
    """Whether the halves can still agree."""

    ALIKE = "alike"
    DIFFERENT = "different"  # at or below the confirmed index: evidence is kept, people decide


class Books(Record, frozen=True):
    """Where our half of one tally's chain stands."""

    tally: Hash  # block 0
    half: Half
    state: State = State.ALIKE
    end: int = 0
    hash: Hash | None = None  # of the link at `end`; None: block 0
    confirmed: int = 0
    round: int = 0  # counts our questions, so that each is a new message

    @property
    def end_hash(self) -> Hash:
        """The hash at the end; block 0 while there is no chit."""
        return self.hash or self.tally


class Match(Enum):
    """How a claimed (index, hash) compares with our half."""

    SAME = "same"
    BEYOND = "beyond"  # we have no link there
    OTHER = "other"  # we have another one there, not confirmed
    CONFLICT = "conflict"  # we have another one there, confirmed


# Inputs ------------------------------------------------------------------------


class Appended(Input, frozen=True):
    """A chit that counts took the next place of our half."""

    mine: bool  # we pledged it
    chit: Hash
    index: int
    hash: Hash


class NewArrived(Input, frozen=True):
    """The partner appended a chit."""

    index: int
    hash: Hash
    match: Match


class AckArrived(Input, frozen=True):
    """The partner's half holds this link."""

    index: int
    hash: Hash
    match: Match


class CheckArrived(Input, frozen=True):
    """The partner's half stands here; a link came up."""

    index: int
    hash: Hash
    match: Match


class RequestArrived(Input, frozen=True):
    """The partner lacks our links from here on."""

    first: int


class UpdateArrived(Input, frozen=True):
    """A page of the partner's half; its new chits are counted and stand at our end.

    `same`: after that our halves are equal at `index`; `grew`: it held chits new to us;
    `last`: there are no more pages; `below`: it disagrees with what is confirmed.
    """

    first: int
    index: int
    same: bool
    grew: bool
    last: bool
    below: bool
    strays: bool


class LinkCameUp(Input, frozen=True):
    """The partner is there again."""


# Effects of its own --------------------------------------------------------------


class SendNew(Effect, frozen=True):
    """Tell the partner about a link of ours."""

    chit: Hash
    index: int
    hash: Hash


class SendAck(Effect, frozen=True):
    """Say that our half holds this link."""

    index: int
    hash: Hash


class SendEndAck(Effect, frozen=True):
    """Say what our half holds at the end."""


class SendCheck(Effect, frozen=True):
    """Say where our half stands."""


class SendRequest(Effect, frozen=True):
    """Ask for the partner's links from here on."""

    first: int


class SendUpdate(Effect, frozen=True):
    """Send a page of our links from here on."""

    first: int


class Conform(Effect, frozen=True):
    """Stock: take the foil's order for the page that arrived; ours that it lacks go behind."""


class SendStrays(Effect, frozen=True):
    """Stock: send the chits that the foil's half lacks; if there are none, acknowledge."""


# Guards -----------------------------------------------------------------------------


def is_mine(_: Books, given: Appended) -> bool:
    """We pledged it, so we tell."""
    return given.mine


Claim = NewArrived | AckArrived | CheckArrived


def is_same(_: Books, given: Claim) -> bool:
    """Our half holds the same link."""
    return given.match is Match.SAME


def is_conflict(books: Books, given: Claim) -> bool:
    """The foil contradicts what both had confirmed.

    The stock may: its words about a former order may come late.  The foil's order only grows, so
    its words never grow old, and the stock is the one who can tell.
    """
    return books.half != FOIL and given.match is Match.CONFLICT


def is_former_for_foil(books: Books, given: Claim) -> bool:
    """The stock says something else of what is confirmed: a former order, or a damaged copy."""
    return books.half == FOIL and given.match is Match.CONFLICT


def is_beyond_for_foil(books: Books, given: Claim) -> bool:
    """The stock holds chits we lack."""
    return books.half == FOIL and given.match is Match.BEYOND


def is_foil(books: Books, _: Input) -> bool:
    """We order."""
    return books.half == FOIL


def is_level(books: Books, given: CheckArrived) -> bool:
    """Same link, and neither has more."""
    return given.match is Match.SAME and given.index == books.end


def is_same_update(_: Books, given: UpdateArrived) -> bool:
    """Our halves are equal as far as the update goes, and it was all."""
    return given.same and given.last


def is_below(books: Books, given: UpdateArrived) -> bool:
    """The foil's page disagrees with what is confirmed."""
    return books.half != FOIL and given.below


def is_page(_: Books, given: UpdateArrived) -> bool:
    """More pages follow."""
    return not given.last


def has_grown_foil(books: Books, given: UpdateArrived) -> bool:
    """We order, and our half grew, or stands in another order than the stock's."""
    return books.half == FOIL and (given.grew or not given.strays)


# Actions ----------------------------------------------------------------------------


def grow(books: Books, given: Appended) -> Outcome[Books]:
    """Wait for the partner to tell its place."""
    return _grown(books, given), ()


def grow_and_tell(books: Books, given: Appended) -> Outcome[Books]:
    """Tell the partner its place."""
    return _grown(books, given), (SendNew(given.chit, given.index, given.hash),)


def confirm(books: Books, given: Claim | UpdateArrived) -> Outcome[Books]:
    """Equal up to here, and therefore before."""
    return replace(books, confirmed=max(books.confirmed, given.index)), ()


def confirm_and_ack(books: Books, given: NewArrived | CheckArrived) -> Outcome[Books]:
    """Equal up to here: say so."""
    after = replace(books, confirmed=max(books.confirmed, given.index))
    return after, (SendAck(given.index, given.hash),)


def confirm_and_add(books: Books, given: CheckArrived) -> Outcome[Books]:
    """Equal up to there, and we have more."""
    after = replace(books, confirmed=max(books.confirmed, given.index))
    return after, (SendUpdate(given.index + 1),)


def confirm_update(books: Books, given: UpdateArrived) -> Outcome[Books]:
    """Equal as far as it goes: say so."""
    after = replace(books, confirmed=max(books.confirmed, given.index))
    return after, (SendEndAck(),)


def request_missing(books: Books, _: Input) -> Outcome[Books]:
    """Ask for what we lack."""
    return _next_round(books), (SendRequest(books.confirmed + 1),)


def send_order(books: Books, _: Input) -> Outcome[Books]:
    """The foil's order stands: send it."""
    return _next_round(books), (SendUpdate(books.confirmed + 1),)


def show_order(books: Books, given: NewArrived | CheckArrived) -> Outcome[Books]:
    """Show the foil's order at that place: should the copies differ, the stock sees it."""
    return _next_round(books), (SendUpdate(given.index),)


def send_page(books: Books, given: RequestArrived) -> Outcome[Books]:
    """Send from there."""
    return _next_round(books), (SendUpdate(given.first),)


def request_next(books: Books, given: UpdateArrived) -> Outcome[Books]:
    """Take this page, ask for the next."""
    return _next_round(books), (Conform(), SendRequest(given.index + 1))


def conform(books: Books, _: UpdateArrived) -> Outcome[Books]:
    """Take the foil's order; what it lacks goes behind and to it."""
    return _next_round(books), (Conform(), SendStrays())


def ack_end(books: Books, _: UpdateArrived) -> Outcome[Books]:
    """Nothing new came: say where we stand, and be quiet."""
    return books, (SendEndAck(),)


def check(books: Books, _: LinkCameUp) -> Outcome[Books]:
    """Compare."""
    return _next_round(books), (SendCheck(),)


def report_difference(books: Books, _: Input) -> Outcome[Books]:
    """The copies differ: new chits stop here until people have looked."""
    return books, (Notify("copies-differ", "safety", books.tally),)


def _grown(books: Books, given: Appended) -> Books:
    return replace(books, end=given.index, hash=given.hash)


def _next_round(books: Books) -> Books:
    return replace(books, round=books.round + 1)


# The order itself --------------------------------------------------------------------


def conformed(tail: Sequence[Hash], page: Sequence[Hash], before: int) -> list[Hash]:
    """The stock's unconfirmed chits after a page of the foil's.

    `tail` are our chits behind the confirmed ones, `page` the foil's, `before` how many of ours
    stand before the page.  What the foil does not name keeps its order behind the page.
    """
    named = set(page)
    kept = [one for one in tail[:before] if one not in named]
    return [*kept, *page, *(one for one in tail[before:] if one not in named)]


def relink(tally: Hash, start: int, prior: Hash | None, chits: Sequence[Hash]) -> list[Hash]:
    """The hashes of links `start`, `start` + 1, … over these chits."""
    hashes = []
    last = prior or tally
    for place, chit in enumerate(chits):
        last = hash_link(chit, start + place, last)
        hashes.append(last)
    return hashes


def moved(books: Books, end: int, found: Hash | None) -> Books:
    """The books after our unconfirmed links were put in another order."""
    return replace(books, end=end, hash=found)


def confirmed_to(books: Books, place: int) -> Books:
    """The books once both halves are known to be equal up to this place."""
    return replace(books, confirmed=max(books.confirmed, place))


# The table ----------------------------------------------------------------------------

S = State
machine: Machine[State, Books] = Machine(
    "consensus",
    S.ALIKE,
    [
        row(S.ALIKE, Appended, S.ALIKE, grow_and_tell, when=is_mine),
        row(S.ALIKE, Appended, S.ALIKE, grow),
        row(S.ALIKE, NewArrived, S.ALIKE, confirm_and_ack, when=is_same),
        row(S.ALIKE, NewArrived, S.DIFFERENT, report_difference, when=is_conflict),
        row(S.ALIKE, NewArrived, S.ALIKE, show_order, when=is_former_for_foil),
        row(S.ALIKE, NewArrived, S.ALIKE, request_missing, when=is_beyond_for_foil),
        row(S.ALIKE, NewArrived, S.ALIKE, send_order, when=is_foil, note="the foil is right"),
        row(S.ALIKE, NewArrived, S.ALIKE, request_missing, note="the stock conforms"),
        row(S.ALIKE, AckArrived, S.ALIKE, confirm, when=is_same),
        row(S.ALIKE, AckArrived, S.DIFFERENT, report_difference, when=is_conflict),
        row(S.ALIKE, AckArrived, S.ALIKE, note="about a former order"),
        row(S.ALIKE, CheckArrived, S.ALIKE, confirm, when=is_level, note="nothing more is said"),
        row(S.ALIKE, CheckArrived, S.ALIKE, confirm_and_add, when=is_same),
        row(S.ALIKE, CheckArrived, S.DIFFERENT, report_difference, when=is_conflict),
        row(S.ALIKE, CheckArrived, S.ALIKE, show_order, when=is_former_for_foil),
        row(S.ALIKE, CheckArrived, S.ALIKE, request_missing, when=is_beyond_for_foil),
        row(S.ALIKE, CheckArrived, S.ALIKE, send_order, when=is_foil),
        row(S.ALIKE, CheckArrived, S.ALIKE, request_missing),
        row(S.ALIKE, RequestArrived, S.ALIKE, send_page),
        row(S.ALIKE, UpdateArrived, S.DIFFERENT, report_difference, when=is_below),
        row(S.ALIKE, UpdateArrived, S.ALIKE, confirm_update, when=is_same_update),
        row(S.ALIKE, UpdateArrived, S.ALIKE, send_order, when=has_grown_foil),
        row(S.ALIKE, UpdateArrived, S.ALIKE, ack_end, when=is_foil),
        row(S.ALIKE, UpdateArrived, S.ALIKE, request_next, when=is_page),
        row(S.ALIKE, UpdateArrived, S.ALIKE, conform),
        row(S.ALIKE, LinkCameUp, S.ALIKE, check),
        row(S.DIFFERENT, Appended, S.DIFFERENT, grow, note="a good chit counts all the same"),
        row(S.DIFFERENT, RequestArrived, S.DIFFERENT, send_page, note="evidence for the partner"),
        *rows(
            (S.DIFFERENT,),
            NewArrived,
            note="people decide",
        ),
        *rows((S.DIFFERENT,), AckArrived, note="people decide"),
        *rows((S.DIFFERENT,), CheckArrived, note="people decide"),
        *rows((S.DIFFERENT,), UpdateArrived, note="people decide"),
        *rows((S.DIFFERENT,), LinkCameUp, note="people decide"),
    ],
)
