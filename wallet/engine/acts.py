"""What each command does, inside the pump's one transaction.

A table that has no row for what a person wants answers `WrongState`; nothing was changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from wallet.crypto.encoding import Base64, encode
from wallet.crypto.hashing import Hash
from wallet.engine import acts_amending, acts_receiving, acts_signing
from wallet.engine.acts_signing import sign_paper, signing_of
from wallet.engine.api import commands
from wallet.engine.api.notices import InvitationChanged, TallyChanged
from wallet.engine.desks.clocks import trust_clock
from wallet.engine.desks.drafting import (
    Answer,
    change_agreement,
    describe_me,
    write_answer,
)
from wallet.engine.desks.payments import expect_chit, make_chit
from wallet.engine.desks.tallies import save_partner_card
from wallet.engine.pump import Pump
from wallet.engine.work import Work
from wallet.engine.written import CONTRACT_LENGTH, half, terms, words
from wallet.model.contracts import PLAIN_CONTRACT, contract_digest, contract_text
from wallet.model.credit import other_half
from wallet.model.errors import (
    AmountTooLarge,
    AmountZero,
    InvitationExpired,
    InvitationOwn,
    InvitationWrongNetwork,
    MemoTooLong,
    NotFound,
    ProtocolBreach,
    WrongState,
)
from wallet.model.identity import Salt
from wallet.model.limits import MAX_AMOUNT, REF_BYTES
from wallet.model.networks import COMMONS
from wallet.protocol.countersign import signer
from wallet.protocol.credit import chit as chits
from wallet.protocol.credit import tally as tallies
from wallet.protocol.dispatch import CHIT, COUNTERSIGNING
from wallet.protocol.identity.invitation import CodeKey, Invitation
from wallet.protocol.machine import Input
from wallet.protocol.messages.tallies import ProposedTerms, Ticket
from wallet.store.sessions import SessionFile
from wallet.store.tallies import InvitationFile, TallyFile

TRUST_MS = 86_400_000
# More is a slip of the finger: a shop has thousands of customers, a code is renewed each year.
MAX_USES, MAX_LIFE_MS = 100_000, 400 * 86_400_000


class MadeCode(Struct, frozen=True):
    """A fresh code and its key, made outside the transaction because that takes a while."""

    code: str
    key: CodeKey


# Invitations --------------------------------------------------------------


def invite(work: Work, wish: commands.Invite, made: MadeCode) -> InvitationFile:
    """Draft a tally and keep an invitation for it."""
    if work.address is None:
        raise WrongState("network", "off", "on")
    if not 0 < wish.uses <= MAX_USES or not 0 < wish.life <= MAX_LIFE_MS:
        raise WrongState("invitation", f"{wish.uses} uses, {wish.life} ms", "fewer, or shorter")
    text = words(wish.contract.text, CONTRACT_LENGTH) if wish.contract else PLAIN_CONTRACT
    usual = work.me.network == COMMONS.id
    draft = Invitation(
        version=1,
        code=made.code,
        account=work.me.root.account,
        agent=work.me.agent,
        node=work.address,
        name=work.me.name,
        half=half(wish.direction),
        inviter=terms(wish.mine),
        invitee=terms(wish.theirs),
        agree=contract_digest(text),
        unit=work.me.unit,
        expires=work.now.wall + wish.life,
        memo=words(wish.memo),
        network=None if usual else work.me.network,
        contract="" if text == PLAIN_CONTRACT else text,
    )
    one = InvitationFile(
        id=made.key.id,
        key=made.key.signer.agent,
        code=made.code,
        whom=words(wish.whom),
        draft=encode(draft),
        contract=text,
        uses=wish.uses,
        created_at=work.now.wall,
        expires_at=draft.expires,
        open_unseen=wish.open_unseen,
    )
    work.store.invitations.save(one)
    work.notice(InvitationChanged(one.id))
    return one


def revoke(work: Work, wish: commands.RevokeInvitation) -> None:
    """Take an invitation back."""
    one = work.store.invitations.get(wish.invitation)
    if one is None:
        raise NotFound("invitation", wish.invitation)
    if one.state != "out":
        raise WrongState("invitation", one.state, "out")
    one.state = "revoked"
    work.store.invitations.save(one)
    work.notice(InvitationChanged(one.id))


def check_invitation(work: Work, one: Invitation) -> None:
    """Say why an invitation opens nothing here.

    Raises:
        InvitationWrongNetwork, InvitationOwn, InvitationExpired.
    """
    if (one.network or COMMONS.id) != work.me.network:
        raise InvitationWrongNetwork()
    if one.agent == work.me.agent:
        raise InvitationOwn()
    if one.expires <= work.now.wall:
        raise InvitationExpired(at=one.expires)


def answer(work: Work, wish: commands.AnswerInvitation, one: Invitation, key: CodeKey) -> str:
    """Send a ticket to the inviter; our wallet signs when the agreement comes back unchanged."""
    check_invitation(work, one)
    half = other_half(one.half)
    mine = terms(wish.mine) if wish.mine else one.invitee
    theirs = terms(wish.theirs) if wish.theirs else one.inviter
    changed = (mine, theirs) != (one.invitee, one.inviter)
    uuid = Salt.of(work.dice.token(Salt.SIZE))
    file = TallyFile(
        record=tallies.Tally(uuid=uuid, partner=one.agent, half=half),
        account=one.account,
        created_at=work.now.wall,
        contract=contract_text(one.contract, one.agree),
    )
    save_partner_card(work, one)
    said = Answer(
        inviter=one.agent,
        half=half,
        mine=mine,
        theirs=theirs,
        agree=one.agree,
        unit=one.unit,
        memo=one.memo,
    )
    work.store.facts.put(f"answer:{uuid}", write_answer(said))
    work.store.facts.put(f"code:{one.agent}", one.code)
    work.store.tallies.save(file, work.now.wall)
    if work.address is None:
        raise WrongState("network", "off", "on")
    ticket = Ticket(
        invitation=key.id,
        tally=uuid,
        party=describe_me(work),
        address=work.address,
        terms=ProposedTerms(half=half, mine=mine, theirs=theirs) if changed else None,
        picture=str(Base64.of(work.me.picture)) if work.me.picture else "",
    )
    work.send(one.agent, ticket)
    work.notice(TallyChanged(uuid))
    return uuid


# Tallies ------------------------------------------------------------------


def offer(pump: Pump, work: Work, wish: commands.OfferTally) -> None:
    """Counter-offer."""
    one = _tally(work, wish.tally)
    if one.agreement is None:
        raise WrongState("tally", one.record.state.value, "received")
    agreement = change_agreement(
        work,
        one.agreement,
        half(wish.direction),
        terms(wish.mine),
        terms(wish.theirs),
        words(wish.memo),
    )
    _allowed(lambda: pump.tallies.offer(work, one, agreement))


def accept(pump: Pump, work: Work, wish: commands.AcceptTally) -> None:
    """Sign the partner's offer: starts the session that opens the tally."""
    one = _tally(work, wish.tally)
    given = tallies.AcceptOffer(Hash(wish.digest))
    _allowed(lambda: pump.tallies.feed_file(work, one, given))


def refuse(pump: Pump, work: Work, wish: commands.RefuseTally) -> None:
    """Refuse the partner's offer."""
    given = tallies.Refuse(words(wish.reason))
    _allowed(lambda: pump.tallies.feed_file(work, _tally(work, wish.tally), given))


def withdraw(pump: Pump, work: Work, wish: commands.WithdrawTally) -> None:
    """Take our offer back."""
    one = _tally(work, wish.tally)
    _allowed(lambda: pump.tallies.feed_file(work, one, tallies.Withdraw()))


# Payments and sessions --------------------------------------------------------


def pay(work: Work, wish: commands.Pay) -> str:
    """Want a payment; it runs in this very transaction if partner and chain are free."""
    memo, reference = words(wish.memo), words(wish.reference, REF_BYTES)
    if len(reference.encode()) > REF_BYTES:
        raise MemoTooLong(limit=REF_BYTES, length=len(reference.encode()))
    if wish.amount < 1:
        raise AmountZero(str(wish.amount))
    if wish.amount > MAX_AMOUNT:
        raise AmountTooLarge(str(MAX_AMOUNT + 1), MAX_AMOUNT)
    tally = _tally(work, wish.tally)
    if tally.record.state is not tallies.State.OPEN:
        raise WrongState("tally", tally.record.state.value, "open")
    if abs(tally.balance - wish.amount) > MAX_AMOUNT:
        raise AmountTooLarge(str(wish.amount), MAX_AMOUNT)
    chit = make_chit(work, tally, wish.amount, memo, reference)
    expect_chit(work, chit, mine=True)
    signing_of(work, wish.signing, chit.uuid, tally.record.partner)
    _preempt(work)
    work.tell(CHIT, chit.uuid, chits.Pay())
    return chit.uuid


def withdraw_payment(work: Work, wish: commands.WithdrawPayment) -> None:
    """Take back a payment of which nothing is signed."""
    one = work.store.chits.get(wish.chit)
    if one is None:
        raise NotFound("chit", wish.chit)
    if not chits.machine.allows(one.record, chits.Withdraw()):
        raise WrongState("chit", one.record.state.value, "waiting")
    work.tell(CHIT, one.uuid, chits.Withdraw())


def answer_payment(work: Work, wish: commands.AnswerPayment) -> None:
    """Accept or decline what the partner asks us to countersign."""
    one = _session(work, wish.session)
    if wish.accept:
        lock = work.store.chains.get_lock(work.me.agent)
        if lock is not None or work.store.sessions.get_proposed():
            raise WrongState("chain", "locked", "free")
        _session_input(work, one, signer.Accept())
        return
    one.text = words(wish.reason)
    work.store.sessions.save(one, work.now.wall)
    _session_input(work, one, signer.Decline())


def session_act(given: Input) -> Callable[[Work, Any], None]:
    """A command that is one input to a session."""

    def act(work: Work, wish: Any) -> None:
        _session_input(work, _session(work, wish.session), given)

    return act


def notices_seen(work: Work, wish: commands.NoticesSeen) -> None:
    """Remember how far the person has read."""
    work.store.facts.put("notices_seen", str(wish.number))


def trust(work: Work, _: commands.TrustClock) -> None:
    """The person vouches for the clock."""
    trust_clock(work, work.now.wall + TRUST_MS)


SESSION_ACTS: dict[type, Callable[[Work, Any], None]] = {
    commands.StopSession: session_act(signer.Stop()),
    commands.AskNow: session_act(signer.AskDue()),
    commands.GoOn: session_act(signer.GoOn()),
    commands.StopWaiting: session_act(signer.StopWaiting()),
    commands.PayAnyway: session_act(signer.PayAnyway()),
}

SIMPLE_ACTS: dict[type, Callable[[Work, Any], Any]] = {
    commands.RevokeInvitation: revoke,
    commands.SetAutoAccept: acts_receiving.set_auto_accept,
    commands.SetDayBound: acts_receiving.set_day_bound,
    commands.Pay: pay,
    commands.WithdrawPayment: withdraw_payment,
    commands.AnswerPayment: answer_payment,
    commands.NoticesSeen: notices_seen,
    commands.TrustClock: trust,
    commands.Serve: acts_signing.serve,
    commands.WitnessLink: acts_signing.card,
    commands.AddWitness: acts_signing.add,
    commands.ChooseWitness: acts_signing.choose,
    commands.DropWitness: acts_signing.drop,
    commands.OfferToWitness: acts_signing.offer,
    commands.AnswerPaper: acts_signing.answer_paper,
    **SESSION_ACTS,
}

TALLY_ACTS: dict[type, Callable[[Pump, Work, Any], Any]] = {
    commands.OfferTally: offer,
    commands.AcceptTally: accept,
    commands.RefuseTally: refuse,
    commands.WithdrawTally: withdraw,
    commands.AmendTally: lambda pump, work, wish: acts_amending.amend(pump.tallies, work, wish),
    commands.WithdrawAmendment: lambda pump, work, wish: acts_amending.withdraw(
        pump.tallies, work, wish
    ),
    commands.SignPaper: lambda pump, work, wish: sign_paper(pump.sessions, work, wish),
}


HARMLESS = (commands.NoticesSeen, commands.TrustClock, commands.WitnessLink)
"""Commands that sign nothing: an older copy of a wallet carries them out all the same."""


def run(pump: Pump, wish: object) -> Any:
    """Run a command that needs nothing but the pump.

    Raises:
        WalletError: it cannot be; nothing was changed.
    """
    if not isinstance(wish, HARMLESS):
        pump.check_copy()
    simple = SIMPLE_ACTS.get(type(wish))
    try:
        if simple is not None:
            return pump.submit(lambda work: simple(work, wish))
        return pump.submit(lambda work: TALLY_ACTS[type(wish)](pump, work, wish))
    except ProtocolBreach as error:  # a deadline passed while the person decided
        raise WrongState(error.machine, error.state, error.input) from None


# Common ---------------------------------------------------------------------


def _preempt(work: Work) -> None:
    """Own acts go before an incoming session in which nothing of ours is signed (R3)."""
    lock = work.store.chains.get_lock(work.me.agent)
    one = work.store.sessions.get(lock[0]) if lock else None
    if one is not None and signer.machine.allows(one.record, signer.OwnAct()):
        work.tell(COUNTERSIGNING, one.record.session, signer.OwnAct())


def _session(work: Work, found: str) -> SessionFile:
    one = work.store.sessions.get(found)
    if one is None:
        raise NotFound("session", found)
    return one


def _session_input(work: Work, one: SessionFile, given: Input) -> None:
    if not signer.machine.allows(one.record, given):
        raise WrongState("session", one.record.state.value, type(given).__name__)
    work.tell(COUNTERSIGNING, one.record.session, given)


def _tally(work: Work, uuid: str) -> TallyFile:
    one = work.store.tallies.get(uuid)
    if one is None:
        raise NotFound("tally", uuid)
    return one


def _allowed(act: Callable[[], None]) -> None:
    try:
        act()
    except ProtocolBreach as error:
        raise WrongState(error.machine, error.state, error.input) from None
