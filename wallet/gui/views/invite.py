"""Inviting someone (S7): whom, terms, review, hand over (ux.md 5.4, A1 to A4)."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QWidget

from wallet.engine.api.commands import Invite
from wallet.engine.api.views import Direction, InvitationView, SideTerms
from wallet.gui import theme
from wallet.gui.errors import explain
from wallet.gui.text import Words, bare, moment, plain, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.tallies import Invitations
from wallet.gui.viewmodels.terms_words import terms_sentences
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.current_stack import CurrentStack
from wallet.gui.widgets.form import Chips, Labelled, LimitedEdit, refill
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.surfaces import Card, column
from wallet.gui.widgets.terms_edit import Terms, TermsEdit

NAME_LIMIT = 60
DAY = 86_400_000
LIVES = (1, 7, 30)
MOST_USES = 10_000
STEPS = ("whom", "terms", "review")
# Presets: who normally owes, what they may owe us, what we may owe them.
PRESETS = {
    "friends": (Direction.THEY_OWE_ME, 100_000, 100_000),
    "sell": (Direction.THEY_OWE_ME, 200_000, 0),
    "buy": (Direction.I_OWE_THEM, 0, 200_000),
}


class InvitePage(PageFrame):
    """Three steps; the fourth, handing over, is the invitation's own page."""

    def __init__(self, shell: Shell, subject: str = "", parent: QWidget | None = None) -> None:
        super().__init__(say("invite.title"), parent)
        self.shell = shell
        self.desk = shell.desk
        self.direction = Direction.THEY_OWE_ME
        self.model = Invitations(self.desk, self)
        self.model.made.connect(self.on_made)
        self.model.failed.connect(self.on_failed)
        self.step = plain_label(role=Role.NEUTRAL, wrap=False)
        self.head.addWidget(self.step)
        self.heading = plain_label(size=Size.LARGE, strong=True)
        self.body.addWidget(self.heading)
        self.stack = CurrentStack()
        for page in (self._whom(subject), self._terms(), self._review()):
            self.stack.addWidget(page)
        self.body.addWidget(self.stack, 1)
        self.error = plain_label(role=Role.BAD)
        self.error.hide()
        self.body.addWidget(self.error)
        self.back = push_button(say("common.back"), self.go_back)
        self.next = push_button(say("invite.next"), self.go_on, kind=Kind.PRIMARY)
        self.foot.addStretch(1)
        self.foot.addWidget(self.back)
        self.foot.addWidget(self.next)
        self.show_step(0)

    # Steps ----------------------------------------------------------------

    def _whom(self, whom: str) -> QWidget:
        self.whom = LimitedEdit(NAME_LIMIT, "invite.memo_left")
        self.whom.set_text(whom)
        self.kind = Chips(
            say("invite.step.whom"),
            (("one", say("invite.for_one")), ("many", say("invite.for_many"))),
        )
        self.kind.chosen.connect(self.on_kind)
        self.uses = QSpinBox()
        self.uses.setRange(2, MOST_USES)
        self.uses.setValue(100)
        self.unseen = QCheckBox(say("invite.open_unseen"))
        self.life = QComboBox()
        for days in LIVES:
            self.life.addItem(say("invite.life_days", n=days), days * DAY)
        self.life.setCurrentIndex(1)
        self.shop = QWidget()
        self.shop.setLayout(
            column(Labelled(say("invite.uses_label"), self.uses), self.unseen, gap=theme.PADDING)
        )
        self.shop.hide()
        hint = say("invite.whom_hint")
        self.whom_row = Labelled(say("invite.whom_label"), self.whom, hint, buddy=self.whom.field)
        self.whom_row.setMaximumWidth(theme.px(theme.TEXT_WIDTH))
        life = Labelled(say("invite.life_label"), self.life)
        for field in (life, self.uses):
            field.setMaximumWidth(theme.px(theme.SIDEBAR))
        return _stacked(self.whom_row, self.kind, self.shop, life)

    def _terms(self) -> QWidget:
        self.edit = TermsEdit(self.desk.figures)
        words = [(key, say(f"invite.preset.{key}")) for key in PRESETS]
        self.presets = Chips(say("invite.step.terms"), words)
        self.presets.chosen.connect(self.take_preset)
        self.preset_said = plain_label()
        card = Card(say("invite.adjust"))
        card.body.setSpacing(theme.px(theme.GAP))
        card.body.addWidget(self.edit)
        self.take_preset("friends")
        talk = plain_label(say("invite.talk"), role=Role.NEUTRAL)
        return _stacked(talk, self.presets, self.preset_said, card)

    def _review(self) -> QWidget:
        self.said = QWidget()
        self.said.setLayout(column())
        return _stacked(self.said)

    @Slot(str)
    def take_preset(self, key: str) -> None:
        """Write a preset's numbers into the fields."""
        self.direction, they, mine = PRESETS[key]
        memo = self.edit.memo.text()
        self.edit.put(Terms(SideTerms(they), SideTerms(mine), memo))
        self.presets.choose(key)
        amount = self.desk.figures.with_unit(max(they, mine))
        self.preset_said.setText(say(f"invite.preset.{key}_text", amount=amount))

    @Slot(str)
    def on_kind(self, key: str) -> None:
        """Show what a shop's code needs."""
        self.shop.setVisible(key == "many")

    # Walking --------------------------------------------------------------

    def show_step(self, number: int) -> None:
        """Show a step; what was typed stays."""
        self.error.hide()
        self.stack.setCurrentIndex(number)
        self.step.setText(say("invite.step", step=number + 1, steps=len(STEPS) + 1))
        self.heading.setText(say(f"invite.step.{STEPS[number]}"))
        last = number == len(STEPS) - 1
        words = say("invite.make") if last else say("invite.next")
        self.next.setText(words)
        self.next.setAccessibleName(bare(words))
        if number == 0:
            self.whom.setFocus()
        elif number == 1:
            self.edit.they.setFocus()

    @Slot()
    def go_back(self) -> None:
        """Go a step back, or leave."""
        if self.stack.currentIndex():
            self.show_step(self.stack.currentIndex() - 1)
        else:
            self.shell.back()

    @Slot()
    def go_on(self) -> None:
        """Go on when this step has what it needs."""
        number = self.stack.currentIndex()
        if number == 0:
            if not self.whom.text().strip():
                self.whom_row.set_hint(say("invite.whom_missing"), Role.BAD)
                self.whom.setFocus()
                return
            self.whom_row.set_hint(say("invite.whom_hint"))
        elif number == 1:
            if self.edit.insist() is None:
                return
            self._say_review()
        else:
            self.make()
            return
        self.show_step(number + 1)

    def wish(self) -> Invite | None:
        """Return the wish as it is written."""
        terms = self.edit.terms()
        if terms is None:
            return None
        many = self.kind.buttons["many"].isChecked()
        return Invite(
            whom=self.whom.text().strip(),
            direction=self.direction,
            mine=terms.mine,
            theirs=terms.theirs,
            memo=terms.memo,
            uses=self.uses.value() if many else 1,
            life=int(self.life.currentData()),
            open_unseen=many and self.unseen.isChecked(),
        )

    def _say_review(self) -> None:
        wish = self.wish()
        if wish is None:
            return
        whom = plain(wish.whom, NAME_LIMIT)
        said = terms_sentences(whom, wish.mine, wish.theirs, wish.memo, self.desk.figures)
        until = moment(self.desk.now() + wish.life, self.desk.now())
        uses = (
            say("invite.sentence.one", until=until)
            if wish.uses == 1
            else say("invite.sentence.many", n=wish.uses, until=until)
        )
        seen = say("invite.sentence.unseen" if wish.open_unseen else "invite.sentence.seen")
        terms, hand = Card(), Card()
        for number, sentence in enumerate(said):
            size = Size.LARGE if number < 2 else Size.BODY
            terms.body.addWidget(plain_label(sentence, size=size))
        for sentence in (uses, seen, say("invite.sentence.nothing")):
            hand.body.addWidget(plain_label(sentence))
        refill(self.said, terms, hand)

    @Slot()
    def make(self) -> None:
        """Make the invitation; the button rests meanwhile."""
        wish = self.wish()
        if wish is not None:
            set_reason(self.next, say("invite.making"))
            self.model.make(wish)

    @Slot(object)
    def on_made(self, invitation: InvitationView) -> None:
        """Hand it over on its own page, which takes the place of this one."""
        set_reason(self.next, "")
        if self.isVisible():  # else the person is elsewhere: it stands in the list
            self.shell.back()
            self.shell.open("invitation", invitation.id)

    @Slot(object)
    def on_failed(self, error: BaseException) -> None:
        """Say why there is no invitation; everything typed stays."""
        set_reason(self.next, "")
        self._say(explain(error, self.desk.figures).whole)

    def _say(self, words: Words) -> None:
        self.error.setText(words)
        self.error.show()


def _stacked(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    body = column(*widgets, gap=theme.GROUP)
    body.addStretch(1)
    holder.setLayout(body)
    return holder
