"""Both halves of a tally chain side by side, for a person to look at.

Source: ux.md 5.11, *Compare copies*.  The consensus compares by itself whenever a link comes up;
here nothing is repaired and nothing moves, so it works where the copies are known to differ, too.
"""

from __future__ import annotations

from wallet.engine.api.notices import CopyHeard
from wallet.engine.api.views_signing import CompareView, CopyView
from wallet.engine.work import Live, Work
from wallet.model.errors import NotFound, WrongState
from wallet.protocol.credit.consensus import Books
from wallet.protocol.messages.tallies import CopyQuery, CopyShown
from wallet.store.tallies import TallyFile


def ask(work: Work, uuid: str) -> int:
    """Ask the partner where its half stands; gives the number that the answer will carry."""
    one, books = _open(work, uuid)
    number = work.now.wall
    work.store.outbox.drop_requests(books.tally, (CopyQuery.KIND,))
    work.send(one.record.partner, CopyQuery(tally=books.tally, number=number), books.tally)
    return number


def receive(work: Work, one: TallyFile, body: CopyQuery | CopyShown) -> None:
    """Answer the partner's question, or keep its answer to ours."""
    if one.books is None:
        return  # open for the partner, not yet for us
    if isinstance(body, CopyShown):
        work.live.copies[one.uuid] = body
        work.notice(CopyHeard(one.uuid))
        return
    books = one.books
    shown = CopyShown(
        tally=books.tally,
        number=body.number,
        confirmed=books.confirmed,
        index=books.end,
        hash=books.end_hash,
        net=one.balance,
    )
    work.store.outbox.drop_requests(books.tally, (CopyShown.KIND,))
    work.send(one.record.partner, shown, books.tally)


def is_answered(live: Live, uuid: str, number: int) -> bool:
    """Whether the partner answered this question, or a later one (two windows may ask)."""
    found = live.copies.get(uuid)
    return found is not None and found.number >= number


def compare(work: Work, uuid: str, number: int) -> CompareView:
    """Set the partner's answer beside our half; without one nothing is known."""
    one, books = _open(work, uuid)
    # Nobody waits for it any more; a question that lies about would be answered in vain.
    work.store.outbox.drop_requests(books.tally, (CopyQuery.KIND,))
    mine = CopyView(books.end, books.end_hash, one.balance, books.confirmed)
    if not is_answered(work.live, uuid, number):
        return CompareView(uuid, mine)
    found = work.live.copies[uuid]
    theirs = CopyView(found.index, found.hash, -found.net, found.confirmed)
    agree = (mine.index, mine.hash, mine.net) == (theirs.index, theirs.hash, theirs.net)
    return CompareView(uuid, mine, theirs, agree)


def _open(work: Work, uuid: str) -> tuple[TallyFile, Books]:
    one = work.store.tallies.get(uuid)
    if one is None:
        raise NotFound("tally", uuid)
    if one.books is None:
        raise WrongState("tally", one.record.state.value, "open")
    return one, one.books
