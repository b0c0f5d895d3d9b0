"""QR codes: what we draw is read by both readers; bad pictures and cameras cost nothing."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy
import pytest
import zxingcpp
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from wallet.gui import scanning
from wallet.gui.scanning import (
    Camera,
    Pictures,
    Scanner,
    SourceFailed,
    Trouble,
    frame_of_bytes,
    frame_of_image,
    image_of_frame,
    read_codes,
)
from wallet.gui.widgets.qr_code import QrCode, QrTooLong, draw_matrix, make_matrix

LINK = "TALLYSTICK:I/" + "MZXW6YTBOI3DGNBVGY3TQOJQ" * 11
PACKAGE = Path(scanning.__file__).parents[1]


def png_of(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")
    return bytes(data.data())


def drawn(text: str, module: int = 6) -> bytes:
    return png_of(draw_matrix(make_matrix(text), module))


@pytest.mark.parametrize("text", ["A", LINK, "tallystick:pay?to=Bo&for=Käse", "X" * 600])
def test_a_saved_code_is_read_by_opencv_and_by_zxing(qtbot, tmp_path, text):
    code = QrCode()
    qtbot.addWidget(code)
    code.show_matrix(make_matrix(text))
    path = tmp_path / "code.png"
    assert code.saved_image().save(str(path), "PNG")
    picture = cv2.imread(str(path))
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [text]
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == text
    assert read_codes(path.read_bytes()) == [text]


def test_the_widget_itself_can_be_photographed(qtbot):
    code = QrCode()
    qtbot.addWidget(code)
    code.resize(400, 400)
    code.show_matrix(make_matrix(LINK))
    assert read_codes(frame_of_image(code.grab().toImage())) == [LINK]


def test_an_inverted_turned_and_blurred_code_is_read():
    frame = frame_of_bytes(drawn(LINK))
    assert read_codes(255 - frame) == [LINK]
    assert read_codes(numpy.rot90(frame).copy()) == [LINK]
    assert read_codes(cv2.GaussianBlur(frame, (5, 5), 0)) == [LINK]


def test_the_second_reader_reads_on_its_own():
    frame = frame_of_bytes(drawn(LINK))
    assert scanning._read_cv2(frame) == [LINK]
    assert scanning._read_cv2(255 - frame) == [LINK]
    assert scanning._read_cv2(numpy.zeros((50, 50, 3), numpy.uint8)) == []


def test_codes_are_told_once_and_only_if_short_enough():
    frame = frame_of_bytes(drawn("TWICE"))
    assert read_codes(numpy.hstack([frame, frame])) == ["TWICE"]
    assert read_codes(numpy.full((200, 200, 3), 255, numpy.uint8)) == []


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"", Trouble.NO_PICTURE),
        (b"<svg onload=alert(1)>", Trouble.NO_PICTURE),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), Trouble.NO_PICTURE),
        (bytes(scanning.MAX_PICTURE_BYTES + 1), Trouble.PICTURE_TOO_LARGE),
    ],
)
def test_what_is_no_picture_gets_a_reason(data, trouble):
    with pytest.raises(SourceFailed) as caught:
        read_codes(data)
    assert caught.value.trouble is trouble


def test_a_picture_that_would_unpack_to_gigabytes_is_refused_by_its_header():
    def chunk(kind, body):
        check = zlib.crc32(kind + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + kind + body + check

    size = (40_000).to_bytes(4, "big")
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + size + b"\x08\x02\0\0\0")
    head += chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    with pytest.raises(SourceFailed) as caught:
        frame_of_bytes(head)
    assert caught.value.trouble is Trouble.PICTURE_TOO_LARGE


def test_pictures_keep_their_colours_both_ways():
    frame = numpy.zeros((3, 5, 3), numpy.uint8)
    frame[:, :, 2] = 255  # red, in OpenCV's order
    image = image_of_frame(frame)
    assert image.pixelColor(0, 0).red() == 255
    assert (frame_of_image(image) == frame).all()


def test_a_text_no_code_can_hold_is_refused():
    with pytest.raises(QrTooLong):
        make_matrix("A" * 5000)


def test_small_codes_are_not_called_large():
    assert not make_matrix(LINK).large
    assert make_matrix("A" * 1500).large


# Sources ----------------------------------------------------------------


def test_a_scanner_reads_frames_until_one_has_a_code():
    blank = numpy.full((80, 80, 3), 255, numpy.uint8)
    scanner = Scanner(Pictures([blank, blank, drawn(LINK), drawn("NEVER")]))
    scanner.start()
    assert scanner.wait_stopped()
    seen = scanner.take()
    assert seen.texts == (LINK,)
    assert seen.ended
    assert seen.trouble is None
    assert scanner.take().frame is None  # the latest picture is given once


def test_a_missing_camera_is_a_reason_and_no_crash(capfd):
    scanner = Scanner(Camera(97))
    scanner.start()
    assert scanner.wait_stopped()
    assert scanner.take().trouble is Trouble.NO_CAMERA
    assert capfd.readouterr().err == ""


def test_a_picture_that_is_none_ends_the_scanner_with_a_reason():
    scanner = Scanner(Pictures([b"no picture"]))
    scanner.start()
    assert scanner.wait_stopped()
    assert scanner.take().trouble is Trouble.NO_PICTURE


def test_a_scanner_that_is_stopped_lets_go_of_its_source():
    class Endless:
        closed = False

        def open(self) -> None:
            """Nothing."""

        def read(self):
            return numpy.full((40, 40, 3), 255, numpy.uint8)

        def close(self) -> None:
            self.closed = True

    source = Endless()
    scanner = Scanner(source)
    scanner.start()
    scanner.stop()
    assert scanner.wait_stopped()
    assert source.closed


# OpenCV stays in its room -----------------------------------------------


def test_only_scanning_imports_opencv():
    guilty = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] == "cv2" for name in names):
                guilty.append(path.relative_to(PACKAGE).as_posix())
    assert guilty == ["gui/scanning.py"]


def test_opencv_leaves_the_variables_of_qt_as_they_were():
    script = (
        "import os; os.environ['QT_QPA_FONTDIR'] = '/fonts';"
        "from wallet.gui import scanning; import sys; assert 'cv2' not in sys.modules;"
        "scanning.load_cv2();"
        "assert os.environ['QT_QPA_FONTDIR'] == '/fonts';"
        "assert 'QT_QPA_PLATFORM_PLUGIN_PATH' not in os.environ"
    )
    clean = {k: v for k, v in os.environ.items() if k != "QT_QPA_PLATFORM_PLUGIN_PATH"}
    result = subprocess.run(
        [sys.executable, "-c", script], env=clean, cwd=PACKAGE.parent, timeout=60, check=False
    )
    assert result.returncode == 0
