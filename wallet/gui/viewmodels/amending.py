"""Other terms for an open tally: where they stand, what they would change, and the wish for them.

Source: credit.md, *Tally* (change terms); ux.md 5.12.  Until both have signed the former terms
stand; what is owed is never changed by a change of terms.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec.structs import replace

from wallet.engine.api.commands import AmendTally
from wallet.engine.api.views import Contract, SideTerms, TallyState, TallyView, TermsView
from wallet.gui.text import Figures, Words, say
from wallet.gui.viewmodels.states import name_of
from wallet.gui.viewmodels.terms_diff import DiffRow, count_changes, diff_of
from wallet.model.credit import Signing

CONTRACT_LIMIT = 4_096  # characters
TITLE_LIMIT = 80


class Amending(StrEnum):
    """Where a change of terms stands; each is the end of a sentence's key."""

    NONE = "none"
    WAITS = "waits"  # we want it; nobody was asked
    AGAIN = "again"  # the same, and the partner did not look in time
    ASKED = "asked"  # the partner's person has it
    ASKS_ME = "asks_me"  # ours has it
    SIGNING = "signing"  # both sign what the partner asked for
    DOUBT = "doubt"  # we signed, and do not know yet


def amending_of(view: TallyView, wanted: TermsView | None) -> Amending:
    """Tell where a change of a tally's terms stands; `wanted` is what is asked, if anything is."""
    if view.state is not TallyState.OPEN:
        return Amending.NONE
    if view.in_doubt:
        return Amending.DOUBT
    if view.amending:
        if wanted is not None and wanted.session:
            return Amending.ASKED
        return Amending.AGAIN if view.reason == "late" else Amending.WAITS
    if wanted is None:
        return Amending.NONE
    return Amending.ASKS_ME if view.needs_me else Amending.SIGNING


def state_words(state: Amending, partner: Words) -> Words:
    """Say where it stands in one sentence; empty when nothing is under way."""
    if state is Amending.NONE:
        return Words("")
    return say(f"amend.state.{state.value}", partner=partner)


def money_words(state: Amending) -> Words:
    """Say which terms stand meanwhile; empty when nothing is under way."""
    return Words("") if state is Amending.NONE else say(f"amend.money.{state.value}")


def proposed(
    standing: TermsView,
    mine: SideTerms,
    theirs: SideTerms,
    memo: str,
    contract: str | None,
    signing: Signing | None = None,
) -> TermsView:
    """Return the terms as they would stand, before them those that do.

    `contract` or `signing` None: the same.

    They are only drawn: their number, date and fingerprint come from the engine.
    """
    text = standing.contract
    if contract is not None and contract != text.text:
        text = Contract(contract.strip().partition("\n")[0][:TITLE_LIMIT], contract)
    return replace(
        standing,
        memo=memo,
        contract=text,
        mine=mine,
        theirs=theirs,
        signing=signing or standing.signing,
        before=replace(standing, before=None),
    )


def wish_for(wanted: TermsView) -> AmendTally:
    """Return the wish for terms made by `proposed`; what stays as it is is not named."""
    standing = wanted.before
    if standing is None:
        raise ValueError("terms that change nothing")
    return AmendTally(
        wanted.tally,
        wanted.mine,
        wanted.theirs,
        memo=None if wanted.memo == standing.memo else wanted.memo,
        contract=None if wanted.contract == standing.contract else wanted.contract,
        signing=None if wanted.signing == standing.signing else wanted.signing,
    )


def has_other_contract(terms: TermsView) -> bool:
    """Tell whether the contract is another than before."""
    return terms.before is not None and terms.before.contract.digest != terms.contract.digest


def changes_of(wanted: TermsView, partner: Words, figures: Figures) -> tuple[DiffRow, ...]:
    """Return only the rows that change."""
    return tuple(row for row in diff_of(wanted, partner, figures) if row.changed)


def count_words(rows: tuple[DiffRow, ...]) -> Words:
    """Say how many things change."""
    changes = count_changes(rows)
    return say("amend.changed", n=changes) if changes else say("amend.same")


def warnings_of(wanted: TermsView, tally: TallyView, figures: Figures) -> tuple[Words, ...]:
    """Say where more is owed now than the new limits allow: it stays owed (ux.md 5.12)."""
    partner = name_of(tally.partner.name) or say("tallies.nameless")
    said = []
    if tally.balance > wanted.mine.limit:
        amount = figures.show(tally.balance)
        said.append(say("amend.over_they", partner=partner, amount=amount))
    if -tally.balance > wanted.theirs.limit:
        amount = figures.show(-tally.balance)
        said.append(say("amend.over_mine", partner=partner, amount=amount))
    return tuple(said)
