"""Reading QR codes from pictures, and the sources of those pictures.

The only module that knows OpenCV: importing cv2 sets `QT_QPA_*` variables, which would lead any
Qt program started later to the wrong plug-ins, so they are restored here.  cv2 and the reader are
imported when the first picture is read, not before.

Order of reading: zxing-cpp first, then, for what it cannot read, OpenCV's way of finding the code,
straightening it and decoding it, also with light and dark exchanged.  What comes out is text of a
stranger: never opened, never more than `MAX_TEXT` characters.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from types import ModuleType
from typing import Any, Protocol

from msgspec import Struct
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage, QImageReader

MAX_TEXT = 8192  # longest text taken from a code: a link is at most 8 KiB (ux.md 5.27)
MAX_CODES = 8  # codes told of one picture
MAX_PICTURE_BYTES = 20 * 1024 * 1024
MAX_PICTURE_PIXELS = 40_000_000
SIDES = (900, 1400)  # widths to which a code is straightened, in pixels

Frame = Any  # numpy array, height x width x 3, uint8, blue green red


class Trouble(StrEnum):
    """Why a source gives no pictures; each has a sentence."""

    NO_CAMERA = "no camera"
    CAMERA_LOST = "camera lost"
    NO_PICTURE = "no picture"
    PICTURE_TOO_LARGE = "picture too large"
    NO_READER = "no reader"


class SourceFailed(Exception):
    """A source that gives no pictures, and why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class FrameSource(Protocol):
    """Where pictures come from.  Used from one worker thread only."""

    def open(self) -> None:
        """Make ready.  Raises SourceFailed."""
        ...

    def read(self) -> Frame | None:
        """Return the next picture, or None when there are no more.  Raises SourceFailed."""
        ...

    def close(self) -> None:
        """Let go of what `open` took; may be called without it."""
        ...


@contextmanager
def kept_qt_variables() -> Iterator[None]:
    """Restore the `QT_QPA_*` variables that the block changes."""
    names = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
    before = {name: os.environ.get(name) for name in names}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def load_cv2() -> ModuleType:
    """Import OpenCV without letting it change where Qt looks for its plug-ins.

    Raises SourceFailed where it is not installed.
    """
    with kept_qt_variables():
        try:
            import cv2
        except ImportError as error:
            raise SourceFailed(Trouble.NO_READER) from error
    return cv2


# Reading ----------------------------------------------------------------


def read_codes(picture: Frame | bytes) -> list[str]:
    """Return the texts of the QR codes in a picture, without repeats; empty when there are none.

    `picture` is an array (blue green red) or the bytes of a picture file.  At most `MAX_CODES`
    texts of at most `MAX_TEXT` characters; longer ones are left out.

    Raises:
        SourceFailed: the bytes are no picture, too many, or OpenCV is missing.
    """
    frame = frame_of_bytes(picture) if isinstance(picture, bytes) else picture
    found = _read_zxing(frame) or _read_cv2(frame)
    kept = [text for text in dict.fromkeys(found) if 0 < len(text) <= MAX_TEXT]
    return kept[:MAX_CODES]


def _read_zxing(frame: Frame) -> list[str]:
    """First reader: 88 % of poor pictures in 2 to 3 ms."""
    import zxingcpp

    codes = zxingcpp.read_barcodes(
        frame,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        text_mode=zxingcpp.TextMode.Plain,
    )
    return [code.text for code in codes if code.valid]


def _read_cv2(frame: Frame) -> list[str]:
    """Second opinion: find, straighten, decode; then the same with light and dark exchanged."""
    cv2 = load_cv2()
    grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) if frame.ndim == 3 else frame
    for view in (grey, cv2.bitwise_not(grey)):
        if text := _read_straightened(cv2, view):
            return [text]
    return []


def _read_straightened(cv2: Any, grey: Frame) -> str:
    """Detect the corners, map them to a square, decode the square."""
    import numpy

    detector = cv2.QRCodeDetector()
    try:
        found, corners = detector.detect(grey)
        if not found or corners is None:
            return ""
        for side in SIDES:
            edge = side // 10
            square = numpy.array(
                [
                    [edge, edge],
                    [side - edge, edge],
                    [side - edge, side - edge],
                    [edge, side - edge],
                ],
                numpy.float32,
            )
            matrix = cv2.getPerspectiveTransform(
                corners.reshape(4, 2).astype(numpy.float32), square
            )
            flat = cv2.warpPerspective(grey, matrix, (side, side), borderValue=255)
            text = _decode(cv2, detector, flat)
            if text:
                return text
    except cv2.error:
        # OpenCV raises on corners that span no area: as good as no code.
        return ""
    return ""


def _decode(cv2: Any, detector: Any, flat: Frame) -> str:
    """Decode a straightened code as it is and as pure black and white."""
    _, hard = cv2.threshold(flat, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    for view in (flat, hard):
        text, _, _ = detector.detectAndDecode(view)
        if text:
            return str(text)
    return ""


# Pictures ---------------------------------------------------------------


def frame_of_bytes(data: bytes) -> Frame:
    """Turn the bytes of a picture file into an array, bounded before it is unpacked.

    Raises:
        SourceFailed: no picture, more than 20 MiB, or more than 40 million pixels.
    """
    if len(data) > MAX_PICTURE_BYTES:
        raise SourceFailed(Trouble.PICTURE_TOO_LARGE)
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    _check_size(reader.size())
    image = reader.read()
    if image.isNull():
        raise SourceFailed(Trouble.NO_PICTURE)
    return frame_of_image(image)


def _check_size(size: QSize) -> None:
    """Refuse a picture whose header names no size or too large a one."""
    if not size.isValid():
        raise SourceFailed(Trouble.NO_PICTURE)
    if size.width() * size.height() > MAX_PICTURE_PIXELS:
        raise SourceFailed(Trouble.PICTURE_TOO_LARGE)


def frame_of_image(image: QImage) -> Frame:
    """Turn Qt's picture into an array (blue green red); what is see-through becomes white."""
    import numpy

    plain = QImage(image.size(), QImage.Format.Format_RGB32)
    plain.fill(0xFFFFFFFF)
    _paint_over(plain, image)
    bgr = plain.convertToFormat(QImage.Format.Format_BGR888)
    rows = numpy.frombuffer(bgr.constBits(), numpy.uint8).reshape(bgr.height(), bgr.bytesPerLine())
    return rows[:, : bgr.width() * 3].reshape(bgr.height(), bgr.width(), 3).copy()


def _paint_over(below: QImage, above: QImage) -> None:
    """Paint one picture over another."""
    from PySide6.QtGui import QPainter

    painter = QPainter(below)
    painter.drawImage(0, 0, above)
    painter.end()


def image_of_frame(frame: Frame) -> QImage:
    """Turn an array (blue green red) into Qt's picture, with bytes of its own."""
    height, width = frame.shape[:2]
    return QImage(frame.tobytes(), width, height, width * 3, QImage.Format.Format_BGR888).copy()


# Sources ----------------------------------------------------------------


class Camera:
    """A camera by its number in the system's order, through OpenCV."""

    def __init__(self, number: int = 0) -> None:
        self._number = number
        self._capture: Any = None

    def open(self) -> None:
        """Start the camera.  Raises SourceFailed when there is none or it is in use."""
        cv2 = load_cv2()
        # OpenCV would write about a missing camera to standard error.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        self._capture = cv2.VideoCapture(self._number)
        if not self._capture.isOpened():
            raise SourceFailed(Trouble.NO_CAMERA)

    def read(self) -> Frame | None:
        """Wait for the next picture.  Raises SourceFailed when the camera has gone."""
        good, frame = self._capture.read()
        if not good:
            raise SourceFailed(Trouble.CAMERA_LOST)
        return frame

    def close(self) -> None:
        """Give the camera back."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None


class Pictures:
    """Given pictures, one after the other: files' bytes, or arrays in tests."""

    def __init__(self, pictures: Iterable[Frame | bytes]) -> None:
        self._left = iter(tuple(pictures))

    def open(self) -> None:
        """Nothing to open."""

    def read(self) -> Frame | None:
        """Return the next picture.  Raises SourceFailed for bytes that are none."""
        picture = next(self._left, None)
        return frame_of_bytes(picture) if isinstance(picture, bytes) else picture

    def close(self) -> None:
        """Nothing to close."""


class Seen(Struct, frozen=True):
    """What a scanner knows now: the latest picture, what was read, whether and why it ended."""

    frame: Frame | None = None
    texts: tuple[str, ...] = ()
    ended: bool = False
    trouble: Trouble | None = None


class Scanner:
    """Reads a source in a thread of its own; the screen asks with `take()` when it is ready.

    The latest picture wins: a slow screen or reader skips pictures and never queues them.
    """

    def __init__(self, source: FrameSource) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._seen = Seen()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scanner", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def take(self) -> Seen:
        """Return what is known now, and keep the picture for nobody else."""
        with self._lock:
            seen = self._seen
            self._seen = Seen(None, seen.texts, seen.ended, seen.trouble)
        return seen

    def stop(self) -> None:
        """Ask the thread to end; it lets go of the camera after the picture it waits for."""
        self._stop.set()

    def wait_stopped(self, seconds: float = 5.0) -> bool:
        """Wait for the thread to end; says whether it did."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        """Read until a code is found, the source ends, or someone says stop."""
        trouble: Trouble | None = None
        try:
            self._source.open()
            self._read_all()
        except SourceFailed as error:
            trouble = error.trouble
        finally:
            self._source.close()
        with self._lock:
            seen = self._seen
            self._seen = Seen(seen.frame, seen.texts, True, trouble)

    def _read_all(self) -> None:
        """Read pictures until one has a code."""
        while not self._stop.is_set():
            frame = self._source.read()
            if frame is None:
                return
            texts = tuple(read_codes(frame))
            with self._lock:
                self._seen = Seen(frame, texts)
            if texts:
                return
