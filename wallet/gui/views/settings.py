"""Settings as far as there are any: look, keyboard, who we are. Changes act at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QGridLayout, QLabel, QWidget

from wallet import __version__
from wallet.engine.api.commands import VerifyAll
from wallet.engine.api.views import StatusView, VerifyView, WalletView
from wallet.gui import theme
from wallet.gui.errors import explain, explain_code
from wallet.gui.shortcuts import SHORTCUTS
from wallet.gui.text import Words, bare, plain, say, spoken_duration
from wallet.gui.theme import SCALES, Role, Scheme, Size
from wallet.gui.viewmodels.preferences import UNDO_SECONDS, Preferences
from wallet.gui.viewmodels.window import connection_words
from wallet.gui.views.receiving import DayBoundCard
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.flow import Flow
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.surfaces import Card, row

T = TypeVar("T")
KEY_LIMIT = 80
ADDRESS_LIMIT = 200


class SettingsPage(PageFrame):
    """One page of cards; `subject` names the card that was asked for."""

    def __init__(self, shell: Shell, subject: str = "", parent: QWidget | None = None) -> None:
        super().__init__(say("settings.title"), parent)
        self._shell = shell
        preferences = getattr(shell, "preferences", None)
        self._preferences = preferences if preferences is not None else Preferences()
        self._facts = QGridLayout()
        self._look = self._look_card()
        self._wallet = self._wallet_card()
        self._keys = self._keyboard_card()
        self._paying = self._paying_card()
        self._connection = self._connection_card()
        self.receiving = DayBoundCard(shell)
        cards = [self._look, self._paying, self.receiving, self._deciding_card(), self._wallet]
        cards += [self._connection, self._keys]
        everything = list(cards)
        if subject == "keyboard":
            self.title.setText(say("settings.keyboard"))
            cards = [self._keys]
        elif subject in ("wallet", "verify"):
            cards = [self._wallet]
        elif subject == "connection":
            self.title.setText(say("settings.connection"))
            cards = [self._connection]
        elif subject == "receiving":
            self.title.setText(say("receiving.title"))
            cards = [self.receiving]
        for card in everything:
            self.body.addWidget(card)  # first: shown without a parent it would be a window
            card.setVisible(card in cards)
        self.body.addStretch(1)
        if subject:
            back = push_button(say("common.back"), shell.back)
            self.head.addWidget(back)
        shell.desk.bridge.ask(shell.desk.door.get_wallet(), self._show_wallet, owner=self)
        shell.desk.bridge.ask(shell.desk.door.get_status(), self._show_status, owner=self)
        if subject == "verify":
            self.verify_all()

    def verify_all(self) -> None:
        """Check the whole chain and every tally."""
        set_reason(self.verify, say("settings.verifying"))
        self._verdict.setText(say("settings.verifying"))
        desk = self._shell.desk
        desk.bridge.ask(desk.door.submit(VerifyAll()), self._verified, self._not_verified, self)

    def _verified(self, found: VerifyView) -> None:
        set_reason(self.verify, "")
        if found.problem:
            words = explain_code(found.problem).what
            self._verdict.setText(say("settings.unsound", problem=words))
            return
        duration = spoken_duration(max(1000, found.milliseconds))
        self._verdict.setText(
            say(
                "settings.sound",
                actions=found.actions,
                tallies=found.tallies,
                chits=found.chits,
                duration=duration,
            )
        )

    def _not_verified(self, error: BaseException) -> None:
        set_reason(self.verify, "")
        self._verdict.setText(explain(error).whole)

    def _look_card(self) -> Card:
        card = Card(say("settings.look"))
        kept = self._preferences
        schemes = self._choice(
            say("settings.theme"),
            [(say(f"settings.scheme.{one.value}"), one) for one in Scheme],
            kept.scheme,
            kept.set_scheme,
        )
        sizes = self._choice(
            say("settings.text_size"),
            [(say("settings.percent", percent=one), one) for one in SCALES],
            kept.percent,
            kept.set_percent,
        )
        card.body.addWidget(schemes)
        card.body.addWidget(sizes)
        hide = QCheckBox(say("settings.hide"))
        desk = self._shell.desk
        hide.setChecked(desk.figures.hidden)
        hide.toggled.connect(lambda on: desk.hide_amounts(hidden=on))
        card.body.addWidget(hide)
        return card

    def _choice(
        self,
        name: str,
        rows: Sequence[tuple[str, T]],
        chosen: T,
        choose: Callable[[T], object],
    ) -> QWidget:
        made = QWidget()
        label = plain_label(name, wrap=False)
        label.setMinimumWidth(theme.px(theme.SIDEBAR) // 2)
        line = Flow(label)
        group = QButtonGroup(made)
        group.setExclusive(True)
        for words, value in rows:
            chip = push_button(words, kind=Kind.CHIP)
            chip.setAccessibleName(bare(f"{name}: {words}"))
            chip.setChecked(value == chosen)
            chip.clicked.connect(lambda _=False, v=value: choose(v))
            group.addButton(chip)
            line.addWidget(chip)
        made.setLayout(line)
        return made

    def _wallet_card(self) -> Card:
        card = Card(say("settings.wallet"))
        self._facts.setHorizontalSpacing(theme.px(theme.GROUP))
        self._facts.setColumnStretch(1, 1)
        card.body.addLayout(self._facts)
        self.verify = push_button(say("settings.verify"), self.verify_all)
        self._verdict = plain_label(role=Role.NEUTRAL)
        line = row(self.verify)
        line.addWidget(self._verdict, 1)
        card.body.addLayout(line)
        return card

    def _show_wallet(self, wallet: WalletView) -> None:
        rows = (
            ("settings.name", plain(wallet.name)),
            ("settings.network", plain(wallet.network)),
            ("settings.account", plain(wallet.account, KEY_LIMIT)),
            ("settings.locked_by", say(f"settings.{wallet.locked_by}")),
            ("settings.version", __version__),
        )
        _fill(self._facts, rows)

    def _paying_card(self) -> Card:
        card = Card(say("settings.paying"))
        self.undo = QCheckBox(say("settings.undo", n=UNDO_SECONDS))
        self.undo.setChecked(self._preferences.undo_seconds > 0)
        self.undo.toggled.connect(lambda on: self._preferences.set_undo(on=on))
        card.body.addWidget(self.undo)
        card.body.addWidget(plain_label(say("settings.undo_hint"), role=Role.NEUTRAL))
        return card

    def _deciding_card(self) -> Card:
        card = Card(say("settings.deciding"))
        line = row(plain_label(say("settings.deciding_hint")))
        line.setStretch(0, 1)
        self.deciding = push_button(
            say("settings.deciding_open"), lambda: self._shell.open("deciding")
        )
        name = bare(f"{say('settings.deciding')}: {say('settings.deciding_open')}")
        self.deciding.setAccessibleName(name)
        line.addWidget(self.deciding)
        card.body.addLayout(line)
        return card

    def _connection_card(self) -> Card:
        card = Card(say("settings.connection"))
        self._reached = QGridLayout()
        self._reached.setHorizontalSpacing(theme.px(theme.GROUP))
        self._reached.setColumnStretch(1, 1)
        card.body.addLayout(self._reached)
        card.body.addWidget(plain_label(say("settings.reach"), role=Role.NEUTRAL))
        return card

    def _show_status(self, status: StatusView) -> None:
        at = plain(status.listening, ADDRESS_LIMIT) or say("settings.not_listening")
        rows = [("settings.now", connection_words(status)), ("settings.listening", at)]
        _fill(self._reached, rows)

    def _keyboard_card(self) -> Card:
        card = Card(say("settings.keyboard"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(theme.PAGE))
        grid.setVerticalSpacing(theme.px(theme.TIGHT))
        grid.setColumnStretch(1, 1)
        listed = [one for one in SHORTCUTS if one.keys]
        native = QKeySequence.SequenceFormat.NativeText
        for number, one in enumerate(listed):
            keys = "   ".join(QKeySequence(keys).toString(native) for keys in one.keys)
            grid.addWidget(plain_label(keys, strong=True, wrap=False), number, 0)
            grid.addWidget(plain_label(say(f"action.{one.action}")), number, 1)
        grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(grid)
        card.body.addWidget(plain_label("", size=Size.SMALL))
        return card


def _fill(grid: QGridLayout, rows: Sequence[tuple[str, str]]) -> None:
    for number, (key, words) in enumerate(rows):
        name = plain_label(say(key), role=Role.NEUTRAL, wrap=False)
        value: QLabel = plain_label(Words(words))
        value.setAccessibleName(bare(f"{say(key)}: {words}"))
        grid.addWidget(name, number, 0)
        grid.addWidget(value, number, 1)
