"""`tallystick …`: read what is asked, open the door, do it, tell it; exit codes by error family."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wallet.cli import demo
from wallet.cli.asking import Asked, Option
from wallet.cli.node import Node, Service
from wallet.cli.opening import OpenDoor, ShowWindow, create, open_existing, read_password
from wallet.cli.table import VERBS
from wallet.cli.terminal import Terminal
from wallet.cli.voice import Voice
from wallet.cli.words import EXIT_BUG, exit_code_of
from wallet.engine.api.door import Door, ProfileState
from wallet.engine.api.views import (
    ChitState,
    ChitView,
    Outcome,
    SessionView,
    TallyState,
    TallyView,
    VerifyView,
)
from wallet.model.errors import BugError, NotFound, WalletError

_log = logging.getLogger("wallet.cli")
_EPILOG = """\
exit codes: 0 done; 2 something you can put right; 3 the other side refuses or breaks the rules;
4 nobody answers, or the outcome is still open; 5 the disk or the wallet's file; 70 our own mistake

A wallet is open in one process at a time: while `node` or the window runs, ask it there.
"""
_SETTLED_BADLY = {
    ChitState.REFUSED: 3,
    ChitState.VOID: 3,
    ChitState.WITHDRAWN: 3,
    ChitState.WAITING: 4,
    ChitState.SIGNING: 4,
    ChitState.UNKNOWN: 4,
}


def main(
    argv: Sequence[str],
    open_door: OpenDoor,
    *,
    show: ShowWindow | None = None,
    terminal: Terminal | None = None,
) -> int:
    """Do what the arguments ask and return the exit code.

    `show` opens the window on a profile with an invitation to paste (for `demo`); without it the
    demo runs in the terminal.
    """
    terminal = terminal or Terminal()
    try:
        given = build_parser().parse_args(argv)
    except SystemExit as end:  # argparse has told; 0 for --help, 2 for what it cannot read
        return int(end.code or 0)
    voice = Voice(terminal, json=given.json)
    try:
        return _run(given, open_door, show, voice)
    except WalletError as error:
        voice.error(error)
        return exit_code_of(error)
    except OSError as error:
        voice.error(NotFound("file that can be used", str(error.filename or error.strerror)))
        return exit_code_of(NotFound)
    except KeyboardInterrupt:
        return 130
    except Exception:  # noqa: BLE001 - the top of a command (docs/architecture.md, "Errors")
        _log.exception("a command ended with an error that has no name")
        voice.error(BugError(what=given.command))
        return EXIT_BUG


def build_parser() -> argparse.ArgumentParser:
    """Return the whole command line; `docs/cli.md` is printed from it."""
    parser = argparse.ArgumentParser(
        prog="tallystick",
        description="A wallet for credit between people who trust each other.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_common(parser)
    subs = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_init(subs)
    for one in VERBS.values():
        sub = _add(subs, one.name, one.help)
        for option in one.options:
            _add_option(sub, option)
    _add_node(subs)
    demo.add_arguments(_add(subs, "demo", "try it: a shop as partner, beside you or in words"))
    return parser


def _add_common(parser: argparse.ArgumentParser, **default: Any) -> None:
    """Add what every command takes; it may stand before or behind the command's name."""
    parser.add_argument("--profile", type=Path, help="the wallet's folder", **default)
    parser.add_argument("--json", action="store_true", help="JSON lines, no words", **default)
    parser.add_argument("--password-file", help="its first line is the password", **default)
    parser.add_argument("--listen", help="be reached here only: 127.0.0.1", **default)


def _add(subs: Any, name: str, help: str) -> argparse.ArgumentParser:
    sub: argparse.ArgumentParser = subs.add_parser(name, help=help, description=_sentence(help))
    _add_common(sub, default=argparse.SUPPRESS)
    return sub


def _add_init(subs: Any) -> None:
    sub = _add(subs, "init", "make a new wallet in an empty profile")
    sub.add_argument("--name", required=True, help="your name, as partners see it")
    sub.add_argument("--contact", default="", help="how partners can reach you otherwise")
    sub.add_argument(
        "--ask-password", action="store_true", help="a password instead of the keyring; asks for it"
    )


def _add_node(subs: Any) -> None:
    sub = _add(subs, "node", "run without a screen until Ctrl+C; with --json it takes wishes")
    sub.add_argument(
        "--until-eof", action="store_true", help="with --json: end when the input ends"
    )
    sub.add_argument("--witness", action="store_true", help="vote on sessions of others")
    sub.add_argument(
        "--enzyme", action="store_true", help="decide sessions of others; your chain waits"
    )
    sub.add_argument(
        "--for",
        dest="whom",
        choices=("partners", "anyone"),
        default="anyone",
        help="for whom; without these three it stays as it was",
    )


def _add_option(parser: argparse.ArgumentParser, option: Option) -> None:
    if option.switch:
        parser.add_argument(f"--{option.name}", action="store_true", help=option.help)
        return
    given: dict[str, Any] = {"help": option.help, "type": option.kind}
    if option.choices:
        given["choices"] = option.choices
    if option.flag:
        given |= {"default": option.default, "required": option.needed}
        parser.add_argument(f"--{option.name}", **given)
        return
    if option.many:
        given["nargs"] = "+"
    parser.add_argument(option.name, **given)


def _run(
    given: argparse.Namespace, open_door: OpenDoor, show: ShowWindow | None, voice: Voice
) -> int:
    if given.command == "demo":
        return demo.run(given, open_door, show, voice)
    values = vars(given)
    if values.get("link") == "-":
        values["link"] = voice.terminal.source.read(64 << 10).strip()
    with open_door(given.profile, listen=given.listen or "") as door:
        if given.command == "init":
            create(door, values | {"password": _password(given, door, voice)})
            voice.result(door.get_wallet().result())
            return 0
        if not (given.command == "node" and door.profile_state() is ProfileState.EMPTY):
            open_existing(door, values | {"password": _password(given, door, voice)})
        if given.command == "node":
            service = Service(
                decide=given.whom if given.enzyme else None,
                vote=given.whom if given.witness else None,
            )
            return Node(door, voice, until_eof=given.until_eof, service=service).run()
        result = VERBS[given.command].run(Asked(door, values))
        voice.result(result)
        return _code_of(given.command, result)


def _password(given: argparse.Namespace, door: Door, voice: Voice) -> str | None:
    makes = given.command == "init"
    ask = given.ask_password if makes else door.profile_state() is ProfileState.PASSWORD
    return read_password(voice.terminal, given.password_file, ask=ask, twice=makes)


def _code_of(command: str, result: object) -> int:
    """The exit code of a result that is no error and yet not what was wished."""
    if isinstance(result, VerifyView) and result.problem:
        return 5
    if command == "pay" and isinstance(result, ChitView):
        return _SETTLED_BADLY.get(result.state, 0)
    if command in ("paper", "sign") and isinstance(result, SessionView):
        return {Outcome.DONE: 0, Outcome.NOT_DONE: 3}.get(result.outcome, 4)
    if command in ("join", "accept") and isinstance(result, TallyView):
        return {TallyState.OPEN: 0, TallyState.VOID: 3}.get(result.state, 4)
    return 0


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
