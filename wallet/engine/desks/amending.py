"""Other terms for an open tally: what is asked, whether we look at it, and what stands after.

Source: credit.md, *Tally* (change terms); countersigning.md R8 (in an agreement nobody may stop
after signing).  Block 0 stays what chits refer to: parties, halves and unit never change.
"""

from __future__ import annotations

from msgspec.structs import replace

from wallet.crypto.hashing import Hash, digest
from wallet.crypto.ids import AgentId
from wallet.engine.desks import helping
from wallet.engine.desks.papers import Welcome
from wallet.engine.work import Work
from wallet.model.contracts import contract_text
from wallet.model.credit import ALONE, Agreement, Signing, check_amendment
from wallet.model.errors import BugError, RuleBroken
from wallet.model.identity import Authority
from wallet.protocol.credit import consensus
from wallet.protocol.credit import tally as tallies
from wallet.protocol.credit.proof import check_authorities
from wallet.protocol.messages.countersigning import AmendEntry, Declined
from wallet.store.tallies import TallyFile


def judge_amendment(work: Work, sender: AgentId, entry: AmendEntry) -> Welcome | Declined:
    """Whether our person is asked about other terms; no policy accepts them.

    Raises:
        RuleBroken: no honest wallet would have proposed it to us.
    """
    agreement = entry.agreement
    found = work.store.tallies.get(agreement.uuid)
    if found is None or found.agreement is None or found.record.partner != sender:
        raise RuleBroken("other terms for a tally that is not there")
    if found.record.state in (tallies.State.OFFERED, tallies.State.OPENING):
        return Declined(why="busy")  # open for the partner: the certificate is on its way
    if found.record.state is not tallies.State.OPEN:
        return Declined(why="closed")
    if found.books and found.books.state is consensus.State.DIFFERENT:
        return Declined(why="differs")
    standing = found.agreement
    parties = (standing.stock.party, standing.foil.party)
    check_authorities(entry.authorities, (sender, work.me.agent), parties)
    if found.record.session is not None and (found.record.doubt or not found.record.amending):
        return Declined(why="busy")  # one at a time; and what is in doubt is settled first
    if entry.prior != digest(standing):
        return Declined(why="invalid")
    check_amendment(agreement, standing)
    if not is_changed(agreement, standing):
        return Declined(why="invalid")
    if not contract_of(entry, found):
        raise RuleBroken("another contract than the agreement says")
    return Welcome(found.uuid, by_policy=False)


def is_changed(agreement: Agreement, standing: Agreement) -> bool:
    """Whether anything but its number and date is another."""
    return agreement != replace(standing, revision=agreement.revision, date=agreement.date)


def contract_of(entry: AmendEntry, one: TallyFile) -> str:
    """The text that the new agreement names; empty: it is neither here nor in the entry."""
    return contract_text(entry.contract or one.contract, entry.agreement.agree)


def propose_terms(one: TallyFile, authorities: tuple[Authority, ...]) -> tuple[AmendEntry, Signing]:
    """What we ask the partner to sign, and who decides that session.

    Where who decides is itself changed the two sign alone: those who decided may be the reason.
    """
    if one.amendment is None or one.agreement is None:
        raise BugError("a wish for an amendment that is not here")
    entry = AmendEntry(
        agreement=one.amendment,
        prior=digest(one.agreement),
        authorities=authorities,
        contract=one.amendment_contract,
    )
    return entry, signing_of(one)


def signing_of(one: TallyFile) -> Signing:
    """Who decides the session about the terms we want: as the standing ones say, or the two."""
    if one.agreement is None or one.amendment is None:
        return ALONE
    standing = one.agreement.signing
    return standing if one.amendment.signing == standing else ALONE


def take_terms(work: Work, one: TallyFile, session: Hash) -> None:
    """What both signed stands; the former agreement stays for comparison."""
    file = work.store.sessions.get(session)
    if file is None or not isinstance(file.entry, AmendEntry) or one.agreement is None:
        raise BugError("a tally amended by no session")
    entry = file.entry
    if entry.prior != digest(one.agreement):
        raise BugError("an amendment of terms that do not stand")
    contract = contract_of(entry, one)
    one.former_contract = one.contract if contract != one.contract else ""
    one.contract = contract
    one.former, one.agreement = one.agreement, entry.agreement
    one.amendment, one.amendment_contract = None, ""
    revision = entry.agreement.revision
    one.record = replace(one.record, standing=digest(entry.agreement), revision=revision)
    helping.keep_all(work, entry.agreement.signing)
