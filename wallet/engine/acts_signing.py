"""What people ask about who decides, and about papers: commands inside the pump's transaction."""

from __future__ import annotations

from typing import get_args

from wallet.crypto.encoding import encode
from wallet.crypto.ids import AgentId
from wallet.engine.api import commands
from wallet.engine.api.notices import WitnessesChanged
from wallet.engine.desks import helping, roles
from wallet.engine.desks.countersigning import CountersignDesk
from wallet.engine.work import Work
from wallet.engine.written import words
from wallet.model.credit import ALONE, Signing, check_signing
from wallet.model.errors import NotFound, RuleBroken, WrongState
from wallet.model.identity import Salt
from wallet.model.limits import MAX_SIGNERS, SESSION_MAX_MS, SESSION_MIN_MS
from wallet.protocol.countersign import signer
from wallet.protocol.dispatch import COUNTERSIGNING
from wallet.protocol.identity.card import read_card, write_card
from wallet.protocol.messages.countersigning import PaperEntry, PaperParty

TITLE_LENGTH, TEXT_LENGTH = 80, 4_096


def serve(work: Work, wish: commands.Serve) -> None:
    """Decide or vote for others, or stop doing it."""
    for task, whom in (("decide", wish.decide), ("vote", wish.vote)):
        if whom not in get_args(roles.Whom):
            raise NotFound("choice", whom)
        roles.serve(work, task, whom)  # type: ignore[arg-type]
    work.notice(WitnessesChanged(""))


def card(work: Work, _: commands.WitnessLink) -> str:
    """Our card as a link."""
    return write_card(helping.our_service(work))


def add(work: Work, wish: commands.AddWitness) -> str:
    """Know a witness by its card."""
    return helping.add(work, read_card(wish.link))


def choose(work: Work, wish: commands.ChooseWitness) -> None:
    """Take a partner's offer."""
    helping.choose(work, wish.witness)


def drop(work: Work, wish: commands.DropWitness) -> None:
    """Know this witness no more."""
    helping.drop(work, wish.witness)


def offer(work: Work, wish: commands.OfferToWitness) -> None:
    """Offer a partner to decide or vote for it."""
    tally = work.store.tallies.get(wish.tally)
    if tally is None:
        raise NotFound("tally", wish.tally)
    helping.offer_to(work, tally.record.partner)


def sign_paper(desk: CountersignDesk, work: Work, wish: commands.SignPaper) -> str:
    """Propose a paper to partners; each of their persons looks at it and signs, or does not."""
    title, text = words(wish.title, TITLE_LENGTH), words(wish.text, TEXT_LENGTH)
    if not title or not text:
        raise WrongState("paper", "empty", "written")
    if not SESSION_MIN_MS <= wish.window <= SESSION_MAX_MS:
        raise WrongState("window", str(wish.window), "1 to 600 seconds")
    signing = wish.signing or ALONE
    most = MAX_SIGNERS - (1 if signing.mode == "E" else 0)
    if not 1 <= len(wish.tallies) < most:
        raise WrongState("paper", f"{len(wish.tallies) + 1} signers", f"2 to {most}")
    parties = [PaperParty(root=work.me.root, name=work.me.name)]
    parties += [_party(work, uuid) for uuid in wish.tallies]
    if work.store.chains.get_lock(work.me.agent) or work.store.sessions.get_proposed():
        raise WrongState("chain", "locked", "free")
    agents = tuple(party.agent for party in parties)
    _check(signing, agents)
    entry = PaperEntry(
        title=title,
        text=text,
        salt=Salt.of(work.dice.token(Salt.SIZE)),
        date=work.now.wall,
        parties=tuple(parties),
    )
    helping.keep_all(work, signing)
    return desk.propose(work, entry, agents[1], entry.salt, wish.window, signing)


def answer_paper(work: Work, wish: commands.AnswerPaper) -> None:
    """Sign a paper that a partner proposed, or refuse it."""
    one = work.store.sessions.get(wish.session)
    if one is None:
        raise NotFound("session", wish.session)
    if wish.accept and (
        work.store.chains.get_lock(work.me.agent) or work.store.sessions.get_proposed()
    ):
        raise WrongState("chain", "locked", "free")
    given = signer.Accept() if wish.accept else signer.Decline()
    if not signer.machine.allows(one.record, given):
        raise WrongState("session", one.record.state.value, type(given).__name__)
    one.text = words(wish.reason)
    work.store.sessions.save(one, work.now.wall)
    work.tell(COUNTERSIGNING, one.record.session, given)


def signing_of(work: Work, signing: Signing | None, uuid: str, partner: AgentId) -> None:
    """Remember who is to decide this one payment, other than its terms say.

    Raises:
        WrongState: these cannot decide it.
    """
    if signing is not None:
        _check(signing, (work.me.agent, partner))
        helping.keep_all(work, signing)
        work.store.facts.put(f"signing:{uuid}", encode(signing).decode())


def _check(signing: Signing, signers: tuple[AgentId, ...]) -> None:
    try:
        check_signing(signing, signers)
    except RuleBroken as error:
        raise WrongState("choice of who decides", error.rule, "one that can decide") from None


def _party(work: Work, uuid: str) -> PaperParty:
    tally = work.store.tallies.get(uuid)
    if tally is None or tally.agreement is None:
        raise NotFound("tally", uuid)
    sides = (tally.agreement.stock.party, tally.agreement.foil.party)
    theirs = next(party for party in sides if party.agent == tally.record.partner)
    return PaperParty(root=theirs.root, name=theirs.name)
