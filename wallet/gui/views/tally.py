"""One tally (P2d): how it stands, its chits, its terms; an offer that waits for an answer."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from wallet.engine.api.views import TallyState, TallyView
from wallet.gui import theme
from wallet.gui.text import Words, moment, plain, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.amending import amending_of, state_words
from wallet.gui.viewmodels.chit_rows import Chits
from wallet.gui.viewmodels.states import owing, owing_role, tally_status
from wallet.gui.viewmodels.tally import Tally
from wallet.gui.viewmodels.tally_rows import partner_name
from wallet.gui.views.offer import OfferPanel
from wallet.gui.views.receiving import ReceivingCard
from wallet.gui.views.shell import Shell
from wallet.gui.views.signing import SigningPage
from wallet.gui.views.tallies import balance_of
from wallet.gui.views.tally_history import TallyHistory
from wallet.gui.views.terms import TermsPanel
from wallet.gui.widgets.balance_bar import BalanceBar
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.chit_table import ChitTable
from wallet.gui.widgets.current_stack import CurrentStack
from wallet.gui.widgets.form import Chips, refill
from wallet.gui.widgets.labels import plain_label, set_role
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.surfaces import Card, EmptyState, StatusChip, column, row

TABS = ("overview", "chits", "terms")
REASON_LIMIT = 200


class TallyPage(SigningPage):
    """The page; `subject` is the tally's id."""

    def __init__(self, shell: Shell, subject: str, parent: QWidget | None = None) -> None:
        super().__init__(shell, parent)
        self.model = Tally(self.desk, subject, self)
        self.chits = Chits(self.desk, subject, self)
        self.frame = PageFrame(say("tally.loading"))
        self.addWidget(self.frame)
        self._head()
        self.offer = OfferPanel(self, self.model)
        self.tabs = Chips("", [(key, say(f"tally.tab.{key}")) for key in TABS])
        self.tabs.chosen.connect(self.show_tab)
        self.terms = TermsPanel(self.desk)
        self.terms.wants_change.connect(lambda: shell.open("amend", subject))
        self.terms.wants_back.connect(self.model.withdraw_amendment)
        self.terms.opened.connect(lambda session: shell.open("session", session))
        self.stack = CurrentStack()
        for panel in (self._overview(), self._chits_panel(), self.terms):
            self.stack.addWidget(panel)
        self.opened = QWidget()
        body = column(self.tabs, gap=theme.PADDING)
        body.addWidget(self.stack, 1)
        body.addStretch(0)
        self.opened.setLayout(body)
        self.frame.body.addWidget(self.offer, 1)
        self.frame.body.addWidget(self.opened, 1)
        self.frame.foot.addWidget(self.offer.buttons)
        self.offer.hide()
        self.opened.hide()
        self.model.changed.connect(self.redraw)
        self.model.failed.connect(self.on_failed)
        self.chits.changed.connect(self.redraw_chits)
        self.chits.failed.connect(shell.show_error)
        self.model.refresh()
        self.chits.refresh()

    # Parts ----------------------------------------------------------------

    def _head(self) -> None:
        self.chip = StatusChip()
        self.pay = push_button(say("common.pay"), self.on_pay, kind=Kind.PRIMARY)
        self.frame.head.addWidget(self.chip)
        self.frame.head.addWidget(self.pay)
        self.stands = plain_label(size=Size.HERO)
        self.warning = plain_label(role=Role.ATTENTION)
        self.bar = BalanceBar(self.desk.figures)
        self.room_pay = plain_label(role=Role.NEUTRAL)
        self.room_receive = plain_label(role=Role.NEUTRAL)
        self.room_receive.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.standing = QWidget()
        body = column(self.stands, self.warning, self.bar, gap=theme.TIGHT)
        body.addLayout(row(self.room_pay, self.room_receive))
        self.standing.setLayout(body)
        self.frame.body.addWidget(self.standing)
        self.standing.hide()

    def _overview(self) -> QWidget:
        self.facts = QWidget()
        self.facts.setLayout(column(gap=theme.TIGHT))
        self.receiving = ReceivingCard(self.shell, self.model)
        self.session = push_button(say("tally.session_look"), self.on_session)
        self.session_said = plain_label(role=Role.ATTENTION)
        self.session_line = QWidget()
        line = row()
        line.addWidget(self.session_said, 1)
        line.addWidget(self.session)
        self.session_line.setLayout(line)
        card = Card()
        card.body.setSpacing(theme.px(theme.GAP))
        for widget in (self.facts, self.session_line):
            card.body.addWidget(widget)
        self.history = TallyHistory(self.desk)
        self.history.opened.connect(lambda uuid: self.shell.open("chit", uuid))
        holder = QWidget()
        body = column(card, self.history, self.receiving, gap=theme.GROUP)
        body.addStretch(1)
        holder.setLayout(body)
        return holder

    def _chits_panel(self) -> QWidget:
        self.table = ChitTable(self.chits.rows, one_partner=True)
        self.table.sort_by(self.on_sort)
        self.table.opened.connect(self.on_opened)
        self.no_chits = EmptyState(
            say("tally.empty_plain"), [(say("common.pay"), self.on_pay)], primary=False
        )
        self.chit_stack = QStackedWidget()
        self.chit_stack.addWidget(self.table)
        self.chit_stack.addWidget(self.no_chits)
        self.chit_stack.setMinimumHeight(theme.px(5 * theme.ROW_TWO))
        return self.chit_stack

    # Drawing --------------------------------------------------------------

    @Slot()
    def redraw(self) -> None:
        """Show the tally as it stands."""
        view = self.model.view
        if view is None:
            return
        is_open = view.state is TallyState.OPEN
        self.frame.title.setText(partner_name(view))
        status = tally_status(view)
        self.chip.show_status(status.icon, status.word, status.role)
        for widget in (self.pay, self.standing, self.opened):
            widget.setVisible(is_open)
        self.offer.setVisible(not is_open)
        self.offer.buttons.setVisible(not is_open)
        if is_open:
            self._show_standing(view)
            self._show_facts(view)
            self.history.show_chits(self.model.latest, partner_name(view))
            self.terms.show_tally(self.model)
        else:
            self.offer.redraw()

    def _show_standing(self, view: TallyView) -> None:
        figures, partner = self.desk.figures, partner_name(view)
        self.stands.setText(owing(partner, view.balance, figures))
        set_role(self.stands, owing_role(view.balance))
        self.bar.set_figures(figures)
        self.bar.show_balance(partner, balance_of(view))
        pay, receive = figures.show(view.room_to_pay), figures.show(view.room_to_receive)
        self.room_pay.setText(say("tally.room_pay", amount=pay))
        self.room_receive.setText(say("tally.room_receive", amount=receive))
        others = view.partner.others_so_named
        self.warning.setText(say("tally.others", n=others) if others else "")
        self.warning.setVisible(bool(others))
        self.no_chits.label.setText(say("tally.empty", partner=partner, pay=pay, receive=receive))

    def _show_facts(self, view: TallyView) -> None:
        partner = partner_name(view)
        figures = self.desk.figures
        lines = [
            say("common.they_may_owe", partner=partner, amount=figures.show(view.they_may_owe)),
            say("common.i_may_owe", partner=partner, amount=figures.show(view.we_may_owe)),
            online_words(view, partner, self.desk.now()),
        ]
        if view.memo:
            lines.insert(0, say("tally.for", memo=plain(view.memo, 200)))
        if view.reserved:
            lines.append(say("tally.reserved", amount=figures.show(view.reserved)))
        behind = view.chits - view.confirmed
        if behind > 0:
            lines.append(say("tally.behind", n=behind, partner=partner))
        elif view.confirmed:
            lines.append(say("tally.same_chits", n=view.confirmed))
        refill(self.facts, *(plain_label(line) for line in lines))
        change = state_words(amending_of(view, self.model.amendment), partner)
        self.session_said.setText(change or say("tally.session"))
        self.session_line.setVisible(bool(view.session or change))
        self.receiving.show_tally(view)

    @Slot()
    def redraw_chits(self) -> None:
        """Show the table, or the sentence of a tally without chits."""
        empty = self.chits.loaded and not self.chits.ids.count
        self.chit_stack.setCurrentIndex(1 if empty else 0)

    # Acts -----------------------------------------------------------------

    @Slot(str)
    def show_tab(self, key: str) -> None:
        """Show a tab."""
        self.tabs.choose(key)
        self.stack.setCurrentIndex(TABS.index(key))
        # A table takes the room there is; sentences only what they need.
        grows = QSizePolicy.Policy.Expanding if key == "chits" else QSizePolicy.Policy.Maximum
        self.stack.setSizePolicy(QSizePolicy.Policy.Preferred, grows)

    def refresh(self) -> None:
        """Ask again (F5)."""
        self.model.refresh()
        self.chits.refresh()

    def on_pay(self) -> None:
        """Open the payment page with this tally."""
        self.shell.open("pay", self.model.id)

    def on_session(self) -> None:
        """Open the session that runs, the one about other terms first; show what waits."""
        wanted = self.model.amendment
        session = wanted.session if wanted is not None else ""
        if wanted is not None and not session:
            self.show_tab("terms")
        elif self.model.view is not None:
            self.shell.open("session", session or self.model.view.session)

    @Slot(int, Qt.SortOrder)
    def on_sort(self, column_number: int, order: Qt.SortOrder) -> None:
        """Sort the chits."""
        down = order is Qt.SortOrder.DescendingOrder
        self.chits.set_order(column_number, descending=down)

    @Slot(QModelIndex)
    def on_opened(self, index: QModelIndex) -> None:
        """Open a chit."""
        chit = self.chits.rows.row_at(index.row())
        if chit is not None:
            self.shell.open("chit", chit.uuid)

    @Slot(object)
    def on_failed(self, error: BaseException) -> None:
        """Say why something was not done."""
        if self.model.view is None:
            self.frame.title.setText(say("tally.gone"))
        set_reason(self.pay, "")
        self.shell.tell(self.words_of(error))


def online_words(view: TallyView, partner: Words, now: int) -> Words:
    """Say whether the partner's wallet is connected, and since when."""
    person = view.partner
    if not person.since:
        return say("tally.online_now" if person.online else "tally.never_seen", partner=partner)
    key = "tally.online_since" if person.online else "tally.offline_since"
    return say(key, partner=partner, since=moment(person.since, now))
