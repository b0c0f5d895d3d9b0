"""The agreement of a tally as a readable page."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from wallet.engine.api.views import TermsView
from wallet.gui import theme
from wallet.gui.text import Figures, Words, day, plain, plain_lines, say
from wallet.gui.theme import Role, Size
from wallet.gui.viewmodels.base import Desk
from wallet.gui.viewmodels.terms_diff import diff_of
from wallet.gui.widgets.diff_view import DiffView
from wallet.gui.widgets.form import refill
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.surfaces import Card, column


class TermsPanel(QWidget):
    """Numbers, contract, who signed, fingerprint; peer text plain."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: tuple[TermsView, Words, Figures] | None = None
        self.setLayout(column(gap=theme.GROUP))

    def show_terms(self, terms: TermsView | None, partner: Words) -> None:
        """Show the terms, without what stood before them."""
        figures = self._desk.figures
        if terms is None or (terms, partner, figures) == self._shown:
            return
        self._shown = (terms, partner, figures)
        rows = diff_of(terms, partner, figures)
        plain_rows = tuple(type(row)(row.what, Words(""), row.now, False) for row in rows)
        contract = Card(say("terms.contract"))
        text = plain_lines(terms.contract.text) or say("terms.no_contract")
        if terms.contract.title and not terms.contract.text.startswith(terms.contract.title):
            contract.body.addWidget(plain_label(plain(terms.contract.title), strong=True))
        words = plain_label(text)
        words.setMaximumWidth(theme.px(theme.TEXT_WIDTH))
        contract.body.addWidget(words)
        foot = Card(say("terms.digest"))
        foot.body.addWidget(plain_label(grouped(terms.digest), selectable=True))
        version = say("terms.revision", n=terms.revision)
        foot.body.addWidget(plain_label(version, role=Role.NEUTRAL, size=Size.SMALL))
        signed = plain_label(signed_words(terms, partner, self._desk.now()))
        widgets = (signed, DiffView("", plain_rows), contract, foot)
        refill(self, *widgets)


def signed_words(terms: TermsView, partner: Words, now: int) -> Words:
    """Say who signed and when."""
    when = day(terms.date, now)
    if terms.signed_by_me and terms.signed_by_partner:
        return say("terms.signed_both", when=when)
    if terms.signed_by_me:
        return say("terms.signed_me", when=when)
    if terms.signed_by_partner:
        return say("terms.signed_partner", when=when, partner=partner)
    return say("terms.unsigned")


def grouped(digest: str) -> Words:
    """Return a digest in groups of four: eight groups are enough for the eye."""
    clean = "".join(sign for sign in digest if sign.isalnum())[:32]
    return Words(" ".join(clean[n : n + 4] for n in range(0, len(clean), 4)))
