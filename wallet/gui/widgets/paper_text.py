"""The text of a paper, read before and after it is signed: plain, whole, as it was written."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from wallet.engine.api.views import SessionView
from wallet.gui import theme
from wallet.gui.text import Words, bare, plain, plain_lines, say
from wallet.gui.theme import Role
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.surfaces import Card, row

TITLE_LIMIT, TEXT_LIMIT = 80, 4_096
# Each line is isolated by two marks of ours, and a text may be all short lines.
_WITH_MARKS = 3 * TEXT_LIMIT


class PaperText(Card):
    """Title and text in a card; hidden for sessions that are about no paper."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("paper.text"), parent)
        self.title = plain_label(strong=True)
        # Can be reached by Tab and copied: a long text is read at one's own pace.
        self.words = plain_label(selectable=True)
        self.words.setMaximumWidth(theme.px(theme.TEXT_WIDTH))
        self.body.addWidget(self.title)
        # In a row of its own, whose height follows the width it really has.
        line = row()
        line.addWidget(self.words, 100)
        line.addStretch(1)
        self.body.addLayout(line)
        self.unseen = plain_label(say("paper.unseen"), role=Role.ATTENTION)
        self.unseen.hide()
        self.body.addWidget(self.unseen)

    def show_text(self, title: str, text: str) -> None:
        """Show a paper; both texts may be a stranger's."""
        words = whole_text(text)
        self.title.setText(plain(title, TITLE_LIMIT))
        self.words.setText(words)
        self.words.setAccessibleName(bare(words))
        self.unseen.setVisible(hides_something(title, self.title.text(), text, words))

    def show_paper(self, view: SessionView) -> None:
        """Show the paper that a session is about, if it is about one."""
        self.setVisible(bool(view.text))
        self.show_text(view.title, view.text)


def whole_text(text: str) -> Words:
    """Return a paper's text for reading, never shortened: what is signed is what is shown."""
    return plain_lines(text, _WITH_MARKS)


def hides_something(*pairs: str) -> bool:
    """Tell whether anything but white space was lost between a text and what is shown of it."""
    written, shown = pairs[::2], pairs[1::2]
    return any(
        "".join(one.split()) != "".join(bare(other).split())
        for one, other in zip(written, shown, strict=True)
    )
