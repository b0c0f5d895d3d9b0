"""Every error with its home: whose fault it is decides where it is shown.

Source: docs/architecture.md, "Errors". Errors carry data, never sentences: the screens and the
command line make the words. `str()` gives one technical line for a log, without what a person or
a peer wrote. Floor 0 raises `ValueError`s of its own; who called it knows whose fault that is.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, ClassVar, dataclass_transform

_LOG_LETTERS = 40
_by_code: dict[str, type[WalletError]] = {}


class _Hidden:
    """What `hidden` leaves in the class until the class is made."""


def hidden() -> Any:
    """A fact that a person or a peer wrote: no log shows it."""
    return _Hidden()


@dataclass_transform(eq_default=False, field_specifiers=(hidden,))
class WalletError(Exception):
    """Anything that goes wrong in the wallet and has a name. `code` is stable: people quote it.

    The annotations of a class are the facts its errors carry, given in order or by name. (Not by
    dataclasses, which compile each class anew: with fifty of them every start would wait 8 ms.)
    """

    code: ClassVar[str] = "ERR"
    facts: ClassVar[tuple[str, ...]] = ()
    shown: ClassVar[tuple[str, ...]] = ()  # those of the facts that a log may show

    def __init_subclass__(cls) -> None:
        own = vars(cls)
        if "code" not in own:
            raise TypeError(f"{cls.__name__} has no code of its own")
        if cls.code in _by_code:
            raise TypeError(f"{cls.code} is taken by {_by_code[cls.code].__name__}")
        _by_code[cls.code] = cls
        for name in own.get("__annotations__", ()):
            cls.facts = (*cls.facts, name)
            if isinstance(own.get(name), _Hidden):
                delattr(cls, name)
            else:
                cls.shown = (*cls.shown, name)

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__()
        values = dict(zip(self.facts, given, strict=False))
        missing = {one for one in self.facts if not hasattr(type(self), one)}
        wrong = missing - values.keys() - named.keys() | named.keys() - set(self.facts)
        if len(given) > len(self.facts) or values.keys() & named.keys() or wrong:
            raise TypeError(f"{type(self).__name__} takes {', '.join(self.facts) or 'nothing'}")
        for name, value in (values | named).items():
            setattr(self, name, value)

    def __str__(self) -> str:
        facts = [f"{name}={_short(getattr(self, name))}" for name in self.shown]
        return " ".join([self.code, type(self).__name__, *facts])

    def __repr__(self) -> str:
        facts = [f"{name}={getattr(self, name)!r}" for name in self.shown]
        return f"{type(self).__name__}({', '.join(facts)})"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LOG_LETTERS else text[:_LOG_LETTERS] + "…"


ALL_ERRORS = MappingProxyType(_by_code)
"""Every class below `WalletError` by its code, those of other modules as soon as imported."""


# --- whose fault -------------------------------------------------------------------------------


class UserError(WalletError):
    """The person can put it right: beside the field, or one line in the view."""

    code = "USR"


class PeerError(WalletError):
    """The other side broke the rules: refused, and marked on the tally."""

    code = "PRT-BAD"


class NetworkError(WalletError):
    """Nobody answers: status line, retried, never a box."""

    code = "NET"


class StoreError(WalletError):
    """The disk does not do what it must: full page, engine stopped, data untouched."""

    code = "STO"


class BugError(WalletError):
    """We broke our own rule: `what` names it, for the report."""

    code = "BUG"
    what: str = ""


# --- peers -------------------------------------------------------------------------------------


class ProtocolBreach(PeerError):
    """No row in the table of `machine` for `input` in `state`."""

    code = "PRT-ROW"
    machine: str
    state: str
    input: str


class Malformed(PeerError):
    """Bytes that are not `what` they should be; `reason` is the reader's, for the log."""

    code = "PRT-FORM"
    what: str
    reason: str


class RuleBroken(PeerError):
    """What a peer sent is well-formed and still not allowed: `rule` says why, for the log."""

    code = "PRT-RULE"
    rule: str


class InvalidChain(PeerError):
    """A source chain breaks `rule` at `seq` (the table in the design of records)."""

    code = "CHN-BAD"
    rule: str
    seq: int


class Refused(PeerError):
    """The other side refuses, with a number of the wire table and its own short reason."""

    code = "PRT-REF"
    refusal: int
    reason: str = hidden()


# --- the source chain --------------------------------------------------------------------------


class HeadMoved(UserError):
    """Something was written meanwhile: the head is `actual`, the caller built on `expected`."""

    code = "CHN-MOVED"
    expected: str
    actual: str


class ChainLocked(UserError):
    """The wallet is signing `session` with `partner`; `ends_at` in milliseconds UTC."""

    code = "SES-BUSY"
    session: str
    partner: str = hidden()
    ends_at: int


# --- what the person asked for -----------------------------------------------------------------


class NotFound(UserError):
    """There is no `what` with this `key`."""

    code = "ASK-NONE"
    what: str
    key: str = hidden()


class WrongState(UserError):
    """`what` is in `state`; this needs `wanted`."""

    code = "ASK-STATE"
    what: str
    state: str
    wanted: str


class OldCopy(UserError):
    """This copy of the wallet is older than what `partner` holds of it: it signs nothing more."""

    code = "CPY-OLD"
    partner: str = ""


class MemoTooLong(UserError):
    """A memo of `length` characters; `limit` are possible."""

    code = "MEM-LONG"
    limit: int
    length: int


class AmountError(UserError):
    """What was typed is not an amount; `text` is what was typed, cut to 100 characters."""

    code = "AMT"
    text: str = hidden()


class AmountEmpty(AmountError):
    """Nothing was typed."""

    code = "AMT-NONE"


class AmountSeparator(AmountError):
    """A sign that may group or may divide: a guess would be wrong by a thousand.

    `whole` is what to write if it grouped, `fraction` if it divided; empty where it cannot have
    meant that. Both are in the person's own digits and decimal sign: "Write 1234 or 1,234."
    """

    code = "AMT-SEP"
    whole: str = hidden()
    fraction: str = hidden()


class AmountSigned(AmountError):
    """A plus or a minus: direction is a word here, not a sign."""

    code = "AMT-SIGN"


class AmountNotNumber(AmountError):
    """Something that is no digit: `letter` is the first such character."""

    code = "AMT-TEXT"
    letter: str = hidden()


class AmountTooFine(AmountError):
    """More than `limit` decimals."""

    code = "AMT-FINE"
    limit: int
    decimals: int


class AmountZero(AmountError):
    """Zero: there is nothing to pledge."""

    code = "AMT-ZERO"


class AmountTooLarge(AmountError):
    """More than `limit` milli-units."""

    code = "AMT-BIG"
    limit: int


# --- opening the wallet ------------------------------------------------------------------------


class WrongPassword(UserError):
    """The password does not open the vault."""

    code = "PWD-BAD"


class KeyringLocked(UserError):
    """The keyring of the system is there and locked."""

    code = "RNG-LOCK"


class KeyringMissing(UserError):
    """This system has no keyring: a password serves instead."""

    code = "RNG-NONE"


class ProfileInUse(UserError):
    """Another running wallet holds this profile."""

    code = "PRF-BUSY"
    profile: str = ""


class ForeignFile(StoreError):
    """The file at `where` is not one of ours."""

    code = "FIL-OTHER"
    where: str = ""


class NewerFile(StoreError):
    """A newer program wrote this file: its format is `version`, we know up to `known`."""

    code = "FIL-NEW"
    version: int
    known: int


class DamagedFile(StoreError):
    """The file is damaged at `where`."""

    code = "FIL-BAD"
    where: str


class DiskFull(StoreError):
    """There is no room to write at `where`; what was committed is safe."""

    code = "DSK-FULL"
    where: str = ""


# --- invitations and links ---------------------------------------------------------------------


class InvitationError(UserError):
    """An invitation that opens nothing."""

    code = "INVT"


class InvitationUnknown(InvitationError):
    """Nobody here gave this invitation."""

    code = "INVT-NONE"


class InvitationUsed(InvitationError):
    """It was used already: each counts once."""

    code = "INVT-USED"


class InvitationExpired(InvitationError):
    """It ran out `at` (milliseconds UTC)."""

    code = "INVT-LATE"
    at: int


class InvitationRevoked(InvitationError):
    """Who gave it has withdrawn it."""

    code = "INVT-GONE"


class InvitationOwn(InvitationError):
    """It is one's own."""

    code = "INVT-OWN"


class InvitationWrongNetwork(InvitationError):
    """It belongs to another network."""

    code = "INVT-NET"


class LinkDamaged(UserError):
    """No link of ours, or a damaged one; `text` is shown plain, cut to 300 characters."""

    code = "LNK-BAD"
    text: str = hidden()


class LinkNewer(UserError):
    """A link of a newer program."""

    code = "LNK-NEW"
