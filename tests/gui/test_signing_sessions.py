"""Sessions of all modes and any number of signers: who is how far, who decides, what Stop does."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from tests.gui.hands import click, focus, press, signed, texts
from tests.gui.stories_money import session_page
from tests.gui.stories_signing import SESSIONS
from tests.helpers import sample
from tests.helpers.sample_signing import a_decision, a_paper, a_signing, deciders, unknown
from wallet.engine.api.commands import AnswerPaper, GoOn, PayAnyway, StopWaiting
from wallet.engine.api.notices import SessionChanged
from wallet.engine.api.views import Outcome, SessionAct, SessionState, SessionView
from wallet.engine.api.views_signing import FactsView, SaidView
from wallet.gui.text import Figures, bare, say
from wallet.gui.viewmodels.session_words import now_of, row_words, stop_said, title_of
from wallet.gui.viewmodels.signers import join_names, mode_words, signer_lines
from wallet.gui.views.stuck import facts_of
from wallet.gui.widgets.signers import Lines

COMMITTED = SessionState.COMMITTED


def visible_lines(page) -> list[str]:
    found = [one for one in page.findChildren(Lines) if one.isVisible()]
    return [line.spoken for lines in found for line in lines._shown or ()]


@pytest.mark.parametrize("name", [name for name in SESSIONS if "asked" not in name])
def test_every_signer_stands_there_with_what_it_did(stage, name):
    view = SESSIONS[name]
    page = session_page(stage, view)
    lines = [bare(line) for line in visible_lines(page)]
    votes = view.deciders if view.mode == "Q" else ()
    assert len(lines) == len(view.signers) + len(votes)
    assert any(line.startswith("You ") for line in lines)
    for one in lines:
        assert ": " in one


def test_a_screen_reader_hears_of_each_signer_in_one_sentence():
    view = a_signing("E", ready=3, signed=1)
    assert [bare(line.spoken) for line in signer_lines(view)] == [
        "You pay: Signed",
        "Cem is paid: Ready",
        "Wim decides: Ready",
    ]


@pytest.mark.parametrize(
    ("view", "means"),
    [
        (a_signing("P"), "You two alone. You sign last, so you always know how it ends."),
        (a_signing("P", i_pay=False), "You two alone. Cem signs last and decides."),
        (a_signing("E"), "Wim signs last and decides. If Wim disappears before that,"),
        (a_signing("E"), "You can pay anyway then; it counts once."),
        (a_signing("Q"), "2 of Wim, Wes and Wil decide. If fewer can be reached,"),
        (a_signing("Q", i_pay=False), "You can stop waiting then"),
        (a_paper(3), "Nobody else decides. Bo Berg signs last and decides."),
        (a_paper(3, i_started=True), "Nobody else decides. You sign last"),
        (a_paper(3, mode="Q"), "2 of Wim, Wes and Wil decide."),
        (a_decision(), "You sign last and decide. You see who signs; what it is about you cannot"),
    ],
)
def test_the_mode_is_said_with_what_can_go_wrong(view: SessionView, means: str):
    assert means in bare(mode_words(view))


def test_one_witness_alone_is_no_list():
    view = replace(a_signing("Q"), deciders=deciders(("Wim",)), needed=1)
    assert bare(mode_words(view)).startswith("Wim decides. If Wim disappears")


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (SESSIONS["session-e-payer-asked"], "signs as soon as all are ready; then it can no"),
        (SESSIONS["session-paper-3-proposed"], "signs as soon as all are ready; then it can no"),
        (a_signing("E"), "Only Wim can decide now. After 12:04:12 your wallet goes on by itself"),
        (a_signing("E", i_pay=False), "Only Wim can decide now. From 12:04:12 on you can stop"),
        (a_signing("P", i_pay=False), "Cem may still finish. From 12:04:12 on you can stop"),
        (SESSIONS["session-paper-8-signed"], "Only Bo Berg can decide now."),
        (SESSIONS["session-paper-8-signed"], "you can go on without waiting"),
        (SESSIONS["session-paper-8-ready"], "the other wallets are free by 12:07:30"),
        (a_decision(), "If you do nothing until 12:04:12, it counts for nobody."),
    ],
)
def test_what_stopping_does_is_said_before_it_is_pressed(view: SessionView, said: str):
    assert said in bare(stop_said(view))


def test_the_words_change_at_the_step_where_our_signature_leaves(stage):
    before = SESSIONS["session-e-payer-asked"]
    page = session_page(stage, before)
    assert page.running.stop.isEnabled()
    assert page.running.stop.text() == "Stop before I sign"
    stage.door.sessions[0] = a_signing("E")
    stage.door.announce(SessionChanged(before.id))
    stage.settle()
    assert not page.running.stop.isEnabled()
    assert page.running.stop.text() == "Go on from 12:04:12 on"
    assert "Only Wim can decide now." in texts(page)


def test_who_decides_for_others_sees_no_amount_and_stops_nothing(stage):
    page = session_page(stage, a_decision())
    shown = texts(page)
    assert "You decide for 2 others" in shown
    assert "What it is about you cannot see." in shown
    assert "12.50" not in shown
    assert "somebody without a name · is paid" in shown
    assert not page.running.stop.isVisible()


def test_eight_signers_are_named_in_rows_and_counted_in_sentences():
    names = [say("names.you")] * 2
    assert join_names(names) == "You and You"
    view = a_paper(8)
    assert len(signer_lines(view)) == 8
    assert bare(join_names([line.name for line in signer_lines(view)][1:])).endswith("and 5 others")


def test_a_list_of_sessions_names_papers_and_decisions():
    figures = Figures()
    assert bare(row_words(a_decision(), 42_000, figures)) == "You decide for 2 others · 0:42"
    assert bare(row_words(a_paper(3), 61_000, figures)) == "Paper “House rules” · 1:01"
    assert bare(title_of(replace(a_paper(2), kind="amend"), figures)) == (
        "Other terms for the tally with Bo Berg"
    )


def test_payments_that_stand_or_fall_together_are_counted(stage):
    view = replace(sample.an_asking_session(), chits=("a", "b", "c"))
    page = session_page(stage, view)
    assert "3 payments together: all of them or none." in texts(page)
    page.asked.on_accept()
    assert "3 payments together: all of them or none." in texts(page.review)


# --- what is not known yet -----------------------------------------------------------------


@pytest.mark.rule("H5")
@pytest.mark.parametrize(
    ("view", "act", "wish", "means"),
    [
        (
            a_signing("E"),
            SessionAct.PAY_ANYWAY,
            PayAnyway,
            "Cem gets 12.50 exactly once, whatever Wim decides.",
        ),
        (
            a_signing("Q"),
            SessionAct.GO_ON,
            GoOn,
            "12.50 stays reserved until there is word from Wim, Wes and Wil; you can still pay",
        ),
        (a_signing("E", i_pay=False), SessionAct.STOP_WAITING, StopWaiting, "If Cem's wallet did"),
        (
            a_paper(3, COMMITTED, mode="E", done=3),
            SessionAct.GO_ON,
            GoOn,
            "This item stays open until there is word from Wim.",
        ),
    ],
)
def test_ways_out_of_doubt_say_what_they_mean_and_go_through_a_review(
    stage, qtbot, view, act, wish, means
):
    page = session_page(stage, unknown(view, act))
    assert means in texts(page)
    button = page.stuck.buttons[act]
    focus(stage, qtbot, button)
    press(button)
    review = page.review
    assert review is not None
    assert signed(stage) == []
    qtbot.waitUntil(review.sign.isEnabled, timeout=2000)
    focus(stage, qtbot, review.sign)
    press(review.sign)
    stage.settle()
    assert stage.door.last(wish).session == view.id


def test_a_stuck_session_says_who_said_what_and_when(stage):
    page = session_page(stage, SESSIONS["session-e-unknown-payer"])
    shown = texts(page.stuck)
    for sentence in ("Bo Berg asked", "You signed", "Your wallet asked the others"):
        assert sentence in shown
    assert "Asked Cem and Wim 3 times" in shown
    assert "12:00:32" in shown


def test_facts_are_saved_as_readable_words_and_evidence(stage, tmp_path):
    page = session_page(stage, SESSIONS["session-e-unknown-payer"])
    path = tmp_path / "facts.json"
    page.stuck.save_to(str(path))
    text = path.read_text("utf-8")
    found = json.loads(text)
    assert text.index("What this is") < text.index("happened") < text.index('"evidence"')
    assert found["session"] == "session-cem"
    assert found["What happened"][0]["what"] == "Bo Berg asked"
    assert found["Who signs"] == ["You pay: Signed", "Cem is paid: Ready", "Wim decides: Ready"]
    assert found["evidence"]["memo"] == sample.HOSTILE
    page.stuck.save_to(str(tmp_path))  # a folder
    stage.settle()
    assert "could not be saved" in stage.window.statusBar().currentMessage()


def test_nothing_can_be_saved_before_the_facts_are_there(stage):
    stage.door.sessions = [SESSIONS["session-e-unknown-payer"]]
    stage.door.get_facts = lambda session: stage.door._answer(None)  # never heard of
    page = session_page(stage, SESSIONS["session-e-unknown-payer"])
    assert not page.stuck.save.isEnabled()
    assert page.stuck.save.accessibleDescription()


# --- reasons ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("session-e-unserved", "Whoever should decide does not do that for you two"),
        ("session-e-not-done", "Wim decided that it does not count."),
        ("session-q-not-done", "Too many witnesses voted no: Wim, Wes and Wil."),
        ("session-paper-8-refused", "Bo Berg refused: “Not with number 2”"),
        ("session-e-decide-not-done", "It does not count for anyone."),
    ],
)
def test_each_ending_has_its_reason(stage, name, sentence):
    assert sentence in texts(session_page(stage, SESSIONS[name]))


@pytest.mark.rule("H5")
@pytest.mark.parametrize("view", [a_paper(3), a_decision()], ids=["paper", "decision"])
@pytest.mark.parametrize("outcome", list(Outcome))
def test_nothing_but_money_is_called_paid(stage, view, outcome):
    shown = texts(session_page(stage, replace(view, state=COMMITTED, outcome=outcome, acts=())))
    assert "Nothing was paid" not in shown
    assert "Agreed. You paid" not in shown


# --- announcements ------------------------------------------------------------------------------


@pytest.mark.rule("H6")
def test_each_change_of_step_is_announced_once(stage, spoken):
    before = SESSIONS["session-e-payer-asked"]
    session_page(stage, before)
    del spoken[:]
    for view in (a_signing("E"), a_signing("E"), unknown(a_signing("E"), SessionAct.PAY_ANYWAY)):
        stage.door.sessions[0] = view
        stage.door.announce(SessionChanged(before.id))
        stage.settle()
    assert [bare(one) for one in spoken if "left" not in one] == [
        "You signed. Wim decides.",
        "Not known yet.",
    ]


def test_signers_who_become_ready_are_announced(stage, spoken):
    session_page(stage, a_paper(3, SessionState.PREPARED, i_started=True, acts=(), done=2))
    signing = a_paper(3, COMMITTED, acts=(), ready=3, signed=1, done=3)
    stage.door.sessions[0] = signing
    stage.door.announce(SessionChanged(signing.id))
    stage.settle()
    assert bare(now_of(signing)) in spoken


def test_what_has_ended_announces_no_time(stage, spoken):
    page = session_page(stage, a_signing("E"))
    done = SESSIONS["session-e-done"]
    stage.door.sessions[0] = done
    stage.door.announce(SessionChanged(done.id))
    stage.settle()
    assert spoken[-1] == "Agreed."
    assert not page.running.ring._tick.isActive()


# --- a paper that we are asked to sign ------------------------------------------------------------


def test_a_paper_is_signed_by_keys_after_a_review_with_its_whole_text(stage, qtbot):
    text = "\n".join(f"{n}. We agree." for n in range(350))[:4096]
    page = session_page(stage, a_paper(3, text=text))
    assert "Bo Berg asks you to sign “House rules”" in texts(page)
    focus(stage, qtbot, page.asked.accept)
    press(page.asked.accept)
    review = page.review
    assert text.splitlines()[-1] in texts(review)
    assert "You and Bo Berg and Cem" in texts(review)
    qtbot.waitUntil(review.sign.isEnabled, timeout=2000)
    focus(stage, qtbot, review.sign)
    press(review.sign)
    stage.settle()
    assert stage.door.last(AnswerPaper) == AnswerPaper("session-paper", True)


def test_a_paper_is_refused_with_words(stage):
    page = session_page(stage, a_paper(8))
    click(page.asked.decline)
    page.asked.reason.set_text("Not with number 2")
    click(page.asked.decline)
    assert stage.door.last(AnswerPaper) == AnswerPaper("session-paper", False, "Not with number 2")


def test_a_paper_that_ran_out_cannot_be_signed(stage):
    page = session_page(stage, a_paper(3, acts=()))
    assert not page.asked.accept.isEnabled()
    assert page.asked.accept.accessibleDescription() == "Time is up"


@pytest.mark.rule("H10")
def test_a_papers_text_is_plain_and_what_it_hides_is_said(stage):
    page = session_page(stage, a_paper(3, text=f"<b>All</b>\u200b {sample.HOSTILE}"))
    shown = texts(page)
    assert "<b>All</b>" in shown
    assert "\u202e" not in shown
    assert "holds signs that cannot be shown" in shown


def test_who_is_asked_sees_who_would_decide(stage):
    view = replace(
        sample.an_asking_session(),
        mode="E",
        signers=a_signing("E", i_pay=False, ready=0, signed=0).signers,
        deciders=deciders(("Wim",)),
    )
    page = session_page(stage, view)
    assert "Wim signs last and decides." in texts(page.asked)
    page.asked.on_accept()
    assert "Wim signs last and decides." in texts(page.review)


def test_an_honest_paper_warns_of_nothing(stage):
    page = session_page(stage, a_paper(3))
    assert "cannot be shown" not in texts(page)
    assert "This holds until all of us sign something else." in texts(page)


def test_what_is_known_stands_in_the_order_in_which_it_came():
    view = SESSIONS["session-q-unknown-payer"]
    end, day = view.ends_at, view.ends_at + 86_400_000
    said = (
        SaidView(end - 2_000, "signed"),
        SaidView(end + 1_000, "asked-status"),
        SaidView(end + 2_000, "voted", "uWim", "Wim"),
    )
    shown = [one.text for one in facts_of(view, FactsView(view.id, said, "{}"), day)]
    ended = shown.index("The time for it ended.")
    assert ended == shown.index("You signed") + 1
    assert ended == shown.index("Your wallet asked the others") - 1
