"""An invitation that came to us (ux.md 5.4, B1 to B3): looked at first, answered by a review.

Nothing is contacted before the person has signed the answer.  Whatever makes an invitation useless
has its sentence and a way to ask for a new one.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from wallet.engine.api.commands import AnswerInvitation
from wallet.engine.api.views import LinkView, PersonView, TallyState
from wallet.gui import theme
from wallet.gui.errors import explain, explain_code
from wallet.gui.text import Words, bare, moment, plain, plain_lines, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.link import SHOWN, Links, Way
from wallet.gui.viewmodels.states import name_of
from wallet.gui.viewmodels.tally import Tally
from wallet.gui.viewmodels.terms_words import terms_sentences
from wallet.gui.views.shell import Shell
from wallet.gui.views.signing import SigningPage
from wallet.gui.widgets.buttons import Kind, push_button
from wallet.gui.widgets.form import refill
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.quoted import Quoted
from wallet.gui.widgets.review import Act, Fact
from wallet.gui.widgets.surfaces import Card, column, row
from wallet.gui.widgets.terms_edit import Terms, TermsEdit

KEY_SHOWN = 16


class AnswerPage(SigningPage):
    """The page; `subject` is the link, or how it came, a blank, and the link."""

    def __init__(self, shell: Shell, subject: str, parent: QWidget | None = None) -> None:
        super().__init__(shell, parent)
        way, _, rest = subject.partition(" ")
        self.way = Way(way) if way in set(Way) else Way.LINK
        self.link: LinkView | None = None
        self.edit: TermsEdit | None = None
        self.frame = PageFrame(say("answer.title_nameless"))
        self.holder = QWidget()
        self.holder.setLayout(column(gap=theme.GROUP))
        self.frame.body.addWidget(self.holder)
        self.frame.body.addStretch(1)
        self.buttons = QWidget()
        self.buttons.setLayout(row())
        self.frame.foot.addWidget(self.buttons)
        self.addWidget(self.frame)
        refill(self.holder, plain_label(say("common.loading"), role=Role.NEUTRAL))
        self.links = Links(shell.desk, self)
        self.links.described.connect(self.on_described)
        self.links.too_long.connect(lambda: self.show_code("LNK-BAD"))
        self.links.failed.connect(lambda error: self.show_code(getattr(error, "code", "BUG")))
        self.links.describe(rest if way in set(Way) else subject, self.way)

    # What it is -----------------------------------------------------------

    @Slot(object, object)
    def on_described(self, link: LinkView, _: Way) -> None:
        """Show the invitation, or why it cannot be used."""
        self.link = link
        if link.kind != "invite" or link.error:
            self.show_code(link.error or "LNK-BAD", plain(link.text, SHOWN))
            return
        self.frame.title.setText(say("answer.title", inviter=self.inviter))
        self.show_offer()

    @property
    def inviter(self) -> Words:
        """The inviter's name, or a word for one without."""
        person = self.link.inviter if self.link else None
        return (name_of(person.name) if person else Words("")) or say("tallies.nameless")

    def show_offer(self) -> None:
        """Show card and terms; nothing is contacted."""
        link = self._known()
        self.edit = None
        came = plain_label(say(f"answer.came_{self.way.value}"), role=Role.NEUTRAL)
        widgets: list[QWidget] = [
            plain_label(say("answer.nothing_yet", inviter=self.inviter), role=Role.INFO)
        ]
        if link.known_partner:
            known = say("answer.known", inviter=self.inviter)
            widgets.append(plain_label(known, role=Role.ATTENTION))
        if link.inviter is not None:
            widgets.append(person_card(link.inviter))
        widgets.append(self._terms_card(link))
        if link.expires_at:
            until = moment(link.expires_at, self.desk.now())
            widgets.append(plain_label(say("answer.until", until=until), role=Role.NEUTRAL))
        widgets.append(came)
        refill(self.holder, *widgets)
        self._foot(
            push_button(say("answer.not_now"), self.shell.back),
            push_button(say("answer.change"), self.show_change),
            push_button(say("answer.yes"), self.review_answer, kind=Kind.PRIMARY),
        )

    def _terms_card(self, link: LinkView) -> Card:
        card = Card(say("answer.terms"))
        said = terms_sentences(self.inviter, link.mine, link.theirs, link.memo, self.desk.figures)
        for sentence in said:
            card.body.addWidget(plain_label(sentence, strong=sentence in said[:2]))
        if link.contract is not None and link.contract.text:
            card.body.addWidget(plain_label(say("answer.contract"), role=Role.NEUTRAL))
            card.body.addWidget(plain_label(plain_lines(link.contract.text)))
        return card

    # Changing -------------------------------------------------------------

    @Slot()
    def show_change(self) -> None:
        """Let the person change the terms before answering."""
        link = self._known()
        edit = TermsEdit(self.desk.figures)
        edit.put(Terms(link.mine, link.theirs, link.memo))
        edit.memo.setEnabled(False)  # the answer carries changed limits, not another purpose
        self.edit = edit
        card = Card(say("answer.terms"))
        card.body.setSpacing(theme.px(theme.GAP))
        card.body.addWidget(edit)
        refill(self.holder, card)
        self._foot(
            push_button(say("answer.unchange"), self.show_offer),
            push_button(say("answer.change_send"), self.review_answer, kind=Kind.PRIMARY),
        )
        edit.they.setFocus()

    @Slot()
    def review_answer(self) -> None:
        """Show what the answer signs."""
        link = self._known()
        terms = Terms(link.mine, link.theirs, link.memo)
        wish = AnswerInvitation(link.text)
        if self.edit is not None:
            edited = self.edit.insist()
            if edited is None:
                return
            terms = edited
            wish = AnswerInvitation(link.text, edited.mine, edited.theirs)
        self.ask_for(self._act(terms), wish, self.show_sent)

    def _act(self, terms: Terms) -> Act:
        said = terms_sentences(
            self.inviter, terms.mine, terms.theirs, terms.memo, self.desk.figures
        )
        facts = [Fact(say("offer.review_who"), self.inviter, strong=True)]
        facts += [Fact(say("answer.terms") if not n else "", text) for n, text in enumerate(said)]
        after = Words(
            f"{say('answer.sends', inviter=self.inviter)} "
            f"{say('answer.then', inviter=self.inviter)}"
        )
        title = say("answer.title", inviter=self.inviter)
        return Act(title, tuple(facts), after, button=say("answer.sign"))

    # What came of it ------------------------------------------------------

    def show_sent(self, tally: str) -> None:
        """Say that the answer has arrived and what happens next; follow it until both signed."""
        sent = plain_label(
            say("answer.sent", inviter=self.inviter), role=Role.GOOD, size=Size.LARGE
        )
        after = plain_label(say("answer.sent_next", inviter=self.inviter))
        refill(self.holder, sent, after)
        self.tally = Tally(self.desk, tally, self)

        def follow() -> None:
            if self.tally.view is not None and self.tally.view.state is TallyState.OPEN:
                sent.setText(say("answer.open", inviter=self.inviter))
                after.setText(say("answer.open_next"))

        self.tally.changed.connect(follow)
        self.tally.refresh()
        self._foot(
            push_button(
                say("answer.look"), lambda: self.shell.open("tally", tally), kind=Kind.PRIMARY
            )
        )

    def words_of(self, error: BaseException) -> Words:
        """Put an error of answering into words; an inviter nobody reaches has a sentence."""
        text = explain(error, self.desk.figures)
        if text.code.startswith("NET"):
            return say("answer.unreachable", inviter=self.inviter)
        return text.whole

    def show_code(self, code: str, quoted: Words | None = None) -> None:
        """Say why nothing can be opened with this text."""
        text = explain_code(code)
        widgets: list[QWidget] = [
            plain_label(text.what, size=Size.LARGE),
            plain_label(text.means),
            plain_label(text.do),
        ]
        if quoted and code.startswith("LNK"):
            widgets.append(Quoted(quoted, say("scan.unknown_text")))
        refill(self.holder, *widgets)
        buttons = [push_button(say("common.close"), self.shell.back)]
        if code in ("INVT", "INVT-USED", "INVT-LATE", "INVT-GONE", "INVT-NONE"):
            ask = say("answer.ask_new")
            buttons.append(push_button(ask, self.copy_request, icon_name="copy"))
        again = push_button(say("scan.again"), lambda: self.shell.open("scan"), kind=Kind.PRIMARY)
        self._foot(*buttons, again)

    @Slot()
    def copy_request(self) -> None:
        """Put a ready message for the inviter on the clipboard."""
        QApplication.clipboard().setText(bare(say("answer.ask_new_text")))
        self.shell.tell(say("common.copied"))

    def _foot(self, *buttons: QWidget) -> None:
        refill(self.buttons, *buttons)
        line = self.buttons.layout()
        if isinstance(line, QHBoxLayout):
            line.insertStretch(0, 1)
        if buttons and self.isVisible():
            buttons[-1].setFocus(Qt.FocusReason.OtherFocusReason)

    def _known(self) -> LinkView:
        if self.link is None:
            raise ValueError("no invitation is shown")
        return self.link


def person_card(person: PersonView, title: Words | None = None) -> Card:
    """Show a partner as they described themselves: name, contact, key; plain and bounded."""
    card = Card(title if title is not None else say("answer.card"))
    name = name_of(person.name) or say("tallies.nameless")
    card.body.addWidget(plain_label(name, size=Size.LARGE, strong=True))
    if person.contact:
        contact = say("answer.contact", contact=plain(person.contact, 120))
        card.body.addWidget(plain_label(contact, selectable=True))
    key = plain_label(
        say("answer.key", code=grouped(person.account)), role=Role.NEUTRAL, selectable=True
    )
    key.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    card.body.addWidget(key)
    not_compared = say("answer.not_compared", inviter=name)
    card.body.addWidget(plain_label(not_compared, role=Role.NEUTRAL, size=Size.SMALL))
    if person.others_so_named:
        others = say("tally.others", n=person.others_so_named)
        card.body.addWidget(plain_label(others, role=Role.ATTENTION))
    return card


def grouped(key: str) -> Words:
    """Return the beginning of a key in groups of four, for the eye."""
    start = plain(key, 200)
    clean = bare(start)[:KEY_SHOWN]
    return Words(" ".join(clean[n : n + 4] for n in range(0, len(clean), 4)))
