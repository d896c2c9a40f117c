"""Which rendition a network gets of a video: copied as it is, or made anew, how large. Pure arithmetic.

A video is never enlarged, never cropped and never cut short.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from socialpub.media.refusal import MediaRefused
from socialpub.media.video.facts import MAX_BYTES, Facts

if TYPE_CHECKING:
    from socialpub.model.limits import VideoLimits

#: Bits a second that nothing is gained by exceeding; a phone's 1080p has 16 million.
_MOST_BITS: Final = 12_000_000
#: Fewer bits than this for each pixel of each frame show blocks everywhere: the frames are made smaller.
_LEAST_BITS: Final = 0.03
_SOUND_BITS: Final = 192_000
_SMALLEST: Final = 240  # pixels of the longer side; below, nobody recognizes anything
_LEVELS: Final = (0.92, 0.75)  # of the bytes a network takes: what the first try aims at, and the second


class DoesNotFit(MediaRefused):
    """This network cannot show this video; another may."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to make one rendition. Width and height: pixels, both even where `copy` is not."""

    width: int
    height: int
    fps: int
    bits: int  # a second, of pictures
    max_bytes: int
    sound: str  # copy, encode, or "" for none
    turn: str = ""
    light: str = ""
    copy: bool = False


def plans(facts: Facts, size: int, limits: "VideoLimits") -> list[Plan]:
    """What to try, in order; the first that comes out within the limits is used. Raises DoesNotFit."""
    _refuse_unfit(facts, limits)
    most = min(limits.max_bytes, MAX_BYTES)
    sound = _sound(facts)
    tries = []
    if _as_it_is(facts, size, limits) and sound != "encode":
        tries.append(Plan(facts.width, facts.height, _fps(facts, limits), 0, most, sound, copy=True))
    for level in _LEVELS:
        bits = min(_MOST_BITS, int(most * 8 * level / facts.seconds) - (_SOUND_BITS if sound else 0))
        fps = _fps(facts, limits)
        width, height = _size(facts, limits, fps, bits)
        if max(width, height) >= min(_SMALLEST, max(_size(facts, limits, fps, _MOST_BITS))):
            tries.append(Plan(width, height, fps, bits, most, sound, facts.turn, facts.light))
    if not tries:
        raise too_large(most)
    return tries


def too_large(most: int) -> DoesNotFit:
    return DoesNotFit(f"the video cannot be made as small as {most / 1e6:,.0f} MB", "trim it to the part that counts")


def _refuse_unfit(facts: Facts, limits: "VideoLimits") -> None:
    if facts.seconds > limits.longest_s:
        raise DoesNotFit(
            f"the video lasts {facts.seconds:.0f} seconds and the most is {limits.longest_s:.0f}",
            "trim it to the part that counts, or leave it out there",
        )
    if facts.seconds < limits.shortest_s:
        raise DoesNotFit(
            f"the video lasts {facts.seconds:.1f} seconds and the least is {limits.shortest_s:g}", "send a longer one"
        )
    if limits.widest_ratio and facts.width > facts.height * limits.widest_ratio:
        raise DoesNotFit(
            "the video is wider than the network shows", "crop it on the phone, or hold the phone upright"
        )
    if limits.tallest_ratio and facts.width < facts.height * limits.tallest_ratio:
        raise DoesNotFit("the video is taller than the network shows", "crop it on the phone, or turn the phone")


def _as_it_is(facts: Facts, size: int, limits: "VideoLimits") -> bool:
    """Whether pictures can be copied. One that must be turned is made anew: not every network heeds the turn."""
    return (
        facts.codec == "h264"
        and facts.pixels == "yuv420p"
        and not facts.turn
        and not facts.light
        and facts.square
        and facts.width <= limits.width
        and facts.height <= limits.height
        and facts.fps <= limits.fps + 0.5
        and size <= limits.max_bytes
    )


def _sound(facts: Facts) -> str:
    """Stereo of at most 48,000 samples a second is what every network takes."""
    if not facts.channels:
        return ""
    return "copy" if facts.channels <= 2 and facts.rate <= 48_000 else "encode"


def _fps(facts: Facts, limits: "VideoLimits") -> int:
    """A whole number: phones' frames come unevenly, and networks want them even."""
    return max(1, min(round(facts.fps), limits.fps))


def _size(facts: Facts, limits: "VideoLimits", fps: int, bits: int) -> tuple[int, int]:
    """Inside the limits, and so small that the bits suffice; even, as yuv420p needs."""
    scale = min(1.0, limits.width / facts.width, limits.height / facts.height)
    wanted = facts.width * facts.height * scale**2 * fps * _LEAST_BITS
    if bits < wanted:
        scale *= (max(bits, 0) / wanted) ** 0.5
    return _even(facts.width * scale), _even(facts.height * scale)


def _even(side: float) -> int:
    return max(2, int(side + 1e-6) // 2 * 2)
