"""Witnesses of our own, and we as a witness of others: cards, offers, and who may link to us.

Source: product.md D13; countersigning.md, *In this wallet* (when mode P, E or Q).
"""

from __future__ import annotations

from wallet.crypto.encoding import decode, encode
from wallet.crypto.ids import AgentId
from wallet.engine.api.notices import NoticeAdded, WitnessesChanged
from wallet.engine.desks import roles
from wallet.engine.work import Work
from wallet.model.credit import Agreement, Signing, WitnessCard
from wallet.model.errors import NotFound, RuleBroken, WrongState
from wallet.model.networks import COMMONS
from wallet.model.record import Record
from wallet.protocol.messages.countersigning import Preflight
from wallet.protocol.messages.witnesses import ServiceCard, WitnessOffer
from wallet.store.tallies import TallyFile
from wallet.store.witnessing import KnownWitness

DIAL_MS = 10_000
"""A witness that we know for longer, and have no link to, is not on the way."""
MOST_PASSING = 200
"""Witnesses that we, a witness, know from sessions only: each of them is dialled."""
_CARDS = "cards:"


def our_card(work: Work) -> WitnessCard:
    """How others know and reach us as their witness.

    Raises:
        WrongState: without a network nobody can.
    """
    if work.address is None:
        raise WrongState("network", "off", "on")
    return WitnessCard(agent=work.me.agent, name=work.me.name, address=work.address)


def our_service(work: Work) -> ServiceCard:
    """What we do for whoever asks, with our card."""
    usual = work.me.network == COMMONS.id
    return ServiceCard(
        version=1,
        card=our_card(work),
        decides=roles.serves(work.store.facts, "decide") != "nobody",
        votes=roles.serves(work.store.facts, "vote") != "nobody",
        network=None if usual else work.me.network,
    )


def offer_to(work: Work, partner: AgentId) -> None:
    """Offer a partner what we do, or tell it that we no longer do it."""
    service = our_service(work)
    offer = WitnessOffer(
        card=service.card, decides=service.decides, votes=service.votes, number=work.now.wall
    )
    work.send(partner, offer)


def receive(work: Work, sender: AgentId, body: WitnessOffer) -> None:
    """Take a partner's offer; the person chooses whether to use it.

    Raises:
        RuleBroken: from somebody who is no partner, or about somebody else.
    """
    if body.card.agent != sender or not work.store.tallies.has_partner(sender):
        raise RuleBroken("only a partner offers itself")
    fact = f"offer:{sender}"
    if int(work.store.facts.get(fact) or 0) >= body.number:
        return
    work.store.facts.put(fact, str(body.number))
    known = work.store.witnessing.get(sender)
    if not (body.decides or body.votes):
        if known is not None and known.role == "offered":
            _let_go(work, sender)
        work.notice(WitnessesChanged(sender))
        return
    keep(work, body.card, "offered", decides=body.decides, votes=body.votes)
    if known is None:
        number = work.store.facts.put_notice(
            work.now.wall, "witness-offered", "needs you", f"w:{sender}", body.card.name, 0, ""
        )
        work.notice(NoticeAdded(str(number)))


def keep(work: Work, card: WitnessCard, role: str, *, decides: bool, votes: bool) -> None:
    """Know a witness and what it does, and want a link to it."""
    one = KnownWitness(card.agent, card.name, card.address, work.now.wall, role, decides, votes)
    work.store.witnessing.put(one)
    work.moved.add(card.agent)
    work.notice(WitnessesChanged(card.agent))


def keep_all(work: Work, signing: Signing) -> None:
    """Know the witnesses that an agreement names; ourselves aside."""
    for card in signing.witnesses:
        if card.agent == work.me.agent:
            continue
        known = work.store.witnessing.get(card.agent)
        decides = signing.mode == "E" or (known is not None and known.decides)
        votes = signing.mode == "Q" or (known is not None and known.votes)
        keep(work, card, "tally", decides=decides, votes=votes)


def cards_of(work: Work, preflight: Preflight) -> tuple[WitnessCard, ...]:
    """Where those who decide this session are reached, as far as we know."""
    named = deciders(preflight)
    known = map(work.store.witnessing.get, named)
    cards = [
        WitnessCard(agent=one.agent, name=one.name, address=one.address) for one in known if one
    ]
    own = work.me.agent in named and work.address is not None
    return (*cards, our_card(work)) if own else tuple(cards)


class Cards(Record, frozen=True):
    """Where those who decide a session say that they are reached."""

    cards: tuple[WitnessCard, ...]


def note_cards(work: Work, session: str, cards: tuple[WitnessCard, ...]) -> None:
    """Remember cards until the person agrees to the session: nobody is dialled before."""
    if cards:
        work.store.facts.put(_CARDS + session, encode(Cards(cards=cards)).decode())


def learn(work: Work, preflight: Preflight, session: str) -> None:
    """We take part: know those who decide, if we do not yet, and want links to them."""
    noted = work.store.facts.get(_CARDS + session)
    if noted is None:
        return
    work.store.facts.drop(_CARDS + session)
    named = deciders(preflight)
    for card in decode(noted.encode(), Cards).cards:
        if card.agent in named and work.store.witnessing.get(card.agent) is None:
            decides = preflight.mode == "E"
            keep(work, card, "session", decides=decides, votes=not decides)


def meet(work: Work, preflight: Preflight, cards: tuple[WitnessCard, ...]) -> None:
    """We witness a session: know the other witnesses, whom we shall have to ask.

    Any stranger whom we serve can name some, so only the newest of those are kept.
    """
    for card in cards:
        known = card.agent == work.me.agent or work.store.witnessing.get(card.agent)
        if card.agent in preflight.witnesses and not known:
            keep(work, card, "session", decides=False, votes=True)
            work.store.witnessing.forget_passing(MOST_PASSING)


def forget_cards(work: Work, session: str) -> None:
    """The session came to nothing."""
    work.store.facts.drop(_CARDS + session)


def are_reachable(work: Work, preflight: Preflight) -> bool:
    """Whether those who decide can hear us: linked, or just met and perhaps on the way."""
    if preflight.mode == "P":
        return True
    here = 0
    for agent in deciders(preflight):
        known = work.store.witnessing.get(agent)
        fresh = known is None or work.now.wall - known.since < DIAL_MS
        here += agent in work.live.online or fresh
    return here >= max(1, preflight.needed)


def deciders(preflight: Preflight) -> tuple[AgentId, ...]:
    """The enzyme, or the witnesses; nobody in mode P."""
    return preflight.witnesses or ((preflight.enzyme,) if preflight.enzyme else ())


def add(work: Work, service: ServiceCard) -> str:
    """The person adds a witness by its card.

    Raises:
        WrongState: it is of another network, our own, or does nothing for others.
    """
    if (service.network or COMMONS.id) != work.me.network:
        raise WrongState("card", "another network", "this network")
    if service.card.agent == work.me.agent:
        raise WrongState("card", "your own", "somebody else's")
    if not (service.decides or service.votes):
        raise WrongState("card", "no witness", "a witness")
    keep(work, service.card, "chosen", decides=service.decides, votes=service.votes)
    return service.card.agent


def choose(work: Work, agent: str) -> None:
    """The person takes an offer."""
    if work.store.witnessing.get(agent) is None:
        raise NotFound("witness", agent)
    work.store.witnessing.choose(agent)
    work.notice(WitnessesChanged(agent))


def drop(work: Work, agent: str) -> None:
    """The person wants this witness no more; agreements that name it stay as they are."""
    if work.store.witnessing.get(agent) is None:
        raise NotFound("witness", agent)
    _let_go(work, agent)
    work.notice(WitnessesChanged(agent))


def _let_go(work: Work, agent: str) -> None:
    """Forget a witness, unless something of ours needs it: then we must still reach it."""
    store = work.store
    named = filter(None, map(store.tallies.get, store.tallies.list_naming(agent)))
    live = filter(None, map(store.sessions.get, store.sessions.list_live()))
    if any(agent in terms.signing.agents for one in named for terms in _terms_of(one)):
        store.witnessing.set_role(agent, "tally")
    elif any(agent in deciders(one.preflight) for one in live):
        store.witnessing.set_role(agent, "session")
    else:
        store.witnessing.drop(agent)
        work.moved.add(AgentId(agent))


def _terms_of(one: TallyFile) -> tuple[Agreement, ...]:
    return tuple(terms for terms in (one.agreement, one.amendment) if terms is not None)


def is_present(work: Work, signing: Signing) -> bool:
    """Whether so many of those who decide are here that a session can complete."""
    here = [agent for agent in signing.agents if work.is_compared(agent)]
    if signing.mode == "Q":
        return len(here) >= signing.needed and signing.agents[0] in here
    return len(here) == len(signing.agents)
