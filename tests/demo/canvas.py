"""A canvas for flat illustrations: coordinates are those of the 1600 x 1200 picture, edges come out smooth."""

import math
from collections.abc import Iterable, Sequence

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1600, 1200
_FINER = 2  # drawn larger and made smaller, so that no edge is jagged

Point = tuple[float, float]
Box = tuple[float, float, float, float]


class Canvas:
    """Everything is painted over what is there."""

    def __init__(self, top: str, bottom: str) -> None:
        """A background that goes from one colour to another."""
        ramp = Image.linear_gradient("L").resize((WIDTH * _FINER, HEIGHT * _FINER))
        size = ramp.size
        self.image = Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp)
        self._draw = ImageDraw.Draw(self.image)

    def shape(self, points: Iterable[Point], colour: str) -> None:
        self._draw.polygon([(x * _FINER, y * _FINER) for x, y in points], colour)

    def box(self, box: Box, colour: str, round_by: float = 0) -> None:
        self._draw.rounded_rectangle(_fine(box), round_by * _FINER, colour)

    def oval(self, x: float, y: float, rx: float, ry: float, colour: str) -> None:
        self._draw.ellipse(_fine((x - rx, y - ry, x + rx, y + ry)), colour)

    def disc(self, x: float, y: float, r: float, colour: str) -> None:
        self.oval(x, y, r, r, colour)

    def ring(self, x: float, y: float, r: float, width: float, colour: str) -> None:
        self._draw.ellipse(_fine((x - r, y - r, x + r, y + r)), outline=colour, width=int(width * _FINER))

    def arc(self, box: Box, start: float, end: float, colour: str, width: float) -> None:
        """Degrees, clockwise from three o'clock."""
        self._draw.arc(_fine(box), start, end, colour, int(width * _FINER))

    def slice(self, box: Box, start: float, end: float, colour: str) -> None:
        self._draw.pieslice(_fine(box), start, end, colour)

    def stroke(self, points: Sequence[Point], colour: str, width: float) -> None:
        """A line with round ends and corners."""
        fine = [(x * _FINER, y * _FINER) for x, y in points]
        self._draw.line(fine, colour, int(width * _FINER), joint="curve")
        for x, y in points:
            self.disc(x, y, width / 2, colour)

    def curve(self, start: Point, pull: Point, end: Point, colour: str, width: float) -> None:
        """From start to end, bent towards `pull`."""
        self.stroke([_between(start, pull, end, step / 40) for step in range(41)], colour, width)

    def shadow(self, x: float, y: float, rx: float, ry: float, strength: int = 70) -> None:
        """A soft one, on the ground."""
        mask = Image.new("L", (WIDTH, HEIGHT))
        ImageDraw.Draw(mask).ellipse((x - rx, y - ry, x + rx, y + ry), strength)
        soft = mask.filter(ImageFilter.GaussianBlur(14)).resize(self.image.size)
        self.image.paste("#12202e", (0, 0), soft)

    def star(self, x: float, y: float, r: float, colour: str, points: int = 5) -> None:
        corners = []
        for step in range(2 * points):
            angle, reach = math.pi * (step / points - 0.5), r if step % 2 == 0 else r * 0.45
            corners.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
        self.shape(corners, colour)

    def finished(self) -> Image.Image:
        return self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _fine(box: Box) -> Box:
    left, top, right, bottom = (each * _FINER for each in box)
    return left, top, right, bottom


def _between(start: Point, pull: Point, end: Point, t: float) -> Point:
    """Bezier, of the second degree."""
    x, y = ((1 - t) ** 2 * start[axis] + 2 * t * (1 - t) * pull[axis] + t**2 * end[axis] for axis in (0, 1))
    return x, y
