"""Somebody's card: who offers to decide or vote; added only by a button (ux.md H4)."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from wallet.engine.api.views import LinkView
from wallet.gui.text import Words, has_sentence, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.deciders import Deciding
from wallet.gui.viewmodels.link import Links, Way
from wallet.gui.viewmodels.states import name_of
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.buttons import Kind, push_button, set_reason
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.pages import PageFrame
from wallet.model.errors import WrongState


class CardPage(PageFrame):
    """The page; `subject` is the card's link.  Nobody is contacted before *Add*."""

    def __init__(self, shell: Shell, subject: str, parent: QWidget | None = None) -> None:
        super().__init__(say("common.loading"), parent)
        self._shell = shell
        self._link = subject
        self.model = Deciding(shell.desk, self)
        self.links = Links(shell.desk, self)
        self.does = plain_label(size=Size.LARGE)
        self.known = plain_label(say("deciding.card.known"), role=Role.NEUTRAL)
        self.known.hide()
        self.trust = plain_label(say("deciding.card.trust"))
        for label in (self.does, self.known, self.trust):
            self.body.addWidget(label)
        self.body.addStretch(1)
        self.cancel = push_button(say("common.cancel"), shell.back)
        self.add = push_button(say("deciding.card.add"), self.on_add, kind=Kind.PRIMARY)
        set_reason(self.add, say("common.loading"))
        self.foot.addStretch(1)
        self.foot.addWidget(self.cancel)
        self.foot.addWidget(self.add)
        self.setFocusProxy(self.cancel)
        self.links.described.connect(self.on_described)
        self.links.too_long.connect(self.on_no_card)
        self.links.failed.connect(shell.show_error)
        self.model.failed.connect(self.on_failed)
        self.model.done.connect(self.on_done)
        self.links.describe(subject, Way.LINK)

    @Slot(object, object)
    def on_described(self, link: LinkView, _: object) -> None:
        """Show whose card it is."""
        if link.kind != "card":
            self.on_no_card()
            return
        name = name_of(link.inviter.name) if link.inviter else Words("")
        title = say("deciding.card.title", name=name) if name else say("deciding.card.nameless")
        self.title.setText(title)
        table = {(True, True): "both", (True, False): "decides", (False, True): "votes"}
        does = table.get((link.decides, link.votes), "nothing")
        self.does.setText(say(f"deciding.does.{does}"))
        self.known.setVisible(link.known_partner)
        set_reason(self.add, "" if does != "nothing" else say("deciding.does.nothing"))

    @Slot()
    def on_no_card(self) -> None:
        """Say that this is no card."""
        self.title.setText(say("deciding.not_card"))
        self.trust.hide()
        set_reason(self.add, say("deciding.not_card"))

    @Slot()
    def on_add(self) -> None:
        """Know them from now on."""
        set_reason(self.add, say("review.signing"))
        self.model.add(self._link)

    @Slot(object)
    def on_done(self, _: object) -> None:
        """Go back to where one came from."""
        self._shell.tell(say("deciding.added"))
        self._shell.back()

    @Slot(object)
    def on_failed(self, error: BaseException) -> None:
        """Say why they were not added."""
        set_reason(self.add, "")
        key = f"deciding.card.{error.state}" if isinstance(error, WrongState) else ""
        if has_sentence(key):
            self.known.setText(say(key))
            self.known.show()
        else:
            self._shell.show_error(error)
