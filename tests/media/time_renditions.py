"""Prints how long six renditions of a 12-megapixel phone photo take. `python -m tests.media.time_renditions`

A measurement, not a test: quote its ratios to another tool in the same minute, never its absolute values.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from socialpub.media import apart, original, render
from socialpub.model.limits import PhotoLimits
from tests.media import phone

ROUNDS = 7


def _limits(width: int, height: int, megabytes: float, **ratios: float) -> PhotoLimits:
    size = int(megabytes * 1_000_000)
    return PhotoLimits(most=4, max_bytes=size, width=width, height=height, **ratios)  # type: ignore[arg-type]  # floats


#: Six different sizes, so that nothing is shared and each costs a resize and an encoding.
SIX = {
    "2048 x 2048": _limits(2048, 2048, 4),
    "2000 x 2000": _limits(2000, 2000, 5),
    "1440 x 1800": _limits(1440, 1800, 8, widest_ratio=1.91, tallest_ratio=0.75),
    "1280 x 1280": _limits(1280, 1280, 2),
    "1080 x 1350": _limits(1080, 1350, 8, widest_ratio=1.91, tallest_ratio=0.8),
    "1280 x 720": _limits(1280, 720, 1),
}


def _measured(what: str, work: Callable[[], object]) -> str:
    walls, processors = [], []
    for _ in range(ROUNDS):
        wall, processor = perf_counter(), process_time()
        work()
        walls.append(perf_counter() - wall)
        processors.append(process_time() - processor)
    spread = f"{min(walls) * 1000:4.0f} to {max(walls) * 1000:4.0f}"
    return f"{what:34} {median(walls) * 1000:5.0f} ms ({spread}), CPU here {median(processors) * 1000:4.0f} ms\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "photo.jpg"
        if len(sys.argv) < 2:
            photo.write_bytes(phone.jpeg(phone.scene(4032, 3024), orientation=6))
        for what, work in (
            ("examine", lambda: original.examine(photo)),
            ("examine in a process of its own", lambda: apart.examine(photo)),
            ("six renditions", lambda: render.render(photo, SIX)),
            ("six in a process of their own", lambda: apart.render(photo, SIX)),
        ):
            sys.stdout.write(_measured(what, work))


if __name__ == "__main__":
    main()
