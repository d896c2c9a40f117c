"""Finds what a person named: a story, a delivery, a channel. By id, or by enough of its beginning."""

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.desk.declined import Declined
from socialpub.store.schema import Channel, Delivery, FoundRow, Revision, Story

Row = TypeVar("Row", Story, Delivery)


class Several(Declined):
    """There is more than one that this could be. An id begins with its millisecond; one approval's posts share it."""


def story(session: Session, name: str) -> Story:
    return _by_prefix(session, Story, name, "story", "socialpub queue")


def delivery(session: Session, name: str) -> Delivery:
    return _by_prefix(session, Delivery, name, "delivery", "socialpub deliveries")


def _by_prefix(session: Session, kind: type[Row], name: str, noun: str, command: str) -> Row:
    rows = (
        session.scalars(select(kind).where(kind.id.startswith(name, autoescape=True)).limit(2)).all() if name else []
    )
    if not rows:
        raise Declined(f'there is no {noun} "{name}"; `{command}` lists them')
    if len(rows) > 1:
        raise Several(f'more than one {noun} begins with "{name}"; give its whole id: `{command}` lists them')
    return rows[0]


def in_words(row: Story | Delivery) -> str:
    """Its state as people read it."""
    return row.state.value.replace("_", " ")


def channel(session: Session, name: str) -> Channel:
    row = session.scalar(select(Channel).where(Channel.name == name, Channel.removed_at.is_(None)))
    if row is None:
        known = session.scalars(select(Channel.name).where(Channel.removed_at.is_(None)).order_by(Channel.name)).all()
        raise Declined(f'there is no channel "{name}"; there are: {", ".join(known) or "none yet"}')
    return row


def newest(session: Session, of: Story) -> Revision:
    return session.scalars(select(Revision).where(Revision.story_id == of.id, Revision.number == of.revision)).one()


def findings(session: Session, revision: Revision) -> list[FoundRow]:
    """The findings of the newest revision, in the numbers that people call them by."""
    query = select(FoundRow).where(FoundRow.revision_id == revision.id).order_by(FoundRow.number)
    return list(session.scalars(query))
