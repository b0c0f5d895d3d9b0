"""What the window shows at each stage of the wallet: cover pages, banners, status, badges."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from wallet.gui.text import say, spoken_duration
from wallet.gui.theme import Role
from wallet.gui.viewmodels.base import Desk
from wallet.gui.viewmodels.signing import Sending
from wallet.gui.viewmodels.window import Stage, WindowModel
from wallet.gui.views.main_window import MainWindow
from wallet.gui.views.status_bar import StatusBar
from wallet.gui.widgets.surfaces import Banner


class Flow(QObject):
    """Joins the window and its model."""

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window = window
        self.model = WindowModel(desk, self)
        self.status = StatusBar()
        window.setStatusBar(self.status)
        self.status.attach(self.model)
        self.status.pressed.connect(self.on_segment)
        self._later: set[str] = set()
        self._invitation = ""
        self._closing = False
        self._shown_banners: tuple[str, ...] = ()
        window.may_close = self.may_close
        self.model.stage_changed.connect(self.on_stage)
        self.model.changed.connect(self.on_changed)
        self.model.counts_changed.connect(self.on_counts)
        self.model.failed.connect(window.show_error)
        desk.bridge.failed.connect(window.show_error)

    def begin(self) -> None:
        """Open the wallet, or whatever must come before."""
        self.model.begin()

    def open_link(self, link: str) -> None:
        """Show what a link is, now or as soon as the wallet is open; it never acts by itself."""
        if self.model.stage is Stage.OPEN:
            self._window.open("answer", link)
            return
        take = getattr(self._window.cover.currentWidget(), "take_invitation", None)
        if take is not None:  # the first run
            take(link)
        else:
            self._invitation = link

    @Slot(object)
    def on_stage(self, stage: Stage) -> None:
        """Show the page of this stage."""
        window = self._window
        if stage is Stage.FIRST_RUN:
            from wallet.gui.views.first_run import FirstRun

            page = FirstRun(window.desk)
            page.finished.connect(self.on_first_run)
            page.wants_emergency.connect(self._emergency_after_first_run)
            if self._invitation:
                page.take_invitation(self._invitation)
                self._invitation = ""
            window.show_cover(page)
        elif stage in (Stage.LOCKED, Stage.KEYRING, Stage.CLOSED):
            from wallet.gui.views.unlock import UnlockPage

            shown = window.cover.currentWidget()
            if not isinstance(shown, UnlockPage):
                window.show_cover(UnlockPage(self.model))
        elif stage is Stage.STOPPED:
            from wallet.gui.views.stopped import StoppedPage

            window.show_cover(StoppedPage(self.model.code))
        elif stage is Stage.OPEN:
            self._opened()

    @Slot(str)
    def on_first_run(self, link: str) -> None:
        """The person has left the first run; go to the invitation, if there is one."""
        self._invitation = link or self._invitation
        self.model.created()

    @Slot(str)
    def on_segment(self, name: str) -> None:
        """A segment of the status bar was pressed."""
        if name == "backup":
            self._window.open("emergency")
        elif name == "sessions":
            from wallet.gui.views.sessions import SessionsPopup

            live = [*self.model.running(), *self.model.unknown()]
            if len(live) > 1:
                SessionsPopup(self._window, self._window).show_at(self.status.sessions)
            elif live:
                self._window.open("session", live[0].id)
            else:
                self._window.open("session")  # what one decides for others stands there, too
        else:
            self._window.open("settings", "connection")

    @Slot()
    def on_changed(self) -> None:
        """Show name and banners; close if the person waits for that."""
        if self.model.wallet is not None:
            self._window.set_name(self.model.wallet.name)
        self._show_banners()
        if self._closing and not self.model.running():
            self._window.close()

    @Slot()
    def on_counts(self) -> None:
        """Show the badges."""
        self._window.sidebar.pages.set_count("tallies", self.model.needs_me)
        self._window.sidebar.pages.set_count("notices", self.model.unseen)

    def may_close(self) -> bool:
        """Tell whether the window may close now; asks first while something is being signed."""
        if self.model.stage is not Stage.OPEN:
            return True
        from wallet.gui.views.closing import ask_to_close, ask_to_take_back

        unsent = [one for one in self.model.desk.findChildren(Sending) if one.window.is_counting]
        if unsent:
            ask_to_take_back(self._window, unsent[0], self._window.close)
            return False
        running = self.model.running()
        if not running:
            return True
        ask_to_close(self._window, running[0], self._close_later, self._close_anyway)
        return False

    def _close_later(self) -> None:
        self._closing = True
        self._window.tell(say("closing.waiting"))
        self.on_changed()

    def _close_anyway(self) -> None:
        self._window.may_close = lambda: True
        self._window.close()

    def _opened(self) -> None:
        window = self._window
        window.show_cover(None)
        window.wallet_opened()
        if self._invitation:
            link, self._invitation = self._invitation, ""
            window.open("answer", link)

    def _emergency_after_first_run(self) -> None:
        self.on_first_run("")
        self._window.open("emergency")

    def _show_banners(self) -> None:
        wanted: list[str] = []
        status = self.model.status
        if status is not None and not status.backed_up and "backup" not in self._later:
            wanted.append("backup")
        if self.model.clock_is_doubted():
            wanted.insert(0, "doubt")
        elif self.model.clock_is_off() and "clock" not in self._later:
            wanted.append("clock")
        if tuple(wanted) == self._shown_banners:
            return
        self._shown_banners = tuple(wanted)
        self._window.show_banners([self._banner(name) for name in wanted])

    def _banner(self, name: str) -> Banner:
        later = (say("common.later"), lambda: self._not_now(name))
        if name == "backup":
            save = (say("banner.save"), lambda: self._window.open("emergency"))
            return Banner(say("banner.not_backed_up"), (save, later))
        if name == "doubt":
            right = (say("banner.clock_right"), self._trust_clock)
            return Banner(say("banner.clock_doubt"), (right,), Role.BAD)
        offset = abs(self.model.status.clock_offset) if self.model.status else 0
        words = say("banner.clock", duration=spoken_duration(offset))
        return Banner(words, (later,), Role.BAD)

    def _trust_clock(self) -> None:
        self.model.trust_clock()
        self._window.tell(say("banner.clock_trusted"))

    def _not_now(self, name: str) -> None:
        self._later.add(name)
        self._show_banners()


def attach(window: MainWindow, desk: Desk) -> Flow:
    """Give a window its way to the engine, and open the wallet or whatever must come before."""
    flow = window.flow = Flow(window, desk)
    window.attach(desk)
    flow.begin()
    return flow
