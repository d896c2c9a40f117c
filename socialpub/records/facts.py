"""Reads everything the records hold about one story, as plain data. No credentials: their table is never read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from socialpub.model.post import encode
from socialpub.model.states import SETTLED
from socialpub.store.holds import ALL, CHANNEL, DELIVERY
from socialpub.store.schema import (
    Approval,
    ApprovedPost,
    Asset,
    Attempt,
    Attestation,
    Base,
    Channel,
    Delivery,
    Event,
    FoundRow,
    Hold,
    HoldRelease,
    PostRow,
    Receipt,
    Rendition,
    Revision,
    Screening,
    Step,
    Story,
    Submission,
    Waiver,
)

Row = TypeVar("Row", bound=Base)
Plain = dict[str, Any]

FORM = "socialpub-story-1"


def plain(row: Base) -> Plain:
    """Every column of a row, times in UTC; the agency, the same everywhere, left out."""
    return {
        column.key: encode(getattr(row, column.key)) for column in row.__table__.columns if column.key != "agency_id"
    }


def story_facts(session: Session, story: Story) -> Plain:
    """The story with all it grew: revisions, reviews, approvals, deliveries, and the renditions' origins."""
    revisions = _of(session, Revision, Revision.story_id, [story.id], Revision.number)
    approvals = _of(session, Approval, Approval.story_id, [story.id], Approval.at)
    deliveries = _of(session, Delivery, Delivery.story_id, [story.id], Delivery.created_at)
    facts: Plain = {
        "form": FORM,
        "story": plain(story),
        "submissions": _plain(_of(session, Submission, Submission.story_id, [story.id], Submission.received_at)),
        "revisions": _revisions(session, revisions),
        "approvals": _with(session, approvals, "posts", ApprovedPost, ApprovedPost.approval_id, ApprovedPost.post_id),
        "deliveries": _deliveries(session, deliveries),
    }
    facts["channels"] = _channels(session, facts)
    facts["renditions"] = _plain(
        _of(session, Rendition, Rendition.sha256, sorted(rendition_hashes(facts)), Rendition.sha256)
    )
    return facts


def _revisions(session: Session, revisions: Sequence[Revision]) -> list[Plain]:
    listed = _with(session, revisions, "assets", Asset, Asset.revision_id, Asset.position)
    for entry in listed:
        here = [entry["id"]]
        entry["screenings"] = _plain(_of(session, Screening, Screening.revision_id, here, Screening.at))
        entry["posts"] = _plain(_of(session, PostRow, PostRow.revision_id, here, PostRow.id))
        entry["findings"] = _findings(session, _of(session, FoundRow, FoundRow.revision_id, here, FoundRow.number))
    return listed


def _findings(session: Session, findings: Sequence[FoundRow]) -> list[Plain]:
    listed = _with(session, findings, "waivers", Waiver, Waiver.finding_id, Waiver.at)
    _add(session, listed, "attestations", Attestation, Attestation.finding_id, Attestation.at)
    return listed


def _deliveries(session: Session, deliveries: Sequence[Delivery]) -> list[Plain]:
    listed = _with(session, deliveries, "attempts", Attempt, Attempt.delivery_id, Attempt.fence)
    for entry in listed:
        _add(session, entry["attempts"], "steps", Step, Step.attempt_id, Step.number)
    _add(session, listed, "receipts", Receipt, Receipt.delivery_id, Receipt.part)
    for entry, row in zip(listed, deliveries, strict=True):
        entry["holds"] = _with(
            session, _holds(session, row), "releases", HoldRelease, HoldRelease.hold_id, HoldRelease.at
        )
    return listed


def _holds(session: Session, row: Delivery) -> Sequence[Hold]:
    """Every hold that may have delayed it, whatever its scope: on while the delivery was on its way."""
    on_it = and_(Hold.scope == DELIVERY, Hold.target == row.id)
    wide = or_(Hold.scope == ALL, and_(Hold.scope == CHANNEL, Hold.target == row.channel_id))
    meanwhile = or_(Hold.released_at.is_(None), Hold.released_at >= row.created_at)
    if row.state in SETTLED:
        meanwhile = and_(meanwhile, Hold.since <= row.changed_at)
    return session.scalars(select(Hold).where(or_(on_it, and_(wide, meanwhile))).order_by(Hold.since, Hold.id)).all()


def _channels(session: Session, facts: Plain) -> list[Plain]:
    ids = {post["channel_id"] for revision in facts["revisions"] for post in revision["posts"]}
    listed = _plain(_of(session, Channel, Channel.id, sorted(ids), Channel.name))
    for entry in listed:
        entry["base_url"] = _without_user(entry["base_url"])
    return listed


def _without_user(url: str) -> str:
    """An address without the name and password that it may carry."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _with(
    session: Session,
    rows: Sequence[Base],
    name: str,
    kind: type[Row],
    owner: InstrumentedAttribute[str],
    order: InstrumentedAttribute[Any],
) -> list[Plain]:
    listed = _plain(rows)
    _add(session, listed, name, kind, owner, order)
    return listed


def _add(
    session: Session,
    listed: Sequence[Plain],
    name: str,
    kind: type[Row],
    owner: InstrumentedAttribute[str],
    order: InstrumentedAttribute[Any],
) -> None:
    """Put under each entry, as `name`, the rows that belong to it."""
    grouped: dict[str, list[Plain]] = defaultdict(list)
    for row in _of(session, kind, owner, [entry["id"] for entry in listed], order):
        grouped[getattr(row, owner.key)].append(plain(row))
    for entry in listed:
        entry[name] = grouped[entry["id"]]


def _of(
    session: Session,
    kind: type[Row],
    owner: InstrumentedAttribute[str],
    ids: Sequence[str],
    order: InstrumentedAttribute[Any],
) -> Sequence[Row]:
    return session.scalars(select(kind).where(owner.in_(ids)).order_by(order)).all()


def _plain(rows: Iterable[Base]) -> list[Plain]:
    return [plain(row) for row in rows]


def rendition_hashes(facts: Plain) -> set[str]:
    """The files of every post that was approved or went on its way: pictures, posters, captions, thumbnails."""
    chosen = {post["post_id"] for approval in facts["approvals"] for post in approval["posts"]}
    chosen |= {delivery["post_id"] for delivery in facts["deliveries"]}
    posts = [post for revision in facts["revisions"] for post in revision["posts"] if post["id"] in chosen]
    return {sha256 for post in posts for sha256 in _hashes(post["body"])}


def _hashes(value: Any) -> Iterable[str]:
    """Every field whose name ends in sha256, however deep: one that is added later is exported too."""
    if isinstance(value, list):
        for item in value:
            yield from _hashes(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name.endswith("sha256") and isinstance(item, str) and item:
                yield item
            else:
                yield from _hashes(item)


def events_about(session: Session, facts: Plain) -> Sequence[Event]:
    """The events of the story, its deliveries and everything else of its own that has an id, in their order.

    Of a channel only the holds on it that are among the facts: the rest is not about this story.
    """
    subjects = sorted(set(_ids({name: part for name, part in facts.items() if name != "channels"})))
    about = or_(Event.subject_id.in_(subjects), *_holds_on_channels(session, facts))
    return session.scalars(select(Event).where(about).order_by(Event.number)).all()


def _holds_on_channels(session: Session, facts: Plain) -> Iterable[ColumnElement[bool]]:
    """A channel's holds stand in the records under the channel."""
    ids = {hold["id"] for delivery in facts["deliveries"] for hold in delivery["holds"] if hold["scope"] == CHANNEL}
    for hold in session.scalars(select(Hold).where(Hold.id.in_(ids))):
        on = and_(Event.subject == CHANNEL, Event.subject_id == hold.target, Event.verb.in_(("hold", "release")))
        until = true() if hold.released_at is None else Event.at <= hold.released_at
        yield and_(on, Event.at >= hold.since, until)


def _ids(value: Any) -> Iterable[str]:
    if isinstance(value, list):
        for item in value:
            yield from _ids(item)
    elif isinstance(value, dict) and isinstance(value.get("id"), str):
        yield value["id"]
        for item in value.values():
            yield from _ids(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _ids(item)
