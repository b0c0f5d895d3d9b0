"""A QR code with what one does with it: save as a picture, copy the link, show it large.

Says the code's size, and warns when it grows beyond version 15 (ux.md 5.6, desktop.md QR).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QSizePolicy, QVBoxLayout, QWidget

from wallet.gui import theme
from wallet.gui.text import Words, bare, say
from wallet.gui.theme import Role, Size
from wallet.gui.widgets.buttons import push_button, set_reason
from wallet.gui.widgets.labels import plain_label, set_role
from wallet.gui.widgets.qr_code import QrCode, QrMatrix, QrTooLong, make_matrix
from wallet.gui.widgets.saving import ask_where_to_save
from wallet.gui.widgets.surfaces import column

FILE_NAME = "invitation.png"


class QrView(QWidget):
    """Shows one code; `link` is what *Copy link* copies, which may differ from the code's text.

    Its buttons (`copy`, `save`, `large`) are placed by who shows it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = ""
        self._dialog: QFileDialog | None = None
        self._large: QDialog | None = None
        self.code = QrCode()
        self.code.setAccessibleName(bare(say("qr.name")))
        self.note = plain_label(role=Role.NEUTRAL, size=Size.SMALL)
        self.note.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.copy = push_button(say("qr.copy_link"), self.copy_link, icon_name="copy")
        self.save = push_button(say("qr.save"), self.ask_where, icon_name="save")
        self.large = push_button(say("qr.show_large"), self.show_large, icon_name="code")
        body = column(gap=theme.GAP)
        body.addWidget(self.code, 0, Qt.AlignmentFlag.AlignHCenter)
        body.addWidget(self.note)
        self.setLayout(body)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)

    def show_code(self, text: str, link: str) -> None:
        """Show the code of a text."""
        self._link = link
        try:
            matrix: QrMatrix | None = make_matrix(text)
        except QrTooLong:
            matrix = None
        self.code.show_matrix(matrix)
        self._describe(matrix)

    def _describe(self, matrix: QrMatrix | None) -> None:
        if matrix is None:
            words, role = say("qr.too_long"), Role.ATTENTION
        elif matrix.large:
            words, role = say("qr.large", version=matrix.version), Role.ATTENTION
        else:
            words, role = say("qr.version", version=matrix.version), Role.NEUTRAL
        self._note(words, role)
        self.code.setVisible(matrix is not None)
        self.code.setAccessibleDescription(bare(words))
        for button in (self.save, self.large):
            set_reason(button, "" if matrix else words)

    def _note(self, words: Words, role: Role) -> None:
        self.note.setText(words)
        set_role(self.note, role)

    @Slot()
    def copy_link(self) -> None:
        """Put the link on the clipboard."""
        QApplication.clipboard().setText(self._link)
        self._note(say("qr.copied"), Role.GOOD)

    @Slot()
    def ask_where(self) -> None:
        """Ask for a file name; saving follows when it is chosen."""
        ask_where_to_save(self, say("qr.save"), FILE_NAME, self.save_to, "PNG (*.png)")

    @Slot(str)
    def save_to(self, path: str) -> None:
        """Save the code as a picture: dark on white, quiet zone included."""
        saved = self.code.saved_image().save(path)
        if saved:
            self._note(say("qr.saved"), Role.GOOD)
        else:
            self._note(say("qr.not_saved"), Role.BAD)

    @Slot()
    def show_large(self) -> None:
        """Show the code in a window of its own, as large as the screen allows."""
        large = QDialog(self)
        large.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        large.setWindowTitle(bare(say("qr.name")))
        code = QrCode(least=theme.px(2 * theme.SIDEBAR))
        code.show_matrix(self.code.matrix)
        code.setAccessibleName(bare(say("qr.name")))
        body = QVBoxLayout(large)
        body.addWidget(code, 1)
        hint = plain_label(say("qr.large_hint"), role=Role.NEUTRAL)
        hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        body.addWidget(hint)
        body.addWidget(push_button(say("common.close"), large.accept))
        large.open()
        self._large = large
