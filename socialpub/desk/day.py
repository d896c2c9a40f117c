"""The department's day: what was screened on another one was screened by other facts and other rules.

Whether an event is over, and which rules hold, depends on the day. Pure: the clock is passed in.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists

from socialpub.schedule.wall import to_utc, to_wall
from socialpub.settings import Department
from socialpub.store.schema import Revision, Screening

#: All of time that a database can hold: with a day fixed in the settings no other one ever comes.
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Day:
    """From when (UTC) it is this day in the department, and from when it is the next."""

    began: datetime
    ends: datetime

    def screened(self, *also: ColumnElement[bool]) -> ColumnElement[bool]:
        """A condition on Revision: it was screened on this day. A clock that ran ahead counts for nothing."""
        that_day = and_(Screening.at >= self.began, Screening.at < self.ends)
        return exists().where(Screening.revision_id == Revision.id, that_day, *also)


def day_of(department: Department, now: datetime) -> Day:
    """The day that `now` lies in. Raises ValueError for a year that cannot be meant."""
    if department.as_of is not None:
        return Day(*_ALWAYS)
    first = datetime.combine(to_wall(now, department.zone).date(), time.min)
    return Day(to_utc(first, department.zone), to_utc(first + timedelta(days=1), department.zone))
