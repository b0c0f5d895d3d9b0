"""From an error to words: what happened, what it means, what you can do (house rule H15).

Where it is shown follows from whose fault it is: beside the field, on the tally, in the status
line, on a full page, in the report. The sentences stand in `text/faults.py`, by code.
"""

from __future__ import annotations

from msgspec import Struct

from wallet.gui.text import Words, clock_time, has_sentence, say
from wallet.gui.text.numerals import Figures
from wallet.model.errors import (
    ALL_ERRORS,
    AmountSeparator,
    BugError,
    NetworkError,
    PeerError,
    StoreError,
    UserError,
    WalletError,
)

_FAMILY_BUTTONS: tuple[tuple[type[WalletError], tuple[str, ...]], ...] = (
    (StoreError, ("button.try_again", "button.open_folder", "button.copy_details")),
    (BugError, ("button.see_report", "button.save_report")),
    (PeerError, ("button.close", "button.copy_details")),
    (NetworkError, ("button.try_again",)),
    (UserError, ("button.close",)),
    (WalletError, ("button.close", "button.copy_details")),
)
_BUTTONS = {
    "RNG-NONE": ("button.use_password", "button.try_again"),
    "RNG-LOCK": ("button.try_again",),
    "PWD-BAD": ("button.try_again",),
    "CHN-MOVED": ("button.try_again",),
    "LNK-BAD": ("button.paste_again",),
    "RNG-GONE": ("button.try_again", "button.quit"),
    "PWD-NEED": ("button.use_password",),
    "PWD-MEM": ("button.try_again",),
    "PRF-BUSY": ("button.try_again", "button.quit"),
}
_TIMES = ("ends_at", "at")


class ErrorText(Struct, frozen=True):
    """One error in words; `buttons` are keys of sentences, the best action first."""

    code: str
    what: Words
    means: Words
    do: Words
    buttons: tuple[str, ...]

    @property
    def line(self) -> Words:
        """What happened and what to do, for a place beside a field."""
        return Words(f"{self.what} {self.do}")

    @property
    def whole(self) -> Words:
        """All three parts in one paragraph."""
        return Words(f"{self.what} {self.means} {self.do}")


def explain(error: BaseException, figures: Figures | None = None) -> ErrorText:
    """Put an error into words; what is none of ours is a fault of the program."""
    if not isinstance(error, WalletError):
        return explain_code(BugError.code)
    text = explain_code(error.code)
    places = _places(error, figures or Figures())
    key = f"error.{text.code}.fact"
    if has_sentence(key) and all(places.values()):
        fact = say(key, **places)
        text = ErrorText(text.code, Words(f"{text.what} {fact}"), text.means, text.do, text.buttons)
    if isinstance(error, AmountSeparator) and (do := _readings(error)):
        text = ErrorText(text.code, text.what, text.means, do, text.buttons)
    return text


def explain_code(code: str) -> ErrorText:
    """Put a code into words; one we have no words for gets those of its family."""
    kind = ALL_ERRORS.get(code, BugError)
    known = next(c for c in _lineage(kind) if has_sentence(f"error.{c}.what"))
    buttons = _BUTTONS.get(code) or next(b for k, b in _FAMILY_BUTTONS if issubclass(kind, k))
    return ErrorText(
        code,
        say(f"error.{known}.what"),
        say(f"error.{known}.means"),
        say(f"error.{known}.do"),
        buttons,
    )


def _lineage(kind: type[WalletError]) -> list[str]:
    codes = [k.code for k in kind.__mro__ if issubclass(k, WalletError)]
    return [*codes, BugError.code]


def _places(error: WalletError, figures: Figures) -> dict[str, str | int]:
    """Return an error's facts as words: times as clock times, limits of amounts as amounts."""
    places: dict[str, str | int] = {}
    for name in error.facts:
        value = getattr(error, name)
        if name in _TIMES and isinstance(value, int):
            places[name] = clock_time(value) if value else Words("")
        elif name == "limit" and error.code == "AMT-BIG":
            places[name] = figures.show(value)
        elif isinstance(value, (str, int)):
            places[name] = value
    return places


def _readings(error: AmountSeparator) -> Words | None:
    if error.whole and error.fraction:
        return say("error.AMT-SEP.both", whole=error.whole, fraction=error.fraction)
    if one := error.whole or error.fraction:
        return say("error.AMT-SEP.one", one=one)
    return None
