"""How sending one delivery can end: an adapter's outcome, or the house's own stop before the visible call."""

from dataclasses import dataclass

from socialpub.model.outcome import Outcome
from socialpub.platforms.contract import Halt


@dataclass(frozen=True, slots=True)
class Fell:
    """It may not go out any more: its approval fell, or a person wished it back."""

    reason: str


@dataclass(frozen=True, slots=True)
class Differs:
    """What would go out is not what was approved. The approval falls with it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Waits:
    """Not now: a hold, a clock that went back, or a new day on which it was not screened yet.

    It keeps its time and goes when nothing stops it.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class TooLate:
    """Its deadline passed before the visible call."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Another claim, another epoch: this attempt may neither send nor write."""


Ending = Outcome | Fell | Differs | Waits | TooLate | Lost


class Stopped(Halt):
    """Raised by the journal through the adapter, caught in `send`."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(str(ending))
        self.ending = ending
