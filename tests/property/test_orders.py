"""The stock's order after any page of the foil's, and what a link's hash covers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.crypto.hashing import hash_bytes
from wallet.protocol.credit.consensus import conformed, relink

TALLY = hash_bytes(b"block 0")
CHITS = [hash_bytes(b"chit %d" % number) for number in range(12)]
orders = st.lists(st.sampled_from(CHITS), max_size=10, unique=True)


@pytest.mark.rule("S3")
@given(tail=orders, page=orders)
def test_the_stock_takes_exactly_the_foils_order_and_loses_nothing(
    tail: list[str], page: list[str]
) -> None:
    after = conformed(tail, page, 0)
    assert after[: len(page)] == page
    assert set(after) == {*tail, *page}
    assert len(after) == len(set(after))
    strays = [one for one in tail if one not in page]
    assert after[len(page) :] == strays, "strays keep their order"


@pytest.mark.rule("S3")
@given(tail=orders, page=orders)
def test_the_same_page_twice_changes_nothing_more(tail: list[str], page: list[str]) -> None:
    once = conformed(tail, page, 0)
    assert conformed(once, page, 0) == once


@pytest.mark.rule("S3", "S7")
@given(tail=orders, foil=orders, size=st.integers(1, 4))
def test_page_by_page_is_the_same_as_all_at_once(
    tail: list[str], foil: list[str], size: int
) -> None:
    after = list(tail)
    for first in range(0, len(foil), size):
        after = conformed(after, foil[first : first + size], first)
    assert after == conformed(tail, foil, 0)


@pytest.mark.rule("S4")
@given(one=orders, other=orders)
def test_equal_hashes_mean_equal_chains(one: list[str], other: list[str]) -> None:
    mine, theirs = relink(TALLY, 1, None, one), relink(TALLY, 1, None, other)
    for place, (left, right) in enumerate(zip(mine, theirs, strict=False), start=1):
        assert (left == right) == (one[:place] == other[:place])


@given(chits=orders, cut=st.integers(0, 10))
def test_a_chain_may_be_linked_in_parts(chits: list[str], cut: int) -> None:
    whole, cut = relink(TALLY, 1, None, chits), min(cut, len(chits))
    prior = whole[cut - 1] if cut else None
    assert relink(TALLY, cut + 1, prior, chits[cut:]) == whole[cut:]
