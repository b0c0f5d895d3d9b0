"""What a session promises and signs: derived by everyone alike, checked before any table.

Source: countersigning.md, *Data*; rules R1, R9.  Everybody who knows the session secret k can
derive everybody's action; nobody else can recognise or pair them.
"""

from __future__ import annotations

from dataclasses import dataclass

from wallet.crypto.encoding import Base64, NotCanonical, decode, encode
from wallet.crypto.hashing import Hash, blake, digest
from wallet.crypto.ids import ActionHash, AgentId, EntryHash, NetworkId
from wallet.crypto.sealing import CannotOpen, open_box, open_sealed, seal, seal_to
from wallet.crypto.signing import BadSignature, Label, Signature, Signer, verify
from wallet.model.actions import PRIVATE, Create, commit_to, hash_action, hash_entry
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
from wallet.protocol.messages.countersigning import (
    OPEN,
    PAYMENT,
    Kind,
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


@dataclass(frozen=True, slots=True)
class Dice:
    """The random bytes a new session needs, thrown by the caller."""

    nonce: bytes  # 16
    secret: bytes  # 32: k
    ephemeral: bytes  # 32, for sealing k; each signer's seed is derived from it
    box: bytes  # 24


def make_preflight(
    network: NetworkId,
    entry: SessionEntry,
    signers: tuple[Seat, ...],
    start: int,
    window: int,
    dice: Dice,
) -> tuple[Preflight, Base64]:
    """Make the preflight and the sealed entry that travels beside it.

    `start` in milliseconds UTC, `window` in milliseconds (SESSION_MIN_MS … SESSION_MAX_MS).
    """
    plain = encode(entry)
    kind: Kind = PAYMENT if isinstance(entry, PaymentEntry) else OPEN
    secrets = tuple(
        Base64.of(seal_to(seat.agent, dice.secret, blake(dice.ephemeral + bytes([place]))))
        for place, seat in enumerate(signers[1:])
    )
    preflight = Preflight(
        version=1,
        network=network,
        nonce=Salt.of(dice.nonce),
        kind=kind,
        entry=hash_entry(plain),
        signers=signers,
        start=start,
        end=start + window,
        secrets=secrets,
    )
    return preflight, seal_entry(dice.secret, plain, dice.box)


def seal_entry(secret: bytes, plain: bytes, nonce: bytes) -> Base64:
    """The entry as it travels beside the preflight; `nonce` is 24 random bytes."""
    return Base64.of(seal(_entry_key(secret), plain, nonce, _ENTRY))


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
    agents = [seat.agent for seat in preflight.signers]
    if len(set(agents)) != len(agents) or len(preflight.secrets) != len(agents) - 1:
        raise RuleBroken("preflight names a key twice or lacks a secret")
    if preflight.mode != "P" or preflight.enzyme or preflight.witnesses or preflight.needed:
        raise RuleBroken("preflight of a mode this version does not take part in")
    if not SESSION_MIN_MS <= preflight.end - preflight.start <= SESSION_MAX_MS:
        raise RuleBroken("session window outside the limits")


def judge_time(preflight: Preflight, now: int) -> Why | None:
    """Why this session cannot be accepted at `now` (ms UTC, own clock); None when it can."""
    if preflight.start > now + CLOCK_AHEAD_MS:
        return "future"
    if preflight.end < now + MIN_REMAINING_MS:
        return "expired"
    return None


def open_secret(preflight: Preflight, me: Signer) -> bytes:
    """The session secret k, as sealed to us.

    Raises:
        RuleBroken: we are not a signer it was sealed to, or the box is damaged.
    """
    for place, seat in enumerate(preflight.signers[1:]):
        if seat.agent == me.agent:
            try:
                secret = open_sealed(me, preflight.secrets[place].raw)
            except CannotOpen:
                break
            if len(secret) == 32:
                return secret
    raise RuleBroken("the session secret is not sealed to us")


def open_entry(preflight: Preflight, secret: bytes, box: Base64) -> SessionEntry:
    """The entry beside the preflight, checked against the hash in it (F7).

    Raises:
        RuleBroken: damaged, not canonical, of another kind, or another entry.
    """
    if len(box) > SESSION_ENTRY_BYTES * 4 // 3 + 64:
        raise RuleBroken("session entry too large")
    try:
        plain = open_box(_entry_key(secret), box.raw, _ENTRY)
        entry: SessionEntry = decode(plain, SessionEntry)  # type: ignore[arg-type]
    except (CannotOpen, NotCanonical):
        raise RuleBroken("the session entry cannot be read") from None
    if hash_entry(plain) != preflight.entry:
        raise RuleBroken("another entry than the preflight says")
    if (preflight.kind == PAYMENT) != isinstance(entry, PaymentEntry):
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


def derive_action(preflight: Preflight, secret: bytes, data: Hash, body: ResponseBody) -> Create:
    """The ordinary private `create` that this signer writes at its promised place."""
    hour = round_to_hour(Microseconds(preflight.start * 1000))
    return Create(
        author=body.agent,
        timestamp=max(hour, body.top_time),
        seq=body.seq,
        prev=body.top,
        entry_type=PRIVATE,
        commitment=commit_to(preflight.entry, salt_of(secret, data, body.agent)),
    )


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


def promised_hash(
    preflight: Preflight, secret: bytes, data: Hash, body: ResponseBody
) -> ActionHash:
    """The id of a signer's session action."""
    return hash_action(derive_action(preflight, secret, data, body))


def entry_hash_of(entry: SessionEntry) -> EntryHash:
    """The id of a session entry."""
    return hash_entry(encode(entry))


def _entry_key(secret: bytes) -> bytes:
    return blake(_ENTRY + secret)
