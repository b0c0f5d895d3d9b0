"""A QR code as a PNG file: one bit a pixel, written by hand so that nothing else is needed."""

from __future__ import annotations

import struct
import zlib

_PIXELS = 8  # each module of the code, so that a phone reads it from a screen
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def qr_png(text: str) -> bytes:
    """Return the code as a PNG, with the quiet zone of four modules the standard asks for."""
    import qrcode  # late: most commands draw nothing

    code = qrcode.QRCode(border=4, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    return png_of([[bool(module) for module in row] for row in code.get_matrix()])


def png_of(modules: list[list[bool]]) -> bytes:
    """Return a PNG of black modules (True) on white, 8 by 8 pixels each (PNG, ISO 15948)."""
    width = len(modules[0]) * _PIXELS
    rows = b"".join(b"\0" + _packed(row) for row in modules for _ in range(_PIXELS))
    header = struct.pack(">IIBBBBB", width, len(modules) * _PIXELS, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _packed(row: list[bool]) -> bytes:
    # Eight pixels a module and one bit a pixel: a module is one byte; 0 is black.
    return bytes(0x00 if module else 0xFF for module in row)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
