"""A page over which a review can be put: the way from a button to a signature (ux.md S4, H4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from wallet.engine.api.commands import Command
from wallet.gui.errors import explain
from wallet.gui.text import Words
from wallet.gui.viewmodels.signing import Signing
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.review import Act, Review


class SigningPage(QStackedWidget):
    """Holds a page and, while something is to be signed, its review over it."""

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shell = shell
        self.desk = shell.desk
        self.review: Review | None = None

    def ask_for(self, act: Act, wish: Command[Any], on_done: Callable[[Any], object]) -> None:
        """Show what is to be signed; submit it when the person presses the button."""
        signing = Signing(self.desk, self)
        review = self.put_review(act, lambda: signing.submit(wish))

        def done(result: object) -> None:
            self.leave_review()
            on_done(result)

        signing.done.connect(done)
        signing.failed.connect(lambda error: review.show_error(self.words_of(error)))

    def put_review(self, act: Act, on_signed: Callable[[], object]) -> Review:
        """Put a review over the page."""
        self.leave_review()
        review = Review(act, self.desk.figures)
        self.review = review
        review.signed.connect(lambda: on_signed())
        review.went_back.connect(self.leave_review)
        self.addWidget(review)
        self.setCurrentWidget(review)
        return review

    def leave_review(self) -> None:
        """Take the review away; the page below is as it was."""
        if self.review is None:
            return
        review, self.review = self.review, None
        self.removeWidget(review)
        had_focus = review.isAncestorOf(QApplication.focusWidget() or self)
        review.deleteLater()
        self.setCurrentIndex(0)
        page = self.currentWidget()
        if had_focus and page is not None:  # else it would fall to the first tool: Pay
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def words_of(self, error: BaseException) -> Words:
        """Put an error into words."""
        return explain(error, self.desk.figures).whole
