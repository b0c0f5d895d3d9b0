"""The liar: a wallet whose owner changed the program.

It withholds, repeats old messages, sends altered and fabricated ones, shows a stop at a place it
never gave up, and uses certificates after it has stopped.  Its links are honest: nobody can speak
in another's name.
"""

from __future__ import annotations

import random
from typing import Any

import msgspec

from tests.sim.world import Wallet, World
from wallet.crypto.encoding import NotCanonical, encode
from wallet.engine.work import Ready
from wallet.model.actions import hash_entry, sign_action
from wallet.model.networks import COMMONS
from wallet.protocol.chain.append import Head, create_private
from wallet.protocol.messages.countersigning import (
    Cancel,
    ParkEntry,
    Salt32,
    SessionSignature,
    SlotEvidence,
    Status,
)
from wallet.protocol.messages.frame import make_frame, read_frame, write_frame

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Liar:
    """Twists what leaves the wallets of liars."""

    def __init__(self, world: World) -> None:
        self.old: list[Ready] = []
        self.random = random.Random(world.random.random())

    def twist(self, world: World, wallet: Wallet, ready: Ready) -> list[Ready]:
        """What leaves instead of this message."""
        if world.calm:
            return [ready]
        self.old.append(ready)
        out: list[Ready] = [] if self.random.random() < 0.2 else [ready]
        if self.random.random() < 0.2:
            old = self.random.choice(self.old)
            out.append(old)
        if self.random.random() < 0.2:
            out += self._altered(wallet, self.random.choice(self.old))
        if self.random.random() < 0.3:
            out += self._fabricated(wallet)
        return out

    def _make(self, wallet: Wallet, to: Any, kind: str, body: Any) -> Ready:
        frame = make_frame(kind, COMMONS.id, wallet.agent, to, body)
        return Ready(to, frame.id, write_frame(frame))

    def _altered(self, wallet: Wallet, ready: Ready) -> list[Ready]:
        """The same message with one value changed, somewhere."""
        frame = read_frame(ready.frame[4:])
        body = msgspec.json.decode(bytes(frame.body))
        self._change(body)
        try:
            raw = encode(body)
        except NotCanonical:
            return []
        return [self._make(wallet, ready.recipient, frame.kind, raw)]

    def _change(self, body: Any) -> None:
        while isinstance(body, dict | list) and body:
            key = self.random.choice(sorted(body) if isinstance(body, dict) else range(len(body)))
            value = body[key]
            if isinstance(value, dict | list):
                body = value
                continue
            if isinstance(value, bool):
                body[key] = not value
            elif isinstance(value, int):
                body[key] = self.random.choice((value + 1, value - 1, -value, 0, 2**53 - 1))
            elif isinstance(value, str) and value:
                place = self.random.randrange(len(value))
                body[key] = value[:place] + self.random.choice(LETTERS) + value[place + 1 :]
            elif isinstance(body, dict):
                del body[key]
            return

    def _fabricated(self, wallet: Wallet) -> list[Ready]:
        """Lies about a session of ours: a stop, a certificate, a garbage signature, a cancel."""
        rows = wallet.store.database.fetch_all("SELECT session FROM session ORDER BY session")
        if not rows:
            return []
        one = wallet.store.sessions.get(self.random.choice(rows)[0])
        assert one is not None
        lies: list[Any] = [Cancel(session=one.record.session)]
        response = one.responses.get(wallet.agent)
        if response is not None:
            park = ParkEntry(session=one.record.session, data=one.data, stop=True)
            salt, body = bytes(32), response.body
            head = Head(body.top, body.seq - 1, body.top_time)
            entry = hash_entry(encode(park))
            action = create_private(wallet.agent, head, entry, salt, body.top_time)
            shown = sign_action(action, wallet.signer, COMMONS.id)
            evidence = SlotEvidence(action=shown, salt=Salt32.of(salt), park=park)
            lies.append(
                Status(
                    session=one.record.session, attempt=self.random.randrange(99), evidence=evidence
                )
            )
        if one.data is not None and set(one.record.signers) <= set(one.signatures):
            lies.append(one.certificate())
        if one.data is not None and one.signatures:
            any_one = self.random.choice([one.signatures[each] for each in sorted(one.signatures)])
            lies.append(
                SessionSignature(session=one.record.session, data=one.data, signature=any_one)
            )
        lie = self.random.choice(lies)
        return [self._make(wallet, one.partner, lie.KIND, lie)]
