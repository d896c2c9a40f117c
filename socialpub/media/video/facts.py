"""What a video is: found in a process of its own, checked here before anybody believes it. Decodes nothing."""

from dataclasses import dataclass, fields
from math import isfinite
from typing import Any, Final

from socialpub.media.sniff import MOV, MP4

#: Bytes of a video as received: ten minutes of 1080p, six of 4K, as phones record them.
MAX_BYTES: Final = 1_000_000_000
#: Seconds of the longest video that is taken; no network of the department shows a longer one well.
LONGEST_S: Final = 1_800.0
#: Width times height of a frame: 4K and a little. Eight times the pixels would take half an hour a minute.
MAX_PIXELS: Final = 4096 * 2304
MOST_FPS: Final = 250.0

#: How to turn the frames upright: as the display matrix says (ISO/IEC 14496-12, 8.3.2).
TURNS: Final = ("", "right", "left", "around")
CODECS: Final = ("h264", "hevc")
HLG: Final = "hlg"


@dataclass(frozen=True, slots=True)
class Facts:
    """Width and height: pixels, as a person sees them."""

    mime: str
    width: int
    height: int
    seconds: float
    fps: float
    codec: str
    pixels: str  # the name of the frames' format, e.g. yuv420p
    turn: str
    light: str  # "" or HLG, the phones' high dynamic range
    square: bool  # pixels as wide as high
    channels: int  # of sound; 0: none
    rate: int  # samples a second


@dataclass(frozen=True, slots=True)
class Film:
    """A video as received."""

    sha256: str
    size: int
    facts: Facts

    @property
    def mime(self) -> str:
        return self.facts.mime

    @property
    def width(self) -> int:
        return self.facts.width

    @property
    def height(self) -> int:
        return self.facts.height


def facts_of(said: Any) -> Facts:
    """The facts in a decoding process' answer. Raises ValueError for what cannot be."""
    if not isinstance(said, dict) or set(said) != {field.name for field in fields(Facts)}:
        raise ValueError("these are not the facts of a video")
    facts = Facts(**said)
    whole: tuple[object, ...] = (facts.width, facts.height, facts.channels, facts.rate)
    real: tuple[object, ...] = (facts.seconds, facts.fps)
    if type(said["pixels"]) is not str or type(said["square"]) is not bool:
        raise ValueError("no video that is taken is like this")
    if not (all(map(_is_count, whole)) and all(map(_is_measure, real)) and _can_be(facts)):
        raise ValueError("no video that is taken is like this")
    return facts


def _is_count(said: object) -> bool:
    """True is a number to Python, and none here."""
    return isinstance(said, int) and not isinstance(said, bool) and said >= 0


def _is_measure(said: object) -> bool:
    return isinstance(said, float) and isfinite(said) and said > 0


def _can_be(facts: Facts) -> bool:
    return (
        facts.mime in {MP4, MOV}
        and 0 < facts.width * facts.height <= MAX_PIXELS
        and facts.seconds <= LONGEST_S
        and facts.fps <= MOST_FPS
        and facts.codec in CODECS
        and facts.turn in TURNS
        and facts.light in {"", HLG}
        and facts.channels <= 16
        and facts.rate <= 200_000
    )
