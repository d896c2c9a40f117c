"""The next time at which a channel may post, when a post is too late, and what follows after downtime.

Pure: the clock is passed in, UTC comes out. Decides times only; whether a post may go out at all is
decided elsewhere, and again right before the visible call.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from socialpub.schedule.calendar import Calendar
from socialpub.schedule.slots import Rules
from socialpub.schedule.wall import YEARS, aware, in_utc, to_utc, to_wall

#: How far ahead a place is looked for. Beyond it the answer is None, and a person decides.
HORIZON = timedelta(days=366)
_HOUR = timedelta(hours=1)

Id = TypeVar("Id")


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


def catch_up(
    due: Sequence[tuple[Id, datetime, datetime]],
    now: datetime,
    rules: Rules,
    taken: Iterable[datetime],
) -> list[tuple[Id, datetime]]:
    """New times after downtime for `(id, due, deadline)`: due order, at the channel's spacing, never a burst.

    Who is not in the answer finds no place before its deadline: it expires, and the caller tells somebody.
    Slots are passed over, since these posts had theirs; spacing, quiet hours and the cap hold.
    """
    earliest = aware(now)
    starts = [max(earliest, aware(planned)) for _, planned, _ in due]
    within = [start for start in starts if _plannable(start)]
    if not within:
        return []
    calendar = Calendar(rules, taken, min(within), _end(max(within), None))
    placed = []
    for start, (key, _, too_late) in sorted(zip(starts, due, strict=True), key=lambda pair: aware(pair[1][1])):
        moment = calendar.first(max(start, earliest), _end(start, too_late), on_slots=False)
        if moment is not None:
            calendar.take(moment)
            placed.append((key, moment))
            earliest = moment  # nobody after it finds a place before it, so nobody need look there
    return placed


def _end(start: datetime, latest: datetime | None) -> datetime:
    furthest = start + HORIZON if _plannable(start) else start
    return furthest if latest is None else min(furthest, aware(latest))


def _plannable(start: datetime) -> bool:
    """Whether the horizon lies in years that calendars reach; else nothing is planned, rather than crash."""
    return YEARS[0] < start.year < YEARS[-1] - 1
