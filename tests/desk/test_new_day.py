"""When a new day begins, what waits is screened again, and no approval stands on yesterday's screening."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from socialpub.desk import find
from socialpub.desk.declined import Declined
from socialpub.desk.findings import waive
from socialpub.desk.rescreen import rescreen
from socialpub.model.finding import Level
from socialpub.model.states import StoryState
from socialpub.schedule.day import day_of
from socialpub.schedule.wall import to_wall
from socialpub.settings import Department, Policies
from socialpub.store.schema import Approval, FoundRow, Screening
from tests.databases import upgraded
from tests.town import ROOT, Town, town

INVITATION = "Join us tomorrow at the station for coffee, and bring your questions for the officers."
TUESDAY = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
#: Friday's midnight in New York, where the town lies.
MIDNIGHT = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
SOMETIME = TUESDAY.replace(tzinfo=None)

RULE = """
[not-from-sunday]
family = "test.family"
says   = "Not from Sunday on."
why    = "The custom ends."
cite   = "Test"
level  = "{level}"
kind   = "phrases"
phrases = ["everybody went home happy"]
bad    = ["everybody went home happy"]
good   = ["good"]
{day} = 2026-11-22
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "policies", tmp_path / "own")


@pytest.fixture
def strict(own: Path, tmp_path: Path) -> Iterator[Town]:
    with upgraded("sqlite", tmp_path) as url, town(tmp_path, url, policies=Policies(dir=own)) as one:
        one.add_file_channel()
        yield one


def families(here: Town) -> list[tuple[str, Level]]:
    with here.app.db.reading() as session:
        rows = session.scalars(select(FoundRow).order_by(FoundRow.number))
        return [(row.finding["family"], row.level) for row in rows]


def screenings(here: Town) -> int:
    with here.app.db.reading() as session:
        return session.scalar(select(func.count()).select_from(Screening)) or 0


def invited(here: Town) -> None:
    here.drop(text=INVITATION, when="2026-11-21")
    here.turn()
    assert "fact.past_event" not in dict(families(here))


def test_an_invitation_that_waited_too_long_has_a_finding_when_it_is_over(here: Town) -> None:
    invited(here)
    here.clock.now = TUESDAY
    rescreen(here.app.workshop)
    assert ("fact.past_event", Level.WARN) in families(here)
    with pytest.raises(Declined, match="This invites to something that is over"):
        here.approve()


def test_nothing_is_approved_on_yesterdays_screening(here: Town) -> None:
    here.drop()
    here.turn()
    here.clock.now = MIDNIGHT
    with pytest.raises(Declined, match=r"screened on an earlier day.*look again in a moment"):
        here.approve()
    rescreen(here.app.workshop)
    here.approve()
    assert here.story().state is StoryState.APPROVED


def test_until_midnight_in_the_department_todays_screening_counts(here: Town) -> None:
    here.drop()
    here.turn()
    here.clock.now = MIDNIGHT - timedelta(microseconds=1)
    here.approve()
    assert here.story().state is StoryState.APPROVED


def test_what_waits_is_screened_once_a_day_however_often_the_stage_runs(here: Town) -> None:
    here.drop()
    for hours in (0, 1, 24, 1, 1, 24):
        for _ in range(2):
            here.turn(1800 * hours)
    assert screenings(here) == 3


def test_the_stage_comes_again_when_the_next_day_begins(here: Town) -> None:
    assert rescreen(here.app.workshop) == MIDNIGHT
    here.clock.now = MIDNIGHT
    assert rescreen(here.app.workshop) == MIDNIGHT + timedelta(days=1)


def test_a_waiver_of_yesterday_holds_today(here: Town) -> None:
    invited(here)
    here.clock.now = TUESDAY
    here.turn()
    (number,) = [at for at, (name, _) in enumerate(families(here), 1) if name == "fact.past_event"]
    waive(here.app.db, here.who("mhale"), here.story().id, number, "It is told of, not announced.")
    before = families(here)
    here.turn(86_400)
    assert families(here) == before
    with here.app.db.reading() as session:
        story = find.story(session, here.story().id)
        rows = find.findings(session, find.newest(session, story))
    assert [row.number for row in rows] == list(range(1, len(before) + 1))


def fallen(here: Town) -> bool:
    with here.app.db.reading() as session:
        return session.scalars(select(Approval)).one().fell_at is not None


def approved_for_tuesday(here: Town, own: Path, level: str, day: str) -> None:
    (own / "local" / "ours.toml").write_text(RULE.format(level=level, day=day), "utf-8")
    here.drop(not_before="2026-11-24T12:00:00")
    here.turn()
    here.approve()
    here.turn()


@pytest.mark.parametrize(("level", "day"), [("note", "block_from"), ("block", "effective")])
def test_what_a_new_day_blocks_falls_although_it_was_approved(strict: Town, own: Path, level: str, day: str) -> None:
    approved_for_tuesday(strict, own, level, day)
    strict.turn(86_400)
    assert not fallen(strict)  # Saturday: the rule is not there yet
    strict.turn(86_400)
    assert fallen(strict)
    assert strict.story().state is StoryState.IN_REVIEW
    assert strict.story().reason == "a new day began: Not from Sunday on."


def test_a_new_warn_does_not_take_an_approval_back(strict: Town, own: Path) -> None:
    approved_for_tuesday(strict, own, "warn", "effective")
    strict.turn(2 * 86_400)
    assert ("test.family", Level.WARN) in families(strict)
    assert not fallen(strict)
    assert strict.story().state is StoryState.APPROVED


def test_changed_guidelines_are_called_by_their_name(strict: Town, own: Path) -> None:
    strict.drop(not_before="2026-11-24T12:00:00")
    strict.turn()
    strict.approve()
    (own / "local" / "ours.toml").write_text(RULE.format(level="block", day="effective"), "utf-8")
    strict.turn(2 * 86_400)
    assert strict.story().reason == "the guidelines changed: Not from Sunday on."


@given(st.datetimes(SOMETIME, SOMETIME.replace(year=2100), timezones=st.just(UTC)))
def test_a_day_is_a_date_on_the_departments_wall(now: datetime) -> None:
    department = Department(name="Port Halyard Police Department", state="MA", time_zone="America/New_York")
    day, today = day_of(department, now), to_wall(now, department.zone).date()
    assert day.began <= now < day.ends
    assert to_wall(day.began, department.zone).date() == today
    assert to_wall(day.ends, department.zone).date() == today + timedelta(days=1)


def test_with_a_day_fixed_in_the_settings_no_other_day_comes() -> None:
    department = Department(name="Port Halyard Police Department", as_of=date(2026, 11, 20))
    assert day_of(department, TUESDAY) == day_of(department, TUESDAY + timedelta(days=9))
