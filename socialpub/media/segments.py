"""How a JPEG and a PNG are laid out: their parts, one after the other. Decodes nothing, knows no metadata."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from socialpub.media.refusal import MediaRefused
from socialpub.media.sniff import JPEG, PNG

SCAN: Final = 0xDA
END: Final = 0xD9
#: Stands for a place where no JPEG segment can be.
BROKEN: Final = 0x00

#: Behind a scan's coded bytes: a marker, not a stuffed FF, a restart or a fill byte (T.81, B.1.1.2).
_NEXT: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

#: A JPEG of ten scans and 40 MB of XMP has 700 segments, a PNG of 40 MB in 8 kB pieces 5,000 chunks. More are
#: made to keep a decoder busy: each part costs it a turn, and each scan of a JPEG all its pixels.
_MOST_SEGMENTS: Final = 1_000
_MOST_CHUNKS: Final = 10_000
_MOST_SCANS: Final = 100


class Segment(NamedTuple):
    """One part of a JPEG: its marker's second byte, and where its body is."""

    marker: int
    start: int
    end: int


class Chunk(NamedTuple):
    """One part of a PNG: its name, and where its body is."""

    kind: bytes
    start: int
    end: int


def refuse_crowded(data: bytes, mime: str) -> None:
    """Raises MediaRefused for a JPEG or PNG of more parts than a photo has. Broken ones are the decoder's."""
    if mime == JPEG:
        segments = list(islice(jpeg_segments(data), _MOST_SEGMENTS))
        scans = sum(segment.marker == SCAN for segment in segments)
        crowded = len(segments) == _MOST_SEGMENTS or scans > _MOST_SCANS
    else:
        crowded = mime == PNG and sum(1 for _ in islice(png_chunks(data), _MOST_CHUNKS)) == _MOST_CHUNKS
    if crowded:
        raise MediaRefused(
            "the file is built of more parts than a photo has",
            "open it, save it as a new JPEG, and send that",
        )


def jpeg_segments(data: bytes) -> Iterator[Segment]:
    """Every segment after the start marker; the last is END, or BROKEN where there is no sense."""
    at = 2
    while data[at : at + 2] != b"\xff\xd9":
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        if data[at : at + 1] != b"\xff" or length < 2 or end > len(data):
            yield Segment(BROKEN, at, at)
            return
        yield Segment(data[at + 1], at + 4, end)
        at = _behind_scan(data, end) if data[at + 1] == SCAN else end
    yield Segment(END, at + 2, at + 2)


def _behind_scan(data: bytes, at: int) -> int:
    found = _NEXT.search(data, at)
    return found.start() if found else len(data)


def png_chunks(data: bytes) -> Iterator[Chunk]:
    """Every chunk, to IEND or to the end of the bytes; a broken one may end beyond them."""
    at, kind = 8, b""
    while at < len(data) and kind != b"IEND":
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        yield Chunk(kind, at + 8, at + 8 + length)
        at += 12 + length
