"""Every error with its home: whose fault it is decides where it is shown.

Source: docs/architecture.md, "Errors". Errors carry data, never sentences: the screens and the
command line make the words. `str()` gives one technical line for a log, without what a person or
a peer wrote. Floor 0 raises `ValueError`s of its own; who called it knows whose fault that is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import ClassVar

_LOG_LETTERS = 40
_by_code: dict[str, type[WalletError]] = {}


@dataclass(eq=False)
class WalletError(Exception):
    """Anything that goes wrong in the wallet and has a name. `code` is stable: people quote it."""

    code: ClassVar[str] = "ERR"

    def __init_subclass__(cls) -> None:
        if "code" not in vars(cls):
            raise TypeError(f"{cls.__name__} has no code of its own")
        if cls.code in _by_code:
            raise TypeError(f"{cls.code} is taken by {_by_code[cls.code].__name__}")
        _by_code[cls.code] = cls

    def __str__(self) -> str:
        shown = [item.name for item in fields(self) if item.repr]
        facts = [f"{name}={_short(getattr(self, name))}" for name in shown]
        return " ".join([self.code, type(self).__name__, *facts])


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LOG_LETTERS else text[:_LOG_LETTERS] + "…"


ALL_ERRORS = MappingProxyType(_by_code)
"""Every class below `WalletError` by its code, those of other modules as soon as imported."""


# --- whose fault -------------------------------------------------------------------------------


@dataclass(eq=False)
class UserError(WalletError):
    """The person can put it right: beside the field, or one line in the view."""

    code = "USR"


@dataclass(eq=False)
class PeerError(WalletError):
    """The other side broke the rules: refused, and marked on the tally."""

    code = "PRT-BAD"


@dataclass(eq=False)
class NetworkError(WalletError):
    """Nobody answers: status line, retried, never a box."""

    code = "NET"


@dataclass(eq=False)
class StoreError(WalletError):
    """The disk does not do what it must: full page, engine stopped, data untouched."""

    code = "STO"


@dataclass(eq=False)
class BugError(WalletError):
    """We broke our own rule: `what` names it, for the report."""

    code = "BUG"
    what: str = ""


# --- peers -------------------------------------------------------------------------------------


@dataclass(eq=False)
class ProtocolBreach(PeerError):
    """No row in the table of `machine` for `input` in `state`."""

    code = "PRT-ROW"
    machine: str
    state: str
    input: str


@dataclass(eq=False)
class Malformed(PeerError):
    """Bytes that are not `what` they should be; `reason` is the reader's, for the log."""

    code = "PRT-FORM"
    what: str
    reason: str


@dataclass(eq=False)
class RuleBroken(PeerError):
    """What a peer sent is well-formed and still not allowed: `rule` says why, for the log."""

    code = "PRT-RULE"
    rule: str


@dataclass(eq=False)
class InvalidChain(PeerError):
    """A source chain breaks `rule` at `seq` (the table in the design of records)."""

    code = "CHN-BAD"
    rule: str
    seq: int


@dataclass(eq=False)
class Refused(PeerError):
    """The other side refuses, with a number of the wire table and its own short reason."""

    code = "PRT-REF"
    refusal: int
    reason: str = field(repr=False)


# --- the source chain --------------------------------------------------------------------------


@dataclass(eq=False)
class HeadMoved(UserError):
    """Something was written meanwhile: the head is `actual`, the caller built on `expected`."""

    code = "CHN-MOVED"
    expected: str
    actual: str


@dataclass(eq=False)
class ChainLocked(UserError):
    """The wallet is signing `session` with `partner`; `ends_at` in milliseconds UTC."""

    code = "SES-BUSY"
    session: str
    partner: str = field(repr=False)
    ends_at: int


# --- what the person asked for -----------------------------------------------------------------


@dataclass(eq=False)
class NotFound(UserError):
    """There is no `what` with this `key`."""

    code = "ASK-NONE"
    what: str
    key: str = field(repr=False)


@dataclass(eq=False)
class WrongState(UserError):
    """`what` is in `state`; this needs `wanted`."""

    code = "ASK-STATE"
    what: str
    state: str
    wanted: str


@dataclass(eq=False)
class MemoTooLong(UserError):
    """A memo of `length` characters; `limit` are possible."""

    code = "MEM-LONG"
    limit: int
    length: int


@dataclass(eq=False)
class AmountError(UserError):
    """What was typed is not an amount; `text` is what was typed, cut to 100 characters."""

    code = "AMT"
    text: str = field(repr=False)


@dataclass(eq=False)
class AmountEmpty(AmountError):
    """Nothing was typed."""

    code = "AMT-NONE"


@dataclass(eq=False)
class AmountSeparator(AmountError):
    """A sign that may group or may divide: a guess would be wrong by a thousand.

    `whole` is what to write if it grouped, `fraction` if it divided; empty where it cannot have
    meant that. Both are in the person's own digits and decimal sign: "Write 1234 or 1,234."
    """

    code = "AMT-SEP"
    whole: str = field(repr=False)
    fraction: str = field(repr=False)


@dataclass(eq=False)
class AmountSigned(AmountError):
    """A plus or a minus: direction is a word here, not a sign."""

    code = "AMT-SIGN"


@dataclass(eq=False)
class AmountNotNumber(AmountError):
    """Something that is no digit: `letter` is the first such character."""

    code = "AMT-TEXT"
    letter: str = field(repr=False)


@dataclass(eq=False)
class AmountTooFine(AmountError):
    """More than `limit` decimals."""

    code = "AMT-FINE"
    limit: int
    decimals: int


@dataclass(eq=False)
class AmountZero(AmountError):
    """Zero: there is nothing to pledge."""

    code = "AMT-ZERO"


@dataclass(eq=False)
class AmountTooLarge(AmountError):
    """More than `limit` milli-units."""

    code = "AMT-BIG"
    limit: int


# --- opening the wallet ------------------------------------------------------------------------


@dataclass(eq=False)
class WrongPassword(UserError):
    """The password does not open the vault."""

    code = "PWD-BAD"


@dataclass(eq=False)
class KeyringLocked(UserError):
    """The keyring of the system is there and locked."""

    code = "RNG-LOCK"


@dataclass(eq=False)
class KeyringMissing(UserError):
    """This system has no keyring: a password serves instead."""

    code = "RNG-NONE"


@dataclass(eq=False)
class ProfileInUse(UserError):
    """Another running wallet holds this profile."""

    code = "PRF-BUSY"
    profile: str = ""


@dataclass(eq=False)
class ForeignFile(StoreError):
    """The file at `where` is not one of ours."""

    code = "FIL-OTHER"
    where: str = ""


@dataclass(eq=False)
class NewerFile(StoreError):
    """A newer program wrote this file: its format is `version`, we know up to `known`."""

    code = "FIL-NEW"
    version: int
    known: int


@dataclass(eq=False)
class DamagedFile(StoreError):
    """The file is damaged at `where`."""

    code = "FIL-BAD"
    where: str


@dataclass(eq=False)
class DiskFull(StoreError):
    """There is no room to write at `where`; what was committed is safe."""

    code = "DSK-FULL"
    where: str = ""


# --- invitations and links ---------------------------------------------------------------------


@dataclass(eq=False)
class InvitationError(UserError):
    """An invitation that opens nothing."""

    code = "INVT"


@dataclass(eq=False)
class InvitationUnknown(InvitationError):
    """Nobody here gave this invitation."""

    code = "INVT-NONE"


@dataclass(eq=False)
class InvitationUsed(InvitationError):
    """It was used already: each counts once."""

    code = "INVT-USED"


@dataclass(eq=False)
class InvitationExpired(InvitationError):
    """It ran out `at` (milliseconds UTC)."""

    code = "INVT-LATE"
    at: int


@dataclass(eq=False)
class InvitationRevoked(InvitationError):
    """Who gave it has withdrawn it."""

    code = "INVT-GONE"


@dataclass(eq=False)
class InvitationOwn(InvitationError):
    """It is one's own."""

    code = "INVT-OWN"


@dataclass(eq=False)
class InvitationWrongNetwork(InvitationError):
    """It belongs to another network."""

    code = "INVT-NET"


@dataclass(eq=False)
class LinkDamaged(UserError):
    """No link of ours, or a damaged one; `text` is shown plain, cut to 300 characters."""

    code = "LNK-BAD"
    text: str = field(repr=False)


@dataclass(eq=False)
class LinkNewer(UserError):
    """A link of a newer program."""

    code = "LNK-NEW"
