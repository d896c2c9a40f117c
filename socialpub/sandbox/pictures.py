"""What a picture's own header says: kind and size. JPEG, PNG, GIF and WebP; decodes no pixels."""

import hashlib
import struct
from dataclasses import dataclass


@dataclass
class Picture:
    """Bytes as received, by hash. Width and height in pixels; 0 when the header could not be read."""

    id: str
    sha256: str
    mime: str
    width: int
    height: int
    size: int  # bytes
    alt: str = ""


def picture(picture_id: str, data: bytes) -> Picture:
    mime, width, height = measure(data)
    return Picture(picture_id, hashlib.sha256(data).hexdigest(), mime, width, height, len(data))


def measure(data: bytes) -> tuple[str, int, int]:
    """MIME type, width and height; ("application/octet-stream", 0, 0) for anything unreadable."""
    for starts, read in (
        (b"\x89PNG\r\n\x1a\n", _png),
        (b"\xff\xd8", _jpeg),
        (b"GIF8", _gif),
        (b"RIFF", _webp),
    ):
        if data.startswith(starts):
            try:
                return read(data)
            except (struct.error, IndexError):
                break
    return "application/octet-stream", 0, 0


def _png(data: bytes) -> tuple[str, int, int]:
    width, height = struct.unpack(">II", data[16:24])
    return "image/png", width, height


def _gif(data: bytes) -> tuple[str, int, int]:
    width, height = struct.unpack("<HH", data[6:10])
    return "image/gif", width, height


def _jpeg(data: bytes) -> tuple[str, int, int]:
    """Walk the segments to the first start-of-frame (ITU T.81 B.2.2); DHT, JPG and DAC are not frames."""
    at = 2
    while True:
        lead, marker, length = struct.unpack(">BBH", data[at : at + 4])
        if lead != 0xFF:
            raise IndexError(f"no JPEG segment at byte {at}")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return "image/jpeg", width, height
        at += 2 + length


def _webp(data: bytes) -> tuple[str, int, int]:
    """The three bitstreams of RFC 9649: lossy (VP8), lossless (VP8L) and extended (VP8X)."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        return "image/webp", _uint24(data, 24) + 1, _uint24(data, 27) + 1
    if chunk == b"VP8L":
        (bits,) = struct.unpack("<I", data[21:25])
        return "image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", data[26:30])
    return "image/webp", width & 0x3FFF, height & 0x3FFF


def _uint24(data: bytes, at: int) -> int:
    return data[at] | data[at + 1] << 8 | data[at + 2] << 16
