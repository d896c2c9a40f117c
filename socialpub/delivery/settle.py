"""Turns how an attempt ended into one move, its receipts and what follows for the channel. One transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from socialpub.delivery.carrier import Carrier
from socialpub.delivery.cooloff import cool_off
from socialpub.delivery.ending import Ending, Fell, Lost, TooLate
from socialpub.delivery.telling import channel_trouble, tell_about
from socialpub.model.outcome import Deferred, Delivered, Receipt, Refused, Scope, Unconfirmed
from socialpub.model.people import DAEMON
from socialpub.model.states import DeliveryState as D
from socialpub.schedule.wall import to_utc, to_wall
from socialpub.store.claims import Claim, mine
from socialpub.store.moves import move
from socialpub.store.schema import Attempt, Channel, Delivery
from socialpub.store.schema import Receipt as ReceiptRow
from socialpub.store.transaction import Transaction


def settle(tx: Transaction, carrier: Carrier, claim: Claim, ending: Ending) -> None:
    """Write down how the attempt under `claim` ended."""
    _close_attempt(tx, claim, ending)
    row = mine(tx.session, claim)
    if row is None:
        _late(tx, carrier, claim, ending)
        return
    match ending:
        case Delivered(receipts):
            delivered(tx, carrier, row, receipts)
        case Deferred():
            _defer(tx, row, ending)
        case Refused(reason, remedy):
            move(tx, row, D.FAILED, because=f"{reason}. {remedy}".strip(), by=DAEMON)
        case Unconfirmed(reason):
            unconfirm(tx, carrier, row, reason)
        case Fell(reason):
            move(tx, row, D.CANCELLED, because=reason, by=DAEMON)
        case TooLate():
            move(tx, row, D.FAILED, because="expired: its deadline passed before it could go out", by=DAEMON)
        case Lost():
            pass  # the claim was lost and is ours again: impossible, and nothing to write
    tell_about(tx, row)


def _close_attempt(tx: Transaction, claim: Claim, ending: Ending) -> None:
    attempt = tx.session.get_one(Attempt, claim.attempt)
    attempt.ended_at = tx.now
    attempt.outcome = type(ending).__name__.lower()
    attempt.reason = getattr(ending, "reason", "")


def _late(tx: Transaction, carrier: Carrier, claim: Claim, ending: Ending) -> None:
    """An answer for a claim that was lost. It may still be the truth that the row waits for."""
    row = tx.session.get_one(Delivery, claim.delivery)
    tx.record(DAEMON, "late-answer", "delivery", row.id, ending=str(ending), fence=claim.fence)
    if isinstance(ending, Delivered) and row.state in {D.UNCONFIRMED, D.NEEDS_PERSON}:
        delivered(tx, carrier, row, ending.receipts)
        tell_about(tx, row)


def delivered(tx: Transaction, carrier: Carrier, row: Delivery, receipts: Sequence[Receipt]) -> None:
    """Keep the proof. An id that another delivery owns is no proof: then the network is asked, or a person."""
    if taken := _owned_elsewhere(tx, row, receipts):
        reason = f"the network gave {taken}, which belongs to another delivery"
        if row.state == D.SENDING:
            unconfirm(tx, carrier, row, reason)
        elif row.state == D.UNCONFIRMED:
            move(tx, row, D.NEEDS_PERSON, because=reason, by=DAEMON)
        return
    for receipt in receipts:
        tx.session.add(
            ReceiptRow(
                delivery_id=row.id,
                channel_id=row.channel_id,
                part=receipt.part,
                remote_id=receipt.remote_id,
                permalink=receipt.permalink,
                at=tx.now,
            )
        )
    _pace(tx, carrier, row)
    move(tx, row, D.DELIVERED, by=DAEMON, lease_until=None, look_at=None)


def _owned_elsewhere(tx: Transaction, row: Delivery, receipts: Sequence[Receipt]) -> str:
    query = select(ReceiptRow.remote_id).where(
        ReceiptRow.channel_id == row.channel_id,
        ReceiptRow.remote_id.in_([receipt.remote_id for receipt in receipts]),
        ReceiptRow.delivery_id != row.id,
    )
    return tx.session.scalar(query) or ""


def _pace(tx: Transaction, carrier: Carrier, row: Delivery) -> None:
    """Spacing and the daily cap hold for whatever goes out, planned, late or after downtime."""
    channel = tx.session.get_one(Channel, row.channel_id)
    rules = carrier.rules(channel.platform)
    free = tx.now + rules.spacing
    today = to_wall(tx.now, rules.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if rules.daily_cap is not None and _count_since(tx, channel.id, to_utc(today, rules.zone)) >= rules.daily_cap:
        free = max(free, to_utc(today + timedelta(days=1), rules.zone))
    if free > tx.now:
        channel.free_at = max(free, channel.free_at or free)
    channel.trouble = ""


def _count_since(tx: Transaction, channel: str, since: datetime) -> int:
    tx.session.flush()
    query = select(func.count(func.distinct(ReceiptRow.delivery_id)))
    return tx.session.scalar(query.where(ReceiptRow.channel_id == channel, ReceiptRow.at >= since)) or 0


def _defer(tx: Transaction, row: Delivery, ending: Deferred) -> None:
    due = ending.not_before or tx.now + cool_off(row.attempts)
    if row.wish:
        move(tx, row, D.CANCELLED, because="it was taken back while it was being sent", by=DAEMON)
        return
    if ending.scope is Scope.CHANNEL:
        channel = tx.session.get_one(Channel, row.channel_id)
        channel.free_at = max(due, channel.free_at or due)
        if ending.needs_person and channel.trouble != ending.reason:
            channel.trouble = ending.reason
            channel_trouble(tx, channel, ending.reason)
            tx.record(DAEMON, "trouble", "channel", channel.id, because=ending.reason)
    move(tx, row, D.DEFERRED, because=ending.reason, by=DAEMON, due_at=max(due, row.not_before), lease_until=None)


def unconfirm(tx: Transaction, carrier: Carrier, row: Delivery, reason: str, *, doubtful: bool = False) -> None:
    """It may be visible: from now on the network is asked, and nothing is sent."""
    looks = carrier.limits[tx.session.get_one(Channel, row.channel_id).platform].looks
    move(
        tx,
        row,
        D.UNCONFIRMED,
        because=reason,
        by=DAEMON,
        look_at=tx.now + timedelta(seconds=looks.settle_s / looks.looks),
        looks=0,
        doubtful=doubtful,
        lease_until=None,
    )
