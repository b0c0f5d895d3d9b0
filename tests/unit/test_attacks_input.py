"""What a person may type or paste: it is put in order or refused; no row becomes unreadable."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.helpers.pair import LIMIT, Pair, Side, a_pair, accept, an_invitation, answer, two
from wallet.crypto.hashing import hash_bytes
from wallet.crypto.signing import Signer
from wallet.engine import acts
from wallet.engine.acts import MadeCode
from wallet.engine.api import commands
from wallet.engine.api.views import Contract, Direction, SideTerms
from wallet.engine.desks.drafting import read_draft
from wallet.model.errors import MemoTooLong, WalletError
from wallet.protocol.identity.invitation import CodeKey

TERMS = SideTerms(LIMIT, 30)
MADE = MadeCode("code", CodeKey(Signer(bytes(32)), hash_bytes(b"code")))


def invite(pair: Pair, wish: commands.Invite) -> None:
    """Ada invites, and what was kept can be read again."""
    kept = pair.submit(pair.ada, lambda work: acts.invite(work, wish, MADE))
    read_draft(kept.draft)


@pytest.mark.parametrize("memo", ["Cafe\u0301", "\ud800 half a letter", "e\u0301" * 150])
def test_a_memo_is_written_in_its_one_form(memo: str) -> None:
    pair = a_pair()
    uuid = pair.pay(pair.ada, memo=memo)
    pair.carry()
    assert pair.ada.balance == -5_000
    assert pair.bo.chit(uuid).chit.memo == pair.ada.chit(uuid).chit.memo
    pair.agree()


def test_a_reason_is_written_in_its_one_form() -> None:
    pair = two()
    one, key = an_invitation(pair)
    answer(pair, one, key)
    pair.carry()
    pair.wish(pair.ada, commands.RefuseTally(pair.ada.tally.uuid, "ne\u0301"))
    pair.carry()
    assert pair.bo.tally.record.reason == "n\u00e9"


@pytest.mark.parametrize(
    "wish",
    [
        commands.Invite("Bo", Direction.THEY_OWE_ME, SideTerms(LIMIT, 4_000), TERMS),
        commands.Invite("Bo", Direction.THEY_OWE_ME, SideTerms(LIMIT, -1), TERMS),
        commands.Invite("Bo", Direction.THEY_OWE_ME, TERMS, TERMS, memo="x" * 201),
        commands.Invite(
            "Bo", Direction.THEY_OWE_ME, TERMS, TERMS, contract=Contract("t", "x" * 4_097)
        ),
        commands.Invite("Bo", Direction.THEY_OWE_ME, TERMS, TERMS, life=10**15),
    ],
    ids=["notice", "notice below zero", "memo", "contract", "life"],
)
def test_terms_that_no_record_can_hold_are_refused(wish: commands.Invite) -> None:
    pair = two()
    before = pair.ada.dump()
    with pytest.raises(WalletError):
        invite(pair, wish)
    assert pair.ada.dump() == before


def test_words_of_an_invitation_are_written_in_their_one_form() -> None:
    wish = commands.Invite(
        "Bo",
        Direction.THEY_OWE_ME,
        TERMS,
        TERMS,
        memo="Cafe\u0301",
        contract=Contract("t", "we keep our word, chez nous au cafe\u0301"),
    )
    invite(two(), wish)


def test_the_last_revision_is_the_last() -> None:
    """A partner may begin at the highest revision: our counter-offer must not become unreadable."""
    pair = two()
    one, key = an_invitation(pair)
    answer(pair, one, key)
    pair.carry()
    tally = pair.ada.tally
    assert tally.agreement is not None
    tally.agreement = replace(tally.agreement, revision=10_000)
    pair.submit(pair.ada, lambda work: work.store.tallies.save(tally, work.now.wall))
    wish = commands.OfferTally(tally.uuid, Direction.THEY_OWE_ME, TERMS, TERMS, "")
    with pytest.raises(WalletError):
        pair.wish(pair.ada, wish)
    assert pair.ada.tally.agreement is not None
    accept(pair)


def test_a_name_is_written_in_its_one_form() -> None:
    side = Side("Rene\u0301", None)
    assert side.pump.me.name == "Ren\u00e9"
    with pytest.raises(MemoTooLong):
        Side("x" * 81, None)
