"""Turns how an attempt ended into one move, its receipts and what follows for the channel. One transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import load_only

from socialpub.delivery.carrier import Carrier
from socialpub.delivery.cooloff import cool_off
from socialpub.delivery.ending import Differs, Ending, Fell, Lost, TooLate, Waits
from socialpub.delivery.ownership import owners
from socialpub.delivery.pace import not_before, pace, space
from socialpub.delivery.telling import channel_trouble, tell_about, tell_about_all, tell_approval_fell, tell_visible
from socialpub.model.outcome import Deferred, Delivered, Receipt, Refused, Scope, Unconfirmed
from socialpub.model.people import DAEMON
from socialpub.model.states import CLAIMABLE, StoryState
from socialpub.model.states import DeliveryState as D
from socialpub.store.claims import Claim, current_epoch, holds_claim
from socialpub.store.fall import fall
from socialpub.store.moves import move, move_many
from socialpub.store.schema import Attempt, Channel, Delivery, Story, table_of
from socialpub.store.schema import Receipt as ReceiptRow
from socialpub.store.transaction import Transaction

#: A delivery in one of these becomes delivered when the network's id turns up.
_OPEN = frozenset({D.SENDING, D.UNCONFIRMED, D.NEEDS_PERSON})


Shown = tuple[Delivery, Sequence[Receipt]]

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


def settle(tx: Transaction, carrier: Carrier, claim: Claim, ending: Ending) -> None:
    """Write down how the attempt under `claim` ended."""
    settle_all(tx, [Ended(carrier, claim, ending)])


def settle_all(tx: Transaction, ended: Sequence[Ended]) -> list[None]:
    """The same for many. What they have in common takes one statement for all."""
    _close_attempts(tx, ended)
    rows = _still_held(tx, [each.claim for each in ended])
    all_delivered(tx, ended[0].carrier, _shown(ended, rows))
    for each in ended:
        if each.claim not in rows:
            _late(tx, each.carrier, each.claim, each.ending)
        elif not isinstance(each.ending, Delivered):
            _conclude(tx, each.carrier, rows[each.claim], each.ending)
    tell_about_all(tx, list(rows.values()))
    return [None] * len(ended)


def _shown(ended: Sequence[Ended], rows: Mapping[Claim, Delivery]) -> list[Shown]:
    return [
        (rows[each.claim], each.ending.receipts)
        for each in ended
        if each.claim in rows and isinstance(each.ending, Delivered)
    ]


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


def _conclude(tx: Transaction, carrier: Carrier, row: Delivery, ending: Ending) -> None:
    """What any ending but `Delivered` means for the row."""
    match ending:
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
        case Lost() | Delivered():
            pass  # lost and ours again: impossible, and nothing to write; delivered: see there


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
    all_delivered(tx, carrier, [(row, receipts)])


def all_delivered(tx: Transaction, carrier: Carrier, shown: Sequence[Shown]) -> None:
    """The same for many deliveries, each with its receipts."""
    taken = _owned_elsewhere(tx, shown) if shown else {}
    for row, _ in shown:
        if row.id in taken:
            _no_proof(tx, carrier, row, f"the network gave {taken[row.id]}, which belongs to another delivery")
    proven = [(row, receipts) for row, receipts in shown if row.id not in taken]
    if proven:
        kept = [_kept(tx, row, each) for row, receipts in proven for each in receipts]
        tx.session.execute(insert(table_of(ReceiptRow)), kept)
        pace(tx, carrier, {row.channel_id for row, _ in proven})
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


def _owned_elsewhere(tx: Transaction, shown: Sequence[Shown]) -> dict[str, str]:
    """By delivery, an id that the receipt of another delivery of its account owns."""
    mine = {(row.channel_id, each.remote_id): row.id for row, receipts in shown for each in receipts}
    owned = owners(tx.session, list(mine))
    return {delivery: place[1] for place, delivery in mine.items() if owned[place] - {delivery}}


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
    not_before(channel, due)
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
    space(tx, carrier, channel)
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
