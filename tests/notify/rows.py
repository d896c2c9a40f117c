"""Rows to tell about, each with sensible defaults, and a look at the outbox."""

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from socialpub.model.states import DeliveryState, StoryState
from socialpub.store.database import Database
from socialpub.store.schema import Approval, Channel, Delivery, Event, Notice, PostRow, Revision, Screening, Story

_number = count(1)


def notices(db: Database) -> list[Notice]:
    with db.reading() as session:
        return list(session.scalars(select(Notice).order_by(Notice.due_at, Notice.id)))


def events(db: Database, verb: str) -> list[Event]:
    with db.reading() as session:
        return list(session.scalars(select(Event).where(Event.verb == verb).order_by(Event.number)))


def a_story(db: Database, state: StoryState = StoryState.IN_REVIEW, **document: Any) -> str:
    """A story by jruiz with one revision; its id."""
    with db.transaction() as tx:
        story = Story(state=state, submitter="jruiz", created_at=tx.now, changed_at=tx.now)
        tx.session.add(story)
        tx.session.flush()
        words = {"text": "A lost dog came home.", "urgency": "routine", **document}
        row = Revision(story_id=story.id, number=1, author="jruiz", document=words, written_at=tx.now)
        tx.session.add(row)
        tx.session.flush()
        tx.session.add(Screening(revision_id=row.id, packs="1", at=tx.now))
        return story.id


def a_delivery(db: Database, state: DeliveryState, text: str = "A lost dog came home.", reason: str = "") -> str:
    """A delivery on a channel of its own, with all it stands on; its id."""
    story_id = a_story(db, StoryState.APPROVED, text=text)
    with db.transaction() as tx:
        revision = tx.session.scalars(select(Revision).where(Revision.story_id == story_id)).one()
        channel = Channel(name=f"main-{next(_number)}", platform="file", account="1", added_at=tx.now)
        approval = Approval(story_id=story_id, revision_id=revision.id, approver="mwong", packs="1", at=tx.now)
        tx.session.add_all([channel, approval])
        tx.session.flush()
        post = PostRow(revision_id=revision.id, channel_id=channel.id, body={}, notes=[], composed_at=tx.now)
        tx.session.add(post)
        tx.session.flush()
        delivery = Delivery(
            state=state,
            reason=reason,
            story_id=story_id,
            post_id=post.id,
            channel_id=channel.id,
            approval_id=approval.id,
            digest="0" * 64,
            not_before=tx.now,
            due_at=tx.now,
            deadline=tx.now + timedelta(days=1),
            created_at=tx.now,
            changed_at=tx.now,
        )
        tx.session.add(delivery)
        tx.session.flush()
        return delivery.id
