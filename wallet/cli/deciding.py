"""Commands about who decides, and about papers: for us, and what we do for others."""

from __future__ import annotations

from pathlib import Path

from wallet.cli.asking import WAIT, WHO_DECIDES, Asked, flag, word
from wallet.cli.commands import answer
from wallet.cli.picture import qr_png
from wallet.cli.verbs import verb
from wallet.engine.api import commands as wishes
from wallet.engine.api.views import Outcome, SessionView
from wallet.engine.api.views_signing import ServiceView, WitnessView
from wallet.model.errors import NotFound

PAPER_SECONDS = 300.0
SIGN_SECONDS = 30.0
WHOM = ("nobody", "partners", "anyone")


@verb(
    "serve",
    "show or set for whom you decide (as enzyme) and vote (as witness)",
    flag("decide", "for whom you sign last and decide; your chain waits", choices=WHOM),
    flag("vote", "for whom you vote as one of several witnesses", choices=WHOM),
)
def serve(asked: Asked) -> ServiceView:
    """Set what is said; the rest stays."""
    if asked.get("decide") is not None or asked.get("vote") is not None:
        set_service(asked, asked.get("decide"), asked.get("vote"))
    return asked.door.get_service().result()


def set_service(asked: Asked, decide: str | None, vote: str | None) -> None:
    """Decide and vote for these; None: as it was."""
    stored = asked.door.get_service().result()
    asked.door.submit(wishes.Serve(decide or stored.decide, vote or stored.vote)).result()


@verb(
    "card",
    "show your card as a witness: a link that others add",
    flag("qr", "write it as a PNG picture to this file"),
)
def card(asked: Asked) -> str:
    """The link."""
    link = asked.door.submit(wishes.WitnessLink()).result()
    if asked.note("qr"):
        Path(asked.text("qr")).write_bytes(qr_png(link))
    return link


@verb("witnesses", "list who decides or votes for you, and how they did")
def witnesses(asked: Asked) -> tuple[WitnessView, ...]:
    """List them, by name."""
    return asked.door.list_witnesses().result()


@verb(
    "witness",
    "add, choose or drop a witness of yours, or offer a partner to be one",
    word("act", "what", choices=("add", "choose", "drop", "offer")),
    word("subject", "add: the card's link; choose, drop: name or id; offer: the tally"),
)
def witness(asked: Asked) -> WitnessView | None:
    """Do it, and show the witness if there is one."""
    act, subject = asked.text("act"), asked.text("subject")
    if act == "add":
        return asked.witness(asked.door.submit(wishes.AddWitness(subject)).result())
    if act == "offer":
        asked.door.submit(wishes.OfferToWitness(asked.tally("subject").id)).result()
        return None
    if act not in ("choose", "drop"):
        raise NotFound("act", act)
    one = asked.witness(subject)
    if act == "drop":
        asked.door.submit(wishes.DropWitness(one.agent)).result()
        return None
    asked.door.submit(wishes.ChooseWitness(one.agent)).result()
    return asked.witness(one.agent)


@verb(
    "paper",
    "propose a text that you and up to six partners sign together",
    word("tallies", "the partners: each by tally or name", many=True),
    flag("title", "what it is called", needed=True),
    flag("text", "the text; all of it is signed", needed=True),
    *WHO_DECIDES,
    flag("window", "how long they have to look at it: 5m, 90s", default="5m"),
    flag("wait", WAIT, kind=float, default=PAPER_SECONDS),
)
def paper(asked: Asked) -> SessionView:
    """Propose it, and wait until all have signed or it has ended."""
    wish = wishes.SignPaper(
        asked.text("title"),
        asked.text("text"),
        tuple(one.id for one in asked.tallies("tallies")),
        asked.signing(),
        asked.length("window", "5m"),
    )
    return _wait(asked, asked.door.submit(wish).result(), PAPER_SECONDS)


@verb(
    "sign",
    "sign a payment or paper you were asked about; `sessions` shows what it says",
    word("session", "its id, or the beginning of it"),
    flag("wait", WAIT, kind=float, default=SIGN_SECONDS),
)
def sign(asked: Asked) -> SessionView:
    """Sign it, and wait until all have signed or it has ended."""
    one = answer(asked, asked.session(), accept=True)
    return _wait(asked, one.id, SIGN_SECONDS)


def _wait(asked: Asked, session: str, seconds: float) -> SessionView:
    return asked.wait(
        lambda: asked.door.get_session(session).result(),
        lambda one: one.outcome in (Outcome.DONE, Outcome.NOT_DONE),
        seconds,
    )
