"""Two offers side by side: what changed, row by row, from our side (ux.md 5.4 A5)."""

from __future__ import annotations

from msgspec import Struct

from wallet.engine.api.views import TermsView
from wallet.gui.text import Figures, Words, plain, say
from wallet.gui.viewmodels.signers import terms_words

MEMO_LIMIT = 200


class DiffRow(Struct, frozen=True):
    """One term: what it is, the value before ("" when there was no former offer) and now."""

    what: Words
    before: Words
    now: Words
    changed: bool

    @property
    def spoken(self) -> Words:
        """The row as a sentence for a screen reader."""
        if self.changed:
            return say("offer.spoken_changed", what=self.what, before=self.before, now=self.now)
        key = "offer.spoken_same" if self.before else "offer.spoken_plain"
        return say(key, what=self.what, now=self.now)


CONTRACT = "offer.row.contract"


def diff_of(terms: TermsView, partner: Words, figures: Figures) -> tuple[DiffRow, ...]:
    """Compare an offer with the one before it; without one, every row is unchanged."""
    now = _values(terms, partner, figures)
    before = _values(terms.before, partner, figures) if terms.before else {}
    if terms.before is not None:
        if terms.before.contract.digest == terms.contract.digest:
            before[CONTRACT] = now[CONTRACT]  # of a former offer only the digest may be kept
        elif before[CONTRACT] == now[CONTRACT]:  # the same first line above another text
            now[CONTRACT] = say("offer.contract_other", title=now[CONTRACT])
    return tuple(
        DiffRow(
            say(key, partner=partner),
            before.get(key, Words("")),
            value,
            bool(before) and before[key] != value,
        )
        for key, value in now.items()
    )


def count_changes(rows: tuple[DiffRow, ...]) -> int:
    """Count the rows that differ."""
    return sum(row.changed for row in rows)


def _values(terms: TermsView, partner: Words, figures: Figures) -> dict[str, Words]:
    """Return each term's value in words, by the key of its label."""
    none = say("offer.none")
    return {
        # What I grant is what the partner may owe me.
        "offer.row.they": figures.show(terms.mine.limit),
        "offer.row.mine": figures.show(terms.theirs.limit),
        "offer.row.mine_days": say("offer.days", n=terms.mine.call_days),
        "offer.row.they_days": say("offer.days", n=terms.theirs.call_days),
        "offer.row.direction": say(f"offer.direction.{terms.direction.value}", partner=partner),
        "offer.row.memo": plain(terms.memo, MEMO_LIMIT) or none,
        "offer.row.signing": terms_words(terms.signing),
        CONTRACT: plain(terms.contract.title, MEMO_LIMIT) or none,
    }
