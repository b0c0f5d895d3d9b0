"""The witness: how one of N comes to its one vote about a session (mode Q).

Source: countersigning.md, *Rules* (table of modes, *Slot rule*) and *States*.  The record holds
only what decides; signatures, slots and votes are kept and checked by whoever carries out the
effects.  A vote is durable before it is sent and never changes: no row leads out of COMMIT or
ABORT.

The first witness is the collector: it asks the other witnesses, and sends the certificate.  When
it is silent, the signers ask each witness themselves, and each puts together what they bring.
"""

from __future__ import annotations

from enum import Enum

from msgspec.structs import replace

from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId
from wallet.model.limits import HEAR_WITNESSES_MS
from wallet.model.record import Record
from wallet.protocol.effects import ClearTimer, SetTimer
from wallet.protocol.machine import Effect, Input, Machine, Outcome, row, rows
from wallet.protocol.messages.countersigning import ABORT, COMMIT, Verdict


class State(Enum):
    """Where a witness stands about one session."""

    NO_VOTE = "no vote"
    COLLECTING = "collecting"  # some signatures are there
    ASKING = "asking"  # in doubt: the other witnesses are asked first
    COMMIT = "commit"
    ABORT = "abort"


class Ballot(Record, frozen=True):
    """What decides about one witness's vote."""

    session: Hash
    me: AgentId
    collector: bool  # the first witness
    alone: bool = False  # one vote is enough, and it is ours
    state: State = State.NO_VOTE
    is_over: bool = False  # the end, and the time a late signature has, are past
    in_doubt: bool = False  # a signer asked after the end
    certified: bool = False  # the certificate was sent to all signers


class Asked(Input, frozen=True):
    """A signer or witness brings signatures, not all of them; `late`: after the session's end.

    `wait` ms are left until the end and the time a late signature has are past.
    """

    agent: AgentId
    wait: int
    late: bool


class SetWhole(Input, frozen=True):
    """All session signatures are here, verified; `fits`: the slot rule allows a commit."""

    agent: AgentId
    wait: int
    late: bool
    fits: bool


class DecideDue(Input, frozen=True):
    """The end, and the time a late signature has, are past."""


class HeardOut(Input, frozen=True):
    """The other witnesses have had their time to answer."""


class VoteShown(Input, frozen=True):
    """Another witness's vote, verified and stored; `enough`: with ours a commit certificate."""

    agent: AgentId
    enough: bool


class CastVote(Effect, frozen=True):
    """Sign our vote, store it, take the slots it is about."""

    verdict: Verdict


class SendVote(Effect, frozen=True):
    """Send our vote to whoever asked and to the collector, or to all signers.

    A commit goes with all signatures.

    Where so many votes are known that they are a certificate, that is sent.
    """

    to: AgentId | None = None


class AskWitnesses(Effect, frozen=True):
    """Send all other witnesses what we have, and ask for their votes."""


class SendCertificate(Effect, frozen=True):
    """Send the commit certificate to all signers."""


def fits(_: Ballot, given: SetWhole) -> bool:
    """Nothing else was promised at any of these places."""
    return given.fits


def collects_and_fits(one: Ballot, given: SetWhole) -> bool:
    """The same, and we are the one who collects the votes of others."""
    return one.collector and not one.alone and given.fits


def decides_alone(one: Ballot, given: SetWhole) -> bool:
    """The same, and nobody else's vote is needed."""
    return one.alone and given.fits


def may_decide(one: Ballot, given: Asked | SetWhole) -> bool:
    """A signer is in doubt, and a late signature has had its time."""
    return given.late and one.is_over


def is_doubted(one: Ballot, _: Input) -> bool:
    """A signer asked after the end."""
    return one.in_doubt


def completes(one: Ballot, given: VoteShown) -> bool:
    """We collect, and with this vote the certificate is there for the first time."""
    return one.collector and given.enough and not one.certified


def begin(one: Ballot, given: Asked | SetWhole) -> Outcome[Ballot]:
    """Wait for the other signatures, and for the end."""
    return replace(one, in_doubt=given.late), (SetTimer("decide", given.wait),)


def note_doubt(one: Ballot, given: Asked | SetWhole) -> Outcome[Ballot]:
    """Remember that somebody waits for a decision."""
    return replace(one, in_doubt=one.in_doubt or given.late), ()


def ask_the_others(one: Ballot, _: Input) -> Outcome[Ballot]:
    """Before we say that nothing can come of it: has anyone seen all signatures?"""
    after = replace(one, is_over=True, in_doubt=True)
    return after, (AskWitnesses(), SetTimer("hear", HEAR_WITNESSES_MS))


def note_end(one: Ballot, _: Input) -> Outcome[Ballot]:
    """Nobody is in doubt so far."""
    return replace(one, is_over=True), ()


def vote_commit(one: Ballot, given: SetWhole) -> Outcome[Ballot]:
    """All have signed: say so to whoever brought it, and after the end to all signers."""
    to = None if given.late else given.agent
    return one, (*_quiet(), CastVote(COMMIT), SendVote(to))


def vote_alone(one: Ballot, _: SetWhole) -> Outcome[Ballot]:
    """All have signed, and that decides: tell all signers."""
    return one, (*_quiet(), CastVote(COMMIT), SendVote())


def vote_and_collect(one: Ballot, _: SetWhole) -> Outcome[Ballot]:
    """The same, and ask the other witnesses for theirs; the certificate follows."""
    return one, (*_quiet(), CastVote(COMMIT), AskWitnesses())


def vote_abort(one: Ballot, _: Input) -> Outcome[Ballot]:
    """Nobody has seen all signatures, and the time is over."""
    return one, (*_quiet(), CastVote(ABORT), SendVote())


def repeat_vote(one: Ballot, given: Asked | SetWhole) -> Outcome[Ballot]:
    """The same vote as ever."""
    return one, (SendVote(given.agent),)


def send_certificate(one: Ballot, _: Input) -> Outcome[Ballot]:
    """So many witnesses agree: all signers may complete."""
    return replace(one, certified=True), (SendCertificate(),)


def _quiet() -> tuple[Effect, ...]:
    return ClearTimer("decide"), ClearTimer("hear")


S = State
VOTED = (S.COMMIT, S.ABORT)
machine: Machine[State, Ballot] = Machine(
    "witness",
    S.NO_VOTE,
    [
        row(S.NO_VOTE, SetWhole, S.COMMIT, vote_alone, when=decides_alone),
        row(S.NO_VOTE, SetWhole, S.COMMIT, vote_and_collect, when=collects_and_fits),
        row(S.NO_VOTE, SetWhole, S.COMMIT, vote_commit, when=fits),
        row(S.NO_VOTE, SetWhole, S.COLLECTING, begin, note="a slot is taken: F32, F33"),
        row(S.NO_VOTE, Asked, S.COLLECTING, begin),
        row(S.COLLECTING, SetWhole, S.COMMIT, vote_alone, when=decides_alone),
        row(S.COLLECTING, SetWhole, S.COMMIT, vote_and_collect, when=collects_and_fits),
        row(S.COLLECTING, SetWhole, S.COMMIT, vote_commit, when=fits),
        row(S.COLLECTING, SetWhole, S.ASKING, ask_the_others, when=may_decide),
        row(S.COLLECTING, SetWhole, S.COLLECTING, note_doubt),
        row(S.COLLECTING, Asked, S.ASKING, ask_the_others, when=may_decide, note="in doubt"),
        row(S.COLLECTING, Asked, S.COLLECTING, note_doubt),
        row(S.COLLECTING, DecideDue, S.ASKING, ask_the_others, when=is_doubted),
        row(S.COLLECTING, DecideDue, S.COLLECTING, note_end, note="nobody is in doubt"),
        row(S.ASKING, SetWhole, S.COMMIT, vote_alone, when=decides_alone),
        row(S.ASKING, SetWhole, S.COMMIT, vote_and_collect, when=collects_and_fits),
        row(S.ASKING, SetWhole, S.COMMIT, vote_commit, when=fits),
        row(S.ASKING, SetWhole, S.ASKING, note="a slot is taken"),
        row(S.ASKING, Asked, S.ASKING, note="we are asking"),
        row(S.ASKING, HeardOut, S.ABORT, vote_abort),
        *rows((S.COMMIT, S.ABORT), SetWhole, repeat_vote, note="one vote, for ever"),
        *rows((S.COMMIT, S.ABORT), Asked, repeat_vote, note="one vote, for ever"),
        row(S.COMMIT, VoteShown, S.COMMIT, send_certificate, when=completes),
        row(S.COMMIT, VoteShown, S.COMMIT, note="not enough yet, or sent, or others collect"),
        *rows((S.COLLECTING, S.ASKING, S.ABORT), VoteShown, note="nothing follows from it"),
        *rows((S.ASKING, *VOTED), DecideDue, note="late"),
        *rows(VOTED, HeardOut, note="late"),
    ],
)
