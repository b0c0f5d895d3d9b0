"""Making and opening the wallet behind the door, with or without a password."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from wallet.cli.terminal import Terminal
from wallet.crypto.sealing import Secret
from wallet.engine.api.commands import CreateWallet, OpenWallet
from wallet.engine.api.door import Door, ProfileState
from wallet.model.errors import NotFound, WrongPassword, WrongState


class OpenDoor(Protocol):
    """How a profile's engine is started; None: the folder of this person.  `wallet/app.py`."""

    def __call__(self, profile: Path | None, *, listen: str = "") -> AbstractContextManager[Door]:
        """Start the engine on a profile; leaving the context stops it.

        `listen` is "ip" or "ip:port"; empty: all interfaces.
        """


ShowWindow = Callable[[Path, str], int]


def create(door: Door, values: Mapping[str, Any]) -> None:
    """Make the wallet; without a password its key goes to the system's keyring."""
    name = values.get("name")
    if not isinstance(name, str) or not name.strip():
        raise NotFound("value for", "name")
    if door.profile_state() is not ProfileState.EMPTY:
        raise WrongState("profile", "in use by a wallet", "empty")
    contact = str(values.get("contact") or "")
    door.submit(CreateWallet(name, contact, password=_secret(values))).result()


def open_existing(door: Door, values: Mapping[str, Any]) -> None:
    """Open the wallet that is there."""
    if door.profile_state() is ProfileState.EMPTY:
        raise WrongState("profile", "empty", "one made by `tallystick init`")
    door.submit(OpenWallet(_secret(values))).result()


def read_password(
    terminal: Terminal, file: str | None, *, ask: bool, twice: bool = False
) -> str | None:
    """The first line of a file, or what the person types; None: neither was wanted."""
    if file:
        lines = Path(file).read_text("utf-8").splitlines()
        if not lines or not lines[0]:
            raise NotFound("password in", file)
        return lines[0]
    if not ask:
        return None
    if not terminal.source.isatty():
        # A prompt that nobody sees would wait for ever.
        raise WrongState("wallet", "locked by a password", "opened with --password-file here")
    typed = terminal.ask_password("Password: ")
    if twice and terminal.ask_password("The same again: ") != typed:
        raise WrongPassword()
    return typed


def _secret(values: Mapping[str, Any]) -> Secret | None:
    password = values.get("password")
    return Secret(password.encode()) if isinstance(password, str) and password else None
