"""The status set: for each state a shape, a word and a colour role (ux.md 5.0)."""

from __future__ import annotations

from msgspec import Struct

from wallet.engine.api.views import ChitState, ChitView, Outcome, SessionView, TallyState, TallyView
from wallet.gui.text import Figures, Words, plain, say
from wallet.gui.theme import Role


class Status(Struct, frozen=True):
    """How a state looks: icon name, word, role."""

    icon: str
    word: Words
    role: Role


_CHITS = {
    ChitState.WAITING: ("waiting", "status.waiting", Role.NEUTRAL),
    ChitState.SIGNING: ("signing", "status.signing", Role.ATTENTION),
    ChitState.UNKNOWN: ("unknown", "status.unknown", Role.ATTENTION),
    ChitState.GOOD: ("agreed", "status.agreed", Role.GOOD),
    ChitState.WITHDRAWN: ("withdrawn", "status.withdrawn", Role.NEUTRAL),
    ChitState.REFUSED: ("refused", "status.refused", Role.NEUTRAL),
    ChitState.VOID: ("refused", "status.not_paid", Role.NEUTRAL),
}
_TALLIES = {
    TallyState.DRAFT: ("draft", "status.draft", Role.NEUTRAL),
    TallyState.OFFERED: ("offered", "status.offered", Role.INFO),
    TallyState.RECEIVED: ("received", "status.received", Role.ATTENTION),
    TallyState.OPENING: ("signing", "status.opening", Role.ATTENTION),
    TallyState.OPEN: ("open", "status.open", Role.GOOD),
    TallyState.VOID: ("refused", "status.void", Role.NEUTRAL),
}
_OUTCOMES = {
    Outcome.RUNNING: ("signing", "status.signing", Role.ATTENTION),
    Outcome.DONE: ("agreed", "status.agreed", Role.GOOD),
    Outcome.NOT_DONE: ("refused", "status.not_paid", Role.NEUTRAL),
    Outcome.NOT_KNOWN: ("unknown", "status.unknown", Role.ATTENTION),
}
_INVITATIONS = {
    "out": ("ticket", "status.invitation_out", Role.INFO),
    "used": ("agreed", "status.invitation_used", Role.NEUTRAL),
    "expired": ("expired", "status.invitation_expired", Role.NEUTRAL),
    "revoked": ("withdrawn", "status.invitation_revoked", Role.NEUTRAL),
}
NAME_LIMIT = 60


def name_of(text: str) -> Words:
    """Return a partner's name fit for any line."""
    return plain(text, NAME_LIMIT)


def chit_status(state: ChitState) -> Status:
    """Return how a chit's state looks."""
    icon, key, role = _CHITS[state]
    return Status(icon, say(key), role)


def tally_status(tally: TallyView) -> Status:
    """Return how a tally's state looks; `needs_me` wins over the rest."""
    icon, key, role = _TALLIES[tally.state]
    if tally.needs_me:
        icon, key, role = _TALLIES[TallyState.RECEIVED]
    word = say(key, partner=name_of(tally.partner.name)) if key == "status.offered" else say(key)
    return Status(icon, word, role)


def session_status(session: SessionView) -> Status:
    """Return how a session's outcome looks."""
    icon, key, role = _OUTCOMES[session.outcome]
    return Status(icon, say(key), role)


def invitation_status(state: str) -> Status:
    """Return how an invitation's state looks; an unknown one looks like one that is out."""
    icon, key, role = _INVITATIONS.get(state, _INVITATIONS["out"])
    return Status(icon, say(key), role)


def owing(partner: Words, balance: int, figures: Figures) -> Words:
    """Say who owes whom: "Bo owes you 12.50", "You owe Bo 12.50", "You and Bo are even"."""
    if balance == 0:
        return say("common.even", partner=partner)
    key = "common.they_owe" if balance > 0 else "common.i_owe"
    return say(key, partner=partner, amount=figures.show(balance))


def owing_role(balance: int) -> Role:
    """Return the calm colour of a direction; even is neutral. Owing is not bad."""
    if balance == 0:
        return Role.NEUTRAL
    return Role.OWED if balance > 0 else Role.OWING


def chit_sentence(chit: ChitView, figures: Figures) -> Words:
    """Say a chit in one sentence for a screen reader: who, direction, amount, state, what for."""
    partner = name_of(chit.partner)
    key = "common.you_pay" if chit.paid_by_me else "common.pays_you"
    parts = [
        say(key, partner=partner, amount=figures.spoken(chit.amount)),
        plain(chit.memo, 200),
        chit_status(chit.state).word,
    ]
    return Words(", ".join(part for part in parts if part))
