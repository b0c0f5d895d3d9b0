"""The tables of tally, chit and consensus, row by row (T, K and S of the rules)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpers.builders import a_person, a_salt
from wallet.crypto.hashing import Hash, hash_bytes
from wallet.model.limits import OFFER_MS
from wallet.protocol.credit import chit, consensus, tally
from wallet.protocol.credit.consensus import Books, Match, conformed, relink
from wallet.protocol.effects import ClearTimer, Notify, SetTimer
from wallet.protocol.machine import Input

mark = pytest.mark
UUID = a_salt("tally")
BO = a_person("Bo").agent
LOW, HIGH = sorted((hash_bytes(b"one"), hash_bytes(b"two")), key=lambda one: one.raw)
F, G = hash_bytes(b"session"), hash_bytes(b"an older session")


# Tally -------------------------------------------------------------------------------------

T = tally.State


def a_tally(state: T, **more: Any) -> tally.Tally:
    return tally.Tally(uuid=UUID, partner=BO, half="stock", state=state, **more)


def offered(revision: int = 1, digest: Hash = LOW, *, unseen: bool = False) -> tally.Offered:
    return tally.Offered(digest, revision, "foil", open_unseen=unseen)


MINE = {"digest": HIGH, "revision": 1, "mine": True}
THEIRS = {"digest": LOW, "revision": 1}
TIMER = SetTimer("offer", OFFER_MS)
TOLD = {
    key: Notify(key, category, UUID)
    for key, category in (
        ("offer-received", "needs you"),
        ("offer-refused", "under way"),
        ("offer-withdrawn", "under way"),
        ("offer-expired", "under way"),
        ("invitation-refused", "under way"),
        ("tally-opened", "under way"),
        ("amendment-asked", "needs you"),
        ("amendment-refused", "under way"),
        ("amendment-not-known", "needs you"),
        ("tally-amended", "under way"),
    )
}
CLEAR, DROP = ClearTimer("offer"), tally.DropSession()
OPENED = [CLEAR, tally.OpenBooks(), TOLD["tally-opened"]]
TALLIES = [
    pytest.param(a_tally(T.DRAFT), tally.Offer(LOW, 1, "foil"), T.OFFERED,
        [tally.SendOffer(), TIMER], id="an offer is signed and sent", marks=mark.rule("T4")),
    pytest.param(a_tally(T.DRAFT), offered(), T.RECEIVED,
        [TIMER, TOLD["offer-received"]], id="an offer arrives", marks=mark.rule("T5")),
    pytest.param(a_tally(T.DRAFT), offered(unseen=True), T.OPENING,
        [tally.WantSession()], id="a shop code's own terms open at once", marks=mark.rule("T2")),
    pytest.param(a_tally(T.DRAFT), tally.TicketRefused("invitation_used"), T.VOID,
        [TOLD["invitation-refused"]], id="the invitation does not hold", marks=mark.rule("T8")),
    pytest.param(a_tally(T.DRAFT), tally.Withdraw(), T.VOID, [],
        id="an answer is taken back", marks=mark.rule("T8")),
    pytest.param(a_tally(T.OFFERED, **MINE), offered(2), T.RECEIVED,
        [TIMER, TOLD["offer-received"]], id="a higher revision wins", marks=mark.rule("T5")),
    pytest.param(a_tally(T.OFFERED, **MINE), offered(1, LOW), T.RECEIVED,
        [TIMER, TOLD["offer-received"]],
        id="on a tie the smaller digest wins", marks=mark.rule("T5")),
    pytest.param(a_tally(T.OFFERED, **{**MINE, "digest": LOW}), offered(1, HIGH), T.OFFERED,
        [], id="on a tie our smaller digest stays", marks=mark.rule("T5")),
    pytest.param(a_tally(T.OFFERED, **{**MINE, "revision": 3}), offered(2), T.OFFERED,
        [], id="an older offer loses", marks=mark.rule("T5")),
    pytest.param(a_tally(T.OFFERED, **MINE), tally.Refused(HIGH, "too much"), T.VOID,
        [CLEAR, DROP, TOLD["offer-refused"]], id="ours is refused", marks=mark.rule("T8")),
    pytest.param(a_tally(T.OFFERED, **MINE), tally.Refused(LOW, "late"), T.OFFERED,
        [], id="an older one is refused"),
    pytest.param(a_tally(T.OFFERED, **MINE), tally.Withdraw(), T.VOID,
        [tally.SendWithdrawal(), CLEAR, DROP], id="we withdraw", marks=mark.rule("T8")),
    pytest.param(a_tally(T.OFFERED, **MINE), tally.OfferExpired(), T.VOID,
        [TOLD["offer-expired"]], id="nobody answers for two weeks", marks=mark.rule("T8")),
    pytest.param(a_tally(T.OFFERED, **MINE), tally.OpeningBegun(), T.OPENING,
        [CLEAR], id="the partner accepts", marks=mark.rule("T6")),
    pytest.param(a_tally(T.OFFERED, **MINE), tally.OpeningDone(F), T.OPEN, OPENED,
        id="both had signed after all", marks=mark.rule("T6")),
    pytest.param(a_tally(T.RECEIVED, **THEIRS), tally.AcceptOffer(LOW), T.OPENING,
        [CLEAR, tally.WantSession()], id="we accept", marks=mark.rule("T6")),
    pytest.param(a_tally(T.RECEIVED, **THEIRS), tally.Offer(HIGH, 2, "foil"), T.OFFERED,
        [tally.SendOffer(), TIMER], id="we make a counter-offer", marks=mark.rule("T7", "T3")),
    pytest.param(a_tally(T.RECEIVED, **THEIRS), offered(2, HIGH), T.RECEIVED,
        [TIMER, TOLD["offer-received"]], id="a newer offer replaces", marks=mark.rule("T5")),
    pytest.param(a_tally(T.RECEIVED, **THEIRS), offered(2, HIGH, unseen=True), T.OPENING,
        [tally.WantSession()], id="a newer one with a shop's terms opens"),
    pytest.param(a_tally(T.RECEIVED, **THEIRS), offered(1, HIGH), T.RECEIVED, [],
        id="an older offer is late"),
    pytest.param(a_tally(T.RECEIVED, **THEIRS), tally.Refuse("no"), T.VOID,
        [tally.SendRefusal("no"), CLEAR], id="we refuse", marks=mark.rule("T8")),
    pytest.param(a_tally(T.RECEIVED, **THEIRS), tally.Withdrawn(LOW), T.VOID,
        [CLEAR, DROP, TOLD["offer-withdrawn"]], id="they withdraw", marks=mark.rule("T8")),
    pytest.param(a_tally(T.RECEIVED, **THEIRS), tally.OfferExpired(), T.VOID,
        [TOLD["offer-expired"]], id="we do not answer for two weeks", marks=mark.rule("T8")),
    pytest.param(a_tally(T.OPENING, **THEIRS, by_us=True), tally.OpeningDone(F), T.OPEN, OPENED,
        id="the session completes", marks=mark.rule("T6")),
    pytest.param(a_tally(T.OPENING, **THEIRS, by_us=True), tally.OpeningFailed("late", True),
        T.OPENING, [tally.WantSession()], id="it is tried again", marks=mark.rule("T6")),
    pytest.param(a_tally(T.OPENING, **THEIRS, by_us=True), tally.OpeningFailed("policy", False),
        T.RECEIVED, [DROP, TIMER], id="back to the offer"),
    pytest.param(a_tally(T.OPENING, **MINE), tally.OpeningFailed("late", True), T.OFFERED,
        [DROP, TIMER], id="the partner may try again"),
    pytest.param(a_tally(T.OPENING, **THEIRS, by_us=True), tally.Withdrawn(LOW), T.VOID,
        [CLEAR, DROP, TOLD["offer-withdrawn"]], id="withdrawn before anything is signed"),
    pytest.param(a_tally(T.OPEN), tally.Amend(HIGH), T.OPEN, [tally.WantSession()],
        id="we want other terms", marks=mark.rule("T14")),
    pytest.param(a_tally(T.OPEN, amending=HIGH), tally.WithdrawAmendment(), T.OPEN, [DROP],
        id="we want them no more"),
    pytest.param(a_tally(T.OPEN), tally.AmendAsked(F), T.OPEN, [TOLD["amendment-asked"]],
        id="the partner asks for other terms", marks=mark.rule("T14")),
    pytest.param(a_tally(T.OPEN, amending=HIGH), tally.AmendAsked(F), T.OPEN,
        [DROP, TOLD["amendment-asked"]], id="what the partner asks goes first"),
    pytest.param(a_tally(T.OPEN, amending=HIGH), tally.AmendBegun(F), T.OPEN, [],
        id="their session runs"),
    pytest.param(a_tally(T.OPEN, amending=HIGH, session=F), tally.AmendDone(F), T.OPEN,
        [tally.TakeTerms(F), DROP, TOLD["tally-amended"]],
        id="both signed other terms", marks=mark.rule("T14")),
    pytest.param(a_tally(T.OPEN, amending=HIGH, session=F), tally.AmendFailed(F, "busy", True),
        T.OPEN, [tally.WantSession()], id="the partner was busy: they are asked again"),
    pytest.param(a_tally(T.OPEN, amending=HIGH, session=F), tally.AmendFailed(F, "policy", False),
        T.OPEN, [DROP, TOLD["amendment-refused"]], id="the partner refuses other terms"),
    pytest.param(a_tally(T.OPEN, amending=HIGH, session=F), tally.AmendFailed(F, "stopped", False),
        T.OPEN, [DROP], id="we stopped it ourselves"),
    pytest.param(a_tally(T.OPEN, session=F), tally.AmendFailed(F, "late", True), T.OPEN, [],
        id="what the partner asked came to nothing"),
    pytest.param(a_tally(T.OPEN, session=F), tally.AmendFailed(G, "late", True), T.OPEN, [],
        id="an older session about terms"),
    pytest.param(a_tally(T.OPEN, session=F), tally.AmendNotKnown(F), T.OPEN,
        [TOLD["amendment-not-known"]], id="not known yet which terms stand"),
    pytest.param(a_tally(T.OPEN, session=F), tally.AmendNotKnown(G), T.OPEN, [],
        id="an older doubt"),
    pytest.param(a_tally(T.VOID, **THEIRS), offered(2, HIGH), T.RECEIVED,
        [TIMER, TOLD["offer-received"]], id="a new offer revives it", marks=mark.rule("T9")),
    pytest.param(a_tally(T.VOID, **THEIRS), tally.Offer(HIGH, 2, "stock"), T.OFFERED,
        [tally.SendOffer(), TIMER], id="we offer anew", marks=mark.rule("T9")),
    pytest.param(a_tally(T.VOID, **THEIRS), tally.OpeningDone(F), T.OPEN, OPENED,
        id="void, but both had signed"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "given", "then", "effects"), TALLIES)
def test_the_tallys_table_row_by_row(
    record: tally.Tally, given: Input, then: T, effects: list[Any]
) -> None:
    after, done = tally.machine.step(record, given)
    assert after.state is then
    assert list(done) == effects


@pytest.mark.rule("T14")
@pytest.mark.parametrize("state", [{"session": F}, {"session": F, "doubt": True}])
def test_no_other_terms_are_wanted_while_some_are_asked_or_in_doubt(state: dict[str, Any]) -> None:
    record = a_tally(T.OPEN, **state)
    assert not tally.machine.allows(record, tally.Amend(HIGH))
    assert not tally.machine.allows(record, tally.WithdrawAmendment())


@pytest.mark.rule("T7")
def test_a_counter_offer_may_swap_the_halves() -> None:
    after, _ = tally.machine.step(a_tally(T.RECEIVED, **THEIRS), tally.Offer(HIGH, 2, "foil"))
    assert (after.half, after.revision, after.mine, after.digest) == ("foil", 2, True, HIGH)


@pytest.mark.rule("T6")
def test_an_offer_is_accepted_by_exactly_its_digest() -> None:
    record = a_tally(T.RECEIVED, **THEIRS)
    assert not tally.machine.allows(record, tally.AcceptOffer(HIGH))


@pytest.mark.rule("T8")
@pytest.mark.parametrize(
    ("given", "reason"),
    [(tally.Withdraw(), "withdrawn"), (tally.OfferExpired(), "expired"),
     (tally.Refused(HIGH, "too much"), "too much")],
)  # fmt: skip
def test_what_is_void_says_why(given: Input, reason: str) -> None:
    assert tally.machine.step(a_tally(T.OFFERED, **MINE), given)[0].reason == reason


@pytest.mark.rule("T9")
def test_a_void_tally_is_not_revived_by_the_offer_that_was_refused() -> None:
    void = a_tally(T.VOID, **THEIRS)
    assert tally.machine.step(void, offered(1, LOW)) == (void, ())


LATE = [
    *((state, tally.TicketRefused("x")) for state in T if state is not T.DRAFT),
    *((state, tally.OpeningFailed("x", True)) for state in (T.OFFERED, T.RECEIVED, T.OPEN, T.VOID)),
    *((state, tally.OfferExpired()) for state in (T.OPENING, T.OPEN, T.VOID)),
    *((state, tally.Refused(LOW, "x")) for state in (T.RECEIVED, T.OPENING, T.OPEN, T.VOID)),
    *((state, tally.Withdrawn(HIGH)) for state in (T.OFFERED, T.OPEN, T.VOID)),
]


@pytest.mark.parametrize(("state", "given"), LATE)
def test_what_comes_late_leaves_a_tally_alone(state: T, given: Input) -> None:
    record = a_tally(state, **THEIRS)
    assert tally.machine.step(record, given) == (record, ())


# Chit ----------------------------------------------------------------------------------------

K = chit.State


def a_chit(state: K, *, mine: bool = True, **more: Any) -> chit.Payment:
    return chit.Payment(uuid=a_salt("chit"), tally=LOW, mine=mine, state=state, **more)


def ended(reason: str, *, again: bool = False, session: Hash = F) -> chit.SessionEnded:
    return chit.SessionEnded(session, reason, again)


RUNS = {"session": F}
WANT, NONE = chit.WantSession(), chit.DropSession()


def says(key: str) -> Notify:
    return Notify(key, "money", a_salt("chit"))


def counts(mine: bool, after: str = "") -> list[Any]:
    told = says(("paid" if mine else "received") + after)
    return [NONE, chit.Count(), told]


CHITS = [
    pytest.param(a_chit(K.NEW), chit.Pay(), K.WAITING, [WANT],
        id="a payment waits for turn and partner", marks=mark.rule("K1")),
    pytest.param(a_chit(K.NEW, mine=False), chit.SessionBegun(F), K.SIGNING, [],
        id="the partner's runs by policy", marks=mark.rule("K1")),
    pytest.param(a_chit(K.NEW, mine=False), chit.PersonAsked(F), K.ASKED,
        [Notify("payment-asked", "needs you", a_salt("chit"))],
        id="the person is asked", marks=mark.rule("K8")),
    pytest.param(a_chit(K.NEW, mine=False), chit.Proven(), K.GOOD, counts(False),
        id="a signed chit arrives", marks=mark.rule("K5")),
    pytest.param(a_chit(K.WAITING), chit.SessionBegun(F), K.SIGNING, [],
        id="the wait is over", marks=mark.rule("K1")),
    pytest.param(a_chit(K.WAITING), chit.Withdraw(), K.WITHDRAWN, [NONE],
        id="withdrawn before anything was handed over", marks=mark.rule("K2")),
    pytest.param(a_chit(K.ASKED, mine=False, **RUNS), chit.SessionBegun(F), K.SIGNING, [],
        id="the person accepts", marks=mark.rule("K8")),
    pytest.param(a_chit(K.ASKED, mine=False, **RUNS), ended("policy"), K.VOID, [],
        id="the person declines", marks=mark.rule("K8")),
    pytest.param(a_chit(K.SIGNING, **RUNS), ended("late", again=True), K.WAITING, [WANT],
        id="nothing was signed: it stays wanted", marks=mark.rule("K1")),
    pytest.param(a_chit(K.SIGNING, **RUNS), ended("stopped"), K.WITHDRAWN, None,
        id="the person stopped it", marks=mark.rule("K2")),
    pytest.param(a_chit(K.SIGNING, **RUNS), ended("policy"), K.REFUSED, None,
        id="the partner does not want it", marks=mark.rule("K8")),
    pytest.param(a_chit(K.SIGNING, mine=False, **RUNS), ended("late", again=True), K.VOID, [],
        id="the partner's did not come about"),
    pytest.param(a_chit(K.SIGNING, **RUNS), ended("policy", session=G), K.SIGNING, [],
        id="an older session ends"),
    pytest.param(a_chit(K.SIGNING, **RUNS), chit.NotKnownYet(F), K.UNKNOWN,
        [Notify("not-known", "needs you", a_salt("chit"))],
        id="it ends open", marks=mark.rule("K3")),
    pytest.param(a_chit(K.SIGNING, **RUNS), chit.NotKnownYet(G), K.SIGNING, [],
        id="an older session ends open"),
    pytest.param(a_chit(K.SIGNING, **RUNS), chit.Proven(), K.GOOD, counts(True),
        id="the certificate is whole", marks=mark.rule("K1")),
    pytest.param(a_chit(K.UNKNOWN, mine=False, **RUNS), chit.Proven(), K.GOOD,
        counts(False, "-after-all"), id="not known, then proven", marks=mark.rule("K3")),
    pytest.param(a_chit(K.UNKNOWN, mine=False, **RUNS), ended("aborted", again=True), K.VOID,
        [says("not-received")], id="not known, then aborted", marks=mark.rule("K3")),
    pytest.param(a_chit(K.UNKNOWN, **RUNS), ended("aborted", again=True), K.WAITING,
        [WANT, says("not-paid-again")], id="ours was aborted: it stays wanted"),
    pytest.param(a_chit(K.UNKNOWN, **RUNS), ended("policy", again=False), K.VOID,
        [says("not-paid")], id="ours came to nothing and is not tried again"),
    pytest.param(a_chit(K.UNKNOWN, mine=False, **RUNS), chit.SessionBegun(G), K.SIGNING, [],
        id="the payer knows that it ended"),
    pytest.param(a_chit(K.VOID, mine=False), chit.SessionBegun(G), K.SIGNING, [],
        id="the payer tries again"),
    pytest.param(a_chit(K.VOID, mine=False), chit.Proven(), K.GOOD, counts(False),
        id="void, but the payer had completed", marks=mark.rule("K5")),
    pytest.param(a_chit(K.WITHDRAWN), chit.Proven(), K.GOOD, counts(True),
        id="a proof decides after a withdrawal"),
    pytest.param(a_chit(K.REFUSED), chit.Proven(), K.GOOD, counts(True),
        id="a proof decides after a refusal"),
    pytest.param(a_chit(K.GOOD), chit.Proven(), K.GOOD, [],
        id="it counts once", marks=mark.rule("K5", "K11")),
    pytest.param(a_chit(K.SIGNING, **RUNS), chit.Proven(sealed=False), K.GOOD,
        [*counts(True), WANT], id="signed bare, it wants a seal", marks=mark.rule("K11")),
    pytest.param(a_chit(K.NEW, mine=False), chit.Proven(sealed=False), K.GOOD, counts(False),
        id="the pledger wants the seal", marks=mark.rule("K11")),
    pytest.param(a_chit(K.GOOD, bare=True), chit.Proven(), K.GOOD, [NONE],
        id="it is sealed and counts no second time", marks=mark.rule("K5", "K11")),
    pytest.param(a_chit(K.GOOD, bare=True), chit.SessionBegun(F), K.GOOD, [],
        id="a session seals it"),
    pytest.param(a_chit(K.GOOD, bare=True), chit.PersonAsked(F), K.GOOD, [],
        id="nobody is asked about what counts"),
    pytest.param(a_chit(K.GOOD, bare=True, **RUNS), ended("late", again=True), K.GOOD, [WANT],
        id="the seal is tried again"),
    pytest.param(a_chit(K.GOOD, bare=True, **RUNS), ended("policy"), K.GOOD, [NONE],
        id="it counts without a seal"),
    pytest.param(a_chit(K.GOOD, bare=True, **RUNS), ended("late", again=True, session=G), K.GOOD,
        [], id="an older session that should seal it"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "given", "then", "effects"), CHITS)
def test_the_chits_table_row_by_row(
    record: chit.Payment, given: Input, then: K, effects: list[Any] | None
) -> None:
    after, done = chit.machine.step(record, given)
    assert after.state is then
    if effects is not None:
        assert list(done) == effects


@pytest.mark.rule("K1", "K5")
def test_good_is_final() -> None:
    assert {one.then for one in chit.machine.rows if one.state is K.GOOD} == {K.GOOD}


@pytest.mark.rule("K2")
@pytest.mark.parametrize("state", [state for state in K if state is not K.WAITING])
def test_only_what_waits_unsigned_may_be_withdrawn(state: K) -> None:
    assert not chit.machine.allows(a_chit(state, **RUNS), chit.Withdraw())


@pytest.mark.parametrize("state", [K.GOOD, K.WITHDRAWN, K.REFUSED, K.VOID])
def test_what_comes_late_leaves_a_chit_alone(state: K) -> None:
    record = a_chit(state, **RUNS)
    for given in (ended("late", again=True), chit.NotKnownYet(F)):
        assert chit.machine.step(record, given) == (record, ())


# Consensus --------------------------------------------------------------------------------------

C = consensus.State
TALLY = hash_bytes(b"block 0")


def books(half: Any, **more: Any) -> Books:
    facts = {"end": 3, "hash": HIGH, "confirmed": 1, **more}
    return Books(tally=TALLY, half=half, **facts)


def page(**more: Any) -> consensus.UpdateArrived:
    facts: dict[str, Any] = {
        "first": 2, "index": 3, "same": False, "grew": False, "last": True, "below": False,
        "strays": False,
    }  # fmt: skip
    return consensus.UpdateArrived(**{**facts, **more})


DIFFER = [Notify("copies-differ", "safety", TALLY)]
FOIL, STOCK = books("foil"), books("stock")
NEW, CHECK, ACK = consensus.NewArrived, consensus.CheckArrived, consensus.AckArrived
CONSENSUS = [
    pytest.param(STOCK, consensus.Appended(True, LOW, 4, LOW), C.ALIKE,
        [consensus.SendNew(LOW, 4, LOW)], id="an own chit is told", marks=mark.rule("S1")),
    pytest.param(STOCK, consensus.Appended(False, LOW, 4, LOW), C.ALIKE, [],
        id="the partner's waits to be told", marks=mark.rule("S1")),
    pytest.param(FOIL, NEW(3, HIGH, Match.SAME), C.ALIKE, [consensus.SendAck(3, HIGH)],
        id="the same link is confirmed and said", marks=mark.rule("S2", "S4")),
    pytest.param(FOIL, NEW(3, LOW, Match.OTHER), C.ALIKE, [consensus.SendUpdate(2)],
        id="the foil sends its order", marks=mark.rule("S2")),
    pytest.param(FOIL, NEW(5, LOW, Match.BEYOND), C.ALIKE, [consensus.SendRequest(2)],
        id="the foil asks for what it lacks", marks=mark.rule("S2")),
    pytest.param(STOCK, NEW(3, LOW, Match.OTHER), C.ALIKE, [consensus.SendRequest(2)],
        id="the stock asks for the foil's order", marks=mark.rule("S2")),
    pytest.param(STOCK, NEW(1, LOW, Match.CONFLICT), C.DIFFERENT, DIFFER,
        id="what re-orders the confirmed is refused", marks=mark.rule("S6")),
    pytest.param(STOCK, ACK(3, HIGH, Match.SAME), C.ALIKE, [],
        id="an acknowledgement confirms", marks=mark.rule("S4")),
    pytest.param(STOCK, ACK(3, LOW, Match.OTHER), C.ALIKE, [],
        id="an acknowledgement of a former order", marks=mark.rule("S4")),
    pytest.param(STOCK, ACK(1, LOW, Match.CONFLICT), C.DIFFERENT, DIFFER,
        id="an acknowledgement that contradicts", marks=mark.rule("S6")),
    pytest.param(STOCK, CHECK(3, HIGH, Match.SAME), C.ALIKE, [],
        id="both are level: nothing more is said", marks=mark.rule("S8")),
    pytest.param(STOCK, CHECK(2, LOW, Match.SAME), C.ALIKE, [consensus.SendUpdate(3)],
        id="equal so far, and we have more", marks=mark.rule("S8")),
    pytest.param(STOCK, CHECK(1, LOW, Match.CONFLICT), C.DIFFERENT, DIFFER,
        id="a check that contradicts", marks=mark.rule("S6")),
    pytest.param(FOIL, CHECK(5, LOW, Match.BEYOND), C.ALIKE, [consensus.SendRequest(2)],
        id="the stock has more", marks=mark.rule("S8")),
    pytest.param(FOIL, CHECK(3, LOW, Match.OTHER), C.ALIKE, [consensus.SendUpdate(2)],
        id="the foil's order stands", marks=mark.rule("S8")),
    pytest.param(STOCK, CHECK(5, LOW, Match.BEYOND), C.ALIKE, [consensus.SendRequest(2)],
        id="the foil has more", marks=mark.rule("S8")),
    pytest.param(STOCK, consensus.RequestArrived(7), C.ALIKE, [consensus.SendUpdate(7)],
        id="a request is answered from there", marks=mark.rule("S7")),
    pytest.param(STOCK, page(below=True), C.DIFFERENT, DIFFER,
        id="a page below the confirmed part", marks=mark.rule("S6")),
    pytest.param(STOCK, page(same=True), C.ALIKE, [consensus.SendEndAck()],
        id="a page we hold already", marks=mark.rule("S3")),
    pytest.param(FOIL, page(grew=True, strays=True), C.ALIKE, [consensus.SendUpdate(2)],
        id="the foil takes strays and says their order", marks=mark.rule("S3")),
    pytest.param(FOIL, page(strays=True), C.ALIKE, [consensus.SendEndAck()],
        id="strays the foil has already", marks=mark.rule("S3")),
    pytest.param(FOIL, page(), C.ALIKE, [consensus.SendUpdate(2)],
        id="the stock's order is not the foil's", marks=mark.rule("S5")),
    pytest.param(STOCK, page(last=False), C.ALIKE,
        [consensus.Conform(), consensus.SendRequest(4)],
        id="the stock asks for the next page", marks=mark.rule("S7")),
    pytest.param(STOCK, page(), C.ALIKE, [consensus.Conform(), consensus.SendStrays()],
        id="the stock conforms and sends its strays", marks=mark.rule("S3")),
    pytest.param(STOCK, consensus.LinkCameUp(), C.ALIKE, [consensus.SendCheck()],
        id="a link comes up and both compare", marks=mark.rule("S8")),
]  # fmt: skip


@pytest.mark.parametrize(("record", "given", "then", "effects"), CONSENSUS)
def test_the_consensus_table_row_by_row(
    record: Books, given: Input, then: C, effects: list[Any]
) -> None:
    after, done = consensus.machine.step(record, given)
    assert after.state is then
    assert list(done) == effects
    assert after.confirmed >= record.confirmed, "what is confirmed stays confirmed"


@pytest.mark.rule("S4")
def test_a_confirmed_link_confirms_all_before_it_and_never_less_than_known() -> None:
    assert consensus.machine.step(STOCK, ACK(3, HIGH, Match.SAME))[0].confirmed == 3
    assert (
        consensus.machine.step(books("stock", confirmed=3), ACK(2, LOW, Match.SAME))[0].confirmed
        == 3
    )


@pytest.mark.rule("S6")
@pytest.mark.parametrize(
    "given",
    [NEW(3, HIGH, Match.SAME), ACK(3, HIGH, Match.SAME), CHECK(3, HIGH, Match.SAME),
     page(same=True), consensus.LinkCameUp()],
)  # fmt: skip
def test_where_copies_differ_people_decide_and_nothing_moves(given: Input) -> None:
    record = books("stock", state=C.DIFFERENT)
    assert consensus.machine.step(record, given) == (record, ())


@pytest.mark.rule("S6", "S7")
def test_where_copies_differ_good_chits_count_and_evidence_is_shown() -> None:
    record = books("stock", state=C.DIFFERENT)
    after, _ = consensus.machine.step(record, consensus.Appended(True, LOW, 4, LOW))
    assert (after.end, after.hash) == (4, LOW)
    assert list(consensus.machine.step(record, consensus.RequestArrived(1))[1]) == [
        consensus.SendUpdate(1)
    ]


def test_a_chain_without_chits_ends_at_block_0() -> None:
    assert Books(tally=TALLY, half="foil").end_hash == TALLY


def test_links_cover_everything_before_them() -> None:
    one, other = relink(TALLY, 1, None, [LOW, HIGH]), relink(TALLY, 1, None, [HIGH, LOW])
    assert one[1] != other[1]
    assert relink(TALLY, 2, one[0], [HIGH]) == one[1:]


def test_strays_keep_their_order_behind_the_foils_page() -> None:
    a, b, c, d = (hash_bytes(b"%d" % number) for number in range(4))
    assert conformed([a, b, c], [d, b], 0) == [d, b, a, c]
    assert conformed([a, b, c], [c], 1) == [a, c, b]
