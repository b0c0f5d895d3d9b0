"""Sentences of the window around the pages: menus, status bar, banners, notices, settings."""

from __future__ import annotations

SENTENCES: dict[str, str | tuple[str, str]] = {
    "window.title": "Tallystick – {name}",
    "window.waiting": "Opening your wallet…",
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
    "bar.no_session": "No session",
    "bar.session": "{partner} {left}",
    "bar.sessions": ("One session: {partner} {left}", "{n} sessions: {partner} {left}"),
    "bar.unknown": ("One not known yet", "{n} not known yet"),
    "bar.queue": ("one waits", "{n} wait"),
    "bar.backed_up": "Emergency file saved",
    "bar.not_backed_up": "Not backed up yet",
    "bar.not_backed_up_whole": "Your wallet is not backed up yet. Save an emergency file.",
    # Banners.
    "banner.not_backed_up": (
        "Your wallet is not backed up yet. If this computer's keyring is lost, so is the wallet."
    ),
    "banner.save": "Save emergency file",
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
    "emergency.file_name": "tallystick-emergency",
    # Closing while a session runs.
    "closing.title": "Close now?",
    "closing.text": "Signing with {partner} ends in {left}.",
    "closing.wait": "Wait and then close",
    "closing.anyway": "Close anyway",
    "closing.anyway_tip": "The result will be checked at the next start.",
    "closing.waiting": "Closes when the session has ended.",
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
