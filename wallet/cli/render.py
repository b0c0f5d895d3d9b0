"""Results as words for a person, or as JSON for a program; what others wrote is made harmless."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from wallet.cli.terminal import plain
from wallet.cli.words import (
    CHIT_STATES,
    ERRORS,
    MONEY,
    OUTCOMES,
    TALLY_STATES,
    WITNESS_ROLES,
    because,
)
from wallet.engine.api.views import (
    ChitState,
    ChitView,
    InvitationView,
    LinkView,
    SessionView,
    StatusView,
    TallyState,
    TallyView,
    TermsView,
    VerifyView,
    WalletView,
)
from wallet.engine.api.views_signing import ServiceView, SignerView, WitnessView
from wallet.model.amounts import format_amount
from wallet.model.credit import Signing

_SHORT = 10
_DEEDS = {"open": "opening the tally", "amend": "other terms for the tally"}


def to_json(value: object) -> str:
    """Write one line of JSON; bytes become base64, field names are those of the views."""
    # Ids are strings of a checked form, which msgspec does not write by itself.
    return msgspec.json.encode(value, enc_hook=str).decode()


def to_lines(result: object) -> Iterator[str]:
    """Say a result in words, line by line."""
    if result is None:
        yield "Done."
    elif isinstance(result, tuple):
        for one in result:
            yield from to_lines(one)
        if not result:
            yield "Nothing there."
    else:
        yield from _WRITERS.get(type(result), _anything)(result)


def moment(at: int) -> str:
    """A time of the wall clock, to the second, in UTC."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S") if at else "–"


def balance_words(partner: str, balance: int, unit: str = "") -> str:
    """Who owes whom: a word, never a sign alone (H3)."""
    amount = f"{format_amount(abs(balance))} {plain(unit)}".rstrip()
    if balance == 0:
        return f"you and {plain(partner)} are even"
    who = plain(partner)
    return f"{who} owes you {amount}" if balance > 0 else f"you owe {who} {amount}"


def chit_line(one: ChitView) -> str:
    """One chit in a line."""
    way = f"to {plain(one.partner)}" if one.paid_by_me else f"from {plain(one.partner)}"
    memo = f"  {plain(one.memo)}" if one.memo else ""
    words = CHIT_STATES[one.state]
    return (
        f"{moment(one.date)}  {format_amount(one.amount):>10}  {way}{memo}  [{words}]  {one.uuid}"
    )


def _tally(one: TallyView) -> Iterator[str]:
    yield f"{plain(one.partner.name) or '(no name yet)'}  [{TALLY_STATES[one.state]}]  {one.id}"
    if one.state is TallyState.OPEN:
        yield f"  {balance_words(one.partner.name, one.balance, one.unit)}; {one.chits} chits"
        yield (
            f"  room to pay {format_amount(one.room_to_pay)},"
            f" room to receive {format_amount(one.room_to_receive)}"
        )
    else:
        yield (
            f"  they may owe you {format_amount(one.they_may_owe)},"
            f" you may owe them {format_amount(one.we_may_owe)}"
        )
    if not one.auto_accept:
        yield "  what comes in waits for you"
    elif one.accept_per_chit is not None or one.accept_per_day is not None:
        yield f"  accepted without asking: {_bounds(one)}"
    if one.in_doubt:
        yield "  not known yet which terms stand; payments go on, and your wallet keeps asking"
    elif one.amending:
        yield "  other terms wait for the partner; `amendment` shows them"
    if one.reserved:
        yield f"  {format_amount(one.reserved)} is reserved"
    if one.reason and one.state is TallyState.OPEN:
        yield f"  other terms: {because(one.reason, one.partner.name)}"
    elif one.reason:
        yield f"  reason: {plain(one.reason)}"


def _bounds(one: TallyView) -> str:
    parts = []
    if one.accept_per_chit is not None:
        parts.append(f"{format_amount(one.accept_per_chit)} in one payment")
    if one.accept_per_day is not None:
        used = format_amount(one.accepted_today)
        parts.append(f"{format_amount(one.accept_per_day)} in a day, {used} of it today")
    return "up to " + " and ".join(parts)


def _chit(one: ChitView) -> Iterator[str]:
    yield chit_line(one)
    if one.state is ChitState.GOOD and one.index:
        yield f"  balance after it: {format_amount(one.balance_after)}"
    if one.state in MONEY:
        yield f"  {MONEY[one.state]}"
    if one.reason and one.reason != one.state.value:
        yield f"  {because(one.reason, one.partner, one.reason_text)}"
    for at, state in one.history:
        yield f"  {moment(at)}  {CHIT_STATES[ChitState(state)]}"


def _session(one: SessionView) -> Iterator[str]:
    left = f", {one.remaining // 1000} s left" if one.remaining else ""
    yield f"{_what(one)}  [{OUTCOMES[one.outcome]}{left}]  {one.id}"
    yield f"  mode {one.mode}: {_deciders(one)}"
    if one.kind == "paper":
        yield f"  {plain(one.title)}"
        yield from (f"  | {plain(line)}" for line in one.text.splitlines())
        yield from map(_signer, one.signers)
    if one.acts:
        yield "  you can: " + ", ".join(one.acts)
    if one.reason:
        refused = one.reason == "policy" and not one.i_started
        why = because(one.reason, one.partner.name, one.reason_text)
        yield "  You refused. Nothing was signed." if refused else f"  {why}"


def _signing(one: Signing) -> str:
    names = ", ".join(plain(who.name) for who in one.witnesses)
    if one.mode == "Q":
        return f"{one.needed} of {len(one.witnesses)} decide: {names}"
    return f"{names} decides" if names else "nobody decides but the two of you"


def _deciders(one: SessionView) -> str:
    names = ", ".join(plain(who.name) or who.agent[:_SHORT] for who in one.deciders)
    if one.i_decide:
        return "you decide"
    if one.mode == "Q":
        return f"{one.needed} of {len(one.deciders)} decide: {names}"
    return f"{names} decides" if names else "nobody but those who sign"


def _what(one: SessionView) -> str:
    name, amount = plain(one.partner.name), format_amount(one.amount)
    if one.i_decide:
        return f"a session of {sum(who.role != 'enzyme' for who in one.signers)} others"
    if one.kind == "paper":
        return "your paper" if one.i_started else f"a paper of {name}"
    if one.kind != "payment":
        return f"{_DEEDS.get(one.kind, 'signing something')} with {name}"
    what = f"you pay {name} {amount}" if one.i_pay else f"{name} pays you {amount}"
    return f"{what} in {len(one.chits)} payments" if len(one.chits) > 1 else what


def _signer(who: SignerView) -> str:
    name = "you" if who.is_me else plain(who.name) or who.agent[:_SHORT]
    return f"  {name}: {'signed' if who.signed else 'ready' if who.ready else 'not ready yet'}"


def _witness(one: WitnessView) -> Iterator[str]:
    does, here = _does(one.decides, one.votes), "online" if one.online else "offline"
    yield f"{plain(one.name)}  [{WITNESS_ROLES[one.role]}; {does}; {here}]  {one.agent}"
    yield (
        f"  {one.completed} completed, {one.aborted} ended, {one.silent} times silent;"
        f" last {moment(one.last_at)}"
    )
    if one.lies:
        yield f"  it told two stories about {one.lies} sessions: do not use it; you hold the proof"


def _does(decides: bool, votes: bool) -> str:
    return " and ".join(["decides"] * decides + ["votes"] * votes) or "does nothing for others"


def _service(one: ServiceView) -> Iterator[str]:
    yield f"You decide for {one.decide} and vote for {one.vote}."
    yield (
        f"  {one.decided} sessions decided, {one.voted} voted on;"
        f" {one.open_sessions + one.open_ballots} are open; {one.slots} chains known"
    )


def _invitation(one: InvitationView) -> Iterator[str]:
    used = f"{one.used} of {one.uses} used"
    yield f"{plain(one.whom) or 'invitation'}  [{one.state}, {used}]  {one.id}"
    yield f"  until {moment(one.expires_at)} UTC"
    yield one.link


def _terms(one: TermsView) -> Iterator[str]:
    yield f"{plain(one.contract.title) or 'Agreement'}, revision {one.revision}"
    yield f"  you allow the partner to owe you {format_amount(one.mine.limit)}"
    yield f"  the partner allows you to owe {format_amount(one.theirs.limit)}"
    yield f"  notice: {one.mine.call_days} and {one.theirs.call_days} days"
    yield f"  each payment: {_signing(one.signing)}"
    if one.memo:
        yield f"  for: {plain(one.memo)}"
    yield f"  signed by you: {_yes(one.signed_by_me)}"
    yield f"  signed by the partner: {_yes(one.signed_by_partner)}"
    for line in one.contract.text.splitlines():
        yield f"  | {plain(line)}"
    if one.before is not None:
        yield "Before:"
        yield from _terms(one.before)


def _wallet(one: WalletView) -> Iterator[str]:
    yield f"{plain(one.name)}  ({one.chain_length} links on the source chain)"
    yield f"  account {one.account}"
    yield f"  agent {one.agent}"
    if one.accept_per_day is not None:
        bound, used = format_amount(one.accept_per_day), format_amount(one.accepted_today)
        yield f"  accepted without asking: up to {bound} in a day, {used} of it today"


def _status(one: StatusView) -> Iterator[str]:
    yield f"  connected: {_yes(one.connected)}, {one.online} of {one.partners} partners online"
    yield f"  {len(one.sessions)} sessions, {one.waiting} payments waiting to send"
    if not one.backed_up:
        yield "  not backed up yet"
    if one.problem:
        yield f"  problem: {one.problem}"


def _verify(one: VerifyView) -> Iterator[str]:
    if one.problem:
        yield f"Does not match: {plain(one.problem)}."
        yield "Nothing was changed. Sign nothing more with this wallet, and keep a copy of it."
    else:
        yield (
            f"All of it holds: {one.actions} actions, {one.tallies} tallies, {one.chits} chits,"
            f" checked in {one.milliseconds} ms."
        )


def _anything(result: Any) -> Iterator[str]:
    yield plain(str(result), 2_000)


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"


def _link(one: LinkView) -> Iterator[str]:
    if one.kind == "card" and one.inviter is not None:
        yield f"the card of {plain(one.inviter.name)}, who {_does(one.decides, one.votes)}"
        yield "  nobody was contacted; `tallystick witness add` takes it"
        return
    if one.inviter is None or one.error:
        yield ERRORS.get(one.error, ERRORS["LNK-BAD"])
        return
    yield f"{plain(one.inviter.name)} invites you to open a tally"
    yield f"  you allow them to owe you {format_amount(one.mine.limit)}"
    yield f"  they allow you to owe {format_amount(one.theirs.limit)}"
    yield f"  until {moment(one.expires_at)} UTC; nobody was contacted yet"


_WRITERS: dict[type, Any] = {
    TallyView: _tally,
    ChitView: _chit,
    SessionView: _session,
    InvitationView: _invitation,
    TermsView: _terms,
    WalletView: _wallet,
    StatusView: _status,
    VerifyView: _verify,
    WitnessView: _witness,
    ServiceView: _service,
    LinkView: _link,
}
