"""Guard against copied disks: what others have seen of our chain, and what we have of theirs.

Source: network.md, *Guard against copied disks*; countersigning.md C18, F54, F59.  A wallet that
is shown its own signature under something it does not have is the older of two copies: it stops
for good, because whatever it wrote would be a fork.  Only our own key can make such evidence, so
no partner can stop a wallet by a lie.
"""

from __future__ import annotations

from wallet.crypto.encoding import decode, encode
from wallet.crypto.ids import AgentId
from wallet.engine.api.notices import ConnectionChanged, NoticeAdded
from wallet.engine.desks import chainbook
from wallet.engine.work import Work
from wallet.model.actions import SignedAction, hash_action
from wallet.model.errors import InvalidChain, OldCopy, RuleBroken
from wallet.model.identity import Salt
from wallet.model.record import Record
from wallet.protocol.chain.verify import check_signature
from wallet.protocol.countersign.preflight import check_response
from wallet.protocol.messages.countersigning import Response
from wallet.protocol.messages.disks import Seen
from wallet.store.outbox import Facts

_FACT = "old_copy"


class Older(Record, frozen=True):
    """Why this copy has stopped: who showed us what, and when (ms UTC)."""

    agent: AgentId
    name: str
    at: int
    seen: Seen


def is_old_copy(facts: Facts) -> bool:
    """Whether this wallet has stopped."""
    return facts.get(_FACT) is not None


def why_stopped(facts: Facts) -> OldCopy:
    """The error to answer every act with, once this wallet has stopped."""
    found = facts.get(_FACT)
    return OldCopy(partner=decode(found.encode(), Older).name if found else "")


# What we have seen of them ---------------------------------------------------


def tell(work: Work, agent: AgentId) -> None:
    """A link to this agent came up: tell it what we hold of its chain."""
    where = f"{Seen.KIND}:{agent}"
    work.store.outbox.drop_requests(where, (Seen.KIND,))  # of an earlier link
    work.send(agent, _seen_of(work, agent), where)


def is_taken(work: Work, response: Response) -> bool:
    """Whether somebody promises a place that it has filled already; then it is told so."""
    if not _is_taken(work, response):
        return False
    show(work, response.body.agent)
    return True


def show(work: Work, agent: AgentId) -> None:
    """It signs for a place that is taken: show it its own signature there."""
    if agent in work.live.online:
        work.send(agent, _seen_of(work, agent), f"{Seen.KIND}:{agent}")


def _seen_of(work: Work, agent: AgentId) -> Seen:
    return Seen(
        nonce=Salt.of(work.dice.token(Salt.SIZE)),
        promise=_newest_promise(work, agent),
        action=work.store.chains.get_newest_seen(agent),
    )


def _newest_promise(work: Work, agent: AgentId) -> Response | None:
    """The newest place that this agent promised, to us as a signer or as a witness."""
    found = []
    known = work.store.sessions.get_promised(agent)
    if known is not None:
        found.append(work.store.sessions.get_response(known[1], agent))
    slot = work.store.witnessing.get_newest(agent)
    ballot = None if slot is None else work.store.witnessing.get_ballot(slot.session)
    if ballot is not None:
        found += [one for one in ballot.data.responses if one.body.agent == agent]
    return max((one for one in found if one), key=lambda one: one.body.seq, default=None)


def _is_taken(work: Work, response: Response) -> bool:
    """Whether what we hold of this agent's chain stands where it promises a place, or beyond.

    A promise of a session in which it signed nothing leaves its place free (R3).
    """
    body = response.body
    action = work.store.chains.get_newest_seen(body.agent)
    if action is not None and not _follows(response, action):
        return True
    known = work.store.sessions.get_promised(body.agent)
    if known is None or known[1] == body.session or body.seq > known[0]:
        return False
    one = work.store.sessions.get(known[1])
    if one is None or body.agent not in one.responses:
        return False
    if body.seq < known[0]:
        return True
    return body.agent in one.signatures or one.responses[body.agent].body.top != body.top


def _follows(response: Response, action: SignedAction) -> bool:
    seq = action.action.seq
    if response.body.seq == seq + 1:
        return response.body.top == hash_action(action.action)
    return response.body.seq > seq


# What they have seen of us ---------------------------------------------------


def receive(work: Work, sender: AgentId, body: Seen) -> None:
    """Compare what somebody holds of our chain with our disk.

    Raises:
        RuleBroken: it is not ours.
    """
    if _has(work, body):
        work.compared.add(sender)
        _finish_init(work)
        work.look_for_work = True
        return
    _stop(work, sender, body)


def _has(work: Work, body: Seen) -> bool:
    """Whether our disk has everything that we signed here."""
    me, promise, action = work.me, body.promise, body.action
    if action is not None:
        if action.action.author != me.agent:
            raise RuleBroken("somebody else's action shown as ours")
        try:
            found = check_signature(action, me.network)
        except InvalidChain:
            raise RuleBroken("an action that we never signed") from None
        stored = work.store.chains.get_at(me.agent, action.action.seq)
        if stored is None or stored.hash != found:
            return False
    if promise is None:
        return True
    check_response(promise, promise.body.session, me.agent, me.network)
    # A session in which we promised a place is never forgotten, whatever became of it.
    known = work.store.sessions.get_response(promise.body.session, me.agent)
    return known is not None and known.body == promise.body


def _stop(work: Work, sender: AgentId, body: Seen) -> None:
    older = Older(agent=sender, name=_name(work, sender), at=work.now.wall, seen=body)
    work.store.facts.put(_FACT, encode(older).decode())
    work.is_old_copy = True
    _tell_person(work, "old-copy", older.name)
    work.notice(ConnectionChanged(sender))


def warn_of_twin(work: Work, agent: AgentId) -> None:
    """Somebody else links to this agent with our key: tell the person, before it signs (F59)."""
    _tell_person(work, "runs-twice", _name(work, agent))


def _tell_person(work: Work, key: str, name: str) -> None:
    number = work.store.facts.put_notice(work.now.wall, key, "safety", key, name, 0, "")
    work.notice(NoticeAdded(str(number)))


def _name(work: Work, agent: AgentId) -> str:
    partner, helper = work.store.partners.get(agent), work.store.witnessing.get(agent)
    return partner.name if partner else helper.name if helper else ""


def _finish_init(work: Work) -> None:
    """Write that we have met the network, once somebody there has nothing newer of ours."""
    if work.store.facts.get("init_complete") is None and chainbook.complete_init(work):
        work.store.facts.put("init_complete", "1")
