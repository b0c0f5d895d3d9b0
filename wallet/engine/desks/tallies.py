"""The tally desk: invitations answered, offers made and taken, tallies opened.

Source: credit.md, *Tally*; identity.md, *Invitations*.  Who answers an invitation sends a ticket;
the inviter's wallet writes the agreement; the invitee's wallet signs it if it says what its person
agreed to; the inviter looks, and opens by a session.
"""

from __future__ import annotations

from msgspec.structs import replace

from wallet.crypto.encoding import Base64, NotCanonical
from wallet.crypto.hashing import Hash, digest
from wallet.crypto.ids import AgentId
from wallet.crypto.signing import Signature
from wallet.engine.api.notices import InvitationChanged, NoticeAdded, TallyChanged
from wallet.engine.desks import amending, helping, policy
from wallet.engine.desks.drafting import (
    build_agreement,
    matches_answer,
    read_draft,
)
from wallet.engine.work import Work
from wallet.model.contracts import contract_text
from wallet.model.credit import (
    Agreement,
    Half,
    Party,
    check_agreement,
    check_offer,
    other_half,
    sign_agreement,
)
from wallet.model.errors import (
    BugError,
    InvitationExpired,
    InvitationRevoked,
    InvitationUnknown,
    InvitationUsed,
    RuleBroken,
)
from wallet.model.identity import check_root
from wallet.model.limits import ASK_AGAIN_MS
from wallet.protocol.credit import consensus
from wallet.protocol.credit import tally as tallies
from wallet.protocol.dispatch import TALLY
from wallet.protocol.effects import ClearTimer, Notify, SetTimer
from wallet.protocol.identity.invitation import Invitation
from wallet.protocol.machine import Effect, Input
from wallet.protocol.messages.countersigning import OpenEntry
from wallet.protocol.messages.tallies import (
    AddressNote,
    Receiving,
    TallyDraft,
    TallyOffer,
    TallyRefusal,
    TallyWithdrawal,
    Ticket,
)
from wallet.store.outbox import Wish
from wallet.store.tallies import InvitationFile, Partner, TallyFile


class TallyDesk:
    """Loads a tally, asks the table, does what it says, saves."""

    def feed(self, work: Work, key: str, given: Input) -> None:
        """Give an input to a tally we hold."""
        one = work.store.tallies.get(key)
        if one is None:
            raise BugError("an input for a tally that is not here")
        self.feed_file(work, one, given)

    def wake(self, work: Work, key: str, name: str) -> None:
        """An offer ran out."""
        if name == "offer":
            self.feed(work, key, tallies.OfferExpired())

    def feed_file(self, work: Work, one: TallyFile, given: Input) -> None:
        """The same, for a tally that is loaded already."""
        one.record, effects = tallies.machine.step(one.record, given)
        if isinstance(given, tallies.OpeningDone):
            self._let_stand(work, one, given.session)
        work.store.tallies.save(one, work.now.wall)
        for effect in effects:
            self._carry_out(work, one, effect)
        work.store.tallies.save(one, work.now.wall)
        work.notice(TallyChanged(one.uuid))

    def _let_stand(self, work: Work, one: TallyFile, session: Hash) -> None:
        """What both signed stands, whatever was offered while they did."""
        file = work.store.sessions.get(session)
        if file is None or not isinstance(file.entry, OpenEntry):
            raise BugError("a tally opened by no session")
        agreement = file.entry.agreement
        found = digest(agreement)
        if one.record.digest == found:
            return
        half = _half_of(agreement, work.me.agent)
        one.record = replace(one.record, digest=found, revision=agreement.revision, half=half)
        one.agreement, one.my_signature, one.partner_signature = agreement, None, None

    # Messages -----------------------------------------------------------------

    def receive(self, work: Work, sender: AgentId, body: object) -> None:
        """Take one message about a tally.

        Raises:
            PeerError: not from its partner, not allowed, or not what it claims to be.
            InvitationError: the invitation does not hold.
        """
        match body:
            case Ticket():
                self._take_ticket(work, sender, body)
            case TallyDraft():
                self._take_draft(work, sender, body)
            case TallyOffer():
                self._take_offer(work, sender, body)
            case TallyRefusal():
                one = self._known(work, body.uuid, sender)
                self.feed_file(work, one, tallies.Refused(body.digest, body.reason))
            case TallyWithdrawal():
                one = self._known(work, body.uuid, sender)
                self.feed_file(work, one, tallies.Withdrawn(body.digest))
            case Receiving():
                self._note_receiving(work, sender, body)
            case AddressNote():
                self._note_address(work, sender, body)

    def _take_ticket(self, work: Work, sender: AgentId, body: Ticket) -> None:
        """Somebody answers an invitation of ours: write the agreement for both."""
        known = work.store.tallies.get(body.tally)
        if known is not None:
            if known.record.partner != sender:
                raise RuleBroken("a ticket with somebody else's uuid")
            return
        if work.live.invited.get(sender) != body.invitation:
            raise InvitationUnknown()
        invitation = open_invitation(work, body.invitation)
        party = body.party
        check_root(party.root, work.me.network)
        if party.agent != sender:
            raise RuleBroken("a ticket in somebody else's name")
        draft = read_draft(invitation.draft)
        agreement = build_agreement(work, draft, party, body.tally, body.terms)
        one = TallyFile(
            record=tallies.Tally(
                uuid=body.tally, partner=sender, half=_half_of(agreement, work.me.agent)
            ),
            account=party.account,
            created_at=work.now.wall,
            agreement=agreement,
            contract=invitation.contract,
            invitation=invitation.id,
        )
        if body.terms is not None:
            one.former = build_agreement(work, draft, party, body.tally, None)
        self._use(work, invitation)
        save_partner(work, agreement, sender, body.picture)
        self._note_address(work, sender, AddressNote(address=body.address, issued=0))
        work.store.tallies.save(one, work.now.wall)
        picture = Base64.of(work.me.picture) if work.me.picture else ""
        draft_body = TallyDraft(
            agreement=agreement, contract=invitation.contract, picture=str(picture)
        )
        work.send(sender, draft_body)
        work.notice(TallyChanged(one.uuid))

    def _take_draft(self, work: Work, sender: AgentId, body: TallyDraft) -> None:
        """The inviter wrote the agreement: sign it if it says what our person agreed to."""
        agreement = body.agreement
        one = self._known(work, agreement.uuid, sender)
        check_agreement(agreement, work.me.network)
        answer = work.store.facts.get(f"answer:{agreement.uuid}")
        if one.record.state is tallies.State.VOID and one.record.digest is None:
            # Our person took the answer back while it was on its way.
            work.send(sender, TallyWithdrawal(uuid=agreement.uuid, digest=digest(agreement)))
            return
        if one.record.state is not tallies.State.DRAFT or answer is None:
            raise RuleBroken("a draft nobody waits for")
        if _half_of(agreement, sender) != other_half(_half_of(agreement, work.me.agent)):
            raise RuleBroken("a draft for somebody else")
        if not matches_answer(answer, agreement, work.me):
            raise RuleBroken("other terms than the invitation's")
        one.contract = contract_text(body.contract or one.contract, agreement.agree)
        if not one.contract:
            raise RuleBroken("another contract than the agreement says")
        save_partner(work, agreement, sender, body.picture)
        self.offer(work, one, agreement)

    def _take_offer(self, work: Work, sender: AgentId, body: TallyOffer) -> None:
        agreement = body.agreement
        one = self._known(work, agreement.uuid, sender)
        check_agreement(agreement, work.me.network)
        check_offer(agreement, _half_of(agreement, sender), body.signature)
        mine = _half_of(agreement, work.me.agent)
        standing = one.agreement
        if standing is None or agreement.agree != standing.agree or agreement.unit != standing.unit:
            raise RuleBroken("an offer under another contract")
        if _own_party(agreement, sender).root != _own_party(standing, sender).root:
            raise RuleBroken("an offer of another account")
        if _own_party(agreement, work.me.agent) != _own_party(standing, work.me.agent):
            raise RuleBroken("an offer that describes us in other words than ours")
        found = digest(agreement)
        given = tallies.Offered(
            found, agreement.revision, mine, open_unseen=self._is_unseen(work, one, found)
        )
        before = one.record
        one.record, effects = tallies.machine.step(one.record, given)
        if one.record.digest == found and before.digest != found:
            if before.digest is not None or digest(standing) != found:
                one.former = standing
            one.agreement, one.partner_signature, one.my_signature = agreement, body.signature, None
        work.store.tallies.save(one, work.now.wall)
        for effect in effects:
            self._carry_out(work, one, effect)
        work.store.tallies.save(one, work.now.wall)
        work.notice(TallyChanged(one.uuid))

    def _is_unseen(self, work: Work, one: TallyFile, found: Hash) -> bool:
        """Whether a shop's code opens it without a look: exactly the draft we wrote ourselves."""
        if one.invitation is None or one.former is not None or one.agreement is None:
            return False
        invitation = work.store.invitations.get(one.invitation)
        return bool(invitation and invitation.open_unseen and digest(one.agreement) == found)

    def _note_receiving(self, work: Work, sender: AgentId, body: Receiving) -> None:
        one = work.store.tallies.get_by_digest(body.tally)
        if one is None or one.record.partner != sender:
            raise RuleBroken("a note about a tally that is not here")
        seen = work.store.facts.get(f"receiving:{one.uuid}")
        if seen is None or body.number > int(seen):
            one.partner_asks = body.asks
            work.store.facts.put(f"receiving:{one.uuid}", str(body.number))
            work.store.tallies.save(one, work.now.wall)

    def _note_address(self, work: Work, sender: AgentId, body: AddressNote) -> None:
        partner = work.store.partners.get(sender)
        if partner is None or body.issued < partner.issued:
            return
        work.moved.add(sender)
        work.store.partners.save(
            Partner(
                partner.agent,
                partner.account,
                partner.name,
                partner.contact,
                partner.picture,
                body.address,
                body.issued,
            )
        )

    # What the person wants ---------------------------------------------------------

    def offer(self, work: Work, one: TallyFile, agreement: Agreement) -> None:
        """Sign this agreement and offer it."""
        if one.agreement is not None and one.record.digest is not None:
            one.former = one.agreement
        one.agreement = agreement
        one.my_signature = sign_agreement(agreement, work.me.signer)
        one.partner_signature = None
        half = _half_of(agreement, work.me.agent)
        self.feed_file(work, one, tallies.Offer(digest(agreement), agreement.revision, half))

    def _carry_out(self, work: Work, one: TallyFile, effect: Effect) -> None:
        to = one.record.partner
        match effect:
            case tallies.SendOffer():
                work.send(to, TallyOffer(agreement=_agreement(one), signature=_mine(one)))
            case tallies.SendRefusal(reason):
                body = TallyRefusal(uuid=one.record.uuid, digest=_digest(one), reason=reason)
                work.send(to, body)
            case tallies.SendWithdrawal():
                work.send(to, TallyWithdrawal(uuid=one.record.uuid, digest=_digest(one)))
            case tallies.WantSession():
                helping.keep_all(work, _agreement(one).signing)  # the opening itself needs them
                work.store.wishes.put(Wish(TALLY, one.uuid, to, work.now.wall, 0))
                work.look_for_work = True
                if one.record.amending and one.record.reason == "late":
                    # Nobody looked: not again and again while they are away.
                    work.live.not_before[TALLY, one.uuid] = work.now.mono + ASK_AGAIN_MS
            case tallies.DropSession():
                _drop_wish(work, one)
                one.amendment, one.amendment_contract = None, ""
            case tallies.OpenBooks():
                if one.agreement is not None:
                    helping.keep_all(work, one.agreement.signing)
                self._open_books(work, one)
            case tallies.TakeTerms(session):
                amending.take_terms(work, one, session)
            case SetTimer(name, wait):
                work.set_timer(TALLY, one.uuid, name, wait)
            case ClearTimer(name):
                work.clear_timer(TALLY, one.uuid, name)
            case Notify(key, category, subject):
                partner = work.store.partners.get(to)
                name = partner.name if partner else ""
                number = work.store.facts.put_notice(
                    work.now.wall, key, category, subject, name, 0, one.record.reason
                )
                work.notice(NoticeAdded(str(number)))
            case _:
                raise BugError(f"no hand for {type(effect).__name__}")

    def _open_books(self, work: Work, one: TallyFile) -> None:
        agreement = _agreement(one)
        one.books = consensus.Books(tally=digest(agreement), half=one.record.half)
        one.former = None
        _drop_wish(work, one)
        if policy.asks_person(one, policy.bound_of_all(work.store.facts)):
            policy.tell_payer(work, one)

    def _use(self, work: Work, invitation: InvitationFile) -> None:
        invitation.used += 1
        if invitation.used >= invitation.uses:
            invitation.state = "used"
        work.store.invitations.save(invitation)
        work.notice(InvitationChanged(invitation.id))

    def _known(self, work: Work, uuid: str, sender: AgentId) -> TallyFile:
        one = work.store.tallies.get(uuid)
        if one is None or one.record.partner != sender:
            raise RuleBroken("a message about a tally that is not here")
        return one


def _drop_wish(work: Work, one: TallyFile) -> None:
    work.store.wishes.drop(TALLY, one.uuid)
    work.live.not_before.pop((TALLY, one.uuid), None)  # nothing to wake up for


def open_invitation(work: Work, found: str) -> InvitationFile:
    """An invitation of ours that still holds.

    Raises:
        InvitationUnknown, InvitationRevoked, InvitationUsed, InvitationExpired: it does not.
    """
    one = work.store.invitations.get(found)
    if one is None:
        raise InvitationUnknown()
    if one.state == "revoked":
        raise InvitationRevoked()
    if one.state == "used":
        raise InvitationUsed()
    if one.expires_at <= work.now.wall:
        raise InvitationExpired(at=one.expires_at)
    return one


def save_partner(work: Work, agreement: Agreement, agent: AgentId, picture: str) -> None:
    """Keep how the partner describes itself; the address it had stays."""
    party = _own_party(agreement, agent)
    known = work.store.partners.get(agent)
    try:
        image = Base64(picture).raw if picture else b""
    except NotCanonical:
        image = b""
    work.store.partners.save(
        Partner(
            agent,
            party.account,
            party.name,
            party.contact,
            image or (known.picture if known else b""),
            known.address if known else None,
            known.issued if known else 0,
        )
    )


def save_partner_card(work: Work, one: Invitation) -> None:
    """Keep what an invitation says of its author, so that we can reach it.

    An address we know stays: an invitation is anybody's text, and this one has proven nothing yet.
    """
    known = work.store.partners.get(one.agent)
    work.store.partners.save(
        Partner(
            one.agent,
            one.account,
            known.name if known else one.name,
            known.contact if known else "",
            known.picture if known else b"",
            (known.address if known else None) or one.node,
            known.issued if known else 0,
        )
    )


def _half_of(agreement: Agreement, agent: AgentId) -> Half:
    if agreement.stock.party.agent == agent:
        return "stock"
    if agreement.foil.party.agent == agent:
        return "foil"
    raise RuleBroken("an agreement between others")


def _own_party(agreement: Agreement, agent: AgentId) -> Party:
    return agreement.side(_half_of(agreement, agent)).party


def _agreement(one: TallyFile) -> Agreement:
    if one.agreement is None:
        raise BugError("a tally without an agreement")
    return one.agreement


def _mine(one: TallyFile) -> Signature:
    if one.my_signature is None:
        raise BugError("an offer that is not signed")
    return one.my_signature


def _digest(one: TallyFile) -> Hash:
    if one.record.digest is None:
        raise BugError("no offer stands")
    return one.record.digest
