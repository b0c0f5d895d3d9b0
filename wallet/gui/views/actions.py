"""Menus and tool bar, made from the one table of shortcuts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLineEdit, QMainWindow, QSizePolicy, QToolBar, QWidget

from wallet.gui import theme
from wallet.gui.shortcuts import BY_ACTION, MENUS, SHORTCUTS
from wallet.gui.text import bare, say
from wallet.gui.widgets.buttons import action_button, icon_button
from wallet.gui.widgets.icons import icon

_ROLES = {
    "settings": QAction.MenuRole.PreferencesRole,
    "quit": QAction.MenuRole.QuitRole,
    "about": QAction.MenuRole.AboutRole,
}
_BUTTONS = ("pay", "invite", "answer")
SEARCH_LIMIT = 200


def make_actions(
    window: QMainWindow, do: Callable[[str], object], has: Callable[[str], bool]
) -> dict[str, QAction]:
    """Make an action for each row of the table; `do` gets its name. `has`: it exists here."""
    made: dict[str, QAction] = {}
    for one in SHORTCUTS:
        if not has(one.action):
            continue
        action = QAction(say(f"action.{one.action}"), window)
        if one.icon:
            action.setIcon(icon(one.icon))
        action.setShortcuts([QKeySequence(keys) for keys in one.keys])
        action.setMenuRole(_ROLES.get(one.action, QAction.MenuRole.NoRole))
        action.triggered.connect(lambda _=False, name=one.action: do(name))
        window.addAction(action)
        made[one.action] = action
    return made


def fill_menus(window: QMainWindow, actions: dict[str, QAction]) -> None:
    """Put the actions into their menus; a menu without any is left out."""
    for menu in MENUS:
        rows = [one for one in SHORTCUTS if one.menu == menu and one.action in actions]
        if not rows:
            continue
        place = window.menuBar().addMenu(say(f"menu.{menu}"))
        for one in rows:
            if one.rule_before:
                place.addSeparator()
            place.addAction(actions[one.action])


class ToolBar(QToolBar):
    """Pay, invite, answer; the search field; look and hiding at the end."""

    def __init__(
        self,
        actions: dict[str, QAction],
        on_search: Callable[[str], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setWindowTitle(say("window.tools"))
        self._places: dict[str, QAction] = {}
        self._places["back"] = self.addWidget(icon_button(actions["back"], say("action.back")))
        self.set_way_back(there=False)
        for name in _BUTTONS:
            if name in actions:
                self._places[name] = self.addWidget(action_button(actions[name]))
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)
        self.search = QLineEdit()
        keys = BY_ACTION["search"].keys[0]
        self.search.setPlaceholderText(f"{say('action.search')}   {keys}")
        self.search.setAccessibleName(bare(say("action.search")))
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(SEARCH_LIMIT)
        self.search.setMaximumWidth(theme.px(theme.TEXT_WIDTH) // 2)
        self.search.returnPressed.connect(lambda: on_search(self.search.text()))
        if "search" in actions:
            self.addWidget(self.search)
        for name in ("dark", "hide_amounts"):
            self.addWidget(icon_button(actions[name], say(f"action.{name}")))

    def set_way_back(self, *, there: bool) -> None:
        """Show the way back while a page lies over another."""
        self._places["back"].setVisible(there)

    def set_narrow(self, *, narrow: bool) -> None:
        """Leave out the longest button where there is no room; the menu has it too."""
        if "answer" in self._places:
            self._places["answer"].setVisible(not narrow)
