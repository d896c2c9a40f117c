"""The words of `[schedule]` in settings: slots, quiet hours, spacing. What cannot be meant is refused aloud.

Pure: takes settings and a network's pace, gives `Rules`. Plans nothing; that is `plan`.
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from socialpub.model.limits import PaceLimits
from socialpub.settings import Schedule

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SLOT = re.compile(r"(?P<days>[a-z]+(?:\s*-\s*[a-z]+)?)\s+(?P<time>\S+)")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_SLOT_FORM = 'write "mon 09:00", "mon-fri 09:00" or "daily 17:30", hours from 00:00 to 23:59'
_QUIET_FORM = 'write "21:00-07:00", or leave it empty for none'
_LONGEST_SPACING = timedelta(days=7)


class ScheduleError(ValueError):
    """A value of the schedule cannot be used; the message names the setting, the value and the right form."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A weekly time in department time; weekday 0 is Monday."""

    weekday: int
    at: time


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the department's day in which nothing goes out: from `start` until just before `end`."""

    start: time
    end: time

    def holds(self, at: time) -> bool:
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass(frozen=True, slots=True)
class Rules:
    """When one channel may post. Without slots: as soon as spacing, quiet hours and the cap allow."""

    zone: ZoneInfo
    slots: tuple[Slot, ...] = ()
    spacing: timedelta = timedelta(0)  # least time between two posts of the channel
    quiet: Quiet | None = None
    daily_cap: int | None = None  # posts in one department day


def rules(schedule: Schedule, zone: ZoneInfo, pace: PaceLimits) -> Rules:
    """The department's schedule at a network's pace; the larger spacing wins. Raises ScheduleError."""
    slots = tuple(sorted({slot for text in schedule.slots for slot in parse_slot(text)}))
    quiet = parse_quiet(schedule.quiet_hours)
    _refuse_silenced(slots, quiet, schedule.quiet_hours)
    ours = _span("schedule.spacing", schedule.spacing, "minutes", timedelta(minutes=1))
    theirs = _span("pace.spacing_s", pace.spacing_s, "seconds", timedelta(seconds=1))
    return Rules(zone, slots, max(ours, theirs), quiet, _cap(pace.daily_cap))


def parse_slot(text: str) -> tuple[Slot, ...]:
    """The slots that one line of settings means, e.g. five for "mon-fri 09:00". Raises ScheduleError."""
    match = _SLOT.fullmatch(text.strip().lower())
    at = _clock(match["time"]) if match else None
    if match is None or at is None:
        raise ScheduleError(f'schedule.slots: "{text}" is no slot; {_SLOT_FORM}')
    return tuple(Slot(weekday, at) for weekday in _weekdays(match["days"], text))


def parse_quiet(text: str) -> Quiet | None:
    """The hours that "21:00-07:00" means; they may cross midnight. Empty means none. Raises ScheduleError."""
    if not text.strip():
        return None
    ends = [_clock(part.strip()) for part in text.split("-")]
    match ends:
        case [time() as start, time() as end] if start != end:
            return Quiet(start, end)
        case [time() as start, time()]:
            raise ScheduleError(f'schedule.quiet_hours: "{text}" begins and ends at {start:%H:%M}; {_QUIET_FORM}')
    raise ScheduleError(f'schedule.quiet_hours: "{text}" is no span of hours; {_QUIET_FORM}')


def _clock(text: str) -> time | None:
    match = _TIME.fullmatch(text)
    return time(int(match[1]), int(match[2])) if match else None


def _weekdays(words: str, whole: str) -> Iterable[int]:
    if words == "daily":
        return range(7)
    names = [word.strip() for word in words.split("-")]
    for name in names:
        if name not in DAYS:
            raise ScheduleError(f'schedule.slots: "{whole}": {_unknown_day(name)}; {_SLOT_FORM}')
    first, last = DAYS.index(names[0]), DAYS.index(names[-1])
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]  # "fri-mon" runs over the week's end


def _unknown_day(name: str) -> str:
    close = difflib.get_close_matches(name, (*DAYS, "daily"), n=1, cutoff=0.5)
    return f'"{name}" is no day' + (f' (did you mean "{close[0]}"?)' if close else "")


def _refuse_silenced(slots: Iterable[Slot], quiet: Quiet | None, written: str) -> None:
    for slot in slots:
        if quiet and quiet.holds(slot.at):
            raise ScheduleError(
                f'schedule.slots: "{DAYS[slot.weekday]} {slot.at:%H:%M}" lies in the quiet hours "{written}" '
                "and would never be used; move the slot or change schedule.quiet_hours"
            )


def _span(setting: str, value: float, unit: str, one: timedelta) -> timedelta:
    most = _LONGEST_SPACING / one
    if not 0 <= value <= most:
        raise ScheduleError(f"{setting}: {value:g} {unit} is too much or too little; write 0 to {most:g} {unit}")
    return value * one


def _cap(daily_cap: int | None) -> int | None:
    if daily_cap is not None and daily_cap < 1:
        raise ScheduleError(f"pace.daily_cap: {daily_cap} would stop the channel; write 1 or more, or leave it out")
    return daily_cap
