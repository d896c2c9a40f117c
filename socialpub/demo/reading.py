"""What the demo reads from the store to show it: stories with their findings and posts, deliveries, the records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.app import App
from socialpub.desk import find
from socialpub.desk.seen import fingerprint, posts_of
from socialpub.model.finding import Level
from socialpub.model.states import DeliveryState, StoryState
from socialpub.store.audit import Verdict, verify
from socialpub.store.schema import Asset, Channel, Delivery, Receipt, Rendition, Revision, Story


@dataclass(frozen=True, slots=True)
class Found:
    number: int
    rule: str
    level: Level
    finding: Mapping[str, Any]  # model.finding.Finding


@dataclass(frozen=True, slots=True)
class Told:
    """A story as it stands."""

    id: str
    name: str  # its sender's own id
    state: StoryState
    reason: str
    text: str
    fingerprint: str
    findings: tuple[Found, ...]
    notes: tuple[str, ...]  # what was shortened or left out for a network


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it arrived and one file that was made of it."""

    original: Asset
    made: Rendition


@dataclass(frozen=True, slots=True)
class Sent:
    id: str
    story: str
    channel: str
    platform: str
    state: DeliveryState
    reason: str
    digest: str
    remote_ids: tuple[str, ...]
    address: str


def stories(app: App) -> list[Told]:
    with app.db.reading() as session:
        told = [_told(session, row) for row in session.scalars(select(Story))]
    return sorted(told, key=lambda each: each.name)


def _told(session: Session, row: Story) -> Told:
    revision = find.newest(session, row)
    posts = posts_of(session, revision)
    found = [Found(each.number, each.rule, each.level, each.finding) for each in find.findings(session, revision)]
    notes = [note for post in posts for note in post.notes]
    text = " ".join(revision.document["text"].split())
    name = str(revision.document.get("id", row.id))
    return Told(row.id, name, row.state, row.reason, text, fingerprint(session, revision), tuple(found), tuple(notes))


def photos(app: App, story: str) -> list[Photo]:
    """Every frozen file that was made of the photos of `story`."""
    query = (
        select(Asset, Rendition)
        .join(Revision, Revision.id == Asset.revision_id)
        .join(Rendition, Rendition.asset_sha256 == Asset.sha256)
        .where(Revision.story_id == story, Rendition.frozen_at.is_not(None))
        .order_by(Asset.position, Rendition.sha256)
    )
    with app.db.reading() as session:
        return [Photo(original, made) for original, made in session.execute(query)]


def deliveries(app: App) -> list[Sent]:
    """All of them, in the order in which they moved last."""
    with app.db.reading() as session:
        rows = session.execute(
            select(Delivery, Channel)
            .join(Channel, Channel.id == Delivery.channel_id)
            .order_by(Delivery.changed_at, Delivery.id)
        )
        return [_sent(session, row, channel) for row, channel in rows]


def _sent(session: Session, row: Delivery, channel: Channel) -> Sent:
    receipts = session.scalars(select(Receipt).where(Receipt.delivery_id == row.id).order_by(Receipt.part)).all()
    address = next((each.permalink for each in receipts if each.permalink), "")
    return Sent(
        row.id,
        row.story_id,
        channel.name,
        channel.platform,
        row.state,
        row.reason,
        row.digest,
        tuple(each.remote_id for each in receipts),
        address,
    )


def records(app: App) -> Verdict:
    """Walks the records' chain from the first event to the last."""
    with app.db.reading() as session:
        return verify(session)
