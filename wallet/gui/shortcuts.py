"""All keys in one table: menus, tips, the page *Keyboard* and a test against doubles read it.

Source: ux.md 5.23. Ctrl is Command on macOS. Single letters without a modifier are none: screen
readers own them. Some standard keys are written out because Qt has none for them on some systems.
"""

from __future__ import annotations

from typing import NamedTuple


class Shortcut(NamedTuple):
    """What an action is called (key of a sentence), its keys, its menu, its icon.

    `menu` empty: the keys work, but stand only in the list. Keys of a page are `Ctrl+1` and on.
    """

    action: str
    keys: tuple[str, ...] = ()
    menu: str = ""
    icon: str = ""
    rule_before: bool = False


PAGES = ("home", "tallies", "activity", "notices", "settings")
MENUS = ("file", "edit", "view", "pay", "tally", "help")

SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("emergency", (), "file", "save"),
    Shortcut("settings", ("Ctrl+,",), "file", "settings"),
    Shortcut("close", ("Ctrl+W",), "file", rule_before=True),
    Shortcut("quit", ("Ctrl+Q",), "file"),
    Shortcut("copy", ("Ctrl+C",), "edit", "copy"),
    Shortcut("search", ("Ctrl+K",), "edit", "search"),
    Shortcut("filter", ("Ctrl+F",), "edit", "filter"),
    Shortcut("home", ("Ctrl+1",), "view", "home"),
    Shortcut("tallies", ("Ctrl+2",), "view", "tallies"),
    Shortcut("activity", ("Ctrl+3",), "view", "activity"),
    Shortcut("notices", ("Ctrl+4",), "view", "notices"),
    Shortcut("back", ("Alt+Left",), "view", "back", rule_before=True),
    Shortcut("refresh", ("F5",), "view"),
    Shortcut("hide_amounts", ("Ctrl+Shift+H",), "view", "hide", rule_before=True),
    Shortcut("dark", ("Ctrl+Shift+D",), "view", "dark"),
    Shortcut("larger", ("Ctrl++", "Ctrl+="), "view"),
    Shortcut("smaller", ("Ctrl+-",), "view"),
    Shortcut("full_screen", ("F11",), "view"),
    Shortcut("pay", ("Ctrl+P",), "pay", "pay"),
    Shortcut("session", ("Ctrl+J",), "pay", "sessions"),
    Shortcut("invite", ("Ctrl+I",), "tally", "invite"),
    Shortcut("answer", ("Ctrl+G",), "tally", "ticket"),
    Shortcut("paper", (), "tally", "sign", rule_before=True),
    Shortcut("papers", (), "tally", "file"),
    Shortcut("deciding", (), "tally", "person"),
    Shortcut("verify", (), "tally", "safe", rule_before=True),
    Shortcut("keyboard", ("F1", "Ctrl+?"), "help", "keyboard"),
    Shortcut("report", (), "help"),
    Shortcut("about", (), "help", "info"),
)
BY_ACTION = {one.action: one for one in SHORTCUTS}
