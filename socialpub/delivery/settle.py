"""Turns how an attempt ended into one move, its receipts and what follows for the channel. One transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select, tuple_, update
from sqlalchemy.orm import load_only

from socialpub.delivery.carrier import Carrier
from socialpub.delivery.cooloff import cool_off
from socialpub.delivery.ending import Ending, Fell, Lost, TooLate
from socialpub.delivery.telling import channel_trouble, tell_about
from socialpub.model.outcome import Deferred, Delivered, Receipt, Refused, Scope, Unconfirmed
from socialpub.model.people import DAEMON
from socialpub.model.states import DeliveryState as D
from socialpub.schedule.wall import to_utc, to_wall
from socialpub.store.claims import Claim, current_epoch, holds_claim
from socialpub.store.moves import move, move_many
from socialpub.store.schema import Attempt, Channel, Delivery, table_of
from socialpub.store.schema import Receipt as ReceiptRow
from socialpub.store.transaction import Transaction

#: The rest of a row is read when an attempt ended badly, which is rare.
_NEEDED = load_only(
    Delivery.state,
    Delivery.fence,
    Delivery.owner,
    Delivery.wish,
    Delivery.story_id,
    Delivery.channel_id,
    Delivery.approval_id,
)


@dataclass(frozen=True, slots=True)
class Ended:
    """How the attempt under one claim ended."""

    carrier: Carrier
    claim: Claim
    ending: Ending


def settle_all(tx: Transaction, ended: Sequence[Ended]) -> list[None]:
    """Write down how each of these attempts ended. What they have in common takes one statement for all."""
    rows = _still_held(tx, [each.claim for each in ended])
    _close_attempts(tx, ended)
    shown = [
        (rows[each.claim], each.ending.receipts)
        for each in ended
        if each.claim in rows and isinstance(each.ending, Delivered)
    ]
    delivered(tx, ended[0].carrier, shown)
    for each in ended:
        if each.claim not in rows:
            _late(tx, each)
        elif not isinstance(each.ending, Delivered):
            _not_delivered(tx, each.carrier, rows[each.claim], each.ending)
    tell_about(tx, list(rows.values()))
    return [None] * len(ended)


def _still_held(tx: Transaction, claims: Sequence[Claim]) -> dict[Claim, Delivery]:
    wanted = select(Delivery).options(_NEEDED).where(Delivery.id.in_([claim.delivery for claim in claims]))
    rows = {row.id: row for row in tx.session.scalars(wanted, execution_options={"populate_existing": True})}
    epoch = current_epoch(tx.session)
    return {
        claim: rows[claim.delivery]
        for claim in claims
        if claim.delivery in rows and holds_claim(rows[claim.delivery], claim, epoch)
    }


def _close_attempts(tx: Transaction, ended: Sequence[Ended]) -> None:
    table = table_of(Attempt)
    tx.session.execute(
        update(table)
        .where(table.c.id == bindparam("attempt"))
        .values(ended_at=tx.now, outcome=bindparam("how"), reason=bindparam("why")),
        [
            {
                "attempt": each.claim.attempt,
                "how": type(each.ending).__name__.lower(),
                "why": getattr(each.ending, "reason", ""),
            }
            for each in ended
        ],
    )


def _not_delivered(tx: Transaction, carrier: Carrier, row: Delivery, ending: Ending) -> None:
    match ending:
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
        case Lost() | Delivered():
            pass  # lost and ours again: impossible, and nothing to write; delivered: see there


def _late(tx: Transaction, each: Ended) -> None:
    """An answer for a claim that was lost. It may still be the truth that the row waits for."""
    row = tx.session.get_one(Delivery, each.claim.delivery)
    tx.record(DAEMON, "late-answer", "delivery", row.id, ending=str(each.ending), fence=each.claim.fence)
    if isinstance(each.ending, Delivered) and row.state in {D.UNCONFIRMED, D.NEEDS_PERSON}:
        delivered(tx, each.carrier, [(row, each.ending.receipts)])
        tell_about(tx, [row])


def delivered(tx: Transaction, carrier: Carrier, shown: Sequence[tuple[Delivery, Sequence[Receipt]]]) -> None:
    """Keep the proof of each. An id that another delivery owns is no proof: the network is asked, or a person."""
    taken = _owned_elsewhere(tx, shown)
    for row, _ in shown:
        if row.id in taken:
            _no_proof(tx, carrier, row, f"the network gave {taken[row.id]}, which belongs to another delivery")
    proven = [(row, receipts) for row, receipts in shown if row.id not in taken]
    if proven:
        tx.session.execute(
            insert(table_of(ReceiptRow)), [_kept(tx, row, each) for row, receipts in proven for each in receipts]
        )
        _pace(tx, carrier, [row for row, _ in proven])
        move_many(tx, [row for row, _ in proven], D.DELIVERED, by=DAEMON, lease_until=None, look_at=None)


def _no_proof(tx: Transaction, carrier: Carrier, row: Delivery, reason: str) -> None:
    if row.state == D.SENDING:
        unconfirm(tx, carrier, row, reason)
    elif row.state == D.UNCONFIRMED:
        move(tx, row, D.NEEDS_PERSON, because=reason, by=DAEMON, look_at=None)


def _kept(tx: Transaction, row: Delivery, receipt: Receipt) -> dict[str, Any]:
    return {
        "delivery_id": row.id,
        "channel_id": row.channel_id,
        "part": receipt.part,
        "remote_id": receipt.remote_id,
        "permalink": receipt.permalink,
        "at": tx.now,
    }


def _owned_elsewhere(tx: Transaction, shown: Sequence[tuple[Delivery, Sequence[Receipt]]]) -> dict[str, str]:
    """By delivery, an id that the receipt of another delivery on its channel owns."""
    mine = {(row.channel_id, each.remote_id): row.id for row, receipts in shown for each in receipts}
    place = tuple_(ReceiptRow.channel_id, ReceiptRow.remote_id)
    kept = select(ReceiptRow.channel_id, ReceiptRow.remote_id, ReceiptRow.delivery_id).where(place.in_(list(mine)))
    return {
        mine[channel, remote_id]: remote_id
        for channel, remote_id, owner in tx.session.execute(kept)
        if mine[channel, remote_id] != owner
    }


def _pace(tx: Transaction, carrier: Carrier, rows: Sequence[Delivery]) -> None:
    """Spacing and the daily cap hold for whatever goes out, planned, late or after downtime."""
    for channel in tx.session.scalars(select(Channel).where(Channel.id.in_({row.channel_id for row in rows}))):
        rules = carrier.rules(channel.platform)
        free = tx.now + rules.spacing
        today = to_wall(tx.now, rules.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        if rules.daily_cap is not None and _count_since(tx, channel.id, to_utc(today, rules.zone)) >= rules.daily_cap:
            free = max(free, to_utc(today + timedelta(days=1), rules.zone))
        if free > tx.now:
            channel.free_at = max(free, channel.free_at or free)
        channel.trouble = ""


def _count_since(tx: Transaction, channel: str, since: datetime) -> int:
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
