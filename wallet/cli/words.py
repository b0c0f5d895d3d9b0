"""The sentences of the command line: what happened, what it means for the money, what to do.

Source: ux.md 5.24 (the window has its own catalogue), house.md 3.10 (exit codes).
"""

from __future__ import annotations

from wallet.cli.terminal import plain
from wallet.engine.api.views import ChitState, Outcome, TallyState
from wallet.engine.api.views_signing import WitnessRole
from wallet.model.errors import NetworkError, PeerError, StoreError, UserError, WalletError

EXIT_BUG = 70
_EXITS: tuple[tuple[type[WalletError], int], ...] = (
    (UserError, 2),
    (PeerError, 3),
    (NetworkError, 4),
    (StoreError, 5),
)
_NOTHING = "Nothing was signed."
_SAFE = "What was agreed so far is safe."
_NO_TALLY = "No tally was opened. Ask for a new invitation."
ERRORS: dict[str, str] = {
    "USR": f"This cannot be done as asked. {_NOTHING} Change it and try again.",
    "PRT-BAD": "The other wallet broke the rules and was refused. Your tallies are as they were. "
    "Tell your partner; their program may be too old.",
    "PRT-REF": "The other wallet refuses this. Nothing was paid. Change it and send it again.",
    "NET": "Nobody answers at the moment. Nothing was lost. Try again when both are connected.",
    "STO": f"The disk does not do what it must. {_SAFE} Look at the disk, then start again.",
    "BUG": f"Something is wrong in this program ({{what}}), so it stopped. {_SAFE} Start again "
    "with `tallystick verify`.",
    "ASK-NONE": "There is no {what} called “{key}”. Nothing was changed. Look at the list again.",
    "ASK-STATE": "This {what} is {state}; it would have to be {wanted}. Nothing was changed. Look "
    "at how it stands now.",
    "SES-BUSY": "Your wallet is signing something else. This waits for it. Wait a moment.",
    "CHN-MOVED": f"Your wallet wrote something else in between. {_NOTHING} Try again.",
    "CPY-OLD": "This copy of the wallet is older than what {partner} knows of it, so it signs "
    "nothing any more. Your money is safe as {partner} holds it. Open the newer copy.",
    "MEM-LONG": "The note has {length} characters; {limit} are possible. Nothing was sent. Make "
    "it shorter.",
    "AMT": f"This is not an amount. {_NOTHING} Write it like 12.50.",
    "AMT-NONE": f"There is no amount. {_NOTHING} Write one, like 12.50.",
    "AMT-SEP": f"A comma could group or divide. {_NOTHING} Write it with a point, like 12.50.",
    "AMT-SIGN": f"An amount has no plus or minus here. {_NOTHING} Write the digits only.",
    "AMT-FINE": f"An amount has {{limit}} decimals at most. {_NOTHING} Leave out the last digits.",
    "AMT-ZERO": f"Zero is not an amount to pay. {_NOTHING} Write more than zero.",
    "AMT-BIG": f"The amount is too large. {_NOTHING} Write a smaller one.",
    "PWD-BAD": "The password does not open the wallet. Nothing was changed. Try again, or name "
    "the right --password-file.",
    "PWD-NEED": "This wallet opens by a password. Nothing was changed. Use --password-file or "
    "--ask-password.",
    "PWD-MEM": "There is not enough free memory to check the password. Nothing was changed. Close "
    "other programs and try again.",
    "RNG-LOCK": "The keyring of this computer is locked. Nothing was changed. Unlock it and try "
    "again.",
    "RNG-NONE": "This computer has no keyring that can be used. Nothing was changed. Use "
    "--password-file or --ask-password.",
    "RNG-GONE": "The keyring no longer has the key of this wallet. Nothing was changed. Open it "
    "with the emergency file.",
    "RNG-OTHER": "The keyring has the key of another wallet. Nothing was changed. Name the right "
    "--profile, or open it with the emergency file.",
    "PRF-BUSY": "This wallet is open in another window or process. Nothing was changed. Close it "
    "there, or name another --profile.",
    "FIL-OTHER": "The file is no wallet of this program. It was not touched. Name another "
    "--profile.",
    "FIL-NEW": "A newer version of this program wrote the wallet. It was not touched. Start the "
    "newer version.",
    "FIL-BAD": "The wallet's file is damaged. It was not touched. Use a copy of it.",
    "FIL-GONE": "The file {where} with the wallet's keys is missing. Nothing was changed. Put it "
    "back from a copy.",
    "FIL-HAVE": "There is a file {path} already. It was not overwritten. Choose another name.",
    "DSK-BAD": f"The disk does not read or write {{where}} ({{reason}}). {_SAFE} Look at the disk "
    "and who may write there, then start again.",
    "DSK-FULL": f"The disk is full. {_SAFE} Make room and start again.",
    "NET-NONE": "This system has no network part for this program. The wallet works; payments "
    "wait.",
    "NET-PORT": "Another program holds port {port}. The wallet works; payments wait. Close the "
    "other program, or start again in a moment.",
    "SET-BAD": "The setting {name} has a value it cannot have. Nothing was changed. Correct it and "
    "start again.",
    "INVT": f"This invitation opens nothing. {_NO_TALLY}",
    "INVT-NONE": f"Nobody there knows this invitation. {_NO_TALLY}",
    "INVT-USED": f"This invitation was used already. {_NO_TALLY}",
    "INVT-LATE": f"This invitation has run out. {_NO_TALLY}",
    "INVT-GONE": f"This invitation was withdrawn. {_NO_TALLY}",
    "INVT-OWN": "This is your own invitation. No tally was opened. Give it to your partner.",
    "INVT-NET": "This invitation belongs to another network. No tally was opened.",
    "LNK-BAD": "This is no link of ours, or a damaged one. Nothing was opened. Copy it again, "
    "whole.",
    "LNK-NEW": "This link is of a newer version. Nothing was opened. Update this program.",
}
TALLY_STATES = {
    TallyState.DRAFT: "draft",
    TallyState.OFFERED: "offered, waiting for the partner",
    TallyState.RECEIVED: "an offer that needs you",
    TallyState.OPENING: "both are signing",
    TallyState.OPEN: "open",
    TallyState.VOID: "void",
}
CHIT_STATES = {
    ChitState.WAITING: "waiting to send",
    ChitState.SIGNING: "both signing",
    ChitState.UNKNOWN: "not known yet",
    ChitState.GOOD: "agreed",
    ChitState.WITHDRAWN: "withdrawn",
    ChitState.REFUSED: "refused",
    ChitState.VOID: "did not come about",
}
OUTCOMES = {
    Outcome.RUNNING: "both signing",
    Outcome.DONE: "agreed",
    Outcome.NOT_DONE: "not done",
    Outcome.NOT_KNOWN: "not known yet",
}
WITNESS_ROLES = {
    WitnessRole.CHOSEN: "chosen",
    WitnessRole.OFFERED: "offers itself: `tallystick witness choose`",
    WitnessRole.TALLY: "named in an agreement",
    WitnessRole.SESSION: "from a session",
}
MONEY = {
    ChitState.WAITING: "Nothing has left. It is signed as soon as both wallets are connected; "
    "`tallystick withdraw` takes it back until then.",
    ChitState.SIGNING: "Both wallets are still signing. Look with `tallystick sessions`.",
    ChitState.UNKNOWN: "It is reserved: either paid or not, which is not known yet. Do not make a "
    "second payment; your wallet keeps asking.",
    ChitState.WITHDRAWN: "Nothing was paid.",
    ChitState.REFUSED: "Nothing was paid.",
    ChitState.VOID: "Nothing was paid.",
}


REASONS = {
    "busy": "{partner}'s wallet was signing something else. Nothing was signed; try again in a "
    "moment.",
    "future": "Your clock is ahead of {partner}'s. Nothing was signed; set both clocks right.",
    "expired": "The time ran out before {partner}'s wallet could answer. Nothing was signed; try "
    "again.",
    "clock": "The clocks of the two computers differ too much. Nothing was signed; set both right.",
    "budget": "Too much of what you began with {partner} came to nothing, so their wallet makes a "
    "pause. Nothing was signed; try again in an hour.",
    "policy": "{partner} does not want this now. Nothing was signed; talk to them first.",
    "closed": "The tally is not open in {partner}'s wallet. Nothing was signed; talk to them.",
    "differs": "{partner}'s copy of the tally differs from yours. Nothing new is signed on it "
    "until you have compared the two.",
    "limit": "The balance would be larger than a tally can hold. Nothing was signed; make it "
    "smaller.",
    "invalid": "What {partner}'s wallet knows does not go with this. Nothing was signed; compare "
    "the tally with them.",
    "unserved": "Whoever should decide does not do that for you two. Nothing was signed; choose "
    "somebody else.",
    "stale": "{partner}'s wallet is an older copy of itself. Nothing was signed; it is tried again "
    "when they have opened the newer one.",
    "batch": "Another payment that was to be signed with it was not accepted. This one is tried "
    "again without it.",
    "late": "{partner} did not answer in time. Nothing was signed.",
    "crossed": "You and {partner} asked each other at the same moment. One of the two goes first.",
    "stopped": "You stopped it before anything was signed.",
    "cancelled": "{partner} took it back before anything was signed.",
    "aborted": "{partner}'s wallet has shown that it never signed. Nothing counts.",
    "own act": "Something you did yourself went first. Nothing was signed.",
}


def because(reason: str, partner: str, words: str = "") -> str:
    """Say why it came to nothing; what the partner wrote only as a quotation."""
    if words:
        return f"{plain(partner)} said: “{plain(words)}”. Nothing was signed."
    text = REASONS.get(reason)
    return text.format(partner=plain(partner)) if text else f"reason: {plain(reason)}"


def sentence_of(error: WalletError) -> str:
    """Say an error: its own sentence, or that of its family."""
    for kind in type(error).__mro__:
        text = ERRORS.get(getattr(kind, "code", ""))
        if text is not None:
            facts = {name: plain(str(getattr(error, name))) for name in error.facts}
            return text.format_map(facts)
    return ERRORS["USR"]


def exit_code_of(error: BaseException | type[BaseException]) -> int:
    """The exit code of an error's family (house.md 3.10)."""
    kind = error if isinstance(error, type) else type(error)
    return next((code for family, code in _EXITS if issubclass(kind, family)), EXIT_BUG)
