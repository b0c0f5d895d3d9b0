"""What two people grant each other, as sentences from our side (ux.md 5.4 A3)."""

from __future__ import annotations

from wallet.engine.api.views import SideTerms
from wallet.gui.text import Figures, Words, plain, say

MEMO_LIMIT = 200


def terms_sentences(
    partner: Words, mine: SideTerms, theirs: SideTerms, memo: str, figures: Figures
) -> tuple[Words, ...]:
    """Say limits, notice and purpose; `mine` is what we grant the partner."""
    they = figures.with_unit(mine.limit)
    i = figures.with_unit(theirs.limit)
    if mine.call_days == theirs.call_days:
        notice = say("invite.sentence.notice", n=mine.call_days)
    else:
        notice = say(
            "invite.sentence.notice_two",
            mine=mine.call_days,
            theirs=theirs.call_days,
            partner=partner,
        )
    said = [
        say("invite.sentence.they", partner=partner, amount=they),
        say("invite.sentence.i", partner=partner, amount=i),
        notice,
    ]
    if memo.strip():
        said.append(say("invite.sentence.for", memo=plain(memo, MEMO_LIMIT)))
    return tuple(said)
