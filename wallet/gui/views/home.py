"""Home: how much room there is, what needs the person, the latest chits (ux.md P1).

Its frame stands without an engine: the first paint waits for nothing. What it shows comes when the
window is attached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from wallet.gui import theme
from wallet.gui.text import Words, say
from wallet.gui.theme import Role, Size
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.surfaces import Card, EmptyState, clear, column, row

if TYPE_CHECKING:
    from wallet.gui.viewmodels.home import HomeModel, Need
    from wallet.gui.widgets.step_chart import StepChart
    from wallet.gui.widgets.table import Table

LOADING = "…"
_CARDS = (("can_pay", Role.TEXT), ("can_receive", Role.TEXT), ("owed_to_me", Role.OWED),
          ("i_owe", Role.OWING))  # fmt: skip
WIDE = 760  # below, the cards stand in two rows
LATEST_ROWS = 8
LEAST_DAYS = 7
_SAMPLES = {0: "31 September", 1: "Genossenschaft Nord", 3: "12345.67 from you",
            4: "Did not come about"}  # fmt: skip


class HomePage(PageFrame):
    """Cards, needs, latest chits, balance."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(say("home.title"), parent)
        self._shell = shell
        self._model: HomeModel | None = None
        self._was_filled = False
        self._figures: dict[str, QLabel] = {}
        self._cards: list[Card] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.px(theme.GAP))
        for name, role in _CARDS:
            self._cards.append(self._card(name, role))
        self.body.addLayout(self._grid)
        self._needs = column(gap=theme.TIGHT)
        self.body.addLayout(self._needs)
        self._rest = QVBoxLayout()
        self._rest.setSpacing(theme.px(theme.GAP))
        self.body.addLayout(self._rest, 1)
        self.table: Table | None = None
        self.chart: StepChart | None = None
        self.empty: EmptyState | None = None
        self._columns = 0
        self._reflow()
        attached = getattr(shell, "attached", None)
        if getattr(shell, "is_attached", True):
            self.attach()
        elif attached is not None:
            attached.connect(self.attach)

    @Slot()
    def attach(self) -> None:
        """Make the model, now that there is a way to the engine; ask once the wallet is open."""
        from wallet.gui.viewmodels.home import HomeModel

        self._model = HomeModel(self._shell.desk, self)
        self._model.changed.connect(self.draw)
        self._model.failed.connect(self._shell.show_error)
        if getattr(self._shell, "is_open", True):
            self._model.refresh()
        elif (opened := getattr(self._shell, "opened", None)) is not None:
            opened.connect(self._model.refresh)

    def refresh(self) -> None:
        """Ask again."""
        if self._model is not None:
            self._model.refresh()

    @Slot()
    def draw(self) -> None:
        """Show what the model holds."""
        model = self._model
        if model is None or model.view is None:
            return
        figures = self._shell.desk.figures
        for name, _ in _CARDS:
            amount = getattr(model.view, name)
            self._figures[name].setText(figures.with_unit(amount))
            spoken = f"{say(f'home.{name}')} {figures.spoken(amount)}"
            self._figures[name].setAccessibleName(spoken)
        self._draw_needs(model.needs(), is_new=model.is_new())
        self._draw_rest(model)
        if not self._was_filled:
            self._was_filled = True
            if (filled := getattr(self._shell, "filled", None)) is not None:
                filled.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._reflow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._model is not None:
            self._model.wake()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._model is not None and self._was_filled:
            self._model.rest()

    def _card(self, name: str, role: Role) -> Card:
        card = Card(say(f"home.{name}"))
        shown = plain_label(LOADING, size=Size.TITLE, role=role, wrap=False)
        card.body.addWidget(shown)
        self._figures[name] = shown
        return card

    def _reflow(self) -> None:
        columns = len(_CARDS) if self.width() >= theme.px(WIDE) else 2
        if columns == self._columns:
            return
        self._columns = columns
        for number, card in enumerate(self._cards):
            self._grid.addWidget(card, number // columns, number % columns)
        for number in range(len(_CARDS)):
            self._grid.setColumnStretch(number, 1 if number < columns else 0)

    def _draw_needs(self, needs: tuple[Need, ...], *, is_new: bool) -> None:
        from wallet.gui.widgets.buttons import push_button
        from wallet.gui.widgets.labels import IconLabel, rule

        clear(self._needs)
        for card in self._cards:
            card.setVisible(not is_new)
        if is_new:
            return
        self._needs.addWidget(plain_label(say("home.needs_you"), strong=True))
        if not needs:
            self._needs.addWidget(plain_label(say("home.nothing"), role=Role.NEUTRAL))
        for number, need in enumerate(needs):
            if number:
                self._needs.addWidget(rule())
            line = row(IconLabel(need.icon, Role.ATTENTION))
            line.addWidget(plain_label(need.words), 1)
            look = push_button(say("common.look"))
            look.setAccessibleName(Words(f"{say('common.look')}: {need.words}"))
            look.clicked.connect(lambda _=False, n=need: self._shell.open(n.place, n.subject))
            line.addWidget(look)
            self._needs.addLayout(line)

    def _draw_rest(self, model: HomeModel) -> None:
        view = model.view
        assert view is not None
        if model.is_new():
            if self.empty is None:
                clear(self._rest)
                self.table = self.chart = None
                self.empty = EmptyState(
                    say("home.empty"),
                    (
                        (say("home.have_invitation"), lambda: self._shell.open("answer")),
                        (say("common.invite"), lambda: self._shell.open("invite")),
                    ),
                )
                self._rest.addWidget(self.empty, 1)
            return
        if self.table is None:
            clear(self._rest)
            self.empty = None
            self._make_rest(model)
        assert self.table is not None
        assert self.chart is not None
        self.table.fit_height(len(view.latest))
        self.table.setVisible(bool(view.latest))
        self._no_chits.setVisible(not view.latest)
        days = _lived(view.balance_days)
        has_days = any(balance for _, balance in days)
        self.chart.setVisible(has_days)
        self._balance_title.setVisible(has_days)
        self._balance_title.setText(say("home.balance", n=len(days)))
        desk = self._shell.desk
        self.chart.show_points(days, desk.figures, desk.now())

    def _make_rest(self, model: HomeModel) -> None:
        from wallet.gui.widgets.buttons import Kind, push_button
        from wallet.gui.widgets.step_chart import StepChart
        from wallet.gui.widgets.table import Table

        head = row(plain_label(say("home.latest"), strong=True))
        head.addStretch(1)
        see_all = push_button(
            say("home.see_all"), lambda: self._shell.go("activity"), kind=Kind.LINK
        )
        head.addWidget(see_all)
        self._rest.addLayout(head)
        self._no_chits = plain_label(say("home.no_chits"), role=Role.NEUTRAL)
        self._rest.addWidget(self._no_chits)
        self.table = Table(say("home.latest"))
        self.table.setModel(model.latest)
        self.table.set_widths(2, _SAMPLES)
        self.table.horizontalHeader().setSectionsClickable(False)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.opened.connect(self._open_chit)
        self._rest.addWidget(self.table)
        self._balance_title = plain_label(strong=True)
        self.chart = StepChart()
        self._rest.addSpacing(theme.px(theme.GAP))
        self._rest.addWidget(self._balance_title)
        self._rest.addWidget(self.chart)
        self._rest.addStretch(1)

    @Slot(QModelIndex)
    def _open_chit(self, index: QModelIndex) -> None:
        chit = self._model.latest.row_at(index.row()) if self._model else None
        if chit is not None:
            self._shell.open("chit", chit.uuid)


def _lived(days: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Leave out the days before anything was owed, but for a week: they tell nothing."""
    first = next((n for n, (_, balance) in enumerate(days) if balance), len(days))
    return days[max(0, min(first - 1, len(days) - LEAST_DAYS)) :]
