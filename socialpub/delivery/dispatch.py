"""Approved stories become deliveries: one row per approved post. The row is the job."""

from datetime import datetime

from sqlalchemy import select

from socialpub import crash
from socialpub.delivery.carrier import Carrier
from socialpub.delivery.retime import wall_time
from socialpub.model.people import DAEMON
from socialpub.model.states import OCCUPYING, DeliveryState
from socialpub.store.holds import ALL, CHANNEL, DELIVERY
from socialpub.store.moves import move
from socialpub.store.schema import Approval, ApprovedPost, Channel, Delivery, Hold, PostRow, User
from socialpub.store.telling import tell_needs_person
from socialpub.store.transaction import Transaction

_BATCH = 100


def dispatch(carrier: Carrier) -> datetime | None:
    """Take approvals in force that have no deliveries yet; leave scheduled deliveries."""
    while _dispatch_some(carrier):
        pass
    return None


def _dispatch_some(carrier: Carrier) -> int:
    crash.point("dispatch.before")
    with carrier.db.transaction() as tx:
        waiting = select(Approval).where(Approval.fell_at.is_(None), Approval.dispatched_at.is_(None)).limit(_BATCH)
        approvals = list(tx.session.scalars(waiting))
        for approval in approvals:
            _dispatch_one(tx, carrier, approval)
    crash.point("dispatch.after")
    return len(approvals)


def _dispatch_one(tx: Transaction, carrier: Carrier, approval: Approval) -> None:
    posts = tx.session.execute(
        select(ApprovedPost, PostRow, Channel)
        .join(PostRow, PostRow.id == ApprovedPost.post_id)
        .join(Channel, Channel.id == PostRow.channel_id)
        .where(ApprovedPost.approval_id == approval.id)
    ).all()
    for approved, post, channel in posts:
        if _occupied(tx, approval.story_id, channel.id):
            tx.record(DAEMON, "dispatch:skip", "story", approval.story_id, channel=channel.name)
        else:
            _add(tx, carrier, approval, approved, post, channel)
    approval.dispatched_at = tx.now


def _occupied(tx: Transaction, story: str, channel: str) -> bool:
    query = select(Delivery.id).where(
        Delivery.story_id == story, Delivery.channel_id == channel, Delivery.state.in_(OCCUPYING)
    )
    return tx.session.scalar(query) is not None


def _add(
    tx: Transaction, carrier: Carrier, approval: Approval, approved: ApprovedPost, post: PostRow, channel: Channel
) -> None:
    zone = carrier.rules(channel.platform).zone
    row = Delivery(
        state=DeliveryState.SCHEDULED,
        story_id=approval.story_id,
        post_id=post.id,
        channel_id=post.channel_id,
        approval_id=approval.id,
        digest=approved.digest,
        not_before=approved.not_before,
        due_at=approved.planned_at,
        deadline=approved.deadline,
        wall_time=wall_time(approved.planned_at, zone),
        zone=zone.key,
        created_at=tx.now,
        changed_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    tx.record(
        DAEMON, "dispatch", "delivery", row.id, story=row.story_id, digest=row.digest, due=row.due_at.isoformat()
    )
    if _was_held(tx, approval, approved, channel):
        because = "it came due during a hold: keep, re-time or drop"
        move(tx, row, DeliveryState.NEEDS_PERSON, because=because, by=DAEMON)
        tell_needs_person(tx, [row])
    if tx.session.scalar(select(User.id).where(User.name == approval.approver, User.disabled_at.is_not(None))):
        _hold(tx, row, approval.approver)


def _was_held(tx: Transaction, approval: Approval, approved: ApprovedPost, channel: Channel) -> bool:
    """Whether a wide hold was released after its time: then it belongs on the list, not into a burst."""
    over = select(Hold.id).where(
        Hold.scope.in_((ALL, CHANNEL)),
        Hold.target.in_(("", channel.id)),
        Hold.released_at >= approved.planned_at,
        Hold.released_at >= approval.at,
    )
    return tx.session.scalar(over.limit(1)) is not None


def _hold(tx: Transaction, row: Delivery, approver: str) -> None:
    because = f"{approver}, who approved it, is disabled"
    tx.session.add(Hold(scope=DELIVERY, target=row.id, by=DAEMON.name, because=because, since=tx.now))
    tx.record(DAEMON, "hold", "delivery", row.id, because=because)
