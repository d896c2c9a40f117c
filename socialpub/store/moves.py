"""`move()` is the only writer of a state: table check, guarded UPDATE, audit event, one transaction.

A move that finds the row in another state than expected raises `MovedMeanwhile`, and nothing is written.
"""

from collections.abc import Collection, Sequence
from contextlib import nullcontext
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, update
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm.attributes import set_committed_value

from socialpub.model.people import Actor
from socialpub.model.states import DeliveryState, StoryState, allowed
from socialpub.store.recordable import storable
from socialpub.store.schema import Delivery, Story
from socialpub.store.transaction import Transaction


class MovedMeanwhile(Exception):  # noqa: N818  not an error: somebody else was first
    """The row is not in the state it was read in."""


class ForbiddenMove(Exception):  # noqa: N818  a bug, named by its rule
    """The table of states has no such edge."""


def move(
    tx: Transaction,
    row: Story | Delivery,
    state: StoryState | DeliveryState,
    *,
    because: str = "",
    by: Actor,
    **changes: Any,
) -> None:
    """Change one row's state, with other columns in the same UPDATE, and record it."""
    move_many(tx, [row], state, because=because, by=by, **changes)


def move_many(
    tx: Transaction,
    rows: Sequence[Story | Delivery],
    state: StoryState | DeliveryState,
    *,
    because: str = "",
    by: Actor,
    **changes: Any,
) -> None:
    """The same for rows of one kind, all or none: one guarded UPDATE per old state, one event per row."""
    was = {row.id: row.state for row in rows}
    for old in was.values():
        if not allowed(old, state):
            raise ForbiddenMove(f"{old} may not become {state}")
    values = {"state": state, "reason": storable(because), "changed_at": tx.now, **changes}
    # One row is written or not; of many, some may be, and a caller who goes on must not keep those.
    with tx.session.begin_nested() if len(rows) > 1 else nullcontext():
        for old in dict.fromkeys(was.values()):
            _update(tx, [row for row in rows if was[row.id] == old], old, values)
    for row in rows:
        for name, value in values.items():  # the lock on writing is ours: nothing else of the row can have changed
            set_committed_value(row, name, value)
        tx.record(by, f"move:{state}", _noun(row), row.id, was=was[row.id], because=because)


def _update(
    tx: Transaction, rows: Sequence[Story | Delivery], old: StoryState | DeliveryState, values: dict[str, Any]
) -> None:
    table = type(rows[0])
    ids = [row.id for row in rows]
    tx.session.flush()
    result = tx.session.execute(
        update(table).where(table.id.in_(ids), still(table.state, {old})).values(**values),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(result, CursorResult)  # noqa: S101  what an UPDATE gives
    if result.rowcount != len(ids):
        raise MovedMeanwhile(f"{_noun(rows[0])} {ids[0] if len(ids) == 1 else ids}: it is no longer {old}")


def still(column: InstrumentedAttribute[Any], states: Collection[StrEnum]) -> ColumnElement[bool]:
    """A condition: the row is in one of these states. For rows that are named by id.

    It says which states it is not in, because SQLite would else walk all rows in them by the index on states.
    """
    every = type(next(iter(states)))
    return column.not_in([state for state in every if state not in states])


def _noun(row: Story | Delivery) -> str:
    return "story" if isinstance(row, Story) else "delivery"
