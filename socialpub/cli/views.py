"""Rows as plain data and as words, for reading verbs. Reads only; every list is bounded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from socialpub.cli.visible import inline, one_line
from socialpub.desk import find
from socialpub.desk.findings import open_findings
from socialpub.model.states import CLAIMABLE, DeliveryState, StoryState
from socialpub.model.words import span
from socialpub.store.holds import ALL, CHANNEL, DELIVERY, holds_on
from socialpub.store.out_before import out_before
from socialpub.store.schema import Attempt, Channel, Delivery, Event, PostRow, Receipt, Revision, Step, Story

_MOST = 500
_WAITING = (StoryState.SUBMITTED, StoryState.IN_REVIEW, StoryState.RETURNED)
_WIDEST_FIRST = (ALL, CHANNEL, DELIVERY)


def waiting_stories(session: Session, now: datetime) -> list[dict[str, Any]]:
    """Stories that wait for somebody, the oldest first; what waits for its author stands last."""
    for_us_first = case((Story.state == StoryState.RETURNED, 1), else_=0)
    query = select(Story).where(Story.state.in_(_WAITING)).order_by(for_us_first, Story.changed_at, Story.id)
    rows = session.scalars(query.limit(_MOST)).all()
    out = {story for story, _ in out_before(session, [row.id for row in rows])}
    return [_waiting(session, row, now) | {"out_before": row.id in out} for row in rows]


def more_stories(session: Session) -> int:
    """How many stories wait that `waiting_stories` leaves out."""
    query = select(func.count()).select_from(Story).where(Story.state.in_(_WAITING))
    return max((session.scalar(query) or 0) - _MOST, 0)


def _waiting(session: Session, row: Story, now: datetime) -> dict[str, Any]:
    revision = find.newest(session, row)
    return {
        "id": row.id,
        "state": row.state.value,
        "submitter": row.submitter,
        "age": span(now - row.changed_at),
        "urgency": revision.document.get("urgency", "routine"),
        "text": first_words(revision.document["text"]),
        "open_findings": len(open_findings(session, row, revision)),
    }


def first_words(text: str) -> str:
    """Enough to know a story by, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"


def finding_line(finding: dict[str, Any]) -> str:
    """A finding in one line, for a person."""
    words = f" {inline(finding['evidence'])}" if finding["evidence"] else ""
    instead = f" Instead: {finding['instead']}" if finding["instead"] else ""
    return f"{finding['level']}:{words} {finding['says']} {finding['why']} ({finding['cite']}){instead}"


def deliveries(session: Session, state: DeliveryState | None) -> list[dict[str, Any]]:
    query = select(Delivery).order_by(Delivery.changed_at.desc()).limit(_MOST)
    if state is not None:
        query = query.where(Delivery.state == state)
    return [delivery_row(session, row) for row in session.scalars(query).all()]


def count_deliveries(session: Session, state: DeliveryState | None) -> int:
    """All of them, also those that `deliveries` leaves out."""
    query = select(func.count()).select_from(Delivery)
    return session.scalar(query if state is None else query.where(Delivery.state == state)) or 0


def more_deliveries(session: Session, state: DeliveryState | None) -> int:
    """How many `deliveries` leaves out."""
    return max(count_deliveries(session, state) - _MOST, 0)


def delivery_row(session: Session, row: Delivery) -> dict[str, Any]:
    receipts = session.scalars(select(Receipt).where(Receipt.delivery_id == row.id).order_by(Receipt.part)).all()
    holds = holds_on(session, row.id, row.channel_id) if row.state in CLAIMABLE else []
    held = [hold.because for hold in sorted(holds, key=lambda hold: _WIDEST_FIRST.index(hold.scope))]
    data = {
        "id": row.id,
        "story": row.story_id,
        "channel": session.get_one(Channel, row.channel_id).name,
        "state": row.state.value,
        "held": held,
        "due_at": row.due_at,
        "deadline": row.deadline,
        "attempts": row.attempts,
        "reason": row.reason,
        "receipts": [{"remote_id": each.remote_id, "url": each.permalink, "part": each.part} for each in receipts],
    }
    return data | {"says": _says(data)}


def _says(data: dict[str, Any]) -> str:
    links = " ".join(each["url"] or each["remote_id"] for each in data["receipts"])
    held = f" HELD: {data['held'][0]}" if data["held"] else ""
    parts = (data["state"].replace("_", " ") + held, links, data["reason"])
    return one_line(" ".join(part for part in parts if part))


def delivery(session: Session, row: Delivery, zone: ZoneInfo) -> tuple[dict[str, Any], str]:
    data = delivery_row(session, row)
    attempts = session.scalars(select(Attempt).where(Attempt.delivery_id == row.id).order_by(Attempt.fence)).all()
    data["tries"] = [_attempt(session, each) for each in attempts]
    data["events"] = events(session, row.id)
    lines = [f"Delivery {data['id']} on {data['channel']}: {data['says']}", f"  {times_of(data, zone)}"]
    for each in data["tries"]:
        lines.append(
            f"  {to_the_second(each['started_at'], zone)} {each['outcome'] or 'not ended'} {one_line(each['reason'])}"
        )
        lines += [f"      {_step(step)}" for step in each["steps"]]
    return data, "\n".join(lines)


def times_of(row: Mapping[str, Any], zone: ZoneInfo) -> str:
    """When a delivery is due, and when it is too late, in department time."""
    return f"due {at(row['due_at'], zone)}, too late from {at(row['deadline'], zone)} on"


def at(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as people of the department read it, with its zone."""
    return f"{moment.astimezone(zone):%a %b %d %Y %H:%M %Z}"


def to_the_second(moment: datetime, zone: ZoneInfo) -> str:
    """As `at`, where seconds matter."""
    return f"{moment.astimezone(zone):%a %b %d %Y %H:%M:%S %Z}"


def short(moment: datetime, zone: ZoneInfo) -> str:
    """As `at`, for columns."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _step(step: Mapping[str, Any]) -> str:
    ids = ", ".join(f"{name} {value}" for name, value in step["ids"].items())
    return one_line(f"{step['step']}: {ids}" if ids else step["step"])


def events(session: Session, subject: str) -> list[dict[str, Any]]:
    rows = session.scalars(select(Event).where(Event.subject_id == subject).order_by(Event.number).limit(_MOST)).all()
    return [{"at": row.at, "by": row.actor, "via": row.via, "verb": row.verb, "data": row.data} for row in rows]


def _attempt(session: Session, row: Attempt) -> dict[str, Any]:
    steps = session.scalars(select(Step).where(Step.attempt_id == row.id).order_by(Step.number)).all()
    return {
        "started_at": row.started_at,
        "intent_at": row.intent_at,
        "ended_at": row.ended_at,
        "outcome": row.outcome,
        "reason": row.reason,
        "steps": [{"step": each.step, "ids": each.ids, "at": each.at} for each in steps],
    }


def calendar(session: Session) -> list[dict[str, Any]]:
    """What is planned, the next first; times are UTC."""
    rows = session.execute(
        select(Delivery, Channel.name, Revision.document)
        .join(Channel, Channel.id == Delivery.channel_id)
        .join(PostRow, PostRow.id == Delivery.post_id)
        .join(Revision, Revision.id == PostRow.revision_id)
        .where(Delivery.state.in_(CLAIMABLE))
        .order_by(Delivery.due_at)
        .limit(_MOST)
    )
    return [
        {
            "at": row.due_at,
            "channel": name,
            "held": delivery_row(session, row)["held"],
            "text": first_words(doc["text"]),
        }
        for row, name, doc in rows
    ]
