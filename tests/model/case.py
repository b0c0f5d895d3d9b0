"""What is searched: how many signers, who decides, who lies, by which tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from wallet.model.credit import Mode
from wallet.protocol.countersign import signer, witness


@dataclass(frozen=True)
class Case:
    """One search.

    Seat 0 proposes, and in a payment pays; seat 1 is asked, and in a payment is paid.  In mode P
    seat 0 signs last; in mode E the last seat is the enzyme; in mode Q nobody is, and `witnesses`
    vote, of whom `needed` must agree.
    """

    name: str
    signers: int  # the enzyme among them
    kind: str
    mode: Mode = "P"
    witnesses: int = 0
    needed: int = 0
    liar: int | None = None  # the seat of a signer who sends whatever it can construct
    liars_who_vote: int = 0  # witnesses who say both yes and no
    table: Any = signer.machine
    witness_table: Any = witness.machine
    laws: frozenset[str] | None = None  # None: all of them
    passes_on: bool = True  # who gave up shows what it was shown; else what stands at its own place
    lets_signatures_out_early: bool = False  # N3
    promise_is_claim: bool = False  # N4
    aborts_that_decide: int = 0  # 0: as many as leave too few for a commit
    most: int = 5_000_000

    @cached_property
    def honest(self) -> tuple[int, ...]:
        """The seats that follow the table."""
        return tuple(seat for seat in range(self.signers) if seat != self.liar)

    @cached_property
    def parties(self) -> tuple[int, ...]:
        """The seats that the entry is about: all but an enzyme's."""
        return tuple(seat for seat in range(self.signers) if seat != self.enzyme)

    @property
    def hears_once(self) -> bool:
        """Whether it matters that the pump hands a slot shown unasked over once: a stop (N7)."""
        return self.kind == "payment"

    @cached_property
    def enzyme(self) -> int | None:
        """The seat that decides in mode E."""
        return self.signers - 1 if self.mode == "E" else None

    @cached_property
    def completer(self) -> int | None:
        """The seat that signs last."""
        return {"P": 0, "E": self.signers - 1, "Q": None}[self.mode]

    @cached_property
    def aborts_needed(self) -> int:
        """So many abort votes prove that no commit can come."""
        return self.aborts_that_decide or self.witnesses - self.needed + 1
