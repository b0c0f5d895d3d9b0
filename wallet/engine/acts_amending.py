"""What people ask about the terms of an open tally: commands inside the pump's transaction."""

from __future__ import annotations

from msgspec.structs import replace

from wallet.crypto.hashing import digest
from wallet.engine.api import commands
from wallet.engine.desks import helping
from wallet.engine.desks.amending import is_changed
from wallet.engine.desks.tallies import TallyDesk
from wallet.engine.work import Work
from wallet.engine.written import CONTRACT_LENGTH, terms, words
from wallet.model.contracts import contract_digest
from wallet.model.credit import MAX_REVISION, Agreement, check_signing
from wallet.model.errors import NotFound, RuleBroken, WrongState
from wallet.protocol.credit import tally as tallies
from wallet.store.tallies import TallyFile


def amend(desk: TallyDesk, work: Work, wish: commands.AmendTally) -> None:
    """Want other terms; the partner's person is asked as soon as both wallets are connected."""
    one = _tally(work, wish.tally)
    standing = one.agreement
    if one.record.state is not tallies.State.OPEN or standing is None:
        raise WrongState("tally", one.record.state.value, "open")
    if one.record.session is not None:
        state = "not known yet" if one.record.doubt else "being asked or signed"
        raise WrongState("change of terms", state, "over")
    contract = words(wish.contract.text, CONTRACT_LENGTH) if wish.contract else ""
    agreement = _amended(work, standing, wish, contract)
    if not is_changed(agreement, standing):
        raise WrongState("terms", "as they are", "changed")
    _check_signing(agreement)
    helping.keep_all(work, agreement.signing)
    one.amendment, one.amendment_contract = agreement, contract
    desk.feed_file(work, one, tallies.Amend(digest(agreement)))


def withdraw(desk: TallyDesk, work: Work, wish: commands.WithdrawAmendment) -> None:
    """Want them no more."""
    one = _tally(work, wish.tally)
    if not tallies.machine.allows(one.record, tallies.WithdrawAmendment()):
        state = "being asked or signed" if one.record.session else "not there"
        raise WrongState("change of terms", state, "waiting")
    one.amendment, one.amendment_contract = None, ""
    desk.feed_file(work, one, tallies.WithdrawAmendment())


def _amended(
    work: Work, standing: Agreement, wish: commands.AmendTally, contract: str
) -> Agreement:
    if standing.revision >= MAX_REVISION:
        raise WrongState("tally", f"revision {standing.revision}", f"below {MAX_REVISION}")
    mine, theirs = terms(wish.mine), terms(wish.theirs)
    ours = standing.stock.party.agent == work.me.agent
    own = standing.stock if ours else standing.foil
    other = standing.foil if ours else standing.stock
    # What the command does not name (interest) stays.
    own = replace(own, terms=replace(own.terms, limit=mine.limit, call=mine.call))
    other = replace(other, terms=replace(other.terms, limit=theirs.limit, call=theirs.call))
    return replace(
        standing,
        revision=standing.revision + 1,
        date=work.now.wall,
        memo=standing.memo if wish.memo is None else words(wish.memo),
        agree=contract_digest(contract) if contract else standing.agree,
        signing=wish.signing or standing.signing,
        stock=own if ours else other,
        foil=other if ours else own,
    )


def _check_signing(agreement: Agreement) -> None:
    agents = (agreement.stock.party.agent, agreement.foil.party.agent)
    try:
        check_signing(agreement.signing, agents)
    except RuleBroken as error:
        raise WrongState("witnesses", error.rule, "others than the signers") from None


def _tally(work: Work, uuid: str) -> TallyFile:
    one = work.store.tallies.get(uuid)
    if one is None:
        raise NotFound("tally", uuid)
    return one
