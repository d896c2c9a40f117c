"""Every IANA zone, every clock change from 2024 to 2040: nothing fires twice, nothing is skipped."""

from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from socialpub.schedule.plan import next_time
from socialpub.schedule.slots import Rules, Slot
from socialpub.schedule.wall import to_utc, to_wall

START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Change = tuple[datetime, timedelta, timedelta]  # when, the offset before, the offset after


def offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    found = moment.astimezone(zone).utcoffset()
    assert found is not None
    return found


def changes(zone: ZoneInfo) -> list[Change]:
    """Found by looking every five days: no zone changes its clocks twice in less than some weeks."""
    found = []
    moment, here = START, offset(zone, START)
    while moment < END:
        there = offset(zone, moment + 5 * DAY)
        if here != there:
            found.append((edge(zone, moment, moment + 5 * DAY), here, there))
        moment, here = moment + 5 * DAY, there
    return found


def edge(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
    return high.replace(microsecond=0)


@cache
def world() -> dict[str, list[Change]]:
    return {name: changes(ZoneInfo(name)) for name in sorted(available_timezones())}


def walls(change: Change) -> list[datetime]:
    """Wall minutes at and around both edges of the gap or fold, and in its middle."""
    moment, before, after = change
    ends = sorted((moment + before).replace(tzinfo=None) + shift for shift in (timedelta(0), after - before))
    middle = ends[0] + (ends[1] - ends[0]) / 2
    return sorted({end + n * MINUTE for end in ends for n in (-1, 0, 1)} | {middle.replace(second=0)})


def first_moment(wall: datetime, change: Change) -> datetime:
    """What DESIGN.md says, worked out from the change alone: the first of a fold, the end of a gap."""
    moment, before, after = change
    naive = wall.replace(tzinfo=UTC)
    if naive - before < moment:
        return naive - before
    return max(naive - after, moment)


def test_the_sweep_is_as_large_as_it_claims() -> None:
    assert len(world()) > 500
    assert sum(map(len, world().values())) > 5_000
    assert all(change[0].second == 0 for found in world().values() for change in found)


def test_every_minute_at_every_gap_and_fold_becomes_its_first_moment() -> None:
    for name, found in world().items():
        zone = ZoneInfo(name)
        for change in found:
            moments = []
            for wall in walls(change):
                moment = to_utc(wall, zone)
                assert moment == first_moment(wall, change), (name, wall)
                assert to_wall(moment, zone) >= wall, (name, wall)
                moments.append(moment)
            assert moments == sorted(moments), name


def test_a_daily_slot_at_every_gap_and_fold_fires_once_a_day() -> None:
    """Zones that change at the same moment by the same amount are one case; each case is planned in full."""
    cases = {change: name for name, found in world().items() for change in found}
    assert len(cases) > 300
    for change, name in cases.items():
        for wall in walls(change):
            assert_fires_once_a_day(ZoneInfo(name), change, wall.time())


def assert_fires_once_a_day(zone: ZoneInfo, change: Change, at: time) -> None:
    rules = Rules(zone, tuple(Slot(weekday, at) for weekday in range(7)))
    fired, start = [], change[0] - 2 * DAY
    while (moment := next_time(rules, [], start, change[0] + 2 * DAY)) is not None:
        fired.append(moment)
        start = moment + MINUTE
    slack = abs(change[2] - change[1])
    assert all(abs(later - earlier - DAY) <= slack for earlier, later in pairwise(fired)), (zone, at, fired)
    assert len(fired) in (3, 4, 5), (zone, at, fired)


def test_all_slots_around_a_change_fire_in_order_and_never_two_at_once() -> None:
    cases = {
        (before, after): (change, name)
        for name, found in world().items()
        for change in found
        for _, before, after in [change]
    }
    for change, name in cases.values():
        zone = ZoneInfo(name)
        slots = tuple(Slot(day, wall.time()) for day in range(7) for wall in walls(change))
        start, end = change[0] - DAY, change[0] + DAY
        taken: list[datetime] = []
        while (moment := next_time(Rules(zone, slots), taken, start, end)) is not None:
            assert not taken or moment > taken[-1]
            taken.append(moment)
        times = {slot.at for slot in slots}
        days = {to_wall(start + n * DAY, zone).date() + k * DAY for n in range(3) for k in (-1, 0, 1)}
        wanted = {to_utc(datetime.combine(day, at), zone) for day in days for at in times}
        assert taken == sorted(moment for moment in wanted if start <= moment < end), (name, change)
