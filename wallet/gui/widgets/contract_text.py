"""The text of a contract, whole and plain: what is signed is what is shown."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from wallet.engine.api.views import Contract
from wallet.gui import theme
from wallet.gui.text import Words, bare, plain, say
from wallet.gui.theme import Role
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.paper_text import hides_something, whole_text
from wallet.gui.widgets.surfaces import Card, row


class ContractText(Card):
    """A card with a contract; its text can be reached by Tab and copied."""

    def __init__(self, title: Words, contract: Contract, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        text = contract.text
        words = whole_text(text)
        if contract.title and not text.startswith(contract.title):
            self.body.addWidget(plain_label(plain(contract.title), strong=True))
        self.words = plain_label(words or say("terms.no_contract"), selectable=bool(words))
        self.words.setMaximumWidth(theme.px(theme.TEXT_WIDTH))
        if words:
            self.words.setAccessibleName(bare(f"{title}: {words}"))
        line = row()  # a row of its own, whose height follows the width it really has
        line.addWidget(self.words, 100)
        line.addStretch(1)
        self.body.addLayout(line)
        if hides_something(text, words):
            self.body.addWidget(plain_label(say("amend.unseen"), role=Role.ATTENTION))
