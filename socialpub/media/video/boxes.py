"""How an MP4 and a MOV are laid out: boxes, and boxes within them (ISO/IEC 14496-12, 4.2). Decodes nothing."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from socialpub.media.refusal import MediaRefused

#: A phone's file has some dozens, a fragmented one some thousands. More are made to keep a reader busy.
_MOST: Final = 20_000


class Bytes:
    """What is read here: `bytes`, `mmap`, anything that gives slices as bytes. Named for its type only."""

    def __getitem__(self, where: slice) -> bytes:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError


class Box(NamedTuple):
    """One box: its name, and where its body begins and ends."""

    kind: bytes
    start: int
    end: int


def boxes(data: "Bytes | bytes", start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes between two places, one after the other. Raises MediaRefused where there is no sense."""
    at, end = start, len(data) if end is None else end
    for _ in range(_MOST):
        if at == end:
            return
        box = _box(data, at, end)
        yield box
        at = box.end
    raise MediaRefused("the video is built of more parts than a video has", AGAIN)


AGAIN: Final = "open it in the phone's video editor, save it as a new video, and send that"


def _box(data: "Bytes | bytes", at: int, end: int) -> Box:
    size, kind, head = number(data, at, 4), data[at + 4 : at + 8], 8
    if size == 1:
        size, head = number(data, at + 8, 8), 16
    elif size == 0:
        size = end - at
    if len(kind) < 4 or size < head or at + size > end:
        raise MediaRefused("the video is not whole, or damaged", "send it again; the upload may have been cut off")
    return Box(kind, at + head, at + size)


def inside(data: "Bytes | bytes", box: Box, *path: bytes) -> Iterator[Box]:
    """Every box that is reached from `box` by these names."""
    if not path:
        yield box
        return
    for child in boxes(data, box.start, box.end):
        if child.kind == path[0]:
            yield from inside(data, child, *path[1:])


def number(data: "Bytes | bytes", at: int, length: int) -> int:
    return int.from_bytes(data[at : at + length], "big")


def signed(data: "Bytes | bytes", at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big", signed=True)
