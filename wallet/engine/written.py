"""What a person writes, in the one form records have, and within what they can hold.

Source: records.md, *Bytes* (NFC) and *Limits*.  Pasted text is often decomposed, and a broken
input method gives half letters: both are put in order here, not refused.
"""

from __future__ import annotations

import unicodedata

from wallet.engine.api.views import Direction, SideTerms
from wallet.model.credit import Half, Terms
from wallet.model.errors import AmountTooLarge, MemoTooLong, WrongState
from wallet.model.limits import MAX_AMOUNT, MEMO_LENGTH

NAME_LENGTH, CONTACT_LENGTH, CONTRACT_LENGTH = 80, 200, 4_096
MAX_CALL_DAYS = 3_660


def words(text: str, limit: int = MEMO_LENGTH) -> str:
    """The text in its one form (NFC, whole letters).

    Raises:
        MemoTooLong: more than `limit` characters.
    """
    whole = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    if len(whole) > limit:
        raise MemoTooLong(limit=limit, length=len(whole))
    return whole


def terms(given: SideTerms) -> Terms:
    """Terms as a record has them.

    Raises:
        AmountTooLarge: a limit below zero or beyond all amounts.
        WrongState: days of notice outside 0 to 3660.
    """
    if not 0 <= given.limit <= MAX_AMOUNT:
        raise AmountTooLarge(str(MAX_AMOUNT + 1), MAX_AMOUNT)
    if not 0 <= given.call_days <= MAX_CALL_DAYS:
        raise WrongState("notice", str(given.call_days), f"0 to {MAX_CALL_DAYS} days")
    return Terms(limit=given.limit, call=given.call_days)


def half(direction: Direction) -> Half:
    """The half that we hold if money normally goes that way."""
    return "stock" if direction is Direction.THEY_OWE_ME else "foil"
