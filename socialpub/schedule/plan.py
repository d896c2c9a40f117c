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
    if not _plannable(start):
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

    What the story states holds as it stands. Else `hours` after the slot, or the start of the day of an event
    still to come, whichever is first: only the event's date is known, so its day begins at midnight.
    """
    if stated is not None:
        return in_utc(stated, zone)
    late = aware(planned) + min(hours, HORIZON / _HOUR) * _HOUR
    if event is not None and event > to_wall(planned, zone).date():
        return min(late, to_utc(datetime.combine(event, time.min), zone))
    return late


def _end(start: datetime, latest: datetime | None) -> datetime:
    furthest = start + HORIZON if _plannable(start) else start
    return furthest if latest is None else min(furthest, aware(latest))


def _plannable(start: datetime) -> bool:
    """Whether the horizon lies in years that calendars reach; else nothing is planned, rather than crash."""
    return YEARS[0] < start.year < YEARS[-1] - 1
