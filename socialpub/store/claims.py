"""Who may send what, now. A claim is one guarded UPDATE with a lease and a fence; one in flight per channel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, case, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from socialpub.model.day import Day
from socialpub.model.ids import new_id
from socialpub.model.people import DAEMON
from socialpub.model.states import CLAIMABLE, DeliveryState, allowed
from socialpub.store.holds import CHANNEL, DELIVERY, held, stand_down
from socialpub.store.moves import still
from socialpub.store.schema import Approval, Attempt, Channel, Delivery, Epoch, table_of
from socialpub.store.schema.base import UtcTime
from socialpub.store.screened import screened
from socialpub.store.transaction import Transaction

#: How long a claim lasts without a sign of life. Longer than the longest single request an adapter makes.
LEASE = timedelta(seconds=120)

#: The states in the statement's own text and in the index's order: only so does SQLite see that a partial index
#: fits, and walks to the first due instead of sorting everything that waits.
WAITING = Delivery.state.in_(
    bindparam("waiting", (DeliveryState.SCHEDULED, DeliveryState.DEFERRED), expanding=True, literal_execute=True)
)
#: The statements are built once: that costs more than running them.
_NOW = bindparam("now", type_=UtcTime())
_BEGAN, _ENDS = bindparam("began", type_=UtcTime()), bindparam("ends", type_=UtcTime())
_FROM = case((Delivery.not_before > Delivery.due_at, Delivery.not_before), else_=Delivery.due_at)


@dataclass(frozen=True, slots=True)
class Claim:
    """A right to send one delivery: good while the fence, the owner and the epoch are still the row's."""

    delivery: str
    channel: str
    attempt: str
    fence: int
    owner: str
    epoch: int


def due_now(session: Session, now: datetime, day: Day, limit: int) -> list[str]:
    """What a claim would take, the earliest first. It looks at every channel: ask once for many claims."""
    return [row.id for row in session.execute(_due(), {**_when(now, day), "limit": limit})]


def claim_due(tx: Transaction, owner: str, day: Day, limit: int, among: Sequence[str] | None = None) -> list[Claim]:
    """Take what is due, at most one delivery per idle channel, the earliest first.

    `among` is where to look, from `due_now`; whether one may really be taken is asked again here. What was not
    screened on `day`, the department's day, is not taken: that is done side by side with this, and may come later.
    """
    given = {**_when(tx.now, day), "limit": limit, **({} if among is None else {"among": among})}
    due = tx.session.execute(_due(among=among is not None), given).all()
    if not due:
        return []
    epoch = current_epoch(tx.session)
    claims = [Claim(row.id, row.channel_id, new_id(), row.fence + 1, owner, epoch) for row in due]
    _take(tx, owner, [row.id for row in due])
    for row, claim in zip(due, claims, strict=True):
        assert allowed(row.state, DeliveryState.SENDING)  # noqa: S101  the query takes claimable rows only
        tx.record(DAEMON, "claim", "delivery", row.id, was=row.state, fence=claim.fence, owner=owner)
    tx.session.execute(insert(table_of(Attempt)), [_attempt(tx, claim) for claim in claims])
    return claims


def _when(now: datetime, day: Day) -> dict[str, datetime]:
    return {"now": now, "began": day.began, "ends": day.ends}


def _take(tx: Transaction, owner: str, ids: list[str]) -> None:
    tx.session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids), still(Delivery.state, CLAIMABLE))
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


@cache
def _due(*, among: bool = False) -> Select[*tuple[Any, ...]]:
    """The first due delivery of each channel on which one may start now; of these, with `among`."""
    first = (
        select(Delivery.id)
        .where(
            *_fit(),
            Delivery.due_at <= _NOW,
            Delivery.not_before <= _NOW,
            Delivery.deadline > _NOW,
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
        .correlate(Channel)
        .scalar_subquery()
    )
    return (
        select(Delivery.id, Delivery.channel_id, Delivery.fence, Delivery.state, Delivery.due_at)
        .join(Channel, Channel.id == Delivery.channel_id)
        .where(*([Delivery.id.in_(bindparam("among", expanding=True))] if among else []))
        .where(Delivery.id == first, or_(Channel.free_at.is_(None), Channel.free_at <= _NOW), *_idle())
        .order_by(Delivery.due_at, Delivery.id)
        .limit(bindparam("limit"))
    )


def _fit() -> Iterator[ColumnElement[bool]]:
    """Conditions on a delivery of the channel that no clock can change, but that of midnight."""
    yield Delivery.channel_id == Channel.id
    yield WAITING
    yield Delivery.wish == ""
    today = screened(_BEGAN, _ENDS, Approval.revision_id)
    yield exists().where(Approval.id == Delivery.approval_id, Approval.fell_at.is_(None), today)
    yield ~held(DELIVERY, Delivery.id)


def _idle() -> Iterator[ColumnElement[bool]]:
    """Conditions on a channel that no clock can change."""
    other = aliased(Delivery)
    yield Channel.removed_at.is_(None)
    yield ~exists().where(other.channel_id == Channel.id, other.state == DeliveryState.SENDING)
    yield ~held(CHANNEL, Channel.id)
    yield ~stand_down()


def next_due(session: Session, now: datetime, day: Day) -> datetime | None:
    """The first moment, `now` or later, at which a claim would take something if nothing else changed.

    None while nothing can be taken. Busy channels wake us when they end, holds when they are released, and what is
    screened again when that is written down.
    """
    given = _when(now, day)
    return min((_opens(session, given, *row) for row in session.execute(_coming(), given)), default=None)


@cache
def _coming() -> Select[*tuple[Any, ...]]:
    """The first delivery of each idle channel that can still go, due or not."""
    first = select(Delivery.id).where(*_in_time()).order_by(Delivery.due_at, Delivery.id).limit(1)
    return (
        select(Channel.id, Channel.free_at, Delivery.due_at, Delivery.not_before)
        .join(Delivery, Delivery.id == first.correlate(Channel).scalar_subquery())
        .where(*_idle())
    )


def _opens(
    session: Session, given: dict[str, datetime], channel: str, free: datetime | None, due: datetime, begin: datetime
) -> datetime:
    """When a channel's next delivery may start, given the one that is due first (`begin`: its not-before)."""
    moment = max(given["now"], due, free or due)
    if begin <= moment:
        return moment
    # Due before it may go: one that is due later may be the first to go. Rare, and needs all of them.
    begins = select(func.min(_FROM)).join(Channel).where(Channel.id == channel, *_in_time())
    earliest = session.scalar(begins, given)
    return max(moment, earliest or begin)


def _in_time() -> Iterator[ColumnElement[bool]]:
    """Conditions on a delivery that can still go, now or later."""
    yield from _fit()
    yield Delivery.deadline > _NOW
    yield Delivery.deadline > _FROM
    yield or_(Channel.free_at.is_(None), Delivery.deadline > Channel.free_at)


def mine(session: Session, claim: Claim) -> Delivery | None:
    """The row, while this claim still holds it; None once it was lost."""
    row = session.get(Delivery, claim.delivery, populate_existing=True)
    return row if row is not None and holds_claim(row, claim, current_epoch(session)) else None


def holds_claim(row: Delivery | Row[*tuple[Any, ...]], claim: Claim, epoch: int) -> bool:
    """Whether a row just read, in this epoch, is still this claim's."""
    held = (row.state, row.fence, row.owner) == (DeliveryState.SENDING, claim.fence, claim.owner)
    return held and epoch == claim.epoch


def current_epoch(session: Session) -> int:
    return session.scalar(select(func.max(Epoch.number))) or 0
