"""The amount field, the review, the ring, the bar, and long lists."""

from __future__ import annotations

import time
from array import array
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from wallet.gui.bridge import Bridge
from wallet.gui.text import Figures, Words, bare
from wallet.gui.viewmodels.paged_model import PAGE_ROWS, PAGES_KEPT, PagedModel
from wallet.gui.widgets.amount_edit import AmountEdit
from wallet.gui.widgets.balance_bar import Balance, BalanceBar, balance_sentence
from wallet.gui.widgets.countdown_ring import CountdownRing
from wallet.gui.widgets.review import INERT_MS, Act, Fact, Review
from wallet.gui.widgets.table import Table
from wallet.model.amounts import NumberStyle

COMMA = Figures(NumberStyle(decimal=",", group="."), Words("h"))
POINT = Figures(unit=Words("h"))


# --- amounts -----------------------------------------------------------------------


@pytest.mark.rule("H1")
@pytest.mark.parametrize(
    ("figures", "typed", "amount", "echo"),
    [
        (POINT, "12.50", 12_500, "twelve and a half h"),
        (POINT, "1.234", 1_234, "one and 234 thousandths h – not 1234"),
        (COMMA, "0,012", 12, "12 thousandths h – not 12"),
        (COMMA, "1.234", None, "This sign could group or divide. Write 1234 or 1,234."),
        (POINT, "1.2345", None, "An amount has three decimals at most. This one has 4."),
        (POINT, "-5", None, "An amount has no plus or minus here."),
        (POINT, "", None, ""),
    ],
)
def test_the_amount_typed_is_the_amount_meant(qtbot, figures, typed, amount, echo):
    edit = AmountEdit(figures)
    qtbot.addWidget(edit)
    QTest.keyClicks(edit.field, typed)
    assert edit.amount() == amount
    assert bare(edit.echo()).startswith(echo)
    assert edit.field.accessibleDescription() == bare(edit.echo())


def test_what_is_missing_is_said_when_the_person_goes_on(qtbot):
    edit = AmountEdit(POINT)
    qtbot.addWidget(edit)
    assert not edit.insist()
    assert "no amount yet" in edit.echo()


# --- review ---------------------------------------------------------------------------


@pytest.fixture
def review(qtbot):
    facts = (Fact("To", "Bo"), Fact("For", "<b>eggs</b>"))
    made = Review(Act("Review and sign", facts, "Bo must also sign.", 12_500, "You pay Bo"), POINT)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.signs, made.backs = [], []
    made.signed.connect(lambda: made.signs.append(1))
    made.went_back.connect(lambda: made.backs.append(1))
    return made


def enter(widget, *, repeated: bool = False) -> None:
    event = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "", repeated
    )
    QApplication.sendEvent(widget, event)


@pytest.mark.rule("H4")
def test_nothing_is_signed_in_the_first_half_second(qtbot, review):
    QTest.mouseClick(review.sign, Qt.MouseButton.LeftButton)
    enter(review.sign)
    assert review.signs == []
    qtbot.waitUntil(review.sign.isEnabled, timeout=4 * INERT_MS)
    assert not review.sign.isDefault()


@pytest.mark.rule("H4")
def test_a_double_click_signs_once(qtbot, review):
    qtbot.waitUntil(review.sign.isEnabled, timeout=4 * INERT_MS)
    for _ in range(2):
        QTest.mouseClick(review.sign, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(review.sign, Qt.MouseButton.LeftButton)
    assert review.signs == [1]


@pytest.mark.rule("H4")
def test_enter_signs_only_with_the_focus_on_the_button_and_not_when_held(qtbot, review):
    qtbot.waitUntil(review.sign.isEnabled, timeout=4 * INERT_MS)
    enter(review)  # the focus is on Back
    assert (review.signs, review.backs) == ([], [1])
    review.sign.setFocus()
    enter(review.sign, repeated=True)
    assert review.signs == []
    enter(review.sign)
    enter(review.sign)
    assert review.signs == [1]


@pytest.mark.rule("H4")
def test_escape_signs_nothing(qtbot, review):
    qtbot.waitUntil(review.sign.isEnabled, timeout=4 * INERT_MS)
    QTest.keyClick(review, Qt.Key.Key_Escape)
    assert (review.signs, review.backs) == ([], [1])


# --- ring -----------------------------------------------------------------------------------


class Elapsed:
    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


@pytest.mark.rule("H6")
def test_the_ring_speaks_at_the_start_and_near_the_end(qtbot, spoken):
    elapsed = Elapsed()
    ring = CountdownRing(elapsed=elapsed)
    qtbot.addWidget(ring)
    ended = []
    ring.ended.connect(lambda: ended.append(1))
    ring.start(42_000, 60_000, 1_777_723_470_000)
    for _ in range(43):
        elapsed.now += 1000
        ring.tick()
    assert spoken == [
        "42 seconds left", "30 seconds left", "10 seconds left", "5 seconds left", "Time is up",
    ]  # fmt: skip
    assert ended == [1]


@pytest.mark.rule("H6")
@pytest.mark.parametrize("passed", [0, 1, 999, 1000, 17_300, 41_999, 42_000, 90_000])
def test_the_ring_follows_the_engine_and_never_a_counter_of_its_own(qtbot, passed):
    elapsed = Elapsed()
    ring = CountdownRing(elapsed=elapsed)
    qtbot.addWidget(ring)
    ring.start(42_000, 60_000, 1_777_723_470_000)
    elapsed.now += passed
    assert ring.left() == max(0, 42_000 - passed)


@pytest.mark.rule("H6")
def test_after_a_sleep_the_engine_is_asked_again(qtbot):
    elapsed, asked = Elapsed(), []
    ring = CountdownRing(elapsed=elapsed)
    qtbot.addWidget(ring)
    ring.stale.connect(lambda: asked.append(1))
    ring.start(42_000, 60_000, 1_777_723_470_000)
    elapsed.now += 10_000
    ring.tick()
    assert asked == [1]


# --- bar ------------------------------------------------------------------------------------


@pytest.mark.rule("H3")
def test_the_bar_says_in_words_what_it_shows(qtbot):
    bar = BalanceBar(POINT)
    qtbot.addWidget(bar)
    bar.show_balance(Words("Bo"), Balance(16_000, 60_000, 100_000, reserved=4_000))
    assert bar.accessibleName() == (
        "Bo owes you 16.00. You may owe Bo up to 60.00, Bo may owe you up to 100.00. "
        "Room to pay 72.00, room to receive 84.00. 4.00 is reserved."
    )
    assert "You owe Bo" in balance_sentence(Words("Bo"), Balance(-1, 0, 0), POINT)
    for shown in (Balance(0, 0, 0), Balance(-90_000, 60_000, 0), Balance(5, 0, 3)):
        bar.show_balance(Words("Bo"), shown)
        assert not bar.grab().isNull()


# --- long lists --------------------------------------------------------------------------------


class Numbers(PagedModel[int]):
    def cell(self, row: int, column: int, role: int) -> object:
        del column
        return str(row) if role == Qt.ItemDataRole.DisplayRole else None


@pytest.fixture
def numbers(qtbot):
    bridge, asked = Bridge(), []

    def fetch(rows: tuple[int, ...]) -> Future[tuple[int, ...]]:
        asked.append(rows)
        future: Future[tuple[int, ...]] = Future()
        future.set_result(rows)
        return future

    model = Numbers(bridge, fetch, ["Number"])
    model.asked = asked
    yield model
    bridge.close()
    model.deleteLater()
    bridge.deleteLater()


@pytest.mark.rule("H7")
def test_a_hundred_thousand_rows_open_and_jump_at_once(qtbot, numbers):
    table = Table("Numbers")
    qtbot.addWidget(table)
    table.setModel(numbers)
    table.show()
    packed = array("q", range(100_000)).tobytes()
    start = time.perf_counter()
    numbers.show_ids(packed)
    table.scrollTo(numbers.index(99_999, 0))
    table.grab()
    assert time.perf_counter() - start < 0.5
    index: QModelIndex = numbers.index(99_999, 0)
    qtbot.waitUntil(lambda: index.data() == "99999")
    assert len(numbers.asked) < 5


def test_only_so_many_pages_stay_in_memory(qtbot, numbers):
    numbers.show_ids(array("q", range(PAGE_ROWS * (PAGES_KEPT + 20))).tobytes())
    for page in range(PAGES_KEPT + 20):
        numbers.row_at(page * PAGE_ROWS)
    qtbot.waitUntil(lambda: numbers.row_at(PAGE_ROWS * (PAGES_KEPT + 19)) is not None)
    assert len(numbers._pages) <= PAGES_KEPT


def test_rows_of_a_former_order_are_not_mixed_in(qtbot, numbers):
    numbers.show_ids(array("q", range(10)).tobytes())
    numbers.row_at(0)
    numbers.show_ids(array("q", range(9, -1, -1)).tobytes())
    qtbot.waitUntil(lambda: numbers.row_at(0) is not None)
    assert numbers.row_at(0) == 9
