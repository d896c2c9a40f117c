"""The last look at bytes before they may leave: only what a picture needs may be in them, or they stay.

Walks the file's own structure and knows nothing of who encoded it. An allow-list: a marker nobody thought of
is refused too. It cannot see what is drawn in the picture itself.
"""

from collections.abc import Iterator
from typing import Final

from socialpub.media.refusal import MediaRefused
from socialpub.media.sniff import JPEG, PNG, WEBP

#: ITU-T T.81 table B.1: quantization, Huffman, restart interval, baseline and progressive frames, scan.
_JPEG_NEEDS: Final = frozenset({0xDB, 0xC4, 0xDD, 0xC0, 0xC1, 0xC2, 0xDA})
_APP0, _SCAN, _END = 0xE0, 0xDA, 0xD9
_STUFFED: Final = frozenset({0x00, *range(0xD0, 0xD8)})  # inside a scan: a plain FF, or a restart

_PNG_NEEDS: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_WEBP_NEEDS: Final = frozenset({b"VP8 ", b"VP8L"})  # no VP8X: it announces EXIF, XMP, ICC or frames


def must_be_unmarked(data: bytes, mime: str) -> None:
    """Raises MediaRefused if `data` carries anything beside the picture: EXIF, XMP, ICC, comments, a tail."""
    extra = next(_EXTRAS[mime](data), "")
    if extra:
        raise MediaRefused(
            f"the finished picture still carries {extra}",
            "it was not used; tell your administrator, this is a fault of socialpub",
        )


def _jpeg_extras(data: bytes) -> Iterator[str]:
    if data[:2] != b"\xff\xd8":
        yield "no JPEG start"
    at = 2
    while data[at : at + 2] != b"\xff\xd9":
        marker, length = data[at + 1 : at + 2], int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at : at + 1] != b"\xff" or length < 2 or at + 2 + length > len(data):
            yield "a broken segment"
            return
        if not _wanted(marker[0], data[at + 4 : at + 2 + length]):
            yield f"segment FF{marker.hex().upper()}"
        at += 2 + length
        if marker[0] == _SCAN:
            at = _after_scan(data, at)
    if at + 2 != len(data):
        yield "bytes after its end"


def _wanted(marker: int, body: bytes) -> bool:
    """APP0 is wanted only as the 14-byte JFIF header without a thumbnail."""
    if marker == _APP0:
        return len(body) == 14 and body.startswith(b"JFIF\0") and body.endswith(b"\0\0")
    return marker in _JPEG_NEEDS


def _after_scan(data: bytes, at: int) -> int:
    """Where the next real marker is; the file's length when there is none."""
    while (at := data.find(b"\xff", at)) >= 0:
        if at + 1 < len(data) and data[at + 1] not in _STUFFED:
            return at
        at += 2
    return len(data)


def _png_extras(data: bytes) -> Iterator[str]:
    at = 8
    while at < len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind not in _PNG_NEEDS:
            yield f"chunk {kind!r}"
        at += 12 + length
        if kind == b"IEND":
            break
    if at != len(data):
        yield "bytes after its end"


def _webp_extras(data: bytes) -> Iterator[str]:
    if int.from_bytes(data[4:8], "little") + 8 != len(data):
        yield "bytes after its end"
    at = 12
    while at < len(data):
        length, kind = int.from_bytes(data[at + 4 : at + 8], "little"), data[at : at + 4]
        if kind not in _WEBP_NEEDS:
            yield f"chunk {kind!r}"
        at += 8 + length + length % 2


_EXTRAS: Final = {JPEG: _jpeg_extras, PNG: _png_extras, WEBP: _webp_extras}
