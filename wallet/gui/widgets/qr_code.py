"""A QR code, drawn: dark on white in every theme, with the quiet zone the standard asks for.

The library gives the matrix only; Qt draws it.  Always black on white, because readers fail on
inverted codes; whole pixels for each module, because blurred edges are what cameras stumble over.
"""

from __future__ import annotations

from collections.abc import Sequence

import qrcode
from msgspec import Struct
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

QUIET_ZONE = 4  # modules of white around the code (ISO/IEC 18004)
GOOD_VERSION = 15  # beyond it a poor camera does not read reliably
SAVED_MODULE = 8  # pixels a module in a saved picture
MASK = 3  # a fixed mask: choosing the best of eight costs eight times as much
ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


class QrTooLong(ValueError):
    """A text that no QR code can hold."""


class QrMatrix(Struct, frozen=True):
    """Rows of modules, dark is True, without quiet zone; `version` 1 to 40."""

    rows: tuple[tuple[bool, ...], ...]
    version: int

    @property
    def side(self) -> int:
        """How many modules a row has, quiet zone included."""
        return len(self.rows) + 2 * QUIET_ZONE

    @property
    def large(self) -> bool:
        """Whether poor cameras will have trouble."""
        return self.version > GOOD_VERSION


def make_matrix(text: str) -> QrMatrix:
    """Make the code for a text: error level M, or L where M would grow beyond version 15.

    Raises:
        QrTooLong: more than version 40 can hold.
    """
    first = _make(text, ERROR_CORRECT_M)
    return first if not first.large else _make(text, ERROR_CORRECT_L)


def _make(text: str, level: int) -> QrMatrix:
    """Make the code with one error level."""
    mode = MODE_ALPHA_NUM if ALPHANUMERIC.issuperset(text) else MODE_8BIT_BYTE
    code = qrcode.QRCode(error_correction=level, border=0, mask_pattern=MASK)
    try:
        code.add_data(QRData(text.encode(), mode=mode), optimize=0)
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise QrTooLong(str(len(text))) from error
    return QrMatrix(_frozen(code.get_matrix()), code.version)


def _frozen(rows: Sequence[Sequence[bool]]) -> tuple[tuple[bool, ...], ...]:
    """Make the rows unchangeable."""
    return tuple(tuple(bool(module) for module in row) for row in rows)


def draw_matrix(matrix: QrMatrix, module: int = 1) -> QImage:
    """Draw a code with its quiet zone, `module` pixels for each module."""
    side = matrix.side * module
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    for y, row in enumerate(matrix.rows, QUIET_ZONE):
        for x, dark in enumerate(row, QUIET_ZONE):
            if dark:
                painter.fillRect(x * module, y * module, module, module, Qt.GlobalColor.black)
    painter.end()
    return image


class QrCode(QWidget):
    """Shows one code as large as it fits; silent about what it means (its owner names it)."""

    def __init__(self, parent: QWidget | None = None, least: int = 240) -> None:
        super().__init__(parent)
        self._least = least
        self._matrix: QrMatrix | None = None
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setMinimumSize(least, least)

    @property
    def matrix(self) -> QrMatrix | None:
        """The code that is shown."""
        return self._matrix

    def show_matrix(self, matrix: QrMatrix | None) -> None:
        """Show a code, or none."""
        self._matrix = matrix
        self._image = draw_matrix(matrix) if matrix else QImage()
        self.updateGeometry()
        self.update()

    def saved_image(self) -> QImage:
        """The code as a picture to keep: eight pixels a module, quiet zone included."""
        return draw_matrix(self._matrix, SAVED_MODULE) if self._matrix else QImage()

    def sizeHint(self) -> QSize:
        """Ask for the least, in whole pixels a module."""
        side = self._matrix.side if self._matrix else self._least
        room = side * max(1, -(-self._least // side))
        return QSize(room, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the code in whole pixels, in the middle of a white square."""
        if self._matrix is None:
            return
        painter = QPainter(self)
        room = min(self.width(), self.height())
        side = self._matrix.side * max(1, room // self._matrix.side)
        target = QRect((self.width() - side) // 2, (self.height() - side) // 2, side, side)
        painter.drawImage(target, self._image)
        painter.end()
