"""What one channel's calendar says about a moment: taken, quiet, full for the day, on a slot.

Each rule answers with the moment itself, or with the next one worth asking about; asking all of them until
none objects gives the first allowed time. Every objection moves the moment on, so the search ends.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from socialpub.schedule.slots import Rules
from socialpub.schedule.wall import aware, to_utc, to_wall

#: Two posts of one channel are never due at the same moment, even without spacing: due order is an order.
LEAST_SPACING = timedelta(milliseconds=1)
_DAY = timedelta(days=1)


class Calendar:
    """The channel's posts around a span of time. `take` adds one; `first` finds a place for the next."""

    def __init__(self, rules: Rules, taken: Iterable[datetime], start: datetime, end: datetime) -> None:
        self._rules = rules
        self._gap = max(rules.spacing, LEAST_SPACING)
        around = self._gap + 2 * _DAY  # whoever is further away shares neither spacing nor a day with us
        low, high = start - around, end + around
        self._taken = sorted(moment for moment in map(aware, taken) if low <= moment <= high)
        self._per_day = Counter(map(self._day, self._taken)) if rules.daily_cap else Counter()
        self._times = {day: sorted(s.at for s in rules.slots if s.weekday == day) for day in range(7)}
        self._slots: dict[date, list[datetime]] = {}

    def take(self, moment: datetime) -> None:
        insort(self._taken, moment)
        self._per_day[self._day(moment)] += 1

    def first(self, start: datetime, end: datetime, *, on_slots: bool) -> datetime | None:
        """The first allowed moment in [start, end), or None."""
        wants_slot = on_slots and bool(self._rules.slots)
        moment = start
        while moment < end:
            allowed = self._under_cap(self._out_of_quiet(self._clear_of_others(moment)))
            if wants_slot:
                allowed = self._on_slot(allowed)
            if allowed == moment:
                return moment
            moment = allowed
        return None

    def _clear_of_others(self, moment: datetime) -> datetime:
        at = bisect_right(self._taken, moment - self._gap)
        while at < len(self._taken) and self._taken[at] < moment + self._gap:
            moment = self._taken[at] + self._gap
            at += 1
        return moment

    def _out_of_quiet(self, moment: datetime) -> datetime:
        quiet, wall = self._rules.quiet, to_wall(moment, self._rules.zone)
        if quiet is None or not quiet.holds(wall.time()):
            return moment
        end = datetime.combine(wall.date(), quiet.end)
        if end <= wall:
            end += _DAY
        # In the second pass of a repeated hour the end's first pass is over: count the minutes instead.
        return self._later(moment, end, or_else=moment + (end - wall))

    def _under_cap(self, moment: datetime) -> datetime:
        cap = self._rules.daily_cap
        if cap is None or self._per_day[day := self._day(moment)] < cap:
            return moment
        tomorrow = datetime.combine(day + _DAY, time.min)
        return self._later(moment, tomorrow, or_else=moment + timedelta(minutes=1))

    def _on_slot(self, moment: datetime) -> datetime:
        day = self._day(moment) - _DAY  # a slot of yesterday's last minutes can fall on today in a gap
        for ahead in range(10):
            slots = self._slots_of(day + ahead * _DAY)
            if (at := bisect_left(slots, moment)) < len(slots):
                return slots[at]
        raise AssertionError("a weekly slot comes round within ten days")

    def _slots_of(self, day: date) -> list[datetime]:
        if day not in self._slots:
            walls = (datetime.combine(day, at) for at in self._times[day.weekday()])
            self._slots[day] = [to_utc(wall, self._rules.zone) for wall in walls]
        return self._slots[day]

    def _day(self, moment: datetime) -> date:
        return to_wall(moment, self._rules.zone).date()

    def _later(self, moment: datetime, wall: datetime, *, or_else: datetime) -> datetime:
        """The moment of `wall`, or the other one where a clock change put `wall` behind us."""
        end = to_utc(wall, self._rules.zone)
        return end if end > moment else or_else
