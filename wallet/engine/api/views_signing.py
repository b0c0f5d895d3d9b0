"""What is to be drawn about who signs and who decides: witnesses of ours, and our own service.

Frozen values like those of `views.py`; times are milliseconds UTC.  Every name is a stranger's
text, plain and bounded.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from wallet.model.credit import WitnessCard


class WitnessRole(StrEnum):
    """How we came to know a witness; the person may choose from all of them."""

    CHOSEN = "chosen"  # the person added its card, or took its offer
    OFFERED = "offered"  # a partner offers itself; needs the person
    TALLY = "tally"  # an agreement of ours names it
    SESSION = "session"  # it decided a session that we took part in


class WitnessView(Struct, frozen=True):
    """Somebody who may decide or vote for us, and how it did so far.

    `card` is what a wish names (`commands.Pay.signing`).  `completed`, `aborted` and `silent`
    count sessions that we had promised in; `lies` counts sessions about which we hold two votes of
    it that contradict each other: never use such a one.
    """

    agent: str
    name: str
    role: WitnessRole
    card: WitnessCard
    decides: bool  # signs last as an enzyme (mode E)
    votes: bool  # is one of several witnesses (mode Q)
    online: bool = False
    since: int = 0  # known since
    completed: int = 0
    aborted: int = 0
    silent: int = 0  # times we had to ask after the end
    last_at: int = 0  # when it last decided or voted; 0: never
    lies: int = 0


class ServiceView(Struct, frozen=True):
    """What we do for others, and how much of it.

    `decide` and `vote` say for whom, as `commands.Serve` does: "nobody", "partners" or "anyone".
    Sessions are counted as long as they are kept: decided ones for good, except those that came to
    nothing (a day); votes for thirty days.
    """

    decide: str = "nobody"
    vote: str = "nobody"
    decided: int = 0  # sessions that ended with our decision, as an enzyme
    voted: int = 0  # sessions about which we voted, as a witness
    open_sessions: int = 0  # that wait for our decision: our own chain waits with them
    open_ballots: int = 0  # that wait for our vote
    slots: int = 0  # chains whose newest place we keep


class SignerView(Struct, frozen=True):
    """One signer of a session, the enzyme among them, in the session's order."""

    agent: str
    name: str  # empty: nobody told us
    role: str  # "payer", "payee", "initiator", "acceptor" or "enzyme"
    is_me: bool = False
    ready: bool = False  # has promised its place; its chain waits
    signed: bool = False


class DeciderView(Struct, frozen=True):
    """One who decides when the line breaks: the enzyme, or a witness.  Mode P has none."""

    agent: str
    name: str
    online: bool = False
    vote: str = ""  # "commit" or "abort", once we know it (mode Q)
