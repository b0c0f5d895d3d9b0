"""What can be asked about agreements that stand: other terms, and what is accepted unasked."""

from __future__ import annotations

from pathlib import Path

from wallet.cli.asking import TALLY, WAIT, WHO_DECIDES, Asked, flag, word
from wallet.cli.commands import JOIN_SECONDS, read_text
from wallet.cli.verbs import verb
from wallet.engine.api import commands as wishes
from wallet.engine.api.views import Contract, SideTerms, TallyView, TermsView, WalletView

_NONE = "none: no bound but what you granted"


@verb(
    "amend",
    "ask a partner for other terms on an open tally; what you leave out stays as it is",
    TALLY,
    flag("they-may-owe", "up to how much the partner may owe you"),
    flag("i-may-owe", "up to how much you may owe the partner"),
    flag("notice-days", "days of notice before either may ask for payment", kind=int),
    flag("memo", "what the tally is for"),
    flag("contract", "a file with another contract"),
    *WHO_DECIDES,
    flag("wait", WAIT, kind=float, default=JOIN_SECONDS),
)
def amend(asked: Asked) -> TallyView:
    """Ask for them, and wait until they are signed or refused."""
    tally = asked.tally()
    before = asked.door.get_terms(tally.id).result()
    text = read_text(Path(asked.text("contract"))) if asked.note("contract") else ""
    wish = wishes.AmendTally(
        tally.id,
        _side(asked, "they_may_owe", before.mine),
        _side(asked, "i_may_owe", before.theirs),
        memo=asked.get("memo"),
        contract=Contract(title="", text=text) if text else None,
        signing=asked.signing(),
    )
    asked.door.submit(wish).result()
    return asked.wait(
        lambda: asked.door.get_tally(tally.id).result(),
        lambda one: not one.amending and not one.in_doubt,
        JOIN_SECONDS,
    )


@verb("amendment", "show other terms that are wanted or asked for on a tally", TALLY)
def amendment(asked: Asked) -> TermsView:
    """Show what is asked; `accept` and `refuse` answer the session that asks."""
    return asked.door.get_amendment(asked.tally().id).result()


@verb(
    "receiving",
    "choose what is accepted on a tally without asking you; `tallies` shows it",
    TALLY,
    word("how", "on: without asking; off: ask me", choices=("on", "off")),
    flag("per-payment", f"ask me beyond so much in one payment; {_NONE}"),
    flag("per-day", f"ask me beyond so much in one day, UTC; {_NONE}"),
)
def receiving(asked: Asked) -> TallyView:
    """Set it; a bound that is not named stays."""
    tally = asked.tally()
    bounds = wishes.AcceptBounds(
        _bound(asked, "per_payment", tally.accept_per_chit),
        _bound(asked, "per_day", tally.accept_per_day),
    )
    asked.door.submit(wishes.SetAutoAccept(tally.id, asked.text("how") == "on", bounds)).result()
    return asked.door.get_tally(tally.id).result()


@verb(
    "day-bound",
    "choose up to how much all tallies together accept in a day without asking; `status` shows it",
    word("amount", f"the amount, with a decimal point; {_NONE}"),
)
def day_bound(asked: Asked) -> WalletView:
    """Set it."""
    asked.door.submit(wishes.SetDayBound(_bound(asked, "amount", None))).result()
    return asked.door.get_wallet().result()


def _bound(asked: Asked, name: str, before: int | None) -> int | None:
    given = asked.get(name)
    if given is None:
        return before
    return None if given == "none" else asked.limit(name)


def _side(asked: Asked, name: str, before: SideTerms) -> SideTerms:
    """What one side grants: as asked, else as it stands."""
    limit = before.limit if asked.get(name) is None else asked.limit(name)
    return SideTerms(limit, int(asked.get("notice_days", before.call_days)))
