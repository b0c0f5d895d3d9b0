"""Who signs a session and who decides it, in words (ux.md 5.10; countersigning.md, *Rules*).

Names are strangers' text and come out harmless; who has none is called so.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from wallet.engine.api.views import Outcome, SessionView
from wallet.engine.api.views_signing import DeciderView, SignerView
from wallet.gui.text import Words, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.states import name_of
from wallet.model.credit import Signing

COMMIT, ABORT = "commit", "abort"
ENZYME = "enzyme"
MOST_NAMES = 3


class Line(Struct, frozen=True):
    """One who signs or decides: a shape, who, what they are in it, how far."""

    icon: str
    role: Role
    name: Words
    part: Words
    state: Words
    spoken: Words


def join_names(names: Sequence[Words]) -> Words:
    """Say names in a row: up to three by name, the rest as a number."""
    if not names:
        return say("names.nobody")
    if len(names) == 1:
        return names[0]
    if len(names) == 2:
        return say("names.two", one=names[0], other=names[1])
    if len(names) == MOST_NAMES:
        return say("names.three", one=names[0], two=names[1], three=names[2])
    return say("names.more", one=names[0], two=names[1], n=len(names) - 2)


def parties(session: SessionView) -> tuple[SignerView, ...]:
    """Return those whom the session is about: all signers but an enzyme."""
    return tuple(one for one in session.signers if one.role != ENZYME)


def others(session: SessionView) -> tuple[SignerView, ...]:
    """Return the parties but us."""
    return tuple(one for one in parties(session) if not one.is_me)


def is_many(session: SessionView) -> bool:
    """Tell whether more than two people sign."""
    return len(parties(session)) > 2


def partner_of(session: SessionView) -> Words:
    """Return the partner's name, harmless, or a word for a partner without one."""
    return name_of(session.partner.name) or say("tallies.nameless")


def others_of(session: SessionView) -> Words:
    """Say who signs with us."""
    found = [_name(one) for one in others(session)]
    return join_names(found) if len(found) > 1 else partner_of(session)


def waited_for(session: SessionView) -> Words:
    """Say whose signature is missing, the enzyme's aside; whose promise, while we wait for it."""
    key = "signed" if session.signed_by_me else "ready"
    late = [_name(one) for one in others(session) if not getattr(one, key)]
    return join_names(late) if late and is_many(session) else others_of(session)


def deciders_of(session: SessionView) -> Words:
    """Say who decides: one's name, or several; in mode P the one who signs last."""
    if not session.deciders:
        return partner_of(session)
    return join_names([_decider(one) for one in session.deciders])


def asked_of(session: SessionView) -> Words:
    """Say who is asked while nothing is known: the others, and whoever decides."""
    if not session.deciders:
        return others_of(session)
    found = [_name(one) for one in others(session)] or [partner_of(session)]
    return join_names([*found, *(_decider(one) for one in session.deciders)])


def mode_words(session: SessionView) -> Words:
    """Say who decides a session and what can go wrong."""
    if session.i_decide:
        return say("decides.me")
    names = [_decider(one) for one in session.deciders]
    partner = partner_of(session)
    return decides_words(session.mode, my_role(session), partner, names, session.needed)


def decides_words(
    mode: str, role: str, partner: Words, names: Sequence[Words], needed: int
) -> Words:
    """Say who decides and what can go wrong, for one who is `role` in it."""
    if mode == "P" or not names:
        return say(f"decides.P.{role}", partner=partner)
    joined = join_names(names)
    if mode == "E":
        words = say("decides.E", decider=joined)
    elif len(names) == 1:
        words = say("decides.Q.one", names=joined)
    else:
        words = say("decides.Q", needed=needed, names=joined, n=needed)
    if role in ("payer", "payee"):
        words = Words(f"{words} {say(f'decides.{mode}.{role}')}")
    return words


def signing_words(signing: Signing, role: str, partner: Words) -> Words:
    """The same for terms, or for a payment that is being written."""
    names = [name_of(one.name) or say("names.witness") for one in signing.witnesses]
    return decides_words(signing.mode, role, partner, names, signing.needed)


def terms_words(signing: Signing) -> Words:
    """Say in a few words who decides by the terms."""
    names = join_names([name_of(one.name) or say("names.witness") for one in signing.witnesses])
    return say(f"choose.terms.{signing.mode}", names=names, needed=signing.needed)


def terms_means(signing: Signing) -> Words:
    """Say what can go wrong with whoever decides by the terms, whichever of the two pays."""
    if signing.mode == "P":
        return say("choose.means.P")
    return signing_words(signing, "initiator", Words(""))


def my_role(session: SessionView) -> str:
    """Return what we are in it: payer, payee, initiator or acceptor."""
    if session.kind == "payment":
        return "payer" if session.i_pay else "payee"
    return "initiator" if session.i_started else "acceptor"


def signer_lines(session: SessionView) -> tuple[Line, ...]:
    """Return all who sign, in the session's order, an enzyme last: it signs last."""
    in_order = sorted(session.signers, key=lambda one: one.role == ENZYME)
    return tuple(_signer(session, one) for one in in_order)


def decider_lines(session: SessionView) -> tuple[Line, ...]:
    """Return the witnesses with their votes; an enzyme stands among those who sign."""
    return tuple(_vote(one) for one in session.deciders) if session.mode == "Q" else ()


def votes_said(session: SessionView) -> Words:
    """Say how many voted yes, and how many must; nothing in the other modes."""
    if session.mode != "Q":
        return Words("")
    yes = sum(one.vote == COMMIT for one in session.deciders)
    return say("decider.count", yes=yes, n=len(session.deciders), needed=session.needed)


def _signer(session: SessionView, one: SignerView) -> Line:
    name = _name(one)
    part = say(f"signer.role.{one.role}_me" if one.is_me else f"signer.role.{one.role}")
    icon, role, key = _progress(session, one)
    state = say(key)
    spoken = say("signer.spoken", name=name, role=part, state=state)
    return Line(icon, role, name, part, state, spoken)


def _progress(session: SessionView, one: SignerView) -> tuple[str, Role, str]:
    signed = one.signed or session.outcome is Outcome.DONE
    if signed:
        return "step_done", Role.GOOD, "signer.decided" if one.role == ENZYME else "signer.signed"
    if session.outcome is Outcome.NOT_DONE:
        return "step_open", Role.NEUTRAL, "signer.no"
    if one.ready:
        return "step_now", Role.ATTENTION, "signer.ready"
    return "step_open", Role.NEUTRAL, "signer.not_ready"


_VOTES = {
    COMMIT: ("step_done", Role.GOOD, "decider.yes"),
    ABORT: ("refused", Role.NEUTRAL, "decider.not"),
}


def _vote(one: DeciderView) -> Line:
    icon, role, key = _VOTES.get(one.vote, ("step_open", Role.NEUTRAL, "decider.none"))
    name, state = _decider(one), say(key)
    online = say("decider.here" if one.online else "decider.away")
    spoken = say("decider.spoken", name=name, state=state, online=online)
    return Line(icon, role, name, online, state, spoken)


def _name(one: SignerView) -> Words:
    return say("names.you") if one.is_me else name_of(one.name) or say("names.signer")


def _decider(one: DeciderView) -> Words:
    return name_of(one.name) or say("names.witness")
