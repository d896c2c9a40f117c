"""What passed its deadline is not sent. Holds do not stop this: an old greeting after an incident helps nobody."""

from datetime import datetime

from sqlalchemy import func, select

from socialpub.delivery.carrier import Carrier
from socialpub.delivery.telling import tell_about_all
from socialpub.model.people import DAEMON
from socialpub.model.states import DeliveryState as D
from socialpub.store.claims import WAITING
from socialpub.store.moves import move_many
from socialpub.store.schema import Delivery

_BATCH = 500


def expire(carrier: Carrier) -> datetime | None:
    """Take what waits past its deadline; leave it failed (expired), and when the next one will."""
    now = carrier.db.clock()
    late = select(Delivery).where(WAITING, Delivery.deadline <= now).limit(_BATCH)
    while _next_deadline(carrier, now):
        with carrier.db.transaction() as tx:
            rows = tx.session.scalars(late).all()
            move_many(tx, rows, D.FAILED, because="expired: its deadline passed before it could go out", by=DAEMON)
            tell_about_all(tx, rows)
    with carrier.db.reading() as session:
        return session.scalar(select(func.min(Delivery.deadline)).where(WAITING))


def _next_deadline(carrier: Carrier, now: datetime) -> bool:
    with carrier.db.reading() as session:
        query = select(Delivery.id).where(WAITING, Delivery.deadline <= now).limit(1)
        return session.scalar(query) is not None
