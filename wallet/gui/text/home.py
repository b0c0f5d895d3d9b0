"""Sentences of Home."""

from __future__ import annotations

SENTENCES: dict[str, str | tuple[str, str]] = {
    "home.title": "Home",
    "home.can_pay": "You can pay",
    "home.can_receive": "You can receive",
    "home.owed_to_me": "Others owe you",
    "home.i_owe": "You owe",
    "home.over_tallies": ("over one tally", "over {n} tallies"),
    "home.needs_you": "Needs you",
    "home.nothing": "Nothing needs you.",
    "home.latest": "Latest chits",
    "home.no_chits": "What you pay and receive will be listed here.",
    "home.balance": "Balance over {n} days",
    "home.balance_name": "Balance over time: from {first} to {last}",
    "home.positive": "others owe you {amount} more than you owe",
    "home.negative": "you owe {amount} more than others owe you",
    "home.level": "even",
    "home.empty": (
        "You have no tally yet. A tally is an open account between you and someone you trust."
    ),
    "home.have_invitation": "I have an invitation",
    "home.need_offer": "{partner} offers you a tally",
    "home.need_terms asked": "{partner} asks you for other terms",
    "home.need_payment asked": "{partner} wants to pay you {amount}",
    "home.need_paper asked": "{partner} asks you to sign a paper",
    "home.need_not known": "{amount} with {partner} is not known yet",
    "home.need_other": "{partner} waits for you",
    "home.for": "for {memo}",
    "home.col_date": "Date",
    "home.col_partner": "With",
    "home.col_what": "What for",
    "home.col_amount": "Amount",
    "home.col_state": "State",
    "home.in": "{amount} to you",
    "home.out": "{amount} from you",
    "home.see_all": "See all",
}
