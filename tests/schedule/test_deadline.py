"""When a post is too late."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.schedule.plan import HORIZON, deadline, latest_time

wall = datetime.fromisoformat
NEW_YORK = ZoneInfo("America/New_York")
PLANNED = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # Friday 09:00 in New York
DAY = timedelta(days=1)


def test_a_day_after_its_slot() -> None:
    assert deadline(PLANNED, hours=24, zone=NEW_YORK) == PLANNED + DAY


def test_what_the_story_states_holds_in_department_time() -> None:
    stated = wall("2026-11-21T08:30")
    wanted = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
    assert deadline(PLANNED, hours=24, zone=NEW_YORK, stated=stated) == wanted
    assert deadline(PLANNED, hours=1, zone=NEW_YORK, stated=stated, event=date(2026, 11, 21)) == wanted


def test_an_event_to_come_ends_it_when_its_day_begins() -> None:
    got = deadline(PLANNED, hours=24, zone=NEW_YORK, event=date(2026, 11, 21))
    assert got == datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def test_an_event_far_away_changes_nothing() -> None:
    assert deadline(PLANNED, hours=24, zone=NEW_YORK, event=date(2026, 12, 24)) == PLANNED + DAY


def test_an_event_that_is_over_changes_nothing() -> None:
    for event in (date(2026, 11, 19), date(2025, 1, 1)):
        assert deadline(PLANNED, hours=24, zone=NEW_YORK, event=event) == PLANNED + DAY


def test_an_event_of_the_same_day_ends_it_with_the_day() -> None:
    midnight = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
    assert deadline(PLANNED, hours=24, zone=NEW_YORK, event=date(2026, 11, 20)) == midnight
    late = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # Friday 21:00 in New York, Saturday in UTC
    assert deadline(late, hours=24, zone=NEW_YORK, event=date(2026, 11, 20)) == midnight


def test_before_an_event_is_before_its_day() -> None:
    for now in (PLANNED, PLANNED - 5 * DAY):
        got = latest_time(now, NEW_YORK, event=date(2026, 11, 25))
        assert got == datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    assert latest_time(PLANNED, NEW_YORK, event=date(2026, 11, 19)) is None
    assert latest_time(PLANNED, NEW_YORK) is None


def test_the_day_of_an_event_has_the_hours_that_the_clocks_give_it() -> None:
    spring = datetime(2026, 3, 8, 6, 0, tzinfo=UTC)  # the night of the change, 01:00 in New York
    assert latest_time(spring, NEW_YORK, event=date(2026, 3, 8)) == datetime(2026, 3, 9, 4, 0, tzinfo=UTC)


def test_a_stated_time_that_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ValueError, match="1950"):
        latest_time(PLANNED, NEW_YORK, stated=wall("1950-01-01T10:00"))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_no_event_ends_anything_before_it_may_begin(event: date) -> None:
    got = latest_time(PLANNED, NEW_YORK, event=event)
    assert got is None or got > PLANNED


def test_endless_hours_end_with_the_horizon() -> None:
    assert deadline(PLANNED, hours=float("inf"), zone=NEW_YORK) == PLANNED + HORIZON


@given(st.floats(0.01, 10_000), st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_deadline_is_always_after_the_plan(hours: float, event: date | None) -> None:
    assert deadline(PLANNED, hours=hours, zone=NEW_YORK, event=event) > PLANNED
