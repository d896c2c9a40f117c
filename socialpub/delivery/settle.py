"""Turns how an attempt ended into one move, its receipts and what follows for the channel. One transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from socialpub.delivery.carrier import Carrier
from socialpub.delivery.cooloff import cool_off
from socialpub.delivery.ending import Differs, Ending, Fell, Lost, TooLate, Waits
from socialpub.delivery.telling import channel_trouble, tell_about, tell_approval_fell, tell_visible
from socialpub.model.outcome import Deferred, Delivered, Receipt, Refused, Scope, Unconfirmed
from socialpub.model.people import DAEMON
from socialpub.model.states import CLAIMABLE, StoryState
from socialpub.model.states import DeliveryState as D
from socialpub.schedule.wall import to_utc, to_wall
from socialpub.store.claims import Claim, mine
from socialpub.store.fall import fall
from socialpub.store.moves import move
from socialpub.store.schema import Attempt, Channel, Delivery, Story
from socialpub.store.schema import Receipt as ReceiptRow
from socialpub.store.transaction import Transaction

#: A delivery in one of these becomes delivered when the network's id turns up.
_OPEN = frozenset({D.SENDING, D.UNCONFIRMED, D.NEEDS_PERSON})


def settle(tx: Transaction, carrier: Carrier, claim: Claim, ending: Ending) -> None:
    """Write down how the attempt under `claim` ended."""
    _close_attempt(tx, claim, ending)
    row = mine(tx.session, claim)
    if row is None:
        _late(tx, carrier, claim, ending)
        return
    _conclude(tx, carrier, row, ending)
    tell_about(tx, row)


def _conclude(tx: Transaction, carrier: Carrier, row: Delivery, ending: Ending) -> None:
    match ending:
        case Delivered(receipts):
            delivered(tx, carrier, row, receipts)
        case Deferred():
            _defer(tx, row, ending)
        case Waits(reason):
            _wait(tx, row, reason, row.due_at)
        case Refused(reason, remedy):
            move(tx, row, D.FAILED, because=f"{reason}. {remedy}".strip(), by=DAEMON)
        case Unconfirmed(reason):
            unconfirm(tx, carrier, row, reason)
        case Fell(reason):
            move(tx, row, D.CANCELLED, because=reason, by=DAEMON)
        case Differs(reason):
            _let_fall(tx, row, reason)
        case TooLate():
            move(tx, row, D.FAILED, because="expired: its deadline passed before it could go out", by=DAEMON)
        case Lost():
            pass  # the claim was lost and is ours again: impossible, and nothing to write


def _close_attempt(tx: Transaction, claim: Claim, ending: Ending) -> None:
    attempt = tx.session.get_one(Attempt, claim.attempt)
    attempt.ended_at = tx.now
    attempt.outcome = type(ending).__name__.lower()
    attempt.reason = getattr(ending, "reason", "")


def _late(tx: Transaction, carrier: Carrier, claim: Claim, ending: Ending) -> None:
    """An answer for a claim that was lost. What it calls visible is visible, whatever became of the row since."""
    row = tx.session.get_one(Delivery, claim.delivery)
    tx.record(DAEMON, "late-answer", "delivery", row.id, ending=str(ending), fence=claim.fence)
    if not isinstance(ending, Delivered):
        return
    if row.state in CLAIMABLE:  # somebody said that it is not there, and it would have been sent again
        move(tx, row, D.NEEDS_PERSON, because="a late answer says that it is visible already", by=DAEMON)
    if row.state in _OPEN:  # also under a newer claim, which so loses its leave to publish
        delivered(tx, carrier, row, ending.receipts)
        tell_about(tx, row)
    elif unknown := [each for each in ending.receipts if not _known(tx, row, each)]:
        tell_visible(tx, row, unknown)


def _known(tx: Transaction, row: Delivery, receipt: Receipt) -> bool:
    """Whether the row says the same: this very post is out."""
    mine = select(ReceiptRow.id).where(ReceiptRow.delivery_id == row.id, ReceiptRow.remote_id == receipt.remote_id)
    return row.state != D.RETRACTED and tx.session.scalar(mine) is not None


def _let_fall(tx: Transaction, row: Delivery, reason: str) -> None:
    """Other words, pictures or times than were approved: nothing of this approval goes out, and people look."""
    move(tx, row, D.CANCELLED, because=reason, by=DAEMON)
    fall(tx, row.story_id, reason, DAEMON)
    story = tx.session.get_one(Story, row.story_id, populate_existing=True)
    if story.state == StoryState.APPROVED:
        move(tx, story, StoryState.IN_REVIEW, because=reason, by=DAEMON)
    tell_approval_fell(tx, row)


def delivered(tx: Transaction, carrier: Carrier, row: Delivery, receipts: Sequence[Receipt]) -> None:
    """Keep the proof. An id that another delivery owns is no proof: then the network is asked, or a person."""
    if taken := _owned_elsewhere(tx, row, receipts):
        reason = f"the network gave {taken}, which belongs to another delivery"
        if row.state == D.SENDING:
            unconfirm(tx, carrier, row, reason)
        elif row.state == D.UNCONFIRMED:
            move(tx, row, D.NEEDS_PERSON, because=reason, by=DAEMON, look_at=None)
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
    _space(tx, carrier, channel)
    today = to_wall(tx.now, rules.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if rules.daily_cap is not None and _count_since(tx, channel.id, to_utc(today, rules.zone)) >= rules.daily_cap:
        _not_before(channel, to_utc(today + timedelta(days=1), rules.zone))
    channel.trouble = ""


def _space(tx: Transaction, carrier: Carrier, channel: Channel) -> None:
    """Also after what only may be visible: the public would see two at once."""
    if spacing := carrier.rules(channel.platform).spacing:
        _not_before(channel, tx.now + spacing)


def _not_before(channel: Channel, free: datetime) -> None:
    channel.free_at = max(free, channel.free_at or free)


def _count_since(tx: Transaction, channel: str, since: datetime) -> int:
    tx.session.flush()
    query = select(func.count(func.distinct(ReceiptRow.delivery_id)))
    return tx.session.scalar(query.where(ReceiptRow.channel_id == channel, ReceiptRow.at >= since)) or 0


def _defer(tx: Transaction, row: Delivery, ending: Deferred) -> None:
    """Later: after what the network asked for, and never sooner than our own patience."""
    ours = tx.now + cool_off(row.attempts)
    due = max(ending.not_before or ours, ours)
    if ending.scope is Scope.CHANNEL:
        # The channel waits, not the delivery: when a person mends the channel, it goes at once.
        _trouble(tx, row, ending, due)
        due = row.due_at
    _wait(tx, row, ending.reason, due)


def _trouble(tx: Transaction, row: Delivery, ending: Deferred, due: datetime) -> None:
    channel = tx.session.get_one(Channel, row.channel_id)
    _not_before(channel, due)
    if ending.needs_person and channel.trouble != ending.reason:
        channel.trouble = ending.reason
        channel_trouble(tx, channel, ending.reason)
        tx.record(DAEMON, "trouble", "channel", channel.id, because=ending.reason)


def _wait(tx: Transaction, row: Delivery, reason: str, due: datetime) -> None:
    if row.wish:
        move(tx, row, D.CANCELLED, because="it was taken back while it was being sent", by=DAEMON)
    else:
        due_at = max(due, row.not_before)
        move(tx, row, D.DEFERRED, because=reason, by=DAEMON, due_at=due_at, lease_until=None)


def unconfirm(tx: Transaction, carrier: Carrier, row: Delivery, reason: str, *, doubtful: bool = False) -> None:
    """It may be visible: from now on the network is asked, and nothing is sent."""
    channel = tx.session.get_one(Channel, row.channel_id)
    looks = carrier.limits[channel.platform].looks
    _space(tx, carrier, channel)
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
