"""The camera on screen: its picture, a chooser that stays open, a sentence when it gives nothing.

The reading happens in the scanner's own thread; here its latest picture is fetched fifteen times a
second while it runs, and no timer runs otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QVBoxLayout, QWidget

from wallet.gui import theme
from wallet.gui.scanning import FrameSource, Scanner, Seen, Trouble, image_of_frame
from wallet.gui.text import Words, bare, say
from wallet.gui.theme import Role
from wallet.gui.widgets.buttons import push_button
from wallet.gui.widgets.labels import plain_label, set_role
from wallet.gui.widgets.surfaces import row

LOOK_MS = 66
CAMERAS = 4  # numbers offered; OpenCV cannot list what there is


class Reading(QObject):
    """Runs a scanner and tells in this thread what it saw.

    Signals:
        frame: the latest picture as a QImage.
        found: the texts that were read, a tuple; the scanner has ended.
        ended: nothing was read; a Trouble or None.
    """

    frame = Signal(object)
    found = Signal(object)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scanner: Scanner | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def is_running(self) -> bool:
        """Whether a source is being read."""
        return self._scanner is not None

    def start(self, source: FrameSource) -> None:
        """Read a source instead of the former one."""
        self.stop()
        self._scanner = Scanner(source)
        self._scanner.start()
        self._timer.start()

    def stop(self) -> None:
        """Stop reading."""
        self._timer.stop()
        if self._scanner is not None:
            self._scanner.stop()
            self._scanner = None

    @Slot()
    def look(self) -> None:
        """Take what the scanner knows now."""
        if self._scanner is None:
            return
        seen: Seen = self._scanner.take()
        if seen.frame is not None:
            self.frame.emit(image_of_frame(seen.frame))
        if seen.texts:
            self.stop()
            self.found.emit(seen.texts)
        elif seen.ended:
            self.stop()
            self.ended.emit(seen.trouble)


class _Picture(QWidget):
    """Paints the latest picture, keeping its shape."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.setAccessibleName(bare(say("scan.camera_view")))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Ask for a picture of 4 to 3."""
        return QSize(theme.px(theme.TEXT_WIDTH) // 2, theme.px(theme.SIDEBAR))

    def show_image(self, image: QImage) -> None:
        """Show a picture, or none."""
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture into the middle of a panel."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colours().surface("panel"))
        if not self._image.isNull():
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            left, top = (self.width() - size.width()) // 2, (self.height() - size.height()) // 2
            painter.drawImage(QRect(left, top, size.width(), size.height()), self._image)
        else:
            painter.setPen(theme.colours().of(Role.NEUTRAL))
            painter.setFont(theme.font())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, say("scan.camera_off"))
        painter.end()


class CameraPanel(QWidget):
    """Camera with chooser and one button.

    Signals:
        found: the texts that were read.
    """

    found = Signal(object)

    def __init__(self, make_source: Callable[[int], FrameSource]) -> None:
        super().__init__()
        self._make_source = make_source
        self.reading = Reading(self)
        self.reading.frame.connect(self.on_frame)
        self.reading.found.connect(self.on_found)
        self.reading.ended.connect(self.on_ended)
        self.picture = _Picture()
        self.which = QComboBox()
        self.which.setAccessibleName(bare(say("scan.camera_which")))
        for number in range(CAMERAS):
            self.which.addItem(say("scan.camera_number", number=number + 1))
        self.which.activated.connect(self.on_chosen)
        self.button = push_button(say("scan.camera_start"), self.toggle, icon_name="scan")
        self.note = plain_label(say("scan.camera_hint"), role=Role.NEUTRAL)
        line = row(self.which, self.button)
        line.addStretch(1)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(theme.px(theme.GAP))
        body.addWidget(self.picture)
        body.addWidget(self.note)
        body.addLayout(line)

    @Slot()
    def toggle(self) -> None:
        """Start or stop."""
        if self.reading.is_running:
            self.stop()
        else:
            self.start()

    def start(self) -> None:
        """Start the chosen camera."""
        self.reading.start(self._make_source(self.which.currentIndex()))
        self._show(say("scan.camera_stop"), say("scan.camera_looking"), Role.NEUTRAL)

    def stop(self) -> None:
        """Stop and let go of the camera."""
        self.reading.stop()
        self.picture.show_image(QImage())
        self._show(say("scan.camera_start"), say("scan.camera_hint"), Role.NEUTRAL)

    @Slot(int)
    def on_chosen(self, _: int) -> None:
        """Change to another camera while running."""
        if self.reading.is_running:
            self.start()

    @Slot(object)
    def on_frame(self, image: QImage) -> None:
        """Show the latest picture."""
        self.picture.show_image(image)

    @Slot(object)
    def on_found(self, texts: tuple[str, ...]) -> None:
        """Stop and tell."""
        self.stop()
        self.found.emit(texts)

    @Slot(object)
    def on_ended(self, trouble: Trouble | None) -> None:
        """Say why there is no picture; the chooser stays as it is."""
        self.stop()
        words = say(f"scan.trouble.{(trouble or Trouble.CAMERA_LOST).value}")
        self._show(say("scan.camera_start"), words, Role.ATTENTION)

    def _show(self, button: Words, note: Words, role: Role) -> None:
        self.button.setText(button)
        self.button.setAccessibleName(bare(button))
        self.note.setText(note)
        set_role(self.note, role)
