"""Who may send what, now. A claim is one guarded UPDATE with a lease and a fence; one in flight per channel."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from socialpub.model.ids import new_id
from socialpub.model.people import DAEMON
from socialpub.model.states import CLAIMABLE, DeliveryState, allowed
from socialpub.store.holds import CHANNEL, DELIVERY, held, stand_down
from socialpub.store.schema import Approval, Attempt, Channel, Delivery, Epoch
from socialpub.store.transaction import Transaction

#: How long a claim lasts without a sign of life. Longer than the longest single request an adapter makes.
LEASE = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class Claim:
    """A right to send one delivery: good while the fence, the owner and the epoch are still the row's."""

    delivery: str
    channel: str
    attempt: str
    fence: int
    owner: str
    epoch: int


def claim_due(tx: Transaction, owner: str, limit: int) -> list[Claim]:
    """Take what is due, at most one delivery per idle channel, the earliest first."""
    due = tx.session.execute(_due(tx.now).limit(limit)).all()
    if not due:
        return []
    epoch = current_epoch(tx.session)
    claims = [Claim(row.id, row.channel_id, new_id(), row.fence + 1, owner, epoch) for row in due]
    _take(tx, owner, [row.id for row in due])
    for row, claim in zip(due, claims, strict=True):
        assert allowed(row.state, DeliveryState.SENDING)  # noqa: S101  the query takes claimable rows only
        tx.record(DAEMON, "claim", "delivery", row.id, was=row.state, fence=claim.fence, owner=owner)
    tx.session.execute(insert(Attempt), [_attempt(tx, claim) for claim in claims])
    return claims


def _take(tx: Transaction, owner: str, ids: list[str]) -> None:
    tx.session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.state.in_(CLAIMABLE))
        .values(
            state=DeliveryState.SENDING,
            owner=owner,
            fence=Delivery.fence + 1,
            attempts=Delivery.attempts + 1,
            lease_until=tx.now + LEASE,
            doubtful=False,
            changed_at=tx.now,
        ),
        execution_options={"synchronize_session": False},
    )


def _attempt(tx: Transaction, claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.attempt,
        "delivery_id": claim.delivery,
        "fence": claim.fence,
        "owner": claim.owner,
        "started_at": tx.now,
    }


def _due(now: datetime) -> Select[*tuple[Any, ...]]:
    """The first due delivery of each channel on which one may start now."""
    first = (
        select(Delivery.id)
        .where(
            Delivery.channel_id == Channel.id,
            Delivery.state.in_(CLAIMABLE),
            Delivery.due_at <= now,
            Delivery.not_before <= now,
            Delivery.deadline > now,
            Delivery.wish == "",
            exists().where(Approval.id == Delivery.approval_id, Approval.fell_at.is_(None)),
            ~held(DELIVERY, Delivery.id),
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
        .correlate(Channel)
        .scalar_subquery()
    )
    return (
        select(Delivery.id, Delivery.channel_id, Delivery.fence, Delivery.state, Delivery.due_at)
        .join(Channel, Channel.id == Delivery.channel_id)
        .where(Delivery.id == first, _may_start(now))
        .order_by(Delivery.due_at, Delivery.id)
    )


def _may_start(now: datetime) -> Any:
    other = aliased(Delivery)
    busy = exists().where(other.channel_id == Channel.id, other.state == DeliveryState.SENDING)
    free = or_(Channel.free_at.is_(None), Channel.free_at <= now)
    return and_(Channel.removed_at.is_(None), free, ~busy, ~held(CHANNEL, Channel.id), ~stand_down())


def next_due(session: Session) -> datetime | None:
    """When something may next be claimed; None while nothing can be. Busy channels wake us when they end."""
    first = (
        select(func.min(Delivery.due_at).label("due"))
        .where(
            Delivery.channel_id == Channel.id,
            Delivery.state.in_(CLAIMABLE),
            Delivery.wish == "",
            ~held(DELIVERY, Delivery.id),
        )
        .correlate(Channel)
        .scalar_subquery()
    )
    other = aliased(Delivery)
    busy = exists().where(other.channel_id == Channel.id, other.state == DeliveryState.SENDING)
    rows = session.execute(
        select(first, Channel.free_at).where(
            first.is_not(None), Channel.removed_at.is_(None), ~busy, ~held(CHANNEL, Channel.id), ~stand_down()
        )
    )
    return min((max(due, free or due) for due, free in rows), default=None)


def mine(session: Session, claim: Claim) -> Delivery | None:
    """The row, while this claim still holds it; None once it was lost."""
    row = session.get(Delivery, claim.delivery, populate_existing=True)
    if row is None or (row.state, row.fence, row.owner) != (DeliveryState.SENDING, claim.fence, claim.owner):
        return None
    return row if current_epoch(session) == claim.epoch else None


def current_epoch(session: Session) -> int:
    return session.scalar(select(func.max(Epoch.number))) or 0
