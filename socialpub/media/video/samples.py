"""Where each frame and each piece of sound lies in an MP4 (ISO/IEC 14496-12, 8.6 and 8.7). Decodes nothing."""

from typing import Final, NamedTuple

from socialpub.media.video.boxes import Box, Bytes, inside, number

#: Half an hour of pictures at 250 a second, and of sound, is less.
_MOST: Final = 2_000_000


class Sample(NamedTuple):
    start: int
    size: int


def samples(data: Bytes | bytes, table: Box) -> list[Sample]:
    """Every sample of a track, by its table. Raises ValueError where the table makes no sense."""
    (sized,) = inside(data, table, b"stsz")
    sizes = _sizes(data, sized)
    chunks = _chunks(data, table)
    (box,) = inside(data, table, b"stsc")
    found: list[Sample] = []
    for start, count in zip(chunks, _counts(data, box, len(chunks)), strict=True):
        at = start
        if len(found) + count > len(sizes):
            raise ValueError("more frames than sizes")
        for size in sizes[len(found) : len(found) + count]:
            found.append(Sample(at, size))
            at += size
    if len(found) != len(sizes):
        raise ValueError("more sizes than frames")
    return found


def _sizes(data: Bytes | bytes, box: Box) -> list[int]:
    one, count = number(data, box.start + 4, 4), number(data, box.start + 8, 4)
    if count > _MOST or (not one and box.end != box.start + 12 + 4 * count):
        raise ValueError("a table of sizes that is not whole")
    return [one] * count if one else _row(data, box.start + 12, count, 4)


def _chunks(data: Bytes | bytes, table: Box) -> list[int]:
    (box, width) = (
        *((box, 4) for box in inside(data, table, b"stco")),
        *((box, 8) for box in inside(data, table, b"co64")),
    )[0]
    count = number(data, box.start + 4, 4)
    if count > _MOST or box.end != box.start + 8 + width * count:
        raise ValueError("a table of places that is not whole")
    return _row(data, box.start + 8, count, width)


def _counts(data: Bytes | bytes, box: Box, chunks: int) -> list[int]:
    """Samples in each chunk. The table says: from this chunk on, so many in each."""
    rows = number(data, box.start + 4, 4)
    if rows > _MOST or box.end != box.start + 8 + 12 * rows:
        raise ValueError("a table of counts that is not whole")
    flat = _row(data, box.start + 8, rows * 3, 4)
    firsts, counts = flat[0::3], flat[1::3]
    found: list[int] = []
    for first, count, until in zip(firsts, counts, [*firsts[1:], chunks + 1], strict=True):
        if not first < until <= chunks + 1 or first != len(found) + 1 or count > _MOST:
            raise ValueError("a table of counts that makes no sense")
        found += [count] * (until - first)
    return found


def _row(data: Bytes | bytes, at: int, count: int, width: int) -> list[int]:
    raw = data[at : at + count * width]
    return [int.from_bytes(raw[place : place + width], "big") for place in range(0, len(raw), width)]
