"""The text a new tally is made under, unless the partners bring their own.

Source: product.md, D8; records.md, *Tally*: an agreement holds the hash of this text, so a word
changed here is another contract: add a new one, never edit one that was released.
"""

from __future__ import annotations

from wallet.crypto.hashing import Hash, hash_bytes

PLAIN_CONTRACT = """\
Open account between two who trust each other

1. We keep one account. Each entry on it is signed by the one who owes because of it.
2. Each of us lets the other owe up to the limit we wrote down. Above it, nobody must accept.
3. What is owed is owed: it is paid back in goods, work, money we both accept, or by clearing.
4. Either of us may ask to settle. Then we settle within the days of notice we wrote down.
5. No interest is charged unless we wrote it down.
6. The account ends when both agree that nothing is owed. Our records stay with each of us.
7. If we disagree, we compare our signed records first, and then ask someone we both trust.
"""


def contract_digest(text: str) -> Hash:
    """The hash by which an agreement names its contract."""
    return hash_bytes(text.encode())


PLAIN_DIGEST = contract_digest(PLAIN_CONTRACT)


def contract_text(text: str, digest: Hash) -> str:
    """The text of this digest: as it came, or one that every wallet knows; else empty."""
    if text and contract_digest(text) == digest:
        return text
    return PLAIN_CONTRACT if digest == PLAIN_DIGEST else ""
