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


class SaidView(Struct, frozen=True):
    """One thing that happened in a session: `key` names the sentence, `agent` who said it, if any.

    `name` is empty for what we did ourselves, and where nobody told us who that agent is.
    """

    at: int
    key: str
    agent: str = ""
    name: str = ""


class FactsView(Struct, frozen=True):
    """What is known of a session: what happened, and everything that is evidence, as JSON text.

    The evidence is as it was signed: preflight, responses, session data, signatures, votes, what
    stands at promised places, and our own times.  No key and no secret is in it; what it is about
    is, for those who sign.
    """

    session: str
    said: tuple[SaidView, ...]
    evidence: str


class CopyView(Struct, frozen=True):
    """Where one half of a tally chain stands."""

    index: int  # of its last entry
    hash: str
    net: int  # milli-units from our side, whoever's half it is
    confirmed: int = 0  # both halves are known to be equal up to here


class CompareView(Struct, frozen=True):
    """Both halves of a tally chain side by side.

    `theirs` None: the partner's wallet did not answer in time, and nothing is known by that.
    `agree`: same entry at the end, same balance.
    """

    tally: str
    mine: CopyView
    theirs: CopyView | None = None
    agree: bool = False
