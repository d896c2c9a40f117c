"""One photo to all the renditions that its networks take. Only pixels go through; nothing of the file does.

One decode, one shared master, then each size. The same photo and limits give the same bytes in any process, and
whichever other networks are asked for beside: a person who looks at one sees what will leave.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BufferedReader
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from socialpub.media.colour import in_srgb, reducible
from socialpub.media.decode import loaded, opened, turn_of, within_memory
from socialpub.media.encode import Print
from socialpub.media.fit import Frame, Size, frame_of, plan
from socialpub.media.original import sniff_open
from socialpub.media.received import received
from socialpub.media.sniff import JPEG
from socialpub.media.unmarked import must_be_unmarked

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

    from socialpub.model.limits import PhotoLimits

#: The longer side, in pixels, of the master that renditions are made from; a larger one has a master of twice the
#: side, and so on. It depends on the photo and the one rendition only. Every network so far is served by the first.
_MASTER: Final = 2048

#: A master may be so much smaller: half of a phone's 4032 pixels is 2016, and decoding four times the pixels to
#: reach 2048 is not worth the last 32.
_SLACK: Final = 31 / 32

#: Decoding is one thread's work; resizing and encoding release the interpreter and run side by side.
_THREADS: Final = 2


@dataclass(frozen=True, slots=True)
class Rendition:
    """A file that may leave: no metadata, upright, sRGB. Width and height in pixels."""

    data: bytes
    sha256: str
    mime: str
    width: int
    height: int


def render(path: Path, limits: "Mapping[str, PhotoLimits]") -> dict[str, Rendition]:
    """A rendition for each key of `limits`, made in this process. Raises MediaRefused. See `apart.render`."""
    frames = {name: frame_of(limit) for name, limit in limits.items()}
    with received(path) as file:
        return render_open(file, frames)


def render_open(file: BufferedReader, frames: Mapping[str, Frame]) -> dict[str, Rendition]:
    """The same for a file that `received` has opened. Frames that come to the same share their bytes."""
    if not frames:
        return {}
    size = opened(file, sniff_open(file)).size
    sides: dict[int, dict[str, Frame]] = {}
    for name, frame in frames.items():
        sides.setdefault(_side(size, frame), {})[name] = frame
    made: dict[str, Rendition] = {}
    for side, alike in sides.items():
        with within_memory():
            made |= _renditions(_master(file, side), alike)
    return {name: made[name] for name in frames}


def finished_rendition(data: bytes, mime: str, size: Size) -> Rendition:
    """Bytes with their hash, looked at a last time. Raises MediaRefused if they carry more than a picture."""
    must_be_unmarked(data, mime)
    return Rendition(data, hashlib.sha256(data).hexdigest(), mime, *size)


def _renditions(master: "Image", frames: Mapping[str, Frame]) -> dict[str, Rendition]:
    from concurrent.futures import ThreadPoolExecutor

    prints = {_shape(master.size, frame): Print(master, frame) for frame in frames.values()}

    def finish(frame: Frame) -> Rendition:
        data, size = prints[_shape(master.size, frame)].within(frame.max_bytes)
        return finished_rendition(data, frame.mime, size)

    each = sorted(set(frames.values()), key=lambda frame: -frame.width * frame.height)  # the longest work first
    with ThreadPoolExecutor(_THREADS) as threads:
        finished = dict(zip(each, threads.map(finish, each), strict=True))
    return {name: finished[frame] for name, frame in frames.items()}


def _shape(photo: Size, frame: Frame) -> tuple[object, ...]:
    """Frames of one shape differ in their bytes only, and share what is drawn and encoded."""
    return plan(photo, frame), frame.mime, frame.widest, frame.tallest


def _side(photo: Size, frame: Frame) -> int:
    """The side of the master for this rendition, whichever way the photo is turned: a PNG tells that only later."""
    needed = max(*plan(photo, frame).photo, *plan((photo[1], photo[0]), frame).photo)
    side = _MASTER
    while side < min(needed, max(photo)):
        side *= 2
    return side


def _master(file: BufferedReader, side: int) -> "Image":
    """The whole photo, upright, in sRGB, no larger than needed, and nothing beside its pixels."""
    mime = sniff_open(file)
    photo = opened(file, mime)
    if mime != JPEG:  # a PNG may carry its EXIF after the pixels
        loaded(photo)
    turn = turn_of(photo)
    scale = min(1.0, side / max(photo.size) * _SLACK)
    smallest = ceil(photo.width * scale), ceil(photo.height * scale)
    rgb = in_srgb(_reduced(loaded(photo, smallest), scale))
    upright = rgb if turn is None else rgb.transpose(turn)
    upright.info = {}  # encoders copy comments and profiles from there unasked
    return upright


def _reduced(photo: "ImageFile", scale: float) -> "Image":
    """A whole-number fraction of a photo that was decoded in full; averaging boxes is cheap and exact."""
    factor = int(1 / scale) if photo.format != "JPEG" else 1
    if factor < 2:
        return photo
    small = reducible(photo).reduce(factor)
    small.info = photo.info
    return small
