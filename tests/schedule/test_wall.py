"""Department time and UTC, at the hours that a clock change leaves out or repeats."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.schedule.wall import aware, in_utc, to_utc, to_wall

wall = datetime.fromisoformat
NEW_YORK = ZoneInfo("America/New_York")
MINUTES = st.integers(0, 60 * 24 * 365 * 200).map(lambda n: wall("1975-01-01T00:00") + timedelta(minutes=n))
ZONES = st.sampled_from(
    ["America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "UTC"]
).map(ZoneInfo)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]  # year, month, day, hour, minute


def test_an_ordinary_time_is_itself() -> None:
    assert to_utc(wall("2026-11-20T09:00"), NEW_YORK) == utc(2026, 11, 20, 14, 0)


@pytest.mark.parametrize("minute", [0, 1, 30, 59])
def test_in_a_gap_the_next_valid_minute(minute: int) -> None:
    moment = to_utc(wall(f"2026-03-08T02:{minute:02}"), NEW_YORK)
    assert moment == utc(2026, 3, 8, 7, 0)
    assert to_wall(moment, NEW_YORK) == wall("2026-03-08T03:00")


def test_in_a_fold_the_first() -> None:
    assert to_utc(wall("2026-11-01T01:30"), NEW_YORK) == utc(2026, 11, 1, 5, 30)
    assert to_utc(wall("2026-11-01T01:30").replace(fold=1), NEW_YORK) == utc(2026, 11, 1, 5, 30)


def test_a_gap_of_half_an_hour() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    assert to_wall(to_utc(wall("2026-10-04T02:10"), lord_howe), lord_howe) == wall("2026-10-04T02:30")


def test_a_day_that_was_left_out_becomes_the_next_midnight() -> None:
    apia = ZoneInfo("Pacific/Apia")  # crossed the date line on 30 December 2011
    assert to_wall(to_utc(wall("2011-12-30T12:00"), apia), apia) == wall("2011-12-31T00:00")


def test_a_gap_at_midnight_begins_the_day_late() -> None:
    beirut = ZoneInfo("Asia/Beirut")
    assert to_wall(to_utc(wall("2026-03-29T00:00"), beirut), beirut) == wall("2026-03-29T01:00")


@given(MINUTES, ZONES)
def test_there_and_back_is_the_same_wall_time_or_the_end_of_a_gap(at: datetime, zone: ZoneInfo) -> None:
    back = to_wall(to_utc(at, zone), zone)
    assert back >= at
    before = to_utc(at, zone) - timedelta(seconds=1)
    assert back == at or to_wall(before, zone) < at


@given(MINUTES, st.integers(0, 10_000), ZONES)
def test_a_later_wall_time_is_never_an_earlier_moment(at: datetime, minutes: int, zone: ZoneInfo) -> None:
    assert to_utc(at, zone) <= to_utc(at + timedelta(minutes=minutes), zone)


def test_wall_time_has_no_zone_and_a_moment_has_one() -> None:
    with pytest.raises(ValueError, match="already has a time zone"):
        to_utc(utc(2026, 1, 1, 0, 0), NEW_YORK)
    with pytest.raises(ValueError, match="has no time zone"):
        to_wall(wall("2026-01-01T00:00"), NEW_YORK)
    with pytest.raises(ValueError, match="has no time zone"):
        aware(wall("2026-01-01T00:00"))


def test_a_time_of_a_story_is_department_time_unless_it_says_otherwise() -> None:
    assert in_utc(wall("2026-07-04T12:00"), NEW_YORK) == utc(2026, 7, 4, 16, 0)
    assert in_utc(utc(2026, 7, 4, 12, 0), NEW_YORK) == utc(2026, 7, 4, 12, 0)


@pytest.mark.parametrize("moment", [wall("0001-01-01T00:00"), wall("9999-12-31T23:59"), utc(9999, 12, 31, 23, 59)])
def test_a_slip_of_the_pen_in_the_year_is_refused_not_a_crash(moment: datetime) -> None:
    with pytest.raises(ValueError, match="the year must lie between 1970 and 2199"):
        in_utc(moment, NEW_YORK)
