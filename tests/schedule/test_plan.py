"""The next place on a channel: first, spaced, quiet, capped; checked against a search minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.schedule.plan import HORIZON, next_time
from socialpub.schedule.slots import Quiet, Rules, Slot, parse_slot
from socialpub.schedule.wall import to_utc, to_wall

wall = datetime.fromisoformat
NEW_YORK = ZoneInfo("America/New_York")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MONDAY = datetime(2026, 11, 16, 14, 0, tzinfo=UTC)  # 09:00 in New York
#: Days around a gap, a fold at night, a fold at midnight, a gap at midnight and nothing at all.
STARTS = {
    "America/New_York": [
        datetime(2026, 3, 7, 22, tzinfo=UTC),
        datetime(2026, 10, 31, 22, tzinfo=UTC),
        MONDAY,
    ],
    "America/Havana": [datetime(2026, 11, 1, 0, tzinfo=UTC), datetime(2026, 3, 8, 0, tzinfo=UTC)],
    "Australia/Lord_Howe": [datetime(2026, 4, 4, 10, tzinfo=UTC)],
}
SPAN = 3 * 24 * 60  # minutes searched one by one


def allowed(rules: Rules, taken: list[datetime], moment: datetime, *, slots: bool) -> bool:
    """The rules again, as plainly as they can be said."""
    shown = to_wall(moment, rules.zone)
    same_day = [t for t in taken if to_wall(t, rules.zone).date() == shown.date()]
    return (
        moment not in taken
        and all(abs(moment - t) >= rules.spacing for t in taken)
        and not (rules.quiet and rules.quiet.holds(shown.time()))
        and (rules.daily_cap is None or len(same_day) < rules.daily_cap)
        and (not slots or not rules.slots or moment in slot_times(rules, shown.date()))
    )


def slot_times(rules: Rules, day: date) -> set[datetime]:
    days = [day - timedelta(days=1), day]
    return {
        to_utc(datetime.combine(d, s.at), rules.zone) for d in days for s in rules.slots if s.weekday == d.weekday()
    }


TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
QUIETS = st.builds(Quiet, TIMES, TIMES).filter(lambda quiet: quiet.start != quiet.end)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Rules, list[datetime], datetime]:
    zone = draw(st.sampled_from(sorted(STARTS)))
    start = draw(st.sampled_from(STARTS[zone])) + draw(st.integers(0, 24 * 60)) * MINUTE
    rules = Rules(
        zone=ZoneInfo(zone),
        slots=tuple(draw(st.lists(st.builds(Slot, st.integers(0, 6), TIMES), max_size=12))),
        spacing=draw(st.sampled_from([0, 1, 15, 61, 600])) * MINUTE,
        quiet=draw(st.none() | QUIETS),
        daily_cap=draw(st.none() | st.integers(1, 4)),
    )
    step = draw(st.sampled_from([1, 15]))  # in quarters of an hour, distances equal to the spacing are common
    near = st.integers(-24 * 60 // step, (SPAN + 600) // step).map(lambda n: start + n * step * MINUTE)
    return rules, draw(st.lists(near, max_size=25)), start


@given(cases(), st.booleans())
def test_it_is_the_first_allowed_minute(case: tuple[Rules, list[datetime], datetime], urgent: bool) -> None:
    rules, taken, start = case
    end = start + SPAN * MINUTE
    got = next_time(rules, taken, start, end, urgent=urgent)
    minutes = (start + n * MINUTE for n in range(SPAN))
    wanted = next((m for m in minutes if allowed(rules, taken, m, slots=not urgent)), None)
    if got is not None and got.microsecond:  # right after a post of the same minute, without spacing
        assert rules.spacing == timedelta(0)
        assert got - timedelta(milliseconds=1) in taken
        assert allowed(rules, taken, got, slots=False)
        assert wanted is None or got < wanted
    else:
        assert got == wanted


@given(cases(), st.booleans())
def test_asked_again_with_the_answer_taken_it_gives_a_later_one(
    case: tuple[Rules, list[datetime], datetime], urgent: bool
) -> None:
    rules, taken, start = case
    given_out: list[datetime] = []
    for _ in range(6):
        moment = next_time(rules, taken + given_out, start, None, urgent=urgent)
        if moment is None:
            break
        assert all(moment > earlier for earlier in given_out)
        assert allowed(rules, taken + given_out, moment, slots=not urgent)
        given_out.append(moment)


@given(cases())
def test_the_order_of_the_taken_and_their_zone_do_not_matter(
    case: tuple[Rules, list[datetime], datetime],
) -> None:
    rules, taken, start = case
    elsewhere = [moment.astimezone(ZoneInfo("Asia/Tokyo")) for moment in reversed(taken)]
    assert next_time(rules, elsewhere, start.astimezone(NEW_YORK), None) == next_time(rules, taken, start, None)


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.lists(st.datetimes(timezones=st.just(UTC)), max_size=5),
    st.booleans(),
)
def test_no_time_at_all_crashes_it(
    earliest: datetime, latest: datetime | None, taken: list[datetime], urgent: bool
) -> None:
    rules = Rules(NEW_YORK, parse_slot("mon-fri 09:00"), HOUR, Quiet(time(21), time(7)), 2)
    moment = next_time(rules, taken, earliest, latest, urgent=urgent)
    assert moment is None or earliest <= moment < (latest or earliest + HORIZON)


def test_without_slots_it_is_now() -> None:
    assert next_time(Rules(NEW_YORK), [], MONDAY, None) == MONDAY


def test_two_posts_never_share_a_moment() -> None:
    again = next_time(Rules(NEW_YORK), [MONDAY], MONDAY, None)
    assert again is not None
    assert MONDAY < again < MONDAY + timedelta(seconds=1)


def test_a_slot_takes_one_post() -> None:
    rules = Rules(NEW_YORK, parse_slot("mon 09:00"))
    assert next_time(rules, [], MONDAY, None) == MONDAY
    assert next_time(rules, [MONDAY], MONDAY, None) == MONDAY + timedelta(days=7)


def test_urgent_passes_over_slots_but_not_over_quiet_hours() -> None:
    rules = Rules(NEW_YORK, parse_slot("mon 09:00"), quiet=Quiet(time(21), time(7)))
    night = MONDAY + 13 * HOUR  # 22:00
    assert next_time(rules, [], night, None, urgent=True) == MONDAY + 22 * HOUR  # 07:00
    assert next_time(rules, [], night, None) == MONDAY + timedelta(days=7)


def test_the_end_of_the_window_is_outside_it() -> None:
    rules = Rules(NEW_YORK, parse_slot("mon 09:00"))
    assert next_time(rules, [], MONDAY - HOUR, MONDAY) is None
    assert next_time(rules, [], MONDAY - HOUR, MONDAY + MINUTE) == MONDAY
    assert next_time(rules, [], MONDAY, MONDAY) is None


def test_a_distance_of_exactly_the_spacing_is_enough() -> None:
    rules = Rules(NEW_YORK, spacing=HOUR)
    assert next_time(rules, [MONDAY - HOUR, MONDAY + HOUR], MONDAY, None) == MONDAY
    assert next_time(rules, [MONDAY + HOUR - MINUTE], MONDAY, None) == MONDAY + 2 * HOUR - MINUTE


def test_quiet_hours_that_end_in_a_repeated_hour_end_in_each_pass() -> None:
    rules = Rules(NEW_YORK, quiet=Quiet(time(21), time(1, 30)))
    first, second = (datetime(2026, 11, 1, hour, 15, tzinfo=UTC) for hour in (5, 6))  # 01:15, and 01:15 again
    assert next_time(rules, [], first, None) == first + 15 * MINUTE
    assert next_time(rules, [], second, None) == second + 15 * MINUTE


def test_a_full_day_moves_the_post_to_the_next_department_day() -> None:
    evening = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)  # still Monday the 16th, 20:00, in New York
    rules = Rules(NEW_YORK, daily_cap=1)
    assert next_time(rules, [MONDAY], evening, None) == datetime(2026, 11, 17, 5, 0, tzinfo=UTC)


def test_what_can_never_be_is_none() -> None:
    rules = Rules(NEW_YORK, parse_slot("mon 09:00"), quiet=Quiet(time(8), time(10)))
    assert next_time(rules, [], MONDAY, None) is None


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        next_time(Rules(NEW_YORK), [], wall("2026-01-01T00:00"), None)
    with pytest.raises(ValueError, match="has no time zone"):
        next_time(Rules(NEW_YORK), [wall("2026-01-01T00:00")], MONDAY, None)


FULL = {
    "a crowd at spacing": (
        Rules(NEW_YORK, spacing=HOUR, daily_cap=30),
        [MONDAY + n * HOUR for n in range(5000)],
    ),
    "a crowd on slots": (
        Rules(NEW_YORK, tuple(s for h in range(24) for s in parse_slot(f"daily {h:02}:00"))),
        [MONDAY + n * HOUR for n in range(5000)],
    ),
    "a crowd just off spacing": (
        Rules(NEW_YORK, spacing=HOUR, quiet=Quiet(time(21), time(7)), daily_cap=2),
        [MONDAY + n * (2 * HOUR - MINUTE) for n in range(5000)],
    ),
}


@pytest.mark.parametrize("name", FULL)
def test_five_thousand_posts_do_not_slow_it_down(name: str) -> None:
    rules, taken = FULL[name]
    begun = process_time()
    moment = next_time(rules, taken, MONDAY, None)
    took = process_time() - begun
    assert moment is None or allowed(rules, taken, moment, slots=True)
    assert took < 1, "milliseconds are usual; a second means it has become quadratic"
