"""One photo to all the renditions that its networks take. Only pixels go through; nothing of the file does.

One decode, one shared master, then each size. The same photo and limits give the same bytes in any process.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BufferedReader
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from socialpub.media.colour import in_srgb, reducible
from socialpub.media.decode import loaded, opened, turn_of, upright_size, within_memory
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

#: A master may be so much smaller than the largest rendition asked for: half of a phone's 4032 pixels is
#: 2016, and decoding four times the pixels to reach 2048 is not worth the last 32.
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
    with within_memory():
        master = _master(file, frames.values())
        return _renditions(master, frames)


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


def _master(file: BufferedReader, frames: Iterable[Frame]) -> "Image":
    """The whole photo, upright, in sRGB, no larger than needed, and nothing beside its pixels."""
    mime = sniff_open(file)
    photo = opened(file, mime)
    if mime != JPEG:  # a PNG may carry its EXIF after the pixels
        loaded(photo)
    turn = turn_of(photo)
    scale = _scale(upright_size(photo.size, turn), frames)
    smallest = ceil(photo.width * scale), ceil(photo.height * scale)
    rgb = in_srgb(_reduced(loaded(photo, smallest), scale))
    upright = rgb if turn is None else rgb.transpose(turn)
    upright.info = {}  # encoders copy comments and profiles from there unasked
    return upright


def _scale(shown: Size, frames: Iterable[Frame]) -> float:
    """How much of the photo's width the largest rendition needs; 1 is all of it."""
    return min(1.0, max(plan(shown, frame).photo[0] / shown[0] for frame in frames) * _SLACK)


def _reduced(photo: "ImageFile", scale: float) -> "Image":
    """A whole-number fraction of a photo that was decoded in full; averaging boxes is cheap and exact."""
    factor = int(1 / scale) if photo.format != "JPEG" else 1
    if factor < 2:
        return photo
    small = reducible(photo).reduce(factor)
    small.info = photo.info
    return small
