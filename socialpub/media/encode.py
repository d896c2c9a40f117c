"""One picture at one size to bytes of at most so many: quality is stepped down first, then size.

The same pixels and limits give the same bytes. It never sees where the picture came from.
"""

from collections.abc import Iterator
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from socialpub.media.fit import Frame, Plan, Size, plan
from socialpub.media.refusal import MediaRefused
from socialpub.media.sniff import JPEG, PNG, WEBP

if TYPE_CHECKING:
    from PIL.Image import Image

#: 85 is where a photo looks like itself; below 60 blocks show, and fewer pixels look better.
QUALITIES: Final = (85, 77, 69, 60)
SHRINKS: Final = (1.0, 0.85, 0.7, 0.55, 0.4, 0.3, 0.2, 0.1)

#: Baseline without optimized tables: measured at 2000 px, progressive takes 6 times as long and saves 5 %.
_JPEG_OPTIONS: Final[dict[str, Any]] = {"format": "JPEG", "subsampling": "4:2:0"}
_PNG_OPTIONS: Final[dict[str, Any]] = {"format": "PNG", "compress_level": 6}
_WEBP_OPTIONS: Final[dict[str, Any]] = {"format": "WEBP", "method": 2}
_OPTIONS: Final = {JPEG: _JPEG_OPTIONS, PNG: _PNG_OPTIONS, WEBP: _WEBP_OPTIONS}

_BLUR_SIDE: Final = 40  # pixels of the longer side from which the blurred canvas is drawn


class Print:
    """One photo in one shape and format. Each size and quality is made once, whoever asks. Thread-safe."""

    def __init__(self, master: "Image", frame: Frame) -> None:
        self._master = master
        self._frame = frame
        self._pixels: dict[float, Image] = {}
        self._bytes: dict[tuple[float, int], bytes] = {}
        self._lock = Lock()

    def within(self, max_bytes: int) -> tuple[bytes, Size]:
        """The best bytes of at most `max_bytes`, and their width and height. Raises MediaRefused."""
        with self._lock:
            for shrink, quality in _steps(self._frame.mime):
                data = self._encoded(shrink, quality)
                if len(data) <= max_bytes:
                    return data, self._drawn(shrink).size
        raise MediaRefused(
            f"the photo cannot be made as small as {max_bytes:,} bytes", "crop it or leave it out there"
        )

    def _encoded(self, shrink: float, quality: int) -> bytes:
        key = (shrink, quality)
        if key not in self._bytes:
            out = BytesIO()
            self._drawn(shrink).save(out, **_OPTIONS[self._frame.mime], quality=quality)
            self._bytes[key] = out.getvalue()
        return self._bytes[key]

    def _drawn(self, shrink: float) -> "Image":
        if shrink not in self._pixels:
            self._pixels[shrink] = draw(self._master, plan(self._master.size, self._frame, shrink))
        return self._pixels[shrink]


def draw(master: "Image", layout: Plan) -> "Image":
    """The photo at its planned size, on a blurred canvas of itself where the shape must change."""
    from PIL.Image import Resampling

    photo = master if master.size == layout.photo else master.resize(layout.photo, Resampling.BICUBIC)
    return photo if layout.canvas == layout.photo else _on_blur(photo, layout.canvas)


def _on_blur(photo: "Image", canvas: Size) -> "Image":
    from PIL import ImageFilter
    from PIL.Image import Resampling

    longest = max(canvas)
    few = (max(1, canvas[0] * _BLUR_SIDE // longest), max(1, canvas[1] * _BLUR_SIDE // longest))
    soft = photo.resize(few, Resampling.BOX).filter(ImageFilter.GaussianBlur(2))
    back = soft.resize(canvas, Resampling.BICUBIC)
    back.paste(photo, ((canvas[0] - photo.width) // 2, (canvas[1] - photo.height) // 2))
    return back


def _steps(mime: str) -> Iterator[tuple[float, int]]:
    """PNG has no quality to step."""
    qualities = QUALITIES[:1] if mime == PNG else QUALITIES
    return ((shrink, quality) for shrink in SHRINKS for quality in qualities)
