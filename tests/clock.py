"""A clock that tests set by hand. It never moves by itself."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


class SetClock:
    """`clock()` is `clock.now`; set it, or let it run on with `advance`."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
