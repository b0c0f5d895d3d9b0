"""Settings: declared once, and from here come the reading, the page and the documents.

Order: default < `settings.toml` in the profile's folder < environment < command line.  They are
read once, at the start, and passed; nothing reads them as a global.

Source: house.md 3.11.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from wallet.model.errors import UserError

FILE_NAME = "settings.toml"
PREFIX = "TALLYSTICK_"


class BadSetting(UserError):
    """The setting `name` has a value of the wrong kind, or there is no such setting."""

    code = "SET-BAD"
    name: str


class Setting(Struct, frozen=True):
    """One setting: its name, what it is when nobody says anything, and what it does."""

    name: str
    default: str | int
    help: str

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return PREFIX + self.name.upper()

    def read(self, value: object) -> str | int:
        """Take a value from file, environment or command line.

        Raises:
            BadSetting: of another kind.
        """
        if isinstance(self.default, int):
            text = str(value)
            if isinstance(value, bool) or not text.isdecimal():
                raise BadSetting(self.name)
            return int(text)
        if not isinstance(value, str):
            raise BadSetting(self.name)
        return value


LISTEN = Setting(
    "listen",
    "",
    "The IPv4 address to be reached at; empty: all of this computer's. 127.0.0.1 keeps the wallet"
    " on this computer.",
)
PORT = Setting(
    "port",
    0,
    "The UDP port to be reached at; 0: the one drawn for this profile and kept, so that partners"
    " find it again.",
)
RELAY = Setting(
    "relay",
    "",
    "Addresses of relays of your own, separated by spaces, for partners beyond your network."
    " Empty: none. No relay is ever used that does not stand here.",
)
LOG = Setting(
    "log",
    "warning",
    "How much is written to standard error: error, warning, info or debug. No names, amounts,"
    " memos or keys at any level.",
)

SETTINGS: tuple[Setting, ...] = (LISTEN, PORT, RELAY, LOG)


class Settings(Struct, frozen=True):
    """The values that hold for this run."""

    listen: str
    port: int
    relays: tuple[str, ...]
    log: str


def choose(
    folder: Path, environment: Mapping[str, str], given: Mapping[str, str] | None = None
) -> Settings:
    """Put the values together; `given` comes from the command line.

    Raises:
        BadSetting: an unknown name in the file, or a value of the wrong kind.
    """
    values: dict[str, str | int] = {one.name: one.default for one in SETTINGS}
    known = {one.name: one for one in SETTINGS}
    for name, value in _read_file(folder / FILE_NAME).items():
        if name not in known:
            raise BadSetting(name[:40])
        values[name] = known[name].read(value)
    for one in SETTINGS:
        if one.variable in environment:
            values[one.name] = one.read(environment[one.variable])
        if given and one.name in given:
            values[one.name] = one.read(given[one.name])
    return Settings(
        listen=str(values["listen"]),
        port=int(values["port"]),
        relays=tuple(str(values["relay"]).split()),
        log=str(values["log"]),
    )


def as_markdown() -> str:
    """The page of settings."""
    lines = ["| name | default | environment | what it does |", "| --- | --- | --- | --- |"]
    for one in SETTINGS:
        default = repr(one.default) if one.default != "" else "empty"
        lines.append(f"| `{one.name}` | {default} | `{one.variable}` | {one.help} |")
    return "\n".join(lines) + "\n"


def _read_file(path: Path) -> dict[str, object]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise BadSetting(FILE_NAME) from None
    import tomllib  # here: most people have no such file, and every start would pay

    try:
        return tomllib.loads(text)
    except ValueError:
        raise BadSetting(FILE_NAME) from None
