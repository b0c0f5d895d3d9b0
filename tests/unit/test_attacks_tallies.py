"""What strangers and lying partners may try while a tally is agreed: each is refused."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.helpers.pair import LIMIT, Pair, a_pair, accept, an_invitation, answer, two
from wallet.crypto.hashing import blake, digest, hash_bytes
from wallet.crypto.signing import Signer
from wallet.engine.api import commands
from wallet.engine.api.views import Direction, SideTerms
from wallet.model.credit import Agreement, Party, Side, Terms, sign_agreement
from wallet.model.errors import WalletError
from wallet.model.identity import Salt, found
from wallet.model.network import NodeAddress, NodeKey
from wallet.model.networks import COMMONS
from wallet.protocol.credit.tally import State as TallyState
from wallet.protocol.messages.frame import make_frame
from wallet.protocol.messages.refusals import Refusal
from wallet.protocol.messages.tallies import (
    TallyOffer,
    TallyRefusal,
    TallyWithdrawal,
    Ticket,
)

EVE = Signer(blake(b"eve"))


def party_of(signer: Signer, name: str = "eve") -> Party:
    root = found(COMMONS.id, Salt.of(blake(b"member")[:16]), signer, 1)
    return Party(root=root, name=name, salt=Salt.of(blake(b"salt")[:16]))


def ticket(invitation: str, word: str, signer: Signer = EVE) -> Ticket:
    return Ticket(
        invitation=hash_bytes(b"") if not invitation else type(hash_bytes(b""))(invitation),
        tally=Salt.of(blake(word.encode())[:16]),
        party=party_of(signer),
        address=NodeAddress(node=NodeKey.of(signer.agent.core)),
    )


def say(pair: Pair, body: Ticket, by: Signer = EVE) -> list[int]:
    """Somebody else than Bo says something to Ada; the numbers of what she refuses."""
    frame = make_frame(body.KIND, COMMONS.id, by.agent, pair.ada.agent, body)
    return [code for _, code in pair.ada.pump.receive(by.agent, [frame])]


def offered() -> Pair:
    """Bo answered Ada's invitation; his offer waits for her."""
    pair = two()
    one, key = an_invitation(pair)
    answer(pair, one, key)
    pair.carry()
    assert pair.ada.tally.record.state is TallyState.RECEIVED
    return pair


def agreement_of(pair: Pair) -> Agreement:
    standing: Agreement | None = pair.ada.tally.agreement
    assert standing is not None
    return standing


# Invitations ---------------------------------------------------------------------


def test_a_ticket_without_proof_of_the_code_opens_nothing() -> None:
    pair = two()
    _, key = an_invitation(pair)
    before = pair.ada.dump()
    assert say(pair, ticket(key.id, "one")) == [Refusal.INVITATION_UNKNOWN]
    other = an_invitation(pair)[1]
    pair.ada.pump.link_up(EVE.agent, other.id)
    assert say(pair, ticket(key.id, "one")) == [Refusal.INVITATION_UNKNOWN]
    assert not pair.ada.store.tallies.has_partner(EVE.agent)
    assert before != pair.ada.dump()  # the second invitation, and nothing else


def test_a_single_invitation_serves_one_of_two() -> None:
    pair = two()
    _, key = an_invitation(pair)
    mallory = Signer(blake(b"mallory"))
    for each in (EVE, mallory):
        pair.ada.pump.link_up(each.agent, key.id)
    assert say(pair, ticket(key.id, "one")) == []
    assert say(pair, ticket(key.id, "two", mallory), mallory) == [Refusal.INVITATION_USED]
    assert say(pair, ticket(key.id, "three")) == [Refusal.INVITATION_USED]
    assert not pair.ada.store.tallies.has_partner(mallory.agent)


def test_a_ticket_again_after_a_crash_is_the_same_tally() -> None:
    pair = two()
    _, key = an_invitation(pair)
    pair.ada.pump.link_up(EVE.agent, key.id)
    assert say(pair, ticket(key.id, "one")) == []
    pair.ada.boot()
    pair.ada.pump.link_up(EVE.agent, key.id)
    assert say(pair, replace(ticket(key.id, "one"), picture="AAAA")) == []
    assert len(pair.ada.store.tallies.list_by_partner(EVE.agent)) == 1


def test_nobody_answers_in_another_name_or_under_anothers_uuid() -> None:
    pair = a_pair()
    _, key = an_invitation(pair)
    pair.ada.pump.link_up(EVE.agent, key.id)
    mallory = Signer(blake(b"mallory"))
    forged = replace(ticket(key.id, "one"), party=party_of(mallory))
    assert say(pair, forged) == [Refusal.INVALID]
    taken = replace(ticket(key.id, "one"), tally=pair.ada.tally.record.uuid)
    assert say(pair, taken) == [Refusal.INVALID]
    assert pair.ada.tally.record.partner == pair.bo.agent


# Offers -----------------------------------------------------------------------------


def another_unit(one: Agreement) -> Agreement:
    return replace(one, unit="gold")


def another_contract(one: Agreement) -> Agreement:
    return replace(one, agree=hash_bytes(b"another"))


def another_network(one: Agreement) -> Agreement:
    return replace(one, network=type(one.network).of(blake(b"elsewhere")))


def other_words_about_us(one: Agreement) -> Agreement:
    side = replace(one.stock, party=replace(one.stock.party, name="Ada the Great"))
    return replace(one, stock=side)


def other_salt_of_ours(one: Agreement) -> Agreement:
    party = replace(one.stock.party, salt=Salt.of(bytes(16)))
    return replace(one, stock=replace(one.stock, party=party))


def another_partner(one: Agreement) -> Agreement:
    return replace(one, foil=Side(party=party_of(EVE), terms=one.foil.terms))


@pytest.mark.parametrize(
    "change",
    [
        another_unit, another_contract, another_network,
        other_words_about_us, other_salt_of_ours, another_partner,
    ],
)  # fmt: skip
def test_an_offer_changes_terms_and_nothing_else(change: Callable[[Agreement], Agreement]) -> None:
    pair = offered()
    standing = pair.ada.tally
    changed = change(replace(agreement_of(pair), revision=2))
    body = TallyOffer(agreement=changed, signature=sign_agreement(changed, pair.bo.signer))
    assert [code for _, code in pair.send(pair.bo, body)] == [Refusal.INVALID]
    assert pair.ada.tally == standing


def test_what_is_accepted_is_the_offer_that_was_seen() -> None:
    """A newer offer that comes while a person reads the older one is not accepted with it."""
    pair = offered()
    seen = pair.ada.tally.record.digest
    assert seen is not None
    newer = replace(agreement_of(pair), revision=2)
    newer = replace(newer, stock=replace(newer.stock, terms=Terms(limit=LIMIT * 10)))
    body = TallyOffer(agreement=newer, signature=sign_agreement(newer, pair.bo.signer))
    assert not pair.send(pair.bo, body)
    with pytest.raises(WalletError):
        pair.wish(pair.ada, commands.AcceptTally(pair.ada.tally.uuid, seen))
    assert pair.ada.tally.record.state is TallyState.RECEIVED


def test_a_newer_offer_under_way_does_not_change_what_opens() -> None:
    """Bo offers other terms while the session of the accepted ones runs: those open."""
    pair = offered()
    agreed = pair.ada.tally.record.digest
    accept(pair)
    pair.carry("session-signature")
    newer = replace(agreement_of(pair), revision=7)
    newer = replace(newer, stock=replace(newer.stock, terms=Terms(limit=LIMIT * 10)))
    body = TallyOffer(agreement=newer, signature=sign_agreement(newer, pair.bo.signer))
    pair.send(pair.bo, body)
    pair.carry()
    assert pair.ada.tally.record.state is TallyState.OPEN
    assert pair.ada.tally.record.digest == agreed
    assert digest(agreement_of(pair)) == agreed
    pair.ada.check()
    pair.bo.check()


def test_a_session_opens_what_we_offered_and_nothing_else() -> None:
    """Ada's modified wallet starts a session about other terms than Bo signed in his offer."""
    pair = offered()
    tally = pair.ada.tally
    mine = agreement_of(pair)
    mine = replace(mine, foil=replace(mine.foil, terms=Terms(limit=LIMIT * 10)))
    tally.agreement, tally.record = mine, replace(tally.record, digest=digest(mine))
    pair.submit(pair.ada, lambda work: work.store.tallies.save(tally, work.now.wall))
    accept(pair)
    pair.carry()
    assert pair.bo.tally.record.state is TallyState.OFFERED
    assert pair.bo.tally.books is None
    assert not pair.bo.is_locked
    assert all(side.tally.record.state is not TallyState.OPEN for side in (pair.ada, pair.bo))


def test_an_open_tally_is_neither_refused_nor_withdrawn() -> None:
    pair = a_pair()
    standing = pair.ada.tally
    assert standing.record.digest is not None
    name, seen = standing.record.uuid, standing.record.digest
    pair.send(pair.bo, TallyRefusal(uuid=name, digest=seen, reason="no"))
    pair.send(pair.bo, TallyWithdrawal(uuid=name, digest=seen))
    newer = replace(agreement_of(pair), revision=2)
    body = TallyOffer(agreement=newer, signature=sign_agreement(newer, pair.bo.signer))
    pair.send(pair.bo, body)
    assert pair.ada.tally == standing


@pytest.mark.parametrize("kind", ["", "preflight", "preflight-reply", "session-data",
                                  "session-signature", "certificate"])  # fmt: skip
def test_a_withdrawal_at_any_moment_leaves_both_alike(kind: str) -> None:
    """Bo withdraws while Ada accepts: either it is open on both sides, or on neither."""
    pair = offered()
    accept(pair)
    if kind:
        pair.carry(kind)
    with contextlib.suppress(WalletError):  # too late for him: his wallet says so
        pair.wish(pair.bo, commands.WithdrawTally(pair.bo.tally.uuid))
    pair.calm()
    states = {side.tally.record.state for side in (pair.ada, pair.bo)}
    assert states in ({TallyState.OPEN}, {TallyState.VOID}), states
    pair.check()


# The log ------------------------------------------------------------------------------


@pytest.mark.expects_warnings
def test_no_log_line_tells_who_paid_what_for_what(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    pair = two()
    one, key = an_invitation(pair, memo="PLANTED memo")
    answer(pair, one, key, (SideTerms(7_654_321), SideTerms(7_654_321)))
    pair.carry()
    pair.wish(
        pair.ada,
        commands.OfferTally(
            pair.ada.tally.uuid, Direction.THEY_OWE_ME, SideTerms(7_654_321), SideTerms(7_654_321),
            "PLANTED words",
        ),
    )  # fmt: skip
    pair.carry()
    tally = pair.bo.tally
    assert tally.record.digest is not None
    pair.wish(pair.bo, commands.AcceptTally(tally.uuid, tally.record.digest))
    pair.carry()
    pair.pay(pair.bo, 1_234_567, "PLANTED eggs")
    pair.carry()
    pair.send(
        pair.bo, TallyRefusal(uuid=Salt.of(bytes(16)), digest=hash_bytes(b""), reason="PLANTED")
    )
    text = caplog.text
    seeds = (blake(b"ada"), blake(b"bo"))
    assert "wallet" in text
    for word in ("PLANTED", "1234567", "1_234_567", "7654321", key.signer.agent, one.code):
        assert word not in text
    assert not any(seed.hex() in text for seed in seeds)
    assert pair.ada.balance == 1_234_567
