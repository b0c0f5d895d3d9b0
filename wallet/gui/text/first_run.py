"""Sentences of the first run (ux.md 5.3)."""

from __future__ import annotations

SENTENCES: dict[str, str | tuple[str, str]] = {
    "first.window": "Welcome to Tallystick",
    "first.step": "Step {n} of {all}",
    # Two doors.
    "first.doors": "Keep track of what people who trust each other owe each other",
    "first.doors_text": (
        "Your wallet stays on this computer. There is no server and no account to register."
    ),
    "first.invited": "I have an invitation",
    "first.invited_text": "Paste it, or open the file. Nobody is contacted yet.",
    "first.new": "Start a new wallet",
    "first.new_text": "You can invite people afterwards.",
    # The invitation.
    "first.link": "Your invitation",
    "first.link_text": "Paste the link you were given. Nobody is contacted yet.",
    "first.link_label": "Invitation",
    "first.paste": "Paste",
    "first.open_file": "Open file…",
    "first.link_good": "An invitation by {inviter}.",
    "first.link_other": "This is not an invitation. You can go on without one.",
    "first.link_skip": "Go on without",
    # Who.
    "first.who": "Who are you here?",
    "first.who_text": "This goes to people you open tallies with, nobody else.",
    "first.name": "Your name",
    "first.name_missing": "Write the name your partners will see.",
    "first.contact": "How to reach you (optional)",
    "first.picture": "Picture (optional)",
    "first.choose_picture": "Choose…",
    "first.drop_picture": "Remove",
    "first.picture_large": "This picture is larger than 64 KiB. Choose a smaller one.",
    "first.picture_wrong": "This is no PNG or JPEG picture.",
    "first.picture_set": "Picture chosen",
    # How it is locked.
    "first.lock": "How it is locked",
    "first.keyring": "With this computer's keyring",
    "first.keyring_text": (
        "Opens when you are logged in. Does not protect against someone who uses your login."
    ),
    "first.keyring_none": (
        "This computer has no keyring that can be used now. A password locks your wallet instead."
    ),
    "first.password": "With a password",
    "first.password_text": (
        "Asked at every start. Protects the file on this disk; nobody can reset the password."
    ),
    "first.password_label": "Password",
    "first.password_again": "Password again",
    "first.password_missing": "Write a password.",
    "first.password_short": "Use at least {n} characters.",
    "first.password_differs": "The two passwords differ.",
    "first.strength": "Guessing it takes {time} on a fast computer.",
    "first.strength_now": "Guessing it takes no time at all on a fast computer.",
    "first.show": "Show password",
    "first.hide": "Hide password",
    "first.create": "Make my wallet",
    "first.creating": "Making your wallet…",
    "first.keyring_wait": "Waiting for this computer's keyring. It may ask for its password.",
    # Done.
    "first.done": "Your wallet is ready, {name}",
    "first.done_text": (
        "It is not backed up yet: if this computer is lost, so is the wallet. "
        "An emergency file opens it when the keyring or password is lost."
    ),
    "first.save_emergency": "Save emergency file",
    "first.go_invitation": "Look at the invitation",
    "first.go_home": "Go to Home",
    "duration.seconds": "seconds",
    "duration.minutes": "minutes",
    "duration.hours": "hours",
    "duration.days": "days",
    "duration.months": "months",
    "duration.years": ("about {n} year", "about {n} years"),
    "duration.centuries": "centuries",
}
