"""Sample data for screens: partners of every kind, states of every kind, names that mean harm.

All times lie around `NOW`, 2 May 2026, 12:03:30 UTC.
"""

from __future__ import annotations

import json

from wallet.crypto.ids import AgentId
from wallet.engine.api.views import (
    ChitState,
    ChitView,
    Contract,
    Direction,
    HomeView,
    InvitationView,
    LinkView,
    NeedView,
    NoticeView,
    Outcome,
    PersonView,
    SessionAct,
    SessionState,
    SessionView,
    SideTerms,
    StepView,
    TallyState,
    TallyView,
    TermsView,
    WalletView,
)
from wallet.engine.api.views_signing import FactsView, SaidView, WitnessRole, WitnessView
from wallet.model.credit import WitnessCard
from wallet.model.network import NodeAddress, NodeKey

NOW = 1_777_723_410_000
SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
UNIT = "h"
HOSTILE = (
    "<img src=x onerror=alert(1)>\u202eoB\u202c <a href='https://x'>Bo</a>\x00" + "e\u0301" * 60
)
LONG = "Genossenschaftliche Reparaturwerkstatt Donaudampfschifffahrtsgesellschaft Untermeitingen"
CARD = "tallystick:card?AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v"
LINK = "tallystick:invite/1/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v"


def a_person(name: str = "Bo Berg", *, online: bool = True, others: int = 0) -> PersonView:
    """Make a partner; the id follows from the name."""
    key = f"u{name.encode().hex()[:52]:0<52}"
    return PersonView(
        account=key,
        agent=key,
        name=name,
        contact="+49 821 555 0100",
        online=online,
        since=NOW - 3 * HOUR,
        others_so_named=others,
    )


BO = a_person("Bo Berg")
CEM = a_person("Cem")
DORA = a_person(LONG, online=False)
EVA = a_person("Eva Ernst")
FINN = a_person("Finn", online=False)
MALLORY = a_person(HOSTILE, others=1)
GUS = a_person("Gus", online=False)


def a_tally(
    partner: PersonView = BO,
    balance: int = 16_000,
    state: TallyState = TallyState.OPEN,
    *,
    reserved: int = 0,
    we_may_owe: int = 60_000,
    they_may_owe: int = 100_000,
    needs_me: bool = False,
    session: str = "",
    reason: str = "",
    changed_at: int = NOW - HOUR,
) -> TallyView:
    """Make a tally; its id is `tally-` and the partner's first word in lower case."""
    return TallyView(
        id=tally_id(partner),
        state=state,
        partner=partner,
        direction=Direction.THEY_OWE_ME,
        balance=balance,
        reserved=reserved,
        we_may_owe=we_may_owe,
        they_may_owe=they_may_owe,
        memo="Eggs, repairs and lifts to the station",
        unit=UNIT,
        revision=1,
        digest="3f2a9c51" * 8,
        chits=132,
        head="77aa01fe" * 8,
        confirmed=131,
        changed_at=changed_at,
        expires_at=NOW + 5 * DAY if state is not TallyState.OPEN else 0,
        session=session,
        needs_me=needs_me,
        reason=reason,
    )


def tally_id(partner: PersonView) -> str:
    """Return the id of the sample tally with a partner."""
    first = partner.name.split()[0].lower()
    return f"tally-{first}" if first.isalnum() else "tally-mallory"


def sample_tallies() -> tuple[TallyView, ...]:
    """Return one tally in each state, and balances both ways."""
    return (
        a_tally(EVA, 0, TallyState.RECEIVED, needs_me=True, changed_at=NOW - MINUTE),
        a_tally(BO, 16_000),
        a_tally(CEM, -32_500, reserved=12_500, session="session-cem", changed_at=NOW - MINUTE),
        a_tally(DORA, 70_000, they_may_owe=200_000, we_may_owe=0, changed_at=NOW - DAY),
        a_tally(MALLORY, 0, changed_at=NOW - 2 * DAY),
        a_tally(FINN, 0, TallyState.OFFERED, changed_at=NOW - 2 * DAY),
        a_tally(GUS, 0, TallyState.VOID, reason="Not this year", changed_at=NOW - 40 * DAY),
    )


MEMOS = ("eggs", "repair of the bicycle", "lift to the station", "bread and cheese", "", "window")
_STATES = {
    0: ChitState.SIGNING,
    1: ChitState.UNKNOWN,
    2: ChitState.WAITING,
    3: ChitState.GOOD,
    7: ChitState.REFUSED,
    9: ChitState.WITHDRAWN,
    11: ChitState.VOID,
}


def a_chit(number: int = 3, partner: PersonView | None = None) -> ChitView:
    """Make the chit of this number; the newest is 0, and each is some hours older than the last."""
    whose = partner or (CEM, CEM, DORA, BO, BO, MALLORY)[number % 6]
    state = _STATES.get(number, ChitState.GOOD)
    return ChitView(
        uuid=f"chit-{number}",
        tally=tally_id(whose),
        partner=whose.name,
        paid_by_me=number % 3 != 0 or number < 3,
        amount=12_500 if number < 2 else 1_000 + number * 1_730 % 40_000,
        memo=MEMOS[number % len(MEMOS)],
        reference=f"R-{number}" if number % 5 == 0 else "",
        date=NOW - number * 5 * HOUR,
        state=state,
        balance_after=16_000 - number * 250 if state is ChitState.GOOD else 0,
        index=200 - number if state is ChitState.GOOD else 0,
        sealed=state is ChitState.GOOD,
        session="session-cem" if number == 0 else "session-unknown" if number == 1 else "",
        reason="not today" if state is ChitState.REFUSED else "",
        history=((NOW - number * 5 * HOUR, "waiting"), (NOW - number * 5 * HOUR, state.value)),
    )


_STEPS = ("asked", "ready", "signed", "checked")


def a_session(
    state: SessionState = SessionState.PREPARED,
    *,
    partner: PersonView = CEM,
    i_pay: bool = True,
    acts: tuple[SessionAct, ...] = (SessionAct.STOP,),
    remaining: int = 42 * SECOND,
    outcome: Outcome = Outcome.RUNNING,
    key: str = "session-cem",
    done: int = 2,
    reason: str = "",
) -> SessionView:
    """Make a session of a payment of 12.50."""
    return SessionView(
        id=key,
        state=state,
        outcome=outcome,
        kind="payment",
        mode="P",
        partner=partner,
        tally=tally_id(partner),
        chit="chit-0",
        amount=12_500,
        memo="eggs",
        i_pay=i_pay,
        i_started=True,
        started_at=NOW - 18 * SECOND,
        ends_at=NOW + remaining,
        remaining=remaining,
        window=60 * SECOND,
        signed_by_me=done > 2,
        locked=outcome is Outcome.RUNNING,
        acts=acts,
        steps=tuple(
            StepView(step, NOW - 18 * SECOND + n * SECOND if n < done else 0, n < done)
            for n, step in enumerate(_STEPS)
        ),
        asked_times=3 if outcome is Outcome.NOT_KNOWN else 0,
        next_ask=90 * SECOND if outcome is Outcome.NOT_KNOWN else 0,
        last_heard=NOW - 20 * SECOND,
        reason=reason,
        reason_text="not today" if reason else "",
    )


def an_unknown_session() -> SessionView:
    """Make a session that is not known yet, seen by the payee."""
    return a_session(
        SessionState.COMMITTED,
        partner=BO,
        i_pay=False,
        acts=(SessionAct.ASK_NOW, SessionAct.STOP_WAITING),
        remaining=-3 * MINUTE,
        outcome=Outcome.NOT_KNOWN,
        key="session-unknown",
        done=3,
    )


def an_asking_session() -> SessionView:
    """Make a session in which the partner asks us to accept a payment."""
    return a_session(
        SessionState.ASKED,
        partner=BO,
        i_pay=False,
        acts=(SessionAct.ACCEPT, SessionAct.DECLINE),
        key="session-asked",
        done=1,
    )


CONTRACT = Contract(
    "We keep track",
    "What one does for the other is written down as chits.\n"
    "Each may owe the other up to the limit.\n"
    "Either may end this; then what is owed is settled within the days of notice.",
    "9b1c" * 16,
)


def a_terms(tally: TallyView, *, changed: bool = False) -> TermsView:
    """Make the agreement of a tally; `changed` adds the former offer."""
    before = None
    if changed:
        before = a_terms(tally)
    return TermsView(
        tally=tally.id,
        digest=tally.digest,
        revision=tally.revision + changed,
        date=NOW - 30 * DAY,
        memo=tally.memo,
        contract=CONTRACT,
        direction=tally.direction,
        mine=SideTerms(tally.they_may_owe + (50_000 if changed else 0)),
        theirs=SideTerms(tally.we_may_owe),
        signed_by_me=tally.state in (TallyState.OPEN, TallyState.OFFERED),
        signed_by_partner=tally.state in (TallyState.OPEN, TallyState.RECEIVED),
        before=before,
    )


def an_invitation(state: str = "out", *, uses: int = 1, used: int = 0) -> InvitationView:
    """Make an invitation of ours."""
    return InvitationView(
        id=f"invitation-{state}-{uses}",
        whom="Hanna",
        link=LINK,
        file_text=LINK,
        qr_text="TALLYSTICK:INVITE/1/" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 5,
        uses=uses,
        used=used,
        expires_at=NOW + 7 * DAY,
        state=state,
        direction=Direction.THEY_OWE_ME,
        mine=SideTerms(100_000),
        theirs=SideTerms(100_000),
        memo="Between neighbours",
    )


def an_invitation_link(inviter: PersonView = EVA) -> LinkView:
    """Make what a pasted invitation turns out to be."""
    return LinkView(
        kind="invite",
        text=LINK,
        inviter=inviter,
        direction=Direction.I_OWE_THEM,
        mine=SideTerms(100_000),
        theirs=SideTerms(60_000),
        memo="Eggs and repairs",
        contract=CONTRACT,
        unit=UNIT,
        expires_at=NOW + 6 * DAY,
    )


def a_witness(
    name: str = "Wil", role: WitnessRole = WitnessRole.CHOSEN, **given: int
) -> WitnessView:
    """Make a witness that decides and votes; its keys follow from the name."""
    seed = name.encode()[:32].ljust(32)
    address = NodeAddress(node=NodeKey.of(seed))
    # As long a name as a card may carry.
    card = WitnessCard(agent=AgentId.of(seed), name=name[:80], address=address)
    return WitnessView(
        agent=card.agent, name=card.name, role=role, card=card, decides=True, votes=True, **given
    )


def sample_witnesses() -> tuple[WitnessView, ...]:
    """Return witnesses of every kind: one that lied, one that only offers, one that means harm."""
    return (
        a_witness("Wil", online=True, since=NOW - DAY, completed=41, aborted=2, last_at=NOW - HOUR),
        a_witness("Wes", WitnessRole.TALLY, since=NOW - DAY, completed=3, silent=4, lies=1),
        a_witness("Wim", WitnessRole.OFFERED, online=True, since=NOW - HOUR),
        a_witness(HOSTILE, WitnessRole.SESSION, since=NOW - HOUR),
    )


def sample_notices() -> tuple[NoticeView, ...]:
    """Return notices of every category, two of them unseen."""
    rows = (
        ("offer-received", "needs you", tally_id(EVA), EVA.name, 0, ""),
        ("not-known", "needs you", "chit-1", BO.name, 12_500, ""),
        ("received", "money", "chit-3", BO.name, 12_500, ""),
        ("payment-refused", "money", "chit-7", MALLORY.name, 8_000, "not today"),
        ("tally-opened", "under way", tally_id(BO), BO.name, 0, ""),
    )
    return tuple(
        NoticeView(
            number=len(rows) - n,
            at=NOW - n * 7 * HOUR,
            key=key,
            category=category,
            subject=subject,
            partner=partner,
            amount=amount,
            seen=n > 1,
            reason=reason,
        )
        for n, (key, category, subject, partner, amount, reason) in enumerate(rows)
    )


def a_home(tallies: tuple[TallyView, ...], latest: tuple[ChitView, ...]) -> HomeView:
    """Make Home for these tallies."""
    opened = [t for t in tallies if t.state is TallyState.OPEN]
    days = tuple(
        (NOW - (89 - n) * DAY, 1_000 * ((n * 37) % 53) - 12_000 + 700 * n) for n in range(90)
    )
    return HomeView(
        name="Ada",
        can_pay=sum(t.room_to_pay for t in opened),
        can_receive=sum(t.room_to_receive for t in opened),
        owed_to_me=sum(t.balance for t in opened if t.balance > 0),
        i_owe=-sum(t.balance for t in opened if t.balance < 0),
        tallies=len(opened),
        needs_me=(
            NeedView("offer", tally_id(EVA), EVA.name, at=NOW - MINUTE),
            NeedView("payment asked", "session-asked", BO.name, 12_500, "eggs", NOW - MINUTE),
            NeedView("not known", "session-unknown", MALLORY.name, 12_500, "eggs", NOW - HOUR),
        )
        if tallies
        else (),
        latest=latest,
        balance_days=days if tallies else (),
    )


def a_wallet() -> WalletView:
    """Make who we are."""
    return WalletView(
        name="Ada",
        account="uhCQk" + "a1B2" * 12,
        agent="uhCAk" + "c3D4" * 12,
        network="neighbours",
        unit=UNIT,
        contact="ada@example.org",
        chain_length=412,
    )


def some_facts(session: str) -> FactsView:
    """Make what is known of a session, with evidence that holds a stranger's text."""
    said = (
        SaidView(NOW - 3 * MINUTE, "asked", BO.agent, BO.name),
        SaidView(NOW - 3 * MINUTE + SECOND, "accepted"),
        SaidView(NOW - 3 * MINUTE + 2 * SECOND, "signed"),
        SaidView(NOW - MINUTE, "asked-status"),
    )
    return FactsView(session, said, json.dumps({"session": session, "memo": HOSTILE}))
