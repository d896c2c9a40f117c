"""Takes over what a daemon left behind: dead for sure, or silent for longer than its lease.

Without the intent of a visible call nothing can be visible: it is deferred. With it, the network is asked.
Each row is taken over in a transaction of its own: one that cannot be holds up no other.
"""

import logging
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from socialpub import crash
from socialpub.delivery.carrier import Carrier
from socialpub.delivery.cooloff import cool_off
from socialpub.delivery.proof import unconfirm
from socialpub.model.people import DAEMON
from socialpub.model.states import DeliveryState as D
from socialpub.store.moves import move
from socialpub.store.schema import Attempt, Delivery
from socialpub.store.transaction import Transaction

log = logging.getLogger(__name__)

_TOO_OFTEN = 3  # attempts


def recover(carrier: Carrier) -> datetime | None:
    """Take what was being sent by the dead and the silent; leave it deferred or unconfirmed.

    Raises the first trouble once every other row is taken over, so that the stage counts as failing.
    """
    troubles = [trouble for delivery in _all_left(carrier) if (trouble := _alone(carrier, delivery))]
    if troubles:
        raise troubles[0]
    with carrier.db.reading() as session:
        return session.scalar(select(func.min(Delivery.lease_until)).where(Delivery.state == D.SENDING))


def _all_left(carrier: Carrier) -> list[str]:
    now = carrier.db.clock()
    with carrier.db.reading() as session:
        sending = session.scalars(select(Delivery).where(Delivery.state == D.SENDING).order_by(Delivery.id)).all()
        return [row.id for row in sending if _left(carrier, row, now)]


def _alone(carrier: Carrier, delivery: str) -> Exception | None:
    """Take one over; the trouble, if that cannot be done. The row is then as it was."""
    crash.point("recover.before")
    try:
        with carrier.db.transaction() as tx:
            row = tx.session.get_one(Delivery, delivery)
            if row.state == D.SENDING:
                _take_over(tx, carrier, row)
    except OperationalError:
        raise  # the store's own trouble: the other rows would only meet it again
    except Exception as trouble:
        log.exception("delivery %s could not be taken over from a dead daemon; it is tried again", delivery)
        return trouble
    crash.point("recover.after")
    return None


def _left(carrier: Carrier, row: Delivery, now: datetime) -> bool:
    """Our own as well: a thread of ours that could not write down how it ended has left its row behind."""
    silent = row.lease_until is None or now >= row.lease_until
    return silent or carrier.owner.proves_dead(row.owner)


def _take_over(tx: Transaction, carrier: Carrier, row: Delivery) -> None:
    if not _left(carrier, row, tx.now):
        return
    dead = carrier.owner.proves_dead(row.owner)
    attempt = tx.session.scalar(select(Attempt).where(Attempt.delivery_id == row.id, Attempt.fence == row.fence))
    if attempt is not None and attempt.ended_at is None:
        attempt.ended_at, attempt.outcome = tx.now, "crashed" if dead else "silent"
    if attempt is not None and attempt.intent_at is None:
        _defer(tx, row)
    else:
        reason = "the daemon that sent it died" if dead else "the daemon that sent it fell silent"
        unconfirm(tx, carrier, row, reason, doubtful=not dead)


def _defer(tx: Transaction, row: Delivery) -> None:
    if row.wish:
        move(tx, row, D.CANCELLED, because="it was taken back before it was visible", by=DAEMON)
    else:
        # Once is an accident. What takes its daemon down again and again must not keep all others from going.
        due = row.due_at if row.attempts < _TOO_OFTEN else max(row.due_at, tx.now + cool_off(row.attempts))
        why = "its daemon stopped before it was visible"
        move(tx, row, D.DEFERRED, because=why, by=DAEMON, due_at=due, lease_until=None)
