"""Sentences of what is accepted without asking: on a tally, and on all tallies together."""

from __future__ import annotations

SENTENCES: dict[str, str | tuple[str, str]] = {
    "receiving.none": "No bound of your own: whatever {partner} may owe you is accepted.",
    "receiving.per_chit": "Up to {amount} in one payment. For a larger one you are asked; "
    "it is not refused.",
    "receiving.per_day": "Up to {amount} in one day. Beyond it you are asked; nothing is refused.",
    "receiving.today": "{amount} came in today without asking.",
    "receiving.set": "Set bounds…",
    "receiving.every": "All tallies together…",
    "receiving.chit_label": "Without asking, in one payment",
    "receiving.day_label": "Without asking, in one day",
    "receiving.chit_hint": "For a larger payment you are asked; it is not refused. "
    "Empty: no bound of your own.",
    "receiving.day_hint": "Beyond it you are asked; nothing is refused. "
    "A day ends at 0:00 UTC. Empty: no bound of your own.",
    "receiving.save": "Keep",
    "receiving.cancel": "Leave it",
    "receiving.same": "Nothing is changed.",
    # Over all tallies.
    "receiving.title": "Receiving",
    "receiving.all_none": "All tallies together have no bound; "
    "each accepts without asking what you said there.",
    "receiving.all_day": "All tallies together accept up to {amount} in one day without asking. "
    "Beyond it you are asked; nothing is refused.",
    "receiving.all_label": "Without asking, in one day on all tallies together",
    "receiving.all_set": "Set a bound…",
}
