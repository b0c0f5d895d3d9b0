"""Everything that can be asked of the wallet: one function each, for arguments and JSON lines.

A function takes what was asked and returns a view, a tuple of views, or None; `render.py` makes
words of it.  Names and texts here are what `--help` and `docs/cli.md` show.
"""

from __future__ import annotations

from array import array
from pathlib import Path

from wallet.cli.asking import TALLY, WAIT, WHO_DECIDES, Asked, flag, switch, word
from wallet.cli.picture import qr_png
from wallet.cli.verbs import verb
from wallet.cli.waiting import wait_until
from wallet.engine.api import commands as wishes
from wallet.engine.api.views import (
    ChitFilter,
    ChitOrder,
    ChitState,
    ChitView,
    InvitationView,
    LinkView,
    SessionAct,
    SessionView,
    TallyState,
    TallyView,
    TermsView,
    VerifyView,
)
from wallet.model.errors import NotFound, WrongState

SETTLED = (ChitState.GOOD, ChitState.REFUSED, ChitState.WITHDRAWN, ChitState.VOID)
PAY_SECONDS = 60.0
JOIN_SECONDS = 30.0
# How long a payment that is done lingers, so that the partner hears it before we leave.
_LINGER_SECONDS = 5.0
_LARGEST_FILE = 64 << 10
_TERMS = (
    flag("they-may-owe", "up to how much the partner may owe you", needed=True),
    flag("i-may-owe", "up to how much you may owe the partner", needed=True),
    flag("notice-days", "days of notice before either may ask for payment", kind=int, default=30),
    flag(
        "direction",
        "who normally owes whom",
        choices=("they-owe-me", "i-owe-them"),
        default="they-owe-me",
    ),
    flag("memo", "what the tally is for", default=""),
)


# Tallies -------------------------------------------------------------------------------------


@verb(
    "invite",
    "make an invitation to open a tally; keep `tallystick node` running until it is answered",
    flag("whom", "for whom: your own note", default=""),
    *_TERMS,
    flag("uses", "how many tallies it may open: more than 1 is a shop's code", kind=int, default=1),
    flag("life", "how long it holds: 7d, 48h, 30m", default="7d"),
    switch("open-unseen", "open tallies with unchanged terms without asking you"),
    flag("qr", "write the code as a PNG picture to this file"),
    flag("file", "write the invitation to this file"),
)
def invite(asked: Asked) -> InvitationView:
    """Make an invitation, and write its picture and file where wanted."""
    mine, theirs = asked.terms()
    made = asked.door.submit(
        wishes.Invite(
            whom=asked.note("whom"),
            direction=asked.direction(),
            mine=mine,
            theirs=theirs,
            memo=asked.note("memo"),
            uses=int(asked.get("uses", 1)),
            life=asked.length("life", "7d"),
            open_unseen=bool(asked.get("open_unseen", False)),
        )
    ).result()
    if asked.note("qr"):
        Path(asked.text("qr")).write_bytes(qr_png(made.qr_text or made.link))
    if asked.note("file"):
        Path(asked.text("file")).write_text(made.file_text, "utf-8")
    return made


@verb("invitations", "list your invitations")
def invitations(asked: Asked) -> tuple[InvitationView, ...]:
    """List them, newest first."""
    return asked.door.list_invitations().result()


@verb("revoke", "take an invitation back", word("invitation", "its id"))
def revoke(asked: Asked) -> None:
    """Take it back."""
    asked.door.submit(wishes.RevokeInvitation(asked.text("invitation"))).result()


@verb(
    "join",
    "answer an invitation: contact the inviter and offer the tally",
    word("link", "the link, a file with the invitation, or - to read it from the input"),
    flag("wait", WAIT, kind=float, default=JOIN_SECONDS),
)
def join(asked: Asked) -> TallyView:
    """Answer it, and wait until the tally is open, void, or needs us again."""
    link = _read_link(asked.text("link"))
    tally = asked.door.submit(wishes.AnswerInvitation(link)).result()
    answered = (TallyState.OPEN, TallyState.VOID, TallyState.RECEIVED)
    return asked.wait(
        lambda: asked.door.get_tally(tally).result(),
        lambda one: one.state in answered,
        JOIN_SECONDS,
    )


@verb("offer", "answer a partner's offer with a changed one", TALLY, *_TERMS)
def offer(asked: Asked) -> TallyView:
    """Send a counter-offer."""
    tally = asked.tally()
    mine, theirs = asked.terms()
    asked.door.submit(
        wishes.OfferTally(tally.id, asked.direction(), mine, theirs, asked.note("memo"))
    ).result()
    return asked.door.get_tally(tally.id).result()


@verb(
    "accept",
    "sign a partner's offer, or accept a payment, a paper or other terms you were asked about",
    word("subject", "a tally (id or partner's name), or a session's id"),
    flag("wait", WAIT, kind=float, default=JOIN_SECONDS),
)
def accept(asked: Asked) -> object:
    """Accept what is meant: an offer of a tally, or a session."""
    session = asked.find_asking(asked.text("subject"))
    if session is not None:
        return answer(asked, session, accept=True)
    tally = asked.tally("subject")
    if tally.state is not TallyState.RECEIVED:
        raise WrongState("tally", tally.state.value, TallyState.RECEIVED.value)
    asked.door.submit(wishes.AcceptTally(tally.id, tally.digest)).result()
    return asked.wait(
        lambda: asked.door.get_tally(tally.id).result(),
        lambda one: one.state in (TallyState.OPEN, TallyState.VOID),
        JOIN_SECONDS,
    )


@verb(
    "refuse",
    "refuse a partner's offer, or a payment, a paper or other terms you were asked about",
    word("subject", "a tally (id or partner's name), or a session's id"),
    flag("reason", "a word for the partner", default=""),
)
def refuse(asked: Asked) -> None:
    """Refuse what is meant."""
    reason = asked.note("reason")
    session = asked.find_asking(asked.text("subject"))
    if session is not None:
        answer(asked, session, accept=False, reason=reason)
        return
    asked.door.submit(wishes.RefuseTally(asked.tally("subject").id, reason)).result()


@verb(
    "withdraw",
    "take back an offer, other terms nobody was asked for yet, or a payment nothing of is signed",
    word("subject", "a tally (id or partner's name), or a chit's id"),
)
def withdraw(asked: Asked) -> None:
    """Take back what is meant."""
    chit = asked.find_chit(asked.text("subject"))
    if chit is not None:
        asked.door.submit(wishes.WithdrawPayment(chit.uuid)).result()
        return
    tally = asked.tally("subject")
    is_open = tally.state is TallyState.OPEN
    kind = wishes.WithdrawAmendment if is_open else wishes.WithdrawTally
    asked.door.submit(kind(tally.id)).result()


# Payments and sessions -----------------------------------------------------------------------


@verb(
    "pay",
    "pay a partner; if they are offline it waits and runs by itself when both are connected",
    TALLY,
    word("amount", "how much, with a decimal point: 12.50"),
    flag("memo", "what for", default=""),
    flag("reference", "a reference of the partner's", default=""),
    *WHO_DECIDES,
    flag("wait", WAIT, kind=float, default=PAY_SECONDS),
)
def pay(asked: Asked) -> ChitView:
    """Pay, and wait until it is settled one way or the other."""
    tally = asked.tally()
    wish = wishes.Pay(
        tally.id,
        asked.amount("amount"),
        asked.note("memo"),
        asked.note("reference"),
        asked.signing(),
    )
    chit = asked.door.submit(wish).result()
    paid = asked.wait(
        lambda: asked.door.get_chit(chit).result(), lambda one: one.state in SETTLED, PAY_SECONDS
    )
    if paid.state is ChitState.GOOD and asked.seconds("wait", PAY_SECONDS):
        _linger(asked, tally.id, paid.index)
    return paid


@verb(
    "session",
    "do something about a session that runs or is not known yet",
    word("act", "what", choices=("stop", "ask-now", "go-on", "stop-waiting", "pay-anyway")),
    word("session", "its id"),
)
def session(asked: Asked) -> SessionView:
    """Do what the wallet allows at this moment."""
    acts: dict[str, tuple[SessionAct, type[wishes.Command[None]]]] = {
        "stop": (SessionAct.STOP, wishes.StopSession),
        "ask-now": (SessionAct.ASK_NOW, wishes.AskNow),
        "go-on": (SessionAct.GO_ON, wishes.GoOn),
        "stop-waiting": (SessionAct.STOP_WAITING, wishes.StopWaiting),
        "pay-anyway": (SessionAct.PAY_ANYWAY, wishes.PayAnyway),
    }
    if asked.text("act") not in acts:
        raise NotFound("act", asked.text("act"))
    act, wish = acts[asked.text("act")]
    one = asked.door.get_session(asked.text("session")).result()
    if act not in one.acts:
        possible = ", ".join(one.acts) or "nothing"
        raise WrongState("session", one.state.value, f"one that allows it; possible: {possible}")
    asked.door.submit(wish(one.id)).result()
    return asked.door.get_session(one.id).result()


@verb("sessions", "list the sessions that run or are not known yet", switch("ended", "ended too"))
def sessions(asked: Asked) -> tuple[SessionView, ...]:
    """List them."""
    return asked.door.list_sessions(ended=bool(asked.get("ended", False))).result()


# Looking -------------------------------------------------------------------------------------


@verb("link", "say what a link or file is, without answering it", word("link", "link, file or -"))
def link(asked: Asked) -> LinkView:
    """Describe it; nobody is contacted."""
    return asked.door.fetch_link(_read_link(asked.text("link"))).result()


@verb("tallies", "list your tallies with their balances")
def tallies(asked: Asked) -> tuple[TallyView, ...]:
    """List them, latest change first."""
    return asked.door.list_tallies().result()


@verb("terms", "show what was agreed on a tally", TALLY)
def terms(asked: Asked) -> TermsView:
    """Show the agreement that stands."""
    return asked.door.get_terms(asked.tally().id).result()


@verb(
    "history",
    "list chits, latest first",
    flag("tally", "only this tally: its id, the beginning of it, or the partner's name"),
    flag("text", "only chits with these words in memo, reference or partner's name", default=""),
    flag("limit", "how many at most", kind=int, default=50),
)
def history(asked: Asked) -> tuple[ChitView, ...]:
    """List chits."""
    tally = asked.tally().id if asked.note("tally") else ""
    which = ChitFilter(tally=tally, text=asked.note("text"))
    found = asked.door.list_chit_ids(which, ChitOrder()).result()
    rows = array("q", found.packed)[: max(0, int(asked.get("limit", 50)))]
    return asked.door.list_chits(tuple(rows)).result()


@verb("chit", "show one chit with the states it went through", word("chit", "its id"))
def chit(asked: Asked) -> ChitView:
    """Show it."""
    return asked.door.get_chit(asked.text("chit")).result()


@verb("status", "show who you are, connection and what is under way")
def status(asked: Asked) -> tuple[object, ...]:
    """Show wallet and status."""
    return asked.door.get_wallet().result(), asked.door.get_status().result()


@verb("verify", "check the whole source chain and every tally again")
def verify(asked: Asked) -> VerifyView:
    """Check everything."""
    return asked.door.submit(wishes.VerifyAll()).result()


# Helpers -------------------------------------------------------------------------------------


def _read_link(text: str) -> str:
    """The invitation itself: as given, or out of a file."""
    if text.lower().startswith("tallystick:") or text.lstrip().startswith("{"):
        return text
    return read_text(Path(text))


def read_text(path: Path) -> str:
    """What a small file of text says.  Raises `NotFound`: no such file, too large, or no text."""
    if not path.is_file() or path.stat().st_size > _LARGEST_FILE:
        raise NotFound("link or file", str(path))
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise NotFound("text in the file", str(path)) from None


def answer(asked: Asked, one: SessionView, *, accept: bool, reason: str = "") -> SessionView:
    """Sign what a session asks us to sign, a payment or a paper, or refuse it."""
    kind = wishes.AnswerPaper if one.kind == "paper" else wishes.AnswerPayment
    asked.door.submit(kind(one.id, accept, reason)).result()
    return asked.door.get_session(one.id).result()


def _linger(asked: Asked, tally: str, index: int) -> None:
    """Stay until the partner's half has confirmed it, so that leaving does not keep them waiting.

    Nothing depends on it: what is owed stays in the outbox and goes out at the next start.
    """
    wait_until(
        asked.door,
        lambda: asked.door.get_tally(tally).result(),
        lambda one: one.confirmed >= index,
        _LINGER_SECONDS,
    )
