"""Stops and lets go. One person stops; letting everything go takes two, and ends in a list, never a burst."""

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from socialpub.desk import find, telling, votes
from socialpub.desk.declined import Declined, reason_given, require
from socialpub.model.people import MAY_RELEASE, MAY_STOP, REVIEWERS, Actor
from socialpub.model.states import CLAIMABLE, DELIVERY_EDGES, ON_ITS_WAY, SETTLED, DeliveryState
from socialpub.model.words import CAME_DUE
from socialpub.store.database import Database
from socialpub.store.holds import ALL, CHANNEL, DELIVERY, covers
from socialpub.store.moves import move_many
from socialpub.store.schema import Approval, Delivery, Hold, Receipt, User
from socialpub.store.telling import tell_needs_person
from socialpub.store.transaction import Transaction


def hold_all(db: Database, by: Actor, because: str) -> str:
    """Stand down: nothing starts anywhere until two people let it go."""
    require(by, MAY_STOP, "stop everything")
    with db.transaction() as tx:
        hold = _hold(tx, by, ALL, "", reason_given(because, "stop everything"))
        telling.stand_down(tx, hold)
        return hold.id


def hold_channel(db: Database, by: Actor, channel: str, because: str) -> str:
    require(by, MAY_STOP, "stop a channel")
    with db.transaction() as tx:
        target = find.channel(tx.session, channel).id
        return _hold(tx, by, CHANNEL, target, reason_given(because, "stop a channel")).id


def hold_delivery(db: Database, by: Actor, delivery: str, because: str) -> str:
    require(by, MAY_STOP | REVIEWERS, "hold a delivery")
    with db.transaction() as tx:
        row = find.delivery(tx.session, delivery)
        _may_still_go_out(tx.session, row)
        return _hold(tx, by, DELIVERY, row.id, reason_given(because, "hold a delivery")).id


def _may_still_go_out(session: Session, row: Delivery) -> None:
    """A hold stops what is to come; who holds what is public would believe that it is gone."""
    public = session.scalar(select(Receipt.id).where(Receipt.delivery_id == row.id).limit(1))
    if row.state is DeliveryState.DELIVERED or (public and row.state is DeliveryState.NEEDS_PERSON):
        raise Declined(f"it is out, and a hold changes nothing about that: socialpub retract {row.id} --because TEXT")
    if row.state is DeliveryState.RETRACTING:
        raise Declined("it is out, and is being taken down; a hold changes nothing about that")
    if not DELIVERY_EDGES[row.state]:
        raise Declined(f"this delivery is {find.in_words(row)}; nothing of it goes out any more")


def on_its_way(session: Session, hold: Hold) -> list[Delivery]:
    """What this hold came too late for, perhaps: it is begun, and may be visible. The oldest first."""
    begun = select(Delivery).where(Delivery.state.in_(ON_ITS_WAY)).order_by(Delivery.changed_at, Delivery.id)
    return [row for row in session.scalars(begun) if covers(hold, row.id, row.channel_id)]


def _hold(tx: Transaction, by: Actor, scope: str, target: str, because: str) -> Hold:
    standing = select(Hold).where(Hold.scope == scope, Hold.target == target, Hold.released_at.is_(None))
    # Several people may stop the same thing, each for a reason of their own; each stop is released by itself.
    if hold := tx.session.scalar(standing.where(Hold.by == by.name)):
        raise Declined(f"you hold that already, since {hold.since:%Y-%m-%d %H:%M} UTC: {hold.because}")
    row = Hold(scope=scope, target=target, by=by.name, because=because, since=tx.now)
    tx.session.add(row)
    tx.session.flush()
    tx.record(by, "hold", scope, target or row.id, because=because, uptime_ms=votes.uptime_ms())
    return row


def hold_deliveries_approved_by(tx: Transaction, by: Actor, approver: str) -> None:
    """Hold what this person approved and what has not gone out."""
    unsent = (
        select(Delivery.id)
        .join(Approval, Approval.id == Delivery.approval_id)
        .where(Approval.approver == approver, Delivery.state.not_in(SETTLED))
    )
    mine = select(Hold.target).where(Hold.scope == DELIVERY, Hold.released_at.is_(None), Hold.by == by.name)
    for delivery in set(tx.session.scalars(unsent)) - set(tx.session.scalars(mine)):
        _hold(tx, by, DELIVERY, delivery, f"{approver}, who approved it, was disabled")


def release(db: Database, by: Actor, hold: Hold) -> bool:
    """Let a hold go. False: a second person is still needed. Wide holds end in a list of what came due."""
    with db.transaction() as tx:
        row = tx.session.get_one(Hold, hold.id, populate_existing=True)
        if row.released_at is not None:
            raise Declined("that hold was released already")
        _may_release(by, row)
        _refuse_without_approver(tx, row)
        news = votes.vote(tx, row, by)
        tx.record(by, "release", row.scope, row.target or row.id)
        if not votes.enough(tx, row, by):
            if news:
                telling.one_vote(tx, row, by)
            return False
        row.released_at = tx.now
        waiting = _list_what_came_due(tx, by, row)
        if row.scope == ALL:
            telling.stand_down_over(tx, row, [each.name for each in votes.counting(tx.session, row, tx.now)], waiting)
        return True


def _may_release(by: Actor, row: Hold) -> None:
    require(by, MAY_RELEASE | (REVIEWERS if row.scope == DELIVERY else frozenset()), "release this hold")


def _refuse_without_approver(tx: Transaction, row: Hold) -> None:
    """What somebody approved who may do nothing any more goes out only when somebody else approves it."""
    gone = (
        select(User.name)
        .join(Approval, Approval.approver == User.name)
        .join(Delivery, Delivery.approval_id == Approval.id)
        .where(Delivery.id == row.target, User.disabled_at.is_not(None))
    )
    if row.scope == DELIVERY and (approver := tx.session.scalar(gone)):
        raise Declined(f"{approver}, who approved it, is disabled; take the approval back and approve it again")


def _list_what_came_due(tx: Transaction, by: Actor, row: Hold) -> int:
    """What should have gone out meanwhile waits for a person: send it now, or drop it."""
    if row.scope == DELIVERY:
        return 0
    concerns: ColumnElement[bool] = true() if row.scope == ALL else Delivery.channel_id == row.target
    late = select(Delivery).where(concerns, Delivery.state.in_(CLAIMABLE), Delivery.due_at <= tx.now)
    rows = tx.session.scalars(late).all()
    move_many(tx, rows, DeliveryState.NEEDS_PERSON, because=CAME_DUE, by=by)
    tell_needs_person(tx, rows)
    return len(rows)


def standing(session: Session) -> list[Hold]:
    """The holds that are on, the widest first."""
    rows = session.scalars(select(Hold).where(Hold.released_at.is_(None)).order_by(Hold.since)).all()
    return sorted(rows, key=lambda row: (ALL, CHANNEL, DELIVERY).index(row.scope))
