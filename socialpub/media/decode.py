"""Hostile bytes to pixels: one decoder per type, limits read from the header first, every failure a refusal.

Calls the decoders' classes directly, never `Image.open`: no guessing, no other format's code.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from typing import TYPE_CHECKING, Final

from socialpub.media.fit import Size
from socialpub.media.refusal import MediaRefused
from socialpub.media.segments import refuse_crowded
from socialpub.media.sniff import HEIC, JPEG, PNG, WEBP

if TYPE_CHECKING:
    from PIL.Image import Transpose
    from PIL.ImageFile import ImageFile

#: Width times height. Phones reach 50 million by default and 108 in a special mode.
MAX_PIXELS: Final = 100_000_000

_ORIENTATION_TAG: Final = 0x0112  # CIPA DC-008 (EXIF), 4.6.4
_SAVE_AGAIN = "open it, save it as a new JPEG, and send that"


@contextmanager
def decoding() -> Iterator[None]:
    """Around calls into a decoder only: whatever it raises becomes a refusal in an officer's words."""
    try:
        with within_memory():
            yield
    except MediaRefused:
        raise
    except Exception as error:  # a decoder on hostile bytes raises anything at all
        raise MediaRefused("the photo is damaged or not whole", f"send it again, or {_SAVE_AGAIN}") from error


@contextmanager
def within_memory() -> Iterator[None]:
    """Around work on pixels: running out of memory is a refusal too."""
    try:
        yield
    except MemoryError:
        raise MediaRefused("the photo needs more memory than it may have", "send it at a smaller size") from None


def opened(file: BufferedReader, mime: str) -> "ImageFile":
    """The photo with its header read and within the limits; no pixel is decoded yet. Raises MediaRefused."""
    with decoding():
        _refuse_vast_webp(file, mime)
        _refuse_crowded(file, mime)
        photo = _decoder(mime)(file)
    _refuse_moving(photo, mime)
    _refuse_vast(photo.size)
    return photo


def loaded(photo: "ImageFile", smallest: Size | None = None) -> "ImageFile":
    """Decodes every byte of it. A JPEG may be decoded at 1/2, 1/4 or 1/8, not below `smallest` (width, height
    in the photo's own shape, before it is turned). Raises MediaRefused.
    """
    with decoding():
        # HEIC has a `draft` too, but it gives an embedded thumbnail, which need not show the same thing.
        if smallest and photo.format == "JPEG":
            photo.draft(None, smallest)
        photo.load()
    _refuse_vast(photo.size)  # a HEIC may turn out larger than its header said
    return photo


def turn_of(photo: "ImageFile") -> "Transpose | None":
    """How to turn the pixels upright, by EXIF; None when they are, or when the EXIF makes no sense.

    A HEIC is upright already: its decoder turns it, and sets its EXIF to say so.
    """
    from PIL.Image import Transpose

    try:
        tag = photo.getexif().get(_ORIENTATION_TAG)
    except Exception:  # noqa: BLE001  broken EXIF must not cost the officer the photo
        return None
    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return turns.get(tag) if isinstance(tag, int) else None


def upright_size(size: Size, turn: "Transpose | None") -> Size:
    """Width and height as a person sees them."""
    from PIL.Image import Transpose

    lies = {Transpose.TRANSPOSE, Transpose.ROTATE_270, Transpose.TRANSVERSE, Transpose.ROTATE_90}
    return (size[1], size[0]) if turn in lies else size


def _decoder(mime: str) -> "type[ImageFile]":
    if mime == HEIC:
        from pillow_heif import HeifImageFile

        return HeifImageFile
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile
    from PIL.WebPImagePlugin import WebPImageFile

    decoders: dict[str, type[ImageFile]] = {JPEG: JpegImageFile, PNG: PngImageFile, WEBP: WebPImageFile}
    return decoders[mime]


def _refuse_moving(photo: "ImageFile", mime: str) -> None:
    """A HEIC may hold several stills; its first is the photo. In PNG and WebP several mean an animation."""
    if mime in {PNG, WEBP} and getattr(photo, "n_frames", 1) > 1:
        raise MediaRefused("this is a moving picture", "send a still photo")


def _refuse_vast(size: Size) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        have, most = size[0] * size[1] / 1e6, MAX_PIXELS / 1e6
        raise MediaRefused(
            f"the photo has {have:.0f} megapixels and the most is {most:.0f}", "send it at a smaller size"
        )


def _refuse_vast_webp(file: BufferedReader, mime: str) -> None:
    """The WebP decoder makes room for the whole canvas while it opens, so its header is read here before."""
    if mime != WEBP:
        return
    head = file.read(30)
    file.seek(0)
    if head[12:16] == b"VP8X":  # RFC 9649, 2.7
        _refuse_vast((_number(head[24:27]) + 1, _number(head[27:30]) + 1))
    elif head[12:16] == b"VP8L":
        bits = _number(head[21:25])
        _refuse_vast(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
    else:
        _refuse_vast((_number(head[26:28]) & 0x3FFF, _number(head[28:30]) & 0x3FFF))


def _refuse_crowded(file: BufferedReader, mime: str) -> None:
    if mime in {JPEG, PNG}:
        refuse_crowded(file.read(), mime)
        file.seek(0)


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "little")
