"""When a post is too late."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from socialpub.schedule.plan import HORIZON, deadline

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


def test_an_event_of_today_or_before_changes_nothing() -> None:
    for event in (date(2026, 11, 20), date(2025, 1, 1)):
        assert deadline(PLANNED, hours=24, zone=NEW_YORK, event=event) == PLANNED + DAY


def test_todays_event_is_counted_in_department_days() -> None:
    late = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # Friday 21:00 in New York
    assert deadline(late, hours=24, zone=NEW_YORK, event=date(2026, 11, 20)) == late + DAY


def test_endless_hours_end_with_the_horizon() -> None:
    assert deadline(PLANNED, hours=float("inf"), zone=NEW_YORK) == PLANNED + HORIZON


@given(st.floats(0.01, 10_000), st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_deadline_is_always_after_the_plan(hours: float, event: date | None) -> None:
    assert deadline(PLANNED, hours=hours, zone=NEW_YORK, event=event) > PLANNED
