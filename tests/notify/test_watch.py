"""What time alone makes worth telling; and no needs_person delivery stays unalarmed."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from socialpub.model.states import DeliveryState, StoryState
from socialpub.notify.watch import EVERY, Undecided, remind, reminders
from socialpub.store.database import Database
from socialpub.store.schema import Delivery, Revision
from socialpub.store.telling import tell_needs_person
from tests.notify.conftest import START, SetClock
from tests.notify.rows import a_delivery, a_story, notices

HOUR = 3600
NEW_YORK = ZoneInfo("America/New_York")


def told(db: Database) -> list[tuple[str, str]]:
    return sorted((row.audience, row.subject) for row in notices(db))


def test_it_asks_to_be_called_twice_a_minute(db: Database, clock: SetClock) -> None:
    assert remind(db, clock.now) == clock.now + EVERY
    assert timedelta(seconds=60) > EVERY
    assert notices(db) == []


@pytest.mark.parametrize(("urgency", "hours"), [("routine", 4), ("today", 1)])
def test_reviewers_are_reminded_of_a_story_that_waits_and_then_daily(
    db: Database, clock: SetClock, urgency: str, hours: int
) -> None:
    a_story(db, urgency=urgency)
    clock.advance(hours * HOUR - 1)
    remind(db, clock.now)
    assert notices(db) == []
    clock.advance(1)
    for _ in range(3):
        remind(db, clock.now)
        clock.advance(30)
    assert len(notices(db)) == 1
    assert told(db)[0][0] == "reviewers"
    assert f"waits for {hours} hour" in told(db)[0][1]
    clock.advance(24 * HOUR)
    remind(db, clock.now)
    assert len(notices(db)) == 2


@pytest.mark.parametrize("state", [state for state in StoryState if state is not StoryState.IN_REVIEW])
def test_only_stories_in_review_wait_for_reviewers(db: Database, clock: SetClock, state: StoryState) -> None:
    a_story(db, state)
    clock.advance(30 * HOUR)
    remind(db, clock.now)
    assert notices(db) == []


def test_a_deadline_that_nears_is_told_to_reviewers_and_the_officer_once(db: Database, clock: SetClock) -> None:
    a_story(db, deadline="2026-11-20T14:00:00")  # department time: 19:00 UTC, four hours away
    remind(db, clock.now, NEW_YORK)
    assert notices(db) == []
    clock.advance(HOUR)
    for _ in range(2):
        remind(db, clock.now, NEW_YORK)
    expected = "Decide by Fri 20 Nov 14:00: “A lost dog came home.”"
    assert told(db) == [("officer:jruiz", expected), ("reviewers", expected)]


NEAR_EVENT = "Decide by Sat 21 Nov 00:00, for its event: “A lost dog came home.”"


@pytest.mark.parametrize("state", [StoryState.IN_REVIEW, StoryState.RETURNED, StoryState.SUBMITTED])
def test_an_invitation_without_a_deadline_is_told_of_the_evening_before_its_event(
    db: Database, clock: SetClock, state: StoryState
) -> None:
    a_story(db, state, when="2026-11-21", urgency="routine")
    clock.now = datetime(2026, 11, 20, 20, 59, 59, tzinfo=NEW_YORK)
    remind(db, clock.now, NEW_YORK)
    assert not any("for its event" in subject for _, subject in told(db))
    clock.advance(1)
    for _ in range(3):
        remind(db, clock.now, NEW_YORK)
        clock.advance(30)
    near = [notice for notice in told(db) if "for its event" in notice[1]]
    assert near == [("officer:jruiz", NEAR_EVENT), ("reviewers", NEAR_EVENT)]


def test_on_the_day_of_the_event_they_hear_once_more_and_then_never(db: Database, clock: SetClock) -> None:
    a_story(db, StoryState.RETURNED, when="2026-11-20")
    clock.now = datetime(2026, 11, 20, 21, 0, tzinfo=NEW_YORK)
    for _ in range(9):
        remind(db, clock.now, NEW_YORK)
        clock.advance(8 * HOUR)
    assert told(db) == [("officer:jruiz", NEAR_EVENT), ("reviewers", NEAR_EVENT)]


def test_an_invitation_that_may_not_go_before_its_event_has_the_day_itself(db: Database, clock: SetClock) -> None:
    a_story(db, StoryState.RETURNED, when="2026-11-21", not_before="2026-11-21T08:00:00")
    clock.now = datetime(2026, 11, 20, 23, 59, tzinfo=NEW_YORK)
    remind(db, clock.now, NEW_YORK)
    assert notices(db) == []
    clock.now = datetime(2026, 11, 21, 21, 0, tzinfo=NEW_YORK)
    remind(db, clock.now, NEW_YORK)
    assert {subject[:25] for _, subject in told(db)} == {"Decide by Sun 22 Nov 00:0"}


def test_a_stated_deadline_holds_and_its_event_adds_nothing(db: Database, clock: SetClock) -> None:
    a_story(db, StoryState.RETURNED, when="2026-11-21", deadline="2026-11-25T12:00:00")
    clock.now = datetime(2026, 11, 20, 22, 0, tzinfo=NEW_YORK)
    remind(db, clock.now, NEW_YORK)
    assert notices(db) == []


@pytest.mark.parametrize("when", ["9999-12-31", "0001-01-01", "2026-11-19", "2026-13-40"])
def test_a_day_that_is_over_or_cannot_be_meant_ends_nothing(db: Database, clock: SetClock, when: str) -> None:
    a_story(db, StoryState.RETURNED, when=when, not_before="9999-12-31T12:00:00")
    remind(db, clock.now, NEW_YORK)
    assert notices(db) == []


def test_a_deadline_that_passed_undecided_is_told_even_after_an_outage(db: Database, clock: SetClock) -> None:
    a_story(db, StoryState.RETURNED, deadline="2026-11-20T18:00:00+00:00")
    clock.advance(50 * HOUR)
    remind(db, clock.now, NEW_YORK)
    assert told(db) == [
        ("officer:jruiz", "Too late to go out: “A lost dog came home.”"),
        ("reviewers", "Too late to go out: “A lost dog came home.”"),
    ]


def test_a_story_that_is_to_start_soon_is_told_to_reviewers(db: Database, clock: SetClock) -> None:
    a_story(db, not_before="2026-11-20T11:30:00")  # 16:30 UTC
    clock.advance(HOUR / 2 - 1)
    remind(db, clock.now, NEW_YORK)
    assert notices(db) == []
    clock.advance(1)
    for _ in range(2):
        remind(db, clock.now, NEW_YORK)
    assert told(db) == [("reviewers", "Wanted from Fri 20 Nov 11:30: “A lost dog came home.”")]


@pytest.mark.parametrize(
    "odd", [None, [], "text", {}, {"text": 7, "deadline": "soon", "not_before": 3, "when": "soon", "urgency": []}]
)
def test_an_odd_document_stops_nobody_from_being_told(db: Database, clock: SetClock, odd: Any) -> None:
    a_story(db)
    with db.transaction() as tx:
        tx.session.execute(update(Revision).values(document=odd))
    a_story(db)
    clock.advance(5 * HOUR)
    remind(db, clock.now)
    assert len(notices(db)) == 2


MOMENTS = st.integers(min_value=-40 * 24 * 60, max_value=40 * 24 * 60).map(lambda m: START + timedelta(minutes=m))


@given(
    since=MOMENTS,
    deadline=st.none() | MOMENTS,
    not_before=st.none() | MOMENTS,
    state=st.sampled_from([StoryState.SUBMITTED, StoryState.IN_REVIEW, StoryState.RETURNED]),
    now=MOMENTS,
)
def test_reminders_of_one_moment_have_each_a_key_of_their_own(
    since: datetime, deadline: datetime | None, not_before: datetime | None, state: StoryState, now: datetime
) -> None:
    story = Undecided("ID-1", 1, state, since, "jruiz", "A dog.", "routine", not_before, deadline)
    keys = [reminder.once for reminder in reminders([story], now)]
    assert len(set(keys)) == len(keys)
    assert all("ID-1" in key for key in keys)
    again = [reminder.once for reminder in reminders([story], now + EVERY)]
    assert len(set(keys) | set(again)) <= len(keys) + 4  # time adds tellings one by one, it does not pour


def test_a_forgotten_needs_person_delivery_alarms_within_a_minute(db: Database, clock: SetClock) -> None:
    a_delivery(db, DeliveryState.NEEDS_PERSON, reason="two posts fit")
    again = remind(db, clock.now)
    assert again - clock.now < timedelta(seconds=60)
    assert [audience for audience, _ in told(db)] == ["administrators", "pio"]
    assert all("Why: two posts fit" in row.body for row in notices(db))
    remind(db, again)
    assert len(notices(db)) == 2


def test_what_delivery_told_itself_is_not_told_again(db: Database, clock: SetClock) -> None:
    a_delivery(db, DeliveryState.NEEDS_PERSON)
    with db.transaction() as tx:
        tell_needs_person(tx, list(tx.session.scalars(select(Delivery))))
    remind(db, clock.now)
    assert len(notices(db)) == 2


@pytest.mark.parametrize("state", [state for state in DeliveryState if state is not DeliveryState.NEEDS_PERSON])
def test_no_other_state_alarms(db: Database, clock: SetClock, state: DeliveryState) -> None:
    a_delivery(db, state)
    remind(db, clock.now)
    assert notices(db) == []


def test_many_at_once_are_all_alarmed(db: Database, clock: SetClock) -> None:
    ids = [a_delivery(db, DeliveryState.NEEDS_PERSON) for _ in range(12)]
    remind(db, clock.now)
    bodies = [row.body for row in notices(db) if row.audience == "pio"]
    assert all(any(one in body for body in bodies) for one in ids)


def test_an_alarm_is_written_even_when_a_reminder_breaks(
    db: Database, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_delivery(db, DeliveryState.NEEDS_PERSON)

    def broken(*_: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr("socialpub.notify.watch.undecided", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        remind(db, clock.now)
    assert len(notices(db)) == 2


def test_nothing_to_tell_takes_no_writers_lock(
    db: Database, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_delivery(db, DeliveryState.NEEDS_PERSON)
    remind(db, START)
    monkeypatch.setattr(Database, "transaction", lambda _: pytest.fail("nothing is to be told"))
    remind(db, clock.now)
