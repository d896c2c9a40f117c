"""Turns how an attempt ended into one move and what follows for the channel. `proof` keeps the receipts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import load_only

from socialpub.delivery.carrier import Carrier
from socialpub.delivery.cooloff import cool_off
from socialpub.delivery.ending import Differs, Ending, Fell, Lost, TooLate, Waits
from socialpub.delivery.pace import not_before
from socialpub.delivery.proof import Shown, all_delivered, delivered, receipts_of, unconfirm
from socialpub.delivery.telling import channel_trouble, tell_about, tell_about_all, tell_approval_fell, tell_visible
from socialpub.model.outcome import Deferred, Delivered, Receipt, Refused, Scope, Unconfirmed
from socialpub.model.people import DAEMON
from socialpub.model.states import CLAIMABLE, StoryState
from socialpub.model.states import DeliveryState as D
from socialpub.store.claims import Claim, current_epoch, holds_claim
from socialpub.store.fall import fall
from socialpub.store.moves import move
from socialpub.store.schema import Attempt, Channel, Delivery, Story, table_of
from socialpub.store.transaction import Transaction

#: A delivery in one of these becomes delivered when the network's id turns up.
_OPEN = frozenset({D.SENDING, D.UNCONFIRMED, D.NEEDS_PERSON})

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
    """Write down how each attempt ended. What they have in common takes one statement for all."""
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
    known = receipts_of(tx, [row.id])[row.id]
    if row.state in CLAIMABLE:  # somebody said that it is not there, and it would have been sent again
        move(tx, row, D.NEEDS_PERSON, because="a late answer says that it is visible already", by=DAEMON)
    if row.state in _OPEN and not known:  # also under a newer claim, which so loses its leave to publish
        delivered(tx, carrier, row, ending.receipts)
        tell_about(tx, row)
    elif unknown := [each for each in ending.receipts if _is_news(row, each, known)]:
        tell_visible(tx, row, unknown)


def _is_news(row: Delivery, receipt: Receipt, known: Mapping[int, str]) -> bool:
    """Whether the row says something else: this very post is not out."""
    return row.state == D.RETRACTED or receipt.remote_id not in known.values()


def _let_fall(tx: Transaction, row: Delivery, reason: str) -> None:
    """Other words, pictures or times than were approved: nothing of this approval goes out, and people look."""
    move(tx, row, D.CANCELLED, because=reason, by=DAEMON)
    fall(tx, row.story_id, reason, DAEMON)
    story = tx.session.get_one(Story, row.story_id, populate_existing=True)
    if story.state == StoryState.APPROVED:
        move(tx, story, StoryState.IN_REVIEW, because=reason, by=DAEMON)
    tell_approval_fell(tx, row)


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
