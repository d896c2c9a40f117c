"""What must be told because time passes, and the safety net under the alarms.

The daemon runs `remind` twice a minute. It reads first and writes only what nobody was told yet; it moves
no state. `delivery` and `desk` tell of what they do themselves; what they forgot is told here.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.model.states import DeliveryState, StoryState
from socialpub.model.words import (
    Words,
    story_near_deadline,
    story_near_event,
    story_past_deadline,
    story_waits,
    story_wants_to_start,
)
from socialpub.schedule.plan import latest_time
from socialpub.store.database import Database
from socialpub.store.quotable import quotables
from socialpub.store.schema import Delivery, Revision, Story
from socialpub.store.telling import ALARMED, REVIEWERS, alarm_key, known, officer, tell, tell_needs_person

#: A needs_person delivery alarms within 60 s (DESIGN.md, I3): half of it to notice, half to send.
EVERY = timedelta(seconds=30)
#: How long a story may wait for a reviewer before they are reminded, and again each day.
WAITS = {"routine": timedelta(hours=4), "today": timedelta(hours=1)}
AGAIN = timedelta(days=1)
#: How long before its latest time, and before its earliest, reviewers hear of an undecided story.
NEAR_DEADLINE, NEAR_START = timedelta(hours=3), timedelta(hours=1)

_IN_WORDS = {
    StoryState.SUBMITTED: "being prepared",
    StoryState.IN_REVIEW: "in review",
    StoryState.RETURNED: "returned",
}
_UNDECIDED = tuple(_IN_WORDS)
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Reminder:
    audience: str
    words: Words
    once: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """A story that nobody has decided, as its newest revision stands. Times aware, or None."""

    story: str
    revision: int
    state: StoryState
    since: datetime  # when it came into this state
    submitter: str
    text: str
    urgency: str
    not_before: datetime | None
    deadline: datetime | None
    event_leaves: datetime | None = None  # without a deadline: before when it must go, to be in time for its event


def remind(db: Database, now: datetime, zone: ZoneInfo = _UTC) -> datetime:
    """Write what is to be told at `now`; when to look again. `zone`: the department's."""
    _alarm(db)
    with db.reading() as session:
        due = untold(session, reminders(undecided(session, zone, now), now))
    if due:
        with db.transaction() as tx:
            for reminder in due:
                tell(tx, reminder.audience, *reminder.words, once=reminder.once)
    return now + EVERY


def _alarm(db: Database) -> None:
    """Before everything else, and in a transaction of its own: no reminder may stop an alarm."""
    with db.reading() as session:
        if not unalarmed(session):
            return
    with db.transaction() as tx:
        tell_needs_person(tx, unalarmed(tx.session))  # read again: a person may have settled it since


def unalarmed(session: Session) -> list[Delivery]:
    """Deliveries that need a person and of which somebody has not been told."""
    rows = list(session.scalars(select(Delivery).where(Delivery.state == DeliveryState.NEEDS_PERSON)))
    told = known(session, [alarm_key(row, audience) for row in rows for audience in ALARMED])
    return [row for row in rows if any(alarm_key(row, audience) not in told for audience in ALARMED)]


def untold(session: Session, wanted: Sequence[Reminder]) -> list[Reminder]:
    told = known(session, [reminder.once for reminder in wanted])
    return [reminder for reminder in wanted if reminder.once not in told]


def undecided(session: Session, zone: ZoneInfo, now: datetime) -> list[Undecided]:
    """Stories that wait for a person's decision, or for being prepared for it."""
    rows = session.execute(
        select(Story, Revision)
        .join(Revision, (Revision.story_id == Story.id) & (Revision.number == Story.revision))
        .where(Story.state.in_(_UNDECIDED))
        .order_by(Story.changed_at, Story.id)
    ).all()
    texts = quotables(session, {revision.id for _, revision in rows})
    return [_undecided(story, revision.document, texts[revision.id], zone, now) for story, revision in rows]


def _undecided(story: Story, document: Any, text: str, zone: ZoneInfo, now: datetime) -> Undecided:
    fields = document if isinstance(document, dict) else {}
    not_before, deadline = (_moment(fields.get(name), zone) for name in ("not_before", "deadline"))
    event = fields.get("when") if deadline is None else None
    return Undecided(
        story=story.id,
        revision=story.revision,
        state=story.state,
        since=story.changed_at,
        submitter=story.submitter,
        text=text,
        urgency=str(fields.get("urgency") or "routine"),
        not_before=not_before,
        deadline=deadline,
        event_leaves=_event_leaves(event, max(now, not_before or now), zone),
    )


def _event_leaves(written: Any, earliest: datetime, zone: ZoneInfo) -> datetime | None:
    """What an approval would say now: before when it must go that may go from `earliest` on; None when it is over."""
    try:
        latest = latest_time(earliest, zone, event=date.fromisoformat(written))
    except (TypeError, ValueError, OverflowError):
        return None
    return latest and latest.astimezone(zone)


def _moment(written: Any, zone: ZoneInfo) -> datetime | None:
    """A document's time in department time; naive times are department time already."""
    try:
        moment = datetime.fromisoformat(written)
    except (TypeError, ValueError):
        return None
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def reminders(stories: Sequence[Undecided], now: datetime) -> list[Reminder]:
    """Everything about these stories that should have been told by `now`. Pure."""
    return [reminder for story in stories for kind in _KINDS for reminder in kind(story, now)]


def _waiting(story: Undecided, now: datetime) -> Iterator[Reminder]:
    """Reviewers, after some hours and then once a day. A new revision or a new arrival counts afresh."""
    waited = now - story.since
    first = WAITS.get(story.urgency, WAITS["routine"])
    if story.state is StoryState.IN_REVIEW and waited >= first:
        words = story_waits(story.story, story.text, story.submitter, story.urgency, waited)
        day = (waited - first) // AGAIN
        yield Reminder(REVIEWERS, words, f"waits:{story.story}:{story.since.isoformat()}:{day}")


def _deadline_nears(story: Undecided, now: datetime) -> Iterator[Reminder]:
    """Reviewers and the officer: decide now, or it cannot go out; and when it is too late, that it is."""
    if story.deadline is None or now < story.deadline - NEAR_DEADLINE:
        return
    late = now >= story.deadline
    words = (
        story_past_deadline(story.story, story.text, story.deadline)
        if late
        else story_near_deadline(story.story, story.text, story.deadline, _IN_WORDS[story.state])
    )
    key = f"{'late' if late else 'deadline'}:{story.story}:{story.revision}"
    yield Reminder(REVIEWERS, words, f"{key}:{REVIEWERS}")
    yield Reminder(officer(story.submitter), words, f"{key}:officer")


def _event_nears(story: Undecided, now: datetime) -> Iterator[Reminder]:
    """Reviewers and the officer: what it announces comes near. The evening before, and again on the day itself."""
    if (end := story.event_leaves) is None or now < end - NEAR_DEADLINE:
        return
    words = story_near_event(story.story, story.text, end, _IN_WORDS[story.state])
    key = f"event:{story.story}:{story.revision}:{end.date()}"
    yield Reminder(REVIEWERS, words, f"{key}:{REVIEWERS}")
    yield Reminder(officer(story.submitter), words, f"{key}:officer")


def _start_nears(story: Undecided, now: datetime) -> Iterator[Reminder]:
    """Reviewers: it is meant to go out soon."""
    if story.not_before is None or now < story.not_before - NEAR_START or story.state is not StoryState.IN_REVIEW:
        return
    if story.deadline is None or now < story.deadline:
        words = story_wants_to_start(story.story, story.text, story.not_before)
        yield Reminder(REVIEWERS, words, f"start:{story.story}:{story.revision}")


_KINDS: tuple[Callable[[Undecided, datetime], Iterator[Reminder]], ...] = (
    _waiting,
    _deadline_nears,
    _event_nears,
    _start_nears,
)
