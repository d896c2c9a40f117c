"""Rows as plain data and as words, for reading verbs. Reads only; every list is bounded."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.desk import find
from socialpub.desk.approve import fingerprint, posts_of
from socialpub.desk.declined import Declined
from socialpub.desk.findings import open_findings, waived_by
from socialpub.model.states import CLAIMABLE, DeliveryState, StoryState
from socialpub.model.words import span
from socialpub.store.holds import holds_on
from socialpub.store.schema import (
    Attempt,
    Attestation,
    Channel,
    Delivery,
    Event,
    FoundRow,
    PostRow,
    Receipt,
    Revision,
    Step,
    Story,
)

_MOST = 500
_WAITING = (StoryState.SUBMITTED, StoryState.IN_REVIEW, StoryState.RETURNED)


def waiting_stories(session: Session, now: datetime) -> list[dict[str, Any]]:
    """Stories that wait for somebody, the oldest first."""
    rows = session.scalars(
        select(Story).where(Story.state.in_(_WAITING)).order_by(Story.changed_at).limit(_MOST)
    ).all()
    return [_waiting(session, row, now) for row in rows]


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


def anything(session: Session, name: str) -> tuple[dict[str, Any], str]:
    """A story or a delivery, whichever has this id."""
    try:
        return story(session, find.story(session, name))
    except Declined as no_story:
        try:
            return delivery(session, find.delivery(session, name))
        except Declined:
            raise no_story from None


def story(session: Session, row: Story) -> tuple[dict[str, Any], str]:
    revision = find.newest(session, row)
    posts = posts_of(session, revision)
    data = {
        "id": row.id,
        "state": row.state.value,
        "submitter": row.submitter,
        "revision": row.revision,
        "reason": row.reason,
        "document": revision.document,
        "fingerprint": fingerprint(posts) if posts else "",
        "posts": [_post(session, post) for post in posts],
        "findings": [_finding(session, each) for each in find.findings(session, revision)],
        "open_findings": [each.number for each in open_findings(session, row, revision)],
        "deliveries": [_delivery(session, each) for each in _deliveries_of(session, row)],
        "events": _events(session, row.id),
    }
    return data, _story_words(data)


def _deliveries_of(session: Session, row: Story) -> list[Delivery]:
    return list(session.scalars(select(Delivery).where(Delivery.story_id == row.id).order_by(Delivery.created_at)))


def _post(session: Session, post: PostRow) -> dict[str, Any]:
    return {
        "channel": session.get_one(Channel, post.channel_id).name,
        "texts": post.body["texts"],
        "media": post.body["media"],
        "notes": post.notes,
    }


def _finding(session: Session, row: FoundRow) -> dict[str, Any]:
    answer = session.scalar(select(Attestation).where(Attestation.finding_id == row.id))
    attested = {"by": answer.person, "answer": answer.answer} if answer else None
    return {"number": row.number, **row.finding, "waived_by": waived_by(session, row), "attested": attested}


def _events(session: Session, subject: str) -> list[dict[str, Any]]:
    rows = session.scalars(select(Event).where(Event.subject_id == subject).order_by(Event.number).limit(_MOST)).all()
    return [{"at": row.at, "by": row.actor, "via": row.via, "verb": row.verb, "data": row.data} for row in rows]


def _story_words(data: dict[str, Any]) -> str:
    lines = [f"Story {data['id']}: {data['state']}, by {data['submitter']}, revision {data['revision']}"]
    lines += [f"Reason: {data['reason']}"] if data["reason"] else []
    lines += ["", data["document"]["text"], ""]
    for post in data["posts"]:
        lines.append(f"Post for {post['channel']}: {post['texts'][0]}")
        lines += [
            f"   picture {each['width']}x{each['height']}: {each['alt'] or '(no alt text)'}" for each in post["media"]
        ]
        lines += [f"   note: {note}" for note in post["notes"]]
    lines += [f"Fingerprint of the posts: {data['fingerprint']}"] if data["posts"] else []
    lines += [f"{each['number']}. {finding_line(each)}{_answers(each)}" for each in data["findings"]]
    lines += [f"Delivery {each['id'][:13]} on {each['channel']}: {each['says']}" for each in data["deliveries"]]
    return "\n".join(lines)


def _answers(finding: dict[str, Any]) -> str:
    waived = f" [set aside by {', '.join(finding['waived_by'])}]" if finding["waived_by"] else ""
    attested = f" [{finding['attested']['by']}: {finding['attested']['answer']}]" if finding["attested"] else ""
    return waived + attested


def finding_line(finding: dict[str, Any]) -> str:
    """A finding in one line, for a person."""
    words = f' "{finding["evidence"]}"' if finding["evidence"] else ""
    instead = f" Instead: {finding['instead']}" if finding["instead"] else ""
    return f"{finding['level']}:{words} {finding['says']} {finding['why']} ({finding['cite']}){instead}"


def deliveries(session: Session, state: DeliveryState | None) -> list[dict[str, Any]]:
    query = select(Delivery).order_by(Delivery.changed_at.desc()).limit(_MOST)
    if state is not None:
        query = query.where(Delivery.state == state)
    return [_delivery(session, row) for row in session.scalars(query).all()]


def _delivery(session: Session, row: Delivery) -> dict[str, Any]:
    receipts = session.scalars(select(Receipt).where(Receipt.delivery_id == row.id).order_by(Receipt.part)).all()
    held = [hold.because for hold in holds_on(session, row.id, row.channel_id)] if row.state in CLAIMABLE else []
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
    return " ".join(part for part in (data["state"].replace("_", " ") + held, links, data["reason"]) if part)


def delivery(session: Session, row: Delivery) -> tuple[dict[str, Any], str]:
    data = _delivery(session, row)
    attempts = session.scalars(select(Attempt).where(Attempt.delivery_id == row.id).order_by(Attempt.fence)).all()
    data["tries"] = [_attempt(session, each) for each in attempts]
    data["events"] = _events(session, row.id)
    lines = [f"Delivery {data['id']} on {data['channel']}: {data['says']}"]
    for each in data["tries"]:
        lines.append(f"  {each['started_at']:%Y-%m-%d %H:%M:%S}Z {each['outcome'] or 'not ended'} {each['reason']}")
        lines += [f"      {step['step']} {step['ids']}" for step in each["steps"]]
    return data, "\n".join(lines)


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


def calendar(session: Session, zone: ZoneInfo) -> list[dict[str, Any]]:
    """What is planned, in department time."""
    rows = session.execute(
        select(Delivery.due_at, Channel.name, Revision.document)
        .join(Channel, Channel.id == Delivery.channel_id)
        .join(PostRow, PostRow.id == Delivery.post_id)
        .join(Revision, Revision.id == PostRow.revision_id)
        .where(Delivery.state.in_(CLAIMABLE))
        .order_by(Delivery.due_at)
        .limit(_MOST)
    )
    return [
        {"at": due.astimezone(zone), "channel": name, "text": first_words(doc["text"])} for due, name, doc in rows
    ]
