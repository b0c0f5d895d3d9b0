"""Choosing who decides: the terms', the two alone, one witness, or several with a number.

Each choice is followed by one sentence of what can go wrong (ux.md 5.10; countersigning.md, the
table of modes).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QVBoxLayout, QWidget

from wallet.engine.api.views_signing import WitnessView
from wallet.gui import theme
from wallet.gui.text import Words, bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.base import Desk
from wallet.gui.viewmodels.deciders import (
    Known,
    Way,
    least_needed,
    make_signing,
    witness_name,
)
from wallet.gui.viewmodels.signers import terms_words
from wallet.gui.widgets.buttons import Kind, push_button
from wallet.gui.widgets.form import Labelled, name_box, refill
from wallet.gui.widgets.labels import plain_label, set_role
from wallet.gui.widgets.surfaces import column
from wallet.model.credit import Signing

MOST = 15  # witnesses of one session
SHORTEST = 16  # letters of the field


class ChooseDecider(QWidget):
    """The field. `signing()` is what was chosen; None means: as the terms say.

    Signals:
        changed: another choice.
        wants_more: the person wants to find somebody who decides.
    """

    changed = Signal()
    wants_more = Signal()

    def __init__(self, desk: Desk, *, many: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._many = many  # more than two may sign
        self._terms: Signing | None = None
        self._parties: tuple[str, ...] = ()
        self._ways: list[tuple[Way, WitnessView | None]] = []
        self._shown: tuple[object, ...] | None = None
        self._was_chosen = False  # by the person; until then the first way stands
        self.known = Known(desk, self)
        self.which = QComboBox()
        # As wide as its place, not as the longest name in it.
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.which.setSizeAdjustPolicy(policy)
        self.which.setMinimumContentsLength(SHORTEST)
        self.which.activated.connect(self._on_way)
        self.boxes: dict[str, QCheckBox] = {}
        self.who = QWidget()
        self.who.setLayout(column(gap=theme.TIGHT))
        self.needed = QSpinBox()
        self.needed.valueChanged.connect(self._on_change)
        self.several = QWidget()
        inner = QVBoxLayout(self.several)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.who)
        self.needed_row = Labelled(say("choose.needed"), self.needed)
        inner.addWidget(self.needed_row)
        self.means = plain_label(role=Role.NEUTRAL, size=Size.SMALL)
        self.note = plain_label(role=Role.NEUTRAL, size=Size.SMALL)
        self.look = push_button(say("choose.find"), self.wants_more.emit, kind=Kind.LINK)
        body = column(
            Labelled(say("choose.title"), self.which),
            self.several,
            self.means,
            self.note,
            gap=theme.TIGHT,
        )
        body.addWidget(self.look, 0, Qt.AlignmentFlag.AlignLeft)
        self.setLayout(body)
        self.several.hide()
        self.known.changed.connect(self.redraw)
        self.known.refresh()

    def show_for(self, parties: Sequence[str], terms: Signing | None = None) -> None:
        """Say who takes part (agents: they cannot decide) and whom the terms name, if any."""
        if not self._many and tuple(parties) != self._parties:
            self._was_chosen = False  # another partner: what was chosen was for the former one
        self._parties, self._terms = tuple(parties), terms
        self.redraw()

    def signing(self) -> Signing | None:
        """Return what was chosen; None: as the terms say."""
        way, _ = self._way()
        if way is Way.TERMS:
            return None
        return make_signing(way, self._chosen(), self.needed.value())

    def insist(self) -> bool:
        """Tell whether the choice is whole, or say what is missing."""
        whole = self._way()[0] is not Way.SEVERAL or bool(self._chosen())
        if not whole:
            self.means.setText(say("choose.too_few"))
            set_role(self.means, Role.BAD)
        return whole

    def clear(self) -> None:
        """Choose the first way again."""
        self._was_chosen = False
        self.which.setCurrentIndex(0)
        self._show_choice()

    # Drawing ---------------------------------------------------------------------

    @Slot()
    def redraw(self) -> None:
        """Show who may be chosen; what was chosen stays, if it is still there."""
        usable = self.known.usable(self._parties)
        shown = (usable, self._parties, self._terms)
        if shown == self._shown:
            return
        self._shown = shown
        before = self._way()
        self._ways = [(Way.TERMS, None)] if self._terms is not None else []
        self._ways.append((Way.ALONE, None))
        self._ways += [(Way.ONE, one) for one in usable if one.decides]
        voters = [one for one in usable if one.votes]
        if voters:
            self._ways.append((Way.SEVERAL, None))
        self.which.clear()
        for way, one in self._ways:
            self.which.addItem(bare(self._item(way, one)))
        self.which.setCurrentIndex(self._place_of(before) if self._was_chosen else 0)
        self._fill(voters)
        left_out = self.known.left_out(self._parties)
        nobody = self.known.loaded and not usable
        self.note.setText(say("choose.none") if nobody and not left_out else left_out)
        self.note.setVisible(bool(self.note.text()))
        self.look.setVisible(nobody)
        self._show_choice()

    def _item(self, way: Way, one: WitnessView | None) -> Words:
        if way is Way.TERMS and self._terms is not None:
            return say("choose.terms", who=terms_words(self._terms))
        if one is not None:
            return say("choose.one", name=witness_name(one))
        if way is Way.SEVERAL:
            return say("choose.several")
        return say("choose.alone_all" if self._many else "choose.alone")

    def _place_of(self, before: tuple[Way, WitnessView | None]) -> int:
        way, one = before
        for place, (other, found) in enumerate(self._ways):
            if other is way and (one is None or (found and found.agent == one.agent)):
                return place
        return 0

    def _fill(self, voters: Sequence[WitnessView]) -> None:
        if list(self.boxes) == [one.agent for one in voters]:
            return
        chosen = {agent for agent, box in self.boxes.items() if box.isChecked()}
        self.boxes = {}
        for one in voters:
            box = name_box(witness_name(one))
            box.setChecked(one.agent in chosen)
            box.toggled.connect(self._on_boxes)
            self.boxes[one.agent] = box
        refill(self.who, plain_label(say("choose.who"), role=Role.NEUTRAL), *self.boxes.values())

    def _way(self) -> tuple[Way, WitnessView | None]:
        place = self.which.currentIndex()
        return self._ways[place] if 0 <= place < len(self._ways) else (Way.ALONE, None)

    def _chosen(self) -> list[WitnessView]:
        way, one = self._way()
        if way is Way.ONE and one is not None:
            return [one]
        by_agent = {each.agent: each for each in self.known.all}
        chosen = [agent for agent, box in self.boxes.items() if box.isChecked()]
        # The first one collects the votes: one who is here, if there is any.
        found = sorted((by_agent[agent] for agent in chosen), key=lambda each: not each.online)
        return found[:MOST]

    @Slot(int)
    def _on_way(self, _: int) -> None:
        self._was_chosen = True
        self._show_choice()
        self.changed.emit()

    def _on_boxes(self) -> None:
        count = len(self._chosen())
        least = least_needed(count)
        self.needed.setRange(min(least, max(1, count)), max(1, count))
        self.needed.setValue(least)
        self._on_change()

    def _on_change(self) -> None:
        self._show_choice()
        self.changed.emit()

    def _show_choice(self) -> None:
        way, one = self._way()
        self.several.setVisible(way is Way.SEVERAL)
        set_role(self.means, Role.NEUTRAL)
        chosen = self._chosen()
        self.needed_row.setVisible(len(chosen) > 1)
        if way is Way.TERMS and self._terms is not None:
            way = {"P": Way.ALONE, "E": Way.ONE, "Q": Way.SEVERAL}[self._terms.mode]
            names = terms_words(self._terms)
            count, needed = len(self._terms.witnesses), self._terms.needed
        else:
            names = witness_name(one) if one is not None else Words("")
            count, needed = len(chosen), self.needed.value()
        self.means.setText(self._means(way, names, count, needed))

    def _means(self, way: Way, name: Words, count: int, needed: int) -> Words:
        if way is Way.ONE:
            return say("choose.means.E", name=name)
        if way is Way.SEVERAL and count:
            return say("choose.means.Q", n=count, needed=needed)
        if way is Way.SEVERAL:
            return say("choose.too_few")
        return say("choose.means.P_all" if self._many else "choose.means.P")
