"""Asks the network what became of an unconfirmed delivery. It never sends anything.

"Not seen" becomes "surely absent" only after the network's own settling time and number of looks.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from socialpub import crash
from socialpub.delivery.carrier import Carrier
from socialpub.delivery.cooloff import cool_off
from socialpub.delivery.errands import errands
from socialpub.delivery.find import find
from socialpub.delivery.hand import Asker, at_once
from socialpub.delivery.journal import LookingJournal
from socialpub.delivery.load import Unreadable, load
from socialpub.delivery.proof import delivered
from socialpub.delivery.telling import tell_about
from socialpub.model.limits import LookLimits
from socialpub.model.outcome import Absent, Answer, AskAgain, CannotTell, Found
from socialpub.model.people import DAEMON
from socialpub.model.states import DeliveryState as D
from socialpub.store.database import StoreError
from socialpub.store.moves import move
from socialpub.store.schema import Attempt, Channel, Delivery, PostRow
from socialpub.store.transaction import Transaction

#: A question that cannot be asked for this long becomes a person's.
_PATIENCE = timedelta(minutes=15)
_ASK_AGAIN = timedelta(seconds=30)


def reconcile(carrier: Carrier, hand: Asker = at_once) -> datetime | None:
    """Ask about every unconfirmed delivery whose time to look has come; leave when to look next."""
    return errands(carrier, hand, "reconcile", D.UNCONFIRMED, _ask_and_settle)


def _ask_and_settle(carrier: Carrier, delivery: str) -> None:
    crash.point("reconcile.ask.before")
    answer, asked = _ask(carrier, delivery)
    crash.point("reconcile.ask.after")
    with carrier.db.transaction() as tx:
        row = tx.session.get_one(Delivery, delivery)
        if row.state == D.UNCONFIRMED and _stands(row, asked, answer):
            conclude(tx, carrier, row, answer)
            tell_about(tx, row)
    crash.point("reconcile.settle.after")


def _stands(row: Delivery, asked: Delivery, answer: Answer) -> bool:
    """An older attempt's answer says nothing; two daemons that look at once have looked once."""
    return row.fence == asked.fence and (isinstance(answer, Found) or row.looks == asked.looks)


def _ask(carrier: Carrier, delivery: str) -> tuple[Answer, Delivery]:
    """The answer, and the row as it was when the network was asked."""
    with carrier.db.reading() as session:
        row = session.get_one(Delivery, delivery)
        if row.state != D.UNCONFIRMED:
            return AskAgain("it was settled before it was asked about"), row
        try:
            loaded = load(session, carrier, row)
        except Unreadable as error:
            return CannotTell(str(error)), row
        except StoreError as error:
            return AskAgain(str(error)), row
    if not loaded.intact:
        return CannotTell(
            "what is stored is not what was approved, so the network would be asked for another post"
        ), row
    return find(carrier, row, loaded, LookingJournal(carrier.db, row)), row


def conclude(tx: Transaction, carrier: Carrier, row: Delivery, answer: Answer) -> None:
    """What an answer means for the row, now."""
    match answer:
        case Found(receipts):
            delivered(tx, carrier, row, receipts)
        case AskAgain(reason):
            _ask_later(tx, row, reason)
        case Absent() | CannotTell():
            _not_seen(tx, carrier, row, answer)


def _ask_later(tx: Transaction, row: Delivery, reason: str) -> None:
    if tx.now - _newest_intent(tx, row) > _PATIENCE:
        move(tx, row, D.NEEDS_PERSON, because=f"the network could not be asked: {reason}", by=DAEMON, look_at=None)
    else:
        row.look_at = tx.now + _ASK_AGAIN
        tx.record(DAEMON, "ask-again", "delivery", row.id, because=reason)


def _not_seen(tx: Transaction, carrier: Carrier, row: Delivery, answer: Absent | CannotTell) -> None:
    channel = tx.session.get_one(Channel, row.channel_id)
    limits = carrier.limits[channel.platform].looks
    row.looks += 1
    settled = tx.now >= _newest_intent(tx, row) + timedelta(seconds=limits.settle_s)
    tx.record(DAEMON, "look", "delivery", row.id, answer=type(answer).__name__.lower(), look=row.looks)
    if row.looks < limits.looks or not settled:
        row.look_at = tx.now + timedelta(seconds=max(limits.settle_s / limits.looks, 1))
    elif isinstance(answer, CannotTell):
        move(tx, row, D.NEEDS_PERSON, because=answer.reason, by=DAEMON, look_at=None)
    else:
        _surely_absent(tx, carrier, row, channel.platform, limits)


def _surely_absent(tx: Transaction, carrier: Carrier, row: Delivery, platform: str, limits: LookLimits) -> None:
    with_media = bool(tx.session.get_one(PostRow, row.post_id).body["media"])
    if limits.proves_absence == "never" or (limits.proves_absence == "with_media" and not with_media):
        why = "it was not seen, but this network cannot prove that it is not there"
        move(tx, row, D.NEEDS_PERSON, because=why, by=DAEMON, look_at=None)
    elif row.doubtful and not carrier.limits[platform].idempotent:
        why = "it was not seen, but the daemon that sent it may still be alive somewhere"
        move(tx, row, D.NEEDS_PERSON, because=why, by=DAEMON, look_at=None)
    elif row.wish:
        move(tx, row, D.CANCELLED, because="taken back; the network does not have it", by=DAEMON, look_at=None)
    elif tx.now >= row.deadline:
        move(tx, row, D.FAILED, because="expired: the network does not have it", by=DAEMON, look_at=None)
    else:
        move(
            tx,
            row,
            D.DEFERRED,
            because="the network does not have it",
            by=DAEMON,
            look_at=None,
            due_at=max(tx.now + cool_off(row.attempts), row.not_before),
        )


def _newest_intent(tx: Transaction, row: Delivery) -> datetime:
    newest = select(func.max(Attempt.intent_at)).where(Attempt.delivery_id == row.id)
    return tx.session.scalar(newest) or row.changed_at
