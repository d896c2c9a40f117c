"""Which holds are on. A hold is a row, read inside the claim and again right before a visible call."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from socialpub.store.schema import Hold

ALL, CHANNEL, DELIVERY = "all", "channel", "delivery"

_ON = Hold.released_at.is_(None)


def stand_down() -> ColumnElement[bool]:
    """A condition: everything is held."""
    return exists().where(_ON, Hold.scope == ALL)


def held(scope: str, target: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """A condition: a hold is on `target`, a column of channels or deliveries."""
    return exists().where(_ON, Hold.scope == scope, Hold.target == target)


def holds_among(session: Session, targets: Iterable[str]) -> list[Hold]:
    """Every hold on everything or on one of these channels and deliveries, the oldest first."""
    concerns = or_(Hold.scope == ALL, Hold.target.in_(list(targets)))
    return list(session.scalars(select(Hold).where(_ON, concerns).order_by(Hold.since)))


def covers(hold: Hold, delivery: str, channel: str) -> bool:
    """Whether a hold that is on stops this delivery on this channel."""
    return hold.scope == ALL or (hold.scope, hold.target) in {(CHANNEL, channel), (DELIVERY, delivery)}


def holds_on(session: Session, delivery: str, channel: str) -> list[Hold]:
    """Every hold that stops this delivery, the oldest first."""
    return [hold for hold in holds_among(session, (delivery, channel)) if covers(hold, delivery, channel)]
