"""What the effects of the table mean, on the paper of the model: one transaction under way.

Read together with wallet/engine/desks/countersigning.py (effects), slots.py and chainbook.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.model.case import Case
from tests.model.side import VOTES, Letter, Lock, Place, Side, State, number
from wallet.crypto.ids import AgentId
from wallet.protocol.countersign import signer
from wallet.protocol.effects import ClearTimer, Report, SetTimer
from wallet.protocol.machine import Effect


class Work:
    """One transaction under way."""

    def __init__(self, side: Side, case: Case) -> None:
        self.side = side
        self.case = case
        self.letters: list[Letter] = []
        self.broken = ""
        self.me = number(side.session.me)
        self.others = [seat for seat in map(number, side.session.signers) if seat != self.me]

    def do(self, effect: Effect) -> None:
        """Carry out one effect; those without a hand change nothing that decides."""
        hand = getattr(self, "_" + type(effect).__name__, None)
        if hand is not None:
            hand(effect)

    def _set(self, **changes: Any) -> None:
        self.side = self.side._replace(**changes)

    def _break(self, what: str) -> None:
        self.broken = self.broken or what

    def _send(self, kind: str, to: Sequence[int]) -> None:
        self.letters += [Letter(kind, self.me, seat) for seat in to]

    def _write(self, place: Place) -> None:
        if self.side.place is not Place.EMPTY or not self.side.promised:
            self._break(f"fork: {place.value} where {self.side.place.value} stands")
        self._set(place=place)

    def _targets(self, to: AgentId | None) -> list[int]:
        return self.others if to is None else [number(to)]

    def _SetTimer(self, effect: SetTimer) -> None:
        self._set(timers=self.side.timers | {effect.name})

    def _ClearTimer(self, effect: ClearTimer) -> None:
        self._set(timers=self.side.timers - {effect.name})

    def _LockChain(self, _: Effect) -> None:
        if self.side.lock is not Lock.FREE or self.side.promised:
            self._break("lock: taken twice")
        self._set(lock=Lock.OURS, promised=True)

    def _UnlockChain(self, _: Effect) -> None:
        if self.side.lock is Lock.OURS:
            self._set(lock=Lock.FREE)

    def _SendPreflight(self, _: Effect) -> None:
        self._send("preflight", self.others)

    def _SendAccept(self, _: Effect) -> None:
        self._send("accept", [0])

    def _SendDecline(self, _: Effect) -> None:
        self._send("decline", [0])

    def _SendCancel(self, _: Effect) -> None:
        self._send("cancel", self.others)

    def _SendSessionData(self, _: Effect) -> None:
        self._set(data=True)
        self._send("data", self.others)

    def _SendSignature(self, _: Effect) -> None:
        self._sign()
        if self.case.completer is None:
            self._send("request", [self.me])  # to witnesses, see ballots.py
        else:
            self._send("signature", [self.case.completer])

    def _sign(self) -> None:
        if self.side.lock is not Lock.OURS or self.side.place is not Place.EMPTY:
            self._break("word: a promise without the lock")
        self._set(promise=True, signatures=self.side.signatures | {self.me})

    def _Finalise(self, _: Effect) -> None:
        self._sign()
        self._write(Place.FINALISED)

    def _WritePark(self, effect: signer.WritePark) -> None:
        self._write(Place.STOPPED if effect.stop else Place.PARKED)

    def _SendSlot(self, effect: signer.SendSlot) -> None:
        once = effect.to is None and self.case.hears_once
        side, kind = self.side, "slot" if once else "shown"
        passes_on = self.case.passes_on and side.session.state is State.ABORTED
        if passes_on and side.proof is not None:
            author, place = side.proof
            if author == VOTES:
                self._send("abort", self._targets(effect.to))
                return
        else:
            if side.promised and side.place is Place.EMPTY and side.lock is Lock.FREE:
                self._write(Place.STOPPED)
            author, place = self.me, self.side.place
        if place is not Place.EMPTY:
            self.letters += [
                Letter(kind, self.me, seat, place, author) for seat in self._targets(effect.to)
            ]

    def _SendCertificate(self, effect: signer.SendCertificate) -> None:
        if len(self.side.signatures) != len(self.side.session.signers):
            self._break("proof: a certificate without all signatures")
        self._send("certificate", self._targets(effect.to))

    def _SendOwnSignature(self, effect: signer.SendOwnSignature) -> None:
        if self.me not in self.side.signatures:
            self._break("proof: shows a signature it never made")
        self._send("signature", [number(effect.to)])

    def _AskStatus(self, _: Effect) -> None:
        self._send("query", self.others)

    def _SendBare(self, _: Effect) -> None:
        self._set(bare=True)
        self._send("bare", [seat for seat in self.others if seat != self.case.enzyme])

    def _Report(self, effect: Report) -> None:
        if isinstance(effect.fact, signer.Done):
            whole = len(self.side.signatures) == len(self.side.session.signers)
            alone = self.side.bare or self.side.heard_bare or 0 in self.side.signatures
            if not (alone if effect.fact.bare else whole):
                self._break("proof: counts without a proof that stands alone")
            self._set(counts=True)
        if isinstance(effect.fact, signer.StorageLost):
            self._break("proof: its signature is out and its disk does not know")
