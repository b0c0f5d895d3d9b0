"""What a session promises and signs: derived by everyone alike, checked before any table.

Source: countersigning.md, *Data*; rules R1, R9.  Everybody who knows the session secret k can
derive everybody's action; nobody else can recognise or pair them.
"""

from __future__ import annotations

from msgspec import Struct

from wallet.crypto.encoding import Base64, NotCanonical, decode, encode
from wallet.crypto.hashing import Hash, blake, digest
from wallet.crypto.ids import AgentId, EntryHash, NetworkId
from wallet.crypto.sealing import CannotOpen, open_box, open_sealed, seal, seal_to
from wallet.crypto.signing import BadSignature, Label, Signature, Signer, verify
from wallet.model.actions import PRIVATE, Create, commit_to, hash_action, hash_entry
from wallet.model.credit import ALONE, Signing
from wallet.model.errors import RuleBroken
from wallet.model.identity import Salt
from wallet.model.instants import Microseconds, round_to_hour
from wallet.model.limits import (
    CLOCK_AHEAD_MS,
    MIN_REMAINING_MS,
    PREFLIGHT_BYTES,
    SESSION_ENTRY_BYTES,
    SESSION_MAX_MS,
    SESSION_MIN_MS,
)
from wallet.protocol.countersign.votes import set_of
from wallet.protocol.messages.countersigning import (
    AMEND,
    ENZYME,
    OPEN,
    PAPER,
    PAYMENT,
    AmendEntry,
    DecisionEntry,
    Kind,
    OpenEntry,
    PaperEntry,
    PaymentEntry,
    Preflight,
    Response,
    ResponseBody,
    Seat,
    SessionData,
    SessionEntry,
    Why,
)

_ENTRY = b"tallystick session entry"
_KINDS: dict[type, Kind] = {
    PaymentEntry: PAYMENT,
    OpenEntry: OPEN,
    AmendEntry: AMEND,
    PaperEntry: PAPER,
}
SECRET = 32
"""Bytes of the session secret k; who may read the entry gets as many again: the entry's key."""


class Secrets(Struct, frozen=True):
    """What the preflight seals: k for all, and for signers the key of the entry."""

    k: bytes
    entry: bytes = b""  # empty: enzyme and witnesses never read the entry

    @property
    def raw(self) -> bytes:
        """As it is sealed and stored."""
        return self.k + self.entry

    @classmethod
    def of(cls, raw: bytes) -> Secrets:
        """Read it back."""
        return cls(raw[:SECRET], raw[SECRET:])


class Dice(Struct, frozen=True):
    """The random bytes a new session needs, thrown by the caller."""

    nonce: bytes  # 16
    secret: bytes  # 64: k and the entry's key
    ephemeral: bytes  # 32, for sealing k; each signer's seed is derived from it
    box: bytes  # 24


def make_preflight(
    network: NetworkId,
    entry: SessionEntry,
    signers: tuple[Seat, ...],
    start: int,
    window: int,
    dice: Dice,
    signing: Signing = ALONE,
) -> tuple[Preflight, Base64]:
    """Make the preflight and the sealed entry that travels beside it.

    `start` in milliseconds UTC, `window` in milliseconds (SESSION_MIN_MS … SESSION_MAX_MS).
    `signers` begin with the initiator; in mode E the enzyme is put before them.
    """
    plain = encode(entry)
    secrets = Secrets.of(dice.secret)
    helpers = signing.agents
    seats = tuple(Seat(agent=agent, role=ENZYME) for agent in helpers if signing.mode == "E")
    blind = frozenset(helpers)
    initiator = signers[0].agent
    readers = [seat.agent for seat in (*seats, *signers) if seat.agent != initiator]
    witnesses = helpers if signing.mode == "Q" else ()
    sealed = tuple(
        Base64.of(
            seal_to(
                agent,
                secrets.k if agent in blind else secrets.raw,
                blake(dice.ephemeral + bytes([place])),
            )
        )
        for place, agent in enumerate((*readers, *witnesses))
    )
    preflight = Preflight(
        version=1,
        network=network,
        nonce=Salt.of(dice.nonce),
        kind=_KINDS[type(entry)],
        entry=hash_entry(plain),
        signers=(*seats, *signers),
        start=start,
        end=start + window,
        secrets=sealed,
        mode=signing.mode,
        enzyme=helpers[0] if helpers else None,
        witnesses=witnesses,
        needed=signing.needed,
    )
    return preflight, seal_entry(secrets, plain, dice.box)


def seal_entry(secrets: Secrets, plain: bytes, nonce: bytes) -> Base64:
    """The entry as it travels beside the preflight; `nonce` is 24 random bytes."""
    return Base64.of(seal(_entry_key(secrets), plain, nonce, _ENTRY))


def session_of(preflight: Preflight) -> Hash:
    """F: the name of the session."""
    return digest(preflight)


def check_shape(preflight: Preflight, network: NetworkId, size: int) -> None:
    """Check what makes a preflight malformed whatever the time is.

    Raises:
        RuleBroken: too large, another network, a key twice, no such mode here, a window outside
            the limits (F34, F43, F46).
    """
    if size > PREFLIGHT_BYTES:
        raise RuleBroken("preflight too large")
    if preflight.network != network:
        raise RuleBroken("preflight of another network")
    agents = [*preflight.agents, *preflight.witnesses]
    if len(set(agents)) != len(agents) or len(preflight.secrets) != len(agents) - 1:
        raise RuleBroken("preflight names a key twice or lacks a secret")
    if not _fits_mode(preflight):
        raise RuleBroken("signers or witnesses unfit for the mode")
    if not SESSION_MIN_MS <= preflight.end - preflight.start <= SESSION_MAX_MS:
        raise RuleBroken("session window outside the limits")


def _fits_mode(preflight: Preflight) -> bool:
    """Whether enzyme, witnesses and votes are those of the mode (F34)."""
    enzymes = [seat.agent for seat in preflight.signers if seat.role == ENZYME]
    votes, needed = len(preflight.witnesses), preflight.needed
    if preflight.mode == "E":
        alone = len(preflight.signers) >= 3 and preflight.signers[0].role == ENZYME
        return enzymes == [preflight.enzyme] and alone and not votes and not needed
    if enzymes:
        return False
    if preflight.mode == "Q":
        return preflight.enzyme in preflight.witnesses[:1] and votes < 2 * needed <= 2 * votes
    return preflight.enzyme is None and not votes and not needed


def judge_time(preflight: Preflight, now: int) -> Why | None:
    """Why this session cannot be accepted at `now` (ms UTC, own clock); None when it can."""
    if preflight.start > now + CLOCK_AHEAD_MS:
        return "future"
    if preflight.end < now + MIN_REMAINING_MS:
        return "expired"
    return None


def open_secret(preflight: Preflight, me: Signer) -> Secrets:
    """The session secret k as sealed to us, and where we are a party, the key of the entry.

    Raises:
        RuleBroken: nothing was sealed to us, or the box is damaged.
    """
    others = [agent for agent in preflight.agents if agent != preflight.initiator]
    blind = {preflight.enzyme, *preflight.witnesses}
    for place, agent in enumerate((*others, *preflight.witnesses)):
        if agent == me.agent:
            try:
                secret = open_sealed(me, preflight.secrets[place].raw)
            except CannotOpen:
                break
            if len(secret) == (SECRET if agent in blind else 2 * SECRET):
                return Secrets.of(secret)
    raise RuleBroken("the session secret is not sealed to us")


def open_entry(preflight: Preflight, secrets: Secrets, box: Base64 | None) -> SessionEntry:
    """The entry beside the preflight, checked against the hash in it (F7).

    Raises:
        RuleBroken: absent, damaged, not canonical, of another kind, or another entry.
    """
    if box is None or len(box) > SESSION_ENTRY_BYTES * 4 // 3 + 64:
        raise RuleBroken("session entry missing or too large")
    try:
        plain = open_box(_entry_key(secrets), box.raw, _ENTRY)
        entry: SessionEntry = decode(plain, SessionEntry)  # type: ignore[arg-type]
    except (CannotOpen, NotCanonical):
        raise RuleBroken("the session entry cannot be read") from None
    if hash_entry(plain) != preflight.entry:
        raise RuleBroken("another entry than the preflight says")
    if preflight.kind != _KINDS[type(entry)]:
        raise RuleBroken("another kind of entry than the preflight says")
    return entry


def respond(session: Hash, me: Signer, network: NetworkId, body: ResponseBody) -> Response:
    """Sign our own response."""
    return Response(body=body, signature=me.sign(Label.RESPONSE, network, digest(body).raw))


def check_response(response: Response, session: Hash, agent: AgentId, network: NetworkId) -> None:
    """Check that `agent` promised a place for this very session (F8).

    Raises:
        RuleBroken: another session or agent, or a wrong signature.
    """
    body = response.body
    if body.session != session or body.agent != agent:
        raise RuleBroken("a response of another session or agent")
    try:
        verify(agent, Label.RESPONSE, network, digest(body).raw, response.signature)
    except BadSignature:
        raise RuleBroken("a response with a wrong signature") from None


def data_of(session: Hash, responses: tuple[Response, ...]) -> SessionData:
    """The session data: fixed once all responses are there."""
    return SessionData(session=session, responses=responses)


def salt_of(secret: bytes, data: Hash, agent: AgentId) -> bytes:
    """The salt of a signer's commitment: BLAKE2b(k ‖ SD ‖ agent)."""
    return blake(secret + data.raw + agent.core)


def derive_action(
    preflight: Preflight,
    secret: bytes,
    data: Hash,
    body: ResponseBody,
    others: tuple[Signature, ...] = (),
) -> Create:
    """The ordinary private `create` that this signer writes at its promised place.

    `secret` is k.  An enzyme's commits to `others`, the session signatures of all other signers
    in order, so that nobody but who has seen them all can have signed it (mode E).
    """
    hour = round_to_hour(Microseconds(preflight.start * 1000))
    entry = preflight.entry
    if preflight.mode == "E" and body.agent == preflight.enzyme:
        entry = entry_hash_of(decision_of(body.session, data, others))
    return Create(
        author=body.agent,
        timestamp=max(hour, body.top_time),
        seq=body.seq,
        prev=body.top,
        entry_type=PRIVATE,
        commitment=commit_to(entry, salt_of(secret, data, body.agent)),
    )


def decision_of(session: Hash, data: Hash, others: tuple[Signature, ...]) -> DecisionEntry:
    """What an enzyme writes when it completes a session."""
    return DecisionEntry(session=session, data=data, set=set_of(others))


def promise(action: Create, me: Signer, network: NetworkId) -> Signature:
    """Our session signature: same bytes as the published one, another label (F29, N4)."""
    return me.sign(Label.PROMISE, network, hash_action(action).core)


def check_promise(action: Create, signature: Signature, network: NetworkId) -> None:
    """Check a signer's session signature over its derived action (F12, F13).

    Raises:
        RuleBroken: it is wrong.
    """
    try:
        verify(action.author, Label.PROMISE, network, hash_action(action).core, signature)
    except BadSignature:
        raise RuleBroken("a session signature that is wrong") from None


def entry_hash_of(entry: SessionEntry | DecisionEntry) -> EntryHash:
    """The id of what a session writes."""
    return hash_entry(encode(entry))


def _entry_key(secrets: Secrets) -> bytes:
    return blake(_ENTRY + secrets.entry)
