"""The last look at a video before it may leave: one picture, at most one sound, and nothing beside them.

Walks the file's own boxes and each frame's units, and knows nothing of who made them. An allow-list: a box that
nobody thought of is refused too. It cannot see what is shown or said in the video.
"""

import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from socialpub.media.refusal import MediaRefused
from socialpub.media.video.boxes import Box, boxes, inside, number, signed
from socialpub.media.video.samples import Sample, samples

if TYPE_CHECKING:
    from socialpub.media.video.boxes import Bytes

#: What may be in what (ISO/IEC 14496-12). No udta, meta, uuid, gmhd, tref, chapters, timed metadata.
_CHILDREN: Final[dict[bytes, frozenset[bytes]]] = {
    b"": frozenset({b"ftyp", b"moov", b"free", b"mdat"}),
    b"moov": frozenset({b"mvhd", b"trak", b"free"}),
    b"trak": frozenset({b"tkhd", b"edts", b"mdia"}),
    b"edts": frozenset({b"elst"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf"}),
    b"minf": frozenset({b"vmhd", b"smhd", b"dinf", b"stbl"}),
    b"dinf": frozenset({b"dref"}),
    b"stbl": frozenset(
        {b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stsc", b"stsz", b"stco", b"co64", b"sgpd", b"sbgp"}
    ),
}
#: A sample entry: bytes of its fields, and the boxes behind them.
_ENTRIES: Final[dict[bytes, tuple[int, frozenset[bytes]]]] = {
    b"avc1": (78, frozenset({b"avcC", b"pasp", b"colr", b"btrt"})),
    b"mp4a": (28, frozenset({b"esds", b"btrt"})),
}
#: Whole bodies, or how many bytes they may have at most: no room for a message.
_MOST: Final = {
    b"ftyp": 40, b"mvhd": 112, b"tkhd": 96, b"mdhd": 36, b"vmhd": 12, b"smhd": 8, b"dref": 20, b"elst": 100,
    b"pasp": 8, b"colr": 19, b"btrt": 12, b"avcC": 600, b"esds": 80, b"cslg": 24, b"sgpd": 100, b"free": 200,
}  # fmt: skip
_HANDLERS: Final = {
    b"vide": b"VideoHandler\0",
    b"soun": b"SoundHandler\0",
}
_UPRIGHT: Final = (1, 0, 0, 0, 1, 0, 0, 0, 0x4000)
_SHOWN_UNITS: Final = frozenset({1, 2, 3, 4, 5, 7, 8})  # H.264, table 7-1: slices and parameter sets
_BRANDS: Final = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"avc1", b"mp41", b"mp42"})
_ONE: Final = 0x10000


class Marked(Exception):  # noqa: N818  an answer, turned into a refusal below
    """The file carries this beside picture and sound."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the file shows. Width and height in pixels."""

    width: int
    height: int
    seconds: float
    heard: bool


def look(path: Path) -> Shown:
    """What the video at `path` shows. Raises MediaRefused if it carries anything beside, or is no such video."""
    with path.open("rb") as file:
        try:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return must_be_unmarked(data)  # type: ignore[arg-type]  # an mmap gives bytes for a slice
        except ValueError:  # an empty file cannot be mapped
            raise _refusal("no bytes") from None


def must_be_unmarked(data: "Bytes | bytes") -> Shown:
    """The same for bytes."""
    try:
        return _looked(data)
    except Marked as marked:
        raise _refusal(str(marked)) from None
    except (IndexError, ValueError):
        raise _refusal("an index that makes no sense") from None


def _refusal(extra: str) -> MediaRefused:
    return MediaRefused(
        f"the finished video still carries {extra}",
        "it was not used; tell your administrator, this is a fault of socialpub",
    )


def _looked(data: "Bytes | bytes") -> Shown:
    top = list(boxes(data))
    kinds = [box.kind for box in top]
    _only(kinds, b"")
    if kinds[:2] != [b"ftyp", b"moov"] or kinds[-1] != b"mdat" or kinds.count(b"mdat") != 1:
        raise Marked("parts in another order than an MP4 with its index first")
    for box in top[:-1]:
        _walk(data, box)
    _brands(data, top[0])
    tracks = [_track(data, box) for box in inside(data, top[1], b"trak")]
    if sorted(track.kind for track in tracks) not in ([b"vide"], [b"soun", b"vide"]):
        raise Marked("other streams than one picture and one sound")
    _cover([each for track in tracks for each in track.samples], top[-1])
    shown = next(track for track in tracks if track.kind == b"vide")
    for each in shown.samples:
        _units(data, each, shown.length)
    head = next(inside(data, top[1], b"mvhd"))
    return Shown(shown.width, shown.height, _seconds(data, head), len(tracks) == 2)


def _only(kinds: list[bytes], parent: bytes) -> None:
    for kind in kinds:
        if kind not in _CHILDREN[parent]:
            raise Marked(f"box {kind!r} in {parent or b'the file'!r}")


def _walk(data: "Bytes | bytes", box: Box) -> None:
    if box.end - box.start > _MOST.get(box.kind, box.end):
        raise Marked(f"more than its due in box {box.kind!r}")
    if box.kind == b"free" and any(data[box.start : box.end]):
        raise Marked("words in unused room")
    if box.kind in {b"mvhd", b"tkhd", b"mdhd"}:
        _undated(data, box)
    if box.kind not in _CHILDREN:
        return
    children = list(boxes(data, box.start, box.end))
    _only([child.kind for child in children], box.kind)
    for child in children:
        _walk(data, child)


def _undated(data: "Bytes | bytes", box: Box) -> None:
    late = data[box.start : box.start + 1] == b"\1"
    if any(data[box.start + 4 : box.start + (20 if late else 12)]):
        raise Marked("the time when it was made")
    if box.kind != b"mdhd" and _matrix(data, box, late=late) != _UPRIGHT:
        raise Marked("a turn that not every network heeds")
    if box.kind == b"mdhd" and data[box.end - 4 : box.end - 2] not in {b"\x55\xc4", b"\0\0"}:  # "und"
        raise Marked("a language")


def _matrix(data: "Bytes | bytes", box: Box, *, late: bool) -> tuple[float, ...]:
    at = box.start + (40 if box.kind == b"tkhd" else 36) + (12 if late else 0)
    return tuple(signed(data, at + place * 4) / _ONE for place in range(9))


def _brands(data: "Bytes | bytes", box: Box) -> None:
    said = data[box.start : box.end]
    listed = [said[:4], *(said[at : at + 4] for at in range(8, len(said), 4))]
    if not _BRANDS.issuperset(listed) or said[4:8] not in {b"\0\0\2\0", b"\0\0\0\0", b"\0\0\0\1"}:
        raise Marked("a brand of its maker")


@dataclass(frozen=True, slots=True)
class _Track:
    kind: bytes
    samples: list[Sample]
    width: int = 0
    height: int = 0
    length: int = 4  # bytes before each unit


def _track(data: "Bytes | bytes", box: Box) -> _Track:
    (handler,) = inside(data, box, b"mdia", b"hdlr")
    kind, said = data[handler.start + 8 : handler.start + 12], data[handler.start + 24 : handler.end]
    if any(data[handler.start + 12 : handler.start + 24]) or _HANDLERS.get(kind) != said:
        raise Marked("the name of a handler")
    (dref,) = inside(data, box, b"mdia", b"minf", b"dinf", b"dref")
    if data[dref.start : dref.end] != b"\0\0\0\0\0\0\0\1\0\0\0\x0curl \0\0\0\1":
        raise Marked("an address")
    (table,) = inside(data, box, b"mdia", b"minf", b"stbl")
    found = samples(data, table)
    return _Track(kind, found, *_entry(data, table, kind))


def _entry(data: "Bytes | bytes", table: Box, track: bytes) -> tuple[int, int, int]:
    """Width, height, and the bytes before each unit; zeros for sound."""
    (described,) = inside(data, table, b"stsd")
    if number(data, described.start + 4, 4) != 1:
        raise Marked("several descriptions of one stream")
    (entry,) = boxes(data, described.start + 8, described.end)
    if entry.kind != {b"vide": b"avc1", b"soun": b"mp4a"}[track]:
        raise Marked(f"a stream of {entry.kind!r}")
    length, allowed = _ENTRIES[entry.kind]
    inner = list(boxes(data, entry.start + length, entry.end))
    for box in inner:
        if box.kind not in allowed or box.end - box.start > _MOST[box.kind]:
            raise Marked(f"box {box.kind!r} in a stream's description")
    if track == b"soun":
        return 0, 0, 0
    if any(data[entry.start + 42 : entry.start + 74]):
        raise Marked("the name of an encoder")
    (config,) = (box for box in inner if box.kind == b"avcC")
    return number(data, entry.start + 24, 2), number(data, entry.start + 26, 2), _config(data, config)


def _config(data: "Bytes | bytes", box: Box) -> int:
    """Bytes before each unit (ISO/IEC 14496-15, 5.3.3.1). Only parameter sets may be in it."""
    at, left = box.start + 5, 2
    for wanted in (7, 8):
        count, at = data[at : at + 1][0] & 0x1F, at + 1
        for _ in range(count):
            size = number(data, at, 2)
            if data[at + 2 : at + 3][0] & 0x1F != wanted:
                raise Marked("words in the description of the picture")
            at += 2 + size
        left -= 1
    if box.end - at not in {0, 4}:  # High profiles: chroma and depths, and no extensions
        raise Marked("words in the description of the picture")
    return (data[box.start + 4 : box.start + 5][0] & 3) + 1


def _cover(found: list[Sample], box: Box) -> None:
    """Every byte of the file belongs to one frame or one sound: nothing is hidden between them."""
    at = box.start
    for start, size in sorted(found):
        if start != at:
            raise Marked("bytes between its frames")
        at += size
    if at != box.end:
        raise Marked("bytes after its frames")


def _units(data: "Bytes | bytes", sample: Sample, length: int) -> None:
    at, end = sample.start, sample.start + sample.size
    while at < end:
        size = number(data, at, length)
        if size < 1 or at + length + size > end:
            raise Marked("a frame that makes no sense")
        if data[at + length : at + length + 1][0] & 0x1F not in _SHOWN_UNITS:
            raise Marked("words between its pictures")
        at += length + size


def _seconds(data: "Bytes | bytes", box: Box) -> float:
    late = data[box.start : box.start + 1] == b"\1"
    scale = number(data, box.start + (20 if late else 12), 4)
    return (number(data, box.start + 24, 8) if late else number(data, box.start + 16, 4)) / max(scale, 1)


def seconds_of(path: Path) -> float:
    """How long a finished video lasts. 0.0 for what is none."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            moov: Any = next(box for box in boxes(data) if box.kind == b"moov")  # type: ignore[arg-type]  # as above
            return _seconds(data, next(inside(data, moov, b"mvhd")))  # type: ignore[arg-type]  # as above
    except (OSError, ValueError, StopIteration, MediaRefused):
        return 0.0
