"""The time of a simulated week: the true one, which only goes on, and the house's clock, which may be wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)  # a week with a clock change in it


@dataclass
class Time:
    """`mono` are true seconds since the start; `wrong` is what the house's clock is off by."""

    mono: float = 0.0
    wrong: timedelta = timedelta(0)
    _no_later: float | None = None

    def clock(self) -> datetime:
        return START + timedelta(seconds=self.mono) + self.wrong

    def monotonic(self) -> float:
        return self.mono

    def uptime_ms(self) -> int:
        return int(self.mono * 1000)

    def go(self, seconds: float) -> None:
        ends = self.mono + seconds
        self.mono = max(self.mono, ends if self._no_later is None else min(ends, self._no_later))

    def until(self, moment: datetime) -> None:
        """Let time pass until the house's clock shows `moment`."""
        self.go(max((moment - self.clock()).total_seconds(), 0.0))

    @contextmanager
    def at_most(self, seconds: float) -> Iterator[None]:
        """Whatever happens inside takes no longer: a request has a time-out."""
        before, ends = self._no_later, self.mono + seconds
        self._no_later = ends if before is None else min(before, ends)
        try:
            yield
        finally:
            self._no_later = before
