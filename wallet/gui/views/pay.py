"""Pay (S1): to, amount, for; what it does beside it; review; some seconds to take it back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QCompleter, QLineEdit, QVBoxLayout, QWidget

from wallet.engine.api.views import TallyView
from wallet.gui import theme
from wallet.gui.text import Figures, Words, bare, day, plain, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.effect import Effect
from wallet.gui.viewmodels.pay import MEMO_LIMIT, REFERENCE_LIMIT, Payment
from wallet.gui.viewmodels.preferences import UNDO_SECONDS
from wallet.gui.viewmodels.signers import signing_words
from wallet.gui.viewmodels.signing import Sending
from wallet.gui.viewmodels.states import owing
from wallet.gui.viewmodels.tally_rows import partner_name
from wallet.gui.views.pay_effect import EffectPanel
from wallet.gui.views.sending import SendingPanel
from wallet.gui.views.shell import Shell
from wallet.gui.views.signing import SigningPage
from wallet.gui.widgets.amount_edit import AmountEdit
from wallet.gui.widgets.buttons import Kind, push_button
from wallet.gui.widgets.choose_decider import ChooseDecider
from wallet.gui.widgets.form import Labelled, LimitedEdit
from wallet.gui.widgets.pages import PageFrame, in_reading_order
from wallet.gui.widgets.review import Act, Fact
from wallet.gui.widgets.surfaces import EmptyState, row

LINK_MARK = "tallystick:"
SESSION_SECONDS = 60


class PayPage(SigningPage):
    """The page; `subject` is the id of a tally chosen already, or empty."""

    def __init__(
        self,
        shell: Shell,
        subject: str = "",
        undo_seconds: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(shell, parent)
        self._wanted = subject
        self._reviews = False  # the review opens as soon as the terms are known
        self._offered = bool(subject)  # somebody was chosen for the person once
        kept = getattr(shell, "preferences", None)
        chosen = kept.undo_seconds if kept is not None else UNDO_SECONDS
        self._undo_seconds = chosen if undo_seconds is None else undo_seconds
        self.sending: Sending | None = None
        self.model = Payment(self.desk, self)
        self.frame = PageFrame(say("pay.title"))
        self.addWidget(self.frame)
        self.empty = EmptyState(
            say("pay.no_tally"),
            [(say("common.invite"), lambda: shell.open("invite"))],
        )
        self.empty.hide()
        self.form = self._form()
        self.setFocusProxy(self.to)
        self.effect = EffectPanel(self.desk)
        self.effect.pay_within.connect(self.on_pay_within)
        self.columns = QWidget()
        self.line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self.columns)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(theme.px(theme.PAGE))
        self.line.addWidget(self.form, 3)
        self.line.addWidget(self.effect, 2, Qt.AlignmentFlag.AlignTop)
        self.frame.body.addWidget(self.columns)
        self.frame.body.addWidget(self.empty)
        self.frame.body.addStretch(1)
        self.go = push_button(say("pay.review"), self.on_review, kind=Kind.PRIMARY)
        self.frame.foot.addStretch(1)
        self.frame.foot.addWidget(self.go)
        in_reading_order(
            self.to, self.which, self.amount.field, self.memo.field, self.more, self.go
        )
        self.model.changed.connect(self.redraw)
        self.model.failed.connect(shell.show_error)
        self.model.refresh()

    def _form(self) -> QWidget:
        self.to = QComboBox()
        self.name = QLineEdit()
        self.to.setEditable(True)
        self.to.setLineEdit(self.name)
        self.to.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = self.to.completer()
        if isinstance(completer, QCompleter):
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.name.setPlaceholderText(say("pay.to_hint"))
        self.to.activated.connect(self.on_partner)
        self.name.editingFinished.connect(self.on_written)
        self.name.textEdited.connect(self.on_edited)
        self.which = QComboBox()
        self.which.activated.connect(self.on_tally)
        self.amount = AmountEdit(self.desk.figures)
        self.amount.changed.connect(lambda amount: self.model.set_amount(amount or 0))
        self.memo = LimitedEdit(MEMO_LIMIT, "pay.for_left")
        self.memo.changed.connect(self.model.set_memo)
        self.memo.field.returnPressed.connect(self.on_review)
        self.reference = LimitedEdit(REFERENCE_LIMIT, "pay.for_left")
        self.reference.changed.connect(self.model.set_reference)
        self.more = push_button(say("pay.more"), self.on_more, kind=Kind.LINK)
        scan = push_button(say("pay.scan"), lambda: self.shell.open("scan"), icon_name="scan")
        whom = QWidget()
        line = row(self.to)
        line.setStretch(0, 1)
        line.addWidget(scan)
        whom.setLayout(line)
        self.to_row = Labelled(say("pay.to"), whom, buddy=self.to)
        self.name.setAccessibleName(bare(say("pay.to")))
        self.which_row = Labelled(say("pay.tally"), self.which, say("pay.tally_best"))
        self.memo_row = Labelled(
            say("pay.for"), self.memo, say("pay.for_hint_nobody"), buddy=self.memo.field
        )
        self.reference_row = Labelled(
            say("pay.reference"),
            self.reference,
            say("pay.reference_hint"),
            buddy=self.reference.field,
        )
        self.which_row.hide()
        self.reference_row.hide()
        self.decides = ChooseDecider(self.desk)
        self.decides.wants_more.connect(lambda: self.shell.open("deciding"))
        self.decides.hide()
        holder = QWidget()
        body = QVBoxLayout(holder)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(theme.px(theme.GROUP))
        body.addWidget(self.to_row)
        body.addWidget(self.which_row)
        body.addWidget(Labelled(say("pay.amount"), self.amount, buddy=self.amount.field))
        body.addWidget(self.memo_row)
        body.addWidget(self.reference_row)
        body.addWidget(self.decides)
        body.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        body.addStretch(1)
        return holder

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the effect below the form where there is no room beside it."""
        super().resizeEvent(event)
        wide = self.width() >= theme.px(theme.TEXT_WIDTH)
        way = QBoxLayout.Direction
        self.line.setDirection(way.LeftToRight if wide else way.TopToBottom)

    # Drawing --------------------------------------------------------------

    @Slot()
    def redraw(self) -> None:
        """Show partners, tallies and the effect."""
        self._fill_partners()
        if not self._offered and len(self.model.tallies) == 1 and not self.name.text():
            self._wanted = self.model.tallies[0].id  # there is only one whom one can pay
        if self._wanted and self.model.tallies:
            self._offered = True
            wanted, self._wanted = self._wanted, ""
            self.model.choose(wanted)
            self._show_partner()
            self.amount.setFocus()
            return
        if self._reviews and self.model.terms is not None:
            self._reviews = False
            self.on_review()
            return
        self._fill_tallies()
        nobody = self.model.loaded and not self.model.tallies
        self.columns.setVisible(not nobody)
        self.go.setVisible(not nobody)
        self.empty.setVisible(nobody)
        whom = self.model.tally
        self.decides.show_for((whom.partner.agent,) if whom else (), self.model.terms)
        self.effect.show_effect(self.model.tally, self.model.effect)
        self.memo_row.set_hint(
            say("pay.for_hint", partner=partner_name(self.model.tally))
            if self.model.tally
            else say("pay.for_hint_nobody")
        )

    def _fill_partners(self) -> None:
        partners = [(bare(partner_name(one)), one.id) for one in self.model.partners()]
        shown = [(self.to.itemText(n), self.to.itemData(n)) for n in range(self.to.count())]
        if partners == shown:
            return
        written = self.name.text()
        self.to.clear()
        for name, tally in partners:
            self.to.addItem(name, tally)
        self.to.setCurrentIndex(-1)
        self.name.setText(written)

    def _show_partner(self) -> None:
        name = bare(partner_name(self.model.tally)) if self.model.tally else ""
        self.to.setCurrentIndex(self.to.findText(name))
        self.name.setText(name)
        self.name.setCursorPosition(0)  # the beginning of a long name, not its end
        self.to_row.set_hint("")
        self.redraw()

    def _fill_tallies(self) -> None:
        choices = self.model.choices()
        self.which_row.setVisible(len(choices) > 1)
        self.which.clear()
        for one in choices:
            self.which.addItem(bare(self._tally_words(one)), one.id)
        if self.model.tally is not None:
            self.which.setCurrentIndex(self.which.findData(self.model.tally.id))

    def _tally_words(self, tally: TallyView) -> Words:
        changed = day(tally.changed_at, self.desk.now())
        memo = plain(tally.memo, 60) or say("pay.tally_memo_none", when=changed)
        room = self.desk.figures.show(tally.room_to_pay)
        return say("pay.tally_row", memo=memo, room=room)

    # Acts -----------------------------------------------------------------

    @Slot(int)
    def on_partner(self, number: int) -> None:
        """Take the chosen partner."""
        self._reviews = False
        self.model.choose(str(self.to.itemData(number)))
        self._show_partner()

    @Slot(str)
    def on_edited(self, text: str) -> None:
        """Forget the partner when the name is changed; never pay whom the field does not name."""
        if self.model.tally is not None and text != bare(partner_name(self.model.tally)):
            self._reviews = False
            self.model.choose("")

    @Slot()
    def on_written(self) -> None:
        """Take a written name or a pasted link."""
        text = self.name.text().strip()
        if self.model.tally is not None or not text:
            return
        if text.casefold().startswith(LINK_MARK):
            self.name.clear()
            self.shell.open("answer", text)
            return
        found = self.to.findText(text, Qt.MatchFlag.MatchFixedString)
        if found >= 0:
            self.on_partner(found)
        else:
            self.to_row.set_hint(say("pay.to_unknown"), Role.ATTENTION)

    @Slot(int)
    def on_tally(self, number: int) -> None:
        """Take another tally with the same partner."""
        self._reviews = False
        self.model.choose(str(self.which.itemData(number)))

    @Slot(int)
    def on_pay_within(self, amount: int) -> None:
        """Write the amount that is within the agreement."""
        self.amount.set_amount(amount)
        self.amount.setFocus()

    @Slot()
    def on_more(self) -> None:
        """Show or hide what is seldom needed."""
        shown = self.reference_row.isHidden()
        self.reference_row.setVisible(shown)
        self.decides.setVisible(shown)
        words = say("pay.less" if shown else "pay.more")
        self.more.setText(words)
        self.more.setAccessibleName(bare(words))

    @Slot()
    def on_review(self) -> None:
        """Go to the review, or say beside the field what is missing."""
        self.on_written()
        if self.model.tally is None:
            if not self.name.text().strip():
                self.to_row.set_hint(say("pay.to_missing"), Role.BAD)
            self.to.setFocus()
            return
        if not self.amount.insist():
            self.amount.setFocus()
            return
        if not self.decides.insist():
            self.decides.which.setFocus()
            return
        self.model.set_signing(self.decides.signing())
        self._reviews = self.model.terms is None  # who decides by the terms: known in a moment
        wish = self.model.wish()
        if wish is None or self._reviews:
            return
        sending = Sending(self.desk, wish, self._undo_seconds, self.desk)
        self.put_review(self.act(), lambda: self._send(sending))

    def act(self) -> Act:
        """Put the payment into words for the review."""
        tally, effect = self.model.tally, self.model.effect
        if tally is None or effect is None:
            raise ValueError("no payment is written")
        return payment_act(self.model, tally, effect, self.desk.figures)

    def _send(self, sending: Sending) -> None:
        self.sending = sending
        tally = self.model.tally
        partner = partner_name(tally) if tally else Words("")
        panel = SendingPanel(self.shell, sending, partner, self.model.amount)
        panel.closed.connect(self.on_undone)
        panel.sent.connect(self.on_sent)
        self.leave_review()
        self.addWidget(panel)
        self.setCurrentWidget(panel)
        panel.undo.setFocus(Qt.FocusReason.OtherFocusReason)
        sending.start()

    @Slot()
    def on_undone(self) -> None:
        """Come back to the form as it was."""
        self._drop_panel()

    @Slot(str)
    def on_sent(self, chit: str) -> None:
        """Show how the payment goes on."""
        self._drop_panel()
        self.model.clear()
        self.amount.set_amount(0)
        self.memo.set_text("")
        self.reference.set_text("")
        self.decides.clear()
        self.to.setCurrentIndex(-1)
        self.name.clear()
        if self.isVisible():  # else the person is elsewhere: Activity and the notice tell
            self.shell.back()
            self.shell.open("chit", chit)

    def _drop_panel(self) -> None:
        panel = self.currentWidget()
        if isinstance(panel, SendingPanel):
            self.removeWidget(panel)
            panel.deleteLater()
        self.setCurrentIndex(0)


def payment_act(model: Payment, tally: TallyView, effect: Effect, figures: Figures) -> Act:
    """Put a payment into words: every fact that is signed, and what happens next."""
    partner = partner_name(tally)
    facts = [
        Fact(say("pay.review.to"), say("pay.review.not_compared", partner=partner), strong=True),
        Fact(say("pay.review.for"), plain(model.memo, MEMO_LIMIT) or say("chits.no_memo")),
    ]
    if model.reference.strip():
        facts.append(Fact(say("pay.review.reference"), plain(model.reference, REFERENCE_LIMIT)))
    if tally.memo:
        facts.append(Fact(say("pay.review.tally"), plain(tally.memo, MEMO_LIMIT)))
    facts.append(Fact(say("pay.review.after"), owing(partner, effect.after, figures)))
    decides = signing_words(model.decided_by, "payer", partner)
    if model.signing is not None:
        decides = Words(f"{decides} {say('choose.asks', partner=partner)}")
    facts.append(Fact(say("choose.review"), decides))
    online = tally.partner.online
    after = (
        say("pay.review.next_online", partner=partner, seconds=SESSION_SECONDS)
        if online
        else say("pay.review.next_offline", partner=partner)
    )
    room = figures.show(effect.room)
    warnings = (say("pay.review.over", partner=partner, room=room),) if effect.is_over else ()
    amount = figures.with_unit(model.amount)
    return Act(
        say("pay.review_title", partner=partner, amount=amount),
        tuple(facts),
        after,
        model.amount,
        say("pay.direction", partner=partner),
        say("pay.review.sign", amount=amount),
        warnings,
    )
