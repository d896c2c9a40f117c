"""Which day it is in the department. Pure: the clock is passed in."""

from datetime import datetime, time, timedelta

from socialpub.model.day import ALWAYS, Day
from socialpub.schedule.wall import to_utc, to_wall
from socialpub.settings import Department


def day_of(department: Department, now: datetime) -> Day:
    """The day that `now` lies in. Raises ValueError for a year that cannot be meant."""
    if department.as_of is not None:
        return ALWAYS
    first = datetime.combine(to_wall(now, department.zone).date(), time.min)
    return Day(to_utc(first, department.zone), to_utc(first + timedelta(days=1), department.zone))
