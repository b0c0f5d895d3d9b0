"""Links, scanning, inviting and answering: described first, signed by a review only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

import wallet.gui
from tests.gui.hands import SIGNING, click, focus, press_when_ready, signed, texts
from tests.gui.stories_partners import answer_page, invite_page, opened
from tests.helpers import sample
from wallet.engine.api.commands import (
    AnswerInvitation,
    GoOn,
    Invite,
    RevokeInvitation,
)
from wallet.engine.api.views import (
    LinkView,
    SideTerms,
)
from wallet.gui.errors import explain_code
from wallet.gui.text import bare
from wallet.gui.views.scan import ScanPage


@pytest.mark.rule("H4")
def test_no_page_hands_a_signing_wish_to_the_door_by_itself():
    names = {one.__name__ for one in (*SIGNING, GoOn)}
    guilty = []
    for path in Path(wallet.gui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            made = [one.func for one in node.args if isinstance(one, ast.Call)]
            wishes = {one.id for one in made if isinstance(one, ast.Name)} & names
            declines = ast.unparse(node).count("accept=False")
            if node.func.attr in ("submit", "_do") and wishes and not declines:
                guilty.append(f"{path.name}: {wishes}")
    assert guilty == []


@pytest.mark.rule("H4")
def test_opening_twenty_links_of_all_kinds_signs_nothing_and_contacts_nobody(stage):
    page = opened(stage, "scan")
    assert isinstance(page, ScanPage)
    kinds = ("invite", "pay", "card", "device", "proof", "statement", "")
    before = len(stage.door.commands)
    for number in range(20):
        kind = kinds[number % len(kinds)]
        link = sample.an_invitation_link()
        stage.door.link = replace(link, kind=kind, error="" if kind else "LNK-NEW")
        page.typed.setPlainText(f"tallystick:{kind or 'x'}/{number}")
        page.describe_typed()
        stage.settle()
        stage.window.open("answer", f"tallystick:{kind or 'x'}/{number}")
        stage.settle()
        stage.window.back()
    assert stage.door.commands[before:] == []


@pytest.mark.rule("H10")
def test_an_unknown_text_is_shown_plain_and_short(stage):
    page = opened(stage, "scan")
    page.typed.setPlainText("<b>free</b>" + "x" * 5000)
    page.describe_typed()
    stage.settle()
    shown = page.result.findChild(type(page.typed))
    assert len(bare(shown.toPlainText())) <= 300
    assert bare(shown.toPlainText()).startswith("<b>free</b>")
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in page.findChildren(QLabel))


def test_a_text_longer_than_a_link_is_never_given_to_the_engine(stage):
    page = opened(stage, "scan")
    asked = []
    stage.door.fetch_link = lambda text: asked.append(text)
    page.links.describe("tallystick:" + "x" * 9000, "link")
    page.links.describe("tallystick:" + "ä" * 4100, "link")
    stage.settle()
    assert asked == []
    assert "too long" in page.note.text()


def test_a_dropped_picture_with_a_code_is_described(stage, qtbot, tmp_path):
    from wallet.gui.widgets.qr_code import draw_matrix, make_matrix

    path = tmp_path / "code.png"
    draw_matrix(make_matrix(sample.LINK), 6).save(str(path))
    page = opened(stage, "scan")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    page.take(data)
    qtbot.waitUntil(lambda: "invites you" in texts(page.result), timeout=5000)
    assert signed(stage) == []


def test_ctrl_v_takes_the_clipboard(stage, qtbot):
    page = opened(stage, "scan")
    QApplication.clipboard().setText(sample.LINK)
    focus(stage, qtbot, page.camera.button)
    window = stage.window.windowHandle()
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    stage.settle()
    assert "Eva Ernst invites you" in texts(page.result)


def test_a_camera_that_is_missing_leaves_the_chooser_open(stage, qtbot):
    from wallet.gui.scanning import SourceFailed, Trouble

    class Missing:
        def open(self):
            raise SourceFailed(Trouble.NO_CAMERA)

        def close(self):
            """Nothing."""

    page = opened(stage, "scan")
    page.camera._make_source = lambda number: Missing()
    click(page.camera.button)
    qtbot.waitUntil(lambda: "No camera" in page.camera.note.text(), timeout=3000)
    assert page.camera.which.isEnabled()
    assert page.camera.button.isEnabled()


def test_invite_by_keys_from_name_to_code(stage, qtbot):
    page = invite_page(stage)
    QTest.keyClicks(page.whom.field, "Hanna")
    click(page.next)
    click(page.presets.buttons["sell"])
    click(page.next)
    said = texts(page.said)
    assert "Hanna may owe you up to 200.00" in said
    assert "You may owe Hanna up to 0.00" in said
    click(page.next)
    stage.settle()
    wish = stage.door.last(Invite)
    assert (wish.whom, wish.mine.limit, wish.theirs.limit, wish.uses) == ("Hanna", 200_000, 0, 1)
    shown = stage.window.current()
    assert "Hanna" in bare(shown.title.text())
    assert shown.qr.code.matrix is not None


def test_an_invitation_needs_a_name_and_one_amount(stage):
    page = invite_page(stage)
    click(page.next)
    assert page.stack.currentIndex() == 0
    QTest.keyClicks(page.whom.field, "Hanna")
    click(page.next)
    page.edit.they.field.setText("0")
    page.edit.mine.field.clear()
    click(page.next)
    assert page.stack.currentIndex() == 1
    assert "more than zero" in page.edit.note.text()


def test_a_shop_code_has_a_number_of_uses(stage):
    page = invite_page(stage)
    QTest.keyClicks(page.whom.field, "Bakery")
    click(page.kind.buttons["many"])
    page.uses.setValue(250)
    page.unseen.setChecked(True)
    wish = page.wish()
    assert (wish.uses, wish.open_unseen) == (250, True)


def test_withdrawing_an_invitation_asks_first(stage):
    page = opened(stage, "invitation", stage.door.invitations[0].id)
    click(page.withdraw)
    assert not any(isinstance(one, RevokeInvitation) for one in stage.door.commands)
    click(page.withdraw)
    assert stage.door.last(RevokeInvitation).invitation == stage.door.invitations[0].id


@pytest.mark.rule("H6")
def test_an_invitation_that_runs_out_loses_its_code(stage):
    page = opened(stage, "invitation", stage.door.invitations[0].id)
    assert page.qr.isVisible()
    stage.door.clock.advance(8 * sample.DAY)
    page.redraw()
    assert not page.qr.isVisible()
    assert "run out" in texts(page)


def test_answering_sends_the_answer_once_after_its_review(stage, qtbot):
    page = answer_page(stage)
    assert "You may owe Eva Ernst up to 60.00" in texts(page)
    page.review_answer()
    assert signed(stage) == []
    press_when_ready(stage, qtbot, page)
    assert signed(stage) == [AnswerInvitation(sample.LINK)]
    assert "has reached Eva Ernst" in texts(page)


def test_a_counter_offer_carries_the_changed_numbers(stage, qtbot):
    page = answer_page(stage)
    page.show_change()
    page.edit.they.field.setText("25")
    page.review_answer()
    press_when_ready(stage, qtbot, page)
    wish = stage.door.last(AnswerInvitation)
    assert (wish.mine, wish.theirs) == (SideTerms(25_000), SideTerms(60_000))


@pytest.mark.parametrize(
    "code",
    [
        "INVT-NONE",
        "INVT-USED",
        "INVT-LATE",
        "INVT-GONE",
        "INVT-OWN",
        "INVT-NET",
        "LNK-BAD",
        "LNK-NEW",
    ],
)
def test_every_useless_invitation_has_its_sentence_and_no_way_to_sign(stage, code):
    kind = "" if code.startswith("LNK") else "invite"
    stage.door.link = LinkView(kind, sample.LINK, code)
    page = answer_page(stage)
    text = explain_code(code)
    assert bare(text.what) in texts(page)
    assert bare(text.means) in texts(page)
    buttons = [one.text() for one in page.buttons.findChildren(QPushButton)]
    assert not any("Answer" in words for words in buttons)
