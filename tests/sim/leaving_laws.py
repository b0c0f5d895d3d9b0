"""What leaves honest houses: one word at each place of a chain, one vote for each session.

Source: countersigning.md, R1, R2, R4 and *Rules* (mode Q).  Who looks on sees every message, keeps
every signature of its author and every vote, and holds them against what the disk says.
"""

from __future__ import annotations

from tests.sim.laws import Laws
from tests.sim.world import Wallet, World
from wallet.crypto.encoding import decode
from wallet.crypto.signing import Signature
from wallet.engine.work import Ready
from wallet.model.actions import Create, SignedAction, hash_action
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.messages.countersigning import (
    AbortCertificate,
    AbortEvidence,
    Certificate,
    CertificateEvidence,
    SessionSignature,
    SignatureEvidence,
    SignedVote,
    SlotEvidence,
    Status,
    Vote,
    VoteRequest,
)
from wallet.protocol.messages.frame import read_frame
from wallet.store.sessions import SessionFile

KINDS = {
    kind.KIND: kind
    for kind in (SessionSignature, VoteRequest, Certificate, AbortCertificate, Vote, Status)
}
AMOUNTS = ("bare-chit", "chain-update")
UNSIGNED = ("released", "cancelled")


class LeavingLaws(Laws):
    """Checks what leaves the honest wallets of one world."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.votes: dict[tuple[str, str], SignedVote] = {}  # (witness, session) → its one vote

    # What leaves ----------------------------------------------------------------

    def note_leaving(self, _: World, wallet: Wallet, ready: Ready) -> None:
        """Keep each signature and each vote: two at one place, or two by one witness, are lies."""
        if wallet.name not in self.honest:
            return
        frame = read_frame(ready.frame[4:])
        if frame.kind in AMOUNTS and not wallet.store.tallies.has_partner(ready.recipient):
            name = self.world.by_agent[ready.recipient]
            self.broken("who decides learns no amount", wallet.name, frame.kind, name)
        if frame.kind not in KINDS:
            return
        body = decode(bytes(frame.body), KINDS[frame.kind])
        if isinstance(body, Status):
            self._note_evidence(wallet, body)
        elif isinstance(body, SessionSignature | Certificate):
            self._note_own(wallet, body.session)
        elif isinstance(body, VoteRequest):
            if wallet.agent in [one.agent for one in body.signed]:
                self._note_own(wallet, rules.session_of(body.preflight))
            for walk in body.walks:
                self._note_shown(wallet, walk.first.action)
        votes = body.votes if isinstance(body, Certificate | AbortCertificate) else ()
        for vote in (body.vote,) if isinstance(body, Vote) else votes:
            self._note_vote(vote)

    def _note_evidence(self, wallet: Wallet, body: Status) -> None:
        match body.evidence:
            case SlotEvidence(action=action):
                self._note_shown(wallet, action)
            case SignatureEvidence():
                self._note_own(wallet, body.session)
            case CertificateEvidence(certificate=certificate):
                self._note_own(wallet, body.session)
                for vote in certificate.votes:
                    self._note_vote(vote)
            case AbortEvidence(certificate=certificate):
                for vote in certificate.votes:
                    self._note_vote(vote)

    def _note_shown(self, wallet: Wallet, shown: SignedAction) -> None:
        place, found = (shown.action.author, shown.action.seq), hash_action(shown.action)
        if shown.action.author != wallet.agent:
            return  # passed on: its author answers for it
        if self.shown.setdefault(place, found) != found:
            self.broken("no fork", wallet.name, "showed two actions at", shown.action.seq)

    def _note_own(self, wallet: Wallet, session: str) -> None:
        """Our signature leaves: it stands on the disk, and we were not released before."""
        one = wallet.store.sessions.get(session)
        if one is None and wallet.store.witnessing.get_ballot(session) is not None:
            return  # a witness passes on what signers brought
        mine = self._own_action(wallet, one) if one else None
        if one is None or mine is None or wallet.agent not in one.signatures:
            self.broken("write before send", wallet.name, "a signature without its row")
            return
        if one.record.state.value in UNSIGNED:
            self.broken("no signature after release", wallet.name, session[:8])
        found = hash_action(mine)
        if self.promised.setdefault((wallet.agent, mine.seq), found) != found:
            self.broken("no fork", wallet.name, "promised two actions at", mine.seq)

    def _own_action(self, wallet: Wallet, one: SessionFile) -> Create | None:
        response = one.responses.get(wallet.agent)
        if response is None or one.data is None:
            return None
        others = () if one.entry is not None else others_of(one)
        return rules.derive_action(one.preflight, one.secret, one.data, response.body, others)

    def _note_vote(self, vote: SignedVote) -> None:
        """One witness, one vote a session, for ever."""
        if self.world.by_agent[vote.witness] not in self.honest:
            return
        first = self.votes.setdefault((vote.witness, vote.body.session), vote)
        if first.body != vote.body:
            name = self.world.by_agent[vote.witness]
            self.broken("one vote, for ever", name, first.body.verdict, vote.body.verdict)


def others_of(one: SessionFile) -> tuple[Signature, ...]:
    """What an enzyme signs over, as far as it is here."""
    return tuple(
        one.signatures[agent]
        for agent in one.record.signers
        if agent != one.record.decider and agent in one.signatures
    )
