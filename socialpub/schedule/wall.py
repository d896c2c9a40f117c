"""Department time and UTC: one rule for the hours that a clock change leaves out or repeats.

The rule is DESIGN.md's ("Deadlines"): in a gap the next valid minute, in a fold the first. It makes the way
from wall time to UTC monotone: a later wall time never becomes an earlier moment. No clock is read here.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

#: Outside these years a time is a slip of the pen, and the arithmetic of dates runs out of room.
YEARS = range(1970, 2200)


def to_utc(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which the zone's clocks show `wall` (naive) or later. Raises ValueError."""
    if wall.tzinfo is not None:
        raise ValueError(f"{wall.isoformat()} already has a time zone; wall time has none")
    _within_reason(wall)
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    # In a fold the first reading is the earlier one; only in a gap do the two stand the other way round.
    return first if first <= second else _end_of_gap(second, first, zone)


def to_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the zone's clocks show at `moment`, as a naive time. Raises ValueError for a naive `moment`."""
    return aware(moment).astimezone(zone).replace(tzinfo=None, fold=0)


def in_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    """A time from a story's document in UTC: a naive one is department time."""
    if moment.tzinfo is None:
        return to_utc(moment, zone)
    _within_reason(moment)
    return moment.astimezone(UTC)


def aware(moment: datetime) -> datetime:
    """`moment` in UTC. Raises ValueError when it is naive: such a time means nothing on its own."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; give it in UTC")
    return moment.astimezone(UTC)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment in (before, after] at which the zone's offset changes, to the second."""
    old = before.astimezone(zone).utcoffset()
    low, high = 0, round((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        still_old = (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == old
        low, high = (middle, high) if still_old else (low, middle)
    return before.replace(microsecond=0) + timedelta(seconds=high)


def _within_reason(moment: datetime) -> None:
    if moment.year not in YEARS:
        raise ValueError(f"{moment.isoformat()}: the year must lie between {YEARS[0]} and {YEARS[-1]}")
