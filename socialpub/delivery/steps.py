"""Writes what attempts noted: one row per step, numbered within its attempt."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, insert, select

from socialpub.store.claims import Claim
from socialpub.store.schema import Step, table_of
from socialpub.store.transaction import Transaction


def write_steps(tx: Transaction, steps: Sequence[tuple[Claim, str, Mapping[str, str]]]) -> None:
    """Add (claim, step, ids) for each; at most one of an attempt."""
    attempts = [claim.attempt for claim, _, _ in steps]
    newest = select(Step.attempt_id, func.max(Step.number).label("newest")).where(Step.attempt_id.in_(attempts))
    numbers = {row.attempt_id: row.newest for row in tx.session.execute(newest.group_by(Step.attempt_id))}
    rows = [
        {
            "delivery_id": claim.delivery,
            "attempt_id": claim.attempt,
            "number": numbers.get(claim.attempt, 0) + 1,
            "step": step,
            "ids": dict(ids),
            "at": tx.now,
        }
        for claim, step, ids in steps
    ]
    tx.session.execute(insert(table_of(Step)), rows)
