"""Invitations of ours: the list, and one of them to hand over or withdraw (ux.md 5.4 A4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from wallet.engine.api.views import InvitationView
from wallet.gui import theme
from wallet.gui.text import Words, bare, moment, plain, say, spoken_duration
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.base import Desk
from wallet.gui.viewmodels.cells import COLOUR_ROLE, ICON_ROLE
from wallet.gui.viewmodels.paged_model import ListModel
from wallet.gui.viewmodels.states import invitation_status
from wallet.gui.viewmodels.tallies import Invitations
from wallet.gui.viewmodels.terms_words import terms_sentences
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.buttons import Kind, push_button
from wallet.gui.widgets.flow import Flow
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.qr_view import QrView
from wallet.gui.widgets.saving import ask_where_to_save
from wallet.gui.widgets.surfaces import Card, EmptyState, StatusChip, column
from wallet.gui.widgets.table import Table

NAME_LIMIT = 60
LOOK_MS = 30_000
COLUMNS = ("whom", "state", "uses", "until", "terms")


class InvitationRows(ListModel[InvitationView]):
    """Rows of the list, newest first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__([say(f"invite.column.{key}") for key in COLUMNS])
        self._desk = desk

    def row_key(self, row: InvitationView) -> object:
        """Return what stays the same."""
        return row.id

    def sort_key(self, row: InvitationView, column: int) -> Any:
        """Return by what a column is sorted."""
        keys = (row.whom.casefold(), row.state, row.used, row.expires_at, row.mine.limit)
        return keys[column]

    def cell(self, row: InvitationView, column: int, role: int) -> Any:
        """Return what stands in a column for an item role."""
        if role == Qt.ItemDataRole.DisplayRole:
            return str(self._texts(row)[column])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return bare(
                say(
                    "invite.row_spoken",
                    whom=plain(row.whom, NAME_LIMIT),
                    state=invitation_status(row.state).word,
                    until=moment(row.expires_at, self._desk.now()),
                    used=self._texts(row)[2],
                )
            )
        if column == 1 and role == ICON_ROLE:
            return invitation_status(row.state).icon
        if column == 1 and role == COLOUR_ROLE:
            return invitation_status(row.state).role
        return None

    def _texts(self, row: InvitationView) -> tuple[Words, ...]:
        figures = self._desk.figures
        return (
            plain(row.whom, NAME_LIMIT),
            invitation_status(row.state).word,
            Words(f"{row.used} / {row.uses}"),
            moment(row.expires_at, self._desk.now()),
            say(
                "invite.terms_short",
                they=figures.show(row.mine.limit),
                mine=figures.show(row.theirs.limit),
            ),
        )


class InvitationsPage(PageFrame):
    """The list."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(say("invite.list_title"), parent)
        self.shell = shell
        self.model = Invitations(shell.desk, self)
        self.rows = InvitationRows(shell.desk)
        self.rows.setParent(self)
        new = push_button(say("invite.new"), self.invite, kind=Kind.PRIMARY)
        self.head.addWidget(new)
        self.table = Table(say("invite.list_title"))
        self.table.setModel(self.rows)
        self.table.set_widths(
            0,
            {
                1: say("status.invitation_out") + " 00",
                2: "0000 / 0000",
                3: "30 September 2026,",
                4: say("invite.terms_short", they=Words("100.00"), mine=Words("100.00 ")),
            },
        )
        self.table.opened.connect(self.on_opened)
        empty = EmptyState(
            say("invite.empty"), [(say("common.invite"), self.invite)], primary=False
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(empty)
        self.stack.setMinimumHeight(theme.px(4 * theme.ROW))
        self.body.addWidget(self.stack, 1)
        self.model.changed.connect(self.redraw)
        self.model.failed.connect(shell.show_error)
        self.model.refresh()

    @Slot()
    def redraw(self) -> None:
        """Show what the model has."""
        self.rows.show_rows(self.model.all)
        self.stack.setCurrentIndex(0 if self.model.all or not self.model.loaded else 1)

    def refresh(self) -> None:
        """Ask again (F5)."""
        self.model.refresh()

    def invite(self) -> None:
        """Begin a new one."""
        self.shell.open("invite")

    @Slot(QModelIndex)
    def on_opened(self, index: QModelIndex) -> None:
        """Open one."""
        row = self.rows.row_at(index.row())
        if row is not None:
            self.shell.open("invitation", row.id)


class InvitationPage(PageFrame):
    """One invitation: code, link, file; how long it is valid; withdraw."""

    def __init__(self, shell: Shell, subject: str, parent: QWidget | None = None) -> None:
        super().__init__(say("invite.step.hand"), parent)
        self.shell = shell
        self.desk = shell.desk
        self.id = subject
        self.view: InvitationView | None = None
        self._sure = False
        self.model = Invitations(self.desk, self)
        self.model.changed.connect(self.redraw)
        self.model.failed.connect(shell.show_error)
        self.chip = StatusChip()
        self.head.addWidget(self.chip)
        self.qr = QrView()
        self.save_file = push_button(say("qr.save_file"), self.ask_where, icon_name="file")
        self.facts = Card()
        self.facts.body.setSpacing(theme.px(theme.GAP))
        self.hint = plain_label(role=Role.NEUTRAL)
        self.left = plain_label(strong=True)
        self.uses = plain_label(role=Role.NEUTRAL)
        self.said = plain_label()
        warning = plain_label(say("invite.hand_warning"), role=Role.NEUTRAL, size=Size.SMALL)
        for label in (self.left, self.uses, self.said, self.hint, warning):
            self.facts.body.addWidget(label)
        side = column(self.facts, gap=theme.GROUP)
        self.tools = QWidget()
        self.tools.setLayout(Flow(self.qr.copy, self.qr.save, self.save_file, self.qr.large))
        side.addWidget(self.tools)
        side.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(theme.px(theme.PAGE))
        line.addWidget(self.qr, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(side, 1)
        self.body.addLayout(line)
        self.body.addStretch(1)
        self.withdraw = push_button(say("invite.withdraw"), self.on_withdraw, kind=Kind.DANGER)
        self.withdraw.setToolTip(say("invite.withdraw_hint"))
        self.done = push_button(say("invite.done"), shell.back, kind=Kind.PRIMARY)
        self.foot.addWidget(self.withdraw)
        self.foot.addStretch(1)
        self.foot.addWidget(self.done)
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_MS)
        self._clock.timeout.connect(self.redraw)
        self._clock.start()
        self.model.refresh()

    @Slot()
    def redraw(self) -> None:
        """Show the invitation as it stands; what has run out loses its code at once."""
        view = self.model.find(self.id)
        if view is None:
            return
        fresh, self.view = self.view is None, view
        if fresh:
            self.qr.show_code(view.qr_text, view.link)
        now = self.desk.now()
        out = view.state == "out" and view.expires_at > now
        state = view.state if out or view.state != "out" else "expired"
        status = invitation_status(state)
        self.chip.show_status(status.icon, status.word, status.role)
        self.title.setText(say("invite.whom_card", whom=plain(view.whom, NAME_LIMIT)))
        until = moment(view.expires_at, now)
        left = spoken_duration(max(0, view.expires_at - now))
        self.left.setText(say("invite.left", left=left, until=until) if out else _over(state))
        used = say("invite.used_of", used=view.used, uses=view.uses)
        self.uses.setText(say("invite.one_use") if view.uses == 1 else used)
        whom = plain(view.whom, NAME_LIMIT)
        said = terms_sentences(whom, view.mine, view.theirs, view.memo, self.desk.figures)
        self.said.setText("\n".join(said))
        self.hint.setText(say("invite.hand_hint", whom=whom))
        for widget in (self.qr, self.tools, self.withdraw, self.hint):
            widget.setVisible(out)

    @Slot()
    def on_withdraw(self) -> None:
        """Withdraw at the second press: the first one asks."""
        if not self._sure:
            self._sure = True
            self.withdraw.setText(say("invite.withdraw_sure"))
            self.withdraw.setAccessibleName(bare(say("invite.withdraw_sure")))
            return
        self.model.revoke(self.id)

    @Slot()
    def ask_where(self) -> None:
        """Ask for a file name for the invitation."""
        ask_where_to_save(self, say("qr.save_file"), "invitation.tallystick", self.save_to)

    @Slot(str)
    def save_to(self, path: str) -> None:
        """Save the invitation as a file."""
        if self.view is None:
            return
        try:
            Path(path).write_text(self.view.file_text, "utf-8")
        except OSError:
            self.shell.tell(say("qr.not_saved"))
            return
        self.shell.tell(say("qr.saved"))


def _over(state: str) -> Words:
    if state == "revoked":
        return say("invite.withdrawn")
    return say("invite.run_out") if state == "expired" else say("status.invitation_used")
