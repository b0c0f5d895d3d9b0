"""What two people grant each other, editable: both limits, notice, purpose.

Zero is a limit here ("I owe nothing"), so an empty amount counts as zero.
"""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSpinBox, QWidget

from wallet.engine.api.views import SideTerms
from wallet.gui import theme
from wallet.gui.text import Figures, Words, bare, say
from wallet.gui.theme import Role
from wallet.gui.widgets.amount_edit import AmountEdit
from wallet.gui.widgets.form import Labelled, LimitedEdit
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import LARGE
from wallet.model.errors import AmountEmpty, AmountZero

MEMO_LIMIT = 200
MOST_DAYS = 365


class Terms(Struct, frozen=True):
    """Both sides' grants; `mine.limit` is how much they may owe us."""

    mine: SideTerms
    theirs: SideTerms
    memo: str = ""


class TermsEdit(QWidget):
    """The fields; with `both_days` the partner's notice can be edited too.

    Signals:
        changed: something was edited.
    """

    changed = Signal()

    def __init__(
        self, figures: Figures, parent: QWidget | None = None, *, both_days: bool = False
    ) -> None:
        super().__init__(parent)
        self.they = AmountEdit(figures)
        self.mine = AmountEdit(figures)
        self.days = _days_box()
        self.their_days = _days_box() if both_days else None
        self.memo = LimitedEdit(MEMO_LIMIT, "invite.memo_left")
        self.note = plain_label(role=Role.BAD)
        self.note.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(theme.PAGE))
        grid.setVerticalSpacing(theme.px(theme.PADDING))
        columns = 1 if theme.scale() >= LARGE else 2
        days = "amend.my_days" if both_days else "invite.call_days_label"
        fields = [
            Labelled(say("invite.they_may_owe_label"), self.they, buddy=self.they.field),
            Labelled(say("invite.i_may_owe_label"), self.mine, buddy=self.mine.field),
            Labelled(say(days), self.days),
            Labelled(say("invite.memo_label"), self.memo, buddy=self.memo.field),
        ]
        if self.their_days is not None:
            fields.insert(3, Labelled(say("amend.their_days"), self.their_days))
            self.their_days.valueChanged.connect(self._on_change)
        for number, field in enumerate(fields):
            alone = number == len(fields) - 1 and number % columns == 0
            wide = columns if alone else 1
            grid.addWidget(field, number // columns, number % columns, 1, wide)
        grid.addWidget(self.note, len(fields), 0, 1, columns)
        for place in range(columns):
            grid.setColumnStretch(place, 1)
        self._their_days = 0
        self.they.changed.connect(self._on_change)
        self.mine.changed.connect(self._on_change)
        self.days.valueChanged.connect(self._on_change)
        self.memo.changed.connect(self._on_change)

    def put(self, terms: Terms) -> None:
        """Write terms into the fields."""
        self.they.set_amount(terms.mine.limit)
        self.mine.set_amount(terms.theirs.limit)
        _put_days(self.days, terms.mine.call_days)
        self._their_days = terms.theirs.call_days
        if self.their_days is not None:
            _put_days(self.their_days, terms.theirs.call_days)
        self.memo.set_text(terms.memo)

    def terms(self) -> Terms | None:
        """Return what stands in the fields, or None when an amount cannot be read."""
        they, mine = _limit(self.they), _limit(self.mine)
        if they is None or mine is None:
            return None
        days = self.days.value()
        own = self.their_days.value() if self.their_days is not None else self._their_days or days
        theirs = SideTerms(mine, own)
        return Terms(SideTerms(they, days), theirs, self.memo.text().strip())

    def insist(self) -> Terms | None:
        """Return the terms, or say beside the fields what stands in the way."""
        terms = self.terms()
        if terms is None:
            self.they.check()
            self.mine.check()
        elif terms.mine.limit == terms.theirs.limit == 0:
            self._say(say("invite.both_zero"))
            return None
        else:
            self._say(Words(""))
        return terms

    def _on_change(self, _: object = None) -> None:
        self._say(Words(""))
        self.changed.emit()

    def _say(self, words: Words) -> None:
        self.note.setText(words)
        self.note.setAccessibleName(bare(words))
        self.note.setVisible(bool(words))


def _days_box() -> QSpinBox:
    made = QSpinBox()
    made.setRange(0, MOST_DAYS)
    made.setSuffix(f" {say('invite.days')}")
    return made


def _put_days(box: QSpinBox, days: int) -> None:
    box.setMaximum(max(MOST_DAYS, days))  # what stands is never changed by being looked at
    box.setValue(days)


def _limit(field: AmountEdit) -> int | None:
    """Read a limit: nothing written, or zero, is a limit of zero."""
    if isinstance(field.error(), (AmountEmpty, AmountZero)):
        return 0
    return field.amount()
