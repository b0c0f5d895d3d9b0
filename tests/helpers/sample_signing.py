"""Sample sessions of every mode and any number of signers, papers, and what we do for others."""

from __future__ import annotations

from msgspec.structs import replace

from tests.helpers.sample import (
    BO,
    CEM,
    DORA,
    EVA,
    FINN,
    GUS,
    MALLORY,
    MINUTE,
    NOW,
    SECOND,
    a_session,
    a_witness,
)
from wallet.engine.api.views import (
    LinkView,
    Outcome,
    PersonView,
    SessionAct,
    SessionState,
    SessionView,
    StepView,
)
from wallet.engine.api.views_signing import CompareView, CopyView, DeciderView, SignerView
from wallet.model.credit import Signing

ME = PersonView(account="uAda", agent="uAda", name="Ada")
WITNESSES = ("Wim", "Wes", "Wil")
EVERYBODY = (BO, CEM, DORA, EVA, FINN, MALLORY, GUS)
RULES = (
    "1. Whoever enters takes the shoes off.\n"
    "2. The Donaudampfschifffahrtsgesellschaftskapitänswitwenrente is shared by all.\n"
    "3. The kitchen is cleaned by whoever cooked, on the same day and before midnight.\n\n"
    "This holds until all of us sign something else."
)
_STEPS = ("asked", "accepted", "signed_me", "signed_partner", "agreed")
_LAST = ("asked", "accepted", "signed_partner", "signed_me", "agreed")  # of who signs last


def deciders(names: tuple[str, ...] = WITNESSES, votes: str = "") -> tuple[DeciderView, ...]:
    """Witnesses; `votes` is a letter for each: c(ommit), a(bort), - (none)."""
    said = {"c": "commit", "a": "abort"}
    return tuple(
        DeciderView(f"u{name}", name, online=n != 1, vote=said.get(votes[n : n + 1], ""))
        for n, name in enumerate(names)
    )


def signers(
    *who: tuple[PersonView, str], ready: int = 0, signed: int = 0, after: int = 0
) -> tuple[SignerView, ...]:
    """The first so many are ready; so many have signed, not counting the first `after`."""
    return tuple(
        SignerView(
            person.agent,
            person.name,
            role,
            person is ME,
            ready=n < ready,
            signed=after <= n < after + signed,
        )
        for n, (person, role) in enumerate(who)
    )


def a_signing(
    mode: str = "E",
    state: SessionState = SessionState.COMMITTED,
    *,
    i_pay: bool = True,
    outcome: Outcome = Outcome.RUNNING,
    ready: int = 3,
    signed: int = 1,
    votes: str = "",
    acts: tuple[SessionAct, ...] = (),
    done: int = 3,
    reason: str = "",
) -> SessionView:
    """A payment between us and Cem that others decide."""
    base = a_session(state, i_pay=i_pay, outcome=outcome, acts=acts, reason=reason)
    ours = (ME, "payer") if i_pay else (ME, "payee")
    theirs = (CEM, "payee") if i_pay else (CEM, "payer")
    who = [ours, theirs] if i_pay else [theirs, ours]
    if mode == "E":
        who.append((PersonView(account="uWim", agent="uWim", name="Wim"), "enzyme"))
    return replace(
        base,
        mode=mode,
        i_started=i_pay,
        signers=signers(*who, ready=ready, signed=signed),
        deciders=() if mode == "P" else deciders(WITNESSES if mode == "Q" else ("Wim",), votes),
        needed=2 if mode == "Q" else 0,
        signed_by_me=done > 2,
        steps=_steps(done),
        reason_text="",
    )


def a_paper(
    people: int = 3,
    state: SessionState = SessionState.ASKED,
    *,
    mode: str = "P",
    outcome: Outcome = Outcome.RUNNING,
    i_started: bool = False,
    ready: int = 1,
    signed: int = 0,
    done: int = 1,
    acts: tuple[SessionAct, ...] = (SessionAct.ACCEPT, SessionAct.DECLINE),
    title: str = "House rules",
    text: str = RULES,
    key: str = "session-paper",
    reason: str = "",
) -> SessionView:
    """A paper that this many people sign, us among them."""
    rest = EVERYBODY[: people - 1]
    first, others = (ME, rest) if i_started else (rest[0], (ME, *rest[1:]))
    who = [(first, "initiator"), *((one, "acceptor") for one in others)]
    if mode == "E":
        who.append((PersonView(account="uWim", agent="uWim", name="Wim"), "enzyme"))
    base = a_session(state, partner=rest[0], acts=acts, outcome=outcome, key=key, reason=reason)
    return replace(
        base,
        kind="paper",
        mode=mode,
        tally="",
        chit="",
        amount=0,
        memo="",
        i_pay=False,
        i_started=i_started,
        remaining=4 * MINUTE,
        ends_at=NOW + 4 * MINUTE,
        window=5 * MINUTE,
        locked=state in (SessionState.PREPARED, SessionState.COMMITTED),
        # In mode P who asked signs last.
        signers=signers(
            *who, ready=ready, signed=signed, after=int(mode == "P" and signed < people)
        ),
        deciders=() if mode == "P" else deciders(WITNESSES if mode == "Q" else ("Wim",)),
        needed=2 if mode == "Q" else 0,
        signed_by_me=done > 2,
        steps=_steps(done, _LAST if i_started and mode == "P" else _STEPS),
        title=title,
        text=text,
    )


def a_decision(
    state: SessionState = SessionState.PREPARED,
    *,
    outcome: Outcome = Outcome.RUNNING,
    ready: int = 3,
    signed: int = 1,
    done: int = 2,
    reason: str = "",
) -> SessionView:
    """A session of Bo and somebody whom we do not know, that we decide."""
    stranger = PersonView(account="uX", agent="uX", name="")
    who = ((BO, "payer"), (stranger, "payee"), (ME, "enzyme"))
    base = a_session(state, partner=BO, acts=(), outcome=outcome, key="session-decide")
    return replace(
        base,
        mode="E",
        tally="",
        chit="",
        amount=0,
        memo="",
        i_pay=False,
        i_started=False,
        signers=signers(*who, ready=ready, signed=signed),
        deciders=(DeciderView(ME.agent, "Ada", online=True),),
        i_decide=True,
        signed_by_me=False,
        steps=_steps(done, _LAST),
        reason=reason,
        reason_text="",
    )


def _steps(done: int, keys: tuple[str, ...] = _STEPS) -> tuple[StepView, ...]:
    began = NOW - 18 * SECOND
    return tuple(
        StepView(key, began + n * SECOND if n < done else 0, n < done) for n, key in enumerate(keys)
    )


def unknown(session: SessionView, *acts: SessionAct) -> SessionView:
    """The same past its end, with nothing known."""
    return replace(
        session,
        outcome=Outcome.NOT_KNOWN,
        acts=(SessionAct.ASK_NOW, *acts),
        locked=session.state is SessionState.COMMITTED,
        remaining=0,
        ends_at=NOW - 3 * MINUTE,
        asked_times=3,
        next_ask=90 * SECOND,
    )


def by_wim() -> Signing:
    """Wim decides."""
    return Signing(mode="E", witnesses=(a_witness("Wim").card,))


def by_three() -> Signing:
    """Two of Wim, Wes, Wil decide."""
    return Signing(mode="Q", witnesses=tuple(a_witness(one).card for one in WITNESSES), needed=2)


CARD_LINK = "tallystick:card?" + "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKiss" * 6


def a_card(name: str = "Wim") -> LinkView:
    """What a pasted card turns out to be."""
    person = PersonView(account="", agent="uWim", name=name)
    return LinkView(kind="card", text=CARD_LINK, inviter=person, decides=True, votes=True)


def compared(their_index: int = 132, their_net: int = 16_000, silent: int = 0) -> CompareView:
    """Both copies of the tally with Bo."""
    mine = CopyView(132, "3f2a9c51" * 5, 16_000, 131)
    if silent:
        return CompareView("tally-bo", mine)
    same = (their_index, their_net) == (132, 16_000)
    theirs = CopyView(their_index, mine.hash if same else "77aa01fe" * 5, their_net, 130)
    return CompareView("tally-bo", mine, theirs, same)
