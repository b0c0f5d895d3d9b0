"""Our invitations, and what a pasted or scanned text is.

`invitation.draft` holds the whole `Invitation` as it was given out, canonical.
"""

from __future__ import annotations

from wallet.crypto.encoding import decode
from wallet.engine.api.views import (
    Contract,
    Direction,
    InvitationView,
    LinkView,
    PersonView,
    SideTerms,
)
from wallet.engine.queries.now import Now
from wallet.engine.queries.people import People
from wallet.engine.queries.tallies import title_of
from wallet.model.contracts import contract_text
from wallet.model.credit import STOCK, Terms
from wallet.model.errors import (
    InvitationExpired,
    InvitationOwn,
    InvitationWrongNetwork,
    LinkDamaged,
    LinkNewer,
)
from wallet.protocol.identity.card import read_card
from wallet.protocol.identity.invitation import (
    Invitation,
    kind_of,
    read_invitation,
    write_file,
    write_link,
    write_qr,
)
from wallet.store.database import Database
from wallet.store.witnessing import Witnessing

_TEXT_SHOWN = 300


def list_invitations(database: Database, now: Now) -> tuple[InvitationView, ...]:
    """Return our invitations, newest first, each ready to be shown or sent again."""
    tallies: dict[str, list[str]] = {}
    for uuid, invitation in database.fetch_all(
        "SELECT uuid, invitation FROM tally WHERE invitation IS NOT NULL ORDER BY created_at"
    ):
        tallies.setdefault(invitation, []).append(uuid)
    views = []
    for found, state, whom, draft, uses, used, expires_at in database.fetch_all(
        "SELECT id, state, whom, draft, uses, used, expires_at FROM invitation"
        " ORDER BY created_at DESC, id"
    ):
        one = decode(draft, Invitation)
        expired = state == "out" and expires_at <= now.wall_ms
        views.append(
            InvitationView(
                id=found,
                whom=whom,
                link=write_link(one),
                file_text=write_file(one),
                qr_text=write_qr(one),
                uses=uses,
                used=used,
                expires_at=expires_at,
                state="expired" if expired else state,
                direction=Direction.THEY_OWE_ME if one.half == STOCK else Direction.I_OWE_THEM,
                mine=_side(one.inviter),
                theirs=_side(one.invitee),
                memo=one.memo,
                tallies=tuple(tallies.get(found, ())),
            )
        )
    return tuple(views)


def fetch_link(database: Database | None, now: Now, text: str) -> LinkView:
    """Describe a text; contacts nobody, stores nothing, refuses nothing that costs anything.

    Without a database (a profile that is not founded yet) nobody is known.
    """
    shown = text.strip()[:_TEXT_SHOWN]
    kind = kind_of(text)
    if kind == "card":
        return _card(database, text)
    if kind not in ("", "invite"):
        return LinkView(kind="", text=shown, error=LinkNewer.code)
    try:
        one = read_invitation(text)
    except (LinkDamaged, LinkNewer) as error:
        return LinkView(kind="", text=shown, error=error.code)
    trouble = _trouble(one, now)
    people = People(database, now)
    known = people.knows(one.agent)
    contract = contract_text(one.contract, one.agree)
    return LinkView(
        kind="" if trouble else "invite",
        text=shown if trouble else text.strip(),
        error=trouble,
        inviter=_inviter(one, people, known=known),
        # The inviter's half is not ours.
        direction=Direction.I_OWE_THEM if one.half == STOCK else Direction.THEY_OWE_ME,
        mine=_side(one.invitee),
        theirs=_side(one.inviter),
        memo=one.memo,
        contract=Contract(title=title_of(contract), text=contract, digest=one.agree),
        unit=one.unit,
        expires_at=one.expires,
        known_partner=known,
    )


def _card(database: Database | None, text: str) -> LinkView:
    """A witness's card."""
    try:
        one = read_card(text)
    except LinkDamaged as error:
        return LinkView(kind="", text=text.strip()[:_TEXT_SHOWN], error=error.code)
    agent = one.card.agent
    known = database is not None and Witnessing(database).get(agent) is not None
    return LinkView(
        kind="card",
        text=text.strip(),
        inviter=PersonView(account="", agent=agent, name=one.card.name),
        known_partner=known,
        decides=one.decides,
        votes=one.votes,
    )


def _trouble(one: Invitation, now: Now) -> str:
    """Return the code of what stands in the way, or nothing."""
    if not contract_text(one.contract, one.agree):
        return LinkDamaged.code  # the text shown must be the one that is signed
    if one.agent == now.me or one.account == now.account:
        return InvitationOwn.code
    if one.network is not None and one.network != now.network:
        return InvitationWrongNetwork.code
    if one.expires <= now.wall_ms:
        return InvitationExpired.code
    return ""


def _inviter(one: Invitation, people: People, *, known: bool) -> PersonView:
    if known:
        return people.view(one.agent)
    return PersonView(
        account=one.account,
        agent=one.agent,
        name=one.name,
        others_so_named=people.count_alike(one.account, one.name),
    )


def _side(terms: Terms) -> SideTerms:
    return SideTerms(limit=terms.limit, call_days=terms.call)
