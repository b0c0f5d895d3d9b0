"""Payments brought to a point, and modified clients: what the tests of faults share."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from tests.helpers.builders import a_salt
from tests.helpers.pair import (
    POLICY_MS,
    Letter,
    Pair,
    a_pair,
)
from wallet.crypto.encoding import encode
from wallet.crypto.signing import Signer
from wallet.engine.api import commands
from wallet.model.actions import hash_entry, sign_action
from wallet.model.credit import pledge
from wallet.model.networks import COMMONS
from wallet.protocol.chain.append import Head, create_private
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.countersign.signer import State
from wallet.protocol.credit.chit import State as ChitState
from wallet.protocol.messages.countersigning import (
    BareChit,
    Declined,
    ParkEntry,
    PaymentEntry,
    PreflightReply,
    PreflightRequest,
    Salt32,
    Seat,
    SlotEvidence,
)
from wallet.store.sessions import SessionFile

S = State
NET = COMMONS.id
PRELUDE, REPLY, DATA = "preflight", "preflight-reply", "session-data"
SIGNATURE, CERTIFICATE = "session-signature", "certificate"


def pay_until(kind: str, pair: Pair | None = None) -> tuple[Pair, str, Letter]:
    """Ada pays Bo, up to this message, which waits in the post."""
    pair = pair or a_pair()
    uuid = pair.pay(pair.ada)
    letter = pair.carry(kind)
    assert letter is not None
    return pair, uuid, letter


def steps(pair: Pair, uuid: str) -> tuple[State, State]:
    """Where the payment's session stands on both sides."""
    return pair.ada.step(uuid), pair.bo.step(uuid)


def both(pair: Pair, uuid: str, amount: int = 5_000) -> None:
    """Every honest signer applied, once."""
    pair.agree()
    assert pair.bo.balance == amount
    assert pair.ada.chit_state(uuid) is pair.bo.chit_state(uuid) is ChitState.GOOD


def nobody(pair: Pair, uuid: str) -> None:
    """Nobody applied, and nobody is locked."""
    assert (pair.ada.balance, pair.bo.balance) == (0, 0)
    assert not pair.ada.is_locked
    assert not pair.bo.is_locked
    assert pair.bo.chit_state(uuid) is not ChitState.GOOD
    pair.check()


def withdraw(pair: Pair, uuid: str) -> None:
    pair.wish(pair.ada, commands.WithdrawPayment(uuid))


OTHER_NETWORK = replace(COMMONS, name="elsewhere").id


def propose(
    pair: Pair, entry: Any, *, payer_first: bool = True, window: int = POLICY_MS
) -> list[tuple[Any, int]]:
    """Ada's modified client asks Bo to countersign any entry."""
    roles = ("payer", "payee") if isinstance(entry, PaymentEntry) else ("initiator", "acceptor")
    if not payer_first:
        roles = roles[::-1]
    seats = (
        Seat(agent=pair.ada.agent, role=roles[0]),  # type: ignore[arg-type]
        Seat(agent=pair.bo.agent, role=roles[1]),  # type: ignore[arg-type]
    )
    dice = rules.Dice(*(pair.ada.dice.token(size) for size in (16, 64, 32, 24)))
    now = pair.ada.clock.wall_ms()
    preflight, box = rules.make_preflight(NET, entry, seats, now, window, dice)
    return pair.send(pair.ada, PreflightRequest(preflight=preflight, entry=box))


def an_entry(pair: Pair, **chit: Any) -> PaymentEntry:
    uuid = pair.pay(pair.ada)
    pair.post.clear()
    entry = pair.ada.session(uuid).entry
    assert isinstance(entry, PaymentEntry)
    session = pair.ada.session(uuid).record.session
    pair.wish(pair.ada, commands.StopSession(session))
    pair.post.clear()
    return replace(entry, chits=(replace(entry.chits[0], uuid=a_salt(uuid), **chit),))


def last_answer(pair: Pair) -> str:
    found = pair.take(REPLY).body(PreflightReply).answer
    return found.why if isinstance(found, Declined) else "accepted"


def a_bare(pair: Pair, uuid: str) -> BareChit:
    chit = pair.ada.chit(uuid).chit
    me = pair.ada.pump.me
    return BareChit(chit=chit, pledge=pledge(chit, me.authority, me.signer, me.network))


def a_slot(signer: Signer, one: SessionFile, salt: bytes, *, stop: bool | None) -> SlotEvidence:
    """A lie of a signer: a park, or (None) something else, at its promised place."""
    body = one.responses[signer.agent].body
    park = ParkEntry(session=one.record.session, data=one.data, stop=bool(stop))
    head = Head(body.top, body.seq - 1, body.top_time)
    action = create_private(signer.agent, head, hash_entry(encode(park)), salt, body.top_time)
    shown = sign_action(action, signer, COMMONS.id)
    if stop is None:
        return SlotEvidence(action=shown)
    return SlotEvidence(action=shown, salt=Salt32.of(salt), park=park)
