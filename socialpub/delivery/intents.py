"""The last gate: hold, approval, wish, window, the day's screening, fence and epoch are read in the very transaction
that writes the intent down. What several senders are about to publish at one moment goes through it together, each
by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, literal, select, update

from socialpub.delivery.ending import Ending, Fell, Lost, TooLate, Waits
from socialpub.delivery.steps import write_steps
from socialpub.model.day import Day
from socialpub.store.claims import LEASE, Claim, current_epoch, holds_claim
from socialpub.store.holds import covers, holds_among
from socialpub.store.schema import Approval, Attempt, Delivery, Hold, table_of
from socialpub.store.schema.base import UtcTime
from socialpub.store.screened import screened
from socialpub.store.transaction import Transaction

#: What is asked about a delivery; built once, because building costs more than asking.
_ASKED = (
    select(
        Delivery.id,
        Delivery.channel_id,
        Delivery.state,
        Delivery.fence,
        Delivery.owner,
        Delivery.wish,
        Delivery.not_before,
        Delivery.deadline,
        Approval.fell_at,
        Approval.fell_because,
        screened(bindparam("began", type_=UtcTime()), bindparam("ends", type_=UtcTime()), Approval.revision_id).label(
            "today"
        ),
    )
    .join(Approval, Approval.id == Delivery.approval_id)
    .where(Delivery.id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Intent:
    """The visible call that one claim is about to make, and the ids it will make it with."""

    claim: Claim
    ids: Mapping[str, str]
    day: Callable[[datetime], Day]  # the department's day that a moment lies in


def commit_intents(tx: Transaction, intents: Sequence[Intent]) -> list[Ending | None]:
    """For each why it may not become visible now, or None: its intent is written down."""
    claims = [intent.claim for intent in intents]
    day = intents[0].day(tx.now)
    asked = {"ids": [claim.delivery for claim in claims], "began": day.began, "ends": day.ends}
    rows = {row.id: row for row in tx.session.execute(_ASKED, asked)}
    holds = holds_among(tx.session, [name for claim in claims for name in (claim.delivery, claim.channel)])
    epoch = current_epoch(tx.session)

    def stop(claim: Claim) -> Ending | None:
        row = rows.get(claim.delivery)
        if row is None or not holds_claim(row, claim, epoch):
            return Lost()
        return _forbidden(tx.now, row, holds)

    ends = [stop(claim) for claim in claims]
    _write(tx, [intent for intent, end in zip(intents, ends, strict=True) if end is None])
    return ends


def _forbidden(now: datetime, row: Row[*tuple[Any, ...]], holds: Sequence[Hold]) -> Ending | None:
    """Why this delivery may not become visible now; None when it may."""
    if row.wish:
        return Fell("it was taken back while it was being sent")
    if row.fell_at is not None:
        return Fell(f"its approval fell: {row.fell_because}")
    for hold in holds:
        if covers(hold, row.id, row.channel_id):
            return Waits(f"held by {hold.by}: {hold.because}")
    return TooLate() if now >= row.deadline else _too_early(now, row)


def _too_early(now: datetime, row: Row[*tuple[Any, ...]]) -> Ending | None:
    if now < row.not_before:
        return Waits("the clock went back: it is too early")
    if not row.today:
        return Waits("a new day began: it is screened again before it goes out")
    return None


def _write(tx: Transaction, intents: Sequence[Intent]) -> None:
    if not intents:
        return
    write_steps(tx, [(intent.claim, "publish", intent.ids) for intent in intents])
    deliveries = update(table_of(Delivery)).where(Delivery.id.in_([each.claim.delivery for each in intents]))
    first = func.coalesce(Delivery.intent_at, literal(tx.now, Delivery.intent_at.type))
    tx.session.execute(deliveries.values(intent_at=first, lease_until=tx.now + LEASE))
    attempts = update(table_of(Attempt)).where(Attempt.id.in_([each.claim.attempt for each in intents]))
    tx.session.execute(attempts.values(intent_at=tx.now))
