"""Which holds are on. A hold is a row, read inside the claim and again right before a visible call."""

from sqlalchemy import ColumnElement, and_, exists, or_, select
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


def holds_on(session: Session, delivery: str, channel: str) -> list[Hold]:
    """Every hold that stops this delivery, the oldest first."""
    concerns = or_(
        Hold.scope == ALL,
        and_(Hold.scope == CHANNEL, Hold.target == channel),
        and_(Hold.scope == DELIVERY, Hold.target == delivery),
    )
    return list(session.scalars(select(Hold).where(_ON, concerns).order_by(Hold.since)))
