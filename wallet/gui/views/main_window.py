"""The window: menus, tools, list of pages, banners, pages, status bar (ux.md 5.1).

It stands and is painted before the engine is even imported; `attach` gives it the way to the
engine. Pages are made when first shown. A page that is opened over another lies on a pile; *Back*
takes it off.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wallet.gui import theme
from wallet.gui.shortcuts import PAGES
from wallet.gui.text import bare, plain, say
from wallet.gui.viewmodels.preferences import Preferences
from wallet.gui.views.actions import ToolBar, fill_menus, make_actions
from wallet.gui.views.places import PLACES
from wallet.gui.views.sidebar import Sidebar
from wallet.gui.widgets.icons import icon, load_icons
from wallet.gui.widgets.surfaces import Banner, clear

if TYPE_CHECKING:
    from wallet.gui.viewmodels.base import Desk

BANNERS = 2
NAME_LIMIT = 40
HOME = "home"


class MainWindow(QMainWindow):
    """One window per wallet; what a page may ask of it stands in `shell.py`.

    Signals:
        painted: the first paint is done (once).
        filled: Home shows the wallet's own figures (once).
        attached: pages may be asked for.
        opened: the wallet is open, so questions have answers.
    """

    painted = Signal()
    filled = Signal()
    attached = Signal()
    opened = Signal()

    def __init__(
        self, preferences: Preferences | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.preferences = preferences or Preferences()
        self._desk: Desk | None = None
        self.flow: Any = None  # the Flow that follows the wallet; it sets itself
        self._pages: dict[str, QWidget] = {}
        self._piled: list[QWidget] = []
        self._page = HOME
        self._was_painted = False
        self.is_open = False
        self.may_close: Callable[[], bool] = lambda: True
        self.setWindowTitle(say("common.product"))
        self.setMinimumSize(*theme.MINIMUM)
        self.actions_by_name = make_actions(self, self.do, self._exists)
        fill_menus(self, self.actions_by_name)
        self.tools = ToolBar(self.actions_by_name, self.search)
        self.addToolBar(self.tools)
        self._build()
        self._place()
        self.sidebar.setFocus()
        self.preferences.look_changed.connect(self.apply_look)

    def _build(self) -> None:
        self.cover = QStackedWidget()
        frame = QWidget()
        line = QHBoxLayout(frame)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self.sidebar = Sidebar([page for page in PAGES if page in PLACES])
        self.sidebar.chosen.connect(self.go)
        line.addWidget(self.sidebar)
        column = QVBoxLayout()
        column.setSpacing(0)
        self.banners = QVBoxLayout()
        column.addLayout(self.banners)
        self.pile = QStackedWidget()
        column.addWidget(self.pile, 1)
        line.addLayout(column, 1)
        self.cover.addWidget(frame)
        self.setCentralWidget(self.cover)
        self.go(HOME)

    # --- Shell --------------------------------------------------------------------

    @property
    def desk(self) -> Desk:
        """Door, bridge and figures. Raises `RuntimeError` before `attach`."""
        if self._desk is None:
            raise RuntimeError("the window is not attached yet")
        return self._desk

    @property
    def is_attached(self) -> bool:
        """Tell whether there is a way to the engine."""
        return self._desk is not None

    @Slot(str)
    def go(self, page: str) -> None:
        """Show a page of the sidebar."""
        if page not in PLACES or (self._desk is None and page != HOME):
            return
        while self._piled:
            self._drop()
        self._page = page
        if page not in self._pages:
            self._pages[page] = PLACES[page](self, "")
            self.pile.addWidget(self._pages[page])
        self.pile.setCurrentWidget(self._pages[page])
        self.sidebar.show_page(page)

    def open(self, place: str, subject: str = "") -> None:
        """Put a page over the present one."""
        if place not in PLACES or self._desk is None:
            return
        made = PLACES[place](self, subject)
        self._piled.append(made)
        self.pile.addWidget(made)
        self.pile.setCurrentWidget(made)
        self.tools.set_way_back(there=True)
        _focus(made)

    def back(self) -> None:
        """Leave the uppermost page that was opened."""
        if not self._piled:
            return
        self._drop()
        below = self._piled[-1] if self._piled else self._pages[self._page]
        self.pile.setCurrentWidget(below)
        below.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell(self, words: str) -> None:
        """Say something in the status line for some seconds."""
        self.statusBar().showMessage(bare(words), 6000)

    def show_error(self, error: BaseException) -> None:
        """Show an error at its place."""
        from wallet.gui.views.troubles import show_error

        show_error(self, error)

    # --- around the pages -----------------------------------------------------------

    def attach(self, desk: Desk) -> None:
        """Give the way to the engine; from here on pages are made (`flow.attach` calls it)."""
        self._desk = desk
        desk.figures_changed.connect(self._on_figures)
        self._fit()
        self.attached.emit()

    def wallet_opened(self) -> None:
        """Let the pages ask."""
        self.is_open = True
        self.opened.emit()

    def current(self) -> QWidget:
        """Return the page on top."""
        return self._piled[-1] if self._piled else self._pages[self._page]

    def show_cover(self, page: QWidget | None) -> None:
        """Put a page over everything (first run, password, stopped), or take it away."""
        while self.cover.count() > 1:
            old = self.cover.widget(1)
            assert old is not None
            self.cover.removeWidget(old)
            old.deleteLater()
        if page is not None:
            self.cover.addWidget(page)
            self.cover.setCurrentWidget(page)
        covered = page is not None
        self.tools.setVisible(not covered)
        self.statusBar().setVisible(not covered)
        self.menuBar().setVisible(not covered)
        for name, action in self.actions_by_name.items():
            action.setEnabled(not covered or name in _ALWAYS)
        (page or self.sidebar).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_banners(self, banners: list[Banner]) -> None:
        """Show at most two banners over the pages."""
        clear(self.banners)
        for banner in banners[:BANNERS]:
            self.banners.addWidget(banner)

    def set_name(self, name: str) -> None:
        """Show whose wallet this is."""
        self.setWindowTitle(bare(say("window.title", name=plain(name, NAME_LIMIT))))

    def search(self, text: str) -> None:
        """Look for text in all chits."""
        self.go("activity")
        if (look := getattr(self.current(), "search", None)) is not None:
            look(text)

    def apply_look(self) -> None:
        """Use the chosen palette and text size; pages are made again at another size."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        before = theme.scale()
        theme.apply_theme(app, self.preferences.scheme, self.preferences.percent)
        side = theme.px(theme.ICON)
        self.tools.setIconSize(QSize(side, side))
        for button in self.findChildren(QAbstractButton):
            button.setIconSize(QSize(side, side))
        if before != theme.scale():
            self._make_again()
        self._fit()

    def _make_again(self) -> None:
        kept, self._pages = self._pages, {}
        page, was_over = self._page, bool(self._piled)
        if not was_over:
            self.go(page)
        else:  # what lies over it stays, with what was typed there
            self._pages[page] = PLACES[page](self, "")
            self.pile.addWidget(self._pages[page])
        for old in kept.values():
            self.pile.removeWidget(old)
            old.deleteLater()

    # --- actions --------------------------------------------------------------------

    def do(self, name: str) -> None:
        """Do what an action of the table says."""
        if name in PAGES:
            self.go(name)
        elif name in PLACES and name != "session":
            self.open(name)
        else:
            getattr(self, f"_do_{name}")()

    def _exists(self, name: str) -> bool:
        return name in PLACES or (name not in PAGES and hasattr(self, f"_do_{name}"))

    def _do_close(self) -> None:
        self.close()

    def _do_quit(self) -> None:
        self.close()

    def _do_back(self) -> None:
        self.back()

    def _do_copy(self) -> None:
        copy = getattr(QApplication.focusWidget(), "copy_cell", None)
        if copy is not None:  # a table; fields and labels take the key themselves
            copy()

    def _do_search(self) -> None:
        self.tools.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.tools.search.selectAll()

    def _do_filter(self) -> None:
        if (focus := getattr(self.current(), "focus_filter", None)) is not None:
            focus()

    def _do_refresh(self) -> None:
        if (refresh := getattr(self.current(), "refresh", None)) is not None:
            refresh()

    def _do_hide_amounts(self) -> None:
        if self._desk is not None:
            self._desk.hide_amounts(hidden=not self._desk.figures.hidden)

    def _do_dark(self) -> None:
        dark = theme.colours() is not theme.LIGHT
        self.preferences.set_scheme(theme.Scheme.LIGHT if dark else theme.Scheme.DARK)

    def _do_larger(self) -> None:
        self.preferences.step_percent(1)

    def _do_smaller(self) -> None:
        self.preferences.step_percent(-1)

    def _do_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _do_keyboard(self) -> None:
        self.open("settings", "keyboard")

    def _do_session(self) -> None:
        if self.flow is not None:
            self.flow.on_segment("sessions")

    def _do_about(self) -> None:
        self.open("settings", "wallet")

    def _do_verify(self) -> None:
        self.open("settings", "verify")

    def _do_report(self) -> None:
        from wallet.gui.views.troubles import ask_report

        ask_report(self, "")

    # --- Qt ---------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.Paint and not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self._on_painted)
        return done

    def _on_painted(self) -> None:
        self.painted.emit()
        load_icons()
        # As a whole: to name a widget that Qt made, PySide first builds every class of widgets.
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._piled:
            self.back()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        # Pages draw their rows anew; Qt's own chain would put those behind the status bar.
        from wallet.gui.widgets.reading_order import focus_beside

        shown = self.cover.currentIndex() == 0
        parts = [self.tools, self.sidebar, self.cover, self.statusBar()] if shown else [self.cover]
        return focus_beside(parts, self.focusWidget(), forward=forward)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        self.preferences.keep_place(_screens(), self.saveGeometry())
        event.accept()

    def _fit(self) -> None:
        # At 200 % the same window holds half as much: the limit grows with the text.
        narrow = self.width() < theme.px(theme.NARROW)
        self.sidebar.set_narrow(narrow=narrow)
        self.tools.set_narrow(narrow=narrow)
        if self.flow is not None:
            self.flow.status.set_narrow(narrow=narrow)

    def _place(self) -> None:
        kept = self.preferences.place(_screens())
        if kept is None or not self.restoreGeometry(kept):
            self.resize(*theme.START)

    def _drop(self) -> None:
        top = self._piled.pop()
        self.tools.set_way_back(there=bool(self._piled))
        self.pile.removeWidget(top)
        top.deleteLater()

    def _on_figures(self) -> None:
        assert self._desk is not None
        action = self.actions_by_name["hide_amounts"]
        action.setIcon(icon("show" if self._desk.figures.hidden else "hide"))


def _focus(page: QWidget) -> None:
    """Give the focus to the page's first field, so that one can type at once; never to a button."""
    from PySide6.QtWidgets import QComboBox, QLineEdit

    from wallet.gui.widgets.reading_order import reading_order

    if page.focusProxy() is None:
        first = next(reading_order(page), None)
        if isinstance(first, QLineEdit | QComboBox):
            page = first
    page.setFocus(Qt.FocusReason.OtherFocusReason)


_ALWAYS = ("close", "quit", "dark", "larger", "smaller", "full_screen")


def _screens() -> str:
    sizes = [one.geometry() for one in QGuiApplication.screens()]
    return "_".join(f"{r.width()}x{r.height()}+{r.x()}+{r.y()}" for r in sizes)
