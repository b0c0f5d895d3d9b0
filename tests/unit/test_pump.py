"""The pump and what people ask of it: one transaction, heard once, refusals as answers."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.helpers.builders import a_person, a_salt
from tests.helpers.pair import (
    LIMIT,
    PERSON_MS,
    START,
    Pair,
    a_pair,
    accept,
    an_invitation,
    answer,
    two,
)
from wallet.crypto.hashing import Hash, hash_bytes
from wallet.crypto.ids import ActionHash
from wallet.crypto.signing import Signature
from wallet.engine import acts, setup
from wallet.engine.api import commands
from wallet.engine.api.views import Direction, SideTerms
from wallet.engine.desks.drafting import describe_me
from wallet.engine.pump import PRUNE_AFTER_MS
from wallet.engine.work import Work
from wallet.model.contracts import contract_digest
from wallet.model.credit import Signing, Terms, WitnessCard, sign_agreement
from wallet.model.errors import (
    AmountTooLarge,
    AmountZero,
    BugError,
    DamagedFile,
    InvitationExpired,
    InvitationOwn,
    InvitationWrongNetwork,
    MemoTooLong,
    NotFound,
    WrongState,
)
from wallet.model.identity import found
from wallet.model.limits import MAX_AMOUNT, MEMO_LENGTH, OFFER_MS, REF_BYTES
from wallet.model.network import NodeAddress, NodeKey
from wallet.model.networks import COMMONS
from wallet.protocol.countersign import signer
from wallet.protocol.countersign.signer import State as Step
from wallet.protocol.credit import chit, consensus, tally
from wallet.protocol.credit.chit import State as ChitState
from wallet.protocol.credit.tally import State
from wallet.protocol.messages.countersigning import (
    Cancel,
    Declined,
    NoEvidence,
    PreflightReply,
    Response,
    ResponseBody,
    SessionData,
    SessionDataMessage,
    Status,
)
from wallet.protocol.messages.frame import make_frame
from wallet.protocol.messages.refusals import Refusal
from wallet.protocol.messages.tallies import (
    AddressNote,
    Receiving,
    TallyDraft,
    TallyOffer,
    TallyRefusal,
    Ticket,
)

NET = COMMONS.id
SIDE = SideTerms(LIMIT, 30)


def opened(pair: Pair) -> str:
    return pair.ada.tally.uuid


# Heard once, refusals as answers --------------------------------------------------------


@pytest.mark.rule("F2", "F11")
def test_a_message_is_heard_once_and_a_repeat_gets_the_same_answer() -> None:
    pair = a_pair()
    note = AddressNote(address=NodeAddress(node=NodeKey.of(bytes(32))), issued=START)
    bad = Status(session=hash_bytes(b"x"), attempt=1, evidence=NoEvidence())
    assert pair.send(pair.ada, note) == []
    before = pair.bo.dump()
    assert pair.send(pair.ada, note) == []
    assert pair.bo.dump() == before
    first = pair.send(pair.ada, bad)
    assert first
    assert pair.send(pair.ada, bad) == first


def test_a_refused_message_takes_nothing_with_it_and_leaves_the_others_of_its_batch() -> None:
    pair = a_pair()
    good = [AddressNote(address=NodeAddress(node=NodeKey.of(bytes([n] * 32))), issued=START + n)
            for n in (1, 2)]  # fmt: skip
    bad = Status(session=hash_bytes(b"x"), attempt=1, evidence=NoEvidence())
    ada, bo = pair.ada.agent, pair.bo.agent
    frames = [make_frame(one.KIND, NET, ada, bo, one) for one in (good[0], bad, good[1])]
    refused = pair.bo.pump.receive(ada, frames)
    assert refused == [(frames[1].id, Refusal.INVALID)]
    partner = pair.bo.store.partners.get(ada)
    assert partner is not None
    assert partner.issued == START + 2


@pytest.mark.parametrize("case", ["sender", "recipient", "kind", "body"])
def test_a_frame_that_is_not_for_us_or_not_known_is_refused_by_its_number(case: str) -> None:
    pair = a_pair()
    ada, bo, cy = pair.ada.agent, pair.bo.agent, a_person("Cy").agent
    body = Cancel(session=hash_bytes(b"x"))
    frame, number = {
        "sender": (make_frame("cancel", NET, cy, bo, body), Refusal.NOT_ALLOWED),
        "recipient": (make_frame("cancel", NET, ada, cy, body), Refusal.NOT_ALLOWED),
        "kind": (make_frame("no-such", NET, ada, bo, body), Refusal.UNKNOWN_KIND),
        "body": (make_frame("certificate", NET, ada, bo, body), Refusal.MALFORMED),
    }[case]
    assert pair.bo.pump.receive(ada, [frame]) == [(frame.id, number)]


def test_what_the_table_has_no_row_for_is_refused_as_the_wrong_state() -> None:
    pair = a_pair()
    pair.wish(pair.bo, commands.SetAutoAccept(opened(pair), on=False))
    pair.carry()
    uuid = pair.pay(pair.ada)
    pair.carry()
    session = pair.bo.session(uuid).record.session
    zero = Signature.of(bytes(64))
    body = ResponseBody(
        session=session, agent=pair.ada.agent, seq=1, top=ActionHash.of(bytes(32)), top_time=0
    )
    data = SessionData(session=session, responses=(Response(body=body, signature=zero),) * 2)
    assert pair.send(pair.ada, SessionDataMessage(data=data))[0][1] == Refusal.WRONG_STATE
    assert pair.bo.step(uuid) is Step.ASKED


def test_a_peer_refuses_only_what_was_sent_to_it() -> None:
    pair = a_pair()
    pair.unlink()
    pair.pay(pair.ada)
    pair.link()
    owed = pair.ada.pump.owed_to(pair.bo.agent)
    assert owed
    pair.ada.pump.refused(a_person("Cy").agent, owed[0].id, Refusal.INVALID)
    assert pair.ada.pump.owed_to(pair.bo.agent) == owed
    pair.ada.pump.refused(pair.bo.agent, owed[0].id, Refusal.BUSY)
    assert pair.ada.pump.owed_to(pair.bo.agent) == owed, "busy is worth another try"


@pytest.mark.rule("F5")
def test_a_preflight_that_the_partner_refuses_ends_its_session_and_payment() -> None:
    pair = a_pair()
    uuid = pair.pay(pair.ada)
    letter = pair.take("preflight")
    pair.ada.pump.refused(pair.bo.agent, letter.id, Refusal.INVALID)
    assert pair.ada.step(uuid) is Step.CANCELLED
    assert pair.ada.chit_state(uuid) is ChitState.REFUSED
    assert "preflight" not in pair.ada.owes()


def test_an_acknowledged_message_is_never_sent_again_even_over_a_restart() -> None:
    pair = a_pair()
    pair.pay(pair.ada)
    pair.carry()
    assert pair.ada.owes() == []
    pair.crash(pair.ada)
    pair.link()
    kinds = {one.kind for one in pair.post}
    assert not kinds & {"preflight", "session-data", "certificate"}


# Timers, wishes ---------------------------------------------------------------------------


def test_a_payment_to_a_partner_who_is_away_waits_and_runs_by_itself() -> None:
    pair = a_pair()
    pair.unlink()
    uuid = pair.pay(pair.ada)
    assert pair.ada.chit_state(uuid) is ChitState.WAITING
    assert [one.subject for one in pair.ada.sessions].count(uuid) == 0
    pair.crash(pair.ada)
    pair.wait(86_400_000)
    pair.calm()
    assert pair.bo.chit_state(uuid) is ChitState.GOOD
    pair.agree()


@pytest.mark.rule("K2")
def test_a_waiting_payment_is_withdrawn_and_never_runs() -> None:
    pair = a_pair()
    pair.unlink()
    uuid = pair.pay(pair.ada)
    pair.wish(pair.ada, commands.WithdrawPayment(uuid))
    pair.calm()
    assert pair.ada.chit_state(uuid) is ChitState.WITHDRAWN
    assert pair.bo.chit_state(uuid) is None
    with pytest.raises(WrongState):
        pair.wish(pair.ada, commands.WithdrawPayment(uuid))


@pytest.mark.rule("K2")
def test_a_payment_that_is_being_signed_cannot_be_withdrawn() -> None:
    pair = a_pair()
    uuid = pair.pay(pair.ada)
    with pytest.raises(WrongState):
        pair.wish(pair.ada, commands.WithdrawPayment(uuid))
    pair.carry()
    with pytest.raises(WrongState):
        pair.wish(pair.ada, commands.WithdrawPayment(uuid))


@pytest.mark.rule("R10")
def test_a_busy_answer_waits_a_little_longer_each_time_and_tries_again() -> None:
    pair = a_pair()
    uuid = pair.pay(pair.ada)
    pauses = []
    for _ in range(5):
        pair.take("preflight")
        session = pair.ada.session(uuid).record.session
        busy = PreflightReply(session=session, answer=Declined(why="busy"))
        assert pair.send(pair.bo, busy) == []
        assert pair.ada.chit_state(uuid) is ChitState.WAITING
        pair.post.clear()
        begun = pair.ada.clock.now
        while not pair.post:
            pair.wait(1, pair.ada)
        pauses.append(pair.ada.clock.now - begun)
    assert pauses[-1] > 4 * pauses[0]
    pair.unlink()
    pair.calm()
    assert pair.ada.chit_state(uuid) is ChitState.GOOD


@pytest.mark.rule("T8")
def test_an_offer_nobody_answers_expires_after_two_weeks_over_restarts_too() -> None:
    pair = two()
    answer(pair, *an_invitation(pair))
    pair.carry()
    pair.unlink()
    for _ in range(2):
        pair.wait(OFFER_MS // 2 - 1)
        pair.crash(pair.bo)
    assert pair.bo.tally.record.state is State.OFFERED
    pair.wait(2)
    assert pair.bo.tally.record.state is State.VOID
    assert "offer-expired" in pair.bo.notices()


# What a person asks for ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"amount": 0}, AmountZero),
        ({"amount": -5}, AmountZero),
        ({"amount": MAX_AMOUNT + 1}, AmountTooLarge),
        ({"amount": 1, "memo": "x" * (MEMO_LENGTH + 1)}, MemoTooLong),
        ({"amount": 1, "reference": "ü" * REF_BYTES}, MemoTooLong),
        ({"amount": 1, "tally": "nowhere"}, NotFound),
    ],
)
def test_a_payment_that_cannot_be_gets_its_sentence_and_changes_nothing(
    wish: dict[str, Any], error: type[Exception]
) -> None:
    pair = a_pair()
    before = pair.ada.dump()
    with pytest.raises(error):
        pair.wish(pair.ada, commands.Pay(**{"tally": opened(pair), **wish}))
    assert pair.ada.dump() == before


def test_a_tally_that_is_not_open_takes_no_payment() -> None:
    pair = two()
    answer(pair, *an_invitation(pair))
    pair.carry()
    with pytest.raises(WrongState):
        pair.pay(pair.ada)


@pytest.mark.parametrize(
    "wish",
    [
        commands.StopSession("x"),
        commands.AnswerPayment("x", accept=True),
        commands.WithdrawPayment("x"),
        commands.RevokeInvitation("x"),
        commands.AcceptTally("x", "y"),
        commands.RefuseTally("x"),
        commands.WithdrawTally("x"),
        commands.SetAutoAccept("x", on=True),
    ],
)
def test_what_is_not_there_is_not_found(wish: object) -> None:
    with pytest.raises(NotFound):
        acts.run(a_pair().ada.pump, wish)


def test_the_notices_a_person_has_read_are_remembered() -> None:
    pair = a_pair()
    pair.wish(pair.ada, commands.NoticesSeen(7))
    assert pair.ada.store.facts.get("notices_seen") == "7"


@pytest.mark.rule("K8")
def test_where_receiving_is_off_the_person_accepts_within_a_minute() -> None:
    pair = a_pair()
    pair.wish(pair.bo, commands.SetAutoAccept(opened(pair), on=False))
    pair.wish(pair.bo, commands.SetAutoAccept(opened(pair), on=False))
    pair.carry()
    assert pair.ada.tally.partner_asks, "the payer allows more time"
    uuid = pair.pay(pair.ada)
    pair.carry()
    one = pair.bo.session(uuid)
    assert (one.record.state, one.wait) == (Step.ASKED, PERSON_MS)
    assert not pair.bo.is_locked
    assert "payment-asked" in pair.bo.notices()
    pair.wait(PERSON_MS - 1_000)
    pair.wish(pair.bo, commands.AnswerPayment(one.record.session, accept=True))
    pair.carry()
    assert pair.bo.chit_state(uuid) is ChitState.GOOD
    pair.agree()


@pytest.mark.rule("K8")
def test_a_declined_payment_is_refused_with_the_persons_words() -> None:
    pair = a_pair()
    pair.wish(pair.bo, commands.SetAutoAccept(opened(pair), on=False))
    pair.carry()
    uuid = pair.pay(pair.ada)
    pair.carry()
    session = pair.bo.session(uuid).record.session
    with pytest.raises(MemoTooLong):
        pair.wish(pair.bo, commands.AnswerPayment(session, accept=False, reason="x" * 201))
    pair.wish(pair.bo, commands.AnswerPayment(session, accept=False, reason="not mine"))
    pair.carry()
    assert pair.ada.chit_state(uuid) is ChitState.REFUSED
    assert pair.ada.session(uuid).text == "not mine"
    pair.agree()
    assert pair.ada.balance == 0


def test_a_person_cannot_accept_while_another_session_runs() -> None:
    pair = a_pair()
    pair.wish(pair.bo, commands.SetAutoAccept(opened(pair), on=False))
    pair.carry()
    uuid = pair.pay(pair.ada)
    pair.carry()
    session = pair.bo.session(uuid).record.session
    pair.pay(pair.bo)
    with pytest.raises(WrongState):
        pair.wish(pair.bo, commands.AnswerPayment(session, accept=True))


@pytest.mark.rule("K8")
def test_a_note_about_receiving_counts_by_its_number_and_only_from_the_partner() -> None:
    pair = a_pair()
    tally = pair.ada.tally.record.digest
    assert tally is not None
    for number, asks, after in ((5, True, True), (4, False, True), (6, False, False)):
        assert pair.send(pair.bo, Receiving(tally=tally, asks=asks, number=number)) == []
        assert pair.ada.tally.partner_asks is after
    other = Receiving(tally=hash_bytes(b"other"), asks=True, number=9)
    assert pair.send(pair.bo, other)[0][1] == Refusal.INVALID


def test_an_address_is_told_once_and_an_older_note_changesNoEvidence() -> None:
    pair = a_pair()
    key = NodeKey.of(b"\7" * 32)
    assert pair.send(pair.bo, AddressNote(address=NodeAddress(node=key), issued=START + 50)) == []
    assert pair.ada.pump.take_moved() == {pair.bo.agent}
    old = NodeAddress(node=NodeKey.of(bytes(32)))
    assert pair.send(pair.bo, AddressNote(address=old, issued=START + 49)) == []
    partner = pair.ada.store.partners.get(pair.bo.agent)
    assert partner is not None
    assert partner.address is not None
    assert partner.address.node == key
    for _ in range(2):
        pair.unlink()
        pair.link()
        notes = [one.kind for one in pair.post].count("address")
        pair.carry()
    assert notes == 0


# Invitations ---------------------------------------------------------------------------------


def a_ticket(pair: Pair, invitation: Hash, *, uuid: object = "second", **fields: Any) -> Ticket:
    def write(work: Any) -> Ticket:
        party = describe_me(work)
        return Ticket(
            invitation=invitation, tally=a_salt(uuid), party=party,
            address=NodeAddress(node=NodeKey.of(bytes(32))),
        )  # fmt: skip

    return replace(pair.submit(pair.bo, write), **fields)


def test_a_single_use_invitation_used_twice_is_refused_as_used() -> None:
    pair = two()
    one, key = an_invitation(pair)
    answer(pair, one, key)
    pair.carry()
    assert pair.send(pair.bo, a_ticket(pair, key.id))[0][1] == Refusal.INVITATION_USED
    assert pair.ada.pump.invitation_key(key.id) == Refusal.INVITATION_USED
    accept(pair)
    pair.carry()
    pair.agree()


def test_an_invitation_that_ran_out_is_refused_as_expired_on_both_sides() -> None:
    pair = two()
    one, key = an_invitation(pair, life=1_000)
    pair.wait(1_000)
    with pytest.raises(InvitationExpired):
        answer(pair, one, key)
    assert pair.send(pair.bo, a_ticket(pair, key.id))[0][1] == Refusal.INVITATION_EXPIRED
    assert pair.ada.pump.invitation_key(key.id) == Refusal.INVITATION_EXPIRED


def test_a_revoked_invitation_is_refused_and_the_invitee_hears_why() -> None:
    pair = two()
    one, key = an_invitation(pair)
    answer(pair, one, key)
    pair.wish(pair.ada, commands.RevokeInvitation(key.id))
    pair.carry()
    assert pair.ada.refusals == [("ticket", Refusal.INVITATION_REVOKED)]
    assert pair.bo.tally.record.state is State.VOID
    assert pair.bo.tally.record.reason == "invitation_revoked"
    assert "invitation-refused" in pair.bo.notices()
    with pytest.raises(WrongState):
        pair.wish(pair.ada, commands.RevokeInvitation(key.id))


def test_an_unknown_invitation_has_its_own_number() -> None:
    pair = two()
    pair.link("nothing")
    ticket = a_ticket(pair, hash_bytes(b"nothing"))
    assert pair.send(pair.bo, ticket)[0][1] == Refusal.INVITATION_UNKNOWN
    assert pair.ada.pump.invitation_key("nothing") == Refusal.INVITATION_UNKNOWN


def test_a_ticket_without_a_proven_code_is_refused() -> None:
    pair = two()
    _, key = an_invitation(pair)
    pair.link()
    assert pair.send(pair.bo, a_ticket(pair, key.id))[0][1] == Refusal.INVITATION_UNKNOWN
    file = pair.ada.store.invitations.get(key.id)
    assert file is not None
    assert (file.used, file.state) == (0, "out")


def test_a_ticket_in_somebody_elses_name_or_with_a_taken_uuid_is_refused() -> None:
    pair = two()
    _, key = an_invitation(pair, uses=5)
    pair.link(key.id)
    ticket = a_ticket(pair, key.id)
    cy = replace(ticket.party, root=found_in_commons())
    assert pair.send(pair.bo, replace(ticket, party=cy))[0][1] == Refusal.INVALID
    assert pair.send(pair.bo, ticket) == []
    assert pair.send(pair.bo, replace(ticket, picture="AAAA")) == [], "a repeat is one tally"
    assert len(pair.ada.store.tallies.list_by_partner(pair.bo.agent)) == 1
    frame = make_frame("ticket", NET, a_person("Cy").agent, pair.ada.agent, ticket)
    assert pair.ada.pump.receive(a_person("Cy").agent, [frame])[0][1] == Refusal.INVALID


def found_in_commons() -> Any:
    return found(NET, a_salt("cy"), a_person("Cy").signer, 1)


def test_own_and_foreign_invitations_are_told_apart_before_anything_is_sent() -> None:
    pair = two()
    one, key = an_invitation(pair)
    with pytest.raises(InvitationOwn):
        pair.submit(pair.ada, lambda work: acts.check_invitation(work, one))
    other = replace(one, network=replace(COMMONS, name="elsewhere").id)
    with pytest.raises(InvitationWrongNetwork):
        answer(pair, other, key)
    assert pair.bo.store.database.fetch_all("SELECT * FROM tally") == []


def test_a_whole_link_turned_away_gives_up_the_answer_to_its_invitation() -> None:
    pair = two()
    one, key = an_invitation(pair)
    answer(pair, one, key)
    pair.bo.pump.turned_away(pair.ada.agent, Refusal.TOO_SLOW)
    assert pair.bo.tally.record.state is State.DRAFT
    pair.bo.pump.turned_away(pair.ada.agent, Refusal.INVITATION_USED)
    assert pair.bo.tally.record.state is State.VOID
    assert "ticket" not in pair.bo.owes()


def test_a_wallet_without_a_network_neither_invites_nor_answers() -> None:
    pair = two()
    one, key = an_invitation(pair)
    pair.ada.pump.address = pair.bo.pump.address = None
    with pytest.raises(WrongState):
        an_invitation(pair)
    with pytest.raises(WrongState):
        answer(pair, one, key)


@pytest.mark.rule("T1", "T2")
def test_an_invitee_may_propose_other_terms_and_the_inviter_sees_both() -> None:
    pair = two()
    one, key = an_invitation(pair)
    answer(pair, one, key, (SideTerms(1_000, 30), SIDE))
    pair.carry()
    tally = pair.ada.tally
    assert tally.record.state is State.RECEIVED
    assert tally.agreement is not None
    assert tally.former is not None
    assert (tally.agreement.revision, tally.former.revision) == (2, 1)
    assert tally.agreement.foil.terms.limit == 1_000
    assert tally.former.foil.terms.limit == LIMIT
    accept(pair)
    pair.carry()
    pair.agree()


# Offers ----------------------------------------------------------------------------------------


def received() -> Pair:
    """Ada has Bo's offer in front of her."""
    pair = two()
    answer(pair, *an_invitation(pair))
    pair.carry()
    return pair


def offer_from_bo(pair: Pair, **changes: Any) -> list[tuple[Hash, int]]:
    standing = pair.bo.tally.agreement
    assert standing is not None
    changed = replace(standing, revision=2, **changes)
    signature = sign_agreement(changed, pair.bo.signer)
    return pair.send(pair.bo, TallyOffer(agreement=changed, signature=signature))


@pytest.mark.rule("T5", "T7")
@pytest.mark.parametrize("case", ["contract", "unit", "our name", "our salt", "network", "root",
                                  "signature", "uuid"])  # fmt: skip
def test_an_offer_that_changes_what_is_not_its_authors_to_change_is_refused(case: str) -> None:
    pair = received()
    one = pair.bo.tally.agreement
    assert one is not None
    ours, theirs = one.stock.party, one.foil.party
    if case == "signature":
        changed = replace(one, revision=2)
        body = TallyOffer(agreement=changed, signature=sign_agreement(one, pair.bo.signer))
        refused = pair.send(pair.bo, body)
    else:
        fields: dict[str, dict[str, Any]] = {
            "contract": {"agree": contract_digest("mine")},
            "unit": {"unit": "gold"},
            "our name": {"stock": replace(one.stock, party=replace(ours, name="Fool"))},
            "our salt": {"stock": replace(one.stock, party=replace(ours, salt=a_salt(9)))},
            "network": {"network": replace(COMMONS, name="elsewhere").id},
            "root": {"foil": replace(one.foil, party=replace(theirs, root=other_root(pair)))},
            "uuid": {"uuid": a_salt("other")},
        }
        refused = offer_from_bo(pair, **fields[case])
    assert [code for _, code in refused] == [Refusal.INVALID]
    assert pair.ada.tally.record.revision == 1


def other_root(pair: Pair) -> Any:
    return found(NET, a_salt("another account"), pair.bo.signer, 1)


@pytest.mark.rule("T5", "T7")
def test_other_terms_and_swapped_halves_are_a_fair_offer() -> None:
    pair = received()
    one = pair.bo.tally.agreement
    assert one is not None
    assert offer_from_bo(pair, stock=one.foil, foil=one.stock, memo="turned") == []
    tally = pair.ada.tally
    assert (tally.record.half, tally.record.revision) == ("foil", 2)
    assert tally.former == one


@pytest.mark.rule("T3", "T7")
def test_a_counter_offer_goes_back_with_swapped_halves_and_opens() -> None:
    pair = received()
    wish = commands.OfferTally(
        opened(pair), Direction.I_OWE_THEM, SideTerms(7_000, 14), SIDE, "turned"
    )
    pair.wish(pair.ada, wish)
    pair.carry()
    one = pair.bo.tally
    assert (one.record.state, one.record.half, one.record.revision) == (State.RECEIVED, "stock", 2)
    assert one.record.digest is not None
    pair.wish(pair.bo, commands.AcceptTally(one.uuid, one.record.digest))
    pair.carry()
    pair.agree()
    assert pair.ada.tally.record.half == "foil"
    uuid = pair.pay(pair.ada, 500)
    pair.carry()
    assert pair.bo.chit_state(uuid) is ChitState.GOOD


@pytest.mark.rule("T8")
def test_a_refusal_and_a_withdrawal_say_so_to_the_other_side() -> None:
    pair = received()
    with pytest.raises(MemoTooLong):
        pair.wish(pair.ada, commands.RefuseTally(opened(pair), "x" * 201))
    pair.wish(pair.ada, commands.RefuseTally(opened(pair), "too much"))
    pair.carry()
    assert pair.bo.tally.record.state is State.VOID
    assert pair.bo.tally.record.reason == "too much"
    pair = received()
    pair.wish(pair.bo, commands.WithdrawTally(opened(pair)))
    pair.carry()
    assert pair.ada.tally.record.state is State.VOID
    assert "offer-withdrawn" in pair.ada.notices()


@pytest.mark.rule("T8")
def test_an_answer_taken_back_while_the_draft_comes_is_no_breach() -> None:
    pair = two()
    answer(pair, *an_invitation(pair))
    pair.carry("tally-draft")
    pair.wish(pair.bo, commands.WithdrawTally(opened(pair)))
    pair.carry()
    assert pair.bo.refusals == [], "an honest wallet is never refused"
    assert pair.bo.tally.record.state is State.VOID
    assert pair.ada.tally.record.state is State.VOID


@pytest.mark.rule("T6")
def test_what_the_table_does_not_allow_is_a_sentence_for_the_person() -> None:
    pair = a_pair()
    uuid, digest = opened(pair), pair.ada.tally.record.digest
    assert digest is not None
    for wish in (
        commands.AcceptTally(uuid, digest),
        commands.RefuseTally(uuid),
        commands.WithdrawTally(uuid),
        commands.OfferTally(uuid, Direction.THEY_OWE_ME, SIDE, SIDE, ""),
    ):
        with pytest.raises(WrongState):
            pair.wish(pair.ada, wish)


def test_a_draft_cannot_be_countered_and_limits_are_amounts() -> None:
    pair = two()
    answer(pair, *an_invitation(pair))
    with pytest.raises(WrongState):
        pair.wish(pair.bo, commands.OfferTally(
            pair.bo.tally.uuid, Direction.THEY_OWE_ME, SIDE, SIDE, ""))  # fmt: skip
    pair.carry()
    with pytest.raises(AmountTooLarge):
        pair.wish(pair.ada, commands.OfferTally(
            opened(pair), Direction.THEY_OWE_ME, SideTerms(MAX_AMOUNT + 1, 1), SIDE, ""
        ))  # fmt: skip


@pytest.mark.rule("T4", "T5")
@pytest.mark.parametrize(
    "case", ["terms", "memo", "contract", "text", "again", "stranger", "signing"]
)
def test_a_draft_that_says_something_else_than_the_invitation_is_not_signed(case: str) -> None:
    pair = two()
    answer(pair, *an_invitation(pair))
    letter = pair.carry("tally-draft")
    assert letter is not None
    draft = letter.body(TallyDraft)
    one = draft.agreement
    if case == "again":
        pair.carry()
    eve = a_person("Eve").agent
    card = WitnessCard(agent=eve, name="Eve", address=NodeAddress(node=NodeKey.of(eve.core)))
    bad = {
        "terms": replace(one, foil=replace(one.foil, terms=Terms(limit=9))),
        "memo": replace(one, memo="other"),
        "contract": replace(one, agree=contract_digest("other")),
        "stranger": replace(one, uuid=a_salt("stranger")),
        "signing": replace(one, signing=Signing(mode="E", witnesses=(card,))),
    }.get(case, one)
    text = "other" if case == "text" else draft.contract
    body = replace(draft, agreement=bad, contract=text, picture="AAAA")
    refused = pair.send(pair.ada, body)
    if case == "text":
        assert refused == [], "a text that is not the contract's is not shown: the known one is"
        assert contract_digest(pair.bo.tally.contract) == one.agree
        return
    assert [code for _, code in refused] == [Refusal.INVALID]


def test_a_message_about_a_tally_of_others_is_refused() -> None:
    pair = received()
    body = TallyRefusal(uuid=a_salt("other"), digest=hash_bytes(b"x"))
    assert pair.send(pair.bo, body)[0][1] == Refusal.INVALID


# Starting again ---------------------------------------------------------------------------------


def test_a_wallet_knows_itself_again_and_refuses_another_devices_account() -> None:
    pair = a_pair()
    me = setup.load_me(pair.ada.store, pair.ada.signer)
    assert (me.name, me.agent, me.network) == ("ada", pair.ada.agent, NET)
    with pytest.raises(DamagedFile):
        setup.load_me(pair.ada.store, pair.bo.signer)


def test_an_input_for_a_record_that_is_not_here_is_our_own_bug() -> None:
    pump = a_pair().ada.pump

    def tell(machine: str, given: Any) -> None:
        def act(work: Work) -> None:
            work.tell(machine, "nowhere", given)

        pump.submit(act)

    for machine, given in (
        ("countersigning", signer.AskDue()),
        ("chit", chit.Pay()),
        ("tally", tally.Withdraw()),
        ("consensus", consensus.LinkCameUp()),
    ):
        with pytest.raises(BugError):
            tell(machine, given)


def test_what_no_rule_needs_is_dropped_once_a_day_while_it_runs() -> None:
    pair = a_pair()
    session = hash_bytes(b"an old session")
    pair.bo.store.sessions.bury(session, pair.bo.clock.wall_ms() + 1)
    pair.wait(PRUNE_AFTER_MS - 1_000)
    assert pair.bo.store.sessions.is_buried(session)
    pair.wait(2_000)
    assert not pair.bo.store.sessions.is_buried(session)
