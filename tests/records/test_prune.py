"""Old backups go by age, and only when somebody asks."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.records.backup import backup
from socialpub.records.prune import expired, prune
from socialpub.store.database import Database
from tests.records.made_up import START

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TIMES = st.lists(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 23), timezones=st.just(UTC)),  # noqa: DTZ001  zone beside
    max_size=60,
)


def kept(times: list[datetime], now: datetime = NOW) -> list[datetime]:
    gone = set(expired(times, now))
    return [time for time in times if time not in gone]


def ago(**by: float) -> datetime:
    return NOW - timedelta(**by)


def test_for_48_hours_every_hour_is_kept() -> None:
    hourly = [ago(hours=n) for n in range(48)]
    assert expired(hourly, NOW) == []


def test_of_several_in_one_hour_the_newest_is_kept() -> None:
    assert expired([ago(minutes=50), ago(minutes=10)], NOW) == [ago(minutes=50)]


def test_after_48_hours_one_a_day_and_after_30_days_one_a_month() -> None:
    hourly = [ago(hours=n) for n in range(24 * 90)]
    left = kept(hourly)
    assert len([time for time in left if time >= ago(hours=48)]) == 48
    assert len({time.date() for time in left}) == 30 + 2  # two months more
    # October's newest is its 31st, which the days keep as well.
    assert [time.month for time in left if time < ago(days=30)] == [9, 8]


def test_after_12_months_the_oldest_month_goes() -> None:
    everyday = [ago(days=n) for n in range(1000)]
    months = sorted({f"{time:%Y-%m}" for time in kept(everyday)})
    assert (len(months), months[0]) == (12, "2025-12")


def test_a_machine_that_was_off_for_a_year_still_has_all_its_backups() -> None:
    hourly = [ago(days=400, hours=n) for n in range(48)]
    assert expired([*hourly, NOW], NOW) == [hourly[-1]]


@pytest.mark.parametrize("ahead", [timedelta(days=400), timedelta(days=31), timedelta(days=9999)])
def test_an_hour_with_the_clock_ahead_costs_one_backup_and_no_more(ahead: timedelta) -> None:
    before = kept([ago(hours=n) for n in range(24 * 90)])
    during = kept([*before, NOW + ahead], NOW + ahead)
    assert len(during) >= len(before) - 2
    later = NOW + timedelta(hours=1)
    assert len(kept([*during, later], later)) >= len(before) - 3


def test_backups_from_the_future_are_kept_and_push_nothing_out() -> None:
    hourly = [ago(hours=n) for n in range(48)]
    future = [NOW + timedelta(days=400, hours=n) for n in range(1, 200)]
    assert expired([*hourly, *future], NOW) == []


def test_a_clock_that_ran_a_year_behind_removes_nothing_of_the_present() -> None:
    hourly = [ago(hours=n) for n in range(48)]
    assert expired([*hourly, ago(days=400)], ago(days=400)) == []


@given(TIMES, st.datetimes(datetime(2025, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  same
def test_whatever_the_clock_says_the_last_48_hours_that_have_a_backup_keep_one(
    times: list[datetime], now: datetime
) -> None:
    hours = sorted({f"{time:%Y-%m-%d %H}" for time in times if time <= now})[-48:]
    assert set(hours) <= {f"{time:%Y-%m-%d %H}" for time in kept(times, now)}


@given(TIMES)
def test_the_newest_is_never_expired(times: list[datetime]) -> None:
    if times:
        assert max(times) not in expired(times, NOW)
        assert max(times) not in expired(times, max(times))


@given(TIMES)
def test_pruning_twice_is_pruning_once(times: list[datetime]) -> None:
    assert expired(kept(times), NOW) == []


@given(TIMES)
def test_every_day_of_the_last_thirty_that_had_a_backup_still_has_one(times: list[datetime]) -> None:
    days = {time.date() for time in times if NOW - time <= timedelta(days=30)}
    assert days <= {time.date() for time in kept(times)}


@given(TIMES, st.integers(1, 200))
def test_pruning_every_day_loses_no_month(times: list[datetime], days: int) -> None:
    left = times
    for day in range(days, -1, -20):
        left = [time for time in left if time not in set(expired(left, NOW - timedelta(days=day)))]
    months = {(time.year, time.month) for time in times if NOW - time <= timedelta(days=365)}
    assert months <= {(time.year, time.month) for time in left}


def test_pruning_removes_expired_folders_and_leaves_media(db: Database, spool: Path, tmp_path: Path) -> None:
    to = tmp_path / "backup"
    old, older_of_hour, newest = (backup(db, spool, to, START - timedelta(minutes=n)) for n in (60 * 9999, 50, 10))
    assert prune(to, START) == [older_of_hour.folder]
    assert sorted(path.name for path in to.iterdir()) == [".lock", old.folder.name, newest.folder.name, "media"]
    assert len(list((to / "media").rglob("??/*"))) == 3


def test_the_last_whole_backup_stays_although_its_hour_has_a_newer_one(
    db: Database, spool: Path, tmp_path: Path
) -> None:
    to = tmp_path / "backup"
    whole = backup(db, spool, to, START - timedelta(minutes=50))
    for minutes in (10, -60 * 24 * 400):  # one later in that hour, one by a clock that ran ahead
        damaged = backup(db, spool, to, START - timedelta(minutes=minutes))
        (damaged.folder / "socialpub.db").write_bytes(b"gone")
    assert prune(to, START) == []
    assert whole.folder.is_dir()
