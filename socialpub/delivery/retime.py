"""Keeps planned posts at their department time when the rules of a time zone change under them.

Wall time and zone are stored beside UTC. At start UTC is computed again: governments move clocks at short
notice, and a post planned for nine in the morning is meant for nine in the morning.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select

from socialpub.delivery.carrier import Carrier
from socialpub.model.people import DAEMON
from socialpub.model.states import DeliveryState
from socialpub.schedule.wall import to_utc, to_wall
from socialpub.store.schema import Delivery
from socialpub.store.transaction import Transaction

_FORM = "%Y-%m-%dT%H:%M:%S.%f"


def wall_time(planned: datetime, zone: ZoneInfo) -> str:
    """What to store for a planned time; "" for the second of two equal wall times, which UTC alone can name."""
    wall = to_wall(planned, zone).replace(tzinfo=None)
    return wall.strftime(_FORM) if to_utc(wall, zone) == planned else ""


def retime(carrier: Carrier) -> int:
    """Move what is planned and never tried to its department time of today's rules; gives how many moved."""
    with carrier.db.reading() as session:
        planned = select(Delivery.id, Delivery.due_at, Delivery.wall_time, Delivery.zone).where(*_planned(carrier))
        rows = session.execute(planned.execution_options(yield_per=1000))
        wrong = {row.id: at for row in rows if (at := _today(row.wall_time, row.zone)) != row.due_at}
    if wrong:
        with carrier.db.transaction() as tx:
            for row in tx.session.scalars(select(Delivery).where(*_planned(carrier))):
                if row.id in wrong:
                    _move(tx, row, wrong[row.id])
    return len(wrong)


def _planned(carrier: Carrier) -> tuple[ColumnElement[bool], ...]:
    return (
        Delivery.state == DeliveryState.SCHEDULED,
        Delivery.attempts == 0,
        Delivery.due_at > carrier.db.clock(),
        Delivery.wall_time != "",
    )


def _move(tx: Transaction, row: Delivery, at: datetime) -> None:
    if not row.not_before <= at < row.deadline:
        return  # the approved window holds whatever clocks do, and so does the time that was approved
    tx.record(DAEMON, "retime", "delivery", row.id, was=row.due_at, now=at)
    row.due_at = at


def _today(wall: str, zone: str) -> datetime:
    naive = datetime.strptime(wall, _FORM)  # noqa: DTZ007  a wall time has no zone; that is its point
    return to_utc(naive, ZoneInfo(zone))
