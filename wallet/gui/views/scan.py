"""Scan (S3): camera, picture, clipboard, typed text; described first, used on a button only.

A text never acts by itself (ux.md 5.1, 5.8, H4): it is described by the door, which contacts
nobody, and the person decides.  Files can be dropped and Ctrl+V works anywhere on the page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from wallet.engine.api.views import LinkView
from wallet.gui import theme
from wallet.gui.errors import explain_code
from wallet.gui.scanning import (
    MAX_PICTURE_BYTES,
    Camera,
    Frame,
    FrameSource,
    Pictures,
    Trouble,
    frame_of_image,
)
from wallet.gui.text import Words, bare, plain, say
from wallet.gui.theme import Role
from wallet.gui.viewmodels.link import MAX_BYTES, SHOWN, Links, Way
from wallet.gui.viewmodels.states import name_of
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.buttons import Kind, push_button
from wallet.gui.widgets.camera_view import CameraPanel, Reading
from wallet.gui.widgets.current_stack import CurrentStack
from wallet.gui.widgets.form import Chips, Labelled, refill
from wallet.gui.widgets.labels import plain_label, set_role
from wallet.gui.widgets.pages import PageFrame
from wallet.gui.widgets.quoted import Quoted
from wallet.gui.widgets.surfaces import Card, column

TABS = ("camera", "picture", "clipboard", "type")
PICTURES = "*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.tallystick *.txt"


class ScanPage(PageFrame):
    """The page; what is found opens on the place that can show it."""

    def __init__(
        self,
        shell: Shell,
        make_camera: Callable[[int], FrameSource] = Camera,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(say("scan.title"), parent)
        self._shell = shell
        self.setAcceptDrops(True)
        self.links = Links(shell.desk, self)
        self.links.described.connect(self.on_described)
        self.links.too_long.connect(self.on_too_long)
        self.links.failed.connect(self.on_failed)
        self.reading = Reading(self)
        self.reading.found.connect(self.on_texts)
        self.reading.ended.connect(self.on_picture_ended)
        self.body.addWidget(plain_label(say("scan.intro"), role=Role.NEUTRAL))
        self.tabs = Chips(say("scan.title"), [(key, say(f"scan.{key}")) for key in TABS])
        self.tabs.chosen.connect(self.show_tab)
        self.body.addWidget(self.tabs)
        self.camera = CameraPanel(make_camera)
        self.camera.found.connect(self.on_texts)
        self.stack = CurrentStack()
        for panel in (self.camera, self._picture(), self._clipboard(), self._typing()):
            self.stack.addWidget(panel)
        self.body.addWidget(self.stack)
        self.note = plain_label(role=Role.ATTENTION)
        self.note.hide()
        self.body.addWidget(self.note)
        self.result = QWidget()
        self.result.setLayout(column())
        self.body.addWidget(self.result)
        self.body.addStretch(1)
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        paste.activated.connect(self.paste)

    # Panels ---------------------------------------------------------------

    def _picture(self) -> QWidget:
        self.open_picture = push_button(
            say("scan.picture_open"), self.ask_file, icon_name="picture"
        )
        return _panel(say("scan.picture_hint"), self.open_picture)

    def _clipboard(self) -> QWidget:
        self.read_clipboard = push_button(say("scan.clipboard_read"), self.paste, icon_name="paste")
        return _panel(say("scan.clipboard_hint"), self.read_clipboard)

    def _typing(self) -> QWidget:
        self.typed = QPlainTextEdit()
        self.typed.setTabChangesFocus(True)
        self.typed.setMaximumHeight(theme.px(3 * theme.ROW))
        self.use_typed = push_button(say("scan.type_use"), self.describe_typed)
        field = Labelled(say("scan.type_label"), self.typed, say("scan.type_hint"))
        holder = QWidget()
        body = QVBoxLayout(holder)
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(field)
        body.addWidget(self.use_typed, 0, Qt.AlignmentFlag.AlignLeft)
        body.addStretch(1)
        return holder

    @Slot(str)
    def show_tab(self, key: str) -> None:
        """Show one way in; the camera runs only while its tab is shown."""
        self.tabs.choose(key)
        self.stack.setCurrentIndex(TABS.index(key))
        self.stack.show()
        if key != "camera":
            self.camera.stop()
        self._say(Words(""))

    # Ways in --------------------------------------------------------------

    @Slot()
    def describe_typed(self) -> None:
        """Describe what was typed."""
        self._fresh()
        self.links.describe(self.typed.toPlainText(), Way.LINK)

    @Slot()
    def paste(self) -> None:
        """Take a text, a picture or a file from the clipboard."""
        self.take(QApplication.clipboard().mimeData())

    def take(self, data: QMimeData | None) -> None:
        """Take what was pasted or dropped: a file, a picture, or a text."""
        self._fresh()
        local = [url.toLocalFile() for url in data.urls() if url.isLocalFile()] if data else []
        if data is not None and local:
            self.read_file(local[0])
        elif data is not None and data.hasImage():
            image = QApplication.clipboard().image()
            if not image.isNull():
                self._read_frame(frame_of_image(image))
        elif data is not None and data.hasText() and data.text().strip():
            self.links.describe(data.text(), Way.LINK)
        else:
            self._say(say("scan.nothing_in_clipboard"))

    @Slot()
    def ask_file(self) -> None:
        """Ask for a picture or an invitation file."""
        kinds = f"{bare(say('scan.picture_files'))} ({PICTURES})"
        dialog = QFileDialog(self, bare(say("scan.picture_open")), "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.read_file)
        dialog.open()

    @Slot(str)
    def read_file(self, path: str) -> None:
        """Read a dropped or chosen file: a short text, else a picture."""
        self._fresh()
        try:
            with Path(path).open("rb") as file:
                data = file.read(MAX_PICTURE_BYTES + 1)
        except OSError:
            self._say(say("scan.file_unreadable"))
            return
        text = _text_of(data)
        if text:
            self.links.describe(text, Way.FILE)
        elif len(data) > MAX_PICTURE_BYTES:
            self._say(say(f"scan.trouble.{Trouble.PICTURE_TOO_LARGE.value}"))
        else:
            self._read_frame(data)

    def _read_frame(self, picture: Frame | bytes) -> None:
        self._say(say("scan.reading"), Role.NEUTRAL)
        self.reading.start(Pictures([picture]))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept what can be taken."""
        data = event.mimeData()
        if data.hasUrls() or data.hasText() or data.hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        self.take(event.mimeData())
        event.acceptProposedAction()

    def hideEvent(self, event: object) -> None:
        """Let go of the camera when nobody looks."""
        self.camera.stop()
        self.reading.stop()

    # What came of it ------------------------------------------------------

    @Slot(object)
    def on_texts(self, texts: tuple[str, ...]) -> None:
        """Describe the code that was found, or let the person choose among several."""
        self._fresh()
        if len(texts) == 1:
            self.links.describe(texts[0], Way.SCAN)
            return
        card = Card(say("scan.too_many"))
        for text in texts:
            describe = partial(self.links.describe, text, Way.SCAN)
            card.body.addWidget(push_button(plain(text, 60), describe))
        refill(self.result, card)

    @Slot(object)
    def on_picture_ended(self, trouble: Trouble | None) -> None:
        """Say why a picture gave nothing."""
        key = f"scan.trouble.{trouble.value}" if trouble else "scan.nothing_in_picture"
        self._say(say(key))

    @Slot()
    def on_too_long(self) -> None:
        """Say that the text is no link by its length alone."""
        self._say(say("scan.too_long"))

    @Slot(object)
    def on_failed(self, error: BaseException) -> None:
        """The door could not describe it."""
        self._say(explain_code(getattr(error, "code", "BUG")).whole, Role.BAD)

    @Slot(object, object)
    def on_described(self, link: LinkView, way: Way) -> None:
        """Say what the text is; offer the one thing to do with it."""
        self._say(Words(""))
        card = Card(say("scan.found"))
        card.body.setSpacing(theme.px(theme.GAP))
        card.body.addWidget(plain_label(kind_words(link), strong=True))
        if link.kind == "invite":
            look = push_button(say("scan.look"), lambda: self.look(link, way), kind=Kind.PRIMARY)
            card.body.addLayout(_left(look))
            look.setFocus()
        elif link.kind == "card":
            look = push_button(
                say("scan.look_card"),
                lambda: self._shell.open("card", link.text),
                kind=Kind.PRIMARY,
            )
            card.body.addLayout(_left(look))
            look.setFocus()
        elif not link.kind:
            self._explain(card, link)
        again = push_button(say("scan.again"), self.start_again)
        card.body.addLayout(_left(again))
        refill(self.result, card)
        self.stack.hide()  # what was found is what matters now

    def start_again(self) -> None:
        """Show the ways in again."""
        self._fresh()
        self.stack.show()

    def look(self, link: LinkView, way: Way) -> None:
        """Open the invitation's page; still nobody is contacted."""
        self._shell.open("answer", f"{way.value} {link.text}")

    def _explain(self, card: Card, link: LinkView) -> None:
        text = explain_code(link.error) if link.error else None
        if text is not None:
            card.body.addWidget(plain_label(Words(f"{text.means} {text.do}")))
        name = say("scan.unknown_text")
        card.body.addWidget(Labelled(name, Quoted(plain(link.text, SHOWN), name)))

    def _fresh(self) -> None:
        self._say(Words(""))
        refill(self.result)

    def _say(self, words: Words, role: Role = Role.ATTENTION) -> None:
        set_role(self.note, role)
        self.note.setText(words)
        self.note.setVisible(bool(words))


def kind_words(link: LinkView) -> Words:
    """Say what a text is, in one sentence."""
    if link.kind == "invite":
        inviter = name_of(link.inviter.name) if link.inviter else Words("")
        if inviter:
            return say("scan.kind.invite", inviter=inviter)
        return say("scan.kind.invite_nameless")
    if link.kind == "card":
        name = name_of(link.inviter.name) if link.inviter else Words("")
        return say("scan.kind.card", name=name) if name else say("scan.kind.card_nameless")
    if link.kind:
        return say(f"scan.kind.{link.kind}")
    return explain_code(link.error).what if link.error else say("scan.unknown")


def _text_of(data: bytes) -> str:
    """Return the text of a small text file; empty for anything else."""
    if len(data) > MAX_BYTES or b"\0" in data:
        return ""
    try:
        return data.decode("utf-8").strip()
    except UnicodeDecodeError:
        return ""


def _panel(hint: str, *buttons: QWidget) -> QWidget:
    holder = QWidget()
    body = QVBoxLayout(holder)
    body.setContentsMargins(0, 0, 0, 0)
    body.setSpacing(theme.px(theme.GROUP))
    body.addWidget(plain_label(hint))
    for button in buttons:
        body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
    body.addStretch(1)
    return holder


def _left(*widgets: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        line.addWidget(widget)
    line.addStretch(1)
    return line
