"""Sentences of the window around the pages: menus, status bar, banners, notices, settings."""

from __future__ import annotations

SENTENCES: dict[str, str | tuple[str, str]] = {
    "window.title": "Tallystick – {name}",
    "window.waiting": "Opening your wallet…",
    "window.tools": "Tools",
    "window.pages": "Pages",
    "window.page_count": ("{page}, one new", "{page}, {n} new"),
    # Menus.
    "menu.file": "&File",
    "menu.edit": "&Edit",
    "menu.view": "&View",
    "menu.pay": "&Pay",
    "menu.tally": "&Tally",
    "menu.help": "&Help",
    # Actions; the shortcut table names them.
    "action.pay": "Pay",
    "action.invite": "Invite",
    "action.answer": "I have an invitation",
    "action.search": "Search",
    "action.filter": "Filter this list",
    "action.settings": "Settings",
    "action.hide_amounts": "Hide amounts",
    "action.dark": "Light or dark",
    "action.back": "Back",
    "action.refresh": "Refresh",
    "action.full_screen": "Full screen",
    "action.close": "Close window",
    "action.quit": "Quit",
    "action.keyboard": "Keyboard",
    "action.emergency": "Save emergency file…",
    "action.paper": "Write a paper…",
    "action.papers": "Papers",
    "action.deciding": "Who decides…",
    "action.verify": "Verify everything",
    "action.report": "Report a problem",
    "action.about": "About Tallystick",
    "action.home": "Home",
    "action.tallies": "Tallies",
    "action.activity": "Activity",
    "action.notices": "Notices",
    "action.larger": "Larger text",
    "action.smaller": "Smaller text",
    "action.copy": "Copy",
    "action.session": "Running session",
    # Status bar.
    "bar.connected": (
        "Connected, {online} of {n} partner online",
        "Connected, {online} of {n} partners online",
    ),
    "bar.connected_none": "Ready. No partners yet",
    "bar.offline": "Not connected. You can look at everything and prepare payments.",
    "bar.offline_short": "Not connected",
    "bar.old_copy": (
        "This copy of your wallet is older than what your partners know. It signs nothing; open "
        "the newer copy."
    ),
    "bar.old_copy_short": "Older copy",
    "bar.connection_name": "Connection",
    "bar.sessions_name": "Sessions",
    "bar.backup_name": "Backup",
    "bar.connected_narrow": "{online} of {n} online",
    "bar.sessions_narrow": ("{partner} {left}", "{n}: {partner} {left}"),
    "bar.not_backed_up_narrow": "No backup",
    "bar.backed_up_narrow": "Saved",
    "bar.no_session": "No session",
    "bar.sessions": ("One session: {partner} {left}", "{n} sessions: {partner} {left}"),
    "bar.unknown": ("One not known yet", "{n} not known yet"),
    "bar.queue": ("one waits", "{n} wait"),
    "bar.backed_up": "Emergency file saved",
    "bar.not_backed_up": "Not backed up yet",
    "bar.not_backed_up_whole": "Your wallet is not backed up yet. Save an emergency file.",
    # Banners.
    "banner.not_backed_up": ("This wallet is not backed up yet."),
    "banner.save": "Save emergency file",
    "banner.clock_doubt": (
        "This computer's clock runs ahead of your partners'. Nothing is signed until it is right: "
        "set it in the system's settings, or say that it is right."
    ),
    "banner.clock_right": "My clock is right",
    "banner.clock_trusted": "The clock counts as right for a day.",
    "banner.clock": "This computer's clock differs from your partners' by {duration}.",
    # Emergency file.
    "emergency.title": "Save an emergency file",
    "emergency.text": (
        "The file opens this wallet when the keyring or the password is lost. It is sealed with "
        "the password you choose here. Keep it away from this computer, with a note of the "
        "password kept elsewhere. It is no copy of your tallies."
    ),
    "emergency.where": "Save as",
    "emergency.choose": "Choose…",
    "emergency.save": "Save and check",
    "emergency.saving": "Writing, and reading it back…",
    "emergency.done": "The emergency file was written and read back: {path}",
    "emergency.file_name": "tallystick",
    # Closing while a session runs.
    "closing.title": "Close now?",
    "closing.text": "Signing with {partner} ends in {left}.",
    "closing.wait": "Wait and then close",
    "closing.anyway": "Close anyway",
    "closing.anyway_tip": "The result will be checked at the next start.",
    "closing.waiting": "Closes when the session has ended.",
    "closing.unsent": (
        "A payment has not left yet. If you close now, it is taken back: nothing is paid."
    ),
    "closing.take_back": "Take it back and close",
    # Unlock.
    "unlock.title": "Tallystick",
    "unlock.password": "Password",
    "unlock.button": "Unlock",
    "unlock.working": "Opening…",
    "unlock.keyring": "Waiting for this computer's keyring",
    "unlock.keyring_hint": "It may ask you for its password in a window of its own.",
    "unlock.pause": ("Wait one second, then try again.", "Wait {n} seconds, then try again."),
    "unlock.caps": "Caps Lock may be on.",
    "unlock.show": "Show password",
    "unlock.hide": "Hide password",
    # Stopped.
    "stopped.title": "The wallet has stopped",
    "stopped.safe": "What stands on the disk is as it was when it stopped.",
    # Notices.
    "notices.title": "Notices",
    "notices.empty": "No notices.",
    "notices.seen": "All read",
    "notices.new": "New",
    "notices.other": "Something changed with {partner}.",
    "notices.reason": "“{reason}”",
    "notice.offer-received": "{partner} offers you a tally.",
    "notice.offer-refused": "{partner} refused your offer. No tally was opened.",
    "notice.offer-withdrawn": "{partner} withdrew the offer. No tally was opened.",
    "notice.offer-expired": "The offer between you and {partner} ran out. No tally was opened.",
    "notice.tally-opened": "The tally with {partner} is open. Both have signed.",
    "notice.amendment-asked": "{partner} asks you for other terms. Nothing changes until you sign.",
    "notice.amendment-refused": "{partner} does not want the other terms. "
    "The terms stay as they were, and so does what is owed.",
    "notice.amendment-not-known": "It is not known yet which terms with {partner} stand. "
    "Payments go on; your wallet keeps asking.",
    "notice.tally-amended": "The new terms with {partner} stand. Both have signed.",
    "notice.payment-asked": "{partner} wants to pay you {amount}.",
    "notice.received": "{partner} paid you {amount}. Agreed.",
    "notice.paid": "You paid {partner} {amount}. Agreed.",
    "notice.payment-refused": "{partner} refused {amount}. Nothing was paid.",
    "notice.not-known": "{amount} with {partner} is not known yet. Do not pay a second time.",
    "notice.paid-after-all": "It is known now: you paid {partner} {amount}. Agreed.",
    "notice.received-after-all": "It is known now: {partner} paid you {amount}. Agreed.",
    "notice.not-paid-again": "It is known now: {amount} to {partner} was not paid. It is tried "
    "again by itself; you may take it back until then.",
    "notice.not-paid": "It is known now: {amount} to {partner} was not paid. You may pay again.",
    "notice.not-received": "It is known now: {partner} did not pay you {amount}. Nothing counts.",
    "notice.payment-waits": "{amount} to {partner} was tried several times and nothing came of it. "
    "Nothing was paid. It is tried again by itself; you may take it back.",
    "notice.opening-not-known": "It is not known yet whether the tally with {partner} is open. "
    "Nothing is owed on it; your wallet keeps asking.",
    "notice.opening-not-done": "It is known now: the tally with {partner} was not opened. "
    "Nothing is owed on it.",
    "notice.fork-seen": (
        "The wallet of {partner} told two different stories and signed both. "
        "Nothing of yours was changed. Talk to {partner} before you go on."
    ),
    "notice.paper-asked": "{partner} asks you to sign a paper. Nothing is signed yet.",
    "notice.paper-signed": "All have signed a paper with {partner}. It moves no money.",
    "notice.paper-ended": "A paper with {partner} came to nothing. Nobody is bound by it.",
    "notice.paper-unknown": (
        "It is not known yet whether all have signed a paper with {partner}. "
        "Your money is not touched; the wallets go on asking."
    ),
    "notice.witness-offered": (
        "{partner} offers to decide for you when a line breaks. Nothing changes until you take it."
    ),
    "notice.witness-lied": (
        "{partner} gave two different votes about one thing. Your tallies are as they show. "
        "Do not let them decide any more, and tell your partners."
    ),
    "notice.session-disputed": (
        "{partner} signed two opposite things about one session. Both are kept as proof, and a "
        "payment in it counts once. Talk to the others before you go on with {partner}."
    ),
    "notice.storage-lost": (
        "The disk lost something that was signed. The wallet asks its partners what was agreed; "
        "do not pay a second time."
    ),
    "notice.old-copy": (
        "{partner} holds something newer that your wallet signed: this copy is older. It signs "
        "nothing any more. Your money is safe as {partner}'s copy holds it. Open the newer copy."
    ),
    "notice.runs-twice": (
        "Another wallet with your key talks to {partner}. Nothing is lost yet. Close one of the "
        "two: whichever is the older signs nothing more once the other has signed."
    ),
    "notice.copies-differ": "The two copies of the tally with {partner} differ. New chits stop.",
    # Bug report.
    "report.title": "Something is wrong in this program",
    "report.text": (
        "You can go on, or close and start again. This report holds no names, amounts or keys; "
        "read it before you send it to anyone."
    ),
    "report.save": "Save report…",
    "report.copied": "Copied.",
    "report.name": "Report",
    # Settings.
    "settings.title": "Settings",
    "settings.look": "Look",
    "settings.theme": "Theme",
    "settings.scheme.system": "As the system",
    "settings.scheme.light": "Light",
    "settings.scheme.dark": "Dark",
    "settings.scheme.contrast": "High contrast",
    "settings.text_size": "Text size",
    "settings.percent": "{percent} %",
    "settings.hide": "Hide amounts",
    "settings.keyboard": "Keyboard",
    "settings.paying": "Paying",
    "settings.undo": "Wait {n} s before a payment leaves",
    "settings.undo_hint": "Until then you can take it back.",
    "settings.connection": "Connection",
    "settings.now": "Now",
    "settings.listening": "Reached at",
    "settings.not_listening": "nowhere at the moment",
    "settings.reach": (
        "Wallets talk to each other directly. Without a relay of your own they find each other in "
        "one local network, or where the router forwards the port. No server is used otherwise."
    ),
    "settings.wallet": "Wallet",
    "settings.name": "Name partners see",
    "settings.account": "Account",
    "settings.network": "Network",
    "settings.locked_by": "Locked by",
    "settings.keyring": "this computer's keyring",
    "settings.password": "a password",
    "settings.version": "Version",
    "settings.verify": "Verify everything now",
    "settings.verifying": "Verifying…",
    "settings.sound": (
        "All is sound: {actions} records, {tallies} tallies, {chits} chits, in {duration}."
    ),
    "settings.unsound": "Something does not match: {problem}",
    "settings.key": "Keys",
    "settings.what": "What it does",
    # A second start.
    "start.handed_over": "A link was handed over by a second start.",
    "start.already": "Tallystick is already running; its window was brought to the front.",
}
