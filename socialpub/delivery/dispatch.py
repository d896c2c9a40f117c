"""Approved stories become deliveries: one row per approved post. The row is the job.

Many approvals are planned in one transaction. One that cannot be planned stops no other: it is told, and
tried again later.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.exc import InterfaceError, OperationalError

from socialpub import crash
from socialpub.delivery.carrier import Carrier
from socialpub.delivery.retime import wall_time
from socialpub.delivery.telling import tell_not_dispatched, tell_skipped
from socialpub.model.people import DAEMON
from socialpub.model.states import DeliveryState
from socialpub.model.words import CAME_DUE
from socialpub.store.holds import ALL, CHANNEL, DELIVERY
from socialpub.store.moves import move_many
from socialpub.store.out_before import out_before
from socialpub.store.schema import Approval, ApprovedPost, Channel, Delivery, Hold, PostRow, User
from socialpub.store.telling import tell_needs_person
from socialpub.store.transaction import Transaction

log = logging.getLogger(__name__)

_BATCH = 100
_AGAIN = timedelta(minutes=1)

#: In the index's own words and order: only so does SQLite see that `uq_deliveries_occupying` fits.
_OCCUPYING = Delivery.state.not_in(
    bindparam(
        "elsewhere",
        (DeliveryState.FAILED, DeliveryState.CANCELLED, DeliveryState.RETRACTED),
        expanding=True,
        literal_execute=True,
    )
)

#: An approval, one of its posts, and the account it is for.
_Approved = tuple[Approval, ApprovedPost, Channel]


def dispatch(carrier: Carrier) -> datetime | None:
    """Take approvals in force that have no deliveries yet; leave scheduled deliveries."""
    with carrier.db.reading() as session:
        waiting = select(Approval.id).where(Approval.fell_at.is_(None), Approval.dispatched_at.is_(None))
        ids = session.scalars(waiting.order_by(Approval.id)).all()
    portions = [ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH)]
    done = [_dispatch_some(carrier, portion) for portion in portions]
    return None if all(done) else carrier.db.clock() + _AGAIN


def _dispatch_some(carrier: Carrier, approvals: Sequence[str]) -> bool:
    """All in one transaction; if that fails, each half in one of its own, down to the one that cannot be planned."""
    crash.point("dispatch.before")
    try:
        with carrier.db.transaction() as tx:
            _plan(tx, carrier, approvals)
    except (OperationalError, InterfaceError):
        raise  # the database is in trouble, and no approval is to blame
    except Exception as error:  # noqa: BLE001  whatever is wrong with one, the others go on
        if len(approvals) == 1:
            _give_up_for_now(carrier, approvals[0], error)
            return False
        half = len(approvals) // 2
        done = [_dispatch_some(carrier, some) for some in (approvals[:half], approvals[half:])]
        return all(done)
    crash.point("dispatch.after")
    return True


def _give_up_for_now(carrier: Carrier, approval: str, error: Exception) -> None:
    why = str(getattr(error, "orig", error)) or type(error).__name__  # not the statement with all its values
    with carrier.db.transaction() as tx:
        new = tell_not_dispatched(tx, tx.session.get_one(Approval, approval), why)
    if new:  # not at each wake-up
        log.error("approval %s cannot be planned; it is tried again, every minute at least", approval, exc_info=error)


def _plan(tx: Transaction, carrier: Carrier, ids: Sequence[str]) -> None:
    posts = _posts(tx, ids)
    there = _there_already(tx, {approval.story_id for approval, _, _ in posts})
    fit = [each for each in posts if not _skipped(tx, each, there)]
    rows = [_row(tx, carrier, *each) for each in fit]
    tx.session.add_all(rows)
    tx.session.flush()
    for row in rows:
        due = row.due_at.isoformat()
        tx.record(DAEMON, "dispatch", "delivery", row.id, story=row.story_id, digest=row.digest, due=due)
    _ask_about_an_earlier_life(tx, rows)
    _list_what_was_held(tx, rows, fit)
    _hold_what_nobody_answers_for(tx, rows, fit)
    for approval in _waiting(tx, ids):
        approval.dispatched_at = tx.now


def _waiting(tx: Transaction, ids: Sequence[str]) -> Sequence[Approval]:
    """Of these, what still waits: another daemon may have been first, or the approval fell."""
    waits = Approval.fell_at.is_(None), Approval.dispatched_at.is_(None)
    return tx.session.scalars(select(Approval).where(Approval.id.in_(ids), *waits)).all()


def _posts(tx: Transaction, ids: Sequence[str]) -> Sequence[_Approved]:
    found = (
        select(Approval, ApprovedPost, Channel)
        .join(ApprovedPost, ApprovedPost.approval_id == Approval.id)
        .join(PostRow, PostRow.id == ApprovedPost.post_id)
        .join(Channel, Channel.id == PostRow.channel_id)
        .where(Approval.id.in_([approval.id for approval in _waiting(tx, ids)]))
        .order_by(Approval.id, ApprovedPost.id)
    )
    return [(approval, approved, channel) for approval, approved, channel in tx.session.execute(found)]


def _there_already(tx: Transaction, stories: set[str]) -> dict[tuple[str, str], DeliveryState]:
    """By story and channel: the state of what is there, or may be."""
    query = select(Delivery.story_id, Delivery.channel_id, Delivery.state)
    found = tx.session.execute(query.where(Delivery.story_id.in_(stories), _OCCUPYING))
    return {(story, channel): state for story, channel, state in found}


def _skipped(tx: Transaction, each: _Approved, there: dict[tuple[str, str], DeliveryState]) -> bool:
    """Whether nothing of it is planned on this channel. The PIO hears why: it was approved for it."""
    approval, _, channel = each
    state = there.get((approval.story_id, channel.id))
    if state is not None:
        why = f"the story has a delivery there already, which is {state.value.replace('_', ' ')}"
    elif channel.removed_at is not None:
        why = "that channel was removed"
    else:
        return False
    tx.record(DAEMON, "dispatch:skip", "story", approval.story_id, channel=channel.name, because=why)
    tell_skipped(tx, approval, channel, why)
    return True


def _row(tx: Transaction, carrier: Carrier, approval: Approval, approved: ApprovedPost, channel: Channel) -> Delivery:
    if channel.platform not in carrier.limits:
        raise ValueError(f'the network "{channel.platform}" of {channel.name} is not known any more')
    zone = carrier.rules(channel.platform).zone
    return Delivery(
        state=DeliveryState.SCHEDULED,
        story_id=approval.story_id,
        post_id=approved.post_id,
        channel_id=channel.id,
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


def _ask_about_an_earlier_life(tx: Transaction, rows: Sequence[Delivery]) -> None:
    """What went out before a restore is there, whatever these rows say: a person looks, then confirms or requeues."""
    found = out_before(tx.session, {row.story_id for row in rows})
    for row in rows:
        if out := found.get((row.story_id, row.channel_id)):
            move_many(tx, [row], DeliveryState.NEEDS_PERSON, because=f"{out.words}: look there first", by=DAEMON)
            tell_needs_person(tx, [row])


def _list_what_was_held(tx: Transaction, rows: Sequence[Delivery], posts: Sequence[_Approved]) -> None:
    """Where a wide hold was released after its time, it belongs on the list, not into a burst."""
    if not rows:
        return
    earliest = min(row.due_at for row in rows)
    over = select(Hold).where(Hold.scope.in_((ALL, CHANNEL)), Hold.released_at >= earliest)
    holds = tx.session.scalars(over).all()
    held = [
        row
        for row, (approval, _, _) in zip(rows, posts, strict=True)
        if row.state is DeliveryState.SCHEDULED and any(_was_on(hold, row, approval.at) for hold in holds)
    ]
    because = CAME_DUE
    move_many(tx, held, DeliveryState.NEEDS_PERSON, because=because, by=DAEMON)
    tell_needs_person(tx, held)


def _was_on(hold: Hold, row: Delivery, approved_at: datetime) -> bool:
    concerns = hold.target in {"", row.channel_id}
    return concerns and hold.released_at is not None and hold.released_at >= max(row.due_at, approved_at)


def _hold_what_nobody_answers_for(tx: Transaction, rows: Sequence[Delivery], posts: Sequence[_Approved]) -> None:
    approvers = {approval.approver for approval, _, _ in posts}
    gone = set(tx.session.scalars(select(User.name).where(User.name.in_(approvers), User.disabled_at.is_not(None))))
    for row, (approval, _, _) in zip(rows, posts, strict=True):
        if approval.approver in gone:
            because = f"{approval.approver}, who approved it, is disabled"
            tx.session.add(Hold(scope=DELIVERY, target=row.id, by=DAEMON.name, because=because, since=tx.now))
            tx.record(DAEMON, "hold", "delivery", row.id, because=because)
