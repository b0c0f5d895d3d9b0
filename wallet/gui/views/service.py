"""What we do for others: deciding, voting, our card, offers to partners."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from wallet.engine.api.commands import OfferToWitness
from wallet.engine.api.views_signing import ServiceView
from wallet.gui import theme
from wallet.gui.text import Words, bare, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.deciders import WHOM, Deciding
from wallet.gui.viewmodels.tally_rows import partner_name
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.buttons import push_button, set_reason
from wallet.gui.widgets.flow import Flow
from wallet.gui.widgets.form import Chips, Labelled
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import beside
from wallet.gui.widgets.qr_view import QrView
from wallet.gui.widgets.surfaces import Card, column, row


class ServicePanel(QWidget):
    """Three cards; a choice acts at once, and can be taken back at once."""

    def __init__(self, shell: Shell, model: Deciding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shell = shell
        self.model = model
        self.setLayout(column(self._tasks(), self._card(), self._offer(), gap=theme.GROUP))
        self._shown_link = ""
        self._shown_partners: tuple[tuple[str, str], ...] = ()
        model.done.connect(self.on_done)

    def _tasks(self) -> QWidget:
        card = Card(say("service.title"))
        card.body.setSpacing(theme.px(theme.GAP))
        self.chips: dict[str, Chips] = {}
        for task in ("decide", "vote"):
            words = say(f"service.{task}")
            chips = Chips(words, [(whom, say(f"service.whom.{whom}")) for whom in WHOM])
            for whom, button in chips.buttons.items():
                button.setAccessibleName(bare(f"{words}: {say(f'service.whom.{whom}')}"))
            chips.chosen.connect(lambda _, task=task: self.on_whom(task))
            self.chips[task] = chips
            card.body.addWidget(Labelled(words, chips, say(f"service.{task}_hint")))
        self.counts = plain_label(role=Role.NEUTRAL)
        self.look = push_button(say("service.look"), lambda: self._shell.open("session"))
        self.look.hide()
        card.body.addLayout(beside(self.counts, self.look))
        return card

    def _card(self) -> QWidget:
        card = Card(say("service.card"))
        self.none = plain_label(say("service.card_none"), role=Role.NEUTRAL)
        self.qr = QrView()
        self.shown = QWidget()
        side = QVBoxLayout()
        side.addWidget(plain_label(say("service.card_hint"), role=Role.NEUTRAL))
        side.addLayout(Flow(self.qr.copy, self.qr.save, self.qr.large))
        side.addStretch(1)
        line = row(gap=theme.GROUP)
        line.addWidget(self.qr, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(side, 1)
        self.shown.setLayout(line)
        self.shown.hide()
        card.body.addWidget(self.none)
        card.body.addWidget(self.shown)
        return card

    def _offer(self) -> QWidget:
        card = Card(say("service.offer"))
        self.partner = QComboBox()
        self.offer = push_button(say("service.offer_send"), self.on_offer)
        field = QWidget()
        line = row(self.partner)
        line.setStretch(0, 1)
        line.addWidget(self.offer)
        field.setLayout(line)
        self.offer_row = Labelled(say("service.offer_to"), field, buddy=self.partner)
        card.body.addWidget(self.offer_row)
        return card

    # Drawing ------------------------------------------------------------------------

    def draw(self) -> None:
        """Show what we do, our card, and to whom it may be offered."""
        service = self.model.service
        if service is None:
            return
        self.chips["decide"].choose(service.decide)
        self.chips["vote"].choose(service.vote)
        self.counts.setText(counts_of(service))
        self.look.setVisible(service.open_sessions > 0)
        serves = service.decide != "nobody" or service.vote != "nobody"
        self.none.setText(say("service.card_offline" if serves else "service.card_none"))
        self.none.setVisible(not self.model.link)
        self.shown.setVisible(bool(self.model.link))
        if self.model.link and self.model.link != self._shown_link:
            self._shown_link = self.model.link
            self.qr.show_code(self.model.link, self.model.link)
        partners = tuple((one.id, bare(partner_name(one))) for one in self.model.partners)
        if partners != self._shown_partners:
            self._shown_partners = partners
            self.partner.clear()
            for tally, name in partners:
                self.partner.addItem(name, tally)
        reason = Words("") if serves else say("service.card_none")
        set_reason(self.offer, reason if partners else say("service.offer_nobody"))

    @Slot()
    def on_whom(self, task: str) -> None:
        """Do it for others from now on."""
        service = self.model.service
        if service is None:
            return
        chosen = {
            name: next(whom for whom, one in chips.buttons.items() if one.isChecked())
            for name, chips in self.chips.items()
        }
        if (chosen["decide"], chosen["vote"]) != (service.decide, service.vote):
            self.model.serve(chosen["decide"], chosen["vote"])
        del task

    @Slot()
    def on_offer(self) -> None:
        """Offer it to the chosen partner."""
        if (tally := self.partner.currentData()) is not None:
            self.model.offer(str(tally))

    @Slot(object)
    def on_done(self, wish: object) -> None:
        """Say that the offer is out."""
        if isinstance(wish, OfferToWitness):
            name = next((n for tally, n in self._shown_partners if tally == wish.tally), "")
            self._shell.tell(say("service.offered", partner=name))


def counts_of(service: ServiceView) -> Words:
    """Say how much of it we did, and what waits now."""
    if not (service.decided or service.voted or service.open_sessions or service.open_ballots):
        return say("service.done_none")
    said = [say("service.done", decided=service.decided, voted=service.voted)]
    if waits := service.open_sessions + service.open_ballots:
        said.append(say("service.now", n=waits))
    if service.slots:
        said.append(say("service.slots", n=service.slots))
    return Words(" ".join(said))
