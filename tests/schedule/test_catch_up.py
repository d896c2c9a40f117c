"""After downtime: what is still in time, in due order, at the channel's spacing, never a burst."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.schedule.plan import catch_up
from socialpub.schedule.slots import Quiet, Rules, parse_slot
from socialpub.schedule.wall import to_wall

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # Friday noon in New York
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_due_order_at_the_channels_spacing_from_now_on() -> None:
    due = [("b", NOW - HOUR, NOW + 9 * HOUR), ("a", NOW - 2 * HOUR, NOW + 9 * HOUR)]
    got = catch_up(due, NOW, Rules(NEW_YORK, spacing=30 * MINUTE), [])
    assert got == [("a", NOW), ("b", NOW + 30 * MINUTE)]


def test_what_is_too_late_is_left_out_and_holds_nobody_up() -> None:
    due = [
        ("late", NOW - 3 * HOUR, NOW),
        ("first", NOW - 2 * HOUR, NOW + HOUR),
        ("squeezed", NOW - HOUR, NOW + 20 * MINUTE),
        ("second", NOW - MINUTE, NOW + HOUR),
    ]
    got = catch_up(due, NOW, Rules(NEW_YORK, spacing=30 * MINUTE), [])
    assert got == [("first", NOW), ("second", NOW + 30 * MINUTE)]


def test_what_went_out_just_before_is_spaced_from() -> None:
    got = catch_up([("a", NOW - HOUR, NOW + HOUR)], NOW, Rules(NEW_YORK, spacing=30 * MINUTE), [NOW - MINUTE])
    assert got == [("a", NOW + 29 * MINUTE)]


def test_slots_are_passed_over_quiet_hours_are_not() -> None:
    rules = Rules(NEW_YORK, parse_slot("mon 09:00"), quiet=Quiet(time(11), time(13)))
    assert catch_up([("a", NOW - HOUR, NOW + 9 * HOUR)], NOW, rules, []) == [("a", NOW + HOUR)]


def test_what_is_not_due_yet_keeps_its_time() -> None:
    later = NOW + 5 * HOUR
    assert catch_up([("a", later, later + HOUR)], NOW, Rules(NEW_YORK), []) == [("a", later)]


def test_equal_due_times_keep_the_order_they_were_given_in() -> None:
    due = [(name, NOW - HOUR, NOW + HOUR) for name in "cab"]
    assert [name for name, _ in catch_up(due, NOW, Rules(NEW_YORK), [])] == list("cab")


def test_nothing_due_is_nothing_to_do() -> None:
    assert catch_up([], NOW, Rules(NEW_YORK), [NOW]) == []


ITEMS = st.tuples(st.integers(-5000, 600), st.integers(-100, 5000))


@given(
    st.lists(ITEMS, max_size=30),
    st.lists(st.integers(-2000, 6000), max_size=20),
    st.sampled_from([0, 5, 45]),
    st.none() | st.integers(1, 6),
)
def test_it_is_spaced_capped_ordered_and_in_time(
    items: list[tuple[int, int]], others: list[int], spacing: int, cap: int | None
) -> None:
    due = [(n, NOW + d * MINUTE, NOW + (d + span) * MINUTE) for n, (d, span) in enumerate(items)]
    taken = [NOW + n * MINUTE for n in others]
    rules = Rules(NEW_YORK, spacing=spacing * MINUTE, quiet=Quiet(time(21), time(7)), daily_cap=cap)
    placed = catch_up(due, NOW, rules, taken)
    by_id = {key: (planned, too_late) for key, planned, too_late in due}
    for key, moment in placed:
        planned, too_late = by_id[key]
        assert max(NOW, planned) <= moment < too_late
        assert not Quiet(time(21), time(7)).holds(to_wall(moment, NEW_YORK).time())
        assert all(abs(moment - other) >= rules.spacing for other in taken)
        day = to_wall(moment, NEW_YORK).date()
        same = [m for m in [*taken, *(m for _, m in placed)] if to_wall(m, NEW_YORK).date() == day]
        assert cap is None or len(same) <= cap
    for (one, earlier), (other, later) in pairwise(placed):
        assert later > earlier
        assert later - earlier >= rules.spacing
        assert by_id[one][0] <= by_id[other][0]


EDGES = [datetime.min.replace(tzinfo=UTC), NOW, datetime.max.replace(tzinfo=UTC)]


@pytest.mark.parametrize("now", EDGES)
@pytest.mark.parametrize("planned", EDGES)
@pytest.mark.parametrize("too_late", EDGES)
def test_the_ends_of_the_calendar_do_not_crash_it(now: datetime, planned: datetime, too_late: datetime) -> None:
    placed = catch_up([("a", planned, too_late)], now, Rules(NEW_YORK, spacing=HOUR, daily_cap=1), [too_late])
    assert bool(placed) == (max(now, planned) == NOW < too_late)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_no_time_at_all_crashes_it(planned: datetime, too_late: datetime) -> None:
    for now in (NOW, planned):
        placed = catch_up([("a", planned, too_late)], now, Rules(NEW_YORK, spacing=HOUR, daily_cap=1), [too_late])
        assert all(max(now, planned) <= moment < too_late for _, moment in placed)


def test_a_thousand_late_posts_do_not_slow_it_down() -> None:
    due = [(n, NOW - n * MINUTE, NOW + 9000 * HOUR) for n in range(1000)]
    taken = [NOW + n * HOUR for n in range(5000)]
    begun = process_time()
    placed = catch_up(due, NOW, Rules(NEW_YORK, spacing=20 * MINUTE, daily_cap=60), taken)
    assert len(placed) == 1000
    assert process_time() - begun < 2, "tens of milliseconds are usual; seconds mean it has become quadratic"
