"""Sentences of payments that are signed together, all or none."""

from __future__ import annotations

SENTENCES: dict[str, str | tuple[str, str]] = {
    "batch.name": "Signed together",
    "batch.line": "{n} payments together: {amounts}. All of them count, or none.",
    "batch.amounts": "{n} payments: {amounts}",
    "batch.more": ("{amounts} and one more", "{amounts} and {n} more"),
    "batch.refused": "Of {n} payments that were to be signed together {partner}'s wallet "
    "declined this one. The others go on without it.",
    "batch.waits_for": "It was to be signed together with others. Of these {partner}'s wallet "
    "declined {amount} for {memo}. This one is tried again without it.",
    "batch.waits_plain": "It was to be signed together with others. Of these {partner}'s wallet "
    "declined {amount}. This one is tried again without it.",
    "batch.waits_alone": "It was to be signed together with others, one of which was declined. "
    "Nobody said which, so each is tried by itself.",
}
