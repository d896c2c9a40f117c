"""What the words of `[schedule]` mean, and that each bad one is refused with the right form."""

from contextlib import suppress
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.model.limits import Limits, PaceLimits
from socialpub.platforms.networks import read_limits
from socialpub.schedule.slots import DAYS, Quiet, Rules, ScheduleError, Slot, parse_quiet, parse_slot, rules
from socialpub.settings import Schedule
from tests.town import ROOT

ZONE = ZoneInfo("America/New_York")
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@pytest.mark.parametrize(
    ("text", "weekdays", "at"),
    [
        ("mon 09:00", [0], time(9)),
        ("  SUN   23:59 ", [6], time(23, 59)),
        ("mon-fri 09:00", [0, 1, 2, 3, 4], time(9)),
        ("sat - mon 00:00", [5, 6, 0], time(0)),
        ("tue-tue 12:30", [1], time(12, 30)),
        ("daily 17:30", [0, 1, 2, 3, 4, 5, 6], time(17, 30)),
    ],
)
def test_a_slot_means_these_days(text: str, weekdays: list[int], at: time) -> None:
    assert parse_slot(text) == tuple(Slot(day, at) for day in weekdays)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mon",
        "09:00",
        "mon 9:00",
        "mon 24:00",
        "mon 09:60",
        "mon 09:00 pm",
        "mon-daily 09:00",
        "mon,tue 09:00",
    ],
)
def test_a_bad_slot_is_refused_with_setting_value_and_form(text: str) -> None:
    with pytest.raises(ScheduleError) as refused:
        parse_slot(text)
    for part in ("schedule.slots", f'"{text}"', "mon-fri 09:00"):
        assert part in str(refused.value)


def test_a_misspelt_day_gets_a_suggestion() -> None:
    with pytest.raises(ScheduleError, match=r'"thue" is no day \(did you mean "(thu|tue)"\?\)'):
        parse_slot("thue 09:00")


@given(st.integers(0, 6), TIMES)
def test_every_slot_can_be_written(weekday: int, at: time) -> None:
    assert parse_slot(f"{DAYS[weekday]} {at:%H:%M}") == (Slot(weekday, at),)


@given(TIMES, TIMES, TIMES)
def test_quiet_hours_may_cross_midnight(start: time, end: time, at: time) -> None:
    if start == end:
        return
    quiet = parse_quiet(f"{start:%H:%M}-{end:%H:%M}")
    assert quiet == Quiet(start, end)
    opposite = Quiet(end, start)
    assert quiet.holds(at) != opposite.holds(at)
    assert quiet.holds(start)
    assert not quiet.holds(end)


def test_no_quiet_hours() -> None:
    assert parse_quiet("") is None
    assert parse_quiet("  ") is None


@pytest.mark.parametrize(
    "text", ["21:00", "21:00-", "21-7", "21:00-25:00", "21:00-22:00-23:00", "night", "08:00-08:00"]
)
def test_bad_quiet_hours_are_refused_with_setting_value_and_form(text: str) -> None:
    with pytest.raises(ScheduleError) as refused:
        parse_quiet(text)
    for part in ("schedule.quiet_hours", f'"{text}"', "21:00-07:00"):
        assert part in str(refused.value)


@given(st.text())
def test_no_text_of_settings_crashes(text: str) -> None:
    for parse in (parse_slot, parse_quiet):
        with suppress(ScheduleError):
            assert not parse(text) or ":" in text


def test_rules_put_settings_and_pace_together() -> None:
    schedule = Schedule(slots=("tue 09:00", "mon-tue 09:00"), spacing=30, quiet_hours="21:00-07:00")
    assert rules(schedule, ZONE, PaceLimits(spacing_s=60, daily_cap=5)) == Rules(
        zone=ZONE,
        slots=(Slot(0, time(9)), Slot(1, time(9))),
        spacing=timedelta(minutes=30),
        quiet=Quiet(time(21), time(7)),
        daily_cap=5,
    )


@given(st.floats(0, 1000), st.floats(0, 100_000))
def test_the_larger_spacing_wins(minutes: float, seconds: float) -> None:
    got = rules(Schedule(spacing=minutes), ZONE, PaceLimits(spacing_s=seconds)).spacing
    assert got == max(timedelta(minutes=minutes), timedelta(seconds=seconds))


def test_a_slot_inside_the_quiet_hours_is_refused() -> None:
    with pytest.raises(ScheduleError, match='"mon 21:00" lies in the quiet hours "21:00-07:00"'):
        rules(Schedule(slots=("mon 21:00",), quiet_hours="21:00-07:00"), ZONE, PaceLimits())
    rules(Schedule(slots=("mon 07:00",), quiet_hours="21:00-07:00"), ZONE, PaceLimits())


@pytest.mark.parametrize("spacing", [float("inf"), 1e300, 10_081.0])
def test_an_endless_spacing_is_refused(spacing: float) -> None:
    with pytest.raises(ScheduleError, match=r"schedule\.spacing: .* write 0 to 10080 minutes"):
        rules(Schedule(spacing=spacing), ZONE, PaceLimits())


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_a_networks_impossible_spacing_is_refused(seconds: float) -> None:
    with pytest.raises(ScheduleError, match=r"pace\.spacing_s"):
        rules(Schedule(), ZONE, PaceLimits.model_construct(spacing_s=seconds))


@pytest.mark.parametrize("cap", [0, -3])
def test_a_cap_below_one_is_refused(cap: int) -> None:
    with pytest.raises(ScheduleError, match=r"pace\.daily_cap"):
        rules(Schedule(), ZONE, PaceLimits.model_construct(daily_cap=cap))


SHIPPED = read_limits(ROOT / "policies" / "networks")


@pytest.mark.parametrize("limits", SHIPPED.values(), ids=SHIPPED)
def test_with_nothing_set_a_network_keeps_its_own_distance(limits: Limits) -> None:
    """What docs/platforms.md says about spacing."""
    spacing = rules(Schedule(), ZONE, limits.pace).spacing
    assert spacing == timedelta(seconds=0 if limits.name in ("file", "newsroom") else 60)
