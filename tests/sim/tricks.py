"""Tricks: what one who changed the program does in a session, each told by the page's fault.

Source: countersigning.md, *Faults* F9, F25–F30, F47, F49.  Each twists what leaves one wallet;
its own books stay honest, so that it can end its lies (`reform`) and all may settle.  Links are
honest: nobody speaks in another's name.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from tests.helpers.faults import a_slot
from tests.sim.liar import Liar
from tests.sim.world import Wallet, World
from wallet.crypto.encoding import decode
from wallet.crypto.hashing import digest, hash_bytes
from wallet.crypto.ids import ActionHash, AgentId
from wallet.engine.api import commands
from wallet.engine.work import Ready
from wallet.model.actions import sign_action
from wallet.model.networks import COMMONS
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.countersign import votes
from wallet.protocol.messages.countersigning import (
    ABORT,
    COMMIT,
    AbortCertificate,
    Certificate,
    SessionDataMessage,
    SessionSignature,
    SlotEvidence,
    Status,
    Vote,
    VoteBody,
    VoteRequest,
)
from wallet.protocol.messages.frame import make_frame, read_frame, write_frame
from wallet.store.sessions import SessionFile

MOST_AGAIN = 6


class Trick:
    """One liar, and what it does to each message that leaves its house."""

    def __init__(self, world: World, name: str) -> None:
        self.world, self.name = world, name
        self.random = random.Random(world.random.random())
        self.over = False
        self.told: dict[tuple[str, str], None] = {}  # (session, to) that were lied to

    def reform(self) -> None:
        """From now on it tells the truth."""
        self.over = True

    def twist(self, world: World, wallet: Wallet, ready: Ready) -> list[Ready]:
        """What leaves instead of this message."""
        if self.over:
            return [ready]
        frame = read_frame(ready.frame[4:])
        return self.lie(wallet, ready, frame.kind, bytes(frame.body))

    def lie(self, wallet: Wallet, ready: Ready, kind: str, body: bytes) -> list[Ready]:
        raise NotImplementedError

    def make(self, wallet: Wallet, to: AgentId, body: Any) -> Ready:
        frame = make_frame(body.KIND, COMMONS.id, wallet.agent, to, body)
        return Ready(to, frame.id, write_frame(frame))

    def sessions(self, wallet: Wallet) -> list[SessionFile]:
        """Its sessions in which the session data is known, the newest last."""
        rows = wallet.store.database.fetch_all("SELECT session FROM session ORDER BY number")
        files = [wallet.store.sessions.get(row[0]) for row in rows[-4:]]
        return [one for one in files if one and one.data and wallet.agent in one.responses]

    def once(self, one: SessionFile, to: str) -> bool:
        """Whether this is the first lie to this one about this session."""
        key = (one.record.session, to)
        return key not in self.told and not self.told.update({key: None})  # type: ignore[func-returns-value]


class Garbage(Trick):
    """Withholds, repeats, alters and fabricates, without a plan."""

    def __init__(self, world: World, name: str) -> None:
        super().__init__(world, name)
        self.liar = Liar(world)

    def twist(self, world: World, wallet: Wallet, ready: Ready) -> list[Ready]:
        return [ready] if self.over else self.liar.twist(world, wallet, ready)


class Withholds(Trick):
    """Some messages never leave: a kind to all, or all of some kinds to one (F25, F47)."""

    KINDS = (
        "session-data",
        "session-signature",
        "vote-request",
        "vote",
        "certificate",
        "status",
        "cancel",
        "bare-chit",
    )

    def __init__(self, world: World, name: str) -> None:
        super().__init__(world, name)
        self.kinds = set(self.random.sample(self.KINDS, self.random.choice((1, 2, 4))))
        others = sorted(set(world.wallets) - {name})
        few = self.random.sample(others, max(1, len(others) // 2))
        self.victims = set(self.random.choice((others, few)))

    def lie(self, wallet: Wallet, ready: Ready, kind: str, body: bytes) -> list[Ready]:
        to = self.world.by_agent[ready.recipient]
        return [] if kind in self.kinds and to in self.victims else [ready]


class OneSided(Withholds):
    """Shows what was decided to one side only, whoever asks (F25)."""

    def __init__(self, world: World, name: str) -> None:
        super().__init__(world, name)
        self.kinds = {"certificate", "abort-certificate", "vote", "status"}


class Shows(Trick):
    """Shows something at its promised place, about the sessions in which its data is known."""

    def lie(self, wallet: Wallet, ready: Ready, kind: str, body: bytes) -> list[Ready]:
        out = [ready]
        for one in self.sessions(wallet):
            others = [agent for agent in one.record.signers if agent != wallet.agent]
            for agent in self.random.sample(others, self.random.randint(0, len(others))):
                if self.once(one, agent):
                    out += [self.make(wallet, agent, lie) for lie in self.show(wallet, one)]
        return out

    def show(self, wallet: Wallet, one: SessionFile) -> list[Any]:
        raise NotImplementedError

    def slot(self, wallet: Wallet, one: SessionFile, *, stop: bool | None) -> Status:
        """A park, or (None) something else, at the promised place, signed like any action."""
        return self.status(one, a_slot(wallet.signer, one, self.random.randbytes(32), stop=stop))

    def status(self, one: SessionFile, evidence: Any) -> Status:
        attempt = self.random.randrange(1_000_000)
        return Status(session=one.record.session, attempt=attempt, evidence=evidence)


class Equivocates(Shows):
    """Signs the session, and something else at that place (F27, F28)."""

    def show(self, wallet: Wallet, one: SessionFile) -> list[Any]:
        return [self.slot(wallet, one, stop=None)]


class Parks(Shows):
    """Says that it stopped, and completes all the same; an enzyme: signs and parks (F26)."""

    def show(self, wallet: Wallet, one: SessionFile) -> list[Any]:
        return [self.slot(wallet, one, stop=True)]


class Finalises(Shows):
    """Publishes its session action without ever completing (F49)."""

    def show(self, wallet: Wallet, one: SessionFile) -> list[Any]:
        if one.entry is None or one.data is None:
            return []
        body = one.responses[wallet.agent].body
        action = rules.derive_action(one.preflight, one.secret, one.data, body)
        return [
            self.status(one, SlotEvidence(action=sign_action(action, wallet.signer, COMMONS.id)))
        ]


class Forges(Shows):
    """Garbage in the right form: signatures of others as its own, certificates cut and swapped."""

    def show(self, wallet: Wallet, one: SessionFile) -> list[Any]:
        found = [one.signatures[agent] for agent in sorted(one.signatures)]
        if not found or one.data is None:
            return []
        session, any_one = one.record.session, self.random.choice(found)
        signed = tuple(self.random.choice(found) for _ in one.record.signers)
        return [
            SessionSignature(session=session, data=one.data, signature=any_one),
            Certificate(session=session, data=one.data, signatures=signed),
            AbortCertificate(session=session, votes=()),
        ]


class TwoFaces(Trick):
    """Fixes different session data for different signers (F9)."""

    def lie(self, wallet: Wallet, ready: Ready, kind: str, body: bytes) -> list[Ready]:
        if kind != SessionDataMessage.KIND or self.random.random() < 0.4:
            return [ready]
        data = decode(body, SessionDataMessage).data
        mine = next(one for one in data.responses if one.body.agent == wallet.agent)
        other = replace(mine.body, top=ActionHash.of(hash_bytes(mine.body.top.encode()).raw))
        twin = rules.respond(data.session, wallet.signer, COMMONS.id, other)
        responses = tuple(twin if one is mine else one for one in data.responses)
        faced = rules.data_of(data.session, responses)
        return [self.make(wallet, ready.recipient, SessionDataMessage(data=faced))]


class Forgets(Trick):
    """Forgets its lock once its signature left, and promises the same place again (F27, F32)."""

    def lie(self, wallet: Wallet, ready: Ready, kind: str, body: bytes) -> list[Ready]:
        if kind in (SessionSignature.KIND, VoteRequest.KIND):
            wallet.store.database.execute("DELETE FROM lock")
            session = next(reversed(self.sessions(wallet)), None)
            if session and self.once(session, "") and len(self.told) < MOST_AGAIN:
                for (tally,) in wallet.store.database.fetch_all(
                    "SELECT uuid FROM tally WHERE state = 'open' AND partner != ?",
                    (session.partner,),
                ):
                    self.world.at(0, self.world.wish, self.name, commands.Pay(tally, 7))
        return [ready]


class DoubleVotes(Trick):
    """Votes one way to some, the other way to the others (F30)."""

    def lie(self, wallet: Wallet, ready: Ready, kind: str, body: bytes) -> list[Ready]:
        if kind == VoteRequest.KIND:
            return [ready]
        session = self._session(kind, body)
        ballot = wallet.store.witnessing.get_ballot(session) if session else None
        if ballot is None or self.random.random() < 0.4:
            return [ready]
        vote = wallet.store.witnessing.get_vote(session, wallet.agent)
        if vote is None:
            return [ready]
        whole = all(agent in ballot.signatures for agent in ballot.preflight.agents)
        signed = tuple(ballot.signatures[one] for one in ballot.preflight.agents) if whole else ()
        is_commit = vote.body.verdict == ABORT
        said = VoteBody(
            session=vote.body.session,
            verdict=COMMIT if is_commit else ABORT,
            data=digest(ballot.data) if is_commit else None,
            set=votes.set_of(signed) if is_commit else None,
        )
        other = votes.cast(said, wallet.signer, COMMONS.id)
        told = Vote(vote=other, signatures=signed if is_commit else (), attempt=self.world.now)
        return [self.make(wallet, ready.recipient, told)]

    def _session(self, kind: str, body: bytes) -> str:
        if kind == Vote.KIND:
            return decode(body, Vote).vote.body.session
        if kind == Certificate.KIND:
            return decode(body, Certificate).session
        if kind == AbortCertificate.KIND:
            return decode(body, AbortCertificate).session
        return ""


Making = Callable[[World, str], Trick]
OF_SIGNERS: dict[str, Making] = {
    "garbage": Garbage,
    "withholds": Withholds,
    "equivocates": Equivocates,
    "stops and completes": Parks,
    "finalises": Finalises,
    "forgets": Forgets,
    "forges": Forges,
    "two faces": TwoFaces,
}
OF_ENZYMES: dict[str, Making] = {
    "one side": OneSided,
    "signs and parks": Parks,
    "withholds": Withholds,
    "garbage": Garbage,
    "equivocates": Equivocates,
}
OF_WITNESSES: dict[str, Making] = {
    "double votes": DoubleVotes,
    "one side": OneSided,
    "withholds": Withholds,
    "garbage": Garbage,
}
