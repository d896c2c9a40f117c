"""How large a rendition is: pure arithmetic on widths and heights, in pixels. It knows no pixel's colour.

A photo fits inside, is never enlarged and never cropped. What is too wide or too tall for a network is set
on a canvas of a shape the network takes.
"""

from dataclasses import dataclass, replace
from math import ceil, floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # pydantic costs the decoding child 40 ms and gives it nothing
    from socialpub.model.limits import PhotoLimits

Size = tuple[int, int]

#: Ratios are written as decimals (1.91); rounding up must not add a pixel for the 16th digit.
_GRAIN = 1e-9


@dataclass(frozen=True, slots=True)
class Frame:
    """What one rendition must fit: pixels, bytes, format, and the ratios (width / height) it may have."""

    width: int
    height: int
    max_bytes: int
    mime: str = "image/jpeg"
    widest: float | None = None
    tallest: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The canvas and, centred on it, the photo. Without padding both are the same."""

    canvas: Size
    photo: Size


def frame_of(limits: "PhotoLimits") -> Frame:
    """The part of a network's limits that decides a rendition."""
    return Frame(
        limits.width,
        limits.height,
        limits.max_bytes,
        limits.format,
        limits.widest_ratio,
        limits.tallest_ratio,
    )


def plan(photo: Size, frame: Frame, shrink: float = 1.0) -> Plan:
    """How a photo of this size goes into the frame; `shrink` (at most 1) makes the whole result smaller."""
    whole = _fitted(photo, frame)
    if shrink == 1.0:
        return whole
    width, height = (max(1, int(side * shrink)) for side in whole.canvas)
    return _fitted(photo, replace(frame, width=width, height=height))


def _fitted(photo: Size, frame: Frame) -> Plan:
    width, height = photo
    if frame.widest and width > height * frame.widest:
        return _padded_tall(photo, frame, frame.widest)
    if frame.tallest and width < height * frame.tallest:
        return _turned(_padded_tall((height, width), _turned_frame(frame), 1 / frame.tallest))
    size = _inside(photo, frame)
    return Plan(size, size)


def _padded_tall(photo: Size, frame: Frame, widest: float) -> Plan:
    """For a photo too wide: bars above and below."""
    width = max(1, min(photo[0], frame.width, floor(frame.height * widest + _GRAIN)))
    height = min(frame.height, ceil(width / widest - _GRAIN))
    return Plan((width, height), (width, min(height, max(1, round(photo[1] * width / photo[0])))))


def _turned_frame(frame: Frame) -> Frame:
    return replace(frame, width=frame.height, height=frame.width)


def _turned(lying: Plan) -> Plan:
    return Plan((lying.canvas[1], lying.canvas[0]), (lying.photo[1], lying.photo[0]))


def _inside(photo: Size, frame: Frame) -> Size:
    """Scaled to fit; a side is off by at most one pixel so that rounding never leaves the allowed ratios."""
    scale = min(1.0, frame.width / photo[0], frame.height / photo[1])
    width, height = (max(1, round(side * scale)) for side in photo)
    if frame.widest and width > height * frame.widest:
        height = ceil(width / frame.widest - _GRAIN)
    if frame.tallest and width < height * frame.tallest:
        width = ceil(height * frame.tallest - _GRAIN)
    return width, height
