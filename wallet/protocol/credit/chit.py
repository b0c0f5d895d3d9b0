"""Chit: how a payment comes to count, and counts once.

Source: credit.md, *Chit*; countersigning.md R8.  A payment to a partner is a session; while the
partner is away it waits, unsigned, and runs by itself when they are back.  GOOD is final.
"""

from __future__ import annotations

from enum import Enum

from msgspec.structs import replace

from wallet.crypto.hashing import Hash
from wallet.model.identity import Salt
from wallet.model.record import Record
from wallet.protocol.effects import Notify
from wallet.protocol.machine import Effect, Input, Machine, Outcome, row, rows


class State(Enum):
    """Where a payment stands."""

    NEW = "new"
    WAITING = "waiting"  # ours, unsigned: runs when the partner is back
    ASKED = "asked"  # theirs: the person decides
    SIGNING = "signing"
    UNKNOWN = "unknown"
    GOOD = "good"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    VOID = "void"  # theirs, and it did not come about


class Payment(Record, frozen=True):
    """What decides about one chit."""

    uuid: Salt
    tally: Hash
    mine: bool  # we pledge
    state: State = State.NEW
    session: Hash | None = None
    reason: str = ""
    alone: bool = False  # the partner declined it among others: it runs by itself
    bare: bool = False  # it counts by the pledger's signature; no session has sealed it yet
    blamed: Salt | None = None  # waiting: the payment beside it that the partner declined


class Pay(Input, frozen=True):
    """The person pays."""


class Withdraw(Input, frozen=True):
    """The person takes it back while nothing of it is signed."""


class PersonAsked(Input, frozen=True):
    """The partner wants to pay and the person decides."""

    session: Hash


class SessionBegun(Input, frozen=True):
    """A session for it runs."""

    session: Hash


class SessionEnded(Input, frozen=True):
    """That session ended and nothing counts by it; `again` is worth another try.

    `alone`: not among others again, one of which may be at fault.  `blamed` is at fault.
    """

    session: Hash
    reason: str
    again: bool
    alone: bool = False
    blamed: Salt | None = None


class NotKnownYet(Input, frozen=True):
    """Our signature is out and the window is over."""

    session: Hash


class Proven(Input, frozen=True):
    """It counts: a proof that stands alone is stored; `sealed`: it is a session's."""

    sealed: bool = True


class WantSession(Effect, frozen=True):
    """Start a session as soon as the partner is there and the chain is free."""


class DropSession(Effect, frozen=True):
    """No session is wanted any more."""


class Count(Effect, frozen=True):
    """Count it in the balance, and give it its place in the tally chain."""


def is_mine_and_again(one: Payment, given: SessionEnded) -> bool:
    """We pledge, and it is worth another try."""
    return one.mine and given.again and is_its_session(one, given)


def is_mine_stopped(one: Payment, given: SessionEnded) -> bool:
    """We pledge, and the person stopped it."""
    return one.mine and given.reason == "stopped" and is_its_session(one, given)


def is_mine_ended(one: Payment, given: SessionEnded) -> bool:
    """We pledge, and the partner does not want it."""
    return one.mine and is_its_session(one, given)


def is_its_session(one: Payment, given: SessionEnded | NotKnownYet) -> bool:
    """It is about the session that runs for it, not an older one."""
    return given.session == one.session


def is_news_of_seal(one: Payment, given: Proven) -> bool:
    """What counted by a signature alone is sealed on both chains now."""
    return one.bare and given.sealed


def seals_again(one: Payment, given: SessionEnded) -> bool:
    """The session that should seal it came to nothing, and is worth another try."""
    return one.bare and is_mine_and_again(one, given)


def seals_no_more(one: Payment, given: SessionEnded) -> bool:
    """The partner does not want to seal it, or the person stopped it: it counts all the same."""
    return one.bare and is_mine_ended(one, given)


def want(one: Payment, _: Input) -> Outcome[Payment]:
    """Wait for turn and partner."""
    return replace(one, session=None, reason=""), (WantSession(),)


def want_again(one: Payment, given: SessionEnded) -> Outcome[Payment]:
    """Nothing was signed by both: it stays wanted."""
    alone = one.alone or given.alone
    after = replace(one, session=None, reason=given.reason, alone=alone, blamed=given.blamed)
    return after, (WantSession(),)


def want_again_known(one: Payment, given: SessionEnded) -> Outcome[Payment]:
    """It was not known, and now is: nothing was paid; it stays wanted, and the person hears it."""
    after, effects = want_again(one, given)
    return after, (*effects, Notify("not-paid-again", "money", one.uuid))


def close_known(one: Payment, given: SessionEnded) -> Outcome[Payment]:
    """It was not known, and now is: nothing was paid; the person hears it."""
    key = "not-paid" if one.mine else "not-received"
    return replace(one, reason=given.reason), (Notify(key, "money", one.uuid),)


def hold(one: Payment, given: SessionBegun | PersonAsked) -> Outcome[Payment]:
    """Remember which session is for it."""
    return replace(one, session=given.session, reason=""), ()


def ask(one: Payment, given: PersonAsked) -> Outcome[Payment]:
    """The person decides."""
    after = replace(one, session=given.session)
    return after, (Notify("payment-asked", "needs you", one.uuid),)


def close(one: Payment, given: SessionEnded) -> Outcome[Payment]:
    """It did not come about."""
    return replace(one, reason=given.reason), (DropSession(),)


def close_refused(one: Payment, given: SessionEnded) -> Outcome[Payment]:
    """The partner does not want it."""
    after = replace(one, reason=given.reason)
    return after, (DropSession(), Notify("payment-refused", "money", one.uuid))


def close_void(one: Payment, given: SessionEnded) -> Outcome[Payment]:
    """The partner's payment did not come about."""
    return replace(one, reason=given.reason), ()


def drop(one: Payment, _: Withdraw) -> Outcome[Payment]:
    """Nothing was handed over."""
    return replace(one, reason="withdrawn"), (DropSession(),)


def wonder(one: Payment, _: NotKnownYet) -> Outcome[Payment]:
    """Either way is possible: it is reserved, and the person is told."""
    return one, (Notify("not-known", "needs you", one.uuid),)


def count(one: Payment, given: Proven) -> Outcome[Payment]:
    """It counts, once; what its pledger signed bare is sealed when both are there."""
    key = "paid" if one.mine else "received"
    key += "-after-all" if one.state is State.UNKNOWN else ""
    seal = (WantSession(),) if one.mine and not given.sealed else ()
    after = replace(one, reason="", bare=not given.sealed)
    return after, (DropSession(), Count(), Notify(key, "money", one.uuid), *seal)


def note_seal(one: Payment, _: Proven) -> Outcome[Payment]:
    """It counted already."""
    return replace(one, bare=False), (DropSession(),)


def want_seal(one: Payment, given: SessionEnded) -> Outcome[Payment]:
    """Aborting changed nothing: it counts, and stays to be sealed."""
    alone = one.alone or given.alone
    return replace(one, session=None, alone=alone), (WantSession(),)


def leave_bare(one: Payment, _: SessionEnded) -> Outcome[Payment]:
    """It counts without a seal."""
    return one, (DropSession(),)


S = State
machine: Machine[State, Payment] = Machine(
    "chit",
    S.NEW,
    [
        row(S.NEW, Pay, S.WAITING, want),
        row(S.NEW, PersonAsked, S.ASKED, ask),
        row(S.NEW, SessionBegun, S.SIGNING, hold, note="by policy"),
        row(S.NEW, Proven, S.GOOD, count, note="it came signed"),
        row(S.WAITING, SessionBegun, S.SIGNING, hold),
        row(S.WAITING, Withdraw, S.WITHDRAWN, drop),
        row(S.WAITING, Proven, S.GOOD, count, note="a session thought lost had completed"),
        row(S.WAITING, SessionEnded, S.WAITING, note="an older session"),
        row(S.ASKED, SessionBegun, S.SIGNING, hold),
        row(S.ASKED, SessionEnded, S.VOID, close_void, when=is_its_session),
        row(S.ASKED, SessionEnded, S.ASKED, note="an older session"),
        row(S.ASKED, PersonAsked, S.ASKED, ask, note="a new session for the same chit"),
        row(S.ASKED, Proven, S.GOOD, count),
        row(S.SIGNING, SessionEnded, S.WAITING, want_again, when=is_mine_and_again),
        row(S.SIGNING, SessionEnded, S.WITHDRAWN, close, when=is_mine_stopped),
        row(S.SIGNING, SessionEnded, S.REFUSED, close_refused, when=is_mine_ended),
        row(S.SIGNING, SessionEnded, S.VOID, close_void, when=is_its_session),
        row(S.SIGNING, SessionEnded, S.SIGNING, note="an older session"),
        row(S.SIGNING, NotKnownYet, S.UNKNOWN, wonder, when=is_its_session),
        row(S.SIGNING, SessionBegun, S.SIGNING, hold, note="a new session for the same chit"),
        row(S.SIGNING, PersonAsked, S.ASKED, ask, note="a new session for the same chit"),
        row(S.SIGNING, Proven, S.GOOD, count),
        row(S.UNKNOWN, Proven, S.GOOD, count),
        row(S.UNKNOWN, SessionEnded, S.WAITING, want_again_known, when=is_mine_and_again),
        row(S.UNKNOWN, SessionEnded, S.VOID, close_known, when=is_its_session),
        row(S.UNKNOWN, SessionEnded, S.UNKNOWN, note="an older session"),
        row(S.UNKNOWN, SessionBegun, S.SIGNING, hold, note="the payer knows that it ended"),
        row(S.UNKNOWN, PersonAsked, S.ASKED, ask, note="the payer knows that it ended"),
        row(S.GOOD, Proven, S.GOOD, note_seal, when=is_news_of_seal),
        row(S.GOOD, Proven, S.GOOD, note="counts once"),
        row(S.GOOD, SessionBegun, S.GOOD, hold, note="it is sealed; it counts already"),
        row(S.GOOD, PersonAsked, S.GOOD, note="it is sealed beside others; it counts already"),
        row(S.GOOD, SessionEnded, S.GOOD, want_seal, when=seals_again),
        row(S.GOOD, SessionEnded, S.GOOD, leave_bare, when=seals_no_more),
        *rows((S.GOOD, S.WITHDRAWN, S.REFUSED, S.VOID), SessionEnded, note="late"),
        *rows((S.GOOD, S.WITHDRAWN, S.REFUSED, S.VOID, S.WAITING), NotKnownYet, note="late"),
        row(S.SIGNING, NotKnownYet, S.SIGNING, note="an older session"),
        row(S.UNKNOWN, NotKnownYet, S.UNKNOWN, note="late"),
        row(S.VOID, SessionBegun, S.SIGNING, hold, note="the payer tries again"),
        row(S.VOID, PersonAsked, S.ASKED, ask, note="the payer tries again"),
        row(S.VOID, Proven, S.GOOD, count, note="the payer had completed"),
        row(S.WITHDRAWN, Proven, S.GOOD, count, note="a proof decides"),
        row(S.REFUSED, Proven, S.GOOD, count, note="a proof decides"),
    ],
)
