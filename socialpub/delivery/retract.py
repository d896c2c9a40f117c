"""Takes down what a person wants gone. Asking twice is harmless: gone already counts as gone."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select

from socialpub.delivery.bug import frames
from socialpub.delivery.carrier import Carrier
from socialpub.delivery.errands import errands
from socialpub.delivery.hand import Asker, at_once
from socialpub.delivery.telling import tell_about, tell_still_there
from socialpub.model.outcome import Deferred, Delivered, Outcome, Receipt, Refused, Unconfirmed
from socialpub.model.people import DAEMON
from socialpub.model.states import DeliveryState as D
from socialpub.store.database import StoreError
from socialpub.store.moves import move
from socialpub.store.schema import Channel, Delivery, Secret
from socialpub.store.schema import Receipt as ReceiptRow
from socialpub.store.transaction import Transaction

log = logging.getLogger(__name__)

_TRIES = 10
_AGAIN = timedelta(seconds=30)


def retract(carrier: Carrier, hand: Asker = at_once) -> datetime | None:
    """Take what is being retracted; leave it retracted, back at delivered, or with a person."""
    return errands(carrier, hand, "retract", D.RETRACTING, _try)


def _try(carrier: Carrier, delivery: str) -> None:
    with carrier.db.reading() as session:
        asked = session.get_one(Delivery, delivery)
    if asked.state != D.RETRACTING:
        return  # a person, or another daemon, was first
    outcome = _tried(carrier, delivery)
    with carrier.db.transaction() as tx:
        row = tx.session.get_one(Delivery, delivery)
        news = isinstance(outcome, Delivered) or row.looks == asked.looks  # two that fail at once have failed once
        if row.state == D.RETRACTING and news:
            _conclude(tx, row, outcome)
            tell_about(tx, row)


def _tried(carrier: Carrier, delivery: str) -> Outcome:
    """One that cannot even be tried must not keep the others from being taken down."""
    try:
        return _take_down(carrier, delivery)
    except StoreError as error:
        return Deferred(str(error))
    except Exception as error:  # noqa: BLE001  whatever it is, its words may hold a key
        log.error("delivery %s: taking it down failed; a bug in the adapter: %s", delivery, frames(error))
        return Unconfirmed("taking it down failed; the log has the details")


def _take_down(carrier: Carrier, delivery: str) -> Outcome:
    with carrier.db.reading() as session:
        row = session.get_one(Delivery, delivery)
        channel = session.get_one(Channel, row.channel_id)
        account = carrier.account(channel, session.get(Secret, channel.id))
        receipts = session.scalars(select(ReceiptRow).where(ReceiptRow.delivery_id == delivery)).all()
        parts = tuple(Receipt(each.remote_id, each.permalink, each.part) for each in receipts)
    for part in reversed(parts):  # the last part of a thread first, so that no reply hangs in the air
        outcome = carrier.platform(account.platform).retract(part, account)
        if not isinstance(outcome, Delivered):
            return outcome
    return Delivered(parts)


def _conclude(tx: Transaction, row: Delivery, outcome: Outcome) -> None:
    match outcome:
        case Delivered():
            move(tx, row, D.RETRACTED, because=row.reason, by=DAEMON, look_at=None)
        case Refused(reason, remedy):
            move(tx, row, D.DELIVERED, because=f"still there: {reason}. {remedy}", by=DAEMON, look_at=None)
            tell_still_there(tx, row)
        case Deferred(reason) | Unconfirmed(reason) if row.looks + 1 >= _TRIES:
            move(tx, row, D.NEEDS_PERSON, because=f"it could not be taken down: {reason}", by=DAEMON, look_at=None)
        case Deferred(reason, not_before):
            _again(tx, row, reason, not_before)
        case Unconfirmed(reason):
            _again(tx, row, reason, None)


def _again(tx: Transaction, row: Delivery, reason: str, not_before: datetime | None) -> None:
    row.looks += 1
    row.look_at = not_before or tx.now + _AGAIN
    tx.record(DAEMON, "retract-again", "delivery", row.id, because=reason)
