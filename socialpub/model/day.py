"""The department's day. What was screened on another one was screened by other facts and other rules: whether an
event is over, and which rules hold, depends on the day. A value; `schedule.day` says which one a moment lies in.
"""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Day:
    """From when (UTC) it is this day in the department, and from when it is the next."""

    began: datetime
    ends: datetime


#: All of time that a database can hold: with a day fixed in the settings no other one ever comes.
ALWAYS = Day(datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
