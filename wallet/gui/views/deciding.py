"""Who decides (Settings): whom we know who decides for us, and what we do for others."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from wallet.engine.api.commands import ChooseWitness, DropWitness
from wallet.gui import theme
from wallet.gui.text import Words, bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.deciders import Deciding, Witness, witness_words
from wallet.gui.views.service import ServicePanel
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.buttons import push_button
from wallet.gui.widgets.flow import Flow
from wallet.gui.widgets.form import Labelled, refill
from wallet.gui.widgets.labels import IconLabel, plain_label
from wallet.gui.widgets.pages import PageFrame, beside
from wallet.gui.widgets.surfaces import Card, column, row

CARD = "tallystick:card"


class DecidingPage(PageFrame):
    """The page; adding somebody goes through the card's own page."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(say("deciding.title"), parent)
        self._shell = shell
        self.model = Deciding(shell.desk, self)
        self.body.addWidget(plain_label(say("deciding.intro"), role=Role.NEUTRAL))
        mine = Card(say("deciding.mine"))
        mine.body.setSpacing(theme.px(theme.PADDING))
        self.list = QWidget()
        self.list.setLayout(column(gap=theme.PADDING))
        mine.body.addWidget(self.list)
        self.link = QLineEdit()
        self.link.setPlaceholderText(CARD)
        self.link.returnPressed.connect(self.on_link)
        self.look = push_button(say("deciding.look"), self.on_link)
        field = QWidget()
        line = row(self.link)
        line.setStretch(0, 1)
        line.addWidget(self.look)
        field.setLayout(line)
        self.link_row = Labelled(
            say("deciding.link"), field, say("deciding.link_hint"), buddy=self.link
        )
        self.scan = push_button(say("deciding.scan"), lambda: shell.open("scan"), icon_name="scan")
        mine.body.addWidget(self.link_row)
        mine.body.addLayout(Flow(self.scan))
        self.body.addWidget(mine)
        self.service = ServicePanel(shell, self.model)
        self.body.addWidget(self.service)
        self.body.addStretch(1)
        self.buttons: dict[tuple[str, str], QWidget] = {}  # (agent, act)
        self._shown: tuple[Witness, ...] | None = None
        self.model.changed.connect(self.draw)
        self.model.done.connect(self.on_done)
        self.model.failed.connect(shell.show_error)
        self.model.refresh()

    def refresh(self) -> None:
        """Ask again (F5)."""
        self.model.refresh()

    @Slot()
    def draw(self) -> None:
        """Show whom we know; offers first, because they wait for the person."""
        self.service.draw()
        if not self.model.loaded:
            return
        now = self._shell.desk.now()
        found = [witness_words(one, now) for one in self.model.all]
        rows = tuple(sorted(found, key=lambda one: not one.offers))
        if rows == self._shown:
            return
        self._shown = rows
        self.buttons = {}
        none = plain_label(say("deciding.none"), role=Role.NEUTRAL)
        refill(self.list, *(map(self._row, rows) if rows else (none,)))

    def _row(self, one: Witness) -> QWidget:
        words = [plain_label(one.name, strong=True)]
        if one.warning:
            words.append(plain_label(one.warning, role=Role.BAD))
        facts = plain_label(Words(" ".join(one.facts)), role=Role.NEUTRAL, size=Size.SMALL)
        words.append(facts)
        made = QWidget()
        line = row(IconLabel(one.icon, one.role), gap=theme.PADDING)
        acts = {"take": self.model.choose, "refuse": self.model.drop}
        if not one.offers:
            acts = {"drop": self.model.drop}
        buttons = [self._button(one, act, do) for act, do in acts.items()]
        line.addLayout(beside(column(*words, gap=0), *buttons), 1)
        made.setLayout(line)
        return made

    def _button(self, one: Witness, act: str, do: object) -> QWidget:
        assert callable(do)
        button = push_button(say(f"deciding.{act}"), partial(do, one.agent))
        button.setAccessibleName(bare(say(f"deciding.{act}_name", name=one.name)))
        self.buttons[one.agent, act] = button
        return button

    @Slot()
    def on_link(self) -> None:
        """Look at a pasted card; nothing is added by it."""
        text = self.link.text().strip()
        if not text.casefold().startswith(CARD):
            self.link_row.set_hint(say("deciding.not_card"), Role.ATTENTION)
            self.link.setFocus()
            return
        self.link_row.set_hint(say("deciding.link_hint"))
        self.link.clear()
        self._shell.open("card", text)

    @Slot(object)
    def on_done(self, wish: object) -> None:
        """Say what was done."""
        if isinstance(wish, DropWitness):
            self._shell.tell(say("deciding.dropped"))
        elif isinstance(wish, ChooseWitness):
            self._shell.tell(say("deciding.taken"))
