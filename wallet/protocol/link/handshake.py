"""The two sides of the handshake, each a small machine: a message in, a message out.

Source: the design of identity, *Handshake*. The dialler proves itself first; the listener shows
its proof only after its owner admitted the dialler. Transcripts are built from what each side
knows by itself (own nonce, own list of versions, node keys of the transport), so what was echoed,
replayed, relayed or shortened under way gives another transcript, and no signature fits.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId, NetworkId
from wallet.crypto.signing import Signer
from wallet.model.network import NodeKey
from wallet.protocol.messages.handshake import (
    VERSIONS,
    Challenge,
    Hello,
    InvitationProof,
    Message,
    Nonce,
    Proof,
    Transcript,
    Welcome,
    invitation_id,
)
from wallet.protocol.messages.refusals import Refusal


class Ends(Struct, frozen=True):
    """The network, and the two nodes as the transport authenticated them."""

    network: NetworkId
    here: NodeKey
    there: NodeKey


class HandshakeFailed(Exception):
    """The peer did what an honest one does not; the link closes with this number."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code.name)
        self.code = code


class Dialler:
    """A: knows whom it wants, proves itself first.

    `nonce` are 32 fresh bytes; `invitation` is the key of an invitation's code.
    """

    def __init__(
        self,
        ends: Ends,
        signer: Signer,
        want: AgentId,
        nonce: bytes,
        invitation: Signer | None = None,
        versions: tuple[int, ...] = VERSIONS,
    ) -> None:
        self.ends = ends
        self.agent = signer.agent
        self.peer: AgentId | None = want
        self.version = 0
        self.is_open = False
        self._signer = signer
        self._invitation = invitation
        self._hello = Hello(
            versions=versions, network=ends.network, nonce=Nonce.of(nonce), want=want
        )
        self._transcript: Transcript | None = None

    def begin(self) -> Message | None:
        """Return message 1."""
        return self._hello

    def take(self, message: Message) -> Message | None:
        """Take message 2 or 4. Raises `HandshakeFailed`."""
        if isinstance(message, Challenge) and self._transcript is None:
            return self._prove(message)
        if isinstance(message, Welcome) and self._transcript is not None:
            self._check(self._transcript, message)
            return None
        raise HandshakeFailed(Refusal.NOT_ALLOWED)

    def _prove(self, challenge: Challenge) -> Proof:
        hello, ends = self._hello, self.ends
        if challenge.version not in hello.versions:
            raise HandshakeFailed(Refusal.NO_VERSION)
        # A mirror: our own node, agent or nonce coming back.
        if challenge.nonce == hello.nonce or hello.want == self.agent or ends.here == ends.there:
            raise HandshakeFailed(Refusal.BAD_PROOF)
        self.version = challenge.version
        transcript = Transcript(
            label="handshake",
            network=hello.network,
            versions=hello.versions,
            version=challenge.version,
            dialler_node=ends.here,
            listener_node=ends.there,
            dialler=self.agent,
            listener=hello.want,
            dialler_nonce=hello.nonce,
            listener_nonce=challenge.nonce,
        )
        self._transcript = transcript
        return Proof(
            agent=self.agent,
            signature=transcript.signed_by(self._signer, "dialler"),
            invitation=self._prove_invitation(transcript),
        )

    def _prove_invitation(self, transcript: Transcript) -> InvitationProof | None:
        if self._invitation is None:
            return None
        return InvitationProof(
            id=invitation_id(self._invitation.agent),
            signature=transcript.signed_by(self._invitation, "invitee"),
        )

    def _check(self, transcript: Transcript, welcome: Welcome) -> None:
        if not transcript.is_signed(welcome.signature, transcript.listener, "listener"):
            raise HandshakeFailed(Refusal.BAD_PROOF)
        self.is_open = True


class Listener:
    """B: hosts agents, answers with a nonce, lets its owner decide about a proven dialler."""

    def __init__(
        self,
        ends: Ends,
        hosted: Mapping[AgentId, Signer],
        nonce: bytes,
        versions: tuple[int, ...] = VERSIONS,
    ) -> None:
        self.ends = ends
        self.agent: AgentId | None = None
        self.peer: AgentId | None = None
        self.version = 0
        self.is_open = False
        self._hosted = hosted
        self._versions = versions
        self._nonce = Nonce.of(nonce)
        self._hello: Hello | None = None
        self._proof: Proof | None = None
        self._transcript: Transcript | None = None

    @property
    def invitation(self) -> Hash | None:
        """The id of the invitation the proven dialler says to hold."""
        claimed = None if self._proof is None else self._proof.invitation
        return None if claimed is None else claimed.id

    def begin(self) -> Message | None:
        """Wait: the dialler speaks first."""
        return None

    def take(self, message: Message) -> Message | None:
        """Take message 1 or 3; after 3 the dialler is `peer`. Raises `HandshakeFailed`."""
        if isinstance(message, Hello) and self._hello is None:
            return self._challenge(message)
        if isinstance(message, Proof) and self._hello is not None and self._proof is None:
            self._check(self._hello, message)
            return None
        raise HandshakeFailed(Refusal.NOT_ALLOWED)

    def admit(self, key: AgentId | None) -> Welcome:
        """Return message 4; `key` is that of the invitation by which the dialler comes.

        Raises:
            HandshakeFailed: the dialler does not hold that invitation's code.
        """
        transcript, proof, agent = self._transcript, self._proof, self.agent
        if transcript is None or proof is None or agent is None or self.is_open:
            raise HandshakeFailed(Refusal.WRONG_STATE)
        if key is not None:
            claimed = proof.invitation
            if claimed is None or not transcript.is_signed(claimed.signature, key, "invitee"):
                raise HandshakeFailed(Refusal.INVITATION_UNKNOWN)
        self.is_open = True
        return Welcome(signature=transcript.signed_by(self._hosted[agent], "listener"))

    def _challenge(self, hello: Hello) -> Challenge:
        if hello.network != self.ends.network:
            raise HandshakeFailed(Refusal.WRONG_NETWORK)
        common = set(hello.versions) & set(self._versions)
        if not common:
            raise HandshakeFailed(Refusal.NO_VERSION)
        if hello.want not in self._hosted:
            raise HandshakeFailed(Refusal.NOT_HOSTED)
        if hello.nonce == self._nonce or self.ends.here == self.ends.there:
            raise HandshakeFailed(Refusal.BAD_PROOF)
        self._hello, self.agent, self.version = hello, hello.want, max(common)
        return Challenge(version=self.version, nonce=self._nonce)

    def _check(self, hello: Hello, proof: Proof) -> None:
        transcript = Transcript(
            label="handshake",
            network=hello.network,
            versions=hello.versions,
            version=self.version,
            dialler_node=self.ends.there,
            listener_node=self.ends.here,
            dialler=proof.agent,
            listener=hello.want,
            dialler_nonce=hello.nonce,
            listener_nonce=self._nonce,
        )
        if proof.agent in self._hosted:
            raise HandshakeFailed(Refusal.BAD_PROOF)
        if not transcript.is_signed(proof.signature, proof.agent, "dialler"):
            raise HandshakeFailed(Refusal.BAD_PROOF)
        self._transcript, self._proof, self.peer = transcript, proof, proof.agent
