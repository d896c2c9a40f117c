"""A second person says yes to exactly these posts, or says no with a reason.

The digest that is written here covers every byte that will leave, the account and the window. The sender
recomputes it. Nothing in this file may be waived by configuration.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.desk import find, telling
from socialpub.desk.declined import Declined, reason_given, require
from socialpub.desk.findings import open_findings
from socialpub.model.document import StoryDocument
from socialpub.model.people import REVIEWERS, Actor
from socialpub.model.post import Post, Window, canonical, decode, digest
from socialpub.model.states import OCCUPYING, STORY_EDGES, DeliveryState, StoryState
from socialpub.schedule.plan import deadline, next_time
from socialpub.schedule.slots import Rules
from socialpub.schedule.wall import to_utc
from socialpub.store.database import Database
from socialpub.store.fall import fall
from socialpub.store.moves import move
from socialpub.store.schema import (
    AGENCY,
    Approval,
    ApprovedPost,
    Channel,
    Delivery,
    PostRow,
    Rendition,
    Revision,
    Screening,
    Story,
)
from socialpub.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Terms:
    """What approving takes besides the story: planning rules per platform, and a reader that proves bytes."""

    rules: Callable[[str], Rules]
    default_deadline: timedelta
    read_media: Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class PlannedPost:
    row: PostRow
    channel: Channel
    post: Post
    window: Window
    planned_at: datetime
    digest: str


Told = Callable[[Transaction, Story, Actor, str], None]


def fingerprint(posts: Sequence[PostRow]) -> str:
    """What a person compares: eight digits over the posts as they stand, whatever their time will be."""
    whole = sorted(([row.channel_id, row.body] for row in posts), key=lambda pair: pair[0])
    return hashlib.sha256(canonical(whole)).hexdigest()[:8]


def posts_of(session: Session, revision: Revision) -> Sequence[PostRow]:
    return session.scalars(select(PostRow).where(PostRow.revision_id == revision.id).order_by(PostRow.id)).all()


def approve(db: Database, by: Actor, name: str, terms: Terms, seen: str = "") -> list[PlannedPost]:
    """Approve the newest revision; `seen` is the fingerprint its approver looked at, if they gave one."""
    require(by, REVIEWERS, "approve a story")
    with db.transaction() as tx:
        story = find.story(tx.session, name)
        revision = find.newest(tx.session, story)
        _may_approve(tx, by, story, revision)
        rows = posts_of(tx.session, revision)
        if seen and seen != fingerprint(rows):
            raise Declined(f"this is not what you looked at (now {fingerprint(rows)}, then {seen}); look again")
        planned = [_plan(tx, terms, revision, row) for row in rows]
        _freeze(tx, terms, planned)
        _write(tx, by, story, revision, planned)
        if by.name in _authors(tx.session, story):
            telling.words_changed(tx, story, by)
        return planned


def _may_approve(tx: Transaction, by: Actor, story: Story, revision: Revision) -> None:
    if story.state != StoryState.IN_REVIEW:
        raise Declined(f"this story is {find.in_words(story)}; only a story in review can be approved")
    if by.name == story.submitter:
        raise Declined("nobody approves their own story; ask another reviewer")
    if still := open_findings(tx.session, story, revision):
        listed = "; ".join(f"{row.number} ({row.level.value}) {row.finding['says']}" for row in still)
        raise Declined(f"these findings are open: {listed}. See `socialpub show {story.id}`")
    if not posts_of(tx.session, revision):
        raise Declined("there is no post to approve: no channel takes this story. See `socialpub channel list`")


def _authors(session: Session, story: Story) -> Sequence[str]:
    return session.scalars(select(Revision.author).where(Revision.story_id == story.id)).all()


def _plan(tx: Transaction, terms: Terms, revision: Revision, row: PostRow) -> PlannedPost:
    channel = tx.session.get_one(Channel, row.channel_id)
    if channel.removed_at is not None:
        raise Declined(f"the channel {channel.name} was removed since; prepare the posts anew: `socialpub revise`")
    _refuse_unsettled(tx, revision, channel)
    document = StoryDocument.model_validate(revision.document)
    rules = terms.rules(channel.platform)
    earliest = max(tx.now, _utc(document.not_before, rules) or tx.now)
    latest = _utc(document.deadline, rules)
    if latest is not None and latest <= earliest:
        raise Declined("its deadline has passed; change the story's deadline, or return it")
    urgent = document.urgency == "today"
    at = next_time(rules, _taken(tx.session, channel, tx.now), earliest, latest, urgent=urgent)
    if at is None:
        raise Declined(f"there is no free time for {channel.name} before the deadline; move it, or free a slot")
    hours = terms.default_deadline / timedelta(hours=1)
    late = deadline(at, hours=hours, zone=rules.zone, stated=latest, event=document.when)
    window = Window(earliest, late)
    post = decode(row.body)
    return PlannedPost(row, channel, post, window, at, digest(post, channel.account, window))


def _utc(moment: datetime | None, rules: Rules) -> datetime | None:
    """A document's time: naive ones are department time."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return to_utc(moment, rules.zone)


def _refuse_unsettled(tx: Transaction, revision: Revision, channel: Channel) -> None:
    """Whether an earlier revision is out must be known first: else this one would be passed over in silence."""
    unsettled = (DeliveryState.SENDING, DeliveryState.UNCONFIRMED, DeliveryState.NEEDS_PERSON)
    earlier = select(Delivery.id).where(
        Delivery.story_id == revision.story_id, Delivery.channel_id == channel.id, Delivery.state.in_(unsettled)
    )
    if delivery := tx.session.scalar(earlier):
        raise Declined(
            f"it is not settled whether an earlier revision is out on {channel.name}; "
            f"see `socialpub show {delivery}` and settle that first"
        )


def _taken(session: Session, channel: Channel, now: datetime) -> list[datetime]:
    """When this channel posts already, from two days ago on: approved times and what went out."""
    since = now - timedelta(days=2)
    rows = session.scalars(
        select(Delivery.due_at).where(
            Delivery.channel_id == channel.id, Delivery.state.in_(OCCUPYING), Delivery.due_at >= since
        )
    ).all()
    waiting = session.scalars(
        select(ApprovedPost.planned_at)
        .join(Approval, Approval.id == ApprovedPost.approval_id)
        .join(PostRow, PostRow.id == ApprovedPost.post_id)
        .where(Approval.fell_at.is_(None), Approval.dispatched_at.is_(None), PostRow.channel_id == channel.id)
    ).all()
    return [*rows, *waiting]


def _freeze(tx: Transaction, terms: Terms, planned: Sequence[PlannedPost]) -> None:
    """What is approved is never rebuilt; and it is read once, so that damage is found before and not at night."""
    for sha256 in {media.sha256 for each in planned for media in each.post.media}:
        terms.read_media(sha256)
        row = tx.session.get_one(Rendition, (AGENCY, sha256))
        row.frozen_at = row.frozen_at or tx.now


def _write(tx: Transaction, by: Actor, story: Story, revision: Revision, planned: Sequence[PlannedPost]) -> None:
    newest = select(Screening.packs).where(Screening.revision_id == revision.id).order_by(Screening.at.desc())
    packs = tx.session.scalar(newest.limit(1)) or ""
    approval = Approval(story_id=story.id, revision_id=revision.id, approver=by.name, packs=packs, at=tx.now)
    tx.session.add(approval)
    tx.session.flush()
    for each in planned:
        tx.session.add(
            ApprovedPost(
                approval_id=approval.id,
                post_id=each.row.id,
                digest=each.digest,
                not_before=each.window.not_before,
                deadline=each.window.deadline,
                planned_at=each.planned_at,
            )
        )
    digests = {each.channel.name: each.digest for each in planned}
    tx.record(by, "approve", "story", story.id, revision=revision.number, digests=digests, packs=packs)
    move(tx, story, StoryState.APPROVED, by=by)


def send_back(db: Database, by: Actor, name: str, because: str) -> None:
    """Return a story to its author, with what to mend."""
    _answer(db, by, name, StoryState.RETURNED, "return", because, telling.story_returned)


def reject(db: Database, by: Actor, name: str, because: str) -> None:
    """Say no for good, with the reason."""
    _answer(db, by, name, StoryState.REJECTED, "reject", because, telling.story_rejected)


def _answer(db: Database, by: Actor, name: str, state: StoryState, verb: str, because: str, told: Told) -> None:
    require(by, REVIEWERS, f"{verb} a story")
    reason = reason_given(because, f"{verb} a story")
    with db.transaction() as tx:
        story = find.story(tx.session, name)
        if state not in STORY_EDGES[story.state]:
            raise Declined(f"this story is {find.in_words(story)}; only a story in review can be {state.value}")
        tx.record(by, verb, "story", story.id, because=reason)
        move(tx, story, state, because=reason, by=by)
        told(tx, story, by, reason)


def reconsider(db: Database, by: Actor, name: str, because: str) -> None:
    """Take an approval back: the story is in review again, and nothing of it goes out."""
    require(by, REVIEWERS, "take an approval back")
    reason = reason_given(because, "take an approval back")
    with db.transaction() as tx:
        story = find.story(tx.session, name)
        if story.state != StoryState.APPROVED:
            raise Declined(f"this story is {find.in_words(story)}; it has no approval to take back")
        tx.record(by, "reconsider", "story", story.id, because=reason)
        fall(tx, story.id, f"{by.name} took the approval back: {reason}", by)
        move(tx, story, StoryState.IN_REVIEW, because=reason, by=by)
