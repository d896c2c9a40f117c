"""When each post of a revision goes out, decided while it is approved: a window, and a time inside it.

A post that has no place is declined with the reason; a channel where the story is out already is left out, aloud.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.desk.declined import Declined
from socialpub.desk.seen import posts_of
from socialpub.desk.whereabouts import channels_out, refuse_unsettled
from socialpub.model.day import Day
from socialpub.model.document import StoryDocument
from socialpub.model.post import Post, Window, decode, digest
from socialpub.model.states import OCCUPYING
from socialpub.schedule.plan import deadline, latest_time, next_time, plannable
from socialpub.schedule.slots import Rules
from socialpub.schedule.wall import in_utc, to_wall
from socialpub.store.schema import Approval, ApprovedPost, Channel, Delivery, PostRow, Revision
from socialpub.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Terms:
    """What approving takes besides the story: planning rules per platform, a reader that proves bytes, the day."""

    rules: Callable[[str], Rules]
    default_deadline: timedelta
    read_media: Callable[[str], object]  # reads every byte, and raises where one has changed
    day: Callable[[datetime], Day]


@dataclass(frozen=True, slots=True)
class PlannedPost:
    row: PostRow
    channel: Channel
    post: Post
    window: Window
    planned_at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Approved:
    """What was approved; and on which channels nothing new goes out, because the story is there already."""

    planned: Sequence[PlannedPost]
    left_out: Sequence[str]


def plan(tx: Transaction, terms: Terms, revision: Revision) -> Approved:
    """A time for each post of the revision. Declines when one has none, or when there is nothing to send."""
    rows = [(row, tx.session.get_one(Channel, row.channel_id)) for row in posts_of(tx.session, revision)]
    out = channels_out(tx.session, revision.story_id)
    left_out = sorted(channel.name for _, channel in rows if channel.id in out)
    if rows and len(left_out) == len(rows):
        raise Declined(
            f"it is out already on every channel it is for ({', '.join(left_out)}), and no revision goes there "
            "again: take it down with `socialpub retract` and approve it then, or tell it as a story of its own"
        )
    planned = [_planned(tx, terms, revision, row, channel) for row, channel in rows if channel.id not in out]
    return Approved(planned, left_out)


def _planned(tx: Transaction, terms: Terms, revision: Revision, row: PostRow, channel: Channel) -> PlannedPost:
    if channel.removed_at is not None:
        raise Declined(f"the channel {channel.name} was removed since; prepare the posts anew: `socialpub revise`")
    refuse_unsettled(tx.session, revision.story_id, channel)
    document = StoryDocument.model_validate(revision.document)
    rules = terms.rules(channel.platform)
    earliest, latest = _span(document, rules, tx.now)
    urgent = document.urgency == "today"
    at = next_time(rules, _taken(tx.session, channel, tx.now), earliest, latest, urgent=urgent)
    if at is None:
        raise Declined(_no_time(document, channel, rules, earliest, latest))
    hours = terms.default_deadline / timedelta(hours=1)
    late = deadline(at, hours=hours, zone=rules.zone, stated=document.deadline, event=document.when)
    window = Window(earliest, late)
    post = decode(row.body)
    return PlannedPost(row, channel, post, window, at, digest(post, channel.account, window))


def _span(document: StoryDocument, rules: Rules, now: datetime) -> tuple[datetime, datetime | None]:
    """From when, and before when, the story allows its posts to go (UTC)."""
    try:
        stated = in_utc(document.not_before, rules.zone) if document.not_before else now
        earliest = max(now, stated)
        latest = latest_time(earliest, rules.zone, stated=document.deadline, event=document.when)
    except ValueError as error:  # years that no calendar reaches
        raise Declined(f"the story gives a time that cannot be meant: {error}; change it, or return it") from None
    if latest is not None and latest <= now:
        raise Declined("its deadline has passed; change the story's deadline, or return it")
    if latest is not None and latest <= earliest:
        raise Declined(
            f"it may not go out before {_said(earliest, rules)}, and from {_said(latest, rules)} on it is too late; "
            "change its not_before or its deadline, or return it"
        )
    return earliest, latest


def _no_time(
    document: StoryDocument, channel: Channel, rules: Rules, earliest: datetime, latest: datetime | None
) -> str:
    if not plannable(earliest):
        return f"it may not go out before {_said(earliest, rules)}; so far ahead nothing can be planned: change that"
    if latest is None:
        return f"there is no free time for {channel.name} within a year; free a slot"
    if document.deadline is None and document.when is not None:
        return (
            f"there is no free time for {channel.name} before the event ({document.when:%a %b %d}) makes it too "
            f'late, at {_said(latest, rules)}: free a slot, or let the story say urgency = "today". Does it tell of '
            "the event afterwards? Then it needs a deadline of its own"
        )
    until = _said(latest, rules)
    return f"there is no free time for {channel.name} before the deadline, {until}; move it, or free a slot"


def _said(moment: datetime, rules: Rules) -> str:
    return f"{to_wall(moment, rules.zone):%a %b %d %Y %H:%M}"


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
