"""Writes and verifies the chain of events. An event's hash covers the one before it, so nothing can be
altered, removed or inserted without every later hash telling; the tail is told by a head kept elsewhere.
"""

import hashlib
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from socialpub.model.post import canonical, encode
from socialpub.store.schema import AGENCY, Agency, Event, table_of
from socialpub.store.transaction import NewEvent

#: What reading a row raises that was altered into something no socialpub wrote: no time, no JSON, no UTF-8.
_UNREADABLE = (ValueError, TypeError, RecursionError, DBAPIError)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found. `fault` names the first event that does not fit, and why; empty: all is well."""

    events: int
    head: str
    fault: str = ""


def write_events(session: Session, agency: Agency, events: Sequence[NewEvent], at: datetime) -> None:
    """Chain `events` to the agency's head. The caller holds the agency's row locked."""
    if not events:
        return
    rows = []
    number, before = agency.chain_length, agency.chain_head
    for event in events:
        number += 1
        row = _row(agency.id, number, at, event, before)
        before = row["hash"] = chain_hash(row)
        rows.append(row)
    session.execute(insert(table_of(Event)), rows)
    agency.chain_length, agency.chain_head = number, before


def _row(agency: str, number: int, at: datetime, event: NewEvent, before: str) -> dict[str, Any]:
    return {
        "agency_id": agency,
        "number": number,
        "at": at,
        "actor": event.actor,
        "via": event.via,
        "verb": event.verb,
        "subject": event.subject,
        "subject_id": event.subject_id,
        "data": event.data,
        "before": before,
    }


def chain_hash(row: dict[str, Any]) -> str:
    """SHA-256 of the event's canonical JSON, the hash of the event before it included."""
    covered = {name: encode(value) for name, value in row.items() if name != "hash"}
    return hashlib.sha256(canonical(covered)).hexdigest()


def verify(session: Session, head: str = "") -> Verdict:
    """Walk the whole chain. With `head`, that hash must be in it: a shortened tail is found out."""
    agency = session.get_one(Agency, AGENCY)
    with closing(_events(session)) as rows:
        verdict, seen = _walk(rows, head)
    if verdict.fault:
        return verdict
    if (verdict.events, verdict.head) != (agency.chain_length, agency.chain_head):
        return Verdict(verdict.events, verdict.head, f"the newest events are missing after event {verdict.events}")
    if not seen:
        return Verdict(verdict.events, verdict.head, f"no event has the hash {head}: the chain was cut or replaced")
    return verdict


def _events(session: Session) -> Generator[Event]:
    """The whole chain, a thousand rows in memory at a time."""
    with session.execute(select(Event).order_by(Event.number).execution_options(yield_per=1000)) as rows:
        yield from rows.scalars()


def _walk(rows: Iterable[Event], head: str) -> tuple[Verdict, bool]:
    number, before, seen = 0, "", not head
    try:
        for row in rows:
            if fault := _fault(row, number + 1, before):
                return Verdict(number, before, fault), seen
            number, before = row.number, row.hash
            seen = seen or before == head
    except _UNREADABLE as error:  # rows come in batches: the one at fault is somewhere after `number`
        return Verdict(number, before, f"an event after event {number} cannot be read: {error}"), seen
    return Verdict(number, before), seen


def _fault(row: Event, number: int, before: str) -> str:
    if row.number != number:
        return f"event {number} is missing"
    if row.before != before:
        return f"event {number} does not follow the one before it"
    fields = {column.key: getattr(row, column.key) for column in Event.__table__.columns}
    return "" if chain_hash(fields) == row.hash else f"event {number} was altered"
