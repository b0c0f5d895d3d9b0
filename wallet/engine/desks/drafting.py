"""Writing agreements: from the terms people chose to the record both sign."""

from __future__ import annotations

from msgspec.structs import replace

from wallet.crypto.encoding import decode, encode
from wallet.crypto.hashing import Hash
from wallet.crypto.ids import AgentId
from wallet.engine.work import Me, Work
from wallet.model.credit import (
    ALONE,
    MAX_REVISION,
    STOCK,
    Agreement,
    Half,
    Memo,
    Party,
    Side,
    Terms,
    other_half,
)
from wallet.model.errors import WrongState
from wallet.model.identity import Salt
from wallet.model.record import Record
from wallet.protocol.identity.invitation import Invitation
from wallet.protocol.messages.tallies import ProposedTerms


class Answer(Record, frozen=True):
    """What the person who answers an invitation agreed to, from the invitee's side."""

    inviter: AgentId
    half: Half  # the invitee's
    mine: Terms  # what the invitee grants
    theirs: Terms
    agree: Hash
    unit: str
    memo: Memo = ""


def read_draft(body: bytes) -> Invitation:
    """What a stored invitation of ours says."""
    return decode(body, Invitation)


def describe_me(work: Work) -> Party:
    """How we describe ourselves in a new agreement: with a fresh salt."""
    me = work.me
    salt = Salt.of(work.dice.token(Salt.SIZE))
    return Party(root=me.root, name=me.name, salt=salt, contact=me.contact)


def build_agreement(
    work: Work, draft: Invitation, invitee: Party, uuid: Salt, proposed: ProposedTerms | None
) -> Agreement:
    """The agreement between us, who invited, and the invitee; other terms are revision 2."""
    half = other_half(proposed.half) if proposed else draft.half
    mine = proposed.theirs if proposed else draft.inviter
    theirs = proposed.mine if proposed else draft.invitee
    sides = {
        half: Side(party=describe_me(work), terms=mine),
        other_half(half): Side(party=invitee, terms=theirs),
    }
    return Agreement(
        version=1,
        revision=2 if proposed else 1,
        uuid=uuid,
        network=work.me.network,
        date=work.now.wall,
        agree=draft.agree,
        unit=work.me.unit,
        stock=sides["stock"],
        foil=sides["foil"],
        memo=draft.memo,
    )


def change_agreement(
    work: Work, standing: Agreement, half: Half, mine: Terms, theirs: Terms, memo: str
) -> Agreement:
    """The next revision of an agreement, with other terms and perhaps the halves swapped.

    Raises:
        WrongState: there is none after the last that a record can hold.
    """
    if standing.revision >= MAX_REVISION:
        raise WrongState("tally", f"revision {standing.revision}", f"below {MAX_REVISION}")
    own = STOCK if standing.stock.party.agent == work.me.agent else "foil"
    us, them = standing.side(own).party, standing.side(other_half(own)).party
    sides = {half: Side(party=us, terms=mine), other_half(half): Side(party=them, terms=theirs)}
    return replace(
        standing,
        revision=standing.revision + 1,
        date=work.now.wall,
        memo=memo,
        stock=sides["stock"],
        foil=sides["foil"],
    )


def write_answer(answer: Answer) -> str:
    """An answer as a fact of the profile."""
    return encode(answer).decode()


def matches_answer(text: str, agreement: Agreement, me: Me) -> bool:
    """Whether an agreement says exactly what our person agreed to."""
    answer = decode(text.encode(), Answer)
    mine = agreement.side(answer.half)
    theirs = agreement.side(other_half(answer.half))
    return (
        mine.party.root == me.root
        and mine.party.name == me.name
        and mine.party.contact == me.contact
        and theirs.party.agent == answer.inviter
        and mine.terms == answer.mine
        and theirs.terms == answer.theirs
        and agreement.agree == answer.agree
        and agreement.unit == answer.unit
        and agreement.memo == answer.memo
        and agreement.network == me.network
        # An invitation names nobody who decides: whoever is to do it, a person must have seen.
        and agreement.signing == ALONE
    )
