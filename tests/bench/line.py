"""What a measurement says: one JSON line on stdout. Notes for people go to stderr."""

import json
import sys
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """`ratio` is `value` over what it is held against in the same run; `versus` says what that is."""

    name: str
    value: float | None
    unit: str
    versus: str
    ratio: float | None = None


def against(name: str, value: float, unit: str, versus: str, other: float) -> Line:
    """A measure and the same of something else, both in `unit`."""
    return Line(name, _short(value), unit, f"{versus}: {_short(other)} {unit}", _short(value / other))


def not_measured(name: str, unit: str, why: str) -> Line:
    return Line(name, None, unit, f"not measured: {why}")


def say(line: Line) -> None:
    sys.stdout.write(json.dumps(asdict(line)) + "\n")
    sys.stdout.flush()


def note(words: str) -> None:
    sys.stderr.write(f"  {words}\n")
    sys.stderr.flush()


def _short(number: float) -> float:
    return float(f"{number:.4g}")
