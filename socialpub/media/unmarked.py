"""The last look at bytes before they may leave: only what a picture needs may be in them, or they stay.

Walks the file's own structure and knows nothing of who encoded it. An allow-list: a marker nobody thought of
is refused too. It cannot see what is drawn in the picture itself.
"""

from collections.abc import Iterator
from typing import Final

from socialpub.media.refusal import MediaRefused
from socialpub.media.segments import END, SCAN, jpeg_segments, png_chunks
from socialpub.media.sniff import JPEG, PNG, WEBP

#: ITU-T T.81 table B.1: quantization, Huffman, restart interval, baseline and progressive frames, scan.
_JPEG_NEEDS: Final = frozenset({0xDB, 0xC4, 0xDD, 0xC0, 0xC1, 0xC2, SCAN, END})
_APP0: Final = 0xE0

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
    end = 0
    for marker, start, end in jpeg_segments(data):
        if not _wanted(marker, data[start:end]):
            yield f"segment FF{marker:02X}"
    if end != len(data):
        yield "bytes after its end"


def _wanted(marker: int, body: bytes) -> bool:
    """APP0 is wanted only as the 14-byte JFIF header without a thumbnail."""
    if marker == _APP0:
        return len(body) == 14 and body.startswith(b"JFIF\0") and body.endswith(b"\0\0")
    return marker in _JPEG_NEEDS


def _png_extras(data: bytes) -> Iterator[str]:
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        yield "no PNG start"
    chunks = list(png_chunks(data))
    yield from (f"chunk {chunk.kind!r}" for chunk in chunks if chunk.kind not in _PNG_NEEDS)
    if not chunks or chunks[-1].end + 4 != len(data):  # the last chunk's checksum
        yield "bytes after its end"


def _webp_extras(data: bytes) -> Iterator[str]:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 20:
        yield "no WebP start"
    if int.from_bytes(data[4:8], "little") + 8 != len(data):
        yield "bytes after its end"
    at = 12
    while at < len(data):
        length, kind = int.from_bytes(data[at + 4 : at + 8], "little"), data[at : at + 4]
        if kind not in _WEBP_NEEDS:
            yield f"chunk {kind!r}"
        at += 8 + length + length % 2


_EXTRAS: Final = {JPEG: _jpeg_extras, PNG: _png_extras, WEBP: _webp_extras}
