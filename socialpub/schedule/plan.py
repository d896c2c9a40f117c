"""The next time at which a channel may post, and when a post is too late.

Pure: the clock is passed in, UTC comes out. Decides times only; whether a post may go out at all is
decided elsewhere, and again right before the visible call.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from socialpub.schedule.calendar import Calendar
from socialpub.schedule.slots import Rules
from socialpub.schedule.wall import YEARS, aware, in_utc, to_utc, to_wall

#: How far ahead a place is looked for. Beyond it the answer is None, and a person decides.
HORIZON = timedelta(days=366)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def next_time(
    rules: Rules,
    taken: Iterable[datetime],
    earliest: datetime,
    latest: datetime | None,
    *,
    urgent: bool = False,
) -> datetime | None:
    """The first allowed UTC time from `earliest` on and before `latest`; None when there is no place.

    `taken` are the channel's other posts, planned and sent, in any order. With slots the time is a slot that
    nobody has; `urgent` passes over slots, while spacing, quiet hours and the cap hold for everyone.
    """
    start = aware(earliest)
    if not plannable(start):
        return None
    end = _end(start, latest)
    return Calendar(rules, taken, start, end).first(start, end, on_slots=not urgent)


def deadline(
    planned: datetime,
    *,
    hours: float,
    zone: ZoneInfo,
    stated: datetime | None = None,
    event: date | None = None,
) -> datetime:
    """When a post planned for `planned` is too late (UTC).

    What the story states holds as it stands. Else `hours` after the slot, or what its event leaves, whichever is
    first. Raises ValueError for a stated time that cannot be meant.
    """
    end = latest_time(aware(planned), zone, stated=stated, event=event)
    late = aware(planned) + min(hours, HORIZON / _HOUR) * _HOUR
    if end is None:
        return late
    return end if stated is not None else min(late, end)


def latest_time(
    earliest: datetime, zone: ZoneInfo, *, stated: datetime | None = None, event: date | None = None
) -> datetime | None:
    """Before when (UTC) a post that may go from `earliest` on must go; None when nothing says so.

    What the story states holds. Else it announces an event still to come, and only its date is known: it must go
    before that day begins, or, when it cannot go before that day, before the day is over. An event that is over
    by then is told of, not announced, and sets no end. Raises ValueError for a time that cannot be meant.
    """
    if stated is not None:
        return in_utc(stated, zone)
    first = to_wall(earliest, zone).date()
    if event is None or event < first:
        return None
    day = event if event > first else event + _DAY
    return to_utc(datetime.combine(day, time.min), zone)


def plannable(earliest: datetime) -> bool:
    """Whether the horizon lies in years that calendars reach; else nothing is planned, rather than crash."""
    return YEARS[0] < earliest.year < YEARS[-1] - 1


def _end(start: datetime, latest: datetime | None) -> datetime:
    furthest = start + HORIZON if plannable(start) else start
    return furthest if latest is None else min(furthest, aware(latest))
