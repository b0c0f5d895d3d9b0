"""What a payment would do to a tally, before anybody is asked (ux.md 5.5).

The engine decides in the end; this only reads the view that is on screen.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from wallet.engine.api.views import TallyState, TallyView

MEMO_LIMIT = 200


class Effect(Struct, frozen=True):
    """A payment of `amount` on a tally; all in milli-units, balances as in TallyView."""

    before: int
    after: int
    room: int  # what can be paid within the agreement now
    room_after: int  # what could still be paid afterwards
    over: int  # by how much it exceeds the room; 0: within

    @property
    def is_over(self) -> bool:
        """Whether the partner may decline because of the limit."""
        return self.over > 0


def effect_of(tally: TallyView, amount: int) -> Effect:
    """Compute what paying `amount` (at least 0) does to the tally."""
    room = tally.room_to_pay
    return Effect(
        before=tally.balance,
        after=tally.balance - amount,
        room=room,
        room_after=max(0, room - amount),
        over=max(0, amount - room),
    )


def payable(tallies: Iterable[TallyView]) -> tuple[TallyView, ...]:
    """Return the tallies one can pay on: the open ones."""
    return tuple(tally for tally in tallies if tally.state is TallyState.OPEN)


def tallies_with(tallies: Iterable[TallyView], account: str) -> tuple[TallyView, ...]:
    """Return the open tallies with one partner, the best first: online, then most room."""
    same = [tally for tally in payable(tallies) if tally.partner.account == account]
    return tuple(sorted(same, key=lambda one: (-one.room_to_pay, one.id)))
