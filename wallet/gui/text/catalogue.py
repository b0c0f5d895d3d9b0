"""All sentences in one place, joined from the subjects. A key begins with its subject."""

from __future__ import annotations

from wallet.gui.text import (
    activity,
    amending,
    batches,
    common,
    deciding,
    faults,
    first_run,
    home,
    invite,
    papers,
    pay,
    receiving,
    scan,
    session,
    shell,
    status,
    tallies,
)

Sentence = str | tuple[str, str]


def join(*subjects: dict[str, Sentence]) -> dict[str, Sentence]:
    """Join the subjects. Raises `ValueError` when two name the same key."""
    joined: dict[str, Sentence] = {}
    for sentences in subjects:
        if twice := joined.keys() & sentences.keys():
            raise ValueError(f"named twice: {sorted(twice)}")
        joined |= sentences
    return joined


CATALOGUE: dict[str, Sentence] = join(
    activity.SENTENCES,
    amending.SENTENCES,
    batches.SENTENCES,
    common.SENTENCES,
    deciding.SENTENCES,
    faults.SENTENCES,
    first_run.SENTENCES,
    home.SENTENCES,
    invite.SENTENCES,
    papers.SENTENCES,
    pay.SENTENCES,
    receiving.SENTENCES,
    scan.SENTENCES,
    session.SENTENCES,
    shell.SENTENCES,
    status.SENTENCES,
    tallies.SENTENCES,
)
