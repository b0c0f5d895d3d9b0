"""Writing a paper: title, text, who signs, who decides, how long they may look; then the review."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget

from wallet.gui import theme
from wallet.gui.text import Words, plain, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.papers import (
    MINUTES,
    TEXT_LIMIT,
    TITLE_LIMIT,
    Paper,
    most_partners,
)
from wallet.gui.viewmodels.signers import join_names, signing_words
from wallet.gui.viewmodels.tally_rows import partner_name
from wallet.gui.views.shell import Shell
from wallet.gui.views.signing import SigningPage
from wallet.gui.widgets.buttons import Kind, push_button
from wallet.gui.widgets.choose_decider import ChooseDecider
from wallet.gui.widgets.form import Chips, Labelled, LimitedEdit, name_box, refill, set_name
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.paper_text import whole_text
from wallet.gui.widgets.review import Act, Fact
from wallet.gui.widgets.surfaces import EmptyState, column
from wallet.model.credit import ALONE

USUAL_MINUTES = "5"


class PaperPage(SigningPage):
    """The page; nothing is asked or signed before the review's button."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(shell, parent)
        self.model = Paper(self.desk, self)
        self.frame = PageFrame(say("paper.new"))
        self.addWidget(self.frame)
        self.name = LimitedEdit(TITLE_LIMIT, "paper.title_left")
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(theme.px(4 * theme.ROW))
        self.text.textChanged.connect(self.on_text)
        self.partners: dict[str, QCheckBox] = {}
        self.who = QWidget()
        self.who.setLayout(column(gap=theme.TIGHT))
        self.decides = ChooseDecider(self.desk, many=True)
        self.decides.changed.connect(self.redraw_choice)
        self.decides.wants_more.connect(lambda: shell.open("deciding"))
        minutes = [(str(n), say("paper.minutes", n=n)) for n in MINUTES]
        self.window_chips = Chips(say("paper.window"), minutes)
        self.minutes = USUAL_MINUTES
        self.window_chips.choose(USUAL_MINUTES)
        self.window_chips.chosen.connect(self.on_minutes)
        self.name_row = Labelled(say("paper.title_label"), self.name, buddy=self.name.field)
        self.text_row = Labelled(say("paper.text_label"), self.text, say("paper.text_hint"))
        self.who_row = Labelled(say("paper.partners"), self.who, " ")
        self.form = QWidget()
        self.form.setLayout(
            column(
                plain_label(say("paper.intro"), role=Role.NEUTRAL),
                self.name_row,
                self.text_row,
                self.who_row,
                self.decides,
                Labelled(say("paper.window"), self.window_chips),
                gap=theme.GROUP,
            )
        )
        self.empty = EmptyState(
            say("paper.nobody"), [(say("common.invite"), lambda: shell.open("invite"))]
        )
        self.empty.hide()
        self.frame.body.addWidget(self.form)
        self.frame.body.addWidget(self.empty)
        self.frame.body.addStretch(1)
        self.go = push_button(say("paper.review"), self.on_review, kind=Kind.PRIMARY)
        self.frame.foot.addStretch(1)
        self.frame.foot.addWidget(self.go)
        self.setFocusProxy(self.name.field)
        self.model.changed.connect(self.redraw)
        self.model.failed.connect(shell.show_error)
        self.model.refresh()

    # Drawing ---------------------------------------------------------------------

    @Slot()
    def redraw(self) -> None:
        """Show who may sign with us; who was chosen stays chosen."""
        found = self.model.partners
        if found is None:
            return
        self.form.setVisible(bool(found))
        self.go.setVisible(bool(found))
        self.empty.setVisible(not found)
        if list(self.partners) != [one.id for one in found]:
            kept = self.chosen()
            self.partners = {}
            for one in found:
                box = name_box(partner_name(one))
                box.setChecked(one.id in kept)
                box.toggled.connect(self.redraw_choice)
                self.partners[one.id] = box
            refill(self.who, *self.partners.values())
        for one in found:
            name = partner_name(one)
            words = name if one.partner.online else say("paper.offline", partner=name)
            set_name(self.partners[one.id], words)
        self.redraw_choice()

    @Slot()
    def redraw_choice(self) -> None:
        """Take those who sign out of those who may decide; say how many may sign."""
        agents = [one.partner.agent for one in self.model.chosen(self.chosen())]
        self.decides.show_for(agents)
        self.who_row.set_hint(say("paper.partners_hint", n=most_partners(self.decides.signing())))

    @Slot()
    def on_text(self) -> None:
        """Count what is left, from three quarters on."""
        left = TEXT_LIMIT - len(self.text.toPlainText())
        self.text_row.set_hint(say("paper.text_hint"))
        if left < 0:
            self.text_row.set_hint(say("paper.text_over", n=-left), Role.BAD)
        elif left * 4 <= TEXT_LIMIT:
            self.text_row.set_hint(say("paper.text_left", n=left))

    @Slot(str)
    def on_minutes(self, minutes: str) -> None:
        """Take another time to look."""
        self.minutes = minutes

    def chosen(self) -> list[str]:
        """Return the tallies of those who are to sign with us."""
        return [tally for tally, box in self.partners.items() if box.isChecked()]

    # The review --------------------------------------------------------------------

    @Slot()
    def on_review(self) -> None:
        """Go to the review, or say beside the field what is missing."""
        if not self._insist():
            return
        signing = self.decides.signing()
        text = self.text.toPlainText()
        wish = self.model.wish(self.name.text(), text, self.chosen(), signing, int(self.minutes))
        names = join_names([partner_name(one) for one in self.model.chosen(self.chosen())])
        title = plain(wish.title, TITLE_LIMIT)
        facts = (
            Fact(say("paper.review.text"), whole_text(wish.text), strong=True),
            Fact(say("paper.review.who"), say("paper.review.you_and", names=names)),
            Fact(say("choose.review"), signing_words(signing or ALONE, "initiator", names)),
            Fact(say("paper.review.time"), say("paper.minutes", n=int(self.minutes))),
        )
        act = Act(
            say("paper.review.title", title=title),
            facts,
            say("paper.review.next"),
            button=say("paper.review.sign"),
        )
        self.ask_for(act, wish, self.on_asked)

    def on_asked(self, session: object) -> None:
        """Show how it goes on."""
        self.shell.back()
        self.shell.open("session", str(session))

    def _insist(self) -> bool:
        text = self.text.toPlainText()
        self.name_row.set_hint("")
        if not self.name.text().strip():
            self._say(self.name_row, self.name.field, say("paper.title_missing"))
        elif not text.strip():
            self._say(self.text_row, self.text, say("paper.text_missing"))
        elif len(text) > TEXT_LIMIT:
            self.text.setFocus()
        elif not self.chosen():
            first = next(iter(self.partners.values()), self.go)
            self._say(self.who_row, first, say("paper.partners_missing"))
        elif len(self.chosen()) > (most := most_partners(self.decides.signing())):
            self._say(self.who_row, self.decides.which, say("paper.partners_many", n=most))
        elif not self.decides.insist():
            self.decides.which.setFocus()
        else:
            return True
        return False

    def _say(self, place: Labelled, field: QWidget, words: Words) -> None:
        place.set_hint(words, Role.BAD)
        field.setFocus()
