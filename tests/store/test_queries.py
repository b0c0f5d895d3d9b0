"""Questions of screens, on a real encrypted file, through the reader's connection."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.helpers.builders import (
    ADA,
    BO,
    DAY,
    KEY,
    NETWORK,
    NOON,
    a_chit,
    a_person,
    a_salt,
    a_session,
    a_store,
    a_tally,
    an_agreement,
)
from tests.helpers.filling import fill_chits
from wallet.crypto.encoding import encode
from wallet.crypto.hashing import hash_bytes
from wallet.engine.api.views import (
    ChitFilter,
    ChitOrder,
    ChitState,
    Direction,
    Outcome,
    SessionAct,
    SessionState,
    Sort,
    TallyState,
)
from wallet.engine.queries import chits, home, invitations, sessions, tallies
from wallet.engine.queries.now import Now
from wallet.engine.queries.people import skeleton
from wallet.model.contracts import PLAIN_CONTRACT, PLAIN_DIGEST
from wallet.model.credit import Terms
from wallet.model.errors import NotFound
from wallet.model.network import NodeAddress, NodeKey
from wallet.protocol.countersign.signer import State as Step
from wallet.protocol.credit.chit import State as ChitStep
from wallet.protocol.credit.tally import State as TallyStep
from wallet.protocol.identity.invitation import Invitation, derive_code, make_code, write_link
from wallet.store.database import Database, connect
from wallet.store.store import Store
from wallet.store.tallies import InvitationFile

EVE = a_person("Eve")


def a_now(**given: Any) -> Now:
    facts: dict[str, Any] = {
        "wall_ms": NOON,
        "monotonic_ms": 5_000,
        "me": ADA.agent,
        "network": NETWORK,
        "account": ADA.root.account,
        "name": "Ada",
        "unit": "hour",
    }
    return Now(**{**facts, **given})


@pytest.fixture
def store(tmp_path: Any) -> Iterator[Store]:
    one = a_store(tmp_path)
    yield one
    one.database.close()


@pytest.fixture
def reader(store: Store) -> Iterator[Database]:
    assert store.database.path is not None
    with connect(store.database.path, KEY, read_only=True) as one:
        yield one


def ids_of(reader: Database, order: ChitOrder | None = None, **given: Any) -> list[int]:
    packed = chits.list_chit_ids(reader, a_now(), ChitFilter(**given), order or ChitOrder()).packed
    return list(array("q", packed))


# Chits ---------------------------------------------------------------------------------------


def test_a_list_is_in_order_and_its_sums_count_good_chits_only(
    store: Store, reader: Database
) -> None:
    tally = a_tally(store)
    first = a_chit(store, tally, 1, units=5_000, date=NOON, memo="b")
    second = a_chit(store, tally, 2, mine=True, units=3_000, date=NOON + 2, memo="c")
    third = a_chit(store, tally, 3, units=9_000, date=NOON + 1, memo="a", state=ChitStep.REFUSED)
    found = chits.list_chit_ids(reader, a_now(), ChitFilter(), ChitOrder())
    assert list(array("q", found.packed)) == [second.id, third.id, first.id]
    assert (found.count, found.total_in, found.total_out) == (3, 5_000, 3_000)
    by_amount = ChitOrder(Sort.AMOUNT, descending=False)
    assert ids_of(reader, by_amount) == [second.id, first.id, third.id]
    assert ids_of(reader, ChitOrder(Sort.MEMO, descending=False)) == [third.id, first.id, second.id]


def test_filters_hold_all_at_once(store: Store, reader: Database) -> None:
    bo, eve = a_tally(store), a_tally(store, EVE)
    here = a_chit(store, bo, 1, mine=True, memo="plum jam")
    a_chit(store, bo, 2, mine=False, memo="plum jam")
    a_chit(store, bo, 3, mine=True, memo="bread")
    a_chit(store, eve, 4, mine=True, memo="plum jam")
    old = a_chit(store, bo, 5, mine=True, memo="plum jam", date=NOON - 9 * DAY)
    asked = a_chit(store, bo, 6, mine=True, memo="plum jam", state=ChitStep.ASKED)
    good = (ChitState.GOOD,)
    wish = {"tally": bo.uuid, "paid_by_me": True, "text": "JAM plu", "states": good}
    assert ids_of(reader, **wish) == [here.id, old.id]
    assert ids_of(reader, **wish, since=NOON) == [here.id]
    assert ids_of(reader, until=NOON - 1) == [old.id]
    assert ids_of(reader, states=(ChitState.SIGNING,)) == [asked.id]
    sums = chits.list_chit_ids(reader, a_now(), ChitFilter(**wish), ChitOrder())  # type: ignore[arg-type]
    assert (sums.total_in, sums.total_out) == (0, 25_000)


def test_a_search_finds_beginnings_of_words_without_accents(store: Store, reader: Database) -> None:
    tally = a_tally(store, a_person("Cem Çelik"))
    one = a_chit(store, tally, 1, memo="Café, ground", ref="INV-77")
    for text in ("cafe", "gro caf", "celik", "INV-77", "inv 7"):
        assert ids_of(reader, text=text) == [one.id], text
    assert ids_of(reader, text="round") == []


NASTY = ['"', "''", 'a"b', "a OR b", "NEAR(a b)", "memo:x", "a*", "-a", "^a", "(", "a AND", "{",
         "\x00", "\ud800", "+ +", "\\", "%", "_", "a\u200bb", "🥚", "x" * 10_000]  # fmt: skip


def test_no_text_breaks_the_search(store: Store, reader: Database) -> None:
    a_chit(store, a_tally(store))
    for text in NASTY:
        ids_of(reader, text=text)
    assert ids_of(reader, text='"') == []
    assert ids_of(reader, text="   ") != []


@given(st.text(max_size=60))
def test_any_text_is_a_question_full_text_search_can_read(text: str) -> None:
    with connect(None, None) as database:
        database.execute("CREATE VIRTUAL TABLE t USING fts5(memo)")
        if words := chits.match_words(text):
            database.fetch_all("SELECT rowid FROM t WHERE t MATCH ?", (words,))


@pytest.mark.parametrize("by", list(Sort))
@pytest.mark.parametrize("descending", [True, False])
def test_no_order_needs_sorting(reader: Database, by: Sort, descending: bool) -> None:
    sql = chits.spine_sql(ChitOrder(by, descending))
    plan = " / ".join(row[3] for row in reader.fetch_all(f"EXPLAIN QUERY PLAN {sql}"))
    assert "COVERING INDEX" in plan
    assert "TEMP B-TREE" not in plan


def test_what_is_reserved_comes_from_the_index_of_loose_chits(reader: Database) -> None:
    rows = reader.fetch_all(f"EXPLAIN QUERY PLAN {tallies.RESERVED_SQL}")
    assert "chit_loose" in " / ".join(row[3] for row in rows)


def test_a_page_keeps_the_order_it_was_asked_in(store: Store, reader: Database) -> None:
    tally = a_tally(store)
    a, b = (a_chit(store, tally, number, memo=f"m{number}") for number in (1, 2))
    shown = chits.list_chits(reader, a_now(), (b.id, 999, a.id))
    assert [one.memo for one in shown] == ["m2", "m1"]
    assert shown[0].partner == "Bo Berg"


def test_a_chit_tells_its_history_and_why_it_ended(store: Store, reader: Database) -> None:
    tally = a_tally(store)
    one = a_chit(store, tally, mine=True, state=ChitStep.NEW)
    for at, state in (
        (0, ChitStep.WAITING),
        (1, ChitStep.SIGNING),
        (2, ChitStep.SIGNING),
        (3, ChitStep.REFUSED),
    ):
        one.record = replace(one.record, state=state, reason="policy")
        store.chits.save(one, NOON + at)
    view = chits.get_chit(reader, a_now(), one.uuid)
    assert view.history == ((NOON, "waiting"), (NOON + 1, "signing"), (NOON + 3, "refused"))
    assert (view.state, view.reason) == (ChitState.REFUSED, "policy")
    with pytest.raises(NotFound):
        chits.get_chit(reader, a_now(), "none")


# Tallies -------------------------------------------------------------------------------------


@pytest.mark.parametrize("half", ["stock", "foil"])
def test_a_tally_is_seen_from_our_side(store: Store, reader: Database, half: Any) -> None:
    tally = a_tally(store, half=half, balance=16_000)
    a_chit(store, tally, 1, mine=True, units=2_000, state=ChitStep.UNKNOWN)
    a_chit(store, tally, 2, mine=True, units=4_000, state=ChitStep.WAITING)
    a_chit(store, tally, 3, mine=False, units=8_000, state=ChitStep.SIGNING)
    view = tallies.get_tally(reader, a_now(online={BO.agent: NOON - 7}), tally.uuid)
    assert (view.they_may_owe, view.we_may_owe, view.reserved) == (100_000, 60_000, 2_000)
    assert (view.room_to_pay, view.room_to_receive) == (74_000, 84_000)
    assert (view.direction is Direction.THEY_OWE_ME) == (half == "stock")
    assert (view.partner.name, view.partner.online, view.partner.since) == (
        "Bo Berg",
        True,
        NOON - 7,
    )
    assert view.head == tally.record.digest


def test_an_offer_that_came_needs_the_person_and_shows_what_changed(
    store: Store, reader: Database
) -> None:
    before = an_agreement(they_may_owe=50_000)
    offer = an_agreement(revision=2)
    tally = a_tally(store, agreement=offer, former=before, state=TallyStep.RECEIVED)
    now = a_now(timers={("tally", tally.uuid, "offer"): 5_000 + DAY})
    (view,) = tallies.list_tallies(reader, now)
    assert (view.state, view.needs_me) == (TallyState.RECEIVED, True)
    assert view.expires_at == NOON + DAY
    terms = tallies.get_terms(reader, a_now(), tally.uuid)
    assert terms.before is not None
    assert (terms.before.mine.limit, terms.mine.limit) == (50_000, 100_000)
    assert terms.theirs.call_days == 14
    assert terms.contract.text == "We keep our word."
    with pytest.raises(NotFound):
        tallies.get_terms(reader, a_now(), "none")


def test_names_that_look_alike_are_counted(store: Store, reader: Database) -> None:
    for person in (BO, a_person("В0 Berg".replace("В", "B")), a_person("bо\u200b berg"), EVE):
        a_tally(store, person)
    views = {one.partner.agent: one.partner for one in tallies.list_tallies(reader, a_now())}
    assert views[BO.agent].others_so_named == 2
    assert views[EVE.agent].others_so_named == 0
    assert skeleton("  ÄDA ") == skeleton("äda")


# Sessions ------------------------------------------------------------------------------------


def test_a_running_payment_shows_its_end_by_the_engines_clock(
    store: Store, reader: Database
) -> None:
    tally = a_tally(store)
    chit = a_chit(store, tally, mine=True, state=ChitStep.SIGNING)
    one = a_session(store, chit=chit, start=NOON - 20_000)
    key = one.record.session
    one.note(NOON - 20_000, "asked")
    one.note(NOON - 19_000, "accepted", BO.agent)
    store.sessions.save(one, NOON)
    now = a_now(timers={("countersigning", key, "end"): 45_000}, offsets={BO.agent: -4_000})
    view = sessions.get_session(reader, now, key)
    assert (view.remaining, view.ends_at, view.window) == (40_000, NOON + 40_000, 60_000)
    assert (view.i_pay, view.i_started, view.locked, view.signed_by_me) == (True, True, True, False)
    assert (view.tally, view.chit, view.amount, view.memo) == (
        tally.uuid,
        chit.uuid,
        12_500,
        "eggs",
    )
    assert view.acts == (SessionAct.STOP,)
    assert [(step.key, step.done) for step in view.steps] == [
        ("asked", True), ("accepted", True), ("signed_partner", False), ("signed_me", False),
        ("agreed", False),
    ]  # fmt: skip
    assert (view.clock_offset, view.last_heard) == (-4_000, NOON - 19_000)
    assert tallies.get_tally(reader, now, tally.uuid).session == key


@pytest.mark.rule("R8")
def test_acts_are_what_the_table_allows(store: Store, reader: Database) -> None:
    chit = a_chit(store, a_tally(store), mine=False, state=ChitStep.UNKNOWN)

    def acts(number: int, state: Step, **given: Any) -> tuple[SessionAct, ...]:
        one = a_session(store, chit=chit, state=state, initiator=False, number=number, **given)
        return sessions.get_session(reader, a_now(), one.record.session).acts

    assert acts(1, Step.ASKED) == (SessionAct.ACCEPT, SessionAct.DECLINE)
    assert acts(2, Step.COMMITTED) == ()
    stuck = acts(3, Step.COMMITTED, past_end=True, asked=1)
    assert stuck == (SessionAct.ASK_NOW, SessionAct.STOP_WAITING)
    assert acts(4, Step.COMPLETED) == ()


def test_an_agreement_that_is_stuck_may_go_on(store: Store, reader: Database) -> None:
    tally = a_tally(store, state=TallyStep.OPENING)
    one = a_session(
        store, tally=tally, state=Step.COMMITTED, initiator=False, past_end=True, asked=2
    )
    view = sessions.get_session(reader, a_now(), one.record.session)
    assert view.outcome is Outcome.NOT_KNOWN
    assert view.acts == (SessionAct.ASK_NOW, SessionAct.GO_ON)
    assert (view.kind, view.tally, view.chit) == ("open", tally.uuid, "")
    assert tallies.get_tally(reader, a_now(), tally.uuid).needs_me


def test_ended_sessions_come_on_demand_latest_first(store: Store, reader: Database) -> None:
    chit = a_chit(store, a_tally(store))
    a_session(store, chit=chit, state=Step.RELEASED, start=NOON - 1, number=1, reason="late")
    a_session(store, chit=chit, state=Step.COMPLETED, start=NOON, number=2)
    a_session(store, chit=chit, state=Step.PROPOSED, number=3)
    states = [one.state for one in sessions.list_sessions(reader, a_now(), ended=True)]
    assert states == [SessionState.PROPOSED, SessionState.COMPLETED, SessionState.RELEASED]
    assert len(sessions.list_sessions(reader, a_now())) == 1


# Home, status, notices -------------------------------------------------------------------------


def test_home_sums_open_tallies_and_names_what_waits(store: Store, reader: Database) -> None:
    bo = a_tally(store, balance=16_000)
    a_tally(store, EVE, balance=-10_000)
    a_tally(store, a_person("Zoe"), state=TallyStep.RECEIVED)
    ask = a_chit(store, bo, 1, mine=False, state=ChitStep.ASKED)
    stuck = a_chit(store, bo, 2, mine=False, state=ChitStep.UNKNOWN)
    a_session(store, chit=ask, state=Step.ASKED, initiator=False)
    a_session(store, chit=stuck, state=Step.PARKED, initiator=False)
    view = home.get_home(reader, a_now())
    assert (view.owed_to_me, view.i_owe, view.tallies) == (16_000, 10_000, 2)
    assert (view.can_pay, view.can_receive) == (76_000 + 50_000, 84_000 + 110_000)
    assert {one.kind for one in view.needs_me} == {"offer", "payment asked", "not known"}
    assert len(view.latest) == 2


def test_the_balance_of_each_day_counts_good_chits_only(store: Store, reader: Database) -> None:
    tally = a_tally(store, balance=7_000)
    a_chit(store, tally, 1, units=10_000, date=NOON - 2 * DAY)
    a_chit(store, tally, 2, mine=True, units=3_000, date=NOON + 60_000)
    a_chit(store, tally, 3, units=9_000, date=NOON - DAY, state=ChitStep.VOID)
    a_chit(store, tally, 4, units=1_000, date=NOON - 200 * DAY)
    days = home.get_home(reader, a_now()).balance_days
    assert len(days) == 90
    assert [balance for _, balance in days[-4:]] == [0, 10_000, 10_000, 7_000]
    assert days[-1][0] == NOON - NOON % DAY
    store.database.execute("UPDATE chit SET loose = 1, listed = 0 WHERE mine = 1")
    assert home.get_home(reader, a_now()).balance_days == days


def test_the_status_bar_counts_partners_and_clocks(store: Store, reader: Database) -> None:
    people = [BO, EVE, a_person("Zoe")]
    for person in people:
        a_tally(store, person)
    a_chit(store, a_tally(store), mine=True, state=ChitStep.WAITING)
    offsets = {person.agent: offset for person, offset in zip(people, (7, 9, 8), strict=True)}
    now = a_now(online={BO.agent: 1}, listening="127.0.0.1:1", offsets=offsets)
    view = home.get_status(reader, now)
    assert (view.partners, view.online, view.waiting, view.clock_offset) == (3, 1, 1, 8)
    assert view.connected
    assert home.get_wallet(reader, now).chain_length == 0


def test_notices_come_newest_first_and_know_what_was_seen(store: Store, reader: Database) -> None:
    from wallet.store.outbox import Facts

    facts = Facts(store.database)
    for number in (1, 2):
        facts.put_notice(NOON, "received", "money", f"chit {number}", "Bo", 5, "")
    shown = home.list_notices(reader, a_now(seen_notice=1))
    assert [(one.number, one.seen) for one in shown] == [(2, False), (1, True)]


def test_of_two_notices_about_one_thing_the_newer_counts(store: Store, reader: Database) -> None:
    for key, subject in (("asked", "chit 1"), ("received", "chit 2"), ("received", "chit 1")):
        store.facts.put_notice(NOON, key, "money", subject, "Bo", 5, "")
    shown = home.list_notices(reader, a_now())
    assert [(one.key, one.subject) for one in shown] == [
        ("received", "chit 1"),
        ("received", "chit 2"),
    ]
    store.tidy()
    assert home.list_notices(reader, a_now()) == shown
    assert store.database.fetch_one("SELECT count(*) FROM notice") == (2,)


# Links -------------------------------------------------------------------------------------------


def an_invitation(inviter: Any = BO, **given: Any) -> Invitation:
    facts: dict[str, Any] = {
        "version": 1,
        "code": make_code(bytes(range(10))),
        "account": inviter.root.account,
        "agent": inviter.agent,
        "node": NodeAddress(node=NodeKey.of(bytes(32))),
        "name": inviter.name,
        "half": "stock",
        "inviter": Terms(limit=100_000),
        "invitee": Terms(limit=60_000, call=14),
        "agree": PLAIN_DIGEST,
        "unit": "hour",
        "expires": NOON + DAY,
    }
    return Invitation(**{**facts, **given})


def test_an_invitation_is_described_from_our_side(reader: Database) -> None:
    text = write_link(an_invitation(memo="for the garden"))
    view = invitations.fetch_link(reader, a_now(), f"\n {text} ")
    assert (view.kind, view.error, view.text) == ("invite", "", text)
    assert (view.direction, view.mine.limit, view.theirs.limit) == (
        Direction.I_OWE_THEM, 60_000, 100_000,
    )  # fmt: skip
    assert view.contract is not None
    assert view.contract.text == PLAIN_CONTRACT
    assert view.inviter is not None
    assert (view.inviter.name, view.known_partner, view.memo) == (
        "Bo Berg",
        False,
        "for the garden",
    )


def test_an_invitation_is_described_before_there_is_a_wallet() -> None:
    text = write_link(an_invitation(memo="for the garden"))
    view = invitations.fetch_link(None, a_now(), text)
    assert (view.kind, view.error, view.known_partner) == ("invite", "", False)
    assert view.inviter is not None
    assert view.inviter.name == "Bo Berg"


def test_what_stands_in_the_way_has_its_own_code(reader: Database) -> None:
    def error(text: str) -> str:
        view = invitations.fetch_link(reader, a_now(), text)
        assert view.kind == ""
        return view.error

    other = a_salt("other network")
    assert error("hello") == "LNK-BAD"
    assert error(write_link(an_invitation())[:-9]) == "LNK-BAD"
    assert error("tallystick:pay?abc") == "LNK-NEW"
    assert error(write_link(an_invitation(agree=hash_bytes(b"other words")))) == "LNK-BAD"
    assert error(write_link(an_invitation(ADA))) == "INVT-OWN"
    assert error(write_link(an_invitation(expires=NOON))) == "INVT-LATE"
    wrong = type(NETWORK).of(bytes(other.raw * 2))
    assert error(write_link(an_invitation(network=wrong))) == "INVT-NET"


def test_our_invitations_can_be_shown_again(store: Store, reader: Database) -> None:
    one = an_invitation(ADA)
    key = derive_code(one.code)
    file = InvitationFile(
        key.id, key.signer.agent, one.code, "for Bo", encode(one), "", 1, NOON, NOON + DAY
    )
    store.invitations.save(file)
    (view,) = invitations.list_invitations(reader, a_now())
    assert (view.link, view.state, view.whom) == (write_link(one), "out", "for Bo")
    assert (view.direction, view.mine.limit) == (Direction.THEY_OWE_ME, 100_000)
    (late,) = invitations.list_invitations(reader, a_now(wall_ms=NOON + DAY))
    assert late.state == "expired"


def test_sums_over_many_chits_are_the_balances(store: Store, reader: Database) -> None:
    files = fill_chits(store.database, 3_000)
    everything = chits.list_chit_ids(reader, a_now(), ChitFilter(), ChitOrder())
    assert everything.count == 3_000
    assert everything.total_in - everything.total_out == sum(one.balance for one in files)
    for one in files:
        # More than a few rows, and fewer: two ways to the same sum.
        for since in (0, NOON - 20 * DAY):
            which = ChitFilter(tally=one.uuid, since=since, states=(ChitState.GOOD,))
            found = chits.list_chit_ids(reader, a_now(), which, ChitOrder(Sort.AMOUNT))
            rows = chits.list_chits(reader, a_now(), tuple(array("q", found.packed)))
            assert found.total_in == sum(row.amount for row in rows if not row.paid_by_me)
            assert [row.amount for row in rows] == sorted((r.amount for r in rows), reverse=True)
