"""What the command line asks of the door, and what it answers to a person or a program."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.helpers import sample
from tests.helpers.command_line import CommandDoor, CommandLine
from wallet.cli.picture import png_of
from wallet.cli.render import to_json
from wallet.cli.waiting import wait_until
from wallet.crypto.hashing import hash_bytes
from wallet.engine.api import commands as wishes
from wallet.engine.api.door import ProfileState
from wallet.engine.api.notices import TallyChanged
from wallet.engine.api.views import (
    ChitState,
    Direction,
    SessionView,
    SideTerms,
    TallyState,
    VerifyView,
)
from wallet.engine.api.views_signing import DeciderView, ServiceView, SignerView
from wallet.model.credit import ALONE
from wallet.model.errors import (
    BugError,
    DiskFull,
    NetworkError,
    ProfileInUse,
    Refused,
    WrongPassword,
)


@pytest.fixture
def line() -> CommandLine:
    return CommandLine()


def a_settled_chit(line: CommandLine, state: ChitState) -> None:
    line.door.changed_chits[0] = replace(sample.a_chit(0), state=state, index=1)


def test_pay_reads_the_amount_in_plain_style_and_tells_the_chit(line: CommandLine) -> None:
    a_settled_chit(line, ChitState.GOOD)
    assert line.run("--json", "pay", "Bo Berg", "12.50", "--memo", "eggs", "--wait", "0") == 0
    wish = line.door.last(wishes.Pay)
    assert (wish.tally, wish.amount, wish.memo) == ("tally-bo", 12_500, "eggs")
    (said,) = line.lines()
    assert said["ok"]["state"] == "good"


@pytest.mark.rule("H1")
@pytest.mark.parametrize(
    ("typed", "code"),
    [("1,234", "AMT-SEP"), ("-5", "AMT-SIGN"), ("0", "AMT-ZERO"), ("1.2345", "AMT-FINE")],
)
def test_an_amount_that_is_not_clear_costs_nothing(
    line: CommandLine, typed: str, code: str
) -> None:
    assert line.run("--json", "pay", "Bo Berg", "--", typed) == 2
    assert line.lines()[0]["error"] == code
    assert not any(isinstance(one, wishes.Pay) for one in line.door.commands)


@pytest.mark.rule("H5")
@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        (ChitState.GOOD, 0, "agreed"),
        (ChitState.REFUSED, 3, "Nothing was paid."),
        (ChitState.WAITING, 4, "Nothing has left."),
        (ChitState.UNKNOWN, 4, "Do not make a second payment"),
    ],
)
def test_the_exit_code_says_how_a_payment_stands(
    line: CommandLine, state: ChitState, code: int, words: str
) -> None:
    a_settled_chit(line, state)
    assert line.run("pay", "Bo Berg", "1", "--wait", "0") == code
    assert words in line.out


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ProfileInUse("here"), 2),
        (Refused(4, "\x1b[2J no"), 3),
        (NetworkError(), 4),
        (DiskFull("/"), 5),
        (BugError("we"), 70),
        (RuntimeError("odd"), 70),
    ],
)
@pytest.mark.expects_warnings
def test_each_family_of_errors_has_its_exit_code(
    line: CommandLine, error: Exception, code: int
) -> None:
    line.door.answers[wishes.VerifyAll] = error
    assert line.run("verify") == code
    assert line.out == ""
    assert "\x1b" not in line.err
    assert line.err.count("\n") == 1


def test_a_chain_that_does_not_hold_is_said_and_ends_with_5(line: CommandLine) -> None:
    line.door.answers[wishes.VerifyAll] = VerifyView(4, 1, 1, 9, problem="link 3")
    assert line.run("verify") == 5
    assert "Does not match: link 3" in line.out


def test_a_partners_text_cannot_speak_to_the_terminal(line: CommandLine) -> None:
    evil = "\x1b]0;owned\x07\u202eeggs\n\r2026 paid 1000"
    line.door.changed_chits[0] = replace(sample.a_chit(0), memo=evil, partner=evil)
    assert line.run("history") == 0
    assert not any(sign in line.out for sign in "\x1b\x07\u202e\r")
    assert all("[" in one for one in line.out.splitlines() if "eggs" in one)
    assert line.run("tallies") == 0
    assert "\x00" not in line.out


def test_history_takes_words_and_a_tally(line: CommandLine) -> None:
    assert line.run("--json", "history", "--text", "bread", "--limit", "2") == 0
    (said,) = line.lines()
    assert len(said["ok"]) == 2
    assert all("bread" in one["memo"] for one in said["ok"])
    assert line.run("history", "--tally", "nobody") == 2
    assert "There is no tally called “nobody”" in line.err


def test_invite_gives_both_limits_and_writes_picture_and_file(
    line: CommandLine, tmp_path: Path
) -> None:
    picture, file = tmp_path / "a.png", tmp_path / "a.json"
    given = ["--they-may-owe", "100", "--i-may-owe", "0", "--life", "48h", "--whom", "Bo"]
    assert line.run("invite", *given, "--qr", str(picture), "--file", str(file)) == 0
    wish = line.door.last(wishes.Invite)
    assert (wish.mine, wish.theirs) == (SideTerms(100_000), SideTerms(0))
    assert (wish.life, wish.direction) == (172_800_000, Direction.THEY_OWE_ME)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert file.read_text("utf-8") == sample.an_invitation().file_text
    assert line.run("invite", "--they-may-owe", "1", "--i-may-owe", "1", "--life", "soon") == 2


def test_a_picture_has_one_bit_a_pixel_and_black_modules() -> None:
    data = png_of([[True, False], [False, False]])
    start = data.index(b"IDAT") + 4
    rows = zlib.decompress(data[start : data.index(b"IEND") - 8])
    assert rows[:3] == b"\x00\x00\xff"
    assert len(rows) == 16 * 3


def test_join_takes_a_link_a_file_or_the_input(line: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "invitation.json"
    file.write_text('{"invite": {}}', "utf-8")
    for typed, wanted in (
        ("tallystick:invite?abc", "tallystick:invite?abc"),
        (str(file), '{"invite": {}}'),
        ("-", "tallystick:invite?in"),
    ):
        line.run("join", typed, "--wait", "0", typed="tallystick:invite?in\n")
        assert line.door.last(wishes.AnswerInvitation).link == wanted
    assert line.run("join", "no such file") == 2


def test_join_ends_with_what_became_of_the_tally(line: CommandLine) -> None:
    for state, code in ((TallyState.OPEN, 0), (TallyState.VOID, 3), (TallyState.OFFERED, 4)):
        line.door.replace_tally("tally-eva", state=state)
        assert line.run("join", "tallystick:invite?x", "--wait", "0") == code


def test_accept_signs_exactly_what_stands_and_answers_sessions(line: CommandLine) -> None:
    assert line.run("accept", "Eva Ernst", "--wait", "0") == 4
    eva = next(one for one in line.door.tallies if one.partner.name == "Eva Ernst")
    assert line.door.last(wishes.AcceptTally) == wishes.AcceptTally(eva.id, eva.digest)
    assert line.run("accept", "Bo Berg") == 2
    asking = sample.an_asking_session()
    line.door.sessions.append(asking)
    assert line.run("refuse", asking.id, "--reason", "not today") == 0
    assert line.door.last(wishes.AnswerPayment) == wishes.AnswerPayment(
        asking.id, accept=False, reason="not today"
    )


def test_withdraw_knows_chits_from_tallies(line: CommandLine) -> None:
    assert line.run("withdraw", "chit-2") == 0
    assert line.door.last(wishes.WithdrawPayment).chit == "chit-2"
    assert line.run("withdraw", "Finn") == 0
    assert line.door.last(wishes.WithdrawTally).tally == "tally-finn"


def test_amend_changes_what_is_named_and_leaves_the_rest(line: CommandLine, tmp_path: Path) -> None:
    bo = next(one for one in line.door.tallies if one.partner.name == "Bo Berg")
    stands = line.door.get_terms(bo.id).result()
    assert line.run("amend", "Bo Berg", "--they-may-owe", "7", "--wait", "0") == 0
    wish = line.door.last(wishes.AmendTally)
    assert wish == wishes.AmendTally(bo.id, replace(stands.mine, limit=7_000), stands.theirs)
    file = tmp_path / "contract.txt"
    file.write_text("In eggs.", "utf-8")
    amend = ("amend", "Bo Berg", "--contract", str(file), "--memo", "eggs", "--wait", "0")
    assert line.run(*amend) == 0
    wish = line.door.last(wishes.AmendTally)
    assert wish.contract is not None
    assert (wish.mine, wish.memo, wish.contract.text) == (stands.mine, "eggs", "In eggs.")
    assert line.run("amend", "Bo Berg", "--contract", "no such file") == 2


def test_other_terms_are_shown_beside_those_that_stand_and_taken_back(line: CommandLine) -> None:
    bo = next(one for one in line.door.tallies if one.partner.name == "Bo Berg")
    assert line.run("amendment", "Bo Berg") == 2
    stands = line.door.get_terms(bo.id).result()
    line.door.amendments[bo.id] = replace(stands, memo="more room", before=stands)
    assert line.run("amendment", "Bo Berg") == 0
    assert "more room" in line.out
    assert "Before:" in line.out
    assert line.run("withdraw", "Bo Berg") == 0
    assert line.door.last(wishes.WithdrawAmendment).tally == bo.id


def test_receiving_sets_the_bounds_that_are_named_and_leaves_the_others(line: CommandLine) -> None:
    bo = next(one for one in line.door.tallies if one.partner.name == "Bo Berg")
    assert line.run("receiving", "Bo Berg", "on", "--per-payment", "5", "--per-day", "12.50") == 0
    wish = line.door.last(wishes.SetAutoAccept)
    assert wish == wishes.SetAutoAccept(bo.id, True, wishes.AcceptBounds(5_000, 12_500))
    assert "up to 5" in line.out
    assert "12.5" in line.out
    assert line.run("receiving", "Bo Berg", "on", "--per-day", "none") == 0
    assert line.door.last(wishes.SetAutoAccept).bounds == wishes.AcceptBounds(5_000, None)
    assert line.run("receiving", "Bo Berg", "off", "--per-day", "much") == 2


def test_the_bound_of_a_day_over_all_tallies_is_set_and_lifted(line: CommandLine) -> None:
    for typed, amount in (("100", 100_000), ("0", 0), ("none", None)):
        assert line.run("day-bound", typed) == 0
        assert line.door.last(wishes.SetDayBound).amount == amount


def test_a_session_does_only_what_the_wallet_allows(line: CommandLine) -> None:
    one = line.door.sessions[0]
    act = one.acts[0]
    assert line.run("session", act.value.replace(" ", "-"), one.id) == 0
    line.door.sessions[0] = replace(one, acts=())
    assert line.run("session", "stop", one.id) == 2
    assert "possible: nothing" in line.err


def test_looking_says_something_about_everything(line: CommandLine) -> None:
    for command in ("tallies", "sessions", "status", "invitations"):
        assert line.run(command) == 0
        assert line.out.strip(), command
        assert line.run("--json", command) == 0
        assert "ok" in line.lines()[0]
    assert line.run("terms", "Bo Berg") == 0
    assert "revision" in line.out
    assert line.run("link", sample.LINK) == 0
    assert "nobody was contacted yet" in line.out


def test_ids_of_a_checked_form_are_written_as_text() -> None:
    assert to_json({"id": hash_bytes(b"")}) == f'{{"id":"{hash_bytes(b"")}"}}'


# Who decides, and papers -------------------------------------------------------------------------


def agents_of(wish: wishes.Pay | wishes.SignPaper) -> list[str]:
    assert wish.signing is not None
    return [one.name for one in wish.signing.witnesses]


def test_a_payment_may_name_who_decides_it(line: CommandLine) -> None:
    a_settled_chit(line, ChitState.GOOD)
    pay = ["--json", "pay", "Bo Berg", "1", "--wait", "0"]
    assert line.run(*pay) == 0
    assert line.door.last(wishes.Pay).signing is None
    assert line.run(*pay, "--enzyme", "wil") == 0
    wish = line.door.last(wishes.Pay)
    assert (wish.signing and wish.signing.mode, agents_of(wish)) == ("E", ["Wil"])
    assert line.run(*pay, "--witnesses", "Wes, wil,Wim") == 0
    wish = line.door.last(wishes.Pay)
    assert (wish.signing and wish.signing.needed, agents_of(wish)) == (2, ["Wes", "Wil", "Wim"])
    agent = line.door.witnesses[0].agent
    assert line.run(*pay, "--witnesses", agent, "--needed", "1") == 0
    assert agents_of(line.door.last(wishes.Pay)) == ["Wil"]
    assert line.run(*pay, "--alone") == 0
    assert line.door.last(wishes.Pay).signing == ALONE


def test_other_terms_may_name_who_decides_and_show_it(line: CommandLine) -> None:
    assert line.run("amend", "Bo Berg", "--witnesses", "Wil,Wes,Wim", "--wait", "0") == 0
    wish = line.door.last(wishes.AmendTally)
    assert wish.signing is not None
    assert (wish.signing.mode, wish.signing.needed) == ("Q", 2)
    stands = line.door.get_terms("tally-bo").result()
    line.door.amendments["tally-bo"] = replace(stands, signing=wish.signing, before=stands)
    assert line.run("amendment", "Bo Berg") == 0
    assert "each payment: 2 of 3 decide: Wil, Wes, Wim" in line.out
    assert "each payment: nobody decides but the two of you" in line.out


def test_who_decides_is_named_once_and_known(line: CommandLine) -> None:
    assert line.run("pay", "Bo Berg", "1", "--enzyme", "nobody") == 2
    assert "There is no witness called “nobody”" in line.err
    assert line.run("pay", "Bo Berg", "1", "--enzyme", "Wil", "--alone") == 2
    assert not any(isinstance(one, wishes.Pay) for one in line.door.commands)


def test_serve_changes_what_is_said_and_leaves_the_rest(line: CommandLine) -> None:
    line.door.service = ServiceView(decide="partners", decided=7, slots=3)
    assert line.run("serve") == 0
    assert "You decide for partners and vote for nobody." in line.out
    assert "7 sessions decided" in line.out
    assert line.door.commands[1:] == []
    assert line.run("serve", "--vote", "anyone") == 0
    assert line.door.last(wishes.Serve) == wishes.Serve("partners", "anyone")
    assert "You decide for partners and vote for anyone." in line.out
    assert line.run("serve", "--vote", "everybody") == 2


def test_a_card_is_a_link_and_a_picture(line: CommandLine, tmp_path: Path) -> None:
    picture = tmp_path / "card.png"
    assert line.run("card", "--qr", str(picture)) == 0
    assert line.out == sample.CARD + "\n"
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_witnesses_are_added_chosen_dropped_and_offered(line: CommandLine) -> None:
    wil = line.door.witnesses[0]
    assert line.run("witness", "add", "tallystick:card?abc") == 0
    assert line.door.last(wishes.AddWitness).link == "tallystick:card?abc"
    assert "41 completed, 2 ended" in line.out
    assert line.run("witness", "choose", "Wim") == 0
    assert line.door.last(wishes.ChooseWitness).witness == line.door.witnesses[2].agent
    assert line.run("witness", "drop", wil.agent[:12]) == 0
    assert line.door.last(wishes.DropWitness).witness == wil.agent
    assert line.run("witness", "offer", "Bo Berg") == 0
    assert line.door.last(wishes.OfferToWitness).tally == "tally-bo"
    assert line.run("witness", "drop", "nobody") == 2
    assert [one.name for one in line.door.witnesses[:2]] == ["Wes", "Wim"]


def test_the_list_of_witnesses_warns_of_one_that_lied(line: CommandLine) -> None:
    assert line.run("witnesses") == 0
    assert "told two stories about 1 sessions: do not use it" in line.out
    assert not any(sign in line.out for sign in "\x00\u202e")


def a_paper(line: CommandLine, **given: Any) -> SessionView:
    seats = (
        SignerView("a", "Bo Berg", "initiator", ready=True),
        SignerView("b", "", "acceptor", is_me=True),
    )
    one = replace(
        sample.an_asking_session(), kind="paper", title="Rules", text="Shoes\x1b off.\nBe kind.",
        signers=seats, id="paper-1", i_started=False, **given,
    )  # fmt: skip
    line.door.sessions.append(one)
    return one


def test_a_paper_goes_to_several_with_time_to_read(line: CommandLine) -> None:
    given = ["paper", "Bo Berg", "Cem", "--title", "Rules", "--text", "Shoes off.", "--wait", "0"]
    line.door.answers[wishes.SignPaper] = "session-cem"
    assert line.run(*given, "--window", "90s", "--enzyme", "Wil") == 4
    wish = line.door.last(wishes.SignPaper)
    assert (wish.title, wish.text, wish.window) == ("Rules", "Shoes off.", 90_000)
    assert wish.tallies == ("tally-bo", "tally-cem")
    assert agents_of(wish) == ["Wil"]
    assert line.run("paper", "Nobody", "--title", "Rules", "--text", "x") == 2


@pytest.mark.rule("H4")
def test_sessions_show_a_paper_whole_and_who_decides(line: CommandLine) -> None:
    deciders = (DeciderView("w", "Wil", online=True), DeciderView("v", "Wes"))
    a_paper(line, mode="Q", deciders=deciders, needed=2)
    assert line.run("sessions") == 0
    for words in (
        "a paper of Bo Berg", "  | Be kind.", "mode Q: 2 of 2 decide: Wil, Wes",
        "Bo Berg: ready", "you: not ready yet", "mode P: nobody but those who sign",
    ):  # fmt: skip
        assert words in line.out
    assert "\x1b" not in line.out


def test_a_paper_is_signed_or_refused_by_its_session(line: CommandLine) -> None:
    one = a_paper(line)
    assert line.run("sign", one.id, "--wait", "0") == 4
    assert line.door.last(wishes.AnswerPaper) == wishes.AnswerPaper(one.id, accept=True)
    assert line.run("refuse", one.id[:6], "--reason", "too strict") == 0
    assert line.door.last(wishes.AnswerPaper).reason == "too strict"
    payment = sample.an_asking_session()
    line.door.sessions.append(payment)
    assert line.run("sign", payment.id, "--wait", "0") == 4
    assert line.door.last(wishes.AnswerPayment).accept
    assert line.run("sign", "nothing") == 2


# Opening -----------------------------------------------------------------------------------------


def test_init_makes_a_wallet_once(line: CommandLine, tmp_path: Path) -> None:
    line.door.profile = ProfileState.EMPTY
    secret = tmp_path / "password"
    secret.write_text("correct horse\n", "utf-8")
    given = ["--profile", str(tmp_path), "init", "--name", "Ada", "--password-file", str(secret)]
    assert line.run(*given) == 0
    wish = line.door.last(wishes.CreateWallet)
    assert wish.name == "Ada"
    assert wish.password is not None
    assert wish.password.reveal() == b"correct horse"
    assert line.opened == [(tmp_path, "")]
    assert line.run("init", "--name", "Ada") == 2


def test_a_wallet_with_a_password_asks_at_a_screen_only(line: CommandLine) -> None:
    line.door.profile = ProfileState.PASSWORD
    assert line.run("tallies") == 2
    assert "password" in line.err
    line.at_screen, line.passwords = True, ["secret"]
    assert line.run("tallies") == 0
    line.door.profile = ProfileState.PASSWORD
    line.door.answers[wishes.OpenWallet] = WrongPassword()
    line.passwords = ["wrong"]
    assert line.run("tallies") == 2


def test_an_empty_profile_is_said_so(line: CommandLine) -> None:
    line.door.profile = ProfileState.EMPTY
    assert line.run("tallies") == 2
    assert "tallystick init" in line.err


def test_help_and_nonsense_end_without_a_door(
    line: CommandLine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert line.run("--help") == 0
    assert "exit codes" in capsys.readouterr().out
    assert line.run("dance") == 2
    assert line.opened == []


# Waiting -----------------------------------------------------------------------------------------


def test_waiting_asks_again_at_each_hint_and_not_after() -> None:
    door = CommandDoor()
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        door.announce(TallyChanged("tally-bo"))
        return len(asked)

    assert wait_until(door, ask, lambda count: count == 3, 60.0) == 3
    door.announce(TallyChanged("tally-bo"))
    assert len(asked) == 3


def test_waiting_ends_with_the_time() -> None:
    assert wait_until(CommandDoor(), lambda: "as it stands", lambda _: False, 0.0) == "as it stands"
