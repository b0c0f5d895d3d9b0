"""Sentences of errors by code (ux.md 5.24): what happened, what it means, what to do.

`what` needs no facts, because some codes arrive without them; `fact` is added when they are known.
No blame, no exclamation marks, never "failed" unless it is final.
"""

from __future__ import annotations

_TABLE: dict[str, tuple[str, str, str]] = {
    "USR": ("This cannot be done as asked.", "Nothing was changed.", "Change it and try again."),
    "PRT-BAD": (
        "The other wallet sent something that breaks the rules.",
        "It was refused. Your tallies are as they were.",
        "Tell your partner; their program may be too old.",
    ),
    "NET": (
        "Nobody answers at the moment.",
        "Nothing was lost. It is tried again by itself.",
        "Wait, or look at your connection.",
    ),
    "STO": (
        "The disk does not do what it must.",
        "What was agreed so far is safe. Nothing new can be signed.",
        "Look at the disk, then start again.",
    ),
    "BUG": (
        "Something is wrong in this program.",
        "It stopped before doing anything wrong. What was agreed is on disk.",
        "Save the report and start again.",
    ),
    "PRT-ROW": (
        "The other wallet sent something that does not fit now.",
        "It was refused. Your tallies are as they were.",
        "Try again; if it comes back, save the details.",
    ),
    "PRT-FORM": (
        "The other wallet sent something that cannot be read.",
        "It was refused. Your tallies are as they were.",
        "Their program may be too new or too old.",
    ),
    "PRT-RULE": (
        "The other wallet sent something that breaks the rules of a tally.",
        "It was refused. Your tallies are as they were.",
        "Tell your partner; save the details if it comes back.",
    ),
    "PRT-KIND": (
        "The other wallet sent something this version does not know.",
        "It was left aside. Your tallies are as they were.",
        "Look for a newer version.",
    ),
    "PRT-BODY": (
        "The other wallet sent something that is not what it says it is.",
        "It was refused. Your tallies are as they were.",
        "Their program may be too new or too old.",
    ),
    "PRT-SAY": (
        "The other wallet asked for something it has no part in.",
        "It was refused. Your tallies are as they were.",
        "Tell your partner; save the details if it comes back.",
    ),
    "PRT-OWED": (
        "The other wallet keeps asking and does not take our answers.",
        "It is not answered for now. Your tallies are as they were.",
        "Tell your partner; their program may be too old.",
    ),
    "PRT-SERVE": (
        "The other wallet was asked to decide and does not do that for these two.",
        "Nothing was signed. Your tallies are as they were.",
        "Talk to whoever should decide, or choose somebody else.",
    ),
    "PRT-EARLY": (
        "The other wallet sent something before what belongs in front of it.",
        "It is sent again. Your tallies are as they were.",
        "Wait a moment; it goes on by itself.",
    ),
    "CHN-BAD": (
        "A record does not follow from the one before it.",
        "It was refused. Your tallies are as they were.",
        "Verify everything, and save the details.",
    ),
    "PRT-REF": (
        "The other wallet refuses this.",
        "Nothing was paid.",
        "Change it and send it again.",
    ),
    "CHN-MOVED": (
        "Your wallet wrote something else in between.",
        "Nothing was signed.",
        "Try again.",
    ),
    "SES-BUSY": (
        "Your wallet is signing something else.",
        "This one waits for it.",
        "Wait a moment; it goes on by itself.",
    ),
    "ASK-NONE": (
        "That is not here any more.",
        "Nothing was changed.",
        "Go back and look again.",
    ),
    "ASK-STATE": (
        "This is not possible any more.",
        "It changed while you looked. Nothing was signed.",
        "Look at how it stands now.",
    ),
    "CPY-OLD": (
        "This copy of your wallet is older than what your partners know.",
        "It signs nothing any more. Your money is safe: your partners hold what you signed.",
        "Open the newer copy.",
    ),
    "MEM-LONG": ("The note is too long.", "Nothing was sent.", "Make it shorter."),
    "AMT": ("This is not an amount.", "Nothing was signed.", "Write digits, like 12.50."),
    "AMT-NONE": ("There is no amount yet.", "Nothing was signed.", "Write an amount."),
    "AMT-SEP": (
        "This sign could group or divide.",
        "Nothing was signed.",
        "Write the amount without grouping.",
    ),
    "AMT-SIGN": (
        "An amount has no plus or minus here.",
        "Nothing was signed.",
        "Write the digits only.",
    ),
    "AMT-TEXT": ("An amount has digits only.", "Nothing was signed.", "Write digits, like 12.50."),
    "AMT-FINE": (
        "An amount has three decimals at most.",
        "Nothing was signed.",
        "Leave out the last digits.",
    ),
    "AMT-ZERO": ("Zero is not an amount to pay.", "Nothing was signed.", "Write more than zero."),
    "AMT-BIG": ("The amount is too large.", "Nothing was signed.", "Write a smaller amount."),
    "PWD-BAD": (
        "This password does not open the wallet.",
        "Nothing was changed.",
        "Try again; look at Caps Lock and the keyboard's language.",
    ),
    "PWD-NEED": (
        "This wallet opens by a password.",
        "Nothing was changed.",
        "Write the password.",
    ),
    "PWD-MEM": (
        "There is not enough free memory to check the password.",
        "Nothing was changed.",
        "Close other programs, then try again.",
    ),
    "RNG-LOCK": (
        "The keyring of this computer is locked.",
        "Your wallet waits for it. Nothing was changed.",
        "Unlock the keyring, then try again.",
    ),
    "RNG-NONE": (
        "This computer has no keyring that can be used.",
        "Nothing was changed.",
        "Use a password, or start the keyring and try again.",
    ),
    "RNG-GONE": (
        "The keyring no longer has the key of this wallet.",
        "Nothing was changed, and nobody else can open the wallet either.",
        "Open it with the emergency file.",
    ),
    "RNG-OTHER": (
        "The keyring has the key of another wallet.",
        "Nothing was changed.",
        "Open it with the emergency file, or choose the folder it belongs to.",
    ),
    "PRF-BUSY": (
        "This wallet is already open in another window.",
        "Nothing was changed.",
        "Go to that window, or close it first.",
    ),
    "FIL-OTHER": (
        "The file is not a wallet of this program.",
        "It was not touched.",
        "Choose another folder.",
    ),
    "FIL-NEW": (
        "A newer version of this program wrote the wallet.",
        "It was not touched.",
        "Start the newer version.",
    ),
    "FIL-BAD": (
        "The wallet's file is damaged.",
        "It was not changed. Your partners have their copy of each tally.",
        "Save the report, and copy the folder before you try anything.",
    ),
    "FIL-GONE": (
        "The file with the wallet's keys is missing.",
        "The wallet itself is there and was not touched.",
        "Put the missing file back from a copy of the folder.",
    ),
    "FIL-HAVE": (
        "There is a file of this name already.",
        "It was not overwritten.",
        "Choose another name.",
    ),
    "DSK-BAD": (
        "The disk does not read or write the wallet's file.",
        "What was agreed so far is safe. Nothing new can be signed.",
        "Look at the disk and who may write to the folder, then start again.",
    ),
    "DSK-FULL": (
        "The disk is full.",
        "What was agreed so far is safe. Nothing new can be signed.",
        "Make room, then try again.",
    ),
    "NET-NONE": (
        "This computer has no network part for this program.",
        "The wallet works; payments wait.",
        "Look which systems are supported.",
    ),
    "NET-PORT": (
        "Another program uses the wallet's place on the network.",
        "The wallet works; payments wait.",
        "Close the other program, or start the wallet again in a moment.",
    ),
    "SET-BAD": (
        "A setting has a value it cannot have.",
        "Nothing was changed.",
        "Correct the setting and start again.",
    ),
    "INVT": ("This invitation opens nothing.", "No tally was opened.", "Ask for a new one."),
    "INVT-NONE": (
        "The other wallet does not know this invitation.",
        "No tally was opened.",
        "Ask for a new one.",
    ),
    "INVT-USED": (
        "This invitation was already used.",
        "No tally was opened.",
        "Ask for a new one.",
    ),
    "INVT-LATE": ("This invitation ran out.", "No tally was opened.", "Ask for a new one."),
    "INVT-GONE": (
        "This invitation was withdrawn.",
        "No tally was opened.",
        "Ask for a new one.",
    ),
    "INVT-OWN": (
        "This invitation is your own.",
        "No tally was opened.",
        "Give it to the person you want to invite.",
    ),
    "INVT-NET": (
        "This invitation belongs to another network.",
        "No tally was opened.",
        "Ask which network your partner uses.",
    ),
    "LNK-BAD": (
        "This is not a link of this program, or it is damaged.",
        "Nothing was opened.",
        "Copy the whole link and paste it again.",
    ),
    "LNK-NEW": (
        "This link was made by a newer version.",
        "This program cannot read it. Nothing was opened.",
        "Look for a newer version.",
    ),
}
_FACTS = {
    "SES-BUSY": "It is free by {ends_at}.",
    "CPY-OLD": "{partner} holds something newer with your signature.",
    "MEM-LONG": "It has {length} characters; {limit} are possible.",
    "AMT-FINE": "This one has {decimals}.",
    "AMT-TEXT": "“{letter}” is no digit.",
    "AMT-BIG": "{limit} is possible.",
    "INVT-LATE": "That was {at}.",
    "FIL-OTHER": "{where}",
    "FIL-BAD": "{where}",
    "FIL-GONE": "{where}",
    "FIL-HAVE": "{path}",
    "DSK-BAD": "{where}: {reason}",
    "DSK-FULL": "{where}",
    "NET-PORT": "It is port {port}.",
    "SET-BAD": "{name}",
    "PRF-BUSY": "{profile}",
    "PRT-REF": "{reason}",
}

SENTENCES: dict[str, str | tuple[str, str]] = {
    f"error.{code}.{part}": sentence
    for code, parts in _TABLE.items()
    for part, sentence in zip(("what", "means", "do"), parts, strict=True)
}
SENTENCES |= {f"error.{code}.fact": sentence for code, sentence in _FACTS.items()}
SENTENCES |= {
    "error.AMT-SEP.both": "Write {whole} or {fraction}.",
    "error.AMT-SEP.one": "Write {one}.",
    "error.code": "Code {code}",
    "button.try_again": "Try again",
    "button.close": "Close",
    "button.copy_details": "Copy details",
    "button.open_folder": "Open folder",
    "button.paste_again": "Paste again",
    "button.use_password": "Use a password",
    "button.see_report": "See report",
    "button.save_report": "Save report…",
    "button.quit": "Quit",
}
