"""One honest signer of the model: all that it keeps about the session.

The record is the project's own; the rest is what the engine keeps beside it: the place on the
chain, the lock, what is signed, what counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from tests.helpers.builders import a_person
from tests.model.case import Case
from wallet.crypto.hashing import hash_bytes
from wallet.crypto.ids import AgentId
from wallet.protocol.countersign.signer import Session, State

S = State
F = hash_bytes(b"the session of the model")
NAMES = ("Ada", "Bo", "Cy", "Di")
AGENTS = tuple(a_person(name).agent for name in NAMES)
OVER = frozenset({S.COMPLETED, S.PAID, S.RELEASED, S.ABORTED, S.CANCELLED})
NEVER = frozenset({S.RELEASED, S.ABORTED, S.CANCELLED})
HOLDS = frozenset({S.PREPARED, S.COMMITTED})
VOTES = -1
"""The author of a proof that consists of votes."""


class Place(Enum):
    """What stands at the promised place of a chain."""

    EMPTY = "empty"
    FINALISED = "its session action"
    PARKED = "a park"
    STOPPED = "a park with stop"
    OTHER = "another action"


class Lock(Enum):
    """Which session holds the chain."""

    FREE = "free"
    OURS = "this session"
    ANOTHER = "another session"


class Letter(NamedTuple):
    """A message of one signer to another; what is sent once may arrive at any time, or never.

    A `slot` is sent unasked, always in the same words, so that the pump hears it once; `shown` is
    the same as an answer: every question has a number, and so has its answer.
    """

    kind: str
    source: int
    to: int
    place: Place = Place.EMPTY
    author: int = 0  # of a slot: whose place it is

    def __str__(self) -> str:
        if self.kind not in ("slot", "shown"):
            return f"{self.kind} from {NAMES[self.source]}"
        whose = "its" if self.author == self.source else f"{NAMES[self.author]}'s"
        return f"{whose} slot ({self.place.value}) from {NAMES[self.source]}"


class Side(NamedTuple):
    """All that one signer keeps about the session."""

    session: Session
    place: Place = Place.EMPTY
    lock: Lock = Lock.FREE
    promised: bool = False  # its own response exists: the place is fixed
    data: bool = False  # the session data is stored
    promise: bool = False  # its session signature exists
    bare: bool = False  # it signed the chit bare
    heard_bare: bool = False
    counts: bool = False  # the entry counts here
    gone: bool = False  # declined or buried before it was stored
    signatures: frozenset[int] = frozenset()
    timers: frozenset[str] = frozenset()
    proof: tuple[int, Place] | None = None  # whose place showed that it can never complete
    heard: frozenset[Letter] = frozenset()  # slots that the pump would not hand over again


@dataclass(frozen=True)
class Step:
    """What one input does: the side after it, what is sent, which rule it breaks."""

    side: Side
    letters: tuple[Letter, ...] = ()
    broken: str = ""
    label: str = ""
    odd: bool = False  # a refusal, a person's choice or a passed deadline led here


def number(agent: AgentId) -> int:
    """The seat of an agent."""
    return AGENTS.index(agent)


def begin(seat: int, case: Case) -> Side:
    """A signer who knows nothing yet."""
    pays, kind = case.kind == "payment", case.kind
    given: Any = {"kind": kind, "mode": case.mode}
    return Side(
        Session(
            session=F,
            me=AGENTS[seat],
            signers=AGENTS[: case.signers],
            completer=seat == case.completer,
            initiator=seat == 0,
            decider=None if case.enzyme is None else AGENTS[case.enzyme],
            payer=pays and seat == 0,
            payee=pays and seat == 1,
            **given,
        )
    )
